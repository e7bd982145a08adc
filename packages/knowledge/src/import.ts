import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readContents } from '@hengjian/documents';
import { type KnowledgeFiles, readKnowledgeManifest } from '@hengjian/rulebook';
import { Cancelled, inputProblems, isNamePattern, type Problem, type ProgressEvent, type Words, words } from '@hengjian/standard';
import type { ResolveOptions, RowResult, Supplements } from './draft.ts';
import { indexOutcomes } from './index-file.ts';
import { lockLibrary, newBatch, pointsOf, publishLibrary, readBatch } from './library.ts';
import type { PointSet } from './merge.ts';
import type { PointDraft } from './point.ts';
import { type KeptReason, knowledgeProblems } from './problems.ts';
import { jsonOutcomes, knownHeaders, type Outcome, readerOf, type SourceRecord } from './records.ts';
import { gatherSupplements, resolveRecord } from './resolve.ts';
import { withFirstLine } from './shipped.ts';
import type { KeptText, ListedCode } from './stored.ts';

export interface ImportOptions extends Partial<ResolveOptions> {
  /** Folder of the library; it is made when it does not exist. */
  readonly library: string;
  /** The civil time of the import, `yyyy-MM-dd HH:mm`; it does not change what is imported. */
  readonly now: string;
  readonly signal?: AbortSignal | undefined;
  /** The writes of the library; a test stops between them. */
  readonly files?: KnowledgeFiles;
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
  readonly not_read?: Words;
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
  /** What the rows of each class of rules came to; rows of code lists and parts belong to none. */
  readonly by_class: Readonly<Partial<Record<string, RowCounts>>>;
  readonly by_table: Readonly<Partial<Record<string, number>>>;
  /** Distinct drug and herb codes, service codes and charge pairs of the points of the library. */
  readonly drug_codes: number;
  readonly item_codes: number;
  readonly charge_pairs: number;
  /** Service codes of points that no imported code list has. */
  readonly codes_in_no_list: readonly string[];
  readonly texts_by_reason: Readonly<Partial<Record<KeptReason, number>>>;
}

const readable = /\.(csv|xlsx?|json)(\.gz)?$/i;

function filesOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw inputProblems.refused('file-missing', {}, { file: path });
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
  readonly not_read?: Words;
  readonly json: boolean;
}

async function readFile(path: string, signal: AbortSignal | undefined): Promise<ReadFile> {
  const file = basename(path);
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
  const contents = await readContents(path, knownHeaders, signal);
  if (contents.kind === 'json') {
    const outcomes = jsonOutcomes(contents.value, file) ?? indexOutcomes(contents.value, file);
    const why =
      outcomes === undefined ? { not_read: words('既非知识点也非代码集', 'it holds neither published points nor a code set') } : {};
    return { path, file, hash, outcomes: outcomes ?? [], problems: [], json: true, ...why };
  }
  const known = contents.sheets.flatMap((sheet) => {
    const read = readerOf(sheet);
    return read === undefined ? [] : [{ sheet, read }];
  });
  const why = known.length === 0 ? { not_read: words('没有已知格式的表头', 'no sheet has the header of a known layout') } : {};
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
function refuseShifted({ outcomes, file }: ReadFile): void {
  const forms = outcomes.flatMap((outcome) =>
    outcome.kind === 'refused' && outcome.problem.code === 'value-invalid' ? [outcome.problem] : [],
  );
  if (outcomes.length < 4 || forms.length * 2 < outcomes.length) return;
  throw knowledgeProblems.refused('columns-shifted', { rows: outcomes.length, wrong: forms.length }, { ...forms[0]?.place, file });
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
  return [values.items, values.item_a, values.item_b].flatMap((cell) =>
    (cell ?? '').split('|').filter((code) => code !== '' && !isNamePattern(code)),
  );
}

/** What an import gathers while it goes from file to file. */
interface Gathered {
  readonly classes: Map<string, Tally>;
  readonly set: PointSet;
  readonly drafts: PointDraft[];
  readonly texts: KeptText[];
  readonly codes: ListedCode[];
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
function takeRow(
  outcome: Outcome,
  file: string,
  more: Supplements,
  options: ResolveOptions,
  into: Gathered,
  problems: Problem[],
): keyof Tally {
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
  const came = takeResult(result, outcome.record, into, problems);
  const own = into.classes.get(outcome.record.rule_class) ?? emptyTally();
  own[came] += 1;
  into.classes.set(outcome.record.rule_class, own);
  return came;
}

/** Takes in what a record came to. */
function takeResult(result: RowResult, record: SourceRecord, into: Gathered, problems: Problem[]): keyof Tally {
  switch (result.kind) {
    case 'part':
      return 'part';
    case 'refused':
      problems.push(result.problem);
      return 'refused';
    case 'text': {
      const { rule_class, name, text, codes, place } = record;
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
  const [rows, points, same, merged] = [sum('rows'), sum('points'), sum('same'), sum('merged')];
  return { rows, points, same, merged, part: sum('part'), codes: sum('codes'), text: sum('text'), refused: sum('refused') };
}

const sumOf = (tally: Tally): number => Object.values(tally).reduce((sum, count) => sum + count, 0);

/** How many of each kind there are, in order of the kinds. */
function countBy<Kind extends string>(kinds: readonly Kind[]): Readonly<Partial<Record<Kind, number>>> {
  const counts: Partial<Record<Kind, number>> = {};
  for (const kind of [...kinds].sort()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Service codes of points that no code list has; none when no list of services was imported. */
function unlisted(services: readonly string[], listed: ReadonlySet<string>): readonly string[] {
  return [...listed].some(isServiceCode) ? services.filter((code) => !listed.has(code)).sort() : [];
}

/** Reads the files one after the other and refuses those that were shifted, and a call of which nothing could be read. */
async function readFiles(paths: readonly string[], { signal, progress }: ImportOptions): Promise<readonly ReadFile[]> {
  const files = filesOf(paths);
  const read: ReadFile[] = [];
  for (const [index, path] of files.entries()) {
    if (signal?.aborted === true) throw new Cancelled();
    progress?.({ phase: 'read', done: index, total: files.length, unit: 'files' });
    read.push(await readFile(path, signal));
  }
  for (const one of read) refuseShifted(one);
  if (read.every(({ outcomes, problems }) => outcomes.length + problems.length === 0)) {
    throw knowledgeProblems.refused('knowledge-none', { files: paths.join(', ') }, { file: paths[0] ?? '' });
  }
  return read;
}

/** What the rows of all files come to, put upon what the library holds. */
function takeFiles(
  read: readonly ReadFile[],
  earlier: PointSet,
  resolve: ResolveOptions,
): { readonly into: Gathered; readonly files: readonly FileReport[] } {
  // Published records come first: they carry the ids of the points.
  const ordered = [...read].sort((left, right) => Number(right.json) - Number(left.json) || (left.path < right.path ? -1 : 1));
  const more = gatherSupplements(ordered.flatMap(({ outcomes }) => outcomes));
  const into: Gathered = { classes: new Map(), set: earlier, drafts: [], texts: [], codes: [] };
  const files = ordered.map((one) => takeFile(one, more, resolve, into)).sort((left, right) => (left.file < right.file ? -1 : 1));
  return { into, files };
}

/** The figures of the library with an import. */
function libraryFigures(
  { set, drafts, texts, classes }: Gathered,
  listed: ReadonlySet<string>,
  validFrom: string,
): Omit<LoadReport, keyof RowCounts | 'batch' | 'changed' | 'files' | 'superseded'> {
  const points = set.values();
  const used = [...new Set(points.flatMap((point) => codesOf(point.values)))];
  const services = used.filter(isServiceCode);
  return {
    points_out: drafts.length,
    unconfirmed: withFirstLine(points).filter((point) => point.values.confirmed === '').length,
    undated: drafts.filter((draft) => draft.valid_from === validFrom).length,
    by_class: Object.fromEntries(
      [...classes].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, tally]) => [name, { rows: sumOf(tally), ...tally }]),
    ),
    by_table: countBy(points.map(({ table }) => table)),
    drug_codes: used.filter(isDrugCode).length,
    item_codes: services.length,
    charge_pairs: points.filter((point) => point.table === 'item-duplicate').length,
    codes_in_no_list: unlisted(services, listed),
    texts_by_reason: countBy(texts.map(({ why }) => why)),
  };
}

/** Puts what was read into the library, whose lock is held. */
function publish(read: readonly ReadFile[], options: ImportOptions, resolve: ResolveOptions): LoadReport {
  const { library, now, signal, files } = options;
  const id = createHash('sha256')
    .update(JSON.stringify([read.map(({ hash }) => hash).sort(), resolve]))
    .digest('hex')
    .slice(0, 16);
  const batches = readKnowledgeManifest(library)?.batches ?? [];
  const earlier = batches.filter((batch) => batch.id !== id).map((batch) => readBatch(library, batch));
  const set = pointsOf(earlier);
  const before = set.superseded;
  const { into, files: reports } = takeFiles(read, set, resolve);
  const listed = new Set([...earlier.flatMap((batch) => batch.codes), ...into.codes].map(({ code }) => code));
  const changed = !batches.some((batch) => batch.id === id);
  const report: LoadReport = {
    batch: id,
    changed,
    files: reports,
    ...addUp(reports),
    superseded: into.set.superseded - before,
    ...libraryFigures(into, listed, resolve.validFrom),
  };
  if (signal?.aborted === true) throw new Cancelled();
  if (!changed) return report;
  const sources = read.map(({ file, hash }) => ({ file, hash }));
  const entry = { id, imported_at: now, files: sources, points: into.drafts.length, texts: into.texts.length };
  publishLibrary(library, [...batches, newBatch(entry, into, report)], into.set.values(), files);
  return report;
}

/**
 * Imports knowledge files into a library: reads them by their headers, turns rows into points, keeps what cannot be
 * typed as text and publishes the whole at once. The same files with the same options change nothing. Throws RefusedInput
 * when nothing could be read, a file is shifted or damaged, or another process writes the library.
 */
export async function importKnowledge(paths: readonly string[], options: ImportOptions): Promise<LoadReport> {
  const resolve: ResolveOptions = {
    validFrom: options.validFrom ?? '2025-01-01',
    childAge: options.childAge ?? 18,
    region: options.region ?? '000000',
  };
  const read = await readFiles(paths, options);
  const unlock = lockLibrary(options.library);
  let published = false;
  try {
    const report = publish(read, options, resolve);
    published = true;
    return report;
  } finally {
    unlock({ traceless: !published });
  }
}
