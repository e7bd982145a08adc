import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Cancelled, inputProblems, makeFolder, words } from '@hengjian/standard';
import type { Entry } from 'yauzl';
import { kindOf, whyNot } from './kinds.ts';
import { limitsOf, megabyte } from './limits.ts';
import { firstBytes } from './text.ts';
import type { Limits, ReadOptions, SourceFile, Unread } from './types.ts';
import { isZip } from './workbook.ts';
import { damagedArchive, entryName, smallBytes, withZip } from './zip.ts';

/** What is in an archive. */
export interface Unpacked {
  /** Members that can be read, copied into the scratch folder; their names begin with that of the archive. */
  readonly members: readonly SourceFile[];
  readonly unread: readonly Unread[];
}

/** Parts that programs leave in archives for themselves. */
const isOwn = (name: string): boolean => name.split('/').some((part) => /^\.[^.]/.test(part) || part === '__MACOSX');

const encrypted = words('已加密，请解密后重新压缩', 'it is encrypted; pack it again without a password');
const nested = words('压缩文件中的压缩文件，请解压后放入', 'an archive within an archive; unpack it');
const packed = words('压缩方法不支持，请用 zip 的普通方式压缩', 'its way of packing is not known; pack it again as a plain zip');

function whyUnread(entry: Entry, name: string): Unread['why'] | undefined {
  if (entry.isEncrypted()) return encrypted;
  const kind = kindOf(name);
  if (kind === 'archive') return nested;
  if (kind === 'other') return whyNot(name);
  return entry.compressionMethod === 0 || entry.compressionMethod === 8 ? undefined : packed;
}

/** The end of a copy's name is that of its kind only: what an archive calls its members never reaches the disk. */
const copyName = (options: ReadOptions, index: number, name: string): string =>
  join(
    options.folder,
    `${options.prefix ?? ''}member-${index}${extname(name)
      .toLowerCase()
      .replaceAll(/[^.a-z]/g, '')}`,
  );

function unzip(file: SourceFile, options: ReadOptions, limits: Limits): Promise<Unpacked> {
  const { signal } = options;
  const bytes = { entryBytes: limits.archiveBytes, allBytes: limits.archiveBytes };
  const job = { path: file.path, file: file.name, format: 'zip', limits, ...bytes, signal };
  return withZip(job, async (entries, read) => {
    const [members, unread]: [SourceFile[], Unread[]] = [[], []];
    for (const [index, entry] of entries.entries()) {
      const inner = entryName(entry);
      if (inner.endsWith('/') || isOwn(inner)) continue;
      const name = `${file.name}/${inner
        .split('/')
        .filter((part) => part !== '' && part !== '..')
        .join('/')}`;
      const why = whyUnread(entry, inner);
      if (why !== undefined) {
        unread.push({ name, why });
        continue;
      }
      const path = copyName(options, index, inner);
      await pipeline(read(entry), createWriteStream(path, { mode: 0o600 }));
      members.push({ path, name, kind: kindOf(inner) });
    }
    return { members, unread };
  });
}

/** Lets so many bytes through as the limits have for what was packed, until the user cancels. */
function bounded(file: string, packed: number, limits: Limits, signal: AbortSignal | undefined): Transform {
  const most = Math.min(limits.archiveBytes, Math.max(smallBytes, packed * limits.ratio));
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (signal?.aborted === true) return done(new Cancelled());
      const limit = `${Math.ceil(most / megabyte)} MB`;
      done(
        length > most ? inputProblems.refused('file-too-large', { size: words('解压后', 'unpacked, it'), limit }, { file }) : null,
        chunk,
      );
    },
  });
}

async function gunzip(file: SourceFile, options: ReadOptions, limits: Limits): Promise<Unpacked> {
  const inner = basename(file.name).replace(/\.gz$/i, '');
  const name = `${file.name}/${inner}`;
  const kind = kindOf(inner);
  if (kind === 'other' || kind === 'archive') return { members: [], unread: [{ name, why: kind === 'archive' ? nested : whyNot(inner) }] };
  const path = copyName(options, 0, inner);
  try {
    const target = createWriteStream(path, { mode: 0o600 });
    const { size } = await stat(file.path);
    await pipeline(createReadStream(file.path), createGunzip(), bounded(file.name, size, limits, options.signal), target);
  } catch (error) {
    const ofContent = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw ofContent ? damagedArchive(file.name, 'gzip', inner) : error;
  }
  return { members: [{ path, name, kind }], unread: [] };
}

/** Copies the members of an archive that can be read into the scratch folder. A damaged archive is refused. */
export async function unpack(file: SourceFile, options: ReadOptions): Promise<Unpacked> {
  const limits = limitsOf(options.limits);
  makeFolder(options.folder);
  const sample = firstBytes(file.path, 4);
  if (sample[0] === 0x1f && sample[1] === 0x8b) return gunzip(file, options, limits);
  if (!isZip(sample)) throw damagedArchive(file.name, 'zip, gzip');
  return unzip(file, options, limits);
}
