import { formatScaled } from '@hengjian/standard';

/** Turns a value of the engine into the one a caller works with. Throws when the statement returns something else. */
export type ValueReader<Value> = (value: unknown, column: string) => Value;
/** The columns of a row, each with its reader. */
export type RowShape = Readonly<Record<string, ValueReader<unknown>>>;
export type RowOf<Shape extends RowShape> = { readonly [Name in keyof Shape]: ReturnType<Shape[Name]> };

function wrong(column: string, expected: string, value: unknown): never {
  throw new TypeError(`column ${column}: ${expected} expected, got ${value === null ? 'null' : typeof value}`);
}

export const text: ValueReader<string> = (value, column) => (typeof value === 'string' ? value : wrong(column, 'text', value));

export const flag: ValueReader<boolean> = (value, column) => (typeof value === 'boolean' ? value : wrong(column, 'true or false', value));

/** A whole number of any integer type, at most 2^53 − 1. */
export const integer: ValueReader<number> = (value, column) => {
  if (typeof value !== 'number' && typeof value !== 'bigint') return wrong(column, 'a whole number', value);
  const result = Number(value);
  return Number.isSafeInteger(result) ? result : wrong(column, 'a whole number below 2^53', value);
};

/** A floating-point number; never for money. */
export const number: ValueReader<number> = (value, column) => {
  const result = typeof value === 'bigint' ? Number(value) : value;
  return typeof result === 'number' && Number.isFinite(result) ? result : wrong(column, 'a number', value);
};

/** The exact text of a decimal, with the places of its type. */
export const decimalText: ValueReader<string> = (value, column) => {
  if (typeof value !== 'object' || value === null || !('value' in value) || !('scale' in value)) return wrong(column, 'a decimal', value);
  const scaled = Number(value.value);
  return Number.isSafeInteger(scaled) ? formatScaled(scaled, Number(value.scale)) : wrong(column, 'a decimal below 2^53', value);
};

/** A list of texts. */
export const texts: ValueReader<readonly string[]> = (value, column) => {
  if (typeof value !== 'object' || value === null || !('items' in value) || !Array.isArray(value.items))
    return wrong(column, 'a list', value);
  return value.items.map((item: unknown) => text(item, column));
};

/** The same, or null. */
export const optional =
  <Value>(reader: ValueReader<Value>): ValueReader<Value | null> =>
  (value, column) =>
    value === null || value === undefined ? null : reader(value, column);

/** Reads rows of named columns by a shape; a column that the statement does not return is a fault of the program. */
export function rowReader<Shape extends RowShape>(names: readonly string[], shape: Shape): (row: readonly unknown[]) => RowOf<Shape> {
  const fields = Object.entries(shape).map(([name, reader]) => {
    const at = names.indexOf(name);
    if (at < 0) throw new TypeError(`the statement returns no column ${name}`);
    return { name, at, reader };
  });
  return (row) => {
    const out: Record<string, unknown> = {};
    for (const { name, at, reader } of fields) out[name] = reader(row[at], name);
    return out as RowOf<Shape>;
  };
}
