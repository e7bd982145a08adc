import { type SettlementRun, type Step, stepValue, unitNames } from '@hengjian/settlement';
import { counted, formatYuan, type Language, words } from '@hengjian/standard';
import type { Output } from '../output.ts';

/** Prints what a settlement came to: months, pools with their parts, what lay outside. */
export function printSettlement(output: Output, run: SettlementRun): void {
  const priced = Object.keys(run.tariff.groups).length;
  output.say(
    words(
      `${run.title.zh}（${run.id}）：${priced} 个病组有价格`,
      `${run.title.en} (${run.id}): ${counted(priced, 'group has', 'groups have')} a price`,
    ),
  );
  for (const month of run.months) {
    const fund = formatYuan(month.statements.reduce((sum, one) => sum + one.total_fen, 0));
    output.say(
      words(
        `  ${month.month}：${month.statements.length} 家医院，基金应付 ${fund} 元`,
        `  ${month.month}: ${counted(month.statements.length, 'hospital')}, the fund owes ${fund} yuan`,
      ),
    );
  }
  for (const pool of run.year?.pools ?? []) {
    const parts = formatYuan(pool.parts.reduce((sum, part) => sum + part.fen, 0));
    const fund = formatYuan(pool.fund.total_fen);
    output.say(
      words(
        `  基金池 ${pool.pool}：基金 ${fund} 元 = 各部分之和 ${parts} 元`,
        `  pool ${pool.pool}: fund ${fund} yuan = sum of its parts ${parts} yuan`,
      ),
    );
  }
  printContradicted(output, run.total_not_lines);
  if (run.left_out > 0)
    output.say(
      words(`  ${run.left_out} 例不在所结算月份出院`, `  ${counted(run.left_out, 'stay was', 'stays were')} discharged in other months`),
    );
}

/** Says how many cases have a cost that their lines contradict; nothing where there is none. */
function printContradicted(output: Output, count: number): void {
  if (count === 0) return;
  const where = words('备注见结算单和病例文件', 'see the remarks in the statements and the file of cases');
  output.say(
    words(
      `  ${count} 例的总费用与其明细合计不符，仍按总费用结算；${where.zh}`,
      `  the cost of ${counted(count, 'case')} is not the sum of its lines, and is settled as it is; ${where.en}`,
    ),
  );
}

/** One step of the arithmetic of a payment. */
export const stepLine = (step: Step, language: Language): string =>
  language === 'zh'
    ? `  ${step.part === true ? '＋' : '　'} ${step.zh}：${stepValue(step)}${unitNames[step.unit].zh}`
    : `  ${step.part === true ? '+' : ' '} ${step.en}: ${stepValue(step)} ${unitNames[step.unit].en}`.trimEnd();
