import { formatDay, parseDay } from '@hengjian/standard';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCovered, monthOfYear, periodBefore, periodEnd, periodStart, periodText } from '../../interpret/period.ts';
import { reachesLimit, robustScore, roundedQuotient, scaledValue, spreadOf, twiceMedian } from './statistics.ts';

const day = (text: string): number => parseDay(text) ?? Number.NaN;

test('quotients are rounded half away from zero', () => {
  expect([7n, -7n, 5n, -5n, 0n].map((a) => roundedQuotient(a, 2n))).toEqual([4n, -4n, 3n, -3n, 0n]);
  expect(scaledValue(1n, 3n)).toBe(333_333n);
  expect(scaledValue(2n, 3n)).toBe(666_667n);
});

test('median and deviation of an odd and an even number of values, by hand', () => {
  // 1 2 3 4 100: median 3; deviations 2 1 0 1 97, median 1.
  expect(spreadOf([100n, 1n, 3n, 2n, 4n])).toEqual({ median2: 6n, mad4: 4n });
  // 1 2 4 9: median 3; deviations 2 1 1 6, median 1.5.
  expect(spreadOf([9n, 1n, 2n, 4n])).toEqual({ median2: 6n, mad4: 6n });
  expect(twiceMedian([])).toBe(0n);
});

test('the robust score of 100 among 1 2 3 4 100 is 97 ÷ 1.4826', () => {
  const [above, below] = robustScore(100n, spreadOf([1n, 2n, 3n, 4n, 100n]));
  expect(Number(roundedQuotient(above * 10_000n, below))).toBe(654_256);
  expect(reachesLimit(above, below, 654_256, false)).toBe(true);
  expect(reachesLimit(above, below, 654_257, false)).toBe(false);
});

test('a limit is reached exactly, above and below', () => {
  expect([reachesLimit(13n, 10n, 13_000, false), reachesLimit(13n, 10n, 13_000, true)]).toEqual([true, true]);
  expect([reachesLimit(129n, 100n, 13_000, false), reachesLimit(131n, 100n, 13_000, true)]).toEqual([false, false]);
});

test('half of the values lie on either side of the median and within the deviation', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -1000n, max: 1000n }), { minLength: 1, maxLength: 30 }), (values) => {
      const { median2, mad4 } = spreadOf(values);
      const count = (test: (value: bigint) => boolean): number => values.filter(test).length;
      expect(count((value) => 2n * value <= median2) * 2).toBeGreaterThanOrEqual(values.length);
      expect(count((value) => 2n * value >= median2) * 2).toBeGreaterThanOrEqual(values.length);
      const within = (value: bigint): boolean => 2n * (2n * value > median2 ? 2n * value - median2 : median2 - 2n * value) <= mad4;
      expect(count(within) * 2).toBeGreaterThanOrEqual(values.length);
      expect(spreadOf([...values].reverse())).toEqual({ median2, mad4 });
    }),
    { seed: 5 },
  );
});

test('periods begin and end on civil days', () => {
  expect(['month', 'quarter', 'year'].map((over) => formatDay(periodStart(day('2024-02-29'), over as 'month')))).toEqual([
    '2024-02-01',
    '2024-01-01',
    '2024-01-01',
  ]);
  expect(formatDay(periodEnd(day('2024-02-01'), 'month'))).toBe('2024-02-29');
  expect(formatDay(periodEnd(day('2025-10-01'), 'quarter'))).toBe('2025-12-31');
  expect(formatDay(periodBefore(day('2026-01-01'), 'quarter', 2))).toBe('2025-07-01');
  expect([periodText(day('2026-04-01'), 'quarter'), periodText(day('2026-04-01'), 'month'), periodText(day('2026-01-01'), 'year')]).toEqual(
    ['2026-Q2', '2026-04', '2026'],
  );
  expect(monthOfYear(day('2025-12-01'))).toBe(12);
});

test('data that miss more than a tenth of a period at either end do not cover it', () => {
  const [start, end] = [day('2026-01-01'), day('2026-03-31')];
  expect(isCovered(start, end, start + 9, end - 9)).toBe(true);
  expect(isCovered(start, end, start + 10, end)).toBe(false);
  expect(isCovered(start, end, start, end - 10)).toBe(false);
});
