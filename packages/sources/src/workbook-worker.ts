import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import * as xlsx from '@e965/xlsx';
import { clippedNames, counted, inputProblems, listed, RefusedInput, words } from '@hengjian/standard';
import { filledRows, hasWanted, headerOf, type OpenSheet, openSheet, sameHeader, sheetTooLarge, writeSheet } from './sheet-table.ts';
import type { Grid, GridRow, SourceTables, Unread } from './types.ts';
import type { GridJob, WorkbookAnswer, WorkbookJob } from './workbook.ts';

function openBook(path: string): xlsx.WorkBook {
  try {
    // Pages that are called workbooks have texts only: what looks like a number in them may be a code with zeros at its beginning.
    return xlsx.read(readFileSync(path), { dense: true, raw: true, cellNF: true, cellText: false, cellFormula: false, cellHTML: false });
  } catch {
    const reason = words('无法打开工作簿', 'the workbook cannot be opened');
    throw inputProblems.refused('file-damaged', { format: 'xlsx, xls', reason });
  }
}

/** Sheets that are asked for by name, in the order they are asked for. */
function namedSheets(book: xlsx.WorkBook, names: readonly string[]): OpenSheet[] {
  return names.map((name) => {
    if (book.SheetNames.includes(name)) return openSheet(book, name);
    const kind = words('工作表', 'sheet');
    throw inputProblems.refused('name-unknown', { kind, name, known: listed(clippedNames(book.SheetNames)) });
  });
}

interface Chosen {
  readonly sheet: OpenSheet;
  readonly header: number;
}

const withHeader = (sheet: OpenSheet, { header, wanted }: WorkbookJob): Chosen[] => {
  const at = headerOf(sheet, header, wanted);
  return at === undefined ? [] : [{ sheet, header: at }];
};

/** Sheets that have the same header as the first one. */
function continuations({ sheet, header }: Chosen, sheets: readonly OpenSheet[]): Chosen[] {
  const cells = sheet.cells(header);
  return sheets.flatMap((one) => {
    if (one === sheet) return [{ sheet, header }];
    const at = sameHeader(one, cells);
    return at === undefined ? [] : [{ sheet: one, header: at }];
  });
}

function chosenSheets(job: WorkbookJob, sheets: readonly OpenSheet[]): Chosen[] {
  const open = sheets.flatMap((sheet) => withHeader(sheet, job));
  const first = open.find(({ sheet }) => hasWanted(sheet, job.wanted)) ?? open[0];
  if (first === undefined) throw inputProblems.refused('file-empty', {}, {});
  if (job.continued) return continuations(first, sheets);
  return job.sheets === undefined ? [first] : open;
}

function unreadSheets(book: xlsx.WorkBook, job: WorkbookJob, chosen: readonly Chosen[]): Unread[] {
  const read = new Set(chosen.map(({ sheet }) => sheet.name));
  return book.SheetNames.flatMap((name) => {
    const rows = read.has(name) ? 0 : filledRows(openSheet(book, name));
    if (rows === 0) return [];
    const asked = job.continued && (job.sheets === undefined || job.sheets.includes(name));
    const why = asked
      ? words(`工作表表头不同，未读，共 ${rows} 行`, `the sheet has another header and was not read: ${counted(rows, 'row')}`)
      : words(`工作表未读，共 ${rows} 行`, `the sheet was not asked for and not read: ${counted(rows, 'row')}`);
    return [{ name: job.file, sheet: name, rows, why }];
  });
}

function convert(job: WorkbookJob): SourceTables {
  const book = openBook(job.path);
  const sheets = namedSheets(book, job.sheets ?? book.SheetNames);
  for (const sheet of sheets) {
    const problem = sheetTooLarge(sheet);
    if (problem !== undefined) throw new RefusedInput(problem);
  }
  const chosen = chosenSheets(job, sheets);
  const tables = chosen.map(({ sheet, header }, index) => {
    const path = index === 0 ? job.target : `${job.target}-${index + 1}.csv`;
    return writeSheet(sheet, header, { path, file: job.file, headerRows: job.headerRows, until: job.until, above: job.above });
  });
  return { tables, unread: unreadSheets(book, job, chosen) };
}

/** Rows of a sheet that are shown from its top, and after each blank row. */
const [topRows, rowsAfterBlank] = [200, 6];

function gridOf(sheet: OpenSheet): Grid {
  const rows: GridRow[] = [];
  let shown = topRows;
  for (let row = 0; row < sheet.rows; row += 1) {
    const cells = sheet.cells(row);
    if (cells.every((cell) => cell.trim() === '')) shown = Math.max(shown, row + 1 + rowsAfterBlank);
    else if (row < shown) rows.push({ row: row + 1, cells });
  }
  return { sheet: sheet.name, rows, all: sheet.rows };
}

function gridsOf(job: GridJob): readonly Grid[] {
  const book = openBook(job.path);
  return book.SheetNames.flatMap((name) => {
    const sheet = openSheet(book, name);
    return sheetTooLarge(sheet) === undefined ? [gridOf(sheet)] : [];
  });
}

function answer(job: WorkbookJob | GridJob): WorkbookAnswer {
  try {
    return 'grid' in job ? { grids: gridsOf(job) } : { read: convert(job) };
  } catch (error) {
    if (error instanceof RefusedInput) return { problems: error.problems };
    throw error;
  }
}

parentPort?.postMessage(answer(workerData));
