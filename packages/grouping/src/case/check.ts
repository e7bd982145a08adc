import { type Words, words } from '@hengjian/standard';
import { groupingProblems, invalid, notice } from '../problems.ts';
import { isCategory, stemOf } from '../scheme/codes.ts';
import type { Scheme } from '../scheme/scheme.ts';
import type { CaseProblem, GroupingCase } from './case.ts';

/** Finds what is wrong with a case before it is grouped. */
export type CaseCheck = (one: GroupingCase) => readonly CaseProblem[];

const none: readonly CaseProblem[] = [];
const limits = {
  age: 120,
  age_days: 45_000,
  birth_weight: 15_000,
  admission_weight: 15_000,
  los: 36_500,
  icu_hours: 876_000,
  ventilator_hours: 876_000,
} as const;
const measured = ['age', 'age_days', 'birth_weight', 'admission_weight', 'los', 'icu_hours', 'ventilator_hours'] as const;
const daysOfYear = 365;
/** Fields for which 0 is no measurement. */
const positive = new Set<keyof typeof limits>(['birth_weight', 'admission_weight']);

const fieldNames: Readonly<Record<(typeof measured)[number], Words>> = {
  age: words('年龄', 'age'),
  age_days: words('日龄', 'age_days'),
  birth_weight: words('新生儿出生体重', 'birth_weight'),
  admission_weight: words('入院体重', 'admission_weight'),
  los: words('住院天数', 'los'),
  icu_hours: words('重症监护小时数', 'icu_hours'),
  ventilator_hours: words('呼吸机小时数', 'ventilator_hours'),
};

const beyond = (field: (typeof measured)[number], value: number): boolean =>
  value < 0 || value > limits[field] || (value === 0 && positive.has(field));

/** Whether the person is known to be a year or older. */
const isGrown = ({ age, age_days }: GroupingCase): boolean => (age === null ? age_days !== null && age_days > daysOfYear : age > 0);

const impossible = (one: GroupingCase, field: (typeof measured)[number], value: number | null): value is number =>
  value !== null && beyond(field, value) && !(positive.has(field) && isGrown(one));

/**
 * Weight of a newborn as recorded. Of somebody a year or older, lists carry 0, 0.01 or the weight of a grown body where it does
 * not apply: that is no weight of a newborn, and null.
 */
export function newbornWeight(one: GroupingCase, field: 'birth_weight' | 'admission_weight'): number | null {
  return isGrown(one) ? null : one[field];
}

/** Whether a number of the case is beyond what can be, or its ages contradict each other. */
export const isOdd = (one: GroupingCase): boolean => hasImpossibleNumber(one) || agesContradict(one);

export function hasImpossibleNumber(one: GroupingCase): boolean {
  for (const field of measured) if (impossible(one, field, one[field])) return true;
  return false;
}

/** Numbers of the case that cannot be. A negative length of stay is a discharge before the admission. */
export function impossibleNumbers(one: GroupingCase): readonly CaseProblem[] {
  return measured.flatMap((field) => {
    const value = one[field];
    if (!impossible(one, field, value)) return [];
    const found =
      field === 'los' && value < 0
        ? groupingProblems.problem('case-dates', { days: -value }, { field })
        : groupingProblems.problem('case-value', { field: fieldNames[field], value }, { field });
    return [invalid(found)];
  });
}

const agesContradict = (one: GroupingCase): boolean =>
  one.age !== null && one.age_days !== null && Math.abs(Math.floor(one.age_days / 365.25) - one.age) > 1;

/** Whether a code stands in the set of that name, or in one of its categories (`Z33*`). No set holds no code. */
export function memberOf(scheme: Scheme, name: string | undefined): (code: string) => boolean {
  const codes = name === undefined ? [] : (scheme.sets[name] ?? []);
  const exact = new Set(codes.filter((code) => !isCategory(code)));
  const stems = codes.filter(isCategory).map(stemOf);
  return stems.length === 0 ? (code) => exact.has(code) : (code) => exact.has(code) || stems.some((stem) => code.startsWith(stem));
}

/**
 * The operation that a code was before a spreadsheet took it for a number and left its zeros out (47.0100 becomes 47.01, and
 * 06.3100 becomes 6.31); undefined when there is none.
 */
function wholeProcedure(code: string, known: ReadonlySet<string>): string | undefined {
  const [, chapter = '', rest = ''] = /^(\d{1,2})(?:\.(\d{1,3}))?$/.exec(code) ?? [];
  const whole = `${chapter.padStart(2, '0')}.${rest.padEnd(4, '0')}`;
  return chapter !== '' && known.has(whole) ? whole : undefined;
}

/** Findings before grouping: impossible numbers, codes unknown to the edition, gray codes, codes no case may have as principal. */
export function compileCaseCheck(scheme: Scheme): CaseCheck {
  const notPrincipal = memberOf(scheme, scheme.not_principal);
  const gray = memberOf(scheme, scheme.gray);
  const diagnoses = new Set(Object.keys(scheme.diagnoses));
  const procedures = new Set(Object.keys(scheme.procedures));

  const unknown = (field: 'diagnoses' | 'procedures', code: string): CaseProblem => {
    const edition = field === 'diagnoses' ? scheme.code_edition.diagnosis : scheme.code_edition.procedure;
    const counterpart = scheme.other_editions?.[field][code];
    const whole = field === 'procedures' && counterpart === undefined ? wholeProcedure(code, procedures) : undefined;
    if (whole !== undefined) return notice(groupingProblems.problem('code-lost-zeros', { code, whole }, { field }));
    return notice(
      counterpart === undefined
        ? groupingProblems.problem('code-unknown', { code, edition }, { field })
        : groupingProblems.problem('code-other-edition', { code, edition, counterpart }, { field }),
    );
  };

  return (one) => {
    let found: CaseProblem[] | undefined;
    const add = (problem: CaseProblem): void => {
      found ??= [];
      found.push(problem);
    };
    const principal = one.diagnoses[0];
    const field = 'diagnoses';
    if (principal === undefined) add(invalid(groupingProblems.problem('case-no-diagnosis', {}, { field })));
    if (principal === '') add(invalid(groupingProblems.problem('case-principal-blank', {}, { field })));
    if (one.procedures[0] === '') add(invalid(groupingProblems.problem('case-principal-blank', {}, { field: 'procedures' })));
    for (const found of impossibleNumbers(one)) add(found);
    if (one.age !== null && one.age_days !== null && agesContradict(one))
      add(notice(groupingProblems.problem('case-age', { age: one.age, days: one.age_days }, { field: 'age_days' })));
    if (principal !== undefined && principal !== '' && notPrincipal(principal))
      add(invalid(groupingProblems.problem('code-not-principal', { code: principal }, { field })));
    one.diagnoses.forEach((code, index) => {
      if (gray(code)) add((index === 0 ? invalid : notice)(groupingProblems.problem('code-gray', { code }, { field })));
    });
    if (diagnoses.size > 0) for (const code of one.diagnoses) if (code !== '' && !diagnoses.has(code)) add(unknown('diagnoses', code));
    if (procedures.size > 0) for (const code of one.procedures) if (code !== '' && !procedures.has(code)) add(unknown('procedures', code));
    return found ?? none;
  };
}
