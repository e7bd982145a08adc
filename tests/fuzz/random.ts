/** Random choices that a seed makes the same again. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 1_013_904_223) >>> 0;
  }

  /** A whole number from 0 to `most` - 1. */
  below(most: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, most);
  }

  chance(share: number): boolean {
    return this.below(1000) < share * 1000;
  }

  from<Value>(values: readonly [Value, ...Value[]]): Value;
  from<Value>(values: readonly Value[]): Value | undefined;
  from<Value>(values: readonly Value[]): Value | undefined {
    return values[this.below(values.length)];
  }
}
