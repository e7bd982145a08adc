import { type Lake, lakeViews } from '@hengjian/lake';
import { number, openTables, optional, text } from '@hengjian/table';
import { hoursOf } from '../case/hours.ts';

/** What only the settlement list says of a stay. */
export interface ListFacts {
  /** Days at admission of a newborn. */
  readonly age_days: number | null;
  /** Grams. */
  readonly birth_weight: number | null;
  readonly admission_weight: number | null;
  readonly icu_hours: number | null;
  readonly ventilator_hours: number | null;
}

const query = `SELECT mdtrt_id, nwb_age::DOUBLE AS age_days, nwb_bir_wt::DOUBLE AS birth_weight, nwb_adm_wt::DOUBLE AS admission_weight,
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
      age_days: optional(number),
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
