import { formatYuan, lineAmount, splitByLargestRemainder } from '@hengjian/standard';
import type { PoolFund } from './budget.ts';
import { pointsLine } from './forms/form.ts';
import { formLines } from './forms/registry.ts';
import { fundShareOf } from './fund-rules.ts';
import type { Pricer } from './price-stay.ts';
import { type RateRule, rateRules, splitPoints } from './rates.ts';
import { part, rateText, ratioText, type Step, step } from './step.ts';
import { type HospitalTally, lineParts, type PoolTally, type StatementLine, sumsOf } from './tally.ts';
import type { PoolPrice } from './tariff.ts';

/** What a pool gives each hospital for its stays, before anything that depends on the hospital's year. */
export interface PoolShares {
  readonly pool: string;
  readonly rule: RateRule;
  /** Value of a floating point (of the whole payment, patients' part included), in micro-yuan; 0 when nothing floats. */
  readonly floating_rate: number;
  /** Points at the fixed rate and floating ones, in ten-thousandths. */
  readonly fixed_points: number;
  readonly floating_points: number;
  /** Money that was shared out over floating points, in fen. */
  readonly floating_fen: number;
  /** Lines by hospital. */
  readonly lines: ReadonlyMap<string, readonly StatementLine[]>;
  /** What points at a rate that is not fixed for all brought each hospital, fixed and floating part, in fen. */
  readonly amounts: ReadonlyMap<string, { readonly fixed: number; readonly floating: number }>;
}

interface Member {
  readonly code: string;
  readonly tally: PoolTally;
}

const sum = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0);

/** A pool to be shared out. */
export interface PoolToShare {
  readonly pool: PoolPrice;
  readonly rule: RateRule;
  readonly fund: PoolFund | undefined;
  readonly pricer: Pricer;
}

/** Line of stays in money and, when the form has money of its own, the cut that keeps to it. */
function moneyLines(
  members: readonly Member[],
  kind: string,
  { fund, pricer }: PoolToShare,
): ReadonlyMap<string, readonly StatementLine[]> {
  const withCases = members.filter(({ tally }) => sumsOf(tally, kind).cases > 0);
  const due = withCases.map(({ tally }) => sumsOf(tally, kind).fund);
  const most = fund?.forms[kind];
  const excess = most === undefined ? 0 : Math.max(0, sum(due) - most);
  const cuts =
    excess === 0
      ? due.map(() => 0)
      : splitByLargestRemainder(
          excess,
          due.map((fen) => Math.max(0, fen)),
        );
  return new Map(
    withCases.map(({ code, tally }, index) => {
      const cut = cuts[index] ?? 0;
      const line: StatementLine = { kind, pool: tally.pool, fen: due[index] ?? 0, steps: lineParts(kind, sumsOf(tally, kind), pricer) };
      const text = `${formatYuan(sum(due))} > ${formatYuan(most ?? 0)}`;
      const steps = [part(`本方式应付合计 ${text}，按比例核减`, `due of the form ${text}, cut in proportion`, -cut)];
      return [code, cut === 0 ? [line] : [line, { kind: 'ceiling', pool: tally.pool, fen: -cut, steps }]];
    }),
  );
}

/** Fixed and floating money of the points of a pool. */
interface Division {
  readonly fixed: readonly number[];
  readonly floating: readonly number[];
  readonly fixed_points: readonly number[];
  readonly floating_points: readonly number[];
}

function dividePoints(
  members: readonly Member[],
  { rule, pool, pricer }: PoolToShare,
): Pick<Division, 'fixed' | 'fixed_points' | 'floating_points'> {
  const points = members.map(({ tally }) => tally.points);
  const rigid = members.map(({ tally }) => tally.rigid_points);
  const split = splitPoints(rule, { all: sum(points), rigid: sum(rigid) });
  const apart = rateRules[rule.by].rigidApart === true;
  const fixed_points = apart ? rigid : splitByLargestRemainder(split.fixed, points);
  const inMoney = apart ? members.map(({ tally }) => tally.rigid_pay) : fixed_points.map((each) => lineAmount(each, pool.rate));
  const fixed = inMoney.map((fen) => fundShareOf(pricer.tariff).ofPoints(fen, pool));
  return { fixed, fixed_points, floating_points: points.map((each, index) => each - (fixed_points[index] ?? 0)) };
}

function pointSteps({ tally }: Member, index: number, division: Division, rate: number, { pool, pricer }: PoolToShare): readonly Step[] {
  const share = fundShareOf(pricer.tariff);
  const fixed = division.fixed[index] ?? 0;
  const floating = division.floating[index] ?? 0;
  const points = division.floating_points[index] ?? 0;
  const rounded = share.ofPoints(lineAmount(points, rate), pool);
  const factor = share.pointsFactor(pool);
  const fixedText = `${ratioText(division.fixed_points[index] ?? 0)} × ${rateText(pool.rate)}${factor}`;
  const floatText = `${ratioText(points)} × ${rateText(rate)}${factor}`;
  const patients = share.patients(sumsOf(tally, pointsLine).patients);
  return [
    step('点数（权重）合计', 'points (weights)', tally.points, 'ten_thousandth'),
    ...(fixed === 0 ? [] : [part(`固定部分 ${fixedText}`, `fixed part ${fixedText}`, fixed)]),
    part(`浮动部分 ${floatText}`, `floating part ${floatText}`, rounded),
    ...(floating === rounded ? [] : [part('尾差（按最大余数分到分）', 'rounding (largest remainder, to the fen)', floating - rounded)]),
    ...(patients === 0 ? [] : [part('减：个人现金与账户已付', 'less: paid by patients and personal accounts', -patients)]),
  ];
}

/** Shares out over points what remains of the group money after stays paid in money. */
function sharePoints(members: readonly Member[], given: PoolToShare, available: number): Omit<PoolShares, 'pool' | 'rule'> {
  const { pool, pricer } = given;
  const share = fundShareOf(pricer.tariff);
  const pointed = members.filter(({ tally }) => sumsOf(tally, pointsLine).cases > 0);
  const borne = pointed.map(({ tally }) => share.patients(sumsOf(tally, pointsLine).patients));
  const { fixed, fixed_points, floating_points } = dividePoints(pointed, given);
  const points = sum(floating_points);
  const money = points === 0 ? 0 : Math.max(0, available + sum(borne) - sum(fixed));
  const floating = splitByLargestRemainder(money, floating_points);
  const rate = points === 0 ? 0 : share.pointRate(money, points, pool);
  const division: Division = { fixed, floating, fixed_points, floating_points };
  const lines = pointed.map((member, index): readonly [string, readonly StatementLine[]] => {
    const fen = (fixed[index] ?? 0) + (floating[index] ?? 0) - (borne[index] ?? 0);
    return [member.code, [{ kind: pointsLine, pool: pool.id, fen, steps: pointSteps(member, index, division, rate, given) }]];
  });
  return {
    floating_rate: rate,
    fixed_points: sum(fixed_points),
    floating_points: points,
    floating_fen: money,
    lines: new Map(lines),
    amounts: new Map(pointed.map(({ code }, index) => [code, { fixed: fixed[index] ?? 0, floating: floating[index] ?? 0 }])),
  };
}

/** All points at the rate of the tariff. */
function atTariff(members: readonly Member[], { pool, pricer }: PoolToShare): Omit<PoolShares, 'pool' | 'rule'> {
  const lines = members.flatMap(({ code, tally }): readonly (readonly [string, readonly StatementLine[]])[] => {
    const sums = sumsOf(tally, pointsLine);
    if (sums.cases === 0) return [];
    return [[code, [{ kind: pointsLine, pool: pool.id, fen: sums.fund, steps: lineParts(pointsLine, sums, pricer) }]]];
  });
  return {
    floating_rate: 0,
    fixed_points: sum(members.map(({ tally }) => tally.points)),
    floating_points: 0,
    floating_fen: 0,
    lines: new Map(lines),
    amounts: new Map(),
  };
}

/**
 * Divides the inpatient money of a pool among its hospitals. Fixed rate: each gets what its stays earn. Floating: what
 * remains after stays paid in money is shared out over points to the fen (largest remainder), so that the lines of the
 * group form add up to its money; the patients' share counts as part of the total that points divide (3.6). Elastic: the
 * fixed part first. Negative remainders are not shared out: the value of a point is then 0 and the pool is overdrawn.
 */
export function sharePool(hospitals: readonly HospitalTally[], given: PoolToShare): PoolShares {
  const { pool, rule, fund, pricer } = given;
  const members = hospitals.flatMap(({ fixmedins_code, pools }): readonly Member[] => {
    const tally = pools.get(pool.id);
    return tally === undefined || tally.cases === 0 ? [] : [{ code: fixmedins_code, tally }];
  });
  const kinds = [...formLines(pricer.forms).keys()].filter((kind) => kind !== pointsLine);
  const money = kinds.map((kind) => ({ kind, lines: moneyLines(members, kind, given) }));
  const first = money.filter(({ kind }) => fund?.forms[kind] === undefined);
  const spent = sum(first.flatMap(({ lines }) => [...lines.values()].flat().map(({ fen }) => fen)));
  const available = (fund?.forms[pointsLine] ?? 0) - spent;
  const shared = rateRules[rule.by].atTariff === true ? atTariff(members, given) : sharePoints(members, given, available);
  const lines = new Map(
    members.map(({ code }) => [code, [shared.lines, ...money.map((each) => each.lines)].flatMap((each) => each.get(code) ?? [])]),
  );
  return { ...shared, pool: pool.id, rule, lines };
}
