import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { RefusedInput } from '@hengjian/standard';
import type { FoundFile } from './files.ts';
import type { Layout } from './stage.ts';

/** A spreadsheet is held in memory while it is read; larger tables belong in CSV. */
const maximumBytes = 200 * 1024 * 1024;
const maximumMemory = 3072;

export interface SheetJob {
  readonly path: string;
  readonly target: string;
  readonly sheet: string | undefined;
  readonly continued: boolean;
  readonly header: number;
}

/** What is wrong with the workbook; undefined when the CSV is written. */
export type SheetAnswer = { readonly code: string; readonly message: string; readonly remedy: string } | undefined;

const tooLarge = {
  code: 'sheet-too-large',
  message: 'the workbook needs more memory than a spreadsheet may take',
  remedy: 'export the sheet as CSV',
} as const;

/** Runs the reader in a thread of its own: a hostile or damaged workbook can fill only the memory it is given. */
function runReader(job: SheetJob): Promise<SheetAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./spreadsheet-worker.ts', import.meta.url), {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: maximumMemory },
    });
    worker.once('message', resolve);
    worker.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(tooLarge) : reject(error)));
  });
}

/** Writes the wanted sheet of a workbook as CSV; continued sheets are appended below the first. */
export async function sheetToCsv(file: FoundFile, layout: Layout, target: string): Promise<void> {
  const refuse = (problem: NonNullable<SheetAnswer>): RefusedInput => new RefusedInput({ ...problem, place: { file: file.name } });
  if (statSync(file.path).size > maximumBytes)
    throw refuse({ code: 'sheet-too-large', message: 'the workbook is larger than 200 MB', remedy: 'export the sheet as CSV' });
  const answer = await runReader({
    path: file.path,
    target,
    sheet: layout.sheet,
    continued: layout.continued === true,
    header: layout.header ?? 1,
  });
  if (answer !== undefined) throw refuse(answer);
}
