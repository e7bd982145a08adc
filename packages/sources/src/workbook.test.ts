import * as xlsx from '@e965/xlsx';
import { Cancelled, RefusedInput } from '@hengjian/standard';
import { afterAll, describe, expect, it } from 'vitest';
import { cellsOf, cleanUp, lostLines, readBytes, readOne } from './fixture.ts';
import { isUntrusted, type Layout, merged, untrusted, withoutMark } from './index.ts';

afterAll(cleanUp);

type Rows = readonly (readonly unknown[])[];

function workbook(
  sheets: Readonly<Record<string, Rows>>,
  change: (book: xlsx.WorkBook) => void = () => undefined,
  bookType: xlsx.BookType = 'xlsx',
): Buffer {
  const book = xlsx.utils.book_new();
  for (const [name, rows] of Object.entries(sheets))
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows.map((row) => [...row])), name);
  change(book);
  const written: unknown = xlsx.write(book, { type: 'buffer', bookType });
  return Buffer.isBuffer(written) ? written : Buffer.alloc(0);
}

const header = ['编号', '名称', '金额'];
const two: Rows = [header, ['B1', '甲', 1.5], ['B2', '乙', 2]];

async function problem(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RefusedInput)) throw error;
  return error.problems[0];
}

describe('a workbook', () => {
  it('gives its first table, and names the sheets that were not read', async () => {
    const book = workbook({
      空: [],
      明细: [['清单'], ...two],
      汇总: [
        ['科室', '金额'],
        ['内科', 3.5],
      ],
    });
    const { tables, unread } = await readBytes(book, 'a.xlsx', {}, { wanted: header });
    expect(tables).toMatchObject([{ name: 'a.xlsx', sheet: '明细', columns: header, header: 2, records: 2, titles: 1 }]);
    expect(unread).toMatchObject([{ name: 'a.xlsx', sheet: '汇总' }]);
    expect(unread[0]?.why).toEqual({ zh: expect.stringContaining('2 行'), en: expect.stringContaining('2 rows') });
  });

  it.each(['xlsx', 'biff8'] as const)(
    'gives every row what a cell merged down says of it, with a mark for whom it is an amount of several: %s',
    async (kind) => {
      const rows: Rows = [
        ['清单'],
        ['住院号', '名称', '金额'],
        ['Z1', '甲', 1.5],
        ['', '乙', ''],
        ['清单'],
        ['20250001', '丙', 2],
        ['', '丁', ''],
      ];
      const down = (column: number, first: number) => ({ s: { r: first, c: column }, e: { r: first + 1, c: column } });
      const book = workbook(
        { a: rows },
        ({ Sheets }) => {
          if (Sheets.a !== undefined) Sheets.a['!merges'] = [down(0, 2), down(2, 2), down(0, 5)];
        },
        kind,
      );
      const table = await readOne(book, kind === 'xlsx' ? 'a.xlsx' : 'a.xls', { header: 2 });
      expect(cellsOf(table).map(({ cells }) => cells)).toEqual([
        [`${merged}Z1`, '甲', `${merged}1.5`],
        [`${merged}Z1`, '乙', `${merged}1.5`],
        [`${merged}20250001`, '丙', '2'],
        [`${merged}20250001`, '丁', ''],
      ]);
      expect([table.titles, table.merged]).toEqual([2, ['住院号', '金额']]);
    },
  );

  it.each(['xlsx', 'xls', 'biff8'] as const)('is read from %s', async (kind) => {
    const table = await readOne(workbook({ a: two }, undefined, kind), kind === 'xlsx' ? 'a.xlsx' : 'a.xls');
    expect(cellsOf(table)).toEqual([
      { row: 2, cells: ['B1', '甲', '1.5'] },
      { row: 3, cells: ['B2', '乙', '2'] },
    ]);
  });

  it.each<[string, Layout, readonly string[], readonly string[]]>([
    ['continued', { continued: true }, ['一', '二'], ['三']],
    ['a list', { sheet: ['三', '一'] }, ['三', '一'], ['二']],
    ['a continued list', { sheet: ['二', '三'], continued: true }, ['二'], ['一', '三']],
  ])('reads the sheets that are asked for: %s', async (_name, layout, read, left) => {
    const book = workbook({ 一: two, 二: [['续表'], ...two], 三: [['别的'], ['1']] });
    const { tables, unread } = await readBytes(book, 'a.xlsx', layout);
    expect(tables.map(({ sheet }) => sheet)).toEqual(read);
    expect(unread.map(({ sheet }) => sheet)).toEqual(left);
    for (const table of tables) expect(lostLines(table.lines)).toBe(0);
  });

  it('without the sheet that is asked for, or with none that holds anything, is refused', async () => {
    expect(await problem(readBytes(workbook({ a: two }), 'a.xlsx', { sheet: 'b' }))).toMatchObject({
      code: 'name-unknown',
      place: { file: 'a.xlsx' },
    });
    expect(await problem(readBytes(workbook({ a: [] }), 'a.xlsx'))).toMatchObject({ code: 'file-empty' });
    expect(await problem(readBytes('PK\u0003\u0004 no workbook', 'a.xlsx'))).toMatchObject({ code: 'file-damaged' });
    const whole = workbook({ a: two });
    expect(await problem(readBytes(whole.subarray(0, whole.length / 2), 'a.xlsx'))).toMatchObject({ code: 'file-damaged' });
  });

  it('is stopped when it takes too long or when the user cancels', async () => {
    const book = workbook({ a: two });
    expect(await problem(readBytes(book, 'a.xlsx', {}, { limits: { workbookSeconds: 0.001 } }))).toMatchObject({
      code: 'file-slow',
      place: { file: 'a.xlsx' },
    });
    const controller = new AbortController();
    const work = readBytes(book, 'a.xlsx', {}, { signal: controller.signal });
    controller.abort();
    await expect(work).rejects.toBeInstanceOf(Cancelled);
  });

  it('that grows beyond the limits is refused before it is opened', async () => {
    const book = workbook({ a: two });
    for (const limits of [{ partBytes: 100 }, { workbookBytes: 100 }, { entries: 2 }])
      expect(await problem(readBytes(book, 'a.xlsx', {}, { limits }))).toMatchObject({ code: 'file-too-large' });
  });

  it('that is text in truth is read as text', async () => {
    expect(await readOne('a\tb\n1\t2\n', 'a.xls')).toMatchObject({ columns: ['a', 'b'], records: 1 });
    const page = await readOne('<table><tr><td>a</td><td>b</td></tr><tr><td>001</td><td>330100000000000001</td></tr></table>', 'a.xls');
    expect(cellsOf(page)[0]?.cells).toEqual(['001', '330100000000000001']);
    expect(await readOne(workbook({ a: two }), 'a.csv')).toMatchObject({ sheet: 'a', columns: header, records: 2 });
  });
});

/** A cell, its format, and the text it is read as. */
type Case = readonly [unknown, string | undefined, string];

const cases: readonly Case[] = [
  [1.5, undefined, '1.5'],
  [-0.0000001, undefined, '-0.0000001'],
  [999_999_999_999_999, undefined, '999999999999999'],
  [45_689, 'yyyy-mm-dd', '2025-02-01'],
  [45_689.5, 'yyyy/m/d h:mm', '2025-02-01 12:00:00'],
  [0.25, 'h:mm', '06:00:00'],
  // Six decimals of 8:00:00 and 19:12:00, and the last moment of a day.
  [45_717.333333, 'yyyy-mm-dd hh:mm:ss', '2025-03-01 08:00:00'],
  [45_717.333334, 'yyyy-mm-dd hh:mm:ss', '2025-03-01 08:00:00'],
  [45_716.999999, 'yyyy-mm-dd hh:mm:ss', '2025-03-01'],
  [0.333333, 'h:mm', '08:00:00'],
  [0.999999, 'h:mm', '23:59:59'],
  [1, 'yyyy-mm-dd', '1900-01-01'],
  [true, undefined, 'true'],
  ['#不是错误', undefined, '#不是错误'],
  ['甲\n"乙"', undefined, '甲\n"乙"'],
  [{ t: 'e', v: 0x17 }, undefined, ''],
];

/** Reads cells that stand below each other in a column. */
async function readCells(rows: readonly (readonly [unknown, string?])[], date1904 = false): Promise<readonly (string | undefined)[]> {
  const book = workbook({ a: [['x\n', '费用\n金额'], ...rows.map(([cell]) => [cell, 'z'])] }, (one) => {
    for (const [index, [, format]] of rows.entries()) {
      const written: unknown = one.Sheets.a?.[`A${index + 2}`];
      if (format !== undefined && typeof written === 'object' && written !== null) Object.assign(written, { z: format });
    }
    one.Workbook = { WBProps: { date1904 } };
  });
  const table = await readOne(book, 'a.xlsx');
  expect(table.columns).toEqual(['x', '费用金额']);
  return cellsOf(table).map(({ cells }) => cells[0]);
}

describe('cells', () => {
  it('are read as what they are, and those of headers without line breaks', async () => {
    const found = await readCells(cases.map(([cell, format]) => (format === undefined ? [cell] : [cell, format])));
    expect(found).toEqual(cases.map(([, , text]) => text));
  });

  it('of the calendar of 1904 are days of that calendar', async () => {
    expect(await readCells([[44_227, 'yyyy-mm-dd']], true)).toEqual(['2025-02-01']);
    const book = workbook({ a: [['x'], [44_227]] }, (one) => {
      one.Workbook = { WBProps: { date1904: true } };
    });
    const table = await readOne(book, 'a.xlsx');
    expect([cellsOf(table)[0]?.cells, table.calendar1904]).toEqual([['44227'], true]);
  });

  it('with numbers that a spreadsheet has rounded are marked', async () => {
    const rounded = [330_106_199_001_011_260, 1e15, '3.3E+17'];
    const found = await readCells(rounded.map((cell) => [cell]));
    expect(found.every((text) => isUntrusted(text ?? ''))).toBe(true);
    expect(found.map((text) => withoutMark(text ?? ''))).toEqual(rounded.map(String));
    const table = await readOne(workbook({ a: [header, [1, 2, 3], [1, 1e16, 3]] }), 'a.xlsx');
    expect(table.untrusted).toEqual(['名称']);
    expect((await readOne(`x,y\n1,${untrusted}2\n`)).untrusted).toEqual(['x', 'y']);
  });
});
