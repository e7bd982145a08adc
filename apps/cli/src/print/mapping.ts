import type { Draft, MappedRows } from '@hengjian/lake';
import { words } from '@hengjian/standard';
import type { Output } from '../output.ts';

/** What a draft wants to know, with what holds when nobody answers. */
export function printQuestions(output: Output, questions: Draft['questions']): void {
  for (const { id, ask, proposed, required } of questions) {
    const holds = required === true ? words('必答', 'must be answered') : words(`默认 ${proposed ?? ''}`, `default ${proposed ?? ''}`);
    output.say(words(`问题 ${id}（${holds.zh}）：${ask.zh}`, `question ${id} (${holds.en}): ${ask.en}`));
  }
}

/** Rows as a mapping reads them. */
export function printRows(output: Output, tables: readonly MappedRows[]): void {
  for (const { table, fields, rows } of tables) {
    output.say(words(`${table} 的前 ${rows.length} 行：`, `the first ${rows.length} rows of ${table}:`));
    output.line(`  ${fields.join(' | ')}`);
    for (const cells of rows) output.line(`  ${cells.join(' | ')}`);
  }
}
