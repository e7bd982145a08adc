import { type ColumnData, type Segment, type TableData, type WorkingColumn, type WorkingTable, workingTables } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/bound.ts';
import type { Walk } from '../interpret/judge.ts';
import type { EventBlock, Hit, PlainColumn, RuleCounts } from '../kernel/hit.ts';
import { type KeyedWalk, keyedWalks, lineKeys, visitKeys } from './events.ts';

export interface SegmentRow {
  readonly segment: number;
  readonly row: number;
}

/** A finding of a rule that walks another key than the person. Its rows stand in many segments. */
export interface KeyedHit {
  /** The finding with rows of the combined segment it was judged in; use the other fields for rows of the lake. */
  readonly hit: Hit;
  /** Text of the key: a practitioner, an institution, or the hash of a trace code. */
  readonly key: string;
  readonly person: SegmentRow;
  readonly visit: SegmentRow | undefined;
  readonly lines: readonly SegmentRow[];
  readonly visits: readonly SegmentRow[];
}

/** Judges keyed rules on the combined segment; both back ends have one. */
export type KeyedJudge = (by: KeyedWalk, segment: Segment, walks: Iterable<Walk>, emit: (walk: number, hit: Hit) => void) => readonly RuleCounts[];

interface Combined {
  readonly segment: Segment;
  readonly lines: readonly SegmentRow[];
  readonly visits: readonly SegmentRow[];
  readonly persons: readonly SegmentRow[];
}

type Rows = Readonly<Record<WorkingTable, number>>;

const tableNames = Object.keys(workingTables) as WorkingTable[];

function concatenate(blocks: readonly EventBlock[], name: WorkingTable, column: WorkingColumn, offsets: readonly Rows[]): PlainColumn | undefined {
  const parts = blocks.map((block) => block.tables[name].columns[column.name]);
  if (parts.some((part) => part === undefined)) return undefined;
  if (column.kind === 'text') return parts.flatMap((part) => [...((part as readonly (string | null)[] | undefined) ?? [])]);
  const of = column.kind === 'row' ? (column.of as WorkingTable) : undefined;
  const values = parts.flatMap((part, index) => {
    const offset = of === undefined ? 0 : (offsets[index]?.[of] ?? 0);
    const own = [...((part as Int32Array | undefined) ?? [])];
    return of === undefined ? own : own.map((value) => (value < 0 ? value : value + offset));
  });
  if (column.kind === 'scaled' || column.kind === 'hash') return Float64Array.from(values);
  return column.kind === 'code8' ? Int8Array.from(values) : Int32Array.from(values);
}

const asData = (column: PlainColumn): ColumnData =>
  Array.isArray(column) ? { length: column.length, get: (row) => column[row] ?? null } : (column as Int32Array);

function concatTable(blocks: readonly EventBlock[], name: WorkingTable, offsets: readonly Rows[]): TableData {
  const columns: Record<string, ColumnData> = {};
  for (const column of workingTables[name] as readonly WorkingColumn[]) {
    const data = concatenate(blocks, name, column, offsets);
    if (data !== undefined) columns[column.name] = asData(data);
  }
  return { length: blocks.reduce((sum, block) => sum + block.tables[name].length, 0), columns };
}

function permute(table: TableData, order: readonly number[], replace: Readonly<Record<string, Int32Array>> = {}): TableData {
  const columns: Record<string, ColumnData> = {};
  for (const [name, column] of Object.entries(table.columns)) {
    if (replace[name] !== undefined) columns[name] = replace[name];
    else if ('get' in column) columns[name] = { length: order.length, get: (row) => column.get(order[row] ?? -1) };
    else columns[name] = Reflect.construct(column.constructor, [order.map((row) => column[row] ?? 0)]) as Int32Array;
  }
  return { length: table.length, columns };
}

const textOf = (table: TableData, name: string, row: number): string => {
  const column = table.columns[name];
  return column !== undefined && 'get' in column ? (column.get(row) ?? '') : '';
};
const numberOf = (table: TableData, name: string, row: number): number => {
  const column = table.columns[name];
  return column === undefined || 'get' in column ? -1 : (column[row] ?? -1);
};
const compareText = (left: string, right: string): number => (left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right)));

/** Puts visits and lines of all blocks into one canonical order: time, person, visit, line. */
function combine(blocks: readonly EventBlock[]): Combined {
  const offsets: Rows[] = [];
  const next = Object.fromEntries(tableNames.map((name) => [name, 0])) as Record<WorkingTable, number>;
  for (const block of blocks) {
    offsets.push({ ...next });
    for (const name of tableNames) next[name] += block.tables[name].length;
  }
  const tables = Object.fromEntries(tableNames.map((name) => [name, concatTable(blocks, name, offsets)])) as Record<WorkingTable, TableData>;
  const { visits, lines, persons } = tables;
  const psn = (visit: number): string => textOf(persons, 'psn', numberOf(visits, 'person', visit));
  const id = (visit: number): string => textOf(visits, 'mdtrt_id', visit);
  const visitOrder = Array.from({ length: visits.length }, (_, row) => row).sort(
    (a, b) => numberOf(visits, 'begntime', a) - numberOf(visits, 'begntime', b) || compareText(psn(a), psn(b)) || compareText(id(a), id(b)),
  );
  const visitAt = new Int32Array(visits.length);
  visitOrder.forEach((row, index) => {
    visitAt[row] = index;
  });
  const visitOf = (line: number): number => numberOf(lines, 'visit', line);
  const lineOrder = Array.from({ length: lines.length }, (_, row) => row).sort((a, b) => {
    const time = numberOf(lines, 'fee_ocur_time', a) - numberOf(lines, 'fee_ocur_time', b);
    return (
      time ||
      compareText(psn(visitOf(a)), psn(visitOf(b))) ||
      compareText(id(visitOf(a)), id(visitOf(b))) ||
      compareText(textOf(lines, 'line_key', a), textOf(lines, 'line_key', b))
    );
  });
  const origin = (of: 'lines' | 'visits' | 'persons'): SegmentRow[] =>
    blocks.flatMap((block) => Array.from(block[of], (row) => ({ segment: block.segment, row })));
  const reorder = (rows: readonly SegmentRow[], order: readonly number[]): SegmentRow[] => order.map((row) => rows[row] ?? { segment: -1, row: -1 });
  const movedVisits = Int32Array.from(lineOrder, (line) => visitAt[visitOf(line)] ?? -1);
  return {
    segment: { ...tables, visits: permute(visits, visitOrder), lines: permute(lines, lineOrder, { visit: movedVisits }) },
    lines: reorder(origin('lines'), lineOrder),
    visits: reorder(origin('visits'), visitOrder),
    persons: origin('persons'),
  };
}

/** Walks in the order of their keys. */
function walksOf(rulebook: BoundRulebook, by: KeyedWalk, segment: Segment): { readonly key: string; readonly walk: Walk }[] {
  const walks = new Map<number, { lines: number[]; visits: number[] }>();
  const add = (key: number, of: 'lines' | 'visits', row: number): void => {
    if (!(key >= 0)) return;
    const walk = walks.get(key) ?? { lines: [], visits: [] };
    walks.set(key, walk);
    walk[of].push(row);
  };
  const [keyOfLine, keyOfVisit] = [lineKeys(by, segment.lines, segment.visits), visitKeys(by, segment.visits)];
  for (let line = 0; line < segment.lines.length; line += 1) add(keyOfLine(line), 'lines', line);
  for (let visit = 0; visit < segment.visits.length; visit += 1) add(keyOfVisit(visit), 'visits', visit);
  const names = by === 'trace_code' ? undefined : rulebook.codes.values(by);
  const keyed = [...walks].map(([key, walk]) => ({ key: names === undefined ? String(key).padStart(16, '0') : (names[key] ?? ''), walk }));
  return keyed.sort((a, b) => compareText(a.key, b.key));
}

function located(found: Hit, key: string, combined: Combined): KeyedHit {
  const none: SegmentRow = { segment: -1, row: -1 };
  const line = (row: number): SegmentRow => combined.lines[row] ?? none;
  const visit = (row: number): SegmentRow => combined.visits[row] ?? none;
  return {
    hit: found,
    key,
    person: combined.persons[found.person] ?? none,
    visit: found.visit < 0 ? undefined : visit(found.visit),
    lines: found.lines.map(line),
    visits: found.visits.map(visit),
  };
}

function sumCounts(left: readonly RuleCounts[], right: readonly RuleCounts[]): readonly RuleCounts[] {
  if (left.length === 0) return right;
  return left.map((one, index) => {
    const other = right[index];
    if (other === undefined) return one;
    const unknown = new Map(one.unknown);
    for (const [cause, count] of other.unknown) unknown.set(cause, (unknown.get(cause) ?? 0) + count);
    return { evaluated: one.evaluated + other.evaluated, hit: one.hit + other.hit, clear: one.clear + other.clear, unknown };
  });
}

/**
 * Sorts and judges the events of all segments. The answer does not depend on how many blocks there are or in which
 * order they come: rows are ordered by time, person, visit and line key.
 */
export function reduceWith(
  judge: KeyedJudge,
  rulebook: BoundRulebook,
  blocks: readonly EventBlock[],
): { hits: readonly KeyedHit[]; counts: readonly RuleCounts[] } {
  const hits: KeyedHit[] = [];
  let counts: readonly RuleCounts[] = rulebook.rules.map(() => ({ evaluated: 0, hit: 0, clear: 0, unknown: new Map() }));
  for (const by of keyedWalks) {
    const own = blocks.filter((block) => block.by === by);
    if (own.length === 0) continue;
    const combined = combine(own);
    const walks = walksOf(rulebook, by, combined.segment);
    const judged = judge(
      by,
      combined.segment,
      walks.map(({ walk }) => walk),
      (index, hit) => hits.push(located(hit, walks[index]?.key ?? '', combined)),
    );
    counts = sumCounts(counts, judged);
  }
  return { hits, counts };
}
