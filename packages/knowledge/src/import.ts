import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Cancelled, type Problem, RefusedInput } from '@hengjian/standard';
import { type BatchContents, type BatchEntry, type KeptText, pointsOf, publishLibrary, readBatch, readManifest, storeBatch } from './library.ts';
import type { PointDraft } from './point.ts';
import { jsonOutcomes, knownHeaders, type Outcome, readerOf } from './records.ts';
import { gatherSupplements, type ResolveOptions, resolveRecord } from './resolve.ts';
import { readContents } from './sheet.ts';

export interface ImportOptions extends Partial<ResolveOptions> {
  /** Folder of the library; it is made when it does not exist. */
  readonly library: string;
  /** The civil time of the import, `yyyy-MM-dd HH:mm`; it does not change what is imported. */
  readonly now: string;
  readonly signal?: AbortSignal;
  readonly progress?: (event: { readonly phase: string; readonly done: number; readonly total: number; readonly unit: string }) => void;
}

/** What the rows of one file came to: rows = points + same + merged + part + codes + text + refused. */
export interface FileReport {
  readonly file: string;
  /** Why nothing was read of it; absent for files in a known layout. */
  readonly not_read?: string;
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
  readonly problems: readonly Problem[];
}

export interface LoadReport {
  readonly batch: string;
  /** Whether the import changed the library. */
  readonly changed: boolean;
  readonly files: readonly FileReport[];
  readonly rows: number;
  readonly points: number;
  readonly same: number;
  readonly merged: number;
  readonly part: number;
  readonly codes: number;
  readonly text: number;
  readonly refused: number;
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

interface Tally {
  points: number;
  same: number;
  merged: number;
  part: number;
  codes: number;
  text: number;
  refused: number;
}

const emptyTally = (): Tally => ({ points: 0, same: 0, merged: 0, part: 0, codes: 0, text: 0, refused: 0 });

/** Adds up what the drafts of a row came to: the row is a point when one of them is. */
function rowKind(placed: readonly (string | { readonly refused: Problem })[]): keyof Tally {
  if (placed.includes('point')) return 'points';
  if (placed.includes('merged')) return 'merged';
  if (placed.includes('same')) return 'same';
  return 'refused';
}

const isDrugCode = (code: string): boolean => /^[XZT]/.test(code);

function codesOf(values: Readonly<Record<string, string>>): string[] {
  return [values.items, values.item_a, values.item_b].flatMap((cell) => (cell ?? '').split('|').filter((code) => code !== '' && !code.startsWith('name:')));
}

/**
 * Imports knowledge files into a library: reads them by their headers, turns rows into points, keeps what cannot be
 * typed as text and publishes the whole at once. The same files with the same options change nothing.
 */
export function importKnowledge(paths: readonly string[], options: ImportOptions): LoadReport {
  const resolve: ResolveOptions = { validFrom: options.validFrom ?? '2025-01-01', childAge: options.childAge ?? 18, region: options.region ?? '000000' };
  const files = filesOf(paths);
  const read = files.map((path, index) => {
    if (options.signal?.aborted === true) throw new Cancelled();
    options.progress?.({ phase: 'read', done: index, total: files.length, unit: 'files' });
    return readFile(path);
  });
  for (const one of read) refuseShifted(one);
  const id = createHash('sha256')
    .update(JSON.stringify([read.map(({ hash }) => hash).sort(), resolve]))
    .digest('hex')
    .slice(0, 16);
  const manifest = readManifest(options.library);
  const known = (manifest?.batches ?? []).map((batch) => batch.id);
  const earlier = known.filter((one) => one !== id).map((one) => readBatch(options.library, one));

  // Published records come first: they carry the ids of the points.
  const ordered = [...read].sort((left, right) => Number(right.json) - Number(left.json) || (left.path < right.path ? -1 : 1));
  const more = gatherSupplements(ordered.flatMap(({ outcomes }) => outcomes));
  const set = pointsOf(earlier);
  const before = set.superseded;
  const drafts: PointDraft[] = [];
  const texts: KeptText[] = [];
  const codes: { code: string; name: string; list: string }[] = [];
  const reports = ordered.map((one): FileReport => {
    const tally = emptyTally();
    const problems: Problem[] = [...one.problems];
    for (const outcome of one.outcomes) {
      if (outcome.kind === 'part') tally.part += 1;
      else if (outcome.kind === 'code') {
        codes.push({ code: outcome.code, name: outcome.name, list: one.file });
        tally.codes += 1;
      } else if (outcome.kind === 'refused') {
        problems.push(outcome.problem);
        tally.refused += 1;
      } else {
        const result = resolveRecord(outcome.record, more, resolve);
        if (result.kind === 'part') tally.part += 1;
        else if (result.kind === 'refused') {
          problems.push(result.problem);
          tally.refused += 1;
        } else if (result.kind === 'text') {
          const { rule_class, name, text, place } = outcome.record;
          texts.push({ rule_class, name, text, why: result.why, codes: outcome.record.codes, place });
          tally.text += 1;
        } else {
          const placed = result.drafts.map((draft) => {
            const came = set.add(draft);
            if (came === 'point' || came === 'merged') drafts.push(draft);
            if (typeof came === 'object') problems.push(came.refused);
            return came;
          });
          tally[rowKind(placed)] += 1;
        }
      }
    }
    const merged = one.problems.length;
    return {
      file: one.file,
      ...(one.not_read === undefined ? {} : { not_read: one.not_read }),
      rows: one.outcomes.length + merged,
      ...tally,
      refused: tally.refused + merged,
      problems,
    };
  });
  const points = set.values();
  const sum = (name: keyof Tally | 'rows'): number => reports.reduce((total, report) => total + report[name], 0);
  const listed = new Set([...earlier.flatMap((batch) => batch.codes), ...codes].map(({ code }) => code));
  const used = new Set(points.flatMap((point) => codesOf(point.values)));
  const services = [...used].filter((code) => /^\d{15}$/.test(code));
  const haveServices = [...listed].some((code) => /^\d{15}$/.test(code));
  const byTable: Record<string, number> = {};
  for (const { table } of points) byTable[table] = (byTable[table] ?? 0) + 1;
  const byReason: Record<string, number> = {};
  for (const { why } of texts) byReason[why] = (byReason[why] ?? 0) + 1;
  const changed = !known.includes(id);
  const report: LoadReport = {
    batch: id,
    changed,
    files: reports.sort((left, right) => (left.file < right.file ? -1 : 1)),
    rows: sum('rows'),
    points: sum('points'),
    same: sum('same'),
    merged: sum('merged'),
    part: sum('part'),
    codes: sum('codes'),
    text: sum('text'),
    refused: sum('refused'),
    points_out: drafts.length,
    superseded: set.superseded - before,
    unconfirmed: points.filter((point) => point.values.confirmed === '').length,
    undated: drafts.filter((draft) => draft.valid_from === resolve.validFrom).length,
    by_table: Object.fromEntries(Object.entries(byTable).sort(([left], [right]) => (left < right ? -1 : 1))),
    drug_codes: [...used].filter(isDrugCode).length,
    item_codes: services.length,
    charge_pairs: points.filter((point) => point.table === 'item-duplicate').length,
    codes_in_no_list: haveServices ? services.filter((code) => !listed.has(code)).sort() : [],
    texts_by_reason: byReason,
  };
  if (!changed) return report;
  const contents: BatchContents = { drafts, texts, codes };
  const entry: BatchEntry = {
    id,
    imported_at: options.now,
    files: read.map(({ file, hash }) => ({ file, hash })),
    points: drafts.length,
    texts: texts.length,
  };
  if (options.signal?.aborted === true) throw new Cancelled();
  storeBatch(options.library, id, contents, report);
  publishLibrary(options.library, [...(manifest?.batches ?? []), entry], points);
  return report;
}
