import { formatYuan, multiplyDivide, type Problem, RefusedInput, splitByLargestRemainder } from '@hengjian/standard';
import { part, percentText, type Step } from './step.ts';
import { one } from './tariff.ts';

interface Words {
  readonly zh: string;
  readonly en: string;
}

/**
 * How the fund of a pool for a year is set (3.6 of the reference sheet): a list of items that come in or go off, a share
 * of an amount (last year's income), or last year's spending with a growth rate. Shares in ten-thousandths.
 */
export type BudgetRule =
  | { readonly by: 'items'; readonly items: readonly { readonly name: Words /** Fen; negative goes off. */; readonly fen: number }[] }
  | { readonly by: 'share'; readonly of_fen: number; readonly share: number }
  | { readonly by: 'growth'; readonly last_fen: number; readonly growth: number };

export const budgetForms = ['group', 'bed_day', 'fixed_price', 'item', 'outpatient', 'community'] as const;
/** Payment forms with money of their own. Inpatient forms without any are paid out of `group` before points are. */
export type BudgetForm = (typeof budgetForms)[number];

export interface PoolBudget {
  readonly pool: string;
  readonly rule: BudgetRule;
  /** Share kept for overruns and surprises, in ten-thousandths. */
  readonly reserve_share: number;
  /** Shares of what remains by payment form, in ten-thousandths; together 10,000. */
  readonly forms: Readonly<Partial<Record<BudgetForm, number>>>;
}

export interface PoolFund {
  readonly pool: string;
  readonly total_fen: number;
  readonly reserve_fen: number;
  /** Fen by form; a form without money of its own is absent. */
  readonly forms: Readonly<Partial<Record<BudgetForm, number>>>;
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

export const formWords: Readonly<Record<BudgetForm, Words>> = {
  group: { zh: '住院病组', en: 'inpatient groups' },
  bed_day: { zh: '床日', en: 'bed days' },
  fixed_price: { zh: '病种定额', en: 'fixed prices' },
  item: { zh: '按项目', en: 'by item' },
  outpatient: { zh: '门诊按人头', en: 'outpatient per head' },
  community: { zh: '医共体总额', en: 'medical community' },
};

/**
 * The fund of a pool and how it divides by reserve and payment form, to the fen.
 * Throws RefusedInput when the shares of the forms are not whole or the total is negative.
 */
export function poolFund(budget: PoolBudget): PoolFund {
  const parts = ruleParts(budget.rule);
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  const forms = budgetForms.flatMap((form) => (budget.forms[form] === undefined ? [] : [{ form, share: budget.forms[form] }]));
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
  if (sum !== one) {
    problems.push({
      code: 'budget-forms',
      message: `the shares of the payment forms are ${percentText(sum)} together`,
      remedy: 'let them be 100 % together',
      place: { field: `${field}.forms` },
    });
  }
  if (budget.reserve_share < 0 || budget.reserve_share > one) {
    problems.push({
      code: 'budget-reserve',
      message: `a reserve of ${percentText(budget.reserve_share)} is no share`,
      remedy: 'give 0 to 10,000 ten-thousandths',
      place: { field: `${field}.reserve_share` },
    });
  }
  if (total < 0)
    problems.push({
      code: 'budget-negative',
      message: `the fund of the pool is ${formatYuan(total)}`,
      remedy: 'check the items that go off',
      place: { field },
    });
  return problems;
}
