import { type Words, words } from '@hengjian/standard';
import { choice, Fields, type Read, share } from '../parameter-reader.ts';
import { type Handled, type Handling, type HandlingStyle, handled, handlingStyles, type PoolPrice, type Tariff } from '../tariff.ts';
import type { PricedStay, PricingTools, ShapeBuilder, StayPrice } from './form.ts';
import { byItem, discounted } from './item.ts';
import { unpaid } from './unpaid.ts';

/** Words of the reasons why a stay has no priced group. */
export const handledWords: Readonly<Record<Handled, Words>> = {
  ambiguous: words('歧义病例', 'ambiguous case (QY)'),
  entered: words('进入主要诊断大类但未入组', 'entered an MDC without a group'),
  none: words('未进入任何主要诊断大类或病种', 'in no MDC or disease'),
  invalid: words('清单有误，不能分组', 'the list is invalid, no grouping'),
  unpriced: words('病组没有权重', 'the group has no weight in the tariff'),
};

/** A stay without a priced group, and why. */
interface WithoutGroup {
  readonly stay: PricedStay;
  readonly pool: PoolPrice;
  readonly reason: Handled;
  readonly handling: Handling;
  /** Its price in the lightest group of the tariff; `undefined` when the tariff has no group. */
  lightest(): StayPrice | undefined;
}

interface HandlingRule {
  readonly words: Words;
  pay(given: WithoutGroup, tools: PricingTools): StayPrice;
}

const nothing: HandlingRule = { words: words('不付费', 'not paid'), pay: ({ stay, pool, reason }) => unpaid(stay, pool.id, reason) };

/** How stays without a priced group are paid. */
export const handlingRules: Readonly<Record<HandlingStyle, HandlingRule>> = {
  item: { words: words('按项目付费', 'paid by item'), pay: ({ stay, pool, reason }) => byItem(stay, pool.id, reason) },
  lowest_weight: {
    words: words('按最低权重付费', 'paid as the lightest group'),
    pay: (given, tools) => {
      const price = given.lightest();
      if (price === undefined) return nothing.pay(given, tools);
      if (price.form !== 'group') return price;
      return { ...price, style: price.style === 'normal' ? 'lowest_weight' : price.style, reason: given.reason };
    },
  },
  discount: {
    words: words('按费用折扣付费', 'paid a share of the cost'),
    pay: ({ stay, pool, reason, handling }, tools) =>
      discounted(stay, pool, reason, handling.by === 'discount' ? handling.share : 0, tools),
  },
  nothing,
  /** By the group the stay was given; what the tariff does not price earns nothing. */
  group: nothing,
};

/** What follows from a reason, in words; `undefined` for reasons that no handling decides. */
export function handlingWords(reason: string, { handling }: Tariff): Words | undefined {
  const known = handled.find((each) => each === reason);
  return known === undefined ? undefined : handlingRules[handling[known].by].words;
}

export const handlingSchemas = (type: ShapeBuilder) => {
  const one = type.Union([
    type.Object({ by: type.Enum(['item', 'lowest_weight', 'nothing', 'group'] as const) }),
    type.Object({ by: type.Literal('discount'), share: type.Integer() }),
  ]);
  return { handling: type.Object({ ambiguous: one, entered: one, none: one, invalid: one, unpriced: one }) };
};

const handlingOf: Read<Handling> = (at) => {
  const fields = new Fields(at, ['by', 'share']);
  const by = fields.get('by', choice(handlingStyles));
  return by === 'discount' ? { by, share: fields.get('share', share) } : { by };
};

export const readHandling: Read<Tariff['handling']> = (at) => {
  const fields = new Fields(at, handled);
  return {
    ambiguous: fields.get('ambiguous', handlingOf, handledWords.ambiguous),
    entered: fields.get('entered', handlingOf, handledWords.entered),
    none: fields.get('none', handlingOf, handledWords.none),
    invalid: fields.get('invalid', handlingOf, handledWords.invalid),
    unpriced: fields.get('unpriced', handlingOf, handledWords.unpriced),
  };
};
