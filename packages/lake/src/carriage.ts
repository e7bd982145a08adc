import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Carriage, type ChargedInstitution, deliveringInstitutions, dictionary, words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { identifier, integer, quoted, type Tables, text } from '@hengjian/table';
import { Type } from 'typebox';
import { type FactTables, keptFields, unionOf } from './facts.ts';
import { rowsPerFile } from './land.ts';
import { damaged, describeFile, readShape, readStored, type StoredFile } from './stored.ts';
import { suffixToMerge } from './tiers.ts';

/** Rows of one institution and table that were accepted, and how many of them have a value, by field. */
export interface CarriedTable {
  readonly institution: string;
  readonly table: string;
  readonly rows: number;
  /** Charge of the rows in fen; 0 for tables that are about neither fees nor settlements. */
  readonly charge: number;
  readonly filled: Readonly<Record<string, number>>;
}

const name = words('送数记录', 'record of what deliveries carry');
const amount = Type.Integer();
const reader = jsonReader(
  Type.Array(
    Type.Object({
      institution: Type.String(),
      table: Type.String(),
      rows: amount,
      charge: amount,
      filled: Type.Record(Type.String(), amount),
    }),
  ),
  name,
);

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Adds up records of several batches; what comes to nothing is left out. */
export function sumCarriage(parts: readonly (readonly CarriedTable[])[]): readonly CarriedTable[] {
  const places = Map.groupBy(parts.flat(), ({ institution, table }) => `${institution}\u0000${table}`);
  const sums = [...places.values()].flatMap((same): CarriedTable[] => {
    const [first] = same;
    if (first === undefined) return [];
    const filled = new Map<string, number>();
    for (const one of same) for (const [field, count] of Object.entries(one.filled)) filled.set(field, (filled.get(field) ?? 0) + count);
    const kept = [...filled].filter(([, count]) => count > 0).sort(([left], [right]) => compareText(left, right));
    const total = (of: 'rows' | 'charge'): number => same.reduce((sum, one) => sum + one[of], 0);
    return [{ ...first, rows: total('rows'), charge: total('charge'), filled: Object.fromEntries(kept) }];
  });
  return sums
    .filter(({ rows }) => rows > 0)
    .sort((left, right) => compareText(left.institution, right.institution) || compareText(left.table, right.table));
}

/** Reads the record of a lake; undefined where it has none. */
export function readCarriage(lake: string, files: readonly StoredFile[] | undefined): readonly CarriedTable[] | undefined {
  if (files === undefined) return undefined;
  const parts = files.map((stored) => {
    const file = join(lake, stored.path);
    return readShape(reader, readStored(file, stored).toString('utf8'), file);
  });
  return sumCarriage(parts);
}

/** Fields that ever had a value, by institution: what rules ask. */
export function carriedFields(tables: readonly CarriedTable[]): Carriage {
  const places = Map.groupBy(tables, ({ institution }) => institution);
  return Object.fromEntries(
    [...places].map(([institution, own]) => [
      institution,
      own.flatMap(({ table, filled }) => Object.keys(filled).map((field) => `${table}.${field}`)),
    ]),
  );
}

/** Institutions that deliver anything about visits, with what is charged there. */
export function chargedInstitutions(tables: readonly CarriedTable[]): readonly ChargedInstitution[] {
  const chargeOf = (institution: string, table: string): number =>
    tables.find((one) => one.institution === institution && one.table === table)?.charge ?? 0;
  return deliveringInstitutions(carriedFields(tables)).map((institution) => {
    const [lines, settlements] = [chargeOf(institution, 'fee_list_d'), chargeOf(institution, 'setl_d')];
    return { institution, charge_fen: Math.max(0, lines === 0 ? settlements : lines) };
  });
}

const write = (lake: string, path: string, tables: readonly CarriedTable[]): StoredFile => {
  writeFileSync(join(lake, path), `${JSON.stringify(tables)}\n`);
  return describeFile(lake, path);
};

const manyFiles = 8;

/** Adds what a batch brought to the record, and merges files when there are many. */
export function addCarriage(
  lake: string,
  before: readonly StoredFile[] | undefined,
  batch: number,
  delta: readonly CarriedTable[],
): readonly StoredFile[] {
  const files = [...(before ?? []), write(lake, `state/carriage-${batch}.json`, delta)];
  const from = files.length < manyFiles ? files.length : suffixToMerge(files.map(({ size }) => size));
  if (from >= files.length - 1) return files;
  const merged = readCarriage(lake, files.slice(from));
  if (merged === undefined) throw damaged(lake, name);
  return [...files.slice(0, from), write(lake, `state/carriage-merged-${batch}.json`, merged)];
}

const has = (table: string, field: string): boolean => dictionary.tables.get(table)?.fields.has(field) === true;
const ofVisits: readonly string[] = [...dictionary.tables.keys()].filter((table) => has(table, 'mdtrt_id'));
/** Tables that say whose a visit is, the first that knows it first. */
const owners: readonly string[] = ['mdtrt_d', 'setl_d', 'fee_list_d'];

/** SELECT of the institution of each of some visits, by the rows that a condition picks. */
const placesSql = (visits: string, condition: string): string =>
  `SELECT v.mdtrt_id, coalesce(${owners.map((_, index) => `o${index}.institution`).join(', ')}) AS institution FROM ${visits} v
   ${owners
     .map(
       (
         table,
         index,
       ) => `LEFT JOIN (SELECT mdtrt_id, min(fixmedins_code) AS institution FROM f_${table} SEMI JOIN ${visits} USING (mdtrt_id)
    WHERE ${condition} GROUP BY mdtrt_id) o${index} USING (mdtrt_id)`,
     )
     .join('\n')}`;

const institutionOf = (table: string, place: string): string =>
  has(table, 'fixmedins_code') ? `coalesce(r.fixmedins_code, ${place}, '')` : `coalesce(${place}, '')`;

/** Amounts that say how much is charged; of lines first, of settlements where there are no lines. */
const charges: Readonly<Record<string, string>> = { fee_list_d: 'det_item_fee_sumamt', setl_d: 'medfee_sumamt' };

/** Some rows, by institution: `sign` says whether they come or go. */
interface Counted {
  readonly table: string;
  /** Fields that may have a value. */
  readonly fields: readonly string[];
  readonly from: string;
  readonly institution: string;
  readonly sign: 1 | -1;
}

/** SELECT of rows, charge and filled fields of some rows by institution. */
function countsSql({ table, fields, from, institution, sign }: Counted): string {
  const amount = charges[table];
  const charge = amount === undefined ? '0' : `coalesce(sum(r.${identifier(amount)}), 0)`;
  const counts = fields.map((field) => `, ${sign} * count(r.${identifier(field)}) AS ${identifier(`f_${field}`)}`).join('');
  return `SELECT ${institution} AS institution, ${sign} * count(*) AS n, CAST(${sign} * ${charge} AS BIGINT) AS charge${counts}
    FROM ${from} GROUP BY 1`;
}

async function readCounts(engine: Tables, counted: Counted): Promise<readonly CarriedTable[]> {
  const { table, fields } = counted;
  const shape = Object.fromEntries(['n', 'charge', ...fields.map((field) => `f_${field}`)].map((column) => [column, integer]));
  const rows = await engine.rows(`${countsSql(counted)} ORDER BY 1`, { institution: text, ...shape });
  return rows.map((row) => {
    const number = (column: string): number => Number((row as Readonly<Record<string, unknown>>)[column] ?? 0);
    const filled = fields.flatMap((field) => (number(`f_${field}`) === 0 ? [] : [[field, number(`f_${field}`)] as const]));
    return { institution: row.institution, table, rows: number('n'), charge: number('charge'), filled: Object.fromEntries(filled) };
  });
}

/** Where the rows of a batch begin among all row ids. */
const firstRow = (files: readonly { readonly seq: number }[]): number =>
  (files.reduce((last, { seq }) => Math.max(last, seq), 0) + 1) * rowsPerFile;

const noVisit = 'CAST(NULL AS VARCHAR) AS mdtrt_id';

/** Makes `carried_moved`: visits of which rows came before, and whose institution the batch tells otherwise. Returns how many there are. */
async function findMoved(engine: Tables, tables: readonly string[], first: number): Promise<number> {
  const earlier = tables.map((table) => `SELECT mdtrt_id FROM f_${table} SEMI JOIN carried_visits USING (mdtrt_id) WHERE _rid < ${first}`);
  const known = await engine.count(
    `CREATE OR REPLACE TEMP TABLE carried_earlier AS SELECT DISTINCT mdtrt_id FROM (${unionOf(earlier, noVisit)})`,
  );
  // Of visits that are new nothing came before.
  if (known === 0) return 0;
  await engine.run(`CREATE OR REPLACE TEMP TABLE carried_before AS ${placesSql('carried_earlier', `_rid < ${first}`)}`);
  return engine.count(`CREATE OR REPLACE TEMP TABLE carried_moved AS SELECT mdtrt_id, n.institution AS now, b.institution AS old
    FROM carried_now n JOIN carried_before b USING (mdtrt_id) WHERE n.institution IS DISTINCT FROM b.institution`);
}

/**
 * What a batch adds to the record, by its accepted rows. A row belongs to its own institution, else to that of its visit,
 * else to none; rows that came before their visit are moved when it comes, so that the order of files does not matter.
 * With `whole` all rows of the lake are counted: of one that has no record yet.
 */
export async function newCarriage(
  engine: Tables,
  before: readonly { readonly seq: number }[],
  whole: boolean,
  tables: FactTables,
): Promise<readonly CarriedTable[]> {
  const fresh = (table: string): string => `${whole ? 'f' : 'n'}_${table}`;
  const coming = whole ? tables.all : tables.fresh;
  const first = whole ? 0 : firstRow(before);
  const visits = ofVisits.flatMap((table) =>
    coming.has(table) ? [`SELECT mdtrt_id FROM ${fresh(table)} WHERE mdtrt_id IS NOT NULL`] : [],
  );
  await engine.run(`CREATE OR REPLACE TEMP TABLE carried_visits AS SELECT DISTINCT mdtrt_id FROM (${unionOf(visits, noVisit)})`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE carried_now AS ${placesSql('carried_visits', 'true')}`);
  const held = ofVisits.filter((table) => tables.all.has(table));
  const moved = whole ? 0 : await findMoved(engine, held, first);
  const parts: (readonly CarriedTable[])[] = [];
  for (const table of dictionary.tables.keys()) {
    if (!tables.all.has(table)) continue;
    const columns = tables.columns(table);
    const fields = keptFields(table).filter((field) => columns.has(field));
    const add = async (from: string, institution: string, sign: 1 | -1): Promise<void> => {
      parts.push(await readCounts(engine, { table, fields, from, institution, sign }));
    };
    if (!ofVisits.includes(table)) {
      const own = has(table, 'fixmedins_code') ? "coalesce(r.fixmedins_code, '')" : quoted('');
      if (coming.has(table)) await add(`${fresh(table)} r`, own, 1);
      continue;
    }
    const placed = `${fresh(table)} r LEFT JOIN carried_now p USING (mdtrt_id)`;
    if (coming.has(table)) await add(placed, institutionOf(table, 'p.institution'), 1);
    if (moved === 0) continue;
    const older = `(SELECT * FROM f_${table} WHERE _rid < ${first}) r JOIN carried_moved m USING (mdtrt_id)`;
    await add(older, institutionOf(table, 'm.now'), 1);
    await add(older, institutionOf(table, 'm.old'), -1);
  }
  return parts.flat();
}
