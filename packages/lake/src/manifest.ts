import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedInput } from '@hengjian/standard';

/** Version of the stored form; a newer one is refused. */
export const lakeFormat = 2;

export interface FactFile {
  readonly path: string;
  readonly month: string;
  readonly batch: number;
  readonly rows: number;
  readonly columns: readonly string[];
}

export interface SourceFile {
  /** Number of the file within the lake, part of every row id. */
  readonly seq: number;
  readonly name: string;
  readonly table: string;
  readonly batch: number;
  /** Hash of content, table and mapping: the same file is not read twice. */
  readonly hash: string;
  readonly rows: number;
}

export interface SegmentFile {
  readonly bucket: number;
  readonly path: string;
  readonly batch: number;
  readonly persons: number;
  readonly visits: number;
  readonly lines: number;
  /** File with the row numbers of persons superseded by newer segments, when there are any. */
  readonly dead?: string;
  readonly deadPersons: number;
}

export interface Coverage {
  readonly line_from: number;
  readonly line_to: number;
  readonly visit_from: number;
  readonly visit_to: number;
}

/** The one file that is replaced. Everything it names is immutable. */
export interface Manifest {
  readonly format: number;
  readonly batch: number;
  readonly buckets: number;
  readonly batches: readonly { readonly id: number; readonly hash: string; readonly rows: number }[];
  readonly files: readonly SourceFile[];
  readonly facts: Readonly<Record<string, readonly FactFile[]>>;
  /** Person of each visit, newest batch last. */
  readonly visits: readonly string[];
  /** Rows that do not count as they stand, newest batch last. */
  readonly exceptions: readonly string[];
  /** First and last day of each institution and table, and the months present. */
  readonly reach: readonly string[];
  readonly segments: readonly SegmentFile[];
  readonly dictionaries: Readonly<Record<string, readonly { readonly path: string; readonly count: number }[]>>;
  readonly dimensions: string | undefined;
  readonly coverage: Coverage;
  /** Tables declared absent by the sources. */
  readonly declaredAbsent: readonly string[];
}

export const emptyManifest: Manifest = {
  format: lakeFormat,
  batch: 0,
  buckets: 0,
  batches: [],
  files: [],
  facts: {},
  visits: [],
  exceptions: [],
  reach: [],
  segments: [],
  dictionaries: {},
  dimensions: undefined,
  coverage: { line_from: 0, line_to: -1, visit_from: 0, visit_to: -1 },
  declaredAbsent: [],
};

export const manifestFile = (lake: string): string => join(lake, 'manifest.json');
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

const damaged = (file: string, why: string): RefusedInput =>
  new RefusedInput({
    code: 'lake-damaged',
    message: `the manifest cannot be read: ${why}`,
    remedy: 'restore the lake from a backup or ingest again',
    place: { file },
  });

/** Reads the published manifest; `undefined` when the folder holds no lake yet. */
export function readManifest(lake: string): { manifest: Manifest; hash: string } | undefined {
  const file = manifestFile(lake);
  if (!existsSync(file)) return undefined;
  const content = readFileSync(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw damaged(file, (error as Error).message);
  }
  if (typeof value !== 'object' || value === null || typeof (value as Manifest).format !== 'number')
    throw damaged(file, 'it is no manifest');
  const manifest = value as Manifest;
  if (manifest.format > lakeFormat) {
    throw new RefusedInput({
      code: 'lake-newer',
      message: `the lake was written in format ${manifest.format}, this version reads up to ${lakeFormat}`,
      remedy: 'use the newer version of the program',
      place: { file },
    });
  }
  if (manifest.format < lakeFormat) {
    throw new RefusedInput({
      code: 'lake-older',
      message: `the lake was written in format ${manifest.format}, this version reads ${lakeFormat}`,
      remedy: 'ingest the sources again into a new folder',
      place: { file },
    });
  }
  if (!Array.isArray(manifest.segments) || typeof manifest.facts !== 'object') throw damaged(file, 'parts of it are missing');
  return { manifest, hash: sha256(content) };
}

/** Forces a file or folder to the disk. */
export function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Publishes a manifest: written aside, forced to the disk, renamed. */
export function publish(lake: string, manifest: Manifest, fault: (point: string) => void): void {
  const file = manifestFile(lake);
  writeFileSync(`${file}.new`, `${JSON.stringify(manifest)}\n`);
  sync(`${file}.new`);
  fault('manifest-written');
  renameSync(`${file}.new`, file);
  sync(lake);
  fault('manifest-published');
}
