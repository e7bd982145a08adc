import { RefusedInput } from '@hengjian/standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, codeFields, comparisons, numberFields, textFields } from '../scheme/condition.ts';
import { parseCondition } from './parse.ts';
import { conditionText } from './text.ts';

const place = { file: 'a.xlsx', row: 7, field: 'ADRG规则' };
const inSet = (field: (typeof codeFields)[number], set: string): Condition => ({ op: 'in', fields: [field], sets: [set] });

const always: Condition = { op: 'always' };
const a = inSet('principal_dx', 'A');
const b = inSet('main_procedure', 'B');
const c = inSet('other_dx', 'C');

describe('every operator of the rule language', () => {
  const table: readonly (readonly [string, Condition])[] = [
    ['', always],
    ['  \u3000 ', always],
    ['_x000D_\n', always],
    ['1', always],
    ['ZYZD in A', a],
    ['ZYSS in B', b],
    ['QTZD in C', c],
    ['QTSS in D', inSet('other_procedure', 'D')],
    ['ZYZD not in A', { op: 'not', of: a }],
    ['not ZYZD in A', { op: 'not', of: a }],
    ['not (ZYZD in A)', { op: 'not', of: a }],
    ['not not ZYZD in A', { op: 'not', of: { op: 'not', of: a } }],
    ['{ZYSS,QTSS} in {S1, S2}', { op: 'in', fields: ['main_procedure', 'other_procedure'], sets: ['S1', 'S2'] }],
    ['{ZYSS} in S1', inSet('main_procedure', 'S1')],
    ['ZYZD in 12', inSet('principal_dx', '12')],
    ['ZYZD in 1A', inSet('principal_dx', '1A')],
    ['ZYZD in "and"', inSet('principal_dx', 'and')],
    ['ZYZD in 主诊表', inSet('principal_dx', '主诊表')],
    ['ZYZD in A and ZYSS in B', { op: 'and', of: [a, b] }],
    ['ZYZD in A or ZYSS in B', { op: 'or', of: [a, b] }],
    ['ZYZD in A or ZYSS in B and QTZD in C', { op: 'or', of: [a, { op: 'and', of: [b, c] }] }],
    ['(ZYZD in A or ZYSS in B) and QTZD in C', { op: 'and', of: [{ op: 'or', of: [a, b] }, c] }],
    ['not ZYZD in A and ZYSS in B', { op: 'and', of: [{ op: 'not', of: a }, b] }],
    ['ZYZD in A and (ZYSS in B and QTZD in C)', { op: 'and', of: [a, { op: 'and', of: [b, c] }] }],
    ['1 and ZYZD in A', { op: 'and', of: [always, a] }],
    ['length(S ∩ {QTZD, ZYZD}) >= 2', { op: 'count', fields: ['other_dx', 'principal_dx'], sets: ['S'], compare: '>=', value: 2 }],
    ['length({QTZD,ZYZD} ∩ {S,T}) > 1', { op: 'count', fields: ['other_dx', 'principal_dx'], sets: ['S', 'T'], compare: '>', value: 1 }],
    ['2 <= length(S ∩ QTZD)', { op: 'count', fields: ['other_dx'], sets: ['S'], compare: '>=', value: 2 }],
    [
      'sets({S,T,U} ∩ {ZYZD,QTZD}) >= 2',
      { op: 'sets', fields: ['principal_dx', 'other_dx'], sets: ['S', 'T', 'U'], compare: '>=', value: 2 },
    ],
    ['NL = 5', { op: 'compare', field: 'age', compare: '=', value: 5 }],
    ['NL < 5', { op: 'compare', field: 'age', compare: '<', value: 5 }],
    ['NL<=17', { op: 'compare', field: 'age', compare: '<=', value: 17 }],
    ['NL>17', { op: 'compare', field: 'age', compare: '>', value: 17 }],
    ['NL>=17', { op: 'compare', field: 'age', compare: '>=', value: 17 }],
    ['17>=NL', { op: 'compare', field: 'age', compare: '<=', value: 17 }],
    ['17<NL', { op: 'compare', field: 'age', compare: '>', value: 17 }],
    ['XB=2', { op: 'compare', field: 'sex', compare: '=', value: 2 }],
    ['XSRTL<29', { op: 'compare', field: 'age_days', compare: '<', value: 29 }],
    ['RYTZ<1500', { op: 'compare', field: 'admission_weight', compare: '<', value: 1500 }],
    ['ZYTS>60', { op: 'compare', field: 'los', compare: '>', value: 60 }],
    ['ICUSJ>=120', { op: 'compare', field: 'icu_hours', compare: '>=', value: 120 }],
    ['HXJSJ>=96', { op: 'compare', field: 'ventilator_hours', compare: '>=', value: 96 }],
    [
      '1500<=XSRTZ<2000',
      {
        op: 'and',
        of: [
          { op: 'compare', field: 'birth_weight', compare: '>=', value: 1500 },
          { op: 'compare', field: 'birth_weight', compare: '<', value: 2000 },
        ],
      },
    ],
    ['QTZD in MCC', { op: 'severity', levels: ['MCC'] }],
    ['QTZD in {MCC,CC}', { op: 'severity', levels: ['MCC', 'CC'] }],
    ['QTZD not in mcc', { op: 'not', of: { op: 'severity', levels: ['MCC'] } }],
    ['QTZD in "MCC"', inSet('other_dx', 'MCC')],
    ['QTZD in {CC, C}', { op: 'or', of: [{ op: 'severity', levels: ['CC'] }, c] }],
    ['KS in {"A28","A2801"}', { op: 'one_of', field: 'department', values: ['A28', 'A2801'] }],
    ['LYFS = 5', { op: 'one_of', field: 'discharge_mode', values: ['5'] }],
    ['LYFS not in {"5"}', { op: 'not', of: { op: 'one_of', field: 'discharge_mode', values: ['5'] } }],
    ['zyzd IN A AND Zyss In B', { op: 'and', of: [a, b] }],
    ['ＺＹＺＤ　ｉｎ　Ａ', a],
    ['（ＺＹＺＤ in A）\u00a0and\u3000ZYSS in B_x000D_', { op: 'and', of: [a, b] }],
    ['ZY\u200bZD in\ufeff A', a],
    ['｛ZYZD，QTZD｝ in ｛A、B｝', { op: 'in', fields: ['principal_dx', 'other_dx'], sets: ['A', 'B'] }],
    ['NL≤１７', { op: 'compare', field: 'age', compare: '<=', value: 17 }],
    ['NL＞＝17', { op: 'compare', field: 'age', compare: '>=', value: 17 }],
  ];
  it.each(table)('%s', (text, condition) => {
    expect(parseCondition(text, place)).toEqual(condition);
    expect(parseCondition(conditionText(condition))).toEqual(condition);
  });
});

describe('what is no rule', () => {
  const table: readonly (readonly [string, string, string, string])[] = [
    ['ZYZD im A', 'rule-syntax', 'character 6 of the rule: found `im`, expected `in` or `not in`', 'write `in` if that is meant'],
    ['ZYZDD in A', 'rule-field-unknown', 'character 1 of the rule: there is no field `ZYZDD`', 'write ZYZD if that is meant'],
    [
      'ZYZD in A adn ZYSS in B',
      'rule-syntax',
      'character 11 of the rule: found `adn`, expected `and`, `or` or the end of the rule',
      'write `and`',
    ],
    ['(ZYZD in A', 'rule-syntax', 'the rule ends here, expected `)`', 'correct the rule'],
    ['ZYZD in A)', 'rule-syntax', 'character 10 of the rule: found `)`', 'correct the rule'],
    ['ZYZD in', 'rule-syntax', 'the rule ends here, expected a name', 'correct the rule'],
    ['ZYZD in {A,}', 'rule-syntax', 'character 12 of the rule: found `}`, expected a name', 'correct the rule'],
    ['ZYZD in A and', 'rule-syntax', 'the rule ends here', 'correct the rule'],
    ['ZYZD not A', 'rule-syntax', 'found `A`, expected `in`', 'correct the rule'],
    ['NL', 'rule-syntax', 'the rule ends here, expected one of = < <= > >=', 'correct the rule'],
    ['NL == 5', 'rule-syntax', 'found `==`, expected one of', 'correct the rule'],
    ['NL <> 5', 'rule-syntax', 'found `<>`', 'correct the rule'],
    ['NL in A', 'rule-syntax', 'found `in`, expected one of', 'correct the rule'],
    ['NL < A', 'rule-syntax', 'expected a number', 'correct the rule'],
    ['NL < 1.2.3', 'rule-syntax', 'found `1.2.3`, expected a number', 'correct the rule'],
    ['NL < 12345678901', 'rule-syntax', 'expected a number of at most nine digits', 'correct the rule'],
    ['2', 'rule-syntax', 'the number 2 stands alone', 'only 1 stands alone'],
    ['5 < ZYZD', 'rule-syntax', 'found `ZYZD`, expected a number field', 'correct the rule'],
    ['length(A ∩ B) > 1', 'rule-syntax', 'character 8 of the rule: one side of ∩ must be fields', 'write fields'],
    ['length(ZYZD ∩ QTZD) > 1', 'rule-syntax', 'one side of ∩ must be fields', 'write fields'],
    ['length(A ∩ ZYZD)', 'rule-syntax', 'the rule ends here, expected one of', 'correct the rule'],
    ['length(MCC ∩ QTZD) >= 2', 'rule-severity', 'MCC holds for other diagnoses only and cannot be counted', 'quote the name'],
    ['ZYZD in MCC', 'rule-severity', 'MCC holds for other diagnoses only', 'write `QTZD in MCC`'],
    ['{ZYZD,QTZD} in {MCC,CC}', 'rule-severity', 'MCC, CC holds for other diagnoses only', 'write `QTZD in MCC`'],
    ['{ZYZD,NL} in A', 'rule-syntax', 'character 7 of the rule: NL holds no codes', 'only ZYZD QTZD ZYSS QTSS'],
    ['ZYZD in A; ZYSS in B', 'rule-character', 'character 10 of the rule: `;` is no sign', 'not (a = b)'],
    ['ZYZD in "A', 'rule-open-quote', 'character 9 of the rule: the quote is never closed', 'add the closing quote'],
    ['and ZYZD in A', 'rule-syntax', 'character 1 of the rule: found `and`, expected a name', 'if that is meant'],
  ];
  it.each(table)('%s', (text, code, message, remedy) => {
    const caught = refusal(() => parseCondition(text, place));
    expect(caught.code).toBe(code);
    expect(caught.message.en).toContain(message);
    expect(caught.remedy.en).toContain(remedy);
    expect(caught.place).toEqual(place);
  });

  it('a set that does not exist is refused with the one that was meant', () => {
    const known = new Set(['ADRG_BB1', 'ADRG_BB2']);
    expect(parseCondition('ZYZD in ADRG_BB1', place, known)).toEqual(inSet('principal_dx', 'ADRG_BB1'));
    const caught = refusal(() => parseCondition('ZYZD in ADRG_BBI', place, known));
    expect(caught.code).toBe('rule-set-unknown');
    expect(caught.remedy.en).toContain('write ADRG_BB1 if that is meant');
  });
});

function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof RefusedInput && error.problems[0] !== undefined) return error.problems[0];
    throw error;
  }
  throw new Error('nothing was refused');
}

const names = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('A1', '集合1', 'MCC', 'in', 'NL', '12', 'x y', '"', '{'));
const some = <Item>(items: readonly Item[]) => fc.subarray([...items], { minLength: 1 });
const nameList = fc.array(names, { minLength: 1, maxLength: 3 });
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.constant(always),
  fc.record({ op: fc.constant('in' as const), fields: some(codeFields), sets: nameList }),
  fc.record({
    op: fc.constantFrom('count' as const, 'sets' as const),
    fields: some(codeFields),
    sets: nameList,
    compare: fc.constantFrom(...comparisons),
    value: fc.nat(999_999_999),
  }),
  fc.record({ op: fc.constant('severity' as const), levels: some(['MCC', 'CC'] as const) }),
  fc.record({
    op: fc.constant('compare' as const),
    field: fc.constantFrom(...numberFields),
    compare: fc.constantFrom(...comparisons),
    value: fc.nat(999_999_999),
  }),
  fc.record({ op: fc.constant('one_of' as const), field: fc.constantFrom(...textFields), values: nameList }),
);
const trees = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('tree'), { minLength: 2, maxLength: 4 }) }),
    fc.record({ op: fc.constant('not' as const), of: tie('tree') }),
  ),
})).tree;

describe('a condition', () => {
  it('is read back from its text', () => {
    fc.assert(
      fc.property(trees, (condition) => {
        expect(parseCondition(conditionText(condition))).toEqual(condition);
      }),
      { numRuns: 2000 },
    );
  });

  it('of any text is either read, and then read back, or refused with place and remedy', () => {
    const words = fc.constantFrom(
      'ZYZD',
      'QTZD',
      'NL',
      'in',
      'not',
      'and',
      'or',
      '(',
      ')',
      '{',
      '}',
      ',',
      '∩',
      'length',
      'sets',
      '>=',
      '<',
      '1',
      '17',
      'A',
      'MCC',
      '"x"',
      '；',
      'KS',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(words, { maxLength: 12 }).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let condition: Condition;
        try {
          condition = parseCondition(text, place);
        } catch (error) {
          expect(error).toBeInstanceOf(RefusedInput);
          expect((error as RefusedInput).problems[0]).toMatchObject({
            place,
            remedy: { zh: expect.stringMatching(/./), en: expect.stringMatching(/./) },
          });
          return;
        }
        expect(parseCondition(conditionText(condition))).toEqual(condition);
      }),
      { numRuns: 5000 },
    );
  });
});
