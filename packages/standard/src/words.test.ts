import { expect, it } from 'vitest';
import { counted, listed, words } from './words.ts';

it('lists names in the manner of each language, and says what to do when there are none', () => {
  expect(listed(['a', 'b'])).toEqual({ zh: 'a、b', en: 'a, b' });
  expect(listed([])).toEqual({ zh: '无', en: 'none' });
  expect(listed([], words('无。请先导入', 'none yet; import some')).en).toBe('none yet; import some');
});

it('counts one thing in the singular', () => {
  expect([0, 1, 2].map((count) => counted(count, 'file'))).toEqual(['0 files', '1 file', '2 files']);
  expect([1, 2].map((count) => counted(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries']);
});
