import fc from 'fast-check';
import type { GroupingCase } from '../case/case.ts';
import { type CodeField, type Condition, codeFields, comparisons } from '../scheme/condition.ts';
import type { Adrg, AdrgKind, Drg, Scheme } from '../scheme/scheme.ts';

const diagnosisCodes = ['A01.000', 'A01.100', 'A02.000', 'B10.000', 'B10.001', 'C20.900', 'C21.000', 'D30.100'] as const;
const procedureCodes = ['00.1000', '00.1100', '37.5100', '37.5200', '47.0100', '96.7201'] as const;

const code = (kind: 'diagnosis' | 'procedure'): fc.Arbitrary<string> =>
  fc.constantFrom(...(kind === 'diagnosis' ? diagnosisCodes : procedureCodes));
const member = fc.oneof(code('diagnosis'), code('procedure'), fc.constantFrom('A01*', 'B*', 'C2*', '37.5*'));
const sets = fc.uniqueArray(fc.constantFrom('S1', 'S2', 'S3', 'S4'), { minLength: 1, maxLength: 3 });
const fields = fc.uniqueArray(fc.constantFrom<CodeField>(...codeFields), { minLength: 1, maxLength: 4 });

/** Random conditions of every operator. */
export const conditions: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ op: fc.constant('in' as const), fields, sets }),
    fc.constant<Condition>({ op: 'always' }),
    fc.record({
      op: fc.constantFrom('count' as const, 'sets' as const),
      fields,
      sets,
      compare: fc.constantFrom(...comparisons),
      value: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({ op: fc.constant('severity' as const), levels: fc.constantFrom(['MCC'] as const, ['MCC', 'CC'] as const, ['CC'] as const) }),
    fc.record({
      op: fc.constant('compare' as const),
      field: fc.constantFrom('age' as const, 'sex' as const, 'los' as const, 'age_days' as const, 'birth_weight' as const),
      compare: fc.constantFrom(...comparisons),
      value: fc.constantFrom(0, 1, 2, 28, 1500),
    }),
    fc.record({
      op: fc.constant('one_of' as const),
      field: fc.constantFrom('department' as const, 'discharge_mode' as const),
      values: fc.constantFrom(['1'], ['1', '5'], ['9']),
    }),
    fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ op: fc.constant('not' as const), of: tie('tree') }),
  ),
})).tree;

const kinds: readonly AdrgKind[] = ['surgical', 'procedure', 'ambiguous', 'medical', 'entered'];

/** Random small schemes. */
export const schemes: fc.Arbitrary<Scheme> = fc
  .record({
    mdcs: fc.array(conditions, { minLength: 1, maxLength: 3 }),
    adrgs: fc.array(fc.tuple(fc.nat(2), fc.constantFrom(...kinds), conditions, fc.array(conditions, { maxLength: 2 })), {
      minLength: 1,
      maxLength: 8,
    }),
    members: fc.tuple(...['S1', 'S2', 'S3', 'S4'].map(() => fc.uniqueArray(member, { maxLength: 6 }))),
    severity: fc.uniqueArray(
      fc.tuple(
        fc.oneof(code('diagnosis'), fc.constant('B*')),
        fc.constantFrom('MCC' as const, 'CC' as const),
        fc.constantFrom('1', '2', ''),
      ),
      { selector: ([one]) => one, maxLength: 6 },
    ),
    exclusions: fc.tuple(
      fc.uniqueArray(code('diagnosis'), { maxLength: 4 }),
      fc.uniqueArray(fc.constantFrom('A01*', 'C20.900'), { maxLength: 2 }),
    ),
    stop: fc.boolean(),
    weight: fc.constantFrom('birth' as const, 'admission' as const),
  })
  .map(({ mdcs, adrgs, members, severity, exclusions, stop, weight }): Scheme => {
    const rows = adrgs
      .map(
        ([mdc, kind, condition], index): Adrg => ({
          adrg: `G${index}`,
          name: `G${index}`,
          mdc: String.fromCharCode(65 + (mdc % mdcs.length)),
          kind,
          condition,
        }),
      )
      .toSorted((left, right) => left.mdc.charCodeAt(0) - right.mdc.charCodeAt(0));
    const drgs = adrgs.flatMap(([, , , conditions], index) =>
      conditions.map((condition, at): Drg => ({ drg: `G${index}${at}`, name: '', adrg: `G${index}`, condition, split: String(at) })),
    );
    return {
      id: 'random',
      kind: 'drg',
      name: { zh: '随机', en: 'random' },
      area: '000000',
      effective: { from: '2020-01-01' },
      code_edition: { diagnosis: 'test', procedure: 'test' },
      demonstration: true,
      source: [],
      switches: { entered_without_group: stop ? 'stop' : 'next_mdc', premature_weight: weight },
      mdcs: mdcs.map((condition, index) => ({ mdc: String.fromCharCode(65 + index), name: '', condition })),
      adrgs: rows,
      drgs,
      sets: { S1: members[0] ?? [], S2: members[1] ?? [], S3: members[2] ?? [], S4: members[3] ?? [] },
      severity: severity.map(([one, level, table]) => ({ code: one, level, table })),
      exclusions: { '1': exclusions[0], '2': exclusions[1] },
      diagnoses: {},
      procedures: {},
      amendments: [],
      variants: [],
      ungrouped: '0000',
    };
  });

const maybe = (value: fc.Arbitrary<number>): fc.Arbitrary<number | null> => fc.option(value, { nil: null });

/** Random cases over the codes of the random schemes and some that they do not know. */
export const cases: fc.Arbitrary<GroupingCase> = fc.record({
  id: fc.constant('one'),
  gender: fc.constantFrom(1 as const, 2 as const, null),
  age: maybe(fc.constantFrom(0, 1, 2, 30)),
  age_days: maybe(fc.constantFrom(0, 28, 29, 400)),
  birth_weight: maybe(fc.constantFrom(1499, 1500, 3000)),
  admission_weight: maybe(fc.constantFrom(1499, 1500, 3000)),
  department: fc.constantFrom('', '1', '9'),
  los: maybe(fc.constantFrom(0, 1, 28)),
  discharge_mode: fc.constantFrom('', '1', '5'),
  icu_hours: fc.constant(null),
  ventilator_hours: fc.constant(null),
  diagnoses: fc.array(fc.oneof(code('diagnosis'), fc.constantFrom('B99.900', 'Z00.000')), { minLength: 1, maxLength: 4 }),
  procedures: fc.array(fc.oneof(code('procedure'), fc.constant('99.9900')), { maxLength: 3 }),
});
