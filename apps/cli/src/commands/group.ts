import {
  type Alternative,
  explainTrace,
  type GroupFileResult,
  type GroupResult,
  groupFile,
  groupLake,
  groupStatuses,
  openScheme,
  openStayGrouper,
  type TracedResult,
  whatIf,
} from '@hengjian/grouping';
import { describeProblem, RefusedInput } from '@hengjian/standard';
import type { Command } from 'commander';
import { define } from '../command.ts';
import type { Output } from '../io.ts';
import { schemesOption } from './scheme.ts';

interface Flags {
  readonly scheme: string;
  readonly schemes: string;
  readonly in?: string;
  readonly lake?: string;
  readonly out?: string;
  readonly trace?: boolean;
  readonly whatIf?: boolean;
  readonly case?: readonly string[];
  readonly english?: boolean;
}

/** Explanations are printed for so many cases; those of more go to files. */
const printed = 20;

const statusNames: Readonly<Record<GroupResult['status'], string>> = {
  grouped: '入组',
  ambiguous: '歧义 QY',
  entered: '入大类未入组',
  none: '未入大类',
  invalid: '须更正',
};

const changeWords: Readonly<Record<Alternative['change'], string>> = { principal: '若主要诊断为', main: '若主要手术为', without: '若没有' };

const statusLine = (statuses: GroupFileResult['statuses']): string => groupStatuses.map((status) => `${statusNames[status]} ${statuses[status]}`).join('，');

function printSummary(output: Output, result: GroupFileResult): void {
  output.line(`${result.cases} 例：${statusLine(result.statuses)}；${result.groups} 个病组 (${result.scheme}, ${result.hash.slice(0, 16)})`);
  for (const [code, count] of Object.entries(result.problems).sort()) output.line(`  ${code}: ${count}`);
  for (const problem of result.refused) output.line(`  ${describeProblem(problem)}`);
  const all = result.statuses.invalid;
  if (all > result.refused.length) output.line(`  ${result.refused.length} of the problems shown, ${all} cases must be corrected; the results name each`);
  for (const file of result.files) output.line(`wrote ${file}`);
}

export function groupCommand(program: Command): void {
  const command = program
    .command('group')
    .description('groups stays by a scheme and says why')
    .requiredOption('--scheme <id>', 'scheme, with chosen variants joined by +')
    .option(...schemesOption)
    .option('--in <file>', 'CSV of cases: id, gender, age, age_days, birth_weight, dept, los, discharge_mode, diagnoses, procedures (.gz too)')
    .option('--lake <folder>', 'instead of a file: groups the discharged stays of a lake, those that are new since the last time')
    .option('--out <file>', 'results, .csv or .parquet')
    .option('--trace', 'explain: on the screen for up to 20 cases, else in <out>.trace.txt and <out>.trace.jsonl')
    .option('--what-if', 'with --trace: which change of a code would move the case')
    .option('--case <id...>', 'only these cases')
    .option('--english', 'explain in English');
  define<Flags>(command, 'hengjian group --scheme chs-drg-1.1 --in cases.csv --out groups.csv --trace', async ({ output, signal }, options) => {
    if (options.in === undefined && options.lake !== undefined) {
      const grouped = await groupLake({ lake: options.lake, grouper: openStayGrouper(options.scheme, options.schemes), signal, progress: output.progress });
      output.settle();
      output.line(
        `${grouped.fresh} 例新分组，${grouped.kept} 例此前已分组；${statusLine(grouped.statuses)}；${grouped.groups} 个病组 (${grouped.scheme}, ${grouped.hash.slice(0, 16)})`,
      );
      for (const [code, count] of Object.entries(grouped.problems).sort()) output.line(`  ${code}: ${count}`);
      output.result(grouped);
      return 0;
    }
    if (options.in === undefined) {
      throw new RefusedInput({ code: 'option-missing', message: 'there is nothing to group', remedy: 'name a file with --in or a lake with --lake' });
    }
    const scheme = openScheme(options.scheme, options.schemes);
    const traces: { readonly traced: TracedResult; readonly words: readonly string[]; readonly what_if?: readonly Alternative[] }[] = [];
    let seen = 0;
    const result = await groupFile({
      scheme,
      input: options.in,
      signal,
      progress: output.progress,
      ...(options.out === undefined ? {} : { output: options.out }),
      ...(options.trace === undefined ? {} : { trace: options.trace }),
      ...(options.whatIf === undefined ? {} : { whatIf: options.whatIf }),
      ...(options.case === undefined ? {} : { ids: options.case }),
      each: (one, grouped, grouper) => {
        seen += 1;
        if (options.trace !== true || seen > printed) return;
        const traced = { ...grouper.trace(one), ...grouped };
        traces.push({
          traced,
          words: explainTrace(traced, one, scheme, options.english === true ? 'en' : 'zh'),
          ...(options.whatIf === true ? { what_if: whatIf(grouper, one).alternatives } : {}),
        });
      },
    });
    output.settle();
    if (seen > printed && options.trace === true && options.out === undefined) {
      throw new RefusedInput({
        code: 'trace-many',
        message: `explanations of ${seen} cases do not fit a screen`,
        remedy: 'name a file with --out, or choose cases with --case',
      });
    }
    const missing = (options.case ?? []).length - (options.case === undefined ? 0 : seen);
    if (missing > 0)
      throw new RefusedInput({ code: 'case-unknown', message: `${missing} of the cases named are not in ${options.in}`, remedy: 'check the ids' });
    if (seen <= printed) {
      for (const { words, what_if } of traces) {
        for (const line of words) output.line(line);
        for (const one of what_if ?? []) output.line(`  ${changeWords[one.change]} ${one.code}：${statusNames[one.status]} ${one.group}`);
        output.line();
      }
    }
    printSummary(output, result);
    output.result({ ...result, ...(options.trace === true && seen <= printed ? { traces } : {}) });
    return 0;
  });
}
