import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inputProblems, words } from '@hengjian/standard';
import { type Block, replaced, utf8Blocks } from './blocks.ts';
import { firstReading, type Reading, usualEncoding } from './encoding.ts';
import { type Head, narrowed, readHead } from './head.ts';
import { scanPlain } from './plain.ts';
import { Rewriter } from './rewrite.ts';
import { Sink } from './sink.ts';
import type { Layout, ReadOptions, SourceFile, TextTable } from './types.ts';

const sampleBytes = 1 << 18;
/** A header goes on for so many bytes at most, the rows above it among them. */
const headBytes = 1 << 20;
const longestHead = 1 << 23;

/** The first bytes of a file. */
export function firstBytes(path: string, size: number): Buffer {
  const handle = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(size, statSync(path).size));
    return buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(handle);
  }
}

/** The beginning of a text file, whatever its encoding; its last character may be cut. */
export function headText(path: string, size: number): string {
  const bytes = firstBytes(path, size);
  const { encoding, skip } = firstReading(bytes, undefined);
  if (encoding.startsWith('utf-32')) return bytes.subarray(skip).toString('latin1').replaceAll('\0', '');
  return new TextDecoder(encoding === 'auto' ? 'utf-8' : encoding).decode(bytes.subarray(skip));
}

/** Where the copy of a table is written. */
export const copyPath = ({ folder, prefix }: ReadOptions, name: string): string =>
  join(
    folder,
    `${prefix ?? ''}${basename(name)
      .replaceAll(/[^\w.\u4e00-\u9fff-]+/g, '_')
      .slice(-80)}.csv`,
  );

/** A file in UTF-8 that the engine may read where it lies; undefined when it must be written anew. */
async function readPlain(file: SourceFile, layout: Layout, options: ReadOptions, sample: Buffer): Promise<TextTable | undefined> {
  const { encoding, skip } = firstReading(sample, layout.encoding);
  const { size } = statSync(file.path);
  const more = size > headBytes;
  const bytes = size > sample.length ? firstBytes(file.path, headBytes).subarray(skip) : sample.subarray(skip);
  const whole = more ? bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1) : bytes;
  if (!isUtf8(whole)) return undefined;
  const head = readHead({ bytes, more, layout, wanted: options.wanted ?? [], file: file.name, encoding });
  if (head === undefined || head.delimiter.length > 1 || head.delimiter === '，') return undefined;
  const plain = await scanPlain(file.path, head, skip + head.end, options.signal);
  if (plain === undefined) return undefined;
  const lines = plain.records + 1;
  return {
    name: file.name,
    path: file.path,
    delimiter: head.delimiter,
    columns: head.columns,
    header: 1,
    newLine: plain.newLine,
    headed: true,
    firstRow: 2,
    multiline: false,
    records: plain.records,
    broken: [],
    titles: 0,
    blanks: 0,
    lines: { all: lines, header: 1, titles: 0, blanks: 0, records: plain.records, broken: 0 },
    untrusted: plain.marked ? head.columns : [],
    guarded: plain.guarded,
  };
}

interface Opened {
  readonly head: Head;
  /** The bytes read so far, from the first record on. */
  readonly first: Block;
  /** Whether they are all. */
  readonly last: boolean;
}

function narrowedBlock(block: Block, head: Head): Block {
  const bytes = narrowed(block.bytes, head);
  return bytes === block.bytes ? block : { bytes, bad: block.bad.length === 0 ? [] : replaced(bytes) };
}

/** Reads on until the header is complete. */
async function openHead(
  blocks: AsyncGenerator<Block>,
  input: { file: string; layout: Layout; wanted: readonly string[]; encoding: string },
): Promise<Opened> {
  const parts: Buffer[] = [];
  const bad: number[] = [];
  let [length, last, tried] = [0, false, 0];
  for (;;) {
    const next = await blocks.next();
    if (next.done === true) last = true;
    else {
      for (const at of next.value.bad) bad.push(at + length);
      parts.push(Buffer.from(next.value.bytes));
      length += next.value.bytes.length;
    }
    if (!last && length < Math.max(headBytes, 2 * tried)) continue;
    tried = length;
    const bytes = Buffer.concat(parts);
    const head = readHead({ ...input, bytes, more: !last });
    if (head !== undefined) {
      const whole = narrowedBlock({ bytes, bad }, head);
      const below = whole.bad.filter((at) => at >= head.end).map((at) => at - head.end);
      return { head, first: { bytes: whole.bytes.subarray(head.end), bad: below }, last };
    }
    if (length > longestHead) {
      const size = words('表头', 'the header');
      throw inputProblems.refused('file-too-large', { size, limit: `${longestHead} bytes` }, { file: input.file, row: 1 });
    }
  }
}

async function readingOf(file: SourceFile, layout: Layout, options: ReadOptions, sample: Buffer): Promise<Reading> {
  const reading = firstReading(sample, layout.encoding);
  if (reading.encoding !== 'auto' || reading.usual === 'gb18030') return reading;
  return { ...reading, usual: await usualEncoding(file.path, options.signal) };
}

const encodingName = (reading: Reading): string => (reading.encoding === 'auto' ? `utf-8, gb18030` : reading.encoding);

/** Tells which records that cannot be taken apart are no data: totals are those that begin with the word and have too few cells. */
function leftOut({ skipRows, totals }: Layout, { byte, named }: Head): (record: string) => boolean {
  const [rows, words] = [skipRows, totals].map((pattern) => (pattern === undefined ? undefined : new RegExp(pattern)));
  return (record) => {
    const cells = record.split(String.fromCharCode(byte));
    const first = cells.find((cell) => cell.trim() !== '') ?? '';
    return rows?.test(record) === true || (cells.length < named && words?.test(first.replace(/^\s*"/, '')) === true);
  };
}

/** Writes a copy in the form that the engine reads. */
async function rewrite(file: SourceFile, layout: Layout, options: ReadOptions, reading: Reading): Promise<TextTable> {
  const blocks = utf8Blocks(file.path, reading, options.signal);
  const input = { file: file.name, layout, wanted: options.wanted ?? [], encoding: encodingName(reading) };
  const { head, first, last } = await openHead(blocks, input);
  const path = copyPath(options, file.name);
  const delimiter = head.delimiter.length === 1 && head.delimiter !== '，' ? head.delimiter : ',';
  const sink = new Sink(path, delimiter.charCodeAt(0));
  const skipped = leftOut(layout, head);
  const rewriter = new Rewriter({ head, sink, file: file.name, skipped });
  try {
    rewriter.take(first, last);
    if (!last) for await (const block of blocks) rewriter.take(narrowedBlock(block, head), false);
    if (!last) rewriter.take({ bytes: Buffer.alloc(0), bad: [] }, true);
  } finally {
    sink.close();
  }
  return rewritten(file, head, rewriter, { path, delimiter });
}

function rewritten(file: SourceFile, head: Head, rewriter: Rewriter, { path, delimiter }: { path: string; delimiter: string }): TextTable {
  const { records, broken } = rewriter;
  const [titles, blanks] = [head.lines.titles + rewriter.titleLines, head.lines.blanks + rewriter.blankLines];
  const parts = { header: head.lines.header, titles, blanks, records: rewriter.recordLines, broken: broken.length };
  return {
    name: file.name,
    path,
    delimiter,
    columns: head.columns,
    header: head.row,
    newLine: '\n',
    headed: false,
    multiline: rewriter.multiline,
    records,
    broken,
    titles: head.titles + rewriter.titles,
    blanks: head.blanks + rewriter.blanks,
    lines: { all: rewriter.lines - 1, ...parts },
    untrusted: rewriter.marked ? head.columns : [],
    guarded: rewriter.guarded,
  };
}

/** Reads a text file: where it lies when it is plain, else as a copy of the records that are whole. */
export async function readText(file: SourceFile, layout: Layout, options: ReadOptions): Promise<TextTable> {
  const sample = firstBytes(file.path, sampleBytes);
  const first = firstReading(sample, layout.encoding);
  const maybePlain = first.encoding === 'utf-8' || (first.encoding === 'auto' && first.usual === 'utf-8');
  const plain = maybePlain ? await readPlain(file, layout, options, sample) : undefined;
  return plain ?? rewrite(file, layout, options, await readingOf(file, layout, options, sample));
}
