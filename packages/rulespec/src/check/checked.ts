import type { CheckedShape } from '../shapes/types.ts';
import type { RuleSource } from '../source/rule-source.ts';
import type { Names, Reach } from '../source/vocabulary.ts';
import type { Expr } from './ir.ts';
import type { Beside, CheckedAmount, CheckedException, CheckedParameter, DayRange, MessagePart, Need } from './parts.ts';

/** A rule whose every expression is typed IR. */
export interface CheckedRule {
  readonly source: RuleSource;
  /**
   * Days on which this version judges, where several versions of one rule take turns: the decisive day of the subject
   * lies in one of them; of a total that of its first line, of a peer the last day of the period, of a group that of its last
   * row. Totals, windows, peers and groups still look over rows of other days. Absent: as long as the rule is effective.
   */
  readonly published?: readonly DayRange[];
  /** Whether rows of days on which the rule does not judge count for subjects on which it does. */
  readonly looksBack: boolean;
  /** The knowledge table whose rows are the points of the rule. */
  readonly table: string | undefined;
  readonly params: readonly CheckedParameter[];
  readonly needs: readonly Need[];
  /**
   * What the deliveries must carry, so that nothing that is absent takes part in a verdict: asked before `needs`, unknown
   * under the name of the column where it is not carried.
   */
  readonly asks: readonly Need[];
  /** Rows that `where` leaves out and might not if absent columns were there; of shapes in which rows count for each other. */
  readonly beside: Beside | undefined;
  readonly where: Expr | undefined;
  readonly shape: CheckedShape;
  readonly exceptions: readonly CheckedException[];
  readonly amount: CheckedAmount;
  /** How far the person key must reach; `undefined` where the window of the point decides. */
  readonly reach: Reach | undefined;
  readonly message: { readonly [language in keyof Names]: readonly MessagePart[] };
}
