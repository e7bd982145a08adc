import { minutesPerDay } from '@hengjian/standard';
import type { BoundRules } from '../../bind/bound.ts';
import type { CheckedRule } from '../../check/checked.ts';
import type { Expr } from '../../check/ir.ts';
import { constantAt } from '../../interpret/constant.ts';
import type { RuleCounts } from '../../kernel/hit.ts';
import type { EventPart } from '../../keyed/block.ts';
import { radixOrder, wordsOf } from '../../keyed/sort.ts';
import { type GroupRows, joinParts } from './events.ts';
import { type GroupFinding, type GroupRow, isJudged, keyText, makeFinding, orderGroups, type SharedValue } from './finding.ts';
import type { CheckedGroup } from './types.ts';

/** What one part of the keys of a rule says. Plain data. */
export interface GroupVerdict {
  readonly rule: number;
  readonly findings: readonly GroupFinding[];
  /** linked: values that several persons share, which are joined when all parts are judged. */
  readonly shared: readonly SharedValue[];
  /** Rows in findings, and rows that the data do not reach far enough for. */
  readonly hit: number;
  readonly horizon: number;
}

interface Judging {
  readonly bound: BoundRules;
  readonly rule: CheckedRule;
  readonly index: number;
  readonly shape: CheckedGroup;
  readonly rows: GroupRows;
  readonly findings: GroupFinding[];
  readonly shared: SharedValue[];
  hit: number;
  horizon: number;
}

type Rows = Int32Array | readonly number[];

/** Whole numbers as unsigned words in the same order. */
function shifted(numbers: Int32Array): Int32Array {
  let least = 2_147_483_647;
  for (const value of numbers) if (value < least) least = value;
  return numbers.map((value) => value - least);
}

/** Least value that an expression can have anywhere, so that small keys cost nothing. */
function leastOf(rule: CheckedRule, expr: Expr): number {
  if (expr.op === 'number') return expr.data.value;
  if (expr.op !== 'param') return 0;
  const { name } = expr.data;
  const values = rule.params.find((parameter) => parameter.name === name)?.values ?? [];
  return Math.min(...values.map(({ value }) => Number(value)));
}

function rowAt(rows: GroupRows, at: number): GroupRow {
  return {
    segment: rows.segment[at] as number,
    row: rows.row[at] as number,
    order: rows.order[at] as number,
    minute: rows.minute[at] as number,
    day: rows.day[at] as number,
    area: rows.area[at] as number,
    beyond: rows.beyond[at] === 1,
  };
}

const keysAt = (rows: GroupRows, at: number, from: number, to: number): number[] =>
  rows.keys.slice(from, to).map((keys) => keys[at] as number);

/** Rows of each key in order of (time, person, row). Keys that only share a hash are told apart. */
function* keyRuns({ rows, shape }: Judging): Generator<Int32Array | readonly number[]> {
  const order = radixOrder(rows.length, [...wordsOf(rows.order), shifted(rows.minute), ...wordsOf(rows.hash)]);
  for (let from = 0; from < order.length; ) {
    const first = order[from] as number;
    let to = from + 1;
    let mixed = false;
    for (; to < order.length && rows.hash[order[to] as number] === rows.hash[first]; to += 1) {
      for (let key = 0; key < shape.keys.length; key += 1) mixed ||= rows.keys[key]?.[order[to] as number] !== rows.keys[key]?.[first];
    }
    const run = order.subarray(from, to);
    if (mixed) yield* Map.groupBy(run, (at) => keysAt(rows, at, 0, shape.keys.length).join()).values();
    else yield run;
    from = to;
  }
}

const constantOf = (judging: Judging, expr: Expr | undefined, at: number): number =>
  constantAt(judging.bound, judging.rule, expr, judging.rows.day[at] as number, judging.rows.area[at] as number);

function distinctPersons(rows: GroupRows, run: Rows, enough: number): number {
  const seen = new Set<number>();
  for (const at of run) {
    seen.add(rows.order[at] as number);
    if (seen.size >= enough) break;
  }
  return seen.size;
}

const textOfKey = (judging: Judging, at: number): string =>
  keyText(judging.bound, judging.shape.keys, keysAt(judging.rows, at, 0, judging.shape.keys.length));

function report(judging: Judging, run: Rows, limit: number, members: boolean): void {
  const picked = Array.from(run, (at) => rowAt(judging.rows, at));
  if (!isJudged(judging.rule, picked)) return;
  judging.findings.push(makeFinding(judging.bound, judging.index, textOfKey(judging, run[0] as number), picked, { limit, members }));
  judging.hit += run.length;
}

function alike(judging: Judging): void {
  const { rows, shape } = judging;
  const least = leastOf(judging.rule, shape.persons);
  for (const run of keyRuns(judging)) {
    const first = run[0] as number;
    const limit = run.length >= least ? constantOf(judging, shape.persons, first) : Number.POSITIVE_INFINITY;
    if (run.length >= limit && distinctPersons(rows, run, limit) >= limit) report(judging, run, limit, false);
    else if (shape.monthly) for (const at of run) judging.horizon += rows.beyond[at] as number;
  }
}

/** Meetings of two persons as growing columns; persons are numbered within their key. */
class Meetings {
  size = 0;
  low = new Int32Array(256);
  high = new Int32Array(256);
  day = new Int32Array(256);
  one = new Int32Array(256);
  other = new Int32Array(256);

  add(p: number, q: number, day: number, one: number, other: number): void {
    if (this.size === this.low.length) this.#grow();
    const at = this.size;
    this.low[at] = Math.min(p, q);
    this.high[at] = Math.max(p, q);
    this.day[at] = day;
    this.one[at] = one;
    this.other[at] = other;
    this.size += 1;
  }

  #grow(): void {
    const larger = (array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(this.size * 2);
      next.set(array);
      return next;
    };
    this.low = larger(this.low);
    this.high = larger(this.high);
    this.day = larger(this.day);
    this.one = larger(this.one);
    this.other = larger(this.other);
  }

  /** Calls for the meetings of each two persons, in order of their days. */
  eachPair(call: (order: Int32Array, from: number, to: number) => void): void {
    const cut = (array: Int32Array): Int32Array => array.subarray(0, this.size);
    const order = radixOrder(this.size, [shifted(cut(this.day)), cut(this.high), cut(this.low)]);
    for (let from = 0; from < order.length; ) {
      const first = order[from] as number;
      let to = from + 1;
      while (to < order.length && this.low[order[to] as number] === this.low[first] && this.high[order[to] as number] === this.high[first])
        to += 1;
      call(order, from, to);
      from = to;
    }
  }
}

interface Place {
  readonly run: Rows;
  /** Number of the person of each row of the run. */
  readonly person: Int32Array;
  readonly persons: number;
}

function placeOf(rows: GroupRows, run: Rows): Place {
  const numbers = new Map<number, number>();
  const person = new Int32Array(run.length);
  run.forEach((at, index) => {
    const order = rows.order[at] as number;
    const found = numbers.get(order) ?? numbers.size;
    numbers.set(order, found);
    person[index] = found;
  });
  return { run, person, persons: numbers.size };
}

/** Distinct persons within so many minutes of each row, itself included: a window that slides over the rows in order of time. */
function crowdsOf(rows: GroupRows, { run, person, persons }: Place, minutes: number): Int32Array {
  const inside = new Int32Array(persons);
  const crowds = new Int32Array(run.length);
  let [from, to, distinct] = [0, 0, 0];
  for (let index = 0; index < run.length; index += 1) {
    const time = rows.minute[run[index] as number] as number;
    for (; to < run.length && (rows.minute[run[to] as number] as number) <= time + minutes; to += 1) {
      const p = person[to] as number;
      if (inside[p] === 0) distinct += 1;
      inside[p] = (inside[p] as number) + 1;
    }
    for (; (rows.minute[run[from] as number] as number) < time - minutes; from += 1) {
      const p = person[from] as number;
      inside[p] = (inside[p] as number) - 1;
      if (inside[p] === 0) distinct -= 1;
    }
    crowds[index] = distinct;
  }
  return crowds;
}

const dayAt = (rows: GroupRows, at: number): number => Math.floor((rows.minute[at] as number) / minutesPerDay);

function meetWithin(rows: GroupRows, place: Place, minutes: number, crowd: number, meetings: Meetings): void {
  const { run, person } = place;
  const crowds = crowdsOf(rows, place, minutes);
  for (let one = 0; one < run.length; one += 1) {
    if ((crowds[one] as number) > crowd) continue;
    const time = rows.minute[run[one] as number] as number;
    for (let other = one + 1; other < run.length && (rows.minute[run[other] as number] as number) <= time + minutes; other += 1) {
      if (person[one] === person[other] || (crowds[other] as number) > crowd) continue;
      meetings.add(person[one] as number, person[other] as number, dayAt(rows, run[one] as number), one, other);
    }
  }
}

function meetAlike({ rows, shape }: Judging, { run, person }: Place, crowd: number, meetings: Meetings): void {
  const sets = Map.groupBy(
    Array.from(run, (_, index) => index),
    (index) => keysAt(rows, run[index] as number, shape.keys.length, rows.keys.length).join(),
  );
  for (const set of sets.values()) {
    if (new Set(set.map((index) => person[index])).size > crowd) continue;
    set.forEach((one, at) => {
      for (const other of set.slice(at + 1)) {
        if (person[one] === person[other]) continue;
        meetings.add(person[one] as number, person[other] as number, dayAt(rows, run[one] as number), one, other);
      }
    });
  }
}

/** Numbers joined into sets. */
export class Sets {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, index) => index);
  }

  find(index: number): number {
    let root = index;
    while (this.#parent[root] !== root) root = this.#parent[root] as number;
    for (let at = index; at !== root; ) {
      const next = this.#parent[at] as number;
      this.#parent[at] = root;
      at = next;
    }
    return root;
  }

  join(left: number, right: number): void {
    this.#parent[this.find(left)] = this.find(right);
  }
}

/** Joins persons who meet on enough days and reports the sets that are large enough. */
function linkPersons(judging: Judging, place: Place, meetings: Meetings, times: number, limit: number): void {
  const sets = new Sets(place.persons);
  const linked = new Uint8Array(place.run.length);
  meetings.eachPair((order, from, to) => {
    let days = 0;
    for (let at = from; at < to; at += 1)
      if (at === from || meetings.day[order[at] as number] !== meetings.day[order[at - 1] as number]) days += 1;
    if (days < times) return;
    sets.join(meetings.low[order[from] as number] as number, meetings.high[order[from] as number] as number);
    for (let at = from; at < to; at += 1) {
      linked[meetings.one[order[at] as number] as number] = 1;
      linked[meetings.other[order[at] as number] as number] = 1;
    }
  });
  const found = new Map<number, number[]>();
  for (let index = 0; index < linked.length; index += 1) {
    if (linked[index] !== 1) continue;
    const root = sets.find(place.person[index] as number);
    const rows = found.get(root) ?? [];
    found.set(root, rows);
    rows.push(place.run[index] as number);
  }
  for (const rows of found.values()) if (distinctPersons(judging.rows, rows, limit) >= limit) report(judging, rows, limit, true);
}

function together(judging: Judging): void {
  const { rows, shape } = judging;
  const least = leastOf(judging.rule, shape.persons);
  for (const run of keyRuns(judging)) {
    const first = run[0] as number;
    if (run.length < least) continue;
    const [limit, times, crowd, minutes] = [shape.persons, shape.times, shape.crowd, shape.minutes].map((expr) =>
      constantOf(judging, expr, first),
    );
    const place = placeOf(rows, run);
    const meetings = new Meetings();
    if (shape.minutes === undefined) meetAlike(judging, place, crowd ?? 0, meetings);
    else meetWithin(rows, place, minutes ?? 0, crowd ?? 0, meetings);
    linkPersons(judging, place, meetings, times ?? 0, limit ?? 0);
  }
}

function linked(judging: Judging): void {
  const { rows, shape } = judging;
  for (const run of keyRuns(judging)) {
    if (run.length < 2) continue;
    const crowd = constantOf(judging, shape.crowd, run[0] as number);
    const persons = distinctPersons(rows, run, Number.POSITIVE_INFINITY);
    if (persons < 2 || persons > crowd) continue;
    judging.shared.push({
      rule: judging.index,
      text: textOfKey(judging, run[0] as number),
      rows: Array.from(run, (at) => rowAt(rows, at)),
    });
  }
}

/** Judges one part of the keys of a group rule out of the events of all segments, in any order. */
export function judgeGroupPart(bound: BoundRules, index: number, parts: readonly EventPart[]): GroupVerdict {
  const rule = bound.rules[index];
  if (rule?.shape.kind !== 'group') throw new Error(`rule ${index} judges no groups`);
  const { shape } = rule;
  const rows = joinParts(parts, shape.keys.length + shape.same.length);
  const judging: Judging = { bound, rule, index, shape, rows, findings: [], shared: [], hit: 0, horizon: 0 };
  if (shape.form === 'alike') alike(judging);
  else if (shape.form === 'together') together(judging);
  else linked(judging);
  const { findings, shared, hit, horizon } = judging;
  return { rule: index, findings, shared, hit, horizon };
}

/** Joins persons who share values into components and reports those that are large enough. */
function joinShared(bound: BoundRules, index: number, shared: readonly SharedValue[]): readonly GroupFinding[] {
  const rule = bound.rules[index];
  if (rule?.shape.kind !== 'group' || shared.length === 0) return [];
  const { shape } = rule;
  const numbers = new Map<number, number>();
  for (const { rows } of shared) for (const { order } of rows) if (!numbers.has(order)) numbers.set(order, numbers.size);
  const sets = new Sets(numbers.size);
  const numberOf = (row: GroupRow | undefined): number => numbers.get(row?.order ?? -1) ?? 0;
  for (const { rows } of shared) for (const row of rows) sets.join(numberOf(rows[0]), numberOf(row));
  const components = Map.groupBy(shared, ({ rows }) => sets.find(numberOf(rows[0])));
  return [...components.values()].flatMap((values) => {
    const rows = values.flatMap((value) => value.rows);
    const first = rows.reduce((left, right) =>
      right.minute < left.minute || (right.minute === left.minute && right.order < left.order) ? right : left,
    );
    const limit = constantAt(bound, rule, shape.persons, first.day, first.area);
    const times = constantAt(bound, rule, shape.times, first.day, first.area);
    if (values.length < times || new Set(rows.map(({ order }) => order)).size < limit || !isJudged(rule, rows)) return [];
    return [makeFinding(bound, index, '', rows, { limit, members: true, values: values.map(({ text }) => text).sort() })];
  });
}

/** Brings the verdicts of all parts together: findings in one order, and what to add to the counts of the rules. */
export function finishGroups(
  bound: BoundRules,
  verdicts: readonly GroupVerdict[],
): { findings: readonly GroupFinding[]; counts: readonly RuleCounts[] } {
  const findings: GroupFinding[] = [];
  const counts = bound.rules.map((_, index): RuleCounts => {
    const own = verdicts.filter(({ rule }) => rule === index);
    const joined = joinShared(
      bound,
      index,
      own.flatMap(({ shared }) => shared),
    );
    findings.push(...own.flatMap((verdict) => verdict.findings), ...joined);
    const hit = own.reduce((sum, verdict) => sum + verdict.hit, 0) + joined.reduce((sum, { rows }) => sum + rows.length, 0);
    const horizon = own.reduce((sum, verdict) => sum + verdict.horizon, 0);
    return { evaluated: 0, hit, clear: -hit - horizon, unknown: new Map(horizon === 0 ? [] : [['horizon', horizon]]) };
  });
  return { findings: orderGroups(findings), counts };
}
