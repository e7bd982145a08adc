import { multiplyDivide, RefusedInput } from '@hengjian/standard';
import type { DipCatalogue, DipGroup } from './catalogue.ts';

/** Values after an adjustment, and what could not be spread. */
export interface AdjustedCatalogue {
  readonly catalogue: DipCatalogue;
  /** Sum of value × weighted stays before and after, ten-thousandths of a point. */
  readonly before: bigint;
  readonly after: bigint;
  /** before − after: less than the smallest number of weighted stays of a spread disease. */
  readonly rest: bigint;
}

/** Sum of value × weighted stays, ten-thousandths of a point. */
export const totalValue = (groups: readonly Pick<DipGroup, 'value' | 'weighted_cases'>[]): bigint =>
  groups.reduce((sum, { value, weighted_cases }) => sum + BigInt(value) * BigInt(weighted_cases), 0n);

const refuse = (code: string, message: string, remedy: string, field: string): RefusedInput =>
  new RefusedInput({ code, message, remedy, place: { field } });

function checkAdjustments(catalogue: DipCatalogue, adjusted: ReadonlyMap<string, number>): void {
  const known = new Set(catalogue.groups.map(({ code }) => code));
  for (const [code, value] of adjusted) {
    if (!known.has(code))
      throw refuse('dip-adjusted-unknown', `the catalogue has no disease ${code}`, 'name diseases of the catalogue', code);
    if (!Number.isSafeInteger(value) || value <= 0) {
      throw refuse('dip-adjusted-value', `the value ${value} of ${code} is no positive integer`, 'give ten-thousandths of a point', code);
    }
  }
}

/** Raises or lowers single values by one ten-thousandth, the disease with most stays first, until the sum is as near as it can be. */
function spreadRest(groups: readonly DipGroup[], wanted: bigint): DipGroup[] {
  let left = wanted - totalValue(groups);
  const order = groups
    .map((group, index) => ({ group, index }))
    .sort((a, b) => b.group.weighted_cases - a.group.weighted_cases || (a.group.code < b.group.code ? -1 : 1));
  const values = groups.map(({ value }) => value);
  for (;;) {
    const before = left;
    for (const { group, index } of order) {
      const stays = BigInt(group.weighted_cases);
      const size = left < 0n ? -left : left;
      if (stays === 0n || size < stays) continue;
      const step = left < 0n ? -1 : 1;
      values[index] = (values[index] ?? 0) + step;
      left -= BigInt(step) * stays;
    }
    if (left === before) break;
  }
  return groups.map((group, index) => ({ ...group, value: values[index] ?? group.value }));
}

/**
 * Gives some diseases other values (structure, difficulty, policy) and scales the rest so that the sum of value ×
 * weighted stays is kept. Refuses when the adjusted diseases alone would use up the sum.
 *
 * @param adjusted new values by code, ten-thousandths of a point.
 */
export function adjustValues(catalogue: DipCatalogue, adjusted: ReadonlyMap<string, number>): AdjustedCatalogue {
  checkAdjustments(catalogue, adjusted);
  const before = totalValue(catalogue.groups);
  const fixed = catalogue.groups
    .filter(({ code }) => adjusted.has(code))
    .map((group) => ({ ...group, value: adjusted.get(group.code) ?? group.value }));
  const others = catalogue.groups.filter(({ code }) => !adjusted.has(code));
  const wanted = before - totalValue(fixed);
  const current = totalValue(others);
  if (wanted <= 0n || current === 0n) {
    throw refuse('dip-adjusted-all', 'the adjusted diseases leave no value for the others', 'adjust fewer diseases or by less', 'adjusted');
  }
  const scaled = others.map((group) => ({ ...group, value: Number((BigInt(group.value) * wanted * 2n + current) / (current * 2n)) }));
  const groups = [...fixed, ...spreadRest(scaled, wanted)].sort((left, right) => (left.code < right.code ? -1 : 1));
  const after = totalValue(groups);
  return { catalogue: { ...catalogue, groups }, before, after, rest: before - after };
}

/** value × institution coefficient × auxiliary coefficient, ten-thousandths of a point, rounded once. Coefficients in ten-thousandths. */
export function caseValue(value: number, institution: number, auxiliary = 10_000): number {
  return Number((BigInt(value) * BigInt(institution) * BigInt(auxiliary) * 2n + 100_000_000n) / 200_000_000n);
}

/** Value of a very cheap stay: value × cost ÷ standard, that is coefficient × [cost ÷ (standard × coefficient)]. */
export const veryLowValue = (value: number, cost_fen: number, standard_fen: number): number =>
  multiplyDivide(value, cost_fen, standard_fen);

/** Value of a very dear stay in the style of the first edition: value × (cost ÷ standard − bound + 1); `bound` in ten-thousandths. */
export function veryHighValue(value: number, cost_fen: number, standard_fen: number, bound: number): number {
  const times = multiplyDivide(cost_fen, 10_000, standard_fen) - bound + 10_000;
  return multiplyDivide(value, times, 10_000);
}
