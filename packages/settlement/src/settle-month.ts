import type { GroupedStay } from '@hengjian/grouping';
import { multiplyDivide } from '@hengjian/standard';
import type { Agreement, Deduction, ReviewCase } from './agreement.ts';
import { poolFund } from './budget.ts';
import { eachOnce, isMonth, wrongMonth } from './deductions.ts';
import type { PaymentForms, Ruling } from './forms/form.ts';
import { outpatientMonth } from './outpatient.ts';
import { compileTariff, type Pricer } from './price-stay.ts';
import { reviewOf, withAuxiliary } from './rulings.ts';
import { part, percentText, type Step } from './step.ts';
import {
  type CaseLine,
  figuresOf,
  type HospitalStatement,
  type HospitalTally,
  lineParts,
  type OutsideCase,
  outsideCases,
  type StatementLine,
  tallyCases,
  totalOf,
} from './tally.ts';
import { one, type Tariff } from './tariff.ts';
import { applyVersions, byText, type Objection, type StayHistory, sortStays, type Upload } from './versions.ts';

export interface MonthInput {
  /** `yyyy-MM`. */
  readonly month: string;
  /** Version 1 of the stays of the month. */
  readonly stays: readonly GroupedStay[];
  readonly tariff: Tariff;
  readonly agreement: Agreement;
  readonly uploads: readonly Upload[];
  readonly objections: readonly Objection[];
  /** Those of other months are left alone. */
  readonly deductions: readonly Deduction[];
  readonly reviews: readonly ReviewCase[];
  /** DIP coefficients of auxiliary types by stay, in ten-thousandths. */
  readonly auxiliary?: Readonly<Record<string, number>>;
  /** Amounts (not negative) that hospitals still owe from the month before. */
  readonly carried: Readonly<Record<string, number>>;
  /** The shipped payment forms when absent. */
  readonly forms?: PaymentForms;
}

/** The settlement of a month. Preliminary until the clearing; what changed is kept in both versions. */
export interface MonthRun {
  readonly month: string;
  /** Statements before re-uploads and objections; the same as `statements` when there were none. */
  readonly first: readonly HospitalStatement[];
  readonly statements: readonly HospitalStatement[];
  readonly cases: readonly CaseLine[];
  readonly histories: readonly StayHistory[];
  readonly outside: readonly OutsideCase[];
  readonly deductions: readonly Deduction[];
  /** What was kept as deposit, and what hospitals still owe, by hospital. */
  readonly deposits: Readonly<Record<string, number>>;
  readonly carried: Readonly<Record<string, number>>;
}

/** Decisions on single stays that are known in the month. Quotas and shares of the year are applied at the clearing. */
function monthRulings(reviews: readonly ReviewCase[]): ReadonlyMap<string, Ruling> {
  return new Map(
    reviews.flatMap((each): readonly (readonly [string, Ruling])[] => {
      const review = reviewOf(each);
      return review === undefined ? [] : [[each.mdtrt_id, { review }]];
    }),
  );
}

function priceCases(stays: readonly GroupedStay[], pricer: Pricer, rulings: ReadonlyMap<string, Ruling>): readonly CaseLine[] {
  return stays.map((stay) => {
    const ruling = rulings.get(stay.mdtrt_id);
    const price = pricer.price(stay, ruling);
    return { stay, price, fund_fen: price.fund_fen, ...(ruling === undefined ? {} : { ruling }) };
  });
}

function dueLines(hospital: HospitalTally, pricer: Pricer): readonly StatementLine[] {
  return [...hospital.pools.values()].flatMap((tally) =>
    [...tally.sums]
      .filter(([, { cases }]) => cases > 0)
      .map(([kind, sums]): StatementLine => ({ kind, pool: tally.pool, fen: sums.fund, steps: lineParts(kind, sums, pricer) })),
  );
}

function keptLine(kind: 'deposit' | 'held', due: number, share: number): readonly StatementLine[] {
  const fen = -multiplyDivide(Math.max(0, due), share, one);
  const name = kind === 'deposit' ? { zh: '保证金', en: 'deposit' } : { zh: '预留', en: 'held' };
  return fen === 0
    ? []
    : [{ kind, pool: '', fen, steps: [part(`${name.zh} ${percentText(share)}`, `${name.en} ${percentText(share)}`, fen)] }];
}

export function deductionLines(deductions: readonly Deduction[]): readonly StatementLine[] {
  if (deductions.length === 0) return [];
  const steps = deductions.map(
    (each): Step => part(`案件 ${each.case_id} ${each.mdtrt_id}`.trim(), `case ${each.case_id} ${each.mdtrt_id}`.trim(), -each.fund_fen),
  );
  return [{ kind: 'deduction', pool: '', fen: totalOf(steps.map(({ value }) => ({ fen: value }))), steps }];
}

interface Extras {
  readonly outpatient: readonly StatementLine[];
  readonly deductions: readonly Deduction[];
  readonly owed: number;
}

function monthStatement(
  hospital: HospitalTally,
  { month, agreement: { monthly } }: MonthInput,
  pricer: Pricer,
  extras: Extras,
): HospitalStatement {
  const due = dueLines(hospital, pricer);
  const owed: readonly StatementLine[] =
    extras.owed === 0
      ? []
      : [{ kind: 'carried_in', pool: '', fen: -extras.owed, steps: [part('上月未扣足部分', 'not yet taken off', -extras.owed)] }];
  const lines = [
    ...due,
    ...keptLine('deposit', totalOf(due), monthly.deposit_share),
    ...keptLine('held', totalOf(due), monthly.held_share),
    ...extras.outpatient,
    ...deductionLines(extras.deductions),
    ...owed,
  ];
  const total = totalOf(lines);
  const all: readonly StatementLine[] =
    total >= 0
      ? lines
      : [...lines, { kind: 'carried_out', pool: '', fen: -total, steps: [part('本月不足扣，转下月', 'not covered this month', -total)] }];
  return { fixmedins_code: hospital.fixmedins_code, period: month, ...figuresOf(hospital), lines: all, total_fen: totalOf(all) };
}

function statementsOf(
  cases: readonly CaseLine[],
  input: MonthInput,
  pricer: Pricer,
  deductions: readonly Deduction[],
): readonly HospitalStatement[] {
  const { month, agreement, carried } = input;
  const funds = new Map(agreement.budgets.map((budget) => [budget.pool, poolFund(budget, pricer.forms)]));
  const outpatient = outpatientMonth(agreement.outpatient, funds, Number(month.slice(5)));
  const tallies = tallyCases(cases, pricer);
  const known = new Set(tallies.map(({ fixmedins_code }) => fixmedins_code));
  const others = [...new Set([...outpatient.keys(), ...deductions.map((each) => each.fixmedins_code), ...Object.keys(carried)])].filter(
    (code) => !known.has(code),
  );
  const all = [...tallies, ...others.map((fixmedins_code): HospitalTally => ({ fixmedins_code, pools: new Map() }))].sort((a, b) =>
    byText(a.fixmedins_code, b.fixmedins_code),
  );
  return all.map((hospital) =>
    monthStatement(hospital, input, pricer, {
      outpatient: outpatient.get(hospital.fixmedins_code) ?? [],
      deductions: deductions.filter((each) => each.fixmedins_code === hospital.fixmedins_code),
      owed: carried[hospital.fixmedins_code] ?? 0,
    }),
  );
}

function amounts(
  statements: readonly HospitalStatement[],
  kind: 'deposit' | 'carried_out',
  sign: 1 | -1,
): Readonly<Record<string, number>> {
  const sums = statements.map(
    ({ fixmedins_code, lines }) => [fixmedins_code, sign * totalOf(lines.filter((line) => line.kind === kind))] as const,
  );
  return Object.fromEntries(sums.filter(([, fen]) => fen !== 0));
}

/**
 * Settles a month (3.6 of the reference sheet): (weight × rate − patients' share) less deposit and what is held, plus
 * the outpatient instalment, less audit deductions of the month and what was carried over; never below 0, the rest is
 * carried on. Stays are priced at the rates of the tariff; objections and re-uploads change the stays they name alone.
 *
 * Pure, and the order of the inputs does not matter. Throws RefusedInput for a month that is none, a stay given twice,
 * and objections or re-uploads that fit no stay.
 */
export function settleMonth(input: MonthInput): MonthRun {
  if (!isMonth(input.month)) throw wrongMonth(input.month, 'month');
  const pricer = compileTariff(input.tariff, input.forms);
  const stays = sortStays(input.stays);
  const rulings = withAuxiliary(monthRulings(input.reviews), input.auxiliary);
  const versioned = applyVersions(stays, input.uploads, input.objections, pricer, rulings);
  const deductions = eachOnce(input.deductions).filter(({ month }) => month === input.month);
  const decided = new Map<string, Ruling>([
    ...rulings,
    ...[...versioned.reviews].map(([id, review]): readonly [string, Ruling] => [id, { ...rulings.get(id), review }]),
  ]);
  const cases = priceCases(versioned.stays, pricer, decided);
  const statements = statementsOf(cases, input, pricer, deductions);
  const first = versioned.histories.length === 0 ? statements : statementsOf(priceCases(stays, pricer, rulings), input, pricer, deductions);
  return {
    month: input.month,
    first,
    statements,
    cases,
    histories: versioned.histories,
    outside: outsideCases(cases),
    deductions,
    deposits: amounts(statements, 'deposit', -1),
    carried: amounts(statements, 'carried_out', 1),
  };
}
