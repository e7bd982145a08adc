import { multiplyDivide } from '@hengjian/standard';

/** Sums of weighted costs, exact. */
export interface CostSum {
  /** Stays, not weighted. */
  cases: number;
  /** Stays weighted by their year. */
  weight: bigint;
  sum: bigint;
  squares: bigint;
}

export const emptySum = (): CostSum => ({ cases: 0, weight: 0n, sum: 0n, squares: 0n });

export function addCost(into: CostSum, cost_fen: number, weight: number): void {
  const cost = BigInt(cost_fen);
  const times = BigInt(weight);
  into.cases += 1;
  into.weight += times;
  into.sum += times * cost;
  into.squares += times * cost * cost;
}

const rounded = (dividend: bigint, divisor: bigint): number => Number((dividend * 2n + divisor) / (divisor * 2n));

/** Weighted mean cost in fen, rounded half up; null without weight. */
export const meanOf = (sum: CostSum): number | null => (sum.weight === 0n ? null : rounded(sum.sum, sum.weight));

/** The largest integer whose square is at most `value`. */
export function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) / 2n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/**
 * Coefficient of variation (population standard deviation ÷ mean) in ten-thousandths, cut after the fourth decimal;
 * null when the mean is 0.
 */
export function variationOf(sum: CostSum): number | null {
  if (sum.sum <= 0n) return null;
  const spread = sum.weight * sum.squares - sum.sum * sum.sum;
  return Number(integerRoot((spread * 100_000_000n) / (sum.sum * sum.sum)));
}

/** a ÷ b in ten-thousandths, rounded; null when b is 0. */
export const ratioOf = (a: number, b: number): number | null => (b === 0 ? null : multiplyDivide(a, 10_000, b));
