import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { contentHash } from '@hengjian/grouping';
import { type Lake, openLake, readSegment, type SegmentHandle } from '@hengjian/lake';
import { commonDays, loadRulebook, type RulebookOptions, restrictToPeriod } from '@hengjian/rulebook';
import { type DayRange, finishGroups, orderVerdicts, type RuleCounts } from '@hengjian/rulespec';
import { formatDay, RefusedInput } from '@hengjian/standard';
import { type Changes, compareRuns } from './compare.ts';
import { type Exempted, type Exemption, exempt } from './exempt.ts';
import { contentHashSql } from './finding.ts';
import { groupHits } from './group-hits.ts';
import { type GroupPricing, readAuditPricing } from './group-pay.ts';
import { addJointLosses } from './joint-loss.ts';
import { keyedFindings, type SegmentSource } from './keyed-hits.ts';
import { findingPartColumns, issuePartColumns } from './part-writer.ts';
import { peerFindings } from './peer-findings.ts';
import { startWorkers, walkSegments } from './pool.ts';
import type { HostWalk, SegmentDone } from './protocol.ts';
import { ruleFacts } from './rules.ts';
import { kernelColumns, type Session, sessionOf } from './session.ts';
import type { SparkOptions } from './spark/submit.ts';
import { type SparkSetup, walkOnSpark } from './spark/walk.ts';
import { objects, quoted } from './sql.ts';
import { readTotals, type Totals } from './totals.ts';

export interface AuditOptions {
  readonly lake: string;
  readonly out: string;
  readonly rulebook?: RulebookOptions;
  /** First and last settlement day to report, as days since 1970-01-01; points and windows still see everything. */
  readonly from?: number;
  readonly to?: number;
  readonly threads?: number;
  /** What the versions in `rulebook.published` were taken from, for the record of the run. */
  readonly operations?: { readonly as_of: string | null; readonly publications: readonly PublicationUsed[] };
  /** Judges on a Spark cluster instead of threads. */
  readonly spark?: SparkOptions;
  /** Approved exemptions: findings they cover are set apart and counted. */
  readonly exemptions?: readonly Exemption[];
  /** Folder of a settlement run: its prices value findings in stays that are paid by group. */
  readonly settlement?: string;
  /** Memory limit of the DuckDB that sorts and writes the findings. */
  readonly memory?: string;
  /** An earlier run to compare with; default the run that `out` already holds. */
  readonly previous?: string;
  readonly signal?: AbortSignal;
  readonly progress?: (event: { readonly phase: string; readonly done: number; readonly total: number; readonly unit: string }) => void;
}

/** A publication that a run judged by. */
export interface PublicationUsed {
  readonly id: string;
  readonly rule_id: string;
  readonly version: number;
  readonly area: string;
  /** Days as yyyy-MM-dd; open without `to`. */
  readonly days: DayRange;
  readonly published_at: string;
}

/** A version a run judged by, with the days on which it did. */
export interface VersionUsed {
  readonly rule_id: string;
  readonly version: number;
  readonly hash: string;
  /** [first, last] day as yyyy-MM-dd, null where open. */
  readonly days: readonly (readonly [string | null, string | null])[];
}

/** Where the rules of a run came from, when they were in force in the operations store. */
export interface OperationsRecord {
  readonly as_of: string | null;
  readonly versions: readonly VersionUsed[];
  readonly publications: readonly (Omit<PublicationUsed, 'days'> & { readonly from: string; readonly to: string | null })[];
}

export interface RuleFigures {
  readonly rule_id: string;
  readonly rule_version: number;
  readonly official_code: string | null;
  readonly name_zh: string;
  readonly name_en: string;
  readonly category: string;
  readonly result_type: string;
  readonly shape: string;
  readonly hash: string;
  /** Subjects judged over the whole history in the lake; evaluated = hit + clear + unknown. */
  readonly evaluated: number;
  readonly hit: number;
  readonly clear: number;
  readonly unknown: Readonly<Record<string, number>>;
  /** Findings within the reported settlement days. */
  readonly findings: number;
  readonly charge_fen: number;
  /** Sum of the fund shares that are known. */
  readonly fund_fen: number;
  /** Findings whose fund share the data cannot say. */
  readonly fund_unknown: number;
}

/** `run.json`: what was read, with what, what came out. Only `timings` differ between two runs of the same input. */
export interface RunRecord {
  readonly format: 1;
  readonly engine: string;
  readonly lake_hash: string;
  readonly rulebook_hash: string;
  /** Versions and publications judged by; null when the rules were read from files. */
  readonly operations: OperationsRecord | null;
  /** Findings set apart by exemptions; null when none were given. They are listed in `exempted.parquet`. */
  readonly exempted: Exempted | null;
  /** Scheme and tariff that valued group-paid stays; null when none were given. */
  readonly settlement: {
    readonly scheme: string;
    readonly scheme_hash: string;
    readonly tariff_hash: string;
    /** Table of the charges that supported groups were worked out by; null when the settlement keeps no scheme. */
    readonly charges_hash: string | null;
  } | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly segments: number;
  readonly persons: number;
  readonly lines: number;
  readonly findings: number;
  readonly findings_hash: string;
  /** Findings dropped because their trace codes share a hash but not their text. */
  readonly trace_collisions: number;
  readonly totals: Totals;
  readonly rules: readonly RuleFigures[];
  readonly changes: Changes | null;
  readonly timings: {
    readonly threads: number;
    readonly setup_ms: number;
    readonly walk_ms: number;
    readonly keyed_ms: number;
    /** Judging the keyed rules over all threads, and looking up the rows of their findings. */
    readonly keyed_cpu_ms: number;
    readonly write_ms: number;
    readonly total_ms: number;
    /** Processor time of this process over the run, all threads. */
    readonly cpu_ms: number;
    readonly lines_per_second: number;
    readonly read_ms_by_segment_sum: number;
    readonly kernel_ms_by_segment_sum: number;
    readonly evidence_ms_by_segment_sum: number;
    readonly peak_rss_bytes: number;
  };
}

export const engineVersion = '0.1.0';
/** Adds up the counts of the threads, rule by rule. */
export function addCounts(parts: readonly (readonly RuleCounts[])[], rules: number): RuleCounts[] {
  return Array.from({ length: rules }, (_, index) => {
    const unknown = new Map<string, number>();
    let [evaluated, hit, clear] = [0, 0, 0];
    for (const counts of parts) {
      const own = counts[index];
      if (own === undefined) continue;
      evaluated += own.evaluated;
      hit += own.hit;
      clear += own.clear;
      for (const [cause, count] of own.unknown) unknown.set(cause, (unknown.get(cause) ?? 0) + count);
    }
    return { evaluated, hit, clear, unknown };
  });
}

function partList(folder: string, ending: string): string {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(ending) && statSync(join(folder, name)).size > 0)
    .sort()
    .map((name) => quoted(join(folder, name)));
  return `[${files.join(', ')}]`;
}

function source(folder: string, ending: string, columns: string): string {
  const list = partList(folder, ending);
  const names = [...columns.matchAll(/(\w+): '([^']+)'/g)].map(([, name, type]) => `NULL::${type} AS ${name}`);
  if (list === '[]') return `(SELECT ${names.join(', ')} WHERE false)`;
  return `read_json(${list}, format = 'newline_delimited', columns = ${columns}, maximum_object_size = 33554432)`;
}

/** Sorts the parts into the Parquet files of the run and leaves `finding` and `at_issue` in the connection. */
async function writeFindings(
  connection: DuckDBConnection,
  parts: string,
  folder: string,
  threads: number,
  exemptions: readonly Exemption[] | undefined,
  pricing: GroupPricing | undefined,
): Promise<Exempted | null> {
  await connection.run(
    `CREATE TABLE at_issue AS SELECT * FROM ${source(parts, '.issue.ndjson', issuePartColumns)} ORDER BY rule_id, finding_id, mdtrt_id, line_key`,
  );
  await connection.run(`CREATE TABLE part AS SELECT * REPLACE (evidence::VARCHAR AS evidence) FROM ${source(parts, '.findings.ndjson', findingPartColumns)}`);
  const options = '(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)';
  const findings = join(folder, 'findings.parquet');
  // One thread writes, so that the bytes do not depend on how many there are.
  await connection.run('SET threads = 1');
  const exempted = await exempt(connection, exemptions ?? [], exemptions === undefined ? undefined : folder);
  await addJointLosses(connection, pricing, parts);
  await connection.run(`COPY (SELECT * FROM part ORDER BY rule_id, finding_id) TO ${quoted(findings)} ${options}`);
  await connection.run(`COPY at_issue TO ${quoted(join(folder, 'at_issue.parquet'))} ${options}`);
  await connection.run(`SET threads = ${threads}`);
  await connection.run('DROP TABLE part');
  await connection.run(`CREATE VIEW finding AS SELECT * FROM read_parquet(${quoted(findings)})`);
  return exemptions === undefined ? null : exempted;
}

/** Content hash of the findings, independent of how Parquet laid them out. */
const hashQuery = `SELECT coalesce(md5(string_agg(${contentHashSql}, '' ORDER BY finding_id)), '') AS hash, count(*) AS n FROM finding`;

/** Files a run publishes, in the order in which they replace those of an earlier run. */
const published = ['findings.parquet', 'at_issue.parquet', 'exempted.parquet', 'changes.parquet', 'run.json'];
/** Files that must not stay behind from an earlier run. */
const optional: ReadonlySet<string> = new Set(['exempted.parquet']);

/** Days of the acts that a run can report: from the first day of the lake to the last settlement day asked for. */
function periodOf(options: AuditOptions, lake: Lake): DayRange {
  const { line_from, line_to, visit_from, visit_to } = lake.context().coverage;
  const starts = [line_to >= line_from ? line_from : undefined, visit_to >= visit_from ? visit_from : undefined].filter((day) => day !== undefined);
  const from = starts.length === 0 ? unbounded : Math.min(...starts);
  return options.to === undefined ? { from } : { from, to: options.to };
}

const unbounded = -1_000_000;

/** The rulebook of a run: published versions are cut to the period of the run. */
function rulebookOf(options: AuditOptions, period: DayRange | undefined): RulebookOptions {
  const { published: versions, ...others } = options.rulebook ?? {};
  return versions === undefined || period === undefined ? others : { ...others, published: restrictToPeriod(versions, period) };
}

const dayText = (day: number | undefined): string | null => (day === undefined || day <= unbounded ? null : formatDay(day));

function operationsRecord(options: AuditOptions, rulebook: RulebookOptions, period: DayRange | undefined): OperationsRecord | null {
  if (rulebook.published === undefined || period === undefined) return null;
  const wanted = rulebook.published.filter(({ rule_id }) => rulebook.ids?.includes(rule_id) ?? true);
  const judged = new Set(wanted.map(({ rule_id, version }) => `${rule_id}@${version}`));
  return {
    as_of: options.operations?.as_of ?? null,
    versions: wanted.map(({ rule_id, version, hash, days }) => ({ rule_id, version, hash, days: days.map(({ from, to }) => [dayText(from), dayText(to)]) })),
    publications: (options.operations?.publications ?? [])
      .filter(({ rule_id, version, days }) => judged.has(`${rule_id}@${version}`) && commonDays(days, period) !== undefined)
      .map(({ days, ...publication }) => ({ ...publication, from: formatDay(days.from), to: dayText(days.to) })),
  };
}

/** A walk with what its findings across persons are read from. */
interface Walk extends HostWalk {
  /** Per segment, where the host says so. */
  readonly done: readonly SegmentDone[];
  readonly read: SegmentSource;
}

async function walkHere(session: Session, workers: readonly Worker[], handles: readonly SegmentHandle[], options: AuditOptions): Promise<Walk> {
  const total = handles.reduce((sum, handle) => sum + handle.lines, 0);
  let done = 0;
  const pool = await walkSegments({
    workers,
    rulebook: session.rulebook,
    handles,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onDone: (segment) => {
      done += segment.lines;
      options.progress?.({ phase: 'audit', done, total, unit: 'lines' });
    },
  });
  const { counts, keyed, statistics, walked_at, keyed_cpu_ms } = pool;
  const persons = pool.segments.reduce((sum, segment) => sum + segment.persons, 0);
  const read: SegmentSource = (number, columns) => readSegment(handles[number] as SegmentHandle, columns);
  return { counts, keyed, statistics, persons, lines: done, segments: handles.length, walked_at, keyed_cpu_ms, done: pool.segments, read };
}

async function walkThere(session: Session, setup: SparkSetup, work: string, options: AuditOptions): Promise<Walk> {
  const walk = await walkOnSpark(session, setup, options.spark ?? {}, work, {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    progress: (phase, done, total) => options.progress?.({ phase, done, total, unit: 'parts' }),
  });
  return { ...walk, done: [], read: walk.readSegment };
}

/**
 * Audits a lake: walks every person with all rules of the rulebook, writes `findings.parquet`, `at_issue.parquet`,
 * `changes.parquet` and `run.json` into `out`. The same lake and rulebook give byte-identical findings whatever the
 * number of threads. Throws RefusedInput for a lake or rulebook that cannot be used, Cancelled when aborted.
 */
export async function runAudit(options: AuditOptions): Promise<RunRecord> {
  const started = performance.now();
  const processor = process.cpuUsage();
  const lake = await openLake(options.lake);
  const period = options.rulebook?.published === undefined ? undefined : periodOf(options, lake);
  const rulebook = rulebookOf(options, period);
  const pricing = options.settlement === undefined ? undefined : readAuditPricing(options.settlement);
  if (pricing !== undefined && options.spark !== undefined) {
    throw new RefusedInput({
      code: 'settlement-host',
      message: 'a cluster cannot value group-paid stays by a settlement yet',
      remedy: 'audit without --settlement there, or without --host spark here',
    });
  }
  const handles = lake.segments();
  const threads = Math.max(1, options.threads ?? cpus().length);
  const work = join(options.out, `.work-${process.pid}`);
  const parts = join(work, 'parts');
  const events = join(work, 'events');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(parts, { recursive: true });
  mkdirSync(events, { recursive: true });
  const setup = { lake: options.lake, parts, events, from: options.from ?? -1e9, to: options.to ?? 1e9, settlement: options.settlement };
  const workers = options.spark === undefined ? startWorkers(setup, Math.max(1, Math.min(threads, handles.length))) : [];
  try {
    const session = sessionOf(lake, loadRulebook(rulebook), pricing);
    const total = handles.reduce((sum, handle) => sum + handle.lines, 0);
    const ready = performance.now();
    const walking = options.spark === undefined ? walkHere(session, workers, handles, options) : walkThere(session, { ...setup, rulebook }, work, options);
    // Findings across persons ask for the columns again; they are worked out while the threads walk.
    kernelColumns(session.bound);
    const walk = await walking;
    const walked = walk.walked_at;
    const cpu = process.threadCpuUsage();
    const groups = finishGroups(session.bound, walk.statistics.groups);
    const keyed = keyedFindings(session, [...walk.keyed, ...groupHits(groups.findings)], setup, walk.read);
    peerFindings(session, orderVerdicts(walk.statistics.peers), setup);
    const keyedCpu = process.threadCpuUsage(cpu);
    rmSync(events, { recursive: true, force: true });
    const judged = performance.now();

    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(threads),
      memory_limit: options.memory ?? '768MB',
      temp_directory: join(work, 'spill'),
    });
    const connection = await instance.connect();
    try {
      const exempted = await writeFindings(connection, parts, work, threads, options.exemptions, pricing);
      const totals = await readTotals(connection);
      const [content] = await objects(connection, hashQuery);
      const counts = addCounts([...walk.counts, groups.counts, keyed.corrections], session.bound.rules.length);
      const byRule = new Map(
        (
          await objects(
            connection,
            'SELECT rule_id, rule_version, count(*) AS n, sum(charge_fen)::BIGINT AS charge_fen, sum(coalesce(fund_fen, 0))::BIGINT AS fund_fen, count(*) FILTER (fund_fen IS NULL) AS fund_unknown FROM finding GROUP BY ALL',
          )
        ).map((row) => [`${row.rule_id}@${row.rule_version}`, row]),
      );
      const previous = options.previous ?? (existsSync(join(options.out, 'findings.parquet')) ? options.out : undefined);
      const changes = await compareRuns(connection, previous, work, { rulebook_hash: session.rulebook.hash, lake_hash: session.lake.hash });
      const ended = performance.now();
      const used = process.cpuUsage(processor);
      const record: RunRecord = {
        format: 1,
        engine: engineVersion,
        lake_hash: session.lake.hash,
        rulebook_hash: session.rulebook.hash,
        operations: operationsRecord(options, rulebook, period),
        exempted,
        settlement:
          pricing === undefined
            ? null
            : {
                scheme: pricing.scheme.id,
                scheme_hash: pricing.scheme.hash,
                tariff_hash: contentHash({ tariff: pricing.tariff, rulings: pricing.rulings, groups: pricing.groups ?? {} }),
                charges_hash: pricing.support === undefined ? null : contentHash(pricing.support.charges.rows),
              },
        from: options.from ?? null,
        to: options.to ?? null,
        segments: walk.segments,
        persons: walk.persons,
        lines: total,
        findings: Number(content?.n ?? 0),
        findings_hash: String(content?.hash ?? ''),
        trace_collisions: keyed.collisions,
        totals,
        rules: session.bound.rules.map((rule, index): RuleFigures => {
          const facts = ruleFacts(rule);
          const own = counts[index] as RuleCounts;
          const money = byRule.get(`${facts.id}@${facts.version}`);
          return {
            rule_id: facts.id,
            rule_version: facts.version,
            official_code: facts.official_code,
            name_zh: facts.name.zh,
            name_en: facts.name.en,
            category: facts.category,
            result_type: facts.result,
            shape: facts.shape,
            hash: facts.hash,
            evaluated: own.evaluated,
            hit: own.hit,
            clear: own.clear,
            unknown: Object.fromEntries([...own.unknown].sort(([left], [right]) => (left < right ? -1 : 1))),
            findings: Number(money?.n ?? 0),
            charge_fen: Number(money?.charge_fen ?? 0),
            fund_fen: Number(money?.fund_fen ?? 0),
            fund_unknown: Number(money?.fund_unknown ?? 0),
          };
        }),
        changes,
        timings: {
          threads,
          setup_ms: Math.round(ready - started),
          walk_ms: Math.round(walked - ready),
          keyed_ms: Math.round(judged - walked),
          keyed_cpu_ms: Math.round(walk.keyed_cpu_ms + (keyedCpu.user + keyedCpu.system) / 1000),
          write_ms: Math.round(ended - judged),
          total_ms: Math.round(ended - started),
          cpu_ms: Math.round((used.user + used.system) / 1000),
          lines_per_second: Math.round((total / Math.max(1, ended - started)) * 1000),
          read_ms_by_segment_sum: Math.round(walk.done.reduce((sum, segment) => sum + segment.read_ms, 0)),
          kernel_ms_by_segment_sum: Math.round(walk.done.reduce((sum, segment) => sum + segment.walk_ms, 0)),
          evidence_ms_by_segment_sum: Math.round(walk.done.reduce((sum, segment) => sum + segment.write_ms, 0)),
          peak_rss_bytes: process.resourceUsage().maxRSS * 1024,
        },
      };
      writeFileSync(join(work, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
      for (const name of published) {
        if (existsSync(join(work, name))) renameSync(join(work, name), join(options.out, name));
        else if (optional.has(name)) rmSync(join(options.out, name), { force: true });
      }
      return record;
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
    rmSync(work, { recursive: true, force: true });
  }
}
