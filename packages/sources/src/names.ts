import { inputProblems } from '@hengjian/standard';
import { isBlank } from './bytes.ts';
import { mostColumns } from './limits.ts';
import { sourceProblems } from './problems.ts';

const chinese = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in a header are taken out
const unseen = /[\u0000-\u0008\u000e-\u001f\u007f\u200b-\u200f\ufeff]/g;

/** Signs with no blank between them: Chinese ones, and the parts of a code such as `setl_id`. */
const joins = (left: string, right: string): boolean => (chinese.test(left) && chinese.test(right)) || left === '_' || right === '_';

/** The name of a column as people write it: without line breaks, with one blank where words are apart, none between Chinese signs. */
export function columnName(cell: string): string {
  return cell
    .replaceAll(unseen, '')
    .trim()
    .replaceAll(/\s+/g, (_blank, at: number, all: string) => {
      const rest = all.slice(at).trimStart();
      return joins(all[at - 1] ?? '', rest[0] ?? '') ? '' : ' ';
    });
}

/** Compares names as the engine does. */
export const sameName = (name: string): string => name.toLowerCase();

/** A name as it is looked for: neither blank signs, wherever they stand, nor capital letters matter. */
export const plainName = (name: string): string => sameName(columnName(name)).replaceAll(/\s/g, '');

/** Finds columns by their names: the one that is written so, else the only one that differs by nothing but blank signs. */
export function columnFinder(columns: readonly string[]): (name: string) => string | undefined {
  const exact = new Map(columns.map((column) => [sameName(columnName(column)), column]));
  const plain = Map.groupBy(columns, plainName);
  return (name) => {
    const alike = plain.get(plainName(name)) ?? [];
    return exact.get(sameName(columnName(name))) ?? (alike.length === 1 ? alike[0] : undefined);
  };
}

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

/** Names that say nothing without what they are of. */
const attribute = /^(方式|日期|时间|编码|代码|编号|名称|类型|类别|情况|标志|合计|小计|总计)$/;

/**
 * One header of two rows: a column is called by the lower row where that is unlike all others and says something alone, by
 * the upper one where the lower is blank, else by both (`费用_金额`). A group is written in its first column only.
 */
export function joinedHeader(upper: readonly string[], lower: readonly string[]): string[] {
  const width = Math.max(upper.length, lower.length);
  const names = Array.from({ length: width }, (_, column) => columnName(lower[column] ?? ''));
  let group = '';
  return names.map((name, column) => {
    const own = columnName(upper[column] ?? '');
    if (own !== '' || name === '') group = own;
    if (name === '') return own;
    const isAlone = !attribute.test(name) && names.filter((one) => sameName(one) === sameName(name)).length === 1;
    return isAlone || group === '' ? name : `${group}_${name}`;
  });
}

/** Columns up to the last one that has a name. */
export const lastNamed = (cells: readonly string[]): number => cells.findLastIndex((cell) => columnName(cell) !== '') + 1;

/** The first row that holds two thirds, and at least two, of the names that are looked for. */
function rowWith(rows: readonly (readonly string[])[], wanted: readonly string[]): number {
  if (wanted.length === 0) return -1;
  const names = new Set(wanted.map(plainName));
  const enough = Math.max(2, Math.ceil((names.size * 2) / 3));
  return rows.findIndex((cells) => {
    const found = cells.map(plainName).filter((cell) => names.has(cell));
    return new Set(found).size >= enough;
  });
}

/**
 * The first row that is a header: it holds two thirds, and at least two, of the names that are looked for. Without one it
 * is the first row that is not blank. `undefined` when all rows are blank.
 */
export function findHeader(rows: readonly (readonly string[])[], wanted: readonly string[] = []): number | undefined {
  const found = rowWith(rows, wanted);
  const row = found >= 0 ? found : rows.findIndex((cells) => cells.some((cell) => !isBlank(cell)));
  return row < 0 ? undefined : row;
}

/** Whether some row has enough of the names that are looked for. */
export const hasHeader = (rows: readonly (readonly string[])[], wanted: readonly string[]): boolean => rowWith(rows, wanted) >= 0;
