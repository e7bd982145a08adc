import type { Tables } from '@hengjian/table';
import { settingSql } from './prepare.ts';

/** One of a quantity as lines keep it. */
const one = 10_000;

const candidates = `SELECT l._rid AS rid, l.mdtrt_id, l.med_list_codg FROM c_fee_list_d l JOIN j_visits v USING (mdtrt_id)
  WHERE l.list_type = '201' AND l.cnt > ${one} AND coalesce(l.vali_flag, '1') <> '0' AND v.status = 'live'
    AND ${settingSql('v.med_type')} = 'inpatient'
    AND l.cnt <= ${one} * (date_diff('day', CAST(v.begntime AS DATE), CAST(v.endtime AS DATE)) + 1)`;

const alone = `SELECT min(c.rid) AS rid FROM c_fee_list_d l JOIN j_several c USING (mdtrt_id, med_list_codg)
  WHERE coalesce(l.vali_flag, '1') <> '0' GROUP BY c.mdtrt_id, c.med_list_codg HAVING count(*) = 1`;

/**
 * Lines of a service that are the only ones of their item in a stay, with no more of it than the stay has days: a hospital that
 * charges beds or care once at the discharge writes such lines, and nobody knows how much of it belongs to the day of the line.
 * Makes `j_several_days` (rid).
 */
export async function findSeveralDays(engine: Tables): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_several AS ${candidates}`);
  const some = (await engine.count('SELECT count(*) FROM j_several')) > 0;
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_several_days AS ${some ? alone : 'SELECT rid FROM j_several'}`);
}
