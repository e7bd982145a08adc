import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import * as xlsx from '@e965/xlsx';
import { counted, inputProblems, type Problem, RefusedInput, words } from '@hengjian/standard';
import { documentsProblems } from './problems.ts';
import type { CellTexts, RawSheet, WorkbookAnswer, WorkbookJob } from './workbook-job.ts';
import { isZip, readZipDirectory, unpackEntry, ZipDamage } from './zip.ts';

const mostEntries = 5000;
const inMb = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)} MB`;
const countOf = (cells: number): ReturnType<typeof words> => words(`${cells} 个单元格`, counted(cells, 'cell'));

function countCells(content: Buffer): number {
  let cells = 0;
  for (let at = content.indexOf('<c '); at >= 0; at = content.indexOf('<c ', at + 3)) cells += 1;
  return cells;
}

/** Looks through the archive before it is parsed: sizes by its directory, then each file by its checksum, then the number of cells. */
function checkArchive({ limits, file }: WorkbookJob, bytes: Buffer): void {
  const tooLarge = (size: string | ReturnType<typeof words>, limit: string | ReturnType<typeof words>): RefusedInput =>
    inputProblems.refused('file-too-large', { size, limit }, { file });
  const entries = readZipDirectory(bytes);
  const unpacked = entries.reduce((sum, { size }) => sum + size, 0);
  if (unpacked > limits.unpackedBytes) throw tooLarge(inMb(unpacked), inMb(limits.unpackedBytes));
  if (entries.length > mostEntries)
    throw new ZipDamage(words(`内含 ${entries.length} 个文件`, `it holds ${counted(entries.length, 'file')}`));
  let cells = 0;
  for (const entry of entries) {
    const content = unpackEntry(bytes, entry);
    if (/worksheets\/.*\.xml$/i.test(entry.name)) cells += countCells(content);
    if (cells > limits.cells) throw tooLarge(countOf(cells), countOf(limits.cells));
  }
  if (!entries.some(({ name }) => name === 'xl/workbook.xml' || name === 'xl/workbook.bin'))
    throw new ZipDamage(words('缺少 xl/workbook.xml', 'it has no xl/workbook.xml'));
}

const two = (value: number): string => String(value).padStart(2, '0');

/** The text of a cell as it is stored: numbers plain, dates in ISO form, errors empty. */
function storedText(cell: xlsx.CellObject): string {
  if (cell.v === undefined || cell.t === 'e') return '';
  if (typeof cell.v !== 'number' || cell.t !== 'n') return String(cell.v);
  if (typeof cell.z !== 'string' || !xlsx.SSF.is_date(cell.z)) return String(cell.v);
  const parts: { y: number; m: number; d: number; H: number; M: number; S: number } = xlsx.SSF.parse_date_code(cell.v);
  const day = `${String(parts.y).padStart(4, '0')}-${two(parts.m)}-${two(parts.d)}`;
  const { H, M, S } = parts;
  return H === 0 && M === 0 && S === 0 ? day : `${day} ${two(H)}:${two(M)}:${two(Math.floor(S))}`;
}

const shownText = (cell: xlsx.CellObject): string => (cell.t === 'z' ? '' : xlsx.utils.format_cell(cell));

function sheetRows(sheet: xlsx.DenseWorkSheet, last: xlsx.CellAddress, texts: CellTexts): string[][] {
  const text = texts === 'shown' ? shownText : storedText;
  return Array.from({ length: last.r + 1 }, (_, row) => {
    const cells = sheet['!data'][row] ?? [];
    return Array.from({ length: last.c + 1 }, (_empty, column) => {
      const cell = cells[column];
      return cell === undefined ? '' : text(cell);
    });
  });
}

function mergedRows(sheet: xlsx.WorkSheet): readonly number[] {
  const rows = new Set<number>();
  for (const { s, e } of sheet['!merges'] ?? []) if (e.r > s.r) for (let row = s.r; row <= e.r; row += 1) rows.add(row + 1);
  return [...rows].sort((left, right) => left - right);
}

function readSheets(job: WorkbookJob, book: xlsx.WorkBook): readonly RawSheet[] {
  const { limits, file, texts } = job;
  return book.SheetNames.flatMap((name): RawSheet[] => {
    const sheet = book.Sheets[name];
    if (sheet === undefined || !isDense(sheet)) return [];
    const { e: last } = xlsx.utils.decode_range(sheet['!ref'] ?? 'A1');
    const span = (last.r + 1) * (last.c + 1);
    if (span > limits.cells) {
      throw inputProblems.refused('file-too-large', { size: countOf(span), limit: countOf(limits.cells) }, { file, field: name });
    }
    return [{ name, rows: sheetRows(sheet, last, texts), merged: mergedRows(sheet) }];
  });
}

const isDense = (sheet: xlsx.WorkSheet): sheet is xlsx.DenseWorkSheet => Array.isArray(sheet['!data']);

function damaged(file: string, error: unknown): Problem {
  const text = error instanceof Error ? error.message : '';
  if (/password|encrypt/i.test(text)) return documentsProblems.problem('workbook-locked', {}, { file });
  const reason = error instanceof ZipDamage ? error.why : words('内容无法解析', text === '' ? 'it cannot be read' : text);
  return inputProblems.problem('file-damaged', { format: words('工作簿', 'workbook'), reason }, { file });
}

function answer(job: WorkbookJob): WorkbookAnswer {
  try {
    const bytes = readFileSync(job.path);
    if (isZip(bytes)) checkArchive(job, bytes);
    const book = xlsx.read(bytes, { type: 'buffer', dense: true, cellNF: true, cellDates: false, cellFormula: false, cellHTML: false });
    return { sheets: readSheets(job, book) };
  } catch (error) {
    if (error instanceof RefusedInput && error.problems[0] !== undefined) return { problem: error.problems[0] };
    return { problem: damaged(job.file, error) };
  }
}

const job: WorkbookJob = workerData;
const found = answer(job);
if (job.waiting === undefined) parentPort?.postMessage(found);
else {
  job.waiting.port.postMessage(found);
  Atomics.store(job.waiting.done, 0, 1);
  Atomics.notify(job.waiting.done, 0);
}
