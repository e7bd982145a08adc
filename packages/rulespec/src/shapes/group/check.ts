import { words } from '@hengjian/standard';
import { infer } from '../../check/expression.ts';
import { type Expr, walk } from '../../check/ir.ts';
import { atomOf, knownTest, unguarded } from '../../check/nullability.ts';
import type { Need } from '../../check/parts.ts';
import { complain, complainAt } from '../../check/problems.ts';
import { causeOf, constantExpr, type RuleChecker } from '../../check/rule-checker.ts';
import type { Scope } from '../../check/scope.ts';
import { parseExpression } from '../../check/syntax.ts';
import { isCode, isNumeric } from '../../check/types.ts';
import { invalid, missing } from '../../problems.ts';
import type { ExpressionSource } from '../../source/vocabulary.ts';
import type { Checking } from '../definition.ts';
import type { CheckedGroup, GroupKey, GroupShape } from './types.ts';

/** Whether a value of the expression means the same in every history of the lake. */
function isKey(expr: Expr): boolean {
  if (isCode(expr.type) || isNumeric(expr.type) || expr.type === 'day' || expr.type === 'minute') return true;
  return expr.op === 'signature' || (expr.op === 'field' && expr.data.kind === 'hash');
}

function keyOf(checker: RuleChecker, source: ExpressionSource, scope: Scope): GroupKey | undefined {
  const syntax = parseExpression(source, checker.to);
  const expr = syntax === undefined ? undefined : infer(syntax, undefined, { source, scope, to: checker.to });
  if (expr === undefined) return undefined;
  checker.seen.push(...walk(expr));
  if (isKey(expr)) return { name: source.text, expr };
  return complain(
    checker.to,
    source,
    0,
    invalid(source.text, words('代码、日期、分钟、数值或哈希值', 'a code, day, minute, number or hash')),
  );
}

/** A row without one of its keys is unknown; the cause is the name of what is missing. */
function needsOf(checker: RuleChecker, keys: readonly GroupKey[], known: ReadonlySet<string>): readonly Need[] {
  const found = new Map<string, Need>();
  for (const { expr } of keys) {
    for (const lack of unguarded(expr, known)) {
      const atom = atomOf(lack) ?? '';
      const test = knownTest(lack);
      checker.seen.push(...walk(test));
      if (!found.has(atom)) found.set(atom, { cause: causeOf(atom), test, role: 'self' });
    }
  }
  return [...found.values()];
}

/** Checks the part of a group rule that belongs to its shape; what its keys may lack is needed. */
export function checkGroup({ checker, scopes, known }: Checking, shape: GroupShape): CheckedGroup {
  const keysOf = (sources: readonly ExpressionSource[]): readonly GroupKey[] =>
    sources.flatMap((source) => keyOf(checker, source, scopes.when) ?? []);
  const whole = (source: ExpressionSource | undefined): Expr | undefined =>
    source === undefined ? undefined : constantExpr(checker, source, 'int', scopes);
  const form = shape.alike !== undefined ? 'alike' : shape.together !== undefined ? 'together' : 'linked';
  const keys = keysOf(shape.alike ?? shape.together?.key ?? (shape.linked === undefined ? [] : [shape.linked]));
  const same = keysOf(shape.together?.same ?? []);
  if (keys.length === 0) complainAt(checker.to, shape.at, form, missing(form));
  const minutes = whole(shape.together?.minutes);
  const ops = [...keys, ...same].flatMap(({ expr }) => [...walk(expr)].map(({ op }) => op));
  return {
    kind: 'group',
    of: shape.of,
    form,
    keys,
    same,
    minutes,
    needs: needsOf(checker, [...keys, ...same], known),
    persons: constantExpr(checker, shape.persons, 'int', scopes),
    times: whole(shape.times),
    crowd: whole(shape.crowd),
    timed: minutes !== undefined || ops.includes('bucket'),
    monthly: ops.includes('month_of'),
  };
}
