import type { GroupingCase, GroupResult } from '../case/case.ts';
import type { Condition } from '../scheme/condition.ts';
import type { Scheme } from '../scheme/scheme.ts';

/** What a secondary diagnosis does to severity. */
export interface SeverityNote {
  readonly code: string;
  readonly level: 'MCC' | 'CC';
  readonly table: string;
  /** False when the principal diagnosis stands in the exclusion table. */
  readonly counted: boolean;
}

/** What one elementary condition of a row came to, and what in the case made it so. */
export interface Reason {
  readonly condition: Condition;
  /** Null when a field is missing. */
  readonly holds: boolean | null;
  /** Codes of the case that are in the sets; for `severity` the counted diagnoses. */
  readonly codes: readonly string[];
  /** The value compared, when the condition reads one. */
  readonly value: number | string | null;
  readonly field: string;
}

/** A row of the scheme that was tried. */
export interface Step {
  readonly level: 'mdc' | 'adrg' | 'drg';
  readonly code: string;
  readonly name: string;
  readonly outcome: 'taken' | 'rejected' | 'open' | 'left';
  /** Reasons that decided: all of a row that was taken, those that failed of one that was rejected. */
  readonly reasons: readonly Reason[];
  /** Part of a rejected row held: worth a look. */
  readonly near: boolean;
}

export interface TracedResult extends GroupResult {
  readonly scheme: string;
  readonly hash: string;
  readonly severity: readonly SeverityNote[];
  readonly steps: readonly Step[];
}

/** Groups cases by one scheme. */
export interface Grouper {
  readonly scheme: Scheme;
  readonly hash: string;
  group(one: GroupingCase): GroupResult;
  /** The same with everything that led there. */
  trace(one: GroupingCase): TracedResult;
  severityNotes(one: GroupingCase): readonly SeverityNote[];
}
