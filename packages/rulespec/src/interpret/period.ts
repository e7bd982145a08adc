import { type CivilDay, dayOf, formatDay, ymdOf } from '@hengjian/standard';
import type { Period } from '../shapes/peer/types.ts';

const monthsIn: Readonly<Record<Period, number>> = { month: 1, quarter: 3, year: 12 };

/** Months since the year 0. */
function monthNumber(day: CivilDay): number {
  const ymd = ymdOf(day);
  return Math.floor(ymd / 10_000) * 12 + (Math.floor(ymd / 100) % 100) - 1;
}

const firstDay = (month: number): CivilDay => dayOf(Math.floor(month / 12), (month % 12) + 1, 1);

/** First day of the period that a day lies in. */
export function periodStart(day: CivilDay, over: Period): CivilDay {
  const month = monthNumber(day);
  return firstDay(month - (month % monthsIn[over]));
}

/** Last day of the period that begins on a day. */
export const periodEnd = (start: CivilDay, over: Period): CivilDay => firstDay(monthNumber(start) + monthsIn[over]) - 1;

const lastKept = 65_535;

/** A function of days that remembers what it said of those from 1970 to 2149; it never says `unasked`. */
function remembered(of: (day: CivilDay) => CivilDay): (day: CivilDay) => CivilDay {
  const unasked = -2_147_483_648;
  const known = new Int32Array(lastKept + 1).fill(unasked);
  return (day) => {
    if (day < 0 || day > lastKept) return of(day);
    const found = known[day] as number;
    if (found !== unasked) return found;
    const said = of(day);
    known[day] = said;
    return said;
  };
}

const eachPeriod = <T>(make: (over: Period) => T): Readonly<Record<Period, T>> => ({
  month: make('month'),
  quarter: make('quarter'),
  year: make('year'),
});

/** `periodStart` and `periodEnd` by tables. */
export const periodStarts = eachPeriod((over) => remembered((day) => periodStart(day, over)));
export const periodEnds = eachPeriod((over) => remembered((start) => periodEnd(start, over)));

/** First day of the period `count` periods before the one that begins on a day. */
export const periodBefore = (start: CivilDay, over: Period, count: number): CivilDay =>
  firstDay(monthNumber(start) - count * monthsIn[over]);

export const monthStart = (day: CivilDay): CivilDay => periodStart(day, 'month');

/** Month of the year, 1 to 12, in which a period begins. */
export const monthOfYear = (start: CivilDay): number => (monthNumber(start) % 12) + 1;

/** `2026-03`, `2026-Q1` or `2026`. */
export function periodText(start: CivilDay, over: Period): string {
  const text = formatDay(start);
  if (over === 'year') return text.slice(0, 4);
  return over === 'month' ? text.slice(0, 7) : `${text.slice(0, 4)}-Q${Math.floor((monthOfYear(start) - 1) / 3) + 1}`;
}

/**
 * Whether data from one day to another cover a period: they begin in its first tenth and end in its last. An institution
 * that is closed over a holiday has no rows on the first days of a period and is covered all the same.
 */
export function isCovered(start: CivilDay, end: CivilDay, from: CivilDay, to: CivilDay): boolean {
  const slack = Math.floor((end - start + 1) / 10);
  return from <= start + slack && to >= end - slack;
}
