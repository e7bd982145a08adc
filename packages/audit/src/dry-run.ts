import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { openLake } from '@hengjian/lake';
import { checkPublished, type PublishedVersion, type RulebookOptions, readRulebook, textHash } from '@hengjian/rulebook';
import { bindRulebook, type CheckedRule, type KnowledgeTable, parseRule } from '@hengjian/rulespec';
import { checkFolder, formatDay, isOneOf, type LakeContext, RefusedInput, words } from '@hengjian/standard';
import { draftPublication, type PublicationDraft, type PublishedKind } from '@hengjian/stored';
import { integer, openTables, optional, parquetOf, quoted, type Tables, text } from '@hengjian/table';
import { evidenceReader } from './evidence-reader.ts';
import type { Evidence } from './finding.ts';
import type { AuditOptions } from './options.ts';
import { checkPeriod } from './period.ts';
import { itemsReached } from './reach/items.ts';
import { runAudit } from './run.ts';
import { openRunFolder, type RunFolder } from './run-folder.ts';
import { estimatedSql } from './totals.ts';

export interface DryRunOptions {
  readonly lake: string;
  /** Folder for `dry-run.json` and `differences.parquet`. */
  readonly out: string;
  /** Rule file to try. */
  readonly draft: { readonly text: string; readonly file: string };
  /** Versions in force to compare with; default the rules of the library, as long as they are effective. */
  readonly inForce?: readonly PublishedVersion[] | undefined;
  readonly knowledge?: string | undefined;
  /** First and last settlement day; default the last 365 days of the lake. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
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
  /** Findings whose fund share is an estimate. */
  readonly fund_estimated: number;
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
  readonly evidence: Evidence;
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
  readonly overlaps: readonly {
    readonly rule_id: string;
    readonly findings: number;
    readonly lines: number;
    readonly charge_fen: number;
  }[];
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
  if (rule === undefined || problems.length > 0)
    throw new RefusedInput(problems.map((problem) => ({ ...problem, place: { ...problem.place, file } })));
  return { version, rule };
}

/** The rules a draft is compared with: those in force, or those of the library that pass the check. */
function standingOf(
  inForce: readonly PublishedVersion[] | undefined,
  knowledge: Pick<RulebookOptions, 'knowledge'>,
): {
  readonly rules: readonly CheckedRule[];
  readonly tables: ReadonlyMap<string, KnowledgeTable>;
  readonly versions: readonly PublishedVersion[];
} {
  const { rules, tables } = readRulebook({ cases: false, ...knowledge, ...(inForce === undefined ? {} : { published: inForce }) });
  return { rules, tables, versions: inForce ?? rules.map(({ source }) => alwaysInForce(source, readFileSync(source.file, 'utf8'))) };
}

/** Other rules with points that reach an item the draft reaches. */
function neighbours(
  draft: CheckedRule,
  others: readonly CheckedRule[],
  tables: ReadonlyMap<string, KnowledgeTable>,
  context: LakeContext,
): string[] {
  const bound = bindRulebook([draft, ...others], tables, context);
  const own = itemsReached(bound, draft);
  if (own === undefined) return [];
  const meets = (rule: CheckedRule): boolean =>
    itemsReached(bound, rule)?.some((reached, item) => reached === 1 && own[item] === 1) === true;
  return [...new Set(others.filter((rule) => rule.source.id !== draft.source.id && meets(rule)).map(({ source }) => source.id))].sort();
}

const figuresSql = `count(*)::INTEGER AS findings, count(DISTINCT psn_no)::INTEGER AS persons,
  count(DISTINCT fixmedins_code)::INTEGER AS institutions,
  coalesce(sum(charge_fen), 0)::BIGINT AS charge_fen, coalesce(sum(fund_fen), 0)::BIGINT AS fund_fen,
  ${estimatedSql()}::INTEGER AS fund_estimated`;

const figuresShape = {
  ...{ findings: integer, persons: integer, institutions: integer, charge_fen: integer, fund_fen: integer },
  fund_estimated: integer,
};
const none: DryRunFigures = { findings: 0, persons: 0, institutions: 0, charge_fen: 0, fund_fen: 0, fund_estimated: 0 };

/** Relations `draft`, `before` (the same rule in force) and `other` (its neighbours), and `difference` between the first two. */
async function compare(tables: Tables, tried: RunFolder, current: RunFolder | undefined, rule: string): Promise<void> {
  const findings = (run: RunFolder): string => `${parquetOf([run.file('findings')])}`;
  await tables.run(`CREATE TABLE draft AS SELECT * FROM ${findings(tried)}`);
  await tables.run(`CREATE TABLE standing AS SELECT * FROM ${current === undefined ? 'draft WHERE false' : findings(current)}`);
  await tables.run(`CREATE VIEW before AS SELECT * FROM standing WHERE rule_id = ${quoted(rule)}`);
  await tables.run(`CREATE VIEW other AS SELECT * FROM standing WHERE rule_id <> ${quoted(rule)}`);
  await tables.run(`CREATE TABLE difference AS
    SELECT CASE WHEN b.finding_id IS NULL THEN 'added' WHEN b.charge_fen = d.charge_fen AND b.result_type = d.result_type THEN 'same'
        ELSE 'changed' END AS change, b.charge_fen AS charge_fen_before, d.* FROM draft d LEFT JOIN before b USING (finding_id)
    UNION ALL BY NAME
    SELECT 'removed' AS change, charge_fen AS charge_fen_before, * FROM before WHERE finding_id NOT IN (SELECT finding_id FROM draft)`);
}

const overlapSql = `
  WITH own AS (SELECT DISTINCT unnest(line_key) AS line_key FROM draft),
    theirs AS (SELECT rule_id, finding_id, charge_fen, unnest(line_key) AS line_key FROM other),
    shared AS (SELECT rule_id, finding_id, charge_fen, count(DISTINCT line_key) AS lines
      FROM theirs SEMI JOIN own USING (line_key) GROUP BY ALL)
  SELECT rule_id, count(*)::INTEGER AS findings, sum(lines)::INTEGER AS lines, sum(charge_fen)::BIGINT AS charge_fen
    FROM shared GROUP BY rule_id ORDER BY rule_id`;

// Finding ids are hashes, so their order mixes persons and institutions, and is the same in every run.
const sampleSql = `
  SELECT change, finding_id, fixmedins_code, occurred_on::VARCHAR AS occurred_on, charge_fen, charge_fen_before,
    evidence::VARCHAR AS evidence
  FROM (SELECT *, row_number() OVER (PARTITION BY change ORDER BY finding_id) AS place FROM difference)
  ORDER BY place, list_position(['added', 'removed', 'changed', 'same'], change) LIMIT ${sampleSize}`;

const overlapShape = { rule_id: text, findings: integer, lines: integer, charge_fen: integer };
const sampleShape = {
  ...{ change: text, finding_id: text, fixmedins_code: optional(text), occurred_on: text, charge_fen: integer },
  ...{ charge_fen_before: optional(integer), evidence: text },
};

const isDifference = (name: string): name is Difference => isOneOf(differences, name);

/** What the comparison of two runs came to. */
type Compared = Pick<DryRun, 'draft' | 'in_force' | 'differences' | 'overlaps' | 'sample'>;

async function readComparison(tables: Tables): Promise<Compared> {
  const changes = await tables.rows(`SELECT change, ${figuresSql} FROM difference GROUP BY ALL`, { change: text, ...figuresShape });
  const figures = (name: Difference): DryRunFigures => {
    const { change: _, ...own } = changes.find(({ change }) => change === name) ?? { change: name, ...none };
    return own;
  };
  const sample = await tables.rows(sampleSql, sampleShape);
  return {
    draft: (await tables.row(`SELECT ${figuresSql} FROM draft`, figuresShape)) ?? none,
    in_force: (await tables.row(`SELECT ${figuresSql} FROM before`, figuresShape)) ?? none,
    differences: { added: figures('added'), removed: figures('removed'), changed: figures('changed'), same: figures('same') },
    overlaps: await tables.rows(overlapSql, overlapShape),
    sample: sample.flatMap(({ change, evidence, ...row }) =>
      isDifference(change) ? [{ change, ...row, evidence: evidenceReader.read(evidence, { field: row.finding_id }) }] : [],
    ),
  };
}

/** Compares two runs and writes the findings that differ, by one thread, so that the bytes are always the same. */
async function compareRunsOf(draft: PublicationDraft, runs: Runs, rule: string, signal: AbortSignal | undefined): Promise<Compared> {
  const folders = [draft.folder, runs.tried.folder, ...(runs.current === undefined ? [] : [runs.current.folder])];
  const tables = await openTables({ folders, threads: 1, memory: '1GB', spill: join(draft.scratch, 'spill'), signal });
  try {
    await compare(tables, runs.tried, runs.current, rule);
    const compared = await readComparison(tables);
    const file = quoted(join(draft.folder, 'differences.parquet'));
    await tables.run(`COPY (SELECT * FROM difference ORDER BY change, finding_id) TO ${file} (FORMAT parquet, COMPRESSION zstd)`);
    return compared;
  } finally {
    tables.close();
  }
}

interface Runs {
  readonly tried: RunFolder;
  /** The version in force with the rules that reach the same items; absent when there are none. */
  readonly current: RunFolder | undefined;
}

/** Judges by the draft and by what is in force, side by side: while one opens or writes, the other judges. */
async function judgeBoth(
  options: DryRunOptions,
  from: number,
  tried: RulebookOptions,
  current: RulebookOptions | undefined,
  scratch: string,
): Promise<Runs> {
  const [draftFolder, currentFolder] = [join(scratch, 'draft'), join(scratch, 'in-force')];
  const { lake, to, signal, progress } = options;
  const threads = Math.max(1, Math.ceil((options.threads ?? cpus().length) / (current === undefined ? 1 : 2)));
  const shared = { lake, from, to, threads, signal };
  const [judged, standing] = await Promise.allSettled([
    runAudit({ ...shared, progress, out: draftFolder, rulebook: tried }),
    current === undefined ? undefined : runAudit({ ...shared, out: currentFolder, rulebook: current }),
  ]);
  if (judged.status === 'rejected') throw judged.reason;
  if (standing.status === 'rejected') throw standing.reason;
  return { tried: openRunFolder(draftFolder), current: current === undefined ? undefined : openRunFolder(currentFolder) };
}

const dryRunKind: PublishedKind = { id: 'dry-run', format: 1, name: words('试运行结果', 'dry run') };

/**
 * What a draft would change: judges the lake by the draft, and by the version in force with the rules that reach the same
 * items, and compares finding by finding. Each judging reads only the columns its rules need. The same lake and the same
 * texts give the same result. Throws RefusedInput for a draft that does not pass the check.
 */
export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  const knowledge: Pick<RulebookOptions, 'knowledge'> = options.knowledge === undefined ? {} : { knowledge: options.knowledge };
  checkFolder(options.out);
  const { rules, tables, versions } = standingOf(options.inForce, knowledge);
  const draft = checkedDraft(options.draft, tables);
  const lake = await openLake(options.lake);
  const context = lake.context();
  const from = options.from ?? (options.to ?? context.coverage.line_to) - 364;
  checkPeriod({ from, to: options.to });
  const near = neighbours(draft.rule, rules, tables, context);
  const standing = rules.filter(({ source }) => source.id === draft.version.rule_id);
  const ids = [...(standing.length > 0 ? [draft.version.rule_id] : []), ...near];
  const publication = draftPublication(options.out, dryRunKind);
  try {
    const current = ids.length === 0 ? undefined : { ...knowledge, published: versions, ids };
    const runs = await judgeBoth(options, from, { ...knowledge, published: [draft.version] }, current, publication.scratch);
    const compared = await compareRunsOf(publication, runs, draft.version.rule_id, options.signal);
    const { record } = runs.tried;
    const hashOf = (source: { readonly id: string; readonly version: number }): string =>
      versions.find((one) => one.rule_id === source.id && one.version === source.version)?.hash ?? '';
    const result: DryRun = {
      format: 1,
      rule_id: draft.version.rule_id,
      version: draft.version.version,
      hash: draft.version.hash,
      against: standing.map(({ source }) => ({ version: source.version, hash: hashOf(source) })),
      lake_hash: lake.hash,
      from: formatDay(from),
      to: options.to === undefined ? null : formatDay(options.to),
      lines: record.lines,
      draft: compared.draft,
      in_force: compared.in_force,
      differences: compared.differences,
      unknown: record.rules[0]?.unknown ?? {},
      overlaps: compared.overlaps,
      compared_rules: near,
      sample: compared.sample,
    };
    writeFileSync(join(publication.folder, 'dry-run.json'), `${JSON.stringify(result, null, 2)}\n`);
    publication.publish();
    return result;
  } finally {
    publication.close();
  }
}
