import { RefusedInput } from '@hengjian/standard';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterAll, expect, it } from 'vitest';
import { cellsOf, cleanUp, lostLines, readOne } from './fixture.ts';

afterAll(cleanUp);

const signs = ['a', '7', '.', ' ', '"', ',', ';', '\n', '\r\n', '\r', '输', '液', '，', 'é', '𠮷', '|', '^'];
const cell = fc.array(fc.constantFrom(...signs), { maxLength: 6 }).map((list) => list.join(''));

interface Written {
  readonly delimiter: string;
  readonly lineEnds: readonly string[];
  readonly encoding: string;
  readonly quoteAll: boolean;
  readonly blankEvery: number;
}
const writer: fc.Arbitrary<Written> = fc.record({
  delimiter: fc.constantFrom(',', '\t', '|', ';', '^', '~', '\u0001'),
  lineEnds: fc.array(fc.constantFrom('\n', '\r\n', '\r'), { minLength: 1, maxLength: 3 }),
  encoding: fc.constantFrom('utf8', 'gb18030', 'utf-16le', 'utf-16be'),
  quoteAll: fc.boolean(),
  blankEvery: fc.integer({ min: 2, max: 9 }),
});
const table = fc
  .integer({ min: 2, max: 6 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }))
  // What is blank throughout is no record, and what looks like a record within a cell is taken for one.
  .map((rows) => rows.map(([, ...rest], index) => [`K${index}`, ...rest.map((one) => one.replaceAll(/[\r\n]+/g, (end) => `${end}文`))]));

function write(rows: readonly (readonly string[])[], { delimiter, lineEnds, encoding, quoteAll, blankEvery }: Written): Buffer {
  const columns = rows[0]?.map((_, index) => `列${index}`) ?? [];
  const needs = (text: string): boolean => quoteAll || text.includes(delimiter) || /^"|[\r\n]/.test(text);
  const line = (cells: readonly string[]): string =>
    cells.map((text) => (needs(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(delimiter);
  const text = [columns, ...rows].map((cells, index) => {
    const end = lineEnds[index % lineEnds.length] ?? '\n';
    return `${line(cells)}${end}${index % blankEvery === 1 ? '\n' : ''}`;
  });
  return iconv.encode(text.join(''), encoding, { addBOM: encoding.startsWith('utf-16') });
}

it('whatever writes a table, the same cells are read', async () => {
  await fc.assert(
    fc.asyncProperty(table, writer, async (rows, how) => {
      const read = await readOne(write(rows, how), 'a.csv', { delimiter: how.delimiter });
      expect(read.broken).toEqual([]);
      expect(cellsOf(read).map(({ cells }) => cells)).toEqual(rows);
      expect(lostLines(read.lines)).toBe(0);
    }),
    { numRuns: 250 },
  );
}, 30_000);

const damage = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  how: fc.constantFrom('insert' as const, 'replace' as const, 'remove' as const),
  byte: fc.constantFrom(0x22, 0x2c, 0x0a, 0x0d, 0, 0xff, 0xb0, 0xe5, 0x41, 0x20),
});

it('whatever happens to a byte, every line is accounted for and no other record is lost', async () => {
  const columns = ['编号', '名称', '数量', '金额', '备注'];
  const record = (index: number): string[] => [`K${index}`, index % 3 === 0 ? '"输液, 器"' : '输液器', '1', '2.50', ''];
  const body = Array.from({ length: 30 }, (_, index) => record(index).join(','));
  const clean = [columns.join(','), ...body, ''].join('\n');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('utf8', 'gb18030'), damage, async (encoding, { at, how, byte }) => {
      const bytes = iconv.encode(clean, encoding);
      const place = Math.floor(at * bytes.length);
      const rest = bytes.subarray(how === 'insert' ? place : place + 1);
      const damaged = Buffer.concat([bytes.subarray(0, place), ...(how === 'remove' ? [] : [Buffer.from([byte])]), rest]);
      const line = bytes.subarray(0, place).toString('latin1').split('\n').length - 2;
      try {
        const read = await readOne(damaged);
        expect(lostLines(read.lines)).toBe(0);
        if (line < 0) return;
        const keys = new Set(cellsOf(read).map(({ cells }) => cells[0]));
        const lost = body.flatMap((_, index) => (keys.has(`K${index}`) ? [] : [index]));
        // A line end that is gone makes two records one.
        expect(lost.filter((index) => index !== line && index !== line + 1)).toEqual([]);
      } catch (error) {
        if (!(error instanceof RefusedInput)) throw error;
        expect(line).toBeLessThan(0);
      }
    }),
    { numRuns: 400 },
  );
}, 30_000);
