import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Cancelled, inputProblems, type Problem, RefusedInput, type Words, words } from '@hengjian/standard';
import { limitsOf, megabyte, workbookFileBytes, workbookMemory } from './limits.ts';
import { sourceProblems } from './problems.ts';
import { copyPath, firstBytes } from './text.ts';
import type { Grid, Layout, ReadOptions, SourceFile, SourceTables } from './types.ts';
import { checkZip } from './zip.ts';

/** What the thread is to do. */
export interface WorkbookJob {
  readonly path: string;
  readonly file: string;
  readonly target: string;
  readonly sheets: readonly string[] | undefined;
  readonly continued: boolean;
  readonly header: number | undefined;
  readonly headerRows: number;
  readonly until: number | undefined;
  readonly above: readonly string[];
  readonly wanted: readonly string[];
}

/** The thread is only to show the first rows of every sheet. */
export interface GridJob {
  readonly path: string;
  readonly file: string;
  readonly grid: true;
}

/** What the thread answers. */
export type WorkbookAnswer =
  | { readonly read: SourceTables }
  | { readonly grids: readonly Grid[] }
  | { readonly problems: readonly Problem[] };

const tooLarge = (size: string | Words, limit: string): Problem => inputProblems.problem('file-too-large', { size, limit });
const memoryFull = words('所需内存超过上限', 'it takes more memory than is allowed');

/** Runs the reader in a thread of its own: a hostile or damaged workbook can fill only the memory and the time it is given. */
function runReader(job: WorkbookJob | GridJob, seconds: number, signal: AbortSignal | undefined): Promise<WorkbookAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./workbook-worker.ts', import.meta.url), {
      workerData: job,
      // The library talks of what it does not know; that is nobody's output.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: workbookMemory },
    });
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      void worker.terminate();
    };
    const cancel = (): void => {
      stop();
      reject(new Cancelled());
    };
    const timer = setTimeout(() => {
      stop();
      resolve({ problems: [sourceProblems.problem('file-slow', { seconds })] });
    }, seconds * 1000);
    signal?.addEventListener('abort', cancel, { once: true });
    worker.once('message', (answer: WorkbookAnswer) => {
      stop();
      resolve(answer);
    });
    worker.once('error', (error: NodeJS.ErrnoException) => {
      stop();
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve({ problems: [tooLarge(memoryFull, `${workbookMemory} MB`)] });
      else reject(error);
    });
    worker.once('exit', (status) => {
      stop();
      reject(new Error(`the thread of a workbook ended with ${status} and no answer`));
    });
    if (signal?.aborted === true) cancel();
  });
}

/** Whether a file begins as an archive. */
export const isZip = (sample: Buffer): boolean => sample[0] === 0x50 && sample[1] === 0x4b && (sample[2] === 3 || sample[2] === 5);
/** Whether a file begins as a workbook of the old kind. */
export const isCompound = (sample: Buffer): boolean => sample.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]));

/** Seconds for each megabyte of a workbook when it is unpacked. */
const secondsPerMegabyte = 0.5;

/** Checks the archive of a workbook; the seconds that its reader may take. */
async function checkBook(file: SourceFile, { limits: given, signal }: ReadOptions): Promise<number> {
  const limits = limitsOf(given);
  const { size } = statSync(file.path);
  if (size > workbookFileBytes)
    throw new RefusedInput({
      ...tooLarge(`${Math.ceil(size / megabyte)} MB`, `${workbookFileBytes / megabyte} MB`),
      place: { file: file.name },
    });
  if (!isZip(firstBytes(file.path, 4))) return limits.workbookSeconds;
  const job = {
    path: file.path,
    file: file.name,
    format: 'xlsx',
    limits,
    entryBytes: limits.partBytes,
    allBytes: limits.workbookBytes,
    signal,
  };
  const unpacked = await checkZip(job);
  return limits.workbookSeconds + Math.floor((unpacked / megabyte) * secondsPerMegabyte);
}

/** Reads the sheets of a workbook that the layout names; the others that hold something are listed. */
export async function readWorkbook(file: SourceFile, layout: Layout, options: ReadOptions): Promise<SourceTables> {
  const seconds = await checkBook(file, options);
  const job = {
    path: file.path,
    file: file.name,
    target: copyPath(options, file.name),
    sheets: layout.sheet === undefined ? undefined : [layout.sheet].flat(),
    continued: layout.continued === true,
    header: layout.header,
    headerRows: layout.headerRows ?? 1,
    until: layout.until,
    above: layout.above ?? [],
    wanted: options.wanted ?? [],
  };
  const answer = await runReader(job, seconds, options.signal);
  if ('read' in answer) return answer.read;
  throw refusalOf(answer, file);
}

function refusalOf(answer: WorkbookAnswer, file: SourceFile): Error {
  if (!('problems' in answer)) return new Error('the thread of a workbook answered something else');
  return new RefusedInput(answer.problems.map((problem) => ({ ...problem, place: { ...problem.place, file: file.name } })));
}

/** The first rows of every sheet of a workbook, and those that follow a blank row. */
export async function workbookGrids(file: SourceFile, options: ReadOptions): Promise<readonly Grid[]> {
  const seconds = await checkBook(file, options);
  const answer = await runReader({ path: file.path, file: file.name, grid: true }, seconds, options.signal);
  if ('grids' in answer) return answer.grids;
  throw refusalOf(answer, file);
}
