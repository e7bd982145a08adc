import { multiplyDivide, RefusedInput } from '@hengjian/standard';
import { one } from './tariff.ts';

/** Fen for points in ten-thousandths to micro-yuan per point: fen × 10,000 micro-yuan ÷ (points ÷ 10,000). */
const perPoint = 100_000_000;

/**
 * How a rate is set. Fixed: set ahead for the settlement period. Floating: what is distributable divided by what was done,
 * known at the yearly clearing. Elastic: a part fixed, the rest floating (2.6 and 3.6 of the reference sheet).
 */
export type RateRule =
  | { readonly by: 'fixed' }
  | { readonly by: 'floating' }
  /** Points up to the base volume at the fixed rate; of the rest `fixed_share` at it, the remainder floating. */
  | {
      readonly by: 'elastic_volume' /** Points, in ten-thousandths. */;
      readonly base_points: number /** In ten-thousandths, 8 : 2 is 8,000. */;
      readonly fixed_share: number;
    }
  /** Rigid (severe) groups at the fixed rate, the others floating. */
  | { readonly by: 'elastic_rigid' };

/**
 * Rate in micro-yuan per point (weight 1). Throws RefusedInput when there are no points to divide by.
 * @param fen money to be distributed
 * @param points in ten-thousandths
 */
export function rateOf(fen: number, points: number, field: string): number {
  if (points > 0) return multiplyDivide(fen, perPoint, points);
  throw new RefusedInput({
    code: 'rate-without-points',
    message: 'there are no points to divide the money by',
    remedy: 'give the rate in the parameters, or weights with cases',
    place: { field },
  });
}

/** Start-of-year rate or point value: cost of the counted cases ÷ their points, in micro-yuan (3.6; trimmed by the weights' rule). */
export const startRate = (cost_fen: number, points: number): number => rateOf(cost_fen, points, 'rate');

/** Settlement point value of DIP: (fund ÷ reimbursement ratio) ÷ points of the year, in micro-yuan; ratio in ten-thousandths. */
export function dipSettlementRate(fund_fen: number, ratio: number, points: number): number {
  if (ratio > 0) return rateOf(multiplyDivide(fund_fen, one, ratio), points, 'rate');
  throw new RefusedInput({
    code: 'ratio-zero',
    message: 'the fund bore nothing of the costs, so no value follows',
    remedy: 'check fund payments and costs of the DIP stays',
    place: { field: 'fund_ratio' },
  });
}

/** Reimbursement ratio: fund payments ÷ costs of the stays, in ten-thousandths; 0 without costs. */
export const reimbursementRatio = (fund_fen: number, cost_fen: number): number =>
  cost_fen > 0 ? multiplyDivide(fund_fen, one, cost_fen) : 0;

/** How the points of a pool divide into those at the fixed rate and those that float. */
export function splitPoints(
  rule: RateRule,
  points: { readonly all: number; readonly rigid: number },
): { readonly fixed: number; readonly floating: number } {
  if (rule.by === 'fixed') return { fixed: points.all, floating: 0 };
  if (rule.by === 'floating') return { fixed: 0, floating: points.all };
  if (rule.by === 'elastic_rigid') return { fixed: points.rigid, floating: points.all - points.rigid };
  const increment = Math.max(0, points.all - rule.base_points);
  const fixed = points.all - increment + multiplyDivide(increment, rule.fixed_share, one);
  return { fixed, floating: points.all - fixed };
}
