import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cancelled, inputProblems, makeFolder, RefusedInput, removeEmptyFolders } from '@hengjian/standard';
import { openTables, type Tables, tableProblems } from '@hengjian/table';
import { type Built, buildWorkingForm, dictionaryNames, openFacts } from './build.ts';
import { linesPerChunk } from './chunk.ts';
import { Dictionaries } from './dictionaries.ts';
import { reachOf } from './files.ts';
import { lockLake } from './lock.ts';
import { type Batch, emptyManifest, type Manifest, manifestFile, type Published, publish, readManifest } from './manifest.ts';
import { keyBeside, keyFileOf, type PersonKeys, readKey } from './pseudonym.ts';
import { closeToOthers, makeFolders, removeLeftovers, retiredPaths, scratchFolder, storedFiles, syncAll } from './publish-files.ts';
import { checkStored, describeFile, type StoredFile } from './stored.ts';
import type { ProgressEvent } from './types.ts';

/** What everything that changes a lake is told. */
export interface ChangeOptions {
  readonly lake: string;
  /** Files and folders that are read. */
  readonly paths: readonly string[];
  /** Folder of the reports. */
  readonly report?: string | undefined;
  readonly memory?: string | undefined;
  /** Lines that are worked out together at most; tests make many parts of few lines. */
  readonly linesPerChunk?: number | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((event: ProgressEvent) => void) | undefined;
  /** Whether the key is drawn for this lake alone, whatever file is named for others. */
  readonly passing?: boolean | undefined;
  readonly fault?: (point: string) => void;
}

/** A lake that is locked and about to be changed. */
export interface Work {
  readonly options: ChangeOptions;
  readonly engine: Tables;
  readonly lake: string;
  readonly scratch: string;
  readonly published: Published | undefined;
  readonly before: Manifest;
  readonly keys: PersonKeys;
  readonly fault: (point: string) => void;
}

/**
 * Locks a lake, checks what the change builds on, and lets `change` do its work. Whatever happens, leftovers are removed and
 * the lock is released. Throws RefusedInput when the lake or its key is not what it was.
 */
export async function changeLake<Result>(options: ChangeOptions, change: (work: Work) => Promise<Result>): Promise<Result> {
  const { lake, report = lake, fault = () => undefined } = options;
  const release = lockLake(lake);
  let made: readonly string[] = [];
  let drawn: string | undefined;
  try {
    if (report !== lake) made = makeFolder(report);
    const published = readManifest(lake);
    const before = published?.manifest ?? emptyManifest;
    const keys = readKey(lake, published?.manifest.key, options.passing === true ? keyBeside(lake) : keyFileOf(lake));
    drawn = keys.drawn;
    checkBefore(lake, before);
    removeLeftovers(lake, before);
    makeFolders(lake);
    const engine = await openEngine(options);
    try {
      return await change({ options, engine, lake, scratch: scratchFolder(lake), published, before, keys, fault });
    } finally {
      engine.close();
    }
  } catch (error) {
    throw fileFault(error);
  } finally {
    cleanUp(lake);
    const traceless = !existsSync(manifestFile(lake));
    if (traceless && drawn !== undefined) rmSync(drawn, { force: true });
    release({ traceless });
    removeEmptyFolders(made);
  }
}

/** An engine that can reach the lake and the sources of the call. */
function openEngine({ lake, paths, memory = '4GB', threads, signal }: ChangeOptions): Promise<Tables> {
  const { folders, files } = reachOf(paths);
  return openTables({ folders: [lake, ...folders], files, spill: scratchFolder(lake), memory, threads, signal });
}

/** What an ingest reads of the lake must be what was written: a batch on top of a damaged one would hide the damage. */
function checkBefore(lake: string, before: Manifest): void {
  const { facts, visits, exceptions, reach, carriage = [] } = before;
  const files = [...Object.values(facts).flat(), ...visits, ...exceptions, ...reach, ...carriage];
  for (const file of files) checkStored(join(lake, file.path), file);
}

function fileFault(error: unknown): unknown {
  if (error instanceof RefusedInput || error instanceof Cancelled || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOSPC') return tableProblems.refused('disk-full', {});
  if (error.code === 'EROFS') return inputProblems.refused('disk-read-only', {});
  const file = 'path' in error ? { file: String(error.path) } : {};
  return error.code === 'EACCES' || error.code === 'EPERM' ? inputProblems.refused('file-forbidden', {}, file) : error;
}

function cleanUp(lake: string): void {
  try {
    removeLeftovers(lake, readManifest(lake)?.manifest ?? emptyManifest);
  } catch {
    // A damaged manifest has been reported already.
  }
}

/** What a batch leaves for people beside its record. */
export interface BatchRecord {
  /** Identifies what was read. */
  readonly hash: string;
  readonly rows: number;
  readonly content: Readonly<Record<string, unknown>>;
  readonly quarantine: readonly StoredFile[];
}

/** A change of a lake: the manifest with the new facts or decisions, and what else must be judged again. */
export interface Change {
  readonly draft: Manifest;
  /** SELECT of `mdtrt_id` of visits to be judged again beside those of new rows, over the views of the facts. */
  readonly again: readonly string[];
  /** SELECT of `psn` of persons to be judged again. */
  readonly persons: readonly string[];
  /** Whether rows of an earlier reading were taken out. */
  readonly replaces: boolean;
}

/** Makes the views of the facts and works out the new state. */
export async function workOut(work: Work, { draft, again, persons, replaces }: Change): Promise<Built> {
  const { engine, lake, before, scratch, options } = work;
  await openFacts(engine, lake, draft);
  const dictionaries = await Dictionaries.load(engine, lake, before, dictionaryNames, scratch);
  const { batch } = draft;
  const { progress, linesPerChunk: most = linesPerChunk } = options;
  const change = { draft, batch, again, persons, replaces, progress, linesPerChunk: most };
  const built = await buildWorkingForm({ ...work, key: work.keys.key, dictionaries, ...change });
  work.fault('segments-written');
  return built;
}

/** Forces the files of a change to the disk and publishes it. */
export async function publishChange(work: Work, draft: Manifest, built: Built, record: BatchRecord): Promise<Manifest> {
  const { lake, before, published } = work;
  const path = `batches/${draft.batch}.json`;
  writeFileSync(join(lake, path), `${JSON.stringify({ batch: draft.batch, hash: record.hash, ...record.content }, null, 2)}\n`);
  const { hash, rows, quarantine } = record;
  const batch: Batch = { id: draft.batch, hash, rows, record: describeFile(lake, path), quarantine };
  const open = { ...draft, ...built, previous: published?.hash ?? '', batches: [...before.batches, batch], retired: [] };
  const next = { ...open, retired: retiredPaths(before, open) };
  const old = new Set(storedFiles(before).map((file) => file.path));
  await syncAll(
    lake,
    storedFiles(next).filter((file) => !old.has(file.path)),
  );
  closeToOthers(lake);
  work.fault('synced');
  publish(lake, next, work.fault);
  return next;
}

/** Identifies what a batch was made of. */
export const hashOf = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
