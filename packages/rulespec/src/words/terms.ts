import { articleUsers, bodyParts, columnNamed, dictionary, settings } from '@hengjian/standard';
import type { FieldTable, Role } from '../check/ir.ts';
import type { Names } from '../source/vocabulary.ts';

/** A text in both languages. */
export const names = (zh: string, en: string): Names => ({ zh, en });

/** Which of two things is meant; nothing for the one that is looked at. */
export const roleNames: Readonly<Record<Role, Names>> = { self: names('', ''), a: names('甲的', 'A’s '), b: names('乙的', 'B’s ') };

/** What a column of the working form is called; its record says so. */
export const fieldName = (table: FieldTable, column: string): Names => columnNamed(table, column)?.words ?? names(column, column);

const settingNames = new Map([
  ...settings.map(({ setting, name }) => [setting, name] as const),
  ['outpatient', names('普通门诊', 'outpatient')],
  ['chronic', names('门诊慢特病', 'chronic benefit')],
] as const);
const otherNames: Readonly<Record<string, Readonly<Record<string, Names>>>> = {
  article_user: Object.fromEntries(articleUsers.map(({ user, name }) => [user, name])),
  body_part: Object.fromEntries(bodyParts.map(({ part, name }) => [part, name])),
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
