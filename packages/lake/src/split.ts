import { columnName, sameName } from '@hengjian/sources';
import { identifier, quoted, type Tables } from '@hengjian/table';
import { engineName, sourceName } from './engine-names.ts';
import type { TableSource } from './mapping.ts';
import { type Staged, stagedSql } from './stage.ts';

// One cell that holds several values: `1.肺炎 2.高血压病` is two diagnoses.

/** Name under which the number of a part, from 1, is read. */
export const partColumn = '_part';

/** The table that holds a crosswalk of a mapping. */
export const crosswalkTable = (name: string): string => `crosswalk_${name.replace(/\W/g, '_')}`;

/** The first part of a cell keeps the row of the cell; the others are told apart from all rows there are. */
const rowsBetweenParts = 100_000_000;
/** A cell of more parts than row numbers can tell apart is left as it is. */
const mostParts = 40;

const plainName = (name: string): string => sameName(columnName(name));

/**
 * Takes the cells of a column that a table splits apart, each part a row. Cells whose parts are not all in the crosswalk are
 * left out: of a stay with one diagnosis that nobody has confirmed it would look as if it had none but the others.
 */
export async function splitStaged(engine: Tables, { columns }: TableSource, staged: Staged, scratch: string): Promise<Staged> {
  const spec = Object.values(columns).find(({ split }) => split !== undefined);
  const column = staged.columns.find((one) => plainName(sourceName(one)) === plainName(spec?.from ?? ''));
  if (spec?.split === undefined || column === undefined) return staged;
  const name = identifier(column);
  const crosswalk = Object.values(columns).find((one) => one.from === spec.from && one.crosswalk !== undefined)?.crosswalk;
  const cells = `regexp_split_to_array(coalesce(${name}, ''), ${quoted(spec.split)})`;
  const parts = `list_filter(list_transform(${cells}, one -> trim(one)), one -> one <> '')`;
  const known = `(SELECT coalesce(list(local), []) FROM ${crosswalkTable(crosswalk ?? '')})`;
  const whole = crosswalk === undefined ? '' : ` WHERE list_has_all(${known}, _parts)`;
  const rows = `SELECT *, unnest(_parts) AS _text, generate_subscripts(_parts, 1) AS _part FROM
    (SELECT *, CASE WHEN len(${parts}) > ${mostParts} THEN [${name}] ELSE ${parts} END AS _parts
     FROM (${stagedSql([staged])}))${whole}`;
  const path = `${scratch}/split-${staged.number}.parquet`;
  const row = `CAST(_row + (_part - 1) * ${rowsBetweenParts} AS BIGINT)`;
  const part = `CAST(_part AS VARCHAR) AS ${identifier(engineName(partColumn))}`;
  const select = `SELECT * EXCLUDE (_parts, _text, _part) REPLACE (${row} AS _row, _text AS ${name}), ${part}
    FROM (${rows})`;
  const count = await engine.count(`COPY (${select}) TO ${quoted(path)} (FORMAT parquet, COMPRESSION snappy)`);
  const kept = await engine.count(`SELECT count(DISTINCT _row % ${rowsBetweenParts}) FROM (${stagedSql([{ path }])})`);
  const filled = await engine.count(`SELECT count(*) FROM (${stagedSql([staged])}) WHERE len(${parts}) > 0`);
  const { firstRow: _, ...rest } = staged;
  const left = { waiting: filled - kept, skipped: staged.skipped + staged.rows - filled };
  return { ...rest, path, rows: count, columns: [...staged.columns, engineName(partColumn)], ...left };
}
