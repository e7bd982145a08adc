import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { RefusedInput } from '@hengjian/standard';
import { head } from './files.ts';
import { lakeProblems } from './problems.ts';

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le';

const sampleSize = 1 << 18;

function isValid(sample: Buffer, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Guesses the encoding from the head of a file. UTF-8 is taken when the head allows it. */
export function guessEncoding(path: string): Encoding {
  const sample = head(path, sampleSize);
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (!isValid(sample, 'utf-8')) return 'gb18030';
  return looksLikeGb(sample) ? 'gb18030' : 'utf-8';
}

/** Short Chinese text in GB18030 can be valid UTF-8 by chance; it then reads as Cyrillic and Latin letters, never as Chinese. */
function looksLikeGb(sample: Buffer): boolean {
  const asUtf8 = sample.toString('utf8');
  if (!/[\u0080-\u07ff]/.test(asUtf8) || /[\u0800-\uffff]/.test(asUtf8.replaceAll('\ufffd', '').replace(/^\ufeff/, ''))) return false;
  if (!isValid(sample, 'gb18030')) return false;
  const chinese = new TextDecoder('gb18030').decode(sample).match(/[\u4e00-\u9fff]/g)?.length ?? 0;
  return chinese * 2 >= (asUtf8.match(/[\u0080-\u07ff]/g)?.length ?? 0);
}

/** The refusal of a file whose bytes are in no encoding we read. */
export const wrongEncoding = (file: string, encoding: string): RefusedInput =>
  lakeProblems.refused('encoding-other', { encoding }, { file });

/** Writes a copy of a text file in UTF-8. Bytes that the encoding does not have refuse the file. */
export async function transcode(path: string, name: string, encoding: Encoding, target: string, signal?: AbortSignal): Promise<void> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<string> {
    try {
      for await (const chunk of source) yield decoder.decode(chunk, { stream: true });
      yield decoder.decode();
    } catch (error) {
      if (error instanceof TypeError) throw wrongEncoding(name, encoding);
      throw error;
    }
  };
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 20 }),
    decode,
    createWriteStream(target),
    signal === undefined ? {} : { signal },
  );
}
