import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { Cancelled, clipped, inputProblems, type RefusedInput, type Words, words } from '@hengjian/standard';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { megabyte } from './limits.ts';
import type { Limits } from './types.ts';

/** Entries that are small are not asked how well they were packed. */
export const smallBytes = 16 * megabyte;

/** The refusal of an archive, with the entry where it is damaged. */
export function damagedArchive(file: string, format: string, entry?: string): RefusedInput {
  const named = entry === undefined ? undefined : clipped(entry);
  const reason =
    named === undefined
      ? words('压缩目录不完整，文件可能被截断', 'its directory is not complete; the file may be cut short')
      : words(`其中的 ${named} 已损坏`, `${named} in it is damaged`);
  return inputProblems.refused('file-damaged', { format, reason }, { file });
}

const tooLarge = (file: string, size: string | Words, limit: string | Words): RefusedInput =>
  inputProblems.refused('file-too-large', { size, limit }, { file });

const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / megabyte)} MB`;

/** The name of an entry: UTF-8 when it says so or reads so, else GB18030, which archives made in China have. */
export function entryName({ fileNameRaw, generalPurposeBitFlag }: Entry): string {
  const utf8 = (generalPurposeBitFlag & 0x800) !== 0;
  for (const encoding of utf8 ? ['utf-8'] : ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(fileNameRaw).replaceAll('\\', '/');
    } catch {}
  }
  return fileNameRaw.toString('latin1').replaceAll('\\', '/');
}

export interface ZipJob {
  readonly path: string;
  /** Name for messages. */
  readonly file: string;
  /** What it is to be, for messages. */
  readonly format: string;
  readonly limits: Limits;
  /** Bytes of one entry, and of all, when they are unpacked. */
  readonly entryBytes: number;
  readonly allBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** The entries of an archive; what its directory says of sizes is held to the limits before anything is unpacked. */
async function directoryOf(zip: ZipFile, job: ZipJob): Promise<Entry[]> {
  const { file, limits } = job;
  if (zip.entryCount > limits.entries) {
    const size = words(`压缩文件中有 ${zip.entryCount} 个文件`, `an archive of ${zip.entryCount} files`);
    throw tooLarge(file, size, words(`${limits.entries} 个文件`, `${limits.entries} files`));
  }
  const entries: Entry[] = [];
  let all = 0;
  for await (const entry of zip.eachEntry()) {
    const { uncompressedSize: size, compressedSize } = entry;
    const name = clipped(entryName(entry));
    if (size > job.entryBytes)
      throw tooLarge(
        file,
        words(`其中的 ${name} 解压后有 ${inMegabytes(size)}`, `${name} in it, ${inMegabytes(size)} when unpacked,`),
        inMegabytes(job.entryBytes),
      );
    if (size > smallBytes && size > compressedSize * limits.ratio) {
      const said = words(
        `其中的 ${name} 解压后是压缩前的 ${limits.ratio} 倍以上`,
        `${name} in it, which grows more than ${limits.ratio} times,`,
      );
      throw tooLarge(file, said, words(`${limits.ratio} 倍`, `${limits.ratio} times`));
    }
    all += size;
    if (all > job.allBytes)
      throw tooLarge(file, words(`解压后有 ${inMegabytes(all)}`, `${inMegabytes(all)} when unpacked`), inMegabytes(job.allBytes));
    entries.push(entry);
  }
  return entries;
}

/** The bytes of an entry; its check sum and its size are compared when they end. */
async function* bytesOf(zip: ZipFile, entry: Entry, job: ZipJob): AsyncGenerator<Buffer> {
  let [sum, length] = [0, 0];
  const stream: Readable = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream) {
    if (job.signal?.aborted === true) throw new Cancelled();
    const bytes = chunk instanceof Buffer ? chunk : Buffer.from(chunk);
    sum = crc32(bytes, sum);
    length += bytes.length;
    yield bytes;
  }
  if (sum !== entry.crc32 || length !== entry.uncompressedSize) throw damagedArchive(job.file, job.format, entryName(entry));
}

/** Opens an archive, runs `use` over its entries and closes it. What its library says of the content refuses the file. */
export async function withZip<Result>(
  job: ZipJob,
  use: (entries: readonly Entry[], read: (entry: Entry) => AsyncGenerator<Buffer>) => Promise<Result>,
): Promise<Result> {
  let zip: ZipFile;
  try {
    zip = await openPromise(job.path, { lazyEntries: true, autoClose: false, decodeStrings: false });
  } catch {
    throw damagedArchive(job.file, job.format);
  }
  let current: string | undefined;
  const read = async function* (entry: Entry): AsyncGenerator<Buffer> {
    current = entryName(entry);
    yield* bytesOf(zip, entry, job);
    current = undefined;
  };
  try {
    return await use(await directoryOf(zip, job), read);
  } catch (error) {
    throw isOfContent(error) ? damagedArchive(job.file, job.format, current) : error;
  } finally {
    zip.close();
  }
}

/** Errors of the library and of the inflater; those of the system have a number. */
const isOfContent = (error: unknown): boolean =>
  error instanceof Error &&
  !('problems' in error) &&
  !(error instanceof Cancelled) &&
  (!('errno' in error) || ('code' in error && String(error.code).startsWith('Z_')));

/** Reads every entry once and compares its check sum; the bytes unpacked in all. */
export function checkZip(job: ZipJob): Promise<number> {
  return withZip(job, async (entries, read) => {
    let all = 0;
    for (const entry of entries) for await (const bytes of read(entry)) all += bytes.length;
    return all;
  });
}
