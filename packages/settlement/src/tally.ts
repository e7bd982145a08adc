import type { GroupedStay } from '@hengjian/grouping';
import { formatYuan } from '@hengjian/standard';
import type { Reason, Ruling, StayPrice } from './price-stay.ts';
import { part, type Step } from './step.ts';
import type { Tariff } from './tariff.ts';
import { byText } from './versions.ts';

interface Words {
  readonly zh: string;
  readonly en: string;
}

/** Forms that are paid in money, whatever the points are worth. */
export const moneyKinds = ['group_at_cost', 'bed_day', 'fixed_price', 'item'] as const;
export type MoneyKind = (typeof moneyKinds)[number];

export const lineKinds = [
  'group',
  ...moneyKinds,
  'ceiling',
  'assessment',
  'cap',
  'surplus',
  'overrun',
  'community',
  'outpatient',
  'deduction',
  'deposit',
  'held',
  'carried_in',
  'carried_out',
  'advance',
  'monthly',
] as const;
export type LineKind = (typeof lineKinds)[number];

export const lineWords: Readonly<Record<LineKind, Words>> = {
  group: { zh: '病组付费', en: 'paid by group' },
  group_at_cost: { zh: '病组内按实际费用', en: 'in a group, at cost' },
  bed_day: { zh: '床日付费', en: 'bed days' },
  fixed_price: { zh: '病种定额', en: 'fixed prices' },
  item: { zh: '按项目付费', en: 'by item' },
  ceiling: { zh: '超出本付费方式预算', en: 'beyond the budget of the payment form' },
  assessment: { zh: '年度考核', en: 'yearly assessment' },
  cap: { zh: '超出年度总额', en: 'beyond the yearly cap' },
  surplus: { zh: '结余留用：退回部分', en: 'surplus: part returned' },
  overrun: { zh: '合理超支分担', en: 'reasonable overrun shared' },
  community: { zh: '医共体总额结算', en: 'lump sum of the medical community' },
  outpatient: { zh: '门诊按人头', en: 'outpatient per head' },
  deduction: { zh: '稽核扣款', en: 'audit deductions' },
  deposit: { zh: '质量保证金', en: 'deposit' },
  held: { zh: '预留至年终清算', en: 'held until the clearing' },
  carried_in: { zh: '上月结转', en: 'carried over from the month before' },
  carried_out: { zh: '结转下月', en: 'carried over to the next month' },
  advance: { zh: '冲减预付金', en: 'less: advance' },
  monthly: { zh: '冲减月度已拨付', en: 'less: paid by month' },
};

/** One line of a statement: fen with a sign. The parts of `steps` add up to `fen`. */
export interface StatementLine {
  readonly kind: LineKind;
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

/** A stay that is not paid by its group, and why. */
export interface OutsideCase {
  readonly mdtrt_id: string;
  readonly fixmedins_code: string;
  readonly form: StayPrice['form'];
  readonly reason: Reason;
  readonly fund_fen: number;
}

export interface Sums {
  cases: number;
  pay: number;
  patients: number;
  fund: number;
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
  /** Stays that bring points. */
  readonly pointed: Sums;
  readonly money: Record<MoneyKind, Sums>;
  readonly lines: CaseLine[];
}

const noSums = (): Sums => ({ cases: 0, pay: 0, patients: 0, fund: 0 });
const emptyTally = (pool: string): PoolTally => ({
  pool,
  cases: 0,
  cost: 0,
  recorded: 0,
  points: 0,
  rigid_points: 0,
  rigid_pay: 0,
  pointed: noSums(),
  money: { group_at_cost: noSums(), bed_day: noSums(), fixed_price: noSums(), item: noSums() },
  lines: [],
});

/** The kind of line a price belongs to; undefined when it is unpaid. */
export function kindOf(price: StayPrice): 'group' | MoneyKind | undefined {
  if (price.form === 'group') return price.at_cost ? 'group_at_cost' : 'group';
  if (price.form === 'bed_day') return price.points > 0 ? 'group' : 'bed_day';
  return price.form === 'unpaid' ? undefined : price.form;
}

function addCase(tally: PoolTally, line: CaseLine, tariff: Tariff): void {
  const { stay, price } = line;
  tally.lines.push(line);
  tally.cases += 1;
  tally.cost += stay.medfee_sumamt;
  tally.recorded += stay.fund_pay_sumamt;
  const kind = kindOf(price);
  if (kind === undefined) return;
  const sums = kind === 'group' ? tally.pointed : tally.money[kind];
  sums.cases += 1;
  sums.pay += price.pay_fen;
  sums.patients += stay.psn_pay + stay.acct_pay;
  sums.fund += price.fund_fen;
  if (kind !== 'group') return;
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
export function tallyCases(cases: readonly CaseLine[], tariff: Tariff): readonly HospitalTally[] {
  const hospitals = new Map<string, Map<string, PoolTally>>();
  for (const line of cases) {
    const code = line.stay.fixmedins_code;
    let pools = hospitals.get(code);
    if (pools === undefined) {
      pools = new Map(['', ...tariff.pools.map(({ id }) => id)].map((id) => [id, emptyTally(id)]));
      hospitals.set(code, pools);
    }
    const tally = pools.get(line.price.pool);
    if (tally !== undefined) addCase(tally, line, tariff);
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

/** Parts of what the fund owes for stays paid in money or at the rates of the tariff. */
export function fundParts(kind: 'group' | MoneyKind, sums: Sums, tariff: Tariff): readonly Step[] {
  const { zh, en } = caseText(sums.cases);
  if (kind === 'item') return [part(`${zh}，基金应付合计`, `${en}, due from the fund`, sums.fund)];
  if (tariff.fund.by === 'ratio') {
    return [part(`${zh}，应得 ${formatYuan(sums.pay)} × 报销比例`, `${en}, earned ${formatYuan(sums.pay)} × fund ratio`, sums.fund)];
  }
  const floor = sums.fund - (sums.pay - sums.patients);
  return [
    part(`${zh}，应得合计`, `${en}, earned`, sums.pay),
    part('减：个人现金与账户已付', 'less: paid by patients and personal accounts', -sums.patients),
    ...(floor === 0
      ? []
      : [part('个人已付超过标准的病例，基金不倒扣', 'cases where the patient paid more than the standard: nothing set off', floor)]),
  ];
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
