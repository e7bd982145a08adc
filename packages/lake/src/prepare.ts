import { dictionary, settings, type WorkingTable } from '@hengjian/standard';
import { identifier, quoted, quotedList } from '@hengjian/table';
import { shownKeySql } from './line-key.ts';

/** CASE that gives the setting of a med_type by the longest prefix. */
export function settingSql(medType: string): string {
  const branches = settings.map(({ prefix, setting }) => `WHEN starts_with(${medType}, ${quoted(prefix)}) THEN ${quoted(setting)}`);
  return `CASE ${branches.join(' ')} END`;
}

/** A row counts unless its source says that it is invalid. */
const valid = "coalesce(vali_flag, '1') <> '0'";
const validRows = (table: string): string => `(SELECT * FROM c_${table} WHERE ${valid})`;

/** Names of departments that are codes of a specialty themselves. */
const specialties = quotedList([...(dictionary.codeTables.get('dept')?.keys() ?? [])]);
const isSpecialty = (column: string): string => `list_contains(${specialties}, ${column})`;

/** Specialty of a department of a line: as the master says, else its code when that is one of a specialty. */
const specialtySql = (column: string, master: string): string =>
  `coalesce(${master}.caty, CASE WHEN ${isSpecialty(`l.${column}`)} THEN l.${column} END)`;

/** A department is known within its institution only. */
const departmentSql = (column: string): string =>
  `CASE WHEN ${column} IS NULL THEN NULL ELSE concat_ws('|', coalesce(l.fixmedins_code, v.fixmedins_code), ${column}) END`;

const departmentJoin = (alias: string, column: string): string =>
  `LEFT JOIN departments ${alias} ON ${alias}.fixmedins_code = coalesce(l.fixmedins_code, v.fixmedins_code) AND ${alias}.dept_codg =
    l.${column}`;

/** A price of 999999 yuan stands for "no ceiling". */
const noCeiling = 999_999_000_000;

/** The latest known value of a visit of a person. */
const latest = (column: string): string => `arg_max(${column}, row(begntime, mdtrt_id)) FILTER (${column} IS NOT NULL)`;

/** SQL of a sex that says one: 0 and 9 say that none is known. */
export const knownSex = (column: string): string => `CASE WHEN ${column} IN ('1', '2') THEN ${column} END`;

const persons = `
  SELECT p.psn, CASE coalesce(r.reach, 0) WHEN 0 THEN 'city' WHEN 1 THEN 'institution' ELSE 'row' END AS reach,
    CASE WHEN d.sex THEN NULL ELSE coalesce(${knownSex('i.gend')}, r.gend) END AS gend, CASE WHEN d.birth THEN NULL
      ELSE coalesce(i.brdy, r.brdy) END AS brdy,
    CASE WHEN p.psn NOT IN (SELECT psn FROM j_two_deaths) THEN coalesce(i.die_date, r.die_date) END AS die_date
  FROM c_persons p LEFT JOIN ${validRows('psn_info_b')} i USING (psn)
  LEFT JOIN (
    SELECT psn, max(reach) AS reach, ${latest(knownSex('gend'))} AS gend, ${latest('brdy')} AS brdy,
      coalesce(min(die_date), min(CASE WHEN dscg_way = '5' THEN CAST(endtime AS DATE) END)) AS die_date
    FROM j_visits WHERE status <> 'invalid' GROUP BY psn
  ) r USING (psn) LEFT JOIN j_person_doubts d USING (psn)
  WHERE i.psn IS NOT NULL OR p.psn IN (SELECT psn FROM j_visits WHERE status = 'live')
    OR p.psn IN (SELECT psn FROM c_psn_insu_d WHERE ${valid})`;

const enrolments = `
  SELECT p.row AS person, e.begndate, e.enddate, e.insutype, e.psn_insu_stas, e._key
  FROM c_psn_insu_d e JOIN r_persons p USING (psn)
    ANTI JOIN (SELECT owner AS psn FROM all_withheld WHERE tbl = 'psn_insu_d') h USING (psn)
    ANTI JOIN c_unsure_enrolments u USING (psn)
  WHERE coalesce(e.vali_flag, '1') <> '0'`;

const nights = "date_diff('day', CAST(v.begntime AS DATE), CAST(v.endtime AS DATE))";

/**
 * Days of a stay: as the source has them, else by its first and last day; sources that count nights write 0 for a stay of one day.
 * The first and last line say neither when the patient came nor when they left: such a stay has no known days.
 */
const stayDays = `coalesce(nullif(v.ipt_days, 0), CASE WHEN v.has_dates AND v.endtime IS NOT NULL AND v.begntime IS NOT NULL
  THEN CASE WHEN v._both = 1 THEN ${nights} + 1 ELSE greatest(${nights}, 1) END END)`;

/** Setting of a visit: what is no stay, emergency or pharmacy and names an internet clinic is an internet visit. */
const visitSetting = `CASE WHEN v.is_internet AND ${settingSql('v.med_type')} IN ('outpatient', 'chronic') THEN 'internet'
  ELSE ${settingSql('v.med_type')} END`;

const visits = `
  SELECT v.mdtrt_id, p.row AS person, v.fixmedins_code, v.med_type, ${visitSetting} AS setting, v.begntime, v.endtime,
    v.insutype, v.insu_admdvs, v.adm_caty, v.dscg_caty, v.chfpdr_code, v.dscg_way, v.dise_no, v.matn_type, v.nwb_flag, v.age,
    CASE WHEN v.early_dscg_days IS NULL THEN ${stayDays} END AS ipt_days, v.early_dscg_days, d.days_gap,
      CASE WHEN v.begntime IS NULL THEN d.begntime END AS doubted_begntime,
      CASE WHEN v.endtime IS NULL THEN d.endtime END AS doubted_endtime, v.medfee_sumamt, v.inscp_amt,
      v.fund_pay_sumamt, v.acct_pay, v.psn_pay, v.clr_way, v.ttp_pay_flag, v.emp_no,
    e.care_gap_days, e.plan_adm_flag, e.infc_flag, e.grp_code, e.grp_pay_amt, e.evid_grp_pay_amt, d.line_gap,
    o.open_lines, o.open_diagnoses
  FROM j_visits v JOIN r_persons p USING (psn) LEFT JOIN j_doubts d USING (mdtrt_id) LEFT JOIN j_open o USING (mdtrt_id)
    LEFT JOIN ${validRows('mdtrt_exct_d')} e USING (mdtrt_id) WHERE v.status = 'live'`;

const settlements = `
  SELECT s.* EXCLUDE (psn), v.row AS visit FROM j_settlements s JOIN r_visits v USING (mdtrt_id) WHERE s.status = 'live'`;

/** Visits of which the settlement list says nothing, with what their own row says. */
const unlisted = (table: string, column: string): string =>
  `FROM j_visits ANTI JOIN (SELECT mdtrt_id FROM c_${table} WHERE ${valid}) x USING (mdtrt_id) WHERE ${column} IS NOT NULL`;

const diagnoses = `
  SELECT v.row AS visit, d.diag_code, d.maindiag_flag, d.adm_cond_type FROM (
    SELECT mdtrt_id, diag_code, max(maindiag_flag) AS maindiag_flag, min(adm_cond_type) AS adm_cond_type
    FROM c_setl_list_diag_d WHERE ${valid} GROUP BY ALL
    UNION ALL SELECT mdtrt_id, dscg_maindiag_code, '1', NULL ${unlisted('setl_list_diag_d', 'dscg_maindiag_code')}
  ) d JOIN r_visits v USING (mdtrt_id)`;

const operations = `
  SELECT v.row AS visit, o.oprn_oprt_code, o.main_oprn_flag, o.oprn_oprt_date, o.oper_dr_code, o._key FROM (
    SELECT mdtrt_id, oprn_oprt_code, main_oprn_flag, coalesce(oprn_oprt_date, CAST(oprn_oprt_begntime AS DATE)) AS oprn_oprt_date,
      oper_dr_code, _key FROM c_setl_list_oprn_d WHERE ${valid}
    UNION ALL SELECT mdtrt_id, oprn_oprt_code, '1', NULL, NULL, '' ${unlisted('setl_list_oprn_d', 'oprn_oprt_code')}
  ) o JOIN r_visits v USING (mdtrt_id)`;

/** Whether the time of a line says a minute: as the source says, else unless it is midnight. */
const precision = `CASE WHEN l._precision = 0 THEN 'day' WHEN l._precision = 1 THEN 'minute'
  WHEN l.fee_ocur_time = date_trunc('day', l.fee_ocur_time) THEN 'day' ELSE 'minute' END`;

/** A fen and a half: the engine multiplies quantities and prices as they are, and the amount was rounded. */
const beyondRounding = (cnt: string, amount: string): string => `abs(CAST(${cnt} AS DOUBLE) * l.pric / 1e8 - ${amount}) > 1.5`;

/** Money that came back without its quantity, or at another price, leaves an amount that the price of the original does not give. */
const price = `CASE WHEN n.rid IS NOT NULL AND ${beyondRounding('n.cnt', 'n.det')}
  AND NOT ${beyondRounding('l.cnt', 'l.det_item_fee_sumamt')} THEN NULL ELSE l.pric END AS pric`;

const lines = `
  SELECT ${shownKeySql('l', 'f.name')} AS line_key, v.person, v.row AS visit, coalesce(s.row, -1) AS settlement, v.rank,
    CAST(epoch_us(l.fee_ocur_time) // 60000000 AS INTEGER) AS minute, f.name AS file, CAST(l._rid % 4294967296 AS INTEGER) AS file_row,
    l.med_list_codg, l.fee_ocur_time, ${precision} AS time_precision,
    CASE WHEN coalesce(l._daily, 1) = 1 AND l._rid NOT IN (SELECT rid FROM j_several_days) THEN '1' ELSE '0' END AS cnt_daily,
    coalesce(n.cnt, l.cnt) AS cnt, ${price}, coalesce(n.det, l.det_item_fee_sumamt) AS det_item_fee_sumamt,
    CASE WHEN n.rid IS NOT NULL THEN n.inscp ELSE l.inscp_amt END AS inscp_amt,
    CASE WHEN n.rid IS NOT NULL THEN n.ful ELSE l.fulamt_ownpay_amt END AS fulamt_ownpay_amt,
    CASE WHEN l.pric_uplmt_amt >= ${noCeiling} THEN NULL ELSE l.pric_uplmt_amt END AS pric_uplmt_amt,
    l.prd_days, l.list_type, l.med_chrgitm_type, l.chrgitm_lv, l.prcu_drug_flag, l.named_part, l.named_user, l.lmt_used_flag,
    l.hosp_appr_flag, l.dscg_tkdrug_flag, l.tcmdrug_used_way,
    ${departmentSql('l.bilg_dept_codg')} AS bilg_dept_codg, ${specialtySql('bilg_dept_codg', 'b')} AS bilg_caty,
    ${specialtySql('acord_dept_codg', 'a')} AS acord_caty, l.bilg_dr_code,
    coalesce(x.ref, -1) AS rx_drord_no, l.rx_drord_no AS rx_drord_text,
    coalesce(l.drug_trac_codg, t.drug_trac_codg, u.drug_trac_codg) AS drug_trac_codg, coalesce(l.drug_trac_codg, t.drug_trac_codg,
      u.drug_trac_codg) AS drug_trac_text,
    e.exct_time, e.upld_time, e.exct_cnt, e.exct_list_codg, e.purc_pric, e.cash_pric
  FROM c_fee_list_d l JOIN r_visits v USING (mdtrt_id) LEFT JOIN j_fates n ON n.rid = l._rid
  LEFT JOIN r_settlements s ON s.visit = v.row AND s.setl_id = l.setl_id
  LEFT JOIN lake_files f ON f.seq = l._rid // 4294967296
  ${departmentJoin('b', 'bilg_dept_codg')}
  ${departmentJoin('a', 'acord_dept_codg')}
  LEFT JOIN r_orders x ON x.person = v.person AND x.rx_drord_no = l.rx_drord_no
  LEFT JOIN traces t ON t.bkkp_sn = l.bkkp_sn AND t.fixmedins_code = coalesce(l.fixmedins_code, v.fixmedins_code)
  LEFT JOIN traces u ON u.bkkp_sn = l.bkkp_sn AND u.fixmedins_code IS NULL
  LEFT JOIN ${validRows('fee_exct_d')} e ON e.mdtrt_id = l.mdtrt_id AND e.bkkp_sn = l.bkkp_sn
  WHERE n.rid IS NULL OR n.fate = 'netted|'`;

/** For each table of the working form: SELECT whose columns carry plain values, with the order of its rows. */
export const sources: Readonly<Record<WorkingTable, { readonly select: string; readonly order: string }>> = {
  persons: { select: persons, order: 'o.psn' },
  enrolments: { select: enrolments, order: 'o.person, o.begndate, o._key' },
  visits: { select: visits, order: 'o.person, o.begntime NULLS FIRST, o.mdtrt_id' },
  settlements: { select: settlements, order: 'o.visit, o.setl_time NULLS FIRST, o.setl_id' },
  diagnoses: { select: diagnoses, order: "o.visit, coalesce(o.maindiag_flag, '0') DESC, o.diag_code" },
  operations: { select: operations, order: 'o.visit, o.oprn_oprt_date NULLS FIRST, o.oprn_oprt_code, o._key' },
  lines: { select: lines, order: 'o.person, o.minute, o.rank, o.line_key' },
};

/** Specialties of the departments of the lines in a column, and of all masters. */
function specialtyValues(column: string): string {
  const own = `SELECT ${column} FROM (SELECT DISTINCT ${column} FROM c_fee_list_d) WHERE ${isSpecialty(column)}`;
  return `SELECT caty AS value FROM departments UNION ALL ${own}`;
}

/** Departments of the lines; the institution of the visit is asked only where a line has none. */
const departmentValues = `
  SELECT ${departmentSql('l.bilg_dept_codg')} AS value FROM (
    SELECT DISTINCT bilg_dept_codg, fixmedins_code, CASE WHEN fixmedins_code IS NULL THEN mdtrt_id END AS mdtrt_id FROM c_fee_list_d
  ) l LEFT JOIN r_visits v USING (mdtrt_id)`;

const ownValues: Readonly<Record<string, string>> = {
  file: 'SELECT f.name AS value FROM lake_files f SEMI JOIN (SELECT DISTINCT _rid // 4294967296 AS seq FROM c_fee_list_d) s USING (seq)',
  time_precision: "SELECT unnest(['day', 'minute']) AS value",
  cnt_daily: "SELECT unnest(['0', '1']) AS value",
  exct_list_codg: 'SELECT exct_list_codg AS value FROM c_fee_exct_d',
  bilg_caty: specialtyValues('bilg_dept_codg'),
  acord_caty: specialtyValues('acord_dept_codg'),
  bilg_dept_codg: departmentValues,
};

/** Code columns that are made of a column of the lines with another name. */
const madeOf: Readonly<Record<string, string>> = { bilg_caty: 'bilg_dept_codg', acord_caty: 'acord_dept_codg' };

/** Whether a code column has no value where a column of the lines has none. */
export const isOfLines = (column: string): boolean =>
  ownValues[column] === undefined || column === 'bilg_dept_codg' || madeOf[column] !== undefined;

/** The column of the lines that such a code column is made of. */
export const lineColumn = (column: string): string => madeOf[column] ?? column;

/**
 * SELECTs of values a code column of the lines can take in this chunk; more than needed does no harm. Those that are not of the
 * lines are there even if no line has a value.
 */
export const lineValues = (column: string, isSaid: boolean): readonly string[] => {
  const own = ownValues[column];
  if (own !== undefined) return [own];
  return isSaid ? [`SELECT ${identifier(column)} AS value FROM c_fee_list_d`] : [];
};
