import { RefusedInput, words } from '@hengjian/standard';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { jsonReader } from './json.ts';

const reader = jsonReader(
  Type.Object({ format: Type.Literal(1), lines: Type.Array(Type.Object({ fen: Type.Integer(), note: Type.Optional(Type.String()) })) }),
  words('罐头', 'tin'),
);

function refusal(text: string): unknown {
  try {
    return reader.read(text, { file: 'tin.json' });
  } catch (error) {
    return error instanceof RefusedInput ? { code: error.problems[0]?.code, place: error.problems[0]?.place } : error;
  }
}

describe('a reader of JSON', () => {
  it('gives what fits the schema', () => {
    expect(reader.read('{"format":1,"lines":[{"fen":3}]}', {}).lines[0]?.fen).toBe(3);
  });

  it('refuses with the field what does not', () => {
    expect(refusal('{"format":1,')).toEqual({ code: 'file-damaged', place: { file: 'tin.json' } });
    expect(refusal('{"format":1,"lines":[{"fen":3},{"fen":0.5}]}')).toEqual({
      code: 'file-damaged',
      place: { file: 'tin.json', field: 'lines.1.fen' },
    });
    expect(refusal('{"format":2,"lines":[]}')).toEqual({ code: 'file-damaged', place: { file: 'tin.json', field: 'format' } });
    expect(refusal('null')).toEqual({ code: 'file-damaged', place: { file: 'tin.json' } });
  });
});
