import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Piece, piecesOf } from './json-pieces.ts';

async function* blocksOf(text: string, size: number): AsyncGenerator<{ readonly bytes: Buffer; readonly bad: readonly number[] }> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield { bytes: bytes.subarray(at, at + size), bad: [] };
}

async function pieces(text: string, size = text.length * 3 + 1, longest = 1000): Promise<Piece[]> {
  const out: Piece[] = [];
  for await (const piece of piecesOf(blocksOf(text, size), longest)) out.push(piece);
  return out;
}

const shown = (found: readonly Piece[]): unknown[] => found.map(({ text, line, fault }) => fault ?? [line, JSON.parse(text)]);
const value = fc.record({ infno: fc.constant('2301'), 输入: fc.jsonValue({ maxDepth: 3 }) });

describe('values of a file of JSON', () => {
  it('are the same as lines, as an array on one line, in lines of its own, and as objects over several lines', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 2, maxLength: 5 }), fc.integer({ min: 1, max: 90 }), async (values, size) => {
        const expected = values.map((one) => JSON.stringify(JSON.parse(JSON.stringify(one))));
        const texts = [
          values.map((one) => JSON.stringify(one)).join('\n'),
          values.map((one) => `${JSON.stringify(one)}\r\n`).join(''),
          values.map((one) => `${JSON.stringify(one)}\r`).join(''),
          JSON.stringify(values),
          JSON.stringify(values, null, 2),
          `[${values.map((one) => JSON.stringify(one)).join('\n,')}]`,
          values.map((one) => JSON.stringify(one, null, 1)).join('\n'),
          values.map((one) => `${JSON.stringify(one, null, '\t')},\n`).join('\n'),
        ];
        for (const [index, text] of texts.entries()) {
          // How a text goes on is told by its beginning, which is longer than a line in a file.
          const whole = index < 6 ? size : Number.POSITIVE_INFINITY;
          const found = (await pieces(text, whole, 100_000)).filter((piece) => piece.text !== '');
          expect(found.map((piece) => piece.fault ?? JSON.stringify(JSON.parse(piece.text)))).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('know the line they begin on', async () => {
    expect(shown(await pieces('{"a":1}\n\n{"a":2}\r\n{"a":3}').then((all) => all.filter(({ text }) => text !== '')))).toEqual([
      [1, { a: 1 }],
      [3, { a: 2 }],
      [4, { a: 3 }],
    ]);
    expect(shown(await pieces('{\n "a": 1\n}\n{\n "a": 2\n}\n'))).toEqual([
      [1, { a: 1 }],
      [4, { a: 2 }],
    ]);
  });

  it('that are not whole take no neighbour with them and leave nothing of themselves', async () => {
    const broken = '[\n {\n  "lines": [\n   {"n": 1},\n   {"n": 2}\n  ],\n  "open": "x\n },\n {\n  "a": 2\n }\n]';
    for (const size of [1, 7, 1000]) expect(shown(await pieces(broken, size))).toEqual(['not-json', [9, { a: 2 }]]);
    expect(shown(await pieces('{\n "a": [\n  {"n": 1},\n'))).toEqual(['not-json']);
    for (const text of ['{"a": 1\n{"a": 2}\n', '{"a":\n[1]\n{"a": 2}\n', 'x\n{"a": 2}'])
      expect((await pieces(text)).map((piece) => piece.text)).toEqual(text.trim().split('\n'));
  });

  it('are none when they are too long, whatever comes after, and nothing of them is kept', async () => {
    const long = `{"a": "${'长'.repeat(5000)}"}`;
    for (const size of [10, 900, 100_000]) {
      expect(shown(await pieces(`${long}\n{"a": 2}\n`, size))).toEqual(['cell-long', [2, { a: 2 }]]);
      expect(shown(await pieces(`[{"a": 1},\n${long},\n{"a": 2}]`, size))).toEqual([[1, { a: 1 }], 'cell-long', [3, { a: 2 }]]);
    }
  });
});
