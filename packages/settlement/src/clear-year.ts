import type { GroupedStay } from '@hengjian/grouping';
import { formatYuan, inputProblems, multiplyDivide, RefusedInput, splitByLargestRemainder, words } from '@hengjian/standard';
import type { Agreement, Band, Deduction, ReviewCase } from './agreement.ts';
import { type PoolFund, poolFund } from './budget.ts';
import { type CommunityResult, settleCommunity } from './communities.ts';
import { eachOnce } from './deductions.ts';
import type { PaymentForms } from './forms/form.ts';
import { fundShareOf } from './fund-rules.ts';
import { type NextCap, nextCap } from './next-caps.ts';
import { outpatientYear } from './outpatient.ts';
import { compileTariff, type Pricer } from './price-stay.ts';
import { type RateRule, rateRules } from './rates.ts';
import { type Rulings, ruleStays, withAuxiliary } from './rulings.ts';
import { deductionLines, type MonthRun } from './settle-month.ts';
import { type PoolShares, sharePool } from './share-pool.ts';
import { part, percentText, type Step } from './step.ts';
import {
  type CaseLine,
  figuresOf,
  type HospitalStatement,
  type HospitalTally,
  isPointed,
  type OutsideCase,
  outsideCases,
  type StatementLine,
  tallyCases,
  totalOf,
} from './tally.ts';
import { one, type PoolPrice, type Tariff } from './tariff.ts';
import { applyVersions, byText, type Objection, type StayHistory, sortStays, type Upload } from './versions.ts';

export interface YearInput {
  /** Version 1 of the stays of the year. */
  readonly stays: readonly GroupedStay[];
  readonly months: readonly MonthRun[];
  readonly tariff: Tariff;
  readonly agreement: Agreement;
  readonly uploads: readonly Upload[];
  readonly objections: readonly Objection[];
  readonly deductions: readonly Deduction[];
  readonly reviews: readonly ReviewCase[];
  /** DIP coefficients of auxiliary types by stay, in ten-thousandths. */
  readonly auxiliary?: Readonly<Record<string, number>>;
  /** The shipped payment forms when absent. */
  readonly forms?: PaymentForms;
}

/** Statement of a hospital at the clearing; `total_fen` is what is still paid (or owed when negative). */
export interface YearStatement extends HospitalStatement {
  /** What the fund owed for the year, deductions taken off: advance + months + clearing. */
  readonly due_fen: number;
  /** Deposit kept by month; it comes back with this clearing. */
  readonly deposit_fen: number;
}

/** Where the money of a pool went. The parts add up to `fund.total_fen`. */
export interface PoolStatement {
  readonly pool: string;
  readonly fund: PoolFund;
  readonly rule: RateRule;
  readonly floating_rate: number;
  readonly fixed_points: number;
  readonly floating_points: number;
  readonly floating_fen: number;
  /** Lines of all hospitals by kind, what is left of the reserve, and what is left (or overdrawn when negative). */
  readonly parts: readonly { readonly kind: string; readonly fen: number }[];
}

export interface YearRun {
  readonly year: number;
  readonly statements: readonly YearStatement[];
  readonly pools: readonly PoolStatement[];
  /** By hospital, pool, and id; `fund_fen` at the final rates. */
  readonly cases: readonly CaseLine[];
  readonly rulings: Omit<Rulings, 'byStay'>;
  readonly histories: readonly StayHistory[];
  readonly outside: readonly OutsideCase[];
  readonly deductions: readonly Deduction[];
  readonly communities: readonly CommunityResult[];
  readonly next_caps: readonly NextCap[];
}

/** Money by stay: rigid stays share the fixed part where there is one, the others the floating part, to the fen. */
function pointedFund(
  lines: readonly CaseLine[],
  { rule }: PoolShares,
  amounts: { readonly fixed: number; readonly floating: number },
  tariff: Tariff,
): readonly number[] {
  const apart = rateRules[rule.by].rigidApart === true;
  const isRigid = (line: CaseLine): boolean => apart && tariff.groups[line.price.grp_code]?.rigid === true;
  const rigid = lines.map((line) => (isRigid(line) ? line.price.points : 0));
  const rest = lines.map((line) => (isRigid(line) ? 0 : line.price.points));
  const fixed = apart ? amounts.fixed : 0;
  const fixedParts = fixed === 0 ? rigid.map(() => 0) : splitByLargestRemainder(fixed, rigid);
  const floatParts = splitByLargestRemainder(amounts.fixed + amounts.floating - fixed, rest);
  const { patients } = fundShareOf(tariff);
  const borne = lines.map(({ stay }) => patients(stay.psn_pay + stay.acct_pay));
  return lines.map((_, index) => (fixedParts[index] ?? 0) + (floatParts[index] ?? 0) - (borne[index] ?? 0));
}

function finalCases(hospital: HospitalTally, shares: ReadonlyMap<string, PoolShares>, { tariff, forms }: Pricer): readonly CaseLine[] {
  return [...hospital.pools.values()].flatMap((tally) => {
    const pool = shares.get(tally.pool);
    const amounts = pool?.amounts.get(hospital.fixmedins_code);
    if (pool === undefined || amounts === undefined) return tally.lines;
    const pointed = tally.lines.filter((line) => isPointed(line, forms));
    const funds = pointedFund(pointed, pool, amounts, tariff).values();
    return tally.lines.map((line) => (isPointed(line, forms) ? { ...line, fund_fen: funds.next().value ?? 0 } : line));
  });
}

function assessmentLine(pool: string, due: number, coefficient: number): readonly StatementLine[] {
  const fen = multiplyDivide(due, coefficient, one) - due;
  const text = `${formatYuan(due)} ×（${percentText(coefficient)} − 1）`;
  return fen === 0 ? [] : [{ kind: 'assessment', pool, fen, steps: [part(`考核系数：${text}`, `coefficient: ${text}`, fen)] }];
}

function capLines(dues: ReadonlyMap<string, number>, cap: number | undefined): readonly StatementLine[] {
  const due = [...dues.values()].reduce((left, right) => left + right, 0);
  if (cap === undefined || due <= cap) return [];
  const text = `${formatYuan(due)} − ${formatYuan(cap)}`;
  const parts = splitByLargestRemainder(
    cap - due,
    [...dues.values()].map((fen) => Math.max(0, fen)),
  );
  return [...dues.keys()].flatMap((pool, index): readonly StatementLine[] => {
    const fen = parts[index] ?? 0;
    return fen === 0
      ? []
      : [{ kind: 'cap', pool, fen, steps: [part(`超总额 ${text}，本基金池部分`, `beyond the cap ${text}, part of this pool`, fen)] }];
  });
}

/** Share of an amount band by band: each band of the base takes what lies in it. */
function bandParts(
  amount: number,
  base: number,
  bands: readonly Band[],
): readonly { readonly fen: number; readonly share: number; readonly shared: number }[] {
  let from = 0;
  return bands.flatMap(({ to, share }) => {
    const end = to === undefined ? amount : Math.min(amount, multiplyDivide(Math.max(0, base), to, one));
    const fen = Math.max(0, end - from);
    from = Math.max(from, end);
    return fen === 0 ? [] : [{ fen, share, shared: multiplyDivide(fen, share, one) }];
  });
}

const bandStep = (zh: string, en: string, fen: number, share: number, value: number): Step => {
  const text = `${formatYuan(fen)} × ${percentText(share)}`;
  return part(`${zh} ${text}`, `${en} ${text}`, value);
};

/** What a hospital gives back of its surplus against what the fund settled by item. */
function surplusLine(pool: string, due: number, recorded: number, bands: readonly Band[]): readonly StatementLine[] {
  const surplus = due - recorded;
  const parts = bandParts(surplus, recorded, bands);
  const kept = parts.reduce((sum, { shared }) => sum + shared, 0);
  if (surplus <= 0 || kept === surplus) return [];
  const steps = [
    part(`结余 ${formatYuan(due)} − ${formatYuan(recorded)}`, `surplus ${formatYuan(due)} − ${formatYuan(recorded)}`, -surplus),
    ...parts.map((each) => bandStep('留用', 'kept', each.fen, each.share, each.shared)),
  ];
  return [{ kind: 'surplus', pool, fen: kept - surplus, steps }];
}

interface Overrun {
  readonly code: string;
  readonly wanted: number;
  readonly steps: readonly Step[];
}

function overrunOf(code: string, due: number, recorded: number, bands: readonly Band[]): Overrun {
  const parts = bandParts(recorded - due, due, bands);
  return {
    code,
    wanted: parts.reduce((sum, { shared }) => sum + shared, 0),
    steps: parts.map((each) => bandStep('基金分担', 'borne by the fund', each.fen, each.share, each.shared)),
  };
}

/** Overruns are borne out of the reserve; when it does not reach, all are cut in proportion. */
function overrunLines(pool: string, overruns: readonly Overrun[], reserve: number): ReadonlyMap<string, StatementLine> {
  const wanting = overruns.filter(({ wanted }) => wanted > 0);
  const sum = wanting.reduce((left, { wanted }) => left + wanted, 0);
  const paid =
    sum <= reserve
      ? wanting.map(({ wanted }) => wanted)
      : splitByLargestRemainder(
          reserve,
          wanting.map(({ wanted }) => wanted),
        );
  return new Map(
    wanting.map(({ code, wanted, steps }, index) => {
      const fen = paid[index] ?? 0;
      const cut = fen === wanted ? [] : [part('储备金不足，按比例核减', 'the reserve does not reach, cut in proportion', fen - wanted)];
      return [code, { kind: 'overrun' as const, pool, fen, steps: [...steps, ...cut] }];
    }),
  );
}

type LinesByHospital = Map<string, StatementLine[]>;

function addLines(lines: LinesByHospital, code: string, more: readonly StatementLine[]): void {
  const own = lines.get(code);
  if (own === undefined) lines.set(code, [...more]);
  else own.push(...more);
}

function duesByPool(lines: readonly StatementLine[], tariff: Tariff): ReadonlyMap<string, number> {
  return new Map(tariff.pools.map(({ id }) => [id, totalOf(lines.filter(({ pool }) => pool === id))]));
}

/** Assessment and cap of each hospital, then surplus and overrun per pool. */
function addAdjustments(
  lines: LinesByHospital,
  tallies: readonly HospitalTally[],
  tariff: Tariff,
  agreement: Agreement,
  funds: ReadonlyMap<string, PoolFund>,
): void {
  for (const { fixmedins_code: code } of tallies) {
    const coefficient = agreement.assessment[code] ?? one;
    for (const [pool, due] of duesByPool(lines.get(code) ?? [], tariff)) addLines(lines, code, assessmentLine(pool, due, coefficient));
    addLines(lines, code, capLines(duesByPool(lines.get(code) ?? [], tariff), agreement.caps[code]));
  }
  const { sharing } = agreement;
  if (sharing === undefined) return;
  for (const { id, form } of tariff.pools) {
    if (form === 'item') continue;
    const states = tallies.map(({ fixmedins_code, pools }) => ({
      code: fixmedins_code,
      due: totalOf((lines.get(fixmedins_code) ?? []).filter(({ pool }) => pool === id)),
      recorded: pools.get(id)?.recorded ?? 0,
    }));
    for (const { code, due, recorded } of states) addLines(lines, code, surplusLine(id, due, recorded, sharing.surplus));
    const overruns = states.map(({ code, due, recorded }) => overrunOf(code, due, recorded, sharing.overrun));
    for (const [code, line] of overrunLines(id, overruns, funds.get(id)?.reserve_fen ?? 0)) addLines(lines, code, [line]);
  }
}

function poolStatement(shares: PoolShares, fund: PoolFund, lines: LinesByHospital): PoolStatement {
  const sums = new Map<string, number>();
  for (const line of [...lines.values()].flat()) {
    if (line.pool === fund.pool) sums.set(line.kind, (sums.get(line.kind) ?? 0) + line.fen);
  }
  const reserve_left = fund.reserve_fen - (sums.get('overrun') ?? 0);
  const spent = [...sums.values()].reduce((left, right) => left + right, 0);
  return {
    pool: fund.pool,
    fund,
    rule: shares.rule,
    floating_rate: shares.floating_rate,
    fixed_points: shares.fixed_points,
    floating_points: shares.floating_points,
    floating_fen: shares.floating_fen,
    parts: [
      ...[...sums].sort(([a], [b]) => byText(a, b)).map(([kind, fen]) => ({ kind, fen })),
      { kind: 'reserve_left', fen: reserve_left },
      { kind: 'left', fen: fund.total_fen - spent - reserve_left },
    ],
  };
}

interface Payments {
  readonly advance: number;
  readonly monthly: readonly { readonly month: string; readonly fen: number }[];
  readonly deposit: number;
}

/** The advance of a hospital: months (ten-thousandths) of its usual monthly spending. */
export const advanceOf = ({ advance }: Agreement, code: string): number =>
  multiplyDivide(advance.monthly_fen[code] ?? 0, advance.months, one);

function paymentsOf(code: string, { months, agreement }: YearInput): Payments {
  const own = months.map((run) => ({
    month: run.month,
    fen: run.statements.find(({ fixmedins_code }) => fixmedins_code === code)?.total_fen ?? 0,
    deposit: run.deposits[code] ?? 0,
  }));
  return { advance: advanceOf(agreement, code), monthly: own, deposit: own.reduce((sum, { deposit }) => sum + deposit, 0) };
}

function paidLines({ advance, monthly }: Payments): readonly StatementLine[] {
  const steps = monthly.filter(({ fen }) => fen !== 0).map(({ month, fen }) => part(month, month, -fen));
  const paid = steps.reduce((sum, { value }) => sum + value, 0);
  return [
    ...(advance === 0
      ? []
      : [{ kind: 'advance' as const, pool: '', fen: -advance, steps: [part('年初预付金', 'advance at the start of the year', -advance)] }]),
    ...(steps.length === 0 ? [] : [{ kind: 'monthly' as const, pool: '', fen: paid, steps }]),
  ];
}

function checkYear({ months, agreement, tariff }: YearInput): void {
  const budgets = new Set(agreement.budgets.map(({ pool }) => pool));
  const missing = tariff.pools.filter(({ id }) => !budgets.has(id));
  const foreign = months.filter(
    ({ month }, index) => !month.startsWith(`${agreement.year}-`) || months.findIndex((run) => run.month === month) !== index,
  );
  const ofYear = words(`${agreement.year} 年中未重复的月份`, `a month of ${agreement.year}, given once`);
  const problems = [
    ...missing.map(({ id }) => {
      const what = words(`基金池 ${id} 的年度基金`, `the fund of the year of the pool ${id}`);
      return inputProblems.problem('value-missing', { what }, { field: `budgets.${id}` });
    }),
    ...foreign.map(({ month }) => inputProblems.problem('value-invalid', { value: month, expected: ofYear }, { field: month })),
  ];
  if (problems.length > 0) throw new RefusedInput(problems);
}

function shareOut(
  tallies: readonly HospitalTally[],
  { rates }: Agreement,
  funds: ReadonlyMap<string, PoolFund>,
  pricer: Pricer,
): ReadonlyMap<string, PoolShares> {
  const ruleOf = ({ id, form }: PoolPrice): RateRule => (form === 'item' ? undefined : rates[id]) ?? { by: 'fixed' };
  return new Map(
    pricer.tariff.pools.map((pool) => [pool.id, sharePool(tallies, { pool, rule: ruleOf(pool), fund: funds.get(pool.id), pricer })]),
  );
}

function yearStatement(hospital: HospitalTally, lines: readonly StatementLine[], input: YearInput): YearStatement {
  const payments = paymentsOf(hospital.fixmedins_code, input);
  const all = [...lines, ...paidLines(payments)];
  return {
    fixmedins_code: hospital.fixmedins_code,
    period: String(input.agreement.year),
    ...figuresOf(hospital),
    lines: all,
    total_fen: totalOf(all),
    due_fen: totalOf(lines),
    deposit_fen: payments.deposit,
  };
}

function nextCaps(
  tallies: readonly HospitalTally[],
  inpatient: ReadonlyMap<string, number>,
  deductions: readonly Deduction[],
  { caps, next_caps }: Agreement,
): readonly NextCap[] {
  if (next_caps === undefined) return [];
  return tallies.map(({ fixmedins_code }) => {
    const deducted_fen = deductions
      .filter((each) => each.fixmedins_code === fixmedins_code)
      .reduce((sum, { fund_fen }) => sum + fund_fen, 0);
    const cap_fen = caps[fixmedins_code];
    return nextCap(
      { fixmedins_code, due_fen: inpatient.get(fixmedins_code) ?? 0, deducted_fen, ...(cap_fen === undefined ? {} : { cap_fen }) },
      next_caps,
    );
  });
}

/**
 * Clears a year (3.6 of the reference sheet): final prices with the rules of the year, money of each pool shared out,
 * assessment, caps, surplus kept and overrun shared, communities, outpatient care, less audit deductions (each once), less
 * advance and months. Deposits come back with it, since months were paid without them.
 *
 * Pure, and the order of the inputs does not matter. Throws RefusedInput for a pool without budget, months of another
 * year, and what `applyVersions` refuses.
 */
export function clearYear(input: YearInput): YearRun {
  checkYear(input);
  const { tariff, agreement } = input;
  const pricer = compileTariff(tariff, input.forms);
  const versioned = applyVersions(
    sortStays(input.stays),
    input.uploads,
    input.objections,
    pricer,
    withAuxiliary(new Map(), input.auxiliary),
  );
  const { byStay, ...rulings } = ruleStays(versioned.stays, pricer, agreement, input.reviews, versioned.reviews, input.auxiliary);
  const priced = versioned.stays.map((stay): CaseLine => {
    const ruling = byStay.get(stay.mdtrt_id);
    const price = pricer.price(stay, ruling);
    return { stay, price, fund_fen: price.fund_fen, ...(ruling === undefined ? {} : { ruling }) };
  });
  const funds = new Map(agreement.budgets.map((budget) => [budget.pool, poolFund(budget, pricer.forms)]));
  const deductions = eachOnce(input.deductions).filter(({ month }) => month.startsWith(`${agreement.year}-`));
  const outpatient = outpatientYear(agreement.outpatient, funds);
  const tallies = withOthers(tallyCases(priced, pricer), input, deductions, outpatient);
  const shares = shareOut(tallies, agreement, funds, pricer);
  const cases = tallies.flatMap((hospital) => finalCases(hospital, shares, pricer));
  const communities = agreement.communities.toSorted((a, b) => byText(a.id, b.id)).map((community) => settleCommunity(community, cases));
  const lines: LinesByHospital = new Map(
    tallies.map(({ fixmedins_code }) => [
      fixmedins_code,
      [...shares.values()].flatMap((pool) => [...(pool.lines.get(fixmedins_code) ?? [])]),
    ]),
  );
  addAdjustments(lines, tallies, tariff, agreement, funds);
  const inpatient = new Map([...lines].map(([code, own]) => [code, totalOf(own)]));
  for (const { fixmedins_code, line } of communities.flatMap((each) => each.lines))
    addLines(lines, fixmedins_code, line.fen === 0 ? [] : [line]);
  for (const [code, own] of outpatient) addLines(lines, code, own);
  const pools = tariff.pools.flatMap(({ id }) => {
    const pool = shares.get(id);
    const fund = funds.get(id);
    return pool === undefined || fund === undefined ? [] : [poolStatement(pool, fund, lines)];
  });
  for (const { fixmedins_code } of tallies)
    addLines(lines, fixmedins_code, deductionLines(deductions.filter((each) => each.fixmedins_code === fixmedins_code)));
  return {
    year: agreement.year,
    statements: tallies.map((hospital) => yearStatement(hospital, lines.get(hospital.fixmedins_code) ?? [], input)),
    pools,
    cases,
    rulings,
    histories: versioned.histories,
    outside: outsideCases(cases),
    deductions,
    communities,
    next_caps: nextCaps(tallies, inpatient, deductions, agreement),
  };
}

/** Hospitals without a stay that still get or owe something. */
function withOthers(
  tallies: readonly HospitalTally[],
  { months, agreement }: YearInput,
  deductions: readonly Deduction[],
  outpatient: ReadonlyMap<string, unknown>,
): readonly HospitalTally[] {
  const known = new Set(tallies.map(({ fixmedins_code }) => fixmedins_code));
  const others = new Set([
    ...outpatient.keys(),
    ...deductions.map(({ fixmedins_code }) => fixmedins_code),
    ...months.flatMap(({ statements }) => statements.map(({ fixmedins_code }) => fixmedins_code)),
    ...Object.keys(agreement.advance.monthly_fen),
    ...agreement.communities.flatMap(({ members }) => members),
  ]);
  const added = [...others]
    .filter((code) => !known.has(code))
    .map((fixmedins_code): HospitalTally => ({ fixmedins_code, pools: new Map() }));
  return [...tallies, ...added].sort((a, b) => byText(a.fixmedins_code, b.fixmedins_code));
}
