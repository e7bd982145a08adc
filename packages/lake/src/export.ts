import { createHash } from 'node:crypto';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  arrayOf,
  columnsOf,
  isWorkingTable,
  makeFolder,
  type TableData,
  views,
  type WorkingTable,
  workingTableNames,
} from '@hengjian/standard';
import { identifier, type Tables } from '@hengjian/table';
import { indexFile, type TableIndex, tableFile } from './arrow-file.ts';
import { type StoredColumn, type TextData, writeArrow, writeIndex } from './arrow-write.ts';
import { columnsWithValues, type Dictionaries } from './dictionaries.ts';
import { type CodeColumn, codeColumns, encodeSql, isRange, ownerColumns } from './encode.ts';
import type { SegmentFile } from './manifest.ts';
import { isOfLines, lineColumn, lineValues, sources } from './prepare.ts';
import { describeFile } from './stored.ts';

/** An encoded table: its numbers, with the rows of the owners and the lengths of the texts among them, and its texts. */
interface Fetched {
  readonly numbers: TableData;
  readonly texts: ReadonlyMap<string, TextData>;
}

function textOf({ texts }: Fetched, name: string): TextData {
  const text = texts.get(name);
  if (text === undefined) throw new Error(`text ${name} was not fetched`);
  return text;
}

/** Tells of which code columns of a prepared table any row of the chunk has a value: the others need no dictionary. */
async function saidCodes(engine: Tables, table: WorkingTable): Promise<(column: string) => boolean> {
  const names = codeColumns(table).map(({ name }: CodeColumn) => name);
  if (table !== 'lines') {
    const said = await columnsWithValues(engine, `p_${table}`, names);
    return (column) => said.has(column);
  }
  const own = [...new Set(names.flatMap((name) => (isOfLines(name) ? [lineColumn(name)] : [])))];
  const said = await columnsWithValues(engine, 'c_fee_list_d', own);
  return (column) => !isOfLines(column) || said.has(lineColumn(column));
}

/** Prepares, codes and sorts the rows of the chunk into the tables `o_<table>`. */
export async function encodeChunk(engine: Tables, dictionaries: Dictionaries): Promise<void> {
  const create = (name: string, select: string): Promise<void> => engine.run(`CREATE OR REPLACE TEMP TABLE ${name} AS ${select}`);
  const numbered = (table: WorkingTable): string => `CAST(row_number() OVER (ORDER BY ${sources[table].order}) - 1 AS INTEGER) AS row`;
  await create('p_persons', sources.persons.select);
  await create('r_persons', `SELECT psn, ${numbered('persons')} FROM p_persons o`);
  await create('p_visits', sources.visits.select);
  await create(
    'r_visits',
    `SELECT mdtrt_id, person, fixmedins_code, CAST(row_number() OVER (ORDER BY mdtrt_id) AS INTEGER) AS rank, ${numbered('visits')}
    FROM p_visits o`,
  );
  await create('p_settlements', sources.settlements.select);
  await create('r_settlements', `SELECT visit, setl_id, ${numbered('settlements')} FROM p_settlements o`);
  await create(
    'r_orders',
    `SELECT person, rx_drord_no, CAST(row_number() OVER (ORDER BY person, rx_drord_no) - 1 AS INTEGER) AS ref
    FROM (SELECT DISTINCT v.person, l.rx_drord_no FROM c_fee_list_d l JOIN r_visits v USING (mdtrt_id) WHERE l.rx_drord_no IS NOT NULL)`,
  );
  for (const table of ['enrolments', 'diagnoses', 'operations'] as const) await create(`p_${table}`, sources[table].select);
  await engine.run(`CREATE OR REPLACE TEMP VIEW p_lines AS ${sources.lines.select}`);
  for (const table of workingTableNames) {
    const isSaid = await saidCodes(engine, table);
    for (const [of, columns] of Map.groupBy(codeColumns(table), (column) => column.of)) {
      const selects = columns.flatMap(({ name }) =>
        table === 'lines' ? lineValues(name, isSaid(name)) : isSaid(name) ? [`SELECT ${identifier(name)} AS value FROM p_${table}`] : [],
      );
      await dictionaries.add(of, selects, columns[0]?.small === true);
    }
    await create(
      `o_${table}`,
      encodeSql(table, ({ name, of }) => isSaid(name) && dictionaries.size(of) > 0),
    );
  }
}

const textBlock = 4096;

function bytesOf(value: unknown): Uint8Array {
  if (typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array) return value.bytes;
  throw new TypeError('the engine returned no bytes');
}

async function fetchText(engine: Tables, table: string, column: string, lengths: Int32Array): Promise<TextData> {
  const offsets = new Int32Array(lengths.length + 1);
  let missing: Uint8Array | undefined;
  for (let row = 0; row < lengths.length; row += 1) {
    const size = lengths[row] as number;
    if (size < 0) {
      missing ??= new Uint8Array(lengths.length);
      missing[row] = 1;
    }
    offsets[row + 1] = (offsets[row] as number) + Math.max(size, 0);
  }
  const bytes = new Uint8Array(offsets[lengths.length] as number);
  const blocks =
    `SELECT encode(string_agg(coalesce(${identifier(column)}, ''), '' ORDER BY rowid)) AS run FROM ${table} ` +
    `GROUP BY rowid // ${textBlock} ORDER BY rowid // ${textBlock}`;
  let at = 0;
  for await (const chunk of engine.columnChunks(blocks)) {
    for (const value of chunk.getColumnValues(0)) {
      const run = bytesOf(value);
      bytes.set(run, at);
      at += run.length;
    }
  }
  return { offsets, bytes, missing };
}

/** Fetches an encoded table into typed arrays. */
async function fetchTable(engine: Tables, table: WorkingTable): Promise<Fetched> {
  const length = await engine.count(`SELECT count(*) FROM o_${table}`);
  const stored = columnsOf(table).filter((column) => !isRange(column));
  const owner = ownerColumns(table);
  // Of a text its lengths come first.
  const targets = [
    ...stored.map(({ name, kind }) => [name, arrayOf(kind === 'text' ? 'row' : kind, length)] as const),
    ...owner.map((name) => [name, arrayOf('row', length)] as const),
  ];
  const list = [
    ...stored.map((column) =>
      column.kind === 'text' ? `CAST(coalesce(strlen(${identifier(column.name)}), -1) AS INTEGER)` : identifier(column.name),
    ),
    ...owner,
  ];
  if (length > 0) {
    let at = 0;
    for await (const chunk of engine.columnChunks(`SELECT ${list.join(', ')} FROM o_${table}`)) {
      for (const [index, [, target]] of targets.entries()) chunk.copyInto(index, target, at);
      at += chunk.rowCount;
    }
  }
  const numbers: TableData = { length, columns: Object.fromEntries(targets) };
  const texts = new Map<string, TextData>();
  for (const { kind, name } of stored) {
    if (kind === 'text') texts.set(name, await fetchText(engine, `o_${table}`, name, views.words(numbers, name)));
  }
  return { numbers, texts };
}

/** For each owner the first row of its children; `owners` must be ascending. */
function starts(owners: Int32Array, count: number): Int32Array {
  const out = new Int32Array(count + 1);
  for (const owner of owners) out[owner + 1] = (out[owner + 1] as number) + 1;
  for (let row = 0; row < count; row += 1) out[row + 1] = (out[row + 1] as number) + (out[row] as number);
  return out;
}

export interface ChunkTables {
  readonly tables: Readonly<Record<WorkingTable, Fetched>>;
  readonly ranges: Readonly<Record<string, Int32Array>>;
}

/** First rows of what the rows of a table own in another, for example `persons.visits`. */
function rangesOf({ ranges }: ChunkTables, name: string): Int32Array {
  const range = ranges[name];
  if (range === undefined) throw new Error(`no rows ${name} in the chunk`);
  return range;
}

/** Fetches all tables of the chunk. */
export async function fetchChunkTables(engine: Tables): Promise<ChunkTables> {
  const tables: Record<WorkingTable, Fetched> = {
    persons: await fetchTable(engine, 'persons'),
    enrolments: await fetchTable(engine, 'enrolments'),
    visits: await fetchTable(engine, 'visits'),
    settlements: await fetchTable(engine, 'settlements'),
    diagnoses: await fetchTable(engine, 'diagnoses'),
    operations: await fetchTable(engine, 'operations'),
    lines: await fetchTable(engine, 'lines'),
  };
  const owners = (table: WorkingTable, column: string): Int32Array => views.words(tables[table].numbers, column);
  const persons = tables.persons.numbers.length;
  const visits = tables.visits.numbers.length;
  return {
    tables,
    ranges: {
      'persons.visits': starts(owners('visits', 'person'), persons),
      'persons.lines': starts(owners('lines', '_person'), persons),
      'persons.enrolments': starts(owners('enrolments', '_person'), persons),
      'visits.settlements': starts(owners('settlements', 'visit'), visits),
      'visits.diagnoses': starts(owners('diagnoses', 'visit'), visits),
      'visits.operations': starts(owners('operations', 'visit'), visits),
    },
  };
}

type Span = readonly [from: number, to: number];

function sliceText(data: TextData, [from, to]: Span): TextData {
  const base = data.offsets[from] as number;
  const offsets = data.offsets.slice(from, to + 1);
  for (let row = 0; row < offsets.length; row += 1) offsets[row] = (offsets[row] as number) - base;
  return { offsets, bytes: data.bytes.slice(base, data.offsets[to]), missing: data.missing?.slice(from, to) };
}

const shifted = (values: Int32Array, by: number): Int32Array =>
  by === 0 ? values : values.map((value) => (value < 0 ? value : value - by));

/** The columns of a table between two rows, with row numbers that start at 0. */
function cut(chunk: ChunkTables, table: WorkingTable, spans: Readonly<Record<WorkingTable, Span>>): StoredColumn[] {
  const fetched = chunk.tables[table];
  const span = spans[table];
  return columnsOf(table).map((column): StoredColumn => {
    const { name, kind, of } = column;
    if (kind === 'text') return { name, kind, text: sliceText(textOf(fetched, name), span) };
    const base = kind === 'row' && isWorkingTable(of) ? spans[of][0] : 0;
    if (isRange(column)) {
      const all = rangesOf(chunk, `${table}.${of}`);
      const by = name.endsWith('_end') ? 1 : 0;
      return { name, kind, numbers: shifted(all.slice(span[0] + by, span[1] + by), base) };
    }
    if (kind === 'row') return { name, kind, numbers: shifted(views.words(fetched.numbers, name).slice(...span), base) };
    return { name, kind, numbers: views.numbers(fetched.numbers, name).slice(...span) };
  });
}

/** Where segments are written. */
export interface SegmentTarget {
  readonly lake: string;
  readonly batch: number;
}

/** Bucket of a pseudonym: the leading bits of its first four characters. `buckets` is a power of two up to 65,536. */
export const bucketOf = (psn: string, buckets: number): number => Math.floor((Number.parseInt(psn.slice(0, 4), 16) * buckets) / 65_536);

/** Writes one segment per bucket of the chunk, named by content; between two of them the engine is heard. */
export async function writeSegments(chunk: ChunkTables, buckets: number, target: SegmentTarget): Promise<readonly SegmentFile[]> {
  const { bytes, offsets } = textOf(chunk.tables.persons, 'psn');
  const persons = chunk.tables.persons.numbers.length;
  const bucketAt = (row: number): number =>
    bucketOf(Buffer.from(bytes.buffer, bytes.byteOffset + (offsets[row] as number), 4).toString('latin1'), buckets);
  const written: SegmentFile[] = [];
  let from = 0;
  while (from < persons) {
    const bucket = bucketAt(from);
    let to = from + 1;
    while (to < persons && bucketAt(to) === bucket) to += 1;
    written.push(cutSegment(chunk, bucket, [from, to], target));
    from = to;
    await setImmediate();
  }
  return written;
}

function cutSegment(chunk: ChunkTables, bucket: number, persons: Span, target: SegmentTarget): SegmentFile {
  const along = (name: string, span: Span): Span => {
    const range = rangesOf(chunk, name);
    return [range[span[0]] as number, range[span[1]] as number];
  };
  const visits = along('persons.visits', persons);
  const spans: Record<WorkingTable, Span> = {
    persons,
    visits,
    lines: along('persons.lines', persons),
    enrolments: along('persons.enrolments', persons),
    settlements: along('visits.settlements', visits),
    diagnoses: along('visits.diagnoses', visits),
    operations: along('visits.operations', visits),
  };
  const tables = workingTableNames.map((table): StoredTable => {
    const [from, to] = spans[table];
    return { table, columns: cut(chunk, table, spans), length: to - from };
  });
  return storeSegment(tables, bucket, target);
}

/** The columns of one table of a segment. */
export interface StoredTable {
  readonly table: WorkingTable;
  readonly columns: readonly StoredColumn[];
  readonly length: number;
}

/** Writes the tables of a segment into a folder named by their content. */
export function storeSegment(tables: readonly StoredTable[], bucket: number, { lake, batch }: SegmentTarget): SegmentFile {
  const draft = join(lake, 'working', `draft-${bucket}`);
  makeFolder(draft);
  const index: Record<string, TableIndex> = {};
  const hash = createHash('sha512');
  for (const { table, columns, length } of tables) {
    for (const column of columns)
      hash.update(
        'text' in column ? column.text.bytes : new Uint8Array(column.numbers.buffer, column.numbers.byteOffset, column.numbers.byteLength),
      );
    index[table] = writeArrow(join(draft, tableFile(table)), columns, length);
  }
  writeIndex(draft, index);
  const path = `working/b${String(bucket).padStart(3, '0')}-${batch}-${hash.digest('hex').slice(0, 16)}`;
  renameSync(draft, join(lake, path));
  const files = [...tables.map(({ table }) => tableFile(table)), indexFile].map((name) => describeFile(lake, `${path}/${name}`));
  const rows = (table: WorkingTable): number => index[table]?.length ?? 0;
  return { bucket, path, files, batch, persons: rows('persons'), visits: rows('visits'), lines: rows('lines'), deadPersons: 0 };
}
