import { type PricedStay, reprice, type Tariff } from '@hengjian/settlement';
import { type AssumedShares, dayOf, type Segment } from '@hengjian/standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SegmentPay } from './group-pay.ts';
import { type AtIssue, addUp, type MoneyReader, moneyReader } from './money.ts';

interface Settlement {
  readonly inscp: number | null;
  readonly fund: number | null;
  readonly clearing?: string;
}

const ways = ['1', '4'];
const settings = ['outpatient', 'inpatient'];

/** One stay with one settlement and one line, amounts in fen. */
function segmentOf(line: { amount: number; inscp: number | null }, settlement: Settlement | undefined, inpatient: boolean): Segment {
  const scaled = (value: number | null): Float64Array => Float64Array.of(value ?? Number.NaN);
  const zero = Float64Array.of(0);
  const funds = Object.fromEntries(
    ['cvlserv_pay', 'hifes_pay', 'hifob_pay', 'hifdm_pay', 'maf_pay', 'othfund_pay'].map((name) => [name, zero]),
  );
  const fund = settlement?.fund ?? null;
  return {
    lines: {
      length: 1,
      columns: {
        det_item_fee_sumamt: Float64Array.of(line.amount),
        inscp_amt: scaled(line.inscp),
        settlement: Int32Array.of(settlement === undefined ? -1 : 0),
        visit: Int32Array.of(0),
      },
    },
    settlements: {
      length: 1,
      columns: {
        ...funds,
        hifp_pay: Float64Array.of(fund === null ? 0 : fund - Math.floor(fund / 3)),
        hifmi_pay: Float64Array.of(fund === null ? 0 : Math.floor(fund / 3)),
        inscp_amt: scaled(settlement?.inscp ?? null),
        fund_pay_sumamt: scaled(fund),
        acct_pay: zero,
        medfee_sumamt: Float64Array.of(100_000),
        clr_way: Int8Array.of(ways.indexOf(settlement?.clearing ?? '1')),
      },
    },
    visits: {
      length: 1,
      columns: {
        fixmedins_code: Int32Array.of(0),
        person: Int32Array.of(0),
        setting: Int8Array.of(settings.indexOf(inpatient ? 'inpatient' : 'outpatient')),
        settlements_start: Int32Array.of(0),
        settlements_end: Int32Array.of(settlement === undefined ? 0 : 1),
        medfee_sumamt: scaled(settlement === undefined ? null : 100_000),
        inscp_amt: Float64Array.of(90_000),
        fund_pay_sumamt: scaled(fund),
        acct_pay: zero,
      },
    },
    persons: { length: 1, columns: { lines_start: Int32Array.of(0), lines_end: Int32Array.of(1) } },
  } as unknown as Segment;
}

const readerOf = (segment: Segment, pay?: SegmentPay, assumed?: AssumedShares): MoneyReader =>
  moneyReader({
    ...{ segment, clearingWays: ways, inpatient: settings.indexOf('inpatient'), pay },
    ...(assumed === undefined ? {} : { assumed: [assumed] }),
  });

const charging = { person_owed: true };
const scope = { person_owed: false };
const lineMoney = (
  line: { amount: number; inscp: number | null },
  settlement: Settlement | undefined,
  charge: number,
  rule = charging,
  inpatient = false,
): AtIssue => readerOf(segmentOf(line, settlement, inpatient)).line(0, charge, rule);

describe('the money of a finding', () => {
  it('is the share of the fund in the in-scope amount of the settlement', () => {
    const money = lineMoney({ amount: 1000, inscp: 900 }, { inscp: 9000, fund: 6000 }, 1000);
    expect(money).toMatchObject({
      charge_fen: 1000,
      inscope_fen: 900,
      fund_fen: 600,
      person_fen: 400,
      method: 'item-share',
      grade: 'apportioned',
      funds: { hifp_pay: 400, hifmi_pay: 200 },
    });
  });

  it('takes the same part of the in-scope amount as of the charge', () => {
    expect(lineMoney({ amount: 1000, inscp: 900 }, { inscp: 9000, fund: 6000 }, 500)).toMatchObject({
      charge_fen: 500,
      inscope_fen: 450,
      fund_fen: 300,
    });
  });

  it('is exact where the fund paid all or nothing', () => {
    expect(lineMoney({ amount: 1000, inscp: 1000 }, { inscp: 5000, fund: 5000 }, 1000)).toMatchObject({ fund_fen: 1000, grade: 'exact' });
    expect(lineMoney({ amount: 1000, inscp: 0 }, { inscp: 5000, fund: 5000 }, 1000)).toMatchObject({
      fund_fen: 0,
      person_fen: 1000,
      method: 'out-of-scope',
      grade: 'exact',
    });
  });

  it('owes the patient nothing for a payment-scope rule', () => {
    expect(lineMoney({ amount: 1000, inscp: 900 }, { inscp: 9000, fund: 6000 }, 1000, scope).person_fen).toBe(0);
  });

  it('does not know the fund loss of a stay paid by group, nor where amounts are missing', () => {
    expect(lineMoney({ amount: 1000, inscp: 900 }, { inscp: 9000, fund: 6000, clearing: '4' }, 1000, charging, true)).toMatchObject({
      fund_fen: null,
      method: 'group-not-known',
      grade: 'none',
    });
    expect(lineMoney({ amount: 1000, inscp: 900 }, { inscp: 9000, fund: 6000, clearing: '4' }, 1000).fund_fen).toBe(600);
    expect(lineMoney({ amount: 1000, inscp: null }, { inscp: 9000, fund: 6000 }, 1000)).toMatchObject({
      fund_fen: null,
      method: 'amount-missing',
    });
    expect(lineMoney({ amount: 1000, inscp: 900 }, undefined, 1000)).toMatchObject({ fund_fen: null, method: 'no-settlement' });
  });

  it('is an estimate by a share that somebody assumes, where nothing is settled', () => {
    const reader = readerOf(segmentOf({ amount: 1000, inscp: 901 }, undefined, true), undefined, { scope: false, fund: 6500 });
    const estimate = { fund_fen: 586, acct_fen: null, funds: {}, method: 'assumed-share', grade: 'estimate' };
    expect(reader.line(0, 1000, charging)).toMatchObject({ ...estimate, inscope_fen: 901, person_fen: 414 });
    expect(reader.line(0, 1000, scope).person_fen).toBe(0);
    expect(reader.stay(0, charging, 1000)).toMatchObject({ ...estimate, inscope_fen: 901, charge_fen: 1000 });
    expect(addUp([reader.line(0, 1000, charging), reader.line(0, 1000, charging)])).toMatchObject({ fund_fen: 1172, grade: 'estimate' });
  });

  it('is not estimated where the scope is not known, where a settlement says it, or where nobody assumes anything', () => {
    const assumed = { scope: false, fund: 6500 };
    const unknown = { fund_fen: null, grade: 'none' };
    const blank = readerOf(segmentOf({ amount: 1000, inscp: null }, undefined, true), undefined, assumed);
    expect([blank.line(0, 1000, charging), blank.stay(0, charging, 1000)]).toMatchObject([unknown, unknown]);
    const settled = readerOf(segmentOf({ amount: 1000, inscp: 900 }, { inscp: 9000, fund: 6000 }, false), undefined, assumed);
    expect(settled.line(0, 1000, charging)).toMatchObject({ fund_fen: 600, method: 'item-share', grade: 'apportioned' });
    const nobody = readerOf(segmentOf({ amount: 1000, inscp: 900 }, undefined, true), undefined, { scope: true });
    expect([nobody.line(0, 1000, charging), nobody.stay(0, charging, 1000)]).toMatchObject([unknown, unknown]);
  });

  it('is an estimate by a settlement where the scope of the line is assumed', () => {
    const reader = readerOf(segmentOf({ amount: 1000, inscp: 900 }, { inscp: 9000, fund: 9000 }, false), undefined, { scope: true });
    expect(reader.line(0, 1000, charging)).toMatchObject({ fund_fen: 900, method: 'item-share', grade: 'estimate' });
  });

  it('of a whole stay is what its settlements paid', () => {
    const reader = readerOf(segmentOf({ amount: 1, inscp: 1 }, { inscp: 90_000, fund: 60_000 }, true));
    expect(reader.stay(0, charging, 1)).toMatchObject({
      charge_fen: 100_000,
      inscope_fen: 90_000,
      fund_fen: 60_000,
      person_fen: 40_000,
      grade: 'exact',
    });
    const grouped = readerOf(segmentOf({ amount: 1, inscp: 1 }, { inscp: 90_000, fund: 60_000, clearing: '4' }, true));
    expect(grouped.stay(0, charging, 1).fund_fen).toBeNull();
    expect(grouped.difference(0, 2_500)).toMatchObject({
      charge_fen: 2_500,
      fund_fen: 2_500,
      person_fen: 0,
      method: 'group-difference',
      grade: 'estimate',
    });
  });

  it('of a whole stay without a settled total is what its lines come to, and its fund is not known', () => {
    const segment = segmentOf({ amount: 1, inscp: 1 }, undefined, true);
    const unsettled = { ...segment.visits.columns, medfee_sumamt: Float64Array.of(Number.NaN), line_gap: Float64Array.of(Number.NaN) };
    const reader = readerOf({ ...segment, visits: { length: 1, columns: unsettled } });
    expect(reader.stay(0, charging, 22_500)).toMatchObject({
      charge_fen: 22_500,
      fund_fen: null,
      person_fen: null,
      method: 'no-settlement',
    });
    expect(reader.stay(0, charging, 22_500).contradicted).toBeUndefined();
  });

  it('of a whole stay says where its lines contradict the total that it takes', () => {
    const segment = segmentOf({ amount: 1, inscp: 1 }, { inscp: 90_000, fund: 60_000 }, true);
    const stayOf = (gap: number): AtIssue =>
      readerOf({ ...segment, visits: { length: 1, columns: { ...segment.visits.columns, line_gap: Float64Array.of(gap) } } }).stay(
        0,
        charging,
        1,
      );
    expect(stayOf(80_000)).toMatchObject({ charge_fen: 100_000, contradicted: [{ total_fen: 100_000, lines_fen: 20_000 }] });
    expect(stayOf(0).contradicted).toBeUndefined();
    expect(addUp([stayOf(80_000), stayOf(80_000)]).contradicted).toHaveLength(1);
    expect(addUp([stayOf(0), stayOf(0)]).contradicted).toBeUndefined();
  });

  it('never exceeds the charge, and its funds add up to it', () => {
    const amount = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(amount, amount, amount, amount, (whole, inscp, total, paid) => {
        const settlementInscope = Math.max(inscp, total);
        const fund = Math.min(paid, settlementInscope);
        const money = lineMoney({ amount: Math.max(whole, inscp), inscp }, { inscp: settlementInscope, fund }, Math.max(whole, inscp));
        expect(money.fund_fen as number).toBeLessThanOrEqual(money.inscope_fen as number);
        expect((money.fund_fen as number) + (money.person_fen as number)).toBe(money.charge_fen);
        expect(Object.values(money.funds).reduce((left, right) => left + right, 0)).toBe(money.fund_fen);
      }),
    );
  });

  it('of several lines is unknown where one of them is', () => {
    const known = lineMoney({ amount: 1000, inscp: 900 }, { inscp: 9000, fund: 6000 }, 1000);
    const unknown = lineMoney({ amount: 500, inscp: null }, { inscp: 9000, fund: 6000 }, 500);
    expect(addUp([known, known])).toMatchObject({ charge_fen: 2000, fund_fen: 1200, grade: 'apportioned' });
    expect(addUp([known, unknown])).toMatchObject({ charge_fen: 1500, fund_fen: null, method: 'mixed', grade: 'none' });
    expect(addUp([])).toMatchObject({ charge_fen: 0, grade: 'none' });
  });
});

const tariff: Tariff = {
  format: 1,
  id: 'drawn',
  method: 'drg_rate',
  local_areas: ['*'],
  mean_fen: 1_000_000,
  groups: { HC15: { weight: 10_000, mean_fen: 1_000_000 } },
  hospitals: {},
  level_coefficients: { '3': 10_000 },
  pools: [{ id: 'all', insutypes: ['310'], care: 'any', form: 'group', rate: 10_000_000_000 }],
  high: { reference: 'standard', style: 'item', share: 10_000, bounds: [{ times: 20_000 }] },
  low: { reference: 'standard', style: 'item', below: 5_000 },
  handling: {
    ambiguous: { by: 'nothing' },
    entered: { by: 'nothing' },
    none: { by: 'nothing' },
    invalid: { by: 'nothing' },
    unpriced: { by: 'nothing' },
  },
  fixed_prices: [],
  outside: { clr_ways: ['1'] },
  fund: { by: 'patients_share', floor: 'zero' },
};

/** Lines of a stay, and the rest of its cost that no finding names. */
interface Drawn {
  readonly lines: readonly { readonly amount: number; readonly inscp: number }[];
  readonly rest: number;
  readonly patient: number;
}
const costOf = ({ lines, rest }: Drawn): number => lines.reduce((sum, { amount }) => sum + amount, rest);

function priced(drawn: Drawn, visit: number): PricedStay {
  const cost = costOf(drawn);
  const patient = Math.min(cost, drawn.patient);
  const where = {
    fixmedins_code: 'H',
    hosp_lv: '02',
    insutype: '310',
    insu_admdvs: '330102',
    ipt_days: 8,
    dscg_way: '1',
    dscg_day: dayOf(2026, 3, 9),
  };
  const money = { medfee_sumamt: cost, inscp_amt: cost, fund_pay_sumamt: cost - patient, acct_pay: 0, psn_pay: patient };
  return { mdtrt_id: `M${visit}`, ...where, clr_way: '4', ...money, status: 'grouped', grp_code: 'HC15' };
}

/** One visit and settlement for each stay; the lines one stay after the other. */
function segmentOfStays(stays: readonly Drawn[]): Segment {
  const owners = Int32Array.from(stays.flatMap(({ lines }, visit) => lines.map(() => visit)));
  const each = (of: (drawn: Drawn) => number): Float64Array => Float64Array.from(stays, of);
  const nothing = each(() => 0);
  const noFunds = Object.fromEntries(
    ['cvlserv_pay', 'hifes_pay', 'hifob_pay', 'hifdm_pay', 'maf_pay', 'othfund_pay'].map((name) => [name, nothing]),
  );
  const fund = stays.map((drawn, visit) => priced(drawn, visit).fund_pay_sumamt);
  return {
    lines: {
      length: owners.length,
      columns: {
        det_item_fee_sumamt: Float64Array.from(stays.flatMap(({ lines }) => lines.map(({ amount }) => amount))),
        inscp_amt: Float64Array.from(stays.flatMap(({ lines }) => lines.map(({ inscp }) => inscp))),
        settlement: owners,
        visit: owners,
      },
    },
    settlements: {
      length: stays.length,
      columns: {
        ...noFunds,
        hifp_pay: Float64Array.from(fund, (one) => one - Math.floor(one / 3)),
        hifmi_pay: Float64Array.from(fund, (one) => Math.floor(one / 3)),
        inscp_amt: each(costOf),
        fund_pay_sumamt: Float64Array.from(fund),
        acct_pay: nothing,
        medfee_sumamt: each(costOf),
        clr_way: Int8Array.from(stays, () => ways.indexOf('4')),
      },
    },
    visits: { length: stays.length, columns: { setting: Int8Array.from(stays, () => settings.indexOf('inpatient')) } },
  } as unknown as Segment;
}

function payOf(stays: readonly Drawn[]): SegmentPay {
  const all = stays.map(priced);
  const at = (visit: number): PricedStay => {
    const stay = all[visit];
    if (stay === undefined) throw new Error(`no stay ${visit}`);
    return stay;
  };
  return {
    lines: (visit, medfee_fen, inscp_fen) => reprice(at(visit), { medfee_fen, inscp_fen }, tariff),
    stay: () => undefined,
    priced: at,
    supported: () => undefined,
    difference: () => undefined,
    withGroups: (segment) => segment,
  };
}

const lineOf = fc
  .integer({ min: 1, max: 1_500_000 })
  .chain((amount) => fc.record({ amount: fc.constant(amount), inscp: fc.integer({ min: 0, max: amount }) }));
const stayOf: fc.Arbitrary<Drawn> = fc.record({
  lines: fc.array(lineOf, { minLength: 1, maxLength: 5 }),
  rest: fc.integer({ min: 0, max: 2_500_000 }),
  patient: fc.integer({ min: 0, max: 1_000_000 }),
});
/** Stays, and a finding that names some of their lines in some order, each with a part of its amount. */
const finding = fc.array(stayOf, { minLength: 1, maxLength: 4 }).chain((stays) => {
  const amounts = stays.flatMap(({ lines }) => lines.map(({ amount }) => amount));
  const rows = fc.shuffledSubarray([...amounts.keys()], { minLength: 1 });
  return fc
    .record({ stays: fc.constant(stays), rows, share: fc.integer({ min: 1, max: 100 }) })
    .map(({ stays: drawn, rows: chosen, share }) => ({
      stays: drawn,
      rows: chosen.map((row) => ({ row, charge: Math.ceil(((amounts[row] ?? 0) * share) / 100) })),
    }));
});

describe('the money of lines of stays paid by group', () => {
  it('sums for each stay to what pricing it without them costs the fund, split over its funds', () => {
    let losses = 0;
    fc.assert(
      fc.property(finding, ({ stays, rows }) => {
        const segment = segmentOfStays(stays);
        const parts = readerOf(segment, payOf(stays)).lines(rows, charging);
        const owners = segment.lines.columns.visit as Int32Array;
        stays.forEach((drawn, visit) => {
          const own = parts.filter((_, index) => owners[rows[index]?.row ?? -1] === visit);
          const inScope = own.filter(({ method }) => method !== 'out-of-scope');
          const sum = (list: readonly AtIssue[], of: (part: AtIssue) => number | null): number =>
            list.reduce((total, part) => total + (of(part) ?? Number.NaN), 0);
          const without = { medfee_fen: sum(inScope, (part) => part.charge_fen), inscp_fen: sum(inScope, (part) => part.inscope_fen) };
          const expected = inScope.length === 0 ? 0 : reprice(priced(drawn, visit), without, tariff).fund_loss_fen;
          losses += expected > 0 ? 1 : 0;
          expect(sum(own, (part) => part.fund_fen)).toBe(expected);
          for (const part of own) {
            expect(part.fund_fen).toBeGreaterThanOrEqual(0);
            expect(Object.values(part.funds).reduce((left, right) => left + right, 0)).toBe(part.fund_fen);
          }
          expect(own.filter(({ repriced }) => repriced !== undefined)).toHaveLength(inScope.length === 0 ? 0 : 1);
        });
      }),
    );
    // Both sides of a law that holds for nothing would be 0.
    expect(losses).toBeGreaterThan(20);
  });

  it('does not depend on the order of the lines', () => {
    fc.assert(
      fc.property(finding, ({ stays, rows }) => {
        const read = (order: typeof rows): number =>
          readerOf(segmentOfStays(stays), payOf(stays))
            .lines(order, charging)
            .reduce((sum, part) => sum + (part.fund_fen ?? Number.NaN), 0);
        expect(read([...rows].reverse())).toBe(read(rows));
        expect(read([...rows].sort((left, right) => left.row - right.row))).toBe(read(rows));
      }),
    );
  });
});
