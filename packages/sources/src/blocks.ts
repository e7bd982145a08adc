import { isUtf8 } from 'node:buffer';
import { afterLineEnd, lineEnd, replacement } from './bytes.ts';
import { chunksOf, lineChunks } from './chunks.ts';
import type { Reading } from './encoding.ts';
import { type LineEncoding, LineJudge, lineEncoding } from './judge-line.ts';
import type { Encoding } from './types.ts';

/** A part of a file in UTF-8. */
export interface Block {
  readonly bytes: Buffer;
  /** Where bytes stood that are no character: the replacement character is written there, once for each line. */
  readonly bad: readonly number[];
}

/** Where the replacement character stands, once for each line. */
export function replaced(bytes: Buffer): number[] {
  const bad: number[] = [];
  for (let at = bytes.indexOf(replacement); at >= 0; at = bytes.indexOf(replacement, at)) {
    bad.push(at);
    const end = lineEnd(bytes, at, bytes.length);
    if (end < 0) break;
    at = end;
  }
  return bad;
}

/** Bytes in one encoding as UTF-8. Where they are no characters, one line after another says which. */
function decoded(bytes: Buffer, encoding: string): Block {
  if (encoding === 'utf-8' && isUtf8(bytes)) return { bytes, bad: [] };
  try {
    return { bytes: Buffer.from(new TextDecoder(encoding, { fatal: true }).decode(bytes)), bad: [] };
  } catch {
    return decodedByLine(bytes, encoding);
  }
}

function decodedByLine(bytes: Buffer, encoding: string): Block {
  const [strict, loose] = [new TextDecoder(encoding, { fatal: true }), new TextDecoder(encoding)];
  return joined(
    [...linesOf(bytes)].map(([from, to]) => {
      const line = bytes.subarray(from, to);
      try {
        return { bytes: Buffer.from(strict.decode(line)), bad: [] };
      } catch {
        const text = Buffer.from(loose.decode(line));
        return { bytes: text, bad: replaced(text) };
      }
    }),
  );
}

function* linesOf(bytes: Buffer): Generator<readonly [number, number]> {
  for (let at = 0; at < bytes.length; ) {
    const end = lineEnd(bytes, at, bytes.length);
    const next = end < 0 ? bytes.length : afterLineEnd(bytes, end, bytes.length);
    yield [at, next];
    at = next;
  }
}

function joined(parts: readonly Block[]): Block {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  let length = 0;
  const bad: number[] = [];
  for (const part of parts) {
    for (const at of part.bad) bad.push(at + length);
    length += part.bytes.length;
  }
  return { bytes: Buffer.concat(parts.map((part) => part.bytes)), bad };
}

const decoderOf: Readonly<Record<LineEncoding, string>> = {
  ascii: 'utf-8',
  'utf-8': 'utf-8',
  'utf-8-damaged': 'utf-8',
  gb18030: 'gb18030',
};

/** Whole lines, each in the encoding it is in; neighbours in the same one are decoded together. */
function decodedAsFound(bytes: Buffer, usual: 'utf-8' | 'gb18030'): Block {
  if (usual === 'utf-8' && isUtf8(bytes)) return { bytes, bad: [] };
  const judge = new LineJudge();
  const parts: Block[] = [];
  let [from, current] = [0, 'ascii' as LineEncoding];
  const flush = (to: number): void => {
    const run = bytes.subarray(from, to);
    if (to > from)
      parts.push(current === 'gb18030' || current === 'utf-8-damaged' ? decoded(run, decoderOf[current]) : { bytes: run, bad: [] });
    from = to;
  };
  for (const [at, next] of linesOf(bytes)) {
    judge.look(bytes, at, next);
    const encoding = lineEncoding(judge, usual);
    if (encoding === 'ascii' || encoding === current) continue;
    if (current !== 'ascii') flush(at);
    current = encoding;
  }
  flush(bytes.length);
  return joined(parts);
}

async function* wide16(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Block> {
  const decoder = new TextDecoder(encoding);
  const block = (text: string): Block => {
    const bytes = Buffer.from(text);
    return { bytes, bad: replaced(bytes) };
  };
  for await (const chunk of chunks) yield block(decoder.decode(chunk, { stream: true }));
  yield block(decoder.decode());
}

async function* wide32(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Block> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const all = Buffer.concat([rest, chunk]);
    const length = all.length - (all.length % 4);
    rest = Buffer.from(all.subarray(length));
    const units: string[] = [];
    for (let at = 0; at < length; at += 4) {
      const code = encoding === 'utf-32le' ? all.readUInt32LE(at) : all.readUInt32BE(at);
      units.push(code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code));
    }
    const bytes = Buffer.from(units.join(''));
    yield { bytes, bad: replaced(bytes) };
  }
  if (rest.length > 0) yield { bytes: replacement, bad: [0] };
}

/** A text file in UTF-8, whatever it is in. Parts end where lines end, except in encodings of two or four bytes. */
export async function* utf8Blocks(path: string, reading: Reading, signal: AbortSignal | undefined): AsyncGenerator<Block> {
  const chunks = chunksOf(path, { from: reading.skip, signal });
  const { encoding } = reading;
  if (encoding === 'utf-16le' || encoding === 'utf-16be') yield* wide16(chunks, encoding);
  else if (encoding === 'utf-32le' || encoding === 'utf-32be') yield* wide32(chunks, encoding);
  else
    for await (const bytes of lineChunks(chunks))
      yield encoding === 'auto' ? decodedAsFound(bytes, reading.usual) : decoded(bytes, encoding);
}
