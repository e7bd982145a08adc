import type { Duck } from './duck.ts';
import type { Coverage } from './manifest.ts';

const reachOf = (table: string, time: string): string =>
  `SELECT coalesce(fixmedins_code, '') AS fixmedins_code, '${table}' AS tbl, strftime(${time}, '%Y-%m') AS month, count(*) AS n, min(CAST(${time} AS DATE)) AS day_from, max(CAST(${time} AS DATE)) AS day_to
   FROM n_${table} WHERE ${time} IS NOT NULL GROUP BY ALL`;

/** SELECT of the days and months that the new rows reach, by institution and table. */
export const newReachSql = [reachOf('fee_list_d', 'fee_ocur_time'), reachOf('mdtrt_d', 'begntime'), reachOf('setl_d', 'setl_time')].join(
  ' UNION ALL ',
);

/** Makes `institution_reach` from the table `reach` (all batches) and returns the coverage of the lake. */
export async function coverage(duck: Duck): Promise<Coverage> {
  const visitTable =
    "CASE WHEN (SELECT count(*) FROM reach WHERE tbl = 'mdtrt_d') > 0 THEN 'mdtrt_d' WHEN (SELECT count(*) FROM reach WHERE tbl = 'setl_d') > 0 THEN 'setl_d' ELSE 'fee_list_d' END";
  const ends = (prefix: string, table: string): string =>
    `min(day_from) FILTER (tbl = ${table}) AS ${prefix}_from, max(day_to) FILTER (tbl = ${table}) AS ${prefix}_to`;
  await duck.run(`CREATE OR REPLACE TEMP TABLE visit_source AS SELECT ${visitTable} AS tbl`);
  const list = `${ends('line', "'fee_list_d'")}, ${ends('visit', '(SELECT v.tbl FROM visit_source v)')}`;
  await duck.run(`CREATE OR REPLACE TEMP TABLE institution_reach AS SELECT fixmedins_code, ${list} FROM reach GROUP BY fixmedins_code`);
  const day = (name: string, none: number): string => `coalesce(CAST(${name} - DATE '1970-01-01' AS INTEGER), ${none}) AS ${name}`;
  const [row] = await duck.rows(
    `SELECT ${day('line_from', 0)}, ${day('line_to', -1)}, ${day('visit_from', 0)}, ${day('visit_to', -1)} FROM (SELECT ${list} FROM reach)`,
  );
  return {
    line_from: Number(row?.line_from),
    line_to: Number(row?.line_to),
    visit_from: Number(row?.visit_from),
    visit_to: Number(row?.visit_to),
  };
}
