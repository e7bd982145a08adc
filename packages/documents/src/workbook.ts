import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { Cancelled, inputProblems, RefusedInput, words } from '@hengjian/standard';
import { documentsProblems } from './problems.ts';
import type { CellTexts, RawSheet, WorkbookAnswer, WorkbookJob, WorkbookLimits } from './workbook-job.ts';

/** Limits of a workbook; larger tables belong in CSV or Parquet. A minute is what the largest one within them takes twice over. */
export const workbookLimits: WorkbookLimits = {
  fileBytes: 200 * 1_048_576,
  unpackedBytes: 800 * 1_048_576,
  cells: 20_000_000,
  seconds: 120,
  memoryMb: 3072,
};

export interface WorkbookOptions {
  readonly texts: CellTexts;
  readonly limits?: Partial<WorkbookLimits>;
  /** Ends the reading at once. */
  readonly signal?: AbortSignal | undefined;
}

const readerFile = new URL('./workbook-worker.ts', import.meta.url);

const inMb = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)} MB`;

/** Runs the reader in a thread of its own: a hostile or damaged workbook has only its time and its memory. */
function runReader(job: WorkbookJob, signal: AbortSignal | undefined): Promise<WorkbookAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(readerFile, {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: job.limits.memoryMb },
    });
    const stop = (): void => finish(() => reject(new Cancelled()));
    const { seconds, memoryMb } = job.limits;
    const slow = documentsProblems.problem('workbook-slow', { seconds }, { file: job.file });
    const timer = setTimeout(() => finish(() => resolve({ problem: slow })), seconds * 1000);
    const finish = (end: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      void worker.terminate().then(end, reject);
    };
    const memory = { size: words('所需内存', 'the memory it needs'), limit: `${memoryMb} MB` };
    const large = inputProblems.problem('file-too-large', memory, { file: job.file });
    worker.once('message', (answer: WorkbookAnswer) => finish(() => resolve(answer)));
    worker.once('error', (error: NodeJS.ErrnoException) =>
      finish(() => (error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve({ problem: large }) : reject(error))),
    );
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
  });
}

function jobOf(path: string, texts: CellTexts, limits: Partial<WorkbookLimits> | undefined): WorkbookJob {
  const all = { ...workbookLimits, ...limits };
  const file = basename(path);
  const { size } = statSync(path);
  if (size > all.fileBytes) throw inputProblems.refused('file-too-large', { size: inMb(size), limit: inMb(all.fileBytes) }, { file });
  return { path, file, texts, limits: all };
}

function sheetsOf(answer: WorkbookAnswer): readonly RawSheet[] {
  if ('problem' in answer) throw new RefusedInput(answer.problem);
  return answer.sheets;
}

/**
 * Reads all sheets of an xlsx, xlsm, xlsb or xls file as texts. Throws RefusedInput, with the file as its place, when the
 * workbook is damaged (checksums are compared), locked, larger than the limits, or takes longer than they allow; Cancelled
 * when the signal ends it.
 */
export async function readWorkbook(path: string, { texts, limits, signal }: WorkbookOptions): Promise<readonly RawSheet[]> {
  return sheetsOf(await runReader(jobOf(path, texts, limits), signal));
}

/**
 * The same for a caller that cannot wait: it blocks, within the same limits, and no signal ends it before they do. For
 * schemes and tables of a settlement, which are small.
 */
export function readWorkbookNow(path: string, { texts, limits }: Omit<WorkbookOptions, 'signal'>): readonly RawSheet[] {
  const job = jobOf(path, texts, limits);
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(readerFile, {
    workerData: { ...job, waiting: { port: port2, done } } satisfies WorkbookJob,
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: job.limits.memoryMb },
  });
  worker.unref();
  const { seconds } = job.limits;
  const waited = Atomics.wait(done, 0, 0, seconds * 1000);
  const message: { readonly message: WorkbookAnswer } | undefined = receiveMessageOnPort(port1);
  void worker.terminate();
  port1.close();
  if (waited === 'timed-out' || message === undefined) throw documentsProblems.refused('workbook-slow', { seconds }, { file: job.file });
  return sheetsOf(message.message);
}
