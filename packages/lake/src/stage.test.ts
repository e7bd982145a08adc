import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { kindOf } from '@hengjian/sources';
import { integer, openTables, optional, text } from '@hengjian/table';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import { temporary } from './fixture.ts';
import { stage, stagedSql } from './stage.ts';

const cell = fc
  .array(fc.constantFrom('a', '7', ' ', '"', ',', '\n', '\r\n', '输', '😀', '\\'), { maxLength: 6 })
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

it('texts that are guarded against spreadsheets are read without their guards, in whatever file', async () => {
  const folder = temporary();
  const engine = await openTables({ folders: [folder], spill: join(folder, 'spill') });
  const rows = [
    ['="0012"', '2025-03-02 09:00:00\t'],
    ['0012\t', '\u3000k35.800\u00a0'],
    ['a\tb', '=1'],
    ["'0012", '\u00a010.00\u3000'],
    ["'0012'", "'x"],
  ];
  const quotedRows = (delimiter: string): string =>
    `a${delimiter}b\n${rows.map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(delimiter)).join('\n')}\n`;
  const [plain, parquet] = [join(folder, 'plain.csv'), join(folder, 'a.parquet')];
  writeFileSync(plain, quotedRows(','));
  await engine.run(`COPY (SELECT * FROM read_csv('${plain}', all_varchar = true)) TO '${parquet}' (FORMAT parquet)`);
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet([['a', 'b'], ...rows]), 'Sheet1');
  const bytes: unknown = xlsx.write(book, { type: 'buffer', bookType: 'xlsx' });
  const files = {
    'plain.csv': undefined,
    'a.parquet': undefined,
    'gb.csv': iconv.encode(quotedRows(',').replace('a,b', 'a,b,名称').replaceAll('"\n', '",药\n'), 'gb18030'),
    'bars.txt': Buffer.from(quotedRows('|')),
    'lines.jsonl': Buffer.from(rows.map(([a, b]) => JSON.stringify({ a, b })).join('\n')),
    'book.xlsx': Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0),
  };
  let count = 0;
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    if (content !== undefined) writeFileSync(path, content);
    count += 1;
    const job = {
      engine,
      file: { path, name, kind: kindOf(name), table: undefined },
      layout: {},
      wanted: [],
      scratch: folder,
      number: () => count,
    };
    const [staged] = (await stage(job)).tables;
    const found = await engine.rows(`SELECT * FROM (${stagedSql([staged ?? { path: '' }])}) ORDER BY _row`, { a: text, b: text });
    expect(
      found.map(({ a, b }) => [a, b]),
      name,
    ).toEqual([
      ['0012', '2025-03-02 09:00:00'],
      ['0012', 'k35.800'],
      ['a\tb', '=1'],
      ['0012', '10.00'],
      ['0012', "'x"],
    ]);
  }
  engine.close();
});
