import type { Segment } from '@hengjian/standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AtIssue, addUp, moneyReader } from './money.ts';

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
  const funds = Object.fromEntries(['cvlserv_pay', 'hifes_pay', 'hifob_pay', 'hifdm_pay', 'maf_pay', 'othfund_pay'].map((name) => [name, zero]));
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
        setting: Int8Array.of(settings.indexOf(inpatient ? 'inpatient' : 'outpatient')),
        settlements_start: Int32Array.of(0),
        settlements_end: Int32Array.of(settlement === undefined ? 0 : 1),
        medfee_sumamt: Float64Array.of(100_000),
        inscp_amt: Float64Array.of(90_000),
        fund_pay_sumamt: scaled(fund),
        acct_pay: zero,
      },
    },
  } as unknown as Segment;
}

const charging = { payment_scope: false };
const scope = { payment_scope: true };
const lineMoney = (
  line: { amount: number; inscp: number | null },
  settlement: Settlement | undefined,
  charge: number,
  rule = charging,
  inpatient = false,
): AtIssue => moneyReader(segmentOf(line, settlement, inpatient), ways, settings.indexOf('inpatient')).line(0, charge, rule);

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
    expect(lineMoney({ amount: 1000, inscp: 900 }, { inscp: 9000, fund: 6000 }, 500)).toMatchObject({ charge_fen: 500, inscope_fen: 450, fund_fen: 300 });
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
    expect(lineMoney({ amount: 1000, inscp: null }, { inscp: 9000, fund: 6000 }, 1000)).toMatchObject({ fund_fen: null, method: 'amount-missing' });
    expect(lineMoney({ amount: 1000, inscp: 900 }, undefined, 1000)).toMatchObject({ fund_fen: null, method: 'no-settlement' });
  });

  it('of a whole stay is what its settlements paid', () => {
    const reader = moneyReader(segmentOf({ amount: 1, inscp: 1 }, { inscp: 90_000, fund: 60_000 }, true), ways, 1);
    expect(reader.stay(0, charging)).toMatchObject({ charge_fen: 100_000, inscope_fen: 90_000, fund_fen: 60_000, person_fen: 40_000, grade: 'exact' });
    const grouped = moneyReader(segmentOf({ amount: 1, inscp: 1 }, { inscp: 90_000, fund: 60_000, clearing: '4' }, true), ways, 1);
    expect(grouped.stay(0, charging).fund_fen).toBeNull();
    expect(grouped.difference(0, 2_500)).toMatchObject({ charge_fen: 2_500, fund_fen: 2_500, person_fen: 0, method: 'group-difference', grade: 'estimate' });
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
