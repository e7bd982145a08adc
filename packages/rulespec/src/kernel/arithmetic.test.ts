import { lineAmount } from '@hengjian/standard';
import { expect, test } from 'vitest';
import { Grouper } from './grouper.ts';
import { portion, priceTimesQuantity, rankOf, ratioHolds } from './runtime.ts';
import { excessCharges, overprice, share } from './subject.ts';

test('price times quantity rounds as the exact product does', () => {
  for (const [price, quantity] of [
    [6_150_000, 20_000],
    [1, 50_000_000],
    [1, 49_999_999],
    [-3, 50_000_000],
    [99_999_999_999, 999_999_999],
    [12_345_678, 98_765],
  ] as const) {
    expect(priceTimesQuantity(price, quantity)).toBe(lineAmount(quantity, price));
  }
});

test('quotients are compared exactly, also beyond 2^53', () => {
  expect(ratioHolds('>', 1, 0, 0)).toBe(false);
  expect(ratioHolds('>', 9_007_199_254_740_991, 9_007_199_254_740_990, 10_000)).toBe(true);
  expect(ratioHolds('<', 1, -2, 0)).toBe(true);
  expect((['==', '!=', '<', '<=', '>', '>='] as const).map((op) => ratioHolds(op, 1, 2, 5000))).toEqual([
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
});

test('charges at issue', () => {
  expect(share(1000, 1, 3)).toBe(333);
  expect(share(1000, 4, 3)).toBe(1000);
  expect(share(1000, -1, 3)).toBe(0);
  expect(share(1000, 1, 0)).toBe(1000);
  expect(overprice(1000, 5, 6, 10_000)).toBe(0);
  expect(overprice(1000, 7_000_000, 5_000_000, 20_000)).toBe(400);
  expect(excessCharges('cnt', 15, [100, 200], [10, 10])).toEqual([50, 200]);
  expect(excessCharges('days', 1, [100, 200], [1, 1])).toEqual([100, 200]);
  expect(portion(10, 1, 0)).toBe(10);
});

test('hospital levels', () => {
  expect(['01', '05', '08', '11'].map((level) => rankOf('hosp_lv', level))).toEqual([3, 2, 1, 0]);
  expect(['1', '2', '3', '9'].map((level) => rankOf('lmtpric_hosp_lv', level))).toEqual([1, 2, 3, 0]);
});

test('a grouper keeps groups in order of their first candidate, through growth and resets', () => {
  const grouper = new Grouper();
  for (let round = 0; round < 3; round += 1) {
    for (let row = 0; row < 500; row += 1) grouper.add(row % 170, row % 2, row, 0, row, -1, 1, true);
    grouper.add(9, 9, 1, 0, 0, -1, 1, true);
    grouper.add(9, 9, 1, 0, 0, -1, 1, true);
    expect(grouper.count).toBe(171);
    expect(grouper.size).toBe(501);
    const group = grouper.find(3, 1);
    const rows: number[] = [];
    for (let at = grouper.head[group] ?? -1; at >= 0; at = grouper.next[at] ?? -1) rows.push(grouper.row[at] ?? -1);
    expect(rows).toEqual([3, 173, 343]);
    expect(grouper.find(3, 7)).toBe(-1);
    grouper.reset();
    expect(grouper.find(3, 1)).toBe(-1);
  }
});
