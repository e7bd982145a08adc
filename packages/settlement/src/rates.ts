import { inputProblems, multiplyDivide, words } from '@hengjian/standard';
import { type Fields, ratio, share } from './parameter-reader.ts';
import { settlementProblems } from './problems.ts';
import { one, type PoolPrice } from './tariff.ts';

/** Fen for points in ten-thousandths to micro-yuan per point: fen × 10,000 micro-yuan ÷ (points ÷ 10,000). */
const perPoint = 100_000_000;

/**
 * How a rate is set. Fixed: set ahead for the settlement period. Floating: what is distributable divided by what was done,
 * known at the yearly clearing. Elastic: a part fixed, the rest floating (2.6 and 3.6 of the reference sheet).
 */
export type RateRule =
  | { readonly by: 'fixed' }
  | { readonly by: 'floating' }
  /** Points up to the base volume at the fixed rate; of the rest `fixed_share` at it, the remainder floating. */
  | {
      readonly by: 'elastic_volume' /** Points, in ten-thousandths. */;
      readonly base_points: number /** In ten-thousandths, 8 : 2 is 8,000. */;
      readonly fixed_share: number;
    }
  /** Rigid (severe) groups at the fixed rate, the others floating. */
  | { readonly by: 'elastic_rigid' };

/** Points of a pool: all of them, and those of rigid groups. Ten-thousandths. */
export interface PoolPoints {
  readonly all: number;
  readonly rigid: number;
}

/** Points at the fixed rate and floating ones, in ten-thousandths. */
export interface SplitPoints {
  readonly fixed: number;
  readonly floating: number;
}

/** What the points of a pool were worth at the clearing. Points in ten-thousandths, rate in micro-yuan. */
export interface ClearedPoints {
  readonly floating_rate: number;
  readonly fixed_points: number;
  readonly floating_points: number;
}

/** A rule that says at which rate points are paid: one record says everything about it. */
interface RateRuleRecord {
  readonly read: (fields: Fields<'by' | 'base_points' | 'fixed_share'>) => RateRule;
  readonly split: (rule: RateRule, points: PoolPoints) => SplitPoints;
  /** All points at the rate of the tariff: nothing is shared out. */
  readonly atTariff?: true;
  /** The fixed points are those of rigid groups; otherwise every stay has its part of both. */
  readonly rigidApart?: true;
  /** What the clearing paid for a point of a stay, in micro-yuan. */
  readonly stayRate: (pool: PoolPrice, cleared: ClearedPoints, rigid: boolean) => number;
}

function meanOfBoth({ rate }: PoolPrice, { floating_rate, fixed_points, floating_points }: ClearedPoints): number {
  const all = fixed_points + floating_points;
  return all === 0 ? rate : multiplyDivide(rate, fixed_points, all) + multiplyDivide(floating_rate, floating_points, all);
}

const atTariff = ({ rate, rigid_rate }: PoolPrice, rigid: boolean): number => (rigid ? (rigid_rate ?? rate) : rate);

/** The rules of the program. */
export const rateRules: Readonly<Record<RateRule['by'], RateRuleRecord>> = {
  fixed: {
    read: () => ({ by: 'fixed' }),
    split: (_rule, { all }) => ({ fixed: all, floating: 0 }),
    atTariff: true,
    stayRate: (pool, _cleared, rigid) => atTariff(pool, rigid),
  },
  floating: {
    read: () => ({ by: 'floating' }),
    split: (_rule, { all }) => ({ fixed: 0, floating: all }),
    stayRate: meanOfBoth,
  },
  elastic_volume: {
    read: (fields) => ({
      by: 'elastic_volume',
      base_points: fields.get('base_points', ratio),
      fixed_share: fields.get('fixed_share', share),
    }),
    split: (rule, { all }) => {
      const { base_points, fixed_share } = rule.by === 'elastic_volume' ? rule : { base_points: 0, fixed_share: 0 };
      const increment = Math.max(0, all - base_points);
      const fixed = all - increment + multiplyDivide(increment, fixed_share, one);
      return { fixed, floating: all - fixed };
    },
    stayRate: meanOfBoth,
  },
  elastic_rigid: {
    read: () => ({ by: 'elastic_rigid' }),
    split: (_rule, { all, rigid }) => ({ fixed: rigid, floating: all - rigid }),
    rigidApart: true,
    stayRate: (pool, { floating_rate }, rigid) => (rigid ? atTariff(pool, rigid) : floating_rate),
  },
};

/** How the points of a pool divide into those at the fixed rate and those that float. */
export const splitPoints = (rule: RateRule, points: PoolPoints): SplitPoints => rateRules[rule.by].split(rule, points);

/**
 * Rate in micro-yuan per point (weight 1). Throws RefusedInput when there are no points to divide by.
 * @param fen money to be distributed
 * @param points in ten-thousandths
 */
export function rateOf(fen: number, points: number, pool: string): number {
  if (points > 0) return multiplyDivide(fen, perPoint, points);
  throw settlementProblems.refused('rate-missing', { pool }, { field: `pools.${pool}.rate` });
}

/** Settlement point value of DIP: (fund ÷ reimbursement ratio) ÷ points of the year, in micro-yuan; ratio in ten-thousandths. */
export function dipPointRate(fund_fen: number, fund_ratio: number, points: number, pool: string): number {
  if (fund_ratio > 0) return rateOf(multiplyDivide(fund_fen, one, fund_ratio), points, pool);
  const expected = words('大于 0 的比例', 'a ratio above 0');
  throw inputProblems.refused('value-invalid', { value: fund_ratio, expected }, { field: `pools.${pool}.fund_ratio` });
}
