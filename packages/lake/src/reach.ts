import { integer, type Tables } from '@hengjian/table';
import type { Coverage } from './manifest.ts';

const reachOf = (kind: 'n' | 'f', table: string, time: string): string =>
  `SELECT coalesce(fixmedins_code, '') AS fixmedins_code, '${table}' AS tbl, strftime(${time}, '%Y-%m') AS month, count(*) AS n,
    min(CAST(${time} AS DATE)) AS day_from, max(CAST(${time} AS DATE)) AS day_to
   FROM ${kind}_${table} WHERE ${time} IS NOT NULL GROUP BY ALL`;

/** SELECT of the days and months that rows reach, by institution and table: those of the batch (`n`) or of the lake (`f`). */
export const reachSql = (kind: 'n' | 'f'): string =>
  [reachOf(kind, 'fee_list_d', 'fee_ocur_time'), reachOf(kind, 'mdtrt_d', 'begntime'), reachOf(kind, 'setl_d', 'setl_time')].join(
    ' UNION ALL ',
  );

/** Makes `institution_reach` from the table `reach` (all batches) and returns the coverage of the lake. */
export async function coverage(engine: Tables): Promise<Coverage> {
  const has = (table: string): string => `(SELECT count(*) FROM reach WHERE tbl = '${table}') > 0`;
  const visitTable = `CASE WHEN ${has('mdtrt_d')} THEN 'mdtrt_d' WHEN ${has('setl_d')} THEN 'setl_d' ELSE 'fee_list_d' END`;
  const ends = (prefix: string, table: string): string =>
    `min(day_from) FILTER (tbl = ${table}) AS ${prefix}_from, max(day_to) FILTER (tbl = ${table}) AS ${prefix}_to`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE visit_source AS SELECT ${visitTable} AS tbl`);
  const list = `${ends('line', "'fee_list_d'")}, ${ends('visit', '(SELECT v.tbl FROM visit_source v)')}`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE institution_reach AS SELECT fixmedins_code, ${list} FROM reach GROUP BY fixmedins_code`);
  const day = (name: string, none: number): string => `coalesce(CAST(${name} - DATE '1970-01-01' AS INTEGER), ${none}) AS ${name}`;
  const days = { line_from: integer, line_to: integer, visit_from: integer, visit_to: integer };
  const columns = `${day('line_from', 0)}, ${day('line_to', -1)}, ${day('visit_from', 0)}, ${day('visit_to', -1)}`;
  const row = await engine.row(`SELECT ${columns} FROM (SELECT ${list} FROM reach)`, days);
  return row ?? { line_from: 0, line_to: -1, visit_from: 0, visit_to: -1 };
}
