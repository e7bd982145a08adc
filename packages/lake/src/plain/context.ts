import {
  arrayOf,
  type ColumnData,
  type ColumnDefinition,
  columnsOf,
  type DimensionTable,
  dimensionTables,
  inputProblems,
  type LakeContext,
  type TableData,
} from '@hengjian/standard';
import { fieldsOf, listOf, type Reader, recordOf, ShapeFault, textValue, whole, wholeFrom } from '../checked-json.ts';
import { lakeProblems } from '../problems.ts';

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

function columnData(column: ColumnDefinition, values: readonly (string | number | null)[]): ColumnData {
  if (column.kind === 'text') return { length: values.length, get: (row) => (values[row] as string | null | undefined) ?? null };
  const data = arrayOf(column.kind, values.length);
  values.forEach((value, row) => {
    data[row] = value === null ? Number.NaN : (value as number);
  });
  return data;
}

const cell: Reader<string | number | null> = (value, path) => {
  if (value !== null && typeof value !== 'string' && typeof value !== 'number') throw new ShapeFault(path, 'cell');
  return value;
};
const day = wholeFrom(-1_000_000);
const shape = fieldsOf({
  dictionaries: recordOf(listOf(textValue)),
  dimensions: recordOf(fieldsOf({ length: whole, columns: recordOf(listOf(cell)) })),
  coverage: fieldsOf({ line_from: day, line_to: day, visit_from: day, visit_to: day }),
  absent: listOf(textValue),
});

/** Reads a context by its shape; anything else is a damaged file. */
function parsed(text: string, file: string): ReturnType<typeof shape> {
  try {
    const value: unknown = JSON.parse(text);
    const found = fieldsOf({ format: whole })(value, '').format;
    if (found !== format) throw lakeProblems.refused('context-format', { format: found, known: format }, { file });
    return shape(value, '');
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof ShapeFault)) throw error;
    throw inputProblems.refused('file-damaged', { format: 'JSON', reason: error.message }, { file });
  }
}

/** Reads what `contextText` wrote. */
export function parseContext(text: string, file: string): LakeContext {
  const stored = parsed(text, file);
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
