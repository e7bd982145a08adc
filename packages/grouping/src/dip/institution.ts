import { RefusedInput } from '@hengjian/standard';
import type { DipCase } from './case.ts';
import type { DipCatalogue } from './catalogue.ts';
import type { DipParameters } from './parameters.ts';
import { addCost, type CostSum, emptySum, meanOf, ratioOf } from './statistics.ts';

/** Coefficient of one level of institutions; ten-thousandths. */
export interface LevelCoefficient {
  readonly level: string;
  readonly cases: number;
  readonly mean_fen: number;
  readonly coefficient: number;
}

/** One reason to raise the coefficient of an institution (technique, key specialty, CMI, evaluation, agreement). */
export interface CoefficientBonus {
  readonly fixmedins_code: string;
  readonly item: string;
  /** Ten-thousandths that are added. */
  readonly bonus: number;
}

export interface InstitutionCoefficient {
  readonly fixmedins_code: string;
  readonly base: number;
  readonly bonuses: readonly CoefficientBonus[];
  readonly coefficient: number;
}

/** Coefficient of a level for one disease; ten-thousandths. */
export interface DiseaseCoefficient extends LevelCoefficient {
  readonly grp_code: string;
}

function levelOf(parameters: DipParameters): ReadonlyMap<string, string> {
  return new Map(parameters.levels.flatMap(({ level, codes }) => codes.map((code) => [code, level])));
}

function weightsOf(parameters: DipParameters): ReadonlyMap<number, number> {
  return new Map(parameters.years.map(({ year, weight }) => [year, weight]));
}

/** Method 1: weighted mean cost of the level ÷ that of the city over the forming years. Highest level first. */
export function coefficientsByLevel(cases: readonly DipCase[], parameters: DipParameters): LevelCoefficient[] {
  const levels = levelOf(parameters);
  const weights = weightsOf(parameters);
  const city = emptySum();
  const sums = new Map<string, CostSum>(parameters.levels.map(({ level }) => [level, emptySum()]));
  for (const { cost_fen, year, hosp_lv } of cases) {
    const weight = weights.get(year);
    if (weight === undefined || cost_fen === null || cost_fen <= 0) continue;
    addCost(city, cost_fen, weight);
    const own = sums.get(levels.get(hosp_lv) ?? '');
    if (own !== undefined) addCost(own, cost_fen, weight);
  }
  const mean = meanOf(city);
  return parameters.levels.flatMap(({ level }) => {
    const sum = sums.get(level) ?? emptySum();
    const own = meanOf(sum);
    const coefficient = own === null || mean === null ? null : ratioOf(own, mean);
    return own === null || coefficient === null ? [] : [{ level, cases: sum.cases, mean_fen: own, coefficient }];
  });
}

/**
 * Method 2: base coefficient of an institution plus its bonuses, their sum at most `cap` (ten-thousandths). Throws
 * RefusedInput for a bonus of an institution without a base.
 */
export function coefficientsWithBonus(
  base: ReadonlyMap<string, number>,
  bonuses: readonly CoefficientBonus[],
  cap: number,
): InstitutionCoefficient[] {
  const unknown = bonuses.find(({ fixmedins_code }) => !base.has(fixmedins_code));
  if (unknown !== undefined) {
    throw new RefusedInput({
      code: 'dip-bonus-unknown',
      message: `the bonus ${unknown.item} is for ${unknown.fixmedins_code}, which has no base coefficient`,
      remedy: 'give the institution a base coefficient or take the bonus out',
      place: { field: 'bonuses' },
    });
  }
  return [...base]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([fixmedins_code, coefficient]) => {
      const own = bonuses.filter((bonus) => bonus.fixmedins_code === fixmedins_code);
      const sum = own.reduce((total, { bonus }) => total + bonus, 0);
      return { fixmedins_code, base: coefficient, bonuses: own, coefficient: coefficient + Math.min(sum, cap) };
    });
}

/**
 * Method 3: mean of the disease at a level ÷ its mean in the city. Left out: conservative and basic diseases, composite
 * diseases, diseases with fewer than `cases` stays at a level of the catalogue that treats it, and inversions (a lower
 * level dearer than a higher one).
 */
export function coefficientsByDisease({ groups, parameters }: DipCatalogue, cases: number): DiseaseCoefficient[] {
  const levels = parameters.levels.length;
  return groups.flatMap((group) => {
    if (group.basic || group.kind === 'composite' || (group.kind === 'core' && group.procedure === '')) return [];
    if (group.levels.length < Math.min(2, levels) || group.levels.some((level) => level.cases < cases)) return [];
    const inverted = group.levels.some((level, index) => (group.levels[index + 1]?.mean_fen ?? 0) > level.mean_fen);
    if (inverted) return [];
    return group.levels.flatMap((level) => {
      const coefficient = ratioOf(level.mean_fen, group.mean_fen);
      return coefficient === null ? [] : [{ grp_code: group.code, ...level, coefficient }];
    });
  });
}
