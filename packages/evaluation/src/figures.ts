import {
  type Cell,
  type Collected,
  type Counts,
  countNames,
  type Entity,
  type EntityKind,
  emptyCounts,
  type GroupTotals,
} from './collect.ts';
import { QuotientSum, ratio } from './exact.ts';
import { expectedLimits, type Limits, meanLimits, type Position, positionOf } from './funnel.ts';
import type { EvaluationParameters } from './parameters.ts';
import type { RiskTable } from './risk.ts';

/** A share with its two counts. */
export interface Share {
  readonly numerator: number;
  readonly denominator: number;
  /** Ten-thousandths; null without a denominator. */
  readonly share: number | null;
}

/** Observed against what the same stays would have at the mortality (cost, days) of their groups in the region. */
export interface Adjusted {
  readonly observed: number;
  /** Ten-thousandths. */
  readonly expected: number;
  readonly ratio: number | null;
  readonly limits: Limits | null;
  readonly position: Position;
}

/** A mean of ratios with its funnel. */
export interface AdjustedMean {
  readonly cases: number;
  readonly ratio: number | null;
  readonly limits: Limits | null;
  readonly position: Position;
}

/** Every figure of one hospital, department, practitioner, or of the region. Money in fen, ratios and weights in ten-thousandths. */
export interface Figures {
  readonly kind: EntityKind | 'region';
  readonly fixmedins_code: string;
  readonly hosp_lv: string;
  readonly dscg_caty: string;
  readonly chfpdr_code: string;
  readonly counts: Counts;
  /** Grouped stays whose group has a weight; CMI = total weight ÷ these. */
  readonly weighted_cases: number;
  readonly total_weight: number;
  readonly cmi: number | null;
  /** Different groups. */
  readonly groups: number;
  /** Grouped ÷ (all − excluded); QY counts as not grouped. */
  readonly grouping: Share;
  readonly ambiguous: Share;
  readonly ungrouped: Share;
  /** Mean over stays of cost (days) ÷ regional mean of the group: national DIP 3.0 glossary. */
  readonly cost_index_mean_of_ratios: number | null;
  readonly time_index_mean_of_ratios: number | null;
  /** Sum of cost (days) ÷ sum of regional means of the groups. */
  readonly cost_index_ratio_of_sums: number | null;
  readonly time_index_ratio_of_sums: number | null;
  readonly cost_funnel: AdjustedMean;
  readonly mean_cost_fen: number | null;
  /** Ten-thousandths of a day. */
  readonly mean_days: number | null;
  readonly mortality: Share;
  readonly low_risk_mortality: Share;
  readonly middle_low_risk_mortality: Share;
  readonly adjusted_mortality: Adjusted;
  readonly readmission: Share;
  readonly readmission_same_group: Share;
  readonly against_advice: Share;
  readonly transferred: Share;
  readonly low_cost: Share;
  readonly high_cost: Share;
  /** Of stays with a known payment: payment − cost. */
  readonly paid_cases: number;
  readonly payment_fen: number;
  readonly paid_cost_fen: number;
  readonly margin_fen: number;
}

export const share = (numerator: number, denominator: number): Share => ({ numerator, denominator, share: ratio(numerator, denominator) });

/** Sums of the cells of one entity. */
interface Sums {
  groups: number;
  weighted: number;
  weight: number;
  cases: number;
  cost_fen: number;
  days: number;
  lowCases: number;
  lowDeaths: number;
  middleLowCases: number;
  middleLowDeaths: number;
  deaths: number;
  paid: number;
  payment_fen: number;
  paid_cost_fen: number;
  variance: number;
  readonly costRatios: QuotientSum;
  readonly dayRatios: QuotientSum;
  readonly expectedCost: QuotientSum;
  readonly expectedDays: QuotientSum;
  readonly expectedDeaths: QuotientSum;
}

const emptySums = (): Sums => ({
  groups: 0,
  weighted: 0,
  weight: 0,
  cases: 0,
  cost_fen: 0,
  days: 0,
  lowCases: 0,
  lowDeaths: 0,
  middleLowCases: 0,
  middleLowDeaths: 0,
  deaths: 0,
  paid: 0,
  payment_fen: 0,
  paid_cost_fen: 0,
  variance: 0,
  costRatios: new QuotientSum(),
  dayRatios: new QuotientSum(),
  expectedCost: new QuotientSum(),
  expectedDays: new QuotientSum(),
  expectedDeaths: new QuotientSum(),
});

/** What the figures of all entities have in common. */
export interface Yardstick {
  readonly groups: readonly GroupTotals[];
  readonly weights: ReadonlyMap<string, number>;
  readonly risk: RiskTable;
  readonly parameters: EvaluationParameters;
  /** Standard deviation of cost ÷ group mean over all grouped stays, for limits. */
  readonly costDeviation: number;
}

/** Standard deviation of single ratios cost ÷ group mean around 1: √(Σ (n Σx² ÷ S² × n − n) ÷ N). */
export function costDeviation(groups: readonly GroupTotals[]): number {
  let spread = 0;
  let cases = 0;
  for (const { cases: own, cost_fen, squares } of [...groups].sort((left, right) => (left.code < right.code ? -1 : 1))) {
    if (cost_fen === 0) continue;
    const mean = cost_fen / own;
    spread += Number(squares) / (mean * mean) - own;
    cases += own;
  }
  return cases === 0 ? 0 : Math.sqrt(Math.max(0, spread) / cases);
}

function addCell(sums: Sums, cell: Cell, { groups, weights, risk, parameters }: Yardstick): void {
  const group = groups[cell.group];
  if (group === undefined) return;
  const weight = weights.get(group.code);
  if (weight !== undefined) {
    sums.weighted += cell.cases;
    sums.weight += weight * cell.cases;
  }
  sums.groups += 1;
  sums.cases += cell.cases;
  sums.cost_fen += cell.cost_fen;
  sums.days += cell.days;
  sums.deaths += cell.deaths;
  sums.paid += cell.paid;
  sums.payment_fen += cell.payment_fen;
  sums.paid_cost_fen += cell.paid_cost_fen;
  sums.costRatios.add(cell.cost_fen, group.cases, group.cost_fen);
  sums.dayRatios.add(cell.days, group.cases, group.days);
  sums.expectedCost.add(cell.cases, group.cost_fen, group.cases);
  sums.expectedDays.add(cell.cases, group.days, group.cases);
  sums.expectedDeaths.add(cell.cases, group.deaths, group.cases);
  const died = group.deaths / group.cases;
  sums.variance += cell.cases * died * (1 - died);
  const riskClass = risk.classes.get(group.code);
  if (riskClass === 'low' || (riskClass === 'none' && parameters.zero_is_low_risk)) {
    sums.lowCases += cell.cases;
    sums.lowDeaths += cell.deaths;
  } else if (riskClass === 'middle_low') {
    sums.middleLowCases += cell.cases;
    sums.middleLowDeaths += cell.deaths;
  }
}

function adjustedMortality(sums: Sums): Adjusted {
  const expected = sums.expectedDeaths.value;
  const limits = expectedLimits(expected / 10_000, sums.variance);
  const value = sums.expectedDeaths.under(sums.deaths);
  return { observed: sums.deaths, expected, ratio: value, limits, position: positionOf(value, limits) };
}

function finish(
  entity: Pick<Figures, 'kind' | 'fixmedins_code' | 'hosp_lv' | 'dscg_caty' | 'chfpdr_code' | 'counts'>,
  sums: Sums,
  yardstick: Yardstick,
): Figures {
  const { counts } = entity;
  const considered = counts.stays - counts.excluded;
  const costRatio = sums.costRatios.mean(sums.cases);
  const costLimits = meanLimits(yardstick.costDeviation, sums.cases);
  return {
    ...entity,
    weighted_cases: sums.weighted,
    total_weight: sums.weight,
    cmi: sums.weighted === 0 ? null : ratio(sums.weight, sums.weighted * 10_000),
    groups: sums.groups,
    grouping: share(counts.considered_grouped, considered),
    ambiguous: share(counts.ambiguous, considered),
    ungrouped: share(counts.entered + counts.none + counts.invalid, considered),
    cost_index_mean_of_ratios: costRatio,
    time_index_mean_of_ratios: sums.dayRatios.mean(sums.cases),
    cost_index_ratio_of_sums: sums.expectedCost.under(sums.cost_fen),
    time_index_ratio_of_sums: sums.expectedDays.under(sums.days),
    cost_funnel: { cases: sums.cases, ratio: costRatio, limits: costLimits, position: positionOf(costRatio, costLimits) },
    mean_cost_fen: counts.stays === 0 ? null : Math.round(counts.cost_fen / counts.stays),
    mean_days: ratio(counts.days, counts.stays),
    mortality: share(counts.died, counts.stays),
    low_risk_mortality: share(sums.lowDeaths, sums.lowCases),
    middle_low_risk_mortality: share(sums.middleLowDeaths, sums.middleLowCases),
    adjusted_mortality: adjustedMortality(sums),
    readmission: share(counts.readmitted, counts.stays),
    readmission_same_group: share(counts.readmitted_same_group, counts.stays),
    against_advice: share(counts.against_advice, counts.stays),
    transferred: share(counts.transferred, counts.stays),
    low_cost: share(counts.low_cost, counts.grouped),
    high_cost: share(counts.high_cost, counts.grouped),
    paid_cases: sums.paid,
    payment_fen: sums.payment_fen,
    paid_cost_fen: sums.paid_cost_fen,
    margin_fen: sums.payment_fen - sums.paid_cost_fen,
  };
}

const keyOf = (entity: Pick<Figures, 'fixmedins_code' | 'dscg_caty' | 'chfpdr_code'>): string =>
  `${entity.fixmedins_code}|${entity.dscg_caty}|${entity.chfpdr_code}`;

/** Cells in the order of their group, so that sums of floating limits do not depend on the order of the stays. */
export const inGroupOrder = (cells: readonly Cell[], groups: readonly GroupTotals[]): readonly Cell[] => {
  const rank = new Int32Array(groups.length);
  groups
    .map((group, index) => [index, group.code] as const)
    .sort((a, b) => (a[1] < b[1] ? -1 : 1))
    .forEach(([index], at) => {
      rank[index] = at;
    });
  return cells.toSorted((left, right) => (rank[left.group] ?? 0) - (rank[right.group] ?? 0));
};

/** Figures of all entities of a kind, by their codes. */
export function figuresOf(kind: EntityKind, collected: Collected, yardstick: Yardstick): Figures[] {
  const entities: readonly Entity[] = collected.entities[kind];
  const sums = entities.map(emptySums);
  for (const cell of inGroupOrder(collected.cells[kind], collected.groups)) {
    const own = sums[cell.entity];
    if (own !== undefined) addCell(own, cell, yardstick);
  }
  return entities
    .map((entity, index) => finish(entity, sums[index] ?? emptySums(), yardstick))
    .sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

/** Figures of the region: its cells are the groups. */
export function figuresOfRegion(hospitals: readonly Figures[], collected: Collected, yardstick: Yardstick): Figures {
  const sums = emptySums();
  const cells = new Map<number, Cell>();
  for (const cell of collected.cells.hospital) {
    const known = cells.get(cell.group);
    if (known === undefined) cells.set(cell.group, { ...cell, entity: 0 });
    else
      for (const field of ['cases', 'cost_fen', 'days', 'deaths', 'paid', 'payment_fen', 'paid_cost_fen'] as const)
        known[field] += cell[field];
  }
  for (const cell of inGroupOrder([...cells.values()], collected.groups)) addCell(sums, cell, yardstick);
  const counts = hospitals.reduce<Counts | undefined>((left, { counts: right }) => {
    if (left === undefined) return { ...right };
    for (const field of countNames) left[field] += right[field];
    return left;
  }, undefined);
  const none: Counts = counts ?? emptyCounts();
  return finish({ kind: 'region', fixmedins_code: '', hosp_lv: '', dscg_caty: '', chfpdr_code: '', counts: none }, sums, yardstick);
}
