import { dictionary } from '@hengjian/standard';
import type { Tables } from '@hengjian/table';
import { visitTables } from './touch.ts';

// Two institutions may number their visits alike. Where an id belongs to several of them, each row that names an institution
// belongs to the visit of that institution, which is then called `institution|id`; a row that names none waits.

const idTables = ['mdtrt_d', 'setl_d'] as const;

/** Tables of a visit whose rows can name an institution. */
const tellingTables = visitTables.filter((table) => dictionary.tables.get(table)?.fields.has('fixmedins_code') === true);

const ownVisit = (shared: string): string =>
  `CASE WHEN fixmedins_code IS NOT NULL AND mdtrt_id IN (SELECT mdtrt_id
    FROM ${shared}) THEN fixmedins_code || '|' || mdtrt_id ELSE mdtrt_id END`;

/** SELECT of the facts of a table in which no two institutions have a visit of the same id. */
export const toldApart = (table: string, facts: string, shared = 'shared_visits'): string =>
  tellingTables.some((one) => one === table) ? `SELECT * REPLACE (${ownVisit(shared)} AS mdtrt_id) FROM (${facts})` : facts;

/** SQL of the id that the source gave to a visit, where it was told apart from others; else NULL. */
export const rawVisitSql = (id: string): string => `CASE WHEN split_part(${id}, '|', 2) IN (SELECT mdtrt_id FROM shared_visits)
    THEN split_part(${id}, '|', 2) END`;

/**
 * Finds the ids that the batch shows to be those of several institutions. Makes `newly_shared`, and `shared_visits` with
 * those known before (`visitFiles`). True when there are any.
 */
export async function findSharedVisits(engine: Tables, visitFiles: string | undefined): Promise<boolean> {
  const ids = idTables.map((table) => `SELECT mdtrt_id FROM n_${table}`).join(' UNION ');
  const all = idTables
    .map((table) => `SELECT mdtrt_id, fixmedins_code, _key FROM f_${table} WHERE fixmedins_code IS NOT NULL`)
    .join(' UNION ALL ');
  await engine.run(`CREATE OR REPLACE TEMP TABLE newly_shared AS SELECT mdtrt_id FROM (${all}) SEMI JOIN (${ids}) USING (mdtrt_id)
    WHERE starts_with(_key, fixmedins_code || '|') GROUP BY mdtrt_id HAVING min(fixmedins_code) < max(fixmedins_code)`);
  const known = visitFiles === undefined ? '' : ` UNION SELECT raw FROM ${visitFiles} WHERE raw IS NOT NULL`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE shared_visits AS SELECT mdtrt_id FROM newly_shared${known}`);
  return (await engine.count('SELECT count(*) FROM shared_visits')) > 0;
}

/** SELECT of the visits that the batch told apart, under the names they had and those they have now. */
export const movedApart = `SELECT mdtrt_id FROM newly_shared UNION ALL ${tellingTables
  .map(
    (table) =>
      `SELECT mdtrt_id FROM f_${table} WHERE starts_with(mdtrt_id, fixmedins_code || '|')
        AND split_part(mdtrt_id, '|', 2) IN (SELECT mdtrt_id FROM newly_shared)`,
  )
  .join(' UNION ALL ')}`;
