import type { Need } from '../check/checked.ts';
import type { Expr } from '../check/ir.ts';

/** A group key with what a reader of the finding calls it. */
export interface GroupKey {
  readonly name: string;
  readonly expr: Expr;
}

export interface CheckedGroup {
  readonly kind: 'group';
  readonly of: 'line' | 'visit';
  readonly form: 'alike' | 'together' | 'linked';
  /** alike: all keys; together: the keys of the place; linked: the shared value. */
  readonly keys: readonly GroupKey[];
  /** together: what meeting rows have in common beside the keys. */
  readonly same: readonly GroupKey[];
  /** together: minutes that two meeting rows lie apart at most. */
  readonly minutes: Expr | undefined;
  /** Values that keys cannot do without. */
  readonly needs: readonly Need[];
  readonly persons: Expr;
  readonly times: Expr | undefined;
  readonly crowd: Expr | undefined;
  /** Whether the time of day counts, so that a row with a date only is unknown. */
  readonly timed: boolean;
  /** Whether a key is a month, so that a month the data cover in part is unknown. */
  readonly monthly: boolean;
}
