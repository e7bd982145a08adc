/**
 * The working form: the coded, person-sorted twin of the lake that the kernel walks.
 *
 * A lake is cut into buckets by person pseudonym; a bucket holds segments; a segment holds whole persons. Within a
 * segment persons are sorted by pseudonym, visits by (person, begntime, mdtrt_id), lines by (person, fee_ocur_time,
 * mdtrt_id, line_key); diagnoses, operations, settlements and enrolments follow the order of their owner. Text is
 * compared by its UTF-8 bytes. Only what counts is in it: superseded versions, invalid rows, reversed settlements and
 * fully refunded lines are gone, and a partly refunded line carries its net quantity and net amounts at its original
 * time.
 *
 * This file is the contract between `lake`, which writes it, and `rulespec`, which reads it.
 */

/**
 * How a column is stored.
 * - `code`: Int32Array of ids in the lake dictionary named by `of`, missing -1
 * - `code8`: the same in an Int8Array, for dictionaries of at most 127 values
 * - `day`: Int32Array of days since 1970-01-01, missing `missingInt`
 * - `minute`: Int32Array of local minutes since 1970-01-01 00:00, missing `missingInt`
 * - `row`: Int32Array of row numbers in the table named by `of` of the same segment, missing -1
 * - `ref`: Int32Array of numbers that are only compared for equality within one person, missing -1
 * - `scaled`: Float64Array of integers scaled as `decimals[of]` says, missing NaN
 * - `hash`: Float64Array of a 52-bit hash of a text, only compared for equality, missing NaN
 * - `text`: UTF-8 text, read for hits only, missing null
 */
export type ColumnKind = 'code' | 'code8' | 'day' | 'minute' | 'row' | 'ref' | 'scaled' | 'hash' | 'text';

export interface WorkingColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Dictionary of a code, table of a row, numeric type of a scaled column. */
  readonly of?: string;
  readonly nullable: boolean;
  readonly note: string;
}

export const missingInt = -2_147_483_648;
export const missingCode = -1;

const column = (name: string, kind: ColumnKind, of: string | undefined, nullable: boolean, note: string): WorkingColumn =>
  of === undefined ? { name, kind, nullable, note } : { name, kind, of, nullable, note };
const text = (name: string, note: string, nullable = false): WorkingColumn => column(name, 'text', undefined, nullable, note);
const code = (name: string, of: string, note = ''): WorkingColumn => column(name, 'code', of, true, note);
const small = (name: string, of: string, note = ''): WorkingColumn => column(name, 'code8', of, true, note);
const money = (name: string, note = ''): WorkingColumn => column(name, 'scaled', 'money', true, note);
const range = (of: string): WorkingColumn[] => [
  column(`${of}_start`, 'row', of, false, `first row in ${of}`),
  column(`${of}_end`, 'row', of, false, `row after the last in ${of}`),
];

/** Columns of each table of a segment, in storage order. */
export const workingTables = {
  persons: [
    text('psn', 'pseudonym, also the sort key'),
    small('reach', 'reach', 'how far the person key reaches: city, institution or row'),
    small('gend', 'gend'),
    column('brdy', 'day', undefined, true, 'birth date'),
    column('die_date', 'day', undefined, true, 'death date, from the person table, else from a stay that ended in death'),
    ...range('visits'),
    ...range('lines'),
    ...range('enrolments'),
  ],
  enrolments: [
    column('begndate', 'day', undefined, false, 'insured from'),
    column('enddate', 'day', undefined, true, 'insured until, inclusive; missing means open'),
    small('insutype', 'insutype'),
    small('psn_insu_stas', 'psn_insu_stas'),
  ],
  visits: [
    text('mdtrt_id', 'visit id as the source has it'),
    column('person', 'row', 'persons', false, ''),
    code('fixmedins_code', 'institution'),
    code('med_type', 'med_type'),
    small('setting', 'setting', 'derived from med_type by library/standard/settings.csv'),
    column('begntime', 'minute', undefined, true, 'admission or visit time'),
    column('endtime', 'minute', undefined, true, 'discharge or end of visit'),
    small('insutype', 'insutype'),
    code('insu_admdvs', 'area', 'area of insurance'),
    code('adm_caty', 'caty', 'admission specialty'),
    code('dscg_caty', 'caty', 'discharge specialty'),
    code('chfpdr_code', 'practitioner', 'responsible practitioner'),
    small('dscg_way', 'dscg_way'),
    code('dise_no', 'disease', 'disease of a chronic or by-disease benefit'),
    small('matn_type', 'matn_type'),
    small('nwb_flag', 'yes_no'),
    column('age', 'scaled', 'age', true, 'age as recorded by the source, years'),
    column('ipt_days', 'scaled', 'integer', true, 'days of the stay by the counting rule of the source; computed from begntime and endtime when not recorded'),
    money('medfee_sumamt', 'sum over the valid settlements of the stay, as all amounts of a visit'),
    money('inscp_amt'),
    money('fund_pay_sumamt', 'pooled funds without the personal account'),
    money('acct_pay'),
    money('psn_pay', 'cash'),
    small('clr_way', 'clr_way', 'of the last settlement'),
    small('ttp_pay_flag', 'yes_no', 'a third party or the work-injury fund pays'),
    column('emp_no', 'hash', undefined, true, 'employer number, pseudonymised'),
    column('care_gap_days', 'scaled', 'integer', true, 'longest run of days without order, vital sign or nursing record, by the institution'),
    small('plan_adm_flag', 'yes_no', 'the admission was planned, by the institution'),
    small('infc_flag', 'yes_no', 'hospital-acquired infection, by the institution'),
    code('grp_code', 'group', 'DRG or DIP group paid'),
    money('grp_pay_amt', 'payment of the group'),
    money('evid_grp_pay_amt', 'payment of the group that bill and record support'),
    ...range('settlements'),
    ...range('diagnoses'),
    ...range('operations'),
  ],
  settlements: [
    text('setl_id', 'settlement id as the source has it'),
    column('visit', 'row', 'visits', false, ''),
    column('setl_time', 'minute', undefined, true, ''),
    small('insutype', 'insutype'),
    small('clr_way', 'clr_way'),
    column('invono', 'hash', undefined, true, 'invoice number'),
    money('medfee_sumamt'),
    money('fulamt_ownpay_amt'),
    money('overlmt_selfpay'),
    money('preselfpay_amt'),
    money('inscp_amt'),
    money('hifp_pay'),
    money('cvlserv_pay'),
    money('hifes_pay'),
    money('hifmi_pay'),
    money('hifob_pay'),
    money('hifdm_pay'),
    money('maf_pay'),
    money('othfund_pay'),
    money('fund_pay_sumamt', 'pooled funds without the personal account'),
    money('acct_pay'),
    money('psn_pay'),
  ],
  diagnoses: [
    column('visit', 'row', 'visits', false, ''),
    code('diag_code', 'diagnosis'),
    small('maindiag_flag', 'yes_no'),
    small('adm_cond_type', 'adm_cond_type'),
  ],
  operations: [
    column('visit', 'row', 'visits', false, ''),
    code('oprn_oprt_code', 'operation'),
    small('main_oprn_flag', 'yes_no'),
    column('oprn_oprt_date', 'day', undefined, true, ''),
    code('oper_dr_code', 'practitioner'),
  ],
  lines: [
    text('line_key', 'bkkp_sn, else fixmedins_code|mdtrt_id|feedetl_sn, else file|row'),
    code('file', 'file', 'source file'),
    column('file_row', 'ref', undefined, false, '1-based row in the source file'),
    column('visit', 'row', 'visits', false, ''),
    column('settlement', 'row', 'settlements', true, 'missing when the source declares it has no settlements'),
    column('med_list_codg', 'code', 'item', false, 'catalogue code; a local code without a confirmed crosswalk keeps its own'),
    column('fee_ocur_time', 'minute', undefined, false, ''),
    small('time_precision', 'precision', 'day or minute'),
    small('cnt_daily', 'yes_no', 'whether the quantity belongs to the day of fee_ocur_time'),
    column('cnt', 'scaled', 'quantity', false, 'net'),
    column('pric', 'scaled', 'price', true, 'unit price'),
    column('det_item_fee_sumamt', 'scaled', 'money', false, 'net'),
    money('inscp_amt', 'net, inside the policy scope'),
    money('fulamt_ownpay_amt', 'net, fully self-funded'),
    column('pric_uplmt_amt', 'scaled', 'price', true, 'price ceiling as recorded; 999999 (no ceiling) is stored as missing'),
    column('prd_days', 'scaled', 'days', true, 'days of supply'),
    small('list_type', 'list_type'),
    small('med_chrgitm_type', 'med_chrgitm_type'),
    small('chrgitm_lv', 'chrgitm_lv'),
    small('lmt_used_flag', 'yes_no'),
    small('hosp_appr_flag', 'hosp_appr_flag'),
    small('dscg_tkdrug_flag', 'yes_no'),
    small('tcmdrug_used_way', 'tcmdrug_used_way'),
    code('bilg_dept_codg', 'department'),
    code('bilg_caty', 'caty', 'national specialty of the ordering department'),
    code('acord_caty', 'caty', 'national specialty of the performing department'),
    code('bilg_dr_code', 'practitioner'),
    column('rx_drord_no', 'ref', undefined, true, 'prescription or order'),
    column('drug_trac_codg', 'hash', undefined, true, 'trace code'),
    text('drug_trac_text', 'trace code as text', true),
    column('exct_time', 'minute', undefined, true, 'executed at, by the record of the institution'),
    column('upld_time', 'minute', undefined, true, 'uploaded at'),
    column('exct_cnt', 'scaled', 'quantity', true, 'quantity by the record of the institution; 0 says that there is no record'),
    code('exct_list_codg', 'item', 'what the record shows was done or used'),
    column('purc_pric', 'scaled', 'price', true, 'purchase price'),
    column('cash_pric', 'scaled', 'price', true, 'price to cash buyers that day'),
  ],
} as const satisfies Record<string, readonly WorkingColumn[]>;

export type WorkingTable = keyof typeof workingTables;

/**
 * Columns of the tables that are kept once per lake. Institution, practitioner, item and department have one row per
 * value of their dictionary; `stock` and `practitioner_stay` are plain lists.
 */
export const dimensionTables = {
  institution: [
    text('fixmedins_name', '', true),
    small('fixmedins_type', 'fixmedins_type'),
    small('hosp_lv', 'hosp_lv'),
    small('lmtpric_hosp_lv', 'lmtpric_hosp_lv'),
    small('dedc_hosp_lv', 'dedc_hosp_lv'),
    code('admdvs', 'area', 'area of treatment'),
    column('aprv_bed_cnt', 'scaled', 'integer', true, 'approved beds'),
    column('line_from', 'day', undefined, true, 'first day the lines of this institution reach back to'),
    column('line_to', 'day', undefined, true, 'last day with lines'),
    column('visit_from', 'day', undefined, true, 'first day its visits reach back to'),
    column('visit_to', 'day', undefined, true, 'last day with visits'),
  ],
  practitioner: [
    small('dr_pro_tech_duty', 'drord_dr_profttl'),
    code('caty', 'caty'),
    code('fixmedins_code', 'institution'),
    column('begndate', 'day', undefined, true, 'payment qualification from'),
    column('enddate', 'day', undefined, true, 'payment qualification until'),
    column('susp_begndate', 'day', undefined, true, 'suspended from'),
    column('susp_enddate', 'day', undefined, true, 'suspended until'),
    column('die_date', 'day', undefined, true, ''),
  ],
  item: [
    text('hilist_name', 'catalogue name, else the name most often seen on lines', true),
    small('list_type', 'list_type'),
    small('med_chrgitm_type', 'med_chrgitm_type'),
  ],
  department: [text('dept_name', '', true), code('caty', 'caty'), code('fixmedins_code', 'institution')],
  stock: [
    code('fixmedins_code', 'institution'),
    code('med_list_codg', 'item'),
    column('month', 'day', undefined, false, 'first day of the month'),
    column('supplied', 'scaled', 'quantity', false, 'opening count + received - returned - lost - closing count: what could be sold in the month'),
  ],
  practitioner_stay: [
    code('practitioner', 'practitioner', 'the practitioner as a patient'),
    column('begndate', 'day', undefined, false, 'admission day'),
    column('enddate', 'day', undefined, false, 'discharge day'),
  ],
} as const satisfies Record<string, readonly WorkingColumn[]>;

export type DimensionTable = keyof typeof dimensionTables;

/** Arrays of one table: typed arrays for everything but text, `(string | null)[]`-like readers for text. */
export interface TextColumn {
  readonly length: number;
  get(row: number): string | null;
}
export type ColumnData = Int32Array | Int8Array | Float64Array | TextColumn;

export interface TableData {
  readonly length: number;
  readonly columns: Readonly<Record<string, ColumnData>>;
}

/** One segment in memory. Tables a reader did not ask for are absent. */
export type Segment = Readonly<Record<WorkingTable, TableData>>;

/** What is kept once per lake and shared by all segments. */
export interface LakeContext {
  /** Values of each dictionary, in order of their ids. */
  readonly dictionaries: Readonly<Record<string, readonly string[]>>;
  readonly dimensions: Readonly<Record<DimensionTable, TableData>>;
  /** First and last day over all institutions. */
  readonly coverage: { readonly line_from: number; readonly line_to: number; readonly visit_from: number; readonly visit_to: number };
  /** Dictionary tables that the sources of this lake do not have, for example `psn_insu_d`. */
  readonly absent: readonly string[];
}

/** Columns that come from tables of extracts alone; where a lake lacks the table they are missing in every row. */
export const extractColumns = {
  lines: { table: 'fee_exct_d', columns: ['exct_time', 'upld_time', 'exct_cnt', 'exct_list_codg', 'purc_pric', 'cash_pric'] },
  visits: { table: 'mdtrt_exct_d', columns: ['care_gap_days', 'plan_adm_flag', 'infc_flag', 'grp_code', 'grp_pay_amt', 'evid_grp_pay_amt'] },
} as const;

/** The JavaScript array of a stored column kind. */
export function arrayOf(kind: ColumnKind, length: number): Int32Array | Int8Array | Float64Array {
  switch (kind) {
    case 'code8':
      return new Int8Array(length);
    case 'scaled':
    case 'hash':
      return new Float64Array(length);
    default:
      return new Int32Array(length);
  }
}
