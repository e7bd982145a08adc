/*
 * Exact statistics over whole numbers. A value is a quotient scaled by 10⁶ and rounded once, half away from zero; all
 * that follows (medians, deviations, comparisons) is exact: a median of an even number of values is kept doubled.
 */

/** Millionths in one. */
export const millionths = 1_000_000n;

/** a ÷ b rounded half away from zero; b is positive. */
export function roundedQuotient(a: bigint, b: bigint): bigint {
  const size = a < 0n ? -a : a;
  const quotient = (2n * size + b) / (2n * b);
  return a < 0n ? -quotient : quotient;
}

/** numerator ÷ denominator ×10⁶. */
export const scaledValue = (numerator: bigint, denominator: bigint): bigint => roundedQuotient(numerator * millionths, denominator);

const compare = (left: bigint, right: bigint): number => (left < right ? -1 : left > right ? 1 : 0);

/** Twice the median: of an even number of values the sum of the two in the middle. */
export function twiceMedian(values: readonly bigint[]): bigint {
  const sorted = [...values].sort(compare);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0n;
  return sorted.length % 2 === 1 ? 2n * upper : upper + (sorted[middle - 1] ?? 0n);
}

export interface Spread {
  /** Twice the median. */
  readonly median2: bigint;
  /** Four times the median absolute deviation from the median. */
  readonly mad4: bigint;
}

/** Median and median absolute deviation. */
export function spreadOf(values: readonly bigint[]): Spread {
  const median2 = twiceMedian(values);
  const deviations = values.map((value) => (2n * value > median2 ? 2n * value - median2 : median2 - 2n * value));
  return { median2, mad4: twiceMedian(deviations) };
}

/**
 * Robust score |x − median| ÷ (1.4826 × MAD) as a fraction; 1.4826 × MAD estimates the standard deviation of normal
 * values (Iglewicz and Hoaglin, 1993). With D = |2x − 2·median| it is 20000 D ÷ (14826 × 4·MAD).
 */
export function robustScore(value: bigint, { median2, mad4 }: Spread): readonly [numerator: bigint, denominator: bigint] {
  const distance = 2n * value - median2;
  return [20_000n * (distance < 0n ? -distance : distance), 14_826n * mad4];
}

/** Whether numerator ÷ denominator reaches a limit ×10⁴: at least it, or with `low` at most it. */
export function reachesLimit(numerator: bigint, denominator: bigint, limit: number, low: boolean): boolean {
  const [left, right] = [numerator * 10_000n, BigInt(limit) * denominator];
  return low ? left <= right : left >= right;
}
