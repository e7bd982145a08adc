import { headerText, type Sheet } from '@hengjian/documents';
import { forEachName, inputProblems, keysOf, type Place, words } from '@hengjian/standard';
import type { Journal } from './journal.ts';

/** A column by the header texts that it may have. */
export interface Column {
  readonly headers: readonly string[];
  readonly needed: boolean;
  /** Codes lose every blank and full width, names keep single blanks, rules keep full width: their language reads it. */
  readonly cell: 'code' | 'text' | 'rule';
}

export type Columns<Name extends string> = Readonly<Record<Name, Column>>;

export interface TableRow<Name extends string> {
  readonly values: Readonly<Record<Name, string>>;
  readonly place: Place;
}

const invisible = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
const lineEnds = /_x000[DdAa9]_/g;

const halfWidth = (text: string): string => text.replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
const withoutEscapes = (text: string): string =>
  text
    .replace(lineEnds, ' ')
    .replace(invisible, '')
    .replace(/[\u3000\u00a0]/g, ' ');

function cleaned(text: string, kind: Column['cell']): string {
  if (kind === 'code') return halfWidth(withoutEscapes(text)).replace(/\s+/g, '');
  if (kind === 'text') return withoutEscapes(text).replace(/\s+/g, ' ').trim();
  return withoutEscapes(text).trim();
}

export const knownHeaders = (...tables: readonly Columns<string>[]): ReadonlySet<string> =>
  new Set(tables.flatMap((columns) => Object.values(columns).flatMap(({ headers }) => headers.map(headerText))));

/** Which header each column has in the sheet; a needed one that is absent is a problem. */
function headersOf<Name extends string>(sheet: Sheet, file: string, columns: Columns<Name>, journal: Journal): ReadonlyMap<Name, string> {
  const found = new Map<Name, string>();
  for (const name of keysOf(columns)) {
    const column = columns[name];
    const header = column.headers.map(headerText).find((text) => sheet.header.includes(text));
    if (header !== undefined) found.set(name, header);
    else if (column.needed) {
      const names = words(column.headers.join(' 或 '), column.headers.join(' or '));
      journal.problem(inputProblems.problem('column-missing', { column: names }, { file, field: column.headers[0] ?? name }));
    }
  }
  return found;
}

/** Reads a sheet by its headers. Cells are cleaned of full width, invisible signs and line-end escapes; each is reported. */
export function readTable<Name extends string>(
  sheet: Sheet,
  file: string,
  columns: Columns<Name>,
  journal: Journal,
): readonly TableRow<Name>[] {
  const headers = headersOf(sheet, file, columns, journal);
  for (const problem of sheet.problems) journal.problem({ ...problem, place: { ...problem.place, file } });
  journal.sheet(file, sheet.rows.length);
  const names = keysOf(columns);
  return sheet.rows.map(({ row, cells }): TableRow<Name> => {
    const values = forEachName(names, (name) => {
      const header = headers.get(name);
      const raw = header === undefined ? '' : (cells.get(header) ?? '');
      const value = cleaned(raw, columns[name].cell);
      if (value !== raw) {
        journal.correction(
          { code: 'cell-cleaned', zh: '去掉全角、不可见字符或换行符', en: 'full width, invisible signs or line ends cleaned' },
          { file, row, field: header ?? name },
        );
      }
      return value;
    });
    return { values, place: { file, row } };
  });
}
