import { inputProblems, words } from '@hengjian/standard';
import type { Block } from './blocks.ts';
import { afterLineEnd, carriage, lineEnd, unitSeparator } from './bytes.ts';
import { mayBeGuarded } from './guards.ts';
import type { Head } from './head.ts';
import { longestRecord, mostBroken, mostTold } from './limits.ts';
import { RecordParser, type Shape } from './records.ts';
import type { Sink } from './sink.ts';
import type { BrokenKind, BrokenRecord } from './types.ts';
import { untrusted } from './untrusted.ts';

const mark = Buffer.from(untrusted);

/** Characters of a cell of a broken record that are kept: as many as a serial may have. */
const longestSerial = 64;

interface Job {
  readonly head: Head;
  readonly sink: Sink;
  readonly file: string;
  /** Tells which rows are no data even when they cannot be taken apart. */
  readonly skipped: (record: string) => boolean;
}

/** Where a record is not whole. */
interface Fault {
  readonly cell: number;
  /** Cells that can be told apart. */
  readonly cells?: readonly string[];
  /** Where the next record begins. */
  readonly next?: number;
}

/** Writes the whole records of a text in UTF-8 and lists the others. */
export class Rewriter {
  readonly #job: Job;
  readonly #parser: RecordParser;
  readonly #columns: number;
  readonly #translated: boolean;
  readonly broken: BrokenRecord[] = [];
  records = 0;
  recordLines = 0;
  titles = 0;
  titleLines = 0;
  blanks = 0;
  blankLines = 0;
  multiline = false;
  marked = false;
  guarded = false;
  #row: number;
  #line: number;
  #rest: Block = { bytes: Buffer.alloc(0), bad: [] };
  /** The rest of a line that is too long is left out. */
  #within = false;

  constructor(job: Job) {
    const { head } = job;
    this.#job = job;
    this.#columns = head.columns.length;
    const shape: Shape = { delimiter: head.byte, least: head.named, most: head.columns.length };
    this.#parser = new RecordParser(shape);
    this.#translated = head.byte === unitSeparator && head.delimiter !== '\u001f';
    this.#row = head.row + 1;
    this.#line = head.lines.header + head.lines.titles + head.lines.blanks + 1;
  }

  /** The physical line after the last one that was taken. */
  get lines(): number {
    return this.#line;
  }

  /** Takes the next part of the text; what it ends in the middle of is kept for the next one. */
  take(block: Block, last: boolean): void {
    const { bytes, bad } = this.#withRest(block);
    this.marked ||= bytes.includes(mark);
    this.guarded ||= mayBeGuarded(bytes, this.#job.head.delimiter);
    let [at, nextBad] = [this.#within ? this.#leaveLine(bytes, 0, last) : 0, 0];
    while (at < bytes.length && !this.#within) {
      while (nextBad < bad.length && (bad[nextBad] as number) < at) nextBad += 1;
      if (!this.#parser.read(bytes, at, bytes.length, last)) {
        if (bytes.length - at <= longestRecord) break;
        at = this.#leaveLong(bytes, at, last);
        continue;
      }
      at = this.#record(bytes, at, bad[nextBad], last);
    }
    this.#rest = last
      ? { bytes: Buffer.alloc(0), bad: [] }
      : { bytes: Buffer.from(bytes.subarray(at)), bad: bad.filter((one) => one >= at).map((one) => one - at) };
  }

  #withRest({ bytes, bad }: Block): Block {
    const rest = this.#rest;
    const length = rest.bytes.length;
    return length === 0
      ? { bytes, bad }
      : { bytes: Buffer.concat([rest.bytes, bytes]), bad: [...rest.bad, ...bad.map((one) => one + length)] };
  }

  /** One record, whole or not; the place of the next one. */
  #record(bytes: Buffer, at: number, bad: number | undefined, last: boolean): number {
    const parser = this.#parser;
    const { next } = parser;
    if (bad !== undefined && bad < next) return this.#undecoded(bytes, at, bad);
    if (parser.fault !== undefined) this.#break(bytes, at, parser.fault, { cell: parser.faultCell, cells: this.#told(bytes) });
    else if (next - at > longestRecord) return this.#leaveLong(bytes, at, last);
    else if (parser.isBlank(bytes)) this.#leave('blanks', parser.lines);
    else if (this.#isHeader(bytes, at, next)) this.#leave('titles', parser.lines);
    else this.#write(bytes, at);
    return next;
  }

  #leave(what: 'blanks' | 'titles', lines: number): void {
    this[what] += 1;
    if (what === 'blanks') this.blankLines += lines;
    else this.titleLines += lines;
    this.#row += 1;
    this.#line += lines;
  }

  #isHeader(bytes: Buffer, from: number, to: number): boolean {
    const header = this.#job.head.bytes;
    if (this.#columns < 2 || Math.abs(header.length - (to - from)) > 2) return false;
    return withoutEnd(header, 0, header.length).equals(withoutEnd(bytes, from, to));
  }

  #write(bytes: Buffer, from: number): void {
    const { sink } = this.#job;
    const parser = this.#parser;
    sink.row(this.#row);
    const end = parser.stop(parser.cells - 1);
    if (parser.clean && !this.#translated) sink.raw(bytes, from, end);
    else for (let cell = 0; cell < parser.cells; cell += 1) sink.cell(this.#text(bytes, cell));
    sink.empty(this.#columns - parser.cells);
    sink.end();
    if (parser.lines > 1) this.multiline = true;
    this.records += 1;
    this.recordLines += parser.lines;
    this.#row += 1;
    this.#line += parser.lines;
  }

  #text(bytes: Buffer, cell: number): string {
    const text = this.#parser.text(bytes, cell);
    return this.#translated ? text.replaceAll('\u001f', this.#job.head.delimiter) : text;
  }

  /** A record with bytes that are no character costs its first line. */
  #undecoded(bytes: Buffer, at: number, bad: number): number {
    const end = lineEnd(bytes, at, bytes.length);
    const next = end < 0 ? bytes.length : afterLineEnd(bytes, end, bytes.length);
    const parser = this.#parser;
    const cell = parser.fault === undefined ? parser.cellAt(bad) : countCells(bytes, at, bad, this.#job.head.byte);
    this.#break(bytes, at, 'half-character', { cell, next, cells: this.#told(bytes) });
    return next;
  }

  /** Cells of a record that is not whole, as far as they can be told apart. */
  #told(bytes: Buffer): readonly string[] {
    const parser = this.#parser;
    if (this.broken.length >= mostTold) return [];
    const end = parser.fault === undefined || parser.faultCell < 0 ? parser.cells : Math.min(parser.cells, parser.faultCell);
    return Array.from({ length: Math.min(end, this.#columns) }, (_, cell) => this.#text(bytes, cell).slice(0, longestSerial));
  }

  #break(bytes: Buffer, at: number, kind: BrokenKind, { cell, cells = [], next = this.#parser.next }: Fault): void {
    const { skipped, head, file } = this.#job;
    if (skipped(bytes.toString('utf8', at, next))) {
      this.#leave('titles', 1);
      return;
    }
    const column = head.columns[cell];
    this.broken.push({ row: this.#row, line: this.#line, ...(column === undefined ? {} : { column }), kind, cells });
    if (this.broken.length > mostBroken) {
      const reason = words(`无法拆分的行超过 ${mostBroken} 行`, `more than ${mostBroken} rows cannot be taken apart`);
      throw inputProblems.refused('file-damaged', { format: 'CSV', reason }, { file, row: this.#row });
    }
    this.#row += 1;
    this.#line += 1;
  }

  /** A record that is longer than any may be costs its first line, however long that is. */
  #leaveLong(bytes: Buffer, at: number, last: boolean): number {
    const end = lineEnd(bytes, at, bytes.length);
    const open = end >= 0 && end - at <= longestRecord && this.#parser.lines > 1;
    const shown = Math.min(at + 1000, end < 0 ? bytes.length : end);
    this.#break(bytes, at, open ? 'quote-open' : 'cell-long', { cell: open ? this.#parser.cells : -1, next: shown });
    this.#within = true;
    return this.#leaveLine(bytes, at, last);
  }

  /** The place after the line whose rest is left out; while it goes on beyond the bytes, `within` stays. */
  #leaveLine(bytes: Buffer, from: number, last: boolean): number {
    const end = lineEnd(bytes, from, bytes.length);
    if (end < 0) return bytes.length;
    if (!last && end + 1 >= bytes.length && bytes[end] === carriage) return end;
    this.#within = false;
    return afterLineEnd(bytes, end, bytes.length);
  }
}

function withoutEnd(bytes: Buffer, from: number, to: number): Buffer {
  let end = to;
  while (end > from && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1;
  return bytes.subarray(from, end);
}

function countCells(bytes: Buffer, from: number, to: number, delimiter: number): number {
  let cells = 0;
  for (let index = from; index < to; index += 1) if (bytes[index] === delimiter) cells += 1;
  return cells;
}
