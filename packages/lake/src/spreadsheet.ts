import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { inputProblems, type Problem, RefusedInput, type Words, words } from '@hengjian/standard';
import type { FoundFile } from './files.ts';
import type { Layout } from './stage.ts';

/** A spreadsheet is held in memory while it is read; larger tables belong in CSV. */
const megabyte = 1024 * 1024;
const maximumBytes = 200 * megabyte;
const maximumMemory = 3072;

export interface SheetJob {
  readonly path: string;
  readonly target: string;
  readonly sheet: string | undefined;
  readonly continued: boolean;
  readonly header: number;
}

/** What is wrong with the workbook, told by the thread that reads it; undefined when the CSV is written. */
export type SheetAnswer = Problem | undefined;

/** Runs the reader in a thread of its own: a hostile or damaged workbook can fill only the memory it is given. */
function runReader(job: SheetJob): Promise<SheetAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./spreadsheet-worker.ts', import.meta.url), {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: maximumMemory },
    });
    worker.once('message', resolve);
    worker.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? resolve(tooLarge(words('所需内存超过上限', 'it takes more memory than is allowed'), `${maximumMemory} MB`))
        : reject(error),
    );
  });
}

const tooLarge = (size: string | Words, limit: string): Problem => inputProblems.problem('file-too-large', { size, limit });

/** Writes the wanted sheet of a workbook as CSV; continued sheets are appended below the first. */
export async function sheetToCsv(file: FoundFile, layout: Layout, target: string): Promise<void> {
  const { size } = statSync(file.path);
  const job = { path: file.path, target, sheet: layout.sheet, continued: layout.continued === true, header: layout.header ?? 1 };
  const answer = size > maximumBytes ? tooLarge(`${Math.ceil(size / megabyte)} MB`, `${maximumBytes / megabyte} MB`) : await runReader(job);
  if (answer !== undefined) throw new RefusedInput({ ...answer, place: { ...answer.place, file: file.name } });
}
