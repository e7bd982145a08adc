import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { contentHashSql } from './finding.ts';
import { quoted } from './sql.ts';

/** How the findings of a run differ from those of an earlier one. */
export interface Changes {
  readonly previous: string;
  readonly new: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly withdrawn: number;
  readonly withdrawn_why: Readonly<Record<string, number>>;
}

interface Identity {
  readonly rulebook_hash: string;
  readonly lake_hash: string;
}

interface EarlierRun extends Identity {
  readonly findings_hash: string;
  readonly rules: readonly { readonly rule_id: string; readonly hash: string }[];
}

function earlierRun(folder: string): EarlierRun | undefined {
  const file = join(folder, 'run.json');
  if (!existsSync(file) || !existsSync(join(folder, 'findings.parquet'))) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as EarlierRun;
  } catch {
    return undefined;
  }
}

/**
 * Marks each finding new, unchanged, changed or withdrawn against an earlier run and writes `changes.parquet`.
 * A withdrawn finding says why: an exemption covers it (table `exempted`), its rule changed, or the data changed.
 */
export async function compareRuns(connection: DuckDBConnection, previous: string | undefined, folder: string, now: Identity): Promise<Changes | null> {
  const earlier = previous === undefined ? undefined : earlierRun(previous);
  if (previous === undefined || earlier === undefined) return null;
  const why =
    earlier.lake_hash === now.lake_hash
      ? `'rule or its knowledge changed'`
      : earlier.rulebook_hash === now.rulebook_hash
        ? `'data changed'`
        : `'data or rule changed'`;
  await connection.run(`CREATE TABLE change AS
    WITH before AS (SELECT finding_id, rule_id, ${contentHashSql} AS content FROM read_parquet(${quoted(join(previous, 'findings.parquet'))})),
      now AS (SELECT finding_id, rule_id, ${contentHashSql} AS content FROM finding)
    SELECT finding_id, coalesce(now.rule_id, before.rule_id) AS rule_id,
      CASE WHEN before.finding_id IS NULL THEN 'new' WHEN now.finding_id IS NULL THEN 'withdrawn'
        WHEN before.content = now.content THEN 'unchanged' ELSE 'changed' END AS status,
      CASE WHEN now.finding_id IS NOT NULL THEN NULL WHEN finding_id IN (SELECT finding_id FROM exempted) THEN 'exempted' ELSE ${why} END AS why
    FROM before FULL JOIN now USING (finding_id)`);
  await connection.run(
    `COPY (SELECT * FROM change ORDER BY rule_id, finding_id) TO ${quoted(join(folder, 'changes.parquet'))} (FORMAT parquet, COMPRESSION zstd)`,
  );
  const reader = await connection.runAndReadAll("SELECT status, coalesce(why, '') AS why, count(*) AS n FROM change GROUP BY ALL");
  const counted = (reader.getRowObjects() as Record<string, unknown>[]).map((row) => ({ status: String(row.status), why: String(row.why), n: Number(row.n) }));
  const count = (status: string): number => counted.filter((row) => row.status === status).reduce((sum, row) => sum + row.n, 0);
  return {
    previous,
    new: count('new'),
    unchanged: count('unchanged'),
    changed: count('changed'),
    withdrawn: count('withdrawn'),
    withdrawn_why: Object.fromEntries(counted.filter((row) => row.status === 'withdrawn').map((row) => [row.why, row.n])),
  };
}
