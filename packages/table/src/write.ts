/** Quotes a name of a column or relation. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Quotes a text. */
export const quoted = (text: string): string => {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  // The parser takes a zero for the end of the statement.
  return parts.length === 1 ? (parts[0] ?? "''") : `(${parts.join(' || chr(0) || ')})`;
};

/** A list of quoted texts. */
export const quotedList = (texts: readonly string[]): string => `[${texts.map(quoted).join(', ')}]`;

const betweenTexts = '\n';

/**
 * The same list as one text that is taken apart, which the engine does once: of a list of many texts it would look at each of
 * them wherever it stands in a statement.
 */
export const quotedTexts = (texts: readonly string[]): string =>
  texts.length < 2 || texts.some((text) => text.includes(betweenTexts))
    ? quotedList(texts)
    : `string_split(${quoted(texts.join(betweenTexts))}, ${quoted(betweenTexts)})`;

/** Characters of a path that DuckDB would read as a pattern; each stands for itself inside brackets. */
const literalPath = (path: string): string => path.replace(/[*?[]/g, (character) => `[${character}]`);

/** A path in a statement, taken to the letter. */
export const pathOf = (path: string): string => quoted(literalPath(path));

/** A relation over Parquet files, columns by name; `undefined` when there are none. Paths are taken to the letter. */
export function parquetOf(files: readonly string[]): string | undefined {
  return files.length === 0 ? undefined : `read_parquet(${quotedList(files.map(literalPath))}, union_by_name = true)`;
}
