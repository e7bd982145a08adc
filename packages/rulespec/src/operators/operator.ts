import type { CivilDay } from '@hengjian/standard';
import type { BoundRules } from '../bind/bound.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { Counted, Expr, Node, OpName, Role } from '../check/ir.ts';
import type { RolesInWorld } from '../interpret/world.ts';

/** A value of the interpreter; codes are ids, `null` is missing. */
export type Value = number | boolean | null;

/** What the interpreter looks at while it evaluates an expression. */
export interface Frame extends RolesInWorld {
  readonly rule: CheckedRule;
  /** Row of the rule's table, -1. */
  readonly point: number;
  /** Decisive day and area (id, -1 missing): they pick points, parameters and rows of tables. */
  readonly day: CivilDay;
  readonly area: number;
  readonly measure: number;
  readonly limit: number;
  readonly sums: ReadonlyMap<string, number>;
  /** Distinct things of the group that is judged. */
  readonly counts: Readonly<Partial<Record<Counted, number>>>;
}

/** What an operator may use to write its code. Names are of locals of the generated function. */
export interface Writer {
  readonly bound: BoundRules;
  readonly rule: CheckedRule;
  /** Text of an argument. */
  expr(expr: Expr): string;
  /** A column of a table of the segment. */
  column(table: string, name: string): string;
  /** A value known when the kernel is made: array, table or function. */
  constant(value: unknown, hint: string): string;
  line(role: Role): string;
  visit(role: Role): string;
  readonly row: string;
  readonly point: string;
  readonly day: string;
  readonly area: string;
  readonly measure: string;
  readonly limit: string;
  sum(name: string): string;
  distinct(of: Counted): string;
}

/** A condition, whether it holds of the fixture of the conformance test, and the shape of rule it is tried in. */
export interface Example {
  readonly when: string;
  readonly holds: boolean;
  readonly shape?: 'line' | 'visit' | 'total' | 'pair' | 'stock';
}

/** All there is to say of one operator. Both back ends and the documentation read it from here. */
export interface Operator<K extends OpName> {
  readonly signature: string;
  /** What it does with missing values. */
  readonly nulls: string;
  readonly doc: string;
  readonly examples: readonly Example[];
  interpret(node: Node<K>, args: readonly Value[], frame: Frame): Value;
  generate(node: Node<K>, args: readonly string[], to: Writer): string;
}

export type Operators<K extends OpName> = { readonly [Name in K]: Operator<Name> };

/** A value that the checker has proven to be there. */
export function present(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  throw new Error('a missing value reached an operator; the checker should have refused the rule');
}

export function truth(value: Value | undefined): boolean {
  if (typeof value === 'boolean') return value;
  throw new Error('a missing condition reached an operator; the checker should have refused the rule');
}

export const covered = 'arguments must be covered by needs or known()';
