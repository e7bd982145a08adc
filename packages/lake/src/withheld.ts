import { dictionary, personPatterns } from '@hengjian/standard';
import { quoted, quotedList, type Tables } from '@hengjian/table';
import { brokenTable, maybeBroken, mendedStatus, ofInstitution, tellBroken } from './broken-lines.ts';
import { roundingPerLine } from './copies.ts';
import { newestExceptions } from './exceptions.ts';

// What is not there accuses nobody while a row that was not accepted may be it: who has such a row among his enrolments cannot
// be said to have been without insurance, and a stay with one among its lines or diagnoses not to have been without care.

/** Tables of which it matters that a row is missing. */
export const withheldTables: readonly string[] = ['psn_insu_d', 'fee_list_d', 'setl_list_diag_d'];

/** How the word on such a row is kept among the exceptions; its cause is the person or the visit and the key of the row. */
const status = 'withheld';
const mark = 'chr(31)';

/** Begins an owner that is a person, where the row does not say of which visit it is. */
const ofPerson = '@';

/** SQL of a serial that may be kept: what stands in its column may be a name or the number of a person. */
export const serialSql = (value: string): string =>
  `CASE WHEN NOT regexp_matches(${value}, ${quoted(`\\p{Han}|${personPatterns.text}`)}) THEN ${value} END`;

/** What a row that was not accepted says of whose it is, as SQL. */
interface RowOwner {
  readonly visit: string | undefined;
  readonly person: string;
  readonly institution: string | undefined;
}

/** SQL of whose such a row is: of a person, of a visit, of some visit of a person, or, a fee line, of an institution. */
export function ownerSql(table: string, { visit, person, institution }: RowOwner): string {
  if (table === 'psn_insu_d') return person;
  const named = [...(visit === undefined ? [] : [serialSql(visit)]), `'${ofPerson}' || ${person}`];
  const code = institution === undefined ? "''" : `coalesce(${serialSql(institution)}, '')`;
  return `coalesce(${[...named, ...(table === brokenTable ? [`'${ofInstitution}' || ${code}`] : [])].join(', ')})`;
}

/** Makes `withheld` (tbl, rid, owner, key), which takes the rows of a batch that were not accepted. */
export const makeWithheld = (engine: Tables): Promise<void> =>
  engine.run('CREATE TEMP TABLE IF NOT EXISTS withheld (tbl VARCHAR, rid BIGINT, owner VARCHAR, key VARCHAR)');

/** SELECTs of the persons and of the visits of the batch with such a row. */
export const newlyWithheld = {
  persons: `SELECT ltrim(owner, '${ofPerson}') AS psn FROM withheld WHERE tbl = 'psn_insu_d' OR starts_with(owner, '${ofPerson}')`,
  visits: `SELECT owner AS mdtrt_id FROM withheld WHERE tbl <> 'psn_insu_d' AND NOT starts_with(owner, '${ofPerson}')
    AND NOT starts_with(owner, '${ofInstitution}')`,
} as const;

/** What is known of such rows from earlier batches. */
export interface KnownWithheld {
  /** Source of earlier words. */
  readonly exceptions: string | undefined;
  /** Files that were read again. */
  readonly replaced: readonly number[];
  /** All words are written anew. */
  readonly rebuild: boolean;
}

/**
 * Joins the rows of the batch to those known before, but for the files that were read again and for rows that came mended, under
 * the same key. Makes `all_withheld` (tbl, rid, owner) and writes the words of the rows.
 */
export async function keepWithheld(engine: Tables, { exceptions, replaced, rebuild }: KnownWithheld): Promise<void> {
  const words = `(SELECT * FROM ${exceptions} WHERE status IN ('${status}', '${mendedStatus}'))`;
  const before =
    exceptions === undefined
      ? ''
      : ` UNION ALL SELECT tbl, rid, split_part(cause, ${mark}, 1), nullif(split_part(cause, ${mark}, 2), ''), false
          FROM (${newestExceptions(words)}) WHERE status = '${status}' AND rid NOT IN (SELECT rid FROM ended_broken)`;
  const gone = replaced.length === 0 ? '' : `AND rid // 4294967296 NOT IN (${replaced.join(', ')})`;
  const mended = withheldTables
    .map((table) => `ANTI JOIN f_${table} f_${table} ON w.tbl = '${table}' AND f_${table}._key = w.key`)
    .join(' ');
  await engine.run(`CREATE OR REPLACE TEMP TABLE all_withheld AS SELECT w.* FROM (SELECT *, true AS fresh FROM withheld${before}) w
    ${mended} WHERE owner IS NOT NULL ${gone}`);
  await engine.run(`INSERT INTO exceptions SELECT tbl, rid, '${status}', owner || ${mark} || coalesce(key, ''), NULL, NULL, NULL, NULL
    FROM all_withheld WHERE fresh OR ${rebuild}`);
  await engine.run(`INSERT INTO exceptions SELECT '${brokenTable}', rid, '${mendedStatus}', '', NULL, NULL, NULL, NULL FROM ended_broken`);
  await tellBroken(engine);
}

/** SQL that tells whether a value is none of its code table, so that nobody knows what it means. */
const isNoCode = (table: string, column: string): string =>
  `${column} IS NOT NULL AND NOT list_contains(${quotedList([...(dictionary.codeTables.get(table)?.keys() ?? [])])}, ${column})`;

/** Visits that may have a principal diagnosis: none is marked so, and of one nobody knows what its mark means. */
const unsureMain = `SELECT v.mdtrt_id, v.psn FROM f_setl_list_diag_d f JOIN touched_visits v USING (mdtrt_id)
  GROUP BY ALL HAVING bool_or(${isNoCode('maindiag_flag', 'f.maindiag_flag')}) AND NOT coalesce(bool_or(f.maindiag_flag = '1'), false)`;

/**
 * SELECT of the rows of a table that are missing from the visits that are touched: not accepted, or in two contents; or of which
 * nobody knows what they are.
 */
export const missingOf = (table: 'fee_list_d' | 'setl_list_diag_d'): string =>
  `SELECT v.mdtrt_id, v.psn FROM all_withheld w JOIN touched_visits v ON v.mdtrt_id = w.owner WHERE w.tbl = '${table}'
   UNION ALL SELECT v.mdtrt_id, v.psn FROM all_withheld w JOIN touched_visits v ON '${ofPerson}' || v.psn = w.owner WHERE w.tbl = '${table}'
   UNION ALL SELECT v.mdtrt_id, v.psn FROM f_${table} f JOIN touched_visits v USING (mdtrt_id)
     SEMI JOIN (SELECT rid FROM losers WHERE tbl = '${table}' AND status = 'conflict') x ON x.rid = f._rid
   ${table === 'setl_list_diag_d' ? `UNION ALL ${unsureMain}` : ''}`;

/** SELECT of the persons that are touched with an enrolment in two contents, or one that does not say whether it was in force. */
export const unsureEnrolments = `SELECT v.psn FROM f_psn_insu_d f JOIN touched_persons v ON v.psn = f._person
  LEFT JOIN (SELECT rid, status FROM losers WHERE tbl = 'psn_insu_d') x ON x.rid = f._rid
  WHERE x.status = 'conflict' OR (x.rid IS NULL AND coalesce(f.vali_flag, '1') <> '0'
    AND (f.psn_insu_stas IS NULL OR ${isNoCode('psn_insu_stas', 'f.psn_insu_stas')}))`;

/** Lines that were accepted and wait for something, or of which nobody can say what they are; copies are there already. */
const waiting = `SELECT l.mdtrt_id FROM j_fates x JOIN c_fee_list_d l ON l._rid = x.rid
  WHERE starts_with(x.fate, 'pending|') OR x.fate = 'held|signs'`;

/** Makes `j_open` (mdtrt_id, open_lines, open_diagnoses) of a chunk, of which the lines are counted. */
export async function countOpen(engine: Tables): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE j_open AS SELECT mdtrt_id, count(*) FILTER (is_line) AS open_lines,
    count(*) FILTER (NOT is_line) AS open_diagnoses FROM (
      SELECT mdtrt_id, true AS is_line FROM c_missing_lines UNION ALL SELECT mdtrt_id, true FROM (${waiting})
      UNION ALL SELECT mdtrt_id, true FROM (${maybeBroken(roundingPerLine)})
      UNION ALL SELECT mdtrt_id, false FROM c_missing_diagnoses
      UNION ALL SELECT mdtrt_id, false FROM j_other_persons WHERE tbl = 'setl_list_diag_d') GROUP BY mdtrt_id`);
}
