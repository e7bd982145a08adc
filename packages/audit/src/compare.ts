import { join } from 'node:path';
import { integer, parquetOf, quoted, type Tables, text } from '@hengjian/table';
import { contentHashSql } from './finding.ts';
import type { Changes } from './record.ts';
import { type RunFolder, runFiles } from './run-folder.ts';

/** What a run is compared by. */
export interface Identity {
  readonly rulebook_hash: string;
  readonly lake_hash: string;
}

function whyWithdrawn(earlier: Identity, now: Identity): string {
  if (earlier.lake_hash === now.lake_hash) return 'rule or its knowledge changed';
  return earlier.rulebook_hash === now.rulebook_hash ? 'data changed' : 'data or rule changed';
}

/**
 * Marks each finding of the relation `finding` new, unchanged, changed or withdrawn against an earlier run and writes them
 * into `folder`. A withdrawn finding says why: an exemption covers it (relation `exempted`), its rule changed, or the data.
 */
export async function compareRuns(tables: Tables, earlier: RunFolder, name: string, folder: string, now: Identity): Promise<Changes> {
  await tables.run(`CREATE TABLE change AS
    WITH before AS (SELECT finding_id, rule_id, ${contentHashSql} AS content FROM ${parquetOf([earlier.file('findings')])}),
      now AS (SELECT finding_id, rule_id, ${contentHashSql} AS content FROM finding)
    SELECT finding_id, coalesce(now.rule_id, before.rule_id) AS rule_id,
      CASE WHEN before.finding_id IS NULL THEN 'new' WHEN now.finding_id IS NULL THEN 'withdrawn'
        WHEN before.content = now.content THEN 'unchanged' ELSE 'changed' END AS status,
      CASE WHEN now.finding_id IS NOT NULL THEN NULL WHEN finding_id IN (SELECT finding_id FROM exempted) THEN 'exempted'
        ELSE ${quoted(whyWithdrawn(earlier.record, now))} END AS why
    FROM before FULL JOIN now USING (finding_id)`);
  const file = quoted(join(folder, runFiles.changes));
  await tables.run(`COPY (SELECT * FROM change ORDER BY rule_id, finding_id) TO ${file} (FORMAT parquet, COMPRESSION zstd)`);
  const counted = await tables.rows("SELECT status, coalesce(why, '') AS why, count(*) AS n FROM change GROUP BY ALL", {
    status: text,
    why: text,
    n: integer,
  });
  const count = (status: string): number => counted.filter((row) => row.status === status).reduce((sum, row) => sum + row.n, 0);
  return {
    previous: name,
    new: count('new'),
    unchanged: count('unchanged'),
    changed: count('changed'),
    withdrawn: count('withdrawn'),
    withdrawn_why: Object.fromEntries(counted.filter((row) => row.status === 'withdrawn').map((row) => [row.why, row.n])),
  };
}
