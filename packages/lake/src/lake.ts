import { join, resolve } from 'node:path';
import {
  type DimensionTable,
  dictionary,
  dimensionTables,
  type LakeContext,
  RefusedInput,
  type Segment,
  type TableData,
  type WorkingTable,
  workingTables,
} from '@hengjian/standard';
import { readArrow, readIndex, type TableIndex } from './arrow-file.ts';
import { readDictionary } from './dictionaries.ts';
import { factsSql, keptFields } from './facts.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { readDead } from './segments.ts';
import { ident, parquet } from './sql.ts';

/** One segment as plain data; it can be posted to a worker thread. */
export interface SegmentHandle {
  readonly bucket: number;
  /** Folder of the segment. */
  readonly path: string;
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

function contextOf(folder: string, manifest: Manifest): LakeContext {
  const dictionaries = Object.fromEntries(Object.keys(manifest.dictionaries).map((name) => [name, readDictionary(folder, manifest, name)]));
  const place = join(folder, manifest.dimensions ?? '');
  const index = readIndex(place);
  const dimensions = Object.fromEntries(
    (Object.keys(dimensionTables) as DimensionTable[]).map((table) => [
      table,
      readArrow(join(place, `${table}.arrow`), index[table] as TableIndex, undefined),
    ]),
  ) as Record<DimensionTable, TableData>;
  const absent = [...dictionary.tables.keys()].filter((table) => (manifest.facts[table] ?? []).length === 0);
  return { dictionaries, dimensions, coverage: manifest.coverage, absent };
}

/** Opens the published state of a lake. Refuses a folder that holds none, a damaged one and one of a newer version. */
export async function openLake(folder: string): Promise<Lake> {
  const published = readManifest(folder);
  if (published === undefined) {
    throw new RefusedInput({
      code: 'lake-missing',
      message: 'the folder holds no lake',
      remedy: 'name the folder given to ingest --lake',
      place: { file: folder },
    });
  }
  const { manifest, hash } = published;
  let context: LakeContext | undefined;
  return {
    folder,
    manifest,
    hash,
    context: () => {
      context ??= contextOf(folder, manifest);
      return context;
    },
    segments: () =>
      manifest.segments.map((segment) => ({
        bucket: segment.bucket,
        path: resolve(folder, segment.path),
        persons: segment.persons,
        visits: segment.visits,
        lines: segment.lines,
        dead: readDead(folder, segment),
      })),
  };
}

/** Reads the asked columns of a segment; without `columns` all tables and columns, and tables not named are absent. */
export function readSegment(handle: SegmentHandle, columns?: Partial<Record<WorkingTable, readonly string[]>>): Segment {
  const index = readIndex(handle.path);
  const tables = (columns === undefined ? Object.keys(workingTables) : Object.keys(columns)) as WorkingTable[];
  return Object.fromEntries(
    tables.map((table) => [table, readArrow(join(handle.path, `${table}.arrow`), index[table] as TableIndex, columns?.[table])]),
  ) as unknown as Segment;
}

/** Columns of a line that a refund changes, with their net column in the exceptions. */
const netColumns: Readonly<Record<string, string>> = {
  cnt: 'cnt',
  det_item_fee_sumamt: 'det',
  inscp_amt: 'inscp',
  fulamt_ownpay_amt: 'ful',
};

/**
 * SQL statements that create one view per national table with the current facts: what counts, with net quantities and
 * amounts on lines. `_file` and `_row` say where a row comes from.
 */
export function lakeViews(lake: Lake): string[] {
  const { folder, manifest } = lake;
  const source = parquet(manifest.exceptions.map((path) => join(folder, path)));
  const files = manifest.files.map((file) => `(${file.seq}, '${file.name.replaceAll("'", "''")}')`);
  const statements = [
    `CREATE OR REPLACE TEMP TABLE _exceptions AS SELECT tbl, rid, arg_max(status, batch) AS status, arg_max(cnt, batch) AS cnt, arg_max(det, batch) AS det, arg_max(inscp, batch) AS inscp, arg_max(ful, batch) AS ful FROM ${source ?? '(SELECT NULL)'} GROUP BY tbl, rid HAVING arg_max(status, batch) <> 'live'`,
    `CREATE OR REPLACE TEMP TABLE _files AS SELECT * FROM (VALUES ${files.join(', ')}) t (seq, name)`,
  ];
  for (const table of dictionary.tables.keys()) {
    const isLine = table === 'fee_list_d';
    const columns = keptFields(table).map((name) => {
      const net = isLine ? netColumns[name] : undefined;
      return net === undefined ? `f.${ident(name)}` : `CASE WHEN n.rid IS NULL THEN f.${ident(name)} ELSE n.${net} END AS ${ident(name)}`;
    });
    const netted = isLine ? `LEFT JOIN (SELECT * FROM _exceptions WHERE tbl = '${table}' AND status = 'netted') n ON n.rid = f._rid` : '';
    statements.push(
      `CREATE OR REPLACE TEMP VIEW ${table} AS SELECT ${columns.join(', ')}, f._key, f._person, s.name AS _file, f._rid % 4294967296 AS _row FROM (${factsSql(folder, table, manifest.facts[table] ?? [])}) f ${netted}
       LEFT JOIN _files s ON s.seq = f._rid // 4294967296 ANTI JOIN (SELECT rid FROM _exceptions WHERE tbl = '${table}' AND status <> 'netted') x ON x.rid = f._rid`,
    );
  }
  return statements;
}
