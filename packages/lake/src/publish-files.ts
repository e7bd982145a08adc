import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '@hengjian/standard';
import { partitionFiles } from './land.ts';
import type { FactFile, Manifest } from './manifest.ts';
import { describeFile, type StoredFile } from './stored.ts';

const storedFolders = ['facts', 'working', 'dictionaries', 'state', 'quarantine', 'batches', 'messages'] as const;
/** Files that are forced to the disk at the same time. */
const forcedTogether = 8;
export const scratchFolder = (lake: string): string => join(lake, '.scratch');

/** Files of the lake that its readers need. */
export function neededFiles(manifest: Manifest): StoredFile[] {
  return [
    ...Object.values(manifest.facts).flat(),
    ...manifest.visits,
    ...manifest.exceptions,
    ...manifest.reach,
    ...(manifest.messages ?? []),
    ...(manifest.carriage ?? []),
    ...manifest.segments.flatMap((segment) => [...segment.files, ...(segment.dead === undefined ? [] : [segment.dead])]),
    ...Object.values(manifest.dictionaries).flat(),
    ...(manifest.dimensions?.files ?? []),
    ...manifest.batches.map((batch) => batch.record),
  ];
}

/** Every file the manifest names. */
export const storedFiles = (manifest: Manifest): StoredFile[] => [
  ...neededFiles(manifest),
  ...manifest.batches.flatMap((batch) => batch.quarantine),
];

/** Paths that `before` names and `next` does not. */
export function retiredPaths(before: Manifest, next: Manifest): string[] {
  const kept = new Set(storedFiles(next).map((file) => file.path));
  return storedFiles(before).flatMap((file) => (kept.has(file.path) ? [] : [file.path]));
}

/**
 * Removes what earlier runs left behind without publishing it, and what the manifest before the last one named. Files
 * that went out of use with the last manifest stay: a command that opened the lake before it may still read them.
 */
export function removeLeftovers(lake: string, manifest: Manifest): void {
  rmSync(scratchFolder(lake), { recursive: true, force: true });
  rmSync(join(lake, 'manifest.json.new'), { force: true });
  const keep = new Set([...storedFiles(manifest).map((file) => file.path), ...manifest.retired]);
  const sweep = (path: string): boolean => {
    let used = false;
    for (const entry of readdirSync(join(lake, path), { withFileTypes: true })) {
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory()) used = sweep(below) || used;
      else if (keep.has(below)) used = true;
      else rmSync(join(lake, below), { force: true });
    }
    if (!used) rmSync(join(lake, path), { recursive: true, force: true });
    return used;
  };
  for (const folder of storedFolders) if (existsSync(join(lake, folder))) sweep(folder);
}

const folderMode = 0o700;
const fileMode = 0o600;

function setMode(path: string, mode: number): void {
  if ((statSync(path).mode & 0o777) !== mode) chmodSync(path, mode);
}

/**
 * Makes the folders of a lake and an empty scratch folder. The lake itself is closed to others first: the engine writes
 * its files with the mask of the process, which belongs to whoever started it, and nobody can reach them until
 * `closeToOthers` has set their own modes.
 */
export function makeFolders(lake: string): void {
  setMode(lake, folderMode);
  for (const folder of storedFolders) makeFolder(join(lake, folder), { mode: folderMode });
  makeFolder(scratchFolder(lake), { mode: folderMode });
}

/** Takes everybody else's rights from all that lies in a lake: files 0600, folders 0700. */
export function closeToOthers(lake: string): void {
  setMode(lake, folderMode);
  for (const entry of readdirSync(lake, { withFileTypes: true })) {
    const path = join(lake, entry.name);
    if (entry.isDirectory()) closeToOthers(path);
    else if (entry.isFile()) setMode(path, fileMode);
  }
}

export interface FactPlace {
  readonly table: string;
  readonly batch: number;
  readonly group: number;
  readonly columns: readonly string[];
}

/** Moves landed Parquet files from the scratch folder to their month. */
export function moveFacts(lake: string, folder: string, { table, batch, group, columns }: FactPlace): FactFile[] {
  return partitionFiles(folder, '_month').map(({ path, part }, index) => {
    const target = `facts/${table}/${part}/${batch}-${group}-${index}.parquet`;
    makeFolder(dirname(join(lake, target)));
    renameSync(path, join(lake, target));
    return { ...describeFile(lake, target), month: part, batch, columns };
  });
}

async function force(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Forces files to the disk, then the folders they lie in: some at a time, as the disk takes them together. */
export async function syncAll(lake: string, files: readonly StoredFile[]): Promise<void> {
  const folders = new Set<string>();
  for (const { path } of files) for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  for (const paths of [files.map(({ path }) => path), [...folders]])
    for (let from = 0; from < paths.length; from += forcedTogether)
      await Promise.all(paths.slice(from, from + forcedTogether).map((path) => force(join(lake, path))));
}
