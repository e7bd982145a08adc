import { tableOf, workingTables } from '@hengjian/standard';
import type { Tables } from '@hengjian/table';
import { findCopiedLines, holdCopiedSettlements, sumLines } from './copies.ts';
import { judgeDoubts } from './doubts.ts';
import { groupSql } from './held.ts';
import { nameOnlySettlements } from './only-settlement.ts';
import { findOtherPersons } from './other-persons.ts';
import { linkRefunds, netOfLines } from './refunds.ts';
import { findSeveralDays } from './several-days.ts';
import { settlementReadingSql } from './signs.ts';
import { personTables } from './touch.ts';
import { countOpen } from './withheld.ts';

/** What the sources of the lake say they do not have. */
export interface Absences {
  readonly settlements: boolean;
  readonly visits: boolean;
}

/** Amounts of a settlement that the state is worked out from. */
export const settlementMoney: readonly string[] = [
  ...new Set([
    'medfee_sumamt',
    ...workingTables.settlements.flatMap((column) => (column.kind === 'scaled' && isMoney(column.name) ? [column.name] : [])),
  ]),
];

function isMoney(name: string): boolean {
  return tableOf('setl_d').fields.get(name)?.type === 'money';
}

/** Institutions number their settlements and lines each for themselves; a row that names none may be of any. */
const sameInstitution = (left: string, right: string): string => `coalesce(${left}.fixmedins_code = ${right}.fixmedins_code, true)`;

const heldSigns = groupSql('setl_d', 'signs', 'fixmedins_code', 'setl_time', 'mdtrt_id');

const otherMoney = settlementMoney.filter((name) => name !== 'medfee_sumamt');

/** The amounts beside the total have no minus. */
const othersWithoutMinus = `coalesce(least(${otherMoney.join(', ')}), 0) >= 0`;

/** Amounts of money that goes back, with the minus signs that the source left out: of the total, of the amounts beside it, or of both. */
const signedMoney = settlementMoney
  .map((name) => {
    const positive = name === 'medfee_sumamt' ? 'medfee_sumamt > 0' : 'others_plain';
    return `CASE WHEN reading IN ('refund', 'unmatched') AND ${positive} THEN -${name} ELSE ${name} END AS ${name}`;
  })
  .join(', ');

/**
 * A refund without minus signs gets them. One that names no original takes back a settlement of the visit with the same
 * amount; else it takes a part of what the visit was charged, if that is enough. One that is only marked, after a settlement of
 * the same amount, may take that one back or be another one that was taken back: it is held.
 */
const settlements = `
  WITH read AS (
    SELECT *, coalesce(vali_flag, '1') = '0' AS is_invalid, ${settlementReadingSql('w')} AS r FROM c_setl_d w
  ), dated AS (
    SELECT *, CASE WHEN r = 'reversed' AND NOT is_invalid AND min(setl_time) FILTER (r = 'charge' AND NOT is_invalid)
      OVER (PARTITION BY psn, mdtrt_id, medfee_sumamt) <= setl_time AND ${heldSigns} THEN 'held' ELSE r END AS said FROM read
  ), said AS (
    SELECT * EXCLUDE (said), CASE WHEN said = 'held' AND NOT ${heldSigns} THEN 'charge' ELSE said END AS reading,
      ${othersWithoutMinus} AS others_plain FROM dated
  ), signed AS (
    SELECT * EXCLUDE (others_plain) REPLACE (${signedMoney}),
      reading IN ('refund', 'unmatched') AND (medfee_sumamt > 0 OR others_plain) AS flipped FROM said
  ), alone AS (
    SELECT psn, mdtrt_id, setl_id, -medfee_sumamt AS amount, row_number()
      OVER (PARTITION BY psn, mdtrt_id, medfee_sumamt ORDER BY setl_time, setl_id) AS place
    FROM signed WHERE reading = 'unmatched' AND NOT is_invalid
  ), open AS (
    SELECT c.psn, c.mdtrt_id, c.setl_id AS original, c.medfee_sumamt AS amount,
      row_number() OVER (PARTITION BY c.psn, c.mdtrt_id, c.medfee_sumamt ORDER BY c.setl_time, c.setl_id) AS place
    FROM signed c ANTI JOIN (SELECT * FROM signed WHERE reading = 'refund' AND NOT is_invalid) x
      ON x.psn = c.psn AND x.init_setl_id = c.setl_id AND ${sameInstitution('x', 'c')}
    WHERE c.reading = 'charge' AND NOT c.is_invalid
  ), w AS (
    SELECT s.* REPLACE (coalesce(s.init_setl_id, o.original) AS init_setl_id, CASE WHEN o.original IS NOT NULL THEN 'refund'
      ELSE s.reading END AS reading)
    FROM signed s LEFT JOIN alone a USING (psn, mdtrt_id, setl_id) LEFT JOIN open o USING (psn, mdtrt_id, amount, place)
  ), taken AS (
    SELECT r._rid AS refund, arg_min(o._rid, row(o.mdtrt_id <> r.mdtrt_id, o._rid)) AS original
    FROM w r JOIN w o ON o.psn = r.psn AND o.setl_id = r.init_setl_id AND ${sameInstitution('o', 'r')}
    WHERE r.reading = 'refund' AND NOT r.is_invalid AND o.reading <> 'refund' AND NOT o.is_invalid GROUP BY r._rid
  ), originals AS (
    SELECT o._rid AS rid, any_value(o.medfee_sumamt) + sum(r.medfee_sumamt) <= 0 AS gone,
      any_value(o.medfee_sumamt) + sum(r.medfee_sumamt) < 0 AS is_over
    FROM taken t JOIN w o ON o._rid = t.original JOIN w r ON r._rid = t.refund GROUP BY o._rid
  )
  SELECT w.* EXCLUDE (is_invalid, r), CASE
      WHEN is_invalid THEN 'invalid'
      WHEN w.reading = 'refund' THEN CASE WHEN r.gone IS NULL THEN 'pending' WHEN r.gone THEN 'reversed' ELSE 'live' END
      WHEN w.reading = 'unmatched' AND sum(w.medfee_sumamt) FILTER (NOT is_invalid AND w.reading IN ('charge', 'refund', 'unmatched'))
        OVER (PARTITION BY w.psn, w.mdtrt_id) >= 0 THEN 'live'
      WHEN w.reading <> 'charge' THEN w.reading
      WHEN o.gone THEN 'reversed' ELSE 'live' END AS status, CASE WHEN is_invalid THEN ''
      WHEN w.reading = 'held' THEN 'signs' WHEN w.reading = 'refund' AND r.is_over THEN 'over' ELSE '' END AS cause
  FROM w LEFT JOIN originals o ON o.rid = w._rid LEFT JOIN taken t ON t.refund = w._rid LEFT JOIN originals r ON r.rid = t.original`;

const firstOf = (column: string): string => `arg_min(${column}, row(setl_time, setl_id)) FILTER (${column} IS NOT NULL) AS ${column}`;
const sumOf = (column: string): string => `sum(${column}) AS ${column}`;
export const fromSettlement = [
  'fixmedins_code',
  'med_type',
  'begndate',
  'enddate',
  'insutype',
  'insu_admdvs',
  'age',
  'dise_no',
  'nwb_flag',
  'gend',
  'brdy',
  '_both',
] as const;
export const visitMoney = ['medfee_sumamt', 'inscp_amt', 'fund_pay_sumamt', 'acct_pay', 'psn_pay'] as const;

/** A discharge before the admission says nothing of when the stay ended. */
const endsEarly = 'CAST(m.endtime AS DATE) < CAST(m.begntime AS DATE)';

/** Whether a visit names an internet hospital or clinic: the national table of kinds of visits has none for it. */
const saysInternet = "contains(concat_ws('|', m.adm_dept_name, m.dscg_dept_name, m.fixmedins_name), '互联网')";

/** Visits with their status; a visit that is missing is made from its settlements, or from its lines. */
function visitsSql({ settlements: noSettlements, visits: noVisits }: Absences): string {
  const either = (column: string): string => `coalesce(m.${column}, s.${column}) AS ${column}`;
  return `
  WITH s AS (
    SELECT mdtrt_id, count(*) AS live, ${fromSettlement.map(firstOf).join(', ')}, ${visitMoney.map(sumOf).join(', ')}, arg_max(clr_way,
    row(setl_time, setl_id)) FILTER (clr_way IS NOT NULL) AS clr_way
    FROM j_settlements WHERE status = 'live' GROUP BY mdtrt_id
  ), gone AS (SELECT mdtrt_id, bool_or(status IN ('reversed', 'invalid')) AS reversed FROM j_settlements GROUP BY mdtrt_id
  ), l AS (
    SELECT mdtrt_id, min(fee_ocur_time) AS begntime, max(fee_ocur_time) AS endtime, min(fixmedins_code) AS fixmedins_code, min(med_type)
    AS med_type, min(insu_admdvs) AS insu_admdvs
    FROM c_fee_list_d WHERE coalesce(vali_flag, '1') <> '0' GROUP BY mdtrt_id
  ), held AS (SELECT DISTINCT mdtrt_id FROM c_held_visits)
  SELECT v.mdtrt_id, v.psn, v.reach, m._rid,
    coalesce(m.fixmedins_code, s.fixmedins_code, l.fixmedins_code) AS fixmedins_code, coalesce(m.med_type, s.med_type, l.med_type) AS
    med_type,
    coalesce(m.begntime, CAST(s.begndate AS TIMESTAMP), l.begntime) AS begntime,
    CASE WHEN ${endsEarly} THEN NULL WHEN m._rid IS NOT NULL THEN coalesce(m.endtime, CAST(s.enddate AS TIMESTAMP))
    ELSE coalesce(CAST(s.enddate AS TIMESTAMP), l.endtime) END AS endtime,
    CASE WHEN ${endsEarly} THEN date_diff('day', m.endtime, m.begntime) END AS early_dscg_days,
    coalesce(m.insu_admdvs, s.insu_admdvs, l.insu_admdvs) AS insu_admdvs,
    ${['insutype', 'dise_no', 'nwb_flag', 'age', 'gend', 'brdy', '_both'].map(either).join(', ')},
    (m._rid IS NOT NULL OR s.begndate IS NOT NULL) AND (m.endtime IS NOT NULL OR s.enddate IS NOT NULL) AS has_dates,
    m.adm_caty, m.dscg_caty, m.chfpdr_code, m.dscg_way, m.matn_type, m.ipt_days, m.die_date, m.dscg_maindiag_code, m.oprn_oprt_code,
    m.ttp_pay_flag, m.emp_no, ${saysInternet} AS is_internet, ${visitMoney.map((name) => `s.${name}`).join(', ')}, s.clr_way,
    CASE WHEN coalesce(m.vali_flag, '1') = '0' THEN 'invalid'
      WHEN m._rid IS NULL AND held.mdtrt_id IS NOT NULL THEN 'pending'
      WHEN ${noSettlements ? 'true' : 's.live > 0'} THEN CASE WHEN m._rid IS NULL AND s.live IS NULL AND
      ${noVisits ? 'l.mdtrt_id IS NULL' : 'true'} THEN 'pending' ELSE 'live' END
      WHEN gone.reversed THEN 'reversed' ELSE 'pending' END AS status
  FROM c_visits v LEFT JOIN c_mdtrt_d m USING (mdtrt_id) LEFT JOIN s USING (mdtrt_id) LEFT JOIN gone USING (mdtrt_id) LEFT
    JOIN l USING (mdtrt_id) LEFT JOIN held USING (mdtrt_id)`;
}

const isRefund = (alias: string): string => `${alias}.reading = 'refund'`;

const heldLine = groupSql('fee_list_d', 'signs', 'l.fixmedins_code', 'l.fee_ocur_time', 'l.mdtrt_id');

/** Lines that do not count whatever is refunded, with the reason. */
function closedLines({ settlements: none }: Absences): string {
  const bySettlement = none
    ? ''
    : `WHEN l.setl_id IS NULL THEN 'pending|no-settlement-id' WHEN s.status IS NULL THEN 'pending|settlement-not-arrived'
       WHEN s.status = 'invalid' THEN 'invalid|settlement' WHEN s.status = 'reversed' THEN 'reversed|'
       WHEN s.status = 'pending' THEN 'pending|original-settlement-not-arrived'
       WHEN s.status = 'unmatched' THEN 'unmatched|settlement' WHEN s.status = 'held' THEN 'held|settlement'`;
  return `SELECT * FROM (SELECT l._rid AS rid, CASE WHEN coalesce(l.vali_flag, '1') = '0' THEN 'invalid|'
    WHEN v.status = 'invalid' THEN 'invalid|visit' ${bySettlement}
      WHEN x.rid IS NOT NULL THEN 'held|copy'
      WHEN l.reading = 'held' AND v.status IS NOT DISTINCT FROM 'live' AND ${heldLine} THEN 'held|signs'
      WHEN l.reading = 'held' AND v.status IS NOT DISTINCT FROM 'live' THEN NULL
      WHEN v.status = 'reversed' THEN 'reversed|' ELSE 'pending|visit-not-arrived' END AS fate
  FROM c_fee_list_d l LEFT JOIN j_visits v USING (mdtrt_id) LEFT JOIN j_settlements s ON s.mdtrt_id = l.mdtrt_id AND s.setl_id = l.setl_id
    LEFT JOIN j_copied_lines x ON x.rid = l._rid
  WHERE NOT (coalesce(l.vali_flag, '1') <> '0' AND l.reading <> 'held' AND x.rid IS NULL AND v.status IS NOT DISTINCT FROM 'live'
    ${none ? '' : "AND s.status IS NOT DISTINCT FROM 'live'"})) WHERE fate IS NOT NULL`;
}

/** Settlements that give money back, of whose lines the source wrote no minus sign. */
const takenBack = `SELECT l.mdtrt_id, l.setl_id FROM c_fee_list_d l JOIN j_settlements s USING (mdtrt_id, setl_id)
  WHERE s.reading IN ('refund', 'unmatched') AND coalesce(l.vali_flag, '1') <> '0'
  GROUP BY l.mdtrt_id, l.setl_id HAVING bool_and(l.reading = 'charge')`;

/** Makes refunds of their lines: they are what was given back. The lines of a large chunk are a view, which stays one. */
async function readTakenBack(engine: Tables): Promise<void> {
  if ((await engine.count(`CREATE OR REPLACE TEMP TABLE j_taken_back AS ${takenBack}`)) === 0) return;
  const isTaken = "reading = 'charge' AND (mdtrt_id, setl_id) IN (SELECT mdtrt_id, setl_id FROM j_taken_back)";
  const isView = (await engine.count("SELECT count(*) FROM duckdb_views() WHERE view_name = 'c_fee_list_d'")) > 0;
  if (!isView) return engine.run(`UPDATE c_fee_list_d SET reading = 'refund' WHERE ${isTaken}`);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE j_lines AS SELECT * REPLACE (CASE WHEN ${isTaken} THEN 'refund' ELSE reading END AS reading)
     FROM c_fee_list_d`,
  );
  await engine.run('CREATE OR REPLACE TEMP VIEW c_fee_list_d AS SELECT * FROM j_lines');
}

/** Refunds with their minus signs, whichever of them the source wrote. */
const refundLines = `SELECT l._rid, l._key, l.psn, l.mdtrt_id, l.fixmedins_code, l.init_feedetl_sn, l.med_list_codg, abs(l.pric) AS pric,
    l.fee_ocur_time, -abs(l.cnt) AS cnt, -abs(l.det_item_fee_sumamt) AS det_item_fee_sumamt, -abs(l.inscp_amt) AS inscp_amt,
    -abs(l.fulamt_ownpay_amt) AS fulamt_ownpay_amt, l.cnt >= 0 AND l.det_item_fee_sumamt >= 0 AND coalesce(l.pric, 0) >= 0 AS without_sign
  FROM c_fee_list_d l ANTI JOIN j_closed x ON x.rid = l._rid WHERE ${isRefund('l')}`;

const fitsOriginal = '(NOT r.without_sign OR (o.med_list_codg = r.med_list_codg AND o.cnt + r.cnt >= 0))';

/** Originals that refunds name. A refund without a minus sign must look like its original, or it may be anything. */
const linkedRefunds = `
  SELECT rid, arg_min(target, row(NOT fits, other_visit, target_key)) AS target, bool_or(fits) AS fits FROM (
    SELECT r._rid AS rid, o._rid AS target, o.mdtrt_id <> r.mdtrt_id AS other_visit, o._key AS target_key, ${fitsOriginal} AS fits
    FROM j_refunds r JOIN c_fee_list_d o ON o.psn = r.psn AND o.fixmedins_code IS NOT DISTINCT
    FROM r.fixmedins_code AND o.feedetl_sn = r.init_feedetl_sn
    WHERE r.init_feedetl_sn IS NOT NULL AND NOT ${isRefund('o')}
    UNION ALL
    SELECT r._rid, o._rid, o.mdtrt_id <> r.mdtrt_id, o._key, ${fitsOriginal}
    FROM j_refunds r JOIN c_fee_list_d o ON o.psn = r.psn AND o.bkkp_sn = r.init_feedetl_sn AND ${sameInstitution('o', 'r')}
    WHERE r.init_feedetl_sn IS NOT NULL AND NOT ${isRefund('o')}
  ) t ANTI JOIN j_closed x ON x.rid = t.target GROUP BY rid`;

/** The fate of every line that does not count as it stands. */
const fates = `SELECT rid, fate, CAST(NULL AS BIGINT) AS cnt, CAST(NULL AS BIGINT) AS det, CAST(NULL AS BIGINT) AS inscp, CAST(NULL AS
    BIGINT) AS ful FROM j_closed
  UNION ALL
  SELECT r._rid, CASE WHEN k.rid IS NOT NULL THEN 'refund|' WHEN f.rid IS NOT NULL THEN 'held|signs'
    WHEN r.init_feedetl_sn IS NOT NULL THEN 'pending|original-not-arrived' ELSE 'unmatched|' END, NULL, NULL, NULL, NULL
  FROM j_refunds r LEFT JOIN (SELECT DISTINCT rid FROM j_links) k ON k.rid = r._rid LEFT JOIN j_found f ON f.rid = r._rid
  UNION ALL
  SELECT l._rid, CASE WHEN l.cnt + n.cnt < 0 THEN 'refunded|over' WHEN l.cnt + n.cnt = 0 THEN 'refunded|' ELSE 'netted|' END,
    l.cnt + n.cnt, l.det_item_fee_sumamt + n.det, l.inscp_amt + coalesce(n.inscp, 0), l.fulamt_ownpay_amt + coalesce(n.ful, 0)
  FROM c_fee_list_d l JOIN j_net n ON n.rid = l._rid`;

/**
 * Works out what counts for the persons of one chunk from the tables `c_*`. Leaves `j_settlements`, `j_visits`,
 * `j_fates` (lines that do not count as they stand, with net amounts), and appends every row that does not count as it
 * stands to `exceptions`. `tables` are those that have rows.
 */
export async function judge(engine: Tables, absences: Absences, tables: ReadonlySet<string>): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_settlements AS ${settlements}`);
  await readTakenBack(engine);
  await sumLines(engine);
  await holdCopiedSettlements(engine);
  if (!absences.settlements) await nameOnlySettlements(engine);
  await findCopiedLines(engine, absences.settlements);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_visits AS ${visitsSql(absences)}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_closed AS ${closedLines(absences)}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_refunds AS ${refundLines}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_found AS ${linkedRefunds}`);
  await linkRefunds(engine);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_net AS ${netOfLines}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_fates AS ${fates}`);
  await engine.run(
    `INSERT INTO exceptions SELECT 'fee_list_d', rid, split_part(fate, '|', 1), split_part(fate, '|', 2), cnt, det, inscp, ful
    FROM j_fates`,
  );
  await findOtherPersons(engine);
  await judgeDoubts(engine);
  await countOpen(engine);
  await findSeveralDays(engine);
  for (const [table, source, cause] of [
    ['setl_d', 'j_settlements', 'cause'],
    ['mdtrt_d', 'j_visits', "''"],
  ] as const) {
    await engine.run(
      `INSERT INTO exceptions SELECT '${table}', _rid, status, ${cause}, NULL, NULL, NULL, NULL FROM ${source}
      WHERE status <> 'live' AND _rid IS NOT NULL`,
    );
  }
  await engine.run(`INSERT INTO exceptions SELECT 'setl_d', _rid, 'netted', '', NULL, NULL, NULL, NULL FROM j_settlements
    WHERE status = 'live' AND flipped`);
  const ofVisits = ['setl_list_diag_d', 'setl_list_oprn_d', 'fee_exct_d', 'mdtrt_exct_d', 'setl_list_d'];
  for (const table of ofVisits.filter((one) => tables.has(one))) {
    await engine.run(`INSERT INTO exceptions SELECT '${table}', c._rid, CASE WHEN coalesce(c.vali_flag, '1') = '0' THEN 'invalid'
    ELSE coalesce(v.status, 'pending') END, 'visit', NULL, NULL, NULL, NULL
      FROM c_${table} c LEFT JOIN j_visits v USING (mdtrt_id) WHERE coalesce(c.vali_flag, '1') = '0' OR v.status IS DISTINCT FROM 'live'`);
  }
  for (const table of personTables.filter((one) => tables.has(one))) {
    await engine.run(
      `INSERT INTO exceptions SELECT '${table}', _rid, 'invalid', '', NULL, NULL, NULL, NULL FROM c_${table}
      WHERE coalesce(vali_flag, '1') = '0'`,
    );
  }
}
