import {
  arrayOf,
  type Carriage,
  type CarriedColumn,
  type ColumnData,
  type ColumnDefinition,
  carriedByInstitution,
  columnsOf,
  type DimensionTable,
  dimensionTableNames,
  feedersOf,
  forEachName,
  forEachTable,
  isText,
  isWorkingTable,
  type LakeContext,
  missingInt,
  type Segment,
  type TableData,
  views,
  type WorkingTable,
  workingTableNames,
} from '@hengjian/standard';

/** A lake in memory: what kernels are given. */
export interface LoadedLake {
  readonly context: LakeContext;
  readonly segments: readonly Segment[];
}

/** Where a column is taken away: everywhere, or at one institution. */
export type Where = 'everywhere' | { readonly institution: string };

const missingOf = ({ kind }: ColumnDefinition): number =>
  kind === 'scaled' || kind === 'hash' ? Number.NaN : kind === 'day' || kind === 'minute' ? missingInt : -1;

function emptied(column: ColumnDefinition, data: ColumnData | undefined, isThere: (row: number) => boolean): ColumnData | undefined {
  if (data === undefined) return undefined;
  if (isText(data)) return { length: data.length, get: (row) => (isThere(row) ? data.get(row) : null) };
  const out = arrayOf(column.kind, data.length);
  for (let row = 0; row < data.length; row += 1) out[row] = isThere(row) ? (data[row] as number) : missingOf(column);
  return out;
}

/** Tables whose rows are gone when the column that says what they are is. */
const rowColumns: Readonly<Partial<Record<WorkingTable, { readonly column: string; readonly owner: 'visits' | 'persons' }>>> = {
  diagnoses: { column: 'diag_code', owner: 'visits' },
  operations: { column: 'oprn_oprt_code', owner: 'visits' },
  enrolments: { column: 'begndate', owner: 'persons' },
};

/** Every column that nothing else feeds once some national fields are gone. */
function columnsWithout(fields: ReadonlySet<string>): readonly CarriedColumn[] {
  const tables: readonly (WorkingTable | DimensionTable)[] = [...workingTableNames, ...dimensionTableNames];
  return tables.flatMap((table) =>
    columnsOf(table).flatMap(({ name }) => {
      const feeders = feedersOf({ table, column: name });
      return feeders.length > 0 && feeders.every((field) => fields.has(field)) ? [{ table, column: name }] : [];
    }),
  );
}

/** Whether a row of a table belongs to an institution that keeps the column. */
function keeperOf(segment: Segment, context: LakeContext, where: Where): (table: WorkingTable, row: number) => boolean {
  if (where === 'everywhere') return () => false;
  const id = (context.dictionaries['institution'] ?? []).indexOf(where.institution);
  const institution = views.ids(segment.visits, 'fixmedins_code');
  return (table, row) => {
    if (table === 'persons' || table === 'enrolments') return true;
    const visit = table === 'visits' ? row : (views.words(segment[table], 'visit')[row] as number);
    return institution[visit] !== id;
  };
}

function tableWithout(
  table: TableData,
  name: WorkingTable | DimensionTable,
  gone: readonly CarriedColumn[],
  isThere: (row: number) => boolean,
): TableData {
  const own = gone.filter((one) => one.table === name);
  if (own.length === 0) return table;
  const columns: Record<string, ColumnData> = { ...table.columns };
  for (const definition of columnsOf(name)) {
    const data = columns[definition.name];
    if (data === undefined || !own.some(({ column }) => column === definition.name)) continue;
    columns[definition.name] = emptied(definition, data, isThere) ?? data;
  }
  return { length: table.length, columns };
}

/** Makes the ranges of owners that lose their rows empty. */
function rangesWithout(
  tables: Record<WorkingTable, TableData>,
  gone: readonly CarriedColumn[],
  isThere: (table: WorkingTable, row: number) => boolean,
): void {
  for (const [name, rows] of Object.entries(rowColumns)) {
    if (!isWorkingTable(name) || !gone.some(({ table, column }) => table === name && column === rows.column)) continue;
    const { length, columns } = tables[rows.owner];
    const start = views.words(tables[rows.owner], `${name}_start`);
    const end = views.words(tables[rows.owner], `${name}_end`).slice();
    for (let row = 0; row < length; row += 1) if (!isThere(rows.owner, row)) end[row] = start[row] as number;
    tables[rows.owner] = { length, columns: { ...columns, [`${name}_end`]: end } };
  }
}

const listTables: readonly DimensionTable[] = ['stock', 'practitioner_stay'];

function contextWithout(context: LakeContext, fields: ReadonlySet<string>, gone: readonly CarriedColumn[], where: Where): LakeContext {
  const carriage: Carriage = Object.fromEntries(
    Object.entries(context.carriage ?? {}).map(([institution, own]) => {
      const lacks = where === 'everywhere' || where.institution === institution;
      return [institution, lacks ? own.filter((field) => !fields.has(field)) : own];
    }),
  );
  if (where !== 'everywhere') return { ...context, carriage };
  const dimensions = forEachName(dimensionTableNames, (table) => {
    const own = context.dimensions[table];
    const isGone = gone.some((one) => one.table === table);
    return listTables.includes(table) && isGone ? { ...own, length: 0 } : tableWithout(own, table, gone, () => false);
  });
  return { ...context, carriage, dimensions };
}

/** Whether a column can be taken away at one institution: those of registers belong to all. */
export const canLackAlone = (column: CarriedColumn): boolean => carriedByInstitution(column);

/** The lake as it would be had the sources not had the fields that a column comes from. */
export function withoutColumn(lake: LoadedLake, column: CarriedColumn, where: Where): LoadedLake {
  const fields = new Set(feedersOf(column));
  const gone = columnsWithout(fields);
  const segments = lake.segments.map((segment) => {
    const keeps = keeperOf(segment, lake.context, where);
    const tables = forEachTable((name) => tableWithout(segment[name], name, gone, (row) => keeps(name, row)));
    rangesWithout(tables, gone, keeps);
    return tables;
  });
  return { context: contextWithout(lake.context, fields, gone, where), segments };
}
