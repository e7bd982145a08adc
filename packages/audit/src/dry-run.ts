import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openLake } from '@hengjian/lake';
import { checkPublished, type PublishedVersion, readRulebook, textHash } from '@hengjian/rulebook';
import { bindRulebook, type CheckedRule, type KnowledgeTable, parseRule } from '@hengjian/rulespec';
import { formatDay, type LakeContext, RefusedInput } from '@hengjian/standard';
import { itemsReached } from './reach.ts';
import { type AuditOptions, runAudit } from './run.ts';
import { objects, quoted } from './sql.ts';

export interface DryRunOptions {
  readonly lake: string;
  /** Folder for `dry-run.json` and `differences.parquet`. */
  readonly out: string;
  /** Rule file to try. */
  readonly draft: { readonly text: string; readonly file: string };
  /** Versions in force to compare with; default the rules of the library, as long as they are effective. */
  readonly inForce?: readonly PublishedVersion[];
  readonly knowledge?: string;
  /** First and last settlement day; default the last 365 days of the lake. */
  readonly from?: number;
  readonly to?: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly progress?: AuditOptions['progress'];
}

/** Findings of one kind and what they are about. Money in fen. */
export interface DryRunFigures {
  readonly findings: number;
  readonly persons: number;
  readonly institutions: number;
  readonly charge_fen: number;
  /** Sum of the fund shares that are known. */
  readonly fund_fen: number;
}

export const differences = ['added', 'removed', 'changed', 'same'] as const;
export type Difference = (typeof differences)[number];

export interface DryRunSample {
  readonly change: Difference;
  readonly finding_id: string;
  readonly fixmedins_code: string | null;
  readonly occurred_on: string;
  readonly charge_fen: number;
  readonly charge_fen_before: number | null;
  readonly evidence: unknown;
}

export interface DryRun {
  readonly format: 1;
  readonly rule_id: string;
  readonly version: number;
  readonly hash: string;
  /** Versions the draft was compared with, with the hash of their text; empty for a new rule. */
  readonly against: readonly { readonly version: number; readonly hash: string }[];
  readonly lake_hash: string;
  /** Settlement days, yyyy-MM-dd; null is open. */
  readonly from: string | null;
  readonly to: string | null;
  readonly lines: number;
  readonly draft: DryRunFigures;
  readonly in_force: DryRunFigures;
  readonly differences: Readonly<Record<Difference, DryRunFigures>>;
  /** Judgements that lack data, by cause. */
  readonly unknown: Readonly<Record<string, number>>;
  /** Rules whose points reach the same items and that have findings on the same lines. */
  readonly overlaps: readonly { readonly rule_id: string; readonly findings: number; readonly lines: number; readonly charge_fen: number }[];
  /** Rules whose lines were compared. Rules that look at every line, at stays or at groups are not among them. */
  readonly compared_rules: readonly string[];
  readonly sample: readonly DryRunSample[];
}

const sampleSize = 20;
const always = [{ from: -1_000_000 }] as const;

/** The version of a text that judges whenever it is effective. */
export const alwaysInForce = (rule: { readonly id: string; readonly version: number }, text: string): PublishedVersion => ({
  rule_id: rule.id,
  version: rule.version,
  text,
  hash: textHash(text),
  days: always,
});

interface Draft {
  readonly version: PublishedVersion;
  readonly rule: CheckedRule;
}

function checkedDraft({ text, file }: DryRunOptions['draft'], tables: ReadonlyMap<string, KnowledgeTable>): Draft {
  const parsed = parseRule(text, file);
  if (parsed.rule === undefined || parsed.problems.length > 0) throw new RefusedInput(parsed.problems);
  const version = alwaysInForce(parsed.rule, text);
  const { rules, problems } = checkPublished([version], tables);
  const [rule] = rules;
  if (rule === undefined || problems.length > 0) throw new RefusedInput(problems.map((problem) => ({ ...problem, place: { ...problem.place, file } })));
  return { version, rule };
}

/** The rules a draft is compared with: those in force, or those of the library that pass the check. */
function standingOf(
  inForce: readonly PublishedVersion[] | undefined,
  knowledge: Pick<DryRunOptions, 'knowledge'>,
): { readonly rules: readonly CheckedRule[]; readonly tables: ReadonlyMap<string, KnowledgeTable>; readonly versions: readonly PublishedVersion[] } {
  const { rules, tables } = readRulebook({ cases: false, ...knowledge, ...(inForce === undefined ? {} : { published: inForce }) });
  return { rules, tables, versions: inForce ?? rules.map(({ source }) => alwaysInForce(source, readFileSync(source.file, 'utf8'))) };
}

/** Other rules with points that reach an item the draft reaches. */
function neighbours(draft: CheckedRule, others: readonly CheckedRule[], tables: ReadonlyMap<string, KnowledgeTable>, context: LakeContext): string[] {
  const bound = bindRulebook([draft, ...others], tables, context);
  const own = itemsReached(bound, draft);
  if (own === undefined) return [];
  const meets = (rule: CheckedRule): boolean => itemsReached(bound, rule)?.some((reached, item) => reached === 1 && own[item] === 1) === true;
  return [...new Set(others.filter((rule) => rule.source.id !== draft.source.id && meets(rule)).map(({ source }) => source.id))].sort();
}

const figuresSql = `count(*)::INTEGER AS findings, count(DISTINCT psn_no)::INTEGER AS persons, count(DISTINCT fixmedins_code)::INTEGER AS institutions,
  coalesce(sum(charge_fen), 0)::BIGINT AS charge_fen, coalesce(sum(fund_fen), 0)::BIGINT AS fund_fen`;

const toFigures = (row: Record<string, unknown> | undefined): DryRunFigures => ({
  findings: Number(row?.findings ?? 0),
  persons: Number(row?.persons ?? 0),
  institutions: Number(row?.institutions ?? 0),
  charge_fen: Number(row?.charge_fen ?? 0),
  fund_fen: Number(row?.fund_fen ?? 0),
});

/** Tables `draft`, `before` (the same rule in force) and `other` (its neighbours), and `difference` between the first two. */
async function compare(connection: DuckDBConnection, tried: string, current: string | undefined, rule: string): Promise<void> {
  const findings = (folder: string): string => `read_parquet(${quoted(join(folder, 'findings.parquet'))})`;
  await connection.run(`CREATE TABLE draft AS SELECT * FROM ${findings(tried)}`);
  await connection.run(`CREATE TABLE standing AS SELECT * FROM ${current === undefined ? 'draft WHERE false' : findings(current)}`);
  await connection.run(`CREATE VIEW before AS SELECT * FROM standing WHERE rule_id = ${quoted(rule)}`);
  await connection.run(`CREATE VIEW other AS SELECT * FROM standing WHERE rule_id <> ${quoted(rule)}`);
  await connection.run(`CREATE TABLE difference AS
    SELECT CASE WHEN b.finding_id IS NULL THEN 'added' WHEN b.charge_fen = d.charge_fen AND b.result_type = d.result_type THEN 'same' ELSE 'changed' END AS change,
      b.charge_fen AS charge_fen_before, d.* FROM draft d LEFT JOIN before b USING (finding_id)
    UNION ALL BY NAME SELECT 'removed' AS change, charge_fen AS charge_fen_before, * FROM before WHERE finding_id NOT IN (SELECT finding_id FROM draft)`);
}

const overlapSql = `
  WITH own AS (SELECT DISTINCT unnest(line_key) AS line_key FROM draft),
    theirs AS (SELECT rule_id, finding_id, charge_fen, unnest(line_key) AS line_key FROM other),
    shared AS (SELECT rule_id, finding_id, charge_fen, count(DISTINCT line_key) AS lines FROM theirs SEMI JOIN own USING (line_key) GROUP BY ALL)
  SELECT rule_id, count(*)::INTEGER AS findings, sum(lines)::INTEGER AS lines, sum(charge_fen)::BIGINT AS charge_fen FROM shared GROUP BY rule_id ORDER BY rule_id`;

// Finding ids are hashes, so their order mixes persons and institutions, and is the same in every run.
const sampleSql = `
  SELECT change, finding_id, fixmedins_code, occurred_on::VARCHAR AS occurred_on, charge_fen, charge_fen_before, evidence
  FROM (SELECT *, row_number() OVER (PARTITION BY change ORDER BY finding_id) AS place FROM difference)
  ORDER BY place, list_position(['added', 'removed', 'changed', 'same'], change) LIMIT ${sampleSize}`;

/**
 * What a draft would change: judges the lake by the draft, and by the version in force with the rules that reach the same
 * items, and compares finding by finding. Each judging reads only the columns its rules need. The same lake and the same
 * texts give the same result. Throws RefusedInput for a draft that does not pass the check.
 */
export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  const knowledge = options.knowledge === undefined ? {} : { knowledge: options.knowledge };
  const { rules: standingRules, tables, versions } = standingOf(options.inForce, knowledge);
  const draft = checkedDraft(options.draft, tables);
  const lake = await openLake(options.lake);
  const context = lake.context();
  const from = options.from ?? (options.to ?? context.coverage.line_to) - 364;
  const near = neighbours(draft.rule, standingRules, tables, context);
  const standing = standingRules.filter(({ source }) => source.id === draft.version.rule_id);
  const ids = [...(standing.length > 0 ? [draft.version.rule_id] : []), ...near];
  const work = join(options.out, `.dry-run-${process.pid}`);
  const shared = {
    lake: options.lake,
    from,
    ...(options.to === undefined ? {} : { to: options.to }),
    threads: Math.max(1, Math.ceil((options.threads ?? cpus().length) / (ids.length > 0 ? 2 : 1))),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const progress = options.progress === undefined ? {} : { progress: options.progress };
  mkdirSync(options.out, { recursive: true });
  try {
    const [tried, current] = [join(work, 'draft'), join(work, 'in-force')];
    // Side by side: while one opens or writes, the other judges.
    const [judged, standingRun] = await Promise.allSettled([
      runAudit({ ...shared, ...progress, out: tried, rulebook: { ...knowledge, published: [draft.version] } }),
      ids.length > 0 ? runAudit({ ...shared, out: current, rulebook: { ...knowledge, published: versions, ids } }) : undefined,
    ]);
    if (judged.status === 'rejected') throw judged.reason;
    if (standingRun.status === 'rejected') throw standingRun.reason;
    const record = judged.value;
    const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
    const connection = await instance.connect();
    try {
      await compare(connection, tried, ids.length > 0 ? current : undefined, draft.version.rule_id);
      const changes = new Map((await objects(connection, `SELECT change, ${figuresSql} FROM difference GROUP BY ALL`)).map((row) => [String(row.change), row]));
      const [own] = await objects(connection, `SELECT ${figuresSql} FROM draft`);
      const [before] = await objects(connection, `SELECT ${figuresSql} FROM before`);
      const result: DryRun = {
        format: 1,
        rule_id: draft.version.rule_id,
        version: draft.version.version,
        hash: draft.version.hash,
        against: standing.map(({ source }) => ({
          version: source.version,
          hash: versions.find((one) => one.rule_id === source.id && one.version === source.version)?.hash ?? '',
        })),
        lake_hash: lake.hash,
        from: formatDay(from),
        to: options.to === undefined ? null : formatDay(options.to),
        lines: record.lines,
        draft: toFigures(own),
        in_force: toFigures(before),
        differences: Object.fromEntries(differences.map((name) => [name, toFigures(changes.get(name))])) as Record<Difference, DryRunFigures>,
        unknown: record.rules[0]?.unknown ?? {},
        overlaps: (await objects(connection, overlapSql)).map((row) => ({
          rule_id: String(row.rule_id),
          findings: Number(row.findings),
          lines: Number(row.lines),
          charge_fen: Number(row.charge_fen),
        })),
        compared_rules: near,
        sample: (await objects(connection, sampleSql)).map((row) => ({
          change: row.change as Difference,
          finding_id: String(row.finding_id),
          fixmedins_code: row.fixmedins_code === null ? null : String(row.fixmedins_code),
          occurred_on: String(row.occurred_on),
          charge_fen: Number(row.charge_fen),
          charge_fen_before: row.charge_fen_before === null ? null : Number(row.charge_fen_before),
          evidence: JSON.parse(String(row.evidence)) as unknown,
        })),
      };
      const file = quoted(join(options.out, 'differences.parquet'));
      await connection.run('SET threads = 1');
      await connection.run(`COPY (SELECT * FROM difference ORDER BY change, finding_id) TO ${file} (FORMAT parquet, COMPRESSION zstd)`);
      writeFileSync(join(options.out, 'dry-run.json'), `${JSON.stringify(result, null, 2)}\n`);
      return result;
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
