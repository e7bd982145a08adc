import type { Day } from '@hengjian/standard';
import type { CheckedGroup } from '../group/checked.ts';
import type { CheckedPeer } from '../peer/checked.ts';
import type { ExceptionEffect, Measure, Names, Reach, RuleSource, Scope, SumMeasure } from '../source/rule-source.ts';
import type { Expr, Role } from './ir.ts';
import type { Type } from './types.ts';

/** A value the rule cannot do without. */
export interface Need {
  /** The name under which a lack is counted, as the rule writes it. */
  readonly cause: string;
  readonly test: Expr;
  readonly role: Role;
}

export interface CheckedParameter {
  readonly name: string;
  readonly type: Type;
  /** Scaled number, or the text of a code. */
  readonly values: readonly { readonly from: Day; readonly area: string; readonly value: number | string }[];
}

export interface CheckedException {
  readonly when: Expr;
  readonly effect: ExceptionEffect;
  readonly basis: string;
}

export interface CheckedSum {
  readonly name: string;
  readonly measure: SumMeasure;
  /** Condition on the line: item set and `where` together. */
  readonly where: Expr | undefined;
}

export type Within =
  | { readonly kind: 'visit' | 'day' | 'hour' | 'prescription' | 'visit_day' | 'history' }
  | { readonly kind: 'minutes' | 'days'; readonly length: Expr }
  | { readonly kind: 'point'; readonly column: string };

/** How points reach what the rule looks at. */
export interface Dispatch {
  readonly table: string;
  readonly column: string;
}

export interface CheckedLine {
  readonly kind: 'line';
  readonly items: Dispatch | undefined;
  readonly when: Expr;
}
export interface CheckedVisit {
  readonly kind: 'visit';
  readonly each: 'diagnosis' | 'operation' | undefined;
  readonly points: Dispatch | undefined;
  readonly sums: readonly CheckedSum[];
  readonly when: Expr;
}
export interface CheckedPair {
  readonly kind: 'pair';
  /** b reaches the point through `items`, a through `items_a`; the same column for `same`. */
  readonly items: Dispatch | undefined;
  readonly items_a: Dispatch | undefined;
  readonly same: 'table' | 'item' | 'key' | { readonly column: string };
  readonly different_item: boolean;
  readonly within: Within;
  readonly order: 'any' | 'before';
  readonly violating: 'b' | 'cheaper';
  readonly when: Expr;
}
export type Grouping = 'item' | 'point' | 'all' | { readonly column: string };
export interface CheckedTotal {
  readonly kind: 'total';
  readonly items: Dispatch | undefined;
  readonly of: 'line' | 'visit';
  readonly group: Grouping;
  readonly over: Scope;
  readonly measure: Measure;
  readonly limit: Expr;
}
export interface CheckedWindow {
  readonly kind: 'window';
  readonly items: Dispatch | undefined;
  readonly of: 'line' | 'visit';
  readonly group: Grouping;
  readonly days: Expr;
  readonly measure: Measure;
  readonly limit: Expr;
}
export interface CheckedStays {
  readonly kind: 'stays';
  readonly a_where: Expr | undefined;
  readonly within_days: Expr | undefined;
  readonly swap: boolean;
  readonly when: Expr;
}
export type CheckedShape = CheckedLine | CheckedVisit | CheckedPair | CheckedTotal | CheckedWindow | CheckedStays | CheckedPeer | CheckedGroup;

export interface CheckedAmount {
  readonly method: 'whole' | 'excess' | 'price_excess' | 'stay' | 'difference' | 'none';
  readonly excess: Expr | undefined;
  readonly cap: Expr | undefined;
  readonly difference: Expr | undefined;
}

export type MessagePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'item'; readonly role: Role }
  | { readonly kind: 'code' }
  | { readonly kind: 'age'; readonly days: boolean }
  | { readonly kind: 'figure'; readonly name: string }
  | { readonly kind: 'expr'; readonly expr: Expr };

/** First and last day, both inclusive; open without `to`. */
export interface DayRange {
  readonly from: Day;
  readonly to?: Day;
}

/** A rule whose every expression is typed IR. */
export interface CheckedRule {
  readonly source: RuleSource;
  /**
   * Days on which this version judges, where several versions of one rule take turns: the decisive day of the subject
   * lies in one of them; of a total that of its first line, of a peer the last day of the period, of a group that of its last
   * row. Totals, windows, peers and groups still look over rows of other days. Absent: as long as the rule is effective.
   */
  readonly published?: readonly DayRange[];
  /** The knowledge table whose rows are the points of the rule. */
  readonly table: string | undefined;
  readonly params: readonly CheckedParameter[];
  readonly needs: readonly Need[];
  readonly where: Expr | undefined;
  readonly shape: CheckedShape;
  readonly exceptions: readonly CheckedException[];
  readonly amount: CheckedAmount;
  /** How far the person key must reach; `undefined` where the window of the point decides. */
  readonly reach: Reach | undefined;
  readonly message: { readonly [language in keyof Names]: readonly MessagePart[] };
}

/** Whether rows of days on which the rule does not judge count for subjects on which it does. */
export const looksBack = ({ shape }: CheckedRule): boolean => ['total', 'window', 'peer', 'group'].includes(shape.kind);
