import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Layout, type LineCounts, type ReadOptions, readSource, type SourceTables, type TextTable } from './index.ts';
import { kindOf } from './kinds.ts';

const made: string[] = [];

/** A folder that is gone when the tests end. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-sources-'));
  made.push(folder);
  return folder;
}
export const cleanUp = (): void => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
};

/** Writes a file and reads it. */
export async function readBytes(
  content: Buffer | string,
  name = 'a.csv',
  layout: Layout = {},
  more: Partial<ReadOptions> = {},
): Promise<SourceTables> {
  const folder = temporary();
  const path = join(folder, name);
  writeFileSync(path, content);
  mkdirSync(join(folder, 'scratch'));
  return readSource({ path, name, kind: kindOf(name) }, layout, { folder: join(folder, 'scratch'), ...more });
}

export async function readOne(content: Buffer | string, name?: string, layout?: Layout, more?: Partial<ReadOptions>): Promise<TextTable> {
  const { tables } = await readBytes(content, name, layout, more);
  const [table] = tables;
  if (table === undefined) throw new Error('no table');
  return table;
}

/** Cells of what the engine is given, by the letter of RFC 4180; each row begins with its number in the file. */
export function cellsOf(table: TextTable): { readonly row: number; readonly cells: readonly string[] }[] {
  const text = readFileSync(table.path, 'utf8').replace(/^\ufeff/, '');
  const rows: string[][] = [[]];
  let [at, cells] = [0, rows[0] as string[]];
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += text[at] === '"' ? 2 : 1) cell += text[at];
      at += 1;
    } else for (; at < text.length && text[at] !== table.delimiter && !text.startsWith(table.newLine, at); at += 1) cell += text[at];
    cells.push(cell);
    if (text[at] === table.delimiter) at += 1;
    else {
      at += table.newLine.length;
      cells = [];
      rows.push(cells);
    }
    if (text[at - 1] === table.delimiter && at === text.length) cells.push('');
  }
  const whole = rows.filter((row) => row.length > 0).slice(table.headed ? 1 : 0);
  const first = table.firstRow;
  return whole.map((row, index) =>
    first === undefined ? { row: Number(row[0]), cells: row.slice(1) } : { row: first + index, cells: row },
  );
}

/** Lines that are nowhere. */
export const lostLines = ({ all, header, titles, blanks, records, broken }: LineCounts): number =>
  all - header - titles - blanks - records - broken;
