import type { GroupedStay } from '@hengjian/grouping';
import type { Problem, Words } from '@hengjian/standard';
import type { TSchema, Type } from 'typebox';
import type { Read } from '../parameter-reader.ts';
import type { Step } from '../step.ts';
import type { Level, PoolPrice, Tariff } from '../tariff.ts';

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

/** The figures of a payment, without their explanation. */
export interface StayPrice {
  readonly mdtrt_id: string;
  readonly fixmedins_code: string;
  /** Id of the pool; empty when none fits. */
  readonly pool: string;
  /** Group that was priced; empty when none was. */
  readonly grp_code: string;
  /** Id of the payment form, and one of its styles. */
  readonly form: string;
  readonly style: string;
  /** Why a stay is not paid by its group: a reason of some form; empty when it is. */
  readonly reason: string;
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

/** What makes shapes: the `Type` of TypeBox. */
export type ShapeBuilder = typeof Type;

/** A field of the parameters file that a form reads. It stands in the tariff under the same name. */
export interface ParameterField {
  readonly words: Words;
  /** Its shape in the tariff. What prices stays need not load the library that makes shapes. */
  readonly schema: (type: ShapeBuilder) => TSchema;
  /** From YAML to that shape. */
  readonly read: Read<unknown>;
  /** When the file does not say: the file is refused, the tariff has no such field, or it has a value. */
  readonly absent: 'refused' | 'left out' | { readonly value: unknown };
}

/** Collects what is wrong with a tariff. */
export interface TariffCheck {
  /** Wants a whole number of at least `least`. */
  whole(field: string, value: number | undefined, least: number): void;
  report(problem: Problem): void;
}

/** What a form prices a stay with, made once for a tariff. */
export interface PricingTools {
  readonly tariff: Tariff;
  /** The fund's part of what the hospital earns, by the fund rule of the tariff. */
  bears(pool: PoolPrice, stay: PricedStay, pay_fen: number): number;
}

/** A stay with the pool that bears it, the level of its hospital, and what was decided about it. */
export interface StayToPrice {
  readonly stay: PricedStay;
  readonly pool: PoolPrice;
  readonly level: Level;
  readonly ruling: Ruling;
}

/** Prices a stay that the form takes; `undefined` leaves it to the next form. */
export type TakeStay = (given: StayToPrice) => StayPrice | undefined;

/** A price to be explained. */
export interface PriceToExplain {
  readonly stay: PricedStay;
  readonly price: StayPrice;
  readonly tariff: Tariff;
  readonly ruling: Ruling;
  /** The price of the same stay under another ruling. */
  priceUnder(ruling: Ruling): StayPrice;
}

/** A line that stays of a form have in a statement. */
export interface FormLine {
  readonly words: Words;
  /** Its cases show what the fund owes alone, without what the hospital earned. */
  readonly fundOnly?: true;
}

/**
 * Everything about one way to pay for a stay. Adding a payment form is adding one record to the registry: prices, months,
 * clearing, statements, repricing, parameters and tariff read no other place. Repricing asks `prepare` again with the stay
 * as it would have been, so a form has nothing to say about it.
 */
export interface PaymentForm {
  /** Its name in statements. */
  readonly words: Words;
  /** What it means for a stay that another form hands over: 按项目付费. */
  readonly consequence: Words;
  /** Forms are asked in this order whether they take a stay. */
  readonly turn: number;
  /** How it may come to the amount. */
  readonly styles: Readonly<Record<string, Words>>;
  /** Why stays are not paid by their group on account of this form. Each reason belongs to one form. */
  readonly reasons: Readonly<Record<string, Words>>;
  /** Its lines in a statement, by kind, in their order. */
  readonly lines: Readonly<Record<string, FormLine>>;
  /** A budget may give it money of its own, under its id. */
  readonly ownMoney?: true;
  /** Fields of the parameters file and of the tariff that are its own. */
  readonly parameters: Readonly<Record<string, ParameterField>>;
  /** Reports what is wrong with its fields beyond their shape. */
  check?(tariff: Tariff, check: TariffCheck): void;
  prepare(tools: PricingTools): TakeStay;
  /** The line that a price belongs to: `pointsLine` when it brings points; `undefined` when nothing is paid. */
  lineOf(price: StayPrice): string | undefined;
  /** The whole arithmetic in one line, when the price is an ordinary one that needs no explanation. */
  formula?(price: StayPrice): string | undefined;
  /** The arithmetic up to what the hospital earns. */
  steps(explained: PriceToExplain): readonly Step[];
  /** Parts that add up to what the fund bears; `undefined` where the fund rule of the tariff says it. */
  fundParts?(price: StayPrice): readonly Step[] | undefined;
}

/** Payment forms by id. */
export type PaymentForms = Readonly<Record<string, PaymentForm>>;

/** The line of stays whose points share out the money of a pool. Every other line is paid in money. */
export const pointsLine = 'group';

/** What is paid for a stay in money, whatever group it is in. */
export interface MoneyPrice {
  readonly form: string;
  readonly style: string;
  readonly reason?: string;
  readonly at_cost?: boolean;
  readonly pay_fen: number;
  readonly fund_fen: number;
}

export function moneyPrice(stay: PricedStay, pool: string, paid: MoneyPrice): StayPrice {
  return {
    mdtrt_id: stay.mdtrt_id,
    fixmedins_code: stay.fixmedins_code,
    pool,
    grp_code: '',
    form: paid.form,
    style: paid.style,
    reason: paid.reason ?? '',
    weight: 0,
    coefficient: 0,
    rate: 0,
    standard_fen: 0,
    reference_fen: 0,
    ratio: 0,
    times: 0,
    points: 0,
    at_cost: paid.at_cost ?? false,
    pay_fen: paid.pay_fen,
    fund_fen: paid.fund_fen,
  };
}
