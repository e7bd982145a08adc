import { expect, it } from 'vitest';
import { columnFinder, findHeader } from './names.ts';

it('a column is found whatever blank signs stand in its name', () => {
  const find = columnFinder(['begn\ntime', '费用 金额', 'End Time']);
  expect(['begntime', 'begn time', '费用金额', 'endtime', 'brdy'].map(find)).toEqual([
    'begn\ntime',
    'begn\ntime',
    '费用 金额',
    'End Time',
    undefined,
  ]);
});

it('of two columns that differ by a blank alone each is found as it is written, and neither otherwise', () => {
  const find = columnFinder(['a b', 'ab c']);
  expect([find('a b'), find('ab')]).toEqual(['a b', 'a b']);
  const twice = columnFinder(['sum a', 'suma']);
  expect([twice('sum a'), twice('SUMA'), twice('su ma')]).toEqual(['sum a', 'suma', undefined]);
});

it('a header is found below titles though its names are broken', () => {
  expect(findHeader([['清单'], ['mdtrt_id', 'begn\ntime', 'x']], ['mdtrt_id', 'begntime'])).toBe(1);
});
