import { inputProblems } from '@hengjian/standard';
import { mostColumns } from './limits.ts';
import { sourceProblems } from './problems.ts';

const chinese = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in a header are taken out
const unseen = /[\u0000-\u0008\u000e-\u001f\u007f\u200b-\u200f\ufeff]/g;

/** The name of a column as people write it: without line breaks, with one blank where words are apart, none between Chinese signs. */
export function columnName(cell: string): string {
  return cell
    .replaceAll(unseen, '')
    .trim()
    .replaceAll(/\s+/g, (_blank, at: number, all: string) => {
      const rest = all.slice(at).trimStart();
      return chinese.test(all[at - 1] ?? '') && chinese.test(rest[0] ?? '') ? '' : ' ';
    });
}

/** Compares names as the engine does. */
export const sameName = (name: string): string => name.toLowerCase();

/** Names of the columns below a header; nameless ones are called after their place. Names that cannot be told apart are refused. */
export function columnNames(cells: readonly string[], file: string, row: number): string[] {
  if (cells.length > mostColumns) throw inputProblems.refused('file-too-large', sizeOf(cells.length), { file, row });
  const named = cells.map(columnName);
  const seen = new Map<string, string>();
  for (const name of named) {
    if (name === '') continue;
    const before = seen.get(sameName(name));
    if (before === name) throw inputProblems.refused('column-twice', { column: name }, { file, row });
    if (before !== undefined) throw sourceProblems.refused('column-case', { first: before, second: name }, { file, row });
    seen.set(sameName(name), name);
  }
  return named.map((name, index) => (name === '' ? freeName(index + 1, seen) : name));
}

const sizeOf = (columns: number) => ({
  size: { zh: `${columns} 列`, en: `${columns} columns` },
  limit: { zh: `${mostColumns} 列`, en: `${mostColumns} columns` },
});

function freeName(place: number, seen: Map<string, string>): string {
  let name = `column_${place}`;
  while (seen.has(name)) name += '_';
  seen.set(name, name);
  return name;
}

/** Columns up to the last one that has a name. */
export const lastNamed = (cells: readonly string[]): number => cells.findLastIndex((cell) => columnName(cell) !== '') + 1;

/**
 * The first row that is a header: it holds two thirds, and at least two, of the names that are looked for. Without one it
 * is the first row that is not blank. `undefined` when all rows are blank.
 */
export function findHeader(rows: readonly (readonly string[])[], wanted: readonly string[] = []): number | undefined {
  const names = new Set(wanted.map((name) => sameName(columnName(name))));
  const enough = Math.max(2, Math.ceil((names.size * 2) / 3));
  const found = rows.findIndex(
    (cells) => new Set(cells.map((cell) => sameName(columnName(cell))).filter((cell) => names.has(cell))).size >= enough,
  );
  if (found >= 0) return found;
  const first = rows.findIndex((cells) => cells.some((cell) => columnName(cell) !== ''));
  return first < 0 ? undefined : first;
}

/** Whether some row has enough of the names that are looked for. */
export function hasHeader(rows: readonly (readonly string[])[], wanted: readonly string[]): boolean {
  const names = new Set(wanted.map((name) => sameName(columnName(name))));
  const at = findHeader(rows, wanted);
  if (at === undefined) return false;
  const found = new Set((rows[at] ?? []).map((cell) => sameName(columnName(cell))).filter((cell) => names.has(cell)));
  return found.size >= Math.max(2, Math.ceil((names.size * 2) / 3));
}
