import { createCipheriv, createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { counted, RefusedInput, type Words, words } from '@hengjian/standard';
import type { JsonReader } from '@hengjian/stored';
import { Type } from 'typebox';
import { lakeProblems } from './problems.ts';

/** What a file must be to be the one that was written. */
export interface FileCheck {
  readonly size: number;
  /** Check sum of the content, see `checkSum`. */
  readonly check: string;
}

/** A file of the lake as its manifest knows it. */
export interface StoredFile extends FileCheck {
  /** Relative to the lake, with `/`. */
  readonly path: string;
  readonly sha256: string;
}

/** A count, a size or a number of rows. */
export const whole = Type.Integer({ minimum: 0 });
/** Days since 1970-01-01; some lie before. */
export const day = Type.Integer({ minimum: -1_000_000 });
export const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** Members of a stored file, for records that have more. */
export const storedFields = { path: Type.String(), size: whole, check: Type.String({ pattern: '^[0-9a-f]{32}$' }), sha256: hash } as const;
export const storedFile = Type.Object(storedFields);

const noKey = Buffer.alloc(16);
const noNonce = Buffer.alloc(12);

interface Summing {
  update(part: Uint8Array): void;
  sum(): string;
}

/**
 * AES-GMAC with a key that everyone knows: 128 bits against accidents, the fastest function of that strength the runtime
 * brings (measured in docs/lake.md). It does not keep out who changes data and sum together; `lake verify` compares SHA-256.
 */
function summing(): Summing {
  const mac = createCipheriv('aes-128-gcm', noKey, noNonce);
  return {
    update: (part) => void mac.setAAD(part),
    sum: () => {
      mac.final();
      return mac.getAuthTag().toString('hex');
    },
  };
}

/** Check sum of some bytes. */
export function checkSum(bytes: Uint8Array): string {
  const sum = summing();
  sum.update(bytes);
  return sum.sum();
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

const partSize = 1 << 22;

/** Hands the content of a file over in parts of one buffer; returns its size. */
function readParts(file: string, part: (bytes: Uint8Array) => void): number {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(partSize, fstatSync(handle).size)));
    let size = 0;
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
      part(buffer.subarray(0, read));
      size += read;
    }
    return size;
  } finally {
    closeSync(handle);
  }
}

/** Describes a file that was just written. */
export function describeFile(lake: string, path: string): StoredFile {
  const sum = summing();
  const hash = createHash('sha256');
  const size = readParts(join(lake, path), (bytes) => {
    sum.update(bytes);
    hash.update(bytes);
  });
  return { path, size, check: sum.sum(), sha256: hash.digest('hex') };
}

/** The refusal of a damaged file. */
export const damaged = (file: string, reason: Words): RefusedInput => lakeProblems.refused('lake-damaged', { reason }, { file });

/** Reads a text of the lake by its shape; one that does not fit is damaged, with the field that is wrong. */
export function readShape<Value>(reader: JsonReader<Value>, text: string, file: string): Value {
  try {
    return reader.read(text, { file });
  } catch (error) {
    if (!(error instanceof RefusedInput)) throw error;
    const field = error.problems[0]?.place?.field;
    throw damaged(
      file,
      field === undefined ? reasons.content : words(`字段 ${field} 缺失或不符合格式`, `the field ${field} is missing or of another form`),
    );
  }
}

export const reasons = {
  missing: words('文件缺失', 'the file is missing'),
  size: (size: number, expected: number): Words =>
    words(`大小为 ${size} 字节，应为 ${expected} 字节`, `it has ${counted(size, 'byte')} and should have ${expected}`),
  content: words('内容与写入时不一致', 'its content is not what was written'),
} as const;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR');

/** Runs what reads a file; a file that is not there is a damaged lake. */
export function orMissing<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw isMissing(error) ? damaged(file, reasons.missing) : error;
  }
}

/** What is wrong with the presence or size of a file; `undefined` when nothing is. */
export function sizeFault(file: string, { size }: FileCheck): Words | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return reasons.missing;
  return found.size === size ? undefined : reasons.size(found.size, size);
}

/** Reads a whole file of the lake. Throws a refusal with its name when it is missing or not what was written. */
export function readStored(file: string, check: FileCheck): Buffer {
  const bytes = orMissing(file, () => readFileSync(file));
  if (bytes.length !== check.size) throw damaged(file, reasons.size(bytes.length, check.size));
  if (checkSum(bytes) !== check.check) throw damaged(file, reasons.content);
  return bytes;
}

/** The same for files that somebody else reads: their content is compared and not kept. */
export function checkStored(file: string, check: FileCheck): void {
  const fault = sizeFault(file, check);
  if (fault !== undefined) throw damaged(file, fault);
  const sum = summing();
  orMissing(file, () => readParts(file, (bytes) => sum.update(bytes)));
  if (sum.sum() !== check.check) throw damaged(file, reasons.content);
}

/** SHA-256 of a file, and its size. */
export function hashOfFile(file: string): { readonly size: number; readonly sha256: string } {
  const hash = createHash('sha256');
  const size = readParts(file, (bytes) => hash.update(bytes));
  return { size, sha256: hash.digest('hex') };
}
