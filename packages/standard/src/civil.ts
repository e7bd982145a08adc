import type { CivilDay, CivilMinute } from './units.ts';

/**
 * Civil dates and local civil times (Asia/Shanghai) without a time zone and without JavaScript `Date`.
 */
export const minutesPerDay = 1440;

/** Days since 1970-01-01 of a civil date (proleptic Gregorian; algorithm after H. Hinnant, days_from_civil). */
export function dayOf(year: number, month: number, date: number): CivilDay {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The civil date of a day as the integer yyyymmdd. */
export function ymdOf(day: CivilDay): number {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 10_000 + month * 100 + date;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** True for a date that exists in the calendar. */
export function isDate(year: number, month: number, date: number): boolean {
  if (month < 1 || month > 12 || date < 1) return false;
  const length = month === 2 && isLeap(year) ? 29 : (monthLengths[month - 1] ?? 0);
  return date <= length;
}

const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/;
const isoTime = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** Parses `yyyy-MM-dd`; `undefined` when it is no existing date. */
export function parseDay(text: string): CivilDay | undefined {
  const match = isoDate.exec(text);
  if (match === null) return undefined;
  const [year, month, date] = match.slice(1).map(Number) as [number, number, number];
  return isDate(year, month, date) ? dayOf(year, month, date) : undefined;
}

/** Parses `yyyy-MM-dd[ HH:mm[:ss]]` to the minute (seconds are cut); `undefined` when it does not exist. */
export function parseMinute(text: string): CivilMinute | undefined {
  const match = isoTime.exec(text);
  const day = match?.[1] === undefined ? undefined : parseDay(match[1]);
  if (match === null || day === undefined) return undefined;
  const hour = Number(match[2] ?? 0);
  const minute = Number(match[3] ?? 0);
  if (hour > 23 || minute > 59 || Number(match[4] ?? 0) > 59) return undefined;
  return day * minutesPerDay + hour * 60 + minute;
}

const two = (value: number): string => String(value).padStart(2, '0');

export function formatDay(day: CivilDay): string {
  const ymd = ymdOf(day);
  return `${String(Math.floor(ymd / 10_000)).padStart(4, '0')}-${two(Math.floor(ymd / 100) % 100)}-${two(ymd % 100)}`;
}

export function formatMinute(minute: CivilMinute): string {
  const day = Math.floor(minute / minutesPerDay);
  const rest = minute - day * minutesPerDay;
  return `${formatDay(day)} ${two(Math.floor(rest / 60))}:${two(rest % 60)}`;
}

export const dayOfMinute = (minute: CivilMinute): CivilDay => Math.floor(minute / minutesPerDay);

/** Completed years between two days, as law counts age: a birthday on 29 February falls on 1 March in common years. */
export function fullYears(birth: CivilDay, at: CivilDay): number {
  return Math.floor((ymdOf(at) - ymdOf(birth)) / 10_000);
}

/** Completed months between two days. */
export function fullMonths(birth: CivilDay, at: CivilDay): number {
  const from = ymdOf(birth);
  const to = ymdOf(at);
  const months = (Math.floor(to / 10_000) - Math.floor(from / 10_000)) * 12 + (Math.floor(to / 100) % 100) - (Math.floor(from / 100) % 100);
  return to % 100 < from % 100 ? months - 1 : months;
}
