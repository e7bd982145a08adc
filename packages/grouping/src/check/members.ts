import { isCategory, stemOf } from '../scheme/codes.ts';
import type { Scheme } from '../scheme/scheme.ts';

/** What a list of members covers: exact codes, and all codes below its categories. */
export class Cover {
  readonly members: readonly string[];
  readonly #exact: ReadonlySet<string>;
  readonly #stems: ReadonlySet<string>;
  readonly #lengths: readonly number[];

  constructor(members: readonly string[]) {
    this.members = members;
    this.#exact = new Set(members.filter((member) => !isCategory(member)));
    this.#stems = new Set(members.filter(isCategory).map(stemOf));
    this.#lengths = [...new Set([...this.#stems].map((stem) => stem.length))].sort((left, right) => left - right);
  }

  /** Whether every code that the member stands for is covered by one entry. A category whose codes are only listed one by one is not. */
  has(member: string): boolean {
    const text = isCategory(member) ? stemOf(member) : member;
    if (!isCategory(member) && this.#exact.has(member)) return true;
    return this.#lengths.some((length) => length <= text.length && this.#stems.has(text.slice(0, length)));
  }

  /** The category of the list that holds an exact or narrower member of it. */
  broader(member: string): string | undefined {
    const text = isCategory(member) ? stemOf(member) : member;
    const length = this.#lengths.find(
      (one) => (isCategory(member) ? one < text.length : one <= text.length) && this.#stems.has(text.slice(0, one)),
    );
    return length === undefined ? undefined : `${text.slice(0, length)}*`;
  }

  includes(other: Cover): boolean {
    return other.members.every((member) => this.has(member));
  }
}

/** Covers of unions of a scheme's sets, each made once. */
export class Covers {
  readonly #scheme: Scheme;
  readonly #known = new Map<string, Cover>();

  constructor(scheme: Scheme) {
    this.#scheme = scheme;
  }

  of(sets: readonly string[]): Cover {
    const key = sets.toSorted().join('\n');
    const known = this.#known.get(key) ?? new Cover(sets.flatMap((name) => this.#scheme.sets[name] ?? []));
    this.#known.set(key, known);
    return known;
  }
}
