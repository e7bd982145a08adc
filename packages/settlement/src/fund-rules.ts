import { formatYuan, inputProblems, multiplyDivide, type Problem, type Words, words } from '@hengjian/standard';
import type { PricedStay, ShapeBuilder, StayPrice } from './forms/form.ts';
import { choice, Fields, type Read } from './parameter-reader.ts';
import { dipPointRate, rateOf } from './rates.ts';
import { part, percentText, ratioText, type Step } from './step.ts';
import { type FundRule, one, type PoolPrice, type Tariff } from './tariff.ts';

/** Sums over stays. Fen. */
export interface Sums {
  cases: number;
  pay: number;
  patients: number;
  fund: number;
}

/** What a stay earned and what of it is due from the fund, in fen; `atCounter` when the fund owes what it settled there. */
export interface EarnedStay {
  readonly pool: PoolPrice | undefined;
  readonly stay: PricedStay;
  readonly earned_fen: number;
  readonly due_fen: number;
  readonly atCounter: boolean;
}

/** What the fund bears of what hospitals earn, under the rule of a tariff. */
export interface FundShare {
  /** Of the payment of one stay, in fen. */
  bears(pool: PoolPrice, stay: PricedStay, pay_fen: number): number;
  /** Parts that add up to what the fund bears of one stay. */
  stayParts(pool: PoolPrice | undefined, stay: PricedStay, price: StayPrice): readonly Step[];
  /** Parts that add up to what the fund owes for many stays at the rates of the tariff. */
  sumParts(cases: Words, sums: Sums): readonly Step[];
  /** Of money that points of a pool brought, before `patients` goes off, in fen. */
  ofPoints(fen: number, pool: PoolPrice): number;
  /** What goes off the money of points for what patients bore of these stays, in fen. */
  patients(fen: number): number;
  /** Value of a point in micro-yuan when `money` of the fund is shared out over `points`. */
  pointRate(money: number, points: number, pool: PoolPrice): number;
  /** What the fund does not bear of what a hospital earned, in fen, and its name in statements. */
  less(earned: EarnedStay): number;
  readonly lessWords: Words;
  /** What follows points × rate in an arithmetic. */
  pointsFactor(pool: PoolPrice): string;
}

/** A rule that says what the fund bears: one record says everything about it. */
interface FundRuleRecord {
  readonly share: (rule: FundRule) => FundShare;
  readonly read: (fields: Fields<'by' | 'floor'>) => FundRule;
  /** What a pool lacks that is paid by group under the rule. */
  readonly poolProblem: (pool: Omit<PoolPrice, 'rate'>) => Problem | undefined;
}

const borneAtCounter = ({ psn_pay, acct_pay }: PricedStay): number => psn_pay + acct_pay;

const lessPatients = (floored: boolean): FundShare => ({
  bears: (_pool, stay, pay_fen) => (floored ? Math.max(0, pay_fen - borneAtCounter(stay)) : pay_fen - borneAtCounter(stay)),
  stayParts: (_pool, stay, { pay_fen, fund_fen }) => {
    const floor = fund_fen - (pay_fen - borneAtCounter(stay));
    const notSetOff = part('个人已付超过支付标准，基金不倒扣', 'the patient paid more than the standard; the fund sets nothing off', floor);
    return [
      part('医院应得', 'earned by the hospital', pay_fen),
      part('减：个人已付现金', 'less: paid by the patient', -stay.psn_pay),
      part('减：个人账户已付', 'less: paid from the personal account', -stay.acct_pay),
      ...(floor === 0 ? [] : [notSetOff]),
    ];
  },
  sumParts: ({ zh, en }, { pay, patients, fund }) => {
    const floor = fund - (pay - patients);
    const notSetOff = part(
      '个人已付超过标准的病例，基金不倒扣',
      'cases where the patient paid more than the standard: nothing set off',
      floor,
    );
    return [
      part(`${zh}，应得合计`, `${en}, earned`, pay),
      part('减：个人现金与账户已付', 'less: paid by patients and personal accounts', -patients),
      ...(floor === 0 ? [] : [notSetOff]),
    ];
  },
  ofPoints: (fen) => fen,
  patients: (fen) => fen,
  pointRate: (money, points, pool) => rateOf(money, points, pool.id),
  less: ({ stay }) => borneAtCounter(stay),
  lessWords: words('个人已付', 'paid by patient'),
  pointsFactor: () => '',
});

const ratioOf = (pool: PoolPrice | undefined): number => pool?.fund_ratio ?? 0;

const byRatio: FundShare = {
  bears: (pool, _stay, pay_fen) => multiplyDivide(pay_fen, ratioOf(pool), one),
  stayParts: (pool, _stay, { pay_fen, fund_fen }) => {
    const [pay, ratio] = [formatYuan(pay_fen), percentText(ratioOf(pool))];
    return [part(`基金应付 = ${pay} × 报销比例 ${ratio}`, `fund = ${pay} × ratio ${ratio}`, fund_fen)];
  },
  sumParts: ({ zh, en }, { pay, fund }) => [
    part(`${zh}，应得 ${formatYuan(pay)} × 报销比例`, `${en}, earned ${formatYuan(pay)} × fund ratio`, fund),
  ],
  ofPoints: (fen, pool) => multiplyDivide(fen, ratioOf(pool), one),
  patients: () => 0,
  pointRate: (money, points, pool) => dipPointRate(money, ratioOf(pool), points, pool.id),
  less: ({ pool, earned_fen, due_fen, atCounter }) => earned_fen - (atCounter ? due_fen : multiplyDivide(earned_fen, ratioOf(pool), one)),
  lessWords: words('基金比例以外', 'beyond the fund ratio'),
  pointsFactor: (pool) => ` × ${ratioText(ratioOf(pool))}`,
};

const ratioMissing = words('报销比例 fund_ratio', 'fund_ratio, since the fund pays by ratio');

/** The rules of the program. */
export const fundRules: Readonly<Record<FundRule['by'], FundRuleRecord>> = {
  patients_share: {
    share: (rule) => lessPatients(rule.by === 'patients_share' && rule.floor === 'zero'),
    read: (fields) => ({ by: 'patients_share', floor: fields.or('floor', choice(['zero', 'none']), 'zero') }),
    poolProblem: () => undefined,
  },
  ratio: {
    share: () => byRatio,
    read: () => ({ by: 'ratio' }),
    poolProblem: ({ fund_ratio }) => {
      if (fund_ratio === undefined) return inputProblems.problem('value-missing', { what: ratioMissing });
      if (Number.isSafeInteger(fund_ratio) && fund_ratio > 0) return undefined;
      return inputProblems.problem('value-invalid', { value: fund_ratio, expected: words('大于 0 的比例', 'a ratio above 0') });
    },
  },
};

export const fundSchemas = (type: ShapeBuilder) => ({
  fund: type.Union([
    type.Object({ by: type.Literal('patients_share'), floor: type.Enum(['zero', 'none'] as const) }),
    type.Object({ by: type.Literal('ratio') }),
  ]),
});

export const readFundRule: Read<FundRule> = (at) => {
  const fields = new Fields(at, ['by', 'floor']);
  return fundRules[fields.get('by', choice(['patients_share', 'ratio']))].read(fields);
};

/** What the fund bears under a tariff. */
export const fundShareOf = ({ fund }: Tariff): FundShare => fundRules[fund.by].share(fund);
