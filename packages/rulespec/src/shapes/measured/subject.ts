import { formatDay } from '@hengjian/standard';
import type { BoundRules } from '../../bind/bound.ts';
import { columnAt } from '../../bind/codes.ts';
import type { CheckedRule } from '../../check/checked.ts';
import type { Scope } from '../../source/vocabulary.ts';
import type { Grouping } from './types.ts';

function groupText(bound: BoundRules, rule: CheckedRule, grouping: Grouping, point: number, item: number): string {
  if (grouping === 'all') return 'all';
  const table = rule.table === undefined ? undefined : bound.table(rule.table);
  const row = table?.rows[point];
  if (grouping === 'item') return `${row === undefined ? '' : `${row.point_id}/`}${bound.codes.values('item')[item] ?? ''}`;
  if (grouping === 'point' || table === undefined) return row?.point_id ?? '';
  return String(row?.cells[columnAt(table, grouping.column).index] ?? '');
}

/** The subject of a total: stable text made from codes and dates. */
export function groupSubject(
  bound: BoundRules,
  rule: CheckedRule,
  point: number,
  item: number,
  day: number,
  lineKey: () => string | null,
): string {
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
