import {
  arrayOf,
  type ColumnData,
  type ColumnDefinition,
  columnNamed,
  missingInt,
  type Segment,
  type TableData,
  viewIfLoaded,
  views,
} from '@hengjian/standard';
import type { SegmentRecord } from '../filter/messages.ts';

const missing = (column: ColumnDefinition | undefined): number =>
  column?.kind === 'scaled' || column?.kind === 'hash' ? Number.NaN : column?.kind === 'day' || column?.kind === 'minute' ? missingInt : -1;

/** Old row of each row of a table that was built from some persons of a segment only. */
type Places = Readonly<Record<'persons' | 'visits' | 'lines', Int32Array>>;

/** Spreads the rows of a table to their old places; the other rows are missing. */
function spread(table: 'persons' | 'visits' | 'lines', data: TableData, places: Int32Array, length: number, places_: Places): TableData {
  const back = new Map([...places].map((old, row) => [old, row]));
  const columns = Object.entries(data.columns).map(([name, values]): [string, ColumnData] => {
    if ('get' in values)
      return [
        name,
        {
          length,
          get: (row) => {
            const own = back.get(row);
            return own === undefined ? null : values.get(own);
          },
        },
      ];
    const column = columnNamed(table, name);
    const target = arrayOf(column?.kind ?? 'row', length);
    target.fill(missing(column));
    const linked = column?.kind === 'row' ? oldRows(name, column.of, places_) : undefined;
    places.forEach((old, row) => {
      const value = values[row] as number;
      target[old] = linked === undefined ? value : linked(value);
    });
    return [name, target];
  });
  return { length, columns: Object.fromEntries(columns) };
}

/** How a row number of another spread table is moved; ends of ranges point behind their last row. */
function oldRows(name: string, of: string | undefined, places: Places): ((row: number) => number) | undefined {
  if (of !== 'persons' && of !== 'visits' && of !== 'lines') return undefined;
  const moved = places[of];
  if (name.endsWith('_end')) return (row) => (row === 0 ? 0 : (moved[row - 1] as number) + 1);
  return (row) => (row < 0 ? -1 : (moved[row] ?? (moved.length === 0 ? 0 : (moved[moved.length - 1] as number) + 1)));
}

/**
 * A segment that holds only some persons of an earlier one, with these persons, their visits and lines at the rows
 * they had there, so that findings that name rows of the earlier segment can be read from it.
 *
 * `wanted` are the rows of the persons in the earlier segment, ascending, in the order in which `built` has them.
 */
export function sparseSegment(built: Segment, record: SegmentRecord, wanted: readonly number[]): Segment {
  const rowsOf = (starts: readonly number[], name: 'visits' | 'lines'): Int32Array => {
    const from = views.words(built.persons, `${name}_start`);
    const to = views.words(built.persons, `${name}_end`);
    const places = new Int32Array(built[name].length);
    wanted.forEach((old, person) => {
      for (let row = from[person] as number; row < (to[person] as number); row += 1)
        places[row] = (starts[old] as number) + row - (from[person] as number);
    });
    return places;
  };
  const places: Places = {
    persons: Int32Array.from(wanted),
    visits: rowsOf(record.visits, 'visits'),
    lines: rowsOf(record.lines, 'lines'),
  };
  const owned = (table: 'settlements' | 'diagnoses' | 'operations'): TableData => {
    const { columns, length } = built[table];
    const visit = viewIfLoaded(views.words, built[table], 'visit');
    return { length, columns: visit === undefined ? columns : { ...columns, visit: visit.map((row) => places.visits[row] as number) } };
  };
  return {
    ...built,
    persons: spread('persons', built.persons, places.persons, record.psn.length, places),
    visits: spread('visits', built.visits, places.visits, record.visit_count, places),
    lines: spread('lines', built.lines, places.lines, record.line_count, places),
    settlements: owned('settlements'),
    diagnoses: owned('diagnoses'),
    operations: owned('operations'),
  };
}
