import type { GroupedStay } from '@hengjian/grouping';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Agreement, Deduction, ReviewCase } from './agreement.ts';
import { clearYear, type YearRun } from './clear-year.ts';
import { demonstrationAgreement, demonstrationStay, demonstrationTariff, propertyRuns } from './fixture.ts';
import { payStay } from './pay-stay.ts';
import { compileTariff } from './price-stay.ts';
import type { RateRule } from './rates.ts';
import { reprice } from './reprice.ts';
import { type MonthRun, settleMonth } from './settle-month.ts';
import { sumOfParts } from './step.ts';
import { totalOf } from './tally.ts';
import { highStyles, lowStyles, references, type Tariff } from './tariff.ts';
import type { Objection, Upload } from './versions.ts';

const share = fc.integer({ min: 0, max: 10_000 });
const money = fc.integer({ min: 0, max: 20_000_000 });
const hospital = fc.constantFrom('H1', 'H2', 'H3');

interface City {
  readonly stays: readonly GroupedStay[];
  readonly tariff: Tariff;
  readonly agreement: Agreement;
  readonly deductions: readonly Deduction[];
  readonly reviews: readonly ReviewCase[];
  readonly objections: readonly Objection[];
  readonly uploads: readonly Upload[];
}

const drawnStay = fc.record({
  psn_no: fc.constantFrom('P1', 'P2', 'P3', 'P4'),
  fixmedins_code: hospital,
  hosp_lv: fc.constantFrom('02', '06', '09'),
  insutype: fc.constantFrom('310', '390'),
  insu_admdvs: fc.constantFrom('330102', '330182', '440100'),
  adm: fc.integer({ min: 0, max: 60 }),
  ipt_days: fc.integer({ min: 1, max: 65 }),
  clr_way: fc.constantFrom('4', '4', '4', '5', '1'),
  medfee_sumamt: money,
  fund: share,
  psn_pay: fc.integer({ min: 0, max: 1_000_000 }),
  status: fc.constantFrom('grouped', 'grouped', 'grouped', 'ambiguous', 'none', 'invalid'),
  grp_code: fc.constantFrom('FM19', 'ES29', 'DT19', 'AH19', 'CB39', 'ZZ99'),
});

const toStay = ({ adm, fund, ...drawn }: typeof drawnStay extends fc.Arbitrary<infer Value> ? Value : never, index: number): GroupedStay =>
  demonstrationStay({
    ...drawn,
    status: drawn.status as GroupedStay['status'],
    mdtrt_id: `M${String(index).padStart(3, '0')}`,
    adm_day: demonstrationStay({}).adm_day + adm,
    dscg_day: demonstrationStay({}).adm_day + adm + drawn.ipt_days,
    fund_pay_sumamt: Math.floor((drawn.medfee_sumamt * fund) / 10_000),
  });

const rule: fc.Arbitrary<RateRule> = fc.oneof(
  fc.constant<RateRule>({ by: 'fixed' }),
  fc.constant<RateRule>({ by: 'floating' }),
  fc.record({ by: fc.constant('elastic_volume' as const), base_points: fc.integer({ min: 0, max: 500_000 }), fixed_share: share }),
  fc.constant<RateRule>({ by: 'elastic_rigid' }),
);

const tariff: fc.Arbitrary<Tariff> = fc
  .record({
    fund: fc.constantFrom<Tariff['fund']>(
      { by: 'ratio' },
      { by: 'patients_share', floor: 'zero' },
      { by: 'patients_share', floor: 'none' },
    ),
    high: fc.record({
      reference: fc.constantFrom(...references),
      style: fc.constantFrom(...highStyles),
      share,
      bounds: fc.array(fc.record({ times: fc.integer({ min: 10_000, max: 40_000 }) }), { maxLength: 2 }),
    }),
    low: fc.record({ reference: fc.constantFrom(...references), style: fc.constantFrom(...lowStyles), below: share }),
    in_points: fc.boolean(),
    rate: fc.integer({ min: 1, max: 30_000_000_000 }),
  })
  .map(({ in_points, rate, ...rest }) => ({
    ...demonstrationTariff,
    ...rest,
    pools: demonstrationTariff.pools.map((pool) => (pool.form === 'group' ? { ...pool, rate, rigid_rate: rate + 1 } : pool)),
    bed_days: { ...(demonstrationTariff.bed_days ?? { clr_ways: ['5'], stages: [] }), in_points },
  }));

const agreement: fc.Arbitrary<Agreement> = fc
  .record({
    rules: fc.tuple(rule, rule),
    funds: fc.array(fc.integer({ min: 0, max: 200_000_000 }), { minLength: 4, maxLength: 4 }),
    reserve: share,
    forms: share,
    deposit: fc.integer({ min: 0, max: 500 }),
    held: share,
    assessment: fc.integer({ min: 8_000, max: 10_500 }),
    cap: fc.option(money, { nil: undefined }),
    sharing: fc.option(fc.record({ first: share, kept: share, borne: share }), { nil: undefined }),
    lump: money,
    heads: fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 2, maxLength: 2 }),
    advance: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map((drawn) => ({
    ...demonstrationAgreement,
    rates: { 'employees-local': drawn.rules[0], 'residents-local': drawn.rules[1] },
    budgets: demonstrationTariff.pools.map(({ id, form }, index) => ({
      pool: id,
      rule: { by: 'growth' as const, last_fen: drawn.funds[index] ?? 0, growth: 123 },
      reserve_share: drawn.reserve,
      forms:
        form === 'item'
          ? { item: 10_000 }
          : index === 0
            ? { group: 10_000 }
            : {
                group: drawn.forms,
                bed_day: 10_000 - drawn.forms - Math.floor((10_000 - drawn.forms) / 2),
                outpatient: Math.floor((10_000 - drawn.forms) / 2),
              },
    })),
    monthly: { deposit_share: drawn.deposit, held_share: Math.min(drawn.held, 9_500) },
    advance: { months: 8_000, monthly_fen: { H1: drawn.advance, H4: 7 } },
    high_share: 500,
    review: { share: 2_000, order: 'cost' as const },
    readmission: { days: 15, share: 5_000 },
    assessment: { H1: drawn.assessment },
    caps: drawn.cap === undefined ? {} : { H2: drawn.cap },
    ...(drawn.sharing === undefined
      ? {}
      : {
          sharing: {
            surplus: [{ to: drawn.sharing.first, share: drawn.sharing.kept }],
            overrun: [{ to: drawn.sharing.first, share: drawn.sharing.borne }],
          },
        }),
    outpatient: [
      {
        pool: 'residents-local',
        per_head_fen: 1_234,
        heads: [
          { fixmedins_code: 'H1', heads: drawn.heads[0] ?? 0 },
          { fixmedins_code: 'H5', heads: drawn.heads[1] ?? 0 },
        ],
      },
    ],
    communities: [
      {
        id: 'C',
        name: { zh: '医共体', en: 'community' },
        pool: 'employees-local',
        members: ['H1', 'H6'],
        areas: ['330182'],
        lump_fen: drawn.lump,
        surplus_kept: 6_000,
        overrun_borne: 4_000,
        overrun_to: 1_000,
      },
    ],
    next_caps: { growth: 300, by_violations: [{ to: 100, change: 100 }, { change: -300 }], surplus_reward: 2_000, overrun_penalty: 3_000 },
  }));

const city: fc.Arbitrary<City> = fc
  .record({
    drawn: fc.array(drawnStay, { maxLength: 24 }),
    tariff,
    agreement,
    deducted: fc.array(fc.record({ fixmedins_code: hospital, fund_fen: money, month: fc.constantFrom('2026-03', '2026-04', '2026-11') }), {
      maxLength: 5,
    }),
    reviewed: fc.array(fc.record({ at: fc.nat(), outcome: fc.constantFrom('pass_item', 'pass_standard', 'fail', 'open') }), {
      maxLength: 4,
    }),
    objected: fc.array(
      fc.record({
        at: fc.nat(),
        grp_code: fc.constantFrom('FM19', 'AH19', 'DT19'),
        outcome: fc.constantFrom('accepted', 'rejected', 'open'),
      }),
      { maxLength: 3 },
    ),
    sent: fc.option(fc.record({ at: fc.nat(), cost: money }), { nil: undefined }),
  })
  .map(({ drawn, deducted, reviewed, objected, sent, ...rest }): City => {
    const stays = drawn.map(toStay);
    const at = (index: number): GroupedStay | undefined => (stays.length === 0 ? undefined : stays[index % stays.length]);
    const again = sent === undefined ? undefined : at(sent.at);
    const reviews = new Map(
      reviewed.flatMap((each, request) =>
        at(each.at) === undefined
          ? []
          : [
              [
                at(each.at)?.mdtrt_id ?? '',
                {
                  mdtrt_id: at(each.at)?.mdtrt_id ?? '',
                  request,
                  reason: '',
                  outcome: each.outcome as ReviewCase['outcome'],
                  standard_fen: 777_777,
                },
              ],
            ],
      ),
    );
    return {
      ...rest,
      stays,
      deductions: deducted.map((each, index) => ({ ...each, case_id: `C${index}`, mdtrt_id: '', reason: '' })),
      reviews: [...reviews.values()],
      objections: objected.flatMap(({ at: index, grp_code, outcome }, number): Objection[] => {
        const stay = at(index);
        if (stay === undefined) return [];
        const decision: Objection['decision'] =
          outcome === 'accepted'
            ? { outcome, reason: '', change: { grp_code, status: 'grouped' } }
            : outcome === 'rejected'
              ? { outcome, reason: '' }
              : { outcome: 'open' };
        return [{ id: `O${number}`, mdtrt_id: stay.mdtrt_id, fixmedins_code: stay.fixmedins_code, reason: '', decision }];
      }),
      uploads: again === undefined ? [] : [{ version: 2, reason: '', stay: { ...again, medfee_sumamt: sent?.cost ?? 0 } }],
    };
  });

const march = ({ objections, uploads, ...drawn }: City, carried: Readonly<Record<string, number>> = {}): MonthRun =>
  settleMonth({ ...drawn, month: '2026-03', objections, uploads, carried });

/** All stays settle in March; April only carries on. */
function whole(drawn: City): { readonly months: readonly MonthRun[]; readonly year: YearRun } {
  const first = march(drawn);
  const second = settleMonth({ ...drawn, month: '2026-04', stays: [], objections: [], uploads: [], carried: first.carried });
  const months = [first, second];
  return { months, year: clearYear({ ...drawn, months }) };
}

const holds = (check: (drawn: City) => void): void => fc.assert(fc.property(city, check), { numRuns: propertyRuns });

describe('for any stay and tariff', () => {
  const drawn = fc.record({
    stay: drawnStay,
    tariff,
    medfee_fen: money,
    inscp_fen: money,
    grp_code: fc.constantFrom('FM19', 'DT19', 'AH19', undefined),
    readmission_share: fc.constantFrom(5_000, 10_000),
  });

  it('the steps of a payment add up to it, and the fast path agrees', () => {
    fc.assert(
      fc.property(drawn, ({ stay, tariff: own, readmission_share }) => {
        const { steps, ...price } = payStay(toStay(stay, 1), own, { readmission_share });
        expect(sumOfParts(steps)).toBe(price.fund_fen);
        expect(compileTariff(own).price(toStay(stay, 1), { readmission_share })).toEqual(price);
        expect(price.points).toBeGreaterThanOrEqual(0);
        for (const value of Object.values(price)) if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true);
      }),
      { numRuns: propertyRuns },
    );
  });

  it('what the fund loses is what it bore more, never less than nothing nor more than it bore', () => {
    fc.assert(
      fc.property(drawn, ({ stay, tariff: own, medfee_fen, inscp_fen, grp_code }) => {
        const one = toStay(stay, 1);
        const repriced = reprice(one, { medfee_fen, inscp_fen, ...(grp_code === undefined ? {} : { grp_code }) }, own);
        expect(sumOfParts(repriced.steps)).toBe(repriced.fund_loss_fen);
        expect(repriced.fund_loss_fen).toBe(Math.max(0, repriced.before.fund_fen - repriced.after.fund_fen));
        const floored = own.fund.by === 'ratio' || own.fund.floor === 'zero';
        if (floored) expect(repriced.fund_loss_fen).toBeLessThanOrEqual(Math.max(0, repriced.before.fund_fen));
        expect(reprice(one, { medfee_fen: 0, inscp_fen: 0 }, own).fund_loss_fen).toBe(0);
      }),
      { numRuns: propertyRuns },
    );
  });
});

describe('for any city', () => {
  it('every line is the sum of its parts, every statement of its lines, every pool of its parts', () => {
    holds((drawn) => {
      const { months, year } = whole(drawn);
      for (const statement of [...months.flatMap(({ statements }) => statements), ...year.statements]) {
        expect(totalOf(statement.lines)).toBe(statement.total_fen);
        for (const line of statement.lines) expect(sumOfParts(line.steps)).toBe(line.fen);
      }
      for (const { fund, parts } of year.pools) {
        expect(totalOf(parts)).toBe(fund.total_fen);
        const forms = Object.values(fund.forms).reduce((left, right) => left + right, 0);
        expect(forms + fund.reserve_fen).toBe(fund.total_fen);
      }
    });
  });

  it('a floating or elastic pool pays out its money to the fen', () => {
    holds((drawn) => {
      const { year } = whole(drawn);
      for (const pool of year.pools) {
        if (pool.floating_points === 0 || pool.floating_fen === 0) continue;
        const lines = year.statements.flatMap((statement) => statement.lines.filter((line) => line.pool === pool.pool));
        const own = (kind: string): boolean => pool.fund.forms[kind as 'bed_day'] !== undefined;
        const fromGroup = lines.filter(
          ({ kind }) => kind === 'group' || kind === 'group_at_cost' || (['bed_day', 'fixed_price', 'item'].includes(kind) && !own(kind)),
        );
        expect(totalOf(fromGroup)).toBe(pool.fund.forms.group);
      }
    });
  });

  it('the cases of a hospital add up to what its stays bring, under every rule', () => {
    holds((drawn) => {
      const { year } = whole(drawn);
      for (const { fixmedins_code, lines } of year.statements) {
        const stays = lines.filter(({ kind }) => ['group', 'group_at_cost', 'bed_day', 'fixed_price', 'item'].includes(kind));
        const cases = year.cases.filter(({ stay }) => stay.fixmedins_code === fixmedins_code);
        expect(cases.reduce((sum, { fund_fen }) => sum + fund_fen, 0)).toBe(totalOf(stays));
      }
    });
  });

  it('advance, months and clearing are what the fund owes, deposits returned once, deductions taken once', () => {
    holds((drawn) => {
      const { months, year } = whole(drawn);
      const without = clearYear({ ...drawn, months: [], deductions: [] });
      for (const statement of year.statements) {
        const code = statement.fixmedins_code;
        const deducted = drawn.deductions.filter((each) => each.fixmedins_code === code).reduce((sum, { fund_fen }) => sum + fund_fen, 0);
        const gross = without.statements.find((each) => each.fixmedins_code === code)?.due_fen ?? 0;
        expect(statement.due_fen).toBe(gross - deducted);
        const paid = months.reduce((sum, run) => sum + (run.statements.find((each) => each.fixmedins_code === code)?.total_fen ?? 0), 0);
        const advance = -totalOf(statement.lines.filter(({ kind }) => kind === 'advance'));
        expect(advance + paid + statement.total_fen).toBe(gross - deducted);
        expect(paid).toBeGreaterThanOrEqual(0);
      }
    });
  });

  it('the order of the inputs does not change the bytes', () => {
    const text = (value: unknown): string => JSON.stringify(value, (_, each: unknown) => (each instanceof Map ? [...each] : each));
    holds((drawn) => {
      const turned: City = {
        ...drawn,
        stays: drawn.stays.toReversed(),
        deductions: drawn.deductions.toReversed(),
        reviews: drawn.reviews.toReversed(),
        objections: drawn.objections.toReversed(),
      };
      expect(text(whole(turned))).toBe(text(whole(drawn)));
    });
  });

  it('an objection changes only what it names', () => {
    holds((drawn) => {
      const before = march({ ...drawn, objections: [] });
      const after = march(drawn);
      const named = new Set(drawn.objections.map(({ mdtrt_id }) => mdtrt_id));
      const hospitals = new Set(drawn.objections.map(({ fixmedins_code }) => fixmedins_code));
      const others = ({ cases }: MonthRun) => cases.filter(({ stay }) => !named.has(stay.mdtrt_id));
      expect(others(after)).toEqual(others(before));
      const untouched = ({ statements }: MonthRun) => statements.filter(({ fixmedins_code }) => !hospitals.has(fixmedins_code));
      expect(untouched(after)).toEqual(untouched(before));
      if (drawn.uploads.length === 0) expect(after.first).toEqual(before.statements);
    });
  });
});
