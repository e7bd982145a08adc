import { ingest } from '@hengjian/lake';
import { readRulebook, ruleNeeds } from '@hengjian/rulebook';
import { saidIn } from '@hengjian/standard';
import type { Command } from 'commander';
import { define, parseCount } from '../command.ts';
import { exitCodes, peakMemory } from '../io.ts';

interface Options {
  readonly lake: string;
  readonly mapping?: string;
  readonly report?: string;
  readonly threads?: number;
  readonly memory?: string;
}

/** States of rows that do not count as they stand and that somebody may have to look at. */
const waiting: Readonly<Record<string, string>> = {
  pending: 'wait for their settlement, visit or original',
  conflict: 'contradict each other without an order in time and are held back',
  unmatched: 'are refunds without an original and are left out',
};

export function ingestCommand(program: Command): void {
  const command = program
    .command('ingest')
    .description('takes files or folders of claims into a lake; the same batch twice changes nothing')
    .argument('<paths...>', 'files or folders: CSV, TSV, JSON lines, Parquet, xlsx, xls')
    .requiredOption('--lake <folder>', 'the lake, made when absent')
    .option('--mapping <file>', 'mapping file (YAML) for sources that are not national tables')
    .option('--report <folder>', 'where to write the quality report (default: the lake)')
    .option('--threads <n>', 'worker threads', parseCount)
    .option('--memory <size>', 'memory limit, for example 4GB');
  define<Options>(command, 'hengjian ingest extracts/2025-06 --lake lake --report quality', async ({ output, signal }, options, paths) => {
    const { lake, mapping, report, threads, memory } = options;
    const result = await ingest({
      paths,
      lake,
      ...(mapping === undefined ? {} : { mapping }),
      report: report ?? lake,
      ...(threads === undefined ? {} : { threads }),
      ...(memory === undefined ? {} : { memory }),
      rules: ruleNeeds(readRulebook().rules),
      signal,
      progress: output.progress,
    });
    output.settle();
    for (const text of result.summary) output.line(saidIn(text, 'en'));
    for (const [table, states] of Object.entries(result.states)) {
      for (const [state, meaning] of Object.entries(waiting)) {
        const rows = states[state] ?? 0;
        if (rows > 0) output.line(`${table}: ${rows} in the lake ${meaning}`);
      }
    }
    output.result({ ...result, peak_rss_bytes: peakMemory() });
    return exitCodes.done;
  });
}
