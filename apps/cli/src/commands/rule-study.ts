import { existsSync, readFileSync } from 'node:fs';
import { coverage, type DryRun, type DryRunFigures, type DryRunOptions, differences, dryRun, reasons } from '@hengjian/audit';
import { findVersion, readInForce, recordBacktest } from '@hengjian/operations';
import { versionName } from '@hengjian/rulebook';
import { type CheckedRule, checkRules, diffRules, parseRule } from '@hengjian/rulespec';
import { formatYuan, RefusedInput } from '@hengjian/standard';
import type { Command } from 'commander';
import { define, parseCount, parseDayOption } from '../command.ts';
import type { Output } from '../io.ts';
import { inStore, type SignedOptions, type StoreOptions, signedIn, withSignIn, withStore } from '../operations.ts';
import { parseName, parseVersion, tablesOf } from './rule-versions.ts';

const names = { added: '新增 added', removed: '消失 removed', changed: '变化 changed', same: '不变 same' } as const;

const figures = ({ findings, persons, institutions, charge_fen, fund_fen }: DryRunFigures): string =>
  `${findings} findings, ${persons} persons, ${institutions} institutions, charge ${formatYuan(charge_fen)} 元, fund ${formatYuan(fund_fen)} 元`;

function printDryRun(output: Output, result: DryRun): void {
  const against =
    result.against.length === 0 ? 'a new rule' : `against ${result.against.map(({ version }) => versionName(result.rule_id, version)).join(', ')}`;
  output.line(`${versionName(result.rule_id, result.version)} ${against}, settled ${result.from ?? ''} – ${result.to ?? ''}, ${result.lines} lines`);
  output.line(`  draft:    ${figures(result.draft)}`);
  output.line(`  in force: ${figures(result.in_force)}`);
  for (const name of differences) output.line(`  ${names[name]}: ${figures(result.differences[name])}`);
  const unknown = Object.entries(result.unknown).map(([cause, count]) => `${cause} ${count}`);
  if (unknown.length > 0) output.line(`  无法判断 unknown: ${unknown.join(', ')}`);
  output.line(`  重叠 overlaps with ${result.compared_rules.length} rules that reach the same items: ${result.overlaps.length === 0 ? 'no shared lines' : ''}`);
  for (const { rule_id, findings, lines, charge_fen } of result.overlaps)
    output.line(`    ${rule_id}: ${findings} findings share ${lines} lines, charge ${formatYuan(charge_fen)} 元`);
  for (const { change, finding_id, occurred_on, charge_fen, evidence } of result.sample) {
    const { message, arithmetic } = evidence as { message: { zh: string }; arithmetic: string };
    output.line(`  ${names[change]} ${finding_id.slice(0, 12)} ${occurred_on} ${formatYuan(charge_fen)} 元: ${message.zh}; ${arithmetic}`);
  }
}

interface StudyOptions extends SignedOptions {
  readonly lake: string;
  readonly out?: string;
  readonly operations?: string;
  readonly knowledge?: string;
  readonly from?: string;
  readonly to?: string;
  readonly threads?: number;
}

const withPeriod = (command: Command): Command =>
  command
    .requiredOption('--lake <folder>', 'the lake')
    .option('--knowledge <folder>', 'knowledge tables (default: the library)')
    .option('--from <day>', 'first settlement day (default: the last 365 days of the lake)')
    .option('--to <day>', 'last settlement day')
    .option('--threads <n>', 'worker threads (default: one per core)', parseCount);

function studyOptions(options: StudyOptions, output: Output, signal: AbortSignal): Omit<DryRunOptions, 'draft' | 'out'> {
  const from = parseDayOption('--from', options.from);
  const to = parseDayOption('--to', options.to);
  return {
    lake: options.lake,
    ...(options.knowledge === undefined ? {} : { knowledge: options.knowledge }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    signal,
    progress: output.progress,
  };
}

function dryRunCommand(program: Command): void {
  const command = withPeriod(program.command('dry-run').description('shows what a draft would change on the claims of the last year'))
    .argument('<file>', 'rule file')
    .option('--operations <place>', 'folder or address of the operations store: compares with what is in force there (default: with the library)')
    .requiredOption('--out <folder>', 'folder for dry-run.json and differences.parquet');
  const example = 'hengjian rules dry-run N07.yaml --lake lake --operations operations --out dry-run';
  define<StudyOptions & { readonly out: string }>(command, example, async ({ output, signal }, options, [file]) => {
    const draft = { text: readFileSync(file as string, 'utf8'), file: file as string };
    const inForce = options.operations === undefined ? undefined : (await inStore({ data: options.operations }, (store) => readInForce(store))).versions;
    const result = await dryRun({ ...studyOptions(options, output, signal), out: options.out, draft, ...(inForce === undefined ? {} : { inForce }) });
    output.settle();
    printDryRun(output, result);
    output.result(result);
    return 0;
  });
}

function backtestCommand(program: Command): void {
  const command = withPeriod(withSignIn(program.command('backtest').description('dry-runs a checked version and keeps the result with it')))
    .argument('<rule>', 'rule id, or ID@VERSION')
    .option('--out <folder>', 'folder for dry-run.json and differences.parquet (default: backtest-ID-VERSION in the working folder)');
  define<StudyOptions>(command, 'hengjian rules backtest N07 --lake lake --data operations --as author', async ({ output, signal }, options, [name]) => {
    const { rule, version } = parseName(name as string);
    const result = await signedIn(options, async (store, person) => {
      const found = await findVersion(store, rule, version);
      if (found.state !== 'checked' && found.state !== 'backtested') {
        throw new RefusedInput({
          code: 'rule-state',
          message: `${versionName(found.rule_id, found.version)} is ${found.state}; only a checked version is back-tested`,
          remedy: found.state === 'draft' ? 'check it first: hengjian rules submit' : 'draft the next version of the rule: hengjian rules draft',
        });
      }
      const file = versionName(found.rule_id, found.version);
      const out = options.out ?? `backtest-${found.rule_id}-${found.version}`;
      const { versions } = await readInForce(store);
      const tried = await dryRun({
        ...studyOptions(options, output, signal),
        out,
        draft: { text: found.text, file },
        inForce: versions,
      });
      const { sample: _, ...summary } = tried;
      await recordBacktest(store, person, found.rule_id, found.version, found.hash, summary);
      return tried;
    });
    output.settle();
    printDryRun(output, result);
    output.line(`next: a second person says hengjian rules approve ${versionName(result.rule_id, result.version)} --why TEXT`);
    output.result(result);
    return 0;
  });
}

const reasonNames = {
  fired: '有发现 fired',
  silent: '无发现 silent',
  no_code: '数据中没有其编码 no code of the lake',
  not_valid: '不在有效期 not valid in the time of the lake',
  no_area: '没有其地区 no such area in the lake',
  shadowed: '被另一条覆盖 shadowed',
} as const;

interface CoverageOptions extends StoreOptions {
  readonly lake: string;
  readonly run?: string;
  readonly operations?: string;
  readonly knowledge?: string;
  readonly threads?: number;
}

function coverageCommand(program: Command): void {
  const command = program
    .command('coverage')
    .description('tells which points of which rules have findings, which have none, and which could not have any')
    .requiredOption('--lake <folder>', 'the lake')
    .option('--run <folder>', 'an audit of that lake (default: it is audited now)')
    .option('--operations <place>', 'folder or address of the operations store (default: the library)')
    .option('--knowledge <folder>', 'knowledge tables (default: the library)')
    .option('--threads <n>', 'worker threads (default: one per core)', parseCount);
  define<CoverageOptions>(command, 'hengjian rules coverage --lake lake --run result', async ({ output, signal }, options) => {
    const published = options.operations === undefined ? undefined : (await inStore({ data: options.operations }, (store) => readInForce(store))).versions;
    const result = await coverage({
      lake: options.lake,
      ...(options.run === undefined ? {} : { run: options.run }),
      rulebook: { ...(published === undefined ? {} : { published }), ...(options.knowledge === undefined ? {} : { knowledge: options.knowledge }) },
      ...(options.threads === undefined ? {} : { threads: options.threads }),
      signal,
      progress: output.progress,
    });
    output.settle();
    for (const [rule, points] of Map.groupBy(result.list, ({ rule_id, version }) => versionName(rule_id, version))) {
      const counts = reasons.map((reason) => ({ reason, count: points.filter((point) => point.reason === reason).length })).filter(({ count }) => count > 0);
      output.line(`${rule.padEnd(8)} ${counts.map(({ reason, count }) => `${reasonNames[reason]} ${count}`).join(', ')}`);
    }
    output.line(
      `${result.rules} rules, ${result.list.length} points: ${reasons.map((reason) => `${reasonNames[reason]} ${result.points[reason]}`).join(', ')}`,
    );
    output.result(result);
    return 0;
  });
}

const altersText = {
  verdicts: '改变判断 alters verdicts',
  dates: '改变适用时间 alters dates',
  amounts: '改变金额 alters amounts',
  handling: '改变处理 alters handling',
  texts: '文字 text only',
  cases: '用例 cases only',
  nothing: '含义不变 means the same',
} as const;

/** A rule file, or ID@VERSION of the operations store, as the checker reads it. */
async function readSide(name: string, options: KnowledgeOptions): Promise<CheckedRule> {
  const version = /^[^/\\]+@\d+$/.test(name) && !existsSync(name) ? parseVersion(name) : undefined;
  const text = version === undefined ? readFileSync(name, 'utf8') : (await inStore(options, (store) => findVersion(store, version.rule, version.version))).text;
  const parsed = parseRule(text, name);
  if (parsed.rule === undefined || parsed.problems.length > 0) throw new RefusedInput(parsed.problems);
  const { rules, problems } = checkRules([parsed.rule], tablesOf(options.knowledge));
  const [rule] = rules;
  if (rule === undefined || problems.length > 0) throw new RefusedInput(problems);
  return rule;
}

interface KnowledgeOptions extends StoreOptions {
  readonly knowledge?: string;
}

function diffCommand(program: Command): void {
  const command = withStore(program.command('diff').description('compares two rules field by field and says which changes alter verdicts'))
    .argument('<before>', 'rule file, or ID@VERSION')
    .argument('<after>', 'rule file, or ID@VERSION')
    .option('--knowledge <folder>', 'knowledge tables (default: the library)');
  define<KnowledgeOptions>(command, 'hengjian rules diff N07@1 N07@2 --data operations', async ({ output }, options, [before, after]) => {
    const found = diffRules(await readSide(before as string, options), await readSide(after as string, options));
    for (const { field, before: old, after: now, alters } of found) {
      output.line(`${field}: ${altersText[alters]}`);
      output.line(`  - ${old ?? ''}`);
      output.line(`  + ${now ?? ''}`);
    }
    const altering = found.filter(({ alters }) => alters === 'verdicts' || alters === 'dates').length;
    output.line(`${found.length} differences, ${altering} of them alter verdicts`);
    output.result({ differences: found, alters_verdicts: altering > 0 });
    return 0;
  });
}

/** Commands that show what rules do before they are in force. */
export function addStudyCommands(rules: Command): void {
  for (const add of [diffCommand, dryRunCommand, backtestCommand, coverageCommand]) add(rules);
}
