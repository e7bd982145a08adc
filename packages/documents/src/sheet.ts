import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as xlsx from '@e965/xlsx';
import { type Problem, parseCsv, RefusedInput } from '@hengjian/standard';

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

const isKnown = (cells: readonly string[], known: ReadonlySet<string>): number => cells.filter((cell) => known.has(headerText(cell))).length;

/** The row of the header: the first of the leading rows with at least two known texts. */
function headerAt(rows: readonly (readonly string[])[], known: ReadonlySet<string>): number {
  return rows.slice(0, headerRows).findIndex((cells) => isKnown(cells, known) >= 2);
}

function toSheet(file: string, name: string, rows: readonly (readonly string[])[], known: ReadonlySet<string>, merged: ReadonlySet<number>): Sheet | undefined {
  const at = headerAt(rows, known);
  if (at < 0) return undefined;
  const header = (rows[at] as readonly string[]).map(headerText);
  const problems: Problem[] = [];
  const body = rows.slice(at + 1).flatMap((cells, index): SheetRow[] => {
    const row = at + 2 + index;
    if (cells.every((cell) => cell.trim() === '')) return [];
    if (merged.has(row)) {
      problems.push({
        code: 'cells-merged',
        message: 'cells of this row are merged, so the sheet does not say which row they belong to',
        remedy: 'undo the merge in the sheet and fill each row',
        place: { file, row },
      });
      return [];
    }
    return [{ row, cells: new Map(header.map((text, column) => [text, (cells[column] ?? '').trim()])) }];
  });
  return { file, sheet: name, header, rows: body, problems };
}

function workbookSheets(file: string, bytes: Buffer, known: ReadonlySet<string>): readonly Sheet[] {
  const book = xlsx.read(bytes, { type: 'buffer', cellDates: false });
  return book.SheetNames.flatMap((name) => {
    const sheet = book.Sheets[name];
    if (sheet === undefined) return [];
    // Rows are counted from the first of the sheet even when the used area begins further down.
    const rows = xlsx.utils
      .sheet_to_json<string[]>(sheet, { header: 1, raw: false, defval: '', blankrows: true, range: 0 })
      .map((cells) => cells.map((cell) => String(cell ?? '')));
    const merged = new Set<number>();
    for (const range of sheet['!merges'] ?? []) {
      if (range.e.r > range.s.r) for (let row = range.s.r; row <= range.e.r; row += 1) merged.add(row + 1);
    }
    return toSheet(file, name, rows, known, merged) ?? [];
  });
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** Reads a knowledge file: CSV (UTF-8 or GB18030), xlsx, xls, JSON, or one of them compressed by gzip. */
export function readContents(path: string, known: ReadonlySet<string>): Contents {
  const file = basename(path);
  if (statSync(path).size > sizeLimit) {
    throw new RefusedInput({ code: 'file-large', message: `${file} is larger than ${sizeLimit / 1048576} MB`, remedy: 'split the file', place: { file } });
  }
  const stored = readFileSync(path);
  const bytes = file.endsWith('.gz') ? gunzipSync(stored, { maxOutputLength: sizeLimit * 4 }) : stored;
  const name = file.replace(/\.gz$/, '');
  if (/\.json$/i.test(name)) {
    try {
      return { kind: 'json', value: JSON.parse(decode(bytes)) as unknown };
    } catch (error) {
      throw new RefusedInput({
        code: 'json-damaged',
        message: error instanceof Error ? error.message : 'no JSON',
        remedy: 'mend or fetch the file anew',
        place: { file },
      });
    }
  }
  if (/\.xlsx?$/i.test(name)) return { kind: 'sheets', sheets: workbookSheets(file, bytes, known) };
  const rows = parseCsv(decode(bytes).replace(/^\ufeff/, ''), file);
  const sheet = toSheet(file, '', rows, known, new Set());
  return { kind: 'sheets', sheets: sheet === undefined ? [] : [sheet] };
}
