import type { Asked, ColumnKind } from '@hengjian/standard';
import type { Type } from './types.ts';

/** Which of the looked-at things a node reads: the one subject, or line (visit) a or b of a pair. */
export type Role = 'self' | 'a' | 'b';
export type FieldTable = 'lines' | 'visits' | 'settlements' | 'persons' | 'institution' | 'practitioner' | 'diagnoses' | 'operations';
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** What the lines of a group are counted by, apart from its measure. */
export const counted = ['items', 'institutions', 'persons', 'visits', 'days'] as const;
export type Counted = (typeof counted)[number];

/** A set of items: a column of the rule's own table at its point, or of a named table. */
export interface ChargedWithin {
  readonly role: Role;
  readonly table: string;
  readonly column: string;
  readonly own: boolean;
}

/** What each operator carries beside its arguments. The list is closed: a rule means nothing that is not in it. */
export interface OpData {
  // constants
  boolean: { readonly value: boolean };
  number: { readonly value: number };
  code: { readonly dictionary: string; readonly text: string };
  // values of the subject
  field: {
    readonly role: Role;
    readonly table: FieldTable;
    readonly column: string;
    readonly kind: ColumnKind;
    readonly nullable: boolean;
  };
  row: { readonly role: Role; readonly table: 'lines' | 'visits' | 'settlements' };
  point: { readonly column: string; readonly nullable: boolean };
  param: { readonly name: string };
  sum: { readonly name: string };
  measure: Record<never, never>;
  limit: Record<never, never>;
  distinct: { readonly of: Counted };
  // missing values
  known: Record<never, never>;
  default: Record<never, never>;
  age_known: { readonly role: Role; readonly days: boolean };
  diagnoses_known: { readonly role: Role };
  enrolments_known: { readonly role: Role };
  operations_known: { readonly role: Role };
  lines_known: { readonly role: Role };
  horizon_known: ChargedWithin;
  stock_known: { readonly role: Role };
  practitioner_stays_known: Record<never, never>;
  /** Whether the deliveries of the institution of the visit carry one of some columns. */
  carried: { readonly role: Role; readonly any: Asked };
  // logic
  and: Record<never, never>;
  or: Record<never, never>;
  not: Record<never, never>;
  cond: Record<never, never>;
  // comparison
  eq: Record<never, never>;
  ne: Record<never, never>;
  lt: Record<never, never>;
  le: Record<never, never>;
  gt: Record<never, never>;
  ge: Record<never, never>;
  ratio: { readonly comparison: Comparison };
  in: { readonly dictionary: string; readonly texts: readonly string[] };
  in_point: { readonly column: string };
  // arithmetic
  add: Record<never, never>;
  sub: Record<never, never>;
  mul: Record<never, never>;
  neg: Record<never, never>;
  price_times_quantity: Record<never, never>;
  widen: { readonly factor: number };
  whole: { readonly factor: number };
  portion: Record<never, never>;
  min: Record<never, never>;
  max: Record<never, never>;
  abs: Record<never, never>;
  // time and age
  age_years: { readonly role: Role; readonly unit: 'day' | 'minute' };
  age_days: { readonly role: Role; readonly unit: 'day' | 'minute' };
  day_of: Record<never, never>;
  days_between: Record<never, never>;
  minutes_between: Record<never, never>;
  hour_of: Record<never, never>;
  // codes
  starts_with: { readonly dictionary: string; readonly prefix: string };
  number_of: { readonly dictionary: string };
  hospital_rank: { readonly dictionary: string };
  category: { readonly dictionary: string };
  base_item: Record<never, never>;
  main_diagnosis: { readonly role: Role };
  in_set: { readonly dictionary: string; readonly table: string; readonly column: string };
  listed: { readonly table: string; readonly columns: readonly [string, string]; readonly dictionaries: readonly [string, string] };
  // the rest of the visit and the person
  diagnosed_point: { readonly role: Role; readonly column: string };
  diagnosed_table: { readonly role: Role; readonly table: string; readonly column: string };
  operated_point: { readonly role: Role; readonly column: string };
  operated_table: { readonly role: Role; readonly table: string; readonly column: string };
  charged_point: { readonly role: Role; readonly own: boolean; readonly same_day: boolean; readonly column: string };
  charged_table: {
    readonly role: Role;
    readonly own: boolean;
    readonly same_day: boolean;
    readonly table: string;
    readonly column: string;
  };
  insured_on: { readonly role: Role };
  // statistics and groups
  month_of: { readonly unit: 'day' | 'minute' };
  bucket: Record<never, never>;
  signature: { readonly role: Role };
  readmitted_within: { readonly role: Role };
  reaches_back: { readonly role: Role };
  diagnosed_with: { readonly role: Role; readonly table: string; readonly columns: readonly [string, string]; readonly dictionary: string };
  recorded: { readonly role: Role; readonly of: 'diagnoses' | 'operations'; readonly main: boolean };
  // what lies before and beside the visit
  charged_within: ChargedWithin;
  within_dates: { readonly table: string };
  supplied: { readonly role: Role };
  practitioner_in_hospital: { readonly role: Role };
}

export type OpName = keyof OpData;

export interface Node<K extends OpName> {
  readonly op: K;
  readonly type: Type;
  readonly args: readonly Expr[];
  readonly data: OpData[K];
  /** Offsets in the text of the expression. */
  readonly start: number;
  readonly end: number;
}

export type Expr = { readonly [K in OpName]: Node<K> }[OpName];

/** Makes a frozen node. */
export function node<K extends OpName>(
  op: K,
  type: Type,
  args: readonly Expr[],
  data: OpData[K],
  at: { readonly start: number; readonly end: number },
): Expr {
  return Object.freeze({
    op,
    type,
    args: Object.freeze([...args]),
    data: Object.freeze(data),
    start: at.start,
    end: at.end,
  }) as unknown as Expr;
}

/** Every node of a tree, parents before children. */
export function* walk(expr: Expr): Generator<Expr> {
  yield expr;
  for (const argument of expr.args) yield* walk(argument);
}
