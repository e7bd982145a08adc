import { join, resolve } from 'node:path';
import {
  type DimensionTable,
  dictionary,
  forEachName,
  type LakeContext,
  type Segment,
  type TableData,
  tableOf,
  type WorkingTable,
  workingTableNames,
} from '@hengjian/standard';
import { identifier, parquetOf, quoted } from '@hengjian/table';
import { indexFile, openTableFolder } from './arrow-file.ts';
import { carriedFields, readCarriage } from './carriage.ts';
import { readDictionary } from './dictionaries.ts';
import { newestExceptions } from './exceptions.ts';
import { factsSql, keptFields } from './facts.ts';
import { assumedShares, estimatesInUse } from './institution.ts';
import { absentTables, type Manifest, readManifest } from './manifest.ts';
import { lakeProblems } from './problems.ts';
import { neededFiles } from './publish-files.ts';
import { openStoredFolder, readDead } from './segment-file.ts';
import { toldApart } from './shared-visits.ts';
import { checkStored, damaged, type FileCheck, sizeFault } from './stored.ts';

/** One segment as plain data; it can be posted to a worker thread. */
export interface SegmentHandle {
  readonly bucket: number;
  /** Folder of the segment. */
  readonly path: string;
  /** What the index of the segment must be; the index knows what its tables must be. */
  readonly index: FileCheck;
  readonly persons: number;
  readonly visits: number;
  readonly lines: number;
  /** Ascending row numbers of persons that a newer segment holds. */
  readonly dead: readonly number[];
}

export interface Lake {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Hash of the published manifest. */
  readonly hash: string;
  context(): LakeContext;
  /** Segments by bucket, older before newer. */
  segments(): readonly SegmentHandle[];
}

const emptyTable: TableData = { length: 0, columns: {} };

function contextOf(folder: string, manifest: Manifest): LakeContext {
  const dictionaries = Object.fromEntries(Object.keys(manifest.dictionaries).map((name) => [name, readDictionary(folder, manifest, name)]));
  const stored = manifest.dimensions === undefined ? undefined : openStoredFolder(folder, manifest.dimensions);
  const read = (table: DimensionTable): TableData => stored?.read(table) ?? emptyTable;
  const dimensions: Record<DimensionTable, TableData> = {
    institution: read('institution'),
    practitioner: read('practitioner'),
    item: read('item'),
    department: read('department'),
    stock: read('stock'),
    practitioner_stay: read('practitioner_stay'),
  };
  const absent = absentTables(manifest);
  const carried = readCarriage(folder, manifest.carriage);
  const carriage = carried === undefined ? undefined : carriedFields(carried);
  const estimated = estimatesInUse(manifest.estimated ?? [], carriage);
  const assumed = estimated.length === 0 ? {} : { assumed: assumedShares(estimated) };
  return { dictionaries, dimensions, coverage: manifest.coverage, absent, ...(carriage === undefined ? {} : { carriage }), ...assumed };
}

function segmentHandles(folder: string, manifest: Manifest): SegmentHandle[] {
  return manifest.segments.map((segment) => {
    const index = segment.files.find((file) => file.path.endsWith(`/${indexFile}`));
    if (index === undefined) throw new Error(`${segment.path} has no index`);
    const { bucket, persons, visits, lines } = segment;
    const { size, check } = index;
    return { bucket, path: resolve(folder, segment.path), index: { size, check }, persons, visits, lines, dead: readDead(folder, segment) };
  });
}

/**
 * Opens the published state of a lake. Refuses a folder that holds none (`lake-missing`), one of another version
 * (`lake-newer`, `lake-older`), and one of which a file is missing or has another size (`lake-damaged`). What a file holds
 * is checked when it is read.
 */
export async function openLake(folder: string): Promise<Lake> {
  const published = readManifest(folder);
  if (published === undefined) throw lakeProblems.refused('lake-missing', {}, { file: folder });
  const { manifest, hash } = published;
  for (const stored of neededFiles(manifest)) {
    const file = join(folder, stored.path);
    const fault = sizeFault(file, stored);
    if (fault !== undefined) throw damaged(file, fault);
  }
  let context: LakeContext | undefined;
  return {
    folder,
    manifest,
    hash,
    context: () => {
      context ??= contextOf(folder, manifest);
      return context;
    },
    segments: () => segmentHandles(folder, manifest),
  };
}

/**
 * Reads the asked columns of a segment; without `columns` all tables and columns, and tables not named are absent. The
 * bytes that are read are checked: throws `lake-damaged` with the file when they are not what was written.
 */
export function readSegment(handle: SegmentHandle, columns?: Partial<Record<WorkingTable, readonly string[]>>): Segment {
  const folder = openTableFolder(handle.path, handle.index);
  const wanted = workingTableNames.filter((table) => columns === undefined || columns[table] !== undefined);
  return forEachName(wanted, (table) => folder.read(table, columns?.[table]));
}

/** Columns of a line that a refund changes, with their net column in the exceptions. */
const netColumns: Readonly<Record<string, string>> = {
  cnt: 'cnt',
  det_item_fee_sumamt: 'det',
  inscp_amt: 'inscp',
  fulamt_ownpay_amt: 'ful',
};

/** What counts of a value of a row that does not count as it stands: net amounts of a line, the minus signs of a refund settlement. */
function netValue(table: string, name: string, own: string, isMoney: boolean): string | undefined {
  if (table === 'setl_d') return isMoney ? `-abs(${own})` : undefined;
  const net = table === 'fee_list_d' ? netColumns[name] : undefined;
  return net === undefined ? undefined : `n.${net}`;
}

function viewOf(folder: string, table: string, manifest: Manifest): string {
  const { fields } = tableOf(table);
  const columns = keptFields(table).map((name) => {
    const own = `f.${identifier(name)}`;
    const net = netValue(table, name, own, fields.get(name)?.type === 'money');
    return net === undefined ? own : `CASE WHEN n.rid IS NULL THEN ${own} ELSE ${net} END AS ${identifier(name)}`;
  });
  const isNetted = table === 'fee_list_d' || table === 'setl_d';
  const netted = `LEFT JOIN (SELECT * FROM _exceptions WHERE tbl = '${table}' AND status = 'netted') n ON n.rid = f._rid`;
  const stored = factsSql(folder, table, manifest.facts[table] ?? [], manifest.replaced);
  const facts = toldApart(table, stored, '_shared_visits');
  return `CREATE OR REPLACE TEMP VIEW ${table} AS SELECT ${columns.join(', ')}, f._key, f._person,
    s.name AS _file, f._rid % 4294967296 AS _row
    FROM (${facts}) f ${isNetted ? netted : ''}
    LEFT JOIN _files s ON s.seq = f._rid // 4294967296
    ANTI JOIN (SELECT rid FROM _exceptions WHERE tbl = '${table}' AND status NOT IN ('netted', 'doubted')) x ON x.rid = f._rid`;
}

/**
 * SQL statements that create one view per national table, or for each in `tables`, with the current facts: what counts,
 * with net quantities and amounts on lines. `_file` and `_row` say where a row comes from. The files behind the views are
 * checked first: throws `lake-damaged` with the file when one is not what was written.
 */
export function lakeViews(lake: Lake, tables: readonly string[] = [...dictionary.tables.keys()]): string[] {
  const { folder, manifest } = lake;
  for (const stored of [...manifest.exceptions, ...manifest.visits, ...tables.flatMap((table) => manifest.facts[table] ?? [])])
    checkStored(join(folder, stored.path), stored);
  const source = parquetOf(manifest.exceptions.map(({ path }) => join(folder, path)));
  const visits = parquetOf(manifest.visits.map(({ path }) => join(folder, path)));
  if (source === undefined || visits === undefined) throw new Error('a lake without a batch has no views');
  const files = manifest.files.map((file) => `(${file.seq}, ${quoted(file.name)})`);
  return [
    `CREATE OR REPLACE TEMP TABLE _exceptions AS SELECT * FROM (${newestExceptions(source)}) WHERE status <> 'live'`,
    `CREATE OR REPLACE TEMP TABLE _files AS SELECT * FROM (VALUES ${files.join(', ')}) t (seq, name)`,
    `CREATE OR REPLACE TEMP TABLE _shared_visits AS SELECT DISTINCT raw AS mdtrt_id FROM ${visits} WHERE raw IS NOT NULL`,
    ...tables.map((table) => viewOf(folder, table, manifest)),
  ];
}
