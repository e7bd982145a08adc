import { formatYuan, lineAmount, multiplyDivide, type Words, words } from '@hengjian/standard';
import { percentText, rateText, ratioText, type Step, step } from '../step.ts';
import { type GroupPrice, type Handled, one, type Tariff } from '../tariff.ts';
import { type PaymentForm, type PriceToExplain, type PricingTools, pointsLine, type StayPrice, type StayToPrice } from './form.ts';
import { handledWords, handlingRules, handlingSchemas, readHandling } from './handling.ts';
import { byItem, outsideReason } from './item.ts';
import { checkOutliers, highRules, highTimes, lowRules, outlierSchemas, readHigh, readLow, referenceRules } from './outliers.ts';
import { unpaid } from './unpaid.ts';

type GroupStyle = 'normal' | 'very_high' | 'very_low' | 'special_item' | 'special_standard' | 'lowest_weight';

interface StyleRecord {
  /** Its name in statements. */
  readonly words: Words;
  /** Its arithmetic. */
  readonly explains: (price: StayPrice, cost: number, tariff: Tariff) => Words;
}

const normalText = words('正常病例，按支付标准', 'normal case, the standard');

const styles: Readonly<Record<GroupStyle, StyleRecord>> = {
  normal: { words: words('正常', 'normal'), explains: () => normalText },
  very_high: {
    words: words('高倍率', 'very high'),
    explains: (price, cost, { high }) => (high === undefined ? normalText : highRules[high.style].explains(price, cost, high)),
  },
  very_low: {
    words: words('低倍率', 'very low'),
    explains: (price, cost, { low }) => (low === undefined ? normalText : lowRules[low.style].explains(price, cost, low)),
  },
  special_item: {
    words: words('特例单议（按项目）', 'special review, by item'),
    explains: () => words('特例单议通过，按实际费用', 'special review passed, actual cost'),
  },
  special_standard: {
    words: words('特例单议（调整标准）', 'special review, adjusted'),
    explains: () => words('特例单议通过，按调整后的标准', 'special review passed, adjusted standard'),
  },
  lowest_weight: {
    words: words('最低权重', 'lightest group'),
    explains: () => words('最低权重病组的标准', 'standard of the lightest group'),
  },
};

/** The group with the least weight, ties to the smaller code; empty without groups. */
function lightestGroup(tariff: Tariff): string {
  let lightest = '';
  for (const code of Object.keys(tariff.groups).sort()) {
    const weight = tariff.groups[code]?.weight ?? 0;
    if (lightest === '' || weight < (tariff.groups[lightest]?.weight ?? 0)) lightest = code;
  }
  return lightest;
}

interface Comparison {
  readonly reference: number;
  readonly side: 'high' | 'low' | 'normal';
}

/** A group with what it is worth to a hospital. */
interface Standard {
  readonly code: string;
  readonly group: GroupPrice;
  readonly coefficient: number;
  readonly fen: number;
  /** K of the very high bound, in ten-thousandths. */
  readonly times: number;
}

/** What the cost is compared with and where that puts it. Exactly at a bound is normal. */
function compare({ high, low }: Tariff, cost: number, { fen, group, coefficient, times }: Standard): Comparison {
  const upper = high === undefined ? 0 : referenceRules[high.reference].fen(fen, group, coefficient);
  if (upper > 0 && times > 0 && cost > multiplyDivide(upper, times, one)) return { reference: upper, side: 'high' };
  const lower = low === undefined ? 0 : referenceRules[low.reference].fen(fen, group, coefficient);
  if (low !== undefined && cost < multiplyDivide(lower, low.below, one)) return { reference: lower, side: 'low' };
  return { reference: upper || lower || fen, side: 'normal' };
}

/** Money that a stay earns in its group. */
interface Amount {
  readonly style: GroupStyle;
  readonly pay: number;
  readonly at_cost: boolean;
}

function amountOf({ high, low }: Tariff, { stay, ruling }: StayToPrice, standard: Standard, { reference, side }: Comparison): Amount {
  const cost = stay.medfee_sumamt;
  const normal: Amount = { style: 'normal', pay: standard.fen, at_cost: false };
  const { review } = ruling;
  if (review?.outcome === 'pass' && review.by === 'item') return { style: 'special_item', pay: cost, at_cost: true };
  if (review?.outcome === 'pass') return { style: 'special_standard', pay: review.standard_fen, at_cost: false };
  if (review?.outcome === 'fail' || side === 'normal') return normal;
  const compared = { cost, standard: standard.fen, reference, times: standard.times };
  if (side === 'high') {
    const beyond = high === undefined || ruling.beyond_high_share === true ? undefined : highRules[high.style].pay?.(compared, high);
    return beyond === undefined ? normal : { style: 'very_high', ...beyond };
  }
  const beyond = low === undefined ? undefined : lowRules[low.style].pay?.(compared, low);
  return beyond === undefined ? normal : { style: 'very_low', ...beyond };
}

/** Coefficient of a hospital for a group, in ten-thousandths; undefined when the tariff has none. */
function coefficientOf({ hospitals, level_coefficients }: Tariff, { stay, level }: StayToPrice, code: string): number | undefined {
  const hospital = hospitals[stay.fixmedins_code];
  return hospital?.groups?.[code] ?? hospital?.coefficient ?? level_coefficients[level];
}

function inGroup(given: StayToPrice, code: string, group: GroupPrice, { tariff, bears }: PricingTools): StayPrice {
  const { stay, pool, ruling } = given;
  const own = group.basic === true ? one : coefficientOf(tariff, given, code);
  if (own === undefined) return unpaid(stay, pool.id, 'no_coefficient');
  const coefficient = ruling.auxiliary === undefined ? own : multiplyDivide(own, ruling.auxiliary, one);
  const rate = group.rigid === true ? (pool.rigid_rate ?? pool.rate) : pool.rate;
  const normalPoints = multiplyDivide(group.weight, coefficient, one);
  const fen = lineAmount(normalPoints, rate);
  const standard: Standard = { code, group, coefficient, fen, times: highTimes(tariff, given.level, group.weight) };
  const compared = compare(tariff, stay.medfee_sumamt, standard);
  const amount = amountOf(tariff, given, standard, compared);
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
    standard_fen: fen,
    reference_fen: compared.reference,
    ratio: compared.reference === 0 ? 0 : multiplyDivide(stay.medfee_sumamt, one, compared.reference),
    times: standard.times,
    points: amount.at_cost || fen === 0 ? 0 : pay === fen ? normalPoints : multiplyDivide(normalPoints, pay, fen),
    at_cost: amount.at_cost,
    pay_fen: pay,
    fund_fen: bears(pool, stay, pay),
  };
}

/** Prices every stay: outside the groups by item, without a priced group as the tariff handles it, else by its group. */
function prepare(tools: PricingTools): (given: StayToPrice) => StayPrice {
  const { tariff } = tools;
  const lightest = lightestGroup(tariff);
  const withoutGroup = (given: StayToPrice, reason: Handled): StayPrice => {
    const handling = tariff.handling[reason];
    const group = tariff.groups[lightest];
    const inLightest = (): StayPrice | undefined =>
      group === undefined ? undefined : inGroup({ ...given, ruling: { beyond_high_share: true } }, lightest, group, tools);
    return handlingRules[handling.by].pay({ stay: given.stay, pool: given.pool, reason, handling, lightest: inLightest }, tools);
  };
  return (given) => {
    const { stay, pool } = given;
    const outside = outsideReason(tariff, stay);
    if (outside !== '') return byItem(stay, pool.id, outside);
    if (stay.status !== 'grouped' && tariff.handling[stay.status].by !== 'group') return withoutGroup(given, stay.status);
    const group = tariff.groups[stay.grp_code];
    return group === undefined ? withoutGroup(given, 'unpriced') : inGroup(given, stay.grp_code, group, tools);
  };
}

const formulaOf = ({ weight, coefficient, rate }: StayPrice): string =>
  `${ratioText(weight)} × ${ratioText(coefficient)} × ${rateText(rate)}`;

function standardSteps(price: StayPrice): readonly Step[] {
  const { weight, coefficient, rate, standard_fen, grp_code } = price;
  const formula = formulaOf(price);
  return [
    step(`病组 ${grp_code} 权重（点数）`, `weight (points) of group ${grp_code}`, weight, 'ten_thousandth'),
    step('机构系数', 'hospital coefficient', coefficient, 'ten_thousandth'),
    step('费率（点值）', 'rate (point value)', rate, 'micro_yuan'),
    step(`支付标准 = ${formula}`, `standard = ${formula}`, standard_fen),
  ];
}

function comparisonSteps({ style, reference_fen, ratio }: StayPrice, cost: number, { high, low }: Tariff): readonly Step[] {
  if (reference_fen === 0) return [];
  const by = style === 'very_low' ? low?.reference : (high?.reference ?? low?.reference);
  const name = referenceRules[by ?? 'standard'].words;
  const [shown, reference] = [formatYuan(cost), formatYuan(reference_fen)];
  const [zh, en] = [`费用倍率 = ${shown} ÷ ${name.zh} ${reference}`, `cost ratio = ${shown} ÷ ${name.en} ${reference}`];
  return [step(zh, en, ratio, 'ten_thousandth')];
}

const isGroupStyle = (style: string): style is GroupStyle => Object.hasOwn(styles, style);

function steps({ stay, price, tariff, ruling, priceUnder }: PriceToExplain): readonly Step[] {
  const share = ruling.readmission_share ?? one;
  const { zh, en } = styles[isGroupStyle(price.style) ? price.style : 'normal'].explains(price, stay.medfee_sumamt, tariff);
  const capped = step('高倍率名额已用完，按正常病例', 'share of very high stays used up, as a normal case', price.standard_fen);
  const whole = (): number => (price.style === 'normal' ? price.standard_fen : priceUnder({ ...ruling, readmission_share: one }).pay_fen);
  const reduced = step(`重复入院，保留 ${percentText(share)}`, `avoidable readmission, ${percentText(share)} kept`, price.pay_fen);
  return [
    ...standardSteps(price),
    ...comparisonSteps(price, stay.medfee_sumamt, tariff),
    ...(ruling.beyond_high_share === true ? [capped] : []),
    ...(share === one ? [step(zh, en, price.pay_fen)] : [step(zh, en, whole()), reduced]),
  ];
}

/** Stays of a group, by weight or points; the last form that is asked. */
export const groupForm: PaymentForm = {
  words: words('病组', 'group'),
  consequence: words('按病组付费', 'paid by its group'),
  turn: 80,
  styles: Object.fromEntries(Object.entries(styles).map(([id, style]) => [id, style.words])),
  reasons: { no_coefficient: words('机构没有系数', 'the hospital has no coefficient'), ...handledWords },
  lines: {
    [pointsLine]: { words: words('病组付费', 'paid by group') },
    group_at_cost: { words: words('病组内按实际费用', 'in a group, at cost') },
  },
  ownMoney: true,
  parameters: {
    high: {
      words: words('高倍率病例', 'very high stays'),
      schema: (type) => outlierSchemas(type).high,
      read: readHigh,
      absent: 'left out',
    },
    low: { words: words('低倍率病例', 'very low stays'), schema: (type) => outlierSchemas(type).low, read: readLow, absent: 'left out' },
    handling: {
      words: words('未入组病例的处理', 'how stays without a group are paid'),
      schema: (type) => handlingSchemas(type).handling,
      read: readHandling,
      absent: 'refused',
    },
  },
  check: checkOutliers,
  prepare,
  lineOf: ({ at_cost }) => (at_cost ? 'group_at_cost' : pointsLine),
  formula: (price) => (price.style === 'normal' && price.reason === '' ? formulaOf(price) : undefined),
  steps,
};
