import type { Expr } from '../../check/ir.ts';
import type { Dispatch } from '../../check/parts.ts';
import type { ExpressionSource } from '../../source/vocabulary.ts';

export type WithinSource =
  | { readonly kind: 'visit' | 'day' | 'hour' | 'prescription' | 'visit_day' | 'history' }
  | { readonly kind: 'minutes' | 'days'; readonly length: ExpressionSource }
  | { readonly kind: 'point'; readonly column: string };

export interface PairShape {
  readonly kind: 'pair';
  readonly pairs?: string;
  readonly pair?: readonly [string, string];
  /** `item`, `key` or a point column. */
  readonly same?: string;
  readonly items?: string;
  readonly different_item: boolean;
  readonly within: WithinSource;
  readonly order: 'any' | 'before';
  readonly violating: 'b' | 'cheaper';
  readonly when: ExpressionSource;
}

export type Within =
  | { readonly kind: 'visit' | 'day' | 'hour' | 'prescription' | 'visit_day' | 'history' }
  | { readonly kind: 'minutes' | 'days'; readonly length: Expr }
  | { readonly kind: 'point'; readonly column: string };

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
