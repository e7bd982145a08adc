import { dictionary } from '@hengjian/standard';

/** Names that statements over staged rows give to what they work out. */
const own = [
  '_row',
  '_seq',
  '_bad',
  '_file',
  '_person',
  '_reach',
  '_nothing',
  '_rid',
  '_key',
  '_odd',
  '_month',
  'file_row_number',
  'file_index',
  'filename',
] as const;
const fields = [...dictionary.tables.values()].flatMap((table) => [...table.fields.keys()]);
const taken = new Set<string>([
  ...own,
  ...[...fields, '_patient'].flatMap((field) => [`r_${field}`, `n_${field}`, `t_${field}`, `p_${field}`]),
]);
const suffix = ' (source)';

/** The name of a source column within the engine: its own, unless a statement needs that for something else. */
export const engineName = (column: string): string => (taken.has(column.toLowerCase()) ? `${column}${suffix}` : column);

/** The name that a column has in its source. */
export function sourceName(column: string): string {
  const name = column.endsWith(suffix) ? column.slice(0, -suffix.length) : column;
  return engineName(name) === column ? name : column;
}
