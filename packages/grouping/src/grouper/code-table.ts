import { isCategory, stemOf } from '../scheme/codes.ts';
import type { CodeSet } from '../scheme/scheme.ts';

/** Codes kept beyond the listed ones before the table starts anew; only schemes with categories add any. */
const extraLimit = 200_000;

export interface CodeTableOptions {
  /** `sets[n]` is the set of bit n. */
  readonly sets: readonly CodeSet[];
  /** Codes and categories that have rows of their own although they stand in no set. */
  readonly codes: Iterable<string>;
  /** Words behind the bits of a row, filled by `finish` once the bits are set. */
  readonly tail: number;
  readonly finish: (code: string, words: Uint32Array, offset: number) => void;
}

/**
 * Membership of codes in sets as bits: one row of words a code. Row 0 is the code nobody knows. Categories (`J18*`) hold
 * for every code that begins with them; rows of codes that only categories know are made when they are first asked for.
 */
export class CodeTable {
  /** Words of the bits; the tail follows. */
  readonly bitWords: number;
  readonly width: number;
  words: Uint32Array;
  readonly #options: CodeTableOptions;
  readonly #offsets = new Map<string, number>();
  readonly #categories = new Map<string, number[]>();
  readonly #lengths: readonly number[];
  #used: number;
  readonly #fixed: number;

  constructor(options: CodeTableOptions) {
    this.#options = options;
    this.bitWords = Math.max(1, Math.ceil(options.sets.length / 32));
    this.width = this.bitWords + options.tail;
    const rows = new Map<string, number[]>();
    for (const code of options.codes) {
      if (isCategory(code)) this.#categories.set(stemOf(code), []);
      else rows.set(code, []);
    }
    options.sets.forEach((codes, bit) => {
      for (const code of codes) {
        const category = isCategory(code);
        const target = category ? this.#categories : rows;
        const key = category ? stemOf(code) : code;
        const bits = target.get(key);
        if (bits === undefined) target.set(key, [bit]);
        else bits.push(bit);
      }
    });
    this.#lengths = [...new Set([...this.#categories.keys()].map((key) => key.length))].sort((left, right) => left - right);
    this.words = new Uint32Array((rows.size + 1) * this.width);
    this.#used = this.width;
    options.finish('', this.words, 0);
    for (const [code, bits] of rows) this.#add(code, bits);
    this.#fixed = this.#used;
  }

  #add(code: string, bits: readonly number[]): number {
    const offset = this.#used;
    if (offset + this.width > this.words.length) {
      const larger = new Uint32Array(Math.max(this.words.length * 2, offset + this.width * 64));
      larger.set(this.words);
      this.words = larger;
    }
    this.#used += this.width;
    for (const bit of bits) setBit(this.words, offset, bit);
    for (const length of this.#lengths) {
      if (length > code.length) break;
      for (const bit of this.#categories.get(code.slice(0, length)) ?? []) setBit(this.words, offset, bit);
    }
    this.#options.finish(code, this.words, offset);
    this.#offsets.set(code, offset);
    return offset;
  }

  /** Where the row of a code begins in `words`. */
  row(code: string): number {
    const offset = this.#offsets.get(code);
    if (offset !== undefined) return offset;
    return this.#lengths.length === 0 ? 0 : this.#add(code, []);
  }

  /** Forgets the rows beyond the listed codes when they have become too many. Rows asked for earlier are then no longer good. */
  makeRoom(): void {
    if (this.#used <= this.#fixed + extraLimit * this.width) return;
    for (const [code, offset] of this.#offsets) if (offset >= this.#fixed) this.#offsets.delete(code);
    this.words.fill(0, this.#fixed);
    this.#used = this.#fixed;
  }

  has(code: string, bit: number): boolean {
    return isSet(this.words, this.row(code), bit);
  }
}

/** Whether a bit of the row at `offset` is set. */
export const isSet = (words: Uint32Array, offset: number, bit: number): boolean =>
  (((words[offset + (bit >>> 5)] ?? 0) >>> (bit & 31)) & 1) === 1;

export function setBit(words: Uint32Array, offset: number, bit: number): void {
  const at = offset + (bit >>> 5);
  words[at] = ((words[at] ?? 0) | (1 << (bit & 31))) >>> 0;
}
