import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forEachTable, type Segment, type TextColumn, views } from '@hengjian/standard';
import { type SegmentTarget, storeSegment } from './export.ts';
import type { SegmentFile } from './manifest.ts';
import { mergeSegments } from './merge.ts';
import { openStoredFolder, readDead } from './segment-file.ts';
import { describeFile } from './stored.ts';
import { suffixToMerge } from './tiers.ts';

function readWhole(lake: string, segment: SegmentFile): Segment {
  const folder = openStoredFolder(lake, segment);
  return forEachTable((table) => folder.read(table));
}

/** A segment with the persons that newer segments hold, before that is written down. */
interface Marked {
  readonly segment: SegmentFile;
  readonly dead: readonly number[];
}

function find(column: TextColumn, psn: string): number {
  let low = 0;
  let high = column.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = column.get(middle) ?? '';
    if (value === psn) return middle;
    if (value < psn) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Marks the touched persons as dead in a segment. */
function mark(lake: string, segment: SegmentFile, touched: readonly string[]): Marked {
  const dead = readDead(lake, segment);
  if (touched.length === 0) return { segment, dead };
  const column = views.text(openStoredFolder(lake, segment).read('persons', ['psn']), 'psn');
  const all = new Set(dead);
  for (const psn of touched) {
    const row = find(column, psn);
    if (row >= 0) all.add(row);
  }
  return { segment, dead: [...all].sort((left, right) => left - right) };
}

function writeDead({ segment, dead }: Marked, { lake, batch }: SegmentTarget): SegmentFile {
  if (dead.length === segment.deadPersons) return segment;
  const path = `${segment.path}.dead-${batch}`;
  writeFileSync(join(lake, path), new Uint8Array(Int32Array.from(dead).buffer));
  return { ...segment, dead: describeFile(lake, path), deadPersons: dead.length };
}

/** Lines of the living persons of a segment, about. */
const livingSize = ({ segment, dead }: Marked): number =>
  Math.ceil(((segment.persons - dead.length) / Math.max(1, segment.persons)) * (segment.lines + segment.persons));

const mostlyDead = ({ segment, dead }: Marked): boolean => dead.length * 2 > segment.persons;

function settle(bucket: number, all: readonly Marked[], target: SegmentTarget): SegmentFile[] {
  const living = all.filter(({ segment, dead }) => dead.length < segment.persons);
  const worn = living.findIndex(mostlyDead);
  const from = Math.min(suffixToMerge(living.map(livingSize)), worn < 0 ? living.length : worn);
  const kept = living.slice(0, from).map((one) => writeDead(one, target));
  const merged = living.slice(from);
  const [only] = merged;
  if (only === undefined) return kept;
  if (merged.length === 1 && !mostlyDead(only)) return [...kept, writeDead(only, target)];
  const sources = merged.map(({ segment, dead }) => ({ segment: readWhole(target.lake, segment), dead }));
  return [...kept, storeSegment(mergeSegments(sources), bucket, target)];
}

/**
 * Joins the segments of a batch to those before it: the touched persons are dead in the older ones, segments of a bucket
 * are merged so that few are left and each is larger than all newer ones together, and segments of the dead are dropped
 * or written anew. Older before newer in each bucket.
 */
export function joinSegments(
  before: readonly SegmentFile[],
  fresh: readonly SegmentFile[],
  touched: ReadonlyMap<number, readonly string[]>,
  target: SegmentTarget,
): SegmentFile[] {
  const byBucket = Map.groupBy([...before, ...fresh], ({ bucket }) => bucket);
  const isFresh = new Set(fresh);
  return [...byBucket]
    .sort(([left], [right]) => left - right)
    .flatMap(([bucket, segments]) => {
      const persons = touched.get(bucket);
      if (persons === undefined && !segments.some((one) => isFresh.has(one))) return segments;
      const marked = segments.map((one) => (isFresh.has(one) ? { segment: one, dead: [] } : mark(target.lake, one, persons ?? [])));
      return settle(bucket, marked, target);
    });
}
