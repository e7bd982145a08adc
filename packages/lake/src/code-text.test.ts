import { dictionary, tableOf } from '@hengjian/standard';
import { openTables, quoted, quotedTexts, type Tables, text } from '@hengjian/table';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codeSql, otherCodeSql } from './code-text.ts';

let engine: Tables;
beforeAll(async () => {
  engine = await openTables({ folders: [] });
});
afterAll(() => engine.close());

it('takes a code and what is none as they stand, and a name that only one code has for that code', async () => {
  const fields = [...dictionary.tables.keys()].flatMap((table) => [...tableOf(table).fields.values()]);
  const byTable = new Map(fields.flatMap((field) => (field.code_table === undefined ? [] : [[field.code_table, field] as const])));
  let tables = 0;
  for (const [table, field] of byTable) {
    const codes = dictionary.codeTables.get(table) ?? new Map<string, { readonly name_zh: string }>();
    if (otherCodeSql(field, 'v') === undefined) continue;
    tables += 1;
    const names = [...codes].filter(
      ([, { name_zh }]) => !codes.has(name_zh) && [...codes.values()].filter((one) => one.name_zh === name_zh).length === 1,
    );
    const expected = [...[...codes.keys(), '###', ''].map((one) => [one, one]), ...names.map(([code, { name_zh }]) => [name_zh, code])];
    const values = `SELECT unnest([${expected.map(([written = '']) => quoted(written)).join(', ')}]) AS v`;
    const rows = await engine.rows(`SELECT ${codeSql(field, 'v')} AS code FROM (${values})`, { code: text });
    expect(
      rows.map(({ code }) => code),
      table,
    ).toEqual(expected.map(([, code]) => code));
  }
  expect(tables).toBeGreaterThan(10);
});

it.each([[[]], [['a']], [['', 'b', "it's"]], [['a\nb', 'c']], [['\0', ' ']]])('writes the texts %j as the list of them', async (texts) => {
  const list = `CAST([${texts.map(quoted).join(', ')}] AS VARCHAR[])`;
  const row = await engine.row(`SELECT CAST(CAST(${quotedTexts(texts)} AS VARCHAR[]) = ${list} AS VARCHAR) AS same`, { same: text });
  expect(row?.same).toBe('true');
});
