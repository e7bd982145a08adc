import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryText, parseCsvRecords, RefusedInput } from '@hengjian/standard';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, it } from 'vitest';
import { cellsOf, cleanUp, lostLines, readOne, temporary } from './fixture.ts';
import { type BrokenRecord, columnName, findHeader, readSource, type TextTable } from './index.ts';
import { longestRecord } from './limits.ts';

afterAll(cleanUp);

const header = '编号,名称,数量,金额';
const row = (index: number, name = '输液器'): string => `B${index},${name},1,2.50`;
const lines = (...more: readonly string[]): string => [header, ...more, ''].join('\n');
const names = (table: TextTable): string[] => cellsOf(table).map(({ cells }) => cells[1] as string);
const rows = (table: TextTable): number[] => cellsOf(table).map((one) => one.row);

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RefusedInput) return `${error.problems[0]?.code} ${error.problems[0]?.place?.file}`;
    throw error;
  }
  return 'read';
}

describe('a plain file', () => {
  it.each([
    ['as it is', lines(row(1), row(2))],
    ['with a byte order mark', `\ufeff${lines(row(1), row(2))}`],
    ['with line ends of Windows', lines(row(1), row(2)).replaceAll('\n', '\r\n')],
    ['without a last line end', lines(row(1), row(2)).trimEnd()],
    ['with quotes around cells', lines(row(1, '"a,""b"""'), row(2, '""'))],
    ...['\t', '|', ';', '^', '~', '\u0001'].map((sign) => [
      `with ${JSON.stringify(sign)} between cells`,
      lines(row(1), row(2)).replaceAll(',', sign),
    ]),
  ])('is read where it lies: %s', async (_name, content) => {
    const table = await readOne(content);
    expect(table.headed).toBe(true);
    expect(table.columns).toEqual(['编号', '名称', '数量', '金额']);
    expect(table).toMatchObject({ records: 2, broken: [], firstRow: 2 });
    expect(cellsOf(table).map(({ cells }) => cells[0])).toEqual(['B1', 'B2']);
  });

  it.each([
    ['a blank line', lines(row(1), '', row(2))],
    ['blank cells only', lines(row(1), ', ,,', row(2))],
    ['mixed line ends', `${header}\r\n${row(1)}\n${row(2)}\r\n`],
    ['old line ends', lines(row(1), row(2)).replaceAll('\n', '\r')],
    ['a repeated header', lines(row(1), header, row(2))],
    ['a stray quote', lines(row(1, '5" 导管'), row(2))],
    ['blank signs behind a quote', lines(row(1, '"a" '), row(2))],
    ['a line break in a cell', lines(row(1, '"a\r\nb"'), row(2))],
    ['blank cells beyond the header', lines(`${row(1)},,`, row(2))],
    ['rows above the header', `\n费用清单\n${lines(row(1), row(2))}`],
  ])('is not one with %s, and is read', async (_name, content) => {
    const table = await readOne(content, 'a.csv', content.startsWith('\n费用') ? { header: 3 } : {});
    expect(table).toMatchObject({ headed: false, records: 2, broken: [] });
    expect(cellsOf(table).map(({ cells }) => cells[0])).toEqual(['B1', 'B2']);
    expect(cellsOf(table).every(({ cells }) => cells.length === 4)).toBe(true);
    expect(lostLines(table.lines)).toBe(0);
  });
});

/** Where a record that is not whole stands, and why it is none. */
const place = ({ row: at, line, column, kind }: BrokenRecord) => ({ row: at, line, column, kind });

describe('a record that is not whole', () => {
  it.each([
    ['too few cells', 'B7,b,c', ['B7', 'b', 'c']],
    ['too many cells', 'B7,b,c,d,e', ['B7', 'b', 'c', 'd']],
    ['text behind a quote', 'B7,"双腔"导尿管,1,2', ['B7']],
    ['a quote that does not close', 'B7,b,"开口,2', ['B7', 'b']],
  ])('has the cells before its fault: %s', async (_, bad, cells) => {
    const table = await readOne(lines(row(1), bad, row(3), row(4)));
    expect(table.broken.map((one) => one.cells)).toEqual([cells]);
  });

  it.each([
    ['quote-open', row(2, '"开口'), '名称'],
    ['after-quote', row(2, '"双腔"导尿管'), '名称'],
    ['cell-count', 'a,b,c', undefined],
    ['cell-count', 'a,b,c,d,e', undefined],
    ['zero-byte', row(2, 'a\0b'), '名称'],
    ['cell-long', row(2, 'x'.repeat(longestRecord + 1)), undefined],
  ])('%s costs itself only', async (kind, bad, column) => {
    const table = await readOne(lines(row(1), bad, row(3), row(4)));
    expect(table.broken.map(place)).toEqual([{ row: 3, line: 3, column, kind }]);
    expect(rows(table)).toEqual([2, 4, 5]);
    expect(lostLines(table.lines)).toBe(0);
  });

  it('never takes neighbours along, however far the next quote is', async () => {
    const content = lines(row(1, '"开口'), ...Array.from({ length: 3000 }, (_, index) => row(index + 2)), row(9, '闭口"'), row(10));
    const table = await readOne(content);
    expect(table.broken.map(place)).toEqual([{ row: 2, line: 2, column: '名称', kind: 'quote-open' }]);
    expect(table.records).toBe(3002);
  });

  it('is counted by records and by lines where cells hold line breaks', async () => {
    const table = await readOne(lines(row(1, '"a\nb\rc"'), 'a,b', row(3)));
    expect(table.broken.map(place)).toEqual([{ row: 3, line: 5, column: undefined, kind: 'cell-count' }]);
    expect(names(table)).toEqual(['a\nb\rc', '输液器']);
    expect(table.lines).toEqual({ all: 6, header: 1, titles: 0, blanks: 0, records: 4, broken: 1 });
  });

  it('is a title when it matches the rows that are left out', async () => {
    const table = await readOne(lines(row(1), '合计,2.50'), 'a.csv', { skipRows: '合计' });
    expect(table).toMatchObject({ records: 1, broken: [], titles: 1 });
  });
});

describe('encodings', () => {
  const content = lines(row(1, '阿莫西林'), row(2, '𠮷野家'), row(3, 'ASCII'));
  it.each(['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'] as const)('%s is found out', async (encoding) => {
    const bytes = iconv.encode(content, encoding);
    expect(names(await readOne(bytes))).toEqual(['阿莫西林', '𠮷野家', 'ASCII']);
    expect(names(await readOne(iconv.encode(content, encoding, { addBOM: true })))).toEqual(['阿莫西林', '𠮷野家', 'ASCII']);
    expect(names(await readOne(bytes, 'a.csv', { encoding }))).toEqual(['阿莫西林', '𠮷野家', 'ASCII']);
  });

  it('may change from line to line in a file that was glued together', async () => {
    for (const [first, second] of [['gb18030', 'utf8'] as const, ['utf8', 'gb18030'] as const]) {
      const one = iconv.encode(lines(row(1, '阿莫西林胶囊'), row(2, '静脉输液')), first);
      const two = iconv.encode(`${row(3, '阿莫西林胶囊')}\n${row(4, '眼底照相检查')}\n`, second);
      expect(names(await readOne(Buffer.concat([one, two])))).toEqual(['阿莫西林胶囊', '静脉输液', '阿莫西林胶囊', '眼底照相检查']);
    }
  });

  it('half a character costs its record and is named by row and column', async () => {
    for (const encoding of ['gb18030', 'utf8'] as const) {
      const name = iconv.encode('复方氨基酸注射', encoding);
      const before = iconv.encode(lines(row(1, '复方氨基酸'), row(2, '静脉输液')), encoding);
      const cut = Buffer.concat([Buffer.from('B3,'), name.subarray(0, name.length - 1), Buffer.from(',1,2.50\n')]);
      const table = await readOne(Buffer.concat([before, cut, iconv.encode(`${row(4, '输液器')}\n`, encoding)]));
      expect(table.broken.map(place)).toEqual([{ row: 4, line: 4, column: '名称', kind: 'half-character' }]);
      expect(rows(table)).toEqual([2, 3, 5]);
    }
  });

  it('names of the catalogue in GB18030 are never taken for damaged UTF-8', async () => {
    const files = ['services', 'drugs', 'diagnoses', 'operations', 'consumables', 'departments'];
    const known = files.flatMap((file) =>
      parseCsvRecords(libraryText(`codes/${file}.csv`), file).flatMap((one) => Object.values(one)[1] ?? []),
    );
    const all = known.filter((name) => name !== '' && !/[,"]/.test(name));
    expect(all).toContain('血清肌酸激酶测定');
    const table = await readOne(iconv.encode(lines(...all.map((name, index) => row(index, name))), 'gb18030'));
    expect(table.broken).toEqual([]);
    expect(names(table)).toEqual(all);
  });

  it('short Chinese texts in GB18030 are no Cyrillic', async () => {
    expect(names(await readOne(iconv.encode('id,name\n1,一\n2,乙\n', 'gb18030')))).toEqual(['一', '乙']);
  });

  it('no text is refused', async () => {
    expect(await refusal(readOne(Buffer.from([0x61, 0xff, 0xff, 0x2c, 0x62, 0x0a])))).toBe('encoding-other a.csv');
  });
});

describe('headers', () => {
  it.each([
    ['a\n,b', ['a', 'b']],
    ['费用 金额,单价 (元)', ['费用金额', '单价 (元)']],
    ['费用\r\n金额,b\tc', ['费用金额', 'b c']],
    [' a ,（元）', ['a', '（元）']],
  ])('are read without line breaks and superfluous blanks: %j', (cells, expected) => {
    expect(cells.split(',').map(columnName)).toEqual(expected);
  });

  it('name nameless columns after their place', async () => {
    expect((await readOne('a,,column_2,\n1,2,3,4\n5,6,7\n')).columns).toEqual(['a', 'column_2_', 'column_2', 'column_4']);
  });

  it('are refused when columns cannot be told apart', async () => {
    expect(await refusal(readOne('a,b,a\n1,2,3\n'))).toBe('column-twice a.csv');
    expect(await refusal(readOne('a,b,A\n1,2,3\n'))).toBe('column-case a.csv');
    expect(await refusal(readOne('\n \n'))).toBe('file-empty a.csv');
    expect(await refusal(readOne(''))).toBe('file-empty a.csv');
    expect(await refusal(readOne(Array.from({ length: 10_001 }, (_, index) => `c${index}`).join(',')))).toBe('file-too-large a.csv');
  });

  it('may be longer than the head of the file', async () => {
    const columns = Array.from({ length: 2000 }, (_, index) => `${'列'.repeat(200)}${index}`);
    const table = await readOne(`${columns.join(',')}\n${columns.map((_, index) => index).join(',')}\n`);
    expect(table.columns).toEqual(columns);
    expect(table.records).toBe(1);
  });

  it.each([
    ['"a;b;c;d",b\n1,2\n', ['a;b;c;d', 'b']],
    ['a;b,c;d\n1;2,5;3\n4;5,5;6\n', ['a', 'b,c', 'd']],
    ['a|b\n1,2,3|4\n', ['a', 'b']],
    ['编号，名称\n1，甲\n', ['编号', '名称']],
    ['编号（甲，乙）\n1\n', ['编号（甲，乙）']],
  ])('tell the delimiter: %j', async (content, columns) => {
    const table = await readOne(content);
    expect(table.columns).toEqual(columns);
    expect(table.broken).toEqual([]);
    expect(cellsOf(table)[0]?.cells.length).toBe(columns.length);
  });

  it('are found below titles by the names that are looked for', async () => {
    const content = `某医院费用清单,,,\n2025 年 1 月,,,\n${lines(row(1))}`;
    const table = await readOne(content, 'a.csv', {}, { wanted: ['编号', '金额', '别的'] });
    expect(table).toMatchObject({ header: 3, titles: 2, records: 1, columns: ['编号', '名称', '数量', '金额'] });
    expect(rows(table)).toEqual([4]);
    expect(findHeader([['a'], ['x', 'y']], ['x', 'y'])).toBe(1);
    expect(findHeader([['', ''], ['a']])).toBe(1);
    expect(findHeader([['']])).toBeUndefined();
  });
});

it.each(['utf8', 'gb18030', 'utf-16le', 'utf-32be'])('a file of many parts loses nothing where they meet: %s', async (encoding) => {
  const [all, ends] = [30_000, ['\n', '\r\n', '\r']];
  const text = Array.from({ length: all }, (_, index) => {
    const name =
      index % 1000 === 7 ? '"开口' : index % 3 === 0 ? `"输液${ends[index % 3]}器，第 ${index} 号"` : `输液器 ${'x'.repeat(index % 90)}`;
    return `${row(index, name)}${ends[index % 7 === 0 ? 2 : index % 2]}`;
  });
  const table = await readOne(iconv.encode(`${header}\r\n${text.join('')}`, encoding));
  expect(table.records).toBe(all - 30);
  expect(table.broken.map(({ row: at, kind }) => [at, kind])).toEqual(
    Array.from({ length: 30 }, (_, index) => [index * 1000 + 9, 'quote-open']),
  );
  expect(lostLines(table.lines)).toBe(0);
  const found = cellsOf(table);
  expect(found.every(({ row: at, cells }) => cells[0] === `B${at - 2}` && cells.length === 4)).toBe(true);
  expect(found.at(-1)?.row).toBe(all + 1);
});

it('three thousand small files take no longer than their sum', async () => {
  const folder = temporary();
  const content = lines(row(1), row(2, '"a\nb"'));
  const { path } = await readOne(content);
  for (let index = 0; index < 3000; index += 1) {
    const { tables } = await readSource({ path, name: `${index}.csv`, kind: 'csv' }, {}, { folder });
    expect(tables[0]?.lines.all).toBeGreaterThan(0);
  }
  expect(readFileSync(join(folder, '2999.csv.csv'), 'utf8')).not.toBe('');
}, 30_000);
