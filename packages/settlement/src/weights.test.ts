import { dayOf } from '@hengjian/standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertyRuns } from './fixture.ts';
import { calculateWeights, keepTotal, trimBounds, type WeightCase, type WeightParameters } from './weights.ts';

const past = (grp_code: string, medfee_sumamt: number, year = 2025, more: Partial<WeightCase> = {}): WeightCase => ({
  fixmedins_code: 'H3',
  hosp_lv: '02',
  dscg_day: dayOf(year, 6, 1),
  medfee_sumamt,
  status: 'grouped',
  adrg: grp_code.slice(0, 3),
  grp_code,
  ...more,
});
const parameters: WeightParameters = {
  method: 'drg_rate',
  years: [{ year: 2025, factor: 1 }],
  trim: { by: 'none' },
  least_cases: 2,
  given: {},
  adjustments: [],
};
const weights = (run: { readonly groups: readonly { readonly grp_code: string; readonly weight: number }[] }) =>
  Object.fromEntries(run.groups.map((group) => [group.grp_code, group.weight]));

// Mean of A: 20,000.00; of B: 5,000.00; of all: (2 × 20,000 + 2 × 5,000) ÷ 4 = 12,500.00. Weights 1.6 and 0.4.
const four = [past('AA19', 1_800_000), past('AA19', 2_200_000), past('BB19', 400_000), past('BB19', 600_000)];

describe('weights', () => {
  it('are the mean of the group ÷ the mean of all, times 100 or 1,000 for points', () => {
    expect(weights(calculateWeights(four, parameters))).toEqual({ AA19: 16_000, BB19: 4_000 });
    expect(weights(calculateWeights(four, { ...parameters, method: 'drg_points' }))).toEqual({ AA19: 1_600_000, BB19: 400_000 });
    expect(weights(calculateWeights(four, { ...parameters, method: 'dip_points' }))).toEqual({ AA19: 16_000_000, BB19: 4_000_000 });
  });

  it('count years by their factors', () => {
    // A: (1 × 10,000 + 7 × 20,000) ÷ 8 = 18,750.00; B: 5,000.00 × 8 ÷ 8; all: (150,000 + 40,000) ÷ 16 = 11,875.00
    const years = [
      past('AA19', 1_000_000, 2023),
      past('AA19', 2_000_000),
      past('BB19', 500_000, 2023),
      past('BB19', 500_000),
      past('BB19', 99, 2019),
    ];
    const run = calculateWeights(years, {
      ...parameters,
      years: [
        { year: 2023, factor: 1 },
        { year: 2025, factor: 7 },
      ],
    });
    expect(run.mean_fen).toBe(1_187_500);
    expect(weights(run)).toEqual({ AA19: 15_789, BB19: 4_211 });
  });

  it('leave out what a trim cuts off, bounds inclusive', () => {
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((each) => each * 100);
    expect(trimBounds(ten, { by: 'percentile', low: 250, high: 9_750 })).toEqual({ low: 100, high: 10_000 });
    expect(trimBounds(ten, { by: 'percentile', low: 1_001, high: 9_000 })).toEqual({ low: 200, high: 900 });
    expect(trimBounds(ten, { by: 'iqr', times: 15_000 })).toEqual({ low: 300 - 750, high: 800 + 750 }); // quartiles 3.00 and 8.00
    expect(trimBounds(ten, { by: 'mean_share', low: 3_000, high: 30_000 })).toEqual({ low: 435, high: 4_350 }); // mean 14.50
    const run = calculateWeights(
      ten.map((cost) => past('AA19', cost)),
      { ...parameters, trim: { by: 'iqr', times: 15_000 } },
    );
    expect(run.groups[0]).toMatchObject({ cases: 9, trimmed: 1, mean_fen: 500 });
  });

  it('of groups with few cases come from a decision, the ADRG, or their own few', () => {
    const few = [...four, past('AA11', 9_000_000), past('CC19', 1_000_000), past('DD19', 1_000_000)];
    const run = calculateWeights(few, { ...parameters, given: { CC19: 12_345, EE19: 20_000 } });
    // All: (50,000 + 90,000 + 20,000) ÷ 7 = 22,857.14; ADRG AA1: 130,000 ÷ 3 = 43,333.33 → 1.8958
    expect(run.groups.map(({ grp_code, source, base_weight }) => [grp_code, source, base_weight])).toEqual([
      ['AA11', 'adrg', 18_958],
      ['AA19', 'own', 8_750],
      ['BB19', 'own', 2_188],
      ['CC19', 'given', 12_345],
      ['DD19', 'few', 4_375],
      ['EE19', 'given', 20_000],
    ]);
  });

  it('keep the total when relative prices are adjusted, and show whom it moves', () => {
    const cases = [...four, past('BB19', 500_000, 2025, { fixmedins_code: 'H2' }), past('BB19', 500_000, 2025, { fixmedins_code: 'H2' })];
    // Mean of all 10,000.00: weights 2.0 and 0.5, total 2 × 2.0 + 4 × 0.5 = 6.0. B × 1.2: total 6.4, so × 6.0 ÷ 6.4: 1.875 and 0.5625.
    const run = calculateWeights(cases, {
      ...parameters,
      adjustments: [{ grp_code: 'BB19', factor: 12_000, reason: { zh: '儿科倾斜', en: 'paediatrics' } }],
    });
    expect(weights(run)).toEqual({ AA19: 18_750, BB19: 5_625 });
    expect(run).toMatchObject({ total_before: 60_000, total_after: 60_000, residual: 0 });
    expect(run.groups[1]).toMatchObject({ base_weight: 5_000, factor: 12_000, reason: { zh: '儿科倾斜' } });
    // H2: 2 × (0.5625 − 0.5) = 0.125 × 10,000.00; H3 loses the same.
    expect(run.hospitals).toEqual([
      { fixmedins_code: 'H2', cases: 2, weight_before: 10_000, weight_after: 11_250, effect_fen: 125_000 },
      { fixmedins_code: 'H3', cases: 4, weight_before: 50_000, weight_after: 48_750, effect_fen: -125_000 },
    ]);
  });

  it('do not depend on the order of the cases, and the total is kept but for less than the largest group', () => {
    const one = fc.record({
      group: fc.integer({ min: 0, max: 12 }),
      cost: fc.integer({ min: 1, max: 50_000_000 }),
      year: fc.integer({ min: 2023, max: 2025 }),
    });
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 60 }),
        fc.array(fc.integer({ min: 5_000, max: 20_000 }), { minLength: 13, maxLength: 13 }),
        (drawn, factors) => {
          const cases = drawn.map(({ group, cost, year }) => past(`G${String(group).padStart(2, '0')}9`, cost, year));
          const chosen: WeightParameters = {
            ...parameters,
            years: [2023, 2024, 2025].map((year, index) => ({ year, factor: [1, 2, 7][index] ?? 1 })),
            adjustments: factors.map((factor, index) => ({
              grp_code: `G${String(index).padStart(2, '0')}9`,
              factor,
              reason: { zh: '', en: '' },
            })),
          };
          const run = calculateWeights(cases, chosen);
          expect(calculateWeights(cases.toReversed(), chosen)).toEqual(run);
          const total = run.groups.reduce((sum, group) => sum + group.weight * group.weighted_cases, 0);
          expect(total).toBe(run.total_after);
          const largest = Math.max(...run.groups.map((group) => group.weighted_cases));
          if (run.groups.every((group) => group.weight > 1)) {
            expect(run.residual).toBeGreaterThanOrEqual(0);
            expect(run.residual).toBeLessThan(largest);
          }
        },
      ),
      { numRuns: propertyRuns },
    );
  });
});

it('keeping a total leaves what does not fit, and says so', () => {
  expect(keepTotal([10_000, 10_000], [3, 5], 80_002)).toEqual({ weights: [10_000, 10_000], residual: 2 });
  expect(keepTotal([10_000, 10_000], [3, 5], 80_003)).toEqual({ weights: [10_001, 10_000], residual: 0 });
});
