import { expect, it } from 'vitest';
import { variantWords } from './variant-words.ts';

it('variants of plain tables are told in both languages, others as their author wrote them', () => {
  expect(variantWords({ name: 'qy-any', why: 'practice of cities' })).toEqual({
    zh: '各地做法：任一手术不属于本 MDC 任何组时为歧义病例',
    en: 'practice of cities',
  });
  expect(variantWords({ name: 'pv1-listed', why: 'the published list' }).zh).toContain('PV1');
  expect(variantWords({ name: 'own', why: '本地' })).toEqual({ zh: '本地', en: '本地' });
});
