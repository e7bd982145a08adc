import type { GroupedStay } from '@hengjian/grouping';
import { words } from '@hengjian/standard';
import { checkStays, collect, findReadmissions, type GroupTotals, type Period } from './collect.ts';
import { ratio } from './exact.ts';
import { costDeviation, type Figures, figuresOf, figuresOfRegion, type Yardstick } from './figures.ts';
import { type BothText, type EvaluationForm, type FormScore, indicatorsOf, scoreForm } from './form.ts';
import { type Margin, marginsOf } from './margins.ts';
import { type EvaluationParameters, standardParameters } from './parameters.ts';
import { evaluationProblems } from './problems.ts';
import { type RiskBounds, type RiskClass, type RiskTable, riskTable } from './risk.ts';
import { type ScreenRow, screensOf } from './screening.ts';
import { type Screens, standardScreens } from './screens.ts';
import { compareWithinGroups, type WithinGroup } from './within.ts';

/** What is said about a group beside its stays. */
export interface GroupFacts {
  readonly name: BothText;
  /** The split that it stands for, as the scheme calls it; empty when none. */
  readonly split: string;
}

export interface EvaluationInput {
  /** All stays, also those before the period that tell readmissions and make the former period. Order does not matter. */
  readonly stays: readonly GroupedStay[];
  /** Weight (DRG) or value (DIP) by group, ten-thousandths. */
  readonly weights: ReadonlyMap<string, number>;
  /** What the fund and the patient's share paid for the stay under the scheme, in fen; null when it is not known. */
  readonly payments: (stay: GroupedStay) => number | null;
  readonly period: Period;
  readonly formerPeriod?: Period;
  readonly form?: EvaluationForm;
  /** Further indicators of hospitals, by hospital and name. */
  readonly indicators?: ReadonlyMap<string, ReadonlyMap<string, number | null>>;
  readonly groups?: ReadonlyMap<string, GroupFacts>;
  /** Names of hospitals; codes are shown where none is given. */
  readonly names?: ReadonlyMap<string, string>;
  /** Risk classes from an earlier year; made from the period itself when left out. */
  readonly risk?: RiskTable;
  readonly parameters?: Partial<EvaluationParameters>;
  /** Screens in place of the standard ones. */
  readonly screens?: Screens;
}

export interface GroupFigures {
  readonly grp_code: string;
  readonly name: BothText | null;
  readonly adrg: string;
  readonly weight: number | null;
  readonly split: string;
  readonly cases: number;
  readonly cost_fen: number;
  readonly mean_cost_fen: number;
  readonly mean_days: number | null;
  readonly deaths: number;
  readonly risk: RiskClass;
}

/** An evaluation: data only, the same for the same stays in any order. */
export interface Evaluation {
  readonly period: Period;
  readonly former_period: Period | null;
  readonly parameters: EvaluationParameters;
  readonly region: Figures;
  readonly hospitals: readonly Figures[];
  readonly departments: readonly Figures[];
  readonly practitioners: readonly Figures[];
  readonly groups: readonly GroupFigures[];
  readonly risk_bounds: RiskBounds | null;
  /** Standard deviation of cost ÷ group mean of single stays, ten-thousandths: what the cost funnel is drawn from. */
  readonly cost_deviation: number;
  /** Where the comparison within groups leaves the warning limits; `compared` counts what was compared. */
  readonly within: readonly WithinGroup[];
  readonly compared: number;
  readonly margins: readonly Margin[];
  readonly screens: readonly ScreenRow[];
  readonly scores: readonly { readonly fixmedins_code: string; readonly score: FormScore }[];
  readonly form: EvaluationForm | null;
  readonly names: Readonly<Record<string, string>>;
}

function groupFigures(groups: readonly GroupTotals[], input: EvaluationInput, risk: RiskTable): GroupFigures[] {
  return groups
    .map((group) => ({
      grp_code: group.code,
      name: input.groups?.get(group.code)?.name ?? null,
      adrg: group.adrg,
      weight: input.weights.get(group.code) ?? null,
      split: input.groups?.get(group.code)?.split ?? '',
      cases: group.cases,
      cost_fen: group.cost_fen,
      mean_cost_fen: Math.round(group.cost_fen / group.cases),
      mean_days: ratio(group.days, group.cases),
      deaths: group.deaths,
      risk: risk.classes.get(group.code) ?? 'none',
    }))
    .sort((left, right) => (left.grp_code < right.grp_code ? -1 : 1));
}

function checkPeriods({ period, formerPeriod }: EvaluationInput): void {
  if (period.to < period.from)
    throw evaluationProblems.refused('evaluation-period', { period: words('本期', 'the period') }, { field: 'period' });
  if (formerPeriod === undefined) return;
  const place = { field: 'formerPeriod' };
  if (formerPeriod.to < formerPeriod.from)
    throw evaluationProblems.refused('evaluation-period', { period: words('上期', 'the former period') }, place);
  if (formerPeriod.to >= period.from) throw evaluationProblems.refused('evaluation-periods-overlap', {}, place);
}

function checkWeights(weights: ReadonlyMap<string, number>): void {
  const wrong = [...weights].find(([, weight]) => !Number.isSafeInteger(weight) || weight < 0);
  if (wrong === undefined) return;
  throw evaluationProblems.refused('evaluation-weight', { group: wrong[0], weight: wrong[1] }, { field: 'weights' });
}

/**
 * Evaluates hospitals, departments and practitioners by their grouped stays. Pure; a million stays take a few seconds.
 * Throws RefusedInput for periods that overlap or run backwards, and for stays, payments and weights that are no whole numbers.
 */
export function evaluate(input: EvaluationInput): Evaluation {
  checkPeriods(input);
  checkWeights(input.weights);
  checkStays(input.stays);
  const parameters: EvaluationParameters = { ...standardParameters, ...input.parameters };
  const readmissions = findReadmissions(input.stays, input.period.to, parameters);
  const collected = collect(input.stays, input.period, input.payments, readmissions, parameters);
  const former =
    input.formerPeriod === undefined
      ? null
      : {
          period: input.formerPeriod,
          collected: collect(input.stays, input.formerPeriod, input.payments, readmissions, parameters),
        };
  const risk = input.risk ?? riskTable(collected.groups);
  const yardstick: Yardstick = {
    groups: collected.groups,
    weights: input.weights,
    risk,
    parameters,
    costDeviation: costDeviation(collected.groups),
  };
  const hospitals = figuresOf('hospital', collected, yardstick);
  const within = (['hospital', 'department', 'practitioner'] as const).flatMap((kind) => compareWithinGroups(kind, collected, parameters));
  const groups = groupFigures(collected.groups, input, risk);
  const screened = groups.map(({ grp_code: code, adrg, weight, split }) => ({ code, adrg, weight, split }));
  const { form } = input;
  return {
    period: input.period,
    former_period: input.formerPeriod ?? null,
    parameters,
    region: figuresOfRegion(hospitals, collected, yardstick),
    hospitals,
    departments: figuresOf('department', collected, yardstick),
    practitioners: figuresOf('practitioner', collected, yardstick),
    groups,
    risk_bounds: risk.bounds,
    cost_deviation: Math.round(yardstick.costDeviation * 10_000),
    within: within.filter(({ position }) => position !== 'inside'),
    compared: within.length,
    margins: marginsOf(collected),
    screens: screensOf({
      screens: input.screens ?? standardScreens,
      stays: input.stays,
      followed: readmissions.followed,
      now: { period: input.period, collected },
      former,
      groups: screened,
      parameters,
    }),
    scores:
      form === undefined
        ? []
        : hospitals.map((figures) => ({
            fixmedins_code: figures.fixmedins_code,
            score: scoreForm(form, new Map([...indicatorsOf(figures), ...(input.indicators?.get(figures.fixmedins_code) ?? [])])),
          })),
    form: form ?? null,
    names: Object.fromEntries([...(input.names ?? [])].sort(([left], [right]) => (left < right ? -1 : 1))),
  };
}
