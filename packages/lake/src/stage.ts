import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BrokenRecord,
  blanksAround,
  type Layout,
  longestRecord,
  merged,
  readSource,
  type SourceTables,
  type TextTable,
  type Unread,
  untrusted,
} from '@hengjian/sources';
import { Cancelled, inputProblems, RefusedInput, words } from '@hengjian/standard';
import { identifier, parquetOf, pathOf, quoted, quotedList, type Tables } from '@hengjian/table';
import { engineName, sourceName } from './engine-names.ts';
import type { FoundFile } from './files.ts';
import { type ColumnRoles, unknownRoles } from './roles.ts';
import { totalSql } from './totals.ts';

/** A record that is not whole, with its file where a query reads several. */
export interface BrokenRow extends Omit<BrokenRecord, 'cells'> {
  readonly file?: string;
  /** Its cells that can be told apart, by column. */
  readonly values?: Readonly<Record<string, string>>;
}

/** A table of a source file copied into a Parquet of text columns plus `_seq`; of its columns those that somebody reads. */
export interface Staged {
  readonly path: string;
  /** Number of the table within the lake. */
  readonly number: number;
  /** Provenance: the file, or the member of an archive; the sheet when it is one of a workbook. */
  readonly file: string;
  readonly sheet?: string;
  /** What turns the position of a row in the Parquet, from 0, into its row in the file; without it `_row` is stored. */
  readonly firstRow?: number;
  /** Names as the engine has them, see `engineName`. */
  readonly columns: readonly string[];
  /** Row of the header. */
  readonly header: number;
  readonly rows: number;
  /** Records that are not whole. */
  readonly broken: readonly BrokenRow[];
  /** Total rows and the like that were left out. */
  readonly skipped: number;
  /** Rows whose local texts nobody has confirmed in a crosswalk; none without it. */
  readonly waiting?: number;
  /** Rows above the header, repeated headers. */
  readonly titles: number;
  readonly blank: number;
  /** Columns with cells that are not what stood in the source. */
  readonly untrusted: readonly string[];
  /** Columns of amounts of which some stand for several rows. */
  readonly merged?: readonly string[];
  /** Days that stand as bare numbers count from 1904. */
  readonly calendar1904?: boolean;
}

/** The tables of a file, and what of it was not read. */
export interface StagedFile {
  readonly tables: readonly Staged[];
  readonly unread: readonly Unread[];
}

const skipSql = (columns: readonly string[], pattern: string): string =>
  `coalesce(regexp_matches(concat_ws(chr(31), ${columns.map(identifier).join(', ')}), ${quoted(pattern)}), false)`;

/** Whether rows may be left out. */
const leavesRows = ({ skipRows, totals }: Layout): boolean => skipRows !== undefined || totals !== undefined;

/** A source file and how it is read. */
interface ReadJob {
  readonly file: FoundFile;
  readonly layout: Layout;
  /** Columns somebody looks for: they tell the header from the rows above it. */
  readonly wanted: readonly string[];
  readonly scratch: string;
  /** Begins the names of what is written; files that are read at the same time differ in it. */
  readonly prefix?: string;
  readonly signal?: AbortSignal | undefined;
}

/** One source file to be staged. */
export interface StageJob extends ReadJob {
  readonly engine: Tables;
  /** What `readAhead` made of the file; without it the file is read now. */
  readonly source?: SourceTables | undefined;
  /** Whether a column is read by somebody; the others are not copied. Without it all are. */
  readonly reads?: (column: string) => boolean;
  /** What the columns are; without it nobody has said so. */
  readonly roles?: ColumnRoles | undefined;
  /** Hands out numbers of tables within the lake. */
  readonly number: () => number;
}

interface Written {
  readonly path: string;
  readonly rows: number;
}

async function writeStage(
  { engine, layout, scratch, reads, roles }: StageJob,
  number: number,
  select: string,
  columns: readonly string[],
): Promise<Written> {
  const path = join(scratch, `stage-${number}.parquet`);
  const left = [
    ...(layout.skipRows === undefined ? [] : [skipSql(columns, layout.skipRows)]),
    ...(layout.totals === undefined ? [] : [totalSql(columns, layout.totals, roles ?? unknownRoles)]),
  ];
  const kept = left.length === 0 ? '' : ` WHERE NOT (${left.join(' OR ')})`;
  // A column that nobody reads, such as that of names, stays where it is.
  const unread = reads === undefined ? [] : columns.filter((column) => !reads(sourceName(column)));
  const all = unread.length === 0 ? '*' : `* EXCLUDE (${unread.map(identifier).join(', ')})`;
  const rows = await engine.count(`COPY (SELECT ${all} FROM (${select})${kept}) TO ${quoted(path)} (FORMAT parquet, COMPRESSION snappy)`);
  return { path, rows };
}

/** SELECT of staged rows with `_row` and `_seq`. All parts must be numbered in the same way. */
export function stagedSql(parts: readonly Pick<Staged, 'path' | 'firstRow'>[]): string {
  const source = parquetOf(parts.map((part) => part.path)) as string;
  const first = parts[0]?.firstRow;
  return first === undefined
    ? `SELECT * FROM ${source}`
    : `SELECT file_row_number + ${first} AS _row, * EXCLUDE (file_row_number) FROM ${source.slice(0, -1)}, file_row_number = true)`;
}

/** Bytes of a line of a copy at most: quotes may double what they stand around. */
const longestCopied = 2 * longestRecord + 100_000;

/** A table that was taken apart before: nothing is left for the engine to find out, and no record is left for it to reject. */
function csvSql(table: TextTable, columns: readonly string[], missing: readonly string[]): string {
  const numbered = table.firstRow === undefined;
  const types = [...(numbered ? ["'_row': 'BIGINT'"] : []), ...columns.map((column) => `${quoted(column)}: 'VARCHAR'`)];
  const longest = table.headed ? longestRecord : longestCopied;
  const options = [
    'auto_detect = false',
    `columns = {${types.join(', ')}}`,
    `header = ${table.headed}, delim = ${quoted(table.delimiter)}, quote = '"', escape = '"'`,
    ...(missing.length === 0 ? [] : [`nullstr = ${quotedList(['', ...missing])}`]),
    `max_line_size = ${longest}, buffer_size = ${2 * longest}, new_line = ${quoted(table.newLine === '\n' ? '\\n' : '\\r\\n')}`,
    ...(table.multiline ? ['parallel = false'] : []),
  ];
  return `read_csv(${pathOf(table.path)}, ${options.join(', ')})`;
}

const withoutMissing = (cell: string, missing: readonly string[]): string =>
  `CASE WHEN ${cell} IN ${inList(missing)} THEN NULL ELSE ${cell} END`;

/** A text that was written as a formula or behind an apostrophe, so that a spreadsheet does not take it for a number. */
const guard = `^(?:="([^"]*)"|'([0-9=+@-][^']*)'?)$`;
const blanks = quoted(blanksAround);

/** SQL of a cell without the blanks, formula or apostrophe around it. */
function unguarded(cell: string): string {
  const bare = `trim(${cell}, ${blanks})`;
  return `CASE WHEN starts_with(${bare}, '="') OR starts_with(${bare}, '''')
    THEN trim(regexp_replace(${bare}, ${quoted(guard)}, '\\1\\2'), ${blanks}) ELSE ${bare} END`;
}
const inList = (values: readonly string[]): string => `(${values.map(quoted).join(', ')})`;

const lastOfMark = merged.length + 1;
/** A number that may be an amount or a quantity. */
const maybeAmount = '\\s*([-+]?[¥￥]?[0-9,，]*[.][0-9]+元?|[-+]?[¥￥]?[0-9]{1,4}元?|.*[0-9]元)\\s*';

/**
 * SQL of a cell that may be merged with those of other rows: an amount keeps the mark and is known of none of them, anything else
 * is said of each. Where nobody has said what the columns are, what looks like an amount is not there.
 */
function unmerged(cell: string, column: string, { roles, layout: { missing = [] } }: StageJob): string {
  const text = `substr(${cell}, ${lastOfMark})`;
  const looks = `CASE WHEN regexp_full_match(${text}, ${quoted(maybeAmount)}) THEN NULL ELSE ${text} END`;
  const said = roles === undefined ? looks : roles.isAmount(sourceName(column)) ? cell : text;
  const known = missing.length === 0 ? said : `CASE WHEN ${text} IN ${inList(missing)} THEN NULL ELSE ${said} END`;
  return `CASE WHEN starts_with(${cell}, ${quoted(merged)}) THEN ${known} ELSE ${cell} END`;
}

/** Cells by their column, of the columns that somebody reads. */
function valuesOf(columns: readonly string[], cells: readonly string[], reads: StageJob['reads']): Readonly<Record<string, string>> {
  const own = columns.map((column, index) => [column, cells[index] ?? ''] as const).slice(0, cells.length);
  return Object.fromEntries(own.filter(([column]) => reads?.(sourceName(column)) !== false));
}

async function stageTable(job: StageJob, table: TextTable): Promise<Staged> {
  const { layout } = job;
  const number = job.number();
  const columns = table.columns.map(engineName);
  const { missing = [] } = layout;
  const joined = new Set(table.merged?.map(engineName));
  // The engine would look for a missing number in the numbers of rows too.
  const numeric = table.firstRow === undefined && missing.some((one) => /^\d+$/.test(one));
  const source = csvSql(table, columns, numeric ? [] : missing);
  const read = (column: string): string => {
    const cell = identifier(column);
    const alone = joined.has(column) ? unmerged(cell, column, job) : cell;
    return table.guarded === true ? unguarded(alone) : alone;
  };
  const cellOf = (column: string): string => (numeric ? withoutMissing(read(column), missing) : read(column));
  const own = columns.map((column) => `${cellOf(column)} AS ${identifier(column)}`);
  const isChanged = numeric || table.guarded === true || joined.size > 0;
  const cells = isChanged ? [...(table.firstRow === undefined ? ['_row'] : []), ...own].join(', ') : '*';
  // Numbering rows here would keep the reader to one thread; their place in the copy tells the same, unless some are left out.
  const counted = table.firstRow !== undefined && leavesRows(layout);
  const row = counted ? `row_number() OVER () + ${table.firstRow - 1} AS _row, ` : '';
  const { path, rows } = await writeStage(job, number, `SELECT ${row}${number} AS _seq, ${cells} FROM ${source}`, columns);
  if (!leavesRows(layout) && rows !== table.records) throw new Error(`the engine read ${rows} records where there are ${table.records}`);
  const { name, sheet, header, broken, titles, blanks, calendar1904 } = table;
  return {
    path,
    number,
    file: name,
    ...(sheet === undefined ? {} : { sheet }),
    ...(table.firstRow === undefined || counted ? {} : { firstRow: table.firstRow }),
    columns,
    header,
    rows,
    broken: broken.map(({ cells = [], ...one }) => ({ ...one, values: valuesOf(columns, cells, job.reads) })),
    skipped: table.records - rows,
    titles,
    blank: blanks,
    untrusted: table.untrusted.map(engineName),
    ...(joined.size === 0
      ? {}
      : { merged: columns.filter((column) => joined.has(column) && job.roles?.isAmount(sourceName(column)) === true) }),
    ...(calendar1904 === undefined ? {} : { calendar1904 }),
  };
}

/** Runs a statement over a source file; what the engine says of its content refuses the file. */
async function orDamaged<Result>(file: FoundFile, format: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof RefusedInput || error instanceof Cancelled) throw error;
    const reason = words('内容无法读取，文件可能不完整', 'its content cannot be read; it may be cut short');
    throw inputProblems.refused('file-damaged', { format, reason }, { file: file.name });
  }
}

/** From here on a binary number has no digit of a whole number to spare. */
const exactBelow: Readonly<Record<string, number>> = { DOUBLE: 1e15, FLOAT: 2 ** 24 };

interface ParquetColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * SQL of a column of a Parquet file as text. A moment with a zone is the local time there was, whatever the machine's zone; a
 * whole number that a data frame made binary is written as one, and marked where it has lost digits.
 */
function parquetCell({ name, type }: ParquetColumn): string {
  const column = identifier(name);
  const exact = exactBelow[type];
  if (exact !== undefined)
    return `CASE WHEN NOT isfinite(${column}) THEN NULL WHEN abs(${column}) >= ${exact} THEN ${quoted(untrusted)} || ${column}
      WHEN ${column} = trunc(${column}) THEN CAST(CAST(${column} AS BIGINT) AS VARCHAR)
      ELSE CAST(${column} AS VARCHAR) END AS ${identifier(engineName(name))}`;
  const local = type === 'TIMESTAMP WITH TIME ZONE' ? `CAST(${column} AS TIMESTAMP)` : column;
  const text = type === 'VARCHAR' ? unguarded(local) : `CAST(${local} AS VARCHAR)`;
  return `${text} AS ${identifier(engineName(name))}`;
}

async function stageParquet(job: StageJob): Promise<Staged> {
  const { engine, file } = job;
  const path = pathOf(file.path);
  return orDamaged(file, 'Parquet', async () => {
    const number = job.number();
    const described = await engine.columns(`SELECT * FROM read_parquet(${path})`);
    const columns = described.filter(({ name }) => name !== 'file_row_number');
    const cells = columns.map(parquetCell).join(', ');
    const select = `SELECT file_row_number + 1 AS _row, ${number} AS _seq, ${cells} FROM read_parquet(${path}, file_row_number = true)`;
    const names = columns.map(({ name }) => engineName(name));
    const written = await writeStage(job, number, select, names);
    const all = !leavesRows(job.layout) ? written.rows : await engine.count(`SELECT count(*) FROM read_parquet(${path})`);
    const none = { broken: [], titles: 0, blank: 0 };
    const inexact = columns.flatMap(({ name, type }) => (Object.hasOwn(exactBelow, type) ? [engineName(name)] : []));
    const place = { number, file: file.name, columns: names, header: 0 };
    return { ...written, ...none, ...place, skipped: all - written.rows, untrusted: inexact };
  });
}

/** Takes a file apart, so that the engine can copy its tables; undefined when the engine reads the file by itself. */
export async function readAhead({ file, layout, scratch, prefix, wanted, signal }: ReadJob): Promise<SourceTables | undefined> {
  if (file.kind === 'parquet') return undefined;
  // What stands above the lines tells nothing of their header.
  const names = wanted.filter((name) => layout.above?.includes(name) !== true);
  return readSource(file, layout, { folder: join(scratch, 'sources'), prefix, signal, wanted: names });
}

/** Copies the tables of a source file into the scratch folder as text columns with row numbers. */
export async function stage(job: StageJob): Promise<StagedFile> {
  const { file } = job;
  const source = job.source ?? (await readAhead(job));
  if (source === undefined) return { tables: [await stageParquet(job)], unread: [] };
  const tables: Staged[] = [];
  for (const table of source.tables) {
    tables.push(await stageTable(job, table));
    if (table.path !== file.path) rmSync(table.path, { force: true });
  }
  return { tables, unread: source.unread };
}
