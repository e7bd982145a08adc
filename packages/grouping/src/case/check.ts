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

type Told = CaseProblem['zh'];
const problem =
  (level: CaseProblem['level']) =>
  (code: string, field: string, message: string, remedy: string, zh: Told): CaseProblem => ({
    code,
    level,
    message,
    remedy,
    zh,
    place: { field },
  });
const invalid = problem('invalid');
const notice = problem('notice');
const fieldNames: Readonly<Record<(typeof measured)[number], string>> = {
  age: '年龄',
  age_days: '日龄',
  birth_weight: '新生儿出生体重',
  admission_weight: '入院体重',
  los: '住院天数',
  icu_hours: '重症监护小时数',
  ventilator_hours: '呼吸机小时数',
};

const impossible = (field: (typeof measured)[number], value: number | null): value is number =>
  value !== null && (value < 0 || value > limits[field] || (value === 0 && positive.has(field)));

/** Whether a number of the case is beyond what can be, or its ages contradict each other. */
export const isOdd = (one: GroupingCase): boolean => hasImpossibleNumber(one) || agesContradict(one);

export function hasImpossibleNumber(one: GroupingCase): boolean {
  for (const field of measured) if (impossible(field, one[field])) return true;
  return false;
}

/** Numbers of the case that cannot be. A negative length of stay is a discharge before the admission. */
export function impossibleNumbers(one: GroupingCase): readonly CaseProblem[] {
  return measured.flatMap((field) => {
    const value = one[field];
    if (!impossible(field, value)) return [];
    return field === 'los' && value < 0
      ? [
          invalid(
            'case-dates',
            field,
            `the discharge is ${-value} days before the admission`,
            'correct the day of admission or of discharge',
            {
              message: `出院日期早于入院日期 ${-value} 天`,
              remedy: '更正入院或出院日期',
            },
          ),
        ]
      : [
          invalid('case-value', field, `${field} ${value} is impossible`, `correct ${field}, or leave it blank when it is not known`, {
            message: `${fieldNames[field]} ${value} 不可能`,
            remedy: '更正；不知道时留空，不要填 0',
          }),
        ];
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
      ? notice('code-unknown', field, `${code} is no code of ${edition}`, 'correct the code; it takes no part in grouping', {
          message: `${code} 不是本版编码（${edition}）`,
          remedy: '更正编码；它不参与分组',
        })
      : notice(
          'code-other-edition',
          field,
          `${code} is of another edition; in ${edition} it is ${counterpart}`,
          `use ${counterpart} after a look at the record`,
          { message: `${code} 是其他版本的编码，在本版（${edition}）为 ${counterpart}`, remedy: `核对病历后改用 ${counterpart}` },
        );
  };

  return (one) => {
    let found: CaseProblem[] | undefined;
    const add = (problem: CaseProblem): void => {
      found ??= [];
      found.push(problem);
    };
    const principal = one.diagnoses[0];
    if (principal === undefined) {
      add(
        invalid('case-no-diagnosis', 'diagnoses', 'the case has no diagnosis', 'fill in the principal diagnosis', {
          message: '病例没有诊断',
          remedy: '填写主要诊断',
        }),
      );
    }
    for (const found of impossibleNumbers(one)) add(found);
    if (agesContradict(one)) {
      add(
        notice('case-age', 'age_days', `age ${one.age} and ${one.age_days} days contradict each other`, 'correct one of them', {
          message: `年龄 ${one.age} 岁与日龄 ${one.age_days} 天矛盾`,
          remedy: '更正其中一个',
        }),
      );
    }
    if (principal !== undefined && notPrincipal(principal)) {
      add(
        invalid(
          'code-not-principal',
          'diagnoses',
          `${principal} may not be the principal diagnosis`,
          'choose the diagnosis that led to the stay',
          {
            message: `${principal} 不得作为主要诊断`,
            remedy: '选择导致本次住院的诊断',
          },
        ),
      );
    }
    one.diagnoses.forEach((code, index) => {
      if (gray(code))
        add(
          (index === 0 ? invalid : notice)(
            'code-gray',
            'diagnoses',
            `${code} is too general to group by (gray code)`,
            'choose the specific code',
            {
              message: `${code} 过于笼统，不能用于分组（灰码）`,
              remedy: '改用具体编码',
            },
          ),
        );
    });
    if (diagnoses.size > 0) for (const code of one.diagnoses) if (!diagnoses.has(code)) add(unknown('diagnoses', code));
    if (procedures.size > 0) for (const code of one.procedures) if (!procedures.has(code)) add(unknown('procedures', code));
    return found ?? none;
  };
}
