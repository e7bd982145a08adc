import { renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseCsv, RefusedInput } from '@hengjian/standard';
import type { Duck } from './duck.ts';
import { type Encoding, guessEncoding, transcode, wrongEncoding } from './encoding.ts';
import { type FoundFile, head } from './files.ts';
import { sheetToCsv } from './spreadsheet.ts';
import { ident, parquet, text, textList } from './sql.ts';

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
  /** Rows the reader could not split into cells. */
  readonly broken: readonly { readonly row: number; readonly line: string; readonly reason: string }[];
  /** Total rows and the like that were left out. */
  readonly skipped: number;
}

const headerSample = 1 << 16;

const refuse = (code: string, message: string, remedy: string, file: string): RefusedInput =>
  new RefusedInput({ code, message, remedy, place: { file } });

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
  if (line.trim() === '') throw refuse('file-empty', 'the file has no header', 'put the field codes in the first row', name);
  const delimiter = layout.delimiter ?? sniffDelimiter(line);
  const cells =
    delimiter === ',' || line.includes('"') ? (parseCsv(line.replaceAll(delimiter, ','), name)[0] ?? []) : line.split(delimiter);
  const columns = cells.map((cell) => cell.trim().replace(/^"|"$/g, ''));
  const doubled = columns.find((column, index) => column !== '' && columns.indexOf(column) !== index);
  if (doubled !== undefined) throw refuse('header-doubled', `the header has the column ${doubled} twice`, 'rename one of them', name);
  return { columns: columns.map((column, index) => (column === '' ? `column_${index + 1}` : column)), delimiter };
}

const skipSql = (columns: readonly string[], pattern: string | undefined): string =>
  pattern === undefined
    ? 'false'
    : `coalesce(regexp_matches(concat_ws(chr(31), ${columns.map(ident).join(', ')}), ${text(pattern)}), false)`;

async function writeStage(
  duck: Duck,
  select: string,
  columns: readonly string[],
  layout: Layout,
  target: string,
): Promise<{ rows: number; skipped: number }> {
  const skip = skipSql(columns, layout.skipRows);
  const rows = await duck.count(
    `COPY (SELECT * FROM (${select})${layout.skipRows === undefined ? '' : ` WHERE NOT ${skip}`}) TO ${text(target)} (FORMAT parquet, COMPRESSION snappy)`,
  );
  const skipped = layout.skipRows === undefined ? 0 : await duck.count(`SELECT count(*) FROM (${select}) WHERE ${skip}`);
  return { rows, skipped };
}

/** SELECT of staged rows with `_row` and `_seq`. All parts must be numbered in the same way. */
export function stagedSql(parts: readonly Pick<Staged, 'path' | 'firstRow'>[]): string {
  const source = parquet(parts.map((part) => part.path)) as string;
  const first = parts[0]?.firstRow;
  return first === undefined
    ? `SELECT * FROM ${source}`
    : `SELECT file_row_number + ${first} AS _row, * EXCLUDE (file_row_number) FROM ${source.slice(0, -1)}, file_row_number = true)`;
}

async function stageCsv(duck: Duck, path: string, name: string, layout: Layout, target: string, number: number): Promise<Staged> {
  const { columns, delimiter } = readHeader(path, name, layout);
  const headerRow = layout.header ?? 1;
  const types = columns.map((column) => `${text(column)}: 'VARCHAR'`).join(', ');
  const missing = layout.missing === undefined || layout.missing.length === 0 ? '' : ` nullstr = ${textList(['', ...layout.missing])},`;
  const source =
    `read_csv(${text(path)}, auto_detect = false, columns = {${types}}, header = true, skip = ${headerRow - 1}, delim = ${text(delimiter)}, quote = '"', escape = '"', ` +
    `${missing} max_line_size = 4000000, buffer_size = 8000000, new_line = ${text(newLine(path))}, store_rejects = true, rejects_table = 'stage_rejects', rejects_scan = 'stage_scans')`;
  const firstRow = headerRow + 1;
  // Numbering rows here would keep the reader to one thread; their place in the copy tells the same.
  const counted = layout.skipRows !== undefined || columns.some((column) => /^(file_row_number|_row|_seq)$/i.test(column));
  const rowNumber = counted ? `row_number() OVER () + ${headerRow} AS _row, ` : '';
  const { rows, skipped } = await writeStage(duck, `SELECT ${rowNumber}${number} AS _seq, * FROM ${source}`, columns, layout, target);
  const rejects = await duck.rows(
    "SELECT line, min(coalesce(csv_line, '')) AS csv_line, min(error_type::VARCHAR) AS kind, min(error_message) AS message FROM stage_rejects GROUP BY line ORDER BY line",
  );
  if (rejects.length > 0) await duck.run('DROP TABLE IF EXISTS stage_rejects; DROP TABLE IF EXISTS stage_scans');
  if (rejects.some((row) => /UNICODE|ENCODING/i.test(String(row.kind)))) throw wrongEncoding(name, 'UTF-8');
  const broken = rejects.map((row) => ({
    row: Number(row.line),
    line: String(row.csv_line),
    reason: String(row.message).split('\n')[0] ?? '',
  }));
  const staged: Staged = { path: target, columns, rows, broken, skipped, ...(counted ? {} : { firstRow }) };
  if (broken.length === 0) return staged;
  const lines = broken.map((one) => one.row);
  await renumber(duck, staged, lines, headerRow);
  return { path: target, columns, rows, broken, skipped };
}

/** A file's line ends, from its head: `\r\n` or `\n`. */
function newLine(path: string): string {
  return head(path, headerSample).includes('\r\n') ? '\\r\\n' : '\\n';
}

/** Rows after a broken one were counted without it; this puts their numbers right. */
async function renumber(duck: Duck, staged: Staged, broken: readonly number[], headerRow: number): Promise<void> {
  const list = broken.map((row, index) => `(${row - headerRow - index})`).join(', ');
  const shifted = `SELECT s._row + coalesce(b.n, 0) AS _row, s.* EXCLUDE (_row) FROM (${stagedSql([staged])}) s
    ASOF LEFT JOIN (SELECT col0 AS at, max(n) AS n FROM (SELECT col0, row_number() OVER (ORDER BY col0) AS n FROM (VALUES ${list})) GROUP BY col0) b ON s._row - ${headerRow} >= b.at`;
  await duck.run(`COPY (${shifted}) TO ${text(`${staged.path}.new`)} (FORMAT parquet, COMPRESSION snappy)`);
  renameSync(`${staged.path}.new`, staged.path);
}

async function stageJson(duck: Duck, file: FoundFile, layout: Layout, target: string, number: number): Promise<Staged> {
  const source = `read_ndjson_objects(${text(file.path)})`;
  let keys: string[];
  try {
    keys = (await duck.rows(`SELECT DISTINCT unnest(json_keys(json)) AS k FROM ${source}`)).map((row) => String(row.k)).sort();
  } catch {
    throw refuse('json-broken', 'the file is not one JSON object per line', 'write one object per line', file.name);
  }
  if (keys.length === 0) throw refuse('file-empty', 'the file has no rows', 'remove it or fill it', file.name);
  const select = `SELECT row_number() OVER () AS _row, ${number} AS _seq, ${keys.map((key) => `json ->> ${text(`$.${JSON.stringify(key)}`)} AS ${ident(key)}`).join(', ')} FROM ${source}`;
  return { path: target, columns: keys, broken: [], ...(await writeStage(duck, select, keys, layout, target)) };
}

async function stageParquet(duck: Duck, file: FoundFile, layout: Layout, target: string, number: number): Promise<Staged> {
  try {
    const described = await duck.rows(`DESCRIBE SELECT * FROM read_parquet(${text(file.path)})`);
    const columns = described.map((row) => String(row.column_name)).filter((name) => name !== 'file_row_number');
    const list = columns.map((name) => `CAST(${ident(name)} AS VARCHAR) AS ${ident(name)}`).join(', ');
    const select = `SELECT file_row_number + 1 AS _row, ${number} AS _seq, ${list} FROM read_parquet(${text(file.path)}, file_row_number = true)`;
    return { path: target, columns, broken: [], ...(await writeStage(duck, select, columns, layout, target)) };
  } catch (error) {
    if (!(error instanceof Error) || error instanceof RefusedInput || error.name === 'Cancelled') throw error;
    throw refuse('parquet-broken', 'the Parquet file cannot be read; it may be cut short', 'copy or export it again', file.name);
  }
}

/** Copies a source file into the scratch folder as text columns with row numbers. */
export async function stage(
  duck: Duck,
  file: FoundFile,
  layout: Layout,
  scratch: string,
  number: number,
  signal?: AbortSignal,
): Promise<Staged> {
  const target = join(scratch, `stage-${number}.parquet`);
  if (file.kind === 'parquet') return stageParquet(duck, file, layout, target, number);
  if (file.kind === 'json') return stageJson(duck, file, layout, target, number);
  if (file.kind === 'sheet') {
    const copy = join(scratch, `${number}-${basename(file.path)}.csv`);
    await sheetToCsv(file, layout, copy);
    return stageCsv(duck, copy, file.name, { ...layout, delimiter: ',' }, target, number);
  }
  const encoding = layout.encoding ?? guessEncoding(file.path);
  const copy = join(scratch, `${number}-utf8.csv`);
  if (encoding !== 'utf-8') {
    await transcode(file.path, file.name, encoding, copy, signal);
    return stageCsv(duck, copy, file.name, layout, target, number);
  }
  try {
    return await stageCsv(duck, file.path, file.name, layout, target, number);
  } catch (error) {
    const isEncoding = error instanceof RefusedInput && error.problems[0]?.code === 'wrong-encoding';
    if (!isEncoding || layout.encoding !== undefined) throw error;
    await transcode(file.path, file.name, 'gb18030', copy, signal);
    return stageCsv(duck, copy, file.name, layout, target, number);
  }
}
