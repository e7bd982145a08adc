import { type GroupedLake, type GroupedLakeStay, type GroupedStayOfSegment, openGroupedLake, type StayGroup } from '@hengjian/grouping';
import type { Lake, SegmentHandle } from '@hengjian/lake';
import {
  compileTariff,
  type GroupPricing,
  openSettlement,
  type PricedStay,
  type Pricer,
  type Repricing,
  type Ruling,
  reprice,
  type StayPrice,
} from '@hengjian/settlement';
import {
  type Carriage,
  type ColumnData,
  extractColumns,
  formatYuan,
  type LakeContext,
  missingCode,
  type Segment,
  viewIfLoaded,
  views,
} from '@hengjian/standard';
import {
  type Bills,
  billReader,
  chargeTable,
  type GroupSupport,
  groupSupport,
  judgeProcedures,
  type SupportedGroup,
  supportedGroup,
} from './evidence-group.ts';

/** Prices with what supported groups are worked out with; absent when the settlement keeps no scheme. */
export interface AuditPricing extends GroupPricing {
  readonly support?: GroupSupport;
}

/** Reads the prices of a settlement and its scheme. Throws a refusal when the folder holds none, or another scheme. */
export function readAuditPricing(folder: string): AuditPricing {
  const settlement = openSettlement(folder);
  const support = groupSupport(settlement);
  return support === undefined ? settlement.pricing : { ...settlement.pricing, support };
}

/** What the fund paid too much because a stay was paid by a dearer group than its bill supports. */
export interface GroupDifference {
  readonly fund_loss_fen: number;
  /** The arithmetic. */
  readonly note: string;
  /** The supported group, where it is known and not only its payment. */
  readonly instead?: Instead;
}

/** The group that a stay would be in. */
export type Instead = Pick<StayGroup, 'grp_code' | 'status' | 'auxiliary'>;

/** Prices of the group-paid stays of one segment. */
export interface SegmentPay {
  /** What the fund loses through lines that should not be there; undefined for a stay that the settlement does not price. */
  lines(visit: number, medfee_fen: number, inscp_fen: number): Repricing | undefined;
  /** What the fund bears of the whole stay. */
  stay(visit: number): number | undefined;
  /** What is needed to price a stay again; undefined for a stay that the settlement does not price. */
  priced(visit: number): PricedStay | undefined;
  /** The group that the bill of a stay supports; undefined when nothing is proven. */
  supported(visit: number): { readonly paid: StayPrice; readonly supported: SupportedGroup } | undefined;
  /**
   * What the fund lost when `paid_fen` was paid to the hospital and `excess_fen` less is supported; undefined for a stay
   * not paid by group.
   */
  difference(visit: number, paid_fen: number | undefined, excess_fen: number): GroupDifference | undefined;
  /** The segment with group and payment of the stays where the sources do not say them. */
  withGroups(segment: Segment): Segment;
}

const filled = (columns: Readonly<Record<string, ColumnData>>, name: string): Int32Array | Float64Array | undefined => {
  const column = columns[name];
  return column instanceof Float64Array || column instanceof Int32Array ? column.slice() : undefined;
};

const pricedStay = (stay: GroupedLakeStay): PricedStay => ({
  mdtrt_id: stay.mdtrt_id,
  fixmedins_code: stay.fixmedins_code,
  hosp_lv: stay.hosp_lv,
  insutype: stay.insutype,
  insu_admdvs: stay.insu_admdvs,
  ipt_days: stay.ipt_days,
  dscg_way: stay.dscg_way,
  dscg_day: stay.dscg_day,
  clr_way: stay.clr_way,
  medfee_sumamt: stay.medfee_sumamt,
  inscp_amt: stay.inscp_amt,
  fund_pay_sumamt: stay.fund_pay_sumamt,
  acct_pay: stay.acct_pay,
  psn_pay: stay.psn_pay,
  status: stay.status,
  grp_code: stay.grp_code,
});

function memoised<Value>(make: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: make() };
    return known.value;
  };
}

const shownPrice = ({ grp_code, form, style, pay_fen, fund_fen }: StayPrice): string =>
  `${grp_code === '' ? form : grp_code} ${style} ${formatYuan(pay_fen)}, fund ${formatYuan(fund_fen)}`;

const unbilledNote = ({ unbilled }: SupportedGroup): string =>
  unbilled.map(({ operation, items }) => `${operation} (none of ${items.join(', ')} billed)`).join(', ');

/** Prices the stays of one segment, each thing read when it is first asked for. */
class PricedSegment implements SegmentPay {
  readonly #pricing: AuditPricing;
  readonly #pricer: Pricer;
  readonly #codes: ReadonlyMap<string, number>;
  readonly #areas: ReadonlyMap<string, string>;
  readonly #rows: () => ReadonlyMap<number, GroupedStayOfSegment>;
  readonly #bills: () => Bills;
  readonly #supported = new Map<number, SupportedGroup | undefined>();

  constructor(pay: GroupPay, handle: SegmentHandle) {
    this.#pricing = pay.pricing;
    this.#pricer = pay.pricer;
    this.#codes = pay.codes;
    this.#areas = pay.areas;
    const given = pay.pricing.groups;
    this.#rows = memoised(
      () =>
        new Map(
          [...pay.grouped.stays(handle, true)].map((one) => [one.row, { ...one, stay: { ...one.stay, ...given?.[one.stay.mdtrt_id] } }]),
        ),
    );
    this.#bills = memoised(() => pay.bills()(handle));
  }

  #ruling(stay: GroupedLakeStay): Ruling | undefined {
    return this.#pricing.rulings[stay.mdtrt_id];
  }

  lines(visit: number, medfee_fen: number, inscp_fen: number): Repricing | undefined {
    const stay = this.#rows().get(visit)?.stay;
    return stay === undefined ? undefined : reprice(stay, { medfee_fen, inscp_fen }, this.#pricing.tariff, this.#ruling(stay));
  }

  stay(visit: number): number | undefined {
    const stay = this.#rows().get(visit)?.stay;
    return stay === undefined ? undefined : this.#pricer.price(stay, this.#ruling(stay)).fund_fen;
  }

  priced(visit: number): PricedStay | undefined {
    const stay = this.#rows().get(visit)?.stay;
    return stay === undefined ? undefined : pricedStay(stay);
  }

  /** The price of a stay that is paid by its group. */
  #paid(stay: GroupedLakeStay): StayPrice | undefined {
    if (stay.grp_code === '') return undefined;
    const price = this.#pricer.price(stay, this.#ruling(stay));
    return price.form === 'group' ? price : undefined;
  }

  #priceIn(stay: GroupedLakeStay, group: Instead): StayPrice {
    const { auxiliary: _own, ...ruling } = this.#ruling(stay) ?? {};
    const { grp_code, status, auxiliary } = group;
    return this.#pricer.price({ ...stay, grp_code, status }, auxiliary === null ? ruling : { ...ruling, auxiliary });
  }

  #support(visit: number, stay: GroupedLakeStay, paid: StayPrice): SupportedGroup | undefined {
    const { support } = this.#pricing;
    // The lake has the codes of the first list; what a list sent again supports is not known here.
    if (this.#pricing.groups?.[stay.mdtrt_id] !== undefined) return undefined;
    const found = this.#rows().get(visit);
    if (support === undefined || found === undefined || !this.#bills().isReadable(visit)) return undefined;
    const one = found.groupingCase();
    const place = { day: stay.dscg_day, area: this.#areas.get(stay.fixmedins_code) ?? '' };
    const judged = judgeProcedures(one.procedures, support.charges, place, (items) => this.#bills().has(visit, items));
    return supportedGroup({ stay, one, paid, price: (group) => this.#priceIn(stay, group) }, judged, support.grouper);
  }

  supported(visit: number): { readonly paid: StayPrice; readonly supported: SupportedGroup } | undefined {
    const stay = this.#rows().get(visit)?.stay;
    const paid = stay === undefined ? undefined : this.#paid(stay);
    if (stay === undefined || paid === undefined) return undefined;
    if (!this.#supported.has(visit)) this.#supported.set(visit, this.#support(visit, stay, paid));
    const supported = this.#supported.get(visit);
    return supported === undefined ? undefined : { paid, supported };
  }

  difference(visit: number, paid_fen: number | undefined, excess_fen: number): GroupDifference | undefined {
    const stay = this.#rows().get(visit)?.stay;
    const paid = stay === undefined ? undefined : this.#paid(stay);
    if (stay === undefined || paid === undefined) return undefined;
    const supported = this.supported(visit)?.supported;
    const isOurs =
      supported !== undefined && (paid_fen ?? paid.pay_fen) === paid.pay_fen && paid.pay_fen - supported.price.pay_fen === excess_fen;
    return isOurs ? this.#regrouped(stay, paid, supported) : this.#repaid(stay, paid_fen ?? paid.pay_fen, excess_fen);
  }

  #regrouped(stay: GroupedLakeStay, paid: StayPrice, supported: SupportedGroup): GroupDifference {
    const { grp_code, status, auxiliary } = supported.group;
    const instead: Instead = { grp_code, status, auxiliary };
    const { fund_loss_fen } = reprice(stay, { medfee_fen: 0, inscp_fen: 0, ...instead }, this.#pricing.tariff, this.#ruling(stay));
    const prices = `paid ${shownPrice(paid)}; supported ${shownPrice(supported.price)}`;
    const note = `${prices}: loss ${formatYuan(fund_loss_fen)}; ${unbilledNote(supported)}`;
    return { fund_loss_fen, note, instead };
  }

  /** Where the sources say what was paid and what is supported, but not by which group. */
  #repaid(stay: GroupedLakeStay, paid_fen: number, excess_fen: number): GroupDifference {
    const at = (standard_fen: number): number =>
      this.#pricer.price(stay, { review: { outcome: 'pass', by: 'standard', standard_fen } }).fund_fen;
    const [before, after] = [at(paid_fen), at(paid_fen - excess_fen)];
    const fund_loss_fen = Math.max(0, before - after);
    const paid = `paid ${formatYuan(paid_fen)}, fund ${formatYuan(before)}`;
    const supported = `supported ${formatYuan(paid_fen - excess_fen)}, fund ${formatYuan(after)}`;
    return { fund_loss_fen, note: `${paid}; ${supported}: loss ${formatYuan(fund_loss_fen)}` };
  }

  withGroups(segment: Segment): Segment {
    const { columns } = segment.visits;
    const codes = filled(columns, 'grp_code');
    const amounts = filled(columns, 'grp_pay_amt');
    const evidence = filled(columns, 'evid_grp_pay_amt');
    if (codes === undefined && amounts === undefined && evidence === undefined) return segment;
    for (const [row, { stay }] of this.#rows()) {
      const price = this.#paid(stay);
      if (price === undefined) continue;
      if (codes !== undefined && codes[row] === missingCode) codes[row] = this.#codes.get(stay.grp_code) ?? missingCode;
      if (amounts !== undefined && Number.isNaN(amounts[row])) amounts[row] = price.pay_fen;
      if (evidence !== undefined && Number.isNaN(evidence[row])) evidence[row] = this.supported(row)?.supported.price.pay_fen ?? Number.NaN;
    }
    const added = Object.entries({ grp_code: codes, grp_pay_amt: amounts, evid_grp_pay_amt: evidence }).flatMap(([name, column]) =>
      column === undefined ? [] : [[name, column] as const],
    );
    return { ...segment, visits: { ...segment.visits, columns: { ...columns, ...Object.fromEntries(added) } } };
  }
}

/** Area of each institution of the lake, six digits. */
const groupFields = ['grp_code', 'grp_pay_amt', 'evid_grp_pay_amt'].map((field) => `${extractColumns.visits.table}.${field}`);

/** What institutions deliver, and the groups and payments that are worked out for all of them. */
const withGroups = (carriage: Carriage): Carriage =>
  Object.fromEntries(Object.entries(carriage).map(([institution, fields]) => [institution, [...fields, ...groupFields]]));

function areasOf(context: LakeContext): ReadonlyMap<string, string> {
  const areas = viewIfLoaded(views.ids, context.dimensions.institution, 'admdvs');
  const codes = context.dictionaries.institution ?? [];
  return new Map(codes.map((code, id) => [code, context.dictionaries.area?.[areas?.[id] ?? missingCode] ?? '']));
}

/** Prices the stays of a lake by a settlement. Every thread makes its own; all give the same answers. */
export class GroupPay {
  readonly pricing: AuditPricing;
  readonly pricer: Pricer;
  readonly grouped: GroupedLake;
  readonly codes: ReadonlyMap<string, number>;
  readonly areas: ReadonlyMap<string, string>;
  readonly context: LakeContext;
  readonly bills: () => (handle: SegmentHandle) => Bills;

  constructor(lake: Lake, pricing: AuditPricing) {
    this.pricing = pricing;
    this.pricer = compileTariff(pricing.tariff);
    this.grouped = openGroupedLake(lake, pricing.scheme);
    const context = lake.context();
    const known = context.dictionaries.group ?? [];
    const given = Object.values(pricing.groups ?? {}).map((group) => group.grp_code);
    const added = [...new Set([...this.grouped.groups, ...given])].filter((code) => !known.includes(code)).sort();
    const group = [...known, ...added];
    this.codes = new Map(group.map((code, id) => [code, id]));
    this.areas = areasOf(context);
    // Groups and payments are there now, whether or not the sources bring their table.
    const absent = context.absent.filter((table) => table !== extractColumns.visits.table);
    const carried = context.carriage === undefined ? {} : { carriage: withGroups(context.carriage) };
    this.context = { ...context, absent, ...carried, dictionaries: { ...context.dictionaries, group } };
    this.bills = memoised(() => billReader(context, pricing.support?.charges ?? chargeTable([])));
  }

  segment(handle: SegmentHandle): SegmentPay {
    return new PricedSegment(this, handle);
  }
}
