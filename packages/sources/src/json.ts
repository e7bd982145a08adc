import { inputProblems, words } from '@hengjian/standard';
import { utf8Blocks } from './blocks.ts';
import { isBlank } from './bytes.ts';
import { firstReading, type Reading, usualEncoding } from './encoding.ts';
import { type Piece, piecesOf } from './json-pieces.ts';
import { longestRecord, mostBroken, mostColumns } from './limits.ts';
import { columnNames } from './names.ts';
import { Sink } from './sink.ts';
import { copyPath, firstBytes } from './text.ts';
import type { BrokenKind, BrokenRecord, Layout, ReadOptions, SourceFile, TextTable } from './types.ts';

type Values = ReadonlyMap<string, string>;

/** Numbers that a binary number would change. */
const isExact = (text: string): boolean => !/\d{16}|\d[.eE]/.test(text);

interface ReviverContext {
  readonly source?: string;
}
type Reviver = (this: unknown, key: string, value: unknown, context?: ReviverContext) => unknown;
interface RawJson {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
}
const raw: typeof JSON & Partial<RawJson> = JSON;

/** Keeps the digits of a number as they stand. */
const asWritten: Reviver = (_key, value, context) =>
  typeof value === 'number' && context?.source !== undefined && raw.rawJSON !== undefined ? raw.rawJSON(context.source) : value;

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The object in a text, as texts; undefined when there is none. */
function valuesOf(text: string): Values | undefined {
  try {
    const value: unknown = isExact(text) ? JSON.parse(text) : JSON.parse(text, asWritten);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value).map(([key, one]) => [key, cellText(one)]));
  } catch {
    // What is nested too deep to be written again is no row of a table either.
    return undefined;
  }
}

interface Row {
  readonly values: Values | undefined;
  readonly blank: boolean;
  readonly line: number;
  readonly fault: BrokenKind | undefined;
}

async function* rowsOf(file: SourceFile, reading: Reading, signal: AbortSignal | undefined): AsyncGenerator<Row> {
  for await (const { text, line, fault } of piecesOf(utf8Blocks(file.path, reading, signal), longestRecord)) {
    const empty = fault === undefined && isBlank(text);
    const values = fault === undefined && !empty ? valuesOf(text) : undefined;
    const blank = empty || (values !== undefined && [...values.values()].every(isBlank));
    yield { values, blank, line, fault: fault ?? (values === undefined && !empty ? 'not-json' : undefined) };
  }
}

const damaged = (file: SourceFile, row: number) => {
  const reason = words('没有一行是完整的 JSON 对象', 'no line of it is a whole JSON object');
  return inputProblems.refused('file-damaged', { format: 'JSON lines', reason }, { file: file.name, row });
};

/** All keys of a file, in the order of their names; names that only differ by capital letters are refused. */
async function keysOf(file: SourceFile, reading: Reading, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const keys = new Set<string>();
  let [rows, broken] = [0, 0];
  for await (const { values, fault } of rowsOf(file, reading, signal)) {
    rows += 1;
    if (fault !== undefined) broken += 1;
    if (values !== undefined) for (const key of values.keys()) keys.add(key);
    if (keys.size > mostColumns) break;
  }
  if (rows === 0) throw inputProblems.refused('file-empty', {}, { file: file.name });
  if (keys.size === 0 && broken > 0) throw damaged(file, 1);
  if (keys.size === 0) throw inputProblems.refused('file-empty', {}, { file: file.name });
  if (broken > mostBroken) throw damaged(file, 1);
  return [...keys].sort();
}

async function readingOf(file: SourceFile, { encoding }: Layout, signal: AbortSignal | undefined): Promise<Reading> {
  const reading = firstReading(firstBytes(file.path, 1 << 18), encoding);
  return reading.encoding === 'auto' ? { ...reading, usual: await usualEncoding(file.path, signal) } : reading;
}

/** The values of a file of JSON one after another, whatever its encoding; a longer one than `longest` characters is none. */
export async function* readJsonPieces(file: SourceFile, longest: number, signal?: AbortSignal): AsyncGenerator<Piece> {
  yield* piecesOf(utf8Blocks(file.path, await readingOf(file, {}, signal), signal), longest);
}

/**
 * Reads JSON lines, one array of objects, or objects that follow each other: every key is a column. A line that is no object
 * costs that line.
 */
export async function readJson(file: SourceFile, layout: Layout, options: ReadOptions): Promise<TextTable> {
  const reading = await readingOf(file, layout, options.signal);
  const keys = await keysOf(file, reading, options.signal);
  const columns = columnNames(keys, file.name, 1);
  const path = copyPath(options, file.name);
  const sink = new Sink(path);
  const broken: BrokenRecord[] = [];
  let [row, records, blanks, multiline] = [0, 0, 0, false];
  try {
    for await (const { values, blank, line, fault } of rowsOf(file, reading, options.signal)) {
      row += 1;
      if (fault !== undefined) broken.push({ row, line, kind: fault });
      else if (blank || values === undefined) blanks += 1;
      else {
        const cells = keys.map((key) => values.get(key) ?? '');
        multiline ||= cells.some((cell) => /[\r\n]/.test(cell));
        sink.row(row);
        for (const cell of cells) sink.cell(cell);
        sink.end();
        records += 1;
      }
    }
  } finally {
    sink.close();
  }
  return {
    name: file.name,
    path,
    delimiter: ',',
    columns,
    header: 0,
    newLine: '\n',
    headed: false,
    multiline,
    records,
    broken,
    titles: 0,
    blanks,
    lines: { all: row, header: 0, titles: 0, blanks, records, broken: broken.length },
    untrusted: [],
    guarded: sink.guarded,
  };
}
