import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import {
  type KnowledgeBatch,
  type KnowledgeFiles,
  type KnowledgeManifest,
  type LibraryFile,
  type NewBatch,
  readKnowledgeBatch,
  readKnowledgeManifest,
  readRulebook,
  rulebookProblems,
  rulebookTexts,
  writeKnowledge,
  writeKnowledgeAsOf,
} from '@hengjian/rulebook';
import { csvCell, inputProblems, listed, lockFolder, parseCsv, RefusedInput, type ReleaseFolder, words } from '@hengjian/standard';
import { foldIndications } from './indications.ts';
import { type MergedPoint, PointSet } from './merge.ts';
import type { PointDraft } from './point.ts';
import { allowing, shippedTables, withFirstLine } from './shipped.ts';
import { isDraft, isKeptText, isListedCode, type KeptText, type ListedCode } from './stored.ts';

/** What an import brought. */
export interface BatchContents {
  readonly drafts: readonly PointDraft[];
  readonly texts: readonly KeptText[];
  readonly codes: readonly ListedCode[];
}

const batchFiles = { points: 'points.ndjson', texts: 'texts.ndjson', codes: 'codes.ndjson', report: 'report.json' } as const;

/** Columns of tables that come with imports only; no rule reads them. */
const ownTables: Readonly<Record<string, string>> = {
  'drug-remark': [
    'point_id:id,items:items,name:text,remark:text,min_rank:integer,age_min:integer,age_max:integer,sex:code(gend)',
    'scheme:text,setting:text',
    'second_line:code(yes_no),max_days:integer,max_dose:text,indication:text',
    'basis:text,source:text,region:area,valid_from:date,valid_to:date',
  ].join(','),
  'drug-proposal': 'point_id:id,items:items,name:text,limits:text,basis:text,source:text,region:area,valid_from:date,valid_to:date',
  'item-proposal': 'point_id:id,items:items,name:text,limits:text,basis:text,source:text,region:area,valid_from:date,valid_to:date',
};

const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\n`;
const tableOf = ({ path }: LibraryFile): string => basename(path, '.csv');

/** Takes the lock of a library; whoever else writes it is refused meanwhile. */
export function lockLibrary(folder: string): ReleaseFolder {
  return lockFolder(folder, inputProblems.problem('folder-busy', { what: words('知识库', 'the knowledge library') }, { file: folder }));
}

const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Lines of a stored file; one that is no such line makes it a damaged file. */
function readLines<Row>(contents: ReadonlyMap<string, string>, file: string, is: (value: unknown) => value is Row): readonly Row[] {
  return (contents.get(file) ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value: unknown = JSON.parse(line);
      if (is(value)) return value;
      throw rulebookProblems.refused('knowledge-damaged', {}, { file });
    });
}

/** What an import of a library brought. Throws RefusedInput when one of its files is missing or was changed. */
export function readBatch(folder: string, batch: KnowledgeBatch): BatchContents {
  const contents = readKnowledgeBatch(folder, batch);
  return {
    drafts: readLines(contents, batchFiles.points, isDraft),
    texts: readLines(contents, batchFiles.texts, isKeptText),
    codes: readLines(contents, batchFiles.codes, isListedCode),
  };
}

/** What an import is stored as. */
export const newBatch = (entry: Omit<NewBatch, 'contents'>, { drafts, texts, codes }: BatchContents, report: object): NewBatch => ({
  ...entry,
  contents: [
    { path: batchFiles.points, text: lines(drafts) },
    { path: batchFiles.texts, text: lines(texts) },
    { path: batchFiles.codes, text: lines(codes) },
    { path: batchFiles.report, text: `${JSON.stringify(report, null, 2)}\n` },
  ],
});

/** Points of some batches put together in their order. */
export function pointsOf(batches: readonly BatchContents[]): PointSet {
  const set = new PointSet();
  for (const { drafts } of batches) for (const draft of drafts) set.add(draft);
  return set;
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

/** The tables of a library: the shipped rows and the points of its batches. */
function tablesOf(imported: readonly MergedPoint[]): Pick<Parameters<typeof writeKnowledge>[1], 'stamp' | 'tables' | 'base'> {
  const points = withFirstLine(allowing(imported));
  const base = shippedTables(points);
  const hash = createHash('sha256');
  for (const file of base) hash.update(`${tableOf(file)}\n${file.text}\n`);
  const baseHash = hash.digest('hex');
  const byTable = Map.groupBy(foldIndications(points), ({ table }) => table);
  const texts = new Map(base.map((file) => [tableOf(file), file.text]));
  const names = [...new Set([...texts.keys(), ...byTable.keys()])].sort();
  const tables = names.map((table): LibraryFile => {
    const given = texts.get(table)?.trimEnd() ?? ownTables[table] ?? '';
    const header = parseCsv(given.slice(0, given.indexOf('\n') < 0 ? given.length : given.indexOf('\n')), `${table}.csv`)[0] ?? [];
    return { path: `${table}.csv`, text: `${given}\n${(byTable.get(table) ?? []).map((point) => pointRow(point, header)).join('')}` };
  });
  const stamp = createHash('sha256').update(JSON.stringify(points)).update(baseHash).digest('hex').slice(0, 16);
  return { stamp, tables, base: baseHash };
}

/**
 * Publishes a library made of `batches`: checks every rule against its new tables and then replaces the manifest in one
 * step. Throws RefusedInput and leaves the old state when a rule cannot be read with the new tables.
 */
export function publishLibrary(
  folder: string,
  batches: readonly (KnowledgeBatch | NewBatch)[],
  points: readonly MergedPoint[],
  files?: KnowledgeFiles,
): KnowledgeManifest {
  const made = tablesOf(points);
  const { rules } = rulebookTexts();
  const { problems } = readRulebook({ texts: { rules, knowledge: made.tables } });
  if (problems.length > 0) throw new RefusedInput(problems.slice(0, 20));
  return writeKnowledge(folder, { ...made, batches }, files);
}

/**
 * Folder of the tables as the library knew them at the end of a day (`yyyy-MM-dd`): the shipped rows and the imports
 * made by then. It is made when it does not exist yet, and is the same for as long as the batches are kept.
 */
export function tablesAsOf(folder: string, day: string): string {
  const manifest = readKnowledgeManifest(folder);
  if (manifest === undefined) return folder;
  const known = manifest.batches.filter((batch) => batch.imported_at.slice(0, 10) <= day);
  if (known.length === manifest.batches.length) return folder;
  return writeKnowledgeAsOf(folder, tablesOf(pointsOf(known.map((batch) => readBatch(folder, batch))).values()));
}

/** Takes a batch out again; default the latest. The others are put together anew. */
export function undoBatch(
  folder: string,
  id?: string,
  files?: KnowledgeFiles,
): { readonly undone: KnowledgeBatch; readonly manifest: KnowledgeManifest } {
  if (!existsSync(folder)) throw inputProblems.refused('file-missing', {}, { file: folder });
  const unlock = lockLibrary(folder);
  try {
    const batches = readKnowledgeManifest(folder)?.batches ?? [];
    const undone = id === undefined ? batches.at(-1) : batches.find((batch) => id !== '' && batch.id.startsWith(id));
    if (undone === undefined) {
      const known = listed(
        batches.map((batch) => batch.id),
        words('无。请先用 hengjian knowledge import 导入', 'none yet; `hengjian knowledge import` brings some in'),
      );
      const name = id ?? words('可供撤销', 'to take out');
      throw inputProblems.refused('name-unknown', { kind: words('导入批次', 'import'), name, known }, { file: folder });
    }
    const kept = batches.filter((batch) => batch.id !== undone.id);
    const points = pointsOf(kept.map((batch) => readBatch(folder, batch))).values();
    return { undone, manifest: publishLibrary(folder, kept, points, files) };
  } finally {
    unlock();
  }
}
