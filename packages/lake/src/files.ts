import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { holdsMessages } from '@hengjian/messages';
import { type FileKind, headText, kindOf, type Unread, unpack, whyNot } from '@hengjian/sources';
import { answersFile, blanked, dictionary, inputProblems, words } from '@hengjian/standard';

export interface FoundFile {
  readonly path: string;
  /** Name used for provenance: the file's own name, with its folder when two files share it. */
  readonly name: string;
  readonly kind: FileKind;
  /** National table that its name or its folder names. */
  readonly table: string | undefined;
}

export interface Discovery {
  readonly files: readonly FoundFile[];
  /** Files that were seen and not read. */
  readonly ignored: readonly string[];
  /** Those of them that might hold tables, and why they are not read. */
  readonly unread: readonly Unread[];
}

/** Bytes at the beginning of a file in which the keys of a message stand. */
const headBytes = 1 << 16;

/** Whether a file holds messages of the interface. */
export const isMessages = (file: FoundFile): boolean => file.kind === 'json' && holdsMessages(file.name, headText(file.path, headBytes));

/** Answers of the generator lie beside its data; they are never read. */
const isAnswer = (path: string): boolean => basename(path) === answersFile;

const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** What a walk through folders finds: files, and what only stands there like one. */
interface Walked {
  readonly files: string[];
  readonly unread: Unread[];
}

const noFile = words('不是普通文件（如管道、设备），未读', 'it is no plain file (a pipe or a device) and was not read');
const deadLink = words('链接指向的文件不存在，未读', 'a link to nothing; it was not read');
const circle = words('链接回到上层文件夹，未读', 'a link back to a folder above; it was not read');

/** Goes through folders; one that a link leads back to is not entered again. */
function walk(path: string, above: readonly string[], out: Walked): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  const real = stat?.isDirectory() === true ? realpathSync(path) : undefined;
  if (stat?.isFile() === true) out.files.push(path);
  else if (real === undefined) out.unread.push({ name: basename(path), why: stat === undefined ? deadLink : noFile });
  else if (above.includes(real)) out.unread.push({ name: basename(path), why: circle });
  if (real === undefined || above.includes(real)) return;
  for (const name of readdirSync(path).sort(byBytes)) if (!name.startsWith('.')) walk(join(path, name), [...above, real], out);
}

/** The national table a file name or its folder starts with, for example `fee_list_d-2025-01.csv`. */
export function tableByName(path: string): string | undefined {
  const candidates = [basename(path, extname(path)), basename(dirname(path))];
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    for (const table of dictionary.tables.keys()) if (lower === table || new RegExp(`^${table}[-_. (（]`).test(lower)) return table;
  }
  return undefined;
}

/** Lists the files under the given paths in byte order; archives are among them as they are. */
function listFiles(paths: readonly string[]): Discovery {
  const all: Walked = { files: [], unread: [] };
  for (const path of paths) {
    if (!existsSync(path)) throw inputProblems.refused('file-missing', {}, { file: path });
    walk(resolve(path), [], all);
  }
  const unique = [...new Set(all.files)].sort(byBytes);
  const counts = new Map<string, number>();
  for (const path of unique) counts.set(basename(path), (counts.get(basename(path)) ?? 0) + 1);
  const files: FoundFile[] = [];
  const ignored: string[] = [];
  const unread = [...all.unread];
  for (const path of unique) {
    const kind = kindOf(path);
    if (kind === 'other' || isAnswer(path)) {
      ignored.push(basename(path));
      if (!isAnswer(path)) unread.push({ name: basename(path), why: whyNot(path) });
      continue;
    }
    const shared = (counts.get(basename(path)) ?? 0) > 1;
    const name = shared ? relative(dirname(dirname(path)), path) : basename(path);
    files.push({ path, name, kind, table: tableByName(path) });
  }
  return { files, ignored, unread };
}

/** Files by names without numbers of persons, which go into every report; those that are called alike afterwards are numbered. */
function withoutPersons(files: readonly FoundFile[]): readonly FoundFile[] {
  const times = new Map<string, number>();
  return files.map((file) => {
    const name = blanked(file.name);
    if (name === file.name) return file;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return { ...file, name: time === 1 ? name : `${name} (${time})` };
  });
}

/** Lists the files under the given paths, the members of archives among them; these are copied into the scratch folder. */
export async function discover(paths: readonly string[], scratch: string, signal?: AbortSignal): Promise<Discovery> {
  const found = listFiles(paths);
  const files: FoundFile[] = [];
  const unread: Unread[] = [...found.unread];
  for (const [index, file] of found.files.entries()) {
    if (file.kind !== 'archive') {
      files.push(file);
      continue;
    }
    const unpacked = await unpack(file, { folder: join(scratch, 'archives'), prefix: `${index}-`, signal });
    files.push(...unpacked.members.map((member) => ({ ...member, table: tableByName(member.name) })));
    unread.push(...unpacked.unread);
  }
  const named = unread.map((one) => ({ ...one, name: blanked(one.name) }));
  return { files: withoutPersons(files), ignored: found.ignored.map(blanked), unread: named };
}

/** The folders and files among some paths, for an engine that may reach these and nothing else; what is not there is left out. */
export function reachOf(paths: readonly string[]): { readonly folders: readonly string[]; readonly files: readonly string[] } {
  const present = paths.filter((path) => existsSync(path));
  const folders = present.filter((path) => statSync(path).isDirectory());
  return { folders, files: present.filter((path) => !folders.includes(path)) };
}

/** Hash of a file's content. SHA-512 is three times as fast as SHA-256 on 64-bit machines. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) }))
    hash.update(chunk as Buffer);
  return hash.digest('hex').slice(0, 64);
}
