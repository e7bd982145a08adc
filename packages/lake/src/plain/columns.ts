import {
  type ColumnDefinition,
  decimalsOf,
  forEachTable,
  inputProblems,
  listed,
  type Problem,
  RefusedInput,
  columnsOf as storedColumns,
  type Words,
  type WorkingTable,
  words,
} from '@hengjian/standard';

/**
 * The plain form: the current facts of a lake as tables of plain values, one record a row, for hosts that keep their
 * own storage. It says the same as the working form: row numbers become the keys they stand for, codes their text,
 * amounts decimals in yuan, and `ord` is the place of the row among those of its person.
 */
export interface PlainColumn {
  readonly name: string;
  readonly kind: 'text' | 'code' | 'day' | 'minute' | 'scaled' | 'ref' | 'hash' | 'owner' | 'ord';
  readonly of?: string;
  /** The column of the working form; absent for owners and `ord`. */
  readonly stored?: ColumnDefinition;
}

export const plainTables = [
  'persons',
  'enrolments',
  'visits',
  'settlements',
  'diagnoses',
  'operations',
  'lines',
] as const satisfies readonly WorkingTable[];

/** Keys of the rows that own the rows of a table, below the person. */
const owners: Readonly<Record<WorkingTable, readonly string[]>> = {
  persons: [],
  enrolments: [],
  visits: [],
  settlements: ['mdtrt_id'],
  diagnoses: ['mdtrt_id'],
  operations: ['mdtrt_id'],
  lines: ['mdtrt_id', 'setl_id'],
};

function plainColumn(stored: ColumnDefinition): PlainColumn {
  const kind = stored.kind === 'code8' ? 'code' : stored.kind;
  if (kind === 'row') throw new Error('a row number has no plain form');
  return stored.of === undefined ? { name: stored.name, kind, stored } : { name: stored.name, kind, of: stored.of, stored };
}

function columnsOf(table: WorkingTable): readonly PlainColumn[] {
  const stored = storedColumns(table).filter((column) => column.kind !== 'row' && column.name !== 'psn');
  const own = owners[table].map((name): PlainColumn => ({ name, kind: 'owner' }));
  const place: readonly PlainColumn[] = table === 'persons' ? [] : [{ name: 'ord', kind: 'ord' }];
  return [...own, ...stored.map(plainColumn), ...place];
}

/** Columns of each table of the plain form, without `psn`, which comes first in every record. */
export const plainColumns: Readonly<Record<WorkingTable, readonly PlainColumn[]>> = forEachTable(columnsOf);

/** Columns of the records of each table, in the order in which they are sent. */
export type PlainSchema = Readonly<Partial<Record<WorkingTable, readonly PlainColumn[]>>>;

/** Columns without which the rows of a person cannot be put together. */
const required: Readonly<Partial<Record<WorkingTable, readonly string[]>>> = {
  visits: ['mdtrt_id'],
  settlements: ['mdtrt_id', 'setl_id'],
  diagnoses: ['mdtrt_id'],
  operations: ['mdtrt_id'],
  lines: ['mdtrt_id', 'setl_id'],
};

/** The schema that carries the asked columns of the working form. */
export function plainSchema(wanted: Readonly<Partial<Record<WorkingTable, readonly string[]>>>): PlainSchema {
  return Object.fromEntries(
    plainTables.flatMap((table) => {
      const names = new Set([...(wanted[table] ?? []), ...(required[table] ?? []), 'ord']);
      const columns = plainColumns[table].filter((column) => names.has(column.name));
      return table === 'persons' || wanted[table] !== undefined ? [[table, columns] as const] : [];
    }),
  );
}

/** A schema as one argument: `persons:gend,brdy;visits:mdtrt_id,…`. */
export const schemaText = (schema: PlainSchema): string =>
  Object.entries(schema)
    .map(([table, columns]) => `${table}:${columns.map((column) => column.name).join(',')}`)
    .join(';');

/** Reads a schema argument. Refuses unknown tables and columns, and a table without the keys it needs. */
export function parseSchema(text: string): PlainSchema {
  const problems: Problem[] = [];
  const place = { field: '--schema' };
  const unknown = (kind: Words, name: string, known: Words): void => {
    problems.push(inputProblems.problem('name-unknown', { kind, name, known }, place));
  };
  const twice = (column: string): void => {
    problems.push(inputProblems.problem('column-twice', { column }, place));
  };
  const seen = new Set<string>();
  const entries = text.split(';').flatMap((part) => {
    const [name = '', list = ''] = part.split(':');
    const table = plainTables.find((one) => one === name.trim());
    if (table === undefined) {
      unknown(words('表', 'table'), name.trim(), listed(plainTables));
      return [];
    }
    if (seen.has(table)) twice(table);
    seen.add(table);
    const names = list.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
    const columns = names.flatMap((one) => {
      const column = plainColumns[table].find((known) => known.name === one);
      const known = listed(plainColumns[table].map((one) => one.name));
      if (column === undefined) unknown(words(`${table} 的列`, `column of ${table}`), one, known);
      return column === undefined ? [] : [column];
    });
    for (const one of new Set(names.filter((each, index) => names.indexOf(each) !== index))) twice(`${table}.${one}`);
    for (const key of required[table] ?? [])
      if (!names.includes(key)) problems.push(inputProblems.problem('column-missing', { column: `${table}.${key}` }, place));
    return [[table, columns] as const];
  });
  if (problems.length > 0) throw new RefusedInput(problems);
  return Object.fromEntries(entries);
}

/** SQL type of a column in the Parquet files of the plain form. */
export function plainType(column: PlainColumn): string {
  switch (column.kind) {
    case 'day':
      return 'DATE';
    case 'minute':
      return 'TIMESTAMP';
    case 'scaled':
      return `DECIMAL(18, ${decimalsOf(column.of)})`;
    case 'ref':
    case 'ord':
      return 'INTEGER';
    default:
      return 'VARCHAR';
  }
}

/** A missing value in a record. */
export const missingText = '\\N';

const special = /[\\\t\n\r]/;
/** A text in a record: backslash, tab and line ends are escaped. */
export const escapeText = (text: string): string =>
  special.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r') : text;
export const unescapeText = (text: string): string =>
  text.includes('\\') ? text.replace(/\\([\\tnr])/g, (_, letter: string) => ({ t: '\t', n: '\n', r: '\r' })[letter] ?? letter) : text;
