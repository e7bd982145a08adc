import type { GroupedStay } from '@hengjian/grouping';
import { dayOf } from '@hengjian/standard';
import type { Agreement } from './agreement.ts';
import type { Tariff } from './tariff.ts';

/** A DRG tariff small enough to add up by hand, used by tests. */
export const demonstrationTariff: Tariff = {
  format: 1,
  id: 'by-hand',
  method: 'drg_rate',
  local_areas: ['3301*'],
  mean_fen: 1_200_000,
  groups: {
    FM19: { weight: 12_500, mean_fen: 1_500_000 },
    ES29: { weight: 8_000, mean_fen: 960_000 },
    DT19: { weight: 5_000, mean_fen: 600_000, basic: true },
    AH19: { weight: 80_000, mean_fen: 9_600_000, rigid: true },
    CB39: { weight: 7_000, mean_fen: 840_000 },
  },
  hospitals: { H3: { coefficient: 10_500, groups: { ES29: 9_800 } } },
  level_coefficients: { '3': 10_000, '2': 9_000, '1': 8_000 },
  pools: [
    { id: 'employees-local', insutypes: ['310'], care: 'local', form: 'group', rate: 12_000_000_000, fund_ratio: 7_500 },
    { id: 'residents-local', insutypes: ['390'], care: 'local', form: 'group', rate: 11_000_000_000, fund_ratio: 6_000 },
    { id: 'employees-remote', insutypes: ['310'], care: 'remote', form: 'item', rate: 0 },
    { id: 'residents-remote', insutypes: ['390'], care: 'remote', form: 'item', rate: 0 },
  ],
  handling: {
    ambiguous: { by: 'item' },
    entered: { by: 'item' },
    none: { by: 'item' },
    invalid: { by: 'nothing' },
    unpriced: { by: 'nothing' },
  },
  bed_days: {
    clr_ways: ['5'],
    in_points: false,
    stages: [
      { levels: ['3'], from: 1, to: 90, day_fen: 70_000 },
      { levels: ['3'], from: 91, day_fen: 40_000 },
      { levels: ['2', '1', '0'], from: 1, day_fen: 32_000 },
    ],
  },
  fixed_prices: [
    {
      name: { zh: '日间病种', en: 'day-bed diseases' },
      max_days: 1,
      prices: [
        { grp_code: 'CB39', levels: ['3'], fen: 420_000 },
        { grp_code: 'CB39', fen: 380_000 },
      ],
    },
  ],
  outside: { clr_ways: ['1', '6'], days_over: 60, cost_under_fen: 500 },
  fund: { by: 'patients_share', floor: 'zero' },
};

/** A stay of FM19 in a level 3 hospital, with what a test changes. */
export const demonstrationStay = (change: Partial<GroupedStay>): GroupedStay => ({
  mdtrt_id: 'M1',
  psn_no: 'P1',
  fixmedins_code: 'H3',
  hosp_lv: '02',
  dscg_caty: '',
  chfpdr_code: '',
  insutype: '310',
  insu_admdvs: '330102',
  adm_day: dayOf(2026, 3, 1),
  dscg_day: dayOf(2026, 3, 9),
  ipt_days: 8,
  dscg_way: '1',
  clr_way: '4',
  medfee_sumamt: 1_600_000,
  inscp_amt: 1_500_000,
  fund_pay_sumamt: 1_200_000,
  acct_pay: 100_000,
  psn_pay: 300_000,
  status: 'grouped',
  mdc: 'F',
  adrg: 'FM1',
  grp_code: 'FM19',
  ...change,
});

/** Runs of property tests: 10,000 in `npm run proof`. */
export const propertyRuns = Number(process.env.HENGJIAN_RUNS ?? 1000);

/** An agreement for the tariff above: fixed rates, 30,000.00 and 20,000.00 yuan for local care. */
export const demonstrationAgreement: Agreement = {
  year: 2026,
  rates: {},
  budgets: [
    { pool: 'employees-local', rule: { by: 'growth', last_fen: 2_500_000, growth: 2_000 }, reserve_share: 500, forms: { group: 10_000 } },
    { pool: 'residents-local', rule: { by: 'share', of_fen: 4_000_000, share: 5_000 }, reserve_share: 500, forms: { group: 10_000 } },
    {
      pool: 'employees-remote',
      rule: { by: 'items', items: [{ name: { zh: '异地就医', en: 'care elsewhere' }, fen: 1_000_000 }] },
      reserve_share: 0,
      forms: { item: 10_000 },
    },
    {
      pool: 'residents-remote',
      rule: { by: 'items', items: [{ name: { zh: '异地就医', en: 'care elsewhere' }, fen: 1_000_000 }] },
      reserve_share: 0,
      forms: { item: 10_000 },
    },
  ],
  monthly: { deposit_share: 500, held_share: 1_000 },
  advance: { months: 0, monthly_fen: {} },
  assessment: {},
  caps: {},
  outpatient: [],
  communities: [],
};
