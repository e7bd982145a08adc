import { integer, optional, type Tables, text } from '@hengjian/table';

/** A line of which something may be given back. Quantities are ten-thousandths. */
interface Candidate {
  readonly rid: string;
  readonly at: number;
  left: number;
}

/** A refund whose lines are still to be found. */
interface Refund {
  readonly rid: string;
  readonly moment: number;
  /** What it gives back, above 0. */
  readonly back: number;
  /** The line it names, which has less than it gives back. */
  readonly named: string | null;
}

/** A part of a refund and the line that it gives back: from where to where in its quantity. */
interface Part {
  readonly refund: string;
  readonly target: string;
  readonly from: number;
  readonly to: number;
}

const fields = `CAST(l._rid AS VARCHAR) AS rid, l._key AS key, epoch_us(l.fee_ocur_time) AS moment, coalesce(l.cnt, 0) AS cnt,
  concat_ws('|', l.mdtrt_id, l.med_list_codg, l.pric) AS grp`;
const shape = { rid: text, moment: integer, cnt: integer, grp: text };

/** Links of refunds that their line can hold as a whole; those of others are only what they name. */
const fitting = `SELECT f.rid, f.target, r.cnt, CASE WHEN o.cnt + r.cnt >= 0 THEN f.target END AS holds
  FROM j_found f JOIN j_refunds r ON r._rid = f.rid JOIN c_fee_list_d o ON o._rid = f.target WHERE f.fits`;

const refundsSql = `SELECT ${fields}, CAST(u.named AS VARCHAR) AS named FROM j_refunds l JOIN j_unlinked u ON u._rid = l._rid
  ORDER BY moment, key, rid`;
const linkedBack = '(SELECT coalesce(sum(k.to_cnt - k.from_cnt), 0) FROM j_links k WHERE k.target = l._rid)';
const originalsSql = `SELECT ${fields}, ${linkedBack} AS back FROM c_fee_list_d l
  SEMI JOIN j_unlinked u ON u.mdtrt_id = l.mdtrt_id AND u.med_list_codg = l.med_list_codg AND u.pric IS NOT DISTINCT FROM l.pric
  ANTI JOIN j_closed x ON x.rid = l._rid ANTI JOIN j_refunds y ON y._rid = l._rid ORDER BY moment DESC, key DESC, rid DESC`;

const microsecondsPerDay = 86_400_000_000;
const dayOf = (moment: number): number => Math.floor(moment / microsecondsPerDay);

/** The one line that can hold all of a refund: the latest before it, else one later on its day. */
function oneLine(candidates: readonly Candidate[], { back, moment, named }: Refund): Candidate | undefined {
  if (named !== null) return undefined;
  const enough = candidates.filter((one) => one.left >= back);
  return enough.find((one) => one.at <= moment) ?? enough.find((one) => dayOf(one.at) === dayOf(moment));
}

/** Several lines that hold a refund together: the one it names, then the latest first. None where they have less than it gives back. */
function severalLines(candidates: readonly Candidate[], { back, moment, named }: Refund): readonly Candidate[] {
  if (named !== null && candidates.every(({ rid }) => rid !== named)) return [];
  const open = candidates.filter((one) => one.left > 0 && (one.rid === named || dayOf(one.at) <= dayOf(moment)));
  const ordered = [...open.filter(({ rid }) => rid === named), ...open.filter(({ rid }) => rid !== named)];
  return ordered.reduce((sum, one) => sum + one.left, 0) < back ? [] : ordered;
}

/** Takes a refund from its lines. */
function partsOf(candidates: readonly Candidate[], refund: Refund): readonly Part[] {
  const one = oneLine(candidates, refund);
  const from = one === undefined ? severalLines(candidates, refund) : [one];
  const parts: Part[] = [];
  let done = 0;
  for (const line of from) {
    const taken = Math.min(line.left, refund.back - done);
    if (taken <= 0) break;
    line.left -= taken;
    parts.push({ refund: refund.rid, target: line.rid, from: done, to: done + taken });
    done += taken;
  }
  // What nothing else can hold is the line's that the refund names.
  if (parts.length === 0 && refund.named !== null) parts.push({ refund: refund.rid, target: refund.named, from: 0, to: refund.back });
  return parts;
}

/**
 * Makes `j_links` (rid, target, from_cnt, to_cnt): which refund gives back which line, and what part of the refund that is. A
 * refund that names a line which can hold it is that line's. Others look for lines of the same visit, item and price, not later
 * than the refund: the latest that has enough left, else several together; a line later on the same day may be meant too,
 * because many sources know the day of a refund only. Refunds are taken in the order of time and key, so the outcome is the
 * same for the same set.
 */
export async function linkRefunds(engine: Tables): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_fitting AS ${fitting}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_links AS
    SELECT rid, target, CAST(0 AS BIGINT) AS from_cnt, CAST(-cnt AS BIGINT) AS to_cnt FROM j_fitting WHERE holds IS NOT NULL`);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE j_unlinked AS SELECT r._rid, r.mdtrt_id, r.med_list_codg, r.pric, f.target AS named
     FROM j_refunds r LEFT JOIN j_fitting f ON f.rid = r._rid
     WHERE r.cnt < 0 AND (r.init_feedetl_sn IS NULL OR f.rid IS NOT NULL AND f.holds IS NULL)`,
  );
  if ((await engine.count('SELECT count(*) FROM j_unlinked')) === 0) return;
  const refunds = await engine.rows(refundsSql, { ...shape, named: optional(text) });
  const originals = await engine.rows(originalsSql, { ...shape, back: integer });
  const candidates = originals.map((row): Candidate & { grp: string } => ({
    ...{ rid: row.rid, at: row.moment, left: row.cnt - row.back, grp: row.grp },
  }));
  const groups = Map.groupBy(candidates, ({ grp }) => grp);
  const parts = refunds.flatMap(({ grp, cnt, ...refund }) => partsOf(groups.get(grp) ?? [], { ...refund, back: -cnt }));
  const rows = parts.map(({ refund, target, from, to }) => `(${refund}, ${target}, ${from}, ${to})`);
  for (let start = 0; start < rows.length; start += 5000)
    await engine.run(`INSERT INTO j_links VALUES ${rows.slice(start, start + 5000).join(', ')}`);
}

/** SQL of the part of an amount of a refund that a link gives back; the parts of a refund add up to it. */
function share(amount: string): string {
  const upTo = (place: string): string => `CAST(r.${amount} AS HUGEINT) * k.${place} // -r.cnt`;
  return `CASE WHEN r.cnt = 0 THEN r.${amount} ELSE CAST(${upTo('to_cnt')} - ${upTo('from_cnt')} AS BIGINT) END`;
}

/** SELECT of what is given back of each line: quantity and amounts, all 0 or below. */
export const netOfLines = `SELECT k.target AS rid, sum(CASE WHEN r.cnt = 0 THEN 0 ELSE k.from_cnt - k.to_cnt END)::BIGINT AS cnt,
    sum(${share('det_item_fee_sumamt')})::BIGINT AS det, sum(${share('inscp_amt')})::BIGINT AS inscp,
    sum(${share('fulamt_ownpay_amt')})::BIGINT AS ful
  FROM j_links k JOIN j_refunds r ON r._rid = k.rid GROUP BY k.target`;
