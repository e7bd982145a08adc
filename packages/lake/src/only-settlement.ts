import type { Tables } from '@hengjian/table';
import { roundingPerLine, sumLines } from './copies.ts';

/** Settlements that hold all lines of their visit: the only ones of it that count, and none of an interim account. */
const alone = `SELECT mdtrt_id, min(setl_id) AS setl_id, min(medfee_sumamt) AS total FROM j_settlements WHERE status = 'live'
  GROUP BY mdtrt_id HAVING count(*) = 1 AND NOT coalesce(bool_or(mid_setl_flag = '1'), false)`;

/** Lines by what they say of their settlement: nothing, one that was declared invalid, or another one. */
const named = `SELECT l.mdtrt_id, count(*) AS n, count(l.setl_id) AS said, count(*) FILTER (s.status = 'invalid') AS of_invalid,
    sum(l.det_item_fee_sumamt) AS amount
  FROM c_fee_list_d l LEFT JOIN j_settlements s ON s.mdtrt_id = l.mdtrt_id AND s.setl_id = l.setl_id
  WHERE coalesce(l.vali_flag, '1') <> '0' GROUP BY l.mdtrt_id`;

/**
 * Visits of which no line names a settlement, and whose settlement is a single one that counts: the source does not say which
 * settlement a line is of, because there is but one. Where some lines name it the others are not settled yet. So are those whose
 * settlement was declared invalid, and settled anew at just what the lines add up to.
 */
const onlySettlements = `SELECT a.mdtrt_id, a.setl_id FROM (${alone}) a JOIN (${named}) l USING (mdtrt_id)
  WHERE l.said = 0 OR (l.of_invalid = l.n AND abs(l.amount - a.total) <= l.n * ${roundingPerLine})`;

const isDue = `SELECT (SELECT count(*) FROM c_fee_list_d WHERE setl_id IS NULL)
  + (SELECT count(*) FROM j_settlements WHERE status = 'invalid')`;

/**
 * Gives the lines of such visits their settlement. Reads `j_settlements`, and makes `c_fee_list_d` and `j_sums` anew where it is
 * needed.
 */
export async function nameOnlySettlements(engine: Tables): Promise<void> {
  if ((await engine.count(isDue)) === 0) return;
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_only_settlements AS ${onlySettlements}`);
  if ((await engine.count('SELECT count(*) FROM j_only_settlements')) === 0) return;
  await nameThem(engine);
  await sumLines(engine);
}

/** The lines of a large chunk are a view, which stays one. */
async function nameThem(engine: Tables): Promise<void> {
  const isView = (await engine.count("SELECT count(*) FROM duckdb_views() WHERE view_name = 'c_fee_list_d'")) > 0;
  if (!isView)
    return engine.run(`UPDATE c_fee_list_d SET setl_id = o.setl_id FROM j_only_settlements o WHERE c_fee_list_d.mdtrt_id = o.mdtrt_id`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_settled_lines AS SELECT l.* REPLACE (coalesce(o.setl_id, l.setl_id) AS setl_id)
    FROM c_fee_list_d l LEFT JOIN j_only_settlements o USING (mdtrt_id)`);
  await engine.run('CREATE OR REPLACE TEMP VIEW c_fee_list_d AS SELECT * FROM j_settled_lines');
}
