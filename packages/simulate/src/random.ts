/** A small seeded generator (sfc32). One per person or institution, so that results do not depend on threads. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  /** `stream` separates uses (persons, institutions), `index` the individual. */
  constructor(seed: number, stream: number, index: number) {
    this.#a = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0;
    this.#b = Math.imul(stream + 0x7f4a7c15, 0xc2b2ae35) | 0;
    this.#c = Math.imul(index + 0x165667b1, 0x27d4eb2f) | 0;
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** The next 32-bit unsigned integer. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  float(): number {
    return this.next() / 4_294_967_296;
  }

  /** Uniform integer in [0, n). */
  int(n: number): number {
    return Math.floor(this.float() * n);
  }

  /** Uniform integer in [low, high]. */
  between(low: number, high: number): number {
    return low + this.int(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** One of the values; the list must not be empty. */
  pick<T>(values: readonly T[]): T {
    const value = values[this.int(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  /** About standard normal: the sum of six uniforms, scaled. Bounded, cheap, and the same on every machine. */
  normal(): number {
    let sum = -3;
    for (let index = 0; index < 6; index += 1) sum += this.float();
    return sum * Math.SQRT2;
  }

  /** Poisson count by multiplication of uniforms, for small means. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let product = this.float();
    let count = 0;
    while (product > limit) {
      product *= this.float();
      count += 1;
    }
    return count;
  }

  /** Lognormal with that mean. */
  lognormal(mean: number, sigma: number): number {
    return mean * Math.exp(sigma * this.normal() - (sigma * sigma) / 2);
  }

  /** Index drawn with the given weights. */
  weighted(weights: readonly number[]): number {
    let total = 0;
    for (const weight of weights) total += weight;
    let point = this.float() * total;
    for (let index = 0; index < weights.length; index += 1) {
      point -= weights[index] ?? 0;
      if (point < 0) return index;
    }
    return weights.length - 1;
  }
}
