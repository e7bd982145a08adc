import { createHash } from 'node:crypto';
import {
  type ColumnData,
  type ColumnDefinition,
  columnsOf,
  dimensionTables,
  type Segment,
  type TableData,
  type TextColumn,
  type WorkingTable,
} from '@hengjian/standard';
import { type Lake, readSegment } from './lake.ts';

type Dictionaries = Readonly<Record<string, readonly string[]>>;

const isText = (column: ColumnData): column is TextColumn => 'get' in column;
const cells = (table: TableData, name: string): ColumnData => table.columns[name] as ColumnData;

interface Reader {
  readonly segment: Segment;
  readonly dictionaries: Dictionaries;
  readonly used: Map<string, Set<number>>;
}

/** Value of a cell without what differs between equal lakes: ids become their text, row numbers are left out. */
function plain(reader: Reader, table: WorkingTable, column: ColumnDefinition, row: number): string {
  const values = cells(reader.segment[table], column.name);
  if (isText(values)) return values.get(row) ?? '∅';
  const value = values[row] as number;
  if (column.kind === 'code' || column.kind === 'code8') {
    if (value < 0) return '∅';
    const of = column.of ?? '';
    const seen = reader.used.get(of) ?? new Set<number>();
    reader.used.set(of, seen.add(value));
    return reader.dictionaries[of]?.[value] ?? '?';
  }
  return String(value);
}

function rowText(reader: Reader, table: WorkingTable, row: number, refs: Map<string, number>): string {
  return columnsOf(table)
    .filter((column) => column.kind !== 'row')
    .map((column) => {
      const value = plain(reader, table, column, row);
      if (column.kind !== 'ref' || column.name === 'file_row' || value === '-1') return value;
      const known = refs.get(value) ?? refs.size;
      refs.set(value, known);
      return `#${known}`;
    })
    .join('\u001f');
}

function personHash(reader: Reader, person: number): string {
  const hash = createHash('sha256');
  const refs = new Map<string, number>();
  const at = (table: WorkingTable, name: string, row: number): number =>
    cells(reader.segment[table], name) instanceof Int32Array ? ((cells(reader.segment[table], name) as Int32Array)[row] as number) : -1;
  const add = (table: WorkingTable, from: number, to: number): void => {
    for (let row = from; row < to; row += 1) hash.update(`${table}\u001e${rowText(reader, table, row, refs)}\n`);
  };
  add('persons', person, person + 1);
  add('enrolments', at('persons', 'enrolments_start', person), at('persons', 'enrolments_end', person));
  const firstVisit = at('persons', 'visits_start', person);
  const firstLine = at('persons', 'lines_start', person);
  for (let visit = firstVisit; visit < at('persons', 'visits_end', person); visit += 1) {
    add('visits', visit, visit + 1);
    for (const table of ['settlements', 'diagnoses', 'operations'] as const)
      add(table, at('visits', `${table}_start`, visit), at('visits', `${table}_end`, visit));
  }
  for (let line = firstLine; line < at('persons', 'lines_end', person); line += 1) {
    const settlement = at('lines', 'settlement', line);
    const setl = settlement < 0 ? '' : (reader.segment.settlements.columns['setl_id'] as TextColumn).get(settlement);
    hash.update(`${at('lines', 'visit', line) - firstVisit}|${setl}|`);
    add('lines', line, line + 1);
  }
  return hash.digest('hex');
}

/**
 * Hash of the current state of a lake: what a reader sees, free of ids, segments and buckets. Two lakes that accepted
 * the same set of rows have the same hash, whatever the order and the number of batches.
 */
export function stateHash(lake: Lake): string {
  const { dictionaries, dimensions, coverage, absent } = lake.context();
  const used = new Map<string, Set<number>>();
  const persons: string[] = [];
  for (const handle of lake.segments()) {
    const segment = readSegment(handle);
    const dead = new Set(handle.dead);
    const reader = { segment, dictionaries, used };
    for (let row = 0; row < segment.persons.length; row += 1) {
      if (!dead.has(row)) persons.push(`${(segment.persons.columns['psn'] as TextColumn).get(row)} ${personHash(reader, row)}`);
    }
  }
  const hash = createHash('sha256').update(JSON.stringify([coverage, absent]));
  for (const line of persons.sort()) hash.update(`${line}\n`);
  for (const [name, columns] of Object.entries(dimensionTables)) {
    const table = dimensions[name as keyof typeof dimensions];
    const lines = [...(used.get(name) ?? [])].map((id) => {
      const values = columns.map((column: ColumnDefinition) => {
        const data = cells(table, column.name);
        if (isText(data)) return data.get(id) ?? '∅';
        const value = data[id] as number;
        return column.kind === 'code' || column.kind === 'code8'
          ? value < 0
            ? '∅'
            : dictionaries[column.of ?? '']?.[value]
          : String(value);
      });
      return `${dictionaries[name]?.[id]}\u001f${values.join('\u001f')}`;
    });
    for (const line of lines.sort()) hash.update(`${name} ${line}\n`);
  }
  return hash.digest('hex');
}
