import type { Expr } from '../../check/ir.ts';
import type { Need } from '../../check/parts.ts';
import type { ExpressionSource, Position } from '../../source/vocabulary.ts';

export interface TogetherSource {
  readonly key: readonly ExpressionSource[];
  /** Two rows meet when they lie at most so many minutes apart, … */
  readonly minutes?: ExpressionSource;
  /** … or when they have the same values here. */
  readonly same: readonly ExpressionSource[];
}

export interface GroupShape {
  readonly kind: 'group';
  readonly of: 'line' | 'visit';
  /** Exactly one of `alike`, `together` and `linked` is there. */
  readonly alike?: readonly ExpressionSource[];
  readonly together?: TogetherSource;
  readonly linked?: ExpressionSource;
  /** Fewest distinct persons of a group. */
  readonly persons: ExpressionSource;
  /** together: distinct days on which two persons meet; linked: shared values of the whole group. */
  readonly times?: ExpressionSource;
  /** Meetings and values of more persons are not counted. */
  readonly crowd?: ExpressionSource;
  readonly at: Position;
}

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
