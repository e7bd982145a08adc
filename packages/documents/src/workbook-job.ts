import type { MessagePort } from 'node:worker_threads';
import type { Problem } from '@hengjian/standard';

/** What a workbook may take, whatever it claims. */
export interface WorkbookLimits {
  /** Bytes of the file. */
  readonly fileBytes: number;
  /** Bytes of all it holds when unpacked; read from its directory before anything is unpacked. */
  readonly unpackedBytes: number;
  /** Cells of all its sheets, and cells that one sheet spans. */
  readonly cells: number;
  readonly seconds: number;
  readonly memoryMb: number;
}

/** How the text of a cell is made: as the spreadsheet program shows it, or as it is stored (numbers plain, dates ISO). */
export type CellTexts = 'shown' | 'stored';

export interface WorkbookJob {
  readonly path: string;
  /** Name under which problems are reported. */
  readonly file: string;
  readonly texts: CellTexts;
  readonly limits: WorkbookLimits;
  /** Where the answer goes when the caller waits without returning to its event loop. */
  readonly waiting?: { readonly port: MessagePort; readonly done: Int32Array };
}

/** One sheet as texts. Rows are counted from the first of the sheet, also when it is empty. */
export interface RawSheet {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
  /** 1-based rows with cells merged over several rows. */
  readonly merged: readonly number[];
}

export type WorkbookAnswer = { readonly sheets: readonly RawSheet[] } | { readonly problem: Problem };
