import { formatYuan } from '@hengjian/standard';
import { bedDayPoints, compileTariff, dayStages, type PricedStay, type Reason, type Ruling, type StayPrice } from './price-stay.ts';
import { part, percentText, rateText, ratioText, type Step, step } from './step.ts';
import { type Handling, levelOf, type Tariff } from './tariff.ts';

/** What the hospital earns for a stay and the arithmetic behind it. The parts of `steps` add up to `fund_fen`. */
export interface StayPayment extends StayPrice {
  readonly steps: readonly Step[];
}

interface Words {
  readonly zh: string;
  readonly en: string;
}

export const reasonWords: Readonly<Record<Reason, Words>> = {
  '': { zh: '', en: '' },
  no_pool: { zh: '险种与参保地不属于任何基金池', en: 'insurance and area fit no pool' },
  pool_by_item: { zh: '该基金池按项目付费', en: 'the pool pays by item' },
  clr_way: { zh: '清算方式不属于按病组付费', en: 'the settlement way is not payment by group' },
  days_over: { zh: '住院天数超过上限，不纳入病组', en: 'longer than the bound, outside the groups' },
  days_under: { zh: '住院天数低于下限，不纳入病组', en: 'shorter than the bound, outside the groups' },
  cost_under: { zh: '费用低于下限，不纳入病组', en: 'cost below the bound, outside the groups' },
  no_coefficient: { zh: '机构没有系数', en: 'the hospital has no coefficient' },
  no_day_standard: { zh: '有住院日没有床日标准', en: 'a day of the stay has no daily standard' },
  ambiguous: { zh: '歧义病例', en: 'ambiguous case (QY)' },
  entered: { zh: '进入主要诊断大类但未入组', en: 'entered an MDC without a group' },
  none: { zh: '未进入任何主要诊断大类或病种', en: 'in no MDC or disease' },
  invalid: { zh: '清单有误，不能分组', en: 'the list is invalid, no grouping' },
  unpriced: { zh: '病组没有权重', en: 'the group has no weight in the tariff' },
};

const nextHandling: Readonly<Record<Handling['by'], Words>> = {
  item: { zh: '按项目付费', en: 'paid by item' },
  lowest_weight: { zh: '按最低权重付费', en: 'paid as the lightest group' },
  discount: { zh: '按费用折扣付费', en: 'paid a share of the cost' },
  nothing: { zh: '不付费', en: 'not paid' },
  group: { zh: '按病组付费', en: 'paid by its group' },
};

function reasonStep(price: StayPrice, tariff: Tariff): readonly Step[] {
  if (price.reason === '') return [];
  const { zh, en } = reasonWords[price.reason];
  const handling = tariff.handling[price.reason as keyof Tariff['handling']];
  const next =
    handling === undefined
      ? nextHandling[price.form === 'item' ? 'item' : 'nothing']
      : nextHandling[handling.by === 'group' ? 'nothing' : handling.by];
  return [step(`${zh}：${next.zh}`, `${en}: ${next.en}`, price.pay_fen)];
}

function standardSteps(price: StayPrice): readonly Step[] {
  const { weight, coefficient, rate, standard_fen } = price;
  const formula = `${ratioText(weight)} × ${ratioText(coefficient)} × ${rateText(rate)}`;
  return [
    step(`病组 ${price.grp_code} 权重（点数）`, `weight (points) of group ${price.grp_code}`, weight, 'ten_thousandth'),
    step('机构系数', 'hospital coefficient', coefficient, 'ten_thousandth'),
    step('费率（点值）', 'rate (point value)', rate, 'micro_yuan'),
    step(`支付标准 = ${formula}`, `standard = ${formula}`, standard_fen),
  ];
}

function comparisonSteps(price: StayPrice, cost: number, tariff: Tariff): readonly Step[] {
  if (price.reference_fen === 0) return [];
  const by = price.style === 'very_low' ? tariff.low?.reference : (tariff.high?.reference ?? tariff.low?.reference);
  const names: Readonly<Record<string, Words>> = {
    standard: { zh: '支付标准', en: 'the standard' },
    group_mean: { zh: '病组均费', en: 'the mean cost of the group' },
    hospital_mean: { zh: '病组均费 × 机构系数', en: 'the mean cost of the group × coefficient' },
  };
  const name = names[by ?? 'standard'] ?? { zh: '', en: '' };
  return [
    step(
      `费用倍率 = ${formatYuan(cost)} ÷ ${name.zh} ${formatYuan(price.reference_fen)}`,
      `cost ratio = ${formatYuan(cost)} ÷ ${name.en} ${formatYuan(price.reference_fen)}`,
      price.ratio,
      'ten_thousandth',
    ),
  ];
}

function highWords(price: StayPrice, cost: number, tariff: Tariff): Words {
  const k = ratioText(price.times);
  const standard = formatYuan(price.standard_fen);
  const style = tariff.high?.style ?? 'normal';
  if (style === 'item') return { zh: `高倍率（超过 ${k} 倍），按实际费用`, en: `very high (above ${k}), actual cost` };
  if (style === 'cap')
    return {
      zh: `高倍率，费用 ${formatYuan(cost)} 与 ${k} × ${standard} 取低`,
      en: `very high, the lower of the cost ${formatYuan(cost)} and ${k} × ${standard}`,
    };
  if (style === 'deduct')
    return {
      zh: `高倍率，费用 ${formatYuan(cost)} −（${k} − 1）× ${standard}`,
      en: `very high, cost ${formatYuan(cost)} − (${k} − 1) × ${standard}`,
    };
  const share = tariff.high?.share === 10_000 ? '' : ` × ${percentText(tariff.high?.share ?? 0)}`;
  const formula = `${standard} × [1 + (${formatYuan(cost)} ÷ ${formatYuan(price.reference_fen)} − ${k})${share}]`;
  return { zh: `高倍率，${formula}`, en: `very high, ${formula}` };
}

function styleWords(price: StayPrice, cost: number, tariff: Tariff): Words {
  if (price.style === 'very_high') return highWords(price, cost, tariff);
  if (price.style === 'very_low') {
    return tariff.low?.style === 'item'
      ? {
          zh: `低倍率（低于 ${percentText(tariff.low.below)}），按实际费用`,
          en: `very low (below ${percentText(tariff.low.below)}), actual cost`,
        }
      : {
          zh: `低倍率，支付标准 × 费用 ${formatYuan(cost)} ÷ ${formatYuan(price.reference_fen)}`,
          en: `very low, standard × cost ${formatYuan(cost)} ÷ ${formatYuan(price.reference_fen)}`,
        };
  }
  if (price.style === 'special_item') return { zh: '特例单议通过，按实际费用', en: 'special review passed, actual cost' };
  if (price.style === 'special_standard') return { zh: '特例单议通过，按调整后的标准', en: 'special review passed, adjusted standard' };
  if (price.style === 'lowest_weight') return { zh: '最低权重病组的标准', en: 'standard of the lightest group' };
  return { zh: '正常病例，按支付标准', en: 'normal case, the standard' };
}

function groupSteps(stay: PricedStay, price: StayPrice, tariff: Tariff, ruling: Ruling): readonly Step[] {
  const share = ruling.readmission_share;
  const { zh, en } = styleWords(price, stay.medfee_sumamt, tariff);
  const reduced =
    share === undefined || share === 10_000
      ? []
      : [step(`重复入院，保留 ${percentText(share)}`, `avoidable readmission, ${percentText(share)} kept`, price.pay_fen)];
  const capped =
    ruling.beyond_high_share === true
      ? [step('高倍率名额已用完，按正常病例', 'share of very high stays used up, as a normal case', price.standard_fen)]
      : [];
  const before =
    reduced.length === 0
      ? [step(zh, en, price.pay_fen)]
      : [
          step(
            zh,
            en,
            price.style === 'normal'
              ? price.standard_fen
              : compileTariff(tariff).price(stay, { ...ruling, readmission_share: 10_000 }).pay_fen,
          ),
        ];
  return [...standardSteps(price), ...comparisonSteps(price, stay.medfee_sumamt, tariff), ...capped, ...before, ...reduced];
}

function daySteps(stay: PricedStay, price: StayPrice, tariff: Tariff): readonly Step[] {
  const stages = dayStages(tariff, levelOf(stay.hosp_lv), stay.ipt_days) ?? [];
  const words = ({ days, day_fen }: { readonly days: number; readonly day_fen: number }): Step => {
    if (price.points === 0)
      return step(`${days} 天 × 床日标准 ${formatYuan(day_fen)}`, `${days} days × ${formatYuan(day_fen)}`, days * day_fen);
    const points = bedDayPoints(tariff, day_fen);
    return step(
      `${days} 天 × 床日点数 ${ratioText(points)}`,
      `${days} days × ${ratioText(points)} points`,
      days * points,
      'ten_thousandth',
    );
  };
  const value =
    price.points === 0
      ? []
      : [
          step(
            `点数 ${ratioText(price.points)} × 点值 ${rateText(price.rate)}`,
            `points ${ratioText(price.points)} × ${rateText(price.rate)}`,
            price.pay_fen,
          ),
        ];
  return [...stages.map(words), ...value];
}

/** Parts that add up to what the fund bears. */
function fundSteps(stay: PricedStay, price: StayPrice, tariff: Tariff): readonly Step[] {
  if (price.form === 'unpaid') return [part('基金应付', 'due from the fund', 0)];
  if (price.form === 'item' && price.style === 'item')
    return [part('按项目付费：基金已记账金额', 'by item: what the fund settled at the counter', price.fund_fen)];
  if (tariff.fund.by === 'ratio') {
    const ratio = tariff.pools.find((pool) => pool.id === price.pool)?.fund_ratio ?? 0;
    return [
      part(
        `基金应付 = ${formatYuan(price.pay_fen)} × 报销比例 ${percentText(ratio)}`,
        `fund = ${formatYuan(price.pay_fen)} × ratio ${percentText(ratio)}`,
        price.fund_fen,
      ),
    ];
  }
  const floor = price.fund_fen - (price.pay_fen - stay.psn_pay - stay.acct_pay);
  return [
    part('医院应得', 'earned by the hospital', price.pay_fen),
    part('减：个人已付现金', 'less: paid by the patient', -stay.psn_pay),
    part('减：个人账户已付', 'less: paid from the personal account', -stay.acct_pay),
    ...(floor === 0
      ? []
      : [part('个人已付超过支付标准，基金不倒扣', 'the patient paid more than the standard; the fund sets nothing off', floor)]),
  ];
}

function payStepsOf(stay: PricedStay, price: StayPrice, tariff: Tariff, ruling: Ruling): readonly Step[] {
  if (price.form === 'group') return [...reasonStep(price, tariff), ...groupSteps(stay, price, tariff, ruling)];
  if (price.form === 'bed_day') return daySteps(stay, price, tariff);
  if (price.form === 'fixed_price') return [step('病种定额', 'fixed price of the disease', price.pay_fen)];
  return reasonStep(price, tariff);
}

/** Explains a price that was already worked out. */
export const explainPrice = (stay: PricedStay, price: StayPrice, tariff: Tariff, ruling: Ruling = {}): readonly Step[] => [
  ...payStepsOf(stay, price, tariff, ruling),
  ...fundSteps(stay, price, tariff),
];

/**
 * Prices one stay and shows the arithmetic. Pure. For many stays without explanation use `compileTariff(tariff).price`.
 *
 * standard = weight × coefficient × rate (2.6 of the reference sheet), then outlier, review and readmission rules of the
 * tariff and the ruling; the fund bears the payment less what was paid at the counter, or its ratio.
 */
export function payStay(stay: PricedStay, tariff: Tariff, ruling: Ruling = {}): StayPayment {
  const price = compileTariff(tariff).price(stay, ruling);
  return { ...price, steps: explainPrice(stay, price, tariff, ruling) };
}
