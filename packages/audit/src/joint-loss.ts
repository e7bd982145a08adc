import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GroupPricing, reprice } from '@hengjian/settlement';
import { flag, integer, optional, quoted, type RowOf, type Tables, text } from '@hengjian/table';
import { repricedReader } from './repriced.ts';

/**
 * Everything at issue in a group-paid stay under one kind of result, each line once; with a suspicion also what violations
 * put at issue, for both come out of one payment. Stays at issue as a whole are left out: nothing exceeds them.
 */
const stayQuery = `
  WITH priced AS (SELECT mdtrt_id, coalesce(max(repriced) FILTER (line_key = 'difference'), max(repriced)) AS repriced FROM at_issue
      WHERE repriced IS NOT NULL GROUP BY ALL),
    kinds AS (SELECT DISTINCT mdtrt_id, result_type FROM at_issue SEMI JOIN priced USING (mdtrt_id)),
    places AS (SELECT k.mdtrt_id, k.result_type, a.line_key, max(a.charge_fen) AS charge_fen,
        max(coalesce(a.inscope_fen, 0)) AS inscope_fen, max(coalesce(a.fund_fen, 0)) AS fund_fen
      FROM kinds k JOIN at_issue a ON a.mdtrt_id = k.mdtrt_id AND a.result_type IN (k.result_type, 'violation') GROUP BY ALL)
  SELECT mdtrt_id, result_type, any_value(repriced) AS repriced, bool_or(line_key = 'difference') AS regrouped,
    max(fund_fen) FILTER (line_key = 'difference')::BIGINT AS difference_fen,
    sum(greatest(charge_fen, 0)) FILTER (line_key <> 'difference')::BIGINT AS charge_fen,
    sum(greatest(inscope_fen, 0)) FILTER (line_key <> 'difference')::BIGINT AS inscope_fen
  FROM places JOIN priced USING (mdtrt_id) GROUP BY ALL HAVING NOT bool_or(line_key = '') ORDER BY ALL`;

const stayShape = {
  mdtrt_id: text,
  result_type: text,
  repriced: text,
  regrouped: flag,
  difference_fen: optional(integer),
  charge_fen: optional(integer),
  inscope_fen: optional(integer),
};

/**
 * Of a difference between two groups that we know, the stay is priced in the other group and without its lines; where the
 * sources say only its amount, it stands beside what the lines cost.
 */
function jointLoss(row: RowOf<typeof stayShape>, pricing: GroupPricing): number {
  const { stay, instead } = repricedReader.read(row.repriced, { field: row.mdtrt_id });
  const group = row.regrouped ? instead : undefined;
  const without = { medfee_fen: row.charge_fen ?? 0, inscp_fen: row.inscope_fen ?? 0, ...group };
  const { fund_loss_fen } = reprice(stay, without, pricing.tariff, pricing.rulings[stay.mdtrt_id]);
  return row.regrouped && instead === undefined ? fund_loss_fen + (row.difference_fen ?? 0) : fund_loss_fen;
}

const noLosses = '(SELECT NULL::VARCHAR AS mdtrt_id, NULL::VARCHAR AS result_type, NULL::BIGINT AS joint_fund_fen WHERE false)';
const lossColumns = "{mdtrt_id: 'VARCHAR', result_type: 'VARCHAR', joint_fund_fen: 'BIGINT'}";

/**
 * Gives `at_issue` the column `joint_fund_fen`: what the fund lost through everything at issue in a group-paid stay
 * together, in fen; null for other stays. Takes away the stays that were priced for it. Same rows, same result, in any order.
 */
export async function addJointLosses(tables: Tables, pricing: GroupPricing | undefined, folder: string): Promise<void> {
  const joint: string[] = [];
  if (pricing !== undefined) {
    for (const row of await tables.rows(stayQuery, stayShape)) {
      joint.push(JSON.stringify({ mdtrt_id: row.mdtrt_id, result_type: row.result_type, joint_fund_fen: jointLoss(row, pricing) }));
    }
  }
  const file = join(folder, 'joint.ndjson');
  writeFileSync(file, `${joint.join('\n')}\n`);
  const source = joint.length === 0 ? noLosses : `read_json(${quoted(file)}, format = 'newline_delimited', columns = ${lossColumns})`;
  await tables.run(`CREATE TABLE priced_at_issue AS SELECT a.* EXCLUDE (repriced), j.joint_fund_fen
    FROM at_issue a LEFT JOIN ${source} j USING (mdtrt_id, result_type) ORDER BY rule_id, finding_id, mdtrt_id, line_key`);
  await tables.run('DROP TABLE at_issue');
  await tables.run('ALTER TABLE priced_at_issue RENAME TO at_issue');
}
