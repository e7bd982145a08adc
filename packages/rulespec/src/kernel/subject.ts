/** What both back ends must write alike: charges at issue and the subjects of groups. */
import { formatDay, multiplyDivide, ymdOf } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/bound.ts';
import { columnAt } from '../bind/codes.ts';
import type { CheckedRule, Grouping } from '../check/checked.ts';
import type { Measure, Scope, SumMeasure } from '../source/rule-source.ts';

/** Column that a sum of a visit adds up; `count` adds ones. */
export const sumColumns: Readonly<Record<SumMeasure, string | undefined>> = {
  cnt: 'cnt',
  amount: 'det_item_fee_sumamt',
  inscp: 'inscp_amt',
  ownpay: 'fulamt_ownpay_amt',
  count: undefined,
};

/** The share `part ÷ of` of an amount, never more than the amount; all of it where `of` is not positive. */
export function share(amount: number, part: number, of: number): number {
  if (of <= 0 || part >= of) return amount;
  return part <= 0 ? 0 : multiplyDivide(amount, part, of);
}

/** Charge of a line priced above its cap: (price − cap) × quantity, between 0 and the amount. */
export function overprice(amount: number, price: number, cap: number, quantity: number): number {
  if (price <= cap) return 0;
  return Math.min(amount, multiplyDivide(price - cap, quantity, 100_000_000));
}

/**
 * Takes `excess` from the violating lines, from the latest backwards, at each line's own amount per unit. Measures that
 * count things take every violating line whole.
 */
export function excessCharges(measure: Measure, excess: number, amounts: readonly number[], parts: readonly number[]): number[] {
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

function groupText(bound: BoundRulebook, rule: CheckedRule, grouping: Grouping, point: number, item: number): string {
  if (grouping === 'all') return 'all';
  const table = rule.table === undefined ? undefined : bound.table(rule.table);
  const row = table?.rows[point];
  if (grouping === 'item') return `${row === undefined ? '' : `${row.point_id}/`}${bound.codes.values('item')[item] ?? ''}`;
  if (grouping === 'point' || table === undefined) return row?.point_id ?? '';
  return String(row?.cells[columnAt(table, grouping.column).index] ?? '');
}

/** The subject of a total: stable text made from codes and dates. */
export function groupSubject(bound: BoundRulebook, rule: CheckedRule, point: number, item: number, day: number, lineKey: () => string | null): string {
  const { shape } = rule;
  if (shape.kind !== 'total') return '';
  const text = groupText(bound, rule, shape.group, point, item);
  const times: Readonly<Record<Scope, () => string>> = {
    day: () => formatDay(day),
    visit_day: () => formatDay(day),
    month: () => formatDay(day).slice(0, 7),
    year: () => formatDay(day).slice(0, 4),
    prescription: () => lineKey() ?? '',
    visit: () => '',
    history: () => '',
  };
  const time = times[shape.over]();
  return time === '' ? text : `${text}@${time}`;
}

/** Number of a scope unit that a day lies in. */
export const monthOf = (day: number): number => Math.floor(ymdOf(day) / 100);
export const yearOf = (day: number): number => Math.floor(ymdOf(day) / 10_000);
