import { describe, expect, it } from 'vitest';
import { demonstrationStay as stay, demonstrationTariff as tariff } from './fixture.ts';
import { payStay } from './pay-stay.ts';
import { compileTariff } from './price-stay.ts';
import { sumOfParts } from './step.ts';
import type { HighStyle, Tariff } from './tariff.ts';

// Group FM19: weight 1.2500, mean cost 15,000.00. Hospital H3: level 3, coefficient 1.0500. Rate 12,000 yuan.
// Standard by hand: 1.25 × 1.05 = 1.3125; × 12,000 = 15,750.00 yuan = 1,575,000 fen. Three times that: 47,250.00 yuan.
const standard = 1_575_000;
const three = 3 * standard;

const withHigh = (style: HighStyle, extra: Partial<NonNullable<Tariff['high']>> = {}): Tariff => ({
  ...tariff,
  high: { reference: 'standard', style, share: 10_000, bounds: [{ levels: ['3'], times: 30_000 }, { times: 20_000 }], ...extra },
});
const costing = (medfee_sumamt: number) => stay({ medfee_sumamt });

describe('a stay paid by its group', () => {
  it('earns weight × coefficient × rate, and the fund bears that less what was paid at the counter', () => {
    const paid = payStay(stay({ medfee_sumamt: 1_600_000, psn_pay: 300_000, acct_pay: 50_000 }), tariff);
    expect(paid).toMatchObject({
      form: 'group',
      style: 'normal',
      standard_fen: standard,
      weight: 12_500,
      points: 13_125,
      pay_fen: standard,
      fund_fen: 1_225_000,
      ratio: 10_159,
    });
    expect(sumOfParts(paid.steps)).toBe(1_225_000);
  });

  it('never costs the fund less than nothing, unless the rest is set off', () => {
    const poor = stay({ medfee_sumamt: 1_700_000, psn_pay: 1_650_000, acct_pay: 0 });
    const paid = payStay(poor, tariff);
    expect(paid.fund_fen).toBe(0);
    expect(sumOfParts(paid.steps)).toBe(0);
    expect(payStay(poor, { ...tariff, fund: { by: 'patients_share', floor: 'none' } }).fund_fen).toBe(-75_000);
  });

  it('leaves the fund its ratio of the pool where the city settles by ratio', () => {
    const paid = payStay(stay({}), { ...tariff, fund: { by: 'ratio' } });
    expect(paid.fund_fen).toBe(1_181_250); // 15,750.00 × 75 %
    expect(sumOfParts(paid.steps)).toBe(1_181_250);
  });

  it('takes the coefficient of the group before the hospital, the level when there is none, and 1 for a basic group', () => {
    expect(payStay(stay({ grp_code: 'ES29' }), tariff)).toMatchObject({ coefficient: 9_800, points: 7_840, pay_fen: 940_800 });
    expect(payStay(stay({ fixmedins_code: 'H2', hosp_lv: '06' }), tariff)).toMatchObject({
      coefficient: 9_000,
      points: 11_250,
      pay_fen: 1_350_000,
    });
    expect(payStay(stay({ grp_code: 'DT19' }), tariff)).toMatchObject({ coefficient: 10_000, points: 5_000, pay_fen: 600_000 });
    expect(payStay(stay({ fixmedins_code: 'HX', hosp_lv: '11' }), tariff)).toMatchObject({
      form: 'unpaid',
      reason: 'no_coefficient',
      pay_fen: 0,
    });
  });

  it('pays a rigid group at the fixed rate', () => {
    const pools = tariff.pools.map((pool) => ({ ...pool, rigid_rate: 13_000_000_000 }));
    expect(payStay(stay({ grp_code: 'AH19' }), { ...tariff, pools })).toMatchObject({ pay_fen: 8 * 1.05 * 1_300_000 });
    expect(payStay(stay({}), { ...tariff, pools }).pay_fen).toBe(standard);
  });

  it('multiplies by the auxiliary coefficient of a DIP case', () => {
    expect(payStay(stay({}), tariff, { auxiliary: 12_000 })).toMatchObject({ coefficient: 12_600, pay_fen: 1_890_000 });
  });
});

describe('a very high stay', () => {
  it.each<[HighStyle, number, number]>([
    ['item', three + 1, three + 1],
    ['add_above', three + 1, standard + 1],
    ['add_above', three + 500_000, standard + 500_000],
    ['deduct', three + 1, standard + 1],
    ['cap', three + 1, three],
    ['normal', three + 1, standard],
  ])('by %s at %i fen earns %i fen', (style, cost, pay) => {
    const paid = payStay(costing(cost), withHigh(style));
    expect(paid.pay_fen).toBe(pay);
    expect(sumOfParts(paid.steps)).toBe(paid.fund_fen);
  });

  it.each<HighStyle>(['item', 'add_above', 'deduct', 'cap'])('by %s is a normal one exactly at K', (style) => {
    expect(payStay(costing(three), withHigh(style))).toMatchObject({ style: 'normal', pay_fen: standard, ratio: 30_000 });
    expect(payStay(costing(three + 1), withHigh(style)).style).toBe('very_high');
  });

  it('adds above K of the group mean in standards, and only the share of the excess', () => {
    // Cost 60,000.00 ÷ mean 15,000.00 = 4; (4 − 3) × 50 % = 0.5 standards above the standard: 15,750.00 × 1.5.
    const paid = payStay(costing(6_000_000), withHigh('add_above', { reference: 'group_mean', share: 5_000 }));
    expect(paid).toMatchObject({ pay_fen: 2_362_500, ratio: 40_000, points: 19_688 });
    // Deducting: 60,000.00 − 2 × 15,750.00.
    expect(payStay(costing(6_000_000), withHigh('deduct', { reference: 'group_mean' })).pay_fen).toBe(2_850_000);
  });

  it('has K of its level and weight', () => {
    const second = stay({ fixmedins_code: 'H2', hosp_lv: '06', medfee_sumamt: 2_700_000 }); // standard 13,500.00
    expect(payStay(second, withHigh('item')).style).toBe('normal');
    expect(payStay({ ...second, medfee_sumamt: 2_700_001 }, withHigh('item'))).toMatchObject({
      style: 'very_high',
      pay_fen: 2_700_001,
      times: 20_000,
      at_cost: true,
      points: 0,
    });
    const bands = withHigh('item', {
      bounds: [
        { weight_to: 12_500, times: 25_000 },
        { weight_to: 99_000, times: 15_000 },
      ],
    });
    expect(payStay(costing(3_937_500), bands).style).toBe('normal');
    expect(payStay(costing(3_937_501), bands).style).toBe('very_high');
    expect(payStay(stay({ grp_code: 'AH19', medfee_sumamt: 15_120_001 }), bands)).toMatchObject({ style: 'very_high', times: 15_000 });
  });

  it('is paid as a normal one when the share is used up', () => {
    expect(payStay(costing(three + 1), withHigh('item'), { beyond_high_share: true })).toMatchObject({
      style: 'normal',
      pay_fen: standard,
    });
  });
});

describe('a very low stay', () => {
  const bound = 472_500; // 30 % of 15,750.00
  const low = (
    style: 'item' | 'proportional',
    reference: 'standard' | 'group_mean' | 'hospital_mean' = 'standard',
    below = 3_000,
  ): Tariff => ({
    ...tariff,
    low: { reference, style, below },
  });
  it('earns its cost, and is a normal one exactly at the bound', () => {
    expect(payStay(costing(bound), low('item'))).toMatchObject({ style: 'normal', pay_fen: standard });
    expect(payStay(costing(bound - 1), low('item'))).toMatchObject({ style: 'very_low', pay_fen: bound - 1, at_cost: true });
  });
  it('earns the standard × cost ÷ mean of the group, or of the level', () => {
    // 15,750.00 × 6,000.00 ÷ 15,000.00 = 6,300.00; with the mean of the level (15,750.00) it is 6,000.00: paid at cost.
    expect(payStay(costing(600_000), low('proportional', 'group_mean', 5_000))).toMatchObject({ pay_fen: 630_000, points: 5_250 });
    expect(payStay(costing(600_000), low('proportional', 'hospital_mean', 5_000))).toMatchObject({ pay_fen: 600_000 });
    expect(payStay(costing(750_000), low('proportional', 'group_mean', 5_000)).style).toBe('normal');
  });
});

describe('special review, readmission', () => {
  it('pays a passed stay by item or at the adjusted standard, a failed one as normal', () => {
    const costly = costing(9_000_000);
    expect(payStay(costly, tariff, { review: { outcome: 'pass', by: 'item' } })).toMatchObject({
      style: 'special_item',
      pay_fen: 9_000_000,
    });
    expect(payStay(costly, tariff, { review: { outcome: 'pass', by: 'standard', standard_fen: 5_000_000 } })).toMatchObject({
      style: 'special_standard',
      pay_fen: 5_000_000,
    });
    expect(payStay(costly, tariff, { review: { outcome: 'fail' } })).toMatchObject({ style: 'normal', pay_fen: standard });
  });
  it('halves an earlier stay after an avoidable readmission', () => {
    const paid = payStay(stay({}), tariff, { readmission_share: 5_000 });
    expect(paid).toMatchObject({ pay_fen: 787_500, points: 6_563 });
    expect(sumOfParts(paid.steps)).toBe(paid.fund_fen);
  });
});

describe('a stay without a priced group', () => {
  const none = stay({ status: 'none', grp_code: '0000', medfee_sumamt: 800_000, fund_pay_sumamt: 500_000 });
  const by = (handling: Tariff['handling']['none']): Tariff => ({ ...tariff, handling: { ...tariff.handling, none: handling } });
  it('is paid by item, as the lightest group, a share of its cost, or nothing, with its reason', () => {
    expect(payStay(none, by({ by: 'item' }))).toMatchObject({ form: 'item', reason: 'none', pay_fen: 800_000, fund_fen: 500_000 });
    expect(payStay(none, by({ by: 'lowest_weight' }))).toMatchObject({
      form: 'group',
      style: 'lowest_weight',
      reason: 'none',
      grp_code: 'DT19',
      pay_fen: 600_000,
    });
    expect(payStay(none, by({ by: 'discount', share: 7_000 }))).toMatchObject({ style: 'discount', reason: 'none', pay_fen: 560_000 });
    expect(payStay(none, by({ by: 'nothing' }))).toMatchObject({ form: 'unpaid', reason: 'none', pay_fen: 0, fund_fen: 0 });
  });
  it('QY is paid by its own group where the tariff has one', () => {
    const ambiguous = stay({ status: 'ambiguous', grp_code: 'FQY' });
    const priced = {
      ...tariff,
      groups: { ...tariff.groups, FQY: { weight: 6_000, mean_fen: 700_000 } },
      handling: { ...tariff.handling, ambiguous: { by: 'group' as const } },
    };
    expect(payStay(ambiguous, priced)).toMatchObject({ form: 'group', reason: '', weight: 6_000, pay_fen: 756_000 });
    expect(payStay(ambiguous, tariff)).toMatchObject({ form: 'item', reason: 'ambiguous' });
  });
  it('says that a group has no weight', () => {
    expect(payStay(stay({ grp_code: 'ZZ99' }), tariff)).toMatchObject({ form: 'unpaid', reason: 'unpriced', style: 'nothing' });
  });
});

describe('other forms', () => {
  it('pays bed days by stage and level', () => {
    const long = stay({ clr_way: '5', ipt_days: 100, medfee_sumamt: 9_900_000 });
    // 90 days × 700.00 + 10 days × 400.00
    expect(payStay(long, tariff)).toMatchObject({ form: 'bed_day', pay_fen: 6_700_000, points: 0 });
    expect(payStay({ ...long, hosp_lv: '06' }, tariff).pay_fen).toBe(3_200_000);
    expect(payStay({ ...long, ipt_days: 0 }, tariff)).toMatchObject({ form: 'unpaid', reason: 'no_day_standard' });
  });
  it('turns bed days into points: standard ÷ mean × 100, four decimals, × days', () => {
    const points: Tariff = {
      ...tariff,
      method: 'drg_points',
      pools: tariff.pools.map((pool) => ({ ...pool, rate: 120_000_000 })),
      bed_days: { clr_ways: ['5'], in_points: true, stages: [{ from: 1, day_fen: 70_000 }] },
    };
    // 700 ÷ 12,000 × 100 = 5.8333 points a day; × 30 days = 174.9990; × 120 yuan = 20,999.88
    const paid = payStay(stay({ clr_way: '5', ipt_days: 30 }), points);
    expect(paid).toMatchObject({ points: 1_749_990, pay_fen: 2_099_988 });
    expect(sumOfParts(paid.steps)).toBe(paid.fund_fen);
  });
  it('pays a day-bed disease its fixed price, by level, and a longer stay by its group', () => {
    const day = stay({ grp_code: 'CB39', ipt_days: 1 });
    expect(payStay(day, tariff)).toMatchObject({ form: 'fixed_price', pay_fen: 420_000 });
    expect(payStay({ ...day, hosp_lv: '06' }, tariff).pay_fen).toBe(380_000);
    expect(payStay({ ...day, ipt_days: 2 }, tariff).form).toBe('group');
  });
  it('leaves the groups beyond the bounds of days and cost, exactly at a bound it stays in', () => {
    expect(payStay(stay({ ipt_days: 60 }), tariff).form).toBe('group');
    expect(payStay(stay({ ipt_days: 61 }), tariff)).toMatchObject({ form: 'item', reason: 'days_over' });
    expect(payStay(stay({ medfee_sumamt: 500 }), tariff).reason).toBe('');
    expect(payStay(stay({ medfee_sumamt: 499 }), tariff).reason).toBe('cost_under');
    expect(payStay(stay({ clr_way: '1', fund_pay_sumamt: 123 }), tariff)).toMatchObject({ form: 'item', reason: 'clr_way', fund_fen: 123 });
  });
  it('finds the pool by insurance and by local or remote care', () => {
    expect(payStay(stay({}), tariff).pool).toBe('employees-local');
    expect(payStay(stay({ insutype: '390' }), tariff).pool).toBe('residents-local');
    expect(payStay(stay({ insu_admdvs: '440100' }), tariff)).toMatchObject({
      pool: 'employees-remote',
      form: 'item',
      reason: 'pool_by_item',
    });
    expect(payStay(stay({ insutype: '340' }), tariff)).toMatchObject({ pool: '', form: 'unpaid', reason: 'no_pool' });
  });
});

it('the fast path gives the same figures', () => {
  const { steps, ...paid } = payStay(costing(three + 7), withHigh('item'));
  expect(steps.length).toBeGreaterThan(4);
  expect(compileTariff(withHigh('item')).price(costing(three + 7))).toEqual(paid);
});
