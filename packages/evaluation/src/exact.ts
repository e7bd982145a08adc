import { multiplyDivide } from '@hengjian/standard';

/** a ÷ b in ten-thousandths, rounded half away from zero; null when b is 0. */
export const ratio = (a: number, b: number): number | null => (b === 0 ? null : multiplyDivide(a, 10_000, b));

/** Fraction digits of a running sum of quotients: each term is cut after the fifteenth decimal. */
const sumScale = 1_000_000_000_000_000n;

/** A sum of quotients, exact to fifteen decimals for each term. */
export class QuotientSum {
  #scaled = 0n;

  /** Adds a × b ÷ c; nothing when c is 0. */
  add(a: number, b: number, c: number): void {
    if (c !== 0) this.#scaled += (BigInt(a) * BigInt(b) * sumScale) / BigInt(c);
  }

  /** The sum ÷ `by` in ten-thousandths, rounded; null when `by` is 0. */
  mean(by: number): number | null {
    return by === 0 ? null : roundedDivision(this.#scaled * 10_000n, sumScale * BigInt(by));
  }

  /** `a` ÷ the sum in ten-thousandths, rounded; null when the sum is 0. */
  under(a: number): number | null {
    return this.#scaled === 0n ? null : roundedDivision(BigInt(a) * sumScale * 10_000n, this.#scaled);
  }

  /** The sum in ten-thousandths, rounded. */
  get value(): number {
    return roundedDivision(this.#scaled * 10_000n, sumScale);
  }
}

function roundedDivision(a: bigint, b: bigint): number {
  const size = a < 0n ? -a : a;
  const rounded = Number((size * 2n + b) / (b * 2n));
  return a < 0n && rounded !== 0 ? -rounded : rounded;
}
