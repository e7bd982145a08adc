import { join } from 'node:path';
import { libraryFolder } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import type { GroupingCase } from '../case/case.ts';
import { compileGrouper } from '../grouper/compile.ts';
import { importScheme } from '../import/index.ts';
import { parseCondition } from '../language/parse.ts';
import type { Scheme } from '../scheme/scheme.ts';
import { applyVariants } from '../scheme/variants.ts';
import { hasShared, publishedAnswers, publishedScheme } from '../testing/shared.ts';
import { diffSchemes, schemeDiffLines } from './diff.ts';
import { movedCases, movedCasesLines } from './moved.ts';

const { scheme } = importScheme(join(libraryFolder, 'schemes/demonstration'));

/** The scheme of the next year: everything that a bureau may change, once each. */
const next: Scheme = {
  ...scheme,
  id: 'demonstration-2',
  effective: { from: '2027-01-01' },
  adrgs: scheme.adrgs
    .filter(({ adrg }) => adrg !== 'ES2')
    .map((row) => {
      if (row.adrg === 'ES1') return { ...row, name: '肺部感染', condition: parseCondition('ZYZD in ES1_DX and NL > 17') };
      return row.adrg === 'EX1' ? { ...row, mdc: 'F' } : row;
    }),
  drgs: scheme.drgs.filter(({ adrg }) => adrg !== 'ES2').map((row) => (row.drg === 'EU15' ? { ...row, weight: 7000 } : row)),
  sets: { ...scheme.sets, EU1_DX: [...(scheme.sets.EU1_DX ?? []), 'J98*'].filter((code) => code !== 'J46*') },
  severity: scheme.severity.map((row) => (row.code === 'I50*' ? { ...row, level: 'MCC' } : row)),
  exclusions: { ...scheme.exclusions, '08': [...(scheme.exclusions['08'] ?? []), 'J81*'] },
  diagnoses: { 'J18.900': '肺炎' },
};

describe('the difference of two schemes', () => {
  const diff = diffSchemes(scheme, next);

  it('names each thing that changed, once', () => {
    expect(diff.about).toEqual([{ field: 'effective.from', before: '2020-01-01', after: '2027-01-01' }]);
    expect(diff.rows.map(({ level, code, change, before, after }) => `${level} ${code} ${change}: ${before} | ${after}`)).toEqual([
      'adrg ES1 name: 肺炎 | 肺部感染',
      'adrg ES1 condition: ZYZD in ES1_DX | ZYZD in ES1_DX and NL > 17',
      'adrg ES2 removed: 急性支气管炎 | ',
      'adrg EX1 parent: E | F',
      'drg ES23 removed: 急性支气管炎，伴合并症或并发症 | ',
      'drg ES25 removed: 急性支气管炎，不伴合并症或并发症 | ',
      'drg EU15 weight: 0.6000 | 0.7000',
    ]);
    expect(diff.sets).toEqual([{ before: 'EU1_DX', after: 'EU1_DX', added: ['J98*'], removed: ['J46*'] }]);
    expect(diff.severity).toEqual([{ code: 'I50*', before: 'CC 08', after: 'MCC 08' }]);
    expect(diff.exclusions).toEqual([{ before: '08', after: '08', added: ['J81*'], removed: [] }]);
    expect(diff.diagnoses).toEqual({ added: ['J18.900'], removed: [], renamed: [] });
    expect(diff.procedures).toEqual({ added: [], removed: [], renamed: [] });
  });

  it('turned round names the same with the sides changed', () => {
    const back = diffSchemes(next, scheme);
    expect(back.rows).toHaveLength(diff.rows.length);
    expect(back.rows.find(({ change }) => change === 'weight')).toMatchObject({ before: '0.7000', after: '0.6000' });
    expect(back.sets).toEqual([{ before: 'EU1_DX', after: 'EU1_DX', added: ['J46*'], removed: ['J98*'] }]);
  });

  it('is empty for the same scheme, and says so', () => {
    const none = diffSchemes(scheme, scheme);
    expect(none).toMatchObject({ about: [], rows: [], sets: [], severity: [], exclusions: [] });
    expect(schemeDiffLines(none, 'zh').at(-1)).toBe('没有差异');
  });

  it('knows a set by its place in the rule when only its name is another', () => {
    const sets = Object.fromEntries(Object.entries(scheme.sets).map(([name, codes]) => [name === 'GD1_OP' ? '阑尾手术' : name, codes]));
    const adrgs = scheme.adrgs.map((row) => (row.adrg === 'GD1' ? { ...row, condition: parseCondition('ZYSS in 阑尾手术') } : row));
    expect(diffSchemes(scheme, { ...scheme, sets, adrgs })).toMatchObject({ rows: [], sets: [] });
    const fewer = diffSchemes(scheme, { ...scheme, sets: { ...sets, 阑尾手术: ['47.0*'] }, adrgs });
    expect(fewer.sets).toEqual([{ before: 'GD1_OP', after: '阑尾手术', added: ['47.0*'], removed: ['47*'] }]);
  });

  it('names another order of the rows of a scope', () => {
    const [first, second, ...rest] = scheme.mdcs;
    const mdcs = [second, first, ...rest].filter((row) => row !== undefined);
    const [change, ...more] = diffSchemes(scheme, { ...scheme, mdcs }).rows;
    expect(more).toEqual([]);
    expect([change?.change, change?.before.slice(0, 5), change?.after.slice(0, 5)]).toEqual(['order', 'A P Y', 'P A Y']);
  });

  it('reads in both languages', () => {
    expect(schemeDiffLines(diff, 'zh')).toContain('  ADRG ES1 规则: ZYZD in ES1_DX → ZYZD in ES1_DX and NL > 17');
    expect(schemeDiffLines(diff, 'en')).toContain('  EU1_DX: +1 (J98*) -1 (J46*)');
    expect(schemeDiffLines(diff, 'en')).toContain('  I50*: CC 08 → MCC 08');
  });
});

const nobody: GroupingCase = {
  id: '',
  gender: 1,
  age: 50,
  age_days: null,
  birth_weight: null,
  admission_weight: null,
  department: '',
  los: 5,
  discharge_mode: '1',
  icu_hours: null,
  ventilator_hours: null,
  diagnoses: [],
  procedures: [],
};
const cases: readonly GroupingCase[] = [
  { ...nobody, id: 'kept', diagnoses: ['J18.900'] },
  { ...nobody, id: 'weightier', diagnoses: ['J45.900'] },
  { ...nobody, id: 'heart failure', diagnoses: ['J18.900', 'I50.900'] },
  { ...nobody, id: 'bronchitis 1', diagnoses: ['J20.900'] },
  { ...nobody, id: 'bronchitis 2', diagnoses: ['J21.900'] },
  { ...nobody, id: 'child', age: 5, diagnoses: ['J18.900'] },
  { ...nobody, id: 'age unknown', age: null, diagnoses: ['J12.900'] },
];

describe('cases that move', () => {
  const weightOf = ({ weight }: { readonly weight: number | null }): number | null => weight;
  const result = movedCases(compileGrouper(scheme), compileGrouper(next), cases, { before: weightOf, after: weightOf });

  it('are counted from group to group with what they bring', () => {
    expect(result.moves.map(({ from, to, cases: count, before, after, examples }) => [from, to, count, before, after, examples])).toEqual([
      ['ES25', 'EZ15', 2, 10000, 18000, ['bronchitis 1', 'bronchitis 2']],
      ['ES13', 'ES11', 1, 11000, 18000, ['heart failure']],
      ['ES15', 'EZ15', 1, 7000, 9000, ['child']],
      ['ES15', 'invalid age', 1, 0, 0, ['age unknown']],
    ]);
    expect(result.kept).toEqual({ cases: 2, before: 7000 + 6000, after: 7000 + 7000, unpriced: 0 });
    expect(result.moved).toEqual({ cases: 5, before: 28000, after: 45000, unpriced: 1 });
    expect(result.total).toEqual({ cases: 7, before: 41000, after: 59000, unpriced: 1 });
  });

  it('sum to the whole without payments too', () => {
    const counted = movedCases(compileGrouper(scheme), compileGrouper(next), cases);
    expect([counted.total.cases, counted.kept.cases + counted.moved.cases, counted.priced]).toEqual([7, 7, false]);
    expect(movedCasesLines(counted, 'zh').slice(0, 3)).toEqual(['共 7 例', '换组 5 例', '  ES25 → EZ15: 2  [bronchitis 1, bronchitis 2]']);
    expect(movedCasesLines(result, 'en')[1]).toBe('5 moved, 280.00 → 450.00 (+170.00) yuan, 1 without price');
  });
});

describe.skipIf(!hasShared)('1.1 and its variants', () => {
  it('differ by the rows that the variant adds, and only cases called ambiguous move', () => {
    const before = publishedScheme();
    const after = applyVariants(before, ['qy-main']);
    const diff = diffSchemes(before, after);
    expect(diff.rows.every(({ change, code }) => change === 'added' && code.endsWith('QY'))).toBe(true);
    expect(diff.rows).toHaveLength(25);
    const { moves, total } = movedCases(
      compileGrouper(before),
      compileGrouper(after),
      publishedAnswers(5).map(({ one }) => one),
    );
    expect(total.cases).toBe(2000);
    expect(moves.length).toBeGreaterThan(50);
    expect(moves.every(({ to }) => to.endsWith('QY'))).toBe(true);
  });
});
