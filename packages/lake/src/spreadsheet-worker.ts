import { readFileSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import * as xlsx from '@e965/xlsx';
import { clippedNames, counted, inputProblems, listed, words } from '@hengjian/standard';
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
  let book: xlsx.WorkBook;
  try {
    book = xlsx.read(readFileSync(job.path), { cellNF: true, cellFormula: false, cellHTML: false });
  } catch {
    const reason = words('无法打开工作簿', 'the workbook cannot be opened');
    return inputProblems.problem('file-damaged', { format: 'xlsx, xls', reason });
  }
  const names = job.sheet === undefined ? book.SheetNames : book.SheetNames.filter((name) => name === job.sheet);
  if (names.length === 0) {
    const kind = words('工作表', 'sheet');
    return inputProblems.problem('name-unknown', { kind, name: job.sheet ?? '', known: listed(clippedNames(book.SheetNames)) });
  }
  const used = job.continued ? names : names.slice(0, 1);
  for (const name of used) {
    const { e } = xlsx.utils.decode_range(book.Sheets[name]?.['!ref'] ?? 'A1');
    if ((e.r + 1) * (e.c + 1) > maximumCells) {
      const [rows, columns] = [e.r + 1, e.c + 1];
      const size = words(
        `工作表 ${name} 有 ${rows} 行 ${columns} 列`,
        `sheet ${name} with ${counted(rows, 'row')} and ${counted(columns, 'column')}`,
      );
      const limit = words(`${maximumCells} 个单元格`, `${maximumCells} cells`);
      return inputProblems.problem('file-too-large', { size, limit });
    }
  }
  const lines = used.flatMap((name, index) => sheetLines(book.Sheets[name] as xlsx.WorkSheet, index === 0 ? 0 : job.header));
  writeFileSync(job.target, `${lines.join('\n')}\n`);
  return undefined;
}

parentPort?.postMessage(convert(workerData as SheetJob));
