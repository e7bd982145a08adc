import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { libraryFolder } from '@hengjian/standard';
import { expect, test } from 'vitest';
import { type BoundRulebook, bindRulebook } from '../bind/rulebook.ts';
import { type BuiltHistory, buildSegment } from '../cases/history.ts';
import { checkRules } from '../check/check-rules.ts';
import { interpreter } from '../interpret/interpreter.ts';
import { textAt } from '../interpret/world.ts';
import { compileKernel } from '../kernel/compile.ts';
import type { Kernel, RuleCounts } from '../kernel/hit.ts';
import { parseRule } from '../source/parse-rule.ts';
import { type EventBlock, eventPart, eventParts, keyedWalks, orderOf, type SegmentRow } from './block.ts';
import { interpretEvents } from './interpret.ts';
import { keyedReducer, reduceEvents } from './kernel.ts';
import { type KeyedHit, orderKeyedHits } from './reduce.ts';
import { keyOrder } from './sort.ts';

/** A small generator of equally likely numbers below `below`. */
function chances(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const psnOf = (index: number): string => createHash('sha256').update(String(index)).digest('hex').slice(0, 32);

function persons(count: number) {
  const chance = chances(7);
  const two = (value: number): string => String(value).padStart(2, '0');
  return Array.from({ length: count }, (_, index) => ({
    psn: psnOf(index),
    person: { gend: '1', brdy: '1980-01-01' },
    visits: Array.from({ length: 1 + chance(3) }, (_, visit) => ({
      mdtrt_id: `V${index}-${visit}`,
      med_type: chance(3) === 0 ? '21' : '11',
      fixmedins_code: `H4105000000${chance(3)}`,
      chfpdr_code: `D41050000000${chance(4)}`,
      begntime: `2026-03-0${1 + chance(3)} ${two(8 + chance(2))}:00`,
      ipt_days: String(1 + chance(9)),
      lines: Array.from({ length: chance(3) }, (_, line) => ({
        key: `L${index}-${visit}-${line}`,
        med_list_codg: 'XA01AAA001A010101100001',
        ...(chance(2) === 0 ? {} : { drug_trac_codg: `8123456789012345${two(chance(40))}` }),
      })),
    })),
  }));
}

const ruleOf = (id: string) => {
  const text = readFileSync(`${libraryFolder}rules/${id}.yaml`, 'utf8').replace('value: 120', 'value: 4');
  const { rule } = parseRule(text, `${id}.yaml`);
  if (rule === undefined) throw new Error(id);
  return rule;
};
const { rules } = checkRules(['IB08', 'IC04', 'IF06'].map(ruleOf), new Map());
const institutions = [0, 1, 2].map((at) => ({ fixmedins_code: `H4105000000${at}`, aprv_bed_cnt: '1' }));
const all = persons(150);
const whole = buildSegment({ persons: all, institutions });
const bound = bindRulebook(rules, new Map(), whole.context);

/** The same persons in several segments, older segments holding any of them. */
const cut = (into: number): BuiltHistory[] =>
  Array.from({ length: into }, (_, part) =>
    buildSegment({ persons: all.filter((_, index) => (index * 7) % into === part), institutions, codes: whole.context.dictionaries }),
  );

function blocksOf(make: (rulebook: BoundRulebook) => Kernel, segments: readonly BuiltHistory[]): readonly EventBlock[] {
  const kernel = make(bound);
  segments.forEach(({ segment }, number) => void kernel.run(segment, { hit: () => undefined }, undefined, number));
  return kernel.takeEvents();
}

/** A finding by the keys of its rows, whatever the segments. */
function shown(segments: readonly BuiltHistory[], { hit, key, lines, visits, visit, person }: KeyedHit) {
  const name = (table: 'lines' | 'visits' | 'persons', column: string) => (at: SegmentRow | undefined) =>
    at === undefined ? null : textAt(segments[at.segment]?.segment[table], column, at.row);
  const id = name('visits', 'mdtrt_id');
  const { rule, charges, group, violating, occurred, measure, limit } = hit;
  const rows = {
    lines: lines.map(name('lines', 'line_key')),
    visits: visits.map(id),
    visit: id(visit),
    psn: name('persons', 'psn')(person),
  };
  return { rule, key, charges, group, violating, occurred, measure, limit, ...rows };
}

const plain = (counts: readonly RuleCounts[]) => counts.map(({ unknown, ...rest }) => ({ ...rest, unknown: [...unknown].sort() }));

test('segments, their number and the back end do not show in the findings of keyed rules', () => {
  const one = reduceEvents(bound, blocksOf(compileKernel, [whole]));
  const expected = one.hits.map((hit) => shown([whole], hit));
  for (const rule of [0, 1, 2]) expect(expected.filter((hit) => hit.rule === rule).length).toBeGreaterThan(0);
  const oracle = interpretEvents(bound, blocksOf(interpreter, [whole]));
  expect(oracle.hits.map((hit) => shown([whole], hit))).toEqual(expected);
  expect(plain(oracle.counts)).toEqual(plain(one.counts));
  for (const into of [2, 5]) {
    const segments = cut(into);
    const { hits, counts } = reduceEvents(bound, [...blocksOf(compileKernel, segments)].reverse());
    expect(hits.map((hit) => shown(segments, hit))).toEqual(expected);
    expect(plain(counts)).toEqual(plain(one.counts));
  }
});

test('parts can be judged by several reducers', () => {
  const segments = cut(3);
  const blocks = blocksOf(compileKernel, segments);
  const reducers = [keyedReducer(bound), keyedReducer(bound)] as const;
  const hits: KeyedHit[] = [];
  for (let part = eventParts - 1; part >= 0; part -= 1) {
    for (const by of keyedWalks) {
      const own = blocks.filter((block) => block.by === by);
      hits.push(...reducers[part % 2 === 0 ? 0 : 1].judge(own.map((block) => eventPart(block, part))));
    }
  }
  const expected = reduceEvents(bound, blocks);
  const rows = ({ lines, visits, key, hit }: KeyedHit) => ({ lines, visits, key, rule: hit.rule });
  expect(orderKeyedHits(bound, hits).map(rows)).toEqual(expected.hits.map(rows));
  const [left, right] = reducers.map((reducer) => reducer.counts());
  expected.counts.forEach((counts, rule) => void expect((left?.[rule]?.hit ?? 0) + (right?.[rule]?.hit ?? 0)).toBe(counts.hit));
});

test('events are compact: only what the rules read', () => {
  for (const block of blocksOf(compileKernel, [whole])) {
    const events = block.tables.lines ?? block.tables.visits;
    const bytes = Object.values(block.tables).flatMap((table) => Object.values(table.columns).map((column) => column.byteLength));
    expect(bytes.reduce((sum, size) => sum + size, 0) / (events?.starts[eventParts] ?? 1)).toBeLessThan(64);
  }
});

test.each([
  ['ids that fill long runs', 3, 5, 1000],
  ['hashes that mostly differ', 2 ** 51, 500, 1000],
  ['hashes with equal low bits', 4, 3, 1000],
])('rows are ordered by key, minute, person: %s', (name, keys, minutes, people) => {
  const chance = chances(11);
  const spread = name.includes('low bits') ? 2 ** 30 : 1;
  const length = 600;
  const key = Float64Array.from({ length }, () => chance(keys) * spread);
  const minute = Int32Array.from({ length }, () => (chance(20) === 0 ? -2_147_483_648 : 29_000_000 + chance(minutes)));
  const person = Float64Array.from({ length }, () => chance(people) * 2 ** 40);
  const at = (of: { readonly [row: number]: number }, row: number): number => of[row] as number;
  const order = [...keyOrder(key, minute, person)];
  expect(new Set(order).size).toBe(length);
  const runs = order.filter((row, index) => index === 0 || at(key, row) !== at(key, order[index - 1] as number)).map((row) => at(key, row));
  expect(new Set(runs).size).toBe(runs.length);
  for (const one of runs) {
    const rows = Array.from({ length }, (_, row) => row).filter((row) => key[row] === one);
    rows.sort((a, b) => at(minute, a) - at(minute, b) || at(person, a) - at(person, b) || a - b);
    expect(order.filter((row) => key[row] === one)).toEqual(rows);
  }
});

test('pseudonyms are ordered by their first bits, hex or not', () => {
  expect(orderOf('0000491f9d3631b344948877aa38195f')).toBe(0x0000491f9d363);
  expect(orderOf('fffffffffffff000')).toBe(2 ** 52 - 1);
  expect(orderOf('P1')).toBeLessThan(orderOf('P10'));
  expect(orderOf('P10')).toBeLessThan(orderOf('P2'));
});
