import type { Tables } from '@hengjian/table';

/**
 * Visits of which no line names a settlement, and whose settlement is a single one that counts: the source does not say which
 * settlement a line is of, because there is but one. Where some lines name it the others are not settled yet, and an interim
 * settlement holds some of the lines only.
 */
const onlySettlements = `SELECT mdtrt_id, min(setl_id) AS setl_id FROM j_settlements WHERE status = 'live'
    AND mdtrt_id IN (SELECT mdtrt_id FROM c_fee_list_d GROUP BY mdtrt_id HAVING count(setl_id) = 0)
  GROUP BY mdtrt_id HAVING count(*) = 1 AND NOT coalesce(bool_or(mid_setl_flag = '1'), false)`;

/** Gives the lines of such visits their settlement. Reads `j_settlements`, and makes `c_fee_list_d` anew where it is needed. */
export async function nameOnlySettlements(engine: Tables): Promise<void> {
  if ((await engine.count('SELECT count(*) FROM c_fee_list_d WHERE setl_id IS NULL')) === 0) return;
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_only_settlements AS ${onlySettlements}`);
  if ((await engine.count('SELECT count(*) FROM j_only_settlements')) === 0) return;
  // The lines of a large chunk are a view, which stays one.
  const isView = (await engine.count("SELECT count(*) FROM duckdb_views() WHERE view_name = 'c_fee_list_d'")) > 0;
  if (!isView)
    return engine.run(`UPDATE c_fee_list_d SET setl_id = o.setl_id FROM j_only_settlements o WHERE c_fee_list_d.mdtrt_id = o.mdtrt_id`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_settled_lines AS SELECT l.* REPLACE (coalesce(l.setl_id, o.setl_id) AS setl_id)
    FROM c_fee_list_d l LEFT JOIN j_only_settlements o USING (mdtrt_id)`);
  await engine.run('CREATE OR REPLACE TEMP VIEW c_fee_list_d AS SELECT * FROM j_settled_lines');
}
