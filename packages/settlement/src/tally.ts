import type { GroupedStay } from '@hengjian/grouping';
import { contradictedCost, totalNotLinesWords, type Words, words } from '@hengjian/standard';
import { type PaymentForms, pointsLine, type Ruling, type StayPrice } from './forms/form.ts';
import { formLines, formOf } from './forms/registry.ts';
import { fundShareOf, type Sums } from './fund-rules.ts';
import type { Pricer } from './price-stay.ts';
import { part, type Step } from './step.ts';
import { byText } from './versions.ts';

/** Lines of a statement beside those that stays have. */
const adjustments = {
  ceiling: words('超出本付费方式预算', 'beyond the budget of the payment form'),
  assessment: words('年度考核', 'yearly assessment'),
  cap: words('超出年度总额', 'beyond the yearly cap'),
  surplus: words('结余留用：退回部分', 'surplus: part returned'),
  overrun: words('合理超支分担', 'reasonable overrun shared'),
  community: words('医共体总额结算', 'lump sum of the medical community'),
  outpatient: words('门诊按人头', 'outpatient per head'),
  deduction: words('稽核扣款', 'audit deductions'),
  deposit: words('质量保证金', 'deposit'),
  held: words('预留至年终清算', 'held until the clearing'),
  carried_in: words('上月结转', 'carried over from the month before'),
  carried_out: words('结转下月', 'carried over to the next month'),
  advance: words('冲减预付金', 'less: advance'),
  monthly: words('冲减月度已拨付', 'less: paid by month'),
  reserve_left: words('储备金结余', 'left of the reserve'),
  left: words('基金结余（负为透支）', 'left of the fund (negative: overdrawn)'),
} as const;
export type Adjustment = keyof typeof adjustments;

/** Name of a line of a statement, or of a part of a pool. */
export function lineWords(kind: string, forms: PaymentForms): Words {
  const known: Readonly<Record<string, Words>> = adjustments;
  return formLines(forms).get(kind)?.words ?? known[kind] ?? words(kind, kind);
}

/** One line of a statement: fen with a sign. The parts of `steps` add up to `fen`. */
export interface StatementLine {
  /** A line of a payment form, or an adjustment. */
  readonly kind: string;
  /** Empty when no pool bears it. */
  readonly pool: string;
  readonly fen: number;
  readonly steps: readonly Step[];
}

/** What a hospital gets for a month or at the clearing of a year. The lines add up to `total_fen`. */
export interface HospitalStatement {
  readonly fixmedins_code: string;
  /** `yyyy-MM` or `yyyy`. */
  readonly period: string;
  readonly cases: number;
  readonly cost_fen: number;
  /** What the fund settled at the counter, by item. */
  readonly recorded_fen: number;
  /** Points or weights, in ten-thousandths. */
  readonly points: number;
  readonly lines: readonly StatementLine[];
  readonly total_fen: number;
}

/** A stay with its price and what it brings of the fund under the rates of the statement. */
export interface CaseLine {
  readonly stay: GroupedStay;
  readonly price: StayPrice;
  readonly fund_fen: number;
  /** What was decided about this stay alone; absent when nothing was. */
  readonly ruling?: Ruling;
}

/** Cases whose cost is contradicted by the lines of the stay. */
export const contradictedCases = (cases: readonly CaseLine[]): readonly CaseLine[] =>
  cases.filter(({ stay }) => contradictedCost(stay) !== undefined);

/** What has to be said about a case beside its arithmetic; `undefined` where nothing has. */
export function remarkOf({ stay }: Pick<CaseLine, 'stay'>): Words | undefined {
  const contradicted = contradictedCost(stay);
  return contradicted === undefined ? undefined : totalNotLinesWords(contradicted);
}

/** A stay that is not paid by its group, and why. */
export interface OutsideCase {
  readonly mdtrt_id: string;
  readonly fixmedins_code: string;
  readonly form: StayPrice['form'];
  readonly reason: string;
  readonly fund_fen: number;
}

/** What one hospital did in one pool. Amounts in fen, points in ten-thousandths. */
export interface PoolTally {
  readonly pool: string;
  cases: number;
  cost: number;
  recorded: number;
  points: number;
  rigid_points: number;
  rigid_pay: number;
  /** Sums of the stays by the line they belong to. */
  readonly sums: ReadonlyMap<string, Sums>;
  readonly lines: CaseLine[];
}

const noSums = (): Sums => ({ cases: 0, pay: 0, patients: 0, fund: 0 });
const emptyTally = (pool: string, kinds: readonly string[]): PoolTally => ({
  pool,
  cases: 0,
  cost: 0,
  recorded: 0,
  points: 0,
  rigid_points: 0,
  rigid_pay: 0,
  sums: new Map(kinds.map((kind) => [kind, noSums()])),
  lines: [],
});

/** The sums of a line; all 0 when the tally has no such line. */
export const sumsOf = ({ sums }: PoolTally, kind: string): Readonly<Sums> => sums.get(kind) ?? noSums();

/** Whether a stay brings points that share out the money of its pool. */
export const isPointed = ({ price }: CaseLine, forms: PaymentForms): boolean => formOf(forms, price.form).lineOf(price) === pointsLine;

function addCase(tally: PoolTally, line: CaseLine, { tariff, forms }: Pricer): void {
  const { stay, price } = line;
  tally.lines.push(line);
  tally.cases += 1;
  tally.cost += stay.medfee_sumamt;
  tally.recorded += stay.fund_pay_sumamt;
  const kind = formOf(forms, price.form).lineOf(price);
  const sums = kind === undefined ? undefined : tally.sums.get(kind);
  if (sums === undefined) return;
  sums.cases += 1;
  sums.pay += price.pay_fen;
  sums.patients += stay.psn_pay + stay.acct_pay;
  sums.fund += price.fund_fen;
  if (kind !== pointsLine) return;
  tally.points += price.points;
  if (tariff.groups[price.grp_code]?.rigid !== true) return;
  tally.rigid_points += price.points;
  tally.rigid_pay += price.pay_fen;
}

export interface HospitalTally {
  readonly fixmedins_code: string;
  /** In the order of the tariff's pools; stays without a pool come first under ''. */
  readonly pools: ReadonlyMap<string, PoolTally>;
}

/** Adds up cases by hospital (in the order of codes) and pool. */
export function tallyCases(cases: readonly CaseLine[], pricer: Pricer): readonly HospitalTally[] {
  const kinds = [...formLines(pricer.forms).keys()];
  const hospitals = new Map<string, Map<string, PoolTally>>();
  for (const line of cases) {
    const code = line.stay.fixmedins_code;
    let pools = hospitals.get(code);
    if (pools === undefined) {
      pools = new Map(['', ...pricer.tariff.pools.map(({ id }) => id)].map((id) => [id, emptyTally(id, kinds)]));
      hospitals.set(code, pools);
    }
    const tally = pools.get(line.price.pool);
    if (tally !== undefined) addCase(tally, line, pricer);
  }
  return [...hospitals].sort(([a], [b]) => byText(a, b)).map(([fixmedins_code, pools]) => ({ fixmedins_code, pools }));
}

export const outsideCases = (cases: readonly CaseLine[]): readonly OutsideCase[] =>
  cases
    .filter(({ price }) => price.reason !== '')
    .map(({ stay, price, fund_fen }) => ({
      mdtrt_id: stay.mdtrt_id,
      fixmedins_code: stay.fixmedins_code,
      form: price.form,
      reason: price.reason,
      fund_fen,
    }));

const caseText = (cases: number): Words => ({ zh: `${cases} 例`, en: `${cases} ${cases === 1 ? 'case' : 'cases'}` });

/** Parts of what the fund owes for the stays of a line at the rates of the tariff. */
export function lineParts(kind: string, sums: Sums, { tariff, forms }: Pricer): readonly Step[] {
  const cases = caseText(sums.cases);
  if (formLines(forms).get(kind)?.fundOnly !== true) return fundShareOf(tariff).sumParts(cases, sums);
  return [part(`${cases.zh}，基金应付合计`, `${cases.en}, due from the fund`, sums.fund)];
}

export const totalOf = (lines: readonly { readonly fen: number }[]): number => lines.reduce((sum, { fen }) => sum + fen, 0);

/** Totals over the pools of a hospital. */
export function figuresOf(hospital: HospitalTally): Pick<HospitalStatement, 'cases' | 'cost_fen' | 'recorded_fen' | 'points'> {
  const figures = { cases: 0, cost_fen: 0, recorded_fen: 0, points: 0 };
  for (const tally of hospital.pools.values()) {
    figures.cases += tally.cases;
    figures.cost_fen += tally.cost;
    figures.recorded_fen += tally.recorded;
    figures.points += tally.points;
  }
  return figures;
}
