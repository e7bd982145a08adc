import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readContents } from '@hengjian/documents';
import { Cancelled, type Problem, type ProgressEvent, RefusedInput } from '@hengjian/standard';
import { type BatchEntry, type KeptText, pointsOf, publishLibrary, readBatch, readManifest, storeBatch } from './library.ts';
import type { PointSet } from './merge.ts';
import type { PointDraft } from './point.ts';
import { jsonOutcomes, knownHeaders, type Outcome, readerOf } from './records.ts';
import { gatherSupplements, type ResolveOptions, resolveRecord, type Supplements } from './resolve.ts';

export interface ImportOptions extends Partial<ResolveOptions> {
  /** Folder of the library; it is made when it does not exist. */
  readonly library: string;
  /** The civil time of the import, `yyyy-MM-dd HH:mm`; it does not change what is imported. */
  readonly now: string;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((event: ProgressEvent) => void) | undefined;
}

/** What rows came to: rows = points + same + merged + part + codes + text + refused. */
export interface RowCounts {
  readonly rows: number;
  /** Rows that became points of their own. */
  readonly points: number;
  /** Rows that say what a point of this or an earlier import says. */
  readonly same: number;
  /** Rows whose codes joined a point. */
  readonly merged: number;
  /** Rows that complete other rows: codes of a drug, a drug without remark. */
  readonly part: number;
  /** Rows of code lists. */
  readonly codes: number;
  /** Rows kept as text, for an expert. */
  readonly text: number;
  readonly refused: number;
}

export interface FileReport extends RowCounts {
  readonly file: string;
  /** Why nothing was read of it; absent for files in a known layout. */
  readonly not_read?: string;
  readonly problems: readonly Problem[];
}

export interface LoadReport extends RowCounts {
  readonly batch: string;
  /** Whether the import changed the library. */
  readonly changed: boolean;
  readonly files: readonly FileReport[];
  /** Points that rows became; a catalogue remark may give several. */
  readonly points_out: number;
  /** Points of the library closed by later ones. */
  readonly superseded: number;
  /** Points that wait for an expert before a rule judges by them. */
  readonly unconfirmed: number;
  /** Points whose first day is that of the import, because their source names none. */
  readonly undated: number;
  readonly by_table: Readonly<Record<string, number>>;
  /** Distinct drug and herb codes, service codes and charge pairs of the points of the library. */
  readonly drug_codes: number;
  readonly item_codes: number;
  readonly charge_pairs: number;
  /** Service codes of points that no imported code list has. */
  readonly codes_in_no_list: readonly string[];
  readonly texts_by_reason: Readonly<Record<string, number>>;
}

const readable = /\.(csv|xlsx?|json)(\.gz)?$/i;

function filesOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new RefusedInput({ code: 'file-missing', message: 'there is no such file', remedy: 'check the path', place: { file: path } });
    if (!stat.isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .flatMap((entry) => (entry.isFile() && readable.test(entry.name) ? [join(entry.parentPath, entry.name)] : []))
      .sort();
  });
}

interface ReadFile {
  readonly path: string;
  readonly file: string;
  readonly hash: string;
  readonly outcomes: readonly Outcome[];
  readonly problems: readonly Problem[];
  readonly not_read?: string;
  readonly json: boolean;
}

function readFile(path: string): ReadFile {
  const file = basename(path);
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
  const contents = readContents(path, knownHeaders);
  if (contents.kind === 'json') {
    const outcomes = jsonOutcomes(contents.value, file);
    const why = outcomes === undefined ? { not_read: 'it holds neither published points nor a code set' } : {};
    return { path, file, hash, outcomes: outcomes ?? [], problems: [], json: true, ...why };
  }
  const known = contents.sheets.flatMap((sheet) => {
    const read = readerOf(sheet);
    return read === undefined ? [] : [{ sheet, read }];
  });
  const why = known.length === 0 ? { not_read: 'no sheet has the header of a known layout' } : {};
  return {
    path,
    file,
    hash,
    outcomes: known.flatMap(({ sheet, read }) => sheet.rows.map(read)),
    problems: known.flatMap(({ sheet }) => sheet.problems),
    json: false,
    ...why,
  };
}

/** A file most of whose rows do not fit its header was shifted as a whole. */
function refuseShifted(read: ReadFile): void {
  const forms = read.outcomes.filter((outcome) => outcome.kind === 'refused' && ['code-form', 'limit-unknown'].includes(outcome.problem.code));
  if (read.outcomes.length < 4 || forms.length * 2 < read.outcomes.length) return;
  const first = forms[0];
  throw new RefusedInput({
    code: 'columns-shifted',
    message: `${forms.length} of ${read.outcomes.length} rows do not fit the header${first?.kind === 'refused' ? `, first: ${first.problem.message}` : ''}`,
    remedy: 'move the columns back under their headers; nothing was imported',
    place: { file: read.file, ...(first?.kind === 'refused' ? first.problem.place : {}) },
  });
}

/** Counts of rows in the making. */
type Tally = { -readonly [Name in Exclude<keyof RowCounts, 'rows'>]: number };

const emptyTally = (): Tally => ({ points: 0, same: 0, merged: 0, part: 0, codes: 0, text: 0, refused: 0 });

/** Adds up what the drafts of a row came to: the row is a point when one of them is. */
function rowKind(placed: readonly (string | { readonly refused: Problem })[]): keyof Tally {
  if (placed.includes('point')) return 'points';
  if (placed.includes('merged')) return 'merged';
  if (placed.includes('same')) return 'same';
  return 'refused';
}

const isDrugCode = (code: string): boolean => /^[XZT]/.test(code);
const isServiceCode = (code: string): boolean => /^\d{15}$/.test(code);

function codesOf(values: Readonly<Record<string, string>>): string[] {
  return [values.items, values.item_a, values.item_b].flatMap((cell) => (cell ?? '').split('|').filter((code) => code !== '' && !code.startsWith('name:')));
}

/** What an import gathers while it goes from file to file. */
interface Gathered {
  readonly set: PointSet;
  readonly drafts: PointDraft[];
  readonly texts: KeptText[];
  readonly codes: { readonly code: string; readonly name: string; readonly list: string }[];
}

/** Places the drafts of a row; those that changed the library are kept. */
function placeDrafts(drafts: readonly PointDraft[], into: Gathered, problems: Problem[]): keyof Tally {
  const placed = drafts.map((draft) => {
    const came = into.set.add(draft);
    if (came === 'point' || came === 'merged') into.drafts.push(draft);
    if (typeof came === 'object') problems.push(came.refused);
    return came;
  });
  return rowKind(placed);
}

/** Takes one row in and says what it came to. */
function takeRow(outcome: Outcome, file: string, more: Supplements, options: ResolveOptions, into: Gathered, problems: Problem[]): keyof Tally {
  if (outcome.kind === 'part') return 'part';
  if (outcome.kind === 'code') {
    into.codes.push({ code: outcome.code, name: outcome.name, list: file });
    return 'codes';
  }
  if (outcome.kind === 'refused') {
    problems.push(outcome.problem);
    return 'refused';
  }
  const result = resolveRecord(outcome.record, more, options);
  switch (result.kind) {
    case 'part':
      return 'part';
    case 'refused':
      problems.push(result.problem);
      return 'refused';
    case 'text': {
      const { rule_class, name, text, codes, place } = outcome.record;
      into.texts.push({ rule_class, name, text, why: result.why, codes, place });
      return 'text';
    }
    default:
      return placeDrafts(result.drafts, into, problems);
  }
}

function takeFile(read: ReadFile, more: Supplements, options: ResolveOptions, into: Gathered): FileReport {
  const problems: Problem[] = [...read.problems];
  const tally: Tally = { ...emptyTally(), refused: read.problems.length };
  for (const outcome of read.outcomes) tally[takeRow(outcome, read.file, more, options, into, problems)] += 1;
  const why = read.not_read === undefined ? {} : { not_read: read.not_read };
  return { file: read.file, ...why, rows: read.outcomes.length + read.problems.length, ...tally, problems };
}

function addUp(files: readonly FileReport[]): RowCounts {
  const sum = (name: keyof RowCounts): number => files.reduce((total, file) => total + file[name], 0);
  const names = ['rows', 'points', 'same', 'merged', 'part', 'codes', 'text', 'refused'] as const;
  return Object.fromEntries(names.map((name) => [name, sum(name)])) as Record<(typeof names)[number], number>;
}

/** How many of each kind there are, in order of the kinds. */
function countBy(kinds: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Service codes of points that no code list has; none when no list of services was imported. */
function unlisted(services: readonly string[], listed: ReadonlySet<string>): readonly string[] {
  return [...listed].some(isServiceCode) ? services.filter((code) => !listed.has(code)).sort() : [];
}

/**
 * Imports knowledge files into a library: reads them by their headers, turns rows into points, keeps what cannot be
 * typed as text and publishes the whole at once. The same files with the same options change nothing.
 */
export function importKnowledge(paths: readonly string[], options: ImportOptions): LoadReport {
  const resolve: ResolveOptions = { validFrom: options.validFrom ?? '2025-01-01', childAge: options.childAge ?? 18, region: options.region ?? '000000' };
  const files = filesOf(paths);
  const stop = (): void => {
    if (options.signal?.aborted === true) throw new Cancelled();
  };
  const read = files.map((path, index) => {
    stop();
    options.progress?.({ phase: 'read', done: index, total: files.length, unit: 'files' });
    return readFile(path);
  });
  for (const one of read) refuseShifted(one);
  const id = createHash('sha256')
    .update(JSON.stringify([read.map(({ hash }) => hash).sort(), resolve]))
    .digest('hex')
    .slice(0, 16);
  const batches = readManifest(options.library)?.batches ?? [];
  const earlier = batches.filter((batch) => batch.id !== id).map((batch) => readBatch(options.library, batch.id));

  // Published records come first: they carry the ids of the points.
  const ordered = [...read].sort((left, right) => Number(right.json) - Number(left.json) || (left.path < right.path ? -1 : 1));
  const more = gatherSupplements(ordered.flatMap(({ outcomes }) => outcomes));
  const into: Gathered = { set: pointsOf(earlier), drafts: [], texts: [], codes: [] };
  const before = into.set.superseded;
  const reports = ordered.map((one) => takeFile(one, more, resolve, into)).sort((left, right) => (left.file < right.file ? -1 : 1));
  const points = into.set.values();
  const used = [...new Set(points.flatMap((point) => codesOf(point.values)))];
  const services = used.filter(isServiceCode);
  const listed = new Set([...earlier.flatMap((batch) => batch.codes), ...into.codes].map(({ code }) => code));
  const changed = !batches.some((batch) => batch.id === id);
  const report: LoadReport = {
    batch: id,
    changed,
    files: reports,
    ...addUp(reports),
    points_out: into.drafts.length,
    superseded: into.set.superseded - before,
    unconfirmed: points.filter((point) => point.values.confirmed === '').length,
    undated: into.drafts.filter((draft) => draft.valid_from === resolve.validFrom).length,
    by_table: countBy(points.map(({ table }) => table)),
    drug_codes: used.filter(isDrugCode).length,
    item_codes: services.length,
    charge_pairs: points.filter((point) => point.table === 'item-duplicate').length,
    codes_in_no_list: unlisted(services, listed),
    texts_by_reason: countBy(into.texts.map(({ why }) => why)),
  };
  if (!changed) return report;
  stop();
  const entry: BatchEntry = {
    id,
    imported_at: options.now,
    files: read.map(({ file, hash }) => ({ file, hash })),
    points: into.drafts.length,
    texts: into.texts.length,
  };
  storeBatch(options.library, id, { drafts: into.drafts, texts: into.texts, codes: into.codes }, report);
  publishLibrary(options.library, [...batches, entry], points);
  return report;
}
