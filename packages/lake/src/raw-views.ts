import { join } from 'node:path';
import { dictionary } from '@hengjian/standard';
import { parquetOf } from '@hengjian/table';
import { factsSql } from './facts.ts';
import type { Lake } from './lake.ts';
import { checkStored, type StoredFile } from './stored.ts';

/** A table function over files of a lake, which are checked first; undefined for none. */
export function lakeFiles({ folder }: Lake, files: readonly StoredFile[]): string | undefined {
  for (const file of files) checkStored(join(folder, file.path), file);
  return parquetOf(files.map(({ path }) => join(folder, path)));
}

/** Statements that make the views `f_<table>` of all accepted row versions. The files behind them are checked first. */
export function factViews(lake: Lake): string[] {
  const { folder, manifest } = lake;
  return [...dictionary.tables.keys()].map((table) => {
    const files = manifest.facts[table] ?? [];
    for (const file of files) checkStored(join(folder, file.path), file);
    return `CREATE OR REPLACE TEMP VIEW f_${table} AS ${factsSql(folder, table, files, manifest.replaced)}`;
  });
}
