import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { contentHash } from '@hengjian/grouping';
import { estimatesInUse, openLake } from '@hengjian/lake';
import { loadRulebook } from '@hengjian/rulebook';
import { finishGroups, orderVerdicts, type RuleCounts, subjectReach } from '@hengjian/rulespec';
import type { PublicationDraft } from '@hengjian/stored';
import { addCounts } from './counts.ts';
import { type Earlier, type FindingsRead, type FindingsWork, type RuleMoney, readFindings, writeFindings } from './findings-tables.ts';
import { groupHits } from './group-hits.ts';
import { type AuditPricing, readAuditPricing } from './group-pay.ts';
import { type KeyedResult, keyedFindings } from './keyed-hits.ts';
import type { AuditOptions } from './options.ts';
import { peerFindings } from './peer-findings.ts';
import { checkPeriod, operationsRecord, periodOf, rulebookOf } from './period.ts';
import { startWorkers } from './pool.ts';
import { auditProblems } from './problems.ts';
import { type Census, countCodes } from './reach/census.ts';
import { codesOfLake, kindsLookedAt, lookedAtOf } from './reach/looked-at.ts';
import type { Exempted, KindLookedAt, LookedAt, RuleFigures, RunRecord, SettlementUsed, Timings } from './record.ts';
import { writeReports } from './report/write.ts';
import { ruleFacts } from './rules.ts';
import { draftRun, earlierRun, openRunFolder, writeRecord } from './run-folder.ts';
import { libraryUsed } from './run-library.ts';
import { kernelColumns, type Session, sessionOf } from './session.ts';
import { type Walk, walkHere, walkThere } from './walk.ts';

export const engineVersion = '0.1.0';

/** What a run works with from its opening on. */
interface Opened {
  readonly options: AuditOptions;
  readonly session: Session;
  readonly rulebook: ReturnType<typeof rulebookOf>;
  readonly period: ReturnType<typeof periodOf> | undefined;
  readonly pricing: AuditPricing | undefined;
  readonly threads: number;
  readonly draft: PublicationDraft;
}

interface Judged {
  readonly walk: Walk;
  readonly keyed: KeyedResult;
  readonly counts: readonly RuleCounts[];
  readonly census: Census;
  /** Moments of `performance.now()`. */
  readonly ready: number;
  readonly ended: number;
  readonly keyed_cpu_ms: number;
}

const earliest = -1e9;
const latest = 1e9;

/** Walks the lake with all rules and judges what looks across persons; the findings lie in parts afterwards. */
async function judge(
  options: AuditOptions,
  threads: number,
  draft: PublicationDraft,
  parts: string,
): Promise<{ opened: Opened; judged: Judged }> {
  const lake = await openLake(options.lake);
  const period = options.rulebook?.published === undefined ? undefined : periodOf(options, lake);
  const rulebook = rulebookOf(options, period);
  const pricing = options.settlement === undefined ? undefined : readAuditPricing(options.settlement);
  const events = join(draft.scratch, 'events');
  for (const folder of [parts, events]) mkdirSync(folder);
  const handles = lake.segments();
  const setup = {
    lake: options.lake,
    parts,
    events,
    from: options.from ?? earliest,
    to: options.to ?? latest,
    settlement: options.settlement,
  };
  const workers = options.spark === undefined ? startWorkers(setup, Math.max(1, Math.min(threads, handles.length))) : [];
  try {
    const session = sessionOf(lake, loadRulebook(rulebook), pricing);
    const ready = performance.now();
    const walking =
      options.spark === undefined
        ? walkHere(session, workers, handles, options)
        : walkThere(session, { ...setup, rulebook, log: join(options.out, 'spark.log') }, draft.scratch, options);
    // Findings across persons ask for the columns again; they are worked out, and the codes counted, while the threads walk.
    kernelColumns(session.bound);
    const [walk, census] = await Promise.all([walking, countCodes(lake, options.signal)]);
    const cpu = process.threadCpuUsage();
    const groups = finishGroups(session.bound, walk.statistics.groups);
    const keyed = keyedFindings(session, [...walk.keyed, ...groupHits(groups.findings)], setup, walk.read);
    peerFindings(session, orderVerdicts(walk.statistics.peers), setup);
    const used = process.threadCpuUsage(cpu);
    const counts = addCounts([...walk.counts, groups.counts, keyed.corrections], session.bound.rules.length);
    const keyed_cpu_ms = walk.keyed_cpu_ms + (used.user + used.system) / 1000;
    return {
      opened: { options, session, rulebook, period, pricing, threads, draft },
      judged: { walk, keyed, counts, census, ready, ended: performance.now(), keyed_cpu_ms },
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

const settlementUsed = (pricing: AuditPricing | undefined): SettlementUsed | null =>
  pricing === undefined
    ? null
    : {
        scheme: pricing.scheme.id,
        scheme_hash: pricing.scheme.hash,
        tariff_hash: contentHash({ tariff: pricing.tariff, rulings: pricing.rulings, groups: pricing.groups ?? {} }),
        charges_hash: pricing.support === undefined ? null : contentHash(pricing.support.charges.rows),
      };

const noMoney: RuleMoney = { findings: 0, charge_fen: 0, fund_fen: 0, fund_unknown: 0, fund_estimated: 0 };

interface LookedAtRun {
  readonly rules: readonly (LookedAt | null)[];
  readonly kinds: KindLookedAt[];
}

/** What each rule looks at by its points, and the codes of the lake that no rule's points reach. */
function lookedAtIn({ bound }: Session, census: Census): LookedAtRun {
  const codes = codesOfLake(bound, census);
  const reaches = bound.rules.map((rule) => subjectReach(bound, rule));
  const rules = bound.rules.map((rule, index) => {
    const reach = reaches[index];
    return reach === undefined ? null : lookedAtOf(codes, rule, reach);
  });
  const kinds = kindsLookedAt(
    codes,
    reaches.filter((reach) => reach !== undefined),
  );
  return { rules, kinds };
}

function figuresOf(
  session: Session,
  counts: readonly RuleCounts[],
  byRule: FindingsRead['byRule'],
  lookedAt: LookedAtRun['rules'],
): RuleFigures[] {
  return session.bound.rules.flatMap((rule, index) => {
    const own = counts[index];
    if (own === undefined) return [];
    const facts = ruleFacts(rule);
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
      ...(byRule.get(`${facts.id}@${facts.version}`) ?? noMoney),
      looked_at: lookedAt[index] ?? null,
    };
  });
}

function timingsOf(judged: Judged, started: number, processor: NodeJS.CpuUsage, threads: number): Timings {
  const ended = performance.now();
  const used = process.cpuUsage(processor);
  const { walk, ready } = judged;
  const sum = (name: 'read_ms' | 'walk_ms' | 'write_ms'): number =>
    Math.round(walk.done.reduce((total, segment) => total + segment[name], 0));
  return {
    threads,
    setup_ms: Math.round(ready - started),
    walk_ms: Math.round(walk.walked_at - ready),
    keyed_ms: Math.round(judged.ended - walk.walked_at),
    keyed_cpu_ms: Math.round(judged.keyed_cpu_ms),
    write_ms: Math.round(ended - judged.ended),
    total_ms: Math.round(ended - started),
    cpu_ms: Math.round((used.user + used.system) / 1000),
    lines_per_second: Math.round((walk.lines / Math.max(1, ended - started)) * 1000),
    read_ms_by_segment_sum: sum('read_ms'),
    kernel_ms_by_segment_sum: sum('walk_ms'),
    evidence_ms_by_segment_sum: sum('write_ms'),
    peak_rss_bytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** What is assumed in the lake and used; nothing is said where nothing was. */
function estimatesOf({ lake, context }: Session): Pick<RunRecord, 'estimated'> {
  const estimated = estimatesInUse(lake.manifest.estimated ?? [], context.carriage);
  return estimated.length === 0 ? {} : { estimated: [...estimated] };
}

function recordOf(
  { options, session, rulebook, period, pricing }: Opened,
  judged: Judged,
  read: FindingsRead,
  exempted: Exempted | null,
  timings: Timings,
): RunRecord {
  const lookedAt = lookedAtIn(session, judged.census);
  return {
    format: 1,
    engine: engineVersion,
    lake_hash: session.lake.hash,
    rulebook_hash: session.rulebook.hash,
    library: libraryUsed(options),
    operations: operationsRecord(options, rulebook, period),
    exempted,
    settlement: settlementUsed(pricing),
    ...estimatesOf(session),
    from: options.from ?? null,
    to: options.to ?? null,
    segments: judged.walk.segments,
    persons: judged.walk.persons,
    lines: judged.walk.lines,
    findings: read.findings,
    findings_hash: read.hash,
    trace_collisions: judged.keyed.collisions,
    totals: read.totals,
    rules: figuresOf(session, judged.counts, read.byRule, lookedAt.rules),
    looked_at: lookedAt.kinds,
    changes: read.changes,
    timings,
  };
}

function earlierOf(options: AuditOptions): Earlier | undefined {
  if (options.previous !== undefined) return { run: openRunFolder(options.previous), name: options.previous };
  const run = earlierRun(options.out);
  return run === undefined ? undefined : { run, name: options.out };
}

/**
 * Audits a lake: walks every person with all rules of the rulebook and publishes findings, money at issue, differences from
 * the run before, record and reports in `out`, all together. The same lake and rulebook give byte-identical findings
 * whatever the number of threads. Throws RefusedInput for a lake or rulebook that cannot be used, Cancelled when aborted.
 */
export async function runAudit(options: AuditOptions): Promise<RunRecord> {
  const started = performance.now();
  const processor = process.cpuUsage();
  checkPeriod(options);
  if (options.settlement !== undefined && options.spark !== undefined) throw auditProblems.refused('spark-settlement', {});
  const earlier = earlierOf(options);
  const threads = Math.max(1, options.threads ?? cpus().length);
  const draft = draftRun(options.out);
  try {
    const parts = join(draft.scratch, 'parts');
    const { opened, judged } = await judge(options, threads, draft, parts);
    const work: FindingsWork = {
      parts,
      out: draft.folder,
      scratch: draft.scratch,
      threads,
      memory: options.memory,
      signal: options.signal,
    };
    const exempted = await writeFindings(work, options.exemptions, opened.pricing);
    const now = { rulebook_hash: opened.session.rulebook.hash, lake_hash: opened.session.lake.hash };
    const read = await readFindings(work, exempted !== null, earlier, now);
    const record = recordOf(opened, judged, read, exempted, timingsOf(judged, started, processor, threads));
    writeRecord(draft.folder, record);
    if (options.report === true) await writeReports(record, draft.folder, options.lake);
    draft.publish(options.fault);
    return record;
  } finally {
    draft.close();
  }
}
