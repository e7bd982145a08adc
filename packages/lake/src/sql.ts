/** Quotes a SQL identifier. */
export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Quotes a SQL string literal. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A SQL list of string literals. */
export const textList = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`;

/** A `read_parquet` over the given files, or `undefined` when there are none. */
export function parquet(files: readonly string[]): string | undefined {
  return files.length === 0 ? undefined : `read_parquet(${textList(files)}, union_by_name = true)`;
}
