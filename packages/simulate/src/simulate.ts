import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Cancelled, calibrationFile, inputProblems, makeFolder, type ProgressEvent, words } from '@hengjian/standard';
import { takeListedFolder } from '@hengjian/stored';
import { type BlockReport, fileCount } from './block.ts';
import { addSums, type CalibrationRow, calibrationTable, printCalibration, type Sums } from './calibration.ts';
import { readCatalogue } from './catalogue.ts';
import { blockSize, buildCity } from './city.ts';
import { writeMasters } from './masters.ts';
import { cityTruths } from './plants/peers.ts';
import { headers, monthlyTables, yearTables } from './rows.ts';
import { type LedgerRow, soldSums, writeStock } from './stock.ts';
import { TruthFile } from './truth.ts';
import type { WorkerTask } from './worker.ts';

export interface SimulationOptions {
  /** Number of insured persons, at least 1. */
  readonly persons: number;
  readonly year: number;
  /** Same options and seed give the same bytes, whatever the number of threads. */
  readonly seed: number;
  /** Folder to write to: new, empty, or that of an earlier city. */
  readonly out: string;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((event: ProgressEvent) => void) | undefined;
}

export interface SimulationResult {
  readonly persons: number;
  readonly settlements: number;
  readonly lines: number;
  /** Rows of `truth.parquet`. */
  readonly truths: number;
  readonly calibration: readonly CalibrationRow[];
  /** The calibration as plain text. */
  readonly table: string;
}

function check({ persons, year, seed, threads }: SimulationOptions): void {
  const within = (option: string, value: number, least: number, most: number): void => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return;
    const expected = words(`${least} 至 ${most} 的整数`, `a whole number from ${least} to ${most}`);
    throw inputProblems.refused('option-invalid', { option: `--${option}`, value, expected }, { field: option });
  };
  within('persons', persons, 1, 99_000_000);
  within('year', year, 2001, 2099);
  within('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (threads !== undefined) within('threads', threads, 1, Number.MAX_SAFE_INTEGER);
}

/** Opens the output files in the order of the parts of a block, each with its header, and says where their rows begin. */
async function openFiles(out: string, year: number, files: FileHandle[], places: Float64Array): Promise<void> {
  const start = async (path: string, header: string): Promise<void> => {
    const file = await open(path, 'w');
    places[files.length] = (await file.write(`${header}\n`)).bytesWritten;
    files.push(file);
  };
  for (const table of monthlyTables) {
    makeFolder(join(out, table));
    for (let month = 1; month <= 12; month += 1) {
      await start(join(out, table, `${table}-${year}-${String(month).padStart(2, '0')}.csv`), headers[table]);
    }
  }
  for (const table of yearTables) await start(join(out, `${table}.csv`), headers[table]);
}

/** Young objects die with their person; a larger nursery is no faster and only takes memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 6 };

/** Runs the workers, which write the rows themselves, and hands over the reports of the blocks in order. */
async function* reportsInOrder(
  task: WorkerTask,
  blocks: number,
  threads: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<BlockReport> {
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./worker.ts', import.meta.url), { workerData: task, resourceLimits }),
  );
  const waiting = new Map<number, BlockReport>();
  let wake: () => void = () => undefined;
  let failure: Error | undefined;
  for (const worker of workers) {
    worker.on('message', (report: BlockReport) => {
      waiting.set(report.block, report);
      wake();
    });
    worker.on('error', (error: unknown) => {
      failure ??= error instanceof Error ? error : new Error(String(error));
      wake();
    });
  }
  const abort = (): void => {
    failure = new Cancelled();
    wake();
  };
  signal?.addEventListener('abort', abort);
  try {
    for (let block = 0; block < blocks; ) {
      if (failure !== undefined) throw failure;
      const next = waiting.get(block);
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      waiting.delete(block);
      block += 1;
      yield next;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Lists the files of a city, so that the next one replaces these and nothing else. */
const list = { file: '.hengjian-city.json', title: words('模拟城市文件清单', 'list of a simulated city') };

/**
 * Writes a synthetic city: the national tables as CSV, `truth.parquet`, `calibration.json`. Throws a refusal for a folder
 * that holds anything but an earlier city, which is replaced.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  check(options);
  if (options.signal?.aborted === true) throw new Cancelled();
  const folder = takeListedFolder(options.out, list);
  try {
    return await writeCity(options);
  } finally {
    folder.close();
  }
}

async function writeCity(options: SimulationOptions): Promise<SimulationResult> {
  const catalogue = readCatalogue();
  const city = buildCity(catalogue, options.persons, options.year, options.seed);
  await writeMasters(city, catalogue, options.out);
  const files: FileHandle[] = [];
  const places = new Float64Array(new SharedArrayBuffer(fileCount * 8));
  const truth = new TruthFile(options.out);
  const blocks = Math.ceil(options.persons / blockSize);
  const sums: Sums = {};
  const ledgers: LedgerRow[] = [];
  try {
    await openFiles(options.out, options.year, files, places);
    const { persons, year, seed } = options;
    const turn = new Int32Array(new SharedArrayBuffer(8));
    const task: WorkerTask = { persons, year, seed, files: files.map((file) => file.fd), turn, places };
    for await (const result of reportsInOrder(task, blocks, Math.min(blocks, options.threads ?? 2), options.signal)) {
      await truth.add(result.truths);
      addSums(sums, result.sums);
      ledgers.push(...result.ledgers);
      options.progress?.({ phase: 'simulate', done: Math.min(persons, (result.block + 1) * blockSize), total: persons, unit: 'persons' });
    }
    await writeStock(city, [...ledgers, ...soldSums(city, catalogue, sums)], options.out);
    await truth.add(cityTruths(city, catalogue));
    await truth.finish();
  } catch (error) {
    await truth.abandon();
    throw error;
  } finally {
    for (const file of files) await file.close();
  }
  return report(options, sums, truth.count);
}

async function report(options: SimulationOptions, sums: Sums, truths: number): Promise<SimulationResult> {
  const calibration = calibrationTable(sums);
  const result = { persons: options.persons, settlements: sums.settlements ?? 0, lines: sums.lines ?? 0, truths, calibration };
  const { persons, year, seed } = options;
  await writeFile(
    join(options.out, calibrationFile),
    `${JSON.stringify({ persons, year, seed, lines: result.lines, settlements: result.settlements, calibration }, null, 2)}\n`,
  );
  return { ...result, table: printCalibration(calibration) };
}
