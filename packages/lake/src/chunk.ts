import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Duck } from './duck.ts';
import { factTypes } from './facts.ts';
import { partitionFiles } from './land.ts';
import { ident, parquet, text } from './sql.ts';
import { personTables, visitTables } from './touch.ts';

/** Lines that one chunk should hold at most. */
const linesPerChunk = 700_000;

/** Columns of a fee line that the working form needs. */
const lineColumns = [
  ...[
    '_rid',
    '_key',
    '_precision',
    '_daily',
    'mdtrt_id',
    'setl_id',
    'bkkp_sn',
    'feedetl_sn',
    'init_feedetl_sn',
    'fixmedins_code',
    'med_type',
    'insu_admdvs',
    'med_list_codg',
    'fee_ocur_time',
  ],
  ...[
    'cnt',
    'pric',
    'det_item_fee_sumamt',
    'inscp_amt',
    'fulamt_ownpay_amt',
    'pric_uplmt_amt',
    'prd_days',
    'list_type',
    'med_chrgitm_type',
    'chrgitm_lv',
    'lmt_used_flag',
    'hosp_appr_flag',
  ],
  ...['dscg_tkdrug_flag', 'tcmdrug_used_way', 'bilg_dept_codg', 'acord_dept_codg', 'bilg_dr_code', 'rx_drord_no', 'drug_trac_codg', 'vali_flag'],
];

const columnsOf = (table: string): string =>
  (table === 'fee_list_d' ? lineColumns : Object.keys(factTypes(table)).filter((name) => name !== '_person' && name !== '_reach'))
    .map((name) => `f.${ident(name)}`)
    .join(', ');

const winners = (table: string): string => {
  const owner = (personTables as readonly string[]).includes(table)
    ? 'JOIN touched_persons v ON v.psn = f._person'
    : 'JOIN touched_visits v ON v.mdtrt_id = f.mdtrt_id';
  return `SELECT ${columnsOf(table)}, v.psn FROM f_${table} f ${owner} ANTI JOIN (SELECT rid FROM losers WHERE tbl = '${table}') x ON x.rid = f._rid`;
};

/** Number of chunks for that many lines: a power of two, at most one per bucket. */
export function chunkCount(lines: number, buckets: number): number {
  let chunks = 1;
  while (chunks < buckets && lines / chunks > linesPerChunk) chunks *= 2;
  return chunks;
}

/** Cuts the rows of the touched persons into chunks of persons that lie beside each other in pseudonym order. */
export async function partition(duck: Duck, scratch: string, chunks: number): Promise<void> {
  const number = `CAST('0x' || left(psn, 4) AS INTEGER) * ${chunks} // 65536`;
  const write = async (name: string, select: string): Promise<void> => {
    const folder = join(scratch, `chunk-${name}`);
    mkdirSync(folder, { recursive: true });
    await duck.run(
      `COPY (SELECT *, ${number} AS _chunk FROM (${select})) TO ${text(folder)} (FORMAT parquet, PARTITION_BY (_chunk), OVERWRITE_OR_IGNORE true, COMPRESSION snappy)`,
    );
  };
  for (const table of [...visitTables, ...personTables]) await write(table, winners(table));
  await write('visits', 'SELECT * FROM touched_visits');
  await write('persons', 'SELECT * FROM touched_persons');
  await write(
    'held_visits',
    "SELECT f.mdtrt_id, v.psn FROM f_mdtrt_d f JOIN touched_visits v USING (mdtrt_id) SEMI JOIN (SELECT rid FROM losers WHERE tbl = 'mdtrt_d' AND status = 'conflict') x ON x.rid = f._rid",
  );
}

/** Makes the tables `c_*` of one chunk. False when nobody is in it. */
export async function openChunk(duck: Duck, scratch: string, chunk: number): Promise<boolean> {
  let persons = 0;
  for (const name of [...visitTables, ...personTables, 'visits', 'persons', 'held_visits']) {
    const files = partitionFiles(join(scratch, `chunk-${name}`), '_chunk').filter((file) => file.part === String(chunk));
    const source = parquet(files.map((file) => file.path));
    const empty = {
      visits: 'SELECT * FROM touched_visits LIMIT 0',
      persons: 'SELECT * FROM touched_persons LIMIT 0',
      held_visits: 'SELECT mdtrt_id, psn FROM touched_visits LIMIT 0',
    }[name];
    const kind = name === 'fee_list_d' ? 'VIEW' : 'TABLE';
    await duck.run(
      `CREATE OR REPLACE TEMP ${kind} c_${name} AS ${source === undefined ? (empty ?? `${winners(name)} LIMIT 0`) : `SELECT * EXCLUDE (_chunk) FROM (SELECT *, 0 AS _chunk FROM ${source.replace('union_by_name', 'hive_partitioning = false, union_by_name')})`}`,
    );
    if (name === 'persons') persons = await duck.count('SELECT count(*) FROM c_persons');
  }
  return persons > 0;
}
