import { expect, test } from 'vitest';
import { textAt } from '../interpret/world.ts';
import { buildSegment } from './history.ts';

test('copies of persons and visits have ids of their own', () => {
  const line = { key: 'L', med_list_codg: 'XA01' };
  const { segment } = buildSegment({ persons: [{ psn: 'P', copies: '2', visits: [{ mdtrt_id: 'V', copies: '3', lines: [line] }] }] });
  const texts = (table: 'persons' | 'visits' | 'lines', column: string) =>
    Array.from({ length: segment[table].length }, (_, row) => textAt(segment[table], column, row)).sort();
  expect(texts('persons', 'psn')).toEqual(['P-1', 'P-2']);
  expect(texts('visits', 'mdtrt_id')).toEqual(['V-1-1', 'V-1-2', 'V-2-1', 'V-2-2', 'V-3-1', 'V-3-2']);
  expect(texts('lines', 'line_key')).toEqual(['L-1-1', 'L-1-2', 'L-2-1', 'L-2-2', 'L-3-1', 'L-3-2']);
});

test('copies are a whole number that is meant', () => {
  for (const copies of ['0', '1001', 'many', '1.5']) expect(() => buildSegment({ persons: [{ copies, visits: [] }] })).toThrow('copies');
});
