import type { Tables } from '@hengjian/table';
import { settingSql } from './prepare.ts';

// A long stay may be settled on its way, and a stay over the end of a year often is; some systems then close the visit and
// open another one. What the patient had is one stay.

const isValid = "coalesce(vali_flag, '1') <> '0'";

/** Visits whose own settlement, or the source, says that the stay goes on. */
const goingOn = `SELECT mdtrt_id FROM c_setl_d WHERE mid_setl_flag = '1' AND ${isValid}
  UNION SELECT mdtrt_id FROM c_mdtrt_d WHERE ars_year_ipt_flag = '1' AND ${isValid}`;

/** Parts of a stay in the order of time: one institution, and each begins on the day the one before ends or on the next. */
const joined = `
  WITH stays AS (
    SELECT psn, mdtrt_id, fixmedins_code, begntime, endtime, mdtrt_id IN (SELECT mdtrt_id FROM j_going_on) AS goes_on
    FROM c_mdtrt_d WHERE ${isValid} AND ${settingSql('med_type')} = 'inpatient' AND begntime IS NOT NULL
  ), marked AS (
    SELECT *, coalesce(lag(goes_on) OVER parts AND date_diff('day', lag(endtime) OVER parts, begntime) BETWEEN 0 AND 1, false) AS follows
    FROM stays WINDOW parts AS (PARTITION BY psn, fixmedins_code ORDER BY begntime, endtime, mdtrt_id)
  ), numbered AS (
    SELECT *, sum(CASE WHEN follows THEN 0 ELSE 1 END) OVER (PARTITION BY psn, fixmedins_code ORDER BY begntime, endtime, mdtrt_id) AS stay
    FROM marked
  )
  SELECT mdtrt_id, first_value(mdtrt_id) OVER parts AS root, last_value(mdtrt_id) OVER parts = mdtrt_id AS is_last
  FROM numbered WINDOW parts AS (PARTITION BY psn, fixmedins_code, stay ORDER BY begntime, endtime, mdtrt_id
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
  QUALIFY count(*) OVER parts > 1`;

/** What the last part says of the end of the stay. */
const ofTheEnd = ['endtime', 'dscg_caty', 'dscg_way', 'die_date', 'dscg_maindiag_code'];

/** One row a stay: it begins as its first part and ends as its last one; its days follow from both. */
const joinedVisits = `SELECT m.* REPLACE (${ofTheEnd
  .map(
    (name) => `CASE WHEN e.mdtrt_id IS NULL THEN m.${name}
  ELSE e.${name} END AS ${name}`,
  )
  .join(', ')},
    CASE WHEN e.mdtrt_id IS NULL THEN m.ipt_days END AS ipt_days)
  FROM c_mdtrt_d m LEFT JOIN j_joined j USING (mdtrt_id)
  LEFT JOIN (SELECT j.root, c.* FROM j_joined j JOIN c_mdtrt_d c USING (mdtrt_id) WHERE j.is_last) e ON e.root = m.mdtrt_id
  WHERE j.root IS NULL OR j.root = m.mdtrt_id`;

/** Finds the stays of a chunk that were settled in parts and makes one visit of each. Makes `j_joined`. */
export async function joinStays(engine: Tables): Promise<boolean> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_going_on AS ${goingOn}`);
  const some = (await engine.count('SELECT count(*) FROM j_going_on')) > 0;
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_joined AS ${some ? joined : `${joined} LIMIT 0`}`);
  if (!some || (await engine.count('SELECT count(*) FROM j_joined')) === 0) return false;
  await engine.run(`CREATE OR REPLACE TEMP TABLE c_mdtrt_d AS ${joinedVisits}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE c_setl_d AS ${ofJoined('setl_d', 'SELECT * FROM c_setl_d')}`);
  return true;
}

/** Tables with one row a visit: what the first part says stays. */
const oneARow: ReadonlySet<string> = new Set(['mdtrt_exct_d', 'setl_list_d', 'visits', 'held_visits']);
const byPerson: ReadonlySet<string> = new Set(['psn_info_b', 'psn_insu_d', 'persons', 'unsure_enrolments']);

/** SELECT of rows whose visits may have become part of a stay; only the last part says which diagnosis was the main one. */
export function ofJoined(table: string, select: string): string {
  if (byPerson.has(table)) return select;
  if (oneARow.has(table))
    return `SELECT x.* FROM (${select}) x LEFT JOIN j_joined j USING (mdtrt_id) WHERE j.root IS NULL OR j.root = x.mdtrt_id`;
  const main =
    table === 'setl_list_diag_d'
      ? ", CASE WHEN j.root IS NOT NULL AND NOT j.is_last THEN '0' ELSE x.maindiag_flag END AS maindiag_flag"
      : '';
  return `SELECT x.* REPLACE (coalesce(j.root, x.mdtrt_id) AS mdtrt_id${main}) FROM (${select}) x
    LEFT JOIN j_joined j ON j.mdtrt_id = x.mdtrt_id`;
}
