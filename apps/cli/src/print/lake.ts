import { causeWords, type HeldRows, type LakeStatus, statusWords } from '@hengjian/lake';
import { counted, formatScaled, tableOf, type Words, words } from '@hengjian/standard';
import type { Output } from '../output.ts';

const tableWords = (name: string): Words => {
  const { name_zh, name_en } = tableOf(name);
  return words(`${name_zh}（${name}）`, `${name_en} (${name})`);
};

/** One group of held rows, with the command that frees it. */
export function heldText({ held, table, cause, institution, month, rows, visits, amount_fen }: HeldRows): Words {
  const why = causeWords(cause);
  const name = tableWords(table);
  const amount = formatScaled(amount_fen, 2);
  const said = `${counted(rows, 'row')} of ${counted(visits, 'visit')}`;
  return words(
    `${held}  ${name.zh} ${institution || '机构不明'} ${month}：${rows} 行，${visits} 次就诊，${amount} 元；${why.zh}`,
    `${held}  ${name.en} ${institution || 'no institution'} ${month}: ${said}, ${amount} yuan; ${why.en}`,
  );
}

/** Prints the held groups, and how to decide about them. */
export function printHeld(output: Output, held: readonly HeldRows[], lake: string): void {
  if (held.length === 0) {
    output.say(words('没有存疑的行', 'no rows are held'));
    return;
  }
  for (const group of held) output.say(heldText(group));
  const [first] = held;
  const command = `hengjian lake decide ${first?.held ?? ''} --lake ${lake} --count --reason …`;
  output.say(words(`确认应计入的，逐组决定：${command}`, `decide about a group that counts as it stands: ${command}`));
}

const monthsOf = (months: readonly string[]): string => {
  const sorted = [...new Set(months)].filter((month) => month !== '').sort();
  return sorted.length <= 2 ? sorted.join('、') : `${sorted[0]}…${sorted.at(-1)}（${sorted.length}）`;
};

function monthLines({ months }: LakeStatus): Words[] {
  const byPlace = Map.groupBy(months, ({ institution, table }) => `${institution}|${table}`);
  return [...byPlace].map(([place, own]) => {
    const [institution = '', table = ''] = place.split('|');
    const rows = own.reduce((sum, one) => sum + one.rows, 0);
    const reach = monthsOf(own.map(({ month }) => month));
    const name = tableWords(table);
    return words(
      `  ${institution || '机构不明'}  ${name.zh}：${rows} 行，${reach}`,
      `  ${institution || 'no institution'}  ${name.en}: ${counted(rows, 'row')}, ${reach}`,
    );
  });
}

/** States in which rows wait for somebody or something. */
const waiting: ReadonlySet<string> = new Set(['pending', 'conflict', 'held', 'unmatched', 'doubted']);

function stateLines({ states }: LakeStatus): Words[] {
  const byState = Map.groupBy(
    states.filter(({ status }) => waiting.has(status)),
    ({ table, status, cause }) => `${table}|${status}|${cause}`,
  );
  return [...byState].map(([key, own]) => {
    const [table = '', status = '', cause = ''] = key.split('|');
    const rows = own.reduce((sum, one) => sum + one.rows, 0);
    const [name, state, why] = [tableWords(table), statusWords(status), causeWords(cause)];
    const institutions = new Set(own.map(({ institution }) => institution)).size;
    return words(
      `  ${name.zh} ${state.zh}：${rows} 行，${institutions} 家机构${why.zh === '' ? '' : `；${why.zh}`}`,
      `  ${name.en}, ${state.en}: ${counted(rows, 'row')} of ${counted(institutions, 'institution')}${why.en === '' ? '' : `; ${why.en}`}`,
    );
  });
}

const heading = (output: Output, text: Words, lines: readonly Words[]): void => {
  if (lines.length === 0) return;
  output.say(text);
  for (const line of lines) output.say(line);
};

/** Prints what a lake holds, what waits and what is held. */
export function printLake(output: Output, status: LakeStatus, lake: string): void {
  const { batches, files, persons, visits, lines } = status;
  output.say(
    words(
      `${batches} 批，${files} 个文件，${persons} 人，${visits} 次就诊，${lines} 行明细`,
      [
        ...[counted(batches, 'batch', 'batches'), counted(files, 'file'), counted(persons, 'person')],
        ...[counted(visits, 'visit'), counted(lines, 'line')],
      ].join(', '),
    ),
  );
  heading(output, words('机构与月份', 'institutions and months'), monthLines(status));
  heading(output, words('等待处理', 'waiting'), stateLines(status));
  if (status.held.length > 0) printHeld(output, status.held, lake);
  const decided = status.decisions.map(({ held, by, at, because }) =>
    words(`  ${held} 计入：${by}，${at}，${because}`, `  ${held} counts: ${by}, ${at}, ${because}`),
  );
  heading(output, words('已作决定', 'decided'), decided);
}
