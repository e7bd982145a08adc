import { closeSync, existsSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  Cancelled,
  type ColumnData,
  decimalsOf,
  forEachTable,
  formatDay,
  formatMinute,
  formatScaled,
  type LakeContext,
  makeFolder,
  missingInt,
  type Segment,
  type TableData,
  type TextColumn,
  views,
  type WorkingTable,
} from '@hengjian/standard';
import { openTables, pathOf, quoted } from '@hengjian/table';
import { type Lake, readSegment, type SegmentHandle } from '../lake.ts';
import { escapeText, missingText, type PlainColumn, plainColumns, plainTables, plainType } from './columns.ts';
import { contextText } from './context.ts';

type Cell = (row: number) => string;

const textCell =
  (data: TextColumn): Cell =>
  (row) => {
    const value = data.get(row);
    return value === null ? missingText : escapeText(value);
  };

/** Reads one column of a segment as plain text. */
function cellOf(column: PlainColumn, data: ColumnData, context: LakeContext): Cell {
  if ('get' in data) return textCell(data);
  const values = data;
  const value = (row: number): number => values[row] as number;
  switch (column.kind) {
    case 'code': {
      const known = (context.dictionaries[column.of ?? ''] ?? []).map(escapeText);
      return (row) => known[value(row)] ?? missingText;
    }
    case 'day':
      return (row) => (value(row) === missingInt ? missingText : formatDay(value(row)));
    case 'minute':
      return (row) => (value(row) === missingInt ? missingText : formatMinute(value(row)));
    case 'scaled': {
      const places = decimalsOf(column.of);
      return (row) => (Number.isNaN(value(row)) ? missingText : formatScaled(value(row), places));
    }
    case 'hash':
      return (row) => (Number.isNaN(value(row)) ? missingText : `#${value(row).toString(16)}`);
    default:
      return (row) => (value(row) < 0 ? missingText : String(value(row)));
  }
}

function cellsOf(segment: Segment, table: WorkingTable, context: LakeContext): Cell[] {
  const owner = (link: string, ids: TextColumn): Cell => {
    const rows = views.words(segment[table], link);
    const id = textCell(ids);
    return (row) => {
      const own = rows[row] ?? -1;
      return own < 0 ? missingText : id(own);
    };
  };
  return plainColumns[table].flatMap((column): Cell[] => {
    if (column.kind === 'ord') return [];
    if (column.kind !== 'owner') return [cellOf(column, views.any(segment[table], column.name), context)];
    if (column.name === 'mdtrt_id') return [owner('visit', views.text(segment.visits, 'mdtrt_id'))];
    return [owner('settlement', views.text(segment.settlements, 'setl_id'))];
  });
}

/** First row of a person in a table, and the row after the last. */
type RowsOfPerson = (person: number) => readonly [number, number];

function rangesOf({ persons, visits }: Segment, table: WorkingTable): RowsOfPerson {
  if (table === 'persons') return (person) => [person, person + 1];
  const owned = (owner: TableData, name: string) => [views.words(owner, `${name}_start`), views.words(owner, `${name}_end`)] as const;
  if (table === 'visits' || table === 'lines' || table === 'enrolments') {
    const [start, end] = owned(persons, table);
    return (person) => [start[person] as number, end[person] as number];
  }
  const [firstVisit, lastVisit] = owned(persons, 'visits');
  const [start, end] = owned(visits, table);
  return (person) => {
    const [from, to] = [firstVisit[person] as number, lastVisit[person] as number];
    return from === to ? [0, 0] : [start[from] as number, end[to - 1] as number];
  };
}

const flushAt = 1 << 20;

function writeTable(segment: Segment, table: WorkingTable, handle: SegmentHandle, context: LakeContext, file: string): number {
  const dead = new Set(handle.dead);
  const psn = textCell(views.text(segment.persons, 'psn'));
  const rowsOf = rangesOf(segment, table);
  const cells = cellsOf(segment, table, context);
  const out = openSync(file, 'w');
  let [pending, rows]: [string[], number] = [[], 0];
  let size = 0;
  const flush = (): void => {
    if (pending.length > 0) writeSync(out, pending.join(''));
    [pending, size] = [[], 0];
  };
  try {
    for (let person = 0; person < segment.persons.length; person += 1) {
      if (dead.has(person)) continue;
      const [from, to] = rowsOf(person);
      const name = psn(person);
      for (let row = from; row < to; row += 1) {
        const place = table === 'persons' ? '' : `\t${row - from}`;
        const record = `${name}\t${cells.map((cell) => cell(row)).join('\t')}${place}\n`;
        pending.push(record);
        size += record.length;
        rows += 1;
        if (size > flushAt) flush();
      }
    }
    flush();
  } finally {
    closeSync(out);
  }
  return rows;
}

export interface PlainExport {
  /** Folder of the tables, `<folder>/<table>/*.parquet`. */
  readonly folder: string;
  readonly rows: Readonly<Record<WorkingTable, number>>;
}

/**
 * Writes the current facts of a lake as Parquet tables of plain values, and `context.json`. Texts are escaped as in
 * records (backslash, tab, line end). The folder must not exist.
 */
export async function exportPlain(
  lake: Lake,
  folder: string,
  options: { readonly signal?: AbortSignal; readonly progress?: (done: number, total: number) => void } = {},
): Promise<PlainExport> {
  if (existsSync(folder)) throw new Error(`${folder} exists`);
  const context = lake.context();
  const rows = forEachTable(() => 0);
  for (const table of plainTables) makeFolder(join(folder, table));
  const engine = await openTables({ folders: [folder], spill: join(folder, '.spill'), memory: '1GB', signal: options.signal });
  try {
    const handles = lake.segments();
    for (const [index, handle] of handles.entries()) {
      if (options.signal?.aborted === true) throw new Cancelled();
      const segment = readSegment(handle);
      for (const table of plainTables) {
        const file = join(folder, table, `${String(index).padStart(6, '0')}.tsv`);
        rows[table] += writeTable(segment, table, handle, context, file);
        await engine.run(copySql(table, file));
        rmSync(file);
      }
      options.progress?.(index + 1, handles.length);
    }
  } finally {
    engine.close();
  }
  writeFileSync(join(folder, 'context.json'), contextText(context));
  return { folder, rows };
}

function copySql(table: WorkingTable, file: string): string {
  const psn: PlainColumn = { name: 'psn', kind: 'text' };
  const columns = [psn, ...plainColumns[table]];
  const types = columns.map((column) => `${column.name}: 'VARCHAR'`).join(', ');
  const options = `delim = '\t', header = false, quote = '', escape = '', nullstr = '${missingText}', auto_detect = false`;
  const read = `read_csv(${pathOf(file)}, ${options}, columns = {${types}})`;
  const list = columns.map((column) =>
    plainType(column) === 'VARCHAR' ? column.name : `CAST(${column.name} AS ${plainType(column)}) AS ${column.name}`,
  );
  const target = quoted(file.replace(/\.tsv$/, '.parquet'));
  return `COPY (SELECT ${list.join(', ')} FROM ${read}) TO ${target} (FORMAT parquet, COMPRESSION zstd)`;
}
