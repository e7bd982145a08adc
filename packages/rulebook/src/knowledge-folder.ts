import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';
import { rulebookProblems } from './problems.ts';

/** A text by the name of its file. */
export interface LibraryFile {
  readonly path: string;
  readonly text: string;
}

/** A file of a knowledge library with its size in bytes and its SHA-256. */
export interface StoredFile {
  readonly file: string;
  readonly size: number;
  readonly hash: string;
}

/** One import of a library. */
export interface KnowledgeBatch {
  /** 16 hexadecimal digits: what was imported, by its contents and options. */
  readonly id: string;
  /** Civil time of the import. */
  readonly imported_at: string;
  /** The files it came from. */
  readonly files: readonly { readonly file: string; readonly hash: string }[];
  readonly points: number;
  readonly texts: number;
  readonly stored: readonly StoredFile[];
}

/** What a knowledge library is made of. Nothing in its folder counts that its manifest does not name. */
export interface KnowledgeManifest {
  readonly tables: { readonly folder: string; readonly files: readonly StoredFile[] };
  /** Hash of the shipped tables that the batches were put upon. */
  readonly base: string;
  readonly batches: readonly KnowledgeBatch[];
}

/** The writes of a library, one after the other; a test takes their place and stops between them. */
export interface KnowledgeFiles {
  write(path: string, text: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
}

/** Files on disk: what is written is there when the call returns. */
export const diskFiles: KnowledgeFiles = {
  write(path, text) {
    const handle = openSync(path, 'w');
    writeSync(handle, text);
    fsyncSync(handle);
    closeSync(handle);
  },
  rename: renameSync,
  remove: (path) => rmSync(path, { recursive: true, force: true }),
};

const format = 'hengjian-knowledge/2';
const manifestName = 'manifest.json';
const batchesName = 'batches';
const asOfName = 'as-of';
const tablesPattern = /^tables-[0-9a-f]{16}$/;
const idPattern = /^[0-9a-f]{16}$/;

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const sealOf = ({ tables, base, batches }: KnowledgeManifest): string => sha256(JSON.stringify([format, tables, base, batches]));
const damaged = (file: string): Error => rulebookProblems.refused('knowledge-damaged', {}, { file });

const count = Type.Integer({ minimum: 0 });
const text = Type.String();
const id = Type.String({ pattern: idPattern.source });
const stored = Type.Object({ file: Type.String({ pattern: '^[\\w.-]+$' }), size: count, hash: text });
const batch = Type.Object({
  ...{ id, imported_at: text, files: Type.Array(Type.Object({ file: text, hash: text })) },
  ...{ points: count, texts: count, stored: Type.Array(stored) },
});
const manifestReader = jsonReader(
  Type.Object({
    tables: Type.Object({ folder: Type.String({ pattern: tablesPattern.source }), files: Type.Array(stored) }),
    base: text,
    batches: Type.Array(batch),
    seal: text,
  }),
  words('知识库清单', 'manifest of a knowledge library'),
);
const formatReader = jsonReader(
  Type.Object({ format: Type.Optional(Type.Unknown()) }),
  words('知识库清单', 'manifest of a knowledge library'),
);

function parseManifest(content: string, file: string): KnowledgeManifest {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw damaged(file);
  }
  if (!formatReader.accepts(value)) throw damaged(file);
  if (value.format !== format) throw rulebookProblems.refused('knowledge-format', { format: String(value.format) }, { file });
  if (!manifestReader.accepts(value)) throw damaged(file);
  const { tables, base, batches, seal } = value;
  const manifest: KnowledgeManifest = { tables, base, batches };
  if (seal !== sealOf(manifest)) throw damaged(file);
  return manifest;
}

/**
 * Reads what a knowledge library is made of; undefined when the folder holds none. Throws RefusedInput when the manifest is
 * damaged or of another format.
 */
export function readKnowledgeManifest(folder: string): KnowledgeManifest | undefined {
  const file = join(folder, manifestName);
  return existsSync(file) ? parseManifest(readFileSync(file, 'utf8'), file) : undefined;
}

class Gone extends Error {}

/** Texts of stored files, each with the size and hash of the manifest. */
function readStored(folder: string, files: readonly StoredFile[]): readonly LibraryFile[] {
  return files.map(({ file, size, hash }) => {
    const path = join(folder, file);
    if (!existsSync(path)) throw new Gone(path);
    const content = readFileSync(path);
    if (content.length !== size || sha256(content) !== hash) throw damaged(path);
    return { path, text: content.toString('utf8') };
  });
}

const mostTries = 5;

/** Reads parts of a library; when an import has replaced them meanwhile, those that are there now. */
function reading<Result>(folder: string, read: (manifest: KnowledgeManifest) => Result): Result | undefined {
  for (let tries = 1; ; tries += 1) {
    const manifest = readKnowledgeManifest(folder);
    if (manifest === undefined) return undefined;
    try {
      return read(manifest);
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
      const now = readKnowledgeManifest(folder);
      if (tries === mostTries || (now !== undefined && sealOf(now) === sealOf(manifest))) throw damaged(error.message);
    }
  }
}

/**
 * The tables of a knowledge library, or of a folder of plain tables, in order of their names. Throws RefusedInput when a
 * file of a library is missing or was changed.
 */
export function readKnowledgeTables(folder: string): readonly LibraryFile[] {
  const stored = reading(folder, ({ tables }) => readStored(join(folder, tables.folder), tables.files));
  if (stored !== undefined) return stored;
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.csv'));
  return names.sort().map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
}

/** The files of an import, by their names. */
export function readKnowledgeBatch(folder: string, batch: KnowledgeBatch): ReadonlyMap<string, string> {
  try {
    return new Map(
      readStored(join(folder, batchesName, batch.id), batch.stored).map(({ text }, index) => [batch.stored[index]?.file ?? '', text]),
    );
  } catch (error) {
    if (error instanceof Gone) throw damaged(error.message);
    throw error;
  }
}

/** What a library becomes. */
export interface NewKnowledge {
  /** 16 hexadecimal digits that name the tables by their contents. */
  readonly stamp: string;
  readonly tables: readonly LibraryFile[];
  readonly base: string;
  /** Imports in their order; those of the library already without texts. */
  readonly batches: readonly (KnowledgeBatch | NewBatch)[];
}

export interface NewBatch extends Omit<KnowledgeBatch, 'stored'> {
  readonly contents: readonly LibraryFile[];
}

function store(files: KnowledgeFiles, folder: string, contents: readonly LibraryFile[]): readonly StoredFile[] {
  makeFolder(folder);
  return contents.map(({ path, text }) => {
    files.write(join(folder, path), text);
    return { file: path, size: Buffer.byteLength(text), hash: sha256(text) };
  });
}

function writeManifest(files: KnowledgeFiles, folder: string, manifest: KnowledgeManifest): void {
  const aside = join(folder, `${manifestName}.new`);
  files.write(aside, `${JSON.stringify({ format, ...manifest, seal: sealOf(manifest) }, null, 2)}\n`);
  files.rename(aside, join(folder, manifestName));
}

/** Takes away what the manifest does not name: leavings of an import that was killed, and what a newer one replaced. */
function sweep(files: KnowledgeFiles, folder: string, manifest: KnowledgeManifest | undefined): void {
  const batches = join(folder, batchesName);
  const kept = new Set([manifest?.tables.folder, ...(manifest?.batches ?? []).map(({ id }) => id)]);
  const names = (place: string): readonly string[] => (existsSync(place) ? readdirSync(place) : []);
  for (const name of names(folder)) if (tablesPattern.test(name) && !kept.has(name)) files.remove(join(folder, name));
  for (const name of names(batches)) if (idPattern.test(name) && !kept.has(name)) files.remove(join(batches, name));
  for (const name of names(join(folder, asOfName))) if (name.endsWith('.new')) files.remove(join(folder, asOfName, name));
  files.remove(join(folder, `${manifestName}.new`));
}

/**
 * Publishes a library: everything is written aside, and one rename of the manifest makes it what readers see. The caller
 * holds the lock of the folder.
 */
export function writeKnowledge(folder: string, wanted: NewKnowledge, files: KnowledgeFiles = diskFiles): KnowledgeManifest {
  makeFolder(folder);
  const before = readKnowledgeManifest(folder);
  sweep(files, folder, before);
  const name = `tables-${wanted.stamp}`;
  const same = before?.tables.folder === name ? before.tables : undefined;
  const batches = wanted.batches.map((batch): KnowledgeBatch => {
    if (!('contents' in batch)) return batch;
    const { contents, ...entry } = batch;
    return { ...entry, stored: store(files, join(folder, batchesName, entry.id), contents) };
  });
  const tables = same ?? { folder: name, files: store(files, join(folder, name), wanted.tables) };
  const manifest: KnowledgeManifest = { tables, base: wanted.base, batches };
  writeManifest(files, folder, manifest);
  sweep(files, folder, manifest);
  return manifest;
}

/**
 * Keeps the tables of a library as they were on a day beside it, as a library of their own without imports. Returns its
 * folder; what is there already is used again.
 */
export function writeKnowledgeAsOf(folder: string, wanted: Omit<NewKnowledge, 'batches'>, files: KnowledgeFiles = diskFiles): string {
  const target = join(folder, asOfName, wanted.stamp);
  if (existsSync(target)) return target;
  const aside = `${target}.new`;
  files.remove(aside);
  const name = `tables-${wanted.stamp}`;
  const tables = { folder: name, files: store(files, join(aside, name), wanted.tables) };
  writeManifest(files, aside, { tables, base: wanted.base, batches: [] });
  files.rename(aside, target);
  return target;
}
