import { type RunRecord, runAudit, type SparkOptions, writeReports } from '@hengjian/audit';
import { tablesAsOf } from '@hengjian/knowledge';
import { formatYuan, RefusedInput } from '@hengjian/standard';
import { type Command, Option } from 'commander';
import { define, parseCount, parseDayOption } from '../command.ts';
import type { Output } from '../io.ts';
import { auditInput, inStore } from '../operations.ts';

interface Options {
  readonly lake: string;
  readonly out: string;
  readonly rules?: readonly string[];
  readonly knowledge?: string;
  readonly from?: string;
  readonly to?: string;
  readonly threads?: number;
  readonly memory?: string;
  readonly previous?: string;
  readonly report: boolean;
  readonly settlement?: string;
  readonly operations?: string;
  readonly asOf?: string;
  readonly host: 'threads' | 'spark';
  readonly master?: string;
  readonly sparkSql?: string;
  readonly sparkNode?: string;
  readonly sparkConf?: readonly string[];
  readonly partitions?: number;
  readonly plain?: string;
}

export function printRun(output: Output, record: RunRecord): void {
  output.line(
    `${record.rules.length} rules over ${record.lines} lines of ${record.persons} persons: ${record.findings} findings in ${(record.timings.total_ms / 1000).toFixed(1)} s`,
  );
  for (const [result, raw] of Object.entries(record.totals.raw)) {
    const once = record.totals.once[result];
    const unknown = raw.fund_unknown === 0 ? '' : `, fund share of ${raw.fund_unknown} findings not known`;
    output.line(
      `  ${result}: ${raw.findings} findings, charge ${formatYuan(raw.charge_fen)} 元 (each fen once: ${formatYuan(once?.charge_fen ?? 0)} 元), fund ${formatYuan(raw.fund_fen)} 元 (once: ${formatYuan(once?.fund_fen ?? 0)} 元)${unknown}`,
    );
  }
  const unknown = record.rules.flatMap((rule) => Object.values(rule.unknown)).reduce((sum, count) => sum + count, 0);
  output.line(`  ${unknown} judgements are unknown, by rule and cause in run.json`);
  if (record.exempted !== null && record.exempted.findings > 0) {
    output.line(
      `  ${record.exempted.findings} findings (charge ${formatYuan(record.exempted.charge_fen)} 元) set apart by exemptions, listed in exempted.parquet`,
    );
  }
  if (record.changes !== null) {
    const { new: added, unchanged, changed, withdrawn } = record.changes;
    output.line(`  against the earlier run: ${added} new, ${unchanged} unchanged, ${changed} changed, ${withdrawn} withdrawn`);
  }
}

function sparkOptions(options: Options): SparkOptions {
  const { master, sparkSql, sparkNode, sparkConf, partitions, plain } = options;
  return {
    ...(master === undefined ? {} : { master }),
    ...(sparkSql === undefined ? {} : { command: sparkSql }),
    ...(sparkNode === undefined ? {} : { node: sparkNode }),
    ...(sparkConf === undefined ? {} : { extra: sparkConf.flatMap((setting) => ['--conf', setting]) }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(plain === undefined ? {} : { plain }),
  };
}

/** Rules and exemptions of the operations store, when the audit judges by it. */
async function inForce(options: Options): Promise<Partial<Awaited<ReturnType<typeof auditInput>>>> {
  const asOf = parseDayOption('--as-of', options.asOf);
  if (options.operations === undefined) {
    if (asOf !== undefined && options.knowledge === undefined) {
      throw new RefusedInput({
        code: 'option-as-of',
        message: '--as-of speaks of an operations store or a knowledge library',
        remedy: 'add --operations or --knowledge',
      });
    }
    return {};
  }
  if (options.rules !== undefined) {
    throw new RefusedInput({
      code: 'option-rules',
      message: 'the rules come from files or from the operations store, not from both',
      remedy: 'leave out --rules or --operations',
    });
  }
  return inStore({ data: options.operations }, (store) => auditInput(store, asOf));
}

/** The knowledge tables, as a library with imports knew them on the day of --as-of. */
const knowledgeOf = (folder: string, asOf: string | undefined): string => (asOf === undefined ? folder : tablesAsOf(folder, asOf));

export function auditCommand(program: Command): void {
  const command = program
    .command('audit')
    .description('judges a lake by the rulebook and writes findings, run.json and reports')
    .requiredOption('--lake <folder>', 'the lake')
    .requiredOption('--out <folder>', 'folder for the findings and reports')
    .option('--rules <paths...>', 'rule files, folders or globs (default: the library)')
    .option('--knowledge <folder>', 'knowledge tables (default: the library)')
    .option('--from <day>', 'first settlement day to report, yyyy-MM-dd')
    .option('--to <day>', 'last settlement day to report, yyyy-MM-dd')
    .option('--threads <n>', 'worker threads (default: one per core)', parseCount)
    .option('--memory <size>', 'memory limit for sorting the findings, for example 1GB')
    .option('--previous <folder>', 'an earlier run to compare with (default: the one in --out)')
    .option('--settlement <folder>', 'a settlement run: findings in stays paid by group are valued by its prices')
    .option('--operations <place>', 'folder or postgres:// address of the operations store: judges by the versions in force there')
    .option('--as-of <day>', 'rules of the store and imports of the knowledge library as they were known on that day (default: now)')
    .option('--no-report', 'findings and run.json only')
    .addOption(new Option('--host <name>', 'where persons are judged').choices(['threads', 'spark']).default('threads'))
    .option('--master <url>', 'Spark master, for example yarn or local-cluster[2,1,1024] (default: local[*])')
    .option('--spark-sql <command>', "Spark's SQL command (default: that of SPARK_HOME, else spark-sql)")
    .option('--spark-node <command>', 'how an executor starts Node 24')
    .option('--spark-conf <setting...>', 'further Spark settings, name=value')
    .option('--partitions <n>', 'tasks the persons are divided into', parseCount)
    .option('--plain <folder>', 'where the plain tables for the cluster are kept for later runs');
  define<Options>(command, 'hengjian audit --lake lake --out result', async ({ output, signal }, options) => {
    const from = parseDayOption('--from', options.from);
    const to = parseDayOption('--to', options.to);
    const { published, ...rest } = await inForce(options);
    const record = await runAudit({
      lake: options.lake,
      out: options.out,
      ...rest,
      rulebook: {
        ...(published === undefined ? {} : { published }),
        ...(options.rules === undefined ? {} : { rules: options.rules }),
        ...(options.knowledge === undefined ? {} : { knowledge: knowledgeOf(options.knowledge, options.asOf) }),
      },
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(options.threads === undefined ? {} : { threads: options.threads }),
      ...(options.memory === undefined ? {} : { memory: options.memory }),
      ...(options.settlement === undefined ? {} : { settlement: options.settlement }),
      ...(options.previous === undefined ? {} : { previous: options.previous }),
      ...(options.host === 'spark' ? { spark: sparkOptions(options) } : {}),
      signal,
      progress: output.progress,
    });
    output.settle();
    printRun(output, record);
    const reports = options.report ? await writeReports({ run: options.out, lake: options.lake }) : [];
    for (const file of reports) output.line(`  ${file}`);
    output.result({ ...record, reports });
    return 0;
  });
}
