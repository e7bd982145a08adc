import { RefusedInput } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { poolFund } from './budget.ts';
import { sumOfParts } from './step.ts';

const rest = { pool: 'p', reserve_share: 500, forms: { group: 7_000, bed_day: 1_000, outpatient: 2_000 } };

describe('the fund of a pool', () => {
  it('follows from items, a share, or growth, and divides by form to the fen', () => {
    const items = [
      { name: { zh: '住院预算', en: 'inpatient' }, fen: 100_000_01 },
      { name: { zh: '异地', en: 'elsewhere' }, fen: -20_000_00 },
    ];
    const fund = poolFund({ ...rest, rule: { by: 'items', items } });
    expect(fund).toMatchObject({
      total_fen: 8_000_001,
      reserve_fen: 400_000,
      forms: { group: 5_320_001, bed_day: 760_000, outpatient: 1_520_000 },
    });
    expect(sumOfParts(fund.steps)).toBe(fund.total_fen);
    expect(poolFund({ ...rest, rule: { by: 'share', of_fen: 1_000_000, share: 9_000 } }).total_fen).toBe(900_000);
    expect(poolFund({ ...rest, rule: { by: 'growth', last_fen: 1_000_000, growth: -300 } }).total_fen).toBe(970_000);
  });
  it('is refused when forms are not 100 % or the sum is negative', () => {
    expect(() => poolFund({ ...rest, forms: { group: 9_999 }, rule: { by: 'items', items: [] } })).toThrow(RefusedInput);
    expect(() => poolFund({ ...rest, rule: { by: 'items', items: [{ name: { zh: '', en: '' }, fen: -1 }] } })).toThrow(RefusedInput);
  });
});
