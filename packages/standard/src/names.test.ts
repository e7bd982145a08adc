import { expect, it } from 'vitest';
import { forEachName, isOneOf, keysOf, workingTableNames, workingTables } from './index.ts';

it('records of known names are made and read by their names', () => {
  expect(forEachName(['a', 'b'], (name) => name.toUpperCase())).toEqual({ a: 'A', b: 'B' });
  expect(Object.keys(forEachName(['b', 'a'], () => 0))).toEqual(['b', 'a']);
  expect(keysOf({ b: 1, a: 2 })).toEqual(['b', 'a']);
  expect(workingTableNames).toEqual(Object.keys(workingTables));
});

it('a text is one of some names, or not', () => {
  expect(isOneOf(['a', 'b'], 'b')).toBe(true);
  expect(isOneOf(['a', 'b'], 'c')).toBe(false);
  expect(isOneOf(['a', 'b'], undefined)).toBe(false);
});
