import {
  arrayOf,
  type ColumnData,
  type ColumnDefinition,
  decimalsOf,
  inputProblems,
  missingCode,
  missingInt,
  parseDay,
  parseMinute,
  parseScaled,
  type TableData,
} from '@hengjian/standard';

/** A cell in the making: text as a file would have it, a row number, or missing. */
export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

/** Dictionaries that grow as codes are met. */
export class GrowingDictionaries {
  readonly #ids = new Map<string, Map<string, number>>();

  id(dictionary: string, text: string): number {
    const known = this.#ids.get(dictionary) ?? new Map<string, number>();
    this.#ids.set(dictionary, known);
    const found = known.get(text) ?? known.size;
    known.set(text, found);
    return found;
  }

  values(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries([...this.#ids].map(([name, ids]) => [name, [...ids.keys()]]));
  }
}

function refuse(column: ColumnDefinition, cell: Cell): never {
  throw inputProblems.refused('value-invalid', { value: String(cell), expected: column.of ?? column.kind }, { field: column.name });
}

function encode(column: ColumnDefinition, cell: Cell, dictionaries: GrowingDictionaries): number {
  if (cell === null)
    return column.kind === 'scaled' || column.kind === 'hash'
      ? Number.NaN
      : column.kind === 'day' || column.kind === 'minute'
        ? missingInt
        : missingCode;
  if (column.kind === 'row') return Number(cell);
  const text = String(cell);
  switch (column.kind) {
    case 'code':
    case 'code8':
      return dictionaries.id(column.of ?? '', text);
    case 'day':
      return parseDay(text) ?? refuse(column, cell);
    case 'minute':
      return parseMinute(text) ?? refuse(column, cell);
    case 'scaled':
      return parseScaled(text, decimalsOf(column.of)) ?? refuse(column, cell);
    case 'ref':
      return /^\d{1,9}$/.test(text) ? Number(text) : dictionaries.id(`ref ${column.name}`, text);
    default:
      return dictionaries.id('hash', text);
  }
}

/** Builds the arrays of a table out of rows of texts. */
export function buildTable(columns: readonly ColumnDefinition[], rows: readonly Row[], dictionaries: GrowingDictionaries): TableData {
  const data: Record<string, ColumnData> = {};
  for (const column of columns) {
    if (column.kind === 'text') {
      const texts = rows.map((row) => (row[column.name] ?? null) as string | null);
      data[column.name] = { length: texts.length, get: (row) => texts[row] ?? null };
      continue;
    }
    const array = arrayOf(column.kind, rows.length);
    rows.forEach((row, index) => {
      array[index] = encode(column, row[column.name] ?? null, dictionaries);
    });
    data[column.name] = array;
  }
  return { length: rows.length, columns: data };
}
