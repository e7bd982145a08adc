import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decimals,
  decimalsOf,
  formatScaled,
  formatYuan,
  lineAmount,
  multiplyDivide,
  parseFen,
  parseMicroYuan,
  parseScaled,
  splitByLargestRemainder,
} from './decimal.ts';

describe('decimals', () => {
  it('reads and writes every fen exactly', () => {
    fc.assert(fc.property(fc.integer({ min: -9_000_000_000_000, max: 9_000_000_000_000 }), (fen) => parseFen(formatYuan(fen)) === fen));
  });

  it('refuses what is no plain decimal or has more decimals than the type keeps', () => {
    for (const text of ['', '.', '-', '1e400', '1,000.00', '12.345', '１２', 'NaN', '0x10']) expect(parseFen(text)).toBeUndefined();
    expect(parseFen('12.340')).toBe(1234);
    expect(parseFen(' -0.5 ')).toBe(-50);
    expect(parseFen('-0')).toBe(0);
    expect(parseMicroYuan('0.000001')).toBe(1);
    expect(parseScaled('99999999999999999', 2)).toBeUndefined();
  });

  it('are as many as the type of a definition keeps, and none are guessed for what is no number', () => {
    for (const [type, places] of Object.entries(decimals)) expect(decimalsOf(type)).toBe(places);
    expect(() => decimalsOf('text')).toThrow('text is no numeric type');
    expect(() => decimalsOf(undefined)).toThrow('no numeric type');
  });

  it('multiplies and divides as exact fractions do, rounding half away from zero', () => {
    const safe = fc.integer({ min: -90_000_000, max: 90_000_000 });
    fc.assert(
      fc.property(safe, safe, fc.integer({ min: 1, max: 1_000_000_000 }), (a, b, c) => {
        const result = BigInt(multiplyDivide(a, b, c));
        const twice = BigInt(a) * BigInt(b) * 2n - result * 2n * BigInt(c);
        expect(twice <= BigInt(c) && twice >= -BigInt(c)).toBe(true);
      }),
    );
    expect([multiplyDivide(1, 1, 2), multiplyDivide(-1, 1, 2), multiplyDivide(3, 1, -2)]).toEqual([1, -1, -2]);
  });

  it('multiplies a quantity by a price to fen', () => {
    expect(lineAmount(15_000, 33_330_000)).toBe(5000);
    expect(formatScaled(5, 4)).toBe('0.0005');
  });

  it('splits by the largest remainder and conserves the sum', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), weights, (total, parts) => {
        const split = splitByLargestRemainder(total, parts);
        expect(split.reduce((left, right) => left + right, 0)).toBe(total);
        expect(split).toHaveLength(parts.length);
      }),
    );
    expect(splitByLargestRemainder(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(splitByLargestRemainder(7, [0, 0])).toEqual([7, 0]);
    expect(splitByLargestRemainder(7, [])).toEqual([]);
  });
});
