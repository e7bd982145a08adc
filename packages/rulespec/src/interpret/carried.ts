import { type Asked, carries } from '@hengjian/standard';
import type { BoundRules } from '../bind/bound.ts';
import type { Writer } from '../operators/operator.ts';

const anyOf = (bound: BoundRules, any: Asked, institution: string | undefined): boolean =>
  any.some((column) => carries(bound.context, column, institution));

/**
 * Whether the deliveries of each institution carry one of some columns: 1 at id + 1. A visit without an institution may be
 * of any: it has what all of them carry.
 */
export function carriedMask(bound: BoundRules, any: Asked): Float64Array {
  const key = `carried ${any.map(({ table, column }) => `${table}.${column}`).join()}`;
  const codes = bound.codes.values('institution');
  const all = codes.length === 0 ? anyOf(bound, any, undefined) : codes.every((code) => anyOf(bound, any, code));
  return bound.codes.map('institution', key, all ? 1 : 0, (code) => (anyOf(bound, any, code) ? 1 : 0));
}

/** The same for the institution of an id, `null` where a visit has none. */
export const isCarried = (bound: BoundRules, any: Asked, id: number | null): boolean => carriedMask(bound, any)[(id ?? -1) + 1] === 1;

/** Text of whether the institution of a visit delivers one of some columns: a constant where all are alike. */
export function carriedText(to: Pick<Writer, 'bound' | 'column' | 'constant'>, any: Asked, visit: string): string {
  const mask = carriedMask(to.bound, any);
  if (mask.every((one) => one === 1)) return 'true';
  if (mask.every((one) => one === 0)) return 'false';
  return `(${to.constant(mask, 'carried')}[${to.column('visits', 'fixmedins_code')}[${visit}] + 1] === 1)`;
}
