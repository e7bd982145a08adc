import { type Asked, carries } from '@hengjian/standard';
import type { BoundRules } from '../bind/bound.ts';
import type { Codes } from '../bind/codes.ts';
import type { Writer } from '../operators/operator.ts';

const anyOf = (bound: BoundRules, any: Asked, institution: string | undefined): boolean =>
  any.some((column) => carries(bound.context, column, institution));

/** What was found out, by what was asked, for the rules of a lake: filters and the interpreter ask for every rule, kind and line. */
const found = new WeakMap<Codes, Map<string, Float64Array>>();

/**
 * Whether the deliveries of each institution carry one of some columns: 1 at id + 1. A visit without an institution may be
 * of any: it has what all of them carry. Each institution is asked once for each question.
 */
export function carriedMask(bound: BoundRules, any: Asked): Float64Array {
  const known = found.get(bound.codes) ?? new Map<string, Float64Array>();
  found.set(bound.codes, known);
  const key = any.map(({ table, column }) => `${table}.${column}`).join();
  const before = known.get(key);
  if (before !== undefined) return before;
  const own = bound.codes.values('institution').map((code) => anyOf(bound, any, code));
  const all = own.length === 0 ? anyOf(bound, any, undefined) : own.every((one) => one);
  const mask = Float64Array.from([all, ...own], Number);
  known.set(key, mask);
  return mask;
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
