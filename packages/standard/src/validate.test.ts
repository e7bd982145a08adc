import { describe, expect, it } from 'vitest';
import { describeProblem, RefusedInput } from './errors.ts';
import {
  amountCloses,
  codePatterns,
  datesInOrder,
  isCatalogueCode,
  isCreditCode,
  isRuinedBySpreadsheet,
  readIdentityCard,
} from './validate.ts';
import { words } from './words.ts';

describe('validators', () => {
  it('check the identity card of GB 11643 by its published example', () => {
    expect(readIdentityCard('11010519491231002X')).toEqual({ brdy: 19_491_231, gend: '2' });
    expect(readIdentityCard('11010519491231002x')).toBeDefined();
    expect(readIdentityCard('110105194912310021')).toBeUndefined();
    expect(readIdentityCard('110105194902310029')).toBeUndefined();
    expect(readIdentityCard('short')).toBeUndefined();
  });

  it('check the unified social credit code', () => {
    expect(isCreditCode('91350100M000100Y43')).toBe(true);
    expect(isCreditCode('91350100M000100Y44')).toBe(false);
    expect(isCreditCode('91350100I000100Y43')).toBe(false);
    expect(isCreditCode('')).toBe(false);
  });

  it('know the national code shapes', () => {
    for (const code of ['XA01AAA001A010101100001', 'T000100001', 'C0101010010100100001', '002204000010000', '002204000010000-a1']) {
      expect(isCatalogueCode(code), code).toBe(true);
    }
    expect(isCatalogueCode('青霉素')).toBe(false);
    expect(codePatterns.diagnosis.test('A00.000x001')).toBe(true);
    expect(codePatterns.operation.test('00.0100')).toBe(true);
    expect(codePatterns.institution.test('H41050000001')).toBe(true);
  });

  it('see codes that a spreadsheet ruined', () => {
    for (const code of ['4.3E+19', '1.10E12', '2204000010000', '81234567890123456789.0'])
      expect(isRuinedBySpreadsheet(code), code).toBe(true);
    expect(isRuinedBySpreadsheet('002204000010000')).toBe(false);
  });

  it('tell whether amounts close and dates are in order', () => {
    expect(amountCloses({ total: 100, parts: [60, 39] })).toBe(true);
    expect(amountCloses({ total: 100, parts: [60, 30] })).toBe(false);
    expect(amountCloses({ total: 100, parts: [60, undefined] })).toBe('unknown');
    expect(datesInOrder([1, undefined, 3])).toBe(true);
    expect(datesInOrder([3, 1])).toBe(false);
  });

  it('describe a problem with its place and remedy', () => {
    const known = { values: {}, status: 422, exit: 2 };
    const place = { file: 'a.csv', row: 3, field: 'cnt' };
    const problem = { ...known, code: 'x', message: words('坏', 'bad'), remedy: words('改', 'mend it'), place };
    const other = { ...known, code: 'y', message: words('甲', 'm'), remedy: words('乙', 'r') };
    expect(describeProblem(problem)).toBe('a.csv:3 cnt: bad → mend it');
    expect(new RefusedInput([problem, other]).message).toBe('a.csv:3 cnt: bad → mend it\nm → r');
  });
});
