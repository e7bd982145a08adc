import { open } from 'node:fs/promises';
import { Cancelled } from '@hengjian/standard';
import { carriage, newline } from './bytes.ts';

const chunkBytes = 1 << 21;

interface Range {
  readonly from?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The bytes of a file in parts. A part is gone when the next one is asked for. */
export async function* chunksOf(path: string, { from = 0, signal }: Range = {}): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.max(1, Math.min(chunkBytes, size - from));
    const buffer = Buffer.allocUnsafe(length);
    for (let at = from; ; ) {
      if (signal?.aborted === true) throw new Cancelled();
      const { bytesRead } = await handle.read(buffer, 0, length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Where the last line of a part ends; 0 when it has no line end. */
function lastLineEnd(bytes: Buffer): number {
  const end = bytes.lastIndexOf(newline);
  if (end >= 0) return end + 1;
  // A carriage return that ends the part may be the first half of a line end.
  const old = bytes.lastIndexOf(carriage, -2);
  return old < 0 ? 0 : old + 1;
}

const longestLine = 8_000_000;
/** A byte below this one is a character of its own in UTF-8 and in GB18030. */
const lowestTrail = 0x30;

/** Where a line that is too long may be cut without cutting a character. */
function safeCut(bytes: Buffer): number {
  for (let at = bytes.length - 1; at >= 0; at -= 1) if ((bytes[at] as number) < lowestTrail) return at + 1;
  return bytes.length;
}

/** The same bytes in parts that end where a line ends, except in the middle of lines that are too long for any table. */
export async function* lineChunks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = lastLineEnd(bytes) || (bytes.length > longestLine ? safeCut(bytes) : 0);
    if (end > 0) yield bytes.subarray(0, end);
    rest = Buffer.from(bytes.subarray(end));
  }
  if (rest.length > 0) yield rest;
}
