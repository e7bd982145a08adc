import { formatYuan, RefusedInput } from '@hengjian/standard';
import type { Deduction } from './agreement.ts';
import { byText } from './versions.ts';

const monthText = /^\d{4}-(0[1-9]|1[0-2])$/;

const key = ({ case_id, fixmedins_code, mdtrt_id }: Deduction): string => `${case_id}\u0000${fixmedins_code}\u0000${mdtrt_id}`;

/**
 * Deductions in the order of case, hospital and stay, each once: the same entry given again counts once. Throws
 * RefusedInput when one case takes two different amounts or months for the same stay, an amount is negative, or a month is none.
 */
export function eachOnce(deductions: readonly Deduction[]): readonly Deduction[] {
  const once = new Map<string, Deduction>();
  for (const deduction of deductions) {
    const { case_id, fund_fen, month } = deduction;
    if (!monthText.test(month)) {
      throw new RefusedInput({ code: 'month-text', message: `${month} is no month`, remedy: 'write yyyy-MM', place: { field: case_id } });
    }
    const known = once.get(key(deduction));
    const differs = known !== undefined && (known.fund_fen !== fund_fen || known.month !== month);
    if (!Number.isSafeInteger(fund_fen) || fund_fen < 0 || differs) {
      throw new RefusedInput({
        code: 'deduction-amount',
        message: differs
          ? `the case ${case_id} takes ${formatYuan(known.fund_fen)} in ${known.month} and ${formatYuan(fund_fen)} in ${month}`
          : `${fund_fen} is no amount to take back`,
        remedy: 'give each stay of a case once, in whole fen',
        place: { field: case_id },
      });
    }
    once.set(key(deduction), deduction);
  }
  return [...once].sort(([a], [b]) => byText(a, b)).map(([, deduction]) => deduction);
}
