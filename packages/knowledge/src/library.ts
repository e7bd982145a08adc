import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readRulebook } from '@hengjian/rulebook';
import { libraryFolder, type Problem, parseCsv, RefusedInput } from '@hengjian/standard';
import { type MergedPoint, type Placed, PointSet } from './merge.ts';
import type { PointDraft } from './point.ts';
import type { SourceRecord } from './records.ts';

/** A remark that stays text, with the reason. */
export interface KeptText {
  readonly rule_class: string;
  readonly name: string;
  readonly text: string;
  readonly why: string;
  readonly codes: readonly string[];
  readonly place: SourceRecord['place'];
}

export interface BatchContents {
  readonly drafts: readonly PointDraft[];
  readonly texts: readonly KeptText[];
  readonly codes: readonly { readonly code: string; readonly name: string; readonly list: string }[];
}

export interface BatchEntry {
  readonly id: string;
  readonly imported_at: string;
  readonly files: readonly { readonly file: string; readonly hash: string }[];
  readonly points: number;
  readonly texts: number;
}

/** `manifest.json`: which batches the library is made of, and where its tables lie. */
export interface LibraryManifest {
  readonly format: 1;
  /** Folder of the tables that a rulebook reads. */
  readonly tables: string;
  /** Hash of the shipped tables that the batches were put upon. */
  readonly base: string;
  readonly batches: readonly BatchEntry[];
}

const manifestFile = 'manifest.json';
const shipped = join(libraryFolder, 'knowledge');

/** Columns of tables that come with imports only; no rule reads them. */
const ownTables: Readonly<Record<string, string>> = {
  'drug-remark':
    'point_id:id,items:items,name:text,remark:text,min_rank:integer,age_min:integer,age_max:integer,sex:code(gend),scheme:text,setting:text,second_line:code(yes_no),max_days:integer,max_dose:text,indication:text,basis:text,source:text,region:area,valid_from:date,valid_to:date',
  'drug-proposal': 'point_id:id,items:items,name:text,limits:text,basis:text,source:text,region:area,valid_from:date,valid_to:date',
  'item-proposal': 'point_id:id,items:items,name:text,limits:text,basis:text,source:text,region:area,valid_from:date,valid_to:date',
};

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const csvRow = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\n`;

function shippedHash(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(shipped).sort()) hash.update(`${name}\n`).update(readFileSync(join(shipped, name)));
  return hash.digest('hex');
}

/** Reads the manifest of a library; undefined when the folder holds none yet. */
export function readManifest(folder: string): LibraryManifest | undefined {
  const file = join(folder, manifestFile);
  if (!existsSync(file)) return undefined;
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as LibraryManifest;
  if (manifest.format !== 1) {
    throw new RefusedInput({
      code: 'library-format',
      message: `the library has format ${manifest.format}`,
      remedy: 'use the version that wrote it, or import anew',
      place: { file },
    });
  }
  return manifest;
}

const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

function readLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

export const batchFolder = (folder: string, id: string): string => join(folder, 'batches', id);

export function readBatch(folder: string, id: string): BatchContents {
  const place = batchFolder(folder, id);
  return { drafts: readLines(join(place, 'points.ndjson')), texts: readLines(join(place, 'texts.ndjson')), codes: readLines(join(place, 'codes.ndjson')) };
}

/** Points of some batches put together in their order. */
export function pointsOf(batches: readonly BatchContents[], onPlaced?: (draft: PointDraft, placed: Placed) => void): PointSet {
  const set = new PointSet();
  for (const { drafts } of batches) for (const draft of drafts) onPlaced === undefined ? set.add(draft) : onPlaced(draft, set.add(draft));
  return set;
}

function headerOf(table: string): readonly string[] {
  const own = ownTables[table];
  if (own !== undefined) return own.split(',');
  const file = join(shipped, `${table}.csv`);
  return parseCsv(readFileSync(file, 'utf8'), basename(file))[0] ?? [];
}

function pointRow(point: MergedPoint, header: readonly string[]): string {
  const fixed: Readonly<Record<string, string>> = {
    point_id: point.point_id,
    basis: point.basis,
    source: point.source,
    region: point.region,
    valid_from: point.valid_from,
    valid_to: point.closed ?? point.valid_to,
  };
  return csvRow(
    header.map((cell) => {
      const name = cell.split(':')[0] ?? '';
      return fixed[name] ?? point.values[name] ?? '';
    }),
  );
}

/** Writes the tables of a library: the shipped rows and the points of its batches. */
function writeTables(folder: string, points: readonly MergedPoint[]): void {
  mkdirSync(folder, { recursive: true });
  const byTable = new Map<string, MergedPoint[]>();
  for (const point of points) {
    const own = byTable.get(point.table);
    if (own === undefined) byTable.set(point.table, [point]);
    else own.push(point);
  }
  const names = new Set([...readdirSync(shipped).flatMap((name) => (name.endsWith('.csv') ? [name.slice(0, -4)] : [])), ...byTable.keys()]);
  for (const table of [...names].sort()) {
    const header = headerOf(table);
    const file = join(shipped, `${table}.csv`);
    const base = existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : header.join(',');
    writeFileSync(join(folder, `${table}.csv`), `${base}\n${(byTable.get(table) ?? []).map((point) => pointRow(point, header)).join('')}`);
  }
}

/** Names the tables that some points give upon the shipped ones. */
const stampOf = (points: readonly MergedPoint[]): string =>
  createHash('sha256').update(JSON.stringify(points)).update(shippedHash()).digest('hex').slice(0, 16);

/**
 * Publishes a library made of `entries`: writes its tables, checks every rule against them and then replaces the
 * manifest in one step. Throws RefusedInput and leaves the old state when a rule cannot be read with the new tables.
 */
export function publishLibrary(folder: string, entries: readonly BatchEntry[], points: readonly MergedPoint[]): LibraryManifest {
  const before = readManifest(folder);
  const tables = `tables-${stampOf(points)}`;
  const target = join(folder, tables);
  if (!existsSync(target)) {
    const aside = `${target}.new-${process.pid}`;
    rmSync(aside, { recursive: true, force: true });
    writeTables(aside, points);
    const problems = readRulebook({ knowledge: aside }).problems.map(
      (problem): Problem => ({ ...problem, message: `the library cannot be read: ${problem.message}` }),
    );
    if (problems.length > 0) {
      rmSync(aside, { recursive: true, force: true });
      throw new RefusedInput(problems.slice(0, 20));
    }
    renameSync(aside, target);
  }
  const manifest: LibraryManifest = { format: 1, tables, base: shippedHash(), batches: entries };
  const aside = join(folder, `${manifestFile}.new-${process.pid}`);
  writeFileSync(aside, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(aside, join(folder, manifestFile));
  if (before !== undefined && before.tables !== tables) rmSync(join(folder, before.tables), { recursive: true, force: true });
  return manifest;
}

/**
 * Folder of the tables as the library knew them at the end of a day (`yyyy-MM-dd`): the shipped rows and the imports
 * made by then. It is made when it does not exist yet, and is the same for as long as the batches are kept.
 */
export function tablesAsOf(folder: string, day: string): string {
  const manifest = readManifest(folder);
  if (manifest === undefined) return folder;
  const known = manifest.batches.filter((batch) => batch.imported_at.slice(0, 10) <= day);
  if (known.length === manifest.batches.length) return join(folder, manifest.tables);
  const points = pointsOf(known.map((batch) => readBatch(folder, batch.id))).values();
  const target = join(folder, 'as-of', `tables-${stampOf(points)}`);
  if (existsSync(target)) return target;
  const aside = `${target}.new-${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  writeTables(aside, points);
  renameSync(aside, target);
  return target;
}

/** Stores what an import brought, before it is published. */
export function storeBatch(folder: string, id: string, contents: BatchContents, report: object): void {
  const place = batchFolder(folder, id);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'points.ndjson'), lines(contents.drafts));
  writeFileSync(join(place, 'texts.ndjson'), lines(contents.texts));
  writeFileSync(join(place, 'codes.ndjson'), lines(contents.codes));
  writeFileSync(join(place, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
}

/** Takes a batch out again; default the latest. The others are put together anew. */
export function undoBatch(folder: string, id?: string): { readonly undone: BatchEntry; readonly manifest: LibraryManifest } {
  const manifest = readManifest(folder);
  const undone = id === undefined ? manifest?.batches.at(-1) : manifest?.batches.find((batch) => batch.id === id || batch.id.startsWith(id));
  if (manifest === undefined || undone === undefined) {
    throw new RefusedInput({
      code: 'batch-unknown',
      message: id === undefined ? 'the library has no import to undo' : `the library has no import ${id}`,
      remedy: 'see `hengjian knowledge list`',
      place: { file: folder },
    });
  }
  const kept = manifest.batches.filter((batch) => batch.id !== undone.id);
  const points = pointsOf(kept.map((batch) => readBatch(folder, batch.id))).values();
  const next = publishLibrary(folder, kept, points);
  rmSync(batchFolder(folder, undone.id), { recursive: true, force: true });
  return { undone, manifest: next };
}
