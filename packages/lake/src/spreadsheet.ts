import { readFileSync, statSync, writeFileSync } from 'node:fs';
import * as xlsx from '@e965/xlsx';
import { RefusedInput } from '@hengjian/standard';
import type { FoundFile } from './files.ts';
import type { Layout } from './stage.ts';

/** A spreadsheet is held in memory while it is read; larger tables belong in CSV. */
const maximumBytes = 200 * 1024 * 1024;

const two = (value: number): string => String(value).padStart(2, '0');

/** The text of a cell: numbers as they are stored, dates in ISO form, texts unchanged. */
function cellText(cell: xlsx.CellObject | undefined): string {
  if (cell?.v === undefined || cell.t === 'e') return '';
  if (cell.t !== 'n' || typeof cell.v !== 'number') return String(cell.v);
  if (typeof cell.z === 'string' && xlsx.SSF.is_date(cell.z)) {
    const { y, m, d, H, M, S } = xlsx.SSF.parse_date_code(cell.v) as { y: number; m: number; d: number; H: number; M: number; S: number };
    const day = `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}`;
    return H === 0 && M === 0 && S === 0 ? day : `${day} ${two(H)}:${two(M)}:${two(Math.floor(S))}`;
  }
  return String(cell.v);
}

const quote = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

function sheetLines(sheet: xlsx.WorkSheet, dropHeader: number): string[] {
  const range = xlsx.utils.decode_range(sheet['!ref'] ?? 'A1');
  const lines: string[] = [];
  for (let row = dropHeader; row <= range.e.r; row += 1) {
    const cells: string[] = [];
    for (let column = 0; column <= range.e.c; column += 1) {
      cells.push(quote(cellText(sheet[xlsx.utils.encode_cell({ r: row, c: column })] as xlsx.CellObject | undefined)));
    }
    lines.push(cells.join(','));
  }
  return lines;
}

/** Writes the wanted sheet of a workbook as CSV; continued sheets are appended below the first. */
export async function sheetToCsv(file: FoundFile, layout: Layout, target: string): Promise<void> {
  const refuse = (code: string, message: string, remedy: string): RefusedInput => new RefusedInput({ code, message, remedy, place: { file: file.name } });
  if (statSync(file.path).size > maximumBytes) throw refuse('sheet-too-large', 'the workbook is larger than 200 MB', 'export the sheet as CSV');
  let book: xlsx.WorkBook;
  try {
    book = xlsx.read(readFileSync(file.path), { cellNF: true, cellFormula: false, cellHTML: false });
  } catch {
    throw refuse('sheet-broken', 'the workbook cannot be read', 'open it in a spreadsheet program and save it again, or export it as CSV');
  }
  const names = layout.sheet === undefined ? book.SheetNames : book.SheetNames.filter((name) => name === layout.sheet);
  if (names.length === 0) throw refuse('sheet-missing', `the workbook has no sheet ${layout.sheet ?? ''}`, `name one of ${book.SheetNames.join(', ')}`);
  const used = layout.continued === true ? names : names.slice(0, 1);
  const lines = used.flatMap((name, index) => sheetLines(book.Sheets[name] as xlsx.WorkSheet, index === 0 ? 0 : (layout.header ?? 1)));
  writeFileSync(target, `${lines.join('\n')}\n`);
}
