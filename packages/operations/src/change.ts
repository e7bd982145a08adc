import { type Kysely, sql, type Transaction } from 'kysely';
import { type Act, record, type WrittenRow, wholeEnd, writtenRow } from './journal.ts';
import type { JournalKey } from './key.ts';
import type { StoreModule, TableDefinition } from './module.ts';
import type { JournalTables } from './modules/journal.ts';

/** Reads the tables of one module, by their types; it cannot write. Used inside the package that owns the module. */
export type TableReader<Tables> = Pick<Kysely<Tables>, 'selectFrom'>;

/** Something whose tables can be read: a store, or a change in the making. */
export interface Reading {
  tables<Tables>(module: StoreModule<Tables>): TableReader<Tables>;
}

/** Values of a row or of some of its columns. */
type Values<Row> = { readonly [Column in keyof Row]?: Row[Column] };

/**
 * A change in the making. Rows are written through it alone, and what was written goes into the journal with the next
 * act; a change that ends with rows no act speaks of is a fault of the program and is undone.
 */
export interface Change extends Reading {
  /** Time of the change, local civil time. */
  readonly now: string;
  insert<Tables, Name extends keyof Tables & string>(module: StoreModule<Tables>, table: Name, row: Tables[Name] & object): Promise<void>;
  /** Changes the one row that has this key. */
  update<Tables, Name extends keyof Tables & string>(
    module: StoreModule<Tables>,
    table: Name,
    key: Values<Tables[Name]>,
    values: Values<Tables[Name]>,
  ): Promise<void>;
  /** Writes an act down with the rows written since the act before it. */
  record(act: Act): Promise<void>;
}

/** Key of the lock that lets one change of the store happen at a time. */
export const storeLock = 4_870_113;

type TextRow = Readonly<Record<string, string | null>>;

/** The columns of a table as PostgreSQL writes them. */
export const textColumns = (definition: TableDefinition): ReturnType<typeof sql> =>
  sql.join(Object.keys(definition.columns).map((column) => sql`${sql.ref(column)}::text AS ${sql.ref(column)}`));

const pairs = (values: object): readonly (readonly [string, unknown])[] =>
  Object.entries(values).filter(([, value]) => value !== undefined);
const equals = (values: object): ReturnType<typeof sql> =>
  sql.join(
    pairs(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
    sql` AND `,
  );

function definitionIn(module: StoreModule, table: string): TableDefinition {
  const found = module.tables[table];
  if (found === undefined) throw new Error(`the module ${module.id} has no table ${table}`);
  return found;
}

/** Reads tables through a connection or transaction; a module that the store was not opened with is a fault of the program. */
export function readerOf<Tables>(
  database: Kysely<JournalTables>,
  modules: readonly StoreModule[],
  module: StoreModule<Tables>,
): TableReader<Tables> {
  if (!modules.some(({ id }) => id === module.id)) throw new Error(`the store was opened without the module ${module.id}`);
  // Kysely carries the types of tables alone: the module says which rows its tables hold.
  const reader: unknown = database;
  return reader as TableReader<Tables>;
}

/** Parts of a store that a change needs. */
export interface ChangeGround {
  readonly database: Kysely<JournalTables>;
  readonly key: JournalKey;
  readonly modules: readonly StoreModule[];
  readonly now: () => string;
}

/** The change of a transaction, and whether all that it wrote was written down. */
function changeOf(
  transaction: Transaction<JournalTables>,
  ground: ChangeGround,
): { readonly change: Change; readonly unrecorded: () => number } {
  const now = ground.now();
  let written: WrittenRow[] = [];
  const keep = (definition: TableDefinition, table: string, rows: readonly TextRow[]): void => {
    if (rows.length !== 1) throw new Error(`${rows.length} rows of ${table} were written instead of one`);
    written.push(...rows.map((row) => ({ table, row: writtenRow(definition, row) })));
  };
  const change: Change = {
    now,
    tables: (module) => readerOf(transaction, ground.modules, module),
    insert: async (module, table, row) => {
      const definition = definitionIn(module, table);
      const names = sql.join(pairs(row).map(([column]) => sql.ref(column)));
      const values = sql.join(pairs(row).map(([, value]) => value));
      const statement = sql<TextRow>`INSERT INTO ${sql.table(table)} (${names}) VALUES (${values}) RETURNING ${textColumns(definition)}`;
      keep(definition, table, (await statement.execute(transaction)).rows);
    },
    update: async (module, table, key, values) => {
      const definition = definitionIn(module, table);
      const set = sql.join(pairs(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`));
      const statement = sql<TextRow>`UPDATE ${sql.table(table)} SET ${set} WHERE ${equals(key)} RETURNING ${textColumns(definition)}`;
      keep(definition, table, (await statement.execute(transaction)).rows);
    },
    record: async (act) => {
      const rows = written;
      written = [];
      await record(transaction, ground.key, now, act, rows);
    },
  };
  return { change, unrecorded: () => written.length };
}

/**
 * One change of a store: all of it happens or none, and one at a time. Throws RefusedInput when the journal is not whole,
 * so that nothing is built on a store that was tampered with.
 */
export function changeStore<Result>(ground: ChangeGround, work: (change: Change) => Promise<Result>): Promise<Result> {
  return ground.database.transaction().execute(async (transaction) => {
    await sql`SELECT pg_advisory_xact_lock(${sql.lit(storeLock)})`.execute(transaction);
    await wholeEnd(transaction, ground.key);
    const { change, unrecorded } = changeOf(transaction, ground);
    const result = await work(change);
    if (unrecorded() > 0) throw new Error('rows were written that no journal entry speaks of');
    return result;
  });
}
