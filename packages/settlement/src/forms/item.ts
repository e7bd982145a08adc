import { multiplyDivide, words } from '@hengjian/standard';
import { Fields, list, money, type Read, text, whole } from '../parameter-reader.ts';
import { part } from '../step.ts';
import { type Outside, one, type PoolPrice, type Tariff } from '../tariff.ts';
import { moneyPrice, type PaymentForm, type PricedStay, type PricingTools, type ShapeBuilder, type StayPrice } from './form.ts';

/** Paid by item: the hospital earns the cost, the fund bears what it settled at the counter. */
export const byItem = (stay: PricedStay, pool: string, reason: string): StayPrice =>
  moneyPrice(stay, pool, {
    form: 'item',
    style: 'item',
    reason,
    at_cost: true,
    pay_fen: stay.medfee_sumamt,
    fund_fen: stay.fund_pay_sumamt,
  });

/** A share of the cost, in ten-thousandths. */
export function discounted(stay: PricedStay, pool: PoolPrice, reason: string, share: number, tools: PricingTools): StayPrice {
  const pay_fen = multiplyDivide(stay.medfee_sumamt, share, one);
  const fund_fen = tools.bears(pool, stay, pay_fen);
  return moneyPrice(stay, pool.id, { form: 'item', style: 'discount', reason, pay_fen, fund_fen });
}

/** Why a stay that would be paid by its group leaves it; empty when it stays. */
export function outsideReason({ outside }: Tariff, stay: PricedStay): string {
  if (outside.days_over !== undefined && stay.ipt_days > outside.days_over) return 'days_over';
  if (outside.days_under !== undefined && stay.ipt_days < outside.days_under) return 'days_under';
  return outside.cost_under_fen !== undefined && stay.medfee_sumamt < outside.cost_under_fen ? 'cost_under' : '';
}

export const itemSchemas = (type: ShapeBuilder) => ({
  outside: type.Object({
    clr_ways: type.Array(type.String()),
    days_over: type.Optional(type.Integer()),
    days_under: type.Optional(type.Integer()),
    cost_under_fen: type.Optional(type.Integer()),
  }),
});

const outside: Read<Outside> = (at) => {
  const fields = new Fields(at, ['clr_ways', 'days_over', 'days_under', 'cost_under']);
  const cost = fields.maybe('cost_under', money).cost_under;
  return {
    clr_ways: fields.or('clr_ways', list(text), []),
    ...fields.maybe('days_over', whole),
    ...fields.maybe('days_under', whole),
    ...(cost === undefined ? {} : { cost_under_fen: cost }),
  };
};

/** Stays of pools that pay by item, of settlement ways outside the groups, and what leaves the groups. */
export const itemForm: PaymentForm = {
  words: words('按项目', 'by item'),
  consequence: words('按项目付费', 'paid by item'),
  turn: 10,
  styles: { item: words('按项目', 'by item'), discount: words('费用折扣', 'share of the cost') },
  reasons: {
    pool_by_item: words('该基金池按项目付费', 'the pool pays by item'),
    clr_way: words('清算方式不属于按病组付费', 'the settlement way is not payment by group'),
    days_over: words('住院天数超过上限，不纳入病组', 'longer than the bound, outside the groups'),
    days_under: words('住院天数低于下限，不纳入病组', 'shorter than the bound, outside the groups'),
    cost_under: words('费用低于下限，不纳入病组', 'cost below the bound, outside the groups'),
  },
  lines: { item: { words: words('按项目付费', 'by item'), fundOnly: true } },
  ownMoney: true,
  parameters: {
    outside: {
      words: words('不纳入病组的病例', 'stays outside the groups'),
      schema: (type) => itemSchemas(type).outside,
      read: outside,
      absent: { value: { clr_ways: [] } },
    },
  },
  prepare: ({ tariff }) => {
    const ways = new Set(tariff.outside.clr_ways);
    return ({ stay, pool }) => {
      if (pool.form === 'item') return byItem(stay, pool.id, 'pool_by_item');
      return ways.has(stay.clr_way) ? byItem(stay, pool.id, 'clr_way') : undefined;
    };
  },
  lineOf: () => 'item',
  steps: () => [],
  fundParts: ({ style, fund_fen }) =>
    style === 'item' ? [part('按项目付费：基金已记账金额', 'by item: what the fund settled at the counter', fund_fen)] : undefined,
};
