import type { GroupedStay } from '@hengjian/grouping';
import { multiplyDivide, ymdOf } from '@hengjian/standard';
import { type Method, one, scaleOf } from './tariff.ts';

/** What weights read of a past stay. */
export type WeightCase = Pick<GroupedStay, 'fixmedins_code' | 'hosp_lv' | 'dscg_day' | 'medfee_sumamt' | 'status' | 'adrg' | 'grp_code'>;

/**
 * Which costs of a group count. `iqr`: within `times` interquartile ranges of the quartiles; `percentile`: from the one
 * percentile to the other (nearest rank, 2.5 % is 250); `mean_share`: between two multiples of the group's own mean, as 0.3
 * to 3. All shares in ten-thousandths; costs at a bound count.
 */
export type Trim =
  | { readonly by: 'none' }
  | { readonly by: 'iqr'; readonly times: number }
  | { readonly by: 'percentile'; readonly low: number; readonly high: number }
  | { readonly by: 'mean_share'; readonly low: number; readonly high: number };

/** A relative price set by decision (structure, difficulty, policy), with its reason. */
export interface Adjustment {
  readonly grp_code: string;
  /** In ten-thousandths. */
  readonly factor: number;
  readonly reason: { readonly zh: string; readonly en: string };
}

export interface WeightParameters {
  readonly method: Method;
  /** Years of discharge with their factors, for example 1 : 2 : 7. Other years do not count. */
  readonly years: readonly { readonly year: number; readonly factor: number }[];
  readonly trim: Trim;
  /** A group with fewer counted cases takes its weight from elsewhere. */
  readonly least_cases: number;
  /** Weights for groups with too few cases, in ten-thousandths, before the mean of the ADRG. */
  readonly given: Readonly<Record<string, number>>;
  readonly adjustments: readonly Adjustment[];
}

/** Where a weight comes from: `own` cases, the mean of the `adrg`, `given` by decision, or `few` own cases for want of anything else. */
export type WeightSource = 'own' | 'adrg' | 'given' | 'few';

export interface GroupWeight {
  readonly grp_code: string;
  readonly adrg: string;
  /** Cases that counted, and those trimmed away. */
  readonly cases: number;
  readonly trimmed: number;
  /** Cases × year factor. */
  readonly weighted_cases: number;
  /** Mean cost by year factors, in fen. */
  readonly mean_fen: number;
  readonly source: WeightSource;
  /** Group mean ÷ pool mean × scale of the method, in ten-thousandths. */
  readonly base_weight: number;
  /** Factor of the adjustment, in ten-thousandths. */
  readonly factor: number;
  readonly reason: { readonly zh: string; readonly en: string };
  /** After adjustment, total weight kept, in ten-thousandths. */
  readonly weight: number;
}

export interface HospitalEffect {
  readonly fixmedins_code: string;
  /** Cases of the last year in priced groups. */
  readonly cases: number;
  readonly weight_before: number;
  readonly weight_after: number;
  /** Change at the mean cost of the pool, in fen. */
  readonly effect_fen: number;
}

export interface WeightRun {
  readonly method: Method;
  /** Mean cost of all counted cases, by year factors, in fen. */
  readonly mean_fen: number;
  readonly groups: readonly GroupWeight[];
  readonly hospitals: readonly HospitalEffect[];
  /** Σ weight × weighted cases of base weights and of the result, in ten-thousandths; they differ by `residual`. */
  readonly total_before: number;
  readonly total_after: number;
  /** What whole ten-thousandths could not share out; smaller than the weighted cases of the largest group. */
  readonly residual: number;
  /** Costs of counted cases × year factor, in fen. */
  readonly cost_fen: number;
  /** Stays of the years that were not in a group. */
  readonly without_group: number;
}

/** a ÷ b rounded half up, for not negative big integers. */
const divided = (a: bigint, b: bigint): number => Number((a * 2n + b) / (b * 2n));

interface Gathered {
  readonly code: string;
  adrg: string;
  readonly costs: number[];
  readonly factors: number[];
}

const nearestRank = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil((sorted.length * share) / one) - 1)] ?? 0;

/** The costs that count: both bounds inclusive. */
export function trimBounds(costs: readonly number[], trim: Trim): { readonly low: number; readonly high: number } {
  if (trim.by === 'none' || costs.length === 0) return { low: 0, high: Number.MAX_SAFE_INTEGER };
  if (trim.by === 'mean_share') {
    const sum = costs.reduce((left, right) => left + right, 0);
    return { low: multiplyDivide(sum, trim.low, costs.length * one), high: multiplyDivide(sum, trim.high, costs.length * one) };
  }
  const sorted = [...Float64Array.from(costs).sort()];
  if (trim.by === 'percentile') return { low: nearestRank(sorted, trim.low), high: nearestRank(sorted, trim.high) };
  const first = nearestRank(sorted, 2_500);
  const third = nearestRank(sorted, 7_500);
  const reach = multiplyDivide(third - first, trim.times, one);
  return { low: first - reach, high: third + reach };
}

interface Counted {
  readonly code: string;
  readonly adrg: string;
  readonly cases: number;
  readonly trimmed: number;
  /** Σ factor, Σ factor × cost. */
  readonly count: number;
  readonly cost: number;
}

function count(group: Gathered, trim: Trim): Counted {
  const { low, high } = trimBounds(group.costs, trim);
  let cases = 0;
  let weighted = 0;
  let cost = 0;
  for (let index = 0; index < group.costs.length; index += 1) {
    const each = group.costs[index] ?? 0;
    if (each < low || each > high) continue;
    const factor = group.factors[index] ?? 0;
    cases += 1;
    weighted += factor;
    cost += factor * each;
  }
  return { code: group.code, adrg: group.adrg, cases, trimmed: group.costs.length - cases, count: weighted, cost };
}

const yearOf = (day: number): number => Math.floor(ymdOf(day) / 10_000);

function gather(
  cases: Iterable<WeightCase>,
  years: ReadonlyMap<number, number>,
): { readonly groups: readonly Gathered[]; readonly without: number } {
  const groups = new Map<string, Gathered>();
  let without = 0;
  for (const each of cases) {
    const factor = years.get(yearOf(each.dscg_day));
    if (factor === undefined) continue;
    if (each.status !== 'grouped' || each.grp_code === '') {
      without += 1;
      continue;
    }
    let group = groups.get(each.grp_code);
    if (group === undefined) {
      group = { code: each.grp_code, adrg: each.adrg, costs: [], factors: [] };
      groups.set(each.grp_code, group);
    }
    group.costs.push(each.medfee_sumamt);
    group.factors.push(factor);
  }
  return { groups: [...groups.values()].sort((a, b) => (a.code < b.code ? -1 : 1)), without };
}

interface Pool {
  readonly cost: number;
  readonly count: number;
  readonly scale: number;
}

/** (cost ÷ count of a part) ÷ (cost ÷ count of the pool) × scale, exact to the last ten-thousandth. */
const relative = (cost: number, cases: number, pool: Pool): number =>
  cases === 0 || pool.cost === 0 ? 0 : divided(BigInt(cost) * BigInt(pool.count) * BigInt(pool.scale), BigInt(cases) * BigInt(pool.cost));

interface Based extends Counted {
  readonly source: WeightSource;
  readonly base: number;
  readonly mean: number;
}

function baseWeight(
  group: Counted,
  adrgs: ReadonlyMap<string, { cost: number; count: number; cases: number }>,
  pool: Pool,
  { given, least_cases }: WeightParameters,
): Based {
  const own = relative(group.cost, group.count, pool);
  const mean = group.count === 0 ? 0 : divided(BigInt(group.cost), BigInt(group.count));
  if (group.cases >= least_cases) return { ...group, source: 'own', base: own, mean };
  const decided = given[group.code];
  if (decided !== undefined)
    return {
      ...group,
      source: 'given',
      base: decided,
      mean: mean || multiplyDivide(decided, divided(BigInt(pool.cost), BigInt(pool.count || 1)), pool.scale),
    };
  const adrg = group.adrg === '' ? undefined : adrgs.get(group.adrg);
  if (adrg !== undefined && adrg.cases >= least_cases)
    return { ...group, source: 'adrg', base: relative(adrg.cost, adrg.count, pool), mean };
  return { ...group, source: 'few', base: Math.max(1, own), mean };
}

/**
 * Scales weights so that Σ weight × cases becomes `total`: floors, then one ten-thousandth more for the largest
 * remainders whose cases still fit, so that no weight is further off than that. What is left is smaller than the cases of
 * the largest group; groups without cases are rounded.
 */
export function keepTotal(
  weights: readonly number[],
  cases: readonly number[],
  total: number,
): { readonly weights: readonly number[]; readonly residual: number } {
  const sum = weights.reduce((left, weight, index) => left + BigInt(weight) * BigInt(cases[index] ?? 0), 0n);
  if (sum === 0n) return { weights, residual: total };
  const scaled = weights.map((weight, index) => {
    const product = BigInt(weight) * BigInt(total);
    const whole = (cases[index] ?? 0) === 0 ? divided(product, sum) : Number(product / sum);
    return { index, whole, rest: product % sum };
  });
  const result = scaled.map(({ whole }) => Math.max(1, whole));
  let left = total - result.reduce((partial, weight, index) => partial + weight * (cases[index] ?? 0), 0);
  const order = scaled.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  for (const { index } of order) {
    const size = cases[index] ?? 0;
    if (size === 0 || size > left) continue;
    result[index] = (result[index] ?? 0) + 1;
    left -= size;
  }
  return { weights: result, residual: left };
}

function adrgTotals(groups: readonly Counted[]): Map<string, { cost: number; count: number; cases: number }> {
  const totals = new Map<string, { cost: number; count: number; cases: number }>();
  for (const { adrg, cost, count: weighted, cases } of groups) {
    const total = totals.get(adrg) ?? { cost: 0, count: 0, cases: 0 };
    totals.set(adrg, { cost: total.cost + cost, count: total.count + weighted, cases: total.cases + cases });
  }
  return totals;
}

/** Groups that only a decision knows: given weights without any case. */
const withoutCases = (known: readonly Counted[], given: Readonly<Record<string, number>>): readonly Counted[] => {
  const codes = new Set(known.map(({ code }) => code));
  return Object.keys(given)
    .filter((code) => !codes.has(code))
    .sort()
    .map((code) => ({ code, adrg: '', cases: 0, trimmed: 0, count: 0, cost: 0 }));
};

const noReason = { zh: '', en: '' };

function hospitalEffects(
  cases: Iterable<WeightCase>,
  groups: readonly GroupWeight[],
  year: number,
  mean_fen: number,
  scale: number,
): readonly HospitalEffect[] {
  const prices = new Map(groups.map((group) => [group.grp_code, group]));
  const sums = new Map<string, { cases: number; before: number; after: number }>();
  for (const each of cases) {
    if (each.status !== 'grouped' || yearOf(each.dscg_day) !== year) continue;
    const price = prices.get(each.grp_code);
    if (price === undefined) continue;
    const sum = sums.get(each.fixmedins_code) ?? { cases: 0, before: 0, after: 0 };
    sums.set(each.fixmedins_code, { cases: sum.cases + 1, before: sum.before + price.base_weight, after: sum.after + price.weight });
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fixmedins_code, sum]) => ({
      fixmedins_code,
      cases: sum.cases,
      weight_before: sum.before,
      weight_after: sum.after,
      effect_fen: multiplyDivide(sum.after - sum.before, mean_fen, scale),
    }));
}

/**
 * Weights of groups from past cases, and what their correction does (支付分配方案（校正）). `cases` is walked twice.
 *
 * Base weight = mean cost of the group ÷ mean cost of all counted cases (× 100 for points, × 1,000 for DIP); years count by
 * their factors; few cases take a given weight or the mean of the ADRG. Adjusted weights are scaled so that Σ weight × cases
 * stays as it was (2.6 of the reference sheet). Same cases in any order give the same weights.
 */
export function calculateWeights(cases: Iterable<WeightCase>, parameters: WeightParameters): WeightRun {
  const years = new Map(parameters.years.map(({ year, factor }) => [year, factor]));
  const { groups: gathered, without } = gather(cases, years);
  const counted = gathered.map((group) => count(group, group.costs.length < parameters.least_cases ? { by: 'none' } : parameters.trim));
  const scale = scaleOf[parameters.method];
  const pool: Pool = {
    scale,
    cost: counted.reduce((sum, { cost }) => sum + cost, 0),
    count: counted.reduce((sum, each) => sum + each.count, 0),
  };
  const adrgs = adrgTotals(counted);
  const based = [...counted, ...withoutCases(counted, parameters.given)].map((group) => baseWeight(group, adrgs, pool, parameters));
  const adjustments = new Map(parameters.adjustments.map((each) => [each.grp_code, each]));
  const sizes = based.map((group) => group.count);
  const total = based.reduce((sum, group) => sum + group.base * group.count, 0);
  const adjusted = based.map(({ code, base }) => multiplyDivide(base, adjustments.get(code)?.factor ?? one, one));
  const changed = adjusted.some((weight, index) => weight !== based[index]?.base);
  const kept = changed ? keepTotal(adjusted, sizes, total) : { weights: adjusted, residual: 0 };
  const groups = based.map((group, index): GroupWeight => {
    const adjustment = adjustments.get(group.code);
    return {
      grp_code: group.code,
      adrg: group.adrg,
      cases: group.cases,
      trimmed: group.trimmed,
      weighted_cases: group.count,
      mean_fen: group.mean,
      source: group.source,
      base_weight: group.base,
      factor: adjustment?.factor ?? one,
      reason: adjustment?.reason ?? noReason,
      weight: kept.weights[index] ?? group.base,
    };
  });
  const mean_fen = pool.count === 0 ? 0 : divided(BigInt(pool.cost), BigInt(pool.count));
  return {
    method: parameters.method,
    mean_fen,
    groups,
    hospitals: hospitalEffects(cases, groups, Math.max(...years.keys(), 0), mean_fen, scale),
    total_before: total,
    total_after: total - kept.residual,
    residual: kept.residual,
    cost_fen: pool.cost,
    without_group: without,
  };
}
