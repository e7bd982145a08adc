import { inputProblems, words } from '@hengjian/standard';
import { type Cells, draftOf, kept, key, type ResolveOptions, type RowResult, refused, type Supplements, sexCode } from './draft.ts';
import { drugResult } from './drugs.ts';
import { itemList } from './point.ts';
import type { SourceRecord } from './records.ts';

type Reader = (record: SourceRecord, more: Supplements, options: ResolveOptions) => RowResult;

const onePoint = (table: string, record: SourceRecord, options: ResolveOptions, values: Cells, subject: string): RowResult => ({
  kind: 'points',
  drafts: [draftOf(table, record, options, values, subject)],
});

/** The code that a name begins with, and the name without it and without the page number that stuck to its end. */
const operationName = /^(\d{2}\.[\dx]{2,4}(?:x\d{3})?)(.+?)\d?$/;
const diagnosisName = /^([A-Z]\d{2}\.(?:\d{3}|x\d{2})(?:x\d{3})?[+*]?)(.*)$/;

function noCode({ name, place }: SourceRecord): RowResult {
  const expected = words('以编码开头的名称', 'a name that begins with its code');
  return refused(inputProblems.problem('value-invalid', { value: name, expected }, place));
}

const operationSex: Reader = (record, _more, options) => {
  const [, code, name] = operationName.exec(record.name) ?? [];
  const sex = sexCode[record.limit ?? ''];
  if (code === undefined || name === undefined) return noCode(record);
  if (sex === undefined) return kept(record, 'sex-open');
  return onePoint('operation-sex', record, options, { operations: code, name, sex }, code);
};

/**
 * A pair of an operation and a diagnosis that belongs to it; the pairs of an operation make one point. The pairs name some codes of
 * a category and leave out their neighbours, so the category is taken: how deep a diagnosis is coded makes it no other disease.
 */
const operationDiagnosis: Reader = (record, _more, options) => {
  const [left = '', right = ''] = record.name.split('×');
  const [, code, name] = operationName.exec(left) ?? [];
  const [, diagnosis] = diagnosisName.exec(right) ?? [];
  if (code === undefined || name === undefined || diagnosis === undefined) return noCode(record);
  return onePoint('operation-diagnosis', record, options, { operations: code, name, diagnoses: `${diagnosis.slice(0, 3)}*` }, code);
};

const diagnosisSex: Reader = (record, _more, options) => {
  const [, code, name] = diagnosisName.exec(record.name) ?? [];
  const sex = sexCode[record.text.slice(0, 1)];
  if (code === undefined || name === undefined) return noCode(record);
  if (sex === undefined) return kept(record, 'sex-open');
  return onePoint('diagnosis-sex', record, options, { diagnoses: code, name, sex }, code);
};

/** Ages that a group of patients in the name of a disease has: a newborn by days, an infant with a year to spare. */
const ages: readonly (readonly [RegExp, Cells])[] = [
  [/^新生儿/, { age_min: '0', age_max: '0', days_max: '28' }],
  [/^婴儿/, { age_min: '0', age_max: '1', days_max: '' }],
];

const diagnosisAge: Reader = (record, _more, options) => {
  const [, code, name] = diagnosisName.exec(record.name) ?? [];
  if (code === undefined || name === undefined) return noCode(record);
  const age = ages.find(([group]) => group.test(record.text))?.[1];
  return age === undefined
    ? kept(record, 'years-open')
    : onePoint('diagnosis-age', record, options, { diagnoses: code, name, ...age }, code);
};

/**
 * The first herb of each pair of the eighteen incompatible and the nineteen fearing ones, with its prepared forms: the source
 * separates the two names at the wrong place.
 */
const firstHerb =
  /^(.*?(?:附片|草乌|川乌|附子|侧子|天雄|甘草|顺片|藜芦|丑|砒霜?|郁金|牵牛子?|石脂|灵脂[块米]?|三棱|广角|水牛角|犀角片?|[芒皮朴牙]硝|玄明粉|佗僧))(.{2,})$/;

/** A herb by its exact name, and by its code where one is published. */
const herbItems = (name: string, { codes }: Supplements): string =>
  itemList([`name:${name}`, ...(codes.get(key('', name)) ?? []).filter((code) => code.startsWith('T'))]);

const herbPair: Reader = (record, more, options) => {
  const [, first, second] = firstHerb.exec(record.name.replace('+', '').replace('灵脂快', '灵脂块')) ?? [];
  if (first === undefined || second === undefined) return kept(record, 'pair-open');
  const values = { item_a: herbItems(first, more), name_a: first, item_b: herbItems(second, more), name_b: second };
  return onePoint('herb-incompatible', record, options, values, key(first, second));
};

/** What follows a broken bone: badly or not healed, thinned or eaten by a tumour, set straight, the metal in it. */
const boneDiagnoses = [
  'C40*',
  'C79.5*',
  'D16*',
  'D48.0*',
  'M21*',
  'M80*',
  'M84*',
  'M86*',
  'M89*',
  'M96*',
  'Q6*',
  'Q7*',
  'T02*',
  'T84*',
  'Z47*',
];

/** Diseases that an article is for, by what the source says it is for, where its name says the same. */
const articles: readonly { readonly text: RegExp; readonly name: RegExp; readonly diagnoses: readonly string[] }[] = [
  { text: /肱骨骨折/, name: /肱骨/, diagnoses: [...boneDiagnoses, 'S42*', 'S49*', 'T10*', 'T92*'] },
  { text: /股骨骨折/, name: /股骨|转子|鹅头/, diagnoses: [...boneDiagnoses, 'M16*', 'M87*', 'S72*', 'S79*', 'T12*', 'T93*'] },
  {
    // A basket also takes out what was swallowed, a stent or a polyp.
    text: /泌尿系统、消化系统结石/,
    name: /结石|取石|碎石|套石/,
    diagnoses: [
      'N13*',
      'N2*',
      'K80*',
      'K83*',
      'K85*',
      'K86*',
      'K91*',
      'K56*',
      'Q6*',
      'T17*',
      'T18*',
      'T19*',
      'T83*',
      'T85*',
      'Z43*',
      'Z46*',
      'D*',
      'K31*',
      'K63*',
    ],
  },
  {
    text: /经颈静脉肝内门静脉穿刺/,
    name: /经颈静脉肝内穿刺/,
    diagnoses: ['B18*', 'C22*', 'I81*', 'I82*', 'I85*', 'I86*', 'I98*', 'K7*', 'Q26*', 'R18*', 'T86*', 'Z94*'],
  },
];

const articleDisease: Reader = (record, _more, options) => {
  const found = articles.find(({ text }) => text.test(record.text));
  if (found === undefined) return kept(record, 'condition-open');
  if (!found.name.test(record.name)) return kept(record, 'name-open');
  const values = { items: `article:${record.name}`, name: record.name, diagnoses: itemList(found.diagnoses) };
  return onePoint('consumable-disease', record, options, values, record.name);
};

/** A panel of tests and its single tests, named by whole codes. */
const panel: Reader = (record, _more, options) => {
  const [whole = '', ...parts] = record.codes;
  const single = parts.filter((code) => code !== whole);
  if (single.length < 2 || ![whole, ...single].every((code) => /^\d{15}$/.test(code))) return kept(record, 'condition-open');
  const values = { item_a: whole, name_a: record.name, item_b: itemList(single), name_b: record.text.replaceAll('|', '、') };
  return onePoint('lab-panel-part', record, options, values, whole);
};

const readers: Readonly<Record<string, Reader>> = {
  项目组合: panel,
  项目重复: (record) => kept(record, 'window-open'),
  项目分解: (record) => kept(record, 'price-open'),
  项目加收: (record) => kept(record, 'rule-open'),
  项目关联: (record) => kept(record, 'article-open'),
  项目串换: (record) => kept(record, 'evidence-open'),
  项目虚记: (record) => kept(record, 'evidence-open'),
  手术操作编码与性别不符: operationSex,
  诊断编码与手术操作编码不符: operationDiagnosis,
  诊断与患者性别不符: diagnosisSex,
  诊断与患者年龄不符: diagnosisAge,
  中药饮片配伍禁忌: herbPair,
  医用耗材限疾病使用: articleDisease,
  无指征检验检查: (record) => kept(record, 'condition-open'),
  超说明书用量开药: (record) => kept(record, 'text-lost'),
};

/** Points of the classes that come with the index only, without codes in a column; undefined for every other class. */
export function bookResult(record: SourceRecord, more: Supplements, options: ResolveOptions): RowResult | undefined {
  return readers[record.rule_class]?.(record, more, options) ?? drugResult(record, more, options);
}
