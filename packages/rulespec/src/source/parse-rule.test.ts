import { expect, test } from 'vitest';
import { checkRules } from '../check/check-rules.ts';
import { type KnowledgeTable, parseKnowledge } from '../knowledge/knowledge.ts';
import { parseRule } from './parse-rule.ts';
import { ruleJsonSchema } from './schema.ts';

const good = `id: T01
version: 1
official_code: GZ1
official_number: 7
name: {zh: 规则, en: Rule}
class: {category: 政策类, group: 组}
object: drug
result: violation
appealable: true
override: never
stages: [before, after]
scenes: [outpatient]
basis:
  - {document: 文件, number: 1号, article: 一, area: '000000', from: 2023-05-15, to: 2027-12-31, certainty: cited}
effective: {from: 2023-05-15, to: 2027-12-31}
decisive: service
owner: treatment
payment_scope: true
by: person
reach: row
shape: line
items: points
params:
  age: {type: integer, values: [{from: 2000-01-01, value: 18}]}
needs: [age]
where: visit.setting == 'outpatient'
when: age_years(line.fee_ocur_time) > param.age
exceptions:
  - {when: visit.nwb_flag == '1', needs: [visit.nwb_flag], basis: 新生儿, effect: clear}
amount: {method: whole}
message: {zh: '{item} {age_years} {point.items}', en: '{item} {param.age}'}
cases:
  - {name: 一, kind: clear, expect: [], history: {visits: []}}
`;

const header = 'basis:text,source:text,region:area,valid_from:date,valid_to:date';
function tablesOf(
  csv = `point_id:id,items:items,max:quantity,window:window,class:text,${header}\np1,XA01,2,day,a,b,s,000000,2020-01-01,\n`,
): ReadonlyMap<string, KnowledgeTable> {
  const { table } = parseKnowledge(csv, 'library/knowledge/points.csv');
  return new Map(table === undefined ? [] : [['points', table]]);
}

function problemsOf(text: string) {
  const parsed = parseRule(text, 'T01.yaml');
  return parsed.rule === undefined ? parsed.problems : checkRules([parsed.rule], tablesOf()).problems;
}

const edit = (from: string | RegExp, to: string): string => good.replace(from, to);

test('a good rule passes with its positions', () => {
  expect(problemsOf(good)).toEqual([]);
  const { rule } = parseRule(good, 'T01.yaml');
  expect(rule?.shape.kind === 'line' && rule.shape.when.at).toEqual({ row: 27, column: 7 });
});

test.each([
  ['an unknown field, with the nearest name', edit('decisive: service', 'decisve: service'), 'rule-unknown-field', 'decisive'],
  ['a field that stands twice', `${good}id: T02\n`, 'yaml-syntax', ''],
  ['a missing field', edit('version: 1\n', ''), 'rule-missing-field', 'add version'],
  ['an unset parameter', edit('[{from: 2000-01-01, value: 18}]', '[]'), 'rule-unset-parameter', 'at least one value'],
  ['a parameter set too late', edit('2000-01-01, value: 18', '2024-01-01, value: 18'), 'rule-unset-parameter', 'effective.from'],
  ['a parameter of the wrong type', edit('value: 18', 'value: 1.5'), 'rule-parameter-value', 'decimal'],
  ['a parameter without type', edit('type: integer, ', ''), 'rule-missing-field', 'add type'],
  ['no cases', good.replace(/cases:[\s\S]*$/, 'cases: []\n'), 'rule-without-cases', 'add cases'],
  ['no basis', good.replace(/basis:\n.*\n/, 'basis: []\n'), 'rule-without-basis', 'name the document'],
  ['a violation without a cited basis', edit('certainty: cited', 'certainty: inferred'), 'rule-violation-uncited', 'suspicious'],
  ['a rule that ends before it begins', edit('to: 2027-12-31}\ndecisive', 'to: 2020-12-31}\ndecisive'), 'rule-date-order', 'effective.to'],
  ['31 February', edit('effective: {from: 2023-05-15', 'effective: {from: 2023-02-31'), 'rule-not-a-date', 'a day that exists'],
  ['an area that is no code', edit("area: '000000'", 'area: 41'), 'rule-not-an-area', 'in quotes'],
  ['an unknown value', edit('object: drug', 'object: drugs'), 'rule-unknown-value', 'drug'],
  ['a version that is no number', edit('version: 1', 'version: one'), 'rule-not-an-integer', 'digits'],
  ['a list that is none', edit('stages: [before, after]', 'stages: before'), 'rule-not-a-list', 'as a list'],
  ['a mapping that is none', edit('name: {zh: 规则, en: Rule}', 'name: rule'), 'rule-not-a-mapping', 'key: value'],
  ['a text that is none', edit('id: T01', 'id: []'), 'rule-not-a-text', 'a value'],
  ['no shape', edit('shape: line\n', ''), 'rule-missing-field', 'add shape'],
  ['broken YAML', `${good}: [`, 'yaml-syntax', 'mend the YAML'],
  ['a file that is a list', '- a', 'rule-not-a-mapping', 'existing rule'],
  ['params that are a list', edit(/params:\n.*\n/, 'params: []\n'), 'rule-not-a-mapping', 'name: value'],
  ['a hit case that expects nothing', edit('kind: clear', 'kind: hit'), 'case-expect', '[L1]'],
  ['a clear case that expects a hit', edit('expect: []', 'expect: [L1]'), 'case-expect', '[]'],
  ['an unknown case without cause', edit('kind: clear', 'kind: unknown'), 'case-expect', 'unknown'],
  ['a code parameter without dictionary', edit('type: integer', 'type: code'), 'rule-missing-field', 'dictionary'],
  ['a code parameter of an unknown dictionary', edit('type: integer', 'type: code, of: nothing'), 'rule-unknown-dictionary', 'code table'],
  ['a code that is in no dictionary', edit('{type: integer,', '{type: code, of: gend,'), 'rule-parameter-value', 'did you mean'],
  ['an unknown table', edit('items: points', 'items: point'), 'rule-unknown-table', 'points'],
  [
    'a table without codes of that kind',
    edit(/shape: line\nitems: points/, 'shape: visit\neach: diagnosis\npoints: points'),
    'rule-unknown-column',
    'diagnoses',
  ],
  ['a need that is no field', edit('needs: [age]', 'needs: [age, line.cnt > 1]'), 'rule-needs', 'name fields'],
  ['a need that is unknown', edit('needs: [age]', 'needs: [age, line.nothing]'), 'expression-unknown-name', ''],
  ['a nullable value without need', edit('needs: [age]', 'needs: []'), 'expression-nullable', 'add age to needs'],
  ['a placeholder that means nothing', edit('{age_years}', '{line.nothing}'), 'message-placeholder', '{item}'],
  ['a level of another scale', edit("where: visit.setting == 'outpatient'", "where: institution.hosp_lv == '02'"), 'rule-level-scale', 'hosp_lv'],
  ['a keyed line rule', edit('by: person', 'by: institution'), 'rule-by', 'pair, total or window'],
  ['excess without its expression', edit('{method: whole}', '{method: excess}'), 'rule-amount', 'amount.excess'],
  ['a cap without price', edit('{method: whole}', '{method: price_excess, cap: 1.5}'), 'rule-amount', 'line.pric'],
  ['a cap that is not asked for', edit('{method: whole}', '{method: whole, cap: 1.5}'), 'rule-amount', 'amount.cap'],
  ['a method of another shape', edit('{method: whole}', '{method: stay}'), 'rule-amount', 'whole'],
  ['an exception that caps a line', edit('effect: clear', 'effect: {cap: 2}'), 'rule-exception', 'clear or lower'],
])('refuses %s', (_name, text, code, remedy) => {
  const problems = problemsOf(text);
  const found = problems.find((problem) => problem.code === code);
  expect(problems.map((problem) => problem.code)).toContain(code);
  expect(found?.remedy).toContain(remedy);
  expect(found?.place?.row).toBeGreaterThan(0);
});

const pair = good
  .replace(/shape: line\nitems: points/, 'shape: pair\npairs: points\npair: [items, items]\nwithin: day\norder: any\nviolating: cheaper\ndifferent_item: true')
  .replace(/when: age.*/, 'when: a.cnt > b.cnt')
  .replace('needs: [age]', 'needs: []');
const total = good
  .replace(/shape: line\nitems: points/, 'shape: total\nitems: points\nover: day\nmeasure: cnt')
  .replace(/when: age.*/, 'limit: point.max')
  .replace('{age_years} ', '');
const stays = good
  .replace(/shape: line\nitems: points/, "shape: stays\na_where: a.setting == 'inpatient'\nb_where: b.setting == 'inpatient'\nwithin_days: 3\nswap: true")
  .replace(/when: age.*/, 'when: a.row != b.row')
  .replace('{point.items}', '')
  .replace('payment_scope: true', 'payment_scope: false')
  .replace('method: whole', 'method: stay')
  .replace('needs: [age]', 'needs: []');

test.each([pair, total, stays])('the other shapes pass', (text) => {
  expect(problemsOf(text)).toEqual([]);
});

test.each([
  ['pairs and same together', pair.replace('order: any', 'same: item'), 'rule-pair'],
  ['pairs without pair', pair.replace('pair: [items, items]\n', ''), 'rule-pair'],
  ['a pair of one column', pair.replace('[items, items]', '[items]'), 'rule-pair'],
  ['a pair of a column that is no set', pair.replace('[items, items]', '[items, max]'), 'rule-column-type'],
  ['a pair of a column that is not there', pair.replace('[items, items]', '[items, item]'), 'rule-unknown-column'],
  ['a window that says nothing', pair.replace('within: day', 'within: {}'), 'rule-within'],
  ['a window from a column that is none', pair.replace('within: day', 'within: point.max'), 'rule-column-type'],
  ['a pair without window', pair.replace('within: day\n', '').replace('pairs: points\npair: [items, items]', 'same: item'), 'rule-missing-field'],
  ['same: key of persons', pair.replace('pairs: points\npair: [items, items]', 'same: key'), 'rule-same'],
  ['same of a column without items', pair.replace('pairs: points\npair: [items, items]', 'same: point.class'), 'rule-same'],
  [
    'window of the point without table',
    pair.replace('pairs: points\npair: [items, items]', 'same: item').replace('within: day', 'within: point.window'),
    'rule-within',
  ],
  ['where that speaks of a', pair.replace("visit.setting == 'outpatient'", 'a.cnt > 1'), 'expression-unknown-name'],
  ['a measure that visits have not', total.replace('measure: cnt', 'measure: cnt\nof: visit'), 'rule-measure'],
  ['visits over a prescription', total.replace('over: day', 'over: prescription\nof: visit').replace('measure: cnt', 'measure: visits'), 'rule-over'],
  ['a group of points without table', total.replace('items: points', 'group: point').replace('point.max', '2'), 'rule-group'],
  ['payment scope of visits', stays.replace('payment_scope: false', 'payment_scope: true'), 'rule-payment-scope'],
  ['a_where that speaks of b', stays.replace("a_where: a.setting == 'inpatient'", 'a_where: b.age > 1'), 'rule-where'],
  [
    'trace codes of visits',
    total.replace('by: person', 'by: trace_code').replace('over: day', 'over: month\nof: visit').replace('measure: cnt', 'measure: visits'),
    'rule-by',
  ],
])('refuses %s', (_name, text, code) => {
  expect(problemsOf(text).map((problem) => problem.code)).toContain(code);
});

test('two rules cannot share an id', () => {
  const { rule } = parseRule(good, 'a.yaml');
  if (rule === undefined) throw new Error('the rule is good');
  expect(checkRules([rule, { ...rule, file: 'b.yaml' }], tablesOf()).problems.map((problem) => problem.code)).toEqual(['rule-repeated-id']);
});

test('the JSON Schema has one variant per shape and refuses other keys', () => {
  const schema = ruleJsonSchema() as { oneOf: { additionalProperties: boolean; required: string[] }[] };
  expect(schema.oneOf).toHaveLength(8);
  expect(schema.oneOf.every((variant) => !variant.additionalProperties && variant.required.includes('cases'))).toBe(true);
});

test.each([
  ['a == 1 +', 'expression-syntax'],
  ['line.cnt.size() > 1', 'expression-syntax'],
  ['{1: 2}', 'expression-syntax'],
  ['(1).x == 2', 'expression-syntax'],
  ['line.cnt == 1e3', 'expression-syntax'],
  ['line.cnt + line.det_item_fee_sumamt > 1', 'expression-types'],
  ['line.cnt > 1.23456', 'expression-decimals'],
  ['1.5 > 2', 'expression-literal'],
  ["'a' == 'b'", 'expression-literal'],
  ["known(line.list_type) && line.list_type == '999'", 'expression-code'],
  ['line.nothing > 1', 'expression-unknown-name'],
  ['nothing.cnt > 1', 'expression-unknown-name'],
  ['line.visit.nothing.more > 1', 'expression-unknown-name'],
  ['line.cnt.more > 1', 'expression-unknown-name'],
  ['param.nothing > 1', 'expression-unknown-name'],
  ['point.nothing > 1', 'expression-unknown-name'],
  ["['a'] == ['b']", 'expression-list'],
  ['line.med_list_codg in [line.med_list_codg]', 'expression-list'],
  ["line.cnt in ['a']", 'expression-types'],
  ['line.med_list_codg in point.max', 'expression-types'],
  ['line.cnt', 'expression-types'],
  ['line.cnt && true', 'expression-types'],
  ['line.cnt ? true : false', 'expression-types'],
  ['(true ? line.cnt : line.fee_ocur_time) > 1', 'expression-types'],
  ['line.cnt * line.cnt > 1', 'expression-types'],
  ['-line.fee_ocur_time > 1', 'expression-types'],
  ['ratio_of(line.cnt) > 1', 'expression-arguments'],
  ['ratio_of(line.cnt, line.det_item_fee_sumamt) > 1', 'expression-types'],
  ['ratio_of(line.cnt, line.cnt) > line.cnt', 'expression-types'],
  ['ratio_of(line.cnt, line.cnt)', 'expression-ratio'],
  ['nothing(1)', 'expression-unknown-function'],
  ['abs(1, 2) > 1', 'expression-arguments'],
  ['abs(line.fee_ocur_time) > 1', 'expression-types'],
  ['min(line.cnt, line.det_item_fee_sumamt) > 1', 'expression-types'],
  ['portion(line.cnt, line.cnt, line.det_item_fee_sumamt) > 1', 'expression-types'],
  ['known(line.cnt > 1)', 'expression-arguments'],
  ['default(line.cnt + 1, 2) > 1', 'expression-arguments'],
  ['default(line.pric, line.cnt) > 1', 'expression-types'],
  ["in_set(line.med_list_codg, 'nothing')", 'expression-unknown-table'],
  ['in_set(line.med_list_codg, 1)', 'expression-arguments'],
  ["diagnosed('points')", 'expression-unknown-column'],
  ['diagnosed(point.max)', 'expression-types'],
  ['main_diagnosis(line) == main_diagnosis(visit)', 'expression-arguments'],
  ['hospital_rank(line.med_list_codg) > 1', 'expression-types'],
  ['whole(line.fee_ocur_time) > 1', 'expression-types'],
])('refuses the expression %s', (when, code) => {
  const problems = problemsOf(edit(/when: age.*/, `when: ${JSON.stringify(when)}`));
  const found = problems.find((problem) => problem.code === code);
  expect(problems.map((problem) => problem.code)).toContain(code);
  expect(found?.place).toMatchObject({ row: 27, field: 'when' });
});

test('a problem in a block text names its row', () => {
  const problems = problemsOf(edit(/when: age.*/, 'when: |\n  line.cnt > 1 &&\n  line.nothing > 2'));
  expect(problems[0]?.place).toMatchObject({ row: 29 });
});
