import { type Lake, lakeViews } from '@hengjian/lake';
import { number, openTables, optional, text } from '@hengjian/table';

/** What only the settlement list says of a stay. */
export interface ListFacts {
  /** Grams. */
  readonly birth_weight: number | null;
  readonly admission_weight: number | null;
  readonly icu_hours: number | null;
  readonly ventilator_hours: number | null;
}

const hoursPerDay = 24;
const minutesPerHour = 60;

/** Whole hours of a duration written `days/hours/minutes`, or as a number of hours; null for anything else. */
export function hoursOf(text: string | null): number | null {
  if (text === null) return null;
  const parts = text.trim().split('/');
  if (parts.some((part) => !/^\d+(\.\d+)?$/.test(part.trim()))) return null;
  const [first = 0, hours = 0, minutes = 0] = parts.map(Number);
  if (parts.length === 1) return Math.floor(first);
  return parts.length === 3 ? Math.floor(first * hoursPerDay + hours + minutes / minutesPerHour) : null;
}

const query = `SELECT mdtrt_id, nwb_bir_wt::DOUBLE AS birth_weight, nwb_adm_wt::DOUBLE AS admission_weight,
    scs_cutd_sum_dura::VARCHAR AS icu, vent_used_dura::VARCHAR AS ventilator
  FROM setl_list_d WHERE coalesce(vali_flag, '1') <> '0' ORDER BY mdtrt_id`;

/** Weights and durations by visit from the settlement lists of a lake; empty when it took in none. */
export async function readLists(lake: Lake): Promise<ReadonlyMap<string, ListFacts>> {
  if ((lake.manifest.facts.setl_list_d ?? []).length === 0) return new Map();
  const tables = await openTables({ folders: [lake.folder] });
  try {
    for (const statement of lakeViews(lake, ['setl_list_d'])) await tables.run(statement);
    const rows = await tables.rows(query, {
      mdtrt_id: text,
      birth_weight: optional(number),
      admission_weight: optional(number),
      icu: optional(text),
      ventilator: optional(text),
    });
    return new Map(
      rows.map(({ mdtrt_id, icu, ventilator, ...weights }) => [
        mdtrt_id,
        { ...weights, icu_hours: hoursOf(icu), ventilator_hours: hoursOf(ventilator) },
      ]),
    );
  } finally {
    tables.close();
  }
}
