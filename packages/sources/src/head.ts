import { inputProblems } from '@hengjian/standard';
import { replacement, unitSeparator } from './bytes.ts';
import { headerRows } from './limits.ts';
import { columnNames, findHeader, hasHeader, joinedHeader, lastNamed } from './names.ts';
import { sourceProblems } from './problems.ts';
import { anyShape, RecordParser } from './records.ts';
import type { Layout } from './types.ts';

/** The beginning of a text table: everything up to the first record. */
export interface Head {
  /** What stands between cells, and the byte that stands for it while lines are taken apart. */
  readonly delimiter: string;
  readonly byte: number;
  readonly columns: readonly string[];
  /** Columns up to the last one that has a name. */
  readonly named: number;
  /** 1-based row of the header. */
  readonly row: number;
  /** Where the data begin. */
  readonly end: number;
  /** The bytes of the header with its line end. */
  readonly bytes: Buffer;
  readonly lines: { readonly header: number; readonly titles: number; readonly blanks: number };
  readonly titles: number;
  readonly blanks: number;
}

interface Row {
  readonly cells: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly lines: number;
}

/** Cells of the first rows. A row that never closes its quote ends with its line. */
export function firstRows(bytes: Buffer, byte: number, rows: number): Row[] {
  const parser = new RecordParser(anyShape(byte));
  const out: Row[] = [];
  for (let at = 0; at < bytes.length && out.length < rows; at = parser.next) {
    parser.read(bytes, at, bytes.length, true);
    const cells =
      parser.fault === undefined
        ? Array.from({ length: parser.cells }, (_, cell) => parser.text(bytes, cell))
        : bytes.toString('utf8', at, parser.next).split(String.fromCharCode(byte));
    out.push({ cells, from: at, to: parser.next, lines: parser.lines });
  }
  return out;
}

/** Signs that systems write between cells: of several that fit alike the first. */
const narrow = [',', '\t', '|', ';', '^', '~', '\u0001'] as const;
const wideComma = '，';

/** A longer line tells no more about its delimiter. */
const tellingLength = 20_000;

/** How often a candidate stands outside of quotes. */
function countOutside(line: string, candidate: string): number {
  let [count, inside] = [0, false];
  const end = Math.min(line.length, tellingLength);
  for (let index = 0; index < end; index += 1) {
    const sign = line[index];
    if (sign === '"') inside = !inside;
    else if (!inside && sign === candidate) count += 1;
  }
  return count;
}

/** The delimiter that the rows from the header on have alike, and most often. */
function sniffDelimiter(lines: readonly string[]): string {
  const [header = '', ...below] = lines;
  const seen = [...narrow, wideComma].map((delimiter) => {
    const count = countOutside(header, delimiter);
    const alike = count === 0 ? 0 : below.filter((line) => countOutside(line, delimiter) === count).length;
    return { delimiter, count, alike, score: count * (1 + 4 * (alike / Math.max(1, below.length))) };
  });
  const wide = seen.pop();
  const best = seen.reduce((left, right) => (right.score > left.score ? right : left));
  if (best.count > 0) return best.delimiter;
  return wide !== undefined && wide.count > 0 && wide.alike === below.length ? wideComma : ',';
}

/** The delimiter that most lines have in the same number, whatever stands above them. */
export function delimiterByRows(lines: readonly string[]): string {
  const scored = narrow.map((delimiter) => {
    const counts = lines.map((line) => countOutside(line, delimiter)).filter((count) => count > 0);
    const alike = Map.groupBy(counts, (count) => count);
    return { delimiter, score: Math.max(0, ...[...alike].map(([count, some]) => (count + 1) * some.length)) };
  });
  return scored.reduce((best, one) => (one.score > best.score ? one : best)).delimiter;
}

const sampledLines = 10;

function delimiterOf(bytes: Buffer, layout: Layout, wanted: readonly string[]): string {
  if (layout.delimiter !== undefined) return layout.delimiter;
  const lines = bytes.toString('utf8').split(/\r\n|\n|\r/, headerRows + sampledLines);
  if (layout.header !== undefined) return sniffDelimiter(lines.slice(layout.header - 1, layout.header - 1 + sampledLines));
  const found =
    wanted.length === 0
      ? undefined
      : narrow.find((one) =>
          hasHeader(
            firstRows(bytes, one.charCodeAt(0), headerRows).map(({ cells }) => cells),
            wanted,
          ),
        );
  if (found !== undefined) return found;
  return sniffDelimiter(lines.filter((line) => line.trim() !== '').slice(0, sampledLines));
}

/** The byte that stands for a delimiter. One that is longer than a byte is written over by a sign that no text has. */
const byteOf = (delimiter: string): number => (Buffer.byteLength(delimiter) === 1 ? delimiter.charCodeAt(0) : unitSeparator);

/** Bytes in which a delimiter of one byte stands for a longer one. */
export function narrowed(bytes: Buffer, { delimiter, byte }: Pick<Head, 'delimiter' | 'byte'>): Buffer {
  if (byte !== unitSeparator || delimiter === '\u001f') return bytes;
  return Buffer.from(bytes.toString('utf8').replaceAll(delimiter, '\u001f'));
}

interface HeadInput {
  /** The first bytes in UTF-8. */
  readonly bytes: Buffer;
  /** More bytes follow. */
  readonly more: boolean;
  readonly layout: Layout;
  readonly wanted: readonly string[];
  readonly file: string;
  /** What the text was decoded from, for a message. */
  readonly encoding: string;
}

/** Finds delimiter, header and columns; undefined when the header goes on beyond the bytes. A file without a header is refused. */
export function readHead({ bytes: given, more, layout, wanted, file, encoding }: HeadInput): Head | undefined {
  const delimiter = delimiterOf(given, layout, wanted);
  const byte = byteOf(delimiter);
  const bytes = narrowed(given, { delimiter, byte });
  const rows = firstRows(bytes, byte, Math.max(headerRows, layout.header ?? 0));
  const index =
    layout.header === undefined
      ? findHeader(
          rows.map(({ cells }) => cells),
          wanted,
        )
      : layout.header - 1;
  const header = index === undefined ? undefined : rows[index];
  if (header === undefined || index === undefined) {
    if (more) return undefined;
    throw inputProblems.refused('file-empty', {}, { file });
  }
  if (more && header.to >= bytes.length) return undefined;
  if (header.cells.every((cell) => cell.trim() === '')) throw inputProblems.refused('file-empty', {}, { file, row: index + 1 });
  if (bytes.subarray(header.from, header.to).includes(replacement))
    throw sourceProblems.refused('encoding-other', { encoding }, { file, row: index + 1 });
  // A header of two rows: where the lower names are not alone they have the upper ones before them.
  const upper = (layout.headerRows ?? 1) > 1 ? rows[index - 1] : undefined;
  const cells = upper === undefined ? header.cells : joinedHeader(upper.cells, header.cells);
  const above = rows.slice(0, index);
  const blank = above.filter(({ cells }) => cells.every((cell) => cell.trim() === ''));
  const sum = (some: readonly Row[]): number => some.reduce((lines, row) => lines + row.lines, 0);
  return {
    delimiter,
    byte,
    columns: columnNames(cells, file, index + 1),
    named: lastNamed(cells),
    row: index + 1,
    end: header.to,
    bytes: Buffer.from(bytes.subarray(header.from, header.to)),
    lines: { header: header.lines, titles: sum(above) - sum(blank), blanks: sum(blank) },
    titles: above.length - blank.length,
    blanks: blank.length,
  };
}
