import type { Duck } from './duck.ts';

interface Candidate {
  readonly rid: string;
  readonly key: string;
  readonly at: number;
  left: number;
}

/**
 * Matches refunds that name no original: same visit, item and price, not later than the refund, enough quantity left;
 * the latest such line first. Refunds are taken in the order of time and key, so the outcome is the same for the same set.
 */
export async function matchUnlinked(duck: Duck): Promise<void> {
  const fields =
    "CAST(l._rid AS VARCHAR) AS rid, l._key AS key, epoch(l.fee_ocur_time) AS moment, l.cnt AS cnt, concat_ws('|', l.mdtrt_id, l.med_list_codg, l.pric) AS grp";
  await duck.run(
    `CREATE OR REPLACE TEMP TABLE j_unlinked AS SELECT _rid, mdtrt_id, med_list_codg, pric FROM j_refunds WHERE init_feedetl_sn IS NULL AND cnt < 0`,
  );
  if ((await duck.count('SELECT count(*) FROM j_unlinked')) === 0) return;
  const refunds = await duck.rows(`SELECT ${fields} FROM j_refunds l SEMI JOIN j_unlinked u ON u._rid = l._rid ORDER BY moment, key, rid`);
  const originals =
    await duck.rows(`SELECT ${fields}, (SELECT coalesce(sum(r.cnt), 0) FROM j_links k JOIN j_refunds r ON r._rid = k.rid WHERE k.target = l._rid) AS back
    FROM c_fee_list_d l SEMI JOIN j_unlinked u ON u.mdtrt_id = l.mdtrt_id AND u.med_list_codg = l.med_list_codg AND u.pric IS NOT DISTINCT FROM l.pric
    ANTI JOIN j_closed x ON x.rid = l._rid ANTI JOIN j_refunds y ON y._rid = l._rid ORDER BY moment DESC, key DESC, rid DESC`);
  const groups = new Map<string, Candidate[]>();
  for (const row of originals) {
    const list = groups.get(String(row.grp)) ?? [];
    list.push({ rid: String(row.rid), key: String(row.key), at: Number(row.moment), left: Number(row.cnt) + Number(row.back) });
    groups.set(String(row.grp), list);
  }
  const links: string[] = [];
  for (const row of refunds) {
    const wanted = -Number(row.cnt);
    const found = groups.get(String(row.grp))?.find((one) => one.at <= Number(row.moment) && one.left >= wanted);
    if (found === undefined) continue;
    found.left -= wanted;
    links.push(`(${row.rid}, ${found.rid})`);
  }
  for (let start = 0; start < links.length; start += 5000)
    await duck.run(`INSERT INTO j_links VALUES ${links.slice(start, start + 5000).join(', ')}`);
}
