import { simulate } from '@hengjian/simulate';
import { Cancelled } from '@hengjian/standard';
import type { Command } from 'commander';
import { define, parseCount } from '../command.ts';
import { peakMemory } from '../io.ts';

interface Options {
  readonly persons: number;
  readonly year: number;
  readonly seed: number;
  readonly out: string;
  readonly threads?: number;
}

export function simulateCommand(program: Command): void {
  const command = program
    .command('simulate')
    .description('makes a city in the standard tables, with planted violations recorded in truth.parquet')
    .option('--persons <n>', 'insured persons', parseCount, 20_000)
    .option('--year <year>', 'calendar year', parseCount, 2025)
    .option('--seed <seed>', 'same seed, same bytes', parseCount, 1)
    .requiredOption('--out <folder>', 'folder for the tables')
    .option('--threads <n>', 'worker threads', parseCount);
  define<Options>(command, 'hengjian simulate --persons 20000 --seed 7 --out city', async ({ output, signal }, options) => {
    const result = await simulate({ ...options, signal, progress: output.progress }).catch((error: unknown) => {
      throw error instanceof Cancelled ? new Cancelled(`cancelled; the tables in ${options.out} are incomplete`) : error;
    });
    output.settle();
    output.line(result.table);
    output.line(`${result.lines} fee lines of ${options.persons} persons in ${options.out}`);
    output.result({ ...result, table: undefined, peak_rss_bytes: peakMemory() });
    return 0;
  });
}
