import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { reprice } from '@hengjian/settlement';
import type { GroupPricing } from './group-pay.ts';
import type { RepricedStay } from './money.ts';
import { objects, quoted } from './sql.ts';

/**
 * Everything at issue in a group-paid stay under one kind of result, each line once; with a suspicion also what violations
 * put at issue, for both come out of one payment. Stays at issue as a whole are left out: nothing exceeds them.
 */
const stayQuery = `
  WITH priced AS (SELECT mdtrt_id, coalesce(max(repriced) FILTER (line_key = 'difference'), max(repriced)) AS repriced FROM at_issue
      WHERE repriced IS NOT NULL GROUP BY ALL),
    kinds AS (SELECT DISTINCT mdtrt_id, result_type FROM at_issue SEMI JOIN priced USING (mdtrt_id)),
    places AS (SELECT k.mdtrt_id, k.result_type, a.line_key, max(a.charge_fen) AS charge_fen, max(coalesce(a.inscope_fen, 0)) AS inscope_fen,
        max(coalesce(a.fund_fen, 0)) AS fund_fen
      FROM kinds k JOIN at_issue a ON a.mdtrt_id = k.mdtrt_id AND a.result_type IN (k.result_type, 'violation') GROUP BY ALL)
  SELECT mdtrt_id, result_type, any_value(repriced) AS repriced, bool_or(line_key = 'difference') AS regrouped, max(fund_fen) FILTER (line_key = 'difference') AS difference_fen,
    sum(greatest(charge_fen, 0)) FILTER (line_key <> 'difference') AS charge_fen, sum(greatest(inscope_fen, 0)) FILTER (line_key <> 'difference') AS inscope_fen
  FROM places JOIN priced USING (mdtrt_id) GROUP BY ALL HAVING NOT bool_or(line_key = '') ORDER BY ALL`;

/**
 * Of a difference between two groups that we know, the stay is priced in the other group and without its lines; where the
 * sources say only its amount, it stands beside what the lines cost.
 */
function jointLoss(row: Record<string, unknown>, pricing: GroupPricing): number {
  const { stay, instead } = JSON.parse(String(row.repriced)) as RepricedStay;
  const group = row.regrouped === true ? instead : undefined;
  const without = { medfee_fen: Number(row.charge_fen ?? 0), inscp_fen: Number(row.inscope_fen ?? 0), ...group };
  const { fund_loss_fen } = reprice(stay, without, pricing.tariff, pricing.rulings[stay.mdtrt_id]);
  return row.regrouped === true && instead === undefined ? fund_loss_fen + Number(row.difference_fen) : fund_loss_fen;
}

/**
 * Gives `at_issue` the column `joint_fund_fen`: what the fund lost through everything at issue in a group-paid stay
 * together, in fen; null for other stays. Takes away the stays that were priced for it. Same rows, same result, in any order.
 */
export async function addJointLosses(connection: DuckDBConnection, pricing: GroupPricing | undefined, folder: string): Promise<void> {
  const rows = pricing === undefined ? [] : await objects(connection, stayQuery);
  const joint = rows.map((row) =>
    JSON.stringify({ mdtrt_id: row.mdtrt_id, result_type: row.result_type, joint_fund_fen: jointLoss(row, pricing as GroupPricing) }),
  );
  const file = join(folder, 'joint.ndjson');
  writeFileSync(file, `${joint.join('\n')}\n`);
  const source =
    joint.length === 0
      ? '(SELECT NULL::VARCHAR AS mdtrt_id, NULL::VARCHAR AS result_type, NULL::BIGINT AS joint_fund_fen WHERE false)'
      : `read_json(${quoted(file)}, format = 'newline_delimited', columns = {mdtrt_id: 'VARCHAR', result_type: 'VARCHAR', joint_fund_fen: 'BIGINT'})`;
  await connection.run(`CREATE TABLE priced_at_issue AS SELECT a.* EXCLUDE (repriced), j.joint_fund_fen FROM at_issue a LEFT JOIN ${source} j USING (mdtrt_id, result_type)
    ORDER BY rule_id, finding_id, mdtrt_id, line_key`);
  await connection.run('DROP TABLE at_issue');
  await connection.run('ALTER TABLE priced_at_issue RENAME TO at_issue');
}
