import {
  type ColumnDefinition,
  columnNamed,
  decimalsOf,
  formatDay,
  formatMinute,
  formatScaled,
  missingInt,
  type TableData,
  views,
  type WorkingTable,
} from '@hengjian/standard';

type Dictionaries = Readonly<Record<string, readonly string[]>>;

const withoutZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

function scaledText(value: number, of: string | undefined): string | null {
  if (Number.isNaN(value)) return null;
  const text = formatScaled(value, decimalsOf(of));
  return of === 'money' ? text : withoutZeros(text);
}

/** What a column says through the one that holds the text of the source; undefined where that is not loaded or not kept. */
function saidText(table: TableData, { name, said }: ColumnDefinition, row: number): string | undefined {
  if (said === name) return String(views.numbers(table, name)[row]);
  return said === undefined || table.columns[said] === undefined ? undefined : (views.text(table, said).get(row) ?? undefined);
}

/**
 * A cell of the working form as the source said it: codes as codes, money in 元, dates and times as text; null where it
 * said nothing. A row, a reference or a hash is a number of the lake's own that says nothing outside: of it the text is given
 * that the column `said` holds, undefined where that is not loaded or the lake keeps none.
 */
export function sourceText(table: TableData, column: ColumnDefinition, row: number, dictionaries: Dictionaries): string | null | undefined {
  const { name, kind, of } = column;
  if (kind === 'text') return views.text(table, name).get(row);
  const value = views.numbers(table, name)[row] ?? Number.NaN;
  switch (kind) {
    case 'code':
    case 'code8':
      return value < 0 ? null : (dictionaries[of ?? '']?.[value] ?? null);
    case 'day':
      return value === missingInt ? null : formatDay(value);
    case 'minute':
      return value === missingInt ? null : formatMinute(value);
    case 'scaled':
      return scaledText(value, of);
    case 'row':
      return value < 0 ? null : undefined;
    case 'hash':
      return Number.isNaN(value) ? null : saidText(table, column, row);
    case 'ref':
      return value < 0 ? null : saidText(table, column, row);
  }
}

/** Columns to load so that some columns can be shown as the source said them: they, and those that hold their texts. */
export const withSaid = (table: WorkingTable, names: readonly string[]): readonly string[] => [
  ...new Set(names.flatMap((name) => [name, columnNamed(table, name)?.said ?? name])),
];
