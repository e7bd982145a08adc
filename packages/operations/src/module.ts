import { createHash } from 'node:crypto';

/**
 * How a column stands in the journal: shown as it is, or sealed (as its digest alone), because the journal is read by
 * people who must not see it.
 */
export type ColumnShown = 'shown' | 'sealed';

/** One table of a module. */
export interface TableDefinition<Row extends object = Readonly<Record<string, unknown>>> {
  /** Columns that name a row. */
  readonly key: readonly (keyof Row & string)[];
  readonly columns: Readonly<Record<keyof Row & string, ColumnShown>>;
}

interface MigrationName {
  /** 1, 2, 3, ... within its module. A released migration is never changed; what follows gets the next number. */
  readonly number: number;
  readonly name: string;
}

/** Changes tables, triggers and functions, all at once or not at all. */
export interface SchemaMigration extends MigrationName {
  readonly kind: 'schema';
  readonly statements: readonly string[];
}

/**
 * Changes rows, a part at a time, each part in a transaction of its own with its journal entry, so that it goes on where
 * it was interrupted. `statement` changes a limited number of rows that are still in the old form, and returns their keys;
 * it is repeated until it returns none.
 */
export interface DataMigration extends MigrationName {
  readonly kind: 'data';
  readonly table: string;
  readonly statement: string;
}

export type Migration = SchemaMigration | DataMigration;

/** What a package brings to the operations store: its tables, and how they came to be. Made by `defineModule`. */
export interface StoreModule<Tables = unknown> {
  /** Name of the module in the store, for ever. */
  readonly id: string;
  readonly migrations: readonly Migration[];
  readonly tables: Readonly<Record<string, TableDefinition>>;
  /** Carries the types of the rows; it has no value. */
  readonly rows?: Tables;
}

interface ModuleRecord<Tables> {
  readonly id: string;
  readonly migrations: readonly Migration[];
  readonly tables: { readonly [Name in keyof Tables & string]: TableDefinition<Tables[Name] & object> };
}

/**
 * Defines a module. Every table and every column is named in the record, so that the compiler tells what is missing.
 * Numbers, texts, booleans and null are the values of a column; money is BIGINT and comes as text from the drivers.
 */
export const defineModule = <Tables>(record: ModuleRecord<Tables>): StoreModule<Tables> => record;

/** SHA-256 of what a migration does; it is recorded in the store, so that a changed one is noticed. */
export function checksumOf(migration: Migration): string {
  const does = migration.kind === 'schema' ? migration.statements : [migration.table, migration.statement];
  return createHash('sha256')
    .update(JSON.stringify([migration.number, migration.kind, migration.name, does]))
    .digest('hex');
}
