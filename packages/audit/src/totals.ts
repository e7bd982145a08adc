import { integer, type Tables, text } from '@hengjian/table';
import type { Totals } from './record.ts';

/**
 * Statements that make `at_issue_once(result_type, fixmedins_code, mdtrt_id, line_key, charge_fen, inscope_fen,
 * fund_fen)` from `at_issue`. Law 4: each fen of a net line once, however many rules hit it, and violations are never
 * added to suspicions. What the fund lost in a group-paid stay is at most what all its lines at issue cost it together
 * (`joint_fund_fen`); a larger sum is reduced in proportion, and the parts sum to the joint loss to the fen.
 */
export const onceStatements: readonly string[] = [
  `CREATE OR REPLACE TEMP TABLE per_line AS
     SELECT result_type, any_value(fixmedins_code ORDER BY fixmedins_code) AS fixmedins_code, mdtrt_id, line_key,
       max(charge_fen) AS charge_fen, max(coalesce(inscope_fen, 0)) AS inscope_fen, max(coalesce(fund_fen, 0)) AS fund_fen
     FROM at_issue GROUP BY ALL`,
  // A stay absorbs its lines: of a stay that is at issue as a whole only the stay row is kept.
  `CREATE OR REPLACE TEMP TABLE absorbed AS SELECT l.* FROM per_line l
     WHERE l.line_key = '' OR NOT EXISTS (
       SELECT 1 FROM per_line s WHERE s.line_key = '' AND s.mdtrt_id = l.mdtrt_id AND s.result_type = l.result_type)`,
  `CREATE OR REPLACE TEMP TABLE violating_visit AS
     SELECT mdtrt_id, sum(charge_fen) AS charge_fen, sum(inscope_fen) AS inscope_fen, sum(fund_fen) AS fund_fen
     FROM absorbed WHERE result_type = 'violation' GROUP BY ALL`,
  // Of a suspicion about a line the violating part of that line is taken off, of one about a stay that of all its lines.
  `CREATE OR REPLACE TEMP TABLE counted AS
     SELECT mdtrt_id || chr(31) || line_key AS place, charge_fen, inscope_fen, fund_fen
       FROM absorbed WHERE result_type = 'violation' AND line_key <> ''
     UNION ALL SELECT mdtrt_id || chr(31), charge_fen, inscope_fen, fund_fen FROM violating_visit`,
  `CREATE OR REPLACE TEMP TABLE apart AS
     SELECT * FROM absorbed WHERE result_type = 'violation'
     UNION ALL
     SELECT s.result_type, s.fixmedins_code, s.mdtrt_id, s.line_key,
       greatest(0, s.charge_fen - coalesce(c.charge_fen, 0)), greatest(0, s.inscope_fen - coalesce(c.inscope_fen, 0)),
       greatest(0, s.fund_fen - coalesce(c.fund_fen, 0))
     FROM (SELECT *, mdtrt_id || chr(31) || line_key AS place FROM absorbed WHERE result_type <> 'violation') s
     LEFT JOIN counted c ON c.place = s.place
     WHERE s.mdtrt_id NOT IN (SELECT mdtrt_id FROM absorbed WHERE result_type = 'violation' AND line_key = '')`,
  `CREATE OR REPLACE TEMP TABLE room AS
     WITH joint AS (SELECT mdtrt_id, result_type, max(joint_fund_fen) AS fund_fen
         FROM at_issue WHERE joint_fund_fen IS NOT NULL GROUP BY ALL),
       spent AS (SELECT mdtrt_id, least(any_value(j.fund_fen), sum(a.fund_fen)) AS fund_fen
         FROM apart a JOIN joint j USING (mdtrt_id, result_type) WHERE result_type = 'violation' GROUP BY ALL)
     SELECT j.mdtrt_id, j.result_type,
       greatest(0, j.fund_fen - if(j.result_type = 'violation', 0, coalesce(s.fund_fen, 0)))::HUGEINT AS fund_fen
     FROM joint j LEFT JOIN spent s USING (mdtrt_id)`,
  // Shares by running sums: each is rounded down where the sum before it was, so that the last closes the room.
  `CREATE OR REPLACE TEMP TABLE at_issue_once AS
     WITH summed AS (SELECT a.*, r.fund_fen AS room, (sum(a.fund_fen) OVER stay)::HUGEINT AS total,
         (sum(a.fund_fen) OVER (stay ORDER BY a.line_key ROWS UNBOUNDED PRECEDING))::HUGEINT AS until
       FROM apart a LEFT JOIN room r USING (mdtrt_id, result_type) WINDOW stay AS (PARTITION BY a.mdtrt_id, a.result_type))
     SELECT result_type, fixmedins_code, mdtrt_id, line_key, charge_fen, inscope_fen,
       if(room IS NULL OR total <= room, fund_fen, until * room // total - (until - fund_fen) * room // total)::BIGINT AS fund_fen
     FROM summed`,
];

/** Counts findings whose fund share is an estimate; `filter` may narrow them. */
export const estimatedSql = (filter = 'true'): string =>
  `count(*) FILTER (amount_grade = 'estimate' AND fund_fen IS NOT NULL AND ${filter})`;

const money = { charge_fen: integer, inscope_fen: integer, fund_fen: integer };

/** Reads the totals of a run from its relations `finding` and `at_issue`. */
export async function readTotals(tables: Tables): Promise<Totals> {
  for (const statement of onceStatements) await tables.run(statement);
  const raw = await tables.rows(
    `SELECT result_type, count(*) AS findings, sum(charge_fen)::BIGINT AS charge_fen,
       sum(coalesce(inscope_fen, 0))::BIGINT AS inscope_fen, sum(coalesce(fund_fen, 0))::BIGINT AS fund_fen,
       count(*) FILTER (fund_fen IS NULL) AS fund_unknown, ${estimatedSql()} AS fund_estimated FROM finding GROUP BY ALL ORDER BY 1`,
    { result_type: text, findings: integer, ...money, fund_unknown: integer, fund_estimated: integer },
  );
  const once = await tables.rows(
    `SELECT result_type, sum(charge_fen)::BIGINT AS charge_fen, sum(inscope_fen)::BIGINT AS inscope_fen,
       sum(fund_fen)::BIGINT AS fund_fen FROM at_issue_once GROUP BY ALL ORDER BY 1`,
    { result_type: text, ...money },
  );
  return {
    raw: Object.fromEntries(raw.map(({ result_type, ...own }) => [result_type, own])),
    once: Object.fromEntries(once.map(({ result_type, ...own }) => [result_type, own])),
  };
}
