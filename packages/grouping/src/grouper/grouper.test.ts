import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupingCase } from '../case/case.ts';
import type { Condition } from '../scheme/condition.ts';
import type { Scheme } from '../scheme/scheme.ts';
import { cases, schemes } from '../testing/random.ts';
import { compileGrouper } from './compile.ts';
import type { Step } from './grouper.ts';
import { whatIf } from './what-if.ts';
import { explainTrace } from './words.ts';

const runs = Number(process.env.HENGJIAN_RUNS ?? 2000);

/** Where the walk that explains ends, read from its steps alone. */
function endOf(steps: readonly Step[], scheme: Scheme): { readonly group: string; readonly open: boolean } {
  const last = steps.at(-1);
  if (last?.outcome === 'open') return { group: '', open: true };
  if (last?.outcome !== 'taken' || last.level === 'mdc') return { group: scheme.ungrouped, open: false };
  const whole = scheme.adrgs.find((row) => row.adrg === last.code);
  return {
    group: last.level === 'drg' || whole?.kind === 'ambiguous' || whole?.kind === 'entered' ? last.code : scheme.ungrouped,
    open: false,
  };
}

const one = (changes: Partial<GroupingCase> = {}): GroupingCase => ({
  id: 'one',
  gender: 1,
  age: 40,
  age_days: null,
  birth_weight: null,
  admission_weight: null,
  department: '',
  los: 5,
  discharge_mode: '1',
  icu_hours: null,
  ventilator_hours: null,
  diagnoses: ['A01.000'],
  procedures: [],
  ...changes,
});

/** A scheme of one MDC with one ADRG and one DRG by a condition. */
const scheme = (condition: Condition, changes: Partial<Scheme> = {}): Scheme => ({
  id: 'small',
  kind: 'drg',
  name: { zh: '小', en: 'small' },
  area: '000000',
  effective: { from: '2020-01-01' },
  code_edition: { diagnosis: 'test', procedure: 'test' },
  demonstration: true,
  source: [],
  switches: { entered_without_group: 'next_mdc', premature_weight: 'birth' },
  mdcs: [{ mdc: 'A', name: '大类', condition: { op: 'always' } }],
  adrgs: [{ adrg: 'AR1', name: '组', mdc: 'A', kind: 'medical', condition }],
  drgs: [
    { drg: 'AR11', name: '组一', adrg: 'AR1', condition: { op: 'severity', levels: ['MCC'] }, split: 'MCC', weight: 12_000 },
    { drg: 'AR15', name: '组五', adrg: 'AR1', condition: { op: 'always' }, split: '', weight: 8_000 },
  ],
  sets: {},
  severity: [{ code: 'J96.000', level: 'MCC', table: '7' }],
  exclusions: { '7': ['J18*'] },
  diagnoses: {},
  procedures: {},
  amendments: [],
  variants: [],
  ungrouped: '0000',
  ...changes,
});

describe('the compiled grouper', () => {
  it('goes where the walk that explains goes, for random schemes and cases', () => {
    fc.assert(
      fc.property(schemes, fc.array(cases, { minLength: 1, maxLength: 6 }), (random, many) => {
        const grouper = compileGrouper(random);
        for (const each of many) {
          const traced = grouper.trace(each);
          const end = endOf(traced.steps, random);
          expect(traced.status === 'invalid').toBe(end.open);
          expect(traced.drg).toBe(end.group);
        }
      }),
      { numRuns: runs },
    );
  });

  it('has no memory: a case gets the same group after any other', () => {
    fc.assert(
      fc.property(schemes, cases, cases, (random, first, second) => {
        const grouper = compileGrouper(random);
        const before = grouper.group(second);
        grouper.group(first);
        expect(grouper.group(second)).toEqual(before);
        expect(compileGrouper(random).group(second)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('does not take a blank for zero: what depends on it is refused by field, what does not is grouped', () => {
    const light = compileGrouper(
      scheme({
        op: 'and',
        of: [
          { op: 'compare', field: 'birth_weight', compare: '<', value: 1500 },
          { op: 'compare', field: 'age_days', compare: '<=', value: 28 },
        ],
      }),
    );
    expect(light.group(one({ age: 0, age_days: 3 }))).toMatchObject({ status: 'invalid', field: 'birth_weight', drg: '' });
    expect(light.group(one({ age: 0 }))).toMatchObject({ status: 'invalid' });
    expect(light.group(one())).toMatchObject({ status: 'entered', mdc: 'A', drg: '0000' });
    expect(light.group(one({ age: 0, age_days: 3, birth_weight: 1499 }))).toMatchObject({ status: 'grouped', drg: 'AR15', weight: 8_000 });
  });

  it('takes no weight of a newborn from the list of an adult', () => {
    const light = { op: 'compare', field: 'birth_weight', compare: '<', value: 1500 } as const;
    const premature = compileGrouper(scheme({ op: 'and', of: [light, { op: 'compare', field: 'age', compare: '<', value: 1 }] }));
    for (const birth_weight of [null, 0, 0.01, 1200, 70_000]) {
      for (const age of [1, 40])
        expect(premature.group(one({ age, birth_weight })), `${age} ${birth_weight}`).toEqual(premature.group(one({ age })));
    }
    expect(premature.group(one({ age: null, age_days: 400, birth_weight: 0 }))).toMatchObject({ status: 'entered' });
  });

  it('reads the weight the scheme says', () => {
    const premature: Condition = { op: 'compare', field: 'birth_weight', compare: '<', value: 1500 };
    const at = compileGrouper(scheme(premature, { switches: { entered_without_group: 'next_mdc', premature_weight: 'admission' } }));
    expect(at.group(one({ age: 0, age_days: 3, birth_weight: 3000, admission_weight: 1200 }))).toMatchObject({ drg: 'AR15' });
    expect(at.group(one({ age: 0, age_days: 3, birth_weight: 1200 }))).toMatchObject({ status: 'invalid', field: 'admission_weight' });
  });

  it('counts a secondary diagnosis unless the principal one stands in its exclusion table', () => {
    const grouper = compileGrouper(scheme({ op: 'always' }));
    expect(grouper.group(one({ diagnoses: ['I21.900', 'J96.000'] }))).toMatchObject({ drg: 'AR11', split: 'MCC' });
    expect(grouper.group(one({ diagnoses: ['J18.900', 'J96.000'] }))).toMatchObject({ drg: 'AR15' });
    expect(grouper.severityNotes(one({ diagnoses: ['J18.900', 'J96.000'] }))).toEqual([
      { code: 'J96.000', level: 'MCC', table: '7', counted: false },
    ]);
    expect(grouper.group(one({ diagnoses: ['J96.000'] })).drg).toBe('AR15');
  });

  it.each([
    [{ diagnoses: [] }, 'diagnoses', 'case-no-diagnosis'],
    [{ age: 130 }, 'age', 'case-value'],
    [{ age: 0, age_days: 3, birth_weight: 0 }, 'birth_weight', 'case-value'],
    [{ los: -1 }, 'los', 'case-dates'],
    [{ age: null, birth_weight: -5 }, 'birth_weight', 'case-value'],
    [{ diagnoses: ['Z33.x00'] }, 'diagnoses', 'code-not-principal'],
    [{ diagnoses: ['R99.000'] }, 'diagnoses', 'code-gray'],
  ])('refuses %j by field', (changes, field, code) => {
    const strict = scheme({ op: 'always' }, { sets: { never: ['Z33*'], gray: ['R99.000'] }, not_principal: 'never', gray: 'gray' });
    const result = compileGrouper(strict).group(one(changes));
    expect(result).toMatchObject({ status: 'invalid', field, drg: '' });
    expect(result.problems.map((problem) => problem.code)).toContain(code);
  });

  it('names unknown codes and those of another edition, and groups without them', () => {
    const catalogued = scheme(
      { op: 'always' },
      {
        diagnoses: { 'A01.000': '伤寒' },
        procedures: { '47.0100': '阑尾切除' },
        other_editions: { diagnoses: { 'A01.0': 'A01.000' }, procedures: {} },
      },
    );
    const result = compileGrouper(catalogued).group(one({ diagnoses: ['A01.000', 'A01.0', 'X1'], procedures: ['47.0100', '1'] }));
    expect(result.status).toBe('grouped');
    expect(result.problems.map(({ code, level, place }) => `${code} ${level} ${place?.field}`)).toEqual([
      'code-other-edition notice diagnoses',
      'code-unknown notice diagnoses',
      'code-unknown notice procedures',
    ]);
    expect(result.problems[0]?.values).toMatchObject({ code: 'A01.0', counterpart: 'A01.000' });
  });

  it('says which change of a code would move a case', () => {
    const alternatives = whatIf(
      compileGrouper(scheme({ op: 'always' })),
      one({ diagnoses: ['I21.900', 'J96.000', 'J18.900'] }),
    ).alternatives;
    expect(alternatives).toEqual([
      { change: 'principal', code: 'J96.000', status: 'grouped', group: 'AR15', weight: 8_000 },
      { change: 'principal', code: 'J18.900', status: 'grouped', group: 'AR15', weight: 8_000 },
      { change: 'without', code: 'J96.000', status: 'grouped', group: 'AR15', weight: 8_000 },
    ]);
  });

  it('explains a refusal with the field and what to do', () => {
    const small = scheme({ op: 'compare', field: 'birth_weight', compare: '<', value: 1500 });
    const lines = explainTrace(compileGrouper(small).trace(one()), one(), small, 'zh');
    expect(lines.join('\n')).toContain('缺少 birth_weight');
    expect(lines.at(-1)).toContain('字段 birth_weight');
  });
});
