import { codePatterns } from '@hengjian/standard';
import { integer, quoted, type Tables, text } from '@hengjian/table';
import type { Ruined } from './types.ts';

/** A code that a spreadsheet took for a number: 3.3E+17, 1234567890.0. */
const numberLike = '^\\d+(\\.\\d+)?[eE]\\+?\\d+$|^\\d{10,}\\.0$';

/** A code that a spreadsheet took for a date: 2025-03-31, 3月31日, 31-Mar, Mar-31. */
const dateLike =
  '^\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}( \\d{1,2}:\\d{2}(:\\d{2})?)?$|^(\\d{4}年)?\\d{1,2}月\\d{1,2}日$' +
  '|^\\d{1,2}-[A-Z][a-z]{2}$|^[A-Z][a-z]{2}-\\d{1,2}$';

interface CodeField {
  readonly table: string;
  readonly field: string;
  /** SQL pattern of a code that lost its zeros. */
  readonly lostZeros?: string;
  /** What such a code was, as SQL over the value. */
  readonly whole?: (value: string) => string;
}

/** Operations have two digits before the point and four behind it; a number keeps neither the first zero nor the last ones. */
const operation = {
  lostZeros: '^\\d{1,2}(\\.\\d{1,3})?$',
  whole: (value: string): string => `lpad(split_part(${value}, '.', 1), 2, '0') || '.' || rpad(split_part(${value}, '.', 2), 4, '0')`,
};
/** Items of service have fifteen digits that begin with two zeros. */
const service = { lostZeros: '^1\\d{12}$|^\\d{13}$', whole: (value: string): string => `lpad(${value}, 15, '0')` };

const fields: readonly CodeField[] = [
  { table: 'fee_list_d', field: 'bkkp_sn' },
  { table: 'fee_list_d', field: 'feedetl_sn' },
  { table: 'fee_list_d', field: 'med_list_codg', ...service },
  { table: 'fee_list_d', field: 'medins_list_codg' },
  { table: 'fee_list_d', field: 'drug_trac_codg' },
  { table: 'fee_list_d', field: 'mdtrt_id' },
  { table: 'setl_d', field: 'setl_id' },
  { table: 'mdtrt_d', field: 'mdtrt_id' },
  { table: 'mdtrt_d', field: 'dscg_maindiag_code' },
  { table: 'mdtrt_d', field: 'oprn_oprt_code', ...operation },
  { table: 'setl_list_diag_d', field: 'diag_code' },
  { table: 'setl_list_oprn_d', field: 'oprn_oprt_code', ...operation },
  { table: 'hilist_b', field: 'hilist_code', ...service },
];

async function ruinedField(engine: Tables, { table, field, lostZeros, whole }: CodeField): Promise<Ruined[]> {
  const isNumber = `regexp_matches(${field}, ${quoted(`${numberLike}|${dateLike}`)})`;
  const isShort =
    lostZeros === undefined
      ? 'false'
      : `(regexp_matches(${field}, ${quoted(lostZeros)}) AND NOT regexp_matches(${field}, ${quoted(codePatterns.operation.source)}))`;
  const kinds = [
    { test: isNumber, proposal: "''" },
    ...(whole === undefined ? [] : [{ test: `${isShort} AND NOT ${isNumber}`, proposal: whole(field) }]),
  ];
  const out: Ruined[] = [];
  for (const { test, proposal } of kinds) {
    const select = `SELECT count(*) AS "rows", coalesce(min(${field}), '') AS sample, coalesce(arg_min(${proposal}, ${field}),
      '') AS proposal
      FROM n_${table} WHERE ${test}`;
    const row = await engine.row(select, { rows: integer, sample: text, proposal: text });
    if (row !== undefined && row.rows > 0) out.push({ table, field, ...row });
  }
  return out;
}

/** Codes among the new rows that look as if a spreadsheet had changed them, with what they may have been. */
export async function ruinedCodes(engine: Tables): Promise<Ruined[]> {
  const out: Ruined[] = [];
  for (const field of fields) out.push(...(await ruinedField(engine, field)));
  return out;
}
