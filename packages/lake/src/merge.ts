import {
  type ColumnDefinition,
  columnsOf,
  forEachTable,
  isWorkingTable,
  type NumberColumn,
  type Segment,
  type TextColumn,
  views,
  type WorkingTable,
  workingTableNames,
} from '@hengjian/standard';
import { StoredText } from './arrow-file.ts';
import type { StoredColumn, TextData } from './arrow-write.ts';
import type { StoredTable } from './export.ts';

/** A segment to be merged, and the rows of its persons that a newer segment holds. */
export interface MergeSource {
  readonly segment: Segment;
  readonly dead: readonly number[];
}

/** Rows of one person in a table of a source, and where they go. */
interface Block {
  readonly source: number;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}
type Blocks = Readonly<Record<WorkingTable, Block>>;
type Span = readonly [from: number, to: number];

/** Rows of each table that belong to a person. Children of visits follow each other as the visits do. */
function spansOf(segment: Segment, person: number): Record<WorkingTable, Span> {
  const { persons, visits } = segment;
  const own = (table: 'visits' | 'lines' | 'enrolments'): Span => [
    views.words(persons, `${table}_start`)[person] ?? 0,
    views.words(persons, `${table}_end`)[person] ?? 0,
  ];
  const [first, end] = own('visits');
  const below = (table: 'settlements' | 'diagnoses' | 'operations'): Span =>
    first === end ? [0, 0] : [views.words(visits, `${table}_start`)[first] ?? 0, views.words(visits, `${table}_end`)[end - 1] ?? 0];
  return {
    persons: [person, person + 1],
    visits: [first, end],
    lines: own('lines'),
    enrolments: own('enrolments'),
    settlements: below('settlements'),
    diagnoses: below('diagnoses'),
    operations: below('operations'),
  };
}

interface Living {
  readonly psn: string;
  readonly segment: Segment;
  readonly source: number;
  readonly person: number;
}

/** The living persons of all sources in the order of their pseudonyms. */
function livingOf(sources: readonly MergeSource[]): Living[] {
  const living = sources.flatMap(({ segment, dead }, source) => {
    const gone = new Set(dead);
    const psn = views.text(segment.persons, 'psn');
    const persons = Array.from({ length: segment.persons.length }, (_, person) => ({ psn: textAt(psn, person), segment, source, person }));
    return persons.filter(({ person }) => !gone.has(person));
  });
  return living.sort((left, right) => (left.psn < right.psn ? -1 : left.psn > right.psn ? 1 : 0));
}

function textAt(column: TextColumn, row: number): string {
  const value = column.get(row);
  if (value === null) throw new TypeError('a person has no pseudonym');
  return value;
}

function blocksOf(sources: readonly MergeSource[]): { readonly blocks: readonly Blocks[]; readonly lengths: Record<WorkingTable, number> } {
  const lengths = forEachTable(() => 0);
  const blocks = livingOf(sources).map(({ segment, source, person }) => {
    const spans = spansOf(segment, person);
    return forEachTable((table): Block => {
      const [from, to] = spans[table];
      const at = lengths[table];
      lengths[table] += to - from;
      return { source, from, to, at };
    });
  });
  return { blocks, lengths };
}

function mergedText(columns: readonly StoredText[], blocks: readonly Block[], length: number): TextData {
  const offsets = new Int32Array(length + 1);
  const size = blocks.reduce((sum, { source, from, to }) => sum + (columns[source]?.size(from, to) ?? 0), 0);
  const bytes = new Uint8Array(size);
  let missing: Uint8Array | undefined;
  for (const { source, from, to, at } of blocks) {
    const column = columns[source];
    if (column === undefined) continue;
    column.copyInto(bytes, offsets, { from, to, at });
    for (let row = from; column.hasMissing && row < to; row += 1) {
      if (!column.isMissing(row)) continue;
      missing ??= new Uint8Array(length);
      missing[at + row - from] = 1;
    }
  }
  return { offsets, bytes, missing };
}

function mergedNumbers(columns: readonly NumberColumn[], blocks: readonly Block[], length: number): NumberColumn {
  const [first] = columns;
  const out: NumberColumn =
    first instanceof Int8Array ? new Int8Array(length) : first instanceof Float64Array ? new Float64Array(length) : new Int32Array(length);
  for (const { source, from, to, at } of blocks) {
    const column = columns[source];
    if (column !== undefined) out.set(column.subarray(from, to), at);
  }
  return out;
}

/** Row numbers point into another table of the same person, whose rows went from `from` to `at`. */
function shiftRows(rows: Int32Array, blocks: readonly Blocks[], table: WorkingTable, of: WorkingTable): void {
  for (const block of blocks) {
    const by = block[of].at - block[of].from;
    const { from, to, at } = block[table];
    for (let row = at; by !== 0 && row < at + to - from; row += 1) if ((rows[row] as number) >= 0) rows[row] = (rows[row] as number) + by;
  }
}

function mergedColumn(
  sources: readonly MergeSource[],
  table: WorkingTable,
  column: ColumnDefinition,
  plan: ReturnType<typeof blocksOf>,
): StoredColumn {
  const { name, kind } = column;
  const own = plan.blocks.map((block) => block[table]);
  const length = plan.lengths[table];
  if (kind === 'text') {
    const texts = sources.map(({ segment }) => segment[table].columns[name]).filter((one) => one instanceof StoredText);
    if (texts.length !== sources.length) throw new TypeError(`${table}.${name} is no text`);
    return { name, kind, text: mergedText(texts, own, length) };
  }
  const arrays = sources.map(({ segment }) => views.numbers(segment[table], name));
  const numbers = mergedNumbers(arrays, own, length);
  const { of } = column;
  if (kind === 'row' && isWorkingTable(of) && numbers instanceof Int32Array) shiftRows(numbers, plan.blocks, table, of);
  return { name, kind, numbers };
}

/**
 * Merges segments of one bucket, older before newer: the living persons of all, sorted, with everything that belongs to
 * them. Codes stay as they are, because dictionaries only grow; row numbers are those of the new tables.
 */
export function mergeSegments(sources: readonly MergeSource[]): StoredTable[] {
  const plan = blocksOf(sources);
  return workingTableNames.map((table) => ({
    table,
    length: plan.lengths[table],
    columns: columnsOf(table).map((column) => mergedColumn(sources, table, column, plan)),
  }));
}
