import { type ColumnDefinition, dictionary, dimensionTables, workingTables } from '@hengjian/standard';

/** Values of dictionaries that are the project's own and stand in no national code table. */
const ownValues: Readonly<Record<string, readonly string[]>> = {
  reach: ['city', 'institution', 'row'],
  precision: ['day', 'minute'],
  setting: ['outpatient', 'emergency', 'chronic', 'inpatient', 'pharmacy', 'internet', 'other'],
};

function columnDictionaries(): ReadonlySet<string> {
  const tables: readonly (readonly ColumnDefinition[])[] = [...Object.values(workingTables), ...Object.values(dimensionTables)];
  return new Set(
    tables.flatMap((columns) => columns.filter(({ kind }) => kind === 'code' || kind === 'code8').map((column) => column.of ?? '')),
  );
}

const names = columnDictionaries();

/** True for a name that codes of the working form or a code table have. */
export const isDictionary = (name: string): boolean => names.has(name) || dictionary.codeTables.has(name);

/** The closed list of values of a dictionary, `undefined` when any text may stand in it. */
export function closedValues(name: string): readonly string[] | undefined {
  const own = Object.hasOwn(ownValues, name) ? ownValues[name] : undefined;
  if (own !== undefined) return own;
  const table = dictionary.codeTables.get(name);
  return table === undefined || name === 'caty' || name === 'area' ? undefined : [...table.keys()];
}

/** Every name of a dictionary or code table, in order. */
export const dictionaryNames = (): readonly string[] => [...new Set([...names, ...dictionary.codeTables.keys()])].sort();
