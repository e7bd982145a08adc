import type { Expr } from '../../check/ir.ts';
import type { Dispatch } from '../../check/parts.ts';
import type { ExpressionSource, Measure, Scope } from '../../source/vocabulary.ts';

export interface TotalShape {
  readonly kind: 'total';
  readonly items?: string;
  readonly of: 'line' | 'visit';
  readonly group?: string;
  readonly over: Scope;
  readonly measure: Measure;
  readonly limit: ExpressionSource;
}

export interface WindowShape {
  readonly kind: 'window';
  readonly items?: string;
  readonly of: 'line' | 'visit';
  readonly group?: string;
  readonly days: ExpressionSource;
  readonly measure: Measure;
  readonly limit: ExpressionSource;
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
