import { isOneOf } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/rulebook.ts';
import { dictionaryOf, isCode, isSet } from '../check/types.ts';
import { rowsOf } from '../interpret/world.ts';
import { type KnowledgeTable, makeTable } from '../knowledge/knowledge.ts';
import { daysOfLake, outOfReach } from './points.ts';
import { type SubjectDictionary, subjectDictionaries } from './subject.ts';

/** What a column of a knowledge table reaches in a lake. */
export interface ColumnReach {
  readonly table: string;
  readonly column: string;
  readonly dictionary: SubjectDictionary;
  /** Distinct codes and patterns that are written there, and those of them that reach a code of the lake. */
  readonly written: number;
  readonly reaching_codes: number;
  /** Rows in force on a day of the lake that reach a code of it. */
  readonly rows: readonly number[];
  /** 1 for each code of the lake that those rows reach. */
  readonly codes: Uint8Array;
}

/** Columns of codes that lines, visits, diagnoses or operations have, with their dictionary. */
function codeColumns({
  columns,
}: KnowledgeTable): readonly { readonly name: string; readonly dictionary: SubjectDictionary; readonly at: number }[] {
  return columns.flatMap(({ name, type }, at) => {
    const dictionary = isSet(type) || isCode(type) ? dictionaryOf(type) : '';
    return isOneOf(subjectDictionaries, dictionary) ? [{ name, dictionary, at }] : [];
  });
}

/** The same column with a row for each code that is written there, so that it is bound code by code as points are. */
function codeByCode(table: KnowledgeTable, at: number, texts: readonly string[]): KnowledgeTable {
  const [column] = table.columns.slice(at, at + 1);
  const [row] = table.rows;
  if (column === undefined || row === undefined) return table;
  const isList = isSet(column.type);
  const rows = texts.map((text) => ({ ...row, cells: [isList ? [text] : text] }));
  return makeTable(`${table.name} by ${column.name}`, table.file, [column], rows);
}

/** What each column of codes of a table reaches in a lake, whichever rules ask it. */
export function columnReaches(bound: BoundRulebook, name: string): readonly ColumnReach[] {
  const table = bound.table(name);
  const days = daysOfLake(bound);
  return codeColumns(table).map(({ name: column, dictionary, at }): ColumnReach => {
    const texts = [
      ...new Set(
        table.rows.flatMap(({ cells }) => {
          const cell = cells[at];
          return Array.isArray(cell) ? cell : typeof cell === 'string' ? [cell] : [];
        }),
      ),
    ];
    const single = codeByCode(table, at, texts);
    const members = texts.length === 0 ? undefined : bound.codes.members(single, column);
    const reaching = texts.filter((_, row) => members !== undefined && rowsOf(members, row).length > 0);
    const own = { bound, table, columns: [column], days: days === undefined ? [] : [days] };
    const rows = [...table.rows.keys()].filter((row) => outOfReach(own, row) === undefined);
    const codes = new Uint8Array(bound.codes.values(dictionary).length);
    for (const row of rows) for (const id of rowsOf(bound.codes.members(table, column), row)) codes[id] = 1;
    return { table: name, column, dictionary, written: texts.length, reaching_codes: reaching.length, rows, codes };
  });
}
