import {
  arrayOf,
  type ColumnData,
  type ColumnDefinition,
  columnsOf,
  dimensionTableNames,
  forEachName,
  type LakeContext,
  type TableData,
  words,
} from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';
import { lakeProblems } from '../problems.ts';
import { day, whole } from '../stored.ts';

const format = 1;

/** Values of a column; a lake that holds nothing yet has no columns. */
function cells(data: ColumnData | undefined, length: number): (string | number | null)[] {
  if (data === undefined) return [];
  return Array.from({ length }, (_, row) => {
    if ('get' in data) return data.get(row);
    const value = data[row] as number;
    return Number.isNaN(value) ? null : value;
  });
}

/** A lake context as text: dictionaries, dimensions and coverage, for kernels that run away from the lake. */
export function contextText(context: LakeContext): string {
  const dimensions = forEachName(dimensionTableNames, (table) => {
    const { length, columns } = context.dimensions[table];
    return { length, columns: Object.fromEntries(columnsOf(table).map(({ name }) => [name, cells(columns[name], length)])) };
  });
  const { dictionaries, coverage, absent, carriage, assumed } = context;
  return JSON.stringify({ format, dictionaries, dimensions, coverage, absent, carriage, assumed });
}

function columnData(column: ColumnDefinition, values: readonly (string | number | null)[]): ColumnData {
  if (column.kind === 'text') {
    const texts = values.map((value) => (typeof value === 'string' ? value : null));
    return { length: texts.length, get: (row) => texts[row] ?? null };
  }
  const data = arrayOf(column.kind, values.length);
  values.forEach((value, row) => {
    data[row] = typeof value === 'number' ? value : Number.NaN;
  });
  return data;
}

const text = Type.String();
const name = words('数据湖上下文', 'context of a lake');
const formatReader = jsonReader(Type.Object({ format: whole }), name);
const cell = Type.Union([text, Type.Number(), Type.Null()]);
const contextReader = jsonReader(
  Type.Object({
    dictionaries: Type.Record(text, Type.Array(text)),
    dimensions: Type.Record(text, Type.Object({ length: whole, columns: Type.Record(text, Type.Array(cell)) })),
    coverage: Type.Object({ line_from: day, line_to: day, visit_from: day, visit_to: day }),
    absent: Type.Array(text),
    carriage: Type.Optional(Type.Record(text, Type.Array(text))),
    assumed: Type.Optional(Type.Record(text, Type.Object({ scope: Type.Boolean(), fund: Type.Optional(whole) }))),
  }),
  name,
);

/** Reads a context by its shape; one of another format is refused as such, anything else is a damaged file. */
function parsed(content: string, file: string) {
  const value = formatReader.read(content, { file });
  if (value.format !== format) throw lakeProblems.refused('context-format', { format: value.format, known: format }, { file });
  return contextReader.accepts(value) ? value : contextReader.read(content, { file });
}

/** Reads what `contextText` wrote. */
export function parseContext(content: string, file: string): LakeContext {
  const stored = parsed(content, file);
  const dimensions = forEachName(dimensionTableNames, (table): TableData => {
    const { length, columns } = stored.dimensions[table] ?? { length: 0, columns: {} };
    return {
      length,
      columns: Object.fromEntries(columnsOf(table).map((column) => [column.name, columnData(column, columns[column.name] ?? [])])),
    };
  });
  const { dictionaries, coverage, absent, carriage, assumed } = stored;
  const told = { ...(carriage === undefined ? {} : { carriage }), ...(assumed === undefined ? {} : { assumed }) };
  return { dictionaries, dimensions, coverage, absent, ...told };
}
