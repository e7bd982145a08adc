import type { Tables } from '@hengjian/table';
import { groupSql } from './held.ts';

/** Two amounts of money may differ by so many fen for each line, because each line was rounded. */
export const roundingPerLine = 1;

/** What a bill says in money, whatever its number is. */
const sameMoney = ['medfee_sumamt', 'inscp_amt', 'fund_pay_sumamt', 'acct_pay', 'psn_pay'].join(', ');

/** What a line says, whatever its serial is. */
const sameLine = 'l.mdtrt_id, l.med_list_codg, l.fee_ocur_time, l.cnt, l.pric, l.det_item_fee_sumamt';

/** The same but for the time of the day, which a second export may write otherwise. */
const sameDay = sameLine.replace('l.fee_ocur_time', 'CAST(l.fee_ocur_time AS DATE)');

/** Which of several copies stays: what says why a line is held must leave the same one, or none would be left. */
const newest = 'l.updt_time DESC NULLS LAST, l._key';

const isValid = "coalesce(vali_flag, '1') <> '0'";

/** Lines of each settlement and what they add up to, before anything of them is held. */
const sums = `SELECT mdtrt_id, setl_id, count(*) AS n,
    sum(CASE reading WHEN 'refund' THEN -abs(det_item_fee_sumamt) WHEN 'charge' THEN det_item_fee_sumamt END)::BIGINT AS amount
  FROM c_fee_list_d WHERE ${isValid} GROUP BY mdtrt_id, setl_id`;

/** Settlements of one visit that say the same in money, the one with lines first, then by time. */
const twins = `SELECT s.psn, s.mdtrt_id, s.setl_id, s._rid, s.fixmedins_code, s.setl_time, coalesce(x.n, 0) AS n,
    row_number() OVER equals AS place, first_value(s.setl_id) OVER equals AS first, first_value(s.setl_time) OVER equals AS first_time,
    first_value(coalesce(x.n, 0)) OVER equals AS first_n
  FROM j_settlements s LEFT JOIN j_sums x USING (mdtrt_id, setl_id) WHERE s.status = 'live' AND s.reading = 'charge'
  WINDOW equals AS (PARTITION BY s.psn, s.mdtrt_id, ${sameMoney} ORDER BY coalesce(x.n, 0) > 0 DESC, s.setl_time, s.setl_id)
  QUALIFY count(*) OVER (PARTITION BY s.psn, s.mdtrt_id, ${sameMoney}) > 1`;

/** The lines of a settlement as one text, for those that have a twin. */
const content = `SELECT mdtrt_id, setl_id, md5(string_agg(concat_ws('|', med_list_codg, fee_ocur_time, cnt, pric, det_item_fee_sumamt), ';'
    ORDER BY med_list_codg, fee_ocur_time, cnt, pric, det_item_fee_sumamt)) AS lines
  FROM c_fee_list_d SEMI JOIN j_twins USING (mdtrt_id, setl_id) WHERE ${isValid} GROUP BY mdtrt_id, setl_id`;

/**
 * Settlements sent twice: the same visit, the same money, within a day, and lines for one of them only or the same lines
 * for both. Without any line they must lie within ten minutes.
 */
const copiedSettlements = `SELECT t._rid AS rid FROM j_twins t
  LEFT JOIN j_twin_lines a ON a.mdtrt_id = t.mdtrt_id AND a.setl_id = t.setl_id
  LEFT JOIN j_twin_lines b ON b.mdtrt_id = t.mdtrt_id AND b.setl_id = t.first
  WHERE t.place > 1 AND date_diff('minute', t.first_time, t.setl_time) BETWEEN -1440 AND 1440
    AND (t.n = 0 AND (t.first_n > 0 OR date_diff('minute', t.first_time, t.setl_time) BETWEEN 0 AND 10) OR a.lines = b.lines)
    AND ${groupSql('setl_d', 'copy', 't.fixmedins_code', 't.setl_time', 't.mdtrt_id')} `;

/**
 * Settlements without lines of their own beside another one of the same days, each of which charges all that the lines of the
 * visit add up to, whenever and however it was paid: a stay that was settled twice.
 */
const settledAgain = `SELECT s._rid AS rid FROM j_settlements s LEFT JOIN j_sums x USING (mdtrt_id, setl_id)
  JOIN (SELECT mdtrt_id, sum(n) AS n, sum(amount) AS amount FROM j_sums GROUP BY mdtrt_id) v USING (mdtrt_id)
  WHERE s.status = 'live' AND s.reading = 'charge' AND coalesce(s.mid_setl_flag, '0') <> '1' AND s.medfee_sumamt > 0
    AND abs(v.amount - s.medfee_sumamt) <= v.n * ${roundingPerLine}
    AND ${groupSql('setl_d', 'copy', 's.fixmedins_code', 's.setl_time', 's.mdtrt_id')}
  WINDOW whole AS (PARTITION BY s.psn, s.mdtrt_id ORDER BY coalesce(x.n, 0) > 0 DESC, s.setl_time, s.setl_id)
  QUALIFY coalesce(x.n, 0) = 0 AND row_number() OVER whole > 1
    AND coalesce(s.begndate <= first_value(s.enddate) OVER whole AND s.enddate >= first_value(s.begndate) OVER whole, true)`;

const hold = (rows: string): string => `UPDATE j_settlements SET status = 'held', cause = 'copy' WHERE _rid IN (${rows})`;

/** Adds up the lines of each settlement. Makes `j_sums`. */
export const sumLines = (engine: Tables): Promise<void> => engine.run(`CREATE OR REPLACE TEMP TABLE j_sums AS ${sums}`);

/** Holds settlements that were sent twice. Reads `j_sums`, and changes `j_settlements`. */
export async function holdCopiedSettlements(engine: Tables): Promise<void> {
  if ((await engine.count(`CREATE OR REPLACE TEMP TABLE j_twins AS ${twins}`)) > 0) {
    await engine.run(`CREATE OR REPLACE TEMP TABLE j_twin_lines AS ${content}`);
    await engine.run(hold(copiedSettlements));
  }
  await engine.run(hold(settledAgain));
}

/** Settlements whose lines add up to more than they charge, and visits of which no settlement tells. */
const doubtful = (withoutSettlements: boolean): string =>
  withoutSettlements
    ? `SELECT mdtrt_id, CAST(NULL AS VARCHAR) AS setl_id, CAST(NULL AS BIGINT) AS excess, sum(n) AS n
       FROM j_sums GROUP BY mdtrt_id`
    : `SELECT x.mdtrt_id, x.setl_id, x.amount - s.medfee_sumamt AS excess, x.n FROM j_sums x JOIN j_settlements s USING (mdtrt_id, setl_id)
       WHERE s.status = 'live' AND s.reading = 'charge' AND x.amount - s.medfee_sumamt > x.n * ${roundingPerLine}`;

/** Share of the lines of a visit that must repeat, and how many, before they are copies where no settlement can tell. */
const bulkShare = 0.4;
const bulkLines = 5;

/**
 * What refunds take back where no settlement says what is left: lines that they name by a serial, and quantities of an item
 * at a price. A bill that was taken back and made out anew has the same lines twice, and none of them is a copy.
 */
const named = `SELECT DISTINCT mdtrt_id, init_feedetl_sn AS sn FROM c_fee_list_d
  WHERE ${isValid} AND reading = 'refund' AND init_feedetl_sn IS NOT NULL`;
const unnamed = `SELECT mdtrt_id, med_list_codg, abs(pric) AS pric, sum(abs(cnt)) AS spare FROM c_fee_list_d
  WHERE ${isValid} AND reading = 'refund' AND init_feedetl_sn IS NULL GROUP BY ALL`;

/** Lines with whether a refund names them, and how much of their item other refunds take back. */
const withTaken = `SELECT l.*, a.sn IS NOT NULL OR b.sn IS NOT NULL AS taken, u.spare FROM c_fee_list_d l
  LEFT JOIN (${named}) a ON a.mdtrt_id = l.mdtrt_id AND a.sn = l.feedetl_sn
  LEFT JOIN (${named}) b ON b.mdtrt_id = l.mdtrt_id AND b.sn = l.bkkp_sn
  LEFT JOIN (${unnamed}) u ON u.mdtrt_id = l.mdtrt_id AND u.med_list_codg = l.med_list_codg AND u.pric = l.pric`;
const withoutTaken = 'SELECT *, false AS taken, CAST(NULL AS BIGINT) AS spare FROM c_fee_list_d';

/**
 * Lines beyond the first of those that say the same, with whether they also bear the same serial of the institution, and those
 * that bear the serial of another line and say something else.
 */
const repeated = (withoutSettlements: boolean): string => `
  SELECT l._rid AS rid, l.mdtrt_id, l.setl_id, l.det_item_fee_sumamt AS amount, d.excess, d.n, l.fixmedins_code, l.fee_ocur_time,
    row_number() OVER (PARTITION BY ${sameLine}, l.setl_id, l.taken ORDER BY ${newest}) AS copy, l.taken, l.spare, l.cnt,
    l.med_list_codg, l.pric, l._key AS key,
    row_number() OVER (PARTITION BY ${sameDay}, l.setl_id ORDER BY l.fee_ocur_time, ${newest}) % 2 = 0 AS is_second,
    count(*) OVER (PARTITION BY ${sameDay}, l.setl_id) % 2 = 0 AS is_paired,
    l.feedetl_sn IS NOT NULL AND row_number() OVER (PARTITION BY ${sameLine}, l.setl_id, l.fixmedins_code, l.feedetl_sn
      ORDER BY ${newest}) > 1 AS same_serial,
    l.feedetl_sn IS NOT NULL AND row_number() OVER (PARTITION BY l.mdtrt_id, l.setl_id, l.fixmedins_code, l.feedetl_sn
      ORDER BY ${newest}) > 1 AS corrected
  FROM (${withoutSettlements ? withTaken : withoutTaken}) l
  JOIN j_doubtful d ON d.mdtrt_id = l.mdtrt_id ${withoutSettlements ? '' : 'AND d.setl_id = l.setl_id'}
  WHERE ${isValid} AND l.reading = 'charge'`;

/**
 * Lines that were sent again: under the same serial of the institution; else, when without them the lines add up to what was
 * settled, be they the same, or all of a bill once more at another time of their day, or corrected under their serial; else,
 * where nothing was settled, or so much less that most of the copies cannot be in it, when most of the visit repeats.
 */
const copiedLines = `
  WITH judged AS (
    SELECT *, sum(amount) FILTER (copy > 1) OVER one AS copied, sum(amount) FILTER (corrected) OVER one AS mended,
      bool_or(corrected OR same_serial) OVER one AS has_serials, bool_and(is_paired) OVER one AS is_twice,
      sum(amount) FILTER (is_second) OVER one AS second,
      copy > 1 AND NOT taken AND coalesce(sum(cnt) FILTER (copy > 1 AND NOT taken) OVER items > spare, true) AS again
    FROM j_repeated WINDOW one AS (PARTITION BY mdtrt_id, setl_id), items AS (PARTITION BY mdtrt_id, med_list_codg, pric
      ORDER BY fee_ocur_time, key, rid ROWS UNBOUNDED PRECEDING)
  ), visit AS (
    SELECT mdtrt_id, count(*) FILTER (again) AS copies, count(*) AS n FROM judged GROUP BY mdtrt_id
  )
  SELECT j.rid FROM judged j JOIN visit v USING (mdtrt_id)
    WHERE ${groupSql('fee_list_d', 'copy', 'j.fixmedins_code', 'j.fee_ocur_time', 'j.mdtrt_id')}
    AND (j.same_serial OR (j.corrected AND abs(j.excess - j.mended) <= j.n * ${roundingPerLine})
      OR (j.is_second AND j.is_twice AND NOT j.has_serials AND abs(j.excess - j.second) <= j.n * ${roundingPerLine}
        AND abs(j.excess - coalesce(j.copied, 0)) > j.n * ${roundingPerLine})
      OR (j.again AND (coalesce(abs(j.excess - j.copied) <= j.n * ${roundingPerLine}, false)
        OR v.copies >= v.n * ${bulkShare} AND coalesce(j.excess * 2 >= j.copied, v.copies >= ${bulkLines}))))`;

/** Makes `j_copied_lines` with the lines that were sent again. */
export async function findCopiedLines(engine: Tables, withoutSettlements: boolean): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_doubtful AS ${doubtful(withoutSettlements)}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_repeated AS ${repeated(withoutSettlements)}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_copied_lines AS ${copiedLines}`);
}
