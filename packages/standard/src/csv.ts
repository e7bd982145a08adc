import { inputProblems } from './input-problems.ts';

/** Parses RFC 4180 text held in memory. Meant for the library's own small tables; claims are read by the lake. */
export function parseCsv(text: string, file: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  const source = text.replace(/^\uFEFF/, '');
  for (let index = 0; index < source.length; index += 1) {
    const character = source[index] as string;
    if (character === '\n') line += 1;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (source[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === ',') {
      row.push(cell);
      cell = '';
    } else if (character === '\n') {
      row.push(cell);
      rows.push(row);
      row = [];
      cell = '';
    } else if (character !== '\r') cell += character;
  }
  if (quoted) throw inputProblems.refused('quote-open', {}, { file, row: line });
  if (cell !== '' || row.length > 0) {
    row.push(cell);
    rows.push(row);
  }
  return rows;
}

/** Rows of a CSV text as records keyed by its header. Every row must have as many cells as the header. */
export function parseCsvRecords(text: string, file: string): Record<string, string>[] {
  const [header, ...body] = parseCsv(text, file);
  if (header === undefined) return [];
  return body.map((cells, index) => {
    if (cells.length !== header.length)
      throw inputProblems.refused('row-width', { cells: cells.length, columns: header.length }, { file, row: index + 2 });
    return Object.fromEntries(header.map((name, column) => [name, cells[column] as string]));
  });
}

/** Cells of one line that holds a whole row; only a line with quotes needs the whole grammar. */
export const csvCells = (line: string, file: string): readonly string[] =>
  line.includes('"') ? (parseCsv(line, file)[0] ?? []) : line.split(',');

/** A text as a CSV cell, quoted when it must be. */
export const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
