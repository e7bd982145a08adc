import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RulebookOptions } from '@hengjian/rulebook';
import {
  type BoundRulebook,
  type CheckedRule,
  type DayRange,
  daysInForce,
  type KnowledgeRow,
  type KnowledgeTable,
  outOfReach,
  reachColumns,
} from '@hengjian/rulespec';
import { integer, openTables, parquetOf, text } from '@hengjian/table';
import type { AuditOptions } from './options.ts';
import { runAudit } from './run.ts';
import { openRunFolder, type RunFolder } from './run-folder.ts';
import { openSession } from './session.ts';

/** Why a point has no findings: `silent` says that it could have some; the others that it could not in this lake. */
export const reasons = ['fired', 'silent', 'no_code', 'not_valid', 'no_area', 'shadowed'] as const;
export type Reason = (typeof reasons)[number];

export interface PointCoverage {
  readonly rule_id: string;
  readonly version: number;
  /** null for a rule without points. */
  readonly point_id: string | null;
  readonly findings: number;
  readonly reason: Reason;
  /** The point that says the same, for `shadowed`. */
  readonly shadowed_by: string | null;
}

export interface Coverage {
  readonly lake_hash: string;
  readonly rules: number;
  readonly points: Readonly<Record<Reason, number>>;
  readonly list: readonly PointCoverage[];
}

export interface CoverageOptions {
  readonly lake: string;
  /** Folder of an audit of this lake; default: the lake is audited now. */
  readonly run?: string | undefined;
  readonly rulebook?: RulebookOptions | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: AuditOptions['progress'];
}

const last = (row: KnowledgeRow): number => row.valid_to ?? Number.POSITIVE_INFINITY;

/** Whether `other` gives a finding wherever `own` does: the same values, and at least its codes, days and area. */
function covers(other: KnowledgeRow, own: KnowledgeRow, table: KnowledgeTable): boolean {
  const described = new Set(['point_id', 'basis', 'source', 'region', 'valid_from', 'valid_to']);
  const same = table.columns.every(({ name }, index) => {
    if (described.has(name)) return true;
    const [left, right] = [other.cells[index] ?? null, own.cells[index] ?? null];
    if (Array.isArray(left) && Array.isArray(right)) return right.every((code) => left.includes(code)) && right.length > 0;
    return left === right;
  });
  return same && other.region === own.region && other.valid_from <= own.valid_from && last(other) >= last(own);
}

interface Looked {
  readonly bound: BoundRulebook;
  readonly table: KnowledgeTable;
  readonly columns: readonly string[];
  readonly days: readonly DayRange[];
}

function reasonOf(looked: Looked, row: KnowledgeRow, index: number): { readonly reason: Reason; readonly shadowed_by: string | null } {
  const reason = outOfReach(looked, index);
  if (reason !== undefined) return { reason, shadowed_by: null };
  const shadow = looked.table.rows.slice(0, index).find((other) => covers(other, row, looked.table));
  return shadow === undefined ? { reason: 'silent', shadowed_by: null } : { reason: 'shadowed', shadowed_by: shadow.point_id };
}

/** Number of findings by `rule|point`. */
async function firedPoints(run: RunFolder): Promise<ReadonlyMap<string, number>> {
  const tables = await openTables({ folders: [run.folder] });
  try {
    const findings = parquetOf([run.file('findings')]);
    const sql = `SELECT rule_id || '|' || coalesce(point_id, '') AS point, count(*) AS n FROM ${findings} GROUP BY ALL`;
    return new Map((await tables.rows(sql, { point: text, n: integer })).map(({ point, n }) => [point, n]));
  } finally {
    tables.close();
  }
}

/** Points of one rule with their findings, and why those without have none. */
function coverageOf(bound: BoundRulebook, rule: CheckedRule, fired: ReadonlyMap<string, number>): PointCoverage[] {
  const { id, version } = rule.source;
  const table = rule.table === undefined ? undefined : bound.table(rule.table);
  if (table === undefined) {
    const findings = [...fired].filter(([key]) => key.startsWith(`${id}|`)).reduce((sum, [, count]) => sum + count, 0);
    return [{ rule_id: id, version, point_id: null, findings, reason: findings > 0 ? 'fired' : 'silent', shadowed_by: null }];
  }
  const looked = { bound, table, columns: reachColumns(bound, rule).map(({ column }) => column), days: daysInForce(bound, rule) };
  return table.rows.map((row, index) => {
    const findings = fired.get(`${id}|${row.point_id}`) ?? 0;
    const why = findings > 0 ? { reason: 'fired' as const, shadowed_by: null } : reasonOf(looked, row, index);
    return { rule_id: id, version, point_id: row.point_id, findings, ...why };
  });
}

/** Opens the run that is named, or audits the lake into a folder of its own. */
async function withRun<Result>(options: CoverageOptions, work: (run: RunFolder) => Promise<Result>): Promise<Result> {
  if (options.run !== undefined) return work(openRunFolder(options.run));
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-coverage-'));
  try {
    const { lake, rulebook, threads, signal, progress } = options;
    await runAudit({ lake, out: folder, rulebook, threads, signal, progress });
    return await work(openRunFolder(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Which points of which rules have findings in a lake, which have none, and which could not have any. */
export async function coverage(options: CoverageOptions): Promise<Coverage> {
  const { bound, lake } = await openSession({ lake: options.lake, rulebook: options.rulebook ?? {} });
  const fired = await withRun(options, firedPoints);
  const list = bound.rules.flatMap((rule) => coverageOf(bound, rule, fired));
  const count = (reason: Reason): number => list.filter((one) => one.reason === reason).length;
  const points: Record<Reason, number> = {
    fired: count('fired'),
    silent: count('silent'),
    no_code: count('no_code'),
    not_valid: count('not_valid'),
    no_area: count('no_area'),
    shadowed: count('shadowed'),
  };
  return { lake_hash: lake.hash, rules: bound.rules.length, points, list };
}
