import { readFileSync } from 'node:fs';
import { libraryFolder } from '@hengjian/standard';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BoundRulebook, bindRulebook } from '../../bind/rulebook.ts';
import { type BuiltHistory, buildSegment, type HistoryInput } from '../../cases/history.ts';
import { checkRules } from '../../check/check-rules.ts';
import { interpreter } from '../../interpret/interpreter.ts';
import { textAt } from '../../interpret/world.ts';
import { compileKernel } from '../../kernel/compile.ts';
import type { Kernel } from '../../kernel/hit.ts';
import type { EventBlock } from '../../keyed/block.ts';
import { interpretEvents } from '../../keyed/interpret.ts';
import { reduceEvents } from '../../keyed/kernel.ts';
import { parseKnowledge } from '../../knowledge/knowledge.ts';
import { parseRule } from '../../source/parse-rule.ts';
import type { GroupFinding } from './finding.ts';
import { Sets } from './judge.ts';

const scheduled = `${libraryFolder}knowledge/scheduled-treatment.csv`;
const { table } = parseKnowledge(readFileSync(scheduled, 'utf8'), scheduled);
const tables = new Map(table === undefined ? [] : [[table.name, table]]);

const library = (id: string): string => readFileSync(`${libraryFolder}rules/${id}.yaml`, 'utf8');

function ruleOf(text: string) {
  const { rule, problems } = parseRule(text, 'G.yaml');
  const checked = rule === undefined ? { rules: [], problems } : checkRules([rule], tables);
  return { rules: checked.rules, problems: [...problems, ...checked.problems] };
}

interface Trip {
  readonly who: number;
  readonly day: number;
  readonly minute: number;
  readonly place?: number;
}

const two = (value: number): string => String(value).padStart(2, '0');

function cityOf(trips: readonly Trip[]): HistoryInput {
  const persons = [...new Set(trips.map(({ who }) => who))].map((who) => ({
    psn: `P${two(who)}`,
    visits: trips
      .filter((trip) => trip.who === who)
      .map(({ day, minute, place = 1 }, at) => ({
        mdtrt_id: `V${who}-${at}`,
        fixmedins_code: `H4105000000${place}`,
        begntime: `2026-03-${two(day)} ${two(9 + Math.floor(minute / 60))}:${two(minute % 60)}`,
      })),
  }));
  return { persons } as unknown as HistoryInput;
}

function judge(input: HistoryInput, text: string): readonly GroupFinding[] {
  const built = buildSegment(input);
  const { rules, problems } = ruleOf(text);
  expect(problems).toEqual([]);
  const bound = bindRulebook(rules, tables, built.context);
  const run = (kernel: Kernel, reduce: typeof reduceEvents): readonly GroupFinding[] => {
    kernel.run(built.segment, { hit: () => undefined });
    return reduce(bound, kernel.takeEvents()).groups;
  };
  const found = run(compileKernel(bound), reduceEvents);
  expect(run(interpreter(bound), interpretEvents)).toEqual(found);
  return found;
}

const days = [2, 3, 4, 5];
const daily = (who: number, minute: number, place = 1, on: readonly number[] = days): Trip[] =>
  on.map((day) => ({ who, day, minute, place }));
const sizes = (found: readonly GroupFinding[]): number[] => found.map(({ persons }) => persons);

test('persons are linked through others: a chain is one component, two places are two', () => {
  // 1–2 and 2–3 are 15 minutes apart, 1–3 are 30: one component through 2. 4 is 16 minutes from 3.
  const chain = [...daily(1, 1), ...daily(2, 16), ...daily(3, 31), ...daily(4, 47)];
  expect(sizes(judge(cityOf(chain), library('IG01')))).toEqual([3]);
  expect(sizes(judge(cityOf([...chain, ...daily(5, 1, 2), ...daily(6, 2, 2), ...daily(7, 3, 2)]), library('IG01')))).toEqual([3, 3]);
  const [found] = judge(cityOf(chain), library('IG01'));
  expect(found).toMatchObject({ key: 'H41050000001', persons: 3, limit: 3, days: 4 });
  expect(found?.meetings.map(({ day, rows }) => [day, rows.length])).toEqual(days.map((day) => [`2026-03-0${day}`, 3]));
});

test('two meetings on one day are one day', () => {
  const twice = [1, 2, 3].flatMap((who) => [...daily(who, who), ...daily(who, 300 + who)]);
  const on = (wanted: readonly number[]): Trip[] => twice.filter(({ day }) => wanted.includes(day));
  expect(judge(cityOf(on([2, 3, 4])), library('IG01'))).toEqual([]);
  expect(sizes(judge(cityOf(on(days)), library('IG01')))).toEqual([3]);
});

test('a stay in the crowd links nobody, and who comes outside the crowd is still linked', () => {
  const crowded = Array.from({ length: 9 }, (_, who) => daily(who + 1, who + 1)).flat();
  expect(judge(cityOf(crowded), library('IG01'))).toEqual([]);
  const beside = [1, 2, 3].flatMap((who) => daily(who, 200 + who));
  expect(sizes(judge(cityOf([...crowded, ...beside]), library('IG01')))).toEqual([3]);
});

test('numbers joined into sets', () => {
  const sets = new Sets(6);
  for (const [left, right] of [
    [0, 1],
    [2, 3],
    [1, 2],
    [5, 5],
  ] as const)
    sets.join(left, right);
  expect([0, 1, 2, 3].map((one) => sets.find(one) === sets.find(0))).toEqual([true, true, true, true]);
  expect([4, 5].some((one) => sets.find(one) === sets.find(0) || sets.find(4) === sets.find(5))).toBe(false);
});

const trips = fc.array(
  fc.record({
    who: fc.integer({ min: 1, max: 9 }),
    day: fc.integer({ min: 2, max: 6 }),
    minute: fc.integer({ min: 1, max: 80 }),
    place: fc.integer({ min: 1, max: 2 }),
  }),
  { minLength: 20, maxLength: 90 },
);
const loose = (text: string): string =>
  text.replace(
    'times: {type: integer, values: [{from: 2000-01-01, value: 4}]}',
    'times: {type: integer, values: [{from: 2000-01-01, value: 2}]}',
  );

function blocksOf(bound: BoundRulebook, parts: readonly BuiltHistory[]): readonly EventBlock[] {
  const kernel = compileKernel(bound);
  parts.forEach(({ segment }, number) => void kernel.run(segment, { hit: () => undefined }, undefined, number));
  return kernel.takeEvents();
}

/** Findings by the keys of their rows. */
function named(found: readonly GroupFinding[], parts: readonly BuiltHistory[]) {
  const id = (segment: number, row: number): string | null => textAt(parts[segment]?.segment.visits, 'mdtrt_id', row);
  return found.map(({ rows, ...rest }) => ({ ...rest, rows: rows.map(({ segment, row }) => id(segment, row)) }));
}

test('segments, their number and their order do not show in the groups', () => {
  let found = 0;
  fc.assert(
    fc.property(trips, fc.integer({ min: 2, max: 5 }), (made, into) => {
      const whole = cityOf(made);
      const built = buildSegment(whole);
      const bound = bindRulebook(ruleOf(loose(library('IG01'))).rules, tables, built.context);
      const expected = reduceEvents(bound, blocksOf(bound, [built]));
      found += expected.groups.length;
      const parts = Array.from({ length: into }, (_, part) =>
        buildSegment({ persons: whole.persons.filter((_, at) => (at * 7 + 3) % into === part), codes: built.context.dictionaries }),
      );
      const blocks = blocksOf(bound, parts);
      const other = reduceEvents(bound, [...blocks].reverse());
      expect(named(other.groups, parts)).toEqual(named(expected.groups, [built]));
      expect(other.counts).toEqual(expected.counts);
    }),
    { numRuns: 40, seed: 3 },
  );
  expect(found).toBeGreaterThan(10);
});

test('the judge that slides windows agrees with the one that compares every two rows', () => {
  let found = 0;
  fc.assert(
    fc.property(trips, (made) => {
      found += judge(cityOf(made), loose(library('IG01'))).length;
    }),
    { numRuns: 60, seed: 4 },
  );
  expect(found).toBeGreaterThan(10);
});

test('keys that share a hash are told apart', () => {
  const built = buildSegment(cityOf([...daily(1, 1), ...daily(2, 2), ...daily(3, 3, 2)]));
  const { rules } = ruleOf(
    library('IG03')
      .replace('alike: [visit.fixmedins_code, visit.ipt_days, signature(visit)]', 'alike: [visit.fixmedins_code]')
      .replace(/where: .*/, '')
      .replace('value: 4', 'value: 3'),
  );
  const bound = bindRulebook(rules, tables, built.context);
  const forged = blocksOf(bound, [built]).map((block) => {
    const table = block.tables.visits;
    if (table === undefined) return block;
    const rows = table.columns['hash']?.length ?? 0;
    const starts = Int32Array.from(table.starts, (_, part) => (part === 0 ? 0 : rows));
    return { ...block, tables: { visits: { starts, columns: { ...table.columns, hash: new Float64Array(rows) } } } };
  });
  expect(reduceEvents(bound, forged).groups).toEqual([]);
});

test('what a group rule cannot say is refused with its place', () => {
  const problems = (id: string, from: string | RegExp, to: string): string[] =>
    ruleOf(library(id).replace(from, to)).problems.map(({ code }) => code);
  expect(problems('IG03', /alike: .*/, 'alike: [visit.setting == "inpatient"]')).toContain('value-invalid');
  expect(problems('IG03', /alike: .*/, 'alike: []')).toContain('value-missing');
  expect(problems('IG03', /alike: .*/, 'alike: [visit.fixmedins_code]\nlinked: visit.dise_no')).toContain('field-one-of');
  expect(problems('IG03', 'persons: param.persons', 'persons: param.persons\ntimes: 2')).toContain('field-companion');
  expect(problems('IG01', 'crowd: param.crowd\n', '')).toContain('field-companion');
  expect(problems('IG01', 'minutes: param.minutes}', 'minutes: 5, same: [visit.dise_no]}')).toContain('field-one-of');
  expect(problems('IG01', 'persons: param.persons', 'persons: visit.ipt_days')).not.toEqual([]);
  expect(problems('IG01', 'amount: {method: none}', 'amount: {method: stay}')).toContain('value-invalid');
  expect(problems('IG06', 'linked: line.drug_trac_codg', 'linked: line.rx_drord_no')).toContain('value-invalid');
});
