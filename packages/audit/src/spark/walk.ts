import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { exportPlain, PlainDictionaries, plainTables, SegmentBuilder } from '@hengjian/lake';
import { type RulebookOptions, rulebookTexts } from '@hengjian/rulebook';
import { finishGroups, type GroupVerdict, type KeyedHit, type PeerVerdict, type RuleCounts } from '@hengjian/rulespec';
import type { Phase, Segment } from '@hengjian/standard';
import { makeFolder } from '@hengjian/standard';
import { openTables, quoted, type Tables, text, texts } from '@hengjian/table';
import { bundleKernel } from '../filter/bundle.ts';
import { type FilterSession, filterSession } from '../filter/filter.ts';
import { readJudged } from '../filter/judge.ts';
import {
  type FilterCounts,
  filterCountsReader,
  type SegmentRecord,
  type Stamp,
  segmentRecordReader,
  stampReader,
} from '../filter/messages.ts';
import { groupHits } from '../group-hits.ts';
import { findingPart, issuePart } from '../part-writer.ts';
import { auditProblems } from '../problems.ts';
import type { HostWalk, WorkerSetup } from '../protocol.ts';
import type { Session } from '../session.ts';
import { sparkScript } from './script.ts';
import { sparseSegment } from './sparse.ts';
import { type SparkOptions, sparkCommand, submitSpark } from './submit.ts';

/** What the cluster judged. */
export interface SparkWalk extends HostWalk {
  /** Reads the persons of a segment that findings across persons name. */
  readSegment(number: number): Segment;
}

interface Job {
  readonly folder: string;
  readonly plain: string;
  readonly out: string;
  readonly judged: string;
  /** What Spark printed; it stays when the job fails. */
  readonly log: string;
}

const stampFile = 'stamp.json';

/** Exports the plain form, or takes the one that was made from the same state of the lake. */
async function plainForm(
  session: Session,
  folder: string,
  signal: AbortSignal | undefined,
  progress: (done: number, total: number) => void,
): Promise<Stamp> {
  const file = join(folder, stampFile);
  const known = existsSync(file) ? stampReader.read(readFileSync(file, 'utf8'), { file }) : undefined;
  if (known?.lake_hash === session.lake.hash) return known;
  if (existsSync(folder)) {
    throw auditProblems.refused('plain-stale', {}, { file: folder });
  }
  const { rows } = await exportPlain(session.lake, folder, { ...(signal === undefined ? {} : { signal }), progress });
  const stamp: Stamp = { lake_hash: session.lake.hash, persons: rows.persons, lines: rows.lines };
  writeFileSync(file, JSON.stringify(stamp));
  return stamp;
}

const isLocal = (master: string): boolean => /^local\b/.test(master);
const linesPerTask = 500_000;

/** The job judges by a rulebook of its own, read from the same texts. */
export type SparkSetup = WorkerSetup & {
  readonly rulebook: RulebookOptions;
  /** File for what Spark prints. */
  readonly log: string;
};

/** All that one job is about. */
interface SparkTask {
  readonly session: Session;
  readonly setup: SparkSetup;
  readonly options: SparkOptions;
  readonly job: Job;
  readonly filter: FilterSession;
}

/** Writes the files that the executors need, and gives their paths. */
async function shippedFiles({ setup, job }: SparkTask): Promise<{ readonly [name in 'kernel' | 'rulebook' | 'context']: string }> {
  const shipped = {
    kernel: join(job.folder, 'kernel.mjs'),
    rulebook: join(job.folder, 'rulebook.json'),
    context: join(job.plain, 'context.json'),
  };
  await bundleKernel(shipped.kernel);
  const { published, ids } = setup.rulebook;
  const chosen = { ...(published === undefined ? {} : { published }), ...(ids === undefined ? {} : { ids }) };
  writeFileSync(shipped.rulebook, JSON.stringify({ texts: rulebookTexts(setup.rulebook), ...chosen }));
  return shipped;
}

async function submit(task: SparkTask, signal?: AbortSignal): Promise<void> {
  const { session, setup, options, job, filter } = task;
  const master = options.master ?? 'local[*]';
  const shipped = await shippedFiles(task);
  const near = (path: string): string => (isLocal(master) ? path : `./${basename(path)}`);
  const kernel = [
    options.node ?? (isLocal(master) ? process.execPath : 'node'),
    '--disable-warning=ExperimentalWarning',
    ...[near(shipped.kernel), '--rulebook', near(shipped.rulebook), '--context', near(shipped.context)],
    ...[`--from=${setup.from}`, `--to=${setup.to}`],
    ...(options.segmentLines === undefined ? [] : ['--segment-lines', String(options.segmentLines)]),
  ];
  const script = join(job.folder, 'job.sql');
  writeFileSync(script, sparkScript({ tables: job.plain, out: job.out, judged: job.judged, schema: filter.schema, kernel }));
  const lines = session.lake.segments().reduce((sum, handle) => sum + handle.lines, 0);
  const partitions = options.partitions ?? Math.max(4, Math.ceil(lines / linesPerTask));
  const settings = {
    'spark.sql.shuffle.partitions': String(partitions),
    'spark.sql.adaptive.enabled': 'false',
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.ui.enabled': 'false',
  };
  const words = [
    ...['--master', master],
    ...Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
    ...(isLocal(master) ? [] : ['--files', Object.values(shipped).join(',')]),
    ...(options.extra ?? []),
  ];
  await submitSpark(script, words, sparkCommand(options), job.log, signal);
}

/** Streams one kind of record in the order of the bodies' beginnings; they come in the same order whatever the tasks. */
async function eachRecord(tables: Tables, out: string, kind: string, take: (body: string) => void, column = 'body'): Promise<void> {
  const rows = `SELECT ${column} AS body FROM read_parquet(${quoted(`${out}/*.parquet`)}) WHERE kind = ${quoted(kind)}`;
  for await (const { body } of tables.stream(rows, { body: text })) take(body);
}

async function copyBodies(tables: Tables, out: string, kind: string, file: string): Promise<void> {
  const rows = `SELECT body FROM read_parquet(${quoted(`${out}/*.parquet`)}) WHERE kind = ${quoted(kind)}`;
  await tables.run(`COPY (${rows}) TO ${quoted(file)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')`);
}

function addUp(total: RuleCounts[], part: FilterCounts['rules']): void {
  part.forEach((own, index) => {
    const known = total[index];
    const unknown = new Map(known?.unknown);
    for (const [cause, count] of Object.entries(own.unknown)) unknown.set(cause, (unknown.get(cause) ?? 0) + count);
    total[index] = {
      evaluated: (known?.evaluated ?? 0) + own.evaluated,
      hit: (known?.hit ?? 0) + own.hit,
      clear: (known?.clear ?? 0) + own.clear,
      unknown,
    };
  });
}

/** Row of the person that owns a row, by where the rows of each person begin. */
function personAt(starts: readonly number[], row: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Rows that findings name, by segment. */
function namedRows(found: readonly KeyedHit[]): ReadonlyMap<number, { readonly lines: number[]; readonly visits: number[] }> {
  const named = new Map<number, { lines: number[]; visits: number[] }>();
  const of = (segment: number): { lines: number[]; visits: number[] } => {
    const own = named.get(segment) ?? { lines: [], visits: [] };
    named.set(segment, own);
    return own;
  };
  for (const hit of found) {
    for (const { segment, row } of hit.lines) of(segment).lines.push(row);
    for (const { segment, row } of [...hit.visits, ...(hit.visit === undefined ? [] : [hit.visit])]) of(segment).visits.push(row);
  }
  return named;
}

/** Reads the records of some persons from the plain form. */
async function recordsOf(
  tables: Tables,
  plain: string,
  filter: FilterSession,
  psn: readonly string[],
): Promise<Map<string, [(typeof plainTables)[number], readonly string[]][]>> {
  const out = new Map<string, [(typeof plainTables)[number], readonly string[]][]>(psn.map((one) => [one, []]));
  await tables.run('CREATE OR REPLACE TEMP TABLE wanted (psn VARCHAR)');
  for (let at = 0; at < psn.length; at += 1000) {
    const rows = psn.slice(at, at + 1000).map((one) => `(${quoted(one)})`);
    await tables.run(`INSERT INTO wanted VALUES ${rows.join(', ')}`);
  }
  for (const table of plainTables) {
    const columns = filter.schema[table];
    if (columns === undefined) continue;
    const cells = columns.map(({ name }) => `coalesce(CAST(${name} AS VARCHAR), '\\N')`);
    const rows = await tables.rows(
      `SELECT psn, [${cells.join(', ')}] AS cells FROM read_parquet(${quoted(`${plain}/${table}/*.parquet`)}) SEMI JOIN wanted USING (psn)`,
      { psn: text, cells: texts },
    );
    for (const row of rows) out.get(row.psn)?.push([table, row.cells]);
  }
  return out;
}

/** What the kernels counted. */
interface Counted {
  readonly counts: readonly RuleCounts[];
  readonly persons: number;
  readonly lines: number;
}

async function countedIn(tables: Tables, folder: string): Promise<Counted> {
  const counts: RuleCounts[] = [];
  let [persons, lines] = [0, 0];
  await eachRecord(tables, folder, 'counts', (body) => {
    const own = filterCountsReader.read(body, { file: folder });
    persons += own.persons;
    lines += own.lines;
    addUp(counts, own.rules);
  });
  return { counts, persons, lines };
}

/** Ids of the segments with events, in the order that gives them their numbers. */
async function segmentIds(tables: Tables, { out }: Job): Promise<readonly string[]> {
  const ids: string[] = [];
  await eachRecord(tables, out, 'segment', (id) => ids.push(id), "json_extract_string(body, '$.id')");
  return ids.sort();
}

/** What the second pass judged, its rows by the numbers of their segments. */
async function judgedIn(tables: Tables, { judged }: Job, ids: readonly string[]): Promise<Pick<SparkWalk, 'keyed' | 'statistics'>> {
  const numbers = new Map(ids.map((id, number) => [id, number]));
  const numberOf = (id: string): number => {
    const number = numbers.get(id);
    if (number === undefined) throw new Error(`the segment ${id} has events but no record`);
    return number;
  };
  const keyed: KeyedHit[] = [];
  const statistics: { peers: PeerVerdict[]; groups: GroupVerdict[] } = { peers: [], groups: [] };
  await eachRecord(tables, judged, 'judged', (body) => {
    const part = readJudged(body, numberOf);
    keyed.push(...part.hits);
    statistics.peers.push(...part.statistics.peers);
    statistics.groups.push(...part.statistics.groups);
  });
  return { keyed, statistics };
}

/** Brings the records of a finished job in. */
async function bringIn(tables: Tables, { session, setup, job, filter }: SparkTask, exported: Stamp): Promise<SparkWalk> {
  await copyBodies(tables, job.out, 'finding', findingPart(setup.parts, 'spark'));
  await copyBodies(tables, job.out, 'issue', issuePart(setup.parts, 'spark'));
  const { counts, persons, lines } = await countedIn(tables, job.out);
  if (persons !== exported.persons || lines !== exported.lines)
    throw new Error(`the cluster judged ${persons} of ${exported.persons} persons and ${lines} of ${exported.lines} lines`);
  const walkedAt = performance.now();
  const ids = await segmentIds(tables, job);
  const used = process.threadCpuUsage();
  const wide = await countedIn(tables, job.judged);
  const { keyed, statistics } = await judgedIn(tables, job, ids);
  const spent = process.threadCpuUsage(used);
  const groups = groupHits(finishGroups(session.bound, statistics.groups).findings);
  const found = await wantedSegments(tables, job, filter, [...keyed, ...groups], ids);
  rmSync(job.out, { recursive: true, force: true });
  return {
    counts: [counts, wide.counts],
    keyed,
    statistics,
    persons,
    lines,
    segments: ids.length,
    walked_at: walkedAt,
    keyed_cpu_ms: (spent.user + spent.system) / 1000,
    readSegment: (number) => {
      const own = found.get(number);
      if (own === undefined) throw new Error(`segment ${number} was not brought in`);
      return sparseSegment(own.built, own.record, own.persons);
    },
  };
}

/**
 * Walks a lake on a Spark cluster: exports the plain form, submits the job, brings its records in and judges the rules
 * that look across persons here. The findings are the same bytes as those of `walkSegments`.
 */
export async function walkOnSpark(
  session: Session,
  setup: SparkSetup,
  options: SparkOptions,
  work: string,
  report: { readonly signal?: AbortSignal | undefined; readonly progress?: (phase: Phase, done: number, total: number) => void },
): Promise<SparkWalk> {
  const folder = resolve(join(work, 'spark'));
  makeFolder(folder);
  const job: Job = {
    folder,
    plain: resolve(options.plain ?? join(folder, 'plain')),
    out: join(folder, 'out'),
    judged: join(folder, 'judged'),
    log: resolve(setup.log),
  };
  const exported = await plainForm(session, job.plain, report.signal, (done, total) => report.progress?.('plain', done, total));
  const task: SparkTask = { session, setup, options, job, filter: filterSession(session.context, setup.rulebook) };
  report.progress?.('spark', 0, 1);
  await submit(task, report.signal);
  report.progress?.('spark', 1, 1);
  const tables = await openTables({
    folders: [folder, job.plain, setup.parts],
    memory: '1GB',
    spill: join(folder, 'spill'),
    signal: report.signal,
  });
  try {
    return await bringIn(tables, task, exported);
  } finally {
    tables.close();
  }
}

interface WantedSegment {
  readonly built: Segment;
  readonly record: SegmentRecord;
  readonly persons: readonly number[];
}

/** The persons that findings name, segment by segment. */
async function wantedSegments(
  tables: Tables,
  job: Job,
  filter: FilterSession,
  found: readonly KeyedHit[],
  ids: readonly string[],
): Promise<ReadonlyMap<number, WantedSegment>> {
  const out = new Map<number, WantedSegment>();
  const dictionaries = new PlainDictionaries(filter.context.dictionaries, true);
  for (const [number, rows] of namedRows(found)) {
    const row = await tables.row(
      `SELECT body FROM read_parquet(${quoted(`${job.out}/*.parquet`)})
       WHERE kind = 'segment' AND json_extract_string(body, '$.id') = ${quoted(ids[number] ?? '')}`,
      { body: text },
    );
    const record = segmentRecordReader.read(row?.body ?? '', { file: job.out });
    const named = [
      ...rows.lines.map((line) => personAt(record.lines, line)),
      ...rows.visits.map((visit) => personAt(record.visits, visit)),
    ];
    const persons = [...new Set(named)].sort((left, right) => left - right);
    const psn = persons.map((person) => record.psn[person] as string);
    const records = await recordsOf(tables, job.plain, filter, psn);
    const builder = new SegmentBuilder(filter.schema, dictionaries);
    for (const one of psn) {
      for (const [table, cells] of records.get(one) ?? []) builder.add(table, cells, { file: job.plain, row: 0 });
      builder.end(one);
    }
    out.set(number, { built: builder.take(), record, persons });
  }
  return out;
}
