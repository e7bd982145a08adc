import { formatYuan, lineAmount, multiplyDivide, splitByLargestRemainder } from '@hengjian/standard';
import type { PoolFund } from './budget.ts';
import { dipSettlementRate, type RateRule, rateOf, splitPoints } from './rates.ts';
import { part, rateText, ratioText, type Step, step } from './step.ts';
import { fundParts, type HospitalTally, type MoneyKind, moneyKinds, type PoolTally, type StatementLine } from './tally.ts';
import { one, type PoolPrice, type Tariff } from './tariff.ts';

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

/** Line of stays in money and, when the form has money of its own, the cut that keeps to it. */
function moneyLines(
  members: readonly Member[],
  kind: MoneyKind,
  fund: PoolFund | undefined,
  tariff: Tariff,
): ReadonlyMap<string, readonly StatementLine[]> {
  const with_cases = members.filter(({ tally }) => tally.money[kind].cases > 0);
  const due = with_cases.map(({ tally }) => tally.money[kind].fund);
  const most = kind === 'group_at_cost' ? undefined : fund?.forms[kind];
  const excess = most === undefined ? 0 : Math.max(0, sum(due) - most);
  const cuts =
    excess === 0
      ? due.map(() => 0)
      : splitByLargestRemainder(
          excess,
          due.map((fen) => Math.max(0, fen)),
        );
  return new Map(
    with_cases.map(({ code, tally }, index) => {
      const cut = cuts[index] ?? 0;
      const line: StatementLine = { kind, pool: tally.pool, fen: due[index] ?? 0, steps: fundParts(kind, tally.money[kind], tariff) };
      const text = `${formatYuan(sum(due))} > ${formatYuan(most ?? 0)}`;
      const ceiling: StatementLine = {
        kind: 'ceiling',
        pool: tally.pool,
        fen: -cut,
        steps: [part(`本方式应付合计 ${text}，按比例核减`, `due of the form ${text}, cut in proportion`, -cut)],
      };
      return [code, cut === 0 ? [line] : [line, ceiling]];
    }),
  );
}

/** What the fund bears of a payment where it bears a ratio; otherwise the whole payment, from which the patients' share goes off. */
const fundOf = (fen: number, pool: PoolPrice, tariff: Tariff): number =>
  tariff.fund.by === 'ratio' ? multiplyDivide(fen, pool.fund_ratio ?? 0, one) : fen;

/** Fixed and floating money of the points of a pool. */
interface Division {
  readonly fixed: readonly number[];
  readonly floating: readonly number[];
  readonly fixed_points: readonly number[];
  readonly floating_points: readonly number[];
}

function dividePoints(
  members: readonly Member[],
  rule: RateRule,
  pool: PoolPrice,
  tariff: Tariff,
): Pick<Division, 'fixed' | 'fixed_points' | 'floating_points'> {
  const points = members.map(({ tally }) => tally.points);
  const rigid = members.map(({ tally }) => tally.rigid_points);
  const split = splitPoints(rule, { all: sum(points), rigid: sum(rigid) });
  const fixed_points = rule.by === 'elastic_rigid' ? rigid : splitByLargestRemainder(split.fixed, points);
  const inMoney =
    rule.by === 'elastic_rigid' ? members.map(({ tally }) => tally.rigid_pay) : fixed_points.map((each) => lineAmount(each, pool.rate));
  const fixed = inMoney.map((fen) => fundOf(fen, pool, tariff));
  return { fixed, fixed_points, floating_points: points.map((each, index) => each - (fixed_points[index] ?? 0)) };
}

function pointSteps(member: Member, index: number, division: Division, rate: number, pool: PoolPrice, tariff: Tariff): readonly Step[] {
  const fixed = division.fixed[index] ?? 0;
  const floating = division.floating[index] ?? 0;
  const points = division.floating_points[index] ?? 0;
  const rounded = fundOf(lineAmount(points, rate), pool, tariff);
  const ratio = tariff.fund.by === 'ratio' ? ` × ${ratioText(pool.fund_ratio ?? 0)}` : '';
  const fixedText = `${ratioText(division.fixed_points[index] ?? 0)} × ${rateText(pool.rate)}${ratio}`;
  const floatText = `${ratioText(points)} × ${rateText(rate)}${ratio}`;
  const patients = tariff.fund.by === 'ratio' ? 0 : member.tally.pointed.patients;
  return [
    step('点数（权重）合计', 'points (weights)', member.tally.points, 'ten_thousandth'),
    ...(fixed === 0 ? [] : [part(`固定部分 ${fixedText}`, `fixed part ${fixedText}`, fixed)]),
    part(`浮动部分 ${floatText}`, `floating part ${floatText}`, rounded),
    ...(floating === rounded ? [] : [part('尾差（按最大余数分到分）', 'rounding (largest remainder, to the fen)', floating - rounded)]),
    ...(patients === 0 ? [] : [part('减：个人现金与账户已付', 'less: paid by patients and personal accounts', -patients)]),
  ];
}

/** Shares out over points what remains of the group money after stays paid in money. */
function sharePoints(
  members: readonly Member[],
  rule: RateRule,
  pool: PoolPrice,
  tariff: Tariff,
  available: number,
): Pick<PoolShares, 'floating_rate' | 'fixed_points' | 'floating_points' | 'floating_fen' | 'lines' | 'amounts'> {
  const pointed = members.filter(({ tally }) => tally.pointed.cases > 0);
  const patients = tariff.fund.by === 'ratio' ? 0 : sum(pointed.map(({ tally }) => tally.pointed.patients));
  const { fixed, fixed_points, floating_points } = dividePoints(pointed, rule, pool, tariff);
  const points = sum(floating_points);
  const money = points === 0 ? 0 : Math.max(0, available + patients - sum(fixed));
  const floating = splitByLargestRemainder(money, floating_points);
  const rate =
    points === 0
      ? 0
      : tariff.fund.by === 'ratio'
        ? dipSettlementRate(money, pool.fund_ratio ?? 0, points)
        : rateOf(money, points, `rates.${pool.id}`);
  const division: Division = { fixed, floating, fixed_points, floating_points };
  const lines = pointed.map((member, index): readonly [string, readonly StatementLine[]] => {
    const borne = tariff.fund.by === 'ratio' ? 0 : member.tally.pointed.patients;
    const fen = (fixed[index] ?? 0) + (floating[index] ?? 0) - borne;
    return [member.code, [{ kind: 'group', pool: pool.id, fen, steps: pointSteps(member, index, division, rate, pool, tariff) }]];
  });
  const amounts = new Map(pointed.map(({ code }, index) => [code, { fixed: fixed[index] ?? 0, floating: floating[index] ?? 0 }]));
  return {
    floating_rate: rate,
    fixed_points: sum(fixed_points),
    floating_points: points,
    floating_fen: money,
    lines: new Map(lines),
    amounts,
  };
}

function fixedLines(members: readonly Member[], pool: PoolPrice, tariff: Tariff): ReadonlyMap<string, readonly StatementLine[]> {
  const pointed = members.filter(({ tally }) => tally.pointed.cases > 0);
  return new Map(
    pointed.map(({ code, tally }) => [
      code,
      [{ kind: 'group' as const, pool: pool.id, fen: tally.pointed.fund, steps: fundParts('group', tally.pointed, tariff) }],
    ]),
  );
}

/**
 * Divides the inpatient money of a pool among its hospitals. Fixed rate: each gets what its stays earn. Floating: what
 * remains after stays paid in money is shared out over points to the fen (largest remainder), so that the lines of the
 * group form add up to its money; the patients' share counts as part of the total that points divide (3.6). Elastic: the
 * fixed part first. Negative remainders are not shared out: the value of a point is then 0 and the pool is overdrawn.
 */
export function sharePool(
  hospitals: readonly HospitalTally[],
  pool: PoolPrice,
  rule: RateRule,
  fund: PoolFund | undefined,
  tariff: Tariff,
): PoolShares {
  const members = hospitals.flatMap(({ fixmedins_code, pools }): readonly Member[] => {
    const tally = pools.get(pool.id);
    return tally === undefined || tally.cases === 0 ? [] : [{ code: fixmedins_code, tally }];
  });
  const money = moneyKinds.map((kind) => ({ kind, lines: moneyLines(members, kind, fund, tariff) }));
  const first = money.filter(({ kind }) => kind === 'group_at_cost' || fund?.forms[kind] === undefined);
  const spent = sum(first.flatMap(({ lines }) => [...lines.values()].flat().map(({ fen }) => fen)));
  const available = (fund?.forms.group ?? 0) - spent;
  const shared =
    rule.by === 'fixed'
      ? {
          floating_rate: 0,
          fixed_points: sum(members.map(({ tally }) => tally.points)),
          floating_points: 0,
          floating_fen: 0,
          lines: fixedLines(members, pool, tariff),
          amounts: new Map<string, never>(),
        }
      : sharePoints(members, rule, pool, tariff, available);
  const lines = new Map(
    members.map(({ code }) => [code, [shared.lines, ...money.map((each) => each.lines)].flatMap((each) => each.get(code) ?? [])]),
  );
  return { ...shared, pool: pool.id, rule, lines };
}
