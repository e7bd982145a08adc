import { join } from 'node:path';
import { libraryFolder } from '@hengjian/standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupingCase } from '../case/case.ts';
import { compileGrouper } from '../grouper/compile.ts';
import { importScheme } from '../import/index.ts';
import { parseCondition } from '../language/parse.ts';
import type { Condition } from '../scheme/condition.ts';
import type { Adrg, Scheme } from '../scheme/scheme.ts';
import { hasShared, publishedScheme } from '../testing/shared.ts';
import { checkScheme, type FindingCode, type SchemeFinding, schemeCheckLines } from './check.ts';
import { implies } from './implies.ts';
import { Cover, Covers } from './members.ts';

const rule = (text: string): Condition => parseCondition(text);
const adrg = (code: string, text: string): Adrg => ({
  adrg: code,
  name: code,
  mdc: code.slice(0, 1),
  kind: 'medical',
  condition: rule(text),
});

/** A scheme without a fault. */
const sound: Scheme = {
  id: 'small',
  kind: 'drg',
  name: { zh: '小', en: 'small' },
  area: '000000',
  effective: { from: '2026-01-01' },
  code_edition: { diagnosis: 'x', procedure: 'x' },
  demonstration: true,
  source: [],
  switches: { entered_without_group: 'next_mdc', premature_weight: 'birth' },
  mdcs: [
    { mdc: 'E', name: '呼吸', condition: rule('ZYZD in E') },
    { mdc: 'G', name: '消化', condition: rule('ZYZD in G') },
  ],
  adrgs: [adrg('ER1', 'ZYZD in E1'), adrg('ES1', 'ZYZD in E2'), adrg('GZ1', '1')],
  drgs: [
    { drg: 'ER11', name: '', adrg: 'ER1', condition: rule('QTZD in MCC'), split: 'MCC' },
    { drg: 'ER15', name: '', adrg: 'ER1', condition: rule('1'), split: 'none' },
    { drg: 'ES19', name: '', adrg: 'ES1', condition: rule('1'), split: 'none' },
    { drg: 'GZ19', name: '', adrg: 'GZ1', condition: rule('1'), split: 'none' },
  ],
  sets: { E: ['J12*', 'J18.900', 'J45.900'], G: ['K29.700'], E1: ['J12.900', 'J18.900'], E2: ['J45.900'] },
  severity: [{ code: 'R57.000', level: 'MCC', table: '1' }],
  exclusions: { '1': ['R57.100'] },
  diagnoses: {},
  procedures: {},
  amendments: [],
  variants: [],
  ungrouped: '0000',
};

const found = (scheme: Scheme, code: FindingCode): readonly SchemeFinding[] =>
  checkScheme(scheme).findings.filter((finding) => finding.code === code);
const withSets = (sets: Scheme['sets']): Scheme => ({ ...sound, sets: { ...sound.sets, ...sets } });

describe('a check of a scheme', () => {
  it('finds nothing wrong with a sound one', () => {
    expect(checkScheme(sound)).toMatchObject({ findings: [], counts: {}, groups: 4, witnessed: 4 });
    expect(checkScheme(sound, { witnesses: false }).witnessed).toBeNull();
  });

  it('names rows after one that always holds', () => {
    const scheme = {
      ...sound,
      adrgs: [adrg('EZ1', '1'), ...sound.adrgs],
      drgs: [{ ...(sound.drgs[3] ?? sound.drgs[0]), drg: 'EZ19', adrg: 'EZ1' } as Scheme['drgs'][number], ...sound.drgs],
    };
    expect(found(scheme, 'row-unreachable').map(({ place, level }) => [place.adrg, level])).toEqual([
      ['ER1', 'error'],
      ['ES1', 'error'],
    ]);
    expect(found(scheme, 'group-without-witness').map(({ place }) => place.drg)).toEqual(['ER11', 'ER15', 'ES19']);
  });

  it('names rows whose cases an earlier one takes, the entry of the MDC counted in', () => {
    const [first, ...others] = sound.adrgs;
    const wide = {
      ...sound,
      adrgs: [adrg('EA1', 'ZYZD in {E, G}'), ...(first === undefined ? [] : [first]), ...others],
      drgs: [...sound.drgs, { drg: 'EA19', name: '', adrg: 'EA1', condition: rule('1'), split: '' }],
    };
    expect(found(wide, 'row-unreachable').map(({ place, en }) => [place.adrg, en])).toEqual([
      ['ER1', 'ER1 is never reached: EA1 before it takes every case'],
      ['ES1', 'ES1 is never reached: EA1 before it takes every case'],
    ]);
  });

  it('names splits in the wrong order and splits without a rest', () => {
    const [first, second, ...rest] = sound.drgs;
    const wrong = { ...sound, drgs: [second, first, ...rest].filter((row) => row !== undefined) };
    expect(found(wrong, 'row-unreachable').map(({ place }) => place)).toEqual([{ mdc: 'E', adrg: 'ER1', drg: 'ER11' }]);
    const open = { ...sound, drgs: [first, ...rest].filter((row) => row !== undefined) };
    expect(found(open, 'split-without-rest').map(({ place }) => place)).toEqual([{ mdc: 'E', adrg: 'ER1' }]);
    expect(found({ ...sound, drgs: rest }, 'adrg-without-drg').map(({ place }) => place.adrg)).toEqual(['ER1']);
  });

  it('names an MDC behind one that keeps its cases, and not behind one that lets them go', () => {
    const mdcs = [{ mdc: 'G', name: '', condition: rule('ZYZD in {E, G}') }, ...sound.mdcs.filter(({ mdc }) => mdc === 'E')];
    expect(found({ ...sound, mdcs }, 'row-unreachable').map(({ place }) => place)).toEqual([{ mdc: 'E' }]);
    const letting = {
      ...sound,
      mdcs,
      adrgs: sound.adrgs.map((row) => (row.adrg === 'GZ1' ? { ...row, condition: rule('ZYZD in G') } : row)),
    };
    expect(found(letting, 'row-unreachable')).toEqual([]);
    expect(
      found({ ...letting, switches: { ...sound.switches, entered_without_group: 'stop' } }, 'row-unreachable').map(({ place }) => place),
    ).toEqual([{ mdc: 'E' }]);
  });

  it('names members that do not enter the MDC, and members that an earlier row takes', () => {
    const outside = found(withSets({ E1: ['J12.900', 'J18.900', 'J99.000'] }), 'member-outside-mdc');
    expect(outside.map(({ place, codes }) => [place, codes])).toEqual([[{ mdc: 'E', adrg: 'ER1' }, ['J99.000']]]);
    const taken = found(withSets({ E2: ['J45.900', 'J18.900'] }), 'member-shadowed');
    expect(taken.map(({ place, codes, zh }) => [place.adrg, codes, zh])).toEqual([
      ['ES1', ['J18.900'], 'ES1 有 1 个主要诊断先被 ER1 收走'],
    ]);
  });

  it('names duplicates of rows and members, orphans, and members inside a category', () => {
    expect(found({ ...sound, adrgs: [...sound.adrgs, adrg('ES1', 'ZYZD in E2')] }, 'row-duplicate').map(({ place }) => place)).toEqual([
      { adrg: 'ES1' },
    ]);
    expect(found({ ...sound, adrgs: [...sound.adrgs, adrg('QZ1', '1')] }, 'row-orphan').map(({ place }) => place)).toEqual([
      { adrg: 'QZ1' },
    ]);
    const odd = sound.drgs.map((row, index) => (index === 0 ? { ...row, drg: 'XX99' } : row));
    expect(found({ ...sound, drgs: odd }, 'drg-letters').map(({ place }) => place.drg)).toEqual(['XX99']);
    expect(found(withSets({ E2: ['J45.900', 'J45.900'] }), 'member-duplicate').map(({ codes }) => codes)).toEqual([['J45.900']]);
    expect(
      found(withSets({ E: ['J12*', 'J12.900', 'J12.9*', 'J18.900', 'J45.900'] }), 'member-in-category').map(({ codes }) => codes),
    ).toEqual([['J12.9*', 'J12.900']]);
  });

  it('names sets and tables that are missing, empty or idle', () => {
    const { E2: _gone, ...sets } = sound.sets;
    expect(found({ ...sound, sets }, 'set-missing').map(({ place }) => place)).toEqual([{ set: 'E2' }]);
    expect(found(withSets({ E2: [] }), 'set-empty').map(({ place }) => place)).toEqual([{ set: 'E2' }]);
    expect(found(withSets({ X: ['A00.000'] }), 'set-unused').map(({ place }) => place)).toEqual([{ set: 'X' }]);
    expect(found({ ...withSets({ X: ['A00.000'] }), gray: 'X' }, 'set-unused')).toEqual([]);
    expect(found({ ...sound, exclusions: {} }, 'table-missing').map(({ place, codes }) => [place, codes])).toEqual([
      [{ table: '1' }, ['R57.000']],
    ]);
    expect(found({ ...sound, exclusions: { ...sound.exclusions, '9': ['A00.000'] } }, 'table-unused').map(({ place }) => place)).toEqual([
      { table: '9' },
    ]);
  });

  it('names codes of no catalogue, categories without any code included', () => {
    const diagnoses = Object.fromEntries(['J12.900', 'J18.900', 'K29.700', 'R57.000', 'R57.100'].map((code) => [code, code]));
    const unknown = found({ ...withSets({ E: ['J12*', 'J13*', 'J18.900'] }), diagnoses }, 'code-in-no-list');
    expect(unknown.map(({ place, codes }) => [place, codes])).toEqual([
      [{ set: 'E' }, ['J13*']],
      [{ set: 'E2' }, ['J45.900']],
    ]);
  });

  it('reads in both languages', () => {
    const check = checkScheme(withSets({ E1: ['J18.900', 'J99.000'] }));
    expect(schemeCheckLines(check, 'zh')).toEqual([
      'small：4 个组，4 个有见证病例；1 条发现',
      '警告 member-outside-mdc: ER1 有 1 个主要诊断不在 MDC E 的入组诊断内，永远轮不到: J99.000',
    ]);
    expect(schemeCheckLines(check, 'en')[0]).toBe('small: 4 groups, 4 with a witness; 1 finding');
  });
});

describe('the demonstration scheme', () => {
  it('has a case for every group and nothing that is never reached but its general list of operations', () => {
    const check = checkScheme(importScheme(join(libraryFolder, 'schemes/demonstration')).scheme);
    expect(check.witnessed).toBe(check.groups);
    expect(check.findings.map(({ code, place }) => [code, place.adrg])).toEqual([['member-shadowed', 'ZC1']]);
  });
});

describe.skipIf(!hasShared)('the tables of 1.1', () => {
  it('have the 252 principal diagnoses outside their MDC that the reference sheet counted', () => {
    const { findings } = checkScheme(publishedScheme(), { witnesses: false });
    const outside = findings.filter(({ code }) => code === 'member-outside-mdc');
    expect(outside.reduce((sum, { codes }) => sum + codes.length, 0)).toBe(252);
    const sizes = new Map(outside.map(({ place, codes }) => [place.adrg, codes.length]));
    expect(['RT2', 'WB1', 'WR1', 'WZ1'].map((code) => sizes.get(code))).toEqual([41, 45, 45, 76]);
  });
});

const codes = ['A1', 'A2', 'B1', 'B2'] as const;
const sets = { a: ['A1'], aa: ['A*'], b: ['B1', 'B2'], ab: ['A1', 'B1'], none: [] };
const names = fc.subarray(Object.keys(sets), { minLength: 1, maxLength: 2 });
const fields = fc.subarray(['principal_dx', 'other_dx'] as const, { minLength: 1 });
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.constant<Condition>({ op: 'always' }),
  fc.record({ op: fc.constant('in' as const), fields, sets: names }),
  fc.record({
    op: fc.constantFrom('count' as const, 'sets' as const),
    fields,
    sets: names,
    compare: fc.constantFrom('>=' as const, '<' as const, '=' as const),
    value: fc.nat(3),
  }),
  fc.record({
    op: fc.constant('compare' as const),
    field: fc.constant('age' as const),
    compare: fc.constantFrom('=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
    value: fc.nat(4),
  }),
  fc.record({ op: fc.constant('severity' as const), levels: fc.subarray(['MCC', 'CC'] as const, { minLength: 1 }) }),
);
const trees = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }) }),
    fc.record({ op: fc.constant('not' as const), of: tie('tree') }),
  ),
})).tree;

/** A scheme whose only group holds where the condition does. */
const where = (condition: Condition): Scheme => ({
  ...sound,
  mdcs: [{ mdc: 'E', name: '', condition: { op: 'always' } }],
  adrgs: [{ ...adrg('ER1', '1'), condition }],
  drgs: [{ drg: 'ER19', name: '', adrg: 'ER1', condition: { op: 'always' }, split: '' }],
  sets,
  severity: [
    { code: 'A2', level: 'MCC', table: '1' },
    { code: 'B2', level: 'CC', table: '' },
  ],
  exclusions: { '1': ['B1'] },
});

const cases = fc.record({ diagnoses: fc.array(fc.constantFrom(...codes), { minLength: 1, maxLength: 4 }), age: fc.nat(5) });

describe('implies', () => {
  it('is never wrong: no case has the one and lacks the other', () => {
    let shown = 0;
    fc.assert(
      fc.property(trees, trees, fc.array(cases, { minLength: 12, maxLength: 12 }), (one, other, tried) => {
        if (!implies(one, other, new Covers(where(one)))) return;
        shown += 1;
        const [left, right] = [compileGrouper(where(one)), compileGrouper(where(other))];
        for (const each of tried) {
          const stay: GroupingCase = {
            ...each,
            id: 'x',
            gender: 1,
            age_days: null,
            birth_weight: null,
            admission_weight: null,
            department: '',
            los: 3,
            discharge_mode: '1',
            icu_hours: null,
            ventilator_hours: null,
            procedures: [],
          };
          if (left.group(stay).status === 'grouped') expect(right.group(stay).status).toBe('grouped');
        }
      }),
      { numRuns: 4000, seed: 7 },
    );
    expect(shown).toBeGreaterThan(200);
  });

  it('sees through categories but does not add listed codes up to one', () => {
    expect(new Cover(['J18*']).includes(new Cover(['J18.900', 'J18.1*']))).toBe(true);
    expect(new Cover(['J18.900']).has('J18*')).toBe(false);
    expect(new Cover(['A17.000+G01*']).has('A17.000+G01*')).toBe(true);
    expect(new Cover(['A17.000+G01*']).has('A17.000+G01.1')).toBe(false);
  });
});
