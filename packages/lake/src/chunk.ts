import { join } from 'node:path';
import { makeFolder, workingTables } from '@hengjian/standard';
import { identifier, parquetOf, quoted, type Tables } from '@hengjian/table';
import { joinStays, ofJoined } from './joined-stays.ts';
import { partitionFiles } from './land.ts';
import { namedPartSql } from './named-part.ts';
import { namedUserSql } from './named-user.ts';
import { lineReadingSql } from './signs.ts';
import { fromSettlement, visitMoney } from './state.ts';
import { personTables, visitTables } from './touch.ts';
import { missingOf, unsureEnrolments } from './withheld.ts';

/** Lines that one chunk should hold at most. */
export const linesPerChunk = 700_000;

/** With so few chunks each reads the facts again, which costs less than writing the chunks apart first. */
const fewChunks = 2;

const names = (text: string): readonly string[] => text.trim().split(/\s+/);

const settlementFields = workingTables.settlements.flatMap((column) => (column.kind === 'row' ? [] : [column.name]));

/** Columns of the facts that the current state is worked out from; each of these tables also has `psn`. */
const neededColumns: Readonly<Record<(typeof visitTables)[number] | (typeof personTables)[number], readonly string[]>> = {
  fee_list_d: names(`
    _rid _key _precision _daily mdtrt_id setl_id bkkp_sn feedetl_sn init_feedetl_sn fixmedins_code med_type insu_admdvs med_list_codg
    fee_ocur_time cnt pric det_item_fee_sumamt inscp_amt fulamt_ownpay_amt pric_uplmt_amt prd_days list_type med_chrgitm_type chrgitm_lv
    prcu_drug_flag lmt_used_flag hosp_appr_flag dscg_tkdrug_flag tcmdrug_used_way bilg_dept_codg acord_dept_codg bilg_dr_code rx_drord_no
    drug_trac_codg vali_flag updt_time`),
  mdtrt_d: names(`
    _rid _both mdtrt_id fixmedins_code med_type begntime endtime insu_admdvs insutype dise_no nwb_flag age gend brdy adm_caty dscg_caty
    adm_dept_name dscg_dept_name fixmedins_name chfpdr_code dscg_way matn_type ipt_days die_date
    dscg_maindiag_code oprn_oprt_code ttp_pay_flag emp_no vali_flag ars_year_ipt_flag
    _odd psn_no _reach`),
  setl_d: [
    ...new Set([
      ...names('_rid _both _odd psn_no _reach mdtrt_id setl_id init_setl_id refd_setl_flag mid_setl_flag vali_flag'),
      ...fromSettlement,
      ...visitMoney,
      ...settlementFields,
    ]),
  ],
  setl_list_diag_d: names('_rid psn_no _reach mdtrt_id diag_code maindiag_flag adm_cond_type vali_flag'),
  setl_list_oprn_d: names(`
    _rid _key psn_no _reach mdtrt_id oprn_oprt_code main_oprn_flag oprn_oprt_date oprn_oprt_begntime oper_dr_code vali_flag`),
  fee_exct_d: names('_rid mdtrt_id bkkp_sn exct_time upld_time exct_cnt exct_list_codg purc_pric cash_pric vali_flag'),
  mdtrt_exct_d: names('_rid mdtrt_id care_gap_days plan_adm_flag infc_flag grp_code grp_pay_amt evid_grp_pay_amt vali_flag'),
  setl_list_d: names('_rid mdtrt_id vali_flag'),
  psn_info_b: names('_rid _odd gend brdy die_date vali_flag'),
  psn_insu_d: names('_rid _key begndate enddate insutype psn_insu_stas vali_flag'),
};

/** SELECT of the rows of a table that win and belong to a touched visit or person. */
function winners(table: keyof typeof neededColumns): string {
  const reading =
    table === 'fee_list_d'
      ? `, ${lineReadingSql('f')} AS reading, ${namedPartSql('f')} AS named_part, ${namedUserSql('f')} AS named_user`
      : '';
  const columns = `${neededColumns[table].map((name) => `f.${identifier(name)}`).join(', ')}${reading}`;
  const owner = personTables.some((one) => one === table)
    ? 'JOIN touched_persons v ON v.psn = f._person'
    : 'JOIN touched_visits v ON v.mdtrt_id = f.mdtrt_id';
  const losers = `ANTI JOIN (SELECT rid FROM losers WHERE tbl = '${table}') x ON x.rid = f._rid`;
  return `SELECT ${columns}, v.psn FROM f_${table} f ${owner} ${losers}`;
}

/** What a chunk is made of, by the name of its table `c_<name>`. */
const parts: readonly (readonly [name: string, select: string])[] = [
  ...[...visitTables, ...personTables].map((table) => [table, winners(table)] as const),
  ['visits', 'SELECT * FROM touched_visits'],
  ['persons', 'SELECT * FROM touched_persons'],
  [
    'held_visits',
    `SELECT f.mdtrt_id, v.psn FROM f_mdtrt_d f JOIN touched_visits v USING (mdtrt_id)
     SEMI JOIN (SELECT rid FROM losers WHERE tbl = 'mdtrt_d' AND status = 'conflict') x ON x.rid = f._rid`,
  ],
  ['missing_lines', missingOf('fee_list_d')],
  ['missing_diagnoses', missingOf('setl_list_diag_d')],
  ['unsure_enrolments', unsureEnrolments],
];

/** Number of chunks for that many lines: a power of two, at most one per bucket. */
export function chunkCount(lines: number, buckets: number, most: number): number {
  let chunks = 1;
  while (chunks < buckets && lines / chunks > most) chunks *= 2;
  return chunks;
}

const chunkOf = (chunks: number): string => `CAST('0x' || left(psn, 4) AS INTEGER) * ${chunks} // 65536`;
const folderOf = (scratch: string, name: string): string => join(scratch, `chunk-${name}`);

/** Cuts the rows of the touched persons into chunks of persons that lie beside each other in pseudonym order. */
export async function partition(engine: Tables, scratch: string, chunks: number): Promise<void> {
  if (chunks <= fewChunks) return;
  for (const [name, select] of parts) {
    const folder = folderOf(scratch, name);
    makeFolder(folder);
    await engine.run(
      `COPY (SELECT *, ${chunkOf(chunks)} AS _chunk FROM (${select})) TO ${quoted(folder)}
       (FORMAT parquet, PARTITION_BY (_chunk), OVERWRITE_OR_IGNORE true, COMPRESSION snappy)`,
    );
  }
}

/** A part of a chunk read from the facts. */
const selectFrom = (select: string, chunk: number, chunks: number): string =>
  chunks === 1 ? select : `SELECT * FROM (${select}) WHERE ${chunkOf(chunks)} = ${chunk}`;

/** A part of a chunk read from where `partition` wrote it; `undefined` when nothing is in it. */
function writtenPart(scratch: string, name: string, chunk: number): string | undefined {
  const files = partitionFiles(folderOf(scratch, name), '_chunk').flatMap(({ path, part }) => (part === String(chunk) ? [path] : []));
  return parquetOf(files)?.replace('union_by_name', 'hive_partitioning = false, union_by_name');
}

/** Which chunk of how many, and where they were written. */
export interface ChunkPlace {
  readonly scratch: string;
  readonly chunk: number;
  readonly chunks: number;
}

/** Makes the tables `c_*` of one chunk. False when nobody is in it. */
export async function openChunk(engine: Tables, { scratch, chunk, chunks }: ChunkPlace): Promise<boolean> {
  const isWritten = chunks > fewChunks;
  let joins = false;
  for (const [name, select] of parts) {
    const written = isWritten ? writtenPart(scratch, name, chunk) : undefined;
    // The lines are many and read once.
    const kind = isWritten && name === 'fee_list_d' ? 'VIEW' : 'TABLE';
    const source =
      written === undefined ? (isWritten ? `${select} LIMIT 0` : selectFrom(select, chunk, chunks)) : `SELECT * FROM ${written}`;
    await engine.run(`CREATE OR REPLACE TEMP ${kind} c_${name} AS ${joins ? ofJoined(name, source) : source}`);
    // Visits and settlements come first; what belongs to them follows.
    if (name === 'setl_d') joins = await joinStays(engine);
  }
  return (await engine.count('SELECT count(*) FROM c_persons')) > 0;
}
