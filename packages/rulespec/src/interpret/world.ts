import { isText, missingCode, missingInt, type Segment, type TableData, views } from '@hengjian/standard';
import { inRegion } from '../bind/area.ts';
import type { BoundRules } from '../bind/bound.ts';
import type { Rows } from '../bind/codes.ts';
import type { FieldTable, Role } from '../check/ir.ts';

/** A segment and the rulebook that is judged on it. */
export interface World {
  readonly segment: Segment;
  readonly bound: BoundRules;
  /** Called with every value that is read, as people read it, for explanations; null where it is missing. */
  readonly watch: ((name: string, text: string | null) => void) | undefined;
}

/** The raw number in a column; rows outside give missing. */
export function raw(table: TableData | undefined, name: string, row: number): number | null {
  if (row < 0) return null;
  const value = views.numbers(table, name)[row] ?? Number.NaN;
  if (Number.isNaN(value) || value === missingInt) return null;
  return value;
}

/** A text column read for messages, explanations and group subjects. */
export function textAt(table: TableData | undefined, name: string, row: number): string | null {
  const column = table?.columns[name];
  return row < 0 || column === undefined || !isText(column) ? null : column.get(row);
}

/** A code column: `null` for missing. */
export function codeAt(table: TableData | undefined, name: string, row: number): number | null {
  const value = raw(table, name, row);
  return value === null || value === missingCode ? null : value;
}

/** The rows that an expression speaks of: line and visit of each role, and a diagnosis or operation; -1 where there is none. */
export interface RolesInWorld {
  readonly world: World;
  readonly line: Readonly<Record<Role, number>>;
  readonly visit: Readonly<Record<Role, number>>;
  readonly row: number;
}

/** The table of a field and the row that a role means in it. */
export function ownerOf(frame: RolesInWorld, table: FieldTable, role: Role): { table: TableData | undefined; row: number } {
  const { segment, bound } = frame.world;
  const line = frame.line[role];
  const visit = frame.visit[role];
  switch (table) {
    case 'lines':
      return { table: segment.lines, row: line };
    case 'visits':
      return { table: segment.visits, row: visit };
    case 'settlements':
      return { table: segment.settlements, row: codeAt(segment.lines, 'settlement', line) ?? -1 };
    case 'persons':
      return { table: segment.persons, row: raw(segment.visits, 'person', visit) ?? -1 };
    case 'institution':
      return { table: bound.context.dimensions.institution, row: codeAt(segment.visits, 'fixmedins_code', visit) ?? -1 };
    case 'practitioner': {
      const id = line >= 0 ? codeAt(segment.lines, 'bilg_dr_code', line) : codeAt(segment.visits, 'chfpdr_code', visit);
      return { table: bound.context.dimensions.practitioner, row: id ?? -1 };
    }
    default:
      return { table: segment[table], row: frame.row };
  }
}

/** Whether a row of a knowledge table holds on a day in an area. */
export function isValid(bound: BoundRules, table: string, row: number, day: number, area: number): boolean {
  const point = bound.table(table).rows[row];
  if (point === undefined || day < point.valid_from || (point.valid_to !== undefined && day > point.valid_to)) return false;
  return inRegion(point.region, bound.codes.values('area')[area]);
}

/** The rows after `start[id]` of compressed rows. */
export function rowsOf(rows: Rows, id: number): readonly number[] {
  return id < 0 ? [] : [...rows.values.subarray(rows.start[id] ?? 0, rows.start[id + 1] ?? 0)];
}

/** First and last row of a range of an owner, for example the visits of a person. */
export function range(owner: TableData | undefined, row: number, of: string): readonly number[] {
  const start = raw(owner, `${of}_start`, row) ?? 0;
  const end = raw(owner, `${of}_end`, row) ?? 0;
  return Array.from({ length: end - start }, (_, index) => start + index);
}
