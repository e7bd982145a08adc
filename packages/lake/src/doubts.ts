import { dictionary } from '@hengjian/standard';
import { quoted, type Tables } from '@hengjian/table';
import { roundingPerLine } from './copies.ts';
import { knownSex, settingSql } from './prepare.ts';

/** What levels of a delivery say against each other. What depends on it is not known; nothing is taken away. */
export const doubts = [
  'sex',
  'birth',
  'age',
  'death',
  'person',
  'institution',
  'days',
  'period',
  'length',
  'setting',
  'early',
  'total',
  'diagnosis',
] as const;
export type Doubt = (typeof doubts)[number];

/** An age may be counted in the Chinese way, which is up to two years more than the date of birth says. */
const agePlay = 2;

/** Lines this many days before or after a stay are not of it, and two levels may differ by as many in its days. */
const dayPlay = 1;

const ofSex = (sex: '1' | '2'): string =>
  quoted(`^(${dictionary.sexDiagnoses.flatMap((one) => (one.sex === sex ? [one.pattern] : [])).join('|')})`);

/**
 * Visits with a diagnosis that only one sex can have. That the patient is of the other one is counted and changes nothing: which
 * of the two is wrong is the question of a rule.
 */
const sexedVisits = `SELECT mdtrt_id, bool_or(regexp_matches(diag_code, ${ofSex('1')})) AS male, bool_or(regexp_matches(diag_code,
  ${ofSex('2')})) AS female
  FROM c_setl_list_diag_d WHERE coalesce(vali_flag, '1') <> '0' GROUP BY mdtrt_id`;

/** What the lines that count say of their visit. */
const visitLines = `SELECT l.mdtrt_id, count(*) AS n, sum(CASE WHEN n.rid IS NULL THEN l.det_item_fee_sumamt
  ELSE n.det END)::BIGINT AS amount,
    bool_or(l.fixmedins_code <> v.fixmedins_code) AS elsewhere,
    count(*) FILTER (CAST(l.fee_ocur_time AS DATE) < CAST(v.begntime AS DATE) - ${dayPlay}
      OR CAST(l.fee_ocur_time AS DATE) > CAST(v.endtime AS DATE) + ${dayPlay}) AS outside
  FROM c_fee_list_d l JOIN j_visits v USING (mdtrt_id) LEFT JOIN j_fates n ON n.rid = l._rid
  WHERE v.status = 'live' AND (n.rid IS NULL OR n.fate = 'netted|') GROUP BY l.mdtrt_id`;

/** What rows of a table say against the identity number in them. */
const againstNumber = (table: string): string =>
  `SELECT psn, NULL AS sex, CAST(NULL AS DATE) AS brdy, contains(_odd, 'identity|gend') AS other_sex,
    contains(_odd, 'identity|brdy') AS other_birth
    FROM c_${table} WHERE contains(_odd, 'identity|') AND coalesce(vali_flag, '1') <> '0'`;

/** The day on which a visit says that its patient died. */
const visitDeath = "coalesce(die_date, CASE WHEN dscg_way = '5' THEN CAST(endtime AS DATE) END)";

/** Persons who died on days further apart than one. */
const twoDeaths = `
  SELECT psn FROM (
    SELECT psn, die_date AS died FROM c_psn_info_b WHERE coalesce(vali_flag, '1') <> '0'
    UNION ALL SELECT psn, ${visitDeath} FROM j_visits WHERE status <> 'invalid'
  ) GROUP BY psn HAVING max(died) - min(died) > ${dayPlay}`;

/** Sex and birth of each person in the register, in visits, settlements and the identity number; two of either contradict each other. */
const personFacts = `
  SELECT psn, count(DISTINCT sex) > 1 OR bool_or(other_sex) AS two_sexes, count(DISTINCT brdy) > 1 OR bool_or(other_birth) AS two_births,
    min(brdy) AS brdy FROM (
    SELECT psn, ${knownSex('gend')} AS sex, brdy, false AS other_sex, false AS other_birth FROM c_psn_info_b
    WHERE coalesce(vali_flag, '1') <> '0'
    UNION ALL SELECT psn, ${knownSex('gend')}, brdy, false, false FROM j_visits WHERE status <> 'invalid'
    UNION ALL SELECT psn, ${knownSex('gend')}, brdy, false, false FROM j_settlements WHERE status = 'live'
    UNION ALL ${['psn_info_b', 'mdtrt_d', 'setl_d'].map(againstNumber).join(' UNION ALL ')}
  ) GROUP BY psn`;

/** Whether two days are known and further apart than a day. */
const apart = (left: string, right: string): string => `coalesce(abs(CAST(${left} AS DATE) - CAST(${right} AS DATE)) > ${dayPlay}, false)`;

const isInpatient = (medType: string): string => `(${settingSql(medType)} = 'inpatient')`;

/**
 * What the settlements that count say against their visit. Only one that is the only one of a stay that does not go on has the days
 * of the stay; a visit of a clinic may be settled later.
 */
const againstSettlements = `
  SELECT mdtrt_id, count(*) = 1 AND mdtrt_id NOT IN (SELECT mdtrt_id FROM j_going_on)
      AND bool_or(${isInpatient('v.med_type')} AND v.early_dscg_days IS NULL) AS whole,
    bool_or(${apart('v.begntime', 's.begndate')}) AS begins, bool_or(${apart('v.endtime', 's.enddate')}) AS ends,
    coalesce(bool_or(${isInpatient('v.med_type')} <> ${isInpatient('s.med_type')}), false) AS setting
  FROM j_settlements s JOIN j_visits v USING (mdtrt_id) WHERE s.status = 'live' AND v.status = 'live' AND v._rid IS NOT NULL
  GROUP BY mdtrt_id`;

/** Days that the source has for a stay less those of its dates; which of both is wrong is the question of a rule. */
const daysGap = `CASE WHEN NOT ${isInpatient('v.med_type')} OR NOT v.has_dates OR v.endtime IS NULL THEN NULL WHEN v.ipt_days > 0
  THEN v.ipt_days - greatest(CAST(v.endtime AS DATE) - CAST(v.begntime AS DATE), 1) ELSE 0 END`;

const yearsAt = "date_sub('year', f.brdy, CAST(v.begntime AS DATE))";

const visitDoubts = `
  SELECT v.mdtrt_id, v.psn, v._rid AS rid, v.fixmedins_code,
    coalesce(f.two_sexes, false) AS sex, coalesce(f.two_births, false) OR coalesce(f.brdy > CAST(v.begntime AS DATE), false) AS birth,
    coalesce(NOT f.two_births AND abs(v.age / 10.0 - ${yearsAt}) > ${agePlay}, false) AS age,
    coalesce(${visitDeath} IS NOT NULL AND v.psn IN (SELECT psn FROM j_two_deaths), false) AS death,
    v.mdtrt_id IN (SELECT mdtrt_id FROM j_other_persons) AS person,
    coalesce(l.elsewhere, false) AS institution, coalesce(p.setting, false) AS setting,
    coalesce(p.whole AND p.begins, false) AS other_begin, coalesce(p.whole AND p.ends, false) AS other_end,
    other_begin OR other_end AS period, ${daysGap} AS days_gap, coalesce(abs(days_gap) > ${dayPlay}, false) AS length,
    v.begntime, v.endtime, v.age AS recorded_age,
    coalesce(${isInpatient('v.med_type')} AND v._rid IS NOT NULL AND v.endtime IS NOT NULL
      AND l.outside * 2 > l.n, false) AS days,
    v.early_dscg_days IS NOT NULL AS early,
    coalesce(v.gend = '1' AND s.female OR v.gend = '2' AND s.male, false) AS diagnosis,
    CASE WHEN v.medfee_sumamt IS NOT NULL AND l.n > 0 THEN v.medfee_sumamt - l.amount END AS gap, coalesce(l.n, 0) AS n
  FROM j_visits v LEFT JOIN j_person_facts f USING (psn) LEFT JOIN j_visit_lines l USING (mdtrt_id)
    LEFT JOIN j_sexed_visits s USING (mdtrt_id) LEFT JOIN j_against_settlements p USING (mdtrt_id) WHERE v.status = 'live'`;

/** SQL of the doubts about a visit, joined by `;`. */
const causes = `concat_ws(';', ${doubts.map((doubt) => `CASE WHEN ${doubt} THEN '${doubt}' END`).join(', ')})`;

/**
 * Compares what register, visits, settlements and lines say of the same thing. Makes `j_doubts`, one row a visit that counts,
 * and `j_person_doubts`; what is contradicted becomes unknown in `j_visits`.
 */
export async function judgeDoubts(engine: Tables): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_visit_lines AS ${visitLines}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_sexed_visits AS ${sexedVisits}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_person_facts AS ${personFacts}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_two_deaths AS ${twoDeaths}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_against_settlements AS ${againstSettlements}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_doubts AS SELECT *, coalesce(line_gap <> 0, false) AS total FROM (
    SELECT *, CASE WHEN abs(gap) <= n * ${roundingPerLine} THEN 0 ELSE gap END AS line_gap FROM (${visitDoubts}))`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_person_doubts AS
    SELECT psn, bool_or(sex) AS sex, bool_or(birth OR age AND recorded_age <> 0) AS birth
    FROM j_doubts WHERE sex OR birth OR age GROUP BY psn`);
  for (const [column, side] of [
    ['begntime', 'other_begin'],
    ['endtime', 'other_end'],
  ])
    await engine.run(`UPDATE j_visits SET ${column} = NULL WHERE mdtrt_id IN (SELECT mdtrt_id FROM j_doubts WHERE days OR ${side})`);
  await engine.run(`UPDATE j_visits SET ipt_days = NULL, has_dates = false
    WHERE mdtrt_id IN (SELECT mdtrt_id FROM j_doubts WHERE days OR period OR length)`);
  await engine.run(`UPDATE j_visits SET med_type = NULL WHERE mdtrt_id IN (SELECT mdtrt_id FROM j_doubts WHERE setting)`);
  await engine.run(`UPDATE j_visits SET age = NULL WHERE mdtrt_id IN (SELECT mdtrt_id FROM j_doubts WHERE age OR birth)`);
  await engine.run(`INSERT INTO exceptions SELECT 'mdtrt_d', rid, 'doubted', ${causes}, NULL, gap, NULL, NULL
    FROM j_doubts WHERE rid IS NOT NULL AND (${doubts.join(' OR ')})`);
  await engine.run(
    `INSERT INTO visit_totals SELECT mdtrt_id, fixmedins_code, gap, abs(gap) <= n * ${roundingPerLine} FROM j_doubts WHERE gap IS NOT NULL`,
  );
}
