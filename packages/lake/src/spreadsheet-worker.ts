import { readFileSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import * as xlsx from '@e965/xlsx';
import type { SheetAnswer, SheetJob } from './spreadsheet.ts';

/** Cells a sheet may span, empty ones included; a damaged range would otherwise keep the reader busy for ever. */
const maximumCells = 60_000_000;

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

function convert(job: SheetJob): SheetAnswer {
  const refuse = (code: string, message: string, remedy: string): SheetAnswer => ({ code, message, remedy });
  let book: xlsx.WorkBook;
  try {
    book = xlsx.read(readFileSync(job.path), { cellNF: true, cellFormula: false, cellHTML: false });
  } catch {
    return refuse('sheet-broken', 'the workbook cannot be read', 'open it in a spreadsheet program and save it again, or export it as CSV');
  }
  const names = job.sheet === undefined ? book.SheetNames : book.SheetNames.filter((name) => name === job.sheet);
  if (names.length === 0)
    return refuse('sheet-missing', `the workbook has no sheet ${job.sheet ?? ''}`, `name one of ${book.SheetNames.join(', ')}`);
  const used = job.continued ? names : names.slice(0, 1);
  for (const name of used) {
    const { e } = xlsx.utils.decode_range(book.Sheets[name]?.['!ref'] ?? 'A1');
    if ((e.r + 1) * (e.c + 1) > maximumCells) {
      return refuse(
        'sheet-too-large',
        `sheet ${name} spans ${e.r + 1} rows and ${e.c + 1} columns`,
        'delete the empty rows and columns, or export the sheet as CSV',
      );
    }
  }
  const lines = used.flatMap((name, index) => sheetLines(book.Sheets[name] as xlsx.WorkSheet, index === 0 ? 0 : job.header));
  writeFileSync(job.target, `${lines.join('\n')}\n`);
  return undefined;
}

parentPort?.postMessage(convert(workerData as SheetJob));
