import type { DeclaredDays } from '@hengjian/operations';
import { words } from '@hengjian/standard';
import { area, day, required, text, type ValuesOf } from './options.ts';

/** Options of the commands that put a rule in force or take it out. */
export const daysOptions = {
  from: required(day(words('行为发生的起始日 yyyy-MM-dd', 'first day of the acts, yyyy-MM-dd'))),
  area: area(words('发布的地区（默认 000000）', 'area it is published for (default: 000000)')),
  reason: text('text', words('理由；日期已过时必填', 'why; needed for a day that has passed')),
} as const;

export const toOption = {
  to: day(words('截止日；此后恢复先前在用的版本', 'last day; what was in force before holds again after it')),
} as const;

/** Days and area as the life cycle takes them. */
export const declaredDays = ({ from, area: code, reason }: ValuesOf<typeof daysOptions>, to?: number): DeclaredDays => ({
  from,
  ...(to === undefined ? {} : { to }),
  ...(code === undefined ? {} : { area: code }),
  ...(reason === undefined ? {} : { reason }),
});
