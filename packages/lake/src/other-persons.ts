import type { Tables } from '@hengjian/table';

// A row belongs to the visit that it names. Where it also names a person of the city who is not the one of the visit, one of the
// two is wrong. Numbers of the same field are compared only: a person may come under his number here and his card there.

const ofAnother = (table: string, source: string): string => `SELECT '${table}' AS tbl, x._rid AS rid, x.mdtrt_id
  FROM ${source} x JOIN c_mdtrt_d m USING (mdtrt_id) JOIN j_visits v USING (mdtrt_id)
  WHERE x.psn_no <> m.psn_no AND x._reach = 0 AND m._reach = 0 AND v.status = 'live' AND coalesce(v.nwb_flag, '0') <> '1'`;

const valid = (table: string): string => `(SELECT * FROM c_${table} WHERE coalesce(vali_flag, '1') <> '0')`;

const otherPersons = [
  ofAnother('setl_d', "(SELECT * FROM j_settlements WHERE status = 'live')"),
  ...['setl_list_diag_d', 'setl_list_oprn_d'].map((table) => ofAnother(table, valid(table))),
].join(' UNION ALL ');

/**
 * Makes `j_other_persons` (tbl, rid, mdtrt_id), rows that name another person than their visit. Its diagnoses are taken out of the
 * chunk: nobody knows whose they are.
 */
export async function findOtherPersons(engine: Tables): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_other_persons AS ${otherPersons}`);
  const diagnoses = "(SELECT rid FROM j_other_persons WHERE tbl = 'setl_list_diag_d')";
  await engine.run(`INSERT INTO exceptions SELECT 'setl_list_diag_d', rid, 'conflict', 'other-person', NULL, NULL, NULL, NULL
    FROM ${diagnoses}`);
  await engine.run(`DELETE FROM c_setl_list_diag_d WHERE _rid IN ${diagnoses}`);
}
