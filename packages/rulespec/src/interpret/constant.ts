import type { CivilDay } from '@hengjian/standard';
import type { BoundRules } from '../bind/bound.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { Expr } from '../check/ir.ts';
import type { Frame } from '../operators/operator.ts';
import { evaluate } from '../operators/table.ts';

/** The value of an expression of constants and parameters, in force on a day in an area. */
export function constantAt(bound: BoundRules, rule: CheckedRule, expr: Expr | undefined, day: CivilDay, area: number): number {
  if (expr === undefined) return Number.NaN;
  const none = { self: -1, a: -1, b: -1 };
  const frame = {
    world: { segment: {}, bound, watch: undefined },
    rule,
    line: none,
    visit: none,
    row: -1,
    point: -1,
    day,
    area,
    measure: Number.NaN,
    limit: Number.NaN,
    sums: new Map<string, number>(),
    counts: {},
  } as unknown as Frame;
  return Number(evaluate(expr, frame));
}
