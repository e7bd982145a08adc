import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openLake } from '@hengjian/lake';
import type { RulebookOptions } from '@hengjian/rulebook';
import { type BoundRulebook, type CheckedRule, type DayRange, definitionOf, type KnowledgeRow, type KnowledgeTable, shapes } from '@hengjian/rulespec';
import { RefusedInput } from '@hengjian/standard';
import { itemColumns } from './reach.ts';
import { type AuditOptions, runAudit } from './run.ts';
import { openSession } from './session.ts';
import { objects, quoted } from './sql.ts';

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
  readonly run?: string;
  readonly rulebook?: RulebookOptions;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly progress?: AuditOptions['progress'];
}

/** Columns of a rule's own table by which its points reach what the rule looks at. */
function reachColumns(rule: CheckedRule): readonly string[] {
  const points = definitionOf(rule.shape, shapes).rows.codes(rule.shape);
  return [...itemColumns(rule), ...(points === undefined ? [] : [points])].filter(({ table }) => table === rule.table).map(({ column }) => column);
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
  readonly rule: CheckedRule;
  readonly table: KnowledgeTable;
  readonly days: DayRange;
}

function reasonOf({ bound, rule, table, days }: Looked, row: KnowledgeRow, index: number): { readonly reason: Reason; readonly shadowed_by: string | null } {
  const why = (reason: Reason, by: string | null = null) => ({ reason, shadowed_by: by });
  const { from, to = Number.POSITIVE_INFINITY } = rule.source.effective;
  const first = Math.max(row.valid_from, from, days.from);
  if (first > Math.min(last(row), to, days.to ?? Number.POSITIVE_INFINITY)) return why('not_valid');
  for (const column of reachColumns(rule)) {
    const { start } = bound.codes.members(table, column);
    if ((start[index + 1] ?? 0) === (start[index] ?? 0)) return why('no_code');
  }
  const region = bound.regions.indexOf(row.region) * (bound.areas + 1);
  if (!bound.contains.subarray(region, region + bound.areas + 1).includes(1)) return why('no_area');
  const shadow = table.rows.slice(0, index).find((other) => covers(other, row, table));
  return shadow === undefined ? why('silent') : why('shadowed', shadow.point_id);
}

async function firedPoints(run: string): Promise<ReadonlyMap<string, number>> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const file = quoted(join(run, 'findings.parquet'));
    const rows = await objects(connection, `SELECT rule_id, coalesce(point_id, '') AS point_id, count(*) AS n FROM read_parquet(${file}) GROUP BY ALL`);
    return new Map(rows.map((row) => [`${row.rule_id}|${row.point_id}`, Number(row.n)]));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Which points of which rules have findings in a lake, which have none, and which could not have any. */
export async function coverage(options: CoverageOptions): Promise<Coverage> {
  const session = await openSession({ lake: options.lake, rulebook: options.rulebook ?? {} });
  const work = options.run === undefined ? mkdtempSync(join(tmpdir(), 'hengjian-coverage-')) : undefined;
  try {
    if (work !== undefined) {
      await runAudit({
        lake: options.lake,
        out: work,
        ...(options.rulebook === undefined ? {} : { rulebook: options.rulebook }),
        ...(options.threads === undefined ? {} : { threads: options.threads }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(options.progress === undefined ? {} : { progress: options.progress }),
      });
    }
    const run = work ?? (options.run as string);
    const fired = await firedPoints(run).catch((error: unknown) => {
      throw options.run === undefined
        ? error
        : new RefusedInput({
            code: 'run-missing',
            message: 'this folder holds no findings',
            remedy: 'name the --out folder of an audit',
            place: { file: run },
          });
    });
    const { line_from, line_to, visit_from, visit_to } = (await openLake(options.lake)).context().coverage;
    const days = { from: Math.min(line_from, visit_from), to: Math.max(line_to, visit_to) };
    const list = session.bound.rules.flatMap((rule): PointCoverage[] => {
      const { id, version } = rule.source;
      const table = rule.table === undefined ? undefined : session.bound.table(rule.table);
      if (table === undefined) {
        const findings = [...fired].filter(([key]) => key.startsWith(`${id}|`)).reduce((sum, [, count]) => sum + count, 0);
        return [{ rule_id: id, version, point_id: null, findings, reason: findings > 0 ? 'fired' : 'silent', shadowed_by: null }];
      }
      return table.rows.map((row, index): PointCoverage => {
        const findings = fired.get(`${id}|${row.point_id}`) ?? 0;
        const why = findings > 0 ? { reason: 'fired' as const, shadowed_by: null } : reasonOf({ bound: session.bound, rule, table, days }, row, index);
        return { rule_id: id, version, point_id: row.point_id, findings, ...why };
      });
    });
    const points = Object.fromEntries(reasons.map((reason) => [reason, list.filter((one) => one.reason === reason).length])) as Record<Reason, number>;
    return { lake_hash: session.lake.hash, rules: session.bound.rules.length, points, list };
  } finally {
    if (work !== undefined) rmSync(work, { recursive: true, force: true });
  }
}
