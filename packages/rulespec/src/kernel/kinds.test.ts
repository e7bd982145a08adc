import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindRulebook } from '../bind/rulebook.ts';
import { buildSegment } from '../cases/history.ts';
import { checkRules } from '../check/check-rules.ts';
import { histories, vocabularyOf } from '../generate/histories.ts';
import { pointsCsv } from '../generate/pools.ts';
import { ruleText } from '../generate/rules.ts';
import { newTallies } from '../interpret/interpreter.ts';
import { type Judge, lineCandidates } from '../interpret/judge.ts';
import { codeAt, raw } from '../interpret/world.ts';
import { type KnowledgeTable, parseKnowledge } from '../knowledge/knowledge.ts';
import { parseRule } from '../source/parse-rule.ts';
import { kindsOf } from './kinds.ts';

const { table } = parseKnowledge(pointsCsv, 'points.csv');
const tables: ReadonlyMap<string, KnowledgeTable> = new Map(table === undefined ? [] : [['points', table]]);
const lake = histories(vocabularyOf(tables), 20);

/** A total over lines with one of two filters that speak of the kind of a line, joined to a random one. */
const filtered = fc
  .tuple(
    ruleText('total'),
    fc.constantFrom(
      "default(visit.setting, '') == 'pharmacy'",
      "!(default(line.list_type, '101') in ['101', '301'])",
      'known(visit.setting)',
    ),
    fc.boolean(),
  )
  .map(([text, filter, both]) => {
    const rule = JSON.parse(text) as Record<string, unknown>;
    const own = rule['where'] === undefined ? 'true' : `(${String(rule['where'])})`;
    return JSON.stringify({ ...rule, where: both ? `${own} && (${filter})` : `${own} || (${filter})` });
  })
  .filter((text) => !text.includes('"of":"visit"'));

test('no line that passes the filter of a rule is of a kind that is left out', () => {
  let [passed, left] = [0, 0];
  fc.assert(
    fc.property(lake, filtered, (input, text) => {
      const parsed = parseRule(text, 'R.yaml');
      const checked = checkRules(parsed.rule === undefined ? [] : [parsed.rule], tables);
      const [rule] = checked.rules;
      if (rule === undefined) throw new Error(JSON.stringify([...parsed.problems, ...checked.problems]));
      const { segment, context } = buildSegment(input);
      const bound = bindRulebook(checked.rules, tables, context);
      const kinds = kindsOf([{ expr: rule.where, role: 'self' }], bound);
      left += kinds.filter((kept) => kept === 0).length;
      const [tally] = newTallies(bound);
      if (tally === undefined) return;
      const judge: Judge = { world: { segment, bound, watch: undefined }, rule, index: 0, tally, emit: () => undefined, trace: undefined };
      const rows = Array.from({ length: segment.lines.length }, (_, row) => row);
      const settings = bound.codes.values('setting').length + 1;
      for (const { line, visit } of lineCandidates(judge, { lines: rows, visits: [] }, undefined)) {
        passed += 1;
        const type = codeAt(segment.lines, 'list_type', line) ?? -1;
        const setting = codeAt(segment.visits, 'setting', visit) ?? -1;
        expect(kinds[(type + 1) * settings + setting + 1], `${text} ${raw(segment.lines, 'cnt', line)}`).toBe(1);
      }
    }),
    { numRuns: 150, seed: 5 },
  );
  expect(passed).toBeGreaterThan(1000);
  expect(left).toBeGreaterThan(100);
});
