import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { merged, untrusted } from '@hengjian/sources';
import { dictionary, makeFolder, type RowCheck, tableOf } from '@hengjian/standard';
import { identifier, integer, parquetOf, quoted, type Tables, text } from '@hengjian/table';
import { brokenTable, withholdBroken } from './broken-lines.ts';
import { contentMark } from './line-key.ts';
import { forgedSql, fromShownSql, isShownSql, normalPersonSql, type PersonKeys, plainSql, pseudonymSql } from './pseudonym.ts';
import { type QuarantineReason, reasonOf } from './reasons.ts';
import { type Staged, stagedSql } from './stage.ts';
import { visitTables } from './touch.ts';
import { type FieldPlan, isAmount, loosened, oddSql, readsColumn, refusals, rowChecksOf, typedName, valuesSelect } from './typed.ts';
import { ownerSql, serialSql, withheldTables } from './withheld.ts';

export type PersonKey = 'psn_no' | 'certno' | 'institution' | 'row';

/** What the figures of a source mean. */
export interface Meaning {
  readonly timePrecision?: 'day' | 'minute';
  readonly dailyQuantity?: boolean;
  /** `fund_pay_sumamt` contains the personal account. */
  readonly fundIncludesAccount?: boolean;
  /** `ipt_days` counts the first and the last day. */
  readonly staysCountBothDays?: boolean;
  /** The centre gave the serials, so that no two institutions share one. */
  readonly serialsOfCentre?: boolean;
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

/** A load with what was found out about its rows. */
interface KeyedLoad extends Load {
  /** Whether every line has a serial. */
  readonly hasSerials?: boolean;
}

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
  /** How its rows were read in the end. */
  readonly plans: readonly FieldPlan[];
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

const formOf = ({ columns, firstRow, untrusted: rounded, merged: joined }: Staged): readonly unknown[] => [
  columns,
  firstRow,
  rounded,
  joined,
];

/** Groups the loads that can be read by one statement. */
export function groupLoads(loads: readonly Load[]): LoadGroup[] {
  const groups = new Map<string, { readonly first: Load; readonly loads: Load[] }>();
  for (const load of loads) {
    const signature = JSON.stringify([load.table, load.plans, load.meaning, load.personKeys, ...formOf(load.staged)]);
    const { first, loads: before } = groups.get(signature) ?? { first: load, loads: [] };
    before.push(load);
    groups.set(signature, { first, loads: before });
  }
  return [...groups.values()].map(({ first, loads: own }) => ({ table: first.table, first, loads: own }));
}

const checksOf = (load: Load): readonly RowCheck[] => rowChecksOf(load.table, load.plans, dictionary.rowChecks);

/** A serial, or the code on a box, that a spreadsheet saved in its short form: 3.301E+17. Several have the same. */
const shortened = '\\s*[0-9]([.][0-9]+)?[eE][+][0-9]{2,}\\s*';

/** Numbers that a spreadsheet has rounded, in the columns that are used. A number that was rounded may be any of many. */
function longNumbers(load: Load): string[] {
  const { plans, staged } = load;
  const marked = staged.untrusted.map(identifier);
  return plans.flatMap(({ field, from, origin = from }) => {
    const reason = `THEN ${quoted(`number-long|${field}`)}`;
    const isSerial = isPersonField(load, field) || /_(?:id|sn)$|^drug_trac_codg$/.test(field);
    return [
      ...(marked.some((column) => origin.includes(column)) ? [`WHEN contains(${origin}, ${quoted(untrusted)}) ${reason}`] : []),
      ...(isSerial ? [`WHEN contains(${from}, '+') AND regexp_full_match(${from}, '${shortened}') ${reason}`] : []),
    ];
  });
}

/** Amounts, prices and quantities that were merged over several rows: nobody knows what each of them has. */
function mergedAmounts({ table, plans, staged }: Load): string[] {
  const marked = (staged.merged ?? []).map(identifier);
  return plans.flatMap((plan) => {
    const { field, from, origin = from } = plan;
    const isDue = isAmount(tableOf(table).fields.get(field)) && marked.some((column) => readsColumn(plan, column));
    return isDue ? [`WHEN contains(${origin}, ${quoted(merged)}) THEN ${quoted(`merged|${field}`)}`] : [];
  });
}

/** Reasons for which a row is not accepted, as branches of a CASE. */
function reasonsSql(load: Load, keys: PersonKeys): string[] {
  const forged = load.plans.flatMap((plan) =>
    isPersonField(load, plan.field) ? [`WHEN ${forgedSql(keys, typedName(plan.field))} THEN ${quoted(`pseudonym|${plan.field}`)}`] : [],
  );
  return [...longNumbers(load), ...mergedAmounts(load), ...refusals(load.table, load.plans, checksOf(load)), ...forged];
}

const sourceOf = ({ loads }: LoadGroup): string => `(${stagedSql(loads.map(({ staged }) => staged))})`;

/** SELECT of a group: known values `t_*`, the source columns and `_bad` (`code|field` or NULL). */
export function typedSelect(group: LoadGroup, keys: PersonKeys): string {
  const { first } = group;
  const source = sourceOf(group);
  const branches = reasonsSql(first, keys);
  const bad = branches.length === 0 ? 'CAST(NULL AS VARCHAR)' : `CASE ${branches.join(' ')} END`;
  return `SELECT *, ${bad} AS _bad FROM (${valuesSelect(group.table, first.plans, checksOf(first), source)})`;
}

/** SELECT of all rows of a group with the known values of some fields alone, which are texts: no other field tells what they are. */
function textsSelect(group: LoadGroup, fields: readonly string[]): string {
  const plans = group.first.plans.filter(({ field }) => fields.includes(field));
  return valuesSelect(group.table, plans, [], sourceOf(group));
}

/** Whether a field says who somebody is: such values are kept as pseudonyms only. */
const isPersonField = (load: Load, field: string): boolean =>
  field === '_patient' || tableOf(load.table).fields.get(field)?.privacy === 'pseudonym';

const has = (load: Load, field: string): boolean => load.plans.some((plan) => plan.field === field);

/** What a line without a serial is told by. */
const contentFields = [
  'fixmedins_code',
  'mdtrt_id',
  'med_list_codg',
  'medins_list_name',
  'fee_ocur_time',
  'cnt',
  'pric',
  'det_item_fee_sumamt',
  'drug_trac_codg',
];

/** SQL of the key of a line without a serial: what it says, and which of the same in its file it is. */
function contentKey(load: Load): string {
  const said = contentFields.flatMap((field) => (has(load, field) ? [`coalesce(CAST(${typedName(field)} AS VARCHAR), '')`] : []));
  const content = `md5(concat_ws(chr(31), ${said.join(', ')}))`;
  const serials = ['bkkp_sn', 'feedetl_sn'].flatMap((field) => (has(load, field) ? [typedName(field)] : []));
  const alike = ['_seq', ...said, ...(serials.length === 0 ? [] : [`coalesce(${serials.join(', ')}) IS NULL`])];
  return `'${contentMark}' || ${content} || '|' || row_number() OVER (PARTITION BY ${alike.join(', ')} ORDER BY _row)`;
}

/** Key of a row: the primary key, with the fallbacks of lines, diagnoses and operations; else file and row. */
function keySql(load: KeyedLoad): string {
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
        return [soft('mdtrt_id', 'bkkp_sn')];
      case 'fee_list_d':
        return [own('bkkp_sn'), joined('mdtrt_id', 'feedetl_sn'), load.hasSerials === false ? contentKey(load) : fileRow];
      case 'setl_list_diag_d':
        return [joined('mdtrt_id', 'setl_list_diag_id'), soft('mdtrt_id', 'setl_id', 'diag_type', 'diag_code')];
      case 'setl_list_oprn_d':
        return [joined('mdtrt_id', 'setl_list_oprn_id'), soft('mdtrt_id', 'setl_id', 'oprn_oprt_code', 'oprn_oprt_date', 'oper_dr_code')];
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
  const key = `coalesce(${choices.filter((choice) => choice !== undefined).join(', ')})`;
  // The serials of one institution say nothing of another one; where none is named, those of a visit say nothing of another.
  if (!scopedTables.has(load.table) || load.meaning.serialsOfCentre === true) return key;
  const scopes = ['fixmedins_code', ...(serialTables.has(load.table) ? ['mdtrt_id'] : [])].filter((field) => has(load, field));
  return `coalesce(${[...scopes.map((field) => `${typedName(field)} || '|'`), "''"].join(', ')}) || ${key}`;
}

/** Tables whose rows are told by a serial that an institution gives. */
const scopedTables: ReadonlySet<string> = new Set([...visitTables, 'drord_d', 'stoc_chg_d']);

/** Those of them whose rows belong to a visit that has no part in their own key. */
const serialTables: ReadonlySet<string> = new Set(['fee_list_d', 'setl_d', 'drord_d']);

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

/** Fields that such a text may be made of beside the number itself. */
const ofPatient: readonly string[] = ['fixmedins_code', 'ipt_otp_no'];

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

/** Rows of a SELECT with the name of their file. */
const withFile = (select: string): string => `(SELECT s.*, f.name AS _file FROM (${select}) s JOIN batch_files f ON f.seq = s._seq)`;

/** Computes the pseudonym of each distinct text of the group once; asking which rows are accepted would cost more. */
async function addPseudonyms(engine: Tables, group: LoadGroup, keys: PersonKeys): Promise<void> {
  const { texts } = personSql(group.first);
  if (texts.length === 0) return;
  const fields = [...group.first.plans.flatMap(({ field }) => (isPersonField(group.first, field) ? [field] : [])), ...ofPatient];
  const source = withFile(textsSelect(group, fields));
  const all = texts.map(({ key, raw }) => `SELECT ${raw} AS raw, ${key !== 'row'} AS is_number FROM ${source}`);
  // The name of a file and the number of a row are no number of a person: they are taken as they stand.
  const number = `nullif(CASE WHEN is_number THEN ${normalPersonSql('raw', 'plain')} ELSE raw END, '')`;
  await engine.run(
    `INSERT INTO pseudonyms SELECT raw, CASE WHEN ${isShownSql('raw')} THEN ${fromShownSql('raw')}
    ELSE ${pseudonymSql(keys.key, number)} END
     FROM (SELECT *, ${plainSql('raw')} AS plain FROM (
       SELECT raw, bool_or(is_number) AS is_number FROM (${all.join(' UNION ALL ')}) WHERE raw IS NOT NULL GROUP BY raw))
     ANTI JOIN pseudonyms USING (raw)`,
  );
}

function factColumns(load: Load, pseudonyms: ReadonlyMap<string, string>): string[] {
  return factFields(load).map((name) => {
    const pseudonym = pseudonyms.get(name);
    if (pseudonym !== undefined) return `${pseudonym} AS ${identifier(name)}`;
    if (name === 'fund_pay_sumamt' && load.meaning.fundIncludesAccount === true && has(load, 'acct_pay')) {
      return `${typedName(name)} - coalesce(${typedName('acct_pay')}, 0) AS ${identifier(name)}`;
    }
    return `${typedName(name)} AS ${identifier(name)}`;
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

/** Whether every line of a group has a serial of the centre or of the institution. */
async function haveSerials(engine: Tables, group: LoadGroup, keys: PersonKeys): Promise<boolean> {
  const serials = ['bkkp_sn', 'feedetl_sn'].filter((field) => has(group.first, field));
  if (group.table !== 'fee_list_d') return true;
  if (serials.length === 0) return false;
  const isWithout = `coalesce(${serials.map(typedName).join(', ')}) IS NULL`;
  // Which lines are accepted is asked, of all their fields, only where one has no serial.
  if ((await engine.count(`SELECT count(*) FROM (${textsSelect(group, serials)}) WHERE ${isWithout}`)) === 0) return true;
  return (await engine.count(`SELECT count(*) FROM (${typedSelect(group, keys)}) WHERE ${isWithout} AND _bad IS NULL`)) === 0;
}

/** SELECT of the accepted rows of a group as facts, with their month. */
function factsSelect(group: LoadGroup, load: KeyedLoad, keys: PersonKeys): string {
  const person = personSql(load);
  const time = monthField[group.table];
  const month = time !== undefined && has(load, time) ? `strftime(${typedName(time)}, '%Y-%m')` : "'all'";
  const own = [...person.pseudonyms].map(([field, sql]) => `${sql} AS ${identifier(`p_${field}`)}`);
  const inner = `SELECT x.*, ${[`${person.person} AS _person`, `${person.reach} AS _reach`, ...own].join(', ')}
    FROM ${withFile(typedSelect(group, keys))} x ${person.joins} WHERE _bad IS NULL`;
  const pseudonyms = new Map([...person.pseudonyms.keys()].map((field) => [field, identifier(`p_${field}`)]));
  const columns = [
    `_seq * ${rowsPerFile} + _row AS _rid`,
    `${keySql(load)} AS _key`,
    ...['_person', '_reach', `${oddSql(load.table, load.plans, checksOf(load))} AS _odd`],
    ...[...factColumns(load, pseudonyms), ...metaColumns(load), `${month} AS _month`],
  ];
  return `SELECT ${columns.join(', ')} FROM (${inner})`;
}

/** What was odd about the rows that were written, each once. */
async function odditiesIn(engine: Tables, folder: string): Promise<readonly string[]> {
  const source = parquetOf(partitionFiles(folder, '_month').map(({ path }) => path));
  if (source === undefined) return [];
  const rows = await engine.rows(`SELECT DISTINCT unnest(string_split(_odd, ';')) AS said FROM ${source} WHERE _odd IS NOT NULL`, {
    said: text,
  });
  return rows.map(({ said }) => said);
}

/**
 * Writes the accepted rows of a group as Parquet by month and counts the others. The plain forms of numbers and times are
 * tried first; numbers, or times, are read in every way people write them where one of them fails, in a further look.
 */
export async function land(engine: Tables, given: LoadGroup, keys: PersonKeys, folder: string): Promise<Landed> {
  let group = given;
  for (;;) {
    const landed = await landOnce(engine, group, keys, folder);
    const said = [...landed.quarantined.map(({ code, field }) => `${code}|${field}`), ...(await odditiesIn(engine, folder))];
    const { first } = group;
    const plans = loosened(group.table, first.plans, said);
    if (plans === first.plans) return landed;
    // A field that is read loosely stays so: the looks come to an end.
    rmSync(folder, { recursive: true, force: true });
    group = { ...group, first: { ...first, plans } };
  }
}

/** Keeps whose the rows of a group are that were not accepted, where it matters that they are missing; an earlier look is forgotten. */
async function withhold(engine: Tables, group: LoadGroup, keys: PersonKeys, refused: number): Promise<void> {
  const { table, first } = group;
  if (!withheldTables.includes(table)) return;
  const said = (field: string): string | undefined => (has(first, field) ? typedName(field) : undefined);
  const owner = ownerSql(table, { visit: said('mdtrt_id'), person: '_person', institution: said('fixmedins_code') });
  const { person, joins } = personSql(first);
  const files = group.loads.flatMap(sourcesOf).map(({ seq }) => seq);
  await engine.run(`DELETE FROM withheld WHERE rid // ${rowsPerFile} IN (${files.join(', ')})`);
  for (const load of table === brokenTable ? group.loads : []) {
    const { columns, broken: rows } = load.staged;
    const cell = (field: string): string => `${said(field) ?? 'CAST(NULL AS VARCHAR)'} AS ${field}`;
    const others = `SELECT ${cell('mdtrt_id')}, ${cell('fixmedins_code')} FROM (${typedSelect({ ...group, loads: [load] }, keys)})`;
    if (rows.length > 0) await withholdBroken(engine, { seq: load.seq, rows, plans: first.plans, columns, others });
  }
  if (refused === 0) return;
  const rid = `_seq * ${rowsPerFile} + _row`;
  await engine.run(`INSERT INTO withheld SELECT ${quoted(table)}, ${rid}, ${owner}, ${serialSql('key')} FROM (
    SELECT *, ${keySql(first)} AS key FROM (
    SELECT x.*, ${person} AS _person FROM ${withFile(typedSelect(group, keys))} x ${joins} WHERE _bad IS NOT NULL))`);
}

async function landOnce(engine: Tables, group: LoadGroup, keys: PersonKeys, folder: string): Promise<Landed> {
  const load: KeyedLoad = { ...group.first, hasSerials: await haveSerials(engine, group, keys) };
  await addPseudonyms(engine, group, keys);
  makeFolder(folder);
  const select = factsSelect(group, load, keys);
  const accepted = await engine.count(
    `COPY (${select}) TO ${quoted(folder)} (FORMAT parquet, PARTITION_BY (_month), OVERWRITE_OR_IGNORE true, COMPRESSION snappy)`,
  );
  const rows = group.loads.reduce((sum, one) => sum + one.staged.rows, 0);
  const badRows = `SELECT _seq, _bad, count(*) AS n FROM (${typedSelect(group, keys)}) WHERE _bad IS NOT NULL GROUP BY ALL ORDER BY ALL`;
  await withhold(engine, group, keys, rows - accepted);
  const bad = accepted === rows ? [] : await engine.rows(badRows, { _seq: integer, _bad: text, n: integer });
  const quarantined = bad.map((row) => {
    const [code = '', field = ''] = row._bad.split('|');
    return { seq: row._seq, field, code: reasonOf(code), rows: row.n };
  });
  const meta = ['_rid', '_key', '_person', '_reach', '_odd', ...metaColumns(load).map((column) => column.split(' AS ').at(-1) ?? column)];
  const { plans } = group.first;
  return { table: group.table, accepted, quarantined, columns: [...meta, ...factFields(load)], folder, plans };
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
