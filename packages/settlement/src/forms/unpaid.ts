import { words } from '@hengjian/standard';
import { part } from '../step.ts';
import { moneyPrice, type PaymentForm, type PricedStay, type StayPrice } from './form.ts';

export const unpaid = (stay: PricedStay, pool: string, reason: string): StayPrice =>
  moneyPrice(stay, pool, { form: 'unpaid', style: 'nothing', reason, pay_fen: 0, fund_fen: 0 });

/** Stays that nothing in the tariff prices. They are shown with the reason. */
export const unpaidForm: PaymentForm = {
  words: words('未付费', 'unpaid'),
  consequence: words('不付费', 'not paid'),
  turn: 90,
  styles: { nothing: words('不付费', 'nothing') },
  reasons: {
    no_pool: words('险种与参保地不属于任何基金池', 'insurance and area fit no pool'),
    no_form: words('没有适用的付费方式', 'no payment form takes the stay'),
  },
  lines: {},
  parameters: {},
  prepare:
    () =>
    ({ stay, pool }) =>
      unpaid(stay, pool.id, 'no_form'),
  lineOf: () => undefined,
  steps: () => [],
  fundParts: () => [part('基金应付', 'due from the fund', 0)],
};
