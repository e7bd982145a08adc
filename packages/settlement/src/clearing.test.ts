import type { GroupedStay } from '@hengjian/grouping';
import { RefusedInput } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import type { Agreement, Deduction } from './agreement.ts';
import { clearYear, type YearInput, type YearRun } from './clear-year.ts';
import { demonstrationAgreement as agreement, demonstrationStay as stay, demonstrationTariff as tariff } from './fixture.ts';
import { nextCap } from './next-caps.ts';
import { compileTariff } from './price-stay.ts';
import { finalTariff } from './run.ts';
import { type MonthInput, settleMonth } from './settle-month.ts';
import { sumOfParts } from './step.ts';
import type { StatementLine } from './tally.ts';

const month = (change: Partial<MonthInput>) =>
  settleMonth({
    month: '2026-03',
    stays: [],
    tariff,
    agreement,
    uploads: [],
    objections: [],
    deductions: [],
    reviews: [],
    carried: {},
    ...change,
  });
const year = (change: Partial<YearInput>): YearRun =>
  clearYear({ stays: [], months: [], tariff, agreement, uploads: [], objections: [], deductions: [], reviews: [], ...change });
const fens = (lines: readonly StatementLine[] | undefined) =>
  Object.fromEntries((lines ?? []).map(({ kind, pool, fen }) => [pool === '' ? kind : `${kind} ${pool}`, fen]));
const with_ = (change: Partial<Agreement>): Agreement => ({ ...agreement, ...change });

// FM19 in H3: standard 15,750.00, the patient paid 4,000.00, so the fund bears 11,750.00.
// FM19 in H2 (level 2): 1.25 × 0.9 × 12,000 = 13,500.00, the fund bears 9,500.00.
const one = stay({});
const two = stay({ mdtrt_id: 'M2', psn_no: 'P2', fixmedins_code: 'H2', hosp_lv: '06' });
const deduction: Deduction = {
  case_id: 'C1',
  fixmedins_code: 'H3',
  mdtrt_id: 'M1',
  month: '2026-03',
  fund_fen: 100_000,
  reason: '重复收费',
};

describe('a month', () => {
  it('pays what the fund owes less deposit, what is held, and deductions of the month', () => {
    const run = month({ stays: [one, two], deductions: [deduction, { ...deduction, case_id: 'C2', month: '2026-04' }] });
    expect(run.statements.map(({ fixmedins_code, total_fen }) => [fixmedins_code, total_fen])).toEqual([
      ['H2', 950_000 - 47_500 - 95_000],
      ['H3', 1_175_000 - 58_750 - 117_500 - 100_000],
    ]);
    expect(run.deposits).toEqual({ H2: 47_500, H3: 58_750 });
    for (const line of run.statements.flatMap(({ lines }) => lines)) expect(sumOfParts(line.steps)).toBe(line.fen);
  });

  it('never pays less than nothing; the rest goes to the next month', () => {
    const run = month({ stays: [one], deductions: [{ ...deduction, fund_fen: 3_000_000 }] });
    expect(run.statements[0]).toMatchObject({ total_fen: 0 });
    expect(run.carried).toEqual({ H3: 3_000_000 - 998_750 });
    const next = month({ month: '2026-04', stays: [], carried: run.carried });
    expect(next.statements[0]?.total_fen).toBe(0);
    expect(next.carried).toEqual(run.carried);
  });

  it('counts the same deduction once, and refuses two amounts of one case', () => {
    const once = month({ stays: [one], deductions: [deduction] });
    expect(month({ stays: [one], deductions: [deduction, { ...deduction }] })).toEqual(once);
    expect(() => month({ deductions: [deduction, { ...deduction, fund_fen: 1 }] })).toThrow(RefusedInput);
  });

  it('keeps both versions of a stay that was objected to or sent again', () => {
    const objection = {
      id: 'O1',
      mdtrt_id: 'M1',
      fixmedins_code: 'H3',
      reason: '应入 AH19',
      decision: { outcome: 'accepted', reason: '同意', change: { grp_code: 'AH19' } },
    } as const;
    const run = month({ stays: [one, two], objections: [objection] });
    expect(run.histories).toMatchObject([
      {
        mdtrt_id: 'M1',
        versions: [
          { version: 1, by: 'list', price: { grp_code: 'FM19' } },
          { version: 2, by: 'objection', reason: '同意', price: { grp_code: 'AH19', pay_fen: 10_080_000 } },
        ],
        objections: [objection],
      },
    ]);
    const before = month({ stays: [one, two] });
    expect(run.first).toEqual(before.statements);
    expect(run.statements[0]).toEqual(before.statements[0]);
    expect(run.statements[1]?.total_fen).toBeGreaterThan(before.statements[1]?.total_fen ?? 0);
    const sent = month({ stays: [one, two], uploads: [{ version: 2, reason: '补传手术', stay: { ...one, grp_code: 'AH19' } }] });
    expect(sent.statements).toEqual(run.statements);
    expect(sent.histories[0]?.versions.map(({ by }) => by)).toEqual(['list', 'upload']);
  });

  it('leaves rejected and open objections without effect but on record', () => {
    const objection = { id: 'O1', mdtrt_id: 'M1', fixmedins_code: 'H3', reason: '?' };
    for (const decision of [{ outcome: 'rejected', reason: '依据不足' }, { outcome: 'open' }] as const) {
      const run = month({ stays: [one], objections: [{ ...objection, decision }] });
      expect(run.statements).toEqual(run.first);
      expect(run.histories[0]).toMatchObject({ versions: [{ version: 1 }], objections: [{ decision }] });
    }
  });

  it.each<[string, Partial<MonthInput>]>([
    ['a month that is none', { month: '2026-13' }],
    ['a stay given twice', { stays: [one, one] }],
    [
      'an objection to a stay that is not there',
      { objections: [{ id: 'O', mdtrt_id: 'M9', fixmedins_code: 'H3', reason: '', decision: { outcome: 'open' } }] },
    ],
    [
      "an objection to another hospital's stay",
      { stays: [one], objections: [{ id: 'O', mdtrt_id: 'M1', fixmedins_code: 'H2', reason: '', decision: { outcome: 'open' } }] },
    ],
    [
      'a list sent again by another hospital',
      { stays: [one], uploads: [{ version: 2, reason: '', stay: { ...one, fixmedins_code: 'H2' } }] },
    ],
    ['a version out of turn', { stays: [one], uploads: [{ version: 3, reason: '', stay: one }] }],
    ['a deduction of a month that is none', { deductions: [{ ...deduction, month: '2026-3' }] }],
    ['a negative deduction', { deductions: [{ ...deduction, fund_fen: -1 }] }],
  ])('refuses %s', (_, change) => {
    expect(() => month(change)).toThrow(RefusedInput);
  });

  it('lists what is not paid by its group, with the reason', () => {
    const run = month({ stays: [one, stay({ mdtrt_id: 'M3', status: 'invalid', grp_code: '' }), stay({ mdtrt_id: 'M4', ipt_days: 70 })] });
    expect(run.outside.map(({ mdtrt_id, form, reason }) => [mdtrt_id, form, reason])).toEqual([
      ['M3', 'unpaid', 'invalid'],
      ['M4', 'item', 'days_over'],
    ]);
  });
});

describe('a year', () => {
  it('at a fixed rate pays what the stays earn; what is left of the pool shows', () => {
    const run = year({ stays: [one, two] });
    expect(run.statements.map(({ fixmedins_code, due_fen }) => [fixmedins_code, due_fen])).toEqual([
      ['H2', 950_000],
      ['H3', 1_175_000],
    ]);
    // Fund of the pool: 30,000.00; reserve 5 %.
    expect(run.pools[0]?.parts).toEqual([
      { kind: 'group', fen: 2_125_000 },
      { kind: 'reserve_left', fen: 150_000 },
      { kind: 'left', fen: 725_000 },
    ]);
  });

  it('floating shares the money out over points, the patients included', () => {
    const run = year({ stays: [one, two], agreement: with_({ rates: { 'employees-local': { by: 'floating' } } }) });
    // Money 28,500.00 + patients 8,000.00 = 36,500.00 over 1.3125 + 1.1250 = 2.4375 points: 14,974.358974 a point.
    // H3: 36,500.00 × 1.3125 ÷ 2.4375 = 19,653.846 → 19,653.85 − 4,000.00; H2: 16,846.15 − 4,000.00
    expect(run.pools[0]).toMatchObject({ floating_rate: 14_974_358_974, floating_points: 24_375, floating_fen: 3_650_000 });
    expect(run.statements.map(({ due_fen }) => due_fen)).toEqual([1_284_615, 1_565_385]);
    expect(run.cases.map(({ fund_fen }) => fund_fen)).toEqual([1_284_615, 1_565_385]);
    expect(run.pools[0]?.parts.at(-1)).toEqual({ kind: 'left', fen: 0 });
  });

  it('floating by ratio gives the DIP value: (fund ÷ ratio) ÷ points', () => {
    const run = year({
      stays: [one, two],
      tariff: { ...tariff, fund: { by: 'ratio' } },
      agreement: with_({ rates: { 'employees-local': { by: 'floating' } } }),
    });
    // 28,500.00 ÷ 75 % = 38,000.00 ÷ 2.4375
    expect(run.pools[0]?.floating_rate).toBe(15_589_743_590);
    expect(run.statements.map(({ due_fen }) => due_fen)).toEqual([1_315_385, 1_534_615]);
    for (const line of run.statements.flatMap(({ lines }) => lines)) expect(sumOfParts(line.steps)).toBe(line.fen);
  });

  it('elastic pays the base at the fixed rate and shares out the rest', () => {
    // Base 2.0 points; increment 0.4375, 80 % of it fixed: 2.35 fixed × 12,000 = 28,200.00; 36,500.00 − 28,200.00 float over 0.0875.
    const rule = { by: 'elastic_volume', base_points: 20_000, fixed_share: 8_000 } as const;
    const run = year({ stays: [one, two], agreement: with_({ rates: { 'employees-local': rule } }) });
    expect(run.pools[0]).toMatchObject({ fixed_points: 23_500, floating_points: 875, floating_fen: 830_000 });
    expect(run.statements.reduce((sum, { due_fen }) => sum + due_fen, 0)).toBe(2_850_000);
  });

  it('elastic by severity pays rigid groups at the fixed rate', () => {
    const severe = stay({ mdtrt_id: 'M3', grp_code: 'AH19', medfee_sumamt: 9_000_000, psn_pay: 9_000_000, acct_pay: 0 }); // 100,800.00
    const run = year({ stays: [one, two, severe], agreement: with_({ rates: { 'employees-local': { by: 'elastic_rigid' } } }) });
    expect(run.pools[0]).toMatchObject({ fixed_points: 84_000, floating_points: 24_375, floating_fen: 2_850_000 + 9_800_000 - 10_080_000 });
    expect(run.cases.find(({ stay: { mdtrt_id } }) => mdtrt_id === 'M3')?.fund_fen).toBe(1_080_000);
  });

  it('stays in money come out of the pool before points, and a form keeps to money of its own', () => {
    // 9,600.00
    const long = stay({ mdtrt_id: 'M5', fixmedins_code: 'H2', hosp_lv: '06', clr_way: '5', ipt_days: 30, psn_pay: 0, acct_pay: 0 });
    const floating = { rates: { 'employees-local': { by: 'floating' } } } as const;
    const run = year({ stays: [one, long], agreement: with_(floating) });
    expect(run.statements.map(({ due_fen }) => due_fen)).toEqual([960_000, 1_890_000]);
    const own = agreement.budgets.map((budget) =>
      budget.pool === 'employees-local' ? { ...budget, forms: { group: 8_000, bed_day: 2_000 } } : budget,
    );
    const cut = year({ stays: [one, long], agreement: with_({ ...floating, budgets: own }) });
    expect(fens(cut.statements[0]?.lines)).toEqual({ 'bed_day employees-local': 960_000, 'ceiling employees-local': -390_000 });
    expect(cut.statements[1]?.due_fen).toBe(2_280_000);
  });

  it('assesses, caps, shares surplus and overrun', () => {
    // H3: due 11,750.00, settled by item 12,000.00: overrun 250.00. H2: due 9,500.00, settled 8,000.00: surplus 1,500.00.
    const stays = [one, { ...two, fund_pay_sumamt: 800_000 }];
    const sharing = { surplus: [{ to: 1_000, share: 10_000 }, { share: 5_000 }], overrun: [{ to: 1_000, share: 6_000 }] };
    const shared = year({ stays, agreement: with_({ sharing }) });
    // Surplus: 10 % of 8,000.00 kept whole, of the other 700.00 half: 350.00 goes back.
    expect(fens(shared.statements[0]?.lines)).toEqual({ 'group employees-local': 950_000, 'surplus employees-local': -35_000 });
    expect(fens(shared.statements[1]?.lines)).toEqual({ 'group employees-local': 1_175_000, 'overrun employees-local': 15_000 });
    const assessed = year({ stays, agreement: with_({ assessment: { H3: 9_800 }, caps: { H2: 900_000 } }) });
    expect(fens(assessed.statements[0]?.lines)).toMatchObject({ 'cap employees-local': -50_000 });
    expect(fens(assessed.statements[1]?.lines)).toMatchObject({ 'assessment employees-local': -23_500 });
    for (const line of [...shared.statements, ...assessed.statements].flatMap(({ lines }) => lines))
      expect(sumOfParts(line.steps)).toBe(line.fen);
  });

  it('bears no more overrun than the reserve holds', () => {
    const costly = { ...one, fund_pay_sumamt: 9_000_000 };
    const run = year({ stays: [costly], agreement: with_({ sharing: { surplus: [{ share: 10_000 }], overrun: [{ share: 10_000 }] } }) });
    expect(fens(run.statements[0]?.lines)).toMatchObject({ 'overrun employees-local': 150_000 });
    expect(run.pools[0]?.parts).toContainEqual({ kind: 'reserve_left', fen: 0 });
  });

  it('settles a medical community: lump sum less what was spent inside and elsewhere', () => {
    const covered = [stay({ insu_admdvs: '330182' }), stay({ mdtrt_id: 'M2', fixmedins_code: 'H2', hosp_lv: '06', insu_admdvs: '330182' })];
    const community = {
      id: 'county',
      name: { zh: '建德医共体', en: 'county' },
      pool: 'employees-local',
      members: ['H2'],
      areas: ['330182'],
      lump_fen: 3_000_000,
      surplus_kept: 6_000,
      overrun_borne: 5_000,
      overrun_to: 1_000,
    };
    const kept = year({ stays: covered, agreement: with_({ communities: [community] }) });
    // 30,000.00 − 9,500.00 inside − 11,750.00 elsewhere = 8,750.00; 60 % kept.
    expect(kept.communities[0]).toMatchObject({ inside_fen: 950_000, outside_fen: 1_175_000, settled_fen: 525_000 });
    expect(fens(kept.statements[0]?.lines)).toMatchObject({ 'community employees-local': 525_000 });
    const over = year({ stays: covered, agreement: with_({ communities: [{ ...community, lump_fen: 2_000_000 }] }) });
    // Overrun 1,250.00, reasonable up to 2,000.00: half borne by the fund.
    expect(over.communities[0]).toMatchObject({ settled_fen: -62_500 });
    expect(sumOfParts(over.communities[0]?.steps ?? [])).toBe(-62_500);
  });

  it('pays outpatient care per head within its money, in twelve instalments', () => {
    const budgets = agreement.budgets.map((budget) =>
      budget.pool === 'residents-local' ? { ...budget, forms: { group: 9_000, outpatient: 1_000 } } : budget,
    );
    const agreed = with_({
      budgets,
      outpatient: [
        {
          pool: 'residents-local',
          per_head_fen: 10_000,
          heads: [
            { fixmedins_code: 'H1', heads: 10 },
            { fixmedins_code: 'H2', heads: 30 },
          ],
        },
      ],
    });
    // Wanted 1,000.00 + 3,000.00; the pool has 20,000.00 × 95 % × 10 % = 1,900.00.
    const run = year({ agreement: agreed });
    expect(run.statements.map(({ fixmedins_code, due_fen }) => [fixmedins_code, due_fen])).toEqual([
      ['H1', 47_500],
      ['H2', 142_500],
    ]);
    const months = Array.from({ length: 12 }, (_, index) =>
      month({ month: `2026-${String(index + 1).padStart(2, '0')}`, agreement: agreed }),
    );
    const cleared = year({ agreement: agreed, months });
    expect(cleared.statements.map(({ total_fen }) => total_fen)).toEqual([0, 0]);
  });

  it('takes off advance and months; the deposit comes back once', () => {
    const months = [month({ stays: [one, two], deductions: [deduction] })];
    const agreed = with_({ advance: { months: 10_000, monthly_fen: { H3: 120_000 } } });
    const run = year({ stays: [one, two], months, deductions: [deduction], agreement: agreed });
    const h3 = run.statements[1];
    expect(h3).toMatchObject({ due_fen: 1_075_000, deposit_fen: 58_750, total_fen: 1_075_000 - 120_000 - 898_750 });
    expect((months[0]?.statements[1]?.total_fen ?? 0) + 120_000 + (h3?.total_fen ?? 0)).toBe(1_175_000 - 100_000);
  });

  it('refuses a pool without budget and months of another year', () => {
    expect(() => year({ agreement: with_({ budgets: [] }) })).toThrow(RefusedInput);
    expect(() => year({ months: [month({ month: '2025-01' })] })).toThrow(RefusedInput);
    const march = month({});
    expect(() => year({ months: [march, march] })).toThrow(RefusedInput);
  });
});

it('the final tariff prices stays at the rates the year ended with', () => {
  const floating = with_({ rates: { 'employees-local': { by: 'floating' } } });
  const priced = (agreed: Agreement, stays: readonly GroupedStay[]) => {
    const cleared = year({ stays, agreement: agreed });
    const run = { id: '', title: { zh: '', en: '' }, tariff, months: [], year: cleared, left_out: 0, total_not_lines: 0, names: {} };
    const final = compileTariff(finalTariff(run));
    return cleared.cases.map(({ stay: each, fund_fen }) => fund_fen - final.price(each).fund_fen);
  };
  expect(priced(floating, [one, two])).toEqual([0, 0]);
  expect(priced(with_({}), [one, two])).toEqual([0, 0]);
  const severe = stay({ mdtrt_id: 'M3', grp_code: 'AH19', medfee_sumamt: 9_000_000, psn_pay: 9_000_000, acct_pay: 0 });
  expect(
    priced(with_({ rates: { 'employees-local': { by: 'elastic_rigid' } } }), [one, two, severe])
      .map(Math.abs)
      .every((fen) => fen <= 1),
  ).toBe(true);
  const volume = { by: 'elastic_volume', base_points: 20_000, fixed_share: 8_000 } as const;
  expect(
    priced(with_({ rates: { 'employees-local': volume } }), [one, two])
      .map(Math.abs)
      .every((fen) => fen <= 200),
  ).toBe(true);
});

it('DIP coefficients of auxiliary types hold in the month and in the year', () => {
  const auxiliary = { M1: 12_000 };
  expect(month({ stays: [one, two], auxiliary }).cases.map(({ price }) => price.pay_fen)).toEqual([1_890_000, 1_350_000]);
  expect(year({ stays: [one, two], auxiliary }).cases.map(({ price }) => price.pay_fen)).toEqual([1_350_000, 1_890_000]);
});

describe('rules of the year', () => {
  const high = { ...tariff, high: { reference: 'standard', style: 'item', share: 10_000, bounds: [{ times: 30_000 }] } } as const;
  const many = (costs: readonly number[], change: Partial<GroupedStay> = {}) =>
    costs.map((medfee_sumamt, index) =>
      stay({ mdtrt_id: `M${String(index).padStart(3, '0')}`, psn_no: `P${index}`, medfee_sumamt, ...change }),
    );

  it('a hospital has its share of very high stays, largest excess first', () => {
    const stays = many([...Array.from({ length: 38 }, () => 1_600_000), 5_000_000, 7_000_000, 6_000_000]);
    const run = year({ stays, tariff: high, agreement: with_({ high_share: 500 }) }); // 5 % of 41: 2
    expect(run.rulings.beyond_high).toEqual(['M038']);
    expect(run.cases.filter(({ price }) => price.style === 'very_high').map(({ stay: { mdtrt_id } }) => mdtrt_id)).toEqual([
      'M039',
      'M040',
    ]);
    expect(run.cases.find(({ stay: { mdtrt_id } }) => mdtrt_id === 'M038')?.price).toMatchObject({ style: 'normal', pay_fen: 1_575_000 });
  });

  it('special reviews keep to the quota of the region, by cost or by request', () => {
    const stays = many(Array.from({ length: 40 }, (_, index) => 1_600_000 + index));
    const reviews = [1, 2, 3].map((request) => ({ mdtrt_id: `M00${request}`, request, reason: '费用高', outcome: 'pass_item' as const }));
    const byRequest = year({ stays, reviews, agreement: with_({ review: { share: 500, order: 'request' } }) });
    const unknown = { ...reviews[0], mdtrt_id: 'M999', request: 0, reason: '', outcome: 'fail' } as const;
    expect(year({ stays, reviews: [...reviews, unknown] }).rulings.review.unknown).toEqual(['M999']);
    expect(byRequest.rulings.review).toMatchObject({ discharges: 40, quota: 2, applied: 3, taken: 2, passed: 2 });
    const passed = (run: YearRun) =>
      run.cases.filter(({ price }) => price.style === 'special_item').map(({ stay: { mdtrt_id } }) => mdtrt_id);
    expect(passed(byRequest)).toEqual(['M001', 'M002']);
    expect(passed(year({ stays, reviews, agreement: with_({ review: { share: 500, order: 'cost' } }) }))).toEqual(['M002', 'M003']);
  });

  it('a readmission into the same group within the days halves the earlier stay', () => {
    const again = stay({ mdtrt_id: 'M2', adm_day: one.dscg_day + 15, dscg_day: one.dscg_day + 20 });
    const agreed = with_({ readmission: { days: 15, share: 5_000 } });
    expect(year({ stays: [one, again], agreement: agreed }).cases.map(({ price }) => price.pay_fen)).toEqual([787_500, 1_575_000]);
    const late = { ...again, adm_day: one.dscg_day + 16 };
    expect(year({ stays: [one, late], agreement: agreed }).rulings.readmissions).toEqual([]);
    const elsewhere = { ...again, grp_code: 'ES29' };
    expect(year({ stays: [one, elsewhere], agreement: agreed }).rulings.readmissions).toEqual([]);
  });
});

it('caps of next year follow from audits, growth, reward and penalty', () => {
  const rule = {
    growth: 500,
    by_violations: [{ to: 0, change: 100 }, { to: 100, change: 0 }, { change: -200 }],
    surplus_reward: 3_000,
    overrun_penalty: 5_000,
  };
  // Clean: 1,000.00 + 5 % + 1 %, saved 100.00 × 30 %
  expect(nextCap({ fixmedins_code: 'H', due_fen: 100_000, deducted_fen: 0, cap_fen: 110_000 }, rule).fen).toBe(109_000);
  // Violations 5 %: base 950.00; + 47.50 − 19.00; overrun 100.00 × 50 %
  const punished = nextCap({ fixmedins_code: 'H', due_fen: 100_000, deducted_fen: 5_000, cap_fen: 90_000 }, rule);
  expect(punished.fen).toBe(95_000 + 4_750 - 1_900 - 5_000);
  expect(sumOfParts(punished.steps)).toBe(punished.fen);
  expect(nextCap({ fixmedins_code: 'H', due_fen: 100, deducted_fen: 5_000 }, rule).fen).toBe(0);
});
