/** Code fields of a case. `principal_dx` is the first diagnosis, `main_procedure` the first procedure. */
export const codeFields = ['principal_dx', 'other_dx', 'main_procedure', 'other_procedure'] as const;
export type CodeField = (typeof codeFields)[number];

/**
 * Number fields of a case; a missing one is unknown, never 0. Weight in g, `sex` 1 male 2 female, `icu_hours` and
 * `ventilator_hours` in hours.
 */
export const numberFields = ['age', 'age_days', 'sex', 'birth_weight', 'admission_weight', 'los', 'icu_hours', 'ventilator_hours'] as const;
export type NumberField = (typeof numberFields)[number];

/** Text fields that are compared with a list of values. */
export const textFields = ['department', 'discharge_mode'] as const;
export type TextField = (typeof textFields)[number];

export const comparisons = ['=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];
export type Severity = 'MCC' | 'CC';

/**
 * A condition of a scheme: a closed tree, data only. Three-valued: what needs a missing number is unknown, unless the
 * rest of the condition decides.
 *
 * - `in`: a code of one of the fields is in one of the sets.
 * - `count`: how many different codes of the fields are in one of the sets, compared with `value`.
 * - `sets`: how many of the sets hold a code of the fields, compared with `value` (body regions of multiple trauma).
 * - `severity`: a secondary diagnosis that is not excluded by the principal one has one of the levels.
 */
export type Condition =
  | { readonly op: 'always' }
  | { readonly op: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly op: 'not'; readonly of: Condition }
  | { readonly op: 'in'; readonly fields: readonly CodeField[]; readonly sets: readonly string[] }
  | {
      readonly op: 'count';
      readonly fields: readonly CodeField[];
      readonly sets: readonly string[];
      readonly compare: Comparison;
      readonly value: number;
    }
  | {
      readonly op: 'sets';
      readonly fields: readonly CodeField[];
      readonly sets: readonly string[];
      readonly compare: Comparison;
      readonly value: number;
    }
  | { readonly op: 'severity'; readonly levels: readonly Severity[] }
  | { readonly op: 'compare'; readonly field: NumberField; readonly compare: Comparison; readonly value: number }
  | { readonly op: 'one_of'; readonly field: TextField; readonly values: readonly string[] };

/** Whether a comparison of two known numbers holds. */
export const compareNumbers = (left: number, compare: Comparison, right: number): boolean => {
  switch (compare) {
    case '=':
      return left === right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
};
