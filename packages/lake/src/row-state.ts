import { integer, openTables, optional, quoted, type Tables, text } from '@hengjian/table';
import { newestExceptions } from './exceptions.ts';
import { factsSql } from './facts.ts';
import { type HeldCause, heldCauses, heldIdSql } from './held.ts';
import { type Lake, openLake } from './lake.ts';
import { rowsPerFile } from './land.ts';
import { lakeFiles } from './raw-views.ts';

/** A line by its serial, its key or `FILE|ROW`; a visit by its id. */
export type RowAsked = { readonly line: string } | { readonly visit: string };

/** Why an accepted row does not count as it stands, or counts with a contradiction. */
export interface RowState {
  readonly table: string;
  /** `held`, `pending`, `doubted`, … (`statusWords`). */
  readonly status: string;
  /** `causeWords` says it. */
  readonly cause: string;
  /** Group of held rows that it belongs to, for `lake decide`; null where it is not held. */
  readonly held: string | null;
}

const isHeldCause = (cause: string): cause is HeldCause => heldCauses.some((one) => one === cause);

/** Parts of `FILE|ROW`. */
const fileRow = /^(.+)\|(\d+)$/s;

/** The numbers that rows of `FILE|ROW` have in a lake; a file may be named without its folder. */
function ridsOf({ manifest }: Lake, table: string, asked: string): readonly number[] {
  const [, name = '', row = ''] = fileRow.exec(asked) ?? [];
  if (name === '') return [];
  const files = manifest.files.filter((file) => file.table === table && (file.name === name || file.name.endsWith(`/${name}`)));
  return files.map(({ seq }) => seq * rowsPerFile + Number(row));
}

const timeOf = { fee_list_d: 'fee_ocur_time', mdtrt_d: 'begntime', setl_d: 'setl_time' } as const;

/** Tables that say something of what is asked, with the rows to look at. */
function placesOf(lake: Lake, asked: RowAsked): readonly { readonly table: keyof typeof timeOf; readonly where: string }[] {
  if ('visit' in asked) {
    const where = `f.mdtrt_id = ${quoted(asked.visit)}`;
    return [
      { table: 'mdtrt_d', where },
      { table: 'setl_d', where },
    ];
  }
  const line = quoted(asked.line);
  const rids = ridsOf(lake, 'fee_list_d', asked.line);
  const byRow = rids.length === 0 ? '' : ` OR f._rid IN (${rids.join(', ')})`;
  return [{ table: 'fee_list_d', where: `(f.bkkp_sn = ${line} OR f._key = ${line}${byRow})` }];
}

async function statesIn(engine: Tables, lake: Lake, table: keyof typeof timeOf, where: string): Promise<readonly RowState[]> {
  const facts = lake.manifest.facts[table] ?? [];
  if (facts.length === 0 || lakeFiles(lake, facts) === undefined) return [];
  const time = `f.${timeOf[table]}`;
  const held = heldCauses.map((cause) => `WHEN '${cause}' THEN ${heldIdSql(table, cause, 'f.fixmedins_code', time, "''")}`).join(' ');
  const rows = await engine.rows(
    `SELECT x.status, x.cause, CASE WHEN x.status = 'held' THEN CASE x.cause ${held} END END AS held, count(*) AS n
     FROM (${factsSql(lake.folder, table, facts, lake.manifest.replaced)}) f JOIN lost x ON x.tbl = '${table}' AND x.rid = f._rid
     WHERE ${where} GROUP BY ALL ORDER BY n DESC, x.status, x.cause, held`,
    { status: text, cause: optional(text), held: optional(text), n: integer },
  );
  return rows.map(({ status, cause, held: group }) => ({
    ...{ table, status, cause: cause ?? '' },
    held: cause !== null && isHeldCause(cause) ? group : null,
  }));
}

/**
 * What a lake says of a row that is not judged, or of a stay that contradicts itself: the commonest first, none where the
 * row counts as it stands or the lake has none. It reads the facts of one table, so it is for single questions.
 */
export async function rowStates(folder: string, asked: RowAsked): Promise<readonly RowState[]> {
  const lake = await openLake(folder);
  const source = lakeFiles(lake, lake.manifest.exceptions);
  if (source === undefined) return [];
  const engine = await openTables({ folders: [folder], memory: '1GB' });
  try {
    await engine.run(`CREATE TEMP TABLE lost AS SELECT * FROM (${newestExceptions(source)}) WHERE status <> 'live'`);
    const found: RowState[] = [];
    for (const { table, where } of placesOf(lake, asked)) found.push(...(await statesIn(engine, lake, table, where)));
    return found;
  } finally {
    engine.close();
  }
}
