import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { integer, openTables, optional, text } from '@hengjian/table';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporary } from './fixture.ts';
import { stage, stagedSql } from './stage.ts';

const cell = fc
  .array(fc.constantFrom('a', '7', ' ', '"', ',', '\n', '\r\n', '输', '😀', "'", '\\'), { maxLength: 6 })
  .map((signs) => signs.join(''));
const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 30 });

const quoted = (value: string): string => (/["\r\n,]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

it('the engine gives the cells that were written, with their rows', async () => {
  const folder = temporary();
  mkdirSync(join(folder, 'scratch'));
  const engine = await openTables({ folders: [folder], spill: join(folder, 'spill') });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), async (rows, end, blankLine) => {
      count += 1;
      const lines = rows.map(([first, second], index) => [`K${index}`, quoted(first), quoted(second)].join(','));
      const path = join(folder, 'a.csv');
      writeFileSync(path, ['key,第一,_row', ...(blankLine ? [''] : []), ...lines, ''].join(end));
      const file = { path, name: 'a.csv', kind: 'csv' as const, table: undefined };
      const job = { engine, file, layout: {}, wanted: [], scratch: join(folder, 'scratch'), number: () => count };
      const [staged] = (await stage(job)).tables;
      if (staged === undefined) throw new Error('nothing staged');
      const shape = { _row: integer, key: text, 第一: optional(text), '_row (source)': optional(text) };
      const found = await engine.rows(`SELECT * FROM (${stagedSql([staged])}) ORDER BY _row`, shape);
      const first = blankLine ? 3 : 2;
      const expected = rows.map(([one, two], index) => [first + index, `K${index}`, one || undefined, two || undefined]);
      expect(found.map((row) => [row._row, row.key, row['第一'] ?? undefined, row['_row (source)'] ?? undefined])).toEqual(expected);
    }),
    { numRuns: 60 },
  );
  engine.close();
}, 60_000);

it('texts that stand for a missing value are not looked for in the numbers of rows; a table may be empty', async () => {
  const folder = temporary();
  const engine = await openTables({ folders: [folder], spill: join(folder, 'spill') });
  const path = join(folder, 'a.csv');
  const file = { path, name: 'a.csv', kind: 'csv' as const, table: undefined };
  const job = { engine, file, wanted: [], scratch: folder, number: () => 1 };
  writeFileSync(path, 'a,b\n\n3,x\n4,3\n');
  const [staged] = (await stage({ ...job, layout: { missing: ['3', '-'] } })).tables;
  const rows = await engine.rows(`SELECT * FROM (${stagedSql([staged ?? { path: '' }])})`, {
    _row: integer,
    a: optional(text),
    b: optional(text),
  });
  expect(rows.map(({ _row, a, b }) => [_row, a ?? '', b ?? ''])).toEqual([
    [3, '', 'x'],
    [4, '4', ''],
  ]);
  for (const content of ['a,b\n', 'a,b\n\n', 'a,b\n1\n']) {
    writeFileSync(path, content);
    expect((await stage({ ...job, layout: {} })).tables).toMatchObject([{ rows: 0, columns: ['a', 'b'] }]);
  }
  engine.close();
});
