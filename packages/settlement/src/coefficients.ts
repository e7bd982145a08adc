import { multiplyDivide } from '@hengjian/standard';
import { type HospitalPrice, type Level, levelOf, one } from './tariff.ts';
import { byText } from './versions.ts';
import type { WeightCase, WeightRun } from './weights.ts';

export const coefficientKinds = ['level', 'hospital', 'group'] as const;

export interface CoefficientParameters {
  /** Which get one of their own: levels; hospitals too; hospitals and each of their groups. */
  readonly by: (typeof coefficientKinds)[number];
  /** Bounds of a coefficient, in ten-thousandths. */
  readonly least: number;
  readonly most: number;
  /** Hospitals, and groups of a hospital, with fewer cases get none of their own. */
  readonly least_cases: number;
}

export interface Coefficients {
  readonly hospitals: Readonly<Record<string, HospitalPrice>>;
  readonly levels: Readonly<Partial<Record<Level, number>>>;
}

interface Sum {
  cost: number;
  expected: number;
  cases: number;
}

/** Adds a case to the sum of a key. */
function add<Key>(sums: Map<Key, Sum>, key: Key, cost: number, expected: number): void {
  const sum = sums.get(key);
  if (sum === undefined) {
    sums.set(key, { cost, expected, cases: 1 });
    return;
  }
  sum.cost += cost;
  sum.expected += expected;
  sum.cases += 1;
}

const sorted = <Key extends string>(sums: ReadonlyMap<Key, Sum>): readonly (readonly [Key, Sum])[] =>
  [...sums].sort(([a], [b]) => byText(a, b));

/**
 * Cost coefficients, in ten-thousandths: actual cost ÷ what the same cases cost at the means of their groups, within
 * bounds. Of a group in a hospital it is the mean of the hospital ÷ the mean of all (2.6 of the reference sheet); over all
 * groups together it is that of a hospital or level (3.4). A group without cases elsewhere comes out at about 1.
 */
export function costCoefficients(cases: Iterable<WeightCase>, run: WeightRun, parameters: CoefficientParameters): Coefficients {
  const { by, least, most, least_cases } = parameters;
  const means = new Map(run.groups.map(({ grp_code, mean_fen }) => [grp_code, mean_fen]));
  const levels = new Map<Level, Sum>();
  const hospitals = new Map<string, { readonly all: Sum; readonly groups: Map<string, Sum> }>();
  for (const { status, grp_code, hosp_lv, fixmedins_code, medfee_sumamt } of cases) {
    const mean = status === 'grouped' ? (means.get(grp_code) ?? 0) : 0;
    if (mean === 0) continue;
    add(levels, levelOf(hosp_lv), medfee_sumamt, mean);
    if (by === 'level') continue;
    const own = hospitals.get(fixmedins_code) ?? { all: { cost: 0, expected: 0, cases: 0 }, groups: new Map<string, Sum>() };
    hospitals.set(fixmedins_code, own);
    own.all.cost += medfee_sumamt;
    own.all.expected += mean;
    own.all.cases += 1;
    if (by === 'group') add(own.groups, grp_code, medfee_sumamt, mean);
  }
  const bounded = ({ cost, expected }: Sum): number => Math.min(most, Math.max(least, multiplyDivide(cost, one, expected)));
  const price = ({ all, groups }: { readonly all: Sum; readonly groups: ReadonlyMap<string, Sum> }): HospitalPrice => {
    const enough = sorted(groups).filter(([, sum]) => sum.cases >= least_cases);
    const own = enough.length === 0 ? {} : { groups: Object.fromEntries(enough.map(([code, sum]) => [code, bounded(sum)])) };
    return { ...(all.cases >= least_cases ? { coefficient: bounded(all) } : {}), ...own };
  };
  const prices = [...hospitals].sort(([a], [b]) => byText(a, b)).map(([code, own]) => [code, price(own)] as const);
  return {
    hospitals: Object.fromEntries(prices.filter(([, own]) => Object.keys(own).length > 0)),
    levels: Object.fromEntries(sorted(levels).map(([level, sum]) => [level, bounded(sum)])),
  };
}
