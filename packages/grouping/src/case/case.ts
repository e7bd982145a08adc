import type { Problem } from '@hengjian/standard';

/** What grouping reads of one stay. A missing value is null, never 0 and never an empty code. */
export interface GroupingCase {
  readonly id: string;
  /** 1 male, 2 female (national table `gend`). */
  readonly gender: 1 | 2 | null;
  /** Full years at admission. */
  readonly age: number | null;
  /** Days at admission; recorded under one year. */
  readonly age_days: number | null;
  /** Grams. */
  readonly birth_weight: number | null;
  readonly admission_weight: number | null;
  readonly department: string;
  /** Days of the stay. */
  readonly los: number | null;
  /** Code of the national table `dscg_way`. */
  readonly discharge_mode: string;
  readonly icu_hours: number | null;
  readonly ventilator_hours: number | null;
  /** Principal diagnosis first. */
  readonly diagnoses: readonly string[];
  /** Main procedure first. */
  readonly procedures: readonly string[];
}

/** `grouped`; `ambiguous` QY; `entered` an MDC without a group; `none` no MDC; `invalid` a field is missing or impossible. */
export const groupStatuses = ['grouped', 'ambiguous', 'entered', 'none', 'invalid'] as const;
export type GroupStatus = (typeof groupStatuses)[number];

/** What was found about a case before grouping. `invalid` stops grouping, `notice` does not. */
export interface CaseProblem extends Omit<Problem, 'status' | 'exit'> {
  readonly level: 'invalid' | 'notice';
}

export interface GroupResult {
  readonly id: string;
  readonly status: GroupStatus;
  /** Empty unless an MDC was entered. */
  readonly mdc: string;
  readonly adrg: string;
  /** The group: a DRG, a QY code, an X000 code or `0000`; empty when invalid. */
  readonly drg: string;
  /** The split that fired, as the scheme calls it. */
  readonly split: string;
  /** Field that made the case invalid. */
  readonly field: string;
  /** Base weight in ten-thousandths, when the scheme brings one. */
  readonly weight: number | null;
  readonly problems: readonly CaseProblem[];
}
