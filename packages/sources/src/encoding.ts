import { isAscii, isUtf8 } from 'node:buffer';
import { afterLineEnd, lineEnd } from './bytes.ts';
import { chunksOf, lineChunks } from './chunks.ts';
import { LineJudge } from './judge-line.ts';
import type { Encoding } from './types.ts';

/** How the bytes of a file are read: `auto` decides line by line, most of them being in `usual`. */
export type Reading =
  | { readonly encoding: Encoding; readonly skip: number }
  | { readonly encoding: 'auto'; readonly usual: 'utf-8' | 'gb18030'; readonly skip: number };

const marks: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
];

const markOf = (sample: Buffer): readonly [Encoding, readonly number[]] | undefined =>
  marks.find(([, bytes]) => bytes.every((byte, index) => sample[index] === byte));

/** An encoding of two or four bytes that is seen by its zeros: text is mostly delimiters and digits. */
function wideEncoding(sample: Buffer): Encoding | undefined {
  const zeros = [0, 0, 0, 0];
  const length = sample.length - (sample.length % 4);
  if (length < 8) return undefined;
  for (let index = 0; index < length; index += 1) if (sample[index] === 0) zeros[index % 4] = (zeros[index % 4] as number) + 1;
  const many = zeros.map((count) => count > length / 10);
  const pattern = many.map((one) => (one ? '0' : 'x')).join('');
  const known: Readonly<Record<string, Encoding>> = { x0x0: 'utf-16le', '0x0x': 'utf-16be', x000: 'utf-32le', '000x': 'utf-32be' };
  return known[pattern];
}

/** Short Chinese text in GB18030 can be valid UTF-8 by chance; it then reads as Cyrillic and Latin letters, never as Chinese. */
function looksLikeGb(sample: Buffer): boolean {
  const asUtf8 = sample.toString('utf8');
  if (!/[\u0080-\u07ff]/.test(asUtf8) || /[\u0800-\uffff]/.test(asUtf8.replaceAll('\ufffd', '').replace(/^\ufeff/, ''))) return false;
  const asGb = new TextDecoder('gb18030').decode(sample);
  if (asGb.replace(/\ufffd$/, '').includes('\ufffd')) return false;
  const chinese = asGb.match(/[\u4e00-\u9fff]/g)?.length ?? 0;
  return chinese * 2 >= (asUtf8.match(/[\u0080-\u07ff]/g)?.length ?? 0);
}

/** What the first bytes say. UTF-8 is believed until a byte of the file contradicts. */
export function firstReading(sample: Buffer, named: Encoding | undefined): Reading {
  const mark = markOf(sample);
  const skip = mark === undefined || (named !== undefined && named !== mark[0]) ? 0 : mark[1].length;
  if (named !== undefined) return { encoding: named, skip };
  if (mark !== undefined && mark[0] !== 'utf-8') return { encoding: mark[0], skip };
  const wide = wideEncoding(sample.subarray(0, 4096));
  if (wide !== undefined) return { encoding: wide, skip: 0 };
  return { encoding: 'auto', usual: looksLikeGb(sample) ? 'gb18030' : 'utf-8', skip };
}

/** A lead of so many lines is not made up for by the rest of a file. */
const enoughLines = 20_000;
/** Lines of a part that is UTF-8 throughout are not counted one by one. */
const usualLine = 200;

/** In which encoding most lines of a file are that is not UTF-8 throughout. */
export async function usualEncoding(path: string, signal: AbortSignal | undefined): Promise<'utf-8' | 'gb18030'> {
  const judge = new LineJudge();
  let [utf8, gb] = [0, 0];
  for await (const chunk of lineChunks(chunksOf(path, { signal }))) {
    if (isUtf8(chunk) && !isAscii(chunk) && !looksLikeGb(chunk)) utf8 += Math.ceil(chunk.length / usualLine);
    else
      for (let at = 0; at < chunk.length; ) {
        const found = lineEnd(chunk, at, chunk.length);
        const end = found < 0 ? chunk.length : found;
        judge.look(chunk, at, end);
        if (judge.invalid === 0) utf8 += judge.more > 0 ? 1 : 0;
        else if (judge.more < judge.invalid) gb += 1;
        at = found < 0 ? chunk.length : afterLineEnd(chunk, end, chunk.length);
      }
    if (Math.abs(gb - utf8) > enoughLines) break;
  }
  return gb > utf8 ? 'gb18030' : 'utf-8';
}
