import { caseProblemNames, type GroupFileResult, type GroupLakeResult, groupStatuses, statusName } from '@hengjian/grouping';
import { counted, describeProblem, type Language, words } from '@hengjian/standard';
import type { Grouped } from '@hengjian/workbench';
import type { Output } from '../output.ts';
import { printIngest } from './ingest.ts';

type Kind = 'drg' | 'dip';

const statusLine = (statuses: GroupFileResult['statuses'], kind: Kind, language: Language): string =>
  groupStatuses
    .filter((status) => kind === 'drg' || (status !== 'ambiguous' && status !== 'entered'))
    .map((status) => `${statusName(status, kind, language)} ${statuses[status]}`)
    .join(language === 'zh' ? '，' : ', ');

function printCounts(output: Output, problems: GroupFileResult['problems']): void {
  for (const [code, count] of Object.entries(problems).sort()) {
    const name = caseProblemNames[code] ?? words(code, code);
    output.say(words(`  ${name.zh} (${code})：${count}`, `  ${name.en} (${code}): ${count}`));
  }
}

function printUnused(output: Output, columns: GroupFileResult['unused_columns']): void {
  if (columns.length === 0) return;
  const zh = columns.map(({ column, like }) => (like === undefined ? column : `${column}（是否应为 ${like}？）`)).join('、');
  const en = columns.map(({ column, like }) => (like === undefined ? column : `${column} (${like}?)`)).join(', ');
  output.say(words(`  未使用的列：${zh}`, `  columns not used: ${en}`));
}

/** Prints what was read of a file through a mapping, and the visits that are no stays to group. */
export function printRead(output: Output, { ingested, left }: NonNullable<Grouped['read']>): void {
  printIngest(output, ingested);
  if (left > 0)
    output.say(
      words(
        `${left} 次就诊未分组：不是住院，或没有可信的入院和出院时间`,
        `${counted(left, 'visit is', 'visits are')} not grouped: no stay in hospital, or no admission and discharge to rely on`,
      ),
    );
}

/** Prints what became of the cases of a file or a list. */
export function printGroupedFile(output: Output, result: GroupFileResult, kind: Kind): void {
  const { cases, statuses, groups, refused } = result;
  const version = `${result.scheme}, ${result.hash.slice(0, 16)}`;
  output.say(
    words(
      `${cases} 例：${statusLine(statuses, kind, 'zh')}；${groups} 个病组（${version}）`,
      `${counted(cases, 'case')}: ${statusLine(statuses, kind, 'en')}; ${counted(groups, 'group')} (${version})`,
    ),
  );
  if (cases === 0) output.say(words('  没有病例', '  no cases'));
  printUnused(output, result.unused_columns);
  printCounts(output, result.problems);
  for (const problem of refused) output.line(`  ${describeProblem(problem, output.language)}`);
  if (statuses.invalid > refused.length) {
    output.say(
      words(
        `  以上只列 ${refused.length} 条；须更正的共 ${statuses.invalid} 例，--out 的结果逐例注明字段`,
        [
          `  ${refused.length} shown`,
          `${counted(statuses.invalid, 'case is', 'cases are')} to be corrected, the results of --out name the field of each`,
        ].join('; '),
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
      [
        `${counted(fresh, 'stay')} grouped, ${kept} were before`,
        statusLine(statuses, kind, 'en'),
        `${counted(groups, 'group')} (${version})`,
      ].join('; '),
    ),
  );
  printCounts(output, grouped.problems);
  if (grouped.undated > 0)
    output.say(
      words(
        `  ${grouped.undated} 次住院未分组：没有出院时间，或没有可信的入院和出院时间`,
        `  ${counted(grouped.undated, 'stay is', 'stays are')} not grouped: no discharge, or no admission and discharge to rely on`,
      ),
    );
  if (fresh + kept === 0) output.say(words('  湖中没有已出院的住院病例', '  the lake has no discharged stays'));
}
