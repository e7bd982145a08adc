import type { CodeSet } from '../scheme/scheme.ts';
import { CodeTable, isSet } from './code-table.ts';
import { flags } from './flags.ts';

/** How the rows of a table end: words behind the bits of the sets, the last of which says what the code is. */
export interface RowEnd {
  /** Codes and categories with rows of their own although they stand in no set. */
  readonly listed: readonly string[];
  /** Words of the candidates that a code leaves possible. */
  readonly maskWords: number;
  readonly possible: (rows: Uint32Array, offset: number, bitWords: number) => Uint32Array;
  readonly flagsOf: (code: string) => number;
  /** The flag that every code of the catalogue has, 0 when the scheme brings no catalogue. */
  readonly catalogued: number;
}

const noTable = new CodeTable({ sets: [], codes: [], tail: 0, finish: () => undefined });

/**
 * The diagnoses of a scheme, or its procedures: which bit each set has, what every code is, and the codes of the case at
 * hand as rows of bits. Sets are given bits first, then the table is built, then cases are loaded.
 */
export class CodeSide {
  readonly #sets: CodeSet[] = [];
  readonly #known = new Map<string, number>();
  readonly #rows: number[] = [];
  #table = noTable;
  #wanted = 0;
  #count = 0;
  #first = 0;

  /** The bit of a set, given by its name. */
  bit(name: string, codes: () => CodeSet): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const bit = this.#sets.length;
    this.#sets.push(codes());
    this.#known.set(name, bit);
    return bit;
  }

  build({ listed, maskWords, possible, flagsOf, catalogued }: RowEnd): void {
    const bitWords = Math.max(1, Math.ceil(this.#sets.length / 32));
    this.#wanted = catalogued;
    this.#table = new CodeTable({
      sets: this.#sets,
      codes: listed,
      tail: maskWords + 1,
      finish: (code, rows, offset) => {
        rows.set(possible(rows, offset, bitWords), offset + bitWords);
        rows[offset + bitWords + maskWords] = code === '' ? 0 : flagsOf(code);
      },
    });
  }

  /** Takes the codes of a case in; true when one is gray, or unknown to the catalogue. */
  load(codes: readonly string[]): boolean {
    const table = this.#table;
    const wanted = this.#wanted;
    table.makeRoom();
    let odd = false;
    let at = 0;
    for (const code of codes) {
      const row = table.row(code);
      this.#rows[at] = row;
      at += 1;
      if ((((table.words[row + table.width - 1] ?? 0) ^ wanted) & (wanted | flags.gray)) !== 0) odd = true;
    }
    this.#count = at;
    this.#first = at === 0 ? 0 : (this.#rows[0] ?? 0);
    return odd;
  }

  /** Codes of the case at hand. */
  get count(): number {
    return this.#count;
  }

  /** Whether the first code of the case is in the set. */
  firstHas(bit: number): boolean {
    return isSet(this.#table.words, this.#first, bit);
  }

  /** Whether a code of the case beyond the first is in the set. */
  otherHas(bit: number): boolean {
    const { words } = this.#table;
    for (let index = 1; index < this.#count; index += 1) if (isSet(words, this.#rows[index] ?? 0, bit)) return true;
    return false;
  }

  /** What a code of the case is, by its place. */
  flagsAt(index: number): number {
    const row = index === 0 ? this.#first : (this.#rows[index] ?? 0);
    return this.#table.words[row + this.#table.width - 1] ?? 0;
  }

  /** Candidates that the first code leaves possible, word by word. */
  possibleAt(word: number): number {
    return this.#table.words[this.#first + this.#table.bitWords + word] ?? 0;
  }

  has(code: string, bit: number): boolean {
    return this.#table.has(code, bit);
  }

  /** What any code is. */
  flagsOf(code: string): number {
    return this.#table.words[this.#table.row(code) + this.#table.width - 1] ?? 0;
  }
}
