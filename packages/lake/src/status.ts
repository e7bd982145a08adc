import { dictionary } from '@hengjian/standard';
import { integer, openTables, optional, type Tables, text } from '@hengjian/table';
import { newestExceptions } from './exceptions.ts';
import { countingGroups, type HeldCause, heldCauses, heldIdSql } from './held.ts';
import { type Lake, openLake } from './lake.ts';
import type { Manifest } from './manifest.ts';
import { factViews, lakeFiles } from './raw-views.ts';

/** Rows of one institution, table and month. */
export interface MonthCount {
  readonly institution: string;
  readonly table: string;
  /** `2025-03` */
  readonly month: string;
  readonly rows: number;
}

/** Held rows that one decision frees. */
export interface HeldRows {
  readonly held: string;
  readonly table: string;
  readonly cause: HeldCause;
  readonly institution: string;
  readonly month: string;
  readonly rows: number;
  readonly visits: number;
  /** What they charge, in fen. */
  readonly amount_fen: number;
}

/** Rows that do not count as they stand. */
export interface StateCount {
  readonly table: string;
  readonly status: string;
  readonly cause: string;
  readonly institution: string;
  readonly rows: number;
}

/** What a lake holds. */
export interface LakeStatus {
  readonly batches: number;
  readonly files: number;
  readonly persons: number;
  readonly visits: number;
  readonly lines: number;
  readonly tables: Readonly<Record<string, number>>;
  readonly declared_absent: readonly string[];
  readonly months: readonly MonthCount[];
  readonly states: readonly StateCount[];
  readonly held: readonly HeldRows[];
  readonly decisions: Lake['manifest']['decisions'];
}

/** Tables whose rows can be held, with their time and amount. */
const heldTables = [
  { table: 'fee_list_d', time: 'fee_ocur_time', amount: 'det_item_fee_sumamt' },
  { table: 'setl_d', time: 'setl_time', amount: 'medfee_sumamt' },
] as const;

const heldSelect = (causes: readonly HeldCause[]): string =>
  heldTables
    .flatMap(({ table, time, amount }) =>
      causes.map(
        (
          cause,
        ) => `SELECT ${heldIdSql(table, cause, 'f.fixmedins_code', `f.${time}`, "''")} AS held, '${table}' AS "table", '${cause}' AS cause,
          coalesce(f.fixmedins_code, '') AS institution, coalesce(strftime(f.${time}, '%Y-%m'), '') AS month, count(*) AS "rows",
          count(DISTINCT f.mdtrt_id) AS visits, sum(abs(f.${amount}))::BIGINT AS amount_fen
          FROM f_${table} f JOIN _lost x ON x.tbl = '${table}' AND x.rid = f._rid
            WHERE x.status = 'held' AND x.cause = '${cause}' GROUP BY ALL`,
      ),
    )
    .join(' UNION ALL ');

/** Held rows by group, those that charge most first. Needs the views of the facts and `_lost` (tbl, rid, status, cause). */
export async function heldRows(engine: Tables): Promise<HeldRows[]> {
  const shape = { held: text, table: text, institution: text, month: text, rows: integer, visits: integer, amount_fen: integer };
  const out: HeldRows[] = [];
  for (const cause of heldCauses) {
    const rows = await engine.rows(heldSelect([cause]), shape);
    out.push(...rows.map((row) => ({ ...row, cause })));
  }
  return out.sort((left, right) => right.amount_fen - left.amount_fen || (left.held < right.held ? -1 : 1));
}

const hasInstitution = (table: string): boolean => dictionary.tables.get(table)?.fields.has('fixmedins_code') === true;

async function statesOf(engine: Tables): Promise<StateCount[]> {
  const out: StateCount[] = [];
  for (const table of dictionary.tables.keys()) {
    const institution = hasInstitution(table) ? 'f.fixmedins_code' : 'NULL';
    const select = `SELECT '${table}' AS "table", x.status, x.cause, coalesce(${institution}, '') AS institution, count(*) AS "rows"
      FROM f_${table} f JOIN _lost x ON x.tbl = '${table}' AND x.rid = f._rid GROUP BY ALL ORDER BY ALL`;
    out.push(...(await engine.rows(select, { table: text, status: text, cause: text, institution: text, rows: integer })));
  }
  return out;
}

async function monthsOf(engine: Tables, lake: Lake): Promise<MonthCount[]> {
  const source = lakeFiles(lake, lake.manifest.reach);
  if (source === undefined) return [];
  const select = `SELECT fixmedins_code AS institution, tbl AS "table", month, sum(n)::BIGINT AS "rows"
    FROM ${source} GROUP BY ALL ORDER BY ALL`;
  const rows = await engine.rows(select, { institution: text, table: text, month: optional(text), rows: integer });
  return rows.map((row) => ({ ...row, month: row.month ?? '' }));
}

async function tableCounts(engine: Tables): Promise<Record<string, number>> {
  const out: Record<string, number> = {};
  for (const table of dictionary.tables.keys()) {
    const rows = await engine.count(`SELECT count(*) FROM f_${table}`);
    if (rows > 0) out[table] = rows;
  }
  return out;
}

/** What stands among the files and is none: the facts of a mapping, and the rows that messages make together. */
const isMade = (name: string, table: string): boolean => /\.ya?ml$/i.test(name) || name === `messages-${table}`;

/** How many files were read: one that fills several tables, or has several sheets, is one; a mapping is none. */
function filesOf({ files, replaced }: Manifest): number {
  const gone = new Set(replaced);
  const names = new Set(files.flatMap(({ seq, name, table }) => (gone.has(seq) || isMade(name, table) ? [] : [name])));
  const isSheet = (name: string): boolean => [...name.matchAll(/\//g)].some(({ index }) => names.has(name.slice(0, index)));
  return [...names].filter((name) => !isSheet(name)).length;
}

/** Says what a lake holds, by institution and month, what is pending and what is held. Refuses a folder that is no lake. */
export async function lakeStatus(folder: string): Promise<LakeStatus> {
  const lake = await openLake(folder);
  const engine = await openTables({ folders: [folder], memory: '2GB' });
  try {
    const { manifest } = lake;
    for (const statement of factViews(lake)) await engine.run(statement);
    const exceptions = lakeFiles(lake, manifest.exceptions);
    const none = "SELECT '' AS tbl, 0 AS rid, '' AS status, '' AS cause LIMIT 0";
    await engine.run(
      `CREATE TEMP TABLE _lost AS ${
        exceptions === undefined
          ? none
          : `SELECT * FROM (${newestExceptions(exceptions)})
        WHERE status <> 'live'`
      }`,
    );
    const live = (count: 'persons' | 'visits' | 'lines'): number =>
      manifest.segments.reduce((sum, segment) => sum + segment[count] - (count === 'persons' ? segment.deadPersons : 0), 0);
    return {
      batches: manifest.batches.length,
      files: filesOf(manifest),
      persons: live('persons'),
      visits: live('visits'),
      lines: live('lines'),
      tables: await tableCounts(engine),
      declared_absent: manifest.declaredAbsent,
      months: await monthsOf(engine, lake),
      states: await statesOf(engine),
      held: await heldRows(engine),
      decisions: manifest.decisions.filter(({ held }) => countingGroups(manifest.decisions).includes(held)),
    };
  } finally {
    engine.close();
  }
}
