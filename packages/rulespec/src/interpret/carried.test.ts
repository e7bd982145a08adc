import { expect, test } from 'vitest';
import { bindRulebook } from '../bind/rulebook.ts';
import { buildSegment } from '../cases/history.ts';
import { carriedMask, isCarried } from './carried.ts';

const asked = [{ table: 'lines', column: 'list_type' }] as const;

test('each institution is asked once, however often a rule, a kind or a line asks', () => {
  const { context } = buildSegment({ persons: [] });
  const institutions = ['H43010000001', 'H43010000002', 'H43010000003'];
  let looks = 0;
  const bound = bindRulebook([], new Map(), {
    ...context,
    dictionaries: { ...context.dictionaries, institution: institutions },
    carriage: { H43010000001: ['fee_list_d.list_type'], H43010000002: ['fee_list_d.cnt'] },
    get absent() {
      looks += 1;
      return [];
    },
  });
  looks = 0;
  const mask = carriedMask(bound, asked);
  expect([...mask]).toEqual([0, 1, 0, 1]);
  const once = looks;
  expect(once).toBeGreaterThan(0);
  for (let time = 0; time < 1000; time += 1) expect(isCarried(bound, asked, 0)).toBe(true);
  expect(isCarried(bound, asked, null)).toBe(false);
  expect(looks).toBe(once);
  expect([...carriedMask(bound, [{ table: 'lines', column: 'cnt' }])]).toEqual([0, 0, 1, 1]);
});
