import { join } from 'node:path';
import { indexFile, openTableFolder, type TableFolder } from './arrow-file.ts';
import type { SegmentFile, StoredFolder } from './manifest.ts';
import { readStored } from './stored.ts';

/** Row numbers of the persons of a segment that a newer segment holds. */
export function readDead(lake: string, segment: SegmentFile): number[] {
  if (segment.dead === undefined) return [];
  const bytes = readStored(join(lake, segment.dead.path), segment.dead);
  return Array.from(new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)));
}

/** Opens the tables of a stored folder. */
export function openStoredFolder(lake: string, folder: StoredFolder): TableFolder {
  const path = `${folder.path}/${indexFile}`;
  const index = folder.files.find((file) => file.path === path);
  if (index === undefined) throw new Error(`${folder.path} has no index`);
  return openTableFolder(join(lake, folder.path), index);
}
