import { normalise } from '@hengjian/documents';
import { inputProblems, type Place, words } from '@hengjian/standard';
import { knowledgeProblems } from './problems.ts';
import type { Outcome, SourceRecord } from './records.ts';

/** One entry under a name of the published index of all classes. */
interface Entry {
  readonly categories: readonly string[];
  readonly basis: string;
  readonly codes: readonly string[];
  readonly sex?: string;
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one: unknown): one is string => typeof one === 'string') : [];

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);

function entryOf(value: unknown): Entry | undefined {
  const fields = fieldsOf(value);
  const [categories, basis] = [texts(fields.get('categories')), fields.get('basis')];
  if (categories.length === 0 || typeof basis !== 'string') return undefined;
  const sex = fieldsOf(fields.get('cond')).get('limit_sex');
  return { categories, basis, codes: texts(fields.get('codes')), ...(typeof sex === 'string' ? { sex } : {}) };
}

/** How the text of a class begins, where one name stands in several classes and only one of them gave its text. */
const openings: Readonly<Record<string, RegExp>> = {
  老年人用药安全: /年用药禁忌的药品/,
  妊娠期及哺乳期用药安全: /相关用药禁忌的药品|期用药|药禁忌的药品孕妇|^乳期/,
  药品禁忌症: /药品说明书疾病禁忌/,
  超说明书适应症用药: /药品说明书适应症/,
  药品相互作用: /作用的两种药品/,
};

function ownText(category: string, { basis, categories }: Entry): string {
  const opening = openings[category];
  if (opening === undefined) return basis;
  if (opening.test(basis)) return basis.slice(basis.search(opening)).replace(opening, '');
  return categories.length > 1 || Object.values(openings).some((other) => other.test(basis)) ? '' : basis;
}

/** What the words of a page header or of a column leave before a name. */
const before = /^.*代码数量\d+|^页，共\d+页\d+/;
/** Words of sentences and headers that were taken for a name. */
const noName = /使用存在|参保人|检出逻辑|明细|年版|智能监管|就诊信息|医疗保障基金|药典|不予支|不得纳入|妊娠期或哺乳/;

function outcomesOf(name: string, value: unknown, place: Place): readonly Outcome[] {
  const entry = entryOf(value);
  if (entry === undefined) {
    const expected = words('类别和依据', 'classes and a basis');
    return [{ kind: 'refused', problem: inputProblems.problem('value-invalid', { value: name, expected }, place) }];
  }
  const own = normalise(name).replace(before, '');
  return entry.categories.map((rule_class): Outcome => {
    if (noName.test(own)) return { kind: 'refused', problem: knowledgeProblems.problem('name-broken', { name: own, rule_class }, place) };
    const record: SourceRecord = {
      rule_class,
      name: own,
      codes: entry.codes,
      text: normalise(ownText(rule_class, entry)),
      place,
      indexed: true,
      ...(rule_class === '手术操作编码与性别不符' && entry.sex !== undefined ? { limit: entry.sex } : {}),
    };
    return { kind: 'record', record };
  });
}

function pairOutcome(value: unknown, place: Place): Outcome {
  const fields = fieldsOf(value);
  const [a, b, window] = ['a', 'b', 'window'].map((field) => String(fields.get(field) ?? ''));
  return {
    kind: 'record',
    record: { rule_class: '医疗服务项目重复收费', name: `${a}×${b}`, codes: [], text: window ?? '', place, indexed: true },
  };
}

/**
 * Rows of the published index of all classes, name by name: an entry in several classes is a row of each. Undefined when the
 * file is no such index.
 */
export function indexOutcomes(value: unknown, file: string): readonly Outcome[] | undefined {
  const fields = fieldsOf(value);
  const constraints = fields.get('constraints');
  const pairs = fields.get('exclusive_pairs');
  if (typeof constraints !== 'object' || constraints === null || !Array.isArray(pairs)) return undefined;
  const entries = Object.entries(constraints).flatMap(([name, own]: [string, unknown]) =>
    Array.isArray(own) ? own.map((one: unknown) => [name, one] as const) : [],
  );
  return [
    ...entries.flatMap(([name, one], at) => outcomesOf(name, one, { file, row: at + 1 })),
    ...pairs.map((one: unknown, at) => pairOutcome(one, { file, row: entries.length + at + 1 })),
  ];
}
