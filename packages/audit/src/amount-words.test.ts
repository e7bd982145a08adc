import { words } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { arithmeticWords, gradeWords, methodWords, shapeWords } from './amount-words.ts';

const chinese = (arithmetic: string): string => arithmeticWords({ arithmetic }).zh;

describe('the arithmetic of a finding', () => {
  it.each([
    [
      'cnt 10 > 5; charge 180.00 + 45.00 = 225.00; fund share not known (no-settlement)',
      '数量 10 > 5；费用 180.00 + 45.00 = 225.00 元；基金份额未知（没有结算数据）',
    ],
    [
      'charge 60.00; in scope 60.00; fund 42.00 (item-share)',
      '费用 60.00 元；范围内 60.00 元；基金 42.00 元（按结算中基金与范围内金额之比）',
    ],
    ['charge of the stay 394.59; fund 276.21 (whole-stay)', '整次住院费用 394.59 元；基金 276.21 元（整次住院）'],
    ['count 6 > 5; no amount at issue', '次数 6 次 > 5 次；不涉及金额'],
    [
      'charge 5.00; fund 4.00 (assumed-share); an estimate: the fund is assumed to pay 0.8 of what is in scope',
      '费用 5.00 元；基金 4.00 元（按假定比例）；估算：假定基金支付范围内金额的 0.8',
    ],
  ])('is said in Chinese without a word of English: %s', (english, said) => {
    expect(chinese(english)).toBe(said);
    expect(arithmeticWords({ arithmetic: english }).en).toBe(english);
  });

  it('begins with the formula of a figure or a group in its own language, and keeps what it does not know', () => {
    const group = { formula: words('3 人，每次 2 天', '3 persons, 2 days each') };
    const evidence = { key: '', persons: 3, limit: 1, rows: 6, days: 2, members: [], meetings: [], shared_values: 0 };
    expect(arithmeticWords({ arithmetic: `${group.formula.en}; no amount at issue`, group: { ...evidence, ...group } }).zh).toBe(
      '3 人，每次 2 天；不涉及金额',
    );
    expect(chinese('paid ADRG X: loss 1.00')).toBe('paid ADRG X: loss 1.00');
  });

  it('names ways, grades and shapes', () => {
    expect([methodWords('mixed').zh, gradeWords('apportioned').zh, shapeWords('pair').zh, shapeWords('total').zh]).toEqual([
      '多种方法',
      '按比例分摊',
      '两条费用',
      '合计',
    ]);
  });
});
