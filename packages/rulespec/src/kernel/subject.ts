import type { CivilDay, Fen, MicroYuan, TenThousandth } from '@hengjian/standard';
/** What both back ends must write alike: charges at issue and the subjects of groups. */

import { multiplyDivide, ymdOf } from '@hengjian/standard';
import type { Measure, SumMeasure } from '../source/vocabulary.ts';

/** Column that a sum of a visit adds up; `count` adds ones. */
export const sumColumns: Readonly<Record<SumMeasure, string | undefined>> = {
  cnt: 'cnt',
  amount: 'det_item_fee_sumamt',
  inscp: 'inscp_amt',
  ownpay: 'fulamt_ownpay_amt',
  count: undefined,
};

/** The share `part ÷ of` of an amount, never more than the amount; all of it where `of` is not positive. */
export function share(amount: Fen, part: number, of: number): Fen {
  if (of <= 0 || part >= of) return amount;
  return part <= 0 ? 0 : multiplyDivide(amount, part, of);
}

/** Charge of a line priced above its cap: (price − cap) × quantity, between 0 and the amount. */
export function overprice(amount: Fen, price: MicroYuan, cap: MicroYuan, quantity: TenThousandth): Fen {
  if (price <= cap) return 0;
  return Math.min(amount, multiplyDivide(price - cap, quantity, 100_000_000));
}

/**
 * Takes `excess` from the violating lines, from the latest backwards, at each line's own amount per unit. Measures that
 * count things take every violating line whole.
 */
export function excessCharges(measure: Measure, excess: number, amounts: readonly Fen[], parts: readonly number[]): Fen[] {
  if (measure !== 'cnt' && measure !== 'amount' && measure !== 'inscp' && measure !== 'supply') return [...amounts];
  const charges = amounts.map(() => 0);
  let rest = excess;
  for (let index = amounts.length - 1; index >= 0 && rest > 0; index -= 1) {
    const [amount, part] = [amounts[index] ?? 0, parts[index] ?? 0];
    charges[index] = share(amount, rest, part);
    rest -= Math.max(part, 0);
  }
  return charges;
}

/** Number of a scope unit that a day lies in. */
export const monthOf = (day: CivilDay): number => Math.floor(ymdOf(day) / 100);
export const yearOf = (day: CivilDay): number => Math.floor(ymdOf(day) / 10_000);
