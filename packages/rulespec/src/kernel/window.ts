import { minutesPerDay } from '@hengjian/standard';
import { windowCodes } from '../knowledge/knowledge.ts';

const { minutes, days } = windowCodes;

/** Days that a window can reach to either side; Infinity where it does not go by time. */
export function windowReach(window: number): number {
  if (window >= days) return window - days;
  if (window >= minutes) return Math.floor((window - minutes) / minutesPerDay) + 1;
  return window === windowCodes.day || window === windowCodes.hour || window === windowCodes.visit_day ? 0 : Number.POSITIVE_INFINITY;
}

/** 0 outside, 1 inside, 2 open for want of a time, 3 open for want of a prescription. */
export function inWindow(
  window: number,
  a: number,
  b: number,
  visits: Int32Array,
  times: Int32Array,
  precisions: Int8Array,
  prescriptions: Int32Array,
  daily: number,
): number {
  const [timeA, timeB] = [times[a] ?? 0, times[b] ?? 0];
  const [dayA, dayB] = [Math.floor(timeA / minutesPerDay), Math.floor(timeB / minutesPerDay)];
  if (window >= days) return Math.abs(dayA - dayB) <= window - days ? 1 : 0;
  const vagueA = precisions[a] === daily;
  const vagueB = precisions[b] === daily;
  if (window >= minutes) {
    const firstA = vagueA ? dayA * minutesPerDay : timeA;
    const lastA = vagueA ? dayA * minutesPerDay + minutesPerDay - 1 : timeA;
    const firstB = vagueB ? dayB * minutesPerDay : timeB;
    const lastB = vagueB ? dayB * minutesPerDay + minutesPerDay - 1 : timeB;
    if (Math.max(0, firstB - lastA, firstA - lastB) > window - minutes) return 0;
    return vagueA || vagueB ? 2 : 1;
  }
  if (window === windowCodes.visit) return visits[a] === visits[b] ? 1 : 0;
  if (window === windowCodes.day) return dayA === dayB ? 1 : 0;
  if (window === windowCodes.visit_day) return visits[a] === visits[b] && dayA === dayB ? 1 : 0;
  if (window === windowCodes.hour) {
    if (vagueA || vagueB) return dayA === dayB ? 2 : 0;
    return Math.floor(timeA / 60) === Math.floor(timeB / 60) ? 1 : 0;
  }
  if (window === windowCodes.prescription) {
    if (visits[a] !== visits[b]) return 0;
    const [x, y] = [prescriptions[a] ?? -1, prescriptions[b] ?? -1];
    if (x < 0 || y < 0) return 3;
    return x === y ? 1 : 0;
  }
  return 1;
}
