import { RefusedInput } from '@hengjian/standard';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, it } from 'vitest';
import { cellsOf, cleanUp, lostLines, readOne } from './fixture.ts';

afterAll(cleanUp);

describe('JSON', () => {
  it('lines unite their keys; what is nested stays JSON; digits stay as they are written', async () => {
    const table = await readOne(
      '{"b": "x", "": 1}\n\n{"a": {"n": [1, 2]}, "b": null}\n{"a": 330106199001011234, "b": 10.80, "": true}\n{}\n',
      'a.jsonl',
    );
    expect(table.columns).toEqual(['column_1', 'a', 'b']);
    expect(cellsOf(table)).toEqual([
      { row: 1, cells: ['1', '', 'x'] },
      { row: 3, cells: ['', '{"n":[1,2]}', ''] },
      { row: 4, cells: ['true', '330106199001011234', '10.80'] },
    ]);
    expect(table).toMatchObject({ blanks: 2, records: 3 });
    expect(lostLines(table.lines)).toBe(0);
  });

  it('lines that are no object cost themselves only', async () => {
    const table = await readOne('{"a":1}\n{"a":2\n[3]\n{"a":4}\n5', 'a.jsonl');
    expect(table.broken).toEqual([2, 3, 5].map((row) => ({ row, line: row, kind: 'not-json' })));
    expect(cellsOf(table).map(({ row, cells }) => [row, ...cells])).toEqual([
      [1, '1'],
      [4, '4'],
    ]);
  });

  it('arrays are read by their elements', async () => {
    const table = await readOne('[\n {"a": "x,]}\\""},\n {"a": "open},\n {"a": 3, "b": [1,\n2]}\n, {"a": 4}]\n', 'a.json');
    expect(cellsOf(table).map(({ cells }) => cells)).toEqual([
      ['x,]}"', ''],
      ['3', '[1,2]'],
      ['4', ''],
    ]);
    expect(table.broken).toEqual([{ row: 2, line: 3, kind: 'not-json' }]);
  });

  it('what closes more than was opened costs an element, and nothing goes on for ever', async () => {
    const table = await readOne('[{"a": 1}},\n}\n]}]{"a": 2}]}', 'a.json');
    expect(cellsOf(table).map(({ cells }) => cells)).toEqual([['1'], ['2']]);
    expect(table.broken.map(({ kind }) => kind)).toEqual(['not-json', 'not-json', 'not-json', 'not-json']);
  });

  it('may be in GB18030', async () => {
    const table = await readOne(iconv.encode('{"名称":"阿莫西林胶囊"}\n', 'gb18030'), 'a.jsonl');
    expect(table.columns).toEqual(['名称']);
    expect(cellsOf(table)[0]?.cells).toEqual(['阿莫西林胶囊']);
  });

  it.each(['{"a": 1', 'no JSON', '', '\n\n', '{}\n', '[]', '{"a":1,"A":2}'])('%j is refused', async (content) => {
    await expect(readOne(content, 'a.jsonl')).rejects.toBeInstanceOf(RefusedInput);
  });

  it('of any objects gives their texts, as lines and as an array', async () => {
    const object = fc.dictionary(fc.constantFrom('a', 'b', '名称'), fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean()), {
      minKeys: 1,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(object, { minLength: 1 }), fc.boolean(), async (objects, array) => {
        const texts = objects.map((one) => JSON.stringify({ key: 'k', ...one }));
        const table = await readOne(array ? `[${texts.join(', ')}]` : texts.join('\n'), 'a.json');
        const keys = ['key', ...new Set(objects.flatMap((one) => Object.keys(one)))].sort();
        const expected = objects.map((one) => keys.map((key) => (key === 'key' ? 'k' : String(one[key] ?? ''))));
        expect(cellsOf(table).map(({ cells }) => cells)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});
