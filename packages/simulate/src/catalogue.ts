import { readFileSync } from 'node:fs';
import { libraryFolder, parseCsvRecords } from '@hengjian/standard';

/** A catalogue item as the city charges it. Prices are in ten-thousandths of a yuan. */
export interface Item {
  readonly index: number;
  readonly code: string;
  readonly name: string;
  readonly listType: string;
  readonly chargeType: string;
  readonly level: string;
  readonly spec: string;
  readonly unit: string;
  /** Prices at primary (1), secondary (2) and tertiary (3) institutions; index 0 is pharmacies. */
  readonly prices: readonly [number, number, number, number];
  readonly pool: string;
  /** Share of class B that the person pays first, in per cent. */
  readonly selfPay: number;
  /** Price in ten-thousandths of a yuan at which the product was selected in central procurement, 0 when it was not. */
  readonly selected: number;
}

export interface Diagnosis {
  readonly code: string;
  readonly name: string;
  readonly use: string;
  readonly caty: string;
  readonly sex: string;
  readonly ageMin: number;
  readonly ageMax: number;
  readonly operation: Operation | undefined;
}

export interface Operation {
  readonly code: string;
  readonly name: string;
  readonly use: string;
  readonly item: string;
}

export interface ChronicDisease {
  readonly code: string;
  readonly name: string;
  readonly diagnosis: Diagnosis;
  readonly drugs: readonly Item[];
}

/** A row of a knowledge table, with the type suffixes of its header removed. */
export type Point = Readonly<Record<string, string>>;

export interface Catalogue {
  readonly items: readonly Item[];
  readonly pools: ReadonlyMap<string, readonly Item[]>;
  readonly diagnoses: readonly Diagnosis[];
  readonly operations: ReadonlyMap<string, Operation>;
  readonly chronic: readonly ChronicDisease[];
  readonly departments: readonly { readonly caty: string; readonly name: string }[];
  item(nameOrCode: string): Item;
  diagnosis(code: string): Diagnosis;
  pool(name: string): readonly Item[];
  knowledge(table: string): readonly Point[];
}

const records = (path: string): Record<string, string>[] => {
  const file = `${libraryFolder}${path}`;
  return parseCsvRecords(readFileSync(file, 'utf8'), file);
};

const price = (yuan: string | undefined): number => Math.round(Number(yuan ?? '0') * 10_000);

function selfPay(listType: string, level: string): number {
  if (level !== '02') return 0;
  return listType === '301' ? 15 : 10;
}

function readItems(): Item[] {
  const selected = new Map(records('knowledge/vbp-price.csv').map((row) => [row['items:items'], price(row['price:price'])]));
  const rows = ['drugs', 'services', 'consumables'].flatMap((name) => records(`codes/${name}.csv`));
  return rows.map((row, index) => {
    const listType = row.list_type ?? '';
    const level = row.chrgitm_lv ?? '';
    return {
      index,
      code: row.hilist_code ?? '',
      name: row.hilist_name ?? '',
      listType,
      chargeType: row.med_chrgitm_type ?? '',
      level,
      spec: row.spec ?? '',
      unit: row.unt ?? '',
      prices: [price(row.price_1), price(row.price_1), price(row.price_2), price(row.price_3)],
      pool: row.pool ?? '',
      selfPay: selfPay(listType, level),
      selected: selected.get(row.hilist_code) ?? 0,
    };
  });
}

function readOperations(): Map<string, Operation> {
  const entries = records('codes/operations.csv').map((row): [string, Operation] => [
    row.oprn_oprt_code ?? '',
    { code: row.oprn_oprt_code ?? '', name: row.oprn_oprt_name ?? '', use: row.use ?? '', item: row.item ?? '' },
  ]);
  return new Map(entries);
}

function readDiagnoses(operations: ReadonlyMap<string, Operation>): Diagnosis[] {
  return records('codes/diagnoses.csv').map((row) => ({
    code: row.diag_code ?? '',
    name: row.diag_name ?? '',
    use: row.use ?? '',
    caty: row.caty ?? '',
    sex: row.sex ?? '',
    ageMin: row.age_min === '' ? 0 : Number(row.age_min),
    ageMax: row.age_max === '' ? 150 : Number(row.age_max),
    operation: operations.get(row.oprn ?? ''),
  }));
}

function groupByPool(items: readonly Item[]): Map<string, Item[]> {
  const pools = new Map<string, Item[]>();
  for (const item of items) {
    const pool = pools.get(item.pool) ?? [];
    pool.push(item);
    pools.set(item.pool, pool);
  }
  return pools;
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the catalogue has no ${what}`);
  return value;
}

/** Reads `library/codes` and, when asked, `library/knowledge` as plain data. */
export function readCatalogue(): Catalogue {
  const items = readItems();
  const operations = readOperations();
  const diagnoses = readDiagnoses(operations);
  const pools = groupByPool(items);
  const byKey = new Map<string, Item>(items.flatMap((item) => [[item.code, item] as const, [item.name, item] as const]));
  const diagnosisByCode = new Map(diagnoses.map((diagnosis) => [diagnosis.code, diagnosis]));
  const tables = new Map<string, readonly Point[]>();
  const chronic = records('codes/chronic-diseases.csv').map((row) => ({
    code: row.dise_no ?? '',
    name: row.dise_name ?? '',
    diagnosis: found(diagnosisByCode.get(row.diag_code ?? ''), `diagnosis ${row.diag_code}`),
    drugs: found(pools.get(`chronic:${row.dise_no}`), `drugs of ${row.dise_no}`),
  }));
  return {
    items,
    pools,
    diagnoses,
    operations,
    chronic,
    departments: records('codes/departments.csv').map((row) => ({ caty: row.caty ?? '', name: row.dept_name ?? '' })),
    item: (key) => found(byKey.get(key), `item ${key}`),
    diagnosis: (code) => found(diagnosisByCode.get(code), `diagnosis ${code}`),
    pool: (name) => found(pools.get(name), `pool ${name}`),
    knowledge(table) {
      const known =
        tables.get(table) ??
        readKnowledge(
          table,
          (code) => byKey.has(code) || (code.endsWith('*') && items.some((item) => item.code.startsWith(code.slice(0, -1)))),
        );
      tables.set(table, known);
      return known;
    },
  };
}

const subjects: ReadonlySet<string> = new Set(['items:items', 'item_a:items']);

/** Points of items that the city has, by code or by class, without what it has not; those that reach items by name are left out. */
function readKnowledge(table: string, has: (code: string) => boolean): readonly Point[] {
  /** Of further columns of items the first is taken as it stands. */
  const inCity = (key: string, value: string): string =>
    value
      .split('|')
      .filter((code) => has(code) && (subjects.has(key) || !code.endsWith('*')))
      .join('|');
  return records(`knowledge/${table}.csv`).flatMap((row) => {
    const cells = Object.entries(row).map(([key, value]) => [key, key.endsWith(':items') ? inCity(key, value) : value] as const);
    if (cells.some(([key, value]) => key.endsWith(':items') && value === '' && row[key] !== '')) return [];
    return [Object.fromEntries(cells.map(([key, value]) => [key.split(':')[0] ?? key, value]))];
  });
}
