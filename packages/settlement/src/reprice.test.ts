import { RefusedInput } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { demonstrationTariff, demonstrationStay as stay } from './fixture.ts';
import { reprice } from './reprice.ts';
import { sumOfParts } from './step.ts';
import type { Tariff } from './tariff.ts';

// Standard of FM19 in H3: 15,750.00 yuan; very high above 47,250.00 by item; very low below 4,725.00 by item.
const tariff: Tariff = {
  ...demonstrationTariff,
  high: { reference: 'standard', style: 'item', share: 10_000, bounds: [{ times: 30_000 }] },
  low: { reference: 'standard', style: 'item', below: 3_000 },
};
const lines = (yuan: number) => ({ medfee_fen: yuan * 100, inscp_fen: yuan * 100 });

describe('repricing', () => {
  it.each([
    ['a normal stay loses nothing by padded lines', { medfee_sumamt: 2_000_000 }, lines(3_000), 0],
    ['a very high stay paid by its cost loses the lines', { medfee_sumamt: 6_000_000 }, lines(3_000), 300_000],
    ['a very high stay that becomes normal falls to the standard', { medfee_sumamt: 4_800_000 }, lines(1_000), 4_800_000 - 1_575_000],
    ['one that becomes very low earns its cost', { medfee_sumamt: 600_000 }, lines(2_000), 1_575_000 - 400_000],
    ['an up-coded stay loses the difference of the groups', {}, { medfee_fen: 0, inscp_fen: 0, grp_code: 'DT19' }, 1_575_000 - 600_000],
    [
      'down-coding is no loss of the fund',
      { grp_code: 'DT19', medfee_sumamt: 600_000 },
      { medfee_fen: 0, inscp_fen: 0, grp_code: 'FM19' },
      0,
    ],
  ])('%s', (_, change, without, loss) => {
    const repriced = reprice(stay({ psn_pay: 0, acct_pay: 0, ...change }), without, tariff);
    expect(repriced.fund_loss_fen).toBe(loss);
    expect(repriced.pay_loss_fen).toBe(loss);
    expect(sumOfParts(repriced.steps)).toBe(loss);
  });

  it('by item the fund loses its share of what was in scope', () => {
    const byItem = stay({ clr_way: '1', medfee_sumamt: 1_600_000, inscp_amt: 1_500_000, fund_pay_sumamt: 1_200_000 });
    // 500.00 in scope × 12,000.00 ÷ 15,000.00 = 400.00
    const repriced = reprice(byItem, { medfee_fen: 60_000, inscp_fen: 50_000 }, tariff);
    expect(repriced).toMatchObject({ fund_loss_fen: 40_000, pay_loss_fen: 60_000 });
    expect(repriced.before.form).toBe('item');
  });

  it('bed days and fixed prices cost the fund nothing by lines', () => {
    expect(reprice(stay({ clr_way: '5', ipt_days: 30 }), lines(1_000), tariff).fund_loss_fen).toBe(0);
    expect(reprice(stay({ grp_code: 'CB39', ipt_days: 1 }), lines(1_000), tariff).fund_loss_fen).toBe(0);
  });

  it('the fund cannot lose what the patient bore', () => {
    // Standard 15,750.00, the patient paid 10,000.00: the fund paid 5,750.00 and would have paid nothing for DT19.
    const repriced = reprice(stay({ psn_pay: 1_000_000, acct_pay: 0 }), { medfee_fen: 0, inscp_fen: 0, grp_code: 'DT19' }, tariff);
    expect(repriced).toMatchObject({ fund_loss_fen: 575_000, pay_loss_fen: 975_000 });
  });

  it('an invalid list is paid as the tariff says', () => {
    const repriced = reprice(stay({ psn_pay: 0, acct_pay: 0 }), { medfee_fen: 0, inscp_fen: 0, grp_code: '', status: 'invalid' }, tariff);
    expect(repriced).toMatchObject({ fund_loss_fen: 1_575_000, after: { form: 'unpaid', reason: 'invalid' } });
  });

  it('another group has its own auxiliary coefficient, or none', () => {
    // FM19 at 1.2: 1.25 × 1.05 × 1.2 × 12,000 = 18,900. DT19, a basic group: 6,000, at 1.2 7,200, at 1.1 6,600.
    const loss = (auxiliary: { readonly auxiliary?: number | null }): number =>
      reprice(stay({ psn_pay: 0, acct_pay: 0 }), { medfee_fen: 0, inscp_fen: 0, grp_code: 'DT19', ...auxiliary }, tariff, {
        auxiliary: 12_000,
      }).fund_loss_fen;
    expect([loss({}), loss({ auxiliary: null }), loss({ auxiliary: 11_000 })]).toEqual([
      1_890_000 - 720_000,
      1_890_000 - 600_000,
      1_890_000 - 660_000,
    ]);
  });

  it('takes more than the stay has as all of it and refuses what is no amount', () => {
    expect(reprice(stay({}), lines(1_000_000), tariff).after.reason).toBe('cost_under');
    expect(() => reprice(stay({}), { medfee_fen: -1, inscp_fen: 0 }, tariff)).toThrow(RefusedInput);
    expect(() => reprice(stay({}), { medfee_fen: 0, inscp_fen: 0.5 }, tariff)).toThrow(RefusedInput);
  });
});
