import { columnFinder } from '@hengjian/sources';
import { missingWords, tableOf } from '@hengjian/standard';
import { identifier, quoted, quotedList, type Tables } from '@hengjian/table';
import { engineName, sourceName } from './engine-names.ts';
import { rowsPerFile } from './land.ts';
import type { ColumnSpec, TableSource } from './mapping.ts';
import { type Staged, stagedSql } from './stage.ts';
import { isTextFiller } from './typed.ts';

// One cell that holds several values: `1.肺炎 2.高血压病` is two diagnoses; and one row that holds several columns of a kind:
// 主要诊断编码, 其他诊断编码1, 其他诊断编码2 are three.

/** Name under which the number of a part, from 1, is read. */
export const partColumn = '_part';

/** The table that holds a crosswalk of a mapping. */
export const crosswalkTable = (name: string): string => `crosswalk_${name.replace(/\W/g, '_')}`;

/** The first part keeps the row it stands in; the others are told apart from all rows there are. */
const rowsBetweenParts = 100_000_000;
/** More parts than row numbers can tell apart; a cell of more is left as it is. */
export const mostParts = Math.floor(rowsPerFile / rowsBetweenParts);

/** SQL of the row of the file in which a row stands that may be one of several parts. */
export const rowInFile = (staged: Pick<Staged, 'columns'>): string =>
  staged.columns.includes(engineName(partColumn)) ? `_row % ${rowsBetweenParts}` : '_row';

/** The same of the row of a part. */
export const rowOfPart = (staged: Pick<Staged, 'columns'>, row: number): number =>
  staged.columns.includes(engineName(partColumn)) ? row % rowsBetweenParts : row;

/** A field with the staged column of each place; a place may have none. */
interface Places {
  readonly field: string;
  readonly spec: ColumnSpec;
  readonly columns: readonly (string | undefined)[];
}

interface Parting {
  readonly lists: readonly Places[];
  readonly places: number;
  /** Whether a field is filled from the number of the place, so that the first is another than the others. */
  readonly isNumbered: boolean;
  /** The field whose texts are taken apart or read through a crosswalk. */
  readonly lead: Places | undefined;
}

function partingOf({ columns }: TableSource, staged: Staged): Parting | undefined {
  const find = columnFinder(staged.columns.map(sourceName));
  const columnOf = (name: string): string | undefined => {
    const column = name === '' ? undefined : find(name);
    return column === undefined ? undefined : engineName(column);
  };
  const found = (names: readonly string[]): (string | undefined)[] => names.map(columnOf);
  const all = Object.entries(columns).map(([field, spec]): Places => ({ field, spec, columns: found(spec.across ?? [spec.from ?? '']) }));
  const listed = all.filter(({ spec }) => spec.across !== undefined);
  const split = all.find(({ spec, columns: own }) => spec.split !== undefined && own.some((column) => column !== undefined));
  if (listed.length === 0 && split === undefined) return undefined;
  const lists = listed.length === 0 && split !== undefined ? [split] : listed;
  const lead = lists.find(({ spec }) => spec.split !== undefined) ?? lists.find(({ spec }) => spec.crosswalk !== undefined);
  const isNumbered = Object.values(columns).some(({ from }) => from === partColumn);
  return { lists, places: Math.max(...lists.map((one) => one.columns.length)), isNumbered, lead };
}

/** SQL that tells whether a cell says something. */
const isFilled = (column: string): string => {
  const text = `trim(coalesce(${identifier(column)}, ''))`;
  return `NOT (${isTextFiller(text)} OR list_contains(${quotedList(['', ...missingWords])}, ${text}))`;
};

/** Whether a cell of a field makes a row by itself: a code out of a small table, such as the condition on admission, does not. */
const makesRows = (table: string, { field }: Places): boolean => tableOf(table).fields.get(field)?.code_table === undefined;

/** SQL of the parts that stand in a place: a list of structs, empty where nothing does. */
function partsOf(table: string, { lists, places, lead, isNumbered }: Parting, place: number): string {
  const column = lead?.columns[place];
  const pattern = lead?.spec.split;
  const cell = column === undefined ? "''" : `coalesce(${identifier(column)}, '')`;
  const split = `regexp_split_to_array(${cell}, ${quoted(pattern ?? '')})`;
  const parts = `list_filter(list_transform(${split}, lambda one: trim(one)), lambda one: one <> '')`;
  const most = Math.floor(mostParts / places);
  const texts = pattern === undefined ? `[${cell}]` : `CASE WHEN len(${parts}) > ${most} THEN [${cell}] ELSE ${parts} END`;
  const isLone = pattern !== undefined && places === 1 && lists.length === 1;
  // Where others stand without the first one, its place is a row that lacks its code: somebody is told.
  const telling = lists.filter((one) => makesRows(table, one));
  const own = telling.flatMap((one) =>
    place === 0 && isNumbered ? one.columns.flatMap((column) => column ?? []) : (one.columns[place] ?? []),
  );
  const present = isLone ? 'true' : own.length === 0 ? 'false' : own.map(isFilled).join(' OR ');
  const some = isLone ? texts : `CASE WHEN len(${texts}) = 0 THEN [''] ELSE ${texts} END`;
  const struct = `{'place': ${place + 1}, 'part': nth, 'text': one}`;
  return `CASE WHEN ${present} THEN list_transform(${some}, lambda one, nth: ${struct}) ELSE [] END`;
}

/** SQL of the listed columns in a part: its own cells, and nothing in those of the other places. */
function cellsOf({ lists, lead }: Parting): string[] {
  const places = new Map<string, number[]>();
  for (const { columns } of lists)
    for (const [place, column] of columns.entries())
      if (column !== undefined) places.set(column, [...(places.get(column) ?? []), place + 1]);
  return [...places].map(([column, own]) => {
    const name = identifier(column);
    const text = lead?.columns.includes(column) === true ? '_one.text' : `CASE WHEN _one.part = 1 THEN ${name} END`;
    return `CASE WHEN _one.place IN (${own.join(', ')}) THEN ${text} END AS ${name}`;
  });
}

/**
 * Makes a row of each part of a cell that a table splits, and of each place of the columns that it lists. Rows whose parts are
 * not all in the crosswalk are left out: of a stay with one diagnosis that nobody has confirmed it would look as if it had none
 * but the others.
 */
export async function splitStaged(engine: Tables, source: TableSource, staged: Staged, scratch: string): Promise<Staged> {
  const parting = partingOf(source, staged);
  if (parting === undefined) return staged;
  const { places, lead } = parting;
  const all = Array.from({ length: places }, (_, place) => partsOf(source.table, parting, place));
  const crosswalk =
    lead?.spec.crosswalk ?? Object.values(source.columns).find((one) => one.from === lead?.spec.from && one.crosswalk)?.crosswalk;
  const known = `(SELECT coalesce(list(local), []) FROM ${crosswalkTable(crosswalk ?? '')})`;
  const whole = crosswalk === undefined ? '' : ` WHERE list_has_all(${known}, list_transform(_parts, lambda one: one.text))`;
  const parted = `(SELECT *, flatten([${all.join(', ')}]) AS _parts FROM (${stagedSql([staged])}))`;
  const rows = `SELECT *, unnest(_parts) AS _one FROM ${parted}${whole}`;
  const path = `${scratch}/split-${staged.number}.parquet`;
  const number = `_one.place + (_one.part - 1) * ${places}`;
  const row = `CAST(_row + (${number} - 1) * ${rowsBetweenParts} AS BIGINT) AS _row`;
  const part = `CAST(${number} AS VARCHAR) AS ${identifier(engineName(partColumn))}`;
  const select = `SELECT * EXCLUDE (_parts, _one) REPLACE (${[row, ...cellsOf(parting)].join(', ')}), ${part} FROM (${rows})`;
  const count = await engine.count(`COPY (${select}) TO ${quoted(path)} (FORMAT parquet, COMPRESSION snappy)`);
  const kept = await engine.count(`SELECT count(DISTINCT _row % ${rowsBetweenParts}) FROM (${stagedSql([{ path }])})`);
  const filled = await engine.count(`SELECT count(*) FROM ${parted} WHERE len(_parts) > 0`);
  const { firstRow: _, ...rest } = staged;
  const left = { waiting: filled - kept, skipped: staged.skipped + staged.rows - filled };
  return { ...rest, path, rows: count, columns: [...staged.columns, engineName(partColumn)], ...left };
}
