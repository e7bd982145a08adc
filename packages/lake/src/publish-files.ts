import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { partitionFiles } from './land.ts';
import type { FactFile, Manifest } from './manifest.ts';
import { sync } from './manifest.ts';

const storedFolders = ['facts', 'working', 'dictionaries', 'state', 'quarantine', 'batches'] as const;
export const scratchFolder = (lake: string): string => join(lake, '.scratch');

/** Everything the manifest names, relative to the lake. */
export function referenced(manifest: Manifest): string[] {
  return [
    ...Object.values(manifest.facts).flatMap((files) => files.map((file) => file.path)),
    ...manifest.visits,
    ...manifest.exceptions,
    ...manifest.reach,
    ...manifest.segments.flatMap((segment) => [segment.path, ...(segment.dead === undefined ? [] : [segment.dead])]),
    ...Object.values(manifest.dictionaries).flatMap((parts) => parts.map((part) => part.path)),
    ...(manifest.dimensions === undefined ? [] : [manifest.dimensions]),
    ...manifest.batches.flatMap((batch) => [`batches/${batch.id}.json`, `quarantine/${batch.id}`]),
  ];
}

/** Removes what earlier runs left behind without publishing it. */
export function removeLeftovers(lake: string, manifest: Manifest): void {
  rmSync(scratchFolder(lake), { recursive: true, force: true });
  rmSync(join(lake, 'manifest.json.new'), { force: true });
  const keep = new Set(referenced(manifest));
  const sweep = (path: string): boolean => {
    if (keep.has(path)) return true;
    const full = join(lake, path);
    const entries = readdirSync(full, { withFileTypes: true });
    let used = false;
    for (const entry of entries) {
      const below = `${path}/${entry.name}`;
      if (keep.has(below)) used = true;
      else if (entry.isDirectory()) used = sweep(below) || used;
      else rmSync(join(lake, below), { force: true });
    }
    if (!used) rmSync(full, { recursive: true, force: true });
    return used;
  };
  for (const folder of storedFolders) if (existsSync(join(lake, folder))) sweep(folder);
}

/** Makes the folders of a lake and an empty scratch folder. */
export function makeFolders(lake: string): void {
  for (const folder of storedFolders) mkdirSync(join(lake, folder), { recursive: true });
  mkdirSync(scratchFolder(lake), { recursive: true });
}

/** Moves landed Parquet files from the scratch folder to their month. */
export function moveFacts(
  lake: string,
  table: string,
  folder: string,
  batch: number,
  group: number,
  columns: readonly string[],
): FactFile[] {
  return partitionFiles(folder, '_month').map(({ path, part }, index) => {
    const target = `facts/${table}/${part}/${batch}-${group}-${index}.parquet`;
    mkdirSync(dirname(join(lake, target)), { recursive: true });
    renameSync(path, join(lake, target));
    return { path: target, month: part, batch, rows: 0, columns };
  });
}

/** Forces the new files and their folders to the disk. */
export function syncAll(lake: string, paths: readonly string[]): void {
  const folders = new Set<string>();
  const visit = (path: string): void => {
    sync(path);
    folders.add(dirname(path));
    if (!existsSync(path)) return;
  };
  for (const path of paths) {
    const full = join(lake, path);
    if (!existsSync(full)) continue;
    visit(full);
    for (const entry of readdirSafe(full)) visit(join(full, entry));
  }
  for (const folder of folders) sync(folder);
}

function readdirSafe(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
