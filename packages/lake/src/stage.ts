import { renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Cancelled, inputProblems, parseCsv, RefusedInput, words } from '@hengjian/standard';
import { identifier, integer, optional, parquetOf, pathOf, quoted, quotedList, type Tables, text } from '@hengjian/table';
import { type Encoding, guessEncoding, transcode, wrongEncoding } from './encoding.ts';
import { type FoundFile, head } from './files.ts';
import { sheetToCsv } from './spreadsheet.ts';

/** How a text or spreadsheet file is laid out; what is not given is found out. */
export interface Layout {
  readonly delimiter?: string;
  readonly encoding?: Encoding;
  /** 1-based row of the header. */
  readonly header?: number;
  readonly sheet?: string;
  /** All sheets with the same header are one table. */
  readonly continued?: boolean;
  /** Rows in which a cell matches this pattern are no data, for example totals. */
  readonly skipRows?: string;
  /** Texts that stand for a missing value. */
  readonly missing?: readonly string[];
}

/** A source file copied into a Parquet of text columns plus `_seq`. */
export interface Staged {
  readonly path: string;
  /** What turns the position of a row in the Parquet, from 0, into its row in the file; without it `_row` is stored. */
  readonly firstRow?: number;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Numbers of the rows that the reader could not split into cells. */
  readonly broken: readonly number[];
  /** Total rows and the like that were left out. */
  readonly skipped: number;
}

const headerSample = 1 << 16;

function sniffDelimiter(line: string): string {
  const candidates = [',', '\t', '|', ';'];
  const counts = candidates.map((one) => line.split(one).length);
  return candidates[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** Cells of the header row, and the delimiter. */
function readHeader(path: string, name: string, layout: Layout): { columns: string[]; delimiter: string } {
  const sample = head(path, headerSample)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const skip = (layout.header ?? 1) - 1;
  const rest = sample.split('\n').slice(skip).join('\n');
  const line = (rest.split('\n')[0] ?? '').replace(/\r$/, '');
  if (line.trim() === '') throw inputProblems.refused('file-empty', {}, { file: name });
  const delimiter = layout.delimiter ?? sniffDelimiter(line);
  const cells =
    delimiter === ',' || line.includes('"') ? (parseCsv(line.replaceAll(delimiter, ','), name)[0] ?? []) : line.split(delimiter);
  const columns = cells.map((cell) => cell.trim().replace(/^"|"$/g, ''));
  const doubled = columns.find((column, index) => column !== '' && columns.indexOf(column) !== index);
  if (doubled !== undefined) throw inputProblems.refused('column-twice', { column: doubled }, { file: name, row: layout.header ?? 1 });
  return { columns: columns.map((column, index) => (column === '' ? `column_${index + 1}` : column)), delimiter };
}

const skipSql = (columns: readonly string[], pattern: string): string =>
  `coalesce(regexp_matches(concat_ws(chr(31), ${columns.map(identifier).join(', ')}), ${quoted(pattern)}), false)`;

/** One source file to be staged. */
export interface StageJob {
  readonly engine: Tables;
  readonly file: FoundFile;
  readonly layout: Layout;
  readonly scratch: string;
  /** Number of the file within the lake. */
  readonly number: number;
  readonly signal?: AbortSignal | undefined;
}

const targetOf = ({ scratch, number }: StageJob): string => join(scratch, `stage-${number}.parquet`);

type Written = Pick<Staged, 'path' | 'columns' | 'rows' | 'skipped'>;

async function writeStage(job: StageJob, select: string, columns: readonly string[]): Promise<Written> {
  const { engine, layout } = job;
  const path = targetOf(job);
  const skip = layout.skipRows === undefined ? undefined : skipSql(columns, layout.skipRows);
  const kept = skip === undefined ? '' : ` WHERE NOT ${skip}`;
  const copy = `COPY (SELECT * FROM (${select})${kept}) TO ${quoted(path)} (FORMAT parquet, COMPRESSION snappy)`;
  const rows = await engine.count(copy);
  const skipped = skip === undefined ? 0 : await engine.count(`SELECT count(*) FROM (${select}) WHERE ${skip}`);
  return { path, columns, rows, skipped };
}

/** SELECT of staged rows with `_row` and `_seq`. All parts must be numbered in the same way. */
export function stagedSql(parts: readonly Pick<Staged, 'path' | 'firstRow'>[]): string {
  const source = parquetOf(parts.map((part) => part.path)) as string;
  const first = parts[0]?.firstRow;
  return first === undefined
    ? `SELECT * FROM ${source}`
    : `SELECT file_row_number + ${first} AS _row, * EXCLUDE (file_row_number) FROM ${source.slice(0, -1)}, file_row_number = true)`;
}

/** A text file in UTF-8 and the header found in it. */
interface CsvSource {
  readonly path: string;
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly headerRow: number;
  readonly missing: readonly string[];
}

function csvSql({ path, columns, delimiter, headerRow, missing }: CsvSource): string {
  const types = columns.map((column) => `${quoted(column)}: 'VARCHAR'`).join(', ');
  const nulls = missing.length === 0 ? [] : [`nullstr = ${quotedList(['', ...missing])}`];
  const options = [
    'auto_detect = false',
    `columns = {${types}}`,
    `header = true, skip = ${headerRow - 1}, delim = ${quoted(delimiter)}, quote = '"', escape = '"'`,
    ...nulls,
    `max_line_size = 4000000, buffer_size = 8000000, new_line = ${quoted(newLine(path))}`,
    "store_rejects = true, rejects_table = 'stage_rejects', rejects_scan = 'stage_scans'",
  ];
  return `read_csv(${pathOf(path)}, ${options.join(', ')})`;
}

const rejectsSql = 'SELECT line, min(error_type::VARCHAR) AS kind FROM stage_rejects GROUP BY line ORDER BY line';

async function stageCsv(job: StageJob, path: string, given: Partial<Layout> = {}): Promise<Staged> {
  const { engine, file, number } = job;
  const layout = { ...job.layout, ...given };
  const headerRow = layout.header ?? 1;
  const { columns, delimiter } = readHeader(path, file.name, layout);
  const source = csvSql({ path, columns, delimiter, headerRow, missing: layout.missing ?? [] });
  // Numbering rows here would keep the reader to one thread; their place in the copy tells the same.
  const counted = layout.skipRows !== undefined || columns.some((column) => /^(file_row_number|_row|_seq)$/i.test(column));
  const rowNumber = counted ? `row_number() OVER () + ${headerRow} AS _row, ` : '';
  const written = await writeStage(job, `SELECT ${rowNumber}${number} AS _seq, * FROM ${source}`, columns);
  const rejects = await engine.rows(rejectsSql, { line: integer, kind: optional(text) });
  if (rejects.length > 0) await engine.run('DROP TABLE IF EXISTS stage_rejects; DROP TABLE IF EXISTS stage_scans');
  if (rejects.some(({ kind }) => /UNICODE|ENCODING/i.test(kind ?? ''))) throw wrongEncoding(file.name, 'UTF-8');
  const broken = rejects.map(({ line }) => line);
  const staged: Staged = { ...written, broken, ...(counted ? {} : { firstRow: headerRow + 1 }) };
  if (broken.length === 0) return staged;
  await renumber(engine, staged, broken, headerRow);
  return { ...written, broken };
}

/** A file's line ends, from its head: `\r\n` or `\n`. */
function newLine(path: string): string {
  return head(path, headerSample).includes('\r\n') ? '\\r\\n' : '\\n';
}

/** Rows after a broken one were counted without it; this puts their numbers right. */
async function renumber(engine: Tables, staged: Staged, broken: readonly number[], headerRow: number): Promise<void> {
  const list = broken.map((row, index) => `(${row - headerRow - index})`).join(', ');
  const shifted = `SELECT s._row + coalesce(b.n, 0) AS _row, s.* EXCLUDE (_row) FROM (${stagedSql([staged])}) s
    ASOF LEFT JOIN (
      SELECT col0 AS at, max(n) AS n FROM (SELECT col0, row_number() OVER (ORDER BY col0) AS n FROM (VALUES ${list})) GROUP BY col0
    ) b ON s._row - ${headerRow} >= b.at`;
  await engine.run(`COPY (${shifted}) TO ${quoted(`${staged.path}.new`)} (FORMAT parquet, COMPRESSION snappy)`);
  renameSync(`${staged.path}.new`, staged.path);
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

async function stageJson(job: StageJob): Promise<Staged> {
  const { engine, file, number } = job;
  const source = `read_ndjson_objects(${pathOf(file.path)})`;
  const format = 'JSON lines';
  const found = await orDamaged(file, format, () =>
    engine.rows(`SELECT DISTINCT unnest(json_keys(json)) AS k FROM ${source} ORDER BY k`, { k: text }),
  );
  const keys = found.map(({ k }) => k).sort();
  if (keys.length === 0) throw inputProblems.refused('file-empty', {}, { file: file.name });
  const cells = keys.map((key) => `json ->> ${quoted(`$.${JSON.stringify(key)}`)} AS ${identifier(key)}`);
  const select = `SELECT row_number() OVER () AS _row, ${number} AS _seq, ${cells.join(', ')} FROM ${source}`;
  return { broken: [], ...(await orDamaged(file, format, () => writeStage(job, select, keys))) };
}

/** SQL of a column of a Parquet file as text. A moment with a zone is the local time there was, whatever the machine's zone. */
function parquetCell({ name, type }: { readonly name: string; readonly type: string }): string {
  const column = identifier(name);
  const local = type === 'TIMESTAMP WITH TIME ZONE' ? `CAST(${column} AS TIMESTAMP)` : column;
  return `CAST(${local} AS VARCHAR) AS ${column}`;
}

async function stageParquet(job: StageJob): Promise<Staged> {
  const { engine, file, number } = job;
  const path = pathOf(file.path);
  return orDamaged(file, 'Parquet', async () => {
    const described = await engine.columns(`SELECT * FROM read_parquet(${path})`);
    const columns = described.filter(({ name }) => name !== 'file_row_number');
    const cells = columns.map(parquetCell).join(', ');
    const select = `SELECT file_row_number + 1 AS _row, ${number} AS _seq, ${cells} FROM read_parquet(${path}, file_row_number = true)`;
    const names = columns.map(({ name }) => name);
    return { broken: [], ...(await writeStage(job, select, names)) };
  });
}

async function stageText(job: StageJob): Promise<Staged> {
  const { file, layout, scratch, number, signal } = job;
  const encoding = layout.encoding ?? guessEncoding(file.path);
  const copy = join(scratch, `${number}-utf8.csv`);
  const transcoded = async (from: Encoding): Promise<Staged> => {
    await transcode(file.path, file.name, from, copy, signal);
    return stageCsv(job, copy);
  };
  if (encoding !== 'utf-8') return transcoded(encoding);
  try {
    return await stageCsv(job, file.path);
  } catch (error) {
    const isEncoding = error instanceof RefusedInput && error.problems[0]?.code === 'encoding-other';
    if (!isEncoding || layout.encoding !== undefined) throw error;
    return transcoded('gb18030');
  }
}

/** Copies a source file into the scratch folder as text columns with row numbers. */
export async function stage(job: StageJob): Promise<Staged> {
  const { file, layout, scratch, number } = job;
  if (file.kind === 'parquet') return stageParquet(job);
  if (file.kind === 'json') return stageJson(job);
  if (file.kind === 'csv') return stageText(job);
  const copy = join(scratch, `${number}-${basename(file.path)}.csv`);
  await sheetToCsv(file, layout, copy);
  return stageCsv(job, copy, { delimiter: ',' });
}
