import type { Block } from './blocks.ts';
import type { BrokenKind } from './types.ts';

/** One value of a file of JSON: a line, an element of an array, or one of several objects that follow each other. */
export interface Piece {
  readonly text: string;
  /** Physical line it begins on, from 1. */
  readonly line: number;
  readonly fault?: BrokenKind;
}

/** Turns a text that comes in parts into pieces; `last` says that none follows. */
interface Cutter {
  take(text: string, last: boolean): Generator<Piece>;
}

/** Every line is a value. */
class LineCutter implements Cutter {
  readonly #longest: number;
  #parts: string[] = [];
  #length = 0;
  #line = 0;
  /** A carriage return at the end of a part, which a line feed may follow. */
  #held = '';

  constructor(longest: number) {
    this.#longest = longest;
  }

  *take(text: string, last: boolean): Generator<Piece> {
    const all = this.#held + text;
    const whole = !last && all.endsWith('\r') ? all.slice(0, -1) : all;
    this.#held = all.slice(whole.length);
    let at = 0;
    for (const end of whole.matchAll(/\r\n?|\n/g)) {
      this.#add(whole.slice(at, end.index));
      yield this.#piece();
      at = end.index + end[0].length;
    }
    this.#add(whole.slice(at));
    if (last && this.#length > 0) yield this.#piece();
  }

  /** What is too long is not kept. */
  #add(text: string): void {
    this.#length += text.length;
    if (this.#length > this.#longest) this.#parts = [];
    else if (text !== '') this.#parts.push(text);
  }

  #piece(): Piece {
    this.#line += 1;
    const [text, isLong] = [this.#parts.join(''), this.#length > this.#longest];
    this.#parts = [];
    this.#length = 0;
    return isLong ? { text: '', line: this.#line, fault: 'cell-long' } : { text, line: this.#line };
  }
}

/** How far an element has been looked at, and what is open there. */
interface Scan {
  readonly length: number;
  readonly depth: number;
  readonly inside: boolean;
}
const nothing: Scan = { length: 0, depth: 0, inside: false };

/** Where an element ends; `broken` when it cannot, as when a line ends within a string; else how far it was followed. */
type Found = { readonly end: number } | 'broken' | { readonly scan: Scan };

function elementEnd(text: string, from: number, seen: Scan): Found {
  let { depth, inside } = seen;
  let at = from + seen.length;
  for (; at < text.length; at += 1) {
    const sign = text[at];
    if (inside) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inside = false;
      else if (sign === '\n') return 'broken';
    } else if (sign === '"') inside = true;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth -= 1;
    else if (sign === ',' && depth === 0) return { end: at };
    // A sign that closes what was never opened is an element that is none, and not an end before its beginning.
    if (depth < 0) return { end: Math.max(at, from + 1) };
    if (depth === 0 && !inside && (sign === '}' || sign === ']')) return { end: at + 1 };
  }
  return { scan: { length: at - from, depth, inside } };
}

/** Blanks at the beginning of a line at most. */
const mostBlanks = 1000;

const lineStop = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

/**
 * Every element of an array, or every object of several that follow each other, is a value. After one that is not whole it
 * goes on at the next line that begins an object no deeper than the first one.
 */
class ElementCutter implements Cutter {
  readonly #longest: number;
  #rest = '';
  #line = 1;
  #lost = false;
  #seen = nothing;
  /** Blanks before the first element in its line; undefined where more stands before it. */
  #indent: number | undefined = 0;
  #begun = false;

  constructor(longest: number) {
    this.#longest = longest;
  }

  *take(text: string, last: boolean): Generator<Piece> {
    const all = this.#rest + text;
    let at = 0;
    for (;;) {
      at = this.#lost ? this.#found(all, at) : this.#start(all, at);
      if (at >= all.length || this.#lost) break;
      const found = elementEnd(all, at, this.#seen);
      const isLong = all.length - at > this.#longest;
      if (typeof found === 'object' && 'scan' in found && !last && !isLong) {
        this.#seen = found.scan;
        break;
      }
      this.#seen = nothing;
      const whole = typeof found === 'object' && 'end' in found ? found.end : undefined;
      const piece = all.slice(at, whole ?? lineStop(all, at));
      const line = this.#line;
      this.#lost = whole === undefined;
      this.#count(piece);
      at += piece.length;
      const fault = isLong && found !== 'broken' ? 'cell-long' : 'not-json';
      yield whole === undefined || piece.length > this.#longest ? { text: '', line, fault } : { text: piece, line };
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
      if (!this.#begun) this.#before(all[at] as string);
      if (all[at] === '\n') this.#line += 1;
      at += 1;
    }
    this.#begun ||= at < all.length;
    return at;
  }

  /** Takes note of a sign before the first element. */
  #before(sign: string): void {
    if (sign === '\n') this.#indent = 0;
    else if (sign.trim() !== '') this.#indent = undefined;
    else if (this.#indent !== undefined) this.#indent += 1;
  }

  /** The next line that begins with an object; without one the beginning of the last line, unless it is none already. */
  #found(all: string, from: number): number {
    const begun = Math.max(from, all.lastIndexOf('\n'));
    let to = all.length - begun > mostBlanks ? all.length : begun;
    for (const line of all.slice(from).matchAll(/\n([^\S\n]*),?([^\S\n]*)\{/g)) {
      if ((line[1] ?? '').length + (line[2] ?? '').length > (this.#indent ?? Number.POSITIVE_INFINITY)) continue;
      to = from + line.index + line[0].length - 1;
      this.#lost = false;
      break;
    }
    this.#count(all.slice(from, to));
    return to;
  }
}

/** Lines that are looked at to tell values of one line each from those that go on over several. */
const headLines = 50;

const isValue = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Whether a text that begins with an object has one that goes on over several lines. */
function isSpread(text: string): boolean {
  const lines = text.split(/\r\n?|\n/, headLines).filter((line) => line.trim() !== '');
  const [first = '', second = ''] = lines;
  return second !== '' && !second.startsWith('{') && !isValue(first) && !lines.some((line) => line.startsWith('{') && isValue(line));
}

function cutterOf(start: string, longest: number): Cutter {
  const text = start.trimStart();
  return text.startsWith('[') || (text.startsWith('{') && isSpread(text)) ? new ElementCutter(longest) : new LineCutter(longest);
}

/** The values of a text of JSON lines, of one array, or of objects that follow each other. A longer one than `longest` is none. */
export async function* piecesOf(blocks: AsyncIterable<Block>, longest: number): AsyncGenerator<Piece> {
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
    cutter ??= cutterOf(start, longest);
    yield* checked(cutter.take(start, false), damaged);
    start = '';
  }
  yield* checked((cutter ?? new LineCutter(longest)).take(start + decoder.decode(), true), damaged);
}
