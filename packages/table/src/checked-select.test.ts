import { RefusedInput } from '@hengjian/standard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkedSelect } from './checked-select.ts';
import { openTables, type Tables } from './engine.ts';

let engine: Tables;
beforeAll(async () => {
  engine = await openTables({ folders: [] });
});
afterAll(() => engine.close());

async function partOf(sql: string): Promise<string | undefined> {
  try {
    await checkedSelect(engine, sql, ['s', 'Other Source'], { file: 'm.yaml' });
    return undefined;
  } catch (error) {
    if (!(error instanceof RefusedInput)) throw error;
    expect(error.problems[0]).toMatchObject({ code: 'query-forbidden', place: { file: 'm.yaml' } });
    return JSON.stringify(error.problems[0]?.values?.part);
  }
}

describe('a statement of a user', () => {
  it.each([
    'SELECT * FROM s',
    'SELECT * FROM S;',
    'FROM "other source" SELECT a',
    'TABLE s',
    'VALUES (1)',
    'WITH c AS (SELECT a FROM s), d AS (FROM c) SELECT s.*, (SELECT max(a) FROM d) FROM s JOIN c USING (a) WHERE b IN (SELECT a FROM c)',
    "WITH l AS (UNPIVOT s ON COLUMNS('^x') INTO NAME place VALUE code) SELECT place, count(DISTINCT code) FROM l GROUP BY ALL ORDER BY 1",
    'SELECT * FROM s UNION ALL BY NAME SELECT * FROM "Other Source"',
    'WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t WHERE a < 3) SELECT * FROM t, range(3), unnest([1]) u(x)',
    'SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC) FROM s QUALIFY 1 = 1 LIMIT 5',
    "SELECT CASE WHEN a LIKE 'x' THEN CAST(b AS DATE) END, list_transform([1], lambda x: x + 1) FROM s, LATERAL (SELECT s.a) t(x)",
    'WITH s AS (SELECT 1 AS a FROM s) SELECT * FROM s',
  ])('may be %s', async (sql) => {
    expect(await partOf(sql)).toBeUndefined();
  });

  it.each([
    ["SELECT * FROM read_text('/etc/passwd')", 'read_text'],
    ["SELECT s.*, (SELECT content FROM read_text('/etc/passwd')) FROM s", 'read_text'],
    ["SELECT * FROM s WHERE a IN (SELECT b FROM (SELECT * FROM read_csv('x.csv')))", 'read_csv'],
    ["FROM 'x.parquet'", 'x.parquet'],
    ['SELECT * FROM "x.parquet"', 'x.parquet'],
    ['WITH "x.parquet" AS (SELECT * FROM "x.parquet") SELECT * FROM "x.parquet"', 'x.parquet'],
    ['SELECT * FROM (WITH t AS (SELECT 1) SELECT * FROM t), t', 'the relation t'],
    ['WITH RECURSIVE t AS (SELECT * FROM t UNION ALL SELECT * FROM t) SELECT * FROM t', 'the relation t'],
    ["COPY (SELECT 1) TO 'x'", 'SELECT'],
    ["ATTACH 'x.db'", ''],
    ['INSTALL httpfs', ''],
    ['CREATE TABLE x AS SELECT 1', ''],
    ["SELECT 1; COPY (SELECT 'pwned') TO 'f'; DESCRIBE SELECT * FROM s", ''],
    ['SELECT * FROM s; SELECT * FROM s', '2 statements'],
    ['', '0 statements'],
    ['-- nothing', '0 statements'],
    ['DESCRIBE s', 'SHOW_REF'],
    ['SUMMARIZE s', 'SHOW_REF'],
    ['SHOW TABLES', 'SHOW_REF'],
    ['SELECT * FROM (DESCRIBE s)', 'SHOW_REF'],
    ['PIVOT s ON a USING sum(b)', ''],
    ["SELECT * FROM glob('*')", 'glob'],
    ["SELECT * FROM sniff_csv('x')", 'sniff_csv'],
    ["SELECT * FROM query('SELECT 1')", 'query'],
    ["SELECT * FROM query_table('s')", 'query_table'],
    ['SELECT * FROM duckdb_settings()', 'duckdb_settings'],
    ['SELECT * FROM duckdb_tables', 'duckdb_tables'],
    ["SELECT * FROM pragma_table_info('s')", 'pragma_table_info'],
    ['SELECT * FROM information_schema.tables', 'information_schema.tables'],
    ['SELECT * FROM memory.main.s', 'memory.main.s'],
    ['SELECT * FROM sqlite_master', 'sqlite_master'],
    ["SELECT getenv('HOME') FROM s", 'getenv'],
    ["SELECT a, CURRENT_SETTING('threads') FROM s", 'current_setting'],
    ["SELECT * FROM s ORDER BY getenv('X')", 'getenv'],
    ["SELECT max(a) FILTER (getenv('X') = 'y') FROM s", 'getenv'],
    ['SELECT current_timestamp FROM s', 'current_timestamp'],
    ['SELECT now(), random() FROM s', 'now'],
    ['SELECT a FROM s USING SAMPLE 10', 'SAMPLE'],
    ['SELECT a FROM s TABLESAMPLE 10%', 'SAMPLE'],
    ["SELECT getvariable('x')", 'getvariable'],
    ["SELECT * FROM unnest(getvariable('x'))", 'getvariable'],
    ['SELECT FROM WHERE', ''],
  ])('may not be %s', async (sql, part) => {
    expect(await partOf(sql)).toContain(part);
  });
});
