import type { IngestResult, Refusal } from '@hengjian/lake';
import { counted, type Words, words } from '@hengjian/standard';
import type { Output } from '../output.ts';

/** States of rows that do not count as they stand and that somebody may have to look at. */
const waiting: Readonly<Record<string, (table: string, rows: number) => Words>> = {
  pending: (table, rows) =>
    words(
      `${table}：湖中有 ${rows} 行在等待相应的结算、就诊或原单`,
      `${table}: ${counted(rows, 'row')} of the lake without settlement, visit or original so far`,
    ),
  conflict: (table, rows) =>
    words(
      `${table}：湖中有 ${rows} 行互相矛盾且无先后可循，暂不采用`,
      `${table}: ${counted(rows, 'row')} of the lake held back, contradicting another without an order in time`,
    ),
  held: (table, rows) =>
    words(
      `${table}：湖中有 ${rows} 行存疑暂不计入；hengjian lake held 列出并可逐组决定`,
      `${table}: ${counted(rows, 'row')} of the lake held as copies or for their signs; hengjian lake held lists them and takes decisions`,
    ),
  unmatched: (table, rows) =>
    words(
      `${table}：湖中有 ${rows} 行退费找不到原单，不计入`,
      `${table}: ${counted(rows, 'refund')} of the lake left out, without an original`,
    ),
};

/** Prints what a batch came to: rows by table, and what waits for somebody. */
export function printIngest(output: Output, result: IngestResult): void {
  for (const text of result.summary) output.say(text);
  for (const [table, states] of Object.entries(result.states)) {
    for (const [state, said] of Object.entries(waiting)) {
      const rows = states[state] ?? 0;
      if (rows > 0) output.say(said(table, rows));
    }
  }
  for (const { says, refusals } of result.attention) {
    output.say(words(`须处理：${says.zh}`, `needs you: ${says.en}`));
    for (const refusal of refusals) output.say(refusalText(refusal));
  }
}

const refusalText = ({ says, field, rows, sample, remedy }: Refusal): Words => {
  const place = field === '' ? '' : ` ${field}`;
  return words(
    `  ${says.zh}${place}：${rows} 行，例如 ${sample.zh} → ${remedy.zh}`,
    `  ${says.en}${place}: ${counted(rows, 'row')}, for example ${sample.en} → ${remedy.en}`,
  );
};
