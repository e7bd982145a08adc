import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Lake, openLake, type SegmentHandle } from '@hengjian/lake';
import { Cancelled, csvCell, csvCells, lockFolder, type ProgressEvent, RefusedInput, replaceFile } from '@hengjian/standard';
import { type GroupStatus, groupStatuses } from '../case/case.ts';
import type { GroupedStay } from '../stay.ts';
import type { StayGroup, StayGrouper } from './stay-grouper.ts';
import { openStayReader, type StayOfSegment, StayReader } from './stays.ts';

/** Stays of a status and group. */
interface Tally {
  readonly status: GroupStatus;
  readonly grp_code: string;
  readonly stays: number;
}

/** Groups of one segment: a file beside the lake's segments, never changed once written. */
interface GroupedSegment {
  /** Path of the segment below the lake. */
  readonly segment: string;
  readonly file: string;
  /** All stays of the segment, those of persons that a newer segment holds included. */
  readonly tally: readonly Tally[];
}

interface GroupingManifest {
  readonly scheme: string;
  readonly hash: string;
  readonly segments: readonly GroupedSegment[];
}

export interface GroupLakeOptions {
  readonly lake: string;
  readonly grouper: StayGrouper;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((event: ProgressEvent) => void) | undefined;
}

export interface GroupLakeResult {
  readonly scheme: string;
  readonly hash: string;
  /** Stays grouped by this call, and stays whose groups were there before. */
  readonly fresh: number;
  readonly kept: number;
  /** Current stays by status. */
  readonly statuses: Readonly<Record<GroupStatus, number>>;
  readonly groups: number;
  /** Number of fresh stays by code of a problem. */
  readonly problems: Readonly<Record<string, number>>;
  readonly folder: string;
}

const folderOf = (lake: string, hash: string): string => join(lake, 'grouping', hash.slice(0, 16));
const columns = 'row,status,mdc,adrg,grp_code,split,field,weight,auxiliary';

function readManifest(folder: string): GroupingManifest | undefined {
  const file = join(folder, 'manifest.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as GroupingManifest) : undefined;
}

const fileName = (segment: string): string => `${createHash('sha256').update(segment).digest('hex').slice(0, 16)}.csv`;

const numberOr = (text: string): number | null => (text === '' ? null : Number(text));

function readGroups(file: string): ReadonlyMap<number, StayGroup> {
  const rows = readFileSync(file, 'utf8').split('\n').slice(1);
  const groups = new Map<number, StayGroup>();
  for (const line of rows) {
    if (line === '') continue;
    const [row = '', status = '', mdc = '', adrg = '', grp_code = '', split = '', field = '', weight = '', auxiliary = ''] = csvCells(
      line,
      file,
    );
    groups.set(Number(row), {
      status: status as GroupStatus,
      mdc,
      adrg,
      grp_code,
      split,
      field,
      weight: numberOr(weight),
      auxiliary: numberOr(auxiliary),
    });
  }
  return groups;
}

function tallyOf(groups: Iterable<Pick<StayGroup, 'status' | 'grp_code'>>): readonly Tally[] {
  const counts = new Map<string, { status: GroupStatus; grp_code: string; stays: number }>();
  for (const { status, grp_code } of groups) {
    const key = `${status} ${grp_code}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { status, grp_code, stays: 1 });
    else known.stays += 1;
  }
  return [...counts].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, tally]) => tally);
}

const staysIn = (tally: readonly Tally[]): number => tally.reduce((sum, { stays }) => sum + stays, 0);

/** Groups the stays of a segment and writes them down. */
function groupSegment(
  reader: StayReader,
  grouper: StayGrouper,
  handle: SegmentHandle,
  place: { readonly folder: string; readonly segment: string },
  problems: Record<string, number>,
): GroupedSegment {
  const file = fileName(place.segment);
  const lines = [columns];
  const groups: StayGroup[] = [];
  for (const { row, stay, groupingCase } of reader.stays(handle, true)) {
    const result = grouper.group(groupingCase(), stay);
    for (const problem of result.problems) problems[problem.code] = (problems[problem.code] ?? 0) + 1;
    groups.push(result);
    const { status, mdc, adrg, grp_code, split, field, weight, auxiliary } = result;
    lines.push(`${row},${status},${mdc},${adrg},${grp_code},${csvCell(split)},${field},${weight ?? ''},${auxiliary ?? ''}`);
  }
  replaceFile(join(place.folder, file), `${lines.join('\n')}\n`);
  return { segment: place.segment, file, tally: tallyOf(groups) };
}

/**
 * Groups the discharged inpatient stays of a lake by a scheme. Only segments that arrived since the last call are worked
 * on; a segment never changes, so its groups never do. Each segment is one file, published by replacing one manifest.
 */
export async function groupLake(options: GroupLakeOptions): Promise<GroupLakeResult> {
  const { grouper } = options;
  const lake = await openLake(options.lake);
  const { id, hash } = grouper;
  const folder = folderOf(options.lake, hash);
  mkdirSync(folder, { recursive: true });
  const release = lockFolder(folder, {
    code: 'grouping-busy',
    message: 'another process is grouping this lake by this scheme',
    remedy: 'wait until it is done',
    place: { file: folder },
  });
  try {
    const before = new Map((readManifest(folder)?.segments ?? []).map((one) => [one.segment, one]));
    const problems: Record<string, number> = {};
    const handles = lake.segments();
    const segments: GroupedSegment[] = [];
    let reader: StayReader | undefined;
    let fresh = 0;
    for (const [index, handle] of handles.entries()) {
      if (options.signal?.aborted === true) throw new Cancelled();
      const segment = relative(options.lake, handle.path);
      const known = before.get(segment);
      if (known === undefined) reader ??= await openStayReader(lake);
      const grouped = known ?? groupSegment(reader as StayReader, grouper, handle, { folder, segment }, problems);
      if (known === undefined) fresh += staysIn(grouped.tally);
      segments.push(grouped);
      options.progress?.({ phase: 'group', done: index + 1, total: handles.length, unit: 'segments' });
      await new Promise(setImmediate);
    }
    const manifest: GroupingManifest = { scheme: id, hash, segments };
    replaceFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
    const named = new Set(segments.map((one) => one.file));
    for (const file of readdirSync(folder)) if (file.endsWith('.csv') && !named.has(file)) rmSync(join(folder, file), { force: true });
    const kept = segments.reduce((sum, one) => sum + staysIn(one.tally), 0) - fresh;
    return { scheme: id, hash, fresh, kept, ...current(openGroupedLake(lake, { id, hash }), handles, segments), problems, folder };
  } finally {
    release();
  }
}

/** Counts the current stays. A segment is read again only where a newer one holds some of its persons. */
function current(
  grouped: GroupedLake,
  handles: readonly SegmentHandle[],
  segments: readonly GroupedSegment[],
): Pick<GroupLakeResult, 'statuses' | 'groups'> {
  const statuses = Object.fromEntries(groupStatuses.map((status) => [status, 0])) as Record<GroupStatus, number>;
  const groups = new Set<string>();
  for (const [index, handle] of handles.entries()) {
    const whole = segments[index]?.tally ?? [];
    const tally = handle.dead.length === 0 ? whole : tallyOf([...grouped.stays(handle)].map(({ stay }) => stay));
    for (const { status, grp_code, stays } of tally) {
      statuses[status] += stays;
      if (status === 'grouped') groups.add(grp_code);
    }
  }
  return { statuses, groups: groups.size };
}

/** A lake with the groups of one scheme. */
export interface GroupedLake {
  /** Codes of groups that occur, in order. */
  readonly groups: readonly string[];
  segments(): readonly SegmentHandle[];
  /** Stays of a segment with the row of their visit; of persons that a newer segment holds only when asked for. */
  stays(handle: SegmentHandle, withDead?: boolean): Generator<GroupedStayOfSegment>;
}

/** A stay of a segment with its group. */
export interface GroupedStayOfSegment extends StayOfSegment {
  readonly stay: GroupedLakeStay;
}

export type GroupedLakeStay = GroupedStay & Pick<StayGroup, 'split' | 'field' | 'weight' | 'auxiliary'>;

/**
 * Opens the groups of a lake. Throws RefusedInput when the lake has not been grouped by this scheme, or has taken in
 * segments since.
 */
export function openGroupedLake(lake: Lake, scheme: { readonly id: string; readonly hash: string }): GroupedLake {
  const home = folderOf(lake.folder, scheme.hash);
  const manifest = readManifest(home);
  const reader = new StayReader(lake);
  const known = new Map((manifest?.segments ?? []).map((one) => [one.segment, one]));
  if (manifest === undefined || reader.segments().some((handle) => !known.has(relative(lake.folder, handle.path)))) {
    throw new RefusedInput({
      code: manifest === undefined ? 'lake-not-grouped' : 'lake-grouping-old',
      message:
        manifest === undefined
          ? `the lake is not grouped by ${scheme.id}`
          : `the lake has taken in data since it was grouped by ${scheme.id}`,
      remedy: `run: hengjian group --lake ${lake.folder} --scheme ${scheme.id}`,
      place: { file: lake.folder },
    });
  }
  return {
    groups: [...new Set(manifest.segments.flatMap((one) => one.tally.map(({ grp_code }) => grp_code)))]
      .filter((code) => code !== '')
      .sort(),
    segments: () => reader.segments(),
    *stays(handle, withDead = false) {
      const file = known.get(relative(lake.folder, handle.path))?.file ?? '';
      const groups = readGroups(join(home, file));
      for (const { row, stay, groupingCase } of reader.stays(handle, withDead)) {
        const group = groups.get(row);
        if (group === undefined) {
          throw new RefusedInput({
            code: 'grouping-damaged',
            message: 'a stay of the segment has no group',
            remedy: `remove ${home} and group the lake anew`,
            place: { file },
          });
        }
        yield { row, stay: { ...stay, ...group }, groupingCase };
      }
    },
  };
}

/** The current discharged stays of a lake with their groups; refuses as `openGroupedLake` does. */
export async function* groupedStays(
  folder: string,
  scheme: { readonly id: string; readonly hash: string },
): AsyncGenerator<GroupedLakeStay> {
  const grouped = openGroupedLake(await openLake(folder), scheme);
  for (const handle of grouped.segments()) for (const { stay } of grouped.stays(handle)) yield stay;
}
