import { RefusedInput } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { dipPointRate, rateOf, splitPoints } from './rates.ts';

describe('rates', () => {
  it('at the start of the year are cost ÷ points', () => {
    expect(rateOf(1_000_000_00, 1_000_000, 'P')).toBe(10_000_000_000); // 1,000,000.00 yuan ÷ 100 weights
    expect(rateOf(100_00, 30_000, 'P')).toBe(33_333_333); // 100.00 ÷ 3 points
    expect(() => rateOf(1, 0, 'P')).toThrow(RefusedInput);
  });
  it('of DIP at settlement are (fund ÷ ratio) ÷ points', () => {
    // 700,000.00 ÷ 70 % = 1,000,000.00; ÷ 125,000 points = 8.00 yuan
    expect(dipPointRate(70_000_000, 7_000, 1_250_000_000, 'P')).toBe(8_000_000);
    expect(() => dipPointRate(1, 0, 1, 'P')).toThrow(RefusedInput);
  });
  it('divide points into fixed and floating', () => {
    const points = { all: 1_200_000, rigid: 300_000 };
    expect(splitPoints({ by: 'fixed' }, points)).toEqual({ fixed: 1_200_000, floating: 0 });
    expect(splitPoints({ by: 'floating' }, points)).toEqual({ fixed: 0, floating: 1_200_000 });
    expect(splitPoints({ by: 'elastic_rigid' }, points)).toEqual({ fixed: 300_000, floating: 900_000 });
    // 100 base points fixed, of 20 more 8 : 2
    expect(splitPoints({ by: 'elastic_volume', base_points: 1_000_000, fixed_share: 8_000 }, points)).toEqual({
      fixed: 1_160_000,
      floating: 40_000,
    });
    expect(splitPoints({ by: 'elastic_volume', base_points: 2_000_000, fixed_share: 8_000 }, points)).toEqual({
      fixed: 1_200_000,
      floating: 0,
    });
  });
});
