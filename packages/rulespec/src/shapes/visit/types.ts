import type { Expr } from '../../check/ir.ts';
import type { Dispatch } from '../../check/parts.ts';
import type { Undecided } from '../../check/rule-checker.ts';
import type { ExpressionSource, Position, SumMeasure } from '../../source/vocabulary.ts';

export interface SumSource {
  readonly name: string;
  readonly measure: SumMeasure;
  readonly items?: string;
  readonly where?: ExpressionSource;
  readonly at: Position;
}

export interface VisitShape {
  readonly kind: 'visit';
  readonly each?: 'diagnosis' | 'operation';
  readonly points?: string;
  readonly sums: readonly SumSource[];
  readonly when: ExpressionSource;
}

export interface CheckedSum {
  readonly name: string;
  readonly measure: SumMeasure;
  /** Condition on the line: item set and `where` together. */
  readonly where: Expr | undefined;
  /** Lines of which it is not known whether they belong to the sum. */
  readonly open: readonly Undecided[];
}

export interface CheckedVisit {
  readonly kind: 'visit';
  readonly each: 'diagnosis' | 'operation' | undefined;
  readonly points: Dispatch | undefined;
  readonly sums: readonly CheckedSum[];
  readonly when: Expr;
}
