import type { CodeSet } from '../scheme/scheme.ts';

/** Codes kept beyond the catalogue before the table starts anew; only schemes with categories add any. */
const extraLimit = 200_000;

/**
 * Membership of codes in sets as bits: one row of words a code. Row 0 is the code in no set. Categories (`J18*`) hold for
 * every code that begins with them; the rows of such codes are made when they are first asked for.
 */
export class CodeTable {
  readonly width: number;
  words: Uint32Array;
  readonly #offsets = new Map<string, number>();
  readonly #categories = new Map<string, number[]>();
  readonly #lengths: readonly number[];
  #used: number;
  readonly #fixed: number;

  /** `sets[n]` is the set of bit n. */
  constructor(sets: readonly CodeSet[]) {
    this.width = Math.max(1, Math.ceil(sets.length / 32));
    const rows = new Map<string, number[]>();
    sets.forEach((codes, bit) => {
      for (const code of codes) {
        const category = code.endsWith('*');
        const target = category ? this.#categories : rows;
        const key = category ? code.slice(0, -1) : code;
        const bits = target.get(key);
        if (bits === undefined) target.set(key, [bit]);
        else bits.push(bit);
      }
    });
    this.#lengths = [...new Set([...this.#categories.keys()].map((key) => key.length))].sort((left, right) => left - right);
    this.words = new Uint32Array((rows.size + 1) * this.width);
    this.#used = this.width;
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
    for (const bit of bits) this.#set(offset, bit);
    for (const length of this.#lengths) {
      if (length > code.length) break;
      for (const bit of this.#categories.get(code.slice(0, length)) ?? []) this.#set(offset, bit);
    }
    this.#offsets.set(code, offset);
    return offset;
  }

  #set(offset: number, bit: number): void {
    const at = offset + (bit >>> 5);
    this.words[at] = ((this.words[at] as number) | (1 << (bit & 31))) >>> 0;
  }

  /** Where the row of a code begins in `words`. */
  row(code: string): number {
    const offset = this.#offsets.get(code);
    if (offset !== undefined) return offset;
    if (this.#lengths.length === 0) return 0;
    return this.#add(code, []);
  }

  /** Forgets the rows beyond the sets when they have become too many. Rows asked for earlier are then no longer good. */
  makeRoom(): void {
    if (this.#used <= this.#fixed + extraLimit * this.width) return;
    for (const [code, offset] of this.#offsets) if (offset >= this.#fixed) this.#offsets.delete(code);
    this.words.fill(0, this.#fixed);
    this.#used = this.#fixed;
  }

  has(code: string, bit: number): boolean {
    return (((this.words[this.row(code) + (bit >>> 5)] as number) >>> (bit & 31)) & 1) === 1;
  }
}
