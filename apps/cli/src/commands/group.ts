import {
  type Alternative,
  type CaseExplanation,
  type CaseProblem,
  type GroupFileResult,
  type GroupLakeResult,
  groupFile,
  groupLake,
  groupLakeCases,
  groupStatuses,
  type Language,
  openScheme,
  openSchemeOrCatalogue,
  openStayGrouper,
  statusName,
  whatIfWords,
} from '@hengjian/grouping';
import { describeProblem, RefusedInput } from '@hengjian/standard';
import type { Command } from 'commander';
import { type CommandContext, define } from '../command.ts';
import type { Output } from '../io.ts';
import { schemesOption } from '../schemes.ts';

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

/** What the codes of case problems say, for the counts of a summary. */
const problemNames: Readonly<Record<string, string>> = {
  'case-no-diagnosis': '没有诊断',
  'case-value': '数值不可能',
  'case-dates': '出院早于入院',
  'case-age': '年龄与日龄矛盾',
  'case-gender': '性别不能识别',
  'case-number': '不是数字',
  'case-principal-blank': '第一个编码为空',
  'case-id': '没有编号',
  'case-field-needed': '缺少分组所需字段',
  'code-unknown': '不是本版编码',
  'case-no-mdc': '没有大类接收主要诊断',
  'case-no-group': '进入大类但没有符合的病组',
  'code-other-edition': '其他版本的编码',
  'code-gray': '灰码',
  'code-not-principal': '不得作为主要诊断',
  'csv-width': '格数与表头不符',
  'dip-no-principal-diagnosis': '没有主要诊断',
  'scheme-not-in-force': '出院日不在方案适用期内',
};

const statusLine = (statuses: GroupFileResult['statuses'], kind: 'drg' | 'dip', language: Language): string =>
  groupStatuses
    .filter((status) => kind === 'drg' || (status !== 'ambiguous' && status !== 'entered'))
    .map((status) => `${statusName(status, kind, language)} ${statuses[status]}`)
    .join(language === 'zh' ? '，' : ', ');

function printCounts(output: Output, problems: GroupFileResult['problems'], language: Language): void {
  for (const [code, count] of Object.entries(problems).sort()) {
    const name = problemNames[code];
    output.line(language === 'zh' && name !== undefined ? `  ${name} (${code})：${count}` : `  ${code}: ${count}`);
  }
}

/** A problem in the language of the user, with its place. */
const problemLine = (problem: CaseProblem, language: Language): string => describeProblem(language === 'zh' ? { ...problem, ...problem.zh } : problem);

function printUnused(output: Output, columns: GroupFileResult['unused_columns'], language: Language): void {
  if (columns.length === 0) return;
  const zh = language === 'zh';
  const named = columns.map(({ column, like }) => (like === undefined ? column : zh ? `${column}（是否应为 ${like}？）` : `${column} (${like}?)`));
  output.line(zh ? `  未使用的列：${named.join('、')}` : `  columns not used: ${named.join(', ')}`);
}

function printSummary(output: Output, result: GroupFileResult, kind: 'drg' | 'dip', language: Language): void {
  const { cases, statuses, groups, scheme, refused } = result;
  const version = `${scheme}, ${result.hash.slice(0, 16)}`;
  output.line(
    language === 'zh'
      ? `${cases} 例：${statusLine(statuses, kind, language)}；${groups} 个病组（${version}）`
      : `${cases} cases: ${statusLine(statuses, kind, language)}; ${groups} groups (${version})`,
  );
  if (cases === 0) output.line(language === 'zh' ? '  没有病例' : '  no cases');
  printUnused(output, result.unused_columns, language);
  printCounts(output, result.problems, language);
  for (const problem of refused) output.line(`  ${problemLine(problem, language)}`);
  if (statuses.invalid > refused.length) {
    output.line(
      language === 'zh'
        ? `  以上只列 ${refused.length} 条；须更正的共 ${statuses.invalid} 例，--out 的结果逐例注明字段`
        : `  ${refused.length} shown; ${statuses.invalid} cases are to be corrected, the results of --out name the field of each`,
    );
  }
  for (const file of result.files) output.line(language === 'zh' ? `已写入 ${file}` : `wrote ${file}`);
}

function printLake(output: Output, grouped: GroupLakeResult, kind: 'drg' | 'dip', language: Language): void {
  const version = `${grouped.scheme}, ${grouped.hash.slice(0, 16)}`;
  output.line(
    language === 'zh'
      ? `新分组 ${grouped.fresh} 例，此前已分组 ${grouped.kept} 例；${statusLine(grouped.statuses, kind, language)}；${grouped.groups} 个病组（${version}）`
      : `${grouped.fresh} stays grouped, ${grouped.kept} were before; ${statusLine(grouped.statuses, kind, language)}; ${grouped.groups} groups (${version})`,
  );
  printCounts(output, grouped.problems, language);
  if (grouped.fresh + grouped.kept === 0) output.line(language === 'zh' ? '  湖中没有已出院的住院病例' : '  the lake has no discharged stays');
}

interface Told {
  readonly traced: object;
  readonly words: readonly string[];
  readonly what_if?: readonly Alternative[];
}

/** Collects the explanations that go to the screen, and counts the cases. */
class Explanations {
  readonly #options: Flags;
  readonly #language: Language;
  readonly told: Told[] = [];
  seen = 0;

  constructor(options: Flags, language: Language) {
    this.#options = options;
    this.#language = language;
  }

  take(explain: () => CaseExplanation): void {
    this.seen += 1;
    if (this.#options.trace !== true || this.seen > printed) return;
    const explained = explain();
    this.told.push({
      traced: explained.data,
      words: explained.words(this.#language),
      ...(this.#options.whatIf === true ? { what_if: explained.alternatives() } : {}),
    });
  }

  /** Refuses what cannot be shown, then prints what can. */
  print(output: Output, source: string): void {
    const { trace, out, case: named } = this.#options;
    const distinct = new Set(named ?? []);
    if (named !== undefined && this.seen < distinct.size) {
      throw new RefusedInput({
        code: 'case-unknown',
        message: `${distinct.size - this.seen} of the ${distinct.size} cases named are not in ${source}`,
        remedy: 'check the ids',
      });
    }
    if (trace === true && out === undefined && this.seen > printed) {
      throw new RefusedInput({
        code: 'trace-many',
        message: `explanations of ${this.seen} cases do not fit a screen`,
        remedy: 'name a file with --out, or choose cases with --case',
      });
    }
    if (this.seen > printed) return;
    for (const { words, what_if } of this.told) {
      for (const line of [...words, ...whatIfWords(what_if ?? [], this.#language)]) output.line(line);
      output.line();
    }
  }
}

function checkFlags(options: Flags): void {
  const refuse = (message: string, remedy: string): never => {
    throw new RefusedInput({ code: 'option-missing', message, remedy });
  };
  if (options.in === undefined && options.lake === undefined) refuse('there is nothing to group', 'name a file with --in or a lake with --lake');
  if (options.in !== undefined && options.lake !== undefined) refuse('--in and --lake exclude each other', 'name one of them');
  if (options.whatIf === true && options.trace !== true) refuse('--what-if belongs to an explanation', 'add --trace');
  if (options.out !== undefined && !/\.(csv|parquet)$/.test(options.out)) {
    throw new RefusedInput({ code: 'option-out', message: `--out ${options.out} is neither .csv nor .parquet`, remedy: 'end the name with .csv or .parquet' });
  }
}

async function group({ output, signal }: CommandContext, options: Flags): Promise<number> {
  checkFlags(options);
  const language = options.english === true ? 'en' : 'zh';
  const explanations = new Explanations(options, language);
  const common = {
    signal,
    progress: output.progress,
    language,
    each: (_item: unknown, _result: unknown, explain: () => CaseExplanation) => explanations.take(explain),
    ...(options.out === undefined ? {} : { output: options.out }),
    ...(options.trace === undefined ? {} : { trace: options.trace }),
    ...(options.whatIf === undefined ? {} : { whatIf: options.whatIf }),
    ...(options.case === undefined ? {} : { ids: options.case }),
  } as const;
  if (options.in !== undefined) {
    const result = await groupFile({ ...common, scheme: openScheme(options.scheme, options.schemes), input: options.in });
    output.settle();
    explanations.print(output, options.in);
    printSummary(output, result, 'drg', language);
    output.result({ ...result, ...(options.trace === true && explanations.seen <= printed ? { traces: explanations.told } : {}) });
    return 0;
  }
  const lake = options.lake ?? '';
  const scheme = openSchemeOrCatalogue(options.scheme, options.schemes);
  const grouped = await groupLake({ lake, grouper: openStayGrouper(options.scheme, options.schemes), signal, progress: output.progress });
  output.settle();
  const wanted = options.out !== undefined || options.trace === true || options.case !== undefined;
  const result = wanted ? await groupLakeCases({ ...common, scheme, lake }) : undefined;
  output.settle();
  if (result !== undefined) explanations.print(output, lake);
  printLake(output, grouped, scheme.kind, language);
  if (result !== undefined && options.out !== undefined) printSummary(output, result, scheme.kind, language);
  output.result({
    ...grouped,
    ...(result === undefined ? {} : { listed: result }),
    ...(options.trace === true && explanations.seen <= printed ? { traces: explanations.told } : {}),
  });
  return 0;
}

export function groupCommand(program: Command): void {
  const command = program
    .command('group')
    .description('groups stays by a scheme and says why')
    .requiredOption('--scheme <id>', 'scheme, with chosen variants joined by + (`hengjian scheme list` names them)')
    .option(...schemesOption)
    .option(
      '--in <file>',
      'CSV of cases (.gz too): id, gender, age, age_days, birth_weight, admission_weight, dept, los, discharge_mode, icu_hours, ventilator_hours, diagnoses, procedures; id and diagnoses must be there, lists are separated by |',
    )
    .option('--lake <folder>', 'instead of a file: the discharged stays of a lake; the groups are kept there, later calls work on new stays only')
    .option('--out <file>', 'results, .csv or .parquet')
    .option('--trace', 'explain: on the screen for up to 20 cases, else in <out>.trace.txt and <out>.trace.jsonl')
    .option('--what-if', 'with --trace: which change of a code would move the case (DRG)')
    .option('--case <id...>', 'only these cases')
    .option('--english', 'texts in English');
  define<Flags>(command, 'hengjian group --scheme demonstration --in cases.csv --out groups.csv --trace', group);
}
