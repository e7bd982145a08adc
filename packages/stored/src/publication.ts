import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { inputProblems, lockFolder, type Words, words } from '@hengjian/standard';
import { publicationProblems } from './problems.ts';

/**
 * A published folder is what one program writes and others read: an audit, a settlement, an evaluation. All its files
 * belong together and are replaced together.
 *
 *     out/.hengjian/current -> 7          the only thing that changes when a new version is published, by one rename
 *     out/.hengjian/7/manifest.json       kind, format, and size and SHA-256 of every file
 *     out/.hengjian/7/findings.parquet
 *     out/findings.parquet -> .hengjian/current/findings.parquet
 *
 * The links beside `.hengjian` give people and other tools stable names; they are made before a version is published and
 * never change after. Where the disk has no links, copies are made instead: then only readers of this file are sure to
 * see files of one version.
 */
const hidden = '.hengjian';
const manifestName = 'manifest.json';
const currentName = 'current';

/** A kind of published folder, owned by the package that writes it. */
export interface PublishedKind {
  readonly id: string;
  /** Raised whenever an older reader would misread a newer folder or the other way round. */
  readonly format: number;
  readonly name: Words;
}

interface FileEntry {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** A new version that nobody sees yet. It is published once. */
export interface PublicationDraft {
  /** Folder to write the files into; subfolders are allowed. */
  readonly folder: string;
  /** Folder for what the work needs and nobody reads later; it goes when the draft is closed. */
  readonly scratch: string;
  /** Makes the files of the draft the published ones. `fault` is told of every step, so that tests can stop there. */
  publish(fault?: (step: string) => void): void;
  /** Releases the folder; an unpublished draft is thrown away, and a folder where nothing was ever published is as it was. */
  close(): void;
}

export interface Publication {
  /** Folder that holds the files of the version that was current when it was opened. */
  readonly folder: string;
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Path of a file whose content was checked. Throws a refusal when it is damaged. */
  file(name: string): string;
  /** Text of a file whose content was checked. */
  text(name: string): string;
}

const blockSize = 1 << 20;

/** SHA-256 of a file, read piece by piece. */
function hashOf(path: string): string {
  const hash = createHash('sha256');
  const handle = openSync(path, 'r');
  try {
    const block = new Uint8Array(blockSize);
    for (let read = readSync(handle, block); read > 0; read = readSync(handle, block)) hash.update(block.subarray(0, read));
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}

function force(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Files below a folder as relative names with slashes, sorted. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;

/** Whether this disk and user can make links. */
function canLink(home: string): boolean {
  const probe = join(home, 'probe');
  rmSync(probe, { force: true });
  try {
    symlinkSync('probe-target', probe);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Name of the current version; `undefined` when nothing was published, also where the folder is a file. */
function currentVersion(folder: string): string | undefined {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const place = join(folder, hidden, currentName);
  const state = lstatSync(place, { throwIfNoEntry: false });
  if (state === undefined) return undefined;
  const name = state.isSymbolicLink() ? readlinkSync(place) : readFileSync(place, 'utf8').trim();
  return /^\d{1,15}$/.test(name) ? name : undefined;
}

/** Points `current` to a version by one rename. */
function pointTo(home: string, version: string, links: boolean): void {
  const aside = join(home, `${currentName}.new`);
  rmSync(aside, { force: true });
  if (links) symlinkSync(version, aside);
  else writeFileSync(aside, `${version}\n`);
  renameSync(aside, join(home, currentName));
  force(home);
}

/** Top-level entries of the files of a version: what gets a name beside the hidden folder. */
const topOf = (names: readonly string[]): string[] => [...new Set(names.map((name) => name.split('/')[0] ?? name))];

const linkTarget = (name: string): string => `${hidden}/${currentName}/${name}`;

/** Refuses to take the place of what the program did not make. */
function checkNames(folder: string, names: readonly string[], own: ReadonlySet<string>): void {
  for (const name of names) {
    const place = join(folder, name);
    const made = isLink(place) ? readlinkSync(place) === linkTarget(name) : own.has(name);
    if (!made && lstatSync(place, { throwIfNoEntry: false }) !== undefined)
      throw inputProblems.refused('folder-not-empty', {}, { file: place });
  }
}

function makeLinks(folder: string, names: readonly string[]): void {
  for (const name of names) if (!isLink(join(folder, name))) symlinkSync(linkTarget(name), join(folder, name));
}

/** Copies the entries of a version beside the hidden folder, and removes those that the version before had alone. */
function makeCopies(folder: string, home: string, names: readonly string[], before: readonly string[]): void {
  for (const name of new Set([...before, ...names])) rmSync(join(folder, name), { recursive: true, force: true });
  for (const name of names) cpSync(join(home, name), join(folder, name), { recursive: true });
}

/** Removes links that lead to nothing in the current version. */
function removeDangling(folder: string): void {
  for (const name of readdirSync(folder)) {
    const place = join(folder, name);
    if (isLink(place) && readlinkSync(place) === linkTarget(name) && !existsSync(place)) rmSync(place, { force: true });
  }
}

const versionsIn = (home: string): string[] => readdirSync(home).filter((name) => /^\d{1,15}$/.test(name));

/** Id of the kind that a folder holds; `undefined` when it holds none, or one whose manifest cannot be read. */
function heldKind(folder: string): string | undefined {
  const version = currentVersion(folder);
  const place = join(folder, hidden, version ?? '', manifestName);
  return version !== undefined && existsSync(place) ? parseManifest(readFileSync(place, 'utf8'))?.kind : undefined;
}

/** Lists the files of a draft with their hashes and forces everything to the disk. */
function writeManifest(draft: string, kind: PublishedKind): void {
  const names = filesBelow(draft);
  const files = names.map((name): FileEntry => ({ name, size: statSync(join(draft, name)).size, sha256: hashOf(join(draft, name)) }));
  for (const name of names) force(join(draft, name));
  const body = { kind: kind.id, format: kind.format, files };
  writeFileSync(join(draft, manifestName), `${JSON.stringify({ ...body, sha256: contentHashOf(body) }, null, 1)}\n`);
  force(join(draft, manifestName));
  force(draft);
}

/**
 * Opens a folder for writing a new version. One process at a time: a second is refused. What a process that died left
 * behind is removed. Throws a refusal when the folder holds results of another kind, and when it holds files of the same
 * names that the program did not make.
 */
export function draftPublication(folder: string, kind: PublishedKind): PublicationDraft {
  const held = heldKind(folder);
  if (held !== undefined && held !== kind.id)
    throw publicationProblems.refused('publication-other', { kind: kind.name, held }, { file: folder });
  const home = join(folder, hidden);
  const taken = inputProblems.problem('folder-busy', { what: words(`此${kind.name.zh}`, `this ${kind.name.en}`) }, { file: folder });
  const release = lockFolder(home, taken, { mode: 0o700, named: folder });
  const current = currentVersion(folder);
  const [draft, scratch] = [join(home, 'draft'), join(home, 'scratch')] as const;
  for (const left of [draft, scratch]) rmSync(left, { recursive: true, force: true });
  for (const version of versionsIn(home)) {
    if (version !== current && version !== String(Number(current ?? 0) - 1)) rmSync(join(home, version), { recursive: true, force: true });
  }
  for (const own of [draft, scratch]) mkdirSync(own, { mode: 0o700 });
  let bare = current === undefined;
  return {
    folder: draft,
    scratch,
    publish: (fault = () => undefined) => {
      const names = topOf(filesBelow(draft));
      const before = current === undefined ? [] : topOf(filesBelow(join(home, current))).filter((name) => name !== manifestName);
      const links = canLink(home);
      checkNames(folder, names, new Set(links ? [] : before));
      bare = false;
      writeManifest(draft, kind);
      fault('written');
      const version = String(Number(current ?? 0) + 1);
      rmSync(join(home, version), { recursive: true, force: true });
      renameSync(draft, join(home, version));
      force(home);
      fault('moved');
      if (links) makeLinks(folder, names);
      fault('named');
      pointTo(home, version, links);
      fault('published');
      if (!links) makeCopies(folder, join(home, version), names, before);
      removeDangling(folder);
      fault('tidied');
    },
    close: () => {
      for (const own of [draft, scratch]) rmSync(own, { recursive: true, force: true });
      release({ traceless: bare });
    },
  };
}

const contentHashOf = (body: object): string => createHash('sha256').update(JSON.stringify(body)).digest('hex');

interface Manifest {
  readonly kind: string;
  readonly format: number;
  readonly files: readonly FileEntry[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The entries of a manifest; `undefined` when it is none, or was changed after it was written. */
function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || typeof value.kind !== 'string' || typeof value.format !== 'number' || !Array.isArray(value.files))
    return undefined;
  const files: FileEntry[] = [];
  const entries: readonly unknown[] = value.files;
  for (const one of entries) {
    if (!isRecord(one) || typeof one.name !== 'string' || typeof one.size !== 'number' || typeof one.sha256 !== 'string') return undefined;
    files.push({ name: one.name, size: one.size, sha256: one.sha256 });
  }
  const body = { kind: value.kind, format: value.format, files };
  return value.sha256 === contentHashOf(body) ? body : undefined;
}

/** Whether a folder holds a published version of any kind. */
export const isPublished = (folder: string): boolean => currentVersion(folder) !== undefined;

/**
 * Opens the current version of a published folder. Sizes are checked now, contents when a file is asked for. Throws a
 * refusal when there is none, when it is of another kind or format, and when files are missing or damaged.
 */
export function openPublication(folder: string, kind: PublishedKind): Publication {
  const values = { kind: kind.name };
  const version = currentVersion(folder);
  if (version === undefined) throw publicationProblems.refused('publication-missing', values, { file: folder });
  const home = join(folder, hidden, version);
  const damaged = (file: string): Error => publicationProblems.refused('publication-damaged', values, { file });
  const place = join(home, manifestName);
  const manifest = existsSync(place) ? parseManifest(readFileSync(place, 'utf8')) : undefined;
  if (manifest === undefined) throw damaged(place);
  if (manifest.kind !== kind.id) throw publicationProblems.refused('publication-missing', values, { file: folder });
  if (manifest.format !== kind.format) {
    throw publicationProblems.refused('publication-format', { ...values, format: manifest.format, known: kind.format }, { file: folder });
  }
  const entries = new Map(manifest.files.map((file) => [file.name, file]));
  for (const { name, size } of manifest.files) {
    if (statSync(join(home, name), { throwIfNoEntry: false })?.size !== size) throw damaged(join(home, name));
  }
  const checked = new Set<string>();
  const file = (name: string): string => {
    const entry = entries.get(name);
    const path = join(home, name);
    if (entry === undefined) throw publicationProblems.refused('publication-missing', values, { file: join(folder, name) });
    if (!checked.has(name) && hashOf(path) !== entry.sha256) throw damaged(path);
    checked.add(name);
    return path;
  };
  return {
    folder: home,
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    file,
    text: (name) => readFileSync(file(name), 'utf8'),
  };
}
