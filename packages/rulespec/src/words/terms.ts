import { dictionary, libraryText, parseCsvRecords, type WorkingTable, workingTables } from '@hengjian/standard';
import type { FieldTable, Role } from '../check/ir.ts';
import type { Names } from '../source/vocabulary.ts';

/** A text in both languages. */
export const names = (zh: string, en: string): Names => ({ zh, en });

/** National tables whose field names a table of the working form borrows, in order of preference. */
const nationalTables: Readonly<Record<FieldTable, readonly string[]>> = {
  lines: ['fee_list_d', 'fee_exct_d'],
  visits: ['mdtrt_d', 'mdtrt_exct_d', 'setl_d'],
  settlements: ['setl_d'],
  persons: ['psn_info_b'],
  institution: ['medins_info_b'],
  practitioner: ['dr_info_b'],
  diagnoses: ['setl_list_diag_d'],
  operations: ['setl_list_oprn_d'],
};

/** Names of columns that the national tables do not have or name at length. */
const ownNames: Readonly<Record<string, Names>> = {
  'lines.time_precision': names('费用时间精度', 'precision of the fee time'),
  'lines.cnt_daily': names('数量属于当日标志', 'flag that the quantity belongs to the day'),
  'lines.bilg_caty': names('开单科室专业', 'specialty of the ordering department'),
  'lines.acord_caty': names('受单科室专业', 'specialty of the performing department'),
  'lines.bilg_dr_code': names('开单医师', 'ordering practitioner'),
  'lines.cnt': names('数量', 'quantity'),
  'lines.det_item_fee_sumamt': names('明细金额', 'line amount'),
  'lines.prd_days': names('用药天数', 'days of supply'),
  'lines.exct_cnt': names('机构记录的数量', 'quantity by the record of the institution'),
  'lines.exct_list_codg': names('机构记录的实际项目', 'item by the record of the institution'),
  'lines.exct_time': names('执行时间', 'execution time'),
  'lines.upld_time': names('上传时间', 'upload time'),
  'lines.purc_pric': names('购进单价', 'purchase price'),
  'lines.cash_pric': names('自费售价', 'price to cash buyers'),
  'lines.med_list_codg': names('项目', 'item'),
  'lines.pric_uplmt_amt': names('限价', 'price ceiling'),
  'lines.hosp_appr_flag': names('医院审批标志', 'hospital approval flag'),
  'lines.med_chrgitm_type': names('收费类别', 'charge category'),
  'lines.chrgitm_lv': names('收费项目等级', 'catalogue class'),
  'visits.setting': names('就诊类别', 'setting'),
  'visits.med_type': names('医疗类别', 'medical category'),
  'visits.fixmedins_code': names('机构', 'institution'),
  'visits.chfpdr_code': names('主诊医师', 'responsible practitioner'),
  'visits.begntime': names('就诊开始时间', 'begin of the visit'),
  'visits.endtime': names('就诊结束时间', 'end of the visit'),
  'visits.ttp_pay_flag': names('第三方或工伤支付标志', 'flag that a third party or work injury pays'),
  'visits.emp_no': names('单位', 'employer'),
  'visits.care_gap_days': names('无诊疗记录的最长连续天数', 'longest run of days without care records'),
  'visits.evid_grp_pay_amt': names('依据所支持分组的支付额', 'payment of the group that bill and record support'),
  'visits.grp_pay_amt': names('实付分组的支付额', 'payment of the group paid'),
  'visits.grp_code': names('分组', 'group'),
  'visits.dise_no': names('病种', 'disease of the benefit'),
  'persons.gend': names('患者性别', 'sex of the patient'),
  'persons.brdy': names('患者出生日期', 'birth date of the patient'),
  'persons.die_date': names('患者死亡日期', 'death date of the patient'),
  'persons.reach': names('人员标识的范围', 'reach of the person key'),
  'institution.fixmedins_type': names('机构类型', 'institution type'),
  'institution.hosp_lv': names('机构等级', 'level of the institution'),
  'institution.lmtpric_hosp_lv': names('机构限价等级', 'price level of the institution'),
  'institution.dedc_hosp_lv': names('机构起付线等级', 'deductible level of the institution'),
  'institution.aprv_bed_cnt': names('机构批准床位数', 'approved beds of the institution'),
  'institution.line_from': names('机构费用数据起点', 'begin of the fee lines of the institution'),
  'institution.visit_from': names('机构就诊数据起点', 'begin of the visits of the institution'),
  'practitioner.dr_pro_tech_duty': names('医师职称', 'title of the practitioner'),
  'practitioner.caty': names('医师执业专业', 'specialty of the practitioner'),
  'practitioner.die_date': names('医师死亡日期', 'death date of the practitioner'),
  'practitioner.begndate': names('医师支付资格起日', 'begin of the payment qualification'),
  'practitioner.enddate': names('医师支付资格止日', 'end of the payment qualification'),
  'practitioner.susp_begndate': names('医师暂停起日', 'begin of the suspension'),
  'practitioner.susp_enddate': names('医师暂停止日', 'end of the suspension'),
  'diagnoses.maindiag_flag': names('该诊断的主诊断标志', 'main flag of the diagnosis'),
  'diagnoses.diag_code': names('该诊断', 'the diagnosis'),
  'operations.main_oprn_flag': names('该手术的主要手术标志', 'main flag of the operation'),
  'operations.oprn_oprt_code': names('该手术', 'the operation'),
};

function nationalName(table: FieldTable, column: string): Names | undefined {
  for (const name of nationalTables[table]) {
    const field = dictionary.tables.get(name)?.fields.get(column);
    if (field !== undefined) return names(field.name_zh, field.name_en);
  }
  return undefined;
}

function noteOf(table: FieldTable, column: string): Names {
  const columns: readonly { readonly name: string; readonly note: string }[] =
    table in workingTables ? workingTables[table as WorkingTable] : [];
  const note = columns.find(({ name }) => name === column)?.note ?? '';
  return names(column, note === '' ? column : note);
}

/** Which of two things is meant; nothing for the one that is looked at. */
export const roleNames: Readonly<Record<Role, Names>> = { self: names('', ''), a: names('甲的', 'A’s '), b: names('乙的', 'B’s ') };

/** What a column of the working form is called. */
export const fieldName = (table: FieldTable, column: string): Names =>
  ownNames[`${table}.${column}`] ?? nationalName(table, column) ?? noteOf(table, column);

const settings = new Map(
  parseCsvRecords(libraryText('standard/settings.csv'), 'settings.csv').map((row) => [
    row.setting ?? '',
    names(row.name_zh ?? '', row.name_en ?? ''),
  ]),
);
const settingNames = new Map([
  ...settings,
  ['outpatient', names('普通门诊', 'outpatient')],
  ['chronic', names('门诊慢特病', 'chronic benefit')],
] as const);
const otherNames: Readonly<Record<string, Readonly<Record<string, Names>>>> = {
  precision: { day: names('只到日', 'day'), minute: names('到分钟', 'minute') },
  yes_no: { '1': names('是', 'yes'), '0': names('否', 'no') },
};

/** A code with its meaning where the code table is known. */
export function codeName(table: string, code: string): Names {
  if (code === '') return names('缺失', 'missing');
  if (table === 'setting') return settingNames.get(code) ?? names(code, code);
  const own = otherNames[table]?.[code];
  if (own !== undefined) return own;
  const value = dictionary.codeTables.get(table)?.get(code);
  return value === undefined ? names(code, code) : names(`${value.name_zh}（${code}）`, `${value.name_en} (${code})`);
}

const columnNames: Readonly<Record<string, Names>> = {
  items: names('项目', 'items'),
  item_a: names('项目 A', 'item A'),
  item_b: names('项目 B', 'item B'),
  diagnoses: names('诊断', 'diagnoses'),
  operations: names('手术操作', 'operations'),
  services: names('配套项目', 'paired services'),
  first_line: names('一线药品', 'first-line drugs'),
  lower: names('较低档项目', 'lower items'),
  age_min: names('最小年龄', 'lowest age'),
  age_max: names('最大年龄', 'highest age'),
  sex: names('性别', 'sex'),
  max_cnt: names('数量上限', 'highest quantity'),
  max_days: names('天数上限', 'highest days'),
  max_amount: names('金额上限', 'highest amount'),
  max_per_day: names('每日最大用量', 'highest daily quantity'),
  max_gram: names('克数上限', 'highest grams'),
  min_rank: names('最低级别', 'lowest level'),
  rate: names('比例', 'rate'),
  price: names('价格', 'price'),
  price_1: names('一级价', 'price of level one'),
  price_2: names('二级价', 'price of level two'),
  price_3: names('三级价', 'price of level three'),
  panel: names('组套', 'panel'),
  panel_price: names('组套价', 'panel price'),
  bundle: names('成套项目', 'bundle'),
  bundle_price: names('成套价', 'bundle price'),
  modality: names('检查类别', 'modality'),
  incision: names('切口', 'incision'),
  drug_class: names('药理类别', 'drug class'),
  tier: names('分级', 'tier'),
  caty: names('专业', 'specialty'),
  dise_no: names('病种', 'disease'),
  days: names('天数', 'days'),
  cycle_days: names('周期天数', 'days of the cycle'),
  window: names('时间窗', 'window'),
  confirmed: names('专家确认标志', 'confirmation by an expert'),
  condition: names('条件', 'condition'),
  begndate: names('起日', 'begin'),
  enddate: names('止日', 'end'),
  name: names('名称', 'name'),
  name_a: names('名称 A', 'name A'),
  name_b: names('名称 B', 'name B'),
  point_id: names('知识点', 'point'),
  basis: names('依据', 'basis'),
  source: names('来源', 'source'),
  region: names('地区', 'region'),
  valid_from: names('起效', 'from'),
  valid_to: names('止效', 'to'),
};

/** What a column of a knowledge table is called; a bureau's own column keeps its name. */
export const columnName = (column: string): Names => columnNames[column] ?? names(column, column);
