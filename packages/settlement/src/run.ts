import type { GroupedStay } from '@hengjian/grouping';
import { inputProblems, multiplyDivide, type Place, type Problem, RefusedInput, words } from '@hengjian/standard';
import type { Deduction, ReviewCase } from './agreement.ts';
import { clearYear, type YearRun } from './clear-year.ts';
import { type Coefficients, costCoefficients } from './coefficients.ts';
import type { PaymentForms } from './forms/form.ts';
import { paymentForms } from './forms/registry.ts';
import type { SettlementParameters } from './parameters.ts';
import { compileTariff } from './price-stay.ts';
import { settlementProblems } from './problems.ts';
import { rateOf, rateRules } from './rates.ts';
import { type MonthRun, settleMonth } from './settle-month.ts';
import { periodOf } from './statement/data.ts';
import { type CaseLine, contradictedCases } from './tally.ts';
import { type GroupPrice, type HospitalPrice, one, type Tariff } from './tariff.ts';
import { tariffProblems } from './tariff-file.ts';
import { type Objection, sortStays, type Upload } from './versions.ts';
import { calculateWeights, type WeightRun } from './weights.ts';

export interface RunInput {
  readonly parameters: SettlementParameters;
  /** Version 1 of the stays; those discharged in other months are left out and counted. */
  readonly stays: readonly GroupedStay[];
  /** Months to settle, `yyyy-MM` of the year of the parameters. */
  readonly months: readonly string[];
  /** Whether the year is cleared; when absent, it is with all twelve months. */
  readonly clear?: boolean;
  /** Stays of past years: weights, coefficients and rates that the parameters do not give come from them. */
  readonly past?: readonly GroupedStay[];
  /** Weights calculated before. */
  readonly weights?: WeightRun;
  readonly uploads?: readonly Upload[];
  readonly objections?: readonly Objection[];
  readonly deductions?: readonly Deduction[];
  readonly reviews?: readonly ReviewCase[];
  /** DIP coefficients of auxiliary types by stay, in ten-thousandths. */
  readonly auxiliary?: Readonly<Record<string, number>>;
  /** Names of hospitals by code. */
  readonly names?: Readonly<Record<string, string>>;
  /** The shipped payment forms when absent. */
  readonly forms?: PaymentForms;
}

export interface SettlementRun {
  readonly id: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly tariff: Tariff;
  readonly weights?: WeightRun;
  readonly months: readonly MonthRun[];
  /** Absent while the year is not cleared. */
  readonly year?: YearRun;
  /** Stays that were discharged in none of the months. */
  readonly left_out: number;
  /** Cases whose cost is contradicted by the lines of the stay. */
  readonly total_not_lines: number;
  readonly names: Readonly<Record<string, string>>;
}

function groupPrices(parameters: SettlementParameters, weights: WeightRun | undefined): Readonly<Record<string, GroupPrice>> {
  const basic = new Set(parameters.basic);
  const rigid = new Set(parameters.rigid);
  const flags = (code: string): Pick<GroupPrice, 'basic' | 'rigid'> => ({
    ...(basic.has(code) ? { basic: true } : {}),
    ...(rigid.has(code) ? { rigid: true } : {}),
  });
  const calculated = (weights?.groups ?? [])
    .filter(({ weight }) => weight > 0)
    .map(({ grp_code, weight, mean_fen }) => [grp_code, { weight, mean_fen, ...flags(grp_code) }] as const);
  const given = Object.entries(parameters.groups).map(([code, group]) => [code, { ...group, ...flags(code) }] as const);
  return Object.fromEntries([...calculated, ...given].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function hospitalPrices(parameters: SettlementParameters, coefficients: Coefficients | undefined): Readonly<Record<string, HospitalPrice>> {
  const codes = new Set([...Object.keys(coefficients?.hospitals ?? {}), ...Object.keys(parameters.hospitals)]);
  const price = (code: string): HospitalPrice => {
    const calculated = coefficients?.hospitals[code];
    const given = parameters.hospitals[code];
    const groups = { ...calculated?.groups, ...given?.groups };
    return { ...calculated, ...given, ...(Object.keys(groups).length === 0 ? {} : { groups }) };
  };
  return Object.fromEntries([...codes].sort().map((code) => [code, price(code)]));
}

/** Start-of-year rates of pools without a given one: cost ÷ points of their past stays by group (3.6), years by their factors. */
function startRates(
  tariff: Tariff,
  past: readonly GroupedStay[],
  parameters: SettlementParameters,
  forms: PaymentForms,
): ReadonlyMap<string, number> {
  const { high: _high, low: _low, ...plain } = tariff;
  const pricer = compileTariff({ ...plain, pools: tariff.pools.map((pool) => ({ ...pool, rate: 1_000_000 })) }, forms);
  const factors = new Map((parameters.weights?.years ?? []).map(({ year, factor }) => [String(year), factor]));
  const sums = new Map<string, { cost: number; points: number }>();
  for (const stay of past) {
    const factor = factors.get(periodOf(stay.dscg_day).slice(0, 4)) ?? 0;
    const price = pricer.price(stay);
    if (factor === 0 || price.form !== 'group' || price.reason !== '') continue;
    const sum = sums.get(price.pool) ?? { cost: 0, points: 0 };
    sum.cost += factor * stay.medfee_sumamt;
    sum.points += factor * multiplyDivide(price.weight, price.coefficient, one);
    sums.set(price.pool, sum);
  }
  return new Map([...sums].map(([pool, { cost, points }]) => [pool, rateOf(cost, points, pool)]));
}

/**
 * The tariff of a settlement: weights and means from past stays or as given, flags, coefficients, rates. Given values win.
 * Throws RefusedInput with every value that is still missing.
 */
export function buildTariff(
  parameters: SettlementParameters,
  past: readonly GroupedStay[],
  weights: WeightRun | undefined,
  forms: PaymentForms = paymentForms,
): Tariff {
  const coefficients =
    parameters.coefficients === undefined || weights === undefined ? undefined : costCoefficients(past, weights, parameters.coefficients);
  const tariff: Tariff = {
    format: 1,
    id: parameters.id,
    method: parameters.method,
    ...parameters.pricing,
    mean_fen: parameters.mean_fen ?? weights?.mean_fen ?? 0,
    groups: groupPrices(parameters, weights),
    hospitals: hospitalPrices(parameters, coefficients),
    level_coefficients: { ...coefficients?.levels, ...parameters.level_coefficients },
    pools: parameters.pools.map((pool) => ({ ...pool, rate: pool.rate ?? 0 })),
  };
  const wanting = parameters.pools.filter((pool) => pool.rate === undefined && pool.form === 'group');
  const rates = wanting.length === 0 ? new Map<string, number>() : startRates(tariff, past, parameters, forms);
  const complete: Tariff = { ...tariff, pools: parameters.pools.map((pool) => ({ ...pool, rate: pool.rate ?? rates.get(pool.id) ?? 0 })) };
  const without = wanting.filter(({ id }) => !rates.has(id));
  if (without.length > 0) {
    const place = (id: string): Place => ({ file: parameters.id, field: `pools.${id}.rate` });
    throw new RefusedInput(without.map(({ id }) => settlementProblems.problem('rate-missing', { pool: id }, place(id))));
  }
  const problems: Problem[] = [...tariffProblems(complete, parameters.id, forms)];
  if (Object.keys(complete.groups).length === 0) problems.push(settlementProblems.problem('weights-none', {}, { field: 'groups' }));
  if (problems.length > 0) throw new RefusedInput(problems);
  return complete;
}

const weightsOf = ({ weights }: SettlementParameters, past: readonly GroupedStay[]): WeightRun | undefined =>
  weights === undefined || past.length === 0 ? undefined : calculateWeights(past, weights);

/** What a person must still fill in before parameters can be settled with: past stays do not give it. */
export function openParameters(parameters: SettlementParameters, past: readonly GroupedStay[]): readonly Problem[] {
  try {
    buildTariff(parameters, past, weightsOf(parameters, past));
    return [];
  } catch (error) {
    if (error instanceof RefusedInput) return error.problems;
    throw error;
  }
}

interface Routed {
  readonly stays: readonly GroupedStay[];
  readonly uploads: readonly Upload[];
  readonly objections: readonly Objection[];
}

/** The same while it is filled. */
interface Filling {
  readonly stays: GroupedStay[];
  readonly uploads: Upload[];
  readonly objections: Objection[];
}

/** All cases of a run: of the clearing, else of its months. */
export const casesOf = ({ year, months }: Pick<SettlementRun, 'year' | 'months'>): readonly CaseLine[] =>
  year?.cases ?? months.flatMap(({ cases }) => cases);

/**
 * What belongs to each month, by the discharge of version 1. What concerns a stay of another month waits for it; what names
 * no stay goes to the first month, which refuses it.
 */
function route(
  input: RunInput,
  stays: readonly GroupedStay[],
): { readonly months: ReadonlyMap<string, Routed>; readonly left_out: number } {
  const sorted = [...new Set(input.months)].sort();
  const months = new Map(sorted.map((month): [string, Filling] => [month, { stays: [], uploads: [], objections: [] }]));
  const named = new Set([
    ...(input.uploads ?? []).map(({ stay }) => stay.mdtrt_id),
    ...(input.objections ?? []).map(({ mdtrt_id }) => mdtrt_id),
  ]);
  const places = new Map<string, string>();
  const texts = new Map<number, string>();
  const elsewhere = new Set<string>();
  let left_out = 0;
  for (const stay of stays) {
    const period = texts.get(stay.dscg_day) ?? periodOf(stay.dscg_day);
    texts.set(stay.dscg_day, period);
    const month = months.get(period);
    if (month === undefined) {
      left_out += 1;
      if (named.has(stay.mdtrt_id)) elsewhere.add(stay.mdtrt_id);
      continue;
    }
    month.stays.push(stay);
    if (named.has(stay.mdtrt_id)) places.set(stay.mdtrt_id, period);
  }
  const of = (id: string) => (elsewhere.has(id) ? undefined : months.get(places.get(id) ?? sorted[0] ?? ''));
  for (const upload of input.uploads ?? []) of(upload.stay.mdtrt_id)?.uploads.push(upload);
  for (const objection of input.objections ?? []) of(objection.mdtrt_id)?.objections.push(objection);
  return { months, left_out };
}

function checkMonths({ months, parameters }: RunInput): void {
  const { year } = parameters.agreement;
  const place = { field: 'months' };
  if (months.length === 0) throw inputProblems.refused('value-missing', { what: words('结算月份', 'the months to settle') }, place);
  const foreign = months.filter((month) => !month.startsWith(`${year}-`));
  const expected = words(`参数所属年度 ${year} 的月份`, `a month of ${year}, the year of the parameters`);
  const problems = foreign.map((value) => inputProblems.problem('value-invalid', { value, expected }, place));
  if (problems.length > 0) throw new RefusedInput(problems);
}

/**
 * Settles months and clears the year: weights, tariff, months in their order, clearing. Pure; the same input in any order
 * gives the same result. Throws RefusedInput when parameters, months or stays do not fit together.
 */
export function runSettlement(input: RunInput): SettlementRun {
  checkMonths(input);
  const { parameters, past = [], deductions = [], reviews = [], auxiliary = {} } = input;
  const weights = input.weights ?? weightsOf(parameters, past);
  const tariff = buildTariff(parameters, past, weights, input.forms);
  const { agreement } = parameters;
  const forms = input.forms === undefined ? {} : { forms: input.forms };
  const stays = sortStays(input.stays);
  const routed = route(input, stays);
  const months: MonthRun[] = [];
  for (const [month, own] of routed.months) {
    const carried = months.at(-1)?.carried ?? {};
    months.push(settleMonth({ month, ...own, tariff, agreement, deductions, reviews, auxiliary, carried, ...forms }));
  }
  const clear = input.clear ?? months.length === 12;
  const all = [...routed.months.values()];
  const year = clear
    ? clearYear({
        stays: routed.left_out === 0 ? stays : stays.filter(({ dscg_day }) => routed.months.has(periodOf(dscg_day))),
        uploads: all.flatMap(({ uploads }) => uploads),
        objections: all.flatMap(({ objections }) => objections),
        months,
        tariff,
        agreement,
        deductions,
        reviews,
        auxiliary,
        ...forms,
      })
    : undefined;
  return {
    id: parameters.id,
    title: parameters.title,
    tariff,
    ...(weights === undefined ? {} : { weights }),
    months,
    ...(year === undefined ? {} : { year }),
    left_out: routed.left_out,
    total_not_lines: contradictedCases(casesOf({ months, ...(year === undefined ? {} : { year }) })).length,
    names: input.names ?? {},
  };
}

/**
 * The tariff at the rates the year ended with, for pricing what is found afterwards. Floating pools take their value; rigid
 * groups of a pool that fixes them keep theirs; an elastic volume takes the mean of its fixed and floating points. The
 * tariff of the run while the year is open, or where nothing floated.
 */
export function finalTariff(run: SettlementRun): Tariff {
  const cleared = new Map((run.year?.pools ?? []).map((pool) => [pool.pool, pool]));
  const pools = run.tariff.pools.map((pool) => {
    const end = cleared.get(pool.id);
    if (end === undefined || end.floating_rate === 0) return pool;
    const { stayRate, rigidApart } = rateRules[end.rule.by];
    const rate = stayRate(pool, end, false);
    if (rigidApart === true) return { ...pool, rate, rigid_rate: stayRate(pool, end, true) };
    const { rigid_rate: _rigid, ...rest } = pool;
    return { ...rest, rate };
  });
  return { ...run.tariff, pools };
}
