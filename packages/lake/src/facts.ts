import { join } from 'node:path';
import { tableOf } from '@hengjian/standard';
import { identifier, parquetOf } from '@hengjian/table';
import type { FactFile, Manifest } from './manifest.ts';
import { storedType } from './typed.ts';

/** Tables that have facts: a statement that reads others besides takes its time and finds nothing there. */
export interface FactTables {
  /** Those of the lake. */
  readonly all: ReadonlySet<string>;
  /** Those of the batch. */
  readonly fresh: ReadonlySet<string>;
  /** Columns of a table that any of its files has; all others are without value. */
  columns(table: string): ReadonlySet<string>;
}

/** The tables that have facts in a lake as of a batch. */
export function factTables({ facts, batch }: Pick<Manifest, 'facts' | 'batch'>): FactTables {
  const of = (isMeant: (file: FactFile) => boolean): ReadonlySet<string> =>
    new Set(Object.entries(facts).flatMap(([table, files]) => (files.some(isMeant) ? [table] : [])));
  const columns = (table: string): ReadonlySet<string> => new Set((facts[table] ?? []).flatMap((file) => file.columns));
  return { all: of(() => true), fresh: of((file) => file.batch === batch), columns };
}

/** SELECTs one after another; `none`, of the same columns, where there are none. */
export const unionOf = (selects: readonly string[], none: string): string =>
  selects.length === 0 ? `SELECT ${none} WHERE false` : selects.join(' UNION ALL ');

/** Columns that every fact row has besides its national fields. */
const metaTypes: Readonly<Record<string, string>> = {
  _rid: 'BIGINT',
  _key: 'VARCHAR',
  _person: 'VARCHAR',
  _reach: 'TINYINT',
  _odd: 'VARCHAR',
};

/** Meta columns that say what the figures of a source mean. */
const meaningTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  fee_list_d: { _precision: 'TINYINT', _daily: 'TINYINT' },
  mdtrt_d: { _both: 'TINYINT' },
  setl_d: { _both: 'TINYINT' },
};

/** Names and SQL types of all columns of the facts of a table. */
export function factTypes(table: string): Readonly<Record<string, string>> {
  const fields = [...tableOf(table).fields.values()].filter((field) => field.privacy !== 'drop');
  return { ...metaTypes, ...(meaningTypes[table] ?? {}), ...Object.fromEntries(fields.map((field) => [field.name, storedType(field)])) };
}

/** National fields kept in the facts of a table. */
export const keptFields = (table: string): string[] =>
  [...tableOf(table).fields.values()].filter((field) => field.privacy !== 'drop').map((field) => field.name);

/** SELECT of all accepted row versions in the given files, with every column of the table, without those of files that were read again. */
export function factsSql(lake: string, table: string, files: readonly FactFile[], replaced: readonly number[] = []): string {
  const present = new Set(files.flatMap((file) => file.columns));
  const source = parquetOf(files.map((file) => join(lake, file.path)));
  const columns = Object.entries(factTypes(table)).map(([name, type]) =>
    present.has(name) ? `CAST(${identifier(name)} AS ${type}) AS ${identifier(name)}` : `CAST(NULL AS ${type}) AS ${identifier(name)}`,
  );
  return source === undefined
    ? `SELECT ${columns.join(', ')} WHERE false`
    : `SELECT ${columns.join(', ')} FROM ${source}${
        replaced.length === 0
          ? ''
          : `
      WHERE _rid // 4294967296 NOT IN (${replaced.join(', ')})`
      }`;
}
