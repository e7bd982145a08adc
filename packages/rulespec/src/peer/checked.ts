import type { ColumnKind } from '@hengjian/standard';
import type { Expr } from '../check/ir.ts';
import type { Comparing, Direction, Entity, Minimum, Period, TermMeasure } from './source.ts';

/** Dimension table a column of `peers` stands in. */
export type PeerTable = 'institution' | 'practitioner' | 'department' | 'item';

export interface PeerColumn {
  /** As the rule writes it; also the cause when it is missing. */
  readonly name: string;
  readonly table: PeerTable;
  readonly column: string;
  readonly kind: ColumnKind;
  readonly dictionary: string;
}

export interface CheckedTerm {
  readonly measure: TermMeasure;
  /** Condition on the row: item set and `where` together. */
  readonly where: Expr | undefined;
}

export interface CheckedPeer {
  readonly kind: 'peer';
  readonly entity: Entity;
  readonly of: 'line' | 'visit';
  readonly over: Period;
  readonly numerator: CheckedTerm;
  readonly denominator: CheckedTerm | undefined;
  readonly peers: readonly PeerColumn[];
  readonly compare: Comparing;
  readonly direction: Direction;
  /** Constants and parameters only. */
  readonly limit: Expr;
  readonly also: Expr | undefined;
  readonly months: readonly number[];
  readonly minimum: Minimum;
}
