import { identifier, type Tables } from '@hengjian/table';
import { type FactTables, keptFields, unionOf } from './facts.ts';
import { contentMark } from './line-key.ts';
import { pseudonymSql } from './pseudonym.ts';

/** Tables whose rows belong to a visit. */
export const visitTables = [
  'mdtrt_d',
  'setl_d',
  'fee_list_d',
  'setl_list_diag_d',
  'setl_list_oprn_d',
  'fee_exct_d',
  'mdtrt_exct_d',
  'setl_list_d',
] as const;
/** Tables whose rows belong to a person. */
export const personTables = ['psn_info_b', 'psn_insu_d'] as const;
/** Tables kept once per lake. */
export const masterTables = ['medins_info_b', 'dr_info_b', 'medins_dept_b', 'hilist_b', 'drug_trac_d', 'stoc_chg_d'] as const;

/**
 * Versions that say nothing against each other, because each value of one is that of the other or missing there, and of which one
 * has all values: the same row with more columns, or with cells that were blank before.
 */
function fullest(source: string, columns: readonly string[], content: string): string {
  const isThere = columns.map((name) => `CAST(${name} IS NOT NULL AS INTEGER)`).join(' + ');
  const everSaid = columns.map((name) => `CAST(count(${name}) > 0 AS INTEGER)`).join(' + ');
  const agree = columns.map((name) => `count(DISTINCT ${name}) <= 1`).join(' AND ');
  return `SELECT _key, arg_max(${content}, ${isThere}) AS fullest FROM ${source} SEMI JOIN differing USING (_key)
    GROUP BY _key HAVING ${agree} AND max(${isThere}) = ${everSaid}`;
}

/**
 * Resolves the versions of the rows whose key is in `keys` (a SELECT of one column `_key`, or all rows): every row
 * that does not win goes to `into` as duplicate, superseded or conflict. A row with a time of update is newer than one
 * without: so a sender says which of several is right. Of rows that agree the fullest wins. The outcome depends on the set of rows
 * only.
 */
export async function resolveVersions(engine: Tables, table: string, keys: string | undefined, into: string): Promise<void> {
  const columns = keptFields(table).map(identifier);
  const content = `md5(CAST(row(${columns.join(', ')}) AS VARCHAR))`;
  const source = keys === undefined ? `f_${table}` : `(SELECT * FROM f_${table} SEMI JOIN (${keys}) USING (_key))`;
  const repeated = `SELECT _key FROM ${source} GROUP BY _key HAVING count(*) > 1`;
  if ((await engine.count(`CREATE OR REPLACE TEMP TABLE repeated AS ${repeated}`)) === 0) return;
  const differing = `SELECT _key FROM f_${table} SEMI JOIN repeated USING (_key) GROUP BY _key HAVING count(DISTINCT ${content}) > 1`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE differing AS ${differing}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE fullest AS ${fullest(`f_${table}`, columns, content)}`);
  await engine.run(`INSERT INTO ${into}
    WITH versions AS (
      SELECT v._rid, v._key, v.updt_time, ${content} AS content FROM f_${table} v SEMI JOIN repeated USING (_key)
    ), copies AS (
      SELECT v.*, row_number() OVER (PARTITION BY _key, content ORDER BY f.name, v._rid % 4294967296, v._rid) AS copy
      FROM versions v LEFT JOIN lake_files f ON f.seq = v._rid // 4294967296
    ), judged AS (
      SELECT *, count(*) FILTER (copy = 1) OVER by_key AS contents,
        max(updt_time) OVER by_key AS newest FROM copies WINDOW by_key AS (PARTITION BY _key)
    ), ranked AS (
      SELECT *, count(*) FILTER (copy = 1 AND updt_time = newest) OVER (PARTITION BY _key) AS at_newest,
        regexp_matches(_key, '(^|[|])${contentMark}[0-9a-f]{32}[|][0-9]+$') AS by_content,
        row_number() OVER (PARTITION BY _key ORDER BY copy, updt_time DESC NULLS LAST, content) AS place, fullest
      FROM judged LEFT JOIN fullest USING (_key)
    )
    SELECT '${table}', _rid, CASE WHEN copy > 1 OR by_content THEN 'duplicate' WHEN fullest IS NULL
      AND (newest IS NULL OR at_newest > 1) THEN 'conflict' ELSE 'superseded' END
    FROM ranked WHERE copy > 1 OR by_content AND place > 1 OR NOT by_content AND (contents > 1
      AND CASE WHEN fullest IS NOT NULL THEN content <> fullest
        ELSE newest IS NULL OR at_newest > 1 OR updt_time IS DISTINCT FROM newest END)`);
}

/**
 * SELECT of the person of each visit in `ids` (a SELECT of `mdtrt_id`, or all), from the winning rows. A newborn comes under the
 * number of its mother and is another person: what one of them was charged is not the other's, nor are sex and birth.
 */
function personOfVisit({ key, tables }: TouchInput, ids: string | undefined, losers: string): string {
  const within = ids === undefined ? '' : ` SEMI JOIN (${ids}) USING (mdtrt_id)`;
  const winners = (table: string): string =>
    `SELECT mdtrt_id, min(_person) AS psn, arg_min(_reach, _person) AS reach, bool_or(nwb_flag = '1') AS is_newborn
    FROM (SELECT f.mdtrt_id, f._person, f._reach, f.nwb_flag FROM f_${table} f
    ANTI JOIN (SELECT rid FROM ${losers} WHERE tbl = '${table}') x ON x.rid = f._rid)${within} GROUP BY mdtrt_id`;
  const all = visitTables.filter((table) => tables.all.has(table)).map((table) => `SELECT mdtrt_id FROM f_${table}${within}`);
  return `WITH ids AS (SELECT DISTINCT mdtrt_id FROM (${unionOf(all, noVisit)})), m AS (${winners('mdtrt_d')}),
    s AS (${winners('setl_d')}), known AS (
      SELECT ids.mdtrt_id, CASE WHEN coalesce(m.is_newborn, s.is_newborn, false)
      THEN ${pseudonymSql(key, "'newborn|' || ids.mdtrt_id")}
      ELSE coalesce(m.psn, s.psn) END AS psn, CASE WHEN m.psn IS NOT NULL THEN m.reach ELSE s.reach END AS reach
      FROM ids LEFT JOIN m USING (mdtrt_id) LEFT JOIN s USING (mdtrt_id)
    ), l AS (
      SELECT mdtrt_id, min(_person) AS psn, arg_min(_reach, _person) AS reach FROM f_fee_list_d SEMI JOIN (SELECT mdtrt_id FROM known
      WHERE psn IS NULL) USING (mdtrt_id) GROUP BY mdtrt_id
    )
    SELECT mdtrt_id, coalesce(known.psn, l.psn, ${pseudonymSql(key, "'visit|' || mdtrt_id")}) AS psn,
      CAST(CASE WHEN known.psn IS NOT NULL THEN known.reach WHEN l.psn IS NOT NULL THEN l.reach ELSE 2 END AS TINYINT) AS reach
    FROM known LEFT JOIN l USING (mdtrt_id)`;
}

const noVisit = 'CAST(NULL AS VARCHAR) AS mdtrt_id';

const oldVisits = (source: string | undefined, where: string): string =>
  source === undefined
    ? `SELECT ${noVisit}, CAST(NULL AS VARCHAR) AS psn, CAST(NULL AS TINYINT) AS reach WHERE false`
    : `SELECT mdtrt_id, arg_max(psn, batch) AS psn, arg_max(reach, batch) AS reach FROM ${source} SEMI JOIN (${where}) USING (mdtrt_id)
    GROUP BY mdtrt_id`;

/** SELECT of a column of the rows of those who are touched. */
export const touchedRows = (table: (typeof visitTables)[number] | (typeof personTables)[number], column: string): string =>
  personTables.some((one) => one === table)
    ? `SELECT ${column} FROM f_${table} x SEMI JOIN touched_persons p ON p.psn = x._person`
    : `SELECT ${column} FROM f_${table} SEMI JOIN touched_visits USING (mdtrt_id)`;

interface TouchInput {
  readonly key: Buffer;
  /** The whole lake is worked out. */
  readonly everything: boolean;
  /** Source of the persons of the visits known so far. */
  readonly visitFiles: string | undefined;
  /** SELECT of further visits (`mdtrt_id`). */
  readonly more: string | undefined;
  /** SELECTs of further persons (`psn`). */
  readonly morePersons: readonly string[];
  readonly tables: FactTables;
}

/**
 * Finds what a batch touches. Leaves the tables `touched_visits` (mdtrt_id, psn, reach), `moved_visits` (the visits
 * whose rows changed), `touched_persons` (psn) and `losers` (tbl, rid, status).
 */
export async function touch(engine: Tables, input: TouchInput): Promise<void> {
  const { everything, visitFiles, more, morePersons, tables } = input;
  const own = [...visitTables, ...personTables].filter((table) => tables.all.has(table));
  await engine.run('CREATE TEMP TABLE losers (tbl VARCHAR, rid BIGINT, status VARCHAR)');
  if (everything) {
    for (const table of own) await resolveVersions(engine, table, undefined, 'losers');
    await engine.run(`CREATE TEMP TABLE touched_visits AS ${personOfVisit(input, undefined, 'losers')}`);
    await engine.run('CREATE TEMP VIEW moved_visits AS SELECT * FROM touched_visits');
    const persons = personTables.map((table) => `SELECT _person AS psn FROM f_${table} WHERE _person IS NOT NULL`);
    await engine.run(
      `CREATE TEMP TABLE touched_persons AS SELECT DISTINCT psn FROM (SELECT psn FROM touched_visits
      UNION ALL ${persons.join(' UNION ALL ')})`,
    );
    return;
  }
  const fresh = visitTables.filter((table) => tables.fresh.has(table));
  const direct = fresh.map((table) => `SELECT mdtrt_id FROM n_${table}`);
  const sameKey = fresh.map((table) => `SELECT mdtrt_id FROM f_${table} SEMI JOIN n_${table} USING (_key)`);
  const traced = tables.fresh.has('drug_trac_d')
    ? ['SELECT mdtrt_id FROM f_fee_list_d SEMI JOIN (SELECT bkkp_sn FROM n_drug_trac_d WHERE bkkp_sn IS NOT NULL) USING (bkkp_sn)']
    : [];
  const moved = unionOf([...direct, ...sameKey, ...traced, ...(more === undefined ? [] : [more])], noVisit);
  await engine.run(`CREATE TEMP TABLE moved_ids AS SELECT DISTINCT mdtrt_id FROM (${moved})`);
  await engine.run('CREATE TEMP TABLE early_losers (tbl VARCHAR, rid BIGINT, status VARCHAR)');
  for (const table of ['mdtrt_d', 'setl_d'].filter((one) => tables.all.has(one)))
    await resolveVersions(engine, table, `SELECT _key FROM f_${table} SEMI JOIN moved_ids USING (mdtrt_id)`, 'early_losers');
  await engine.run(`CREATE TEMP TABLE moved_visits AS ${personOfVisit(input, 'SELECT mdtrt_id FROM moved_ids', 'early_losers')}`);
  const persons = personTables.flatMap((table) =>
    tables.fresh.has(table)
      ? [`SELECT _person AS psn FROM n_${table} UNION ALL SELECT _person FROM f_${table} SEMI JOIN n_${table} USING (_key)`]
      : [],
  );
  await engine.run(`CREATE TEMP TABLE touched_persons AS SELECT DISTINCT psn FROM (SELECT psn FROM moved_visits
    UNION ALL SELECT psn FROM (${oldVisits(visitFiles, 'SELECT mdtrt_id FROM moved_ids')})
    UNION ALL ${unionOf([...persons, ...morePersons], 'CAST(NULL AS VARCHAR)')})
    WHERE psn IS NOT NULL`);
  const candidates =
    visitFiles === undefined
      ? 'SELECT CAST(NULL AS VARCHAR) AS mdtrt_id WHERE false'
      : `SELECT mdtrt_id FROM ${visitFiles} SEMI JOIN touched_persons USING (psn)`;
  await engine.run(`CREATE TEMP TABLE touched_visits AS SELECT * FROM moved_visits UNION ALL
    SELECT o.* FROM (${oldVisits(visitFiles, candidates)}) o ANTI JOIN moved_visits USING (mdtrt_id) SEMI
    JOIN touched_persons USING (psn)`);
  for (const table of own) await resolveVersions(engine, table, touchedRows(table, '_key'), 'losers');
}
