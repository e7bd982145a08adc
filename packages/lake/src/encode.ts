import { type ColumnDefinition, columnsOf, type WorkingTable } from '@hengjian/standard';
import { identifier } from '@hengjian/table';
import { sources } from './prepare.ts';

/** Row columns that are filled in JavaScript from the tables below. */
export const isRange = (column: ColumnDefinition): boolean => column.kind === 'row' && /_(start|end)$/.test(column.name);

/** A column whose values are ids of a dictionary. */
export interface CodeColumn {
  readonly name: string;
  readonly of: string;
  /** At most 127 values. */
  readonly small: boolean;
}

const codeOf = ({ name, kind, of }: ColumnDefinition): CodeColumn | undefined =>
  (kind === 'code' || kind === 'code8') && of !== undefined ? { name, of, small: kind === 'code8' } : undefined;

/** Columns of a table that are encoded by a statement. */
const encodedColumns = (table: WorkingTable): ColumnDefinition[] => columnsOf(table).filter((column) => !isRange(column));

/** Code columns of a table with their dictionary. */
export const codeColumns = (table: WorkingTable): CodeColumn[] => encodedColumns(table).flatMap((column) => codeOf(column) ?? []);

/** SQL of the stored value of a column. `code` is the dictionary join of a code column, where any row has a value. */
function encoded(column: ColumnDefinition, code: string | undefined): string {
  const value = `o.${identifier(column.name)}`;
  const id = code === undefined ? '-1' : `coalesce(${code}.id, -1)`;
  switch (column.kind) {
    case 'code':
      return `CAST(${id} AS INTEGER)`;
    case 'code8':
      return `CAST(${id} AS TINYINT)`;
    case 'day':
      return `coalesce(CAST(${value} - DATE '1970-01-01' AS INTEGER), -2147483648)`;
    case 'minute':
      return `coalesce(CAST(floor(epoch(${value}) / 60) AS INTEGER), -2147483648)`;
    case 'scaled':
      return `coalesce(CAST(${value} AS DOUBLE), CAST('nan' AS DOUBLE))`;
    case 'hash':
      return `coalesce(CAST(CAST('0x' || left(md5(${value}), 13) AS BIGINT) AS DOUBLE), CAST('nan' AS DOUBLE))`;
    case 'row':
    case 'ref':
      return `CAST(coalesce(${value}, -1) AS INTEGER)`;
    default:
      return value;
  }
}

/** Tables whose rows belong to a person and do not say so in a column. */
const ownedByPerson: ReadonlySet<WorkingTable> = new Set(['lines', 'enrolments']);
export const ownerColumns = (table: WorkingTable): readonly string[] => (ownedByPerson.has(table) ? ['_person'] : []);

/**
 * SELECT of the encoded, sorted rows of a prepared table `p_<table>`. A code column of which `isSaid` tells that no row has a value
 * is not looked up: each join with a dictionary costs more than coding the rows of a small chunk.
 */
export function encodeSql(table: WorkingTable, isSaid: (column: CodeColumn) => boolean): string {
  const columns = encodedColumns(table).map((column, index) => {
    const code = codeOf(column);
    return { column, code: code !== undefined && isSaid(code) ? code : undefined, alias: `d${index}` };
  });
  const list = columns.map(
    ({ column, code, alias }) => `${encoded(column, code === undefined ? undefined : alias)} AS ${identifier(column.name)}`,
  );
  const owner = ownerColumns(table).map((name) => `CAST(o.person AS INTEGER) AS ${name}`);
  const joins = columns.flatMap(({ code, alias }) =>
    code === undefined ? [] : [`LEFT JOIN d_${code.of} ${alias} ON ${alias}.value = o.${identifier(code.name)}`],
  );
  const rows = `(SELECT * FROM p_${table}) o ${joins.join(' ')}`;
  return `SELECT ${[...list, ...owner].join(', ')} FROM ${rows} ORDER BY ${sources[table].order}`;
}
