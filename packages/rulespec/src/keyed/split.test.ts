import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitByKey } from './split.ts';

it('sets apart the rows of every key that has one value', () => {
  const row = fc.record({
    key: fc.constantFrom(0, 1, 67_108_864, 67_108_865, 2 ** 52 - 1),
    value: fc.constantFrom(-1, 0, 7, Number.NaN),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      const isSettled = ({ key }: { key: number }): boolean => {
        const values = new Set(rows.filter((other) => other.key === key).map(({ value }) => value));
        return values.size === 1 && !values.has(Number.NaN);
      };
      const { settled, others } = splitByKey(
        Float64Array.from(rows, ({ key }) => key),
        (at) => rows[at]?.value ?? 0,
      );
      const places = rows.map((_, at) => at);
      expect([...settled]).toEqual(places.filter((at) => isSettled(rows[at] as { key: number })));
      expect([...others]).toEqual(places.filter((at) => !isSettled(rows[at] as { key: number })));
    }),
  );
});
