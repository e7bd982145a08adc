import { afterLineEnd, beginsBlank, carriage, isBlank, lineEnd, newline, quote, space, tab } from './bytes.ts';
import type { BrokenKind } from './types.ts';

/** What a record of a table is. */
export interface Shape {
  readonly delimiter: number;
  /** Cells at least and at most; nameless columns at the end may be left out. */
  readonly least: number;
  readonly most: number;
}

/** The shape of records whose cells are still to be counted. */
export const anyShape = (delimiter: number): Shape => ({ delimiter, least: 0, most: Number.POSITIVE_INFINITY });

/** Tables of fewer columns have lines of text that look like records. */
const tellingColumns = 4;
const isTelling = ({ most }: Shape): boolean => most >= tellingColumns && most !== Number.POSITIVE_INFINITY;

/** Whether a physical line is a record by itself: as many cells as the table has, quotes only around whole cells. */
function isWholeLine(bytes: Buffer, from: number, to: number, { delimiter, least, most }: Shape): boolean {
  let cells = 0;
  let index = from;
  for (;;) {
    if (bytes[index] === quote && index < to) {
      index += 1;
      for (;;) {
        while (index < to && bytes[index] !== quote) index += 1;
        if (index >= to) return false;
        if (index + 1 >= to || bytes[index + 1] !== quote) break;
        index += 2;
      }
      index += 1;
      if (index < to && bytes[index] !== delimiter) return false;
    } else {
      while (index < to && bytes[index] !== delimiter) {
        if (bytes[index] === quote) return false;
        index += 1;
      }
    }
    cells += 1;
    if (index >= to) return cells >= least && cells <= most;
    index += 1;
  }
}

/** Takes one record after another out of bytes in UTF-8. The fields tell what the last call found. */
export class RecordParser {
  readonly #shape: Shape;
  readonly #starts: number[] = [];
  readonly #stops: number[] = [];
  /** Cells of the record. */
  cells = 0;
  /** Physical lines of the record. */
  lines = 1;
  /** Where the next record begins. */
  next = 0;
  /** Every quote stands around a whole cell, so that the bytes can be copied as they are. */
  clean = true;
  /** Why it is no record, and in which cell. */
  fault: BrokenKind | undefined;
  faultCell = 0;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  /**
   * Reads the record that begins at `from`; false when the bytes end before it does and more are to come. After a fault
   * `next` is the beginning of the next physical line.
   */
  read(bytes: Buffer, from: number, to: number, last: boolean): boolean {
    this.cells = 0;
    this.lines = 1;
    this.clean = true;
    this.fault = undefined;
    let index = from;
    for (;;) {
      this.#starts[this.cells] = index;
      index = index < to && bytes[index] === quote ? this.#quoted(bytes, index, to, last) : this.#plain(bytes, index, to);
      if (index < 0) return this.fault !== undefined && this.#skipLine(bytes, from, to, last);
      this.cells += 1;
      if (index >= to) {
        if (!last) return false;
        this.next = to;
        return this.#checked(bytes, from, to, last);
      }
      if (bytes[index] !== this.#shape.delimiter) break;
      index += 1;
    }
    if (bytes[index] === carriage && index + 1 >= to && !last) return false;
    this.next = afterLineEnd(bytes, index, to);
    return this.#checked(bytes, from, to, last);
  }

  /** Text of a cell without its quotes. */
  text(bytes: Buffer, cell: number): string {
    const [start, stop] = [this.#starts[cell] as number, this.#stops[cell] as number];
    if (bytes[start] !== quote) return bytes.toString('utf8', start, stop);
    return bytes.toString('utf8', start + 1, stop - 1).replaceAll('""', '"');
  }

  /** Where a cell ends, its quotes included. */
  stop(cell: number): number {
    return this.#stops[cell] ?? 0;
  }

  /** The cell that holds a byte. */
  cellAt(position: number): number {
    for (let cell = 0; cell < this.cells; cell += 1) if (position <= (this.#stops[cell] as number)) return cell;
    return this.cells - 1;
  }

  isBlank(bytes: Buffer, from = 0): boolean {
    for (let cell = from; cell < this.cells; cell += 1) {
      const start = this.#starts[cell] as number;
      const byte = bytes[start] as number;
      if (start === this.#stops[cell]) continue;
      if (byte > space && byte !== quote && !beginsBlank.has(byte)) return false;
      if (!isBlank(this.text(bytes, cell))) return false;
    }
    return true;
  }

  #checked(bytes: Buffer, from: number, to: number, last: boolean): boolean {
    const { least, most } = this.#shape;
    if (this.fault === undefined && this.#isBlankBeyond(bytes, most)) this.cells = Math.min(this.cells, most);
    if (this.fault === undefined && (this.cells < least || this.cells > most) && !this.isBlank(bytes))
      this.#break(this.lines > 1 ? 'quote-open' : 'cell-count', this.lines > 1 ? this.#firstOpen(bytes, from, to) : -1);
    return this.fault === undefined || this.#skipLine(bytes, from, to, last);
  }

  #isBlankBeyond(bytes: Buffer, most: number): boolean {
    return this.cells > most && this.isBlank(bytes, most);
  }

  /** The cell in which the first line of the record ends. */
  #firstOpen(bytes: Buffer, from: number, to: number): number {
    return this.cellAt(lineEnd(bytes, from, to));
  }

  #break(fault: BrokenKind, cell = this.cells): void {
    this.fault = fault;
    this.faultCell = cell;
  }

  #skipLine(bytes: Buffer, from: number, to: number, last: boolean): boolean {
    const end = lineEnd(bytes, from, to);
    if (!last && (end < 0 || (end + 1 >= to && bytes[end] === carriage))) return false;
    this.lines = 1;
    this.next = end < 0 ? to : afterLineEnd(bytes, end, to);
    return true;
  }

  #plain(bytes: Buffer, from: number, to: number): number {
    const { delimiter } = this.#shape;
    let index = from;
    while (index < to) {
      const byte = bytes[index] as number;
      if (byte === delimiter || byte === newline || byte === carriage) break;
      if (byte === quote) this.clean = false;
      else if (byte === 0 && this.fault === undefined) this.#break('zero-byte');
      index += 1;
    }
    this.#stops[this.cells] = index;
    return index;
  }

  /** The end of a cell in quotes with the blank signs behind it; -1 when it is none, or when the bytes end before it does. */
  #quoted(bytes: Buffer, from: number, to: number, last: boolean): number {
    const closing = this.#closing(bytes, from + 1, to, last);
    if (closing < 0) return -1;
    this.#stops[this.cells] = closing + 1;
    let index = closing + 1;
    const { delimiter } = this.#shape;
    while (index < to && (bytes[index] === space || (bytes[index] === tab && delimiter !== tab))) index += 1;
    if (index > closing + 1) this.clean = false;
    const byte = bytes[index];
    if (index >= to || byte === delimiter || byte === newline || byte === carriage) return index;
    this.#break(this.lines > 1 ? 'quote-open' : 'after-quote');
    return -1;
  }

  #closing(bytes: Buffer, from: number, to: number, last: boolean): number {
    let [index, lineStart] = [from, -1];
    while (index < to) {
      const byte = bytes[index];
      if (byte === quote) {
        if (index + 1 >= to) return last ? index : -1;
        if (bytes[index + 1] !== quote) return index;
        index += 2;
      } else if (byte === newline || byte === carriage) {
        const shape = this.#shape;
        if (lineStart >= 0 && isTelling(shape) && isWholeLine(bytes, lineStart, index, shape)) {
          this.#break('quote-open');
          return -1;
        }
        if (byte === carriage && index + 1 >= to && !last) return -1;
        index = afterLineEnd(bytes, index, to);
        lineStart = index;
        this.lines += 1;
      } else {
        if (byte === 0 && this.fault === undefined) this.#break('zero-byte');
        index += 1;
      }
    }
    if (last) this.#break('quote-open');
    return -1;
  }
}
