import {
  formatYuan,
  inputProblems,
  multiplyDivide,
  type Problem,
  RefusedInput,
  splitByLargestRemainder,
  type Words,
  words,
} from '@hengjian/standard';
import type { PaymentForms } from './forms/form.ts';
import { paymentForms } from './forms/registry.ts';
import { part, percentText, type Step } from './step.ts';
import { one } from './tariff.ts';

/** What the shares of payment forms must be. */
export const wholeShares = words('合计为 100% 的各付费方式比例', 'shares of the payment forms that are 100 % together');

/**
 * How the fund of a pool for a year is set (3.6 of the reference sheet): a list of items that come in or go off, a share
 * of an amount (last year's income), or last year's spending with a growth rate. Shares in ten-thousandths.
 */
export type BudgetRule =
  | { readonly by: 'items'; readonly items: readonly { readonly name: Words /** Fen; negative goes off. */; readonly fen: number }[] }
  | { readonly by: 'share'; readonly of_fen: number; readonly share: number }
  | { readonly by: 'growth'; readonly last_fen: number; readonly growth: number };

/** Money of its own for what is no payment form of stays. */
const furtherBudgets = ['outpatient', 'community'] as const;

/**
 * What can have money of its own in a pool: payment forms, outpatient care, communities. Inpatient forms without any are
 * paid out of `group` before points are.
 */
export const budgetForms = (forms: PaymentForms): readonly string[] => [
  ...Object.entries(forms).flatMap(([id, { ownMoney }]) => (ownMoney === true ? [id] : [])),
  ...furtherBudgets,
];

export interface PoolBudget {
  readonly pool: string;
  readonly rule: BudgetRule;
  /** Share kept for overruns and surprises, in ten-thousandths. */
  readonly reserve_share: number;
  /** Shares of what remains by payment form, in ten-thousandths; together 10,000. */
  readonly forms: Readonly<Record<string, number>>;
}

export interface PoolFund {
  readonly pool: string;
  readonly total_fen: number;
  readonly reserve_fen: number;
  /** Fen by form; a form without money of its own is absent. */
  readonly forms: Readonly<Record<string, number>>;
  /** The parts add up to `total_fen`. */
  readonly steps: readonly Step[];
}

function ruleParts(rule: BudgetRule): readonly Step[] {
  if (rule.by === 'items') return rule.items.map(({ name, fen }) => part(name.zh, name.en, fen));
  if (rule.by === 'share') {
    const text = `${formatYuan(rule.of_fen)} × ${percentText(rule.share)}`;
    return [part(`按比例：${text}`, `by share: ${text}`, multiplyDivide(rule.of_fen, rule.share, one))];
  }
  const growth = multiplyDivide(rule.last_fen, rule.growth, one);
  return [
    part('上年支出', 'spending of last year', rule.last_fen),
    part(`增长 ${percentText(rule.growth)}`, `growth ${percentText(rule.growth)}`, growth),
  ];
}

/**
 * The fund of a pool and how it divides by reserve and payment form, to the fen.
 * Throws RefusedInput when the shares of the forms are not whole or the total is negative.
 */
export function poolFund(budget: PoolBudget, payment: PaymentForms = paymentForms): PoolFund {
  const parts = ruleParts(budget.rule);
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  const forms = budgetForms(payment).flatMap((form) => {
    const share = budget.forms[form];
    return share === undefined ? [] : [{ form, share }];
  });
  const problems = budgetProblems(budget, total);
  if (problems.length > 0) throw new RefusedInput(problems);
  const reserve = multiplyDivide(total, budget.reserve_share, one);
  const split = splitByLargestRemainder(
    total - reserve,
    forms.map(({ share }) => share),
  );
  return {
    pool: budget.pool,
    total_fen: total,
    reserve_fen: reserve,
    forms: Object.fromEntries(forms.map(({ form }, index) => [form, split[index] ?? 0])),
    steps: parts,
  };
}

function budgetProblems(budget: PoolBudget, total: number): readonly Problem[] {
  const field = `budgets.${budget.pool}`;
  const sum = Object.values(budget.forms).reduce((left, share) => left + share, 0);
  const problems: Problem[] = [];
  const wrong = (value: string, expected: Words, at: string): void => {
    problems.push(inputProblems.problem('value-invalid', { value, expected }, { field: at }));
  };
  if (sum !== one) wrong(percentText(sum), wholeShares, `${field}.forms`);
  if (budget.reserve_share < 0 || budget.reserve_share > one)
    wrong(percentText(budget.reserve_share), words('0 至 100% 的比例', 'a share from 0 to 100 %'), `${field}.reserve_share`);
  if (total < 0) wrong(formatYuan(total), words('不为负的基金总额', 'a fund that is not negative'), field);
  return problems;
}
