import type { Block } from './blocks.ts';
import { longestRecord } from './limits.ts';
import type { BrokenKind } from './types.ts';

/** One value of a file of JSON: a line, or an element of an array. */
export interface Piece {
  readonly text: string;
  readonly line: number;
  readonly fault?: BrokenKind;
}

/** Turns a text that comes in parts into pieces; `last` says that none follows. */
interface Cutter {
  take(text: string, last: boolean): Generator<Piece>;
}

/** Every line is a value. */
class LineCutter implements Cutter {
  #rest = '';
  #line = 0;
  #long = false;

  *take(text: string, last: boolean): Generator<Piece> {
    const all = this.#rest + text;
    let at = 0;
    for (let end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', at)) {
      yield this.#piece(all.slice(at, end));
      at = end + 1;
    }
    this.#rest = all.slice(at);
    if (this.#rest.length > longestRecord) {
      this.#rest = '';
      this.#long = true;
    }
    if (last && (this.#rest !== '' || this.#long)) yield this.#piece(this.#rest);
  }

  #piece(text: string): Piece {
    this.#line += 1;
    const long = this.#long || text.length > longestRecord;
    this.#long = false;
    return long ? { text: '', line: this.#line, fault: 'cell-long' } : { text, line: this.#line };
  }
}

/** Every element of one array is a value. After one that is not whole it goes on at the next line that begins an object. */
class ElementCutter implements Cutter {
  #rest = '';
  #line = 1;
  #lost = false;

  *take(text: string, last: boolean): Generator<Piece> {
    const all = this.#rest + text;
    let at = 0;
    for (;;) {
      at = this.#lost ? this.#found(all, at) : this.#start(all, at);
      if (at >= all.length) break;
      const end = elementEnd(all, at);
      if (end < 0 && !last && all.length - at <= longestRecord) break;
      const line = this.#line;
      this.#lost = end < 0;
      const stop = end < 0 ? lineStop(all, at) : end;
      const piece = all.slice(at, stop);
      this.#count(piece);
      at = stop;
      yield end < 0 ? { text: '', line, fault: 'not-json' } : { text: piece, line };
    }
    this.#rest = all.slice(at);
  }

  #count(text: string): void {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#line += 1;
  }

  /** The next sign that can begin an element. */
  #start(all: string, from: number): number {
    let at = from;
    while (at < all.length && /[\s,[\]]/.test(all[at] as string)) {
      if (all[at] === '\n') this.#line += 1;
      at += 1;
    }
    return at;
  }

  /** The next line that begins with an object. */
  #found(all: string, from: number): number {
    const found = /\n[\s,]*\{/.exec(all.slice(from));
    const to = found === null ? all.length : from + found.index + found[0].length - 1;
    this.#count(all.slice(from, to));
    this.#lost = found === null;
    return to;
  }
}

const lineStop = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

/** Where the element that begins at `from` ends; -1 when it does not, as when a line ends within a string. */
function elementEnd(text: string, from: number): number {
  let [depth, inside] = [0, false];
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (inside) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inside = false;
      else if (sign === '\n') return -1;
    } else if (sign === '"') inside = true;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth -= 1;
    else if (sign === ',' && depth === 0) return at;
    // A sign that closes what was never opened is an element that is none, and not an end before its beginning.
    if (depth < 0) return Math.max(at, from + 1);
    if (depth === 0 && !inside && (sign === '}' || sign === ']')) return at + 1;
  }
  return -1;
}

/** The values of a text of JSON lines, or of one array. */
export async function* piecesOf(blocks: AsyncIterable<Block>): AsyncGenerator<Piece> {
  const decoder = new TextDecoder('utf-8');
  let cutter: Cutter | undefined;
  const checked = function* (pieces: Generator<Piece>, damaged: boolean): Generator<Piece> {
    for (const piece of pieces)
      yield damaged && piece.text.includes('\ufffd') ? { text: '', line: piece.line, fault: 'half-character' } : piece;
  };
  let damaged = false;
  let start = '';
  for await (const { bytes, bad } of blocks) {
    damaged ||= bad.length > 0;
    start += decoder.decode(bytes, { stream: true });
    if (cutter === undefined && start.trim() === '') continue;
    cutter ??= start.trimStart().startsWith('[') ? new ElementCutter() : new LineCutter();
    yield* checked(cutter.take(start, false), damaged);
    start = '';
  }
  yield* checked((cutter ?? new LineCutter()).take(start + decoder.decode(), true), damaged);
}
