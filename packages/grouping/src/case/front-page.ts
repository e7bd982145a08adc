import { dictionary } from '@hengjian/standard';
import { type CaseColumn, caseColumns } from './columns.ts';

// The front page of a hospital record (病案首页) as hospitals export it.

/** Words of the front page for the columns of a case. */
const words: Readonly<Partial<Record<CaseColumn, readonly string[]>>> = {
  id: ['病案号', '住院号', '就诊号', '流水号', '就诊id', '结算id', '病例号', '住院流水号', '就诊流水号'],
  gender: ['性别', '患者性别'],
  age: ['年龄', '年龄(岁)', '年龄岁', '入院年龄', '岁'],
  age_days: [
    '日龄',
    '日龄(天)',
    '不足一周岁年龄',
    '不足一周岁年龄(天)',
    '不足1周岁年龄',
    '年龄(天)',
    '(年龄不足1周岁的)年龄',
    '不足1周岁年龄(天)',
    '新生儿年龄(天)',
  ],
  birth_weight: ['新生儿出生体重', '出生体重', '新生儿出生体重(克)', '新生儿出生体重(g)', '出生体重(克)'],
  admission_weight: ['新生儿入院体重', '入院体重', '新生儿入院体重(克)', '新生儿入院体重(g)', '入院体重(克)'],
  dept: ['出院科别', '出院科室', '科室', '科别'],
  los: ['住院天数', '实际住院天数', '实际住院(天)', '住院日数', '住院天数(天)'],
  discharge_mode: ['离院方式', '出院方式'],
  icu_hours: ['重症监护时间', '重症监护小时数', '重症监护合计时长', '重症监护时长(小时)'],
  ventilator_hours: ['呼吸机使用时间', '呼吸机使用时长', '呼吸机小时数', '呼吸机使用时间(小时)', '有创呼吸机使用时间'],
};

const principalDiagnosis = [
  '主要诊断编码',
  '主要诊断代码',
  '主诊断编码',
  '主要诊断疾病编码',
  '出院主要诊断编码',
  '出院主要诊断疾病编码',
  '主要诊断icd编码',
  '诊断编码',
];
const principalOperation = [
  '主要手术编码',
  '主要手术代码',
  '主要手术操作编码',
  '主手术编码',
  '主要手术及操作编码',
  '手术编码',
  '手术操作编码',
];
const otherDiagnosis =
  /^(?:其他|次要|出院其他|其它)诊断(?:疾病)?(?:编码|代码)\d*$|^(?:其他|其它)诊断\d+(?:编码|代码)$|^诊断(?:编码|代码)\d+$/;
const otherOperation =
  /^(?:其他|次要|其它)手术(?:及?操作)?(?:编码|代码)\d*$|^(?:其他|其它)手术(?:及?操作)?\d+(?:编码|代码)$|^手术(?:及?操作)?(?:编码|代码)\d+$/;

const plain = (name: string): string => name.toLowerCase().replaceAll(/\s/g, '').replaceAll('（', '(').replaceAll('）', ')');

const byWord: ReadonlyMap<string, CaseColumn> = new Map(
  caseColumns.flatMap((column) => (words[column] ?? []).map((word) => [word, column] as const)),
);

/** The column of a case that a header of the front page fills. */
export function frontPageColumn(name: string): CaseColumn | undefined {
  const own = plain(name);
  if (principalDiagnosis.includes(own) || otherDiagnosis.test(own)) return 'diagnoses';
  if (principalOperation.includes(own) || otherOperation.test(own)) return 'procedures';
  return byWord.get(own);
}

/** Whether a header is that of the principal diagnosis or the main operation, which comes first. */
export const isPrincipalHeader = (name: string): boolean =>
  principalDiagnosis.includes(plain(name)) || principalOperation.includes(plain(name));

const units: Readonly<Partial<Record<CaseColumn, RegExp>>> = {
  age: /^(\d+)(?:周岁|岁)$/,
  age_days: /^(\d+)(?:天|日)$/,
  birth_weight: /^(\d+(?:\.\d+)?)(?:克|g)$/i,
  admission_weight: /^(\d+(?:\.\d+)?)(?:克|g)$/i,
  los: /^(\d+)(?:天|日)$/,
  icu_hours: /^(\d+(?:\.\d+)?)(?:小时|h)$/i,
  ventilator_hours: /^(\d+(?:\.\d+)?)(?:小时|h)$/i,
};

/** A number without the unit that people write behind it: 78岁, 22天. */
export const withoutUnit = (text: string, column: CaseColumn): string => units[column]?.exec(text)?.[1] ?? text;

const ways = dictionary.codeTables.get('dscg_way');

/** The code of a way to leave, where its name stands instead. */
export const dischargeMode = (text: string): string =>
  text === '' || ways === undefined || ways.has(text) ? text : ([...ways.values()].find(({ name_zh }) => name_zh === text)?.code ?? text);
