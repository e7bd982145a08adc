import { formatDay, formatMinute, formatScaled } from '@hengjian/standard';
import type { BoundRules } from '../bind/bound.ts';
import { dictionaryOf, isCode, isNumeric, placesOf, type Type } from '../check/types.ts';
import type { Value } from '../operators/operator.ts';
/** What stands where a value is missing. */
export const dash = '—';

/** A value as people read it: trailing zeros of decimals are cut. */
export function showValue(value: Value, type: Type, bound: BoundRules): string {
  if (value === null) return dash;
  if (typeof value === 'boolean') return String(value);
  if (isCode(type)) return bound.codes.values(dictionaryOf(type))[value] ?? dash;
  if (type === 'day') return formatDay(value);
  if (type === 'minute') return formatMinute(value);
  if (!isNumeric(type)) return String(value);
  const text = formatScaled(value, placesOf(type));
  return type === 'money' || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
}
