import type { ColumnKind } from '@hengjian/standard';
import type { Expr } from '../../check/ir.ts';
import type { ExpressionSource, Position } from '../../source/vocabulary.ts';

/** Whom a peer rule compares. Persons are no entity: their counters would grow with the city. */
export const entities = ['institution', 'department', 'practitioner', 'item'] as const;
export const periods = ['month', 'quarter', 'year'] as const;
export const comparisons = ['robust', 'ratio', 'trend'] as const;
export const directions = ['high', 'low'] as const;
export const lineTerms = ['count', 'cnt', 'amount', 'inscp'] as const;
export const visitTerms = ['count', 'amount', 'inscp', 'fund', 'ipt_days'] as const;
export const terms = ['count', 'cnt', 'amount', 'inscp', 'fund', 'ipt_days'] as const;

export type Entity = (typeof entities)[number];
export type Period = (typeof periods)[number];
export type Comparing = (typeof comparisons)[number];
export type Direction = (typeof directions)[number];
export type TermMeasure = (typeof terms)[number];

/** One side of the value of a peer rule: an integer sum over rows. */
export interface TermSource {
  readonly measure: TermMeasure;
  readonly items?: string;
  readonly where?: ExpressionSource;
  readonly field: string;
  readonly at: Position;
}

export interface Minimum {
  /** Other entities with the same values of `peers` in the same period. */
  readonly peers: number;
  /** Rows in the denominator. */
  readonly size: number;
  /** Earlier periods of the entity itself. */
  readonly periods: number;
  /** Share of the rows that must have what the rule needs, ×10⁴. */
  readonly known: number;
}

export interface PeerShape {
  readonly kind: 'peer';
  readonly entity: Entity;
  readonly of: 'line' | 'visit';
  readonly over: Period;
  readonly numerator: TermSource;
  readonly denominator?: TermSource;
  /** Columns of dimension tables, for example `institution.hosp_lv`. */
  readonly peers: readonly string[];
  readonly compare: Comparing;
  readonly direction: Direction;
  readonly limit: ExpressionSource;
  readonly also?: ExpressionSource;
  /** Months in which a judged period may begin; empty for all. */
  readonly months: readonly number[];
  readonly minimum: Minimum;
}

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
