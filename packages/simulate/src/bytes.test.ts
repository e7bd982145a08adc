import { formatScaled } from '@hengjian/standard';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cells, Sink, Template } from './bytes.ts';
import { Random } from './random.ts';

const text = (sink: Sink): string => new TextDecoder().decode(sink.take());

test('a decimal is written as the standard formats it', () => {
  const sink = new Sink(64);
  fc.assert(
    fc.property(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), fc.integer({ min: 0, max: 6 }), (value, places) => {
      sink.decimal(value, places);
      expect(text(sink)).toBe(`${formatScaled(value, places)},`);
    }),
  );
});

test('a value that does not fit a cell is refused', () => {
  expect(() => new Sink(64).decimal(3_000_000_000, 2)).toThrow('too large');
});

test('a row ends with a line feed instead of its last comma', () => {
  const sink = new Sink(8);
  sink.room(40);
  sink.ascii('a');
  sink.part(cells('中文', 'b"', ''));
  sink.endRow();
  expect(text(sink)).toBe('a,中文,"b"""\n');
});

test('a template keeps what is written over it, and refuses more than it holds', () => {
  const template = new Template(8);
  template.bytes.set([65, 66, 67]);
  template.close(2);
  const first = template.part;
  expect([...first]).toEqual([65, 66]);
  template.close(3);
  expect([...template.part]).toEqual([65, 66, 67]);
  template.close(2);
  expect(template.part).toBe(first);
  expect(() => template.close(9)).toThrow('too small');
});

test('random numbers repeat for the same seed, stream and index, and differ otherwise', () => {
  const draw = (seed: number, stream: number, index: number): number[] => {
    const random = new Random(seed, stream, index);
    return [random.next(), random.next(), random.next()];
  };
  expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3));
  expect(draw(1, 2, 4)).not.toEqual(draw(1, 2, 3));
  expect(draw(2, 2, 3)).not.toEqual(draw(1, 2, 3));
});
