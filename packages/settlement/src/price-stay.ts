import type { GroupedStay } from '@hengjian/grouping';
import { lineAmount, multiplyDivide } from '@hengjian/standard';
import {
  type FixedPrices,
  type GroupPrice,
  type Handled,
  type HighStyle,
  type Level,
  levelOf,
  one,
  type PoolPrice,
  type Reference,
  scaleOf,
  type Tariff,
} from './tariff.ts';

/** What pricing reads of a stay. */
export type PricedStay = Pick<
  GroupedStay,
  | 'mdtrt_id'
  | 'fixmedins_code'
  | 'hosp_lv'
  | 'insutype'
  | 'insu_admdvs'
  | 'ipt_days'
  | 'dscg_way'
  | 'dscg_day'
  | 'clr_way'
  | 'medfee_sumamt'
  | 'inscp_amt'
  | 'fund_pay_sumamt'
  | 'acct_pay'
  | 'psn_pay'
  | 'status'
  | 'grp_code'
>;

/** Outcome of the special review of a stay (特例单议). */
export type Review =
  | { readonly outcome: 'pass'; readonly by: 'item' }
  | { readonly outcome: 'pass'; readonly by: 'standard'; readonly standard_fen: number }
  | { readonly outcome: 'fail' };

/** What was decided about one stay beyond the tariff. */
export interface Ruling {
  readonly review?: Review;
  /** The hospital's share of very high stays is used up: this one is paid as a normal one. */
  readonly beyond_high_share?: boolean;
  /** Share of the payment that stays after an avoidable readmission, in ten-thousandths. */
  readonly readmission_share?: number;
  /** DIP coefficient of the auxiliary type, in ten-thousandths. */
  readonly auxiliary?: number;
}

/** `group`: by weight or points; `bed_day`: days × standard; `fixed_price`; `item`: actual cost; `unpaid`: no price, with a reason. */
export type PayForm = 'group' | 'bed_day' | 'fixed_price' | 'item' | 'unpaid';
export type PayStyle =
  | 'normal'
  | 'very_high'
  | 'very_low'
  | 'special_item'
  | 'special_standard'
  | 'lowest_weight'
  | 'discount'
  | 'nothing'
  | 'item'
  | 'days'
  | 'fixed';
/** Why a stay is not paid by its group; empty when it is. */
export type Reason =
  | ''
  | 'no_pool'
  | 'pool_by_item'
  | 'clr_way'
  | 'days_over'
  | 'days_under'
  | 'cost_under'
  | 'no_coefficient'
  | 'no_day_standard'
  | Handled;

/** The figures of a payment, without their explanation. */
export interface StayPrice {
  readonly mdtrt_id: string;
  readonly fixmedins_code: string;
  /** Id of the pool; empty when none fits. */
  readonly pool: string;
  /** Group that was priced; empty when none was. */
  readonly grp_code: string;
  readonly form: PayForm;
  readonly style: PayStyle;
  readonly reason: Reason;
  /** Weight, base points or value of the group and the hospital's coefficient, in ten-thousandths; 0 when no group was priced. */
  readonly weight: number;
  readonly coefficient: number;
  /** Micro-yuan per weight 1 or point. */
  readonly rate: number;
  /** weight × coefficient × rate, before outliers. */
  readonly standard_fen: number;
  /** What the cost was compared with, and cost ÷ reference in ten-thousandths; 0 when nothing was compared. */
  readonly reference_fen: number;
  readonly ratio: number;
  /** K of the very high bound that holds, in ten-thousandths; 0 when none. */
  readonly times: number;
  /** Points the stay brings into a floating pool, in ten-thousandths; 0 when it is paid in money. */
  readonly points: number;
  /** Whether it is paid its actual cost, so that no rate touches it. */
  readonly at_cost: boolean;
  /** What the hospital earns for the stay. */
  readonly pay_fen: number;
  /** The fund's part of it. */
  readonly fund_fen: number;
}

/** A tariff with its tables ready for many stays. */
export interface Pricer {
  readonly tariff: Tariff;
  readonly lightest: string;
  pool(stay: PricedStay): PoolPrice | undefined;
  price(stay: PricedStay, ruling?: Ruling): StayPrice;
}

const noRuling: Ruling = {};
const fits = (levels: readonly Level[] | undefined, level: Level): boolean =>
  levels === undefined || levels.length === 0 || levels.includes(level);

function areaTest(areas: readonly string[]): (area: string) => boolean {
  const exact = new Set(areas.filter((area) => !area.endsWith('*')));
  const prefixes = areas.filter((area) => area.endsWith('*')).map((area) => area.slice(0, -1));
  return (area) => exact.has(area) || prefixes.some((prefix) => area.startsWith(prefix));
}

/** The group with the least weight, ties to the smaller code. */
function lightestGroup(tariff: Tariff): string {
  let lightest = '';
  for (const code of Object.keys(tariff.groups).sort()) {
    const weight = tariff.groups[code]?.weight ?? 0;
    if (lightest === '' || weight < (tariff.groups[lightest]?.weight ?? 0)) lightest = code;
  }
  return lightest;
}

/** Money that a stay earns, with the part of its points that goes with it. */
interface Amount {
  readonly style: PayStyle;
  readonly pay: number;
  readonly at_cost: boolean;
}

function highAmount(
  style: Exclude<HighStyle, 'normal'>,
  cost: number,
  standard: number,
  reference: number,
  times: number,
  share: number,
): Amount {
  if (style === 'item') return { style: 'very_high', pay: cost, at_cost: true };
  if (style === 'deduct')
    return { style: 'very_high', pay: Math.max(standard, cost - multiplyDivide(standard, times - one, one)), at_cost: false };
  if (style === 'cap') return { style: 'very_high', pay: Math.min(cost, multiplyDivide(standard, times, one)), at_cost: false };
  const excess = multiplyDivide(cost - multiplyDivide(reference, times, one), share, one);
  return { style: 'very_high', pay: standard + multiplyDivide(excess, standard, reference), at_cost: false };
}

const referenceOf = (kind: Reference, standard: number, group: GroupPrice, coefficient: number): number =>
  kind === 'standard' ? standard : kind === 'group_mean' ? group.mean_fen : multiplyDivide(group.mean_fen, coefficient, one);

/** K for a level and a weight, in ten-thousandths; 0 when no bound fits. */
export function highTimes(tariff: Tariff, level: Level, weight: number): number {
  const bound = tariff.high?.bounds.find((each) => fits(each.levels, level) && (each.weight_to === undefined || weight <= each.weight_to));
  return bound?.times ?? 0;
}

/** The daily standards of a stay of `days` days: stages with the days that fall into each; undefined when a day has none. */
export function dayStages(
  tariff: Tariff,
  level: Level,
  days: number,
): readonly { readonly days: number; readonly day_fen: number }[] | undefined {
  const stages = (tariff.bed_days?.stages ?? []).filter((stage) => fits(stage.levels, level));
  const parts = stages
    .map((stage) => ({ days: Math.min(days, stage.to ?? days) - stage.from + 1, day_fen: stage.day_fen }))
    .filter((each) => each.days > 0);
  return parts.reduce((sum, each) => sum + each.days, 0) === days ? parts : undefined;
}

/** Points of one bed day at a daily standard (4 decimals): standard ÷ mean cost of the pool × points of a mean stay. */
export const bedDayPoints = (tariff: Tariff, day_fen: number): number => multiplyDivide(day_fen, scaleOf[tariff.method], tariff.mean_fen);

function fixedPrice(lists: readonly FixedPrices[], stay: PricedStay, level: Level): number | undefined {
  for (const list of lists) {
    if (list.clr_ways !== undefined && !list.clr_ways.includes(stay.clr_way)) continue;
    if (list.max_days !== undefined && stay.ipt_days > list.max_days) continue;
    const price = list.prices.find((each) => each.grp_code === stay.grp_code && fits(each.levels, level));
    if (price !== undefined) return price.fen;
  }
  return undefined;
}

function outsideReason({ outside }: Tariff, stay: PricedStay): Reason {
  if (outside.days_over !== undefined && stay.ipt_days > outside.days_over) return 'days_over';
  if (outside.days_under !== undefined && stay.ipt_days < outside.days_under) return 'days_under';
  return outside.cost_under_fen !== undefined && stay.medfee_sumamt < outside.cost_under_fen ? 'cost_under' : '';
}

const patientsShare = (stay: PricedStay): number => stay.psn_pay + stay.acct_pay;

/** The fund's part of a payment by group, day or fixed price. */
function fundPart(tariff: Tariff, pool: PoolPrice, stay: PricedStay, pay: number): number {
  if (tariff.fund.by === 'ratio') return multiplyDivide(pay, pool.fund_ratio ?? 0, one);
  const rest = pay - patientsShare(stay);
  return tariff.fund.floor === 'zero' ? Math.max(0, rest) : rest;
}

const blank = { weight: 0, coefficient: 0, rate: 0, standard_fen: 0, reference_fen: 0, ratio: 0, times: 0, points: 0, at_cost: false };

function unpaid(stay: PricedStay, pool: string, reason: Reason, style: PayStyle = 'nothing'): StayPrice {
  return {
    mdtrt_id: stay.mdtrt_id,
    fixmedins_code: stay.fixmedins_code,
    pool,
    grp_code: '',
    form: 'unpaid',
    style,
    reason,
    ...blank,
    pay_fen: 0,
    fund_fen: 0,
  };
}

/** Paid by item: the hospital earns the cost, the fund bears what it settled at the counter. */
function byItem(stay: PricedStay, pool: string, reason: Reason): StayPrice {
  return {
    ...unpaid(stay, pool, reason, 'item'),
    form: 'item',
    at_cost: true,
    pay_fen: stay.medfee_sumamt,
    fund_fen: stay.fund_pay_sumamt,
  };
}

class TariffPricer implements Pricer {
  readonly tariff: Tariff;
  readonly lightest: string;
  private readonly isLocal: (area: string) => boolean;
  private readonly local = new Map<string, PoolPrice>();
  private readonly remote = new Map<string, PoolPrice>();
  private readonly bedDayWays: ReadonlySet<string>;
  private readonly outsideWays: ReadonlySet<string>;

  constructor(tariff: Tariff) {
    this.tariff = tariff;
    this.lightest = lightestGroup(tariff);
    this.isLocal = areaTest(tariff.local_areas);
    this.bedDayWays = new Set(tariff.bed_days?.clr_ways ?? []);
    this.outsideWays = new Set(tariff.outside.clr_ways);
    for (const pool of tariff.pools) {
      for (const insutype of pool.insutypes) {
        if (pool.care !== 'remote') this.local.set(insutype, pool);
        if (pool.care !== 'local') this.remote.set(insutype, pool);
      }
    }
  }

  pool(stay: PricedStay): PoolPrice | undefined {
    return (this.isLocal(stay.insu_admdvs) ? this.local : this.remote).get(stay.insutype);
  }

  price(stay: PricedStay, ruling: Ruling = noRuling): StayPrice {
    const pool = this.pool(stay);
    if (pool === undefined) return unpaid(stay, '', 'no_pool');
    if (pool.form === 'item') return byItem(stay, pool.id, 'pool_by_item');
    if (this.outsideWays.has(stay.clr_way)) return byItem(stay, pool.id, 'clr_way');
    const level = levelOf(stay.hosp_lv);
    if (this.bedDayWays.has(stay.clr_way)) return this.bedDays(stay, pool, level);
    const fixed = fixedPrice(this.tariff.fixed_prices, stay, level);
    if (fixed !== undefined) return this.inMoney(stay, pool, 'fixed_price', 'fixed', fixed);
    const reason = outsideReason(this.tariff, stay);
    if (reason !== '') return byItem(stay, pool.id, reason);
    return this.byGroup(stay, pool, level, ruling);
  }

  private byGroup(stay: PricedStay, pool: PoolPrice, level: Level, ruling: Ruling): StayPrice {
    const handled: Handled | undefined = stay.status === 'grouped' ? undefined : stay.status;
    if (handled !== undefined && this.tariff.handling[handled].by !== 'group') return this.withoutGroup(stay, pool, level, handled);
    const group = this.tariff.groups[stay.grp_code];
    if (group === undefined) return this.withoutGroup(stay, pool, level, 'unpriced');
    return this.inGroup(stay, pool, level, stay.grp_code, group, ruling);
  }

  private withoutGroup(stay: PricedStay, pool: PoolPrice, level: Level, reason: Handled): StayPrice {
    const handling = this.tariff.handling[reason];
    if (handling.by === 'item') return byItem(stay, pool.id, reason);
    if (handling.by === 'discount') {
      return { ...this.inMoney(stay, pool, 'item', 'discount', multiplyDivide(stay.medfee_sumamt, handling.share, one)), reason };
    }
    const group = this.tariff.groups[this.lightest];
    if (handling.by !== 'lowest_weight' || group === undefined) return unpaid(stay, pool.id, reason);
    const price = this.inGroup(stay, pool, level, this.lightest, group, { beyond_high_share: true });
    return price.form === 'group' ? { ...price, style: price.style === 'normal' ? 'lowest_weight' : price.style, reason } : price;
  }

  private inMoney(stay: PricedStay, pool: PoolPrice, form: PayForm, style: PayStyle, pay: number): StayPrice {
    return { ...unpaid(stay, pool.id, ''), form, style, pay_fen: pay, fund_fen: fundPart(this.tariff, pool, stay, pay) };
  }

  private bedDays(stay: PricedStay, pool: PoolPrice, level: Level): StayPrice {
    const parts = dayStages(this.tariff, level, stay.ipt_days);
    if (parts === undefined || parts.length === 0) return unpaid(stay, pool.id, 'no_day_standard');
    if (this.tariff.bed_days?.in_points !== true) {
      const pay = parts.reduce((sum, each) => sum + each.days * each.day_fen, 0);
      return this.inMoney(stay, pool, 'bed_day', 'days', pay);
    }
    const points = parts.reduce((sum, each) => sum + each.days * bedDayPoints(this.tariff, each.day_fen), 0);
    return { ...this.inMoney(stay, pool, 'bed_day', 'days', lineAmount(points, pool.rate)), points, rate: pool.rate };
  }

  /** Coefficient of a hospital for a group, in ten-thousandths; undefined when the tariff has none. */
  private coefficient(stay: PricedStay, level: Level, code: string, group: GroupPrice): number | undefined {
    if (group.basic === true) return one;
    const hospital = this.tariff.hospitals[stay.fixmedins_code];
    return hospital?.groups?.[code] ?? hospital?.coefficient ?? this.tariff.level_coefficients[level];
  }

  private inGroup(stay: PricedStay, pool: PoolPrice, level: Level, code: string, group: GroupPrice, ruling: Ruling): StayPrice {
    const own = this.coefficient(stay, level, code, group);
    if (own === undefined) return unpaid(stay, pool.id, 'no_coefficient');
    const coefficient = ruling.auxiliary === undefined ? own : multiplyDivide(own, ruling.auxiliary, one);
    const rate = group.rigid === true ? (pool.rigid_rate ?? pool.rate) : pool.rate;
    const normalPoints = multiplyDivide(group.weight, coefficient, one);
    const standard = lineAmount(normalPoints, rate);
    const times = highTimes(this.tariff, level, group.weight);
    const compared = this.compared(stay, standard, group, coefficient, times);
    const amount = this.amount(stay, standard, compared, times, ruling);
    const share = ruling.readmission_share ?? one;
    const pay = share === one ? amount.pay : multiplyDivide(amount.pay, share, one);
    return {
      mdtrt_id: stay.mdtrt_id,
      fixmedins_code: stay.fixmedins_code,
      pool: pool.id,
      grp_code: code,
      form: 'group',
      style: amount.style,
      reason: '',
      weight: group.weight,
      coefficient,
      rate,
      standard_fen: standard,
      reference_fen: compared.reference,
      ratio: compared.reference === 0 ? 0 : multiplyDivide(stay.medfee_sumamt, one, compared.reference),
      times,
      points: amount.at_cost || standard === 0 ? 0 : pay === standard ? normalPoints : multiplyDivide(normalPoints, pay, standard),
      at_cost: amount.at_cost,
      pay_fen: pay,
      fund_fen: fundPart(this.tariff, pool, stay, pay),
    };
  }

  /** What the cost is compared with and where that puts it. Exactly at a bound is normal. */
  private compared(
    stay: PricedStay,
    standard: number,
    group: GroupPrice,
    coefficient: number,
    times: number,
  ): { readonly reference: number; readonly side: 'high' | 'low' | 'normal' } {
    const { high, low } = this.tariff;
    const cost = stay.medfee_sumamt;
    const upper = high === undefined ? 0 : referenceOf(high.reference, standard, group, coefficient);
    if (upper > 0 && times > 0 && cost > multiplyDivide(upper, times, one)) return { reference: upper, side: 'high' };
    const lower = low === undefined ? 0 : referenceOf(low.reference, standard, group, coefficient);
    if (low !== undefined && cost < multiplyDivide(lower, low.below, one)) return { reference: lower, side: 'low' };
    return { reference: upper || lower || standard, side: 'normal' };
  }

  private amount(
    stay: PricedStay,
    standard: number,
    { reference, side }: { readonly reference: number; readonly side: 'high' | 'low' | 'normal' },
    times: number,
    ruling: Ruling,
  ): Amount {
    const { high, low } = this.tariff;
    const cost = stay.medfee_sumamt;
    const normal: Amount = { style: 'normal', pay: standard, at_cost: false };
    if (ruling.review?.outcome === 'pass') {
      return ruling.review.by === 'item'
        ? { style: 'special_item', pay: cost, at_cost: true }
        : { style: 'special_standard', pay: ruling.review.standard_fen, at_cost: false };
    }
    if (ruling.review?.outcome === 'fail') return normal;
    if (side === 'high' && high !== undefined && high.style !== 'normal' && ruling.beyond_high_share !== true) {
      return highAmount(high.style, cost, standard, reference, times, high.share);
    }
    if (side !== 'low' || low === undefined || low.style === 'normal') return normal;
    if (low.style === 'item') return { style: 'very_low', pay: cost, at_cost: true };
    return { style: 'very_low', pay: Math.max(0, Math.min(standard, multiplyDivide(standard, cost, reference))), at_cost: false };
  }
}

const pricers = new WeakMap<Tariff, Pricer>();

/** Prepares a tariff once, however often it is asked. */
export function compileTariff(tariff: Tariff): Pricer {
  const known = pricers.get(tariff);
  if (known !== undefined) return known;
  const pricer = new TariffPricer(tariff);
  pricers.set(tariff, pricer);
  return pricer;
}
