import { columnName, type Grid, type GridRow, joinedHeader } from '@hengjian/sources';
import { isKnown, meaningsOf } from './headers.ts';

/** A table that stands in a file. */
export interface FoundTable {
  readonly sheet: string | undefined;
  /** 1-based row of the header, the lower one of two. */
  readonly header: number;
  readonly headerRows: number;
  /** Row after which another table begins. */
  readonly until: number | undefined;
  readonly columns: readonly string[];
  /** Labels above the header that say of whom the lines are. */
  readonly above: readonly string[];
  /** Texts that stand above the header. */
  readonly titles: readonly string[];
}

const named = (cells: readonly string[]): string[] => cells.map((cell) => columnName(cell)).filter((cell) => cell !== '');
const knownIn = (cells: readonly string[]): number => new Set(named(cells).filter(isKnown)).size;

/** A row is a header when two of its cells, and four of ten, are words that headers use. */
const isHeader = (cells: readonly string[]): boolean => {
  if (cells.some((cell) => /[:：]\s*$/.test(cell))) return false;
  const [all, known] = [named(cells).length, knownIn(cells)];
  return known >= 2 && known >= all * 0.4;
};

const isTwice = (cells: readonly string[]): boolean => new Set(named(cells)).size < named(cells).length;
/** A cell of data: a number, a date, a long text. */
const isData = (cell: string): boolean => /^[-+¥￥]?[\d,./:\s年月日-]+元?$/.test(cell.trim()) || cell.length > 30;

/** Whether a row names the columns of the groups of the row above, and nothing else: cells merged over several columns. */
function namesGroups(upper: readonly string[], lower: readonly string[]): boolean {
  const has = (cells: readonly string[], column: number): boolean => (cells[column] ?? '').trim() !== '';
  const last = Math.max(upper.length, lower.length);
  const columns = Array.from({ length: last }, (_, column) => column).filter((column) => has(upper, column) || has(lower, column));
  const inGroup = (column: number): boolean => !has(upper, column) || (!has(upper, column + 1) && has(lower, column + 1));
  return columns.some((column) => !has(upper, column)) && columns.every((column) => has(lower, column) === inGroup(column));
}

interface Header {
  readonly row: number;
  readonly rows: number;
  readonly columns: readonly string[];
}

/** The header that begins or ends in a row, with the row above or below it where names need both. */
function headerAt(rows: readonly GridRow[], index: number): Header | undefined {
  const [above, own, below] = [rows[index - 1], rows[index], rows[index + 1]];
  if (own === undefined || !isHeader(own.cells)) return undefined;
  const single = { row: own.row, rows: 1, columns: own.cells.map(columnName) };
  if (below !== undefined && below.row === own.row + 1 && !below.cells.some(isData) && named(below.cells).length > 0) {
    const joined = joinedHeader(own.cells, below.cells);
    const isOwn = named(joined).join('|') === named(below.cells).join('|');
    if (knownIn(joined) > knownIn(own.cells) || namesGroups(own.cells, below.cells))
      return { row: below.row, rows: isOwn ? 1 : 2, columns: joined };
  }
  const needsUpper = isTwice(own.cells) || own.cells.slice(0, own.cells.length).some((cell) => cell.trim() === '');
  if (needsUpper && above !== undefined && above.row === own.row - 1) {
    const joined = joinedHeader(above.cells, own.cells);
    if (named(joined).length > new Set(named(own.cells)).size) return { row: own.row, rows: 2, columns: joined };
  }
  return single;
}

/** The last row before a header and the titles that stand right above it. */
function endBefore(next: Header, header: Header, rows: readonly GridRow[]): number {
  const filled = new Set(rows.map(({ row }) => row));
  const first = next.row - next.rows + 1;
  let top = first;
  while (top - 1 > header.row && filled.has(top - 1)) top -= 1;
  return (top - 1 > header.row ? top : first) - 1;
}

/** What is said of a stay or a patient above a list of what was charged. */
const aboveFields = new Set(
  'mdtrt_id psn_no certno gend age brdy begntime endtime ipt_days insutype med_type dscg_dept_name adm_dept_name diag_name diag_code'.split(
    ' ',
  ),
);

const means = (name: string, field: string): boolean => meaningsOf(name).some((one) => one.field === field);

/** Labels with a colon above the lines of a sheet; none where no line lacks its stay. */
function labelsAbove(texts: readonly string[], columns: readonly string[]): readonly string[] {
  const labels = texts.flatMap((text) => [...text.matchAll(/([\p{Script=Han}A-Za-z]{2,10})\s*[:：]/gu)].map(([, label = '']) => label));
  const known = [...new Set(labels)].filter((label) => meaningsOf(label).some(({ field }) => aboveFields.has(field)));
  const hasStay = columns.some((column) => means(column, 'mdtrt_id'));
  return !hasStay && known.some((label) => means(label, 'mdtrt_id')) ? known : [];
}

/** Tables of a sheet or a text, one below the other. A header that comes again goes on with its table. */
export function findTables({ sheet, rows }: Grid): readonly FoundTable[] {
  const headers: Header[] = [];
  for (let index = 0; index < rows.length; index += 1) {
    const found = headerAt(rows, index);
    if (found === undefined || headers.some((one) => named(one.columns).join('|') === named(found.columns).join('|'))) continue;
    headers.push(found);
    if (found.row > (rows[index]?.row ?? 0)) index += 1;
  }
  return headers.map((header, index) => {
    const next = headers[index + 1];
    const first = header.row - header.rows + 1;
    const after = headers[index - 1]?.row ?? 0;
    const above = rows.filter(({ row }) => row < first && row > after).flatMap(({ cells }) => cells);
    const titles = named(above);
    return {
      sheet,
      header: header.row,
      headerRows: header.rows,
      until: next === undefined ? undefined : endBefore(next, header, rows),
      columns: header.columns,
      above: index === 0 && sheet !== undefined ? labelsAbove(above, header.columns) : [],
      titles: index === 0 ? titles : [],
    };
  });
}
