import { expect, it } from 'vitest';
import { hoursOf } from './hours.ts';

it('reads hours as a number, as days/hours/minutes, and with units; anything else is not known', () => {
  const texts = ['22', '22.5', '1/2/30', '0/0/0', '5天3小时20分', '3小时', '2天', '90分钟', ' 4 h ', '', '很久', '1/2', null];
  expect(texts.map(hoursOf)).toEqual([22, 22, 26, 0, 123, 3, 48, 1, 4, null, null, null, null]);
});
