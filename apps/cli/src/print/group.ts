import { type CaseProblem, type GroupFileResult, type GroupLakeResult, groupStatuses, statusName } from '@hengjian/grouping';
import { describeProblem, type Language, type Words, words } from '@hengjian/standard';
import type { Output } from '../output.ts';

/** What the codes of case problems say, for the counts of a summary. */
const problemNames: Readonly<Record<string, Words>> = {
  'case-no-diagnosis': words('没有诊断', 'no diagnosis'),
  'case-value': words('数值不可能', 'impossible value'),
  'case-dates': words('出院早于入院', 'discharged before admitted'),
  'case-age': words('年龄与日龄矛盾', 'age and days of age contradict'),
  'case-gender': words('性别不能识别', 'sex not understood'),
  'case-number': words('不是数字', 'no number'),
  'case-principal-blank': words('第一个编码为空', 'the first code is blank'),
  'case-id': words('没有编号', 'no id'),
  'case-field-needed': words('缺少分组所需字段', 'a field that grouping needs is missing'),
  'code-unknown': words('不是本版编码', 'no code of this edition'),
  'case-no-mdc': words('没有大类接收主要诊断', 'no MDC takes the principal diagnosis'),
  'case-no-group': words('进入大类但没有符合的病组', 'no group of its MDC fits'),
  'code-other-edition': words('其他版本的编码', 'code of another edition'),
  'code-gray': words('灰码', 'gray code'),
  'code-not-principal': words('不得作为主要诊断', 'may not be principal'),
  'csv-width': words('格数与表头不符', 'as many cells as the header has not'),
  'row-width': words('格数与表头不符', 'another number of cells than the header'),
  'dip-no-principal-diagnosis': words('没有主要诊断', 'no principal diagnosis'),
  'scheme-not-in-force': words('出院日不在方案适用期内', 'discharged outside the days of the scheme'),
};

type Kind = 'drg' | 'dip';

/** A problem of a case in the language of the call, with its place. */
const caseProblemText = (problem: CaseProblem, language: Language): string =>
  describeProblem(language === 'zh' ? { ...problem, ...problem.zh } : problem, language);

const statusLine = (statuses: GroupFileResult['statuses'], kind: Kind, language: Language): string =>
  groupStatuses
    .filter((status) => kind === 'drg' || (status !== 'ambiguous' && status !== 'entered'))
    .map((status) => `${statusName(status, kind, language)} ${statuses[status]}`)
    .join(language === 'zh' ? '，' : ', ');

function printCounts(output: Output, problems: GroupFileResult['problems']): void {
  for (const [code, count] of Object.entries(problems).sort()) {
    const name = problemNames[code] ?? words(code, code);
    output.say(words(`  ${name.zh} (${code})：${count}`, `  ${name.en} (${code}): ${count}`));
  }
}

function printUnused(output: Output, columns: GroupFileResult['unused_columns']): void {
  if (columns.length === 0) return;
  const zh = columns.map(({ column, like }) => (like === undefined ? column : `${column}（是否应为 ${like}？）`)).join('、');
  const en = columns.map(({ column, like }) => (like === undefined ? column : `${column} (${like}?)`)).join(', ');
  output.say(words(`  未使用的列：${zh}`, `  columns not used: ${en}`));
}

/** Prints what became of the cases of a file or a list. */
export function printGroupedFile(output: Output, result: GroupFileResult, kind: Kind): void {
  const { cases, statuses, groups, refused } = result;
  const version = `${result.scheme}, ${result.hash.slice(0, 16)}`;
  output.say(
    words(
      `${cases} 例：${statusLine(statuses, kind, 'zh')}；${groups} 个病组（${version}）`,
      `${cases} cases: ${statusLine(statuses, kind, 'en')}; ${groups} groups (${version})`,
    ),
  );
  if (cases === 0) output.say(words('  没有病例', '  no cases'));
  printUnused(output, result.unused_columns);
  printCounts(output, result.problems);
  for (const problem of refused) output.line(`  ${caseProblemText(problem, output.language)}`);
  if (statuses.invalid > refused.length) {
    output.say(
      words(
        `  以上只列 ${refused.length} 条；须更正的共 ${statuses.invalid} 例，--out 的结果逐例注明字段`,
        `  ${refused.length} shown; ${statuses.invalid} cases are to be corrected, the results of --out name the field of each`,
      ),
    );
  }
  for (const file of result.files) output.say(words(`已写入 ${file}`, `wrote ${file}`));
}

/** Prints what became of the stays of a lake. */
export function printGroupedLake(output: Output, grouped: GroupLakeResult, kind: Kind): void {
  const version = `${grouped.scheme}, ${grouped.hash.slice(0, 16)}`;
  const { fresh, kept, statuses, groups } = grouped;
  output.say(
    words(
      `新分组 ${fresh} 例，此前已分组 ${kept} 例；${statusLine(statuses, kind, 'zh')}；${groups} 个病组（${version}）`,
      `${fresh} stays grouped, ${kept} were before; ${statusLine(statuses, kind, 'en')}; ${groups} groups (${version})`,
    ),
  );
  printCounts(output, grouped.problems);
  if (fresh + kept === 0) output.say(words('  湖中没有已出院的住院病例', '  the lake has no discharged stays'));
}
