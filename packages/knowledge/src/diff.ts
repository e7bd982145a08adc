import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFolder, parseCsvRecords, RefusedInput } from '@hengjian/standard';
import { readManifest } from './library.ts';

export interface PointChange {
  readonly table: string;
  readonly point_id: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Columns that differ, with both values. */
  readonly columns: Readonly<Record<string, readonly [string, string]>>;
}

/** Folder of the tables of a library, of plain tables, or of the shipped ones (`shipped`). */
export function tablesFolder(folder: string): string {
  if (folder === 'shipped') return join(libraryFolder, 'knowledge');
  const manifest = readManifest(folder);
  if (manifest !== undefined) return join(folder, manifest.tables);
  if (existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.csv'))) return folder;
  throw new RefusedInput({
    code: 'library-missing',
    message: 'the folder holds neither a library nor knowledge tables',
    remedy: 'name the folder given to knowledge import --library, a folder of tables, or `shipped`',
    place: { file: folder },
  });
}

/** Points of every table by id. */
export function readTables(folder: string): ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const place = tablesFolder(folder);
  const tables = readdirSync(place)
    .filter((name) => name.endsWith('.csv'))
    .sort();
  return new Map(
    tables.map((name) => {
      const rows = parseCsvRecords(readFileSync(join(place, name), 'utf8'), name);
      const plain = rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column.split(':')[0] ?? column, value])));
      return [name.slice(0, -4), new Map(plain.map((row) => [row.point_id ?? '', row]))];
    }),
  );
}

/** What differs between two libraries, point by point. */
export function diffKnowledge(left: string, right: string): readonly PointChange[] {
  const [before, after] = [readTables(left), readTables(right)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((table) => {
    const [old, now] = [before.get(table) ?? new Map(), after.get(table) ?? new Map()];
    return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((point_id): PointChange[] => {
      const [was, is] = [old.get(point_id) as Readonly<Record<string, string>> | undefined, now.get(point_id) as Readonly<Record<string, string>> | undefined];
      if (was === undefined) return [{ table, point_id, kind: 'added', columns: {} }];
      if (is === undefined) return [{ table, point_id, kind: 'removed', columns: {} }];
      const columns = Object.keys({ ...was, ...is }).filter((name) => (was[name] ?? '') !== (is[name] ?? ''));
      if (columns.length === 0) return [];
      return [{ table, point_id, kind: 'changed', columns: Object.fromEntries(columns.map((name) => [name, [was[name] ?? '', is[name] ?? ''] as const])) }];
    });
  });
}
