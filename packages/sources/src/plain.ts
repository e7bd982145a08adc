import { isUtf8 } from 'node:buffer';
import { carriage, isBlankRecord, newline, quote, space } from './bytes.ts';
import { chunksOf } from './chunks.ts';
import { mayBeGuarded } from './guards.ts';
import type { Head } from './head.ts';
import { longestRecord } from './limits.ts';
import { untrusted } from './untrusted.ts';

/** What one pass over a plain file tells. */
export interface Plain {
  readonly records: number;
  readonly newLine: '\n' | '\r\n';
  /** Some cell holds the mark of a text that cannot be trusted. */
  readonly marked: boolean;
  readonly guarded: boolean;
}

const mark = Buffer.from(untrusted);
const comma = 0x2c;

/** Counts the records of a file as long as it is plain. */
class PlainScanner {
  readonly #delimiter: number;
  readonly #columns: number;
  readonly #header: Buffer;
  readonly #windows: boolean;
  records = 0;
  marked = false;
  guarded = false;

  constructor(head: Head, windows: boolean) {
    this.#delimiter = head.byte;
    this.#columns = head.columns.length;
    this.#header = head.bytes;
    this.#windows = windows;
  }

  /** Takes the records that end within the bytes; tells where the first one begins that does not, or -1 when the file is not plain. */
  take(bytes: Buffer, length: number): number {
    const columns = this.#columns;
    const delimiter = this.#delimiter;
    // Nearly all bytes are passed over by one comparison.
    const top = delimiter <= comma ? comma : quote;
    let [start, index, cells, cellStart] = [0, 0, 1, 0];
    while (index < length) {
      const byte = bytes[index] as number;
      index += 1;
      if (byte > top && byte !== delimiter) continue;
      if (byte === delimiter) {
        cells += 1;
        cellStart = index;
      } else if (byte === newline) {
        if (cells !== columns || !this.#ends(bytes, start, index)) return -1;
        start = index;
        cellStart = index;
        cells = 1;
      } else if (byte === quote) {
        if (index - 1 !== cellStart) return -1;
        index = this.#closed(bytes, index, length);
        if (index < 0) return -1;
      } else if (byte === carriage) {
        if (index < length && (bytes[index] !== newline || !this.#windows)) return -1;
      } else if (byte === 0) return -1;
    }
    this.marked ||= bytes.includes(mark);
    this.guarded ||= mayBeGuarded(bytes, String.fromCharCode(delimiter));
    return start;
  }

  /** Whether a record with its line end is one that the engine may read as it is. */
  #ends(bytes: Buffer, start: number, end: number): boolean {
    if (this.#windows && bytes[end - 2] !== carriage) return false;
    this.records += 1;
    if (end - start > longestRecord) return false;
    const first = bytes[start] as number;
    const seen = first > space && first < 0x80 && first !== this.#delimiter && first !== quote;
    if (!seen && isBlankRecord(bytes, start, end, this.#delimiter)) return false;
    const header = this.#header;
    return header.length !== end - start || header.compare(bytes, start, end) !== 0;
  }

  /** The place after the closing quote; the end of the bytes when they end before it does. -1 when it does not stand around a cell. */
  #closed(bytes: Buffer, from: number, length: number): number {
    let index = from;
    for (;;) {
      while (index < length && bytes[index] !== quote) {
        const byte = bytes[index] as number;
        // Cells with line breaks in them are read by the other way, which looks at what is between them.
        if (byte === newline || byte === carriage || byte === 0) return -1;
        index += 1;
      }
      if (index + 1 >= length) return length;
      if (bytes[index + 1] !== quote) break;
      index += 2;
    }
    const next = bytes[index + 1];
    return next === this.#delimiter || next === newline || next === carriage ? index + 1 : -1;
  }
}

/**
 * Looks at every byte of a file in UTF-8 once: undefined unless it is plain, so that the engine reads it where it lies.
 * `from` is where its records begin.
 */
export async function scanPlain(path: string, head: Head, from: number, signal: AbortSignal | undefined): Promise<Plain | undefined> {
  if (head.row !== 1 || head.lines.header !== 1 || head.named !== head.columns.length) return undefined;
  const end = head.bytes.length;
  const windows = end > 1 && head.bytes[end - 2] === carriage;
  if (head.bytes[end - 1] === carriage) return undefined;
  const scanner = new PlainScanner(head, windows);
  let rest = Buffer.alloc(0);
  for await (const chunk of chunksOf(path, { from, signal })) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const taken = scanner.take(bytes, bytes.length);
    if (taken < 0 || bytes.length - taken > longestRecord || !isUtf8(bytes.subarray(0, taken))) return undefined;
    rest = Buffer.from(bytes.subarray(taken));
  }
  // The last record may end without a line end.
  if (rest.length > 0) {
    const last = Buffer.concat([rest, Buffer.from(windows ? '\r\n' : '\n')]);
    if (scanner.take(last, last.length) !== last.length || !isUtf8(last)) return undefined;
  }
  return { records: scanner.records, newLine: windows ? '\r\n' : '\n', marked: scanner.marked, guarded: scanner.guarded };
}
