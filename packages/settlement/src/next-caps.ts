import { formatYuan, multiplyDivide } from '@hengjian/standard';
import type { CapRule } from './agreement.ts';
import { part, percentText, type Step } from './step.ts';
import { one } from './tariff.ts';

/** The cap of a hospital for next year; the parts of `steps` add up to it. Fen. */
export interface NextCap {
  readonly fixmedins_code: string;
  readonly fen: number;
  readonly steps: readonly Step[];
}

export interface CapBasis {
  readonly fixmedins_code: string;
  /** What the fund owed for inpatient care this year, before deductions, in fen. */
  readonly due_fen: number;
  readonly deducted_fen: number;
  /** This year's cap, when there was one. */
  readonly cap_fen?: number;
}

function reward({ due_fen, cap_fen }: CapBasis, rule: CapRule): readonly Step[] {
  if (cap_fen === undefined || due_fen === cap_fen) return [];
  const difference = cap_fen - due_fen;
  const share = difference > 0 ? rule.surplus_reward : rule.overrun_penalty;
  const fen = multiplyDivide(difference, share, one);
  const text = `${formatYuan(Math.abs(difference))} × ${percentText(share)}`;
  if (fen === 0) return [];
  return difference > 0
    ? [part(`节约奖励 ${text}`, `reward for savings ${text}`, fen)]
    : [part(`超支扣减 ${text}`, `penalty for overrun ${text}`, fen)];
}

/**
 * Caps of next year from this year's result and audits (结果运用、节奖超罚): due less what audits took back, growth, the
 * change for the share of violations, reward or penalty against this year's cap. Never below 0.
 */
export function nextCap(basis: CapBasis, rule: CapRule): NextCap {
  const { due_fen, deducted_fen } = basis;
  const base = due_fen - deducted_fen;
  const violations = due_fen > 0 ? multiplyDivide(deducted_fen, one, due_fen) : 0;
  const change = rule.by_violations.find(({ to }) => to === undefined || violations <= to)?.change ?? 0;
  const steps = [
    part('本年基金应付', 'due from the fund this year', due_fen),
    part('减：稽核扣款', 'less: audit deductions', -deducted_fen),
    part(`增长 ${percentText(rule.growth)}`, `growth ${percentText(rule.growth)}`, multiplyDivide(base, rule.growth, one)),
    part(
      `违规占比 ${percentText(violations)}，调整 ${percentText(change)}`,
      `violations ${percentText(violations)}, change ${percentText(change)}`,
      multiplyDivide(base, change, one),
    ),
    ...reward(basis, rule),
  ];
  const total = steps.reduce((sum, { value }) => sum + value, 0);
  const floored = total < 0 ? [...steps, part('最低为零', 'at least nothing', -total)] : steps;
  return { fixmedins_code: basis.fixmedins_code, fen: Math.max(0, total), steps: floored };
}
