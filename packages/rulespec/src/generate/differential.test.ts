import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeBoth, showOutcome } from '../cases/engine.ts';
import { checkRules } from '../check/check-rules.ts';
import type { CheckedRule } from '../check/checked.ts';
import { type KnowledgeTable, parseKnowledge } from '../knowledge/knowledge.ts';
import { shapes } from '../shapes/registry.ts';
import { parseRule } from '../source/parse-rule.ts';
import { differentialTest, personsPerLake } from './differential.ts';
import { histories, spread, vocabularyOf } from './histories.ts';
import { pointsCsv } from './pools.ts';
import { ruleText } from './rules.ts';

const wanted = Number(process.env['HENGJIAN_HISTORIES'] ?? 2000);

function pointTables(): ReadonlyMap<string, KnowledgeTable> {
  const parsed = parseKnowledge(pointsCsv, 'points.csv');
  if (parsed.table === undefined) throw new Error(JSON.stringify(parsed.problems));
  return new Map([['points', parsed.table]]);
}

const tables = pointTables();

function ruleOf(text: string, id: string): CheckedRule {
  const parsed = parseRule(text.replace(/"id":"[^"]*"/, `"id":"${id}"`), `${id}.yaml`);
  const checked = checkRules(parsed.rule === undefined ? [] : [parsed.rule], tables);
  const [rule] = checked.rules;
  if (rule === undefined) throw new Error(`${text}\n${JSON.stringify([...parsed.problems, ...checked.problems], null, 1)}`);
  return rule;
}

const lake = histories(vocabularyOf(tables), personsPerLake);
const rulesPerLake = 4;

test.each(Object.keys(shapes))('interpreter and kernel agree row for row on random rules of shape %s', (shape) => {
  let hits = 0;
  const rules = fc.array(ruleText(shape), { minLength: rulesPerLake, maxLength: rulesPerLake });
  fc.assert(
    fc.property(shape === 'peer' ? lake.map(spread) : lake, rules, (input, texts) => {
      const checked = texts.map((text, index) => ruleOf(text, `R${index}`));
      const { interpreted, compiled } = judgeBoth(checked, tables, input);
      hits += interpreted.counts.reduce((sum, counts) => sum + counts.hit, 0);
      expect(showOutcome(compiled)).toBe(showOutcome(interpreted));
      for (const counts of interpreted.counts) {
        const unknown = [...counts.unknown.values()].reduce((left, right) => left + right, 0);
        expect(counts.evaluated).toBe(counts.hit + counts.clear + unknown);
      }
    }),
    { numRuns: Math.ceil(wanted / personsPerLake), seed: 20_261_122, endOnFailure: process.env['HENGJIAN_SHRINK'] === undefined },
  );
  expect(hits).toBeGreaterThan(50);
});

test.each(['line', 'visit'] as const)('hit, hit of the negation and unknown partition what a %s rule evaluates', (shape) => {
  fc.assert(
    fc.property(lake, ruleText(shape), (input, text) => {
      const source = JSON.parse(text) as Record<string, unknown>;
      const [p, not] = [
        { ...source, payment_scope: false, exceptions: [] },
        { ...source, payment_scope: false, exceptions: [], when: `!(${String(source['when'])})` },
      ].map((rule, index) => ruleOf(JSON.stringify(rule), `R${index}`));
      if (p === undefined || not === undefined) return;
      // A condition and its negation ask for different columns: what would accuse of one would acquit of the other.
      const { carriage: _, ...carried } = input;
      const { interpreted, compiled } = judgeBoth([p, not], tables, { ...carried, absent: [] });
      const [left, right] = interpreted.counts;
      expect(compiled.counts).toEqual(interpreted.counts);
      expect(left?.evaluated).toBe(right?.evaluated);
      expect(left?.clear).toBe(right?.hit);
      expect(right?.clear).toBe(left?.hit);
      expect(left?.unknown).toEqual(right?.unknown);
      const subjects = (rule: number): string[] =>
        interpreted.hits.filter((hit) => hit.rule === rule).map((hit) => `${hit.lines.join()}/${hit.visit}/${hit.point}/${hit.code}`);
      const other = new Set(subjects(1));
      expect(subjects(0).filter((subject) => other.has(subject))).toEqual([]);
    }),
    { numRuns: Math.ceil(wanted / personsPerLake / 2), seed: 7, endOnFailure: true },
  );
});

test('a whole rulebook can be compared at once', () => {
  const rules = Object.keys(shapes)
    .flatMap((shape) => fc.sample(ruleText(shape), { numRuns: 2, seed: 3 }))
    .map((text, index) => ruleOf(text, `R${index}`));
  const result = differentialTest(rules, tables, { histories: 2 * personsPerLake, seed: 3 });
  expect(result.difference).toBeUndefined();
  expect(result.histories).toBe(2 * personsPerLake);
  expect(result.evaluatedRules.size).toBeGreaterThan(6);
});
