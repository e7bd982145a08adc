import { describe, expect, it } from 'vitest';
import { costCoefficients } from './coefficients.ts';
import { demonstrationStay as stay } from './fixture.ts';
import { calculateWeights } from './weights.ts';

const past = (fixmedins_code: string, hosp_lv: string, grp_code: string, medfee_sumamt: number) =>
  stay({ fixmedins_code, hosp_lv, grp_code, medfee_sumamt });
// Means: FM19 20,000.00, ES29 10,000.00.
const cases = [
  past('H3', '02', 'FM19', 2_200_000),
  past('H3', '02', 'FM19', 2_000_000),
  past('H2', '06', 'FM19', 1_800_000),
  past('H2', '06', 'ES29', 800_000),
  past('H1', '09', 'ES29', 1_200_000),
];
const run = calculateWeights(cases, {
  method: 'drg_rate',
  years: [{ year: 2026, factor: 1 }],
  trim: { by: 'none' },
  least_cases: 0,
  given: {},
  adjustments: [],
});
const bounds = { least: 5_000, most: 15_000, least_cases: 1 };

describe('cost coefficients', () => {
  it('are actual ÷ expected at the means of the groups, by level and hospital', () => {
    const levels = { '3': 10_500, '2': 8_667, '1': 12_000 }; // (22 + 20) ÷ 40; (18 + 8) ÷ 30; 12 ÷ 10
    expect(costCoefficients(cases, run, { by: 'level', ...bounds })).toEqual({ hospitals: {}, levels });
    expect(costCoefficients(cases, run, { by: 'hospital', ...bounds, least_cases: 2 })).toEqual({
      hospitals: { H2: { coefficient: 8_667 }, H3: { coefficient: 10_500 } },
      levels,
    });
  });
  it('of a group in a hospital are its mean ÷ the mean of all', () => {
    const { hospitals } = costCoefficients(cases, run, { by: 'group', ...bounds });
    expect(hospitals).toEqual({
      H1: { coefficient: 12_000, groups: { ES29: 12_000 } },
      H2: { coefficient: 8_667, groups: { ES29: 8_000, FM19: 9_000 } },
      H3: { coefficient: 10_500, groups: { FM19: 10_500 } },
    });
  });
  it('keep to their bounds', () => {
    expect(costCoefficients(cases, run, { by: 'hospital', least: 9_000, most: 11_000, least_cases: 1 }).hospitals).toEqual({
      H1: { coefficient: 11_000 },
      H2: { coefficient: 9_000 },
      H3: { coefficient: 10_500 },
    });
  });
  it('do not count stays without a group', () => {
    const other = [...cases, { ...past('H9', '02', '0000', 9_000_000), status: 'none' as const }];
    expect(costCoefficients(other, run, { by: 'group', ...bounds })).toEqual(costCoefficients(cases, run, { by: 'group', ...bounds }));
  });
});
