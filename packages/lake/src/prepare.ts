import { dictionary, libraryText, parseCsvRecords, type WorkingColumn, type WorkingTable, workingTables } from '@hengjian/standard';
import { identifier, quoted } from '@hengjian/table';

/** CASE that gives the setting of a med_type by the longest prefix. */
export function settingSql(medType: string): string {
  const file = 'standard/settings.csv';
  const rows = parseCsvRecords(libraryText(file), file).sort(
    (left, right) => (right.med_type_prefix as string).length - (left.med_type_prefix as string).length,
  );
  return `CASE ${rows.map((row) => `WHEN starts_with(${medType}, ${quoted(row.med_type_prefix as string)}) THEN ${quoted(row.setting as string)}`).join(' ')} END`;
}

const specialties = [...(dictionary.codeTables.get('dept')?.keys() ?? [])];
const specialtyOf = (department: string, alias: string): string =>
  `coalesce(${alias}.caty, CASE WHEN l.${department} IN (${specialties.map(quoted).join(', ')}) THEN l.${department} END)`;
const departmentOf = (column: string): string =>
  `CASE WHEN ${column} IS NULL THEN NULL ELSE concat_ws('|', coalesce(l.fixmedins_code, v.fixmedins_code), ${column}) END`;

/** A price of 999999 yuan stands for "no ceiling". */
const noCeiling = 999_999_000_000;

const days = "date_diff('day', CAST(begntime AS DATE), CAST(endtime AS DATE))";

/** For each table of the working form: SELECT whose columns carry plain values, with the order of its rows. */
export const sources: Readonly<Record<WorkingTable, { select: string; order: string }>> = {
  persons: {
    select: `SELECT p.psn, CASE coalesce(r.reach, 0) WHEN 0 THEN 'city' WHEN 1 THEN 'institution' ELSE 'row' END AS reach, coalesce(i.gend, r.gend) AS gend,
      coalesce(i.brdy, r.brdy) AS brdy, coalesce(i.die_date, r.die_date) AS die_date
      FROM c_persons p LEFT JOIN (SELECT * FROM c_psn_info_b WHERE coalesce(vali_flag, '1') <> '0') i USING (psn)
      LEFT JOIN (SELECT psn, max(reach) AS reach, arg_max(gend, row(begntime, mdtrt_id)) FILTER (gend IS NOT NULL) AS gend, arg_max(brdy, row(begntime, mdtrt_id)) FILTER (brdy IS NOT NULL) AS brdy,
        coalesce(min(die_date), min(CASE WHEN dscg_way = '5' THEN CAST(endtime AS DATE) END)) AS die_date FROM j_visits WHERE status <> 'invalid' GROUP BY psn) r USING (psn)
      WHERE i.psn IS NOT NULL OR p.psn IN (SELECT psn FROM j_visits WHERE status = 'live') OR p.psn IN (SELECT psn FROM c_psn_insu_d WHERE coalesce(vali_flag, '1') <> '0')`,
    order: 'o.psn',
  },
  enrolments: {
    select: `SELECT p.row AS person, e.begndate, e.enddate, e.insutype, e.psn_insu_stas, e._key FROM c_psn_insu_d e JOIN r_persons p USING (psn) WHERE coalesce(e.vali_flag, '1') <> '0'`,
    order: 'o.person, o.begndate, o._key',
  },
  visits: {
    select: `SELECT v.mdtrt_id, p.row AS person, v.fixmedins_code, v.med_type, ${settingSql('v.med_type')} AS setting, v.begntime, v.endtime, v.insutype, v.insu_admdvs, v.adm_caty, v.dscg_caty,
      v.chfpdr_code, v.dscg_way, v.dise_no, v.matn_type, v.nwb_flag, v.age, coalesce(v.ipt_days, CASE WHEN v.endtime IS NOT NULL AND v.begntime IS NOT NULL THEN
        CASE WHEN v._both = 1 THEN ${days} + 1 ELSE greatest(${days}, 1) END END) AS ipt_days,
      v.medfee_sumamt, v.inscp_amt, v.fund_pay_sumamt, v.acct_pay, v.psn_pay, v.clr_way, v.ttp_pay_flag, v.emp_no,
      e.care_gap_days, e.plan_adm_flag, e.infc_flag, e.grp_code, e.grp_pay_amt, e.evid_grp_pay_amt
      FROM j_visits v JOIN r_persons p USING (psn) LEFT JOIN (SELECT * FROM c_mdtrt_exct_d WHERE coalesce(vali_flag, '1') <> '0') e USING (mdtrt_id) WHERE v.status = 'live'`,
    order: 'o.person, o.begntime NULLS FIRST, o.mdtrt_id',
  },
  settlements: {
    select: `SELECT s.* EXCLUDE (psn), v.row AS visit FROM j_settlements s JOIN r_visits v USING (mdtrt_id) WHERE s.status = 'live'`,
    order: 'o.visit, o.setl_time NULLS FIRST, o.setl_id',
  },
  diagnoses: {
    select: `SELECT v.row AS visit, d.diag_code, d.maindiag_flag, d.adm_cond_type FROM (
        SELECT mdtrt_id, diag_code, max(maindiag_flag) AS maindiag_flag, min(adm_cond_type) AS adm_cond_type FROM c_setl_list_diag_d WHERE coalesce(vali_flag, '1') <> '0' GROUP BY ALL
        UNION ALL SELECT mdtrt_id, dscg_maindiag_code, '1', NULL FROM j_visits ANTI JOIN (SELECT mdtrt_id FROM c_setl_list_diag_d WHERE coalesce(vali_flag, '1') <> '0') x USING (mdtrt_id) WHERE dscg_maindiag_code IS NOT NULL
      ) d JOIN r_visits v USING (mdtrt_id)`,
    order: "o.visit, coalesce(o.maindiag_flag, '0') DESC, o.diag_code",
  },
  operations: {
    select: `SELECT v.row AS visit, o.oprn_oprt_code, o.main_oprn_flag, o.oprn_oprt_date, o.oper_dr_code, o._key FROM (
        SELECT mdtrt_id, oprn_oprt_code, main_oprn_flag, coalesce(oprn_oprt_date, CAST(oprn_oprt_begntime AS DATE)) AS oprn_oprt_date, oper_dr_code, _key FROM c_setl_list_oprn_d WHERE coalesce(vali_flag, '1') <> '0'
        UNION ALL SELECT mdtrt_id, oprn_oprt_code, '1', NULL, NULL, '' FROM j_visits ANTI JOIN (SELECT mdtrt_id FROM c_setl_list_oprn_d WHERE coalesce(vali_flag, '1') <> '0') x USING (mdtrt_id) WHERE oprn_oprt_code IS NOT NULL
      ) o JOIN r_visits v USING (mdtrt_id)`,
    order: 'o.visit, o.oprn_oprt_date NULLS FIRST, o.oprn_oprt_code, o._key',
  },
  lines: {
    select: `SELECT l._key AS line_key, v.person, v.row AS visit, coalesce(s.row, -1) AS settlement, v.rank, CAST(epoch_us(l.fee_ocur_time) // 60000000 AS INTEGER) AS minute, f.name AS file, CAST(l._rid % 4294967296 AS INTEGER) AS file_row, l.med_list_codg, l.fee_ocur_time,
      CASE WHEN l._precision = 0 THEN 'day' WHEN l._precision = 1 THEN 'minute' WHEN l.fee_ocur_time = date_trunc('day', l.fee_ocur_time) THEN 'day' ELSE 'minute' END AS time_precision,
      CASE coalesce(l._daily, 1) WHEN 1 THEN '1' ELSE '0' END AS cnt_daily, coalesce(n.cnt, l.cnt) AS cnt, l.pric, coalesce(n.det, l.det_item_fee_sumamt) AS det_item_fee_sumamt,
      CASE WHEN n.rid IS NOT NULL THEN n.inscp ELSE l.inscp_amt END AS inscp_amt, CASE WHEN n.rid IS NOT NULL THEN n.ful ELSE l.fulamt_ownpay_amt END AS fulamt_ownpay_amt,
      CASE WHEN l.pric_uplmt_amt >= ${noCeiling} THEN NULL ELSE l.pric_uplmt_amt END AS pric_uplmt_amt, l.prd_days, l.list_type, l.med_chrgitm_type, l.chrgitm_lv, l.lmt_used_flag,
      l.hosp_appr_flag, l.dscg_tkdrug_flag, l.tcmdrug_used_way, ${departmentOf('l.bilg_dept_codg')} AS bilg_dept_codg,
      ${specialtyOf('bilg_dept_codg', 'b')} AS bilg_caty, ${specialtyOf('acord_dept_codg', 'a')} AS acord_caty, l.bilg_dr_code,
      coalesce(x.ref, -1) AS rx_drord_no, coalesce(l.drug_trac_codg, t.drug_trac_codg) AS drug_trac_codg, coalesce(l.drug_trac_codg, t.drug_trac_codg) AS drug_trac_text,
      e.exct_time, e.upld_time, e.exct_cnt, e.exct_list_codg, e.purc_pric, e.cash_pric
      FROM c_fee_list_d l JOIN r_visits v USING (mdtrt_id) LEFT JOIN j_fates n ON n.rid = l._rid LEFT JOIN r_settlements s ON s.visit = v.row AND s.setl_id = l.setl_id
      LEFT JOIN lake_files f ON f.seq = l._rid // 4294967296
      LEFT JOIN departments b ON b.fixmedins_code = coalesce(l.fixmedins_code, v.fixmedins_code) AND b.dept_codg = l.bilg_dept_codg
      LEFT JOIN departments a ON a.fixmedins_code = coalesce(l.fixmedins_code, v.fixmedins_code) AND a.dept_codg = l.acord_dept_codg
      LEFT JOIN r_orders x ON x.person = v.person AND x.rx_drord_no = l.rx_drord_no
      LEFT JOIN traces t ON t.bkkp_sn = l.bkkp_sn
      LEFT JOIN (SELECT * FROM c_fee_exct_d WHERE coalesce(vali_flag, '1') <> '0') e ON e.mdtrt_id = l.mdtrt_id AND e.bkkp_sn = l.bkkp_sn
      WHERE n.rid IS NULL OR n.fate = 'netted|'`,
    order: 'o.person, o.minute, o.rank, o.line_key',
  },
};

/** SELECT of values a code column of the lines can take in this chunk; more than needed does no harm. */
export function lineValues(column: string): string {
  switch (column) {
    case 'file':
      return 'SELECT f.name AS value FROM lake_files f SEMI JOIN (SELECT DISTINCT _rid // 4294967296 AS seq FROM c_fee_list_d) s USING (seq)';
    case 'time_precision':
      return "SELECT unnest(['day', 'minute']) AS value";
    case 'cnt_daily':
      return "SELECT unnest(['0', '1']) AS value";
    case 'exct_list_codg':
      return 'SELECT exct_list_codg AS value FROM c_fee_exct_d';
    case 'bilg_caty':
    case 'acord_caty': {
      const department = column === 'bilg_caty' ? 'bilg_dept_codg' : 'acord_dept_codg';
      return `SELECT caty AS value FROM departments UNION ALL SELECT ${department} FROM (SELECT DISTINCT ${department} FROM c_fee_list_d) WHERE ${department} IN (${specialties.map(quoted).join(', ')})`;
    }
    case 'bilg_dept_codg':
      return `SELECT ${departmentOf('l.bilg_dept_codg')} AS value FROM (SELECT DISTINCT bilg_dept_codg, l.fixmedins_code, mdtrt_id FROM (SELECT DISTINCT bilg_dept_codg, fixmedins_code, CASE WHEN fixmedins_code IS NULL THEN mdtrt_id END AS mdtrt_id FROM c_fee_list_d) l) l LEFT JOIN r_visits v USING (mdtrt_id)`;
    default:
      return `SELECT ${identifier(column)} AS value FROM c_fee_list_d`;
  }
}

/** Row columns that are filled in JavaScript from the tables below. */
export const isRange = (column: WorkingColumn): boolean => column.kind === 'row' && /_(start|end)$/.test(column.name);

/** SQL of the stored value of a column. `alias` is the dictionary join of a code column. */
function encoded(column: WorkingColumn, alias: string): string {
  const value = `o.${identifier(column.name)}`;
  switch (column.kind) {
    case 'code':
      return `coalesce(${alias}.id, -1)`;
    case 'code8':
      return `CAST(coalesce(${alias}.id, -1) AS TINYINT)`;
    case 'day':
      return `coalesce(CAST(${value} - DATE '1970-01-01' AS INTEGER), -2147483648)`;
    case 'minute':
      return `coalesce(CAST(floor(epoch(${value}) / 60) AS INTEGER), -2147483648)`;
    case 'scaled':
      return `coalesce(CAST(${value} AS DOUBLE), CAST('nan' AS DOUBLE))`;
    case 'hash':
      return `coalesce(CAST(CAST('0x' || left(md5(${value}), 13) AS BIGINT) AS DOUBLE), CAST('nan' AS DOUBLE))`;
    case 'row':
    case 'ref':
      return `CAST(coalesce(${value}, -1) AS INTEGER)`;
    default:
      return value;
  }
}

const storedColumns = (table: WorkingTable): readonly WorkingColumn[] =>
  (workingTables[table] as readonly WorkingColumn[]).filter((column) => !isRange(column));

/** Code columns of a table with their dictionary. */
export function codeColumns(table: WorkingTable): { name: string; of: string; small: boolean }[] {
  return storedColumns(table).flatMap((column) =>
    (column.kind === 'code' || column.kind === 'code8') && column.of !== undefined
      ? [{ name: column.name, of: column.of, small: column.kind === 'code8' }]
      : [],
  );
}

/** SELECT of the encoded, sorted rows of a prepared table `p_<table>`. */
export function encodeSql(table: WorkingTable): string {
  const columns = storedColumns(table);
  const joins: string[] = [];
  const list = columns.map((column, index) => {
    if (column.kind === 'code' || column.kind === 'code8')
      joins.push(`LEFT JOIN d_${column.of} d${index} ON d${index}.value = o.${identifier(column.name)}`);
    return `${encoded(column, `d${index}`)} AS ${identifier(column.name)}`;
  });
  const owner = table === 'lines' || table === 'enrolments' ? ['CAST(o.person AS INTEGER) AS _person'] : [];
  return `SELECT ${[...list, ...owner].join(', ')} FROM (SELECT * FROM p_${table}) o ${joins.join(' ')} ORDER BY ${sources[table].order}`;
}
