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
const measured = Object.keys(limits) as readonly (keyof typeof limits)[];
/** Fields for which 0 is no measurement. */
const positive = new Set<keyof typeof limits>(['birth_weight', 'admission_weight']);

const invalid = (code: string, field: string, message: string, remedy: string): CaseProblem => ({ code, level: 'invalid', message, remedy, place: { field } });
const notice = (code: string, field: string, message: string, remedy: string): CaseProblem => ({ code, level: 'notice', message, remedy, place: { field } });

/** Whether a number of the case is beyond what can be, or its ages contradict each other. */
export function isOdd(one: GroupingCase): boolean {
  for (const field of measured) {
    const value = one[field];
    if (value !== null && (value < 0 || value > limits[field] || (value === 0 && positive.has(field)))) return true;
  }
  return agesContradict(one);
}

const agesContradict = (one: GroupingCase): boolean => one.age !== null && one.age_days !== null && Math.abs(Math.floor(one.age_days / 365.25) - one.age) > 1;

/** Whether a code stands in the set of that name, or in one of its categories (`Z33*`). No set holds no code. */
export function memberOf(scheme: Scheme, name: string | undefined): (code: string) => boolean {
  const codes = name === undefined ? [] : (scheme.sets[name] ?? []);
  const exact = new Set(codes.filter((code) => !isCategory(code)));
  const stems = codes.filter(isCategory).map(stemOf);
  return stems.length === 0 ? (code) => exact.has(code) : (code) => exact.has(code) || stems.some((stem) => code.startsWith(stem));
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
    return counterpart === undefined
      ? notice('code-unknown', field, `${code} is no code of ${edition}`, 'correct the code; it takes no part in grouping')
      : notice(
          'code-other-edition',
          field,
          `${code} is of another edition; in ${edition} it is ${counterpart}`,
          `use ${counterpart} after a look at the record`,
        );
  };

  return (one) => {
    let found: CaseProblem[] | undefined;
    const add = (problem: CaseProblem): void => {
      found ??= [];
      found.push(problem);
    };
    const principal = one.diagnoses[0];
    if (principal === undefined) add(invalid('case-no-diagnosis', 'diagnoses', 'the case has no diagnosis', 'fill in the principal diagnosis'));
    for (const field of measured) {
      const value = one[field];
      if (value !== null && (value < 0 || value > limits[field] || (value === 0 && positive.has(field)))) {
        add(invalid('case-value', field, `${field} ${value} is impossible`, `correct ${field}, or leave it blank when it is not known`));
      }
    }
    if (agesContradict(one)) {
      add(notice('case-age', 'age_days', `age ${one.age} and ${one.age_days} days contradict each other`, 'correct one of them'));
    }
    if (principal !== undefined && notPrincipal(principal)) {
      add(invalid('code-not-principal', 'diagnoses', `${principal} may not be the principal diagnosis`, 'choose the diagnosis that led to the stay'));
    }
    one.diagnoses.forEach((code, index) => {
      if (gray(code))
        add((index === 0 ? invalid : notice)('code-gray', 'diagnoses', `${code} is too general to group by (gray code)`, 'choose the specific code'));
    });
    if (diagnoses.size > 0) for (const code of one.diagnoses) if (!diagnoses.has(code)) add(unknown('diagnoses', code));
    if (procedures.size > 0) for (const code of one.procedures) if (!procedures.has(code)) add(unknown('procedures', code));
    return found ?? none;
  };
}
