import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, formatDay, formatMinute, fullMonths, fullYears, isDate, parseDay, parseMinute, ymdOf } from './civil.ts';

const anyDay = fc.integer({ min: -100_000, max: 100_000 });

describe('civil dates', () => {
  it('agree with the calendar of JavaScript for three centuries', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const date = new Date(day * 86_400_000);
        const ymd = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
        expect(ymdOf(day)).toBe(ymd);
        expect(dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(day);
        expect(parseDay(formatDay(day))).toBe(day);
      }),
    );
  });

  it('refuse days that do not exist', () => {
    for (const text of ['2026-02-31', '2025-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '20260101', ''])
      expect(parseDay(text)).toBeUndefined();
    expect(isDate(2024, 2, 29)).toBe(true);
    expect(isDate(1900, 2, 29)).toBe(false);
  });

  it('read and write minutes', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 60_000_000 }), (minute) => parseMinute(formatMinute(minute)) === minute));
    expect(parseMinute('1970-01-02')).toBe(1440);
    expect(parseMinute('1970-01-01T00:01:59')).toBe(1);
    for (const text of ['2026-01-01 24:00', '2026-01-01 10:60', '2026-02-30 10:00', 'yesterday']) expect(parseMinute(text)).toBeUndefined();
  });

  it('count completed years and months', () => {
    const at = (text: string): number => parseDay(text) ?? Number.NaN;
    expect(fullYears(at('2008-03-01'), at('2026-02-28'))).toBe(17);
    expect(fullYears(at('2008-03-01'), at('2026-03-01'))).toBe(18);
    expect(fullYears(at('2008-02-29'), at('2026-02-28'))).toBe(17);
    expect(fullMonths(at('2026-01-31'), at('2026-02-28'))).toBe(0);
    expect(fullMonths(at('2025-12-15'), at('2026-02-15'))).toBe(2);
  });
});
