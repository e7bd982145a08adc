import type { Draft, MappedRows } from '@hengjian/lake';
import { dictionary, type Words, words } from '@hengjian/standard';
import type { Output } from '../output.ts';

/** What a draft wants to know, with what holds when nobody answers. */
export function printQuestions(output: Output, questions: Draft['questions']): void {
  for (const { id, ask, proposed, required } of questions) {
    const holds = required === true ? words('必答', 'must be answered') : words(`默认 ${proposed ?? ''}`, `default ${proposed ?? ''}`);
    output.say(words(`问题 ${id}（${holds.zh}）：${ask.zh}`, `question ${id} (${holds.en}): ${ask.en}`));
  }
}

/** A table by its name and its code. */
function tableWords(name: string): Words {
  const table = dictionary.tables.get(name);
  return table === undefined ? words(name, name) : words(`${table.name_zh} ${name}`, `${table.name_en} ${name}`);
}

/** Rows as a mapping reads them, under the names of the fields and their codes. */
export function printRows(output: Output, tables: readonly MappedRows[]): void {
  for (const { table, fields, rows } of tables) {
    const name = tableWords(table);
    const known = fields.map((field) => dictionary.tables.get(table)?.fields.get(field));
    output.say(words(`${name.zh} 的前 ${rows.length} 行：`, `the first ${rows.length} rows of ${name.en}:`));
    output.say(
      words(`  ${known.map((field) => field?.name_zh ?? '').join(' | ')}`, `  ${known.map((field) => field?.name_en ?? '').join(' | ')}`),
    );
    output.line(`  ${fields.join(' | ')}`);
    for (const cells of rows) output.line(`  ${cells.join(' | ')}`);
  }
}
