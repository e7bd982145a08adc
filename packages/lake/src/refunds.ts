import { integer, type Tables, text } from '@hengjian/table';

interface Candidate {
  readonly rid: string;
  readonly at: number;
  left: number;
}

const fields = `CAST(l._rid AS VARCHAR) AS rid, l._key AS key, epoch_us(l.fee_ocur_time) AS moment, coalesce(l.cnt, 0) AS cnt,
  concat_ws('|', l.mdtrt_id, l.med_list_codg, l.pric) AS grp`;
const shape = { rid: text, moment: integer, cnt: integer, grp: text };

const refundsSql = `SELECT ${fields} FROM j_refunds l SEMI JOIN j_unlinked u ON u._rid = l._rid ORDER BY moment, key, rid`;
const back = '(SELECT coalesce(sum(r.cnt), 0) FROM j_links k JOIN j_refunds r ON r._rid = k.rid WHERE k.target = l._rid)';
const originalsSql = `SELECT ${fields}, ${back} AS back FROM c_fee_list_d l
  SEMI JOIN j_unlinked u ON u.mdtrt_id = l.mdtrt_id AND u.med_list_codg = l.med_list_codg AND u.pric IS NOT DISTINCT FROM l.pric
  ANTI JOIN j_closed x ON x.rid = l._rid ANTI JOIN j_refunds y ON y._rid = l._rid ORDER BY moment DESC, key DESC, rid DESC`;

const microsecondsPerDay = 86_400_000_000;
const dayOf = (moment: number): number => Math.floor(moment / microsecondsPerDay);

/**
 * Matches refunds that name no original: same visit, item and price, not later than the refund, enough quantity left;
 * the latest such line first. A line later on the same day may be meant too: many sources know the day of a refund only.
 * Refunds are taken in the order of time and key, so the outcome is the same for the same set.
 */
export async function matchUnlinked(engine: Tables): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE j_unlinked AS SELECT _rid, mdtrt_id, med_list_codg, pric FROM j_refunds
     WHERE init_feedetl_sn IS NULL AND cnt < 0`,
  );
  if ((await engine.count('SELECT count(*) FROM j_unlinked')) === 0) return;
  const refunds = await engine.rows(refundsSql, shape);
  const originals = await engine.rows(originalsSql, { ...shape, back: integer });
  const candidates = originals.map((row): Candidate & { grp: string } => ({
    rid: row.rid,
    at: row.moment,
    left: row.cnt + row.back,
    grp: row.grp,
  }));
  const groups = Map.groupBy(candidates, ({ grp }) => grp);
  const links: string[] = [];
  for (const { rid, grp, cnt, moment } of refunds) {
    const enough = groups.get(grp)?.filter((one) => one.left >= -cnt) ?? [];
    const found = enough.find((one) => one.at <= moment) ?? enough.find((one) => dayOf(one.at) === dayOf(moment));
    if (found === undefined) continue;
    found.left += cnt;
    links.push(`(${rid}, ${found.rid})`);
  }
  for (let start = 0; start < links.length; start += 5000)
    await engine.run(`INSERT INTO j_links VALUES ${links.slice(start, start + 5000).join(', ')}`);
}
