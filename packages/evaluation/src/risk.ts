import type { GroupTotals } from './collect.ts';

/** Risk of dying of a group; `none` had no death. */
export const riskClasses = ['none', 'low', 'middle_low', 'middle_high', 'high'] as const;
export type RiskClass = (typeof riskClasses)[number];

/** How the classes were cut: mean and standard deviation of the natural logarithms of the mortality of groups with deaths. */
export interface RiskBounds {
  readonly groups: number;
  readonly mean: number;
  readonly deviation: number;
}

export interface RiskTable {
  readonly classes: ReadonlyMap<string, RiskClass>;
  /** Null when no group had a death. */
  readonly bounds: RiskBounds | null;
}

function classOf(logarithm: number, { mean, deviation }: RiskBounds): RiskClass {
  if (logarithm <= mean - deviation) return 'low';
  if (logarithm <= mean) return 'middle_low';
  return logarithm <= mean + deviation ? 'middle_high' : 'high';
}

/**
 * Risk classes by in-hospital mortality on a log scale: low at or below the mean minus one standard deviation, then cut
 * at the mean and at one deviation above it (CN-DRG practice, see the reference sheet 2.8). Groups count once each.
 */
export function riskTable(groups: readonly Pick<GroupTotals, 'code' | 'cases' | 'deaths'>[]): RiskTable {
  const sorted = [...groups].sort((left, right) => (left.code < right.code ? -1 : 1));
  const logarithms = sorted.flatMap(({ deaths, cases }) => (deaths === 0 ? [] : [Math.log(deaths / cases)]));
  if (logarithms.length === 0) return { classes: new Map(sorted.map(({ code }) => [code, 'none'])), bounds: null };
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length;
  const deviation = Math.sqrt(logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logarithms.length);
  const bounds = { groups: logarithms.length, mean, deviation };
  return {
    classes: new Map(sorted.map(({ code, deaths, cases }) => [code, deaths === 0 ? 'none' : classOf(Math.log(deaths / cases), bounds)])),
    bounds,
  };
}
