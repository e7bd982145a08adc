import {
  arrayOf,
  columnNamed,
  forEachTable,
  isOneOf,
  isWorkingTable,
  type Segment,
  type TableData,
  views,
  type WorkingTable,
  workingTableNames,
} from '@hengjian/standard';
import type { BoundRulebook } from '../bind/rulebook.ts';
import type { Hit, RuleCounts } from '../kernel/hit.ts';
import { definitionOf, type Statistics } from '../shapes/definition.ts';
import type { GroupFinding } from '../shapes/group/finding.ts';
import { finishGroups, type GroupVerdict } from '../shapes/group/judge.ts';
import { countVerdicts, orderVerdicts, type PeerVerdict } from '../shapes/peer/judge.ts';
import {
  type EventBlock,
  type EventColumn,
  type EventPart,
  eventPart,
  eventParts,
  gather,
  gatheredBy,
  type KeyedWalk,
  keyedWalks,
  type SegmentRow,
} from './block.ts';
import { programColumns } from './plan.ts';
import { keyOrder } from './sort.ts';

/** A finding of a rule that walks another key than the person. Its rows stand in many segments. */
export interface KeyedHit {
  /** The finding with rows of the combined part it was judged in; use the other fields for rows of the lake. */
  readonly hit: Hit;
  /** Text of the key: a practitioner, an institution, or the hash of a trace code or an invoice. */
  readonly key: string;
  readonly person: SegmentRow;
  readonly visit: SegmentRow | undefined;
  readonly lines: readonly SegmentRow[];
  readonly visits: readonly SegmentRow[];
}

/** Judges keyed rules on combined parts of one walk; both back ends have one. */
export interface KeyedJudge {
  load(segment: Segment): void;
  /** Judges the rows of one key: lines and visits of the combined part from the first up to the last. */
  walk(line: number, lineEnd: number, visit: number, visitEnd: number, emit: (hit: Hit) => void): void;
  /**
   * Judges the lines of keys among which no hit can be, whatever their order, and returns the other rows; undefined when
   * nothing was judged.
   */
  settle?(keys: EventColumn): Int32Array | undefined;
  counts(): readonly RuleCounts[];
}

/** Judges the parts of all walks, one at a time. */
export interface KeyedReducer {
  /**
   * Judges one part of one walk out of the events of all segments, in any order; what rules of shape peer and group find
   * waits in `takeStatistics`.
   */
  judge(parts: readonly EventPart[]): readonly KeyedHit[];
  /** Counts of the parts judged so far, without those of groups. */
  counts(): readonly RuleCounts[];
  /** What rules of shape peer and group found since the last call; `finishGroups` joins the groups of all parts. */
  takeStatistics(): Statistics;
}

interface Combined {
  readonly segment: Segment;
  readonly lineKeys: EventColumn | undefined;
  readonly visitKeys: EventColumn | undefined;
  /** Row of the lake's segment for a row of the combined one. */
  origin(of: 'lines' | 'visits' | 'persons', row: number): SegmentRow;
}

type Offsets = Readonly<Record<WorkingTable, Int32Array>>;

/** First row of each part in the combined tables, and their lengths at the end. */
function offsetsOf(parts: readonly EventPart[]): Offsets {
  const of = (name: WorkingTable): Int32Array => {
    const offsets = new Int32Array(parts.length + 1);
    parts.forEach((part, index) => {
      offsets[index + 1] = (offsets[index] as number) + (part.tables[name]?.length ?? 0);
    });
    return offsets;
  };
  return forEachTable(of);
}

function concatenate(parts: readonly EventPart[], name: WorkingTable, column: string, offsets: Offsets): EventColumn {
  const own = offsets[name];
  const first = parts.find((part) => part.tables[name]?.columns[column] !== undefined)?.tables[name]?.columns[column];
  const length = own[parts.length] as number;
  const joined =
    first instanceof Float64Array ? new Float64Array(length) : first instanceof Int8Array ? new Int8Array(length) : new Int32Array(length);
  const kind = column === 'row' || column === 'key' || column === 'order' ? undefined : columnNamed(name, column);
  const target = kind?.kind === 'row' && isWorkingTable(kind.of) ? offsets[kind.of] : undefined;
  parts.forEach((part, index) => {
    const data = part.tables[name]?.columns[column];
    if (data === undefined) return;
    const [from, to] = [own[index] as number, own[index + 1] as number];
    joined.set(data, from);
    const shift = target?.[index] ?? 0;
    if (shift > 0) for (let row = from; row < to; row += 1) if ((joined[row] as number) >= 0) joined[row] = (joined[row] as number) + shift;
  });
  return joined;
}

/** Stands for no key among keys: all of its bits tell it from a hash. */
const noKey = 2 ** 52;

/** Order of rows by key, then (minute, person); equals stay in the order of segment and row. Rows without a key stand together. */
function canonicalOrder(keys: EventColumn, minutes: Int32Array, persons: Float64Array): Int32Array {
  const known = new Float64Array(keys.length);
  for (let row = 0; row < known.length; row += 1) known[row] = (keys[row] as number) >= 0 ? (keys[row] as number) : noKey;
  return keyOrder(known, minutes, persons);
}

/** Values of the rows that a link leads to, through a second link where there is one. */
function gathered(values: Float64Array, link: Int32Array, through?: Int32Array): Float64Array {
  const picked = new Float64Array(link.length);
  for (let row = 0; row < picked.length; row += 1) {
    const visit = link[row] as number;
    picked[row] = values[through === undefined ? visit : (through[visit] as number)] as number;
  }
  return picked;
}

type Tables = Record<WorkingTable, Record<string, EventColumn>>;

/** Moves the visits into their order and every row number of a visit with them. */
function reorderVisits(tables: Tables, order: Int32Array): void {
  const place = new Int32Array(order.length);
  for (let at = 0; at < order.length; at += 1) place[order[at] as number] = at;
  for (const [name, column] of Object.entries(tables.visits)) tables.visits[name] = gather(column, order);
  for (const name of ['settlements', 'diagnoses', 'operations', 'lines'] as const) {
    const visit = tables[name]['visit'];
    if (visit === undefined) continue;
    for (let row = 0; row < visit.length; row += 1) visit[row] = place[visit[row] as number] as number;
  }
}

/** Rows of all segments behind each other, in no order of their keys. */
interface Joined {
  readonly tables: Tables;
  length(name: WorkingTable): number;
}

function join(given: readonly EventPart[], wanted: Readonly<Partial<Record<WorkingTable, readonly string[]>>>): Joined {
  const parts = [...given].sort((left, right) => left.segment - right.segment);
  const offsets = offsetsOf(parts);
  const length = (name: WorkingTable): number => offsets[name][parts.length] as number;
  const tables: Tables = forEachTable((name) => {
    const names = new Set(parts.flatMap((part) => Object.keys(part.tables[name]?.columns ?? {})));
    return Object.fromEntries([...names].map((column) => [column, concatenate(parts, name, column, offsets)]));
  });
  // A table without rows, and ranges into tables that no rule reads.
  for (const name of workingTableNames)
    for (const column of wanted[name] ?? []) tables[name][column] ??= arrayOf(columnNamed(name, column)?.kind ?? 'code', length(name));
  for (const name of ['lines', 'visits', 'persons'] as const) {
    const segments = new Int32Array(length(name));
    parts.forEach((part, index) => void segments.fill(part.segment, offsets[name][index], offsets[name][index + 1]));
    tables[name]['segment'] = segments;
  }
  return { tables, length };
}

const segmentOf = ({ tables, length }: Joined): Segment => forEachTable((name) => ({ length: length(name), columns: tables[name] }));

/** The same with some of the lines. */
function withLines({ tables, length }: Joined, rows: Int32Array): Joined {
  const lines = Object.fromEntries(Object.entries(tables.lines).map(([name, column]) => [name, gather(column, rows)]));
  return { tables: { ...tables, lines }, length: (name) => (name === 'lines' ? rows.length : length(name)) };
}

/** Puts the rows of each key together and in order. */
function combine(joined: Joined): Combined {
  const { tables } = joined;
  const seen = (name: 'persons' | 'visits' | 'lines'): TableData => ({ length: joined.length(name), columns: tables[name] });
  const orders = views.floats(seen('persons'), 'order');
  const { key: visitKeys, begntime } = tables.visits;
  if (visitKeys !== undefined && begntime !== undefined) {
    const persons = gathered(orders, views.words(seen('visits'), 'person'));
    reorderVisits(tables, canonicalOrder(visitKeys, views.words(seen('visits'), 'begntime'), persons));
  }
  const { key: lineKeys, fee_ocur_time: times } = tables.lines;
  if (lineKeys !== undefined && times !== undefined) {
    const persons = gathered(orders, views.words(seen('lines'), 'visit'), views.words(seen('visits'), 'person'));
    const order = canonicalOrder(lineKeys, views.words(seen('lines'), 'fee_ocur_time'), persons);
    for (const [name, column] of Object.entries(tables.lines)) tables.lines[name] = gather(column, order);
  }
  return {
    segment: segmentOf(joined),
    lineKeys: tables.lines['key'],
    visitKeys: tables.visits['key'],
    origin: (of, row) => ({ segment: tables[of]['segment']?.[row] ?? -1, row: tables[of]['row']?.[row] ?? -1 }),
  };
}

interface Runs {
  readonly keys: Float64Array;
  /** First row of each run and the number of rows at the end. */
  readonly starts: Int32Array;
}

/** Runs of rows with one key, in the order of their keys. */
function runsOf(keys: EventColumn | undefined): Runs {
  const length = keys?.length ?? 0;
  const starts = new Int32Array(length + 1);
  let count = 0;
  for (let row = 0; row < length; row += 1) {
    if (row > 0 && keys?.[row] === keys?.[row - 1]) continue;
    starts[count] = row;
    count += 1;
  }
  starts[count] = length;
  const known = new Float64Array(count);
  for (let run = 0; run < count; run += 1) known[run] = keys?.[starts[run] as number] ?? -1;
  return { keys: known, starts };
}

type Rows = (key: number, line: number, lineEnd: number, visit: number, visitEnd: number) => void;

/** Calls for the rows of each key in turn. */
function eachKey({ lineKeys, visitKeys }: Combined, call: Rows): void {
  const [lines, visits] = [runsOf(lineKeys), runsOf(visitKeys)];
  const others = new Map<number, number>();
  if (lines.keys.length > 0) visits.keys.forEach((key, run) => void others.set(key, run));
  for (let run = 0; run < lines.keys.length; run += 1) {
    const key = lines.keys[run] as number;
    const other = others.size === 0 ? undefined : others.get(key);
    const [visit, visitEnd] = other === undefined ? [0, 0] : [visits.starts[other] as number, visits.starts[other + 1] as number];
    if (key >= 0) call(key, lines.starts[run] as number, lines.starts[run + 1] as number, visit, visitEnd);
    if (other !== undefined) others.delete(key);
  }
  for (let run = 0; run < visits.keys.length; run += 1) {
    const key = visits.keys[run] as number;
    if (key >= 0 && (lines.keys.length === 0 || others.has(key)))
      call(key, 0, 0, visits.starts[run] as number, visits.starts[run + 1] as number);
  }
}

function located(found: Hit, key: string, { origin }: Combined): KeyedHit {
  return {
    hit: found,
    key,
    person: origin('persons', found.person),
    visit: found.visit < 0 ? undefined : origin('visits', found.visit),
    lines: found.lines.map((row) => origin('lines', row)),
    visits: found.visits.map((row) => origin('visits', row)),
  };
}

export function sumCounts(left: readonly RuleCounts[], right: readonly RuleCounts[]): readonly RuleCounts[] {
  return left.map((one, index) => {
    const other = right[index];
    if (other === undefined) return one;
    const unknown = new Map(one.unknown);
    for (const [cause, count] of other.unknown) unknown.set(cause, (unknown.get(cause) ?? 0) + count);
    return { evaluated: one.evaluated + other.evaluated, hit: one.hit + other.hit, clear: one.clear + other.clear, unknown };
  });
}

/** A reducer over the judges of one back end, which are made when the first part of their walk comes. */
export function reducerWith(judgeOf: (by: KeyedWalk) => KeyedJudge, rulebook: BoundRulebook): KeyedReducer {
  const peers: PeerVerdict[] = [];
  const groups: GroupVerdict[] = [];
  let taken = 0;
  const judges = new Map<KeyedWalk, { readonly judge: KeyedJudge; readonly columns: ReturnType<typeof programColumns> }>();
  return {
    judge(parts) {
      const by = parts[0]?.by;
      if (by === undefined) return [];
      if (!isKeyedWalk(by)) {
        const { interpret, rule } = gatheringRule(rulebook, by);
        const found = interpret.judge(rulebook, rule, parts);
        peers.push(...found.peers);
        groups.push(...found.groups);
        return [];
      }
      const own = judges.get(by) ?? { judge: judgeOf(by), columns: programColumns(rulebook, by) };
      judges.set(by, own);
      const joined = join(parts, own.columns);
      const keys = joined.tables.lines['key'];
      let others: Int32Array | undefined;
      if (own.judge.settle !== undefined && keys !== undefined && joined.tables.visits['key'] === undefined) {
        own.judge.load(segmentOf(joined));
        others = own.judge.settle(keys);
        if (others?.length === 0) return [];
      }
      const combined = combine(others === undefined ? joined : withLines(joined, others));
      own.judge.load(combined.segment);
      const names = by === 'trace_code' || by === 'invoice' ? undefined : rulebook.codes.values(by);
      const hits: KeyedHit[] = [];
      let key = 0;
      const emit = (hit: Hit): void =>
        void hits.push(located(hit, names === undefined ? String(key).padStart(16, '0') : (names[key] ?? ''), combined));
      eachKey(combined, (next, line, lineEnd, visit, visitEnd) => {
        key = next;
        own.judge.walk(line, lineEnd, visit, visitEnd, emit);
      });
      return hits;
    },
    counts: () =>
      [...judges.values()].reduce<readonly RuleCounts[]>(
        (sum, { judge }) => sumCounts(sum, judge.counts()),
        countVerdicts(rulebook.rules.length, peers),
      ),
    takeStatistics() {
      const found = { peers: peers.slice(taken), groups: groups.splice(0, groups.length) };
      taken = peers.length;
      return found;
    },
  };
}

const compareText = (left: string, right: string): number => (left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right)));

/** Puts the findings of all parts into one order: walk, key, and within a key as they were found. */
export function orderKeyedHits(rulebook: BoundRulebook, hits: readonly KeyedHit[]): readonly KeyedHit[] {
  const order: readonly (string | undefined)[] = keyedWalks;
  const walk = ({ hit }: KeyedHit): number => order.indexOf(rulebook.rules[hit.rule]?.source.by);
  return [...hits].sort((left, right) => walk(left) - walk(right) || compareText(left.key, right.key));
}

/** Everything that is judged over many histories. */
export interface Reduced {
  readonly hits: readonly KeyedHit[];
  readonly peers: readonly PeerVerdict[];
  readonly groups: readonly GroupFinding[];
  /** What to add to the counts of the walk over persons. */
  readonly counts: readonly RuleCounts[];
}

const isKeyedWalk = (by: EventPart['by']): by is KeyedWalk => isOneOf(keyedWalks, by);

/** The rule that gathered events, and how its shape judges them. */
function gatheringRule(rulebook: BoundRulebook, by: EventPart['by']) {
  const { kind = by, rule = -1 } = gatheredBy(by) ?? {};
  const { interpret } = definitionOf({ kind }, rulebook.shapes);
  if (interpret.kind !== 'gather') throw new Error(`a rule of shape ${kind} gathers nothing`);
  return { interpret, rule };
}

/**
 * Judges the events of all segments part by part. The answer does not depend on the number and the order of the blocks.
 * With `plainly` shapes that have an oracle of their own are judged by it.
 */
export function reduceWith(reducer: KeyedReducer, rulebook: BoundRulebook, blocks: readonly EventBlock[], plainly = false): Reduced {
  const hits: KeyedHit[] = [];
  const plain: Statistics[] = [];
  for (const by of new Set(blocks.map((block) => block.by))) {
    const own = blocks.filter((block) => block.by === by);
    const gathering = plainly && !isKeyedWalk(by) ? gatheringRule(rulebook, by) : undefined;
    if (gathering?.interpret.oracle !== undefined) plain.push(gathering.interpret.oracle(rulebook, gathering.rule, own));
    else for (let part = 0; part < eventParts; part += 1) hits.push(...reducer.judge(own.map((block) => eventPart(block, part))));
  }
  const found = [reducer.takeStatistics(), ...plain];
  const peers = found.flatMap((one) => one.peers);
  const finished = finishGroups(
    rulebook,
    found.flatMap((one) => one.groups),
  );
  const counted = plain.map((one) => countVerdicts(rulebook.rules.length, one.peers));
  const counts = [...counted, finished.counts].reduce(sumCounts, reducer.counts());
  return { hits: orderKeyedHits(rulebook, hits), peers: orderVerdicts(peers), groups: finished.findings, counts };
}
