import { identifier, quoted, type Tables } from '@hengjian/table';
import { newestExceptions } from './exceptions.ts';
import { rawVisitSql } from './shared-visits.ts';
import type { BrokenRow } from './stage.ts';
import { clean, type FieldPlan, readsColumn } from './typed.ts';

// A fee line that could not be taken apart names no visit, and may be that of any visit of its institution whose settlement says
// more than the lines that count. Until its file was read again whole, nobody says of such a visit what its lines lack.

/** The only table of which such rows are kept: the settlement tells whether a line is missing. */
export const brokenTable = 'fee_list_d';

/** Begins an owner that is an institution; none is named where the row may be of any. */
export const ofInstitution = '#';
/** Begins an owner that is the visit whose id stands in a row that could not be taken apart. */
const ofBrokenVisit = '#=';

/** Words on rows of broken files that ended. */
export const mendedStatus = 'mended';

const rowsPerFile = 4_294_967_296;
/** Words on broken rows stand behind the numbers of any rows of their file. */
const firstBroken = 2_147_483_648;

/** The broken rows of one file, and the others beside them. */
export interface BrokenFile {
  readonly seq: number;
  readonly rows: readonly BrokenRow[];
  readonly plans: readonly FieldPlan[];
  readonly columns: readonly string[];
  /** SELECT of the whole rows of the file, with the ids of their visits and institutions. */
  readonly others: string;
}

const together = 1000;

/** Makes `broken_cells` (_at, and a column for each that the visit is read from): the cells that could be told apart. */
async function takeCells(engine: Tables, rows: readonly BrokenRow[], columns: readonly string[]): Promise<void> {
  const names = ['_at BIGINT', ...columns.map((column) => `${identifier(column)} VARCHAR`)];
  await engine.run(`CREATE OR REPLACE TEMP TABLE broken_cells (${names.join(', ')})`);
  for (let start = 0; start < rows.length; start += together) {
    const cells = rows.slice(start, start + together).map(({ values = {} }, index) => {
      const own = columns.map((column) => (values[column] === undefined ? 'NULL' : quoted(values[column])));
      return `(${[start + index, ...own].join(', ')})`;
    });
    await engine.run(`INSERT INTO broken_cells VALUES ${cells.join(', ')}`);
  }
}

/**
 * Keeps a word on each broken row of a file: of the visit whose id stands in its place plainly, as other rows of the file have it,
 * else of the institution that all of them are of, else of nobody knows whom.
 */
export async function withholdBroken(engine: Tables, { seq, rows, plans, columns, others }: BrokenFile): Promise<void> {
  const plan = plans.find(({ field }) => field === 'mdtrt_id');
  const used = plan === undefined ? [] : columns.filter((column) => readsColumn(plan, identifier(column)));
  await takeCells(engine, rows, used);
  const visit = plan === undefined || used.length === 0 ? 'NULL' : clean(plan.from);
  await engine.run(`CREATE OR REPLACE TEMP TABLE beside_broken AS SELECT DISTINCT mdtrt_id, fixmedins_code FROM (${others})`);
  await engine.run(`INSERT INTO withheld SELECT '${brokenTable}', ${seq * rowsPerFile + firstBroken} + _at,
    CASE WHEN visit IN (SELECT mdtrt_id FROM beside_broken) THEN '${ofBrokenVisit}' || visit
      ELSE '${ofInstitution}' || coalesce((SELECT CASE WHEN count(DISTINCT fixmedins_code) = 1 AND count(fixmedins_code) = count(*)
        THEN min(fixmedins_code) END FROM beside_broken), '') END, NULL
    FROM (SELECT _at, ${visit} AS visit FROM broken_cells)`);
}

const fileOf = (rid: string): string => `${rid} // ${rowsPerFile}`;

/** Files of which all rows came again in a whole file of the batch, under their name where they had none. */
const readWhole = `WITH old AS (SELECT DISTINCT ${fileOf('rid')} AS seq FROM old_broken),
    a AS (SELECT DISTINCT ${fileOf('f._rid')} AS seq, f._key FROM f_fee_list_d f SEMI JOIN old ON old.seq = ${fileOf('f._rid')}),
    b AS (SELECT DISTINCT ${fileOf('_rid')} AS seq, _key FROM n_fee_list_d
      WHERE ${fileOf('_rid')} NOT IN (SELECT ${fileOf('rid')} FROM withheld WHERE starts_with(owner, '${ofInstitution}'))),
    sizes AS (SELECT seq, count(*) AS n FROM a GROUP BY seq),
    found AS (SELECT a.seq, b.seq AS other, count(*) AS n FROM a JOIN b USING (_key) WHERE a.seq <> b.seq GROUP BY ALL)
  SELECT sizes.seq FROM sizes JOIN found USING (seq, n)
  UNION SELECT old.seq FROM old JOIN lake_files x ON x.seq = old.seq JOIN lake_files y ON y.name = x.name
    SEMI JOIN b ON b.seq = y.seq WHERE old.seq NOT IN (SELECT seq FROM a)`;

interface BrokenBefore {
  /** Source of earlier words. */
  readonly exceptions: string | undefined;
  /** Files whose rows do not count. */
  readonly replaced: readonly number[];
}

/**
 * Makes `ended_broken` (rid): words of earlier batches that end, because their file was read again whole or the row came mended under
 * its key. Returns the SELECT of the visits for which words that are new or ended matter.
 */
export async function endBroken(engine: Tables, { exceptions, replaced }: BrokenBefore): Promise<string | undefined> {
  const none = 'SELECT CAST(NULL AS BIGINT) AS rid, CAST(NULL AS VARCHAR) AS owner, CAST(NULL AS VARCHAR) AS key WHERE false';
  const kept = `(SELECT * FROM ${exceptions} WHERE tbl = '${brokenTable}' AND status IN ('withheld', '${mendedStatus}'))`;
  const words = `SELECT rid, status, split_part(cause, chr(31), 1) AS owner, split_part(cause, chr(31), 2) AS key
    FROM (${newestExceptions(kept)})
    WHERE status = 'withheld' AND starts_with(owner, '${ofInstitution}')`;
  const old = await engine.count(
    `CREATE OR REPLACE TEMP TABLE old_broken AS ${exceptions === undefined ? none : `SELECT rid, owner, key FROM (${words})`}`,
  );
  const gone = replaced.length === 0 ? '' : ` UNION SELECT unnest([${replaced.join(', ')}])`;
  const ended = `${fileOf('rid')} IN (SELECT seq FROM (${readWhole})${gone}) OR key IN (SELECT _key FROM n_fee_list_d)`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE ended_broken AS SELECT rid FROM old_broken WHERE ${old === 0 ? 'false' : ended}`);
  if (exceptions === undefined) return undefined;
  const news = await engine.count(`CREATE OR REPLACE TEMP TABLE broken_news AS SELECT DISTINCT owner FROM (
    SELECT owner FROM withheld WHERE tbl = '${brokenTable}' AND starts_with(owner, '${ofInstitution}')
    UNION ALL SELECT owner FROM old_broken SEMI JOIN ended_broken USING (rid))`);
  if (news === 0) return undefined;
  const differs = `SELECT m.mdtrt_id FROM f_mdtrt_d m JOIN (${newestExceptions(`(SELECT * FROM ${exceptions} WHERE tbl = 'mdtrt_d')`)}) x
    ON x.rid = m._rid WHERE x.status = 'doubted' AND contains(x.cause, 'total')`;
  return `SELECT s.mdtrt_id FROM f_setl_d s WHERE EXISTS (SELECT 1 FROM broken_news b WHERE ${mayBeOf('b.owner', 's')})
    AND (s.mdtrt_id IN (${differs}) OR s.mdtrt_id NOT IN (SELECT mdtrt_id FROM f_mdtrt_d)
      OR s.mdtrt_id NOT IN (SELECT mdtrt_id FROM f_fee_list_d))
    UNION ALL SELECT substr(owner, 3) FROM broken_news WHERE starts_with(owner, '${ofBrokenVisit}')`;
}

/** SQL that tells whether a broken row may be of the institution of a row of visits or settlements. */
const mayBeOf = (owner: string, row: string): string => `NOT starts_with(${owner}, '${ofBrokenVisit}')
  AND (${owner} = '${ofInstitution}' OR ${row}.fixmedins_code IS NULL OR ${owner} = '${ofInstitution}' || ${row}.fixmedins_code)`;

/**
 * SELECT of the visits of a chunk of which a line may be among the broken rows: their settlement says more than the lines that
 * count, or their id stands in such a row and they do not add up.
 */
export const maybeBroken = (rounding: number): string => {
  const gap = 'v.medfee_sumamt - coalesce(l.amount, 0)';
  const play = `coalesce(l.n, 0) * ${rounding}`;
  return `SELECT v.mdtrt_id FROM j_visits v LEFT JOIN j_visit_lines l USING (mdtrt_id) WHERE v.status = 'live' AND (
      ${gap} > ${play} AND EXISTS (SELECT 1 FROM broken_owners b WHERE ${mayBeOf('b.owner', 'v')})
      OR coalesce(abs(${gap}) > ${play}, true) AND EXISTS (SELECT 1 FROM broken_owners b WHERE starts_with(b.owner, '${ofBrokenVisit}')
        AND substr(b.owner, 3) = coalesce(${rawVisitSql('v.mdtrt_id')}, v.mdtrt_id)))`;
};

/** Makes `broken_owners`: whose the broken rows are of which words are kept. */
export const tellBroken = (engine: Tables): Promise<void> =>
  engine.run(`CREATE OR REPLACE TEMP TABLE broken_owners AS SELECT DISTINCT owner FROM all_withheld
    WHERE tbl = '${brokenTable}' AND starts_with(owner, '${ofInstitution}')`);
