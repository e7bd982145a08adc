import { basename, join } from 'node:path';
import { readKnowledgeTables } from '@hengjian/rulebook';
import { inputProblems, isDemonstration, libraryFolder, parseCsvRecords, words } from '@hengjian/standard';

export interface PointChange {
  readonly table: string;
  readonly point_id: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Columns that differ, with both values. */
  readonly columns: Readonly<Record<string, readonly [string, string]>>;
}

type Row = Readonly<Record<string, string>>;
type Points = ReadonlyMap<string, Row>;

/** Points of every table of a library, of plain tables, or of the shipped ones (`shipped`), by id. */
export function readTables(folder: string): ReadonlyMap<string, Points> {
  const tables = readKnowledgeTables(folder === 'shipped' ? join(libraryFolder, 'knowledge') : folder);
  if (tables.length === 0) {
    const expected = words('知识库、知识表所在的文件夹或 shipped', 'a knowledge library, a folder of knowledge tables, or `shipped`');
    throw inputProblems.refused('file-kind', { expected }, { file: folder });
  }
  return new Map(
    tables.map(({ path, text }) => {
      const name = basename(path);
      const plain = parseCsvRecords(text, name).map((row) =>
        Object.fromEntries(Object.entries(row).map(([column, value]) => [column.split(':')[0] ?? column, value])),
      );
      return [name.slice(0, -4), new Map(plain.map((row) => [row.point_id ?? '', row]))];
    }),
  );
}

const noPoints: Points = new Map();

function changeOf(table: string, point_id: string, was: Row | undefined, is: Row | undefined): readonly PointChange[] {
  if (was === undefined) return [{ table, point_id, kind: 'added', columns: {} }];
  if (is === undefined) return [{ table, point_id, kind: 'removed', columns: {} }];
  const names = Object.keys({ ...was, ...is }).filter((name) => (was[name] ?? '') !== (is[name] ?? ''));
  const columns = Object.fromEntries(names.map((name) => [name, [was[name] ?? '', is[name] ?? ''] as const]));
  return names.length === 0 ? [] : [{ table, point_id, kind: 'changed', columns }];
}

/** What differs between two libraries, point by point; those of the demonstration city are in no library of imports and not counted. */
export function diffKnowledge(left: string, right: string): readonly PointChange[] {
  const [before, after] = [readTables(left), readTables(right)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((table) => {
    const [old, now] = [before.get(table) ?? noPoints, after.get(table) ?? noPoints];
    return [...new Set([...old.keys(), ...now.keys()])]
      .filter((id) => !isDemonstration(id))
      .sort()
      .flatMap((id) => changeOf(table, id, old.get(id), now.get(id)));
  });
}
