import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { demandFile, inputProblems, type Problem, parseCsv } from '@hengjian/standard';
import { documentsProblems } from './problems.ts';
import { readWorkbook, readWorkbookNow } from './workbook.ts';
import type { RawSheet } from './workbook-job.ts';

/** One row below a header: cells by the text of their header, trimmed. */
export interface SheetRow {
  /** 1-based row in the file or sheet. */
  readonly row: number;
  readonly cells: ReadonlyMap<string, string>;
}

export interface Sheet {
  readonly file: string;
  readonly sheet: string;
  readonly header: readonly string[];
  readonly rows: readonly SheetRow[];
  /** Rows whose cells cannot be trusted, such as merged ones. */
  readonly problems: readonly Problem[];
}

/** Records of a JSON file, or sheets of a table file. */
export type Contents = { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'sheets'; readonly sheets: readonly Sheet[] };

const sizeLimit = 128 * 1024 * 1024;
const headerRows = 12;

/** Full-width digits, letters and brackets become half-width; spaces of any kind around a text go. */
export function normalise(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[\u3000\u00a0\u200b\ufeff]/g, ' ')
    .trim();
}

/** Header texts are compared without spaces and line ends. */
export const headerText = (text: string): string => normalise(text).replace(/\s+/g, '');

const isKnown = (cells: readonly string[], known: ReadonlySet<string>): number =>
  cells.filter((cell) => known.has(headerText(cell))).length;

/** The row of the header: the first of the leading rows with at least two known texts. */
function headerAt(rows: readonly (readonly string[])[], known: ReadonlySet<string>): number {
  return rows.slice(0, headerRows).findIndex((cells) => isKnown(cells, known) >= 2);
}

function toSheet(
  file: string,
  name: string,
  rows: readonly (readonly string[])[],
  known: ReadonlySet<string>,
  merged: ReadonlySet<number>,
): Sheet | undefined {
  const at = headerAt(rows, known);
  if (at < 0) return undefined;
  const header = (rows[at] as readonly string[]).map(headerText);
  const problems: Problem[] = [];
  const body = rows.slice(at + 1).flatMap((cells, index): SheetRow[] => {
    const row = at + 2 + index;
    if (cells.every((cell) => cell.trim() === '')) return [];
    if (merged.has(row)) {
      problems.push(documentsProblems.problem('cells-merged', {}, { file, row }));
      return [];
    }
    return [{ row, cells: new Map(header.map((text, column) => [text, (cells[column] ?? '').trim()])) }];
  });
  return { file, sheet: name, header, rows: body, problems };
}

const knownSheets = (file: string, sheets: readonly RawSheet[], known: ReadonlySet<string>): readonly Sheet[] =>
  sheets.flatMap(({ name, rows, merged }) => toSheet(file, name, rows, known, new Set(merged)) ?? []);

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

const inMb = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)} MB`;

/** Bytes of a file, unpacked when it is compressed by gzip. */
function bytesOf(path: string, file: string): Buffer {
  demandFile(path);
  const stored = readFileSync(path);
  if (!file.endsWith('.gz')) return stored;
  try {
    return gunzipSync(stored, { maxOutputLength: sizeLimit * 4 });
  } catch (error) {
    if (error instanceof RangeError)
      throw inputProblems.refused('file-too-large', { size: inMb(sizeLimit * 4), limit: inMb(sizeLimit * 4) }, { file });
    throw inputProblems.refused('file-damaged', { format: 'gzip', reason: error instanceof Error ? error.message : '' }, { file });
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw inputProblems.refused('file-damaged', { format: 'JSON', reason: error instanceof Error ? error.message : '' }, { file });
  }
}

/** What a table or JSON file that is no workbook holds. */
function plainContents(path: string, file: string, known: ReadonlySet<string>): Contents {
  const text = decode(bytesOf(path, file));
  if (/\.json(\.gz)?$/i.test(file)) return { kind: 'json', value: parseJson(text, file) };
  const sheet = toSheet(file, '', parseCsv(text.replace(/^\ufeff/, ''), file), known, new Set());
  return { kind: 'sheets', sheets: sheet === undefined ? [] : [sheet] };
}

/** Refuses what is larger than a file for people may be, and tells whether it is a workbook. */
function isWorkbook(path: string): boolean {
  const { size } = statSync(path);
  const file = basename(path);
  if (size > sizeLimit) throw inputProblems.refused('file-too-large', { size: inMb(size), limit: inMb(sizeLimit) }, { file });
  return /\.xlsx?(\.gz)?$/i.test(file);
}

/** Reads the sheets of a workbook that was compressed by gzip, by way of a folder of its own. */
async function unpackedSheets(path: string, file: string, signal: AbortSignal | undefined): Promise<readonly RawSheet[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-workbook-'));
  try {
    const unpacked = join(folder, file);
    writeFileSync(unpacked, bytesOf(path, file));
    return await readWorkbook(unpacked, { texts: 'shown', signal });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Reads a table or JSON file: CSV (UTF-8 or GB18030), xlsx, xls, JSON, or one of them compressed by gzip. Throws
 * RefusedInput when it is damaged or larger than its limits, Cancelled when the signal ends it.
 */
export async function readContents(path: string, known: ReadonlySet<string>, signal?: AbortSignal): Promise<Contents> {
  const file = basename(path);
  if (!isWorkbook(path)) return plainContents(path, file, known);
  const sheets = file.endsWith('.gz') ? unpackedSheets(path, file, signal) : readWorkbook(path, { texts: 'shown', signal });
  return { kind: 'sheets', sheets: knownSheets(file, await sheets, known) };
}

/** The same for a caller that cannot wait (`readWorkbookNow`); a workbook compressed by gzip is no table for it. */
export function readContentsNow(path: string, known: ReadonlySet<string>): Contents {
  const file = basename(path);
  if (!isWorkbook(path) || file.endsWith('.gz')) return plainContents(path, file, known);
  return { kind: 'sheets', sheets: knownSheets(file, readWorkbookNow(path, { texts: 'shown' }), known) };
}
