import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dictionary, type RefusedInput, words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';
import type { HeldGroup } from './held.ts';
import type { Estimate } from './institution.ts';
import { lakeProblems } from './problems.ts';
import { damaged, day, hash, orMissing, readShape, type StoredFile, sha256, storedFields, storedFile, whole } from './stored.ts';

/** Version of the stored form; any other one is refused. */
export const lakeFormat = 8;

export interface FactFile extends StoredFile {
  readonly month: string;
  readonly batch: number;
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
  /** Hash of the content alone: a file that is read again by another mapping replaces the earlier reading. */
  readonly content: string;
  readonly rows: number;
}

/** Files of one folder that are written together: one of Arrow per table, and their index. */
export interface StoredFolder {
  readonly path: string;
  readonly files: readonly StoredFile[];
}

export interface SegmentFile extends StoredFolder {
  readonly bucket: number;
  readonly batch: number;
  readonly persons: number;
  readonly visits: number;
  readonly lines: number;
  /** File with the row numbers of persons superseded by newer segments, when there are any. */
  readonly dead?: StoredFile;
  readonly deadPersons: number;
}

export interface DictionaryFile extends StoredFile {
  readonly count: number;
}

export interface Batch {
  readonly id: number;
  readonly hash: string;
  readonly rows: number;
  /** What the batch left for people: its record. */
  readonly record: StoredFile;
  /** Rows that were not accepted; people may take these files away. */
  readonly quarantine: readonly StoredFile[];
}

/** What somebody has decided about a group of held rows, or about those of one visit in it. */
export interface Decision extends HeldGroup {
  /** Name of the group, see `heldGroupId`. */
  readonly held: string;
  /** The visit, empty for the whole group. */
  readonly visit: string;
  /** Whether the rows count as they stand; otherwise an earlier decision is taken back. */
  readonly counts: boolean;
  readonly by: string;
  readonly because: string;
  readonly at: string;
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
  /** Hash of the manifest before this one; empty in the first. */
  readonly previous: string;
  /** Tells the key of the pseudonyms from any other without giving it away. */
  readonly key: string;
  readonly batch: number;
  readonly buckets: number;
  readonly batches: readonly Batch[];
  readonly files: readonly SourceFile[];
  readonly facts: Readonly<Record<string, readonly FactFile[]>>;
  /** Person of each visit, newest batch last. */
  readonly visits: readonly StoredFile[];
  /** Rows that do not count as they stand, newest batch last. */
  readonly exceptions: readonly StoredFile[];
  /** First and last day of each institution and table, and the months present. */
  readonly reach: readonly StoredFile[];
  /** What messages of the interface said, for their other halves to come. */
  readonly messages?: readonly StoredFile[];
  /** Which fields ever had a value, by institution and table; a lake of before has none. */
  readonly carriage?: readonly StoredFile[];
  readonly segments: readonly SegmentFile[];
  readonly dictionaries: Readonly<Record<string, readonly DictionaryFile[]>>;
  readonly dimensions?: StoredFolder;
  readonly coverage: Coverage;
  /** Numbers of the files whose rows do not count, because they were read again. */
  readonly replaced: readonly number[];
  /** What people have decided about held rows. */
  readonly decisions: readonly Decision[];
  /** Tables declared absent by the sources. */
  readonly declaredAbsent: readonly string[];
  /** Values that are assumed and not delivered; whatever reads them is an estimate. */
  readonly estimated?: readonly Estimate[];
  /** Paths that the manifest before this one named and this one does not; they stay until the next, for who reads them now. */
  readonly retired: readonly string[];
}

/** Tables of which the lake has no rows. */
export const absentTables = ({ facts }: Manifest): readonly string[] =>
  [...dictionary.tables.keys()].filter((table) => (facts[table] ?? []).length === 0);

export const emptyManifest: Manifest = {
  format: lakeFormat,
  previous: '',
  key: '',
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
  coverage: { line_from: 0, line_to: -1, visit_from: 0, visit_to: -1 },
  replaced: [],
  decisions: [],
  declaredAbsent: [],
  retired: [],
};

const text = Type.String();
const byName = <Schema extends Type.TSchema>(schema: Schema) => Type.Record(text, schema);
const manifestReader = jsonReader(
  Type.Object({
    format: whole,
    previous: text,
    key: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    batch: whole,
    buckets: whole,
    batches: Type.Array(Type.Object({ id: whole, hash, rows: whole, record: storedFile, quarantine: Type.Array(storedFile) })),
    files: Type.Array(Type.Object({ seq: whole, name: text, table: text, batch: whole, hash: text, content: text, rows: whole })),
    facts: byName(Type.Array(Type.Object({ ...storedFields, month: text, batch: whole, columns: Type.Array(text) }))),
    visits: Type.Array(storedFile),
    exceptions: Type.Array(storedFile),
    reach: Type.Array(storedFile),
    messages: Type.Optional(Type.Array(storedFile)),
    carriage: Type.Optional(Type.Array(storedFile)),
    segments: Type.Array(
      Type.Object({
        ...{ bucket: whole, path: text, files: Type.Array(storedFile), batch: whole, persons: whole, visits: whole, lines: whole },
        ...{ dead: Type.Optional(storedFile), deadPersons: whole },
      }),
    ),
    dictionaries: byName(Type.Array(Type.Object({ ...storedFields, count: whole }))),
    dimensions: Type.Optional(Type.Object({ path: text, files: Type.Array(storedFile) })),
    coverage: Type.Object({ line_from: day, line_to: day, visit_from: day, visit_to: day }),
    replaced: Type.Array(whole),
    decisions: Type.Array(
      Type.Object({
        ...{ held: text, table: text, cause: Type.Union([Type.Literal('signs'), Type.Literal('copy')]), institution: text, month: text },
        ...{ visit: text, counts: Type.Boolean(), by: text, because: text, at: text },
      }),
    ),
    declaredAbsent: Type.Array(text),
    estimated: Type.Optional(Type.Array(Type.Object({ field: text, institution: text, share: Type.Number() }))),
    retired: Type.Array(text),
  }),
  words('数据湖清单', 'manifest of the lake'),
);

export const manifestFile = (lake: string): string => join(lake, 'manifest.json');

export interface Published {
  readonly manifest: Manifest;
  /** SHA-256 of its content. */
  readonly hash: string;
}

/** The manifest begins with the hash of all that follows, written as if the hash were not there. */
const sealed = /^\{"hash":"([0-9a-f]{64})",/;

const broken = (file: string): RefusedInput => damaged(file, words('清单内容与写入时不一致', 'the manifest is not what was written'));

function parsed(file: string, content: string): unknown {
  try {
    const value: unknown = JSON.parse(content);
    return value;
  } catch {
    throw broken(file);
  }
}

function refuseOtherFormat(file: string, value: unknown): void {
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (typeof format !== 'number') throw broken(file);
  if (format > lakeFormat) throw lakeProblems.refused('lake-newer', { format, known: lakeFormat }, { file });
  if (format < lakeFormat) throw lakeProblems.refused('lake-older', { format, known: lakeFormat }, { file });
}

/**
 * Reads the published manifest; `undefined` when the folder holds no lake yet. Refuses one that is not what was written
 * (`lake-damaged`) and one of another format (`lake-newer`, `lake-older`).
 */
export function readManifest(lake: string): Published | undefined {
  const file = manifestFile(lake);
  if (!existsSync(file)) return undefined;
  const content = orMissing(file, () => readFileSync(file, 'utf8'));
  const value = parsed(file, content);
  refuseOtherFormat(file, value);
  const seal = sealed.exec(content);
  const body = seal === null ? '' : `{${content.slice(seal[0].length)}`;
  if (seal === null || sha256(body) !== seal[1]) throw broken(file);
  return { manifest: readShape(manifestReader, body, file), hash: seal[1] };
}

/** Forces a file or folder to the disk. */
function sync(path: string): void {
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
  const body = `${JSON.stringify(manifest)}\n`;
  writeFileSync(`${file}.new`, `{"hash":"${sha256(body)}",${body.slice(1)}`, { mode: 0o600 });
  sync(`${file}.new`);
  fault('manifest-written');
  renameSync(`${file}.new`, file);
  sync(lake);
  fault('manifest-published');
}
