import { expect, test } from 'vitest';
import { checkRules } from '../check/check-rules.ts';
import { parseKnowledge } from '../knowledge/knowledge.ts';
import { parseRule } from './parse-rule.ts';

const good = `id: T01
version: 1
name: {zh: 规则, en: Rule}
class: {category: c, group: g}
object: drug
result: suspicious
appealable: true
override: never
stages: [after]
scenes: []
basis: [{document: d, article: a, area: '000000', from: 2020-01-01, certainty: inferred}]
effective: {from: 2020-01-01}
decisive: service
owner: treatment
shape: line
when: line.cnt > 1
amount: {method: none}
message: {zh: '{item}', en: '{item}'}
cases: [{name: a, kind: clear, expect: [], history: []}]
`;

function codesOf(text: string): string[] {
  const parsed = parseRule(text, 'rule.yaml');
  const checked = checkRules(parsed.rule === undefined ? [] : [parsed.rule], new Map());
  return [...parsed.problems, ...checked.problems].map(({ code, place }) => `${code} ${place?.row !== undefined}`);
}

const bomb = `${good}knowledge:
  a: &a [x, x, x, x, x, x, x, x, x, x]
  b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
  c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
  d: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
`;

test('the rule that is attacked passes', () => {
  expect(codesOf(good)).toEqual([]);
});

test.each<readonly [string, string, string]>([
  ['aliases that multiply', bomb, 'yaml-alias'],
  ['an alias of nothing', good.replace('object: drug', 'object: *drug'), 'yaml-alias'],
  ['an anchor', good.replace('object: drug', 'object: &drug drug'), 'yaml-alias'],
  ['a merge key', good.replace('amount: {method: none}', 'amount: {<<: {method: none}}'), 'name-unknown'],
  ['a list as deep as a well', good.replace('stages: [after]', `stages: ${'['.repeat(20_000)}${']'.repeat(20_000)}`), 'yaml-syntax'],
  ['an id that leaves its folder', good.replace('id: T01', 'id: ../../../x'), 'value-invalid'],
  ['an id that is a tag', good.replace('id: T01', "id: '<b>'"), 'value-invalid'],
  ['a shape that every object has', good.replace('shape: line', 'shape: constructor'), 'value-invalid'],
  ['a key that every object has', `${good}__proto__: {a: 1}\n`, 'name-unknown'],
  [
    'a parameter of a dictionary that every object has',
    `${good}params: {p: {type: code, of: constructor, values: [{from: 2000-01-01, value: a}]}}\n`,
    'name-unknown',
  ],
  ...['line.__proto__.x', 'line.constructor.name', 'constructor', 'line.cnt.__proto__', 'param.__proto__', 'toString()'].map(
    (when) => [`the expression ${when}`, good.replace('line.cnt > 1', when), 'name-unknown'] as const,
  ),
  ['an expression that begins with what every object has', good.replace('line.cnt > 1', '__proto__.x'), 'expression-syntax'],
  ['a function that every object has', good.replace('line.cnt > 1', '__proto__(1)'), 'expression-syntax'],
  ['an expression as deep as a well', good.replace('line.cnt > 1', `${'('.repeat(20_000)}true${')'.repeat(20_000)}`), 'expression-syntax'],
  ['a negation as deep as a well', good.replace('line.cnt > 1', `${'!'.repeat(20_000)}true`), 'yaml-syntax'],
  ['a placeholder that every object has', good.replace("zh: '{item}'", "zh: '{__proto__}'"), 'message-placeholder'],
])('%s is refused with its place', (_, text, code) => {
  expect(codesOf(text)).toContain(`${code} true`);
});

test('types and cells that every object has are refused', () => {
  const tail = 'basis:text,source:text,region:area,valid_from:date,valid_to:date';
  const table = (header: string): string => `point_id:id,${header},${tail}\np1,a,b,s,000000,2020-01-01,\n`;
  for (const type of ['__proto__', 'constructor', 'code(constructor)', 'code(__proto__)'])
    expect(
      parseKnowledge(table(`x:${type}`), 'points.csv').problems.map(({ code }) => code),
      type,
    ).toContain('knowledge-header');
});
