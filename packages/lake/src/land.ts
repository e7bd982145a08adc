import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, type Table, tableOf } from '@hengjian/standard';
import { identifier, integer, quoted, type Tables, text } from '@hengjian/table';
import { forgedSql, fromShownSql, isShownSql, normalPersonSql, type PersonKeys, pseudonymSql } from './pseudonym.ts';
import { type QuarantineReason, reasonOf } from './reasons.ts';
import { type Staged, stagedSql } from './stage.ts';
import { clean, type FieldPlan, oddNumberSql, storedSql, typedName, typedSql, unreadableSql } from './typed.ts';

export type PersonKey = 'psn_no' | 'certno' | 'institution' | 'row';

/** What the figures of a source mean. */
export interface Meaning {
  readonly timePrecision?: 'day' | 'minute';
  readonly dailyQuantity?: boolean;
  /** `fund_pay_sumamt` contains the personal account. */
  readonly fundIncludesAccount?: boolean;
  /** `ipt_days` counts the first and the last day. */
  readonly staysCountBothDays?: boolean;
}

/** One staged file on its way into one national table. */
export interface Load {
  readonly table: string;
  readonly staged: Staged;
  readonly seq: number;
  readonly file: string;
  readonly plans: readonly FieldPlan[];
  readonly meaning: Meaning;
  readonly personKeys: readonly PersonKey[];
  /** The files behind the rows by their `_seq`, where they are not all those of `seq`. */
  readonly sources?: readonly LoadSource[];
}

/** A file that rows come from. */
export interface LoadSource {
  readonly seq: number;
  readonly file: string;
}

/** The files behind the rows of a load. */
export const sourcesOf = (load: Load): readonly LoadSource[] => load.sources ?? [load];

/** Loads of one table that are read in the same way. */
export interface LoadGroup {
  readonly table: string;
  /** Says how all of them are read. */
  readonly first: Load;
  readonly loads: readonly Load[];
}

export interface Landed {
  readonly table: string;
  readonly accepted: number;
  readonly quarantined: readonly { readonly seq: number; readonly field: string; readonly code: QuarantineReason; readonly rows: number }[];
  readonly columns: readonly string[];
  readonly folder: string;
}

/** Row id: number of the file × 2^32 + row in the file. */
export const rowsPerFile = 4_294_967_296;

const monthField: Readonly<Record<string, string>> = {
  setl_d: 'setl_time',
  mdtrt_d: 'begntime',
  fee_list_d: 'fee_ocur_time',
  drord_d: 'drord_begntime',
  stoc_chg_d: 'inv_chg_time',
};

const optional = new Set(['psn_no', 'certno']);

/** Groups the loads that can be read by one statement. */
export function groupLoads(loads: readonly Load[]): LoadGroup[] {
  const groups = new Map<string, LoadGroup>();
  for (const load of loads) {
    const signature = JSON.stringify([load.table, load.plans, load.meaning, load.personKeys, load.staged.columns, load.staged.firstRow]);
    const { first, loads: before } = groups.get(signature) ?? { first: load, loads: [] };
    groups.set(signature, { table: first.table, first, loads: [...before, load] });
  }
  return [...groups.values()];
}

const missingField = (table: Table, plan: FieldPlan): string | undefined => {
  const field = table.fields.get(plan.field);
  return field === undefined || field.nullable || optional.has(field.name)
    ? undefined
    : `WHEN ${typedName(plan.field)} IS NULL THEN ${quoted(`missing|${plan.field}`)}`;
};

/** Reasons for which a row is not accepted, as branches of a CASE. */
function reasonsSql(load: Load, keys: PersonKeys): string[] {
  const table = tableOf(load.table);
  const known = load.plans.filter((plan) => table.fields.has(plan.field));
  const reasons = known.flatMap((plan) => {
    const field = table.fields.get(plan.field);
    if (field === undefined) return [];
    const unreadable = unreadableSql(field, plan, typedName(plan.field));
    const missing = missingField(table, plan);
    return [
      ...(unreadable === 'false' ? [] : [`WHEN ${unreadable} THEN ${quoted(`unreadable|${plan.field}`)}`]),
      ...(missing === undefined ? [] : [missing]),
    ];
  });
  const forged = load.plans.flatMap((plan) =>
    isPersonField(load, plan.field) ? [`WHEN ${forgedSql(keys, typedName(plan.field))} THEN ${quoted(`pseudonym|${plan.field}`)}`] : [],
  );
  return [...reasons, ...forged, `WHEN ${oddNumberSql(table, known)} THEN 'unreadable|'`];
}

/** SELECT of a group: typed columns `t_*`, the source columns and `_bad` (`code|field` or NULL). */
export function typedSelect(group: LoadGroup, keys: PersonKeys): string {
  const { first } = group;
  const table = tableOf(group.table);
  const source = `(${stagedSql(group.loads.map((load) => load.staged))})`;
  const typed = first.plans.map((plan) => {
    const field = table.fields.get(plan.field);
    return `${field === undefined ? clean(plan.from) : typedSql(field, plan)} AS ${typedName(plan.field)}`;
  });
  return `SELECT *, CASE ${reasonsSql(first, keys).join(' ')} END AS _bad FROM (SELECT *, ${typed.join(', ')} FROM ${source})`;
}

/** Whether a field says who somebody is: such values are kept as pseudonyms only. */
const isPersonField = (load: Load, field: string): boolean =>
  field === '_patient' || tableOf(load.table).fields.get(field)?.privacy === 'pseudonym';

const has = (load: Load, field: string): boolean => load.plans.some((plan) => plan.field === field);

/** Key of a row: the primary key, with the fallbacks of lines, diagnoses and operations; else file and row. */
function keySql(load: Load): string {
  const own = (field: string): string | undefined => (has(load, field) ? typedName(field) : undefined);
  const joined = (...fields: string[]): string | undefined =>
    fields.every((field) => has(load, field)) ? fields.map((field) => typedName(field)).join(" || '|' || ") : undefined;
  const fileRow = `${quoted(`${load.table}|`)} || _file || '|' || _row`;
  const text = (field: string): string => `coalesce(CAST(${typedName(field)} AS VARCHAR), '')`;
  const soft = (...fields: string[]): string =>
    `concat_ws('|', ${fields.flatMap((field) => (has(load, field) ? [text(field)] : [])).join(', ')})`;
  const choices = ((): (string | undefined)[] => {
    switch (load.table) {
      case 'fee_exct_d':
        return [soft('bkkp_sn')];
      case 'fee_list_d':
        return [own('bkkp_sn'), joined('fixmedins_code', 'mdtrt_id', 'feedetl_sn'), `_file || '|' || _row`];
      case 'setl_list_diag_d':
        return [own('setl_list_diag_id'), soft('mdtrt_id', 'setl_id', 'diag_type', 'diag_code')];
      case 'setl_list_oprn_d':
        return [own('setl_list_oprn_id'), soft('mdtrt_id', 'setl_id', 'oprn_oprt_code', 'oprn_oprt_date', 'oper_dr_code')];
      case 'psn_insu_d':
        return [own('psn_insu_rlts_id'), `concat_ws('|', _person, ${soft('insutype', 'begndate')})`];
      case 'hilist_b':
        return [soft('hilist_code', 'begndate')];
      case 'drug_trac_d':
        return [soft('bkkp_sn', 'fixmedins_code', 'mdtrt_id', 'feedetl_sn', 'drug_trac_codg')];
      case 'psn_info_b':
        return ['_person'];
      default:
        return [joined(...tableOf(load.table).key), fileRow];
    }
  })();
  return `coalesce(${choices.filter((choice) => choice !== undefined).join(', ')})`;
}

/** Fields of the facts of a group, in dictionary order. */
export function factFields(load: Load): string[] {
  const table = tableOf(load.table);
  const planned = new Set(load.plans.map((plan) => plan.field));
  return [...table.fields.values()].filter((field) => planned.has(field.name) && field.privacy !== 'drop').map((field) => field.name);
}

/** A text that is turned into a pseudonym. */
interface PersonText {
  readonly key: PersonKey;
  readonly raw: string;
}

/** The field of the institution's own patient number, where persons may be told apart by it. */
function patientField(load: Load): string | undefined {
  if (!load.personKeys.includes('institution') || !has(load, 'fixmedins_code')) return undefined;
  return has(load, '_patient') ? '_patient' : has(load, 'ipt_otp_no') ? 'ipt_otp_no' : undefined;
}

/** SQL of the text behind the pseudonym of a field: patient numbers count within their institution. */
export function personTextOf(load: Load, field: string): string {
  if (field !== patientField(load)) return typedName(field);
  const number = typedName(field);
  return `CASE WHEN ${isShownSql(number)} THEN ${number} ELSE ${typedName('fixmedins_code')} || '|' || ${number} END`;
}

const isKey = (name: string): name is PersonKey => ['psn_no', 'certno', 'institution', 'row'].includes(name);

interface PersonSql {
  readonly joins: string;
  readonly person: string;
  readonly reach: string;
  readonly pseudonyms: ReadonlyMap<string, string>;
  readonly texts: readonly PersonText[];
}

const reachOf = (key: PersonKey): number => (key === 'row' ? 2 : key === 'institution' ? 1 : 0);

function personSql(load: Load): PersonSql {
  const table = tableOf(load.table);
  const fields = [...table.fields.values()]
    .filter((field) => field.privacy === 'pseudonym' && has(load, field.name))
    .map((field) => field.name);
  const patient = patientField(load);
  const texts: { readonly key: PersonKey | undefined; readonly raw: string }[] = [
    ...fields.map((field) => ({ key: isKey(field) ? field : undefined, raw: typedName(field) })),
    ...(patient === undefined ? [] : [{ key: 'institution' as const, raw: personTextOf(load, patient) }]),
    ...(load.personKeys.includes('row') ? [{ key: 'row' as const, raw: `'row|' || _file || '|' || _row` }] : []),
  ];
  const order = load.personKeys.flatMap((key) => {
    const index = texts.findIndex((one) => one.key === key);
    return index < 0 ? [] : [{ key, sql: `p${index}.psn` }];
  });
  const reach = order.map((one) => `WHEN ${one.sql} IS NOT NULL THEN ${reachOf(one.key)}`).join(' ');
  return {
    texts: texts.map(({ key, raw }) => ({ key: key ?? 'psn_no', raw })),
    joins: texts.map(({ raw }, index) => `LEFT JOIN pseudonyms p${index} ON p${index}.raw = ${raw}`).join(' '),
    person: order.length === 0 ? 'CAST(NULL AS VARCHAR)' : `coalesce(${order.map((one) => one.sql).join(', ')})`,
    reach: order.length === 0 ? 'CAST(NULL AS TINYINT)' : `CAST(CASE ${reach} END AS TINYINT)`,
    pseudonyms: new Map(fields.map((field, index) => [field, `p${index}.psn`])),
  };
}

/** Rows of a group with the name of their file. */
const withFile = (group: LoadGroup, keys: PersonKeys): string =>
  `(SELECT s.*, f.name AS _file FROM (${typedSelect(group, keys)}) s JOIN batch_files f ON f.seq = s._seq)`;

/** Computes the pseudonym of each distinct text of the group once; asking which rows are accepted would cost more. */
async function addPseudonyms(engine: Tables, group: LoadGroup, keys: PersonKeys): Promise<void> {
  const { texts } = personSql(group.first);
  if (texts.length === 0) return;
  const all = texts.map(({ key, raw }) => `SELECT ${raw} AS raw, ${key !== 'row'} AS is_number FROM ${withFile(group, keys)}`);
  // The name of a file and the number of a row are no number of a person: they are taken as they stand.
  const number = `nullif(CASE WHEN is_number THEN ${normalPersonSql('raw')} ELSE raw END, '')`;
  await engine.run(
    `INSERT INTO pseudonyms SELECT raw, CASE WHEN ${isShownSql('raw')} THEN ${fromShownSql('raw')}
    ELSE ${pseudonymSql(keys.key, number)} END
     FROM (SELECT raw, bool_or(is_number) AS is_number FROM (${all.join(' UNION ALL ')}) WHERE raw IS NOT NULL GROUP BY raw)
     ANTI JOIN pseudonyms USING (raw)`,
  );
}

function factColumns(load: Load, pseudonyms: ReadonlyMap<string, string>): string[] {
  const table = tableOf(load.table);
  return factFields(load).map((name) => {
    const field = table.fields.get(name);
    const pseudonym = pseudonyms.get(name);
    if (pseudonym !== undefined) return `${pseudonym} AS ${identifier(name)}`;
    if (name === 'fund_pay_sumamt' && load.meaning.fundIncludesAccount === true && has(load, 'acct_pay')) {
      return `${typedName(name)} - coalesce(${typedName('acct_pay')}, 0) AS ${identifier(name)}`;
    }
    return `${field === undefined ? typedName(name) : storedSql(field, typedName(name))} AS ${identifier(name)}`;
  });
}

function metaColumns(load: Load): string[] {
  const flag = (value: boolean | undefined): string =>
    value === undefined ? 'CAST(NULL AS TINYINT)' : `CAST(${value ? 1 : 0} AS TINYINT)`;
  const precision = load.meaning.timePrecision;
  if (load.table === 'fee_list_d') {
    return [
      `CAST(${precision === undefined ? 'NULL' : precision === 'day' ? 0 : 1} AS TINYINT) AS _precision`,
      `${flag(load.meaning.dailyQuantity)} AS _daily`,
    ];
  }
  return load.table === 'mdtrt_d' || load.table === 'setl_d' ? [`${flag(load.meaning.staysCountBothDays)} AS _both`] : [];
}

/** Writes the accepted rows of a group as Parquet by month and counts the others. */
export async function land(engine: Tables, group: LoadGroup, keys: PersonKeys, folder: string): Promise<Landed> {
  const load = group.first;
  await addPseudonyms(engine, group, keys);
  const person = personSql(load);
  const time = monthField[group.table];
  const month = time !== undefined && has(load, time) ? `strftime(${typedName(time)}, '%Y-%m')` : "'all'";
  const inner = `SELECT x.*, ${person.person} AS _person, ${person.reach} AS _reach, ${[...person.pseudonyms]
    .map(([field, sql]) => `${sql} AS ${identifier(`p_${field}`)}`)
    .concat(['0 AS _nothing'])
    .join(', ')}
    FROM ${withFile(group, keys)} x ${person.joins} WHERE _bad IS NULL`;
  const pseudonyms = new Map([...person.pseudonyms.keys()].map((field) => [field, identifier(`p_${field}`)]));
  const select = `SELECT _seq * ${rowsPerFile} + _row AS _rid, ${keySql(load)} AS _key, _person, _reach,
    ${[...factColumns(load, pseudonyms), ...metaColumns(load)].join(', ')}, ${month} AS _month FROM (${inner})`;
  makeFolder(folder);
  const accepted = await engine.count(
    `COPY (${select}) TO ${quoted(folder)} (FORMAT parquet, PARTITION_BY (_month), OVERWRITE_OR_IGNORE true, COMPRESSION snappy)`,
  );
  const rows = group.loads.reduce((sum, one) => sum + one.staged.rows, 0);
  const badRows = `SELECT _seq, _bad, count(*) AS n FROM (${typedSelect(group, keys)}) WHERE _bad IS NOT NULL GROUP BY ALL ORDER BY ALL`;
  const bad = accepted === rows ? [] : await engine.rows(badRows, { _seq: integer, _bad: text, n: integer });
  const quarantined = bad.map((row) => {
    const [code = '', field = ''] = row._bad.split('|');
    return { seq: row._seq, field, code: reasonOf(code), rows: row.n };
  });
  const meta = ['_rid', '_key', '_person', '_reach', ...metaColumns(load).map((column) => column.split(' AS ').at(-1) ?? column)];
  return { table: group.table, accepted, quarantined, columns: [...meta, ...factFields(load)], folder };
}

/** Parquet files below a folder partitioned by `column`, with the value of their part. */
export function partitionFiles(folder: string, column: string): { path: string; part: string }[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const part = decodeURIComponent(entry.name.slice(column.length + 1));
      return readdirSync(join(folder, entry.name)).map((name) => ({ path: join(folder, entry.name, name), part }));
    })
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}
