import type { Expr } from '../../check/ir.ts';
import type { Dispatch } from '../../check/parts.ts';
import type { ExpressionSource } from '../../source/vocabulary.ts';

export interface LineShape {
  readonly kind: 'line';
  readonly items?: string;
  readonly when: ExpressionSource;
}

export interface CheckedLine {
  readonly kind: 'line';
  readonly items: Dispatch | undefined;
  readonly when: Expr;
}
