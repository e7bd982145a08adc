import { inputProblems } from '@hengjian/standard';
import { delimiterByRows, firstRows } from './head.ts';
import { realKind } from './read.ts';
import { firstBytes } from './text.ts';
import type { Grid, ReadOptions, SourceFile } from './types.ts';
import { workbookGrids } from './workbook.ts';

const lookedAt = 1 << 18;
const shownRows = 200;

interface Decoded {
  readonly encoding: string;
  readonly text: string;
}

/** The first bytes of a text as signs; a sign that is cut at their end is left out. */
function decoded(bytes: Buffer): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', text: new TextDecoder('utf-16le').decode(bytes) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', text: new TextDecoder('utf-16be').decode(bytes) };
  try {
    return { encoding: 'utf-8', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }) };
  } catch {
    return { encoding: 'gb18030', text: new TextDecoder('gb18030').decode(bytes, { stream: true }) };
  }
}

function textGrid(file: SourceFile): Grid {
  const bytes = firstBytes(file.path, lookedAt);
  const { encoding, text } = decoded(bytes);
  const whole = bytes.length < lookedAt ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  const delimiter = delimiterByRows(whole.split(/\r\n|\n|\r/, shownRows).filter((line) => line.trim() !== ''));
  const rows = firstRows(Buffer.from(whole), delimiter.charCodeAt(0), shownRows).map(({ cells }, index) => ({ row: index + 1, cells }));
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  return { delimiter, encoding, rows: filled, all: rows.length };
}

/** Shows the first rows of a file as they stand, sheet by sheet: where its tables are is for somebody else to find out. */
export async function readGrids(file: SourceFile, options: ReadOptions): Promise<readonly Grid[]> {
  const kind = realKind(file);
  if (kind === 'sheet') return workbookGrids(file, options);
  if (kind === 'csv') return [textGrid(file)];
  throw inputProblems.refused('file-kind', { expected: 'CSV, xlsx, xls' }, { file: file.name });
}
