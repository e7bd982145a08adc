import {
  arrayOf,
  type ColumnData,
  type DimensionTable,
  dimensionTables,
  type LakeContext,
  RefusedInput,
  type TableData,
  type WorkingColumn,
} from '@hengjian/standard';

const columnsOf = (table: DimensionTable): readonly WorkingColumn[] => dimensionTables[table] as readonly WorkingColumn[];
const names = Object.keys(dimensionTables) as DimensionTable[];
const format = 1;

function cells(data: ColumnData, length: number): (string | number | null)[] {
  return Array.from({ length }, (_, row) => {
    if ('get' in data) return data.get(row);
    const value = data[row] as number;
    return Number.isNaN(value) ? null : value;
  });
}

/** A lake context as text: dictionaries, dimensions and coverage, for kernels that run away from the lake. */
export function contextText(context: LakeContext): string {
  const dimensions = Object.fromEntries(
    names.map((table) => {
      const { length, columns } = context.dimensions[table];
      return [
        table,
        { length, columns: Object.fromEntries(columnsOf(table).map(({ name }) => [name, cells(columns[name] as ColumnData, length)])) },
      ];
    }),
  );
  return JSON.stringify({ format, dictionaries: context.dictionaries, dimensions, coverage: context.coverage, absent: context.absent });
}

function columnData(column: WorkingColumn, values: readonly (string | number | null)[]): ColumnData {
  if (column.kind === 'text') return { length: values.length, get: (row) => (values[row] as string | null | undefined) ?? null };
  const data = arrayOf(column.kind, values.length);
  values.forEach((value, row) => {
    data[row] = value === null ? Number.NaN : (value as number);
  });
  return data;
}

interface Stored {
  readonly format: number;
  readonly dictionaries: Readonly<Record<string, readonly string[]>>;
  readonly dimensions: Readonly<
    Record<string, { readonly length: number; readonly columns: Readonly<Record<string, readonly (string | number | null)[]>> }>
  >;
  readonly coverage: LakeContext['coverage'];
  readonly absent: readonly string[];
}

/** Reads what `contextText` wrote. */
export function parseContext(text: string, file: string): LakeContext {
  let stored: Stored;
  try {
    stored = JSON.parse(text) as Stored;
  } catch {
    throw new RefusedInput({ code: 'context-damaged', message: 'the context is no JSON', remedy: 'write it anew', place: { file } });
  }
  if (stored.format !== format) {
    throw new RefusedInput({
      code: 'context-format',
      message: `the context has format ${stored.format}, this version reads ${format}`,
      remedy: 'write it anew',
      place: { file },
    });
  }
  const dimensions = Object.fromEntries(
    names.map((table): [string, TableData] => {
      const { length, columns } = stored.dimensions[table] ?? { length: 0, columns: {} };
      return [
        table,
        {
          length,
          columns: Object.fromEntries(columnsOf(table).map((column) => [column.name, columnData(column, columns[column.name] ?? [])])),
        },
      ];
    }),
  ) as Record<DimensionTable, TableData>;
  return { dictionaries: stored.dictionaries, dimensions, coverage: stored.coverage, absent: stored.absent };
}
