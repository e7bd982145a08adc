import type { Limits } from './types.ts';

export const megabyte = 1024 * 1024;

/** Bytes of a record at most; the engine is told the same. */
export const longestRecord = 4_000_000;
/** Columns at most. */
export const mostColumns = 10_000;
/** Rows that cannot be taken apart, at most: beyond, the file is no table. */
export const mostBroken = 1_000_000;
/** Rows of which the cells that can be told are kept, of those that cannot be taken apart. */
export const mostTold = 10_000;
/** Rows in which a header is looked for. */
export const headerRows = 40;
/** Size of a workbook file, and memory of the thread that opens it. */
export const workbookFileBytes = 200 * megabyte;
export const workbookMemory = 3072;
/** Cells a sheet may span, empty ones included; a damaged range would otherwise keep the reader busy for ever. */
export const sheetCells = 60_000_000;

const defaults: Limits = {
  workbookSeconds: 45,
  partBytes: 400 * megabyte,
  workbookBytes: 800 * megabyte,
  archiveBytes: 32_768 * megabyte,
  entries: 20_000,
  ratio: 300,
};

export const limitsOf = (given: Partial<Limits> | undefined): Limits => ({ ...defaults, ...given });
