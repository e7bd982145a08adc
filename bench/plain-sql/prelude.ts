import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Lake, lakeViews } from '@hengjian/lake';
import { libraryFolder, parseCsv } from '@hengjian/standard';

export type Shape = 'line' | 'visit' | 'pair' | 'total' | 'window' | 'stays';

export interface PlainStatement {
  readonly rule: string;
  readonly shape: Shape;
  readonly sql: string;
}

const folder = fileURLToPath(new URL('.', import.meta.url));

/** The statements an analyst would write, one per rule, by rule id. */
export function plainStatements(): PlainStatement[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8');
      return { rule: basename(name, '.sql'), shape: (/shape (\w+)/.exec(sql)?.[1] ?? 'line') as Shape, sql };
    });
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const scales: Readonly<Record<string, number>> = { money: 100, quantity: 10_000, price: 1_000_000, days: 100, ratio: 10_000, integer: 1 };
const sets: Readonly<Record<string, readonly [string, string]>> = {
  items: ['item', 'SELECT code, name FROM item_name'],
  diagnoses: ['diagnosis', "SELECT DISTINCT diag_code AS code, '' AS name FROM setl_list_diag_d"],
  operations: ['operation', "SELECT DISTINCT oprn_oprt_code AS code, '' AS name FROM setl_list_oprn_d"],
};

function columnSql(name: string, type: string): string {
  const scale = scales[type];
  if (scale !== undefined) return `round("${name}"::DECIMAL(18,6) * ${scale})::BIGINT AS "${name}"`;
  if (type === 'date') return `coalesce("${name}", '9999-12-31')::DATE AS "${name}"`;
  return `"${name}"`;
}

/** Loads one knowledge table as `k_<table>`, one row per point and code that occurs in the lake. */
async function loadKnowledge(connection: DuckDBConnection, file: string): Promise<void> {
  const [header = []] = parseCsv(readFileSync(file, 'utf8').split('\n')[0] ?? '', file);
  const columns = header.map((cell) => cell.split(':') as [string, string]);
  const name = `k_${basename(file, '.csv').replaceAll('-', '_')}`;
  const list = columns.map(([column]) => `'${column}': 'VARCHAR'`).join(', ');
  await connection.run(`CREATE TABLE ${name}_raw AS SELECT ${columns.map(([column, type]) => columnSql(column, type)).join(', ')}
    FROM read_csv(${quoted(file)}, header = false, skip = 1, columns = {${list}}, nullstr = '')`);
  let current = `${name}_raw`;
  for (const [column, type] of columns) {
    const set = sets[type];
    if (set === undefined) continue;
    const target = column === type ? set[0] : column;
    await connection.run(`CREATE TABLE ${current}_x AS
      WITH cell AS (SELECT *, unnest(string_split(${column}, '|')) AS _pattern FROM ${current}), code AS (${set[1]})
      SELECT DISTINCT cell.* EXCLUDE (${column}, _pattern), code.code AS ${target === column ? column : target} FROM cell JOIN code ON
        CASE WHEN starts_with(_pattern, 'name:')
            THEN code.name LIKE replace(substr(_pattern, 6), '*', '%') AND NOT regexp_matches(code.code, '^[XZTC0][0-9A-Z]')
          WHEN _pattern LIKE '%*' THEN starts_with(code.code, rtrim(_pattern, '*')) ELSE code.code = _pattern END`);
    current = `${current}_x`;
  }
  await connection.run(`CREATE TABLE ${name} AS SELECT * FROM ${current}`);
}

/** Makes the facts of a lake and the knowledge tables readable for the plain statements. */
export async function preparePlain(connection: DuckDBConnection, lake: Lake): Promise<void> {
  for (const statement of lakeViews(lake)) await connection.run(statement);
  await connection.run(
    'CREATE TABLE item_name AS SELECT med_list_codg AS code, any_value(hilist_name) AS name FROM fee_list_d GROUP BY ALL',
  );
  await connection.run(
    `CREATE TABLE setting AS SELECT * FROM read_csv(${quoted(join(libraryFolder, 'standard', 'settings.csv'))}, all_varchar = true)`,
  );
  await connection.run(`CREATE VIEW visit_setting AS SELECT v.*, s.setting FROM mdtrt_d v LEFT JOIN setting s
    ON s.med_type_prefix = CASE WHEN left(v.med_type, 1) = '2' THEN '2' ELSE left(v.med_type, 2) END`);
  for (const file of readdirSync(join(libraryFolder, 'knowledge')).filter((name) => name.endsWith('.csv'))) {
    await loadKnowledge(connection, join(libraryFolder, 'knowledge', file));
  }
}
