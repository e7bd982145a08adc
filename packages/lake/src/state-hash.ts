import { createHash } from 'node:crypto';
import {
  type ColumnDefinition,
  columnsOf,
  dimensionTableNames,
  isText,
  missingCode,
  type Segment,
  type TextColumn,
  views,
  type WorkingTable,
} from '@hengjian/standard';
import { type Lake, readSegment } from './lake.ts';

type Dictionaries = Readonly<Record<string, readonly string[]>>;

interface Reader {
  readonly segment: Segment;
  readonly settlementIds: TextColumn;
  readonly dictionaries: Dictionaries;
  readonly used: Map<string, Set<number>>;
  /** Whether it matters in which file and row something stood. */
  readonly places: boolean;
}

/** Value of a cell without what differs between equal lakes: ids become their text, row numbers are left out. */
function plain(reader: Reader, table: WorkingTable, column: ColumnDefinition, row: number): string {
  const values = views.any(reader.segment[table], column.name);
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

/** Whether a value says only where a line stood: its file and row, and the key that is made of them. */
function isPlace(reader: Reader, table: WorkingTable, column: ColumnDefinition, row: number): boolean {
  if (table !== 'lines') return false;
  if (column.name !== 'line_key') return column.name === 'file' || column.name === 'file_row';
  const { lines } = reader.segment;
  const file = reader.dictionaries.file?.[views.ids(lines, 'file')[row] ?? missingCode] ?? '';
  return views.text(lines, 'line_key').get(row) === `${file}|${views.words(lines, 'file_row')[row]}`;
}

function rowText(reader: Reader, table: WorkingTable, row: number, refs: Map<string, number>): string {
  return columnsOf(table)
    .filter((column) => column.kind !== 'row' && (reader.places || !isPlace(reader, table, column, row)))
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
  const at = (table: WorkingTable, name: string, row: number): number => views.words(reader.segment[table], name)[row] ?? missingCode;
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
    const setl = settlement < 0 ? '' : reader.settlementIds.get(settlement);
    hash.update(`${at('lines', 'visit', line) - firstVisit}|${setl}|`);
    add('lines', line, line + 1);
  }
  return hash.digest('hex');
}

/**
 * Hash of the current state of a lake: what a reader sees, free of ids, segments and buckets. Two lakes that accepted
 * the same set of rows have the same hash, whatever the order and the number of batches. Without `places` it does not matter
 * either in which files the rows stood.
 */
export function stateHash(lake: Lake, { places = true }: { readonly places?: boolean } = {}): string {
  const { dictionaries, dimensions, coverage, absent, carriage } = lake.context();
  const used = new Map<string, Set<number>>();
  const persons: string[] = [];
  for (const handle of lake.segments()) {
    const segment = readSegment(handle);
    const dead = new Set(handle.dead);
    const psn = views.text(segment.persons, 'psn');
    const reader: Reader = { segment, settlementIds: views.text(segment.settlements, 'setl_id'), dictionaries, used, places };
    for (let row = 0; row < segment.persons.length; row += 1) {
      if (!dead.has(row)) persons.push(`${psn.get(row)} ${personHash(reader, row)}`);
    }
  }
  const hash = createHash('sha256').update(JSON.stringify([coverage, absent, carriage]));
  for (const line of persons.sort()) hash.update(`${line}\n`);
  for (const name of dimensionTableNames) {
    const table = dimensions[name];
    const lines = [...(used.get(name) ?? [])].map((id) => {
      const values = columnsOf(name).map((column) => {
        const data = views.any(table, column.name);
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
