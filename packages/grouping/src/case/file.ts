import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { csvCells, inputProblems, type RefusedInput, words } from '@hengjian/standard';
import { invalid } from '../problems.ts';
import type { CaseProblem } from './case.ts';
import { caseReader, type ReadCase, unusedColumns } from './read.ts';

/** Longest line a file of cases may have; a quote that is never closed ends here. */
const lineLimit = 1_000_000;

/** Decodes the bytes of a file: UTF-8, or GB18030 when the first piece is no UTF-8. */
function decoder(): (bytes: Buffer, last: boolean) => string {
  let chosen: InstanceType<typeof TextDecoder> | undefined;
  return (bytes, last) => {
    if (chosen === undefined) {
      try {
        // A piece may end inside a character: the last three bytes decide nothing.
        new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
        chosen = new TextDecoder('utf-8');
      } catch {
        chosen = new TextDecoder('gb18030');
      }
    }
    return chosen.decode(bytes, { stream: !last });
  };
}

const quotes = (text: string): number => text.split('"').length - 1;

interface Line {
  readonly text: string;
  /** Row of the file in which it begins. */
  readonly row: number;
}

/** Logical lines of a CSV stream, piece by piece of the file. */
async function* pieces(stream: Readable, file: string): AsyncGenerator<readonly Line[]> {
  const decode = decoder();
  let rest = '';
  let row = 0;
  let open = '';
  let openRow = 0;
  const take = (text: string, into: Line[]): void => {
    row += 1;
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (open === '') openRow = row;
    const whole = open === '' ? line : `${open}\n${line}`;
    if (whole.includes('"') && quotes(whole) % 2 === 1) {
      if (whole.length > lineLimit) throw unclosed(file, openRow);
      open = whole;
      return;
    }
    open = '';
    if (whole !== '') into.push({ text: whole, row: openRow });
  };
  for await (const chunk of stream) {
    rest += decode(Buffer.from(chunk), false);
    const found: Line[] = [];
    let from = 0;
    for (let at = rest.indexOf('\n'); at >= 0; at = rest.indexOf('\n', from)) {
      take(rest.slice(from, at), found);
      from = at + 1;
    }
    rest = rest.slice(from);
    yield found;
  }
  rest += decode(Buffer.alloc(0), true);
  const last: Line[] = [];
  if (rest !== '') take(rest, last);
  yield last;
  if (open !== '') throw unclosed(file, openRow);
}

const unclosed = (file: string, row: number): RefusedInput => inputProblems.refused('quote-open', {}, { file, row });

/**
 * Reads a file of cases (CSV, or CSV compressed by gzip), a row at a time. Throws RefusedInput when the file is absent, empty,
 * damaged, or lacks a needed column; what is wrong in a row comes with the row. `onUnused` is told the columns that are none
 * of a case.
 */
export async function* readCases(path: string, onUnused?: (columns: readonly string[]) => void): AsyncGenerator<ReadCase> {
  const file = basename(path);
  statSync(path);
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  const stream: Readable = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  source.on('error', (error) => stream.destroy(error));
  let read: ((cells: readonly string[], row: number) => ReadCase) | undefined;
  let width = 0;
  try {
    for await (const piece of pieces(stream, file)) {
      for (const { text, row } of piece) {
        const cells = csvCells(row === 1 ? text.replace(/^\ufeff/, '') : text, file);
        if (read === undefined) {
          read = caseReader(cells, file);
          onUnused?.(unusedColumns(cells));
          width = cells.length;
          continue;
        }
        const found = read(cells, row);
        yield cells.length === width ? found : { ...found, problems: [...found.problems, wrongWidth(file, row, cells.length, width)] };
      }
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('Z_')) throw error;
    throw inputProblems.refused('file-damaged', { format: words('压缩文件', 'gzip archive'), reason: code }, { file });
  }
  if (read === undefined) throw inputProblems.refused('file-empty', {}, { file });
}

const wrongWidth = (file: string, row: number, cells: number, columns: number): CaseProblem =>
  invalid(inputProblems.problem('row-width', { cells, columns }, { file, row }));
