import type { CivilDay } from '@hengjian/standard';
import type { ExceptionEffect } from '../source/vocabulary.ts';
import type { Expr, Role } from './ir.ts';
import type { Type } from './types.ts';

/** A value the rule cannot do without. */
export interface Need {
  /** The name under which a lack is counted, as the rule writes it. */
  readonly cause: string;
  readonly test: Expr;
  readonly role: Role;
}

/** Rows that a condition leaves out and might not, if what an institution does not deliver were there. */
export interface Beside {
  /** The condition, where everything that is absent is taken as it suits it. */
  readonly possible: Expr;
  /** What it reads; the first that is not carried is the cause. */
  readonly asks: readonly Need[];
}

export interface CheckedParameter {
  readonly name: string;
  readonly type: Type;
  /** Scaled number, or the text of a code. */
  readonly values: readonly { readonly from: CivilDay; readonly area: string; readonly value: number | string }[];
}

export interface CheckedException {
  readonly when: Expr;
  readonly effect: ExceptionEffect;
  readonly basis: string;
}

/** How points reach what the rule looks at. */
export interface Dispatch {
  readonly table: string;
  readonly column: string;
}

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
  readonly from: CivilDay;
  readonly to?: CivilDay;
}
