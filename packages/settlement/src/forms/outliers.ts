import { formatYuan, multiplyDivide, type Words, words } from '@hengjian/standard';
import { choice, Fields, list, type Read, ratio, share } from '../parameter-reader.ts';
import { percentText, ratioText } from '../step.ts';
import {
  fitsLevel,
  type GroupPrice,
  type HighBound,
  type HighRule,
  type HighStyle,
  highStyles,
  type Level,
  type LowRule,
  type LowStyle,
  levels,
  lowStyles,
  one,
  type Reference,
  references,
  type Tariff,
} from '../tariff.ts';
import type { ShapeBuilder, StayPrice, TariffCheck } from './form.ts';

/** The cost of a stay beside what it is compared with. Fen; `times` is K and `share` that of the excess, in ten-thousandths. */
export interface Compared {
  readonly cost: number;
  readonly standard: number;
  readonly reference: number;
  readonly times: number;
}

/** What a stay earns that lies beyond a bound. */
export interface Beyond {
  readonly pay: number;
  readonly at_cost: boolean;
}

/** One way to pay stays on one side of the groups; without `pay` they are paid as normal ones. */
interface OutlierStyle<Rule> {
  readonly pay?: (compared: Compared, rule: Rule) => Beyond;
  /** The arithmetic of a price that it made. */
  readonly explains: (price: StayPrice, cost: number, rule: Rule) => Words;
}

const cappedAt = ({ standard, times }: Compared): number => multiplyDivide(standard, times, one);

const asNormal: Words = words('正常病例，按支付标准', 'normal case, the standard');

/** How a very high stay is paid. */
export const highRules: Readonly<Record<HighStyle, OutlierStyle<HighRule>>> = {
  item: {
    pay: ({ cost }) => ({ pay: cost, at_cost: true }),
    explains: ({ times }) =>
      words(`高倍率（超过 ${ratioText(times)} 倍），按实际费用`, `very high (above ${ratioText(times)}), actual cost`),
  },
  add_above: {
    pay: ({ cost, standard, reference, times }, { share: part }) => {
      const excess = multiplyDivide(cost - multiplyDivide(reference, times, one), part, one);
      return { pay: standard + multiplyDivide(excess, standard, reference), at_cost: false };
    },
    explains: ({ times, standard_fen, reference_fen }, cost, rule) => {
      const part = rule.share === one ? '' : ` × ${percentText(rule.share)}`;
      const excess = `${formatYuan(cost)} ÷ ${formatYuan(reference_fen)} − ${ratioText(times)}`;
      const formula = `${formatYuan(standard_fen)} × [1 + (${excess})${part}]`;
      return words(`高倍率，${formula}`, `very high, ${formula}`);
    },
  },
  deduct: {
    pay: ({ cost, standard, times }) => ({
      pay: Math.max(standard, cost - multiplyDivide(standard, times - one, one)),
      at_cost: false,
    }),
    explains: ({ times, standard_fen }, cost) => {
      const [k, standard] = [ratioText(times), formatYuan(standard_fen)];
      return words(
        `高倍率，费用 ${formatYuan(cost)} −（${k} − 1）× ${standard}`,
        `very high, cost ${formatYuan(cost)} − (${k} − 1) × ${standard}`,
      );
    },
  },
  cap: {
    pay: (compared) => ({ pay: Math.min(compared.cost, cappedAt(compared)), at_cost: false }),
    explains: ({ times, standard_fen }, cost) => {
      const [k, standard] = [ratioText(times), formatYuan(standard_fen)];
      return words(
        `高倍率，费用 ${formatYuan(cost)} 与 ${k} × ${standard} 取低`,
        `very high, the lower of the cost ${formatYuan(cost)} and ${k} × ${standard}`,
      );
    },
  },
  normal: { explains: () => asNormal },
};

/** How a very low stay is paid. */
export const lowRules: Readonly<Record<LowStyle, OutlierStyle<LowRule>>> = {
  item: {
    pay: ({ cost }) => ({ pay: cost, at_cost: true }),
    explains: (_price, _cost, { below }) =>
      words(`低倍率（低于 ${percentText(below)}），按实际费用`, `very low (below ${percentText(below)}), actual cost`),
  },
  proportional: {
    pay: ({ cost, standard, reference }) => ({
      pay: Math.max(0, Math.min(standard, multiplyDivide(standard, cost, reference))),
      at_cost: false,
    }),
    explains: ({ reference_fen }, cost) =>
      words(
        `低倍率，支付标准 × 费用 ${formatYuan(cost)} ÷ ${formatYuan(reference_fen)}`,
        `very low, standard × cost ${formatYuan(cost)} ÷ ${formatYuan(reference_fen)}`,
      ),
  },
  normal: { explains: () => asNormal },
};

interface ReferenceRule {
  readonly words: Words;
  readonly fen: (standard: number, group: GroupPrice, coefficient: number) => number;
}

/** What the cost of a stay is compared with. */
export const referenceRules: Readonly<Record<Reference, ReferenceRule>> = {
  standard: { words: words('支付标准', 'the standard'), fen: (standard) => standard },
  group_mean: { words: words('病组均费', 'the mean cost of the group'), fen: (_standard, { mean_fen }) => mean_fen },
  hospital_mean: {
    words: words('病组均费 × 机构系数', 'the mean cost of the group × coefficient'),
    fen: (_standard, { mean_fen }, coefficient) => multiplyDivide(mean_fen, coefficient, one),
  },
};

/** K for a level and a weight, in ten-thousandths; 0 when no bound fits. */
export function highTimes(tariff: Tariff, level: Level, weight: number): number {
  const fits = ({ levels: own, weight_to }: HighBound): boolean =>
    fitsLevel(own, level) && (weight_to === undefined || weight <= weight_to);
  return tariff.high?.bounds.find(fits)?.times ?? 0;
}

export const outlierSchemas = (type: ShapeBuilder) => {
  const bound = type.Object({
    levels: type.Optional(type.Array(type.Enum(levels))),
    weight_to: type.Optional(type.Integer()),
    times: type.Integer(),
  });
  const high = { reference: type.Enum(references), style: type.Enum(highStyles), bounds: type.Array(bound), share: type.Integer() };
  return {
    high: type.Optional(type.Object(high)),
    low: type.Optional(type.Object({ reference: type.Enum(references), style: type.Enum(lowStyles), below: type.Integer() })),
  };
};

const highBound: Read<HighBound> = (at) => {
  const fields = new Fields(at, ['levels', 'weight_to', 'times']);
  return {
    ...fields.maybe('levels', list(choice(levels))),
    ...fields.maybe('weight_to', ratio),
    times: fields.get('times', ratio),
  };
};

export const readHigh: Read<HighRule> = (at) => {
  const fields = new Fields(at, ['reference', 'style', 'share', 'bounds']);
  return {
    reference: fields.get('reference', choice(references)),
    style: fields.get('style', choice(highStyles)),
    share: fields.or('share', share, one),
    bounds: fields.get('bounds', list(highBound)),
  };
};

export const readLow: Read<LowRule> = (at) => {
  const fields = new Fields(at, ['reference', 'style', 'below']);
  return {
    reference: fields.get('reference', choice(references)),
    style: fields.get('style', choice(lowStyles)),
    below: fields.get('below', share),
  };
};

export function checkOutliers({ high, low }: Tariff, check: TariffCheck): void {
  for (const [index, bound] of (high?.bounds ?? []).entries()) check.whole(`high.bounds.${index}.times`, bound.times, one);
  if (high !== undefined) check.whole('high.share', high.share, 0);
  if (low !== undefined) check.whole('low.below', low.below, 0);
}
