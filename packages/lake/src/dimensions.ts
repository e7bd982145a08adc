import { join } from 'node:path';
import { type ColumnDefinition, columnsOf, type DimensionTable, dimensionTableNames, makeFolder } from '@hengjian/standard';
import { optional, type Tables, text, type ValueReader } from '@hengjian/table';
import { indexFile, type TableIndex, tableFile } from './arrow-file.ts';
import { type StoredColumn, writeArrow, writeIndex } from './arrow-write.ts';
import { columnsWithValues, type Dictionaries } from './dictionaries.ts';
import type { FactTables } from './facts.ts';
import type { StoredFolder } from './manifest.ts';
import { settingSql } from './prepare.ts';
import { describeFile } from './stored.ts';
import { masterTables, resolveVersions } from './touch.ts';

/** Current rows of a table kept once per lake, one per `by`, the latest period winning. */
const current = (table: string, by: string, order: string): string =>
  `(SELECT * FROM f_${table} f ANTI JOIN (SELECT rid FROM master_losers WHERE tbl = '${table}') x ON x.rid = f._rid
    QUALIFY row_number() OVER (PARTITION BY ${by} ORDER BY ${order}, _key DESC) = 1)`;
const valid = (table: string, by: string, order: string): string =>
  `(SELECT * FROM ${current(table, by, order)} WHERE coalesce(vali_flag, '1') <> '0')`;

/** Resolves the versions of the master tables and makes `departments` (fixmedins_code, dept_codg, dept_name, caty) and `traces`. */
export async function prepareMasters(engine: Tables, { all }: FactTables): Promise<void> {
  await engine.run('CREATE TEMP TABLE master_losers (tbl VARCHAR, rid BIGINT, status VARCHAR)');
  for (const table of masterTables.filter((one) => all.has(one))) await resolveVersions(engine, table, undefined, 'master_losers');
  await engine.run(
    `CREATE TEMP TABLE departments AS SELECT fixmedins_code, dept_codg, dept_name, caty
    FROM ${current('medins_dept_b', 'fixmedins_code, dept_codg', 'begndate DESC NULLS LAST')}`,
  );
  await engine.run(`CREATE TEMP TABLE traces AS SELECT bkkp_sn, fixmedins_code, min(drug_trac_codg) AS drug_trac_codg
    FROM f_drug_trac_d ANTI
    JOIN (SELECT rid FROM master_losers WHERE tbl = 'drug_trac_d') x ON x.rid = _rid
    WHERE bkkp_sn IS NOT NULL GROUP BY bkkp_sn, fixmedins_code`);
}

/** Names of items that the catalogue does not have: the one most often seen on lines that count, and the others. */
const seenNames = `
  SELECT med_list_codg, arg_max(name, row(n, name_order)) AS name,
    nullif(array_to_string(list_sort(list_filter(list(name), lambda one: one <> arg_max(name, row(n, name_order)))), chr(31)), '') AS others
  FROM (
    SELECT med_list_codg, name, n, row_number() OVER (PARTITION BY med_list_codg ORDER BY name DESC) AS name_order FROM (
      SELECT med_list_codg, coalesce(hilist_name, medins_list_name) AS name, count(*) AS n FROM f_fee_list_d
      WHERE med_list_codg IN (SELECT value FROM d_item ANTI JOIN (SELECT hilist_code AS value FROM f_hilist_b
      WHERE hilist_name IS NOT NULL) h USING (value))
        AND _rid NOT IN (SELECT rid FROM all_losers WHERE tbl = 'fee_list_d') AND coalesce(hilist_name, medins_list_name) IS NOT NULL
        GROUP BY ALL))
  GROUP BY med_list_codg`;

const seenTypes = (column: string): string =>
  `SELECT med_list_codg, min(${column}) AS ${column} FROM f_fee_list_d WHERE med_list_codg IN (SELECT value FROM d_item ANTI
    JOIN (SELECT hilist_code AS value FROM f_hilist_b) h USING (value)) GROUP BY med_list_codg`;

/** What an institution could sell of an item in a month; a month without an opening and a closing count says nothing. */
const monthlyStock = `
  SELECT fixmedins_code, med_list_codg, CAST(date_trunc('month', inv_chg_time) AS DATE) AS month,
    sum(CASE WHEN inv_chg_type IN ('1', '2') THEN cnt ELSE -cnt END) AS supplied
  FROM f_stoc_chg_d ANTI JOIN (SELECT rid FROM master_losers WHERE tbl = 'stoc_chg_d') x ON x.rid = _rid
    WHERE inv_chg_type IN ('1', '2', '3', '4', '5')
  GROUP BY ALL HAVING bool_or(inv_chg_type = '1') AND bool_or(inv_chg_type = '4')`;

/** Days on which practitioners were inpatients themselves. */
const practitionerStays = `
  SELECT DISTINCT p.dr_code AS practitioner, CAST(v.begntime AS DATE) AS begndate, CAST(v.endtime AS DATE) AS enddate
  FROM ${valid('dr_info_b', 'dr_code', 'begndate DESC NULLS LAST')} p JOIN f_mdtrt_d v ON v._person = p._person ANTI JOIN (SELECT rid
    FROM all_losers WHERE tbl = 'mdtrt_d') x ON x.rid = v._rid
  WHERE p._person IS NOT NULL AND v.endtime IS NOT NULL AND v.begntime IS NOT NULL AND ${settingSql('v.med_type')} = 'inpatient'`;

/** For each dimension: SELECT of plain values with `id`, the id of the dictionary value or the place in the list. */
const selects: Readonly<Record<DimensionTable, string>> = {
  institution: `SELECT d.id, m.fixmedins_name, m.fixmedins_type, m.hosp_lv, m.lmtpric_hosp_lv, m.dedc_hosp_lv, m.admdvs, m.aprv_bed_cnt,
    m.enddate, r.line_from, r.line_to, r.visit_from, r.visit_to
    FROM d_institution d LEFT JOIN ${valid('medins_info_b', 'fixmedins_code', 'begndate DESC NULLS LAST')} m ON m.fixmedins_code =
    d.value LEFT JOIN institution_reach r ON r.fixmedins_code = d.value`,
  practitioner: `SELECT d.id, p.dr_pro_tech_duty, coalesce(x.caty, CASE WHEN regexp_matches(p.dept_codg, '^A\\d\\d') THEN p.dept_codg
    END) AS caty, p.fixmedins_code, p.begndate, p.enddate, p.susp_begndate, p.susp_enddate, p.die_date
    FROM d_practitioner d LEFT JOIN ${valid('dr_info_b', 'dr_code', 'begndate DESC NULLS LAST')} p ON p.dr_code = d.value LEFT
    JOIN departments x ON x.fixmedins_code = p.fixmedins_code AND x.dept_codg = p.dept_codg`,
  item: `SELECT d.id, coalesce(h.hilist_name, s.name) AS hilist_name, s.others AS other_names,
    coalesce(h.list_type, t.list_type) AS list_type,
    coalesce(h.med_chrgitm_type, c.med_chrgitm_type) AS med_chrgitm_type
    FROM d_item d LEFT JOIN ${current('hilist_b', 'hilist_code', 'begndate DESC NULLS LAST')} h ON h.hilist_code = d.value LEFT
    JOIN (${seenNames}) s ON s.med_list_codg = d.value
    LEFT JOIN (${seenTypes('list_type')}) t ON t.med_list_codg = d.value LEFT JOIN (${seenTypes('med_chrgitm_type')}) c ON
    c.med_list_codg = d.value`,
  department: `SELECT d.id, coalesce(x.dept_name, CASE WHEN NOT contains(d.value, '|') THEN d.value END) AS dept_name, x.caty, CASE
    WHEN contains(d.value, '|') THEN split_part(d.value, '|', 1) END AS fixmedins_code FROM d_department d
    LEFT JOIN departments x ON x.fixmedins_code = split_part(d.value, '|', 1) AND x.dept_codg = substr(d.value,
    strlen(split_part(d.value, '|', 1)) + 2)`,
  stock: `SELECT row_number() OVER (ORDER BY fixmedins_code, med_list_codg, month) AS id, * FROM (${monthlyStock})`,
  practitioner_stay: `SELECT row_number() OVER (ORDER BY practitioner, begndate, enddate) AS id, * FROM (${practitionerStays})`,
};

function plainColumn(column: ColumnDefinition, values: readonly unknown[]): StoredColumn {
  const { name, kind } = column;
  if (kind === 'text') {
    const parts = values.map((value) => (value === null ? undefined : Buffer.from(String(value))));
    const offsets = new Int32Array(values.length + 1);
    for (const [row, part] of parts.entries()) offsets[row + 1] = (offsets[row] as number) + (part?.length ?? 0);
    const missing = Uint8Array.from(parts, (part) => (part === undefined ? 1 : 0));
    return { name, kind, text: { offsets, bytes: new Uint8Array(Buffer.concat(parts.filter((part) => part !== undefined))), missing } };
  }
  const numbers = values.map(Number);
  if (kind === 'scaled') return { name, kind, numbers: Float64Array.from(numbers) };
  return { name, kind, numbers: kind === 'code8' ? Int8Array.from(numbers) : Int32Array.from(numbers) };
}

function storedSql(column: ColumnDefinition, said: ReadonlySet<string>): string {
  const value = `o.${column.name}`;
  if (column.kind === 'text') return `${value} AS ${column.name}`;
  if (column.kind === 'day') return `coalesce(CAST(${value} - DATE '1970-01-01' AS INTEGER), -2147483648) AS ${column.name}`;
  if (column.kind === 'scaled') return `coalesce(CAST(${value} AS DOUBLE), CAST('nan' AS DOUBLE)) AS ${column.name}`;
  if (!said.has(column.name)) return `-1 AS ${column.name}`;
  return `coalesce((SELECT x.id FROM d_${column.of} x WHERE x.value = o.${column.name}), -1) AS ${column.name}`;
}

/** A number of the engine as it is, NaN included. */
const anyNumber: ValueReader<number> = (value, column) => {
  if (typeof value !== 'number') throw new TypeError(`column ${column}: a number expected`);
  return value;
};

/** Writes the dimension tables as one more folder of the lake. */
export async function writeDimensions(engine: Tables, dictionaries: Dictionaries, lake: string, batch: number): Promise<StoredFolder> {
  const path = `state/dimensions-${batch}`;
  const folder = join(lake, path);
  makeFolder(folder);
  const index: Record<string, TableIndex> = {};
  const said = new Map<DimensionTable, ReadonlySet<string>>();
  // Other tables may name practitioners, items and institutions of their own, so those come last.
  const last: readonly DimensionTable[] = ['practitioner', 'item', 'institution'];
  for (const table of [...dimensionTableNames.filter((one) => !last.includes(one)), ...last]) {
    await engine.run(`CREATE TEMP TABLE dim_${table} AS ${selects[table]}`);
    const codes = columnsOf(table).flatMap(({ name, kind, of }) =>
      of !== undefined && (kind === 'code' || kind === 'code8') ? [{ name, of, small: kind === 'code8' }] : [],
    );
    const names = await columnsWithValues(
      engine,
      `dim_${table}`,
      codes.map(({ name }) => name),
    );
    said.set(table, names);
    for (const { name, of, small } of codes)
      await dictionaries.add(of, names.has(name) ? [`SELECT ${name} AS value FROM dim_${table}`] : [], small);
  }
  for (const table of dimensionTableNames) {
    const columns = columnsOf(table);
    const readers = columns.map((column) => [column.name, column.kind === 'text' ? optional(text) : anyNumber] as const);
    const list = columns.map((column) => storedSql(column, said.get(table) ?? new Set()));
    const select = `SELECT ${list.join(', ')} FROM dim_${table} o ORDER BY o.id`;
    const rows = await engine.rows(select, Object.fromEntries<ValueReader<string | number | null>>(readers));
    const stored = columns.map((column) =>
      plainColumn(
        column,
        rows.map((row) => row[column.name] ?? null),
      ),
    );
    index[table] = writeArrow(join(folder, tableFile(table)), stored, rows.length);
  }
  writeIndex(folder, index);
  return { path, files: [...dimensionTableNames.map(tableFile), indexFile].map((name) => describeFile(lake, `${path}/${name}`)) };
}
