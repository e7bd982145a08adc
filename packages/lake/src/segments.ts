import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TextColumn } from '@hengjian/standard';
import { indexFile, openTableFolder, type TableFolder } from './arrow-file.ts';
import type { SegmentFile, StoredFolder } from './manifest.ts';
import { describeFile, readStored } from './stored.ts';

const mostSegments = 8;

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

/** Buckets with too many segments, or with more dead persons than living ones. */
export function compactable(segments: readonly SegmentFile[]): number[] {
  const buckets = new Map<number, SegmentFile[]>();
  for (const segment of segments) buckets.set(segment.bucket, [...(buckets.get(segment.bucket) ?? []), segment]);
  return [...buckets].flatMap(([bucket, list]) => {
    const persons = list.reduce((sum, segment) => sum + segment.persons, 0);
    const dead = list.reduce((sum, segment) => sum + segment.deadPersons, 0);
    return list.length >= mostSegments || dead * 2 > persons ? [bucket] : [];
  });
}

function find(column: TextColumn, psn: string): number {
  let low = 0;
  let high = column.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = column.get(middle) as string;
    if (value === psn) return middle;
    if (value < psn) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Marks the touched persons as dead in the older segments; segments without living persons are dropped. */
export function addDead(
  lake: string,
  segments: readonly SegmentFile[],
  touched: ReadonlyMap<number, readonly string[]>,
  batch: number,
): SegmentFile[] {
  return segments.flatMap((segment) => {
    const persons = touched.get(segment.bucket);
    if (persons === undefined) return [segment];
    const column = openStoredFolder(lake, segment).read('persons', ['psn']).columns['psn'] as TextColumn;
    const dead = new Set(readDead(lake, segment));
    const known = dead.size;
    for (const psn of persons) {
      const row = find(column, psn);
      if (row >= 0) dead.add(row);
    }
    if (dead.size === known) return [segment];
    if (dead.size === segment.persons) return [];
    const path = `${segment.path}.dead-${batch}`;
    writeFileSync(join(lake, path), new Uint8Array(Int32Array.from([...dead].sort((left, right) => left - right)).buffer));
    return [{ ...segment, dead: describeFile(lake, path), deadPersons: dead.size }];
  });
}
