import { formatYuan, inputProblems, multiplyDivide, words } from '@hengjian/standard';
import type { PaymentForms, PricedStay, Ruling } from './forms/form.ts';
import { paymentForms } from './forms/registry.ts';
import { payStay, type StayPayment } from './pay-stay.ts';
import { part, type Step, step } from './step.ts';
import type { Tariff } from './tariff.ts';

/** What a stay would lose: money of lines (in fen), and the group and status it would have instead. */
export interface Without {
  readonly medfee_fen: number;
  readonly inscp_fen: number;
  readonly grp_code?: string;
  readonly status?: PricedStay['status'];
  /** DIP coefficient of the auxiliary type in that group, in ten-thousandths; null when it has none, absent when it stays. */
  readonly auxiliary?: number | null;
}

/** What a violation cost the fund under the way the stay is paid. */
export interface Repricing {
  readonly before: StayPayment;
  readonly after: StayPayment;
  /** What the fund paid too much, in fen; never negative. The parts of `steps` add up to it. */
  readonly fund_loss_fen: number;
  /** What the hospital earned too much, in fen; never negative. */
  readonly pay_loss_fen: number;
  readonly steps: readonly Step[];
}

function amount(field: 'medfee_fen' | 'inscp_fen', value: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return Math.min(value, Math.max(0, most));
  const expected = words('不小于 0 的整数（分）', 'whole fen, not negative');
  throw inputProblems.refused('value-invalid', { value, expected }, { field });
}

function rulingIn({ auxiliary: own, ...others }: Ruling, { auxiliary = own }: Without): Ruling {
  return auxiliary === undefined || auxiliary === null ? others : { ...others, auxiliary };
}

/**
 * Works out what a stay would have earned without some lines or in another group, and what the fund lost. Pure.
 *
 * By group: the cost falls by the removed lines, so a normal stay earns the same, a very high one paid by its cost less,
 * one that becomes very low less; with another group the standard changes. By item: the fund loses its share of the
 * removed in-scope amount (removed × fund ÷ in scope). What the patient paid at the counter stays. More money than the
 * stay has is taken as all of it. Throws RefusedInput for negative or fractional amounts.
 */
export function reprice(
  stay: PricedStay,
  without: Without,
  tariff: Tariff,
  ruling: Ruling = {},
  forms: PaymentForms = paymentForms,
): Repricing {
  const medfee = amount('medfee_fen', without.medfee_fen, stay.medfee_sumamt);
  const inscp = amount('inscp_fen', without.inscp_fen, stay.inscp_amt);
  const fundShare = stay.inscp_amt > 0 ? multiplyDivide(inscp, stay.fund_pay_sumamt, stay.inscp_amt) : 0;
  const rest: PricedStay = {
    ...stay,
    medfee_sumamt: stay.medfee_sumamt - medfee,
    inscp_amt: stay.inscp_amt - inscp,
    fund_pay_sumamt: stay.fund_pay_sumamt - fundShare,
    grp_code: without.grp_code ?? stay.grp_code,
    status: without.status ?? stay.status,
  };
  const before = payStay(stay, tariff, ruling, forms);
  const after = payStay(rest, tariff, rulingIn(ruling, without), forms);
  const difference = before.fund_fen - after.fund_fen;
  const removed = `${formatYuan(medfee)}（${formatYuan(inscp)}）`;
  const moved =
    rest.grp_code === stay.grp_code
      ? []
      : [
          step(
            `病组由 ${stay.grp_code} 改为 ${rest.grp_code}`,
            `group ${stay.grp_code} becomes ${rest.grp_code}`,
            after.standard_fen - before.standard_fen,
          ),
        ];
  return {
    before,
    after,
    fund_loss_fen: Math.max(0, difference),
    pay_loss_fen: Math.max(0, before.pay_fen - after.pay_fen),
    steps: [
      step(`剔除费用（其中政策范围内） ${removed}`, `removed cost (in scope) ${removed}`, medfee),
      ...moved,
      step('原医院应得', 'earned before', before.pay_fen),
      step('剔除后医院应得', 'earned without', after.pay_fen),
      part('原基金应付', 'fund before', before.fund_fen),
      part('减：剔除后基金应付', 'less: fund without', -after.fund_fen),
      ...(difference < 0 ? [part('剔除后基金应付更多，不计损失', 'the fund would have paid more: no loss', -difference)] : []),
    ],
  };
}
