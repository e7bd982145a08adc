import { words } from '@hengjian/standard';
import { choice, Fields, list, money, names, type Read, text, whole } from '../parameter-reader.ts';
import { step } from '../step.ts';
import { type FixedPrices, fitsLevel, type Level, levels } from '../tariff.ts';
import { moneyPrice, type PaymentForm, type PricedStay, type ShapeBuilder } from './form.ts';

function priceIn(lists: readonly FixedPrices[], stay: PricedStay, level: Level): number | undefined {
  for (const list of lists) {
    if (list.clr_ways !== undefined && !list.clr_ways.includes(stay.clr_way)) continue;
    if (list.max_days !== undefined && stay.ipt_days > list.max_days) continue;
    const price = list.prices.find((each) => each.grp_code === stay.grp_code && fitsLevel(each.levels, level));
    if (price !== undefined) return price.fen;
  }
  return undefined;
}

const priceSchema = (type: ShapeBuilder) =>
  type.Object({
    grp_code: type.String(),
    levels: type.Optional(type.Array(type.Enum(levels))),
    fen: type.Integer(),
  });
export const fixedPriceSchemas = (type: ShapeBuilder) => ({
  fixed_prices: type.Array(
    type.Object({
      name: type.Object({ zh: type.String(), en: type.String() }),
      clr_ways: type.Optional(type.Array(type.String())),
      max_days: type.Optional(type.Integer()),
      prices: type.Array(priceSchema(type)),
    }),
  ),
});

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
      schema: (type) => fixedPriceSchemas(type).fixed_prices,
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
