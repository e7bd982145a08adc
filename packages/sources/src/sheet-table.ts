import * as xlsx from '@e965/xlsx';
import { inputProblems, type Problem, words } from '@hengjian/standard';
import { isBlank } from './bytes.ts';
import { cellText } from './cell-text.ts';
import { FactsAbove } from './facts-above.ts';
import { headerRows, longestRecord, sheetCells } from './limits.ts';
import { columnNames, findHeader, hasHeader, joinedHeader, lastNamed, plainName, sameName } from './names.ts';
import { Sink } from './sink.ts';
import type { BrokenRecord, TextTable } from './types.ts';
import { isUntrusted, merged } from './untrusted.ts';

/** A sheet of an open workbook. */
export interface OpenSheet {
  readonly name: string;
  /** Rows and columns it spans. */
  readonly rows: number;
  readonly width: number;
  /** The days of its workbook count from 1904. */
  readonly calendar1904: boolean;
  /** Texts of a row, from 0; cells at the end that are not there are left out. */
  cells(row: number): readonly string[];
  /** Cells that are merged down. */
  readonly merged: readonly MergedCells[];
}

/** A cell that stands for several rows, all from 0. */
interface MergedCells {
  readonly column: number;
  readonly first: number;
  readonly last: number;
}

export function openSheet(book: xlsx.WorkBook, name: string): OpenSheet {
  const sheet = book.Sheets[name];
  const date1904 = book.Workbook?.WBProps?.date1904 === true;
  const data = sheet?.['!data'] ?? [];
  const { e } = sheet?.['!ref'] === undefined ? { e: { r: -1, c: -1 } } : xlsx.utils.decode_range(sheet['!ref']);
  return {
    name,
    rows: Math.min(e.r + 1, Math.max(data.length, 0)),
    width: e.c + 1,
    calendar1904: date1904,
    cells: (row) => Array.from(data[row] ?? [], (cell) => cellText(cell, date1904)),
    merged: (sheet?.['!merges'] ?? []).flatMap(({ s: from, e: to }) =>
      to.r > from.r ? [{ column: from.c, first: from.r, last: Math.min(to.r, e.r) }] : [],
    ),
  };
}

/** What cells that are merged down below the header say of the rows they stand for, with the mark of such a cell. */
function filledDown({ merged: all, cells }: OpenSheet, header: number): ReadonlyMap<number, ReadonlyMap<number, string>> {
  const rows = new Map<number, Map<number, string>>();
  for (const { column, first, last } of all) {
    const text = first > header ? (cells(first)[column] ?? '') : '';
    if (isBlank(text)) continue;
    for (let row = first; row <= last; row += 1)
      rows.set(row, (rows.get(row) ?? new Map<number, string>()).set(column, `${merged}${text}`));
  }
  return rows;
}

/** A range that would keep the reader busy for ever. */
export function sheetTooLarge({ name, rows, width }: OpenSheet): Problem | undefined {
  if (rows * width <= sheetCells) return undefined;
  const size = words(`工作表 ${name} 有 ${rows} 行 ${width} 列`, `sheet ${name} (rows: ${rows}, columns: ${width})`);
  const limit = words(`${sheetCells} 个单元格`, `${sheetCells} cells`);
  return inputProblems.problem('file-too-large', { size, limit });
}

/** Where the header of a sheet is, from 0; undefined when the sheet is empty. */
export function headerOf(sheet: OpenSheet, header: number | undefined, wanted: readonly string[]): number | undefined {
  if (header !== undefined) return sheet.cells(header - 1).some((cell) => !isBlank(cell)) ? header - 1 : undefined;
  return findHeader(firstRows(sheet), wanted);
}

const firstRows = (sheet: OpenSheet): (readonly string[])[] =>
  Array.from({ length: Math.min(sheet.rows, headerRows) }, (_, row) => sheet.cells(row));

export const hasWanted = (sheet: OpenSheet, wanted: readonly string[]): boolean => hasHeader(firstRows(sheet), wanted);

/** The row of a sheet that holds the same named columns as the header of another one, from 0. */
export function sameHeader(sheet: OpenSheet, header: readonly string[]): number | undefined {
  const columns = header.slice(0, lastNamed(header)).map(plainName);
  const found = firstRows(sheet).findIndex((cells) => {
    const names = cells.slice(0, lastNamed(cells)).map(plainName);
    return names.length === columns.length && names.every((name, index) => name === columns[index]);
  });
  return found < 0 ? undefined : found;
}

/** Rows that hold something. */
export function filledRows(sheet: OpenSheet): number {
  let rows = 0;
  for (let row = 0; row < sheet.rows; row += 1) if (!sheet.cells(row).every(isBlank)) rows += 1;
  return rows;
}

interface Target {
  readonly path: string;
  readonly file: string;
  readonly headerRows: number;
  /** Rows of the sheet that are read. */
  readonly until: number | undefined;
  /** Labels above the lines whose values are columns. */
  readonly above: readonly string[];
}

/** The last column that holds something below the header. */
function usedColumns(sheet: OpenSheet, header: number, end: number): number {
  let used = 0;
  for (let row = header + 1; row < end; row += 1) {
    const cells = sheet.cells(row);
    if (cells.length > used) used = Math.max(used, cells.findLastIndex((cell) => !isBlank(cell)) + 1);
  }
  return used;
}

const rowText = (cells: readonly string[]): string => cells.filter((cell) => !isBlank(cell)).join('\u001f');

/** Titles above the header, which come again where pages were printed: rows with few cells. */
function titleTexts(sheet: OpenSheet, header: number): ReadonlySet<string> {
  const filled = (row: number): number => sheet.cells(row).filter((cell) => !isBlank(cell)).length;
  const rows = Array.from({ length: header }, (_, row) => row).filter((row) => filled(row) > 0 && filled(row) * 2 < filled(header));
  return new Set(rows.map((row) => rowText(sheet.cells(row))));
}

/** Writes the rows below the header of a sheet. */
export function writeSheet(sheet: OpenSheet, header: number, { path, file, headerRows, until, above: labels }: Target): TextTable {
  const ownCells = sheet.cells(header);
  const headerCells = headerRows > 1 && header > 0 ? joinedHeader(sheet.cells(header - 1), ownCells) : ownCells;
  const end = Math.min(sheet.rows, until ?? sheet.rows);
  const width = Math.max(lastNamed(headerCells), usedColumns(sheet, header, end));
  const own = columnNames(
    Array.from({ length: width }, (_, column) => headerCells[column] ?? ''),
    file,
    header + 1,
  );
  const facts = new FactsAbove(labels.filter((label) => !own.some((column) => sameName(column) === sameName(label))));
  for (let row = 0; row < header; row += 1) facts.take(sheet.cells(row));
  const columns = [...own, ...facts.labels];
  const [broken, untrusted, joined] = [[] as BrokenRecord[], new Set<number>(), new Set<number>()];
  const above = Array.from({ length: header }, (_, row) => sheet.cells(row).every(isBlank));
  const [titlesAbove, down] = [titleTexts(sheet, header), filledDown(sheet, header)];
  let [records, titles, blanks, multiline] = [0, above.filter((blank) => !blank).length, above.filter((blank) => blank).length, false];
  const sink = new Sink(path);
  try {
    for (let row = header + 1; row < sheet.rows; row += 1) {
      const cells = sheet.cells(row);
      if (row >= end) {
        if (cells.every(isBlank)) blanks += 1;
        else titles += 1;
        continue;
      }
      const length = cells.reduce((sum, cell) => sum + cell.length, 0);
      if (cells.every(isBlank)) blanks += 1;
      else if (own.length > 1 && own.every((_, column) => (cells[column] ?? '') === (ownCells[column] ?? ''))) titles += 1;
      else if (facts.take(cells) || titlesAbove.has(rowText(cells))) titles += 1;
      else if (length > longestRecord)
        broken.push({ row: row + 1, line: row + 1, kind: 'cell-long', cells: cells.map((cell) => cell.slice(0, 64)) });
      else {
        sink.row(row + 1);
        for (let column = 0; column < width; column += 1) {
          const common = down.get(row)?.get(column);
          const cell = common ?? cells[column] ?? '';
          if (common !== undefined) joined.add(column);
          if (isUntrusted(common?.slice(merged.length) ?? cell)) untrusted.add(column);
          multiline ||= /[\r\n]/.test(cell);
          sink.cell(cell);
        }
        for (const value of facts.use()) sink.cell(value);
        sink.end();
        records += 1;
      }
    }
  } finally {
    sink.close();
  }
  return {
    name: file,
    sheet: sheet.name,
    path,
    delimiter: ',',
    columns,
    header: header + 1,
    newLine: '\n',
    headed: false,
    multiline,
    records,
    broken,
    titles,
    blanks,
    lines: { all: sheet.rows, header: 1, titles, blanks, records, broken: broken.length },
    untrusted: columns.filter((_, column) => untrusted.has(column)),
    merged: columns.filter((_, column) => joined.has(column)),
    guarded: sink.guarded,
    ...(sheet.calendar1904 ? { calendar1904: true } : {}),
  };
}
