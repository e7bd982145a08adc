import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Lake, openLake, type SegmentHandle } from '@hengjian/lake';
import {
  Cancelled,
  csvCell,
  csvCells,
  inputProblems,
  lockFolder,
  type ProgressEvent,
  RefusedInput,
  replaceFile,
  type Words,
  words,
} from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';
import { type GroupStatus, groupStatuses } from '../case/case.ts';
import { groupingProblems } from '../problems.ts';
import type { GroupedStay } from '../stay.ts';
import type { StayGroup, StayGrouper } from './stay-grouper.ts';
import { openStayReader, type StayOfSegment, StayReader } from './stays.ts';

/**
 * The groups of a lake by one scheme are written and read here alone, in `<lake>/grouping/<short hash of the scheme>`: a
 * file for each segment of the lake, never changed once written, and a manifest that names them with their hashes.
 */
const manifestForm = Type.Object({
  format: Type.Literal(2),
  scheme: Type.String(),
  hash: Type.String(),
  segments: Type.Array(
    Type.Object({
      /** Path of the segment below the lake. */
      segment: Type.String(),
      /** SHA-256 of the file of its groups. */
      sha256: Type.String(),
      /** All stays of the segment, those of persons that a newer segment holds included. */
      tally: Type.Array(Type.Object({ status: Type.Enum(groupStatuses), grp_code: Type.String(), stays: Type.Integer() })),
    }),
  ),
  /** SHA-256 of all that stands before it. */
  seal: Type.String(),
});
const manifestReader = jsonReader(manifestForm, words('分组目录', 'list of groups'));
type GroupingManifest = Readonly<Type.Static<typeof manifestForm>>;
type UnsealedManifest = Omit<GroupingManifest, 'seal'>;
type GroupedSegment = GroupingManifest['segments'][number];

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
  /** Current stays that are not grouped because nothing says when they began or ended. */
  readonly undated: number;
  /** Number of fresh stays by code of a problem. */
  readonly problems: Readonly<Record<string, number>>;
  readonly folder: string;
}

const folderOf = (lake: string, hash: string): string => join(lake, 'grouping', hash.slice(0, 16));
const manifestName = 'manifest.json';
const columns = 'row,status,mdc,adrg,grp_code,split,field,weight,auxiliary';

const damaged = (folder: string, file: string, reason: string | Words): RefusedInput =>
  groupingProblems.refused('grouping-damaged', { folder, reason }, { file });

const changedText = words('文件已被改动', 'a file was changed');

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const sealOf = ({ format, scheme, hash, segments }: UnsealedManifest): string => sha256(JSON.stringify({ format, scheme, hash, segments }));

function readManifest(folder: string): GroupingManifest | undefined {
  const file = join(folder, manifestName);
  if (!existsSync(file)) return undefined;
  try {
    const manifest = manifestReader.read(readFileSync(file, 'utf8'), { file });
    if (manifest.seal === sealOf(manifest)) return manifest;
  } catch (error) {
    const [problem] = error instanceof RefusedInput ? error.problems : [];
    if (problem === undefined) throw error;
    throw damaged(folder, file, problem.message);
  }
  throw damaged(folder, file, changedText);
}

const fileName = (segment: string): string => `${sha256(segment).slice(0, 16)}.csv`;

const numberOr = (text: string): number | null => (text === '' ? null : Number(text));

/** Text of the groups of a segment. Throws a refusal when the file is missing or not as it was written. */
function readFileOf(folder: string, { segment, sha256: expected }: GroupedSegment): string {
  const file = join(folder, fileName(segment));
  if (!existsSync(file)) throw damaged(folder, file, words('缺少文件', 'a file is missing'));
  const content = readFileSync(file);
  if (sha256(content) !== expected) throw damaged(folder, file, changedText);
  return content.toString('utf8');
}

function readGroups(folder: string, grouped: GroupedSegment): ReadonlyMap<number, StayGroup> {
  const file = join(folder, fileName(grouped.segment));
  const rows = readFileOf(folder, grouped).split('\n').slice(1);
  const groups = new Map<number, StayGroup>();
  for (const line of rows) {
    if (line === '') continue;
    const [row = '', status = '', mdc = '', adrg = '', grp_code = '', split = '', field = '', weight = '', auxiliary = ''] = csvCells(
      line,
      file,
    );
    const known = groupStatuses.find((one) => one === status);
    if (known === undefined) throw damaged(folder, file, words(`没有状态 ${status}`, `there is no status ${status}`));
    groups.set(Number(row), {
      status: known,
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

function tallyOf(groups: Iterable<Pick<StayGroup, 'status' | 'grp_code'>>): GroupedSegment['tally'] {
  const counts = new Map<string, { status: GroupStatus; grp_code: string; stays: number }>();
  for (const { status, grp_code } of groups) {
    const key = `${status} ${grp_code}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { status, grp_code, stays: 1 });
    else known.stays += 1;
  }
  return [...counts].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, tally]) => tally);
}

const staysIn = (tally: GroupedSegment['tally']): number => tally.reduce((sum, { stays }) => sum + stays, 0);

/** Groups the stays of a segment and writes them down. */
function groupSegment(
  reader: StayReader,
  grouper: StayGrouper,
  handle: SegmentHandle,
  place: { readonly folder: string; readonly segment: string },
  problems: Record<string, number>,
): GroupedSegment {
  const lines = [columns];
  const groups: StayGroup[] = [];
  for (const { row, stay, groupingCase } of reader.stays(handle, true)) {
    const result = grouper.group(groupingCase(), stay);
    for (const problem of result.problems) problems[problem.code] = (problems[problem.code] ?? 0) + 1;
    groups.push(result);
    const { status, mdc, adrg, grp_code, split, field, weight, auxiliary } = result;
    lines.push(`${row},${status},${mdc},${adrg},${grp_code},${csvCell(split)},${field},${weight ?? ''},${auxiliary ?? ''}`);
  }
  const content = `${lines.join('\n')}\n`;
  replaceFile(join(place.folder, fileName(place.segment)), content);
  return { segment: place.segment, sha256: sha256(content), tally: tallyOf(groups) };
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
  const what = words('该方案的分组结果', 'the groups by this scheme');
  const release = lockFolder(folder, inputProblems.problem('folder-busy', { what }, { file: folder }));
  let written = false;
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
      if (known !== undefined) {
        readFileOf(folder, known);
        segments.push(known);
      } else {
        reader ??= await openStayReader(lake);
        const grouped = groupSegment(reader, grouper, handle, { folder, segment }, problems);
        fresh += staysIn(grouped.tally);
        segments.push(grouped);
      }
      options.progress?.({ phase: 'group', done: index + 1, total: handles.length, unit: 'segments' });
      await new Promise(setImmediate);
    }
    const manifest: UnsealedManifest = { format: 2, scheme: id, hash, segments };
    replaceFile(join(folder, manifestName), JSON.stringify({ ...manifest, seal: sealOf(manifest) }));
    written = true;
    const named = new Set(segments.map((one) => fileName(one.segment)));
    for (const file of readdirSync(folder)) if (file.endsWith('.csv') && !named.has(file)) rmSync(join(folder, file), { force: true });
    const kept = segments.reduce((sum, one) => sum + staysIn(one.tally), 0) - fresh;
    const undated = undatedOf(reader ?? new StayReader(lake));
    return { scheme: id, hash, fresh, kept, ...current(openGroupedLake(lake, { id, hash }), handles, segments), undated, problems, folder };
  } finally {
    release({ traceless: !written });
  }
}

const undatedOf = (reader: StayReader): number => reader.segments().reduce((sum, handle) => sum + reader.undated(handle), 0);

/** Counts the current stays. A segment is read again only where a newer one holds some of its persons. */
function current(
  grouped: GroupedLake,
  handles: readonly SegmentHandle[],
  segments: readonly GroupedSegment[],
): Pick<GroupLakeResult, 'statuses' | 'groups'> {
  const statuses: Record<GroupStatus, number> = { grouped: 0, ambiguous: 0, entered: 0, none: 0, invalid: 0 };
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
  const values = { lake: lake.folder, scheme: scheme.id };
  if (manifest === undefined) throw groupingProblems.refused('lake-not-grouped', values, { file: lake.folder });
  if (reader.segments().some((handle) => !known.has(relative(lake.folder, handle.path))))
    throw groupingProblems.refused('lake-grouping-old', values, { file: lake.folder });
  return {
    groups: [...new Set(manifest.segments.flatMap((one) => one.tally.map(({ grp_code }) => grp_code)))]
      .filter((code) => code !== '')
      .sort(),
    segments: () => reader.segments(),
    *stays(handle, withDead = false) {
      const segment = relative(lake.folder, handle.path);
      const grouped = known.get(segment);
      const groups = grouped === undefined ? new Map<number, StayGroup>() : readGroups(home, grouped);
      for (const { row, stay, groupingCase } of reader.stays(handle, withDead)) {
        const group = groups.get(row);
        if (group === undefined) throw damaged(home, join(home, fileName(segment)), words('有病例没有分组', 'a stay has no group'));
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
