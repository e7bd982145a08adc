import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as xlsx from '@e965/xlsx';
import { Cancelled, RefusedInput } from '@hengjian/standard';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { csvTextCell, looksLikeFormula } from './escape.ts';
import { readContents, readContentsNow } from './sheet.ts';
import { readWorkbook, readWorkbookNow } from './workbook.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-workbook-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function workbook(name: string, cells: readonly (readonly (string | number | Date)[])[], bookType: 'xlsx' | 'xls' = 'xlsx'): string {
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(cells.map((row) => [...row])), '表');
  const path = join(folder, name);
  writeFileSync(path, xlsx.write(book, { type: 'buffer', bookType }));
  return path;
}

async function problemOf(work: Promise<unknown>): Promise<readonly [string, string | undefined]> {
  try {
    await work;
    return ['done', undefined];
  } catch (error) {
    if (error instanceof RefusedInput) return [error.problems[0]?.code ?? '', error.problems[0]?.place?.file];
    throw error;
  }
}

describe('a workbook', () => {
  it('is read as shown or as stored, xlsx and xls, waiting or not', async () => {
    const cells = [
      ['编码', '金额', '日期'],
      ['007', 12.5, new Date(Date.UTC(2025, 0, 31))],
    ];
    for (const type of ['xlsx', 'xls'] as const) {
      const path = workbook(`plain.${type}`, cells, type);
      const stored = await readWorkbook(path, { texts: 'stored' });
      expect(stored).toEqual([
        {
          name: '表',
          rows: [
            ['编码', '金额', '日期'],
            ['007', '12.5', '2025-01-31'],
          ],
          merged: [],
        },
      ]);
      expect(readWorkbookNow(path, { texts: 'stored' })).toEqual(stored);
      expect((await readWorkbook(path, { texts: 'shown' }))[0]?.rows[1]?.slice(0, 2)).toEqual(['007', '12.5']);
    }
    const known = new Set(['编码', '金额']);
    expect(readContentsNow(join(folder, 'plain.xlsx'), known)).toEqual(await readContents(join(folder, 'plain.xlsx'), known));
  });

  it('is refused by its limits before it is read, and by what its files say', async () => {
    const path = workbook(
      'limits.xlsx',
      Array.from({ length: 200 }, () => ['a', 'b', 'c']),
    );
    const within = (limits: object): Promise<readonly [string, string | undefined]> =>
      problemOf(readWorkbook(path, { texts: 'shown', limits }));
    expect(await within({})).toEqual(['done', undefined]);
    expect(await within({ fileBytes: 100 })).toEqual(['file-too-large', 'limits.xlsx']);
    expect(await within({ unpackedBytes: 1000 })).toEqual(['file-too-large', 'limits.xlsx']);
    expect(await within({ cells: 599 })).toEqual(['file-too-large', 'limits.xlsx']);
    expect(await within({ cells: 600 })).toEqual(['done', undefined]);
    expect(await within({ seconds: 0.001 })).toEqual(['workbook-slow', 'limits.xlsx']);
    const span = join(folder, 'span.xlsx');
    const files = unzipSync(readFileSync(workbook('small.xlsx', [['a', 'b']])));
    const name = 'xl/worksheets/sheet1.xml';
    const text = strFromU8(files[name] ?? new Uint8Array());
    expect(text).toContain('r="B1"');
    const far = strToU8(
      text
        .replace('<row r="1"', '<row r="1048576"')
        .replaceAll('r="A1"', 'r="A1048576"')
        .replaceAll('r="B1"', 'r="XFD1048576"')
        .replace('ref="A1:B1"', 'ref="A1:XFD1048576"'),
    );
    writeFileSync(span, zipSync({ ...files, [name]: far }));
    expect(await problemOf(readWorkbook(span, { texts: 'shown' }))).toEqual(['file-too-large', 'span.xlsx']);
  });

  it('is refused when any byte of its files was changed, it was cut off, or it is something else', async () => {
    const path = workbook(
      'bytes.xlsx',
      Array.from({ length: 50 }, (_, row) => [`甲${row}`, row]),
    );
    const bytes = readFileSync(path);
    const entry = bytes.indexOf('xl/worksheets/sheet1.xml') + 60;
    const attacks: readonly (readonly [string, Buffer])[] = [
      ['flipped.xlsx', Buffer.concat([bytes.subarray(0, entry), Buffer.from([(bytes[entry] ?? 0) ^ 4]), bytes.subarray(entry + 1)])],
      ['cut.xlsx', bytes.subarray(0, bytes.length - 40)],
      ['half.xlsx', bytes.subarray(0, bytes.length / 2)],
      ['other.xlsx', Buffer.from(zipSync({ 'a.txt': new Uint8Array([1]) }))],
    ];
    for (const [name, content] of attacks) {
      writeFileSync(join(folder, name), content);
      expect(await problemOf(readWorkbook(join(folder, name), { texts: 'shown' })), name).toEqual(['file-damaged', name]);
    }
  });

  it('is given up at once when the signal says so', async () => {
    const path = workbook(
      'long.xlsx',
      Array.from({ length: 20_000 }, (_, row) => [row, `甲${row}`, row * 2]),
    );
    const controller = new AbortController();
    const reading = readWorkbook(path, { texts: 'shown', signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(reading).rejects.toThrow(Cancelled);
    await expect(readWorkbook(path, { texts: 'shown', signal: controller.signal })).rejects.toThrow(Cancelled);
  });
});

const shared = fileURLToPath(new URL('../../../../shared/data/attack-cases/', import.meta.url));
const attacks = existsSync(shared) ? shared : process.env.HENGJIAN_ATTACK_CASES;

describe.skipIf(attacks === undefined)('the hostile workbooks beside the project', () => {
  it('are refused by name, within the time', async () => {
    const expected = {
      'xlsx-bad-crc.xlsx': 'file-damaged',
      'hang-355.xlsx': 'file-damaged',
      'hang-372.xlsx': 'file-damaged',
      'sheet-1gb-spaces.xlsx': 'file-too-large',
    };
    for (const [name, code] of Object.entries(expected)) {
      expect(await problemOf(readWorkbook(join(attacks ?? '', name), { texts: 'stored', limits: { seconds: 20 } })), name).toEqual([
        code,
        name,
      ]);
    }
  }, 60_000);
});

describe('a text for a spreadsheet', () => {
  it('is quoted when it might run, unless it is a number', () => {
    for (const text of ['=1+1', ' =1+1', '+cmd', '-2+3', '@sum', '\t=1', '＝1']) expect(looksLikeFormula(text), text).toBe(true);
    expect(csvTextCell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
    expect(csvTextCell('-12.50')).toBe('-12.50');
    expect(csvTextCell('甲,乙')).toBe('"甲,乙"');
  });
});
