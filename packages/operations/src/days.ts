import { formatDay, inputProblems, parseDay, words } from '@hengjian/standard';
import { operationsProblems } from './problems.ts';

/** A day of a table. A text that is none was not written by the program. */
export function storedDay(text: string, table: string, key: string): number {
  const day = parseDay(text);
  if (day !== undefined) return day;
  throw operationsProblems.refused('row-not-in-journal', { table, key, what: words(`日期 ${text} 无效`, `${text} is no day`) });
}

/** Refuses days that end before they begin. */
export function demandOrder(from: number, to: number | undefined): void {
  if (to === undefined || to >= from) return;
  const expected = words(`不早于 ${formatDay(from)} 的日期`, `a day on or after ${formatDay(from)}`);
  throw inputProblems.refused('option-invalid', { option: '--to', value: formatDay(to), expected });
}
