import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf, formatDay } from '@hengjian/standard';
import type { Sums } from './calibration.ts';
import type { Catalogue, Item } from './catalogue.ts';
import type { City } from './city.ts';
import type { Institution, Visit } from './model.ts';

/** Supply of one item at one institution in one month (0 to 11): what was there to be sold, in units. */
export interface LedgerRow {
  readonly institution: string;
  readonly item: string;
  readonly month: number;
  readonly supplied: number;
}

const watchedItems = ['阿莫西林', '头孢呋辛', '一次性使用输液器', '一次性使用注射器'] as const;

/** Institutions that hand in their ledger of some ordinary items: one of each kind. */
function watchedInstitutions(city: City): readonly Institution[] {
  return Object.values(city.byKind).flatMap((institutions) => institutions.slice(0, 1));
}

const soldKey = (institution: Institution, item: Item, month: number): string => `sold.${institution.index}.${item.index}.${month}`;

/** First day of a month (0 to 12) of the year. */
export const firstOfMonth = (year: number, month: number): number => (month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1));

/** First day of each month of the year, as days since 1970-01-01, and the day after the year. */
const monthStarts = (city: City): readonly number[] => Array.from({ length: 13 }, (_, month) => firstOfMonth(city.year, month));

/** Counts what watched institutions sell of the watched items, so that their ledgers balance. */
export class Sales {
  readonly #institutions: ReadonlySet<Institution>;
  readonly #items: ReadonlySet<Item>;
  readonly #months: readonly number[];
  #sums: Sums = {};

  constructor(city: City, catalogue: Catalogue) {
    this.#institutions = new Set(watchedInstitutions(city));
    this.#items = new Set(watchedItems.map((name) => catalogue.item(name)));
    this.#months = monthStarts(city);
  }

  visit(visit: Visit): void {
    if (!this.#institutions.has(visit.institution)) return;
    for (const line of visit.lines) {
      if (line.cnt <= 0 || !this.#items.has(line.item)) continue;
      const day = Math.floor(line.minute / 1440);
      const key = soldKey(
        visit.institution,
        line.item,
        this.#months.findLastIndex((start) => start <= day),
      );
      this.#sums[key] = (this.#sums[key] ?? 0) + line.cnt;
    }
  }

  /** Hundredths of units sold since the last take, by institution, item and month. */
  take(): Sums {
    const sums = this.#sums;
    this.#sums = {};
    return sums;
  }
}

/** Ledgers of the watched institutions: each month supplies what it sold. */
export function soldSums(city: City, catalogue: Catalogue, sums: Sums): LedgerRow[] {
  return watchedInstitutions(city).flatMap((institution) =>
    watchedItems.flatMap((name) => {
      const item = catalogue.item(name);
      return Array.from({ length: 12 }, (_, month) => month).flatMap((month) => {
        const sold = sums[soldKey(institution, item, month)] ?? 0;
        return sold === 0 ? [] : [{ institution: institution.code, item: item.code, month, supplied: Math.ceil(sold / 100) }];
      });
    }),
  );
}

const kinds = { opening: '1', received: '2', closing: '4' } as const;
/** Units in stock at the begin and the end of a month. */
const reserve = 20;

/** Writes `stoc_chg_d.csv`: opening, received and closing of each month, so that opening + received − closing was supplied. */
export async function writeStock(city: City, rows: readonly LedgerRow[], out: string): Promise<void> {
  const starts = monthStarts(city);
  const text = rows.flatMap(({ institution, item, month, supplied }, index) => {
    const first = formatDay(starts[month] ?? 0);
    const last = formatDay((starts[month + 1] ?? 0) - 1);
    const row = (kind: string, cnt: number, at: string): string =>
      `T${String(index + 1).padStart(8, '0')}${kind},${institution},${item},${kind},${cnt}.0000,,${at},,${last} 23:30:00`;
    return [
      row(kinds.opening, reserve, `${first} 00:00:00`),
      row(kinds.received, supplied, `${first} 06:00:00`),
      row(kinds.closing, reserve, `${last} 23:00:00`),
    ];
  });
  const header = 'stoc_chg_id,fixmedins_code,med_list_codg,inv_chg_type,cnt,pric,inv_chg_time,drug_trac_codg,updt_time';
  await writeFile(join(out, 'stoc_chg_d.csv'), `${[header, ...text].join('\n')}\n`);
}
