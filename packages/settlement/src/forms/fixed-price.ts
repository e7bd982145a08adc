import { words } from '@hengjian/standard';
import { Type } from 'typebox';
import { choice, Fields, list, money, names, type Read, text, whole } from '../parameter-reader.ts';
import { step } from '../step.ts';
import { type FixedPrices, fitsLevel, type Level, levels } from '../tariff.ts';
import { moneyPrice, type PaymentForm, type PricedStay } from './form.ts';

function priceIn(lists: readonly FixedPrices[], stay: PricedStay, level: Level): number | undefined {
  for (const list of lists) {
    if (list.clr_ways !== undefined && !list.clr_ways.includes(stay.clr_way)) continue;
    if (list.max_days !== undefined && stay.ipt_days > list.max_days) continue;
    const price = list.prices.find((each) => each.grp_code === stay.grp_code && fitsLevel(each.levels, level));
    if (price !== undefined) return price.fen;
  }
  return undefined;
}

const priceSchema = Type.Object({
  grp_code: Type.String(),
  levels: Type.Optional(Type.Array(Type.Enum(levels))),
  fen: Type.Integer(),
});
export const fixedPriceSchemas = {
  fixed_prices: Type.Array(
    Type.Object({
      name: Type.Object({ zh: Type.String(), en: Type.String() }),
      clr_ways: Type.Optional(Type.Array(Type.String())),
      max_days: Type.Optional(Type.Integer()),
      prices: Type.Array(priceSchema),
    }),
  ),
};

const price: Read<FixedPrices['prices'][number]> = (at) => {
  const fields = new Fields(at, ['grp_code', 'levels', 'price']);
  return {
    grp_code: fields.get('grp_code', text),
    ...fields.maybe('levels', list(choice(levels))),
    fen: fields.get('price', money),
  };
};
const fixedPrices: Read<FixedPrices> = (at) => {
  const fields = new Fields(at, ['name', 'clr_ways', 'max_days', 'prices']);
  return {
    name: fields.get('name', names),
    ...fields.maybe('clr_ways', list(text)),
    ...fields.maybe('max_days', whole),
    prices: fields.get('prices', list(price)),
  };
};

/** Diseases of a list, for day beds or settlement ways of their own. */
export const fixedPriceForm: PaymentForm = {
  words: words('定额', 'fixed price'),
  consequence: words('按病种定额付费', 'paid a fixed price'),
  turn: 30,
  styles: { fixed: words('定额', 'fixed') },
  reasons: {},
  lines: { fixed_price: { words: words('病种定额', 'fixed prices') } },
  ownMoney: true,
  parameters: {
    fixed_prices: {
      words: words('病种定额', 'fixed prices'),
      schema: fixedPriceSchemas.fixed_prices,
      read: list(fixedPrices),
      absent: { value: [] },
    },
  },
  prepare:
    ({ tariff, bears }) =>
    ({ stay, pool, level }) => {
      const pay_fen = priceIn(tariff.fixed_prices, stay, level);
      if (pay_fen === undefined) return undefined;
      return moneyPrice(stay, pool.id, { form: 'fixed_price', style: 'fixed', pay_fen, fund_fen: bears(pool, stay, pay_fen) });
    },
  lineOf: () => 'fixed_price',
  steps: ({ price: { pay_fen } }) => [step('病种定额', 'fixed price of the disease', pay_fen)],
};
