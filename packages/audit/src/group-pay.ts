import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GroupedLake, type GroupedLakeStay, openGroupedLake } from '@hengjian/grouping';
import type { Lake, SegmentHandle } from '@hengjian/lake';
import { compileTariff, type Pricer, type Repricing, type Ruling, reprice, type Tariff } from '@hengjian/settlement';
import { type ColumnData, type LakeContext, missingCode, RefusedInput, type Segment } from '@hengjian/standard';

/** What a settlement says about prices: by which scheme stays were grouped, the tariff, and what was decided of single stays. */
export interface GroupPricing {
  readonly scheme: { readonly id: string; readonly hash: string };
  readonly tariff: Tariff;
  readonly rulings: Readonly<Record<string, Ruling>>;
}

/** File of a settlement run that the audit reads. */
export const pricingFile = 'pricing.json';

/** Reads the prices of a settlement run. Throws RefusedInput when the folder holds none. */
export function readGroupPricing(folder: string): GroupPricing {
  const file = join(folder, pricingFile);
  if (!existsSync(file)) {
    throw new RefusedInput({
      code: 'settlement-missing',
      message: 'the folder holds no settlement',
      remedy: 'name the folder given to settle run --out',
      place: { file: folder },
    });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as GroupPricing;
}

/** Prices of the group-paid stays of one segment. */
export interface SegmentPay {
  /** What the fund loses through lines that should not be there; undefined for a stay that the settlement does not price. */
  lines(visit: number, medfee_fen: number, inscp_fen: number): Repricing | undefined;
  /** What the fund bears of the whole stay. */
  stay(visit: number): number | undefined;
  /** The segment with group and payment of the stays where the sources do not say them. */
  withGroups(segment: Segment): Segment;
}

const filled = (columns: Readonly<Record<string, ColumnData>>, name: string): Int32Array | Float64Array | undefined => {
  const column = columns[name];
  return column instanceof Float64Array || column instanceof Int32Array ? column.slice() : undefined;
};

/** Prices the stays of a lake by a settlement. Every thread makes its own; all give the same answers. */
export class GroupPay {
  readonly #pricing: GroupPricing;
  readonly #pricer: Pricer;
  readonly #grouped: GroupedLake;
  readonly #codes: ReadonlyMap<string, number>;
  readonly context: LakeContext;

  constructor(lake: Lake, pricing: GroupPricing) {
    this.#pricing = pricing;
    this.#pricer = compileTariff(pricing.tariff);
    this.#grouped = openGroupedLake(lake, pricing.scheme);
    const context = lake.context();
    const known = context.dictionaries.group ?? [];
    const added = this.#grouped.groups.filter((code) => !known.includes(code));
    const group = [...known, ...added];
    this.#codes = new Map(group.map((code, id) => [code, id]));
    this.context = { ...context, dictionaries: { ...context.dictionaries, group } };
  }

  segment(handle: SegmentHandle): SegmentPay {
    let read: ReadonlyMap<number, GroupedLakeStay> | undefined;
    const stays = (): ReadonlyMap<number, GroupedLakeStay> => {
      read ??= new Map([...this.#grouped.stays(handle, true)].map(({ row, stay }) => [row, stay]));
      return read;
    };
    const ruling = (stay: GroupedLakeStay): Ruling | undefined => this.#pricing.rulings[stay.mdtrt_id];
    return {
      lines: (visit, medfee_fen, inscp_fen) => {
        const stay = stays().get(visit);
        return stay === undefined ? undefined : reprice(stay, { medfee_fen, inscp_fen }, this.#pricing.tariff, ruling(stay));
      },
      stay: (visit) => {
        const stay = stays().get(visit);
        return stay === undefined ? undefined : this.#pricer.price(stay, ruling(stay)).fund_fen;
      },
      withGroups: (segment) => {
        const { columns } = segment.visits;
        const codes = filled(columns, 'grp_code');
        const amounts = filled(columns, 'grp_pay_amt');
        if (codes === undefined && amounts === undefined) return segment;
        for (const [row, stay] of stays()) {
          if (stay.grp_code === '') continue;
          const price = this.#pricer.price(stay, ruling(stay));
          if (price.form !== 'group') continue;
          if (codes !== undefined && codes[row] === missingCode) codes[row] = this.#codes.get(stay.grp_code) ?? missingCode;
          if (amounts !== undefined && Number.isNaN(amounts[row])) amounts[row] = price.pay_fen;
        }
        const added = { ...(codes === undefined ? {} : { grp_code: codes }), ...(amounts === undefined ? {} : { grp_pay_amt: amounts }) };
        return { ...segment, visits: { ...segment.visits, columns: { ...columns, ...added } } };
      },
    };
  }
}
