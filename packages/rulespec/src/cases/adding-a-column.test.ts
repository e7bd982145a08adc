import { type ColumnDefinition, column, national, nationalFieldOf, words, workingTables } from '@hengjian/standard';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindRulebook } from '../bind/rulebook.ts';
import { checkRules } from '../check/check-rules.ts';
import type { CheckedRule } from '../check/checked.ts';
import { histories, vocabularyOf } from '../generate/histories.ts';
import { neededColumns } from '../kernel/compile.ts';
import { parseRule } from '../source/parse-rule.ts';
import { ruleWords } from '../words/rule-words.ts';
import { judgeBoth, showOutcome } from './engine.ts';
import { buildSegment } from './history.ts';
import { testCases } from './test-cases.ts';

const added = column('robo_flag', 'code8', 'yes_no', national('fee_list_d')('robo_flag'), { words: words('机器人辅助标志', 'robot flag') });
// What a new line in the working form does; this file has modules of its own.
(workingTables.lines as unknown as ColumnDefinition[]).push(added);

const text = `
id: C01
version: 1
name: {zh: 机器人, en: Robot}
class: {category: c, group: g}
object: item
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
needs: [line.robo_flag]
when: line.robo_flag == '1'
amount: {method: whole}
message: {zh: '{line.robo_flag}', en: '{line.robo_flag}'}
cases:
  - {name: 有, kind: hit, expect: [L1], history: {visits: [{lines: [{key: L1, robo_flag: '1'}]}]}}
  - {name: 无, kind: clear, expect: [], history: {visits: [{lines: [{key: L1, robo_flag: '0'}]}]}}
  - {name: 不明, kind: unknown, expect: {unknown: line.robo_flag}, history: {visits: [{lines: [{key: L1}]}]}}
`;

function ruleOf(source: string): CheckedRule {
  const parsed = parseRule(source, 'rule.yaml');
  const checked = checkRules(parsed.rule === undefined ? [] : [parsed.rule], new Map());
  const [rule] = checked.rules;
  if (rule === undefined) throw new Error(JSON.stringify([...parsed.problems, ...checked.problems]));
  return rule;
}

test('a column is added by one record: rules name it, both back ends read it, words say it', () => {
  const rule = ruleOf(text);
  expect(testCases(rule.source, new Map()).map(({ problem }) => problem)).toEqual([undefined, undefined, undefined]);
  expect(
    ruleWords(rule)
      .logic.map(({ words: { zh } }) => zh)
      .join(),
  ).toContain('机器人辅助标志');
  const bound = bindRulebook([rule], new Map(), buildSegment({ persons: [] }).context);
  expect(neededColumns(bound).lines).toContain('robo_flag');
  expect(nationalFieldOf('lines', 'robo_flag')).toBe('fee_list_d.robo_flag');
});

test('random histories have values of an added column', () => {
  const rule = ruleOf(text);
  let [hits, unknown] = [0, 0];
  fc.assert(
    fc.property(histories(vocabularyOf(new Map()), 20), (input) => {
      const { interpreted, compiled } = judgeBoth([rule], new Map(), input);
      expect(showOutcome(compiled)).toBe(showOutcome(interpreted));
      hits += interpreted.counts[0]?.hit ?? 0;
      unknown += interpreted.counts[0]?.unknown.get('line.robo_flag') ?? 0;
    }),
    { numRuns: 5, seed: 20_261_122, endOnFailure: true },
  );
  expect(Math.min(hits, unknown)).toBeGreaterThan(5);
});
