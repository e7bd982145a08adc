import { basename, join } from 'node:path';
import { type LibraryFile, readKnowledgeTables } from '@hengjian/rulebook';
import { csvCell, isDemonstration, libraryFolder, parseCsv } from '@hengjian/standard';
import { itemList, type PointDraft } from './point.ts';

const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\n`;
const split = (cell: string): readonly string[] => cell.split('|').filter((code) => code !== '');

/** Codes that imported points of one table speak of, by column of items; pairs as `a/b` where there are two. */
function reachedBy(points: readonly PointDraft[], columns: readonly string[]): ReadonlySet<string> {
  const [first = '', second] = columns;
  return new Set(
    points.flatMap(({ values }) => {
      const left = split(values[first] ?? '');
      return second === undefined ? left : left.flatMap((a) => split(values[second] ?? '').map((b) => `${a}/${b}`));
    }),
  );
}

/** Cells of a shipped row without what imported points say; undefined when nothing is left of it. */
function without(row: readonly string[], places: readonly number[], reached: ReadonlySet<string>): readonly string[] | undefined {
  const [first = -1, second] = places;
  const codes = split(row[first] ?? '');
  if (second !== undefined) {
    const others = split(row[second] ?? '');
    return codes.some((a) => others.some((b) => reached.has(`${a}/${b}`) || reached.has(`${b}/${a}`))) ? undefined : row;
  }
  const left = codes.filter((code) => !reached.has(code));
  if (left.length === codes.length) return row;
  return left.length === 0 ? undefined : row.with(first, itemList(left));
}

function shippedTable({ path, text }: LibraryFile, points: readonly PointDraft[]): LibraryFile {
  const [header = [], ...rows] = parseCsv(text.trimEnd(), basename(path));
  const items = header.flatMap((cell, at) => (cell.endsWith(':items') ? [at] : []));
  const reached = reachedBy(
    points,
    items.map((at) => (header[at] ?? '').split(':')[0] ?? ''),
  );
  const kept = rows.flatMap((row) => {
    if (isDemonstration(row[0] ?? '')) return [];
    const left = items.length === 0 ? row : without(row, items, reached);
    return left === undefined ? [] : [left];
  });
  return { path, text: [header, ...kept].map(csvRow).join('') };
}

/**
 * The shipped tables as they enter a library of imports: without the points of the demonstration city, whose codes and values
 * are invented, and without what an imported point of the same table says of the same code or pair.
 */
export function shippedTables(points: readonly PointDraft[]): readonly LibraryFile[] {
  const byTable = Map.groupBy(points, ({ table }) => table);
  return readKnowledgeTables(join(libraryFolder, 'knowledge')).map((file) =>
    shippedTable(file, byTable.get(basename(file.path, '.csv')) ?? []),
  );
}
