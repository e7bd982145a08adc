import { parseDay } from '@hengjian/standard';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeBoth, type Outcome, showOutcome } from '../cases/engine.ts';
import { checkRules } from '../check/check-rules.ts';
import type { CheckedRule } from '../check/checked.ts';
import { type KnowledgeTable, parseKnowledge } from '../knowledge/knowledge.ts';
import { shapes } from '../shapes/registry.ts';
import { parseRule } from '../source/parse-rule.ts';
import { personsPerLake } from './differential.ts';
import { histories, vocabularyOf } from './histories.ts';
import { pointsCsv } from './pools.ts';
import { ruleText } from './rules.ts';

function pointTables(): ReadonlyMap<string, KnowledgeTable> {
  const parsed = parseKnowledge(pointsCsv, 'points.csv');
  if (parsed.table === undefined) throw new Error(JSON.stringify(parsed.problems));
  return new Map([['points', parsed.table]]);
}

const tables = pointTables();

function ruleOf(text: string): CheckedRule {
  const { rule } = parseRule(text, 'rule.yaml');
  const [checked] = checkRules(rule === undefined ? [] : [rule], tables).rules;
  if (checked === undefined) throw new Error(text);
  return checked;
}

/** Everything a back end found by one rule, whatever it walks, without the number of the rule. */
function foundBy({ hits, keyed, peers, groups }: Outcome, index: number): string[] {
  const plain = [...hits, ...peers, ...groups].filter(({ rule }) => rule === index).map(({ rule: _, ...found }) => found);
  const located = keyed.filter(({ hit }) => hit.rule === index).map(({ hit: { rule: _, ...hit }, ...found }) => ({ ...found, hit }));
  return [...plain, ...located].map((found) => JSON.stringify(found)).sort();
}

const day = (text: string): number => parseDay(text) as number;

// Lakes of 40 persons are too small for peers to stand out.
test.each(Object.keys(shapes).filter((shape) => shape !== 'peer'))(
  'two versions with the same text that take turns find together what one %s rule finds alone',
  (shape) => {
    let [hits, early, late] = [0, 0, 0];
    const lake = histories(vocabularyOf(tables), personsPerLake);
    const turn = fc.integer({ min: day('2026-03-02'), max: day('2026-04-20') });
    fc.assert(
      fc.property(lake, ruleText(shape), turn, (input, text, first) => {
        const rule = ruleOf(text);
        const versions = [rule, { ...rule, published: [{ from: -100_000, to: first - 1 }] }, { ...rule, published: [{ from: first }] }];
        const { interpreted, compiled } = judgeBoth(versions, tables, input);
        expect(showOutcome(compiled)).toBe(showOutcome(interpreted));
        const of = (index: number): string[] => foundBy(interpreted, index);
        expect([...of(1), ...of(2)].sort()).toEqual(of(0));
        const [whole, before, after] = interpreted.counts;
        // Every version of a group rule looks at every row, so its rows count in each.
        if (shape !== 'group') expect((before?.clear ?? 0) + (after?.clear ?? 0)).toBe(whole?.clear);
        hits += of(0).length;
        early += of(1).length;
        late += of(2).length;
      }),
      { numRuns: 40, seed: 20_261_122 },
    );
    expect(hits).toBeGreaterThan(10);
    expect(Math.min(early, late)).toBeGreaterThan(0);
  },
);
