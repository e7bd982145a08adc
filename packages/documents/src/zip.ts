import { crc32, inflateRawSync } from 'node:zlib';
import { type Words, words } from '@hengjian/standard';

/** One file of an archive, as its directory says. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its own header begins. */
  readonly offset: number;
}

/** What is wrong with an archive. */
export class ZipDamage extends Error {
  readonly why: Words;

  constructor(why: Words) {
    super(why.en);
    this.why = why;
  }
}

const endMark = 0x06054b50;
const directoryMark = 0x02014b50;
const entryMark = 0x04034b50;
const endSize = 22;
const directorySize = 46;
const entrySize = 30;

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - endSize; at >= Math.max(0, bytes.length - endSize - 65_535); at -= 1) {
    if (bytes.readUInt32LE(at) === endMark) return at;
  }
  throw new ZipDamage(words('缺少目录', 'its directory is missing'));
}

/** Whether bytes begin as an archive does. */
export const isZip = (bytes: Buffer): boolean => bytes.length >= 4 && bytes.readUInt32LE(0) === entryMark;

/** Reads the directory of an archive without unpacking anything. Throws ZipDamage. */
export function readZipDirectory(bytes: Buffer): readonly ZipEntry[] {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + directorySize > end || bytes.readUInt32LE(at) !== directoryMark)
      throw new ZipDamage(words('目录损坏', 'its directory is damaged'));
    const lengths = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const [name = 0, extra = 0, comment = 0] = lengths;
    entries.push({
      name: bytes.toString('utf8', at + directorySize, at + directorySize + name),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at += directorySize + name + extra + comment;
  }
  if (new Set(entries.map(({ name }) => name)).size < entries.length)
    throw new ZipDamage(words('内含同名文件', 'two of its files have the same name'));
  return entries;
}

/** Bytes of one entry, unpacked and checked: never more than the directory says, and with its checksum. Throws ZipDamage. */
export function unpackEntry(bytes: Buffer, entry: ZipEntry): Buffer {
  const { name, method, offset, packed, size } = entry;
  const damaged = (): ZipDamage => new ZipDamage(words(`内含文件 ${name} 损坏`, `its file ${name} is damaged`));
  if (offset + entrySize > bytes.length || bytes.readUInt32LE(offset) !== entryMark) throw damaged();
  const start = offset + entrySize + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  if (start + packed > bytes.length || (method !== 0 && method !== 8)) throw damaged();
  const stored = bytes.subarray(start, start + packed);
  let content: Buffer;
  try {
    content = method === 0 ? stored : inflateRawSync(stored, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw damaged();
  }
  if (content.length !== size || crc32(content) !== entry.crc) throw damaged();
  return content;
}
