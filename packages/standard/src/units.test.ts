import { expect, test } from 'vitest';
import type { CivilDay, CivilMinute, Fen, MicroYuan } from './index.ts';
import { dayOfMinute, formatDay, lineAmount, parseDay, parseFen } from './index.ts';

test('a number of one unit is never taken for one of another', () => {
  const day: CivilDay = parseDay('2026-03-01') ?? 0;
  const minute: CivilMinute = day * 1440;
  const price: MicroYuan = 2_500_000;
  const fen: Fen = parseFen('2.50') ?? 0;
  expect(formatDay(dayOfMinute(minute))).toBe('2026-03-01');
  // @ts-expect-error minutes are no days
  expect(formatDay(minute)).not.toBe('2026-03-01');
  // @ts-expect-error money is no unit price
  expect(lineAmount(10_000, fen)).toBe(0);
  expect(lineAmount(10_000, price)).toBe(fen);
});
