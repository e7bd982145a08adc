import { inputProblems, type RefusedInput, words } from '@hengjian/standard';
import type { Deduction } from './agreement.ts';
import { byText } from './versions.ts';

/** Whether a text is a month, `yyyy-MM`. */
export const isMonth = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

export const wrongMonth = (value: string, field: string): RefusedInput =>
  inputProblems.refused('value-invalid', { value, expected: words('月份 yyyy-MM', 'a month, yyyy-MM') }, { field });

const amount = words('不小于 0 的整数（分）', 'whole fen, not negative');

const key = ({ case_id, fixmedins_code, mdtrt_id }: Deduction): string => `${case_id}\u0000${fixmedins_code}\u0000${mdtrt_id}`;

/**
 * Deductions in the order of case, hospital and stay, each once: the same entry given again counts once. Throws
 * RefusedInput when one case takes two different amounts or months for the same stay, an amount is negative, or a month is none.
 */
export function eachOnce(deductions: readonly Deduction[]): readonly Deduction[] {
  const once = new Map<string, Deduction>();
  for (const deduction of deductions) {
    const { case_id, fund_fen, month } = deduction;
    if (!isMonth(month)) throw wrongMonth(month, case_id);
    if (!Number.isSafeInteger(fund_fen) || fund_fen < 0)
      throw inputProblems.refused('value-invalid', { value: fund_fen, expected: amount }, { field: case_id });
    const known = once.get(key(deduction));
    if (known !== undefined && (known.fund_fen !== fund_fen || known.month !== month))
      throw inputProblems.refused('row-twice', { key: `${case_id} ${deduction.mdtrt_id}`.trim() }, { field: case_id });
    once.set(key(deduction), deduction);
  }
  return [...once].sort(([a], [b]) => byText(a, b)).map(([, deduction]) => deduction);
}
