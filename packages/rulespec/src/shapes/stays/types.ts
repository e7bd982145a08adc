import type { Expr } from '../../check/ir.ts';
import type { Beside } from '../../check/parts.ts';
import type { ExpressionSource } from '../../source/vocabulary.ts';

export interface StaysShape {
  readonly kind: 'stays';
  readonly a_where?: ExpressionSource;
  readonly b_where?: ExpressionSource;
  readonly within_days?: ExpressionSource;
  readonly swap: boolean;
  readonly when: ExpressionSource;
}

export interface CheckedStays {
  readonly kind: 'stays';
  readonly a_where: Expr | undefined;
  readonly a_beside: Beside | undefined;
  readonly within_days: Expr | undefined;
  readonly swap: boolean;
  readonly when: Expr;
}
