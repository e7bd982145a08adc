import { plainName } from '@hengjian/sources';
import { dictionary, type Table, tableOf } from '@hengjian/standard';
import type { TableSource } from './mapping.ts';
import { isAmount } from './typed.ts';

/** What columns of a file are to the table that is read from it. */
export interface ColumnRoles {
  /** Whether a column fills an amount, a price or a quantity. */
  readonly isAmount: (column: string) => boolean;
  /** Columns that say of whom a row is, of what and when, one list each: a fact has them. */
  readonly keys: readonly (readonly string[])[];
}

/** Where nobody has said what the columns are. */
export const unknownRoles: ColumnRoles = { isAmount: () => false, keys: [] };

const who = 'mdtrt_id psn_no certno setl_id'.split(' ');
const what = (
  'med_list_codg medins_list_codg medins_list_name hilist_code hilist_name ' +
  'diag_code diag_name oprn_oprt_code oprn_oprt_name drord_detl_code drord_detl_name drug_trac_codg'
).split(' ');

const isTime = ({ fields }: Table, name: string): boolean => ['date', 'datetime'].includes(fields.get(name)?.type ?? '');

/** What a field says of a row of a table: of whom it is, of what, when; its own name where it alone tells rows apart. */
function kindOf(table: Table, name: string): string | undefined {
  if (who.includes(name)) return 'who';
  if (what.includes(name)) return 'what';
  if (isTime(table, name)) return 'when';
  return table.key.includes(name) ? name : undefined;
}

/** Kinds that no row of a table may lack. */
function requiredKinds(table: Table): ReadonlySet<string> {
  const required = [...table.fields.values()].filter(({ name, nullable }) => !nullable || table.key.includes(name));
  return new Set(required.flatMap(({ name }) => kindOf(table, name) ?? []));
}

function keysOf(table: Table, columns: readonly (readonly [string, string])[]): string[][] {
  const required = requiredKinds(table);
  const byKind = Map.groupBy(columns, ([field]) => kindOf(table, field));
  return [...byKind].flatMap(([kind, own]) => (kind !== undefined && required.has(kind) ? [own.map(([, column]) => column)] : []));
}

/** Columns of a table of a mapping. */
export function rolesOf({ table: name, columns }: TableSource): ColumnRoles {
  const table = tableOf(name);
  const pairs = Object.entries(columns).flatMap(([field, { from = '', across = [from] }]) =>
    across.flatMap((column) => (column === '' ? [] : [[field, column] as const])),
  );
  const amounts = new Set(pairs.flatMap(([field, column]) => (isAmount(table.fields.get(field)) ? [plainName(column)] : [])));
  return { isAmount: (column) => amounts.has(plainName(column)), keys: keysOf(table, pairs) };
}

/** Columns of a file that is called after a national table. */
export function nationalRoles(name: string): ColumnRoles {
  const { fields } = tableOf(name);
  return { isAmount: (column) => isAmount(fields.get(plainName(column))), keys: [] };
}

/** Columns of a file of which only the headers are known; what is merged in them is said of each row, so that values are seen. */
export function headerRoles(columns: readonly string[], fieldsOf: (column: string) => readonly string[]): ColumnRoles {
  const kinds = [...dictionary.tables.values()].flatMap((table) =>
    [...table.fields.keys()].flatMap((name) => {
      const kind = kindOf(table, name);
      return kind === 'who' || kind === 'what' || kind === 'when' ? [[name, kind] as const] : [];
    }),
  );
  const known = new Map(kinds);
  const byKind = Map.groupBy(columns, (column) => fieldsOf(column).flatMap((field) => known.get(field) ?? [])[0]);
  return { isAmount: () => false, keys: [...byKind].flatMap(([kind, own]) => (kind === undefined ? [] : [own])) };
}
