import {
  type ColumnDefinition,
  code,
  code8,
  day,
  hash,
  minute,
  money,
  national,
  range,
  ref,
  row,
  scaled,
  type TableData,
  text,
} from './column.ts';
import { isOneOf, keysOf } from './names.ts';
import type { CivilDay } from './units.ts';
import { words } from './words.ts';

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

const fee = national('fee_list_d');
const feeExtract = national('fee_exct_d');
const stay = national('mdtrt_d');
const stayExtract = national('mdtrt_exct_d');
const bill = national('setl_d');
const register = national('psn_info_b');
const enrolment = national('psn_insu_d');
const diagnosis = national('setl_list_diag_d');
const operation = national('setl_list_oprn_d');
const trace = national('drug_trac_d');
const institution = national('medins_info_b');
const department = national('medins_dept_b');
const practitioner = national('dr_info_b');
const catalogue = national('hilist_b');
const ledger = national('stoc_chg_d');

/** Columns of each table of a segment, in storage order. */
export const workingTables = {
  persons: [
    text('psn', register('psn_no'), { derived: true, note: 'pseudonym, also the sort key', words: words('人员标识', 'person key') }),
    code8('reach', 'reach', [], {
      derived: true,
      note: 'how far the person key reaches: city, institution or row',
      words: words('人员标识的范围', 'reach of the person key'),
    }),
    code8('gend', 'gend', [register('gend'), stay('gend', 'last')], { words: words('患者性别', 'sex of the patient') }),
    day('brdy', [register('brdy'), stay('brdy', 'last')], {
      note: 'birth date',
      words: words('患者出生日期', 'birth date of the patient'),
    }),
    day('die_date', [register('die_date'), stay('die_date', 'least'), stay('dscg_way'), stay('endtime')], {
      derived: true,
      note: 'death date, from the person table, else from a stay that ended in death',
      carriedBy: ['psn_info_b.die_date', 'mdtrt_d.die_date', 'mdtrt_d.dscg_way'],
      words: words('患者死亡日期', 'death date of the patient'),
    }),
    ...range('visits'),
    ...range('lines'),
    ...range('enrolments'),
  ],
  enrolments: [
    day('begndate', enrolment('begndate'), { nullable: false, note: 'insured from' }),
    day('enddate', enrolment('enddate'), { note: 'insured until, inclusive; missing means open' }),
    code8('insutype', 'insutype', enrolment('insutype')),
    code8('psn_insu_stas', 'psn_insu_stas', enrolment('psn_insu_stas')),
  ],
  visits: [
    text('mdtrt_id', stay('mdtrt_id'), { note: 'visit id as the source has it' }),
    row('person', 'persons', []),
    code('fixmedins_code', 'institution', [stay('fixmedins_code'), bill('fixmedins_code', 'first'), fee('fixmedins_code', 'least')], {
      words: words('机构', 'institution'),
    }),
    code('med_type', 'med_type', [stay('med_type'), bill('med_type', 'first'), fee('med_type', 'least')], {
      words: words('医疗类别', 'medical category'),
    }),
    code8('setting', 'setting', [stay('med_type'), stay('adm_dept_name'), stay('dscg_dept_name'), stay('fixmedins_name')], {
      derived: true,
      note: 'derived from med_type by library/standard/settings.csv; internet when a clinic or its institution is named 互联网',
      carriedBy: ['mdtrt_d.med_type', 'setl_d.med_type', 'fee_list_d.med_type'],
      words: words('就诊类别', 'setting'),
    }),
    minute('begntime', [stay('begntime'), bill('begndate', 'first'), fee('fee_ocur_time', 'least')], {
      note: 'admission or visit time',
      words: words('就诊开始时间', 'begin of the visit'),
    }),
    minute('endtime', [stay('endtime'), bill('enddate', 'first'), fee('fee_ocur_time', 'greatest')], {
      derived: true,
      note: 'discharge or end of visit',
      words: words('就诊结束时间', 'end of the visit'),
    }),
    code8('insutype', 'insutype', [stay('insutype'), bill('insutype', 'first')]),
    code('insu_admdvs', 'area', [stay('insu_admdvs'), bill('insu_admdvs', 'first'), fee('insu_admdvs', 'least')], {
      note: 'area of insurance',
    }),
    code('adm_caty', 'caty', stay('adm_caty'), { note: 'admission specialty' }),
    code('dscg_caty', 'caty', stay('dscg_caty'), { note: 'discharge specialty' }),
    code('chfpdr_code', 'practitioner', stay('chfpdr_code'), {
      note: 'responsible practitioner',
      words: words('主诊医师', 'responsible practitioner'),
    }),
    code8('dscg_way', 'dscg_way', stay('dscg_way')),
    code('dise_no', 'disease', [stay('dise_no'), bill('dise_no', 'first')], {
      note: 'disease of a chronic or by-disease benefit',
      words: words('病种', 'disease of the benefit'),
    }),
    code8('matn_type', 'matn_type', stay('matn_type')),
    code8('nwb_flag', 'yes_no', [stay('nwb_flag'), bill('nwb_flag', 'first')]),
    scaled('age', 'age', [stay('age'), bill('age', 'first')], { note: 'age as recorded by the source, years' }),
    scaled('ipt_days', 'integer', [stay('ipt_days'), stay('begntime'), stay('endtime')], {
      derived: true,
      note: 'days of the stay by the counting rule of the source; computed from begntime and endtime when not recorded',
      carriedBy: ['mdtrt_d.ipt_days', 'mdtrt_d.endtime', 'setl_d.enddate', 'fee_list_d.fee_ocur_time'],
    }),
    scaled('days_gap', 'integer', [stay('ipt_days'), stay('begntime'), stay('endtime')], {
      derived: true,
      note: 'days of the stay as the source has them less those of its dates, 0 where it has none; ipt_days is unknown when more than 1',
      carriedBy: ['mdtrt_d.endtime', 'setl_d.enddate'],
      words: words('住院天数与起止日期之差', 'recorded days less those of the dates'),
    }),
    minute('doubted_begntime', [stay('begntime'), bill('begndate', 'first')], {
      derived: true,
      note: 'begin of a stay that other rows contradict; begntime is then unknown',
      words: words('存疑的入院时间', 'doubted begin of the stay'),
    }),
    minute('doubted_endtime', [stay('endtime'), bill('enddate', 'first')], {
      derived: true,
      note: 'the same for the end',
      words: words('存疑的出院时间', 'doubted end of the stay'),
    }),
    money('medfee_sumamt', bill('medfee_sumamt', 'sum'), { note: 'sum over the valid settlements of the stay, as all amounts of a visit' }),
    money('inscp_amt', bill('inscp_amt', 'sum')),
    money('fund_pay_sumamt', bill('fund_pay_sumamt', 'sum'), { note: 'pooled funds without the personal account' }),
    money('acct_pay', bill('acct_pay', 'sum')),
    money('psn_pay', bill('psn_pay', 'sum'), { note: 'cash' }),
    code8('clr_way', 'clr_way', bill('clr_way', 'last'), { note: 'of the last settlement' }),
    scaled('early_dscg_days', 'integer', [stay('begntime'), stay('endtime')], {
      derived: true,
      note: 'days by which the discharge lies before the admission; the discharge is then unknown',
      words: words('出院早于入院的天数', 'days from the discharge to a later admission'),
    }),
    money('line_gap', [bill('medfee_sumamt', 'sum'), fee('det_item_fee_sumamt', 'net')], {
      derived: true,
      note: 'settled total of the visit less its net lines, 0 within a fen a line; missing without settlement or without lines',
      words: words('结算总额与明细合计之差', 'settled total less the lines'),
    }),
    scaled('open_lines', 'integer', [fee('mdtrt_id')], {
      derived: true,
      note: 'fee lines of the visit that do not count because a question is open: in quarantine, waiting, or contradicting each other',
      words: words('未能计入的明细数', 'fee lines with an open question'),
    }),
    scaled('open_diagnoses', 'integer', [diagnosis('mdtrt_id')], {
      derived: true,
      note: 'the same for the diagnoses of the settlement list',
      words: words('未能计入的诊断数', 'diagnoses with an open question'),
    }),
    code8('ttp_pay_flag', 'yes_no', stay('ttp_pay_flag'), {
      note: 'a third party or the work-injury fund pays',
      words: words('第三方或工伤支付标志', 'flag that a third party or work injury pays'),
    }),
    hash('emp_no', stay('emp_no'), { note: 'employer number, pseudonymised', words: words('单位', 'employer') }),
    scaled('care_gap_days', 'integer', stayExtract('care_gap_days'), {
      note: 'longest run of days without order, vital sign or nursing record, by the institution',
      words: words('无诊疗记录的最长连续天数', 'longest run of days without care records'),
    }),
    code8('plan_adm_flag', 'yes_no', stayExtract('plan_adm_flag'), { note: 'the admission was planned, by the institution' }),
    code8('infc_flag', 'yes_no', stayExtract('infc_flag'), { note: 'hospital-acquired infection, by the institution' }),
    code('grp_code', 'group', stayExtract('grp_code'), { note: 'DRG or DIP group paid', words: words('分组', 'group') }),
    money('grp_pay_amt', stayExtract('grp_pay_amt'), {
      note: 'payment of the group',
      words: words('实付分组的支付额', 'payment of the group paid'),
    }),
    money('evid_grp_pay_amt', stayExtract('evid_grp_pay_amt'), {
      note: 'payment of the group that bill and record support',
      words: words('依据所支持分组的支付额', 'payment of the group that bill and record support'),
    }),
    ...range('settlements'),
    ...range('diagnoses'),
    ...range('operations'),
  ],
  settlements: [
    text('setl_id', bill('setl_id'), { note: 'settlement id as the source has it' }),
    row('visit', 'visits', []),
    minute('setl_time', bill('setl_time')),
    code8('insutype', 'insutype', bill('insutype')),
    code8('clr_way', 'clr_way', bill('clr_way')),
    hash('invono', bill('invono'), { note: 'invoice number' }),
    money('medfee_sumamt', bill('medfee_sumamt')),
    money('fulamt_ownpay_amt', bill('fulamt_ownpay_amt')),
    money('overlmt_selfpay', bill('overlmt_selfpay')),
    money('preselfpay_amt', bill('preselfpay_amt')),
    money('inscp_amt', bill('inscp_amt')),
    money('hifp_pay', bill('hifp_pay')),
    money('cvlserv_pay', bill('cvlserv_pay')),
    money('hifes_pay', bill('hifes_pay')),
    money('hifmi_pay', bill('hifmi_pay')),
    money('hifob_pay', bill('hifob_pay')),
    money('hifdm_pay', bill('hifdm_pay')),
    money('maf_pay', bill('maf_pay')),
    money('othfund_pay', bill('othfund_pay')),
    money('fund_pay_sumamt', bill('fund_pay_sumamt'), { note: 'pooled funds without the personal account' }),
    money('acct_pay', bill('acct_pay')),
    money('psn_pay', bill('psn_pay')),
  ],
  diagnoses: [
    row('visit', 'visits', []),
    code('diag_code', 'diagnosis', [diagnosis('diag_code'), stay('dscg_maindiag_code')], { words: words('该诊断', 'the diagnosis') }),
    code8('maindiag_flag', 'yes_no', diagnosis('maindiag_flag', 'greatest'), {
      carriedBy: ['setl_list_diag_d.maindiag_flag', 'mdtrt_d.dscg_maindiag_code'],
      words: words('该诊断的主诊断标志', 'main flag of the diagnosis'),
    }),
    code8('adm_cond_type', 'adm_cond_type', diagnosis('adm_cond_type', 'least')),
  ],
  operations: [
    row('visit', 'visits', []),
    code('oprn_oprt_code', 'operation', [operation('oprn_oprt_code'), stay('oprn_oprt_code')], { words: words('该手术', 'the operation') }),
    code8('main_oprn_flag', 'yes_no', operation('main_oprn_flag'), {
      carriedBy: ['setl_list_oprn_d.main_oprn_flag', 'mdtrt_d.oprn_oprt_code'],
      words: words('该手术的主要手术标志', 'main flag of the operation'),
    }),
    day('oprn_oprt_date', [operation('oprn_oprt_date'), operation('oprn_oprt_begntime')]),
    code('oper_dr_code', 'practitioner', operation('oper_dr_code')),
  ],
  lines: [
    text('line_key', [fee('bkkp_sn'), fee('fixmedins_code'), fee('mdtrt_id'), fee('feedetl_sn')], {
      derived: true,
      note: 'bkkp_sn, else fixmedins_code|mdtrt_id|feedetl_sn, else file|row',
      words: words('费用行标识', 'key of the line'),
    }),
    code('file', 'file', [], { note: 'source file', words: words('来源文件', 'source file') }),
    ref('file_row', [], {
      nullable: false,
      note: '1-based row in the source file',
      words: words('来源文件行号', 'row in the source file'),
      said: 'file_row',
    }),
    row('visit', 'visits', []),
    row('settlement', 'settlements', fee('setl_id'), { nullable: true, note: 'missing when the source declares it has no settlements' }),
    code('med_list_codg', 'item', fee('med_list_codg'), {
      nullable: false,
      note: 'catalogue code; a local code without a confirmed crosswalk keeps its own',
      words: words('项目', 'item'),
    }),
    minute('fee_ocur_time', fee('fee_ocur_time'), { nullable: false }),
    code8('time_precision', 'precision', [], {
      derived: true,
      note: 'day or minute',
      words: words('费用时间精度', 'precision of the fee time'),
    }),
    code8('cnt_daily', 'yes_no', [], {
      derived: true,
      note: 'whether the quantity belongs to the day of fee_ocur_time; not of the only line of a service in a stay with one for each day',
      words: words('数量属于当日标志', 'flag that the quantity belongs to the day'),
    }),
    scaled('cnt', 'quantity', fee('cnt', 'net'), { nullable: false, note: 'net', words: words('数量', 'quantity') }),
    scaled('pric', 'price', fee('pric'), { note: 'unit price' }),
    money('det_item_fee_sumamt', fee('det_item_fee_sumamt', 'net'), {
      nullable: false,
      note: 'net',
      words: words('明细金额', 'line amount'),
    }),
    money('inscp_amt', fee('inscp_amt', 'net'), { note: 'net, inside the policy scope' }),
    money('fulamt_ownpay_amt', fee('fulamt_ownpay_amt', 'net'), { note: 'net, fully self-funded' }),
    scaled('pric_uplmt_amt', 'price', fee('pric_uplmt_amt'), {
      derived: true,
      note: 'price ceiling as recorded; 999999 (no ceiling) is stored as missing',
      words: words('限价', 'price ceiling'),
    }),
    scaled('prd_days', 'days', fee('prd_days'), { note: 'days of supply', words: words('用药天数', 'days of supply') }),
    code8('list_type', 'list_type', fee('list_type')),
    code8('med_chrgitm_type', 'med_chrgitm_type', fee('med_chrgitm_type'), { words: words('收费类别', 'charge category') }),
    code8('chrgitm_lv', 'chrgitm_lv', fee('chrgitm_lv'), { words: words('收费项目等级', 'catalogue class') }),
    code8('named_user', 'article_user', [fee('hilist_name'), fee('medins_list_name')], {
      derived: true,
      note: 'for whom an article is made by its name, by library/standard/article-users.csv; missing where the name does not say',
      words: words('名称所示的适用人群', 'user that the name tells'),
    }),
    code8('prcu_drug_flag', 'yes_no', fee('prcu_drug_flag'), { note: 'selected in central procurement' }),
    code8('named_part', 'body_part', [fee('medins_list_name'), fee('hilist_name')], {
      derived: true,
      note: 'the one part that the name of an imaging service tells, by library/standard/body-parts.csv; missing where it tells several',
      words: words('名称所示的检查部位', 'part of the body that the name tells'),
    }),
    code8('lmt_used_flag', 'yes_no', fee('lmt_used_flag')),
    code8('hosp_appr_flag', 'hosp_appr_flag', fee('hosp_appr_flag'), { words: words('医院审批标志', 'hospital approval flag') }),
    code8('dscg_tkdrug_flag', 'yes_no', fee('dscg_tkdrug_flag')),
    code8('tcmdrug_used_way', 'tcmdrug_used_way', fee('tcmdrug_used_way')),
    code('bilg_dept_codg', 'department', [fee('bilg_dept_codg'), fee('fixmedins_code')], {
      derived: true,
      carriedBy: ['fee_list_d.bilg_dept_codg'],
    }),
    code('bilg_caty', 'caty', [fee('bilg_dept_codg'), department('caty')], {
      derived: true,
      carriedBy: ['fee_list_d.bilg_dept_codg'],
      note: 'national specialty of the ordering department',
      words: words('开单科室专业', 'specialty of the ordering department'),
    }),
    code('acord_caty', 'caty', [fee('acord_dept_codg'), department('caty')], {
      derived: true,
      carriedBy: ['fee_list_d.acord_dept_codg'],
      note: 'national specialty of the performing department',
      words: words('受单科室专业', 'specialty of the performing department'),
    }),
    code('bilg_dr_code', 'practitioner', fee('bilg_dr_code'), { words: words('开单医师', 'ordering practitioner') }),
    ref('rx_drord_no', fee('rx_drord_no'), { note: 'prescription or order', said: 'rx_drord_text' }),
    text('rx_drord_text', fee('rx_drord_no'), {
      nullable: true,
      note: 'prescription or order as text',
      words: words('处方号', 'prescription number'),
    }),
    hash('drug_trac_codg', [fee('drug_trac_codg'), trace('drug_trac_codg', 'least')], { note: 'trace code', said: 'drug_trac_text' }),
    text('drug_trac_text', [fee('drug_trac_codg'), trace('drug_trac_codg', 'least')], {
      nullable: true,
      note: 'trace code as text',
      words: words('药品追溯码', 'trace code'),
    }),
    minute('exct_time', feeExtract('exct_time'), {
      note: 'executed at, by the record of the institution',
      words: words('执行时间', 'execution time'),
    }),
    minute('upld_time', feeExtract('upld_time'), { note: 'uploaded at', words: words('上传时间', 'upload time') }),
    scaled('exct_cnt', 'quantity', feeExtract('exct_cnt'), {
      note: 'quantity by the record of the institution; 0 says that there is no record',
      words: words('机构记录的数量', 'quantity by the record of the institution'),
    }),
    code('exct_list_codg', 'item', feeExtract('exct_list_codg'), {
      note: 'what the record shows was done or used',
      words: words('机构记录的实际项目', 'item by the record of the institution'),
    }),
    scaled('purc_pric', 'price', feeExtract('purc_pric'), { note: 'purchase price', words: words('购进单价', 'purchase price') }),
    scaled('cash_pric', 'price', feeExtract('cash_pric'), {
      note: 'price to cash buyers that day',
      words: words('自费售价', 'price to cash buyers'),
    }),
  ],
} as const satisfies Record<string, readonly ColumnDefinition[]>;

export type WorkingTable = keyof typeof workingTables;

/** Names of the tables of a segment, in storage order. */
export const workingTableNames: readonly WorkingTable[] = keysOf(workingTables);

/** Whether a name is that of a table of a segment. */
export const isWorkingTable = (name: string | undefined): name is WorkingTable => isOneOf(workingTableNames, name);

/**
 * Columns of the tables that are kept once per lake. Institution, practitioner, item and department have one row per
 * value of their dictionary; `stock` and `practitioner_stay` are plain lists.
 */
export const dimensionTables = {
  institution: [
    text('fixmedins_name', institution('fixmedins_name'), { nullable: true }),
    code8('fixmedins_type', 'fixmedins_type', institution('fixmedins_type'), { words: words('机构类型', 'institution type') }),
    code8('hosp_lv', 'hosp_lv', institution('hosp_lv'), { words: words('机构等级', 'level of the institution') }),
    code8('lmtpric_hosp_lv', 'lmtpric_hosp_lv', institution('lmtpric_hosp_lv'), {
      words: words('机构限价等级', 'price level of the institution'),
    }),
    code8('dedc_hosp_lv', 'dedc_hosp_lv', institution('dedc_hosp_lv'), {
      words: words('机构起付线等级', 'deductible level of the institution'),
    }),
    code('admdvs', 'area', institution('admdvs'), { note: 'area of treatment' }),
    scaled('aprv_bed_cnt', 'integer', institution('aprv_bed_cnt'), {
      note: 'approved beds',
      words: words('机构批准床位数', 'approved beds of the institution'),
    }),
    day('enddate', institution('enddate'), {
      note: 'designated until, by the latest period of the register',
      words: words('机构定点止日', 'end of the designation'),
    }),
    day('line_from', [], {
      derived: true,
      note: 'first day the lines of this institution reach back to',
      words: words('机构费用数据起点', 'begin of the fee lines of the institution'),
    }),
    day('line_to', [], {
      derived: true,
      note: 'last day with lines',
      words: words('机构费用数据止日', 'end of the fee lines of the institution'),
    }),
    day('visit_from', [], {
      derived: true,
      note: 'first day its visits reach back to',
      words: words('机构就诊数据起点', 'begin of the visits of the institution'),
    }),
    day('visit_to', [], {
      derived: true,
      note: 'last day with visits',
      words: words('机构就诊数据止日', 'end of the visits of the institution'),
    }),
  ],
  practitioner: [
    code8('dr_pro_tech_duty', 'drord_dr_profttl', practitioner('dr_pro_tech_duty'), {
      words: words('医师职称', 'title of the practitioner'),
    }),
    code('caty', 'caty', [department('caty')], {
      derived: true,
      carriedBy: ['medins_dept_b.caty', 'dr_info_b.dept_codg'],
      words: words('医师执业专业', 'specialty of the practitioner'),
    }),
    code('fixmedins_code', 'institution', practitioner('fixmedins_code')),
    day('begndate', practitioner('begndate'), {
      note: 'payment qualification from',
      words: words('医师支付资格起日', 'begin of the payment qualification'),
    }),
    day('enddate', practitioner('enddate'), {
      note: 'payment qualification until',
      words: words('医师支付资格止日', 'end of the payment qualification'),
    }),
    day('susp_begndate', practitioner('susp_begndate'), {
      note: 'suspended from',
      words: words('医师暂停起日', 'begin of the suspension'),
    }),
    day('susp_enddate', practitioner('susp_enddate'), { note: 'suspended until', words: words('医师暂停止日', 'end of the suspension') }),
    day('die_date', practitioner('die_date'), { words: words('医师死亡日期', 'death date of the practitioner') }),
  ],
  item: [
    text('hilist_name', [catalogue('hilist_name'), fee('hilist_name'), fee('medins_list_name')], {
      nullable: true,
      derived: true,
      note: 'catalogue name, else the name most often seen on lines',
    }),
    text('other_names', [fee('hilist_name'), fee('medins_list_name')], {
      nullable: true,
      derived: true,
      note: 'further names seen on lines of an item that the catalogue does not name, with U+001F between them',
      words: words('项目的其他名称', 'other names of the item'),
    }),
    code8('list_type', 'list_type', [catalogue('list_type'), fee('list_type', 'least')]),
    code8('med_chrgitm_type', 'med_chrgitm_type', [catalogue('med_chrgitm_type'), fee('med_chrgitm_type', 'least')]),
  ],
  department: [
    text('dept_name', department('dept_name'), { nullable: true }),
    code('caty', 'caty', department('caty')),
    code('fixmedins_code', 'institution', department('fixmedins_code')),
  ],
  stock: [
    code('fixmedins_code', 'institution', ledger('fixmedins_code')),
    code('med_list_codg', 'item', ledger('med_list_codg')),
    day('month', ledger('inv_chg_time'), { nullable: false, derived: true, note: 'first day of the month', words: words('月份', 'month') }),
    scaled('supplied', 'quantity', [ledger('cnt'), ledger('inv_chg_type')], {
      nullable: false,
      derived: true,
      note: 'opening count + received - returned - lost - closing count: what could be sold in the month',
      words: words('可售数量', 'quantity that could be sold'),
    }),
  ],
  practitioner_stay: [
    code('practitioner', 'practitioner', practitioner('psn_no'), {
      derived: true,
      note: 'the practitioner as a patient',
      words: words('医师', 'practitioner'),
    }),
    day('begndate', stay('begntime'), { nullable: false, derived: true, note: 'admission day', words: words('住院起日', 'admission day') }),
    day('enddate', stay('endtime'), { nullable: false, derived: true, note: 'discharge day', words: words('住院止日', 'discharge day') }),
  ],
} as const satisfies Record<string, readonly ColumnDefinition[]>;

export type DimensionTable = keyof typeof dimensionTables;

/** Names of the tables that are kept once per lake, in storage order. */
export const dimensionTableNames: readonly DimensionTable[] = keysOf(dimensionTables);

/** One segment in memory. Tables a reader did not ask for are absent. */
export type Segment = Readonly<Record<WorkingTable, TableData>>;

/** One value for each table of the working form. */
export const forEachTable = <Value>(make: (table: WorkingTable) => Value): Record<WorkingTable, Value> => ({
  persons: make('persons'),
  enrolments: make('enrolments'),
  visits: make('visits'),
  settlements: make('settlements'),
  diagnoses: make('diagnoses'),
  operations: make('operations'),
  lines: make('lines'),
});

/** What is kept once per lake and shared by all segments. */
export interface LakeContext {
  /** Values of each dictionary, in order of their ids. */
  readonly dictionaries: Readonly<Record<string, readonly string[]>>;
  readonly dimensions: Readonly<Record<DimensionTable, TableData>>;
  /** First and last day over all institutions. */
  readonly coverage: Readonly<Record<'line_from' | 'line_to' | 'visit_from' | 'visit_to', CivilDay>>;
  /** Dictionary tables that the sources of this lake do not have, for example `psn_insu_d`. */
  readonly absent: readonly string[];
  /** National fields `table.field` that ever had a value, by institution; see `carries`. Without it all of present tables. */
  readonly carriage?: Readonly<Record<string, readonly string[]>>;
  /** What is assumed and not delivered, by institution: whatever reads it is an estimate. */
  readonly assumed?: Readonly<Record<string, AssumedShares>>;
}

/** What somebody assumes of an institution. */
export interface AssumedShares {
  /** Whether the in-scope amounts of its lines are assumed. */
  readonly scope: boolean;
  /** Ten-thousandths of what is in scope that the fund pays; only where the institution delivers no settlements. */
  readonly fund?: number;
}

/** Tables of extracts; where a lake lacks one, the columns that come from it are missing in every row. */
const extracts = { lines: 'fee_exct_d', visits: 'mdtrt_exct_d' } as const;

const cameFrom = (columns: readonly ColumnDefinition[], table: string): readonly string[] =>
  columns.filter(({ sources }) => sources.some((source) => source.table === table)).map(({ name }) => name);

/** Columns that come from tables of extracts alone. */
export const extractColumns = {
  lines: { table: extracts.lines, columns: cameFrom(workingTables.lines, extracts.lines) },
  visits: { table: extracts.visits, columns: cameFrom(workingTables.visits, extracts.visits) },
} as const;

/** National tables whose rows a table of the working form or a dimension has one for one. */
const ownTables: Readonly<Record<WorkingTable | DimensionTable, readonly string[]>> = {
  persons: ['psn_info_b'],
  enrolments: ['psn_insu_d'],
  visits: ['mdtrt_d', 'mdtrt_exct_d'],
  settlements: ['setl_d'],
  diagnoses: ['setl_list_diag_d'],
  operations: ['setl_list_oprn_d'],
  lines: ['fee_list_d', 'fee_exct_d'],
  institution: ['medins_info_b'],
  practitioner: ['dr_info_b'],
  item: ['hilist_b'],
  department: ['medins_dept_b'],
  stock: ['stoc_chg_d'],
  practitioner_stay: [],
};

/** The definition of a column; undefined for a name that the table does not have. */
export const columnNamed = (table: WorkingTable | DimensionTable, name: string): ColumnDefinition | undefined =>
  columnsOf(table).find((column) => column.name === name);

/** Columns of a table of the working form or of a dimension, in storage order. */
export const columnsOf = (table: WorkingTable | DimensionTable): readonly ColumnDefinition[] =>
  isWorkingTable(table) ? workingTables[table] : dimensionTables[table];

/** National field `table.field` that a source must fill for a column to have values; undefined where other rows or ingest make it. */
export function nationalFieldOf(table: WorkingTable | DimensionTable, name: string): string | undefined {
  const [first] = columnNamed(table, name)?.sources ?? [];
  return first !== undefined && ownTables[table].includes(first.table) ? `${first.table}.${first.field}` : undefined;
}

/** Columns of a table that take values from a national table, with how they take them: what ingest must read and bring along. */
export const columnsFrom = (table: WorkingTable | DimensionTable, nationalTable: string): readonly ColumnDefinition[] =>
  columnsOf(table).filter(({ sources }) => sources.some((source) => source.table === nationalTable));
