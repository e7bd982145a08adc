import type { Expr, OpName } from '../check/ir.ts';
import { arithmeticOperators } from './arithmetic.ts';
import { codeOperators } from './codes.ts';
import { logicOperators } from './logic.ts';
import type { Frame, Operator, Operators, Value, Writer } from './operator.ts';
import { recordOperators } from './records.ts';
import { statisticOperators } from './statistics.ts';
import { valueOperators } from './values.ts';

/** Every operator of the language. One that lacks its record fails to compile here, by name. */
export const operators: Operators<OpName> = {
  ...valueOperators,
  ...logicOperators,
  ...arithmeticOperators,
  ...codeOperators,
  ...recordOperators,
  ...statisticOperators,
};

const lazy = new Set<OpName>(['and', 'or', 'cond']);

/** Evaluates an expression plainly: the oracle. */
export function evaluate(expr: Expr, frame: Frame): Value {
  const [first, second, third] = expr.args;
  if (lazy.has(expr.op) && first !== undefined && second !== undefined) {
    const test = evaluate(first, frame) === true;
    if (expr.op === 'and') return test ? evaluate(second, frame) : false;
    if (expr.op === 'or') return test ? true : evaluate(second, frame);
    return test || third === undefined ? evaluate(second, frame) : evaluate(third, frame);
  }
  const args = expr.args.map((argument) => evaluate(argument, frame));
  return (operators[expr.op] as Operator<OpName>).interpret(expr as never, args, frame);
}

/** Writes an expression as JavaScript. */
export function generate(expr: Expr, to: Writer): string {
  const args = expr.args.map((argument) => generate(argument, to));
  return (operators[expr.op] as Operator<OpName>).generate(expr as never, args, to);
}
