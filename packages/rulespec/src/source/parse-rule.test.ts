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
  ['an unknown field, with the nearest name', edit('decisive: service', 'decisve: service'), 'name-unknown'],
  ['a field that stands twice', `${good}id: T02\n`, 'yaml-syntax'],
  ['a missing field', edit('version: 1\n', ''), 'value-missing'],
  ['an unset parameter', edit('[{from: 2000-01-01, value: 18}]', '[]'), 'parameter-unset'],
  ['a parameter set too late', edit('2000-01-01, value: 18', '2024-01-01, value: 18'), 'parameter-unset'],
  ['a parameter of the wrong type', edit('value: 18', 'value: 1.5'), 'value-invalid'],
  ['a parameter without type', edit('type: integer, ', ''), 'value-missing'],
  ['no cases', good.replace(/cases:[\s\S]*$/, 'cases: []\n'), 'value-missing'],
  ['no basis', good.replace(/basis:\n.*\n/, 'basis: []\n'), 'value-missing'],
  ['a violation without a cited basis', edit('certainty: cited', 'certainty: inferred'), 'rule-uncited'],
  ['a rule that ends before it begins', edit('to: 2027-12-31}\ndecisive', 'to: 2020-12-31}\ndecisive'), 'dates-reversed'],
  ['31 February', edit('effective: {from: 2023-05-15', 'effective: {from: 2023-02-31'), 'value-invalid'],
  ['an area that is no code', edit("area: '000000'", 'area: 41'), 'value-invalid'],
  ['an unknown value', edit('object: drug', 'object: drugs'), 'value-invalid'],
  ['a version that is no number', edit('version: 1', 'version: one'), 'value-invalid'],
  ['a list that is none', edit('stages: [before, after]', 'stages: before'), 'value-invalid'],
  ['a mapping that is none', edit('name: {zh: 规则, en: Rule}', 'name: rule'), 'value-invalid'],
  ['a text that is none', edit('id: T01', 'id: []'), 'value-invalid'],
  ['no shape', edit('shape: line\n', ''), 'value-missing'],
  ['broken YAML', `${good}: [`, 'yaml-syntax'],
  ['a file that is a list', '- a', 'value-invalid'],
  ['params that are a list', edit(/params:\n.*\n/, 'params: []\n'), 'value-invalid'],
  ['a hit case that expects nothing', edit('kind: clear', 'kind: hit'), 'value-invalid'],
  ['a clear case that expects a hit', edit('expect: []', 'expect: [L1]'), 'value-invalid'],
  ['an unknown case without cause', edit('kind: clear', 'kind: unknown'), 'value-invalid'],
  ['a code parameter without dictionary', edit('type: integer', 'type: code'), 'value-missing'],
  ['a code parameter of an unknown dictionary', edit('type: integer', 'type: code, of: nothing'), 'name-unknown'],
  ['a code that is in no dictionary', edit('{type: integer,', '{type: code, of: gend,'), 'value-invalid'],
  ['an unknown table', edit('items: points', 'items: point'), 'name-unknown'],
  [
    'a table without codes of that kind',
    edit(/shape: line\nitems: points/, 'shape: visit\neach: diagnosis\npoints: points'),
    'column-missing',
  ],
  ['a need that is no field', edit('needs: [age]', 'needs: [age, line.cnt > 1]'), 'value-invalid'],
  ['a need that is unknown', edit('needs: [age]', 'needs: [age, line.nothing]'), 'name-unknown'],
  ['a nullable value without need', edit('needs: [age]', 'needs: []'), 'expression-nullable'],
  ['a placeholder that means nothing', edit('{age_years}', '{line.nothing}'), 'message-placeholder'],
  ['a level of another scale', edit("where: visit.setting == 'outpatient'", "where: institution.hosp_lv == '02'"), 'rule-level-scale'],
  ['a keyed line rule', edit('by: person', 'by: institution'), 'field-unfit'],
  ['excess without its expression', edit('{method: whole}', '{method: excess}'), 'field-companion'],
  ['a cap without price', edit('{method: whole}', '{method: price_excess, cap: 1.5}'), 'expression-nullable'],
  ['a cap that is not asked for', edit('{method: whole}', '{method: whole, cap: 1.5}'), 'field-companion'],
  ['a method of another shape', edit('{method: whole}', '{method: stay}'), 'value-invalid'],
  [
    'a sum that takes a lack for a value',
    edit(/shape: line\nitems: points/, "shape: visit\nsums:\n  drugs: {measure: count, where: 'default(line.list_type, '''') == ''101'''}"),
    'sum-default',
  ],
  ['an exception that caps a line', edit('effect: clear', 'effect: {cap: 2}'), 'field-unfit'],
])('refuses %s', (_name, text, code) => {
  const problems = problemsOf(text);
  const found = problems.find((problem) => problem.code === code);
  expect(problems.map((problem) => problem.code)).toContain(code);
  expect(found?.message).toMatchObject({ zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/[a-z]/) });
  expect(found?.place?.row).toBeGreaterThan(0);
});

const pair = good
  .replace(
    /shape: line\nitems: points/,
    'shape: pair\npairs: points\npair: [items, items]\nwithin: day\norder: any\nviolating: cheaper\ndifferent_item: true',
  )
  .replace(/when: age.*/, 'when: a.cnt > b.cnt')
  .replace('needs: [age]', 'needs: []');
const total = good
  .replace(/shape: line\nitems: points/, 'shape: total\nitems: points\nover: day\nmeasure: cnt')
  .replace(/when: age.*/, 'limit: point.max')
  .replace('{age_years} ', '');
const stays = good
  .replace(
    /shape: line\nitems: points/,
    "shape: stays\na_where: a.setting == 'inpatient'\nb_where: b.setting == 'inpatient'\nwithin_days: 3\nswap: true",
  )
  .replace(/when: age.*/, 'when: a.row != b.row')
  .replace('{point.items}', '')
  .replace('payment_scope: true', 'payment_scope: false')
  .replace('method: whole', 'method: stay')
  .replace('needs: [age]', 'needs: []');

test.each([pair, total, stays])('the other shapes pass', (text) => {
  expect(problemsOf(text)).toEqual([]);
});

test.each([
  ['pairs and same together', pair.replace('order: any', 'same: item'), 'field-one-of'],
  ['pairs without pair', pair.replace('pair: [items, items]\n', ''), 'field-companion'],
  ['a pair of one column', pair.replace('[items, items]', '[items]'), 'value-invalid'],
  ['a pair of a column that is no set', pair.replace('[items, items]', '[items, max]'), 'value-invalid'],
  ['a pair of a column that is not there', pair.replace('[items, items]', '[items, item]'), 'name-unknown'],
  ['a window that says nothing', pair.replace('within: day', 'within: {}'), 'field-one-of'],
  ['a window from a column that is none', pair.replace('within: day', 'within: point.max'), 'value-invalid'],
  [
    'a pair without window',
    pair.replace('within: day\n', '').replace('pairs: points\npair: [items, items]', 'same: item'),
    'value-missing',
  ],
  ['same: key of persons', pair.replace('pairs: points\npair: [items, items]', 'same: key'), 'field-unfit'],
  ['same of a column without items', pair.replace('pairs: points\npair: [items, items]', 'same: point.class'), 'field-companion'],
  [
    'window of the point without table',
    pair.replace('pairs: points\npair: [items, items]', 'same: item').replace('within: day', 'within: point.window'),
    'field-companion',
  ],
  ['where that speaks of a', pair.replace("visit.setting == 'outpatient'", 'a.cnt > 1'), 'name-unknown'],
  ['a measure that visits have not', total.replace('measure: cnt', 'measure: cnt\nof: visit'), 'field-unfit'],
  [
    'visits over a prescription',
    total.replace('over: day', 'over: prescription\nof: visit').replace('measure: cnt', 'measure: visits'),
    'field-unfit',
  ],
  ['a group of points without table', total.replace('items: points', 'group: point').replace('point.max', '2'), 'field-companion'],
  ['a person owed who always is', total.replace('payment_scope: true', 'payment_scope: false\nperson_owed: true'), 'field-unfit'],
  ['payment scope of visits', stays.replace('payment_scope: false', 'payment_scope: true'), 'field-unfit'],
  ['a_where that speaks of b', stays.replace("a_where: a.setting == 'inpatient'", 'a_where: b.age > 1'), 'field-unfit'],
  [
    'trace codes of visits',
    total.replace('by: person', 'by: trace_code').replace('over: day', 'over: month\nof: visit').replace('measure: cnt', 'measure: visits'),
    'field-unfit',
  ],
])('refuses %s', (_name, text, code) => {
  expect(problemsOf(text).map((problem) => problem.code)).toContain(code);
});

test('two rules cannot share an id', () => {
  const { rule } = parseRule(good, 'a.yaml');
  if (rule === undefined) throw new Error('the rule is good');
  expect(checkRules([rule, { ...rule, file: 'b.yaml' }], tablesOf()).problems.map((problem) => problem.code)).toEqual(['rule-id-twice']);
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
  ['line.cnt + line.det_item_fee_sumamt > 1', 'expression-type'],
  ['line.cnt > 1.23456', 'value-invalid'],
  ['1.5 > 2', 'value-invalid'],
  ["'a' == 'b'", 'value-invalid'],
  ["known(line.list_type) && line.list_type == '999'", 'name-unknown'],
  ['line.nothing > 1', 'name-unknown'],
  ['nothing.cnt > 1', 'name-unknown'],
  ['line.visit.nothing.more > 1', 'name-unknown'],
  ['line.cnt.more > 1', 'name-unknown'],
  ['param.nothing > 1', 'name-unknown'],
  ['point.nothing > 1', 'name-unknown'],
  ["['a'] == ['b']", 'expression-arguments'],
  ['line.med_list_codg in [line.med_list_codg]', 'expression-arguments'],
  ["line.cnt in ['a']", 'expression-type'],
  ['line.med_list_codg in point.max', 'expression-type'],
  ['line.cnt', 'expression-type'],
  ['line.cnt && true', 'expression-type'],
  ['line.cnt ? true : false', 'expression-type'],
  ['(true ? line.cnt : line.fee_ocur_time) > 1', 'expression-type'],
  ['line.cnt * line.cnt > 1', 'expression-type'],
  ['-line.fee_ocur_time > 1', 'expression-type'],
  ['ratio_of(line.cnt) > 1', 'expression-arguments'],
  ['ratio_of(line.cnt, line.det_item_fee_sumamt) > 1', 'expression-type'],
  ['ratio_of(line.cnt, line.cnt) > line.cnt', 'expression-type'],
  ['ratio_of(line.cnt, line.cnt)', 'expression-arguments'],
  ['nothing(1)', 'name-unknown'],
  ['abs(1, 2) > 1', 'expression-arguments'],
  ['abs(line.fee_ocur_time) > 1', 'expression-type'],
  ['min(line.cnt, line.det_item_fee_sumamt) > 1', 'expression-type'],
  ['portion(line.cnt, line.cnt, line.det_item_fee_sumamt) > 1', 'expression-arguments'],
  ['known(line.cnt > 1)', 'expression-arguments'],
  ['default(line.cnt + 1, 2) > 1', 'expression-arguments'],
  ['default(line.pric, line.cnt) > 1', 'expression-type'],
  ["in_set(line.med_list_codg, 'nothing')", 'name-unknown'],
  ['in_set(line.med_list_codg, 1)', 'expression-arguments'],
  ["diagnosed('points')", 'name-unknown'],
  ['diagnosed(point.max)', 'expression-type'],
  ['main_diagnosis(line) == main_diagnosis(visit)', 'expression-arguments'],
  ['hospital_rank(line.med_list_codg) > 1', 'expression-type'],
  ['whole(line.fee_ocur_time) > 1', 'expression-type'],
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
