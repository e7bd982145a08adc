import { DuckDBInstance } from '@duckdb/node-api';
import { type Lake, lakeViews } from '@hengjian/lake';

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

const grams = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

/** Weights and durations by visit from the settlement lists of a lake; empty when it took in none. */
export async function readLists(lake: Lake): Promise<ReadonlyMap<string, ListFacts>> {
  if ((lake.manifest.facts.setl_list_d ?? []).length === 0) return new Map();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const statement of lakeViews(lake, ['setl_list_d'])) await connection.run(statement);
    const reader = await connection.runAndReadAll(
      `SELECT mdtrt_id, nwb_bir_wt, nwb_adm_wt, scs_cutd_sum_dura, vent_used_dura FROM setl_list_d WHERE coalesce(vali_flag, '1') <> '0' ORDER BY mdtrt_id`,
    );
    return new Map(
      reader.getRowObjectsJson().map((row) => [
        String(row.mdtrt_id),
        {
          birth_weight: grams(row.nwb_bir_wt),
          admission_weight: grams(row.nwb_adm_wt),
          icu_hours: hoursOf(text(row.scs_cutd_sum_dura)),
          ventilator_hours: hoursOf(text(row.vent_used_dura)),
        },
      ]),
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
