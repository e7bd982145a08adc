import { type Problem, parseDay, parseScaled, type Words, words } from '@hengjian/standard';
import { asWritten, invalid, kindWords, rulespecProblems, unknownName } from '../problems.ts';
import type { ExpressionSource } from '../source/vocabulary.ts';
import { closedValues } from './dictionaries.ts';
import { callFunction } from './functions.ts';
import { type Comparison, type Expr, node, type OpName } from './ir.ts';
import { type Complaints, complain } from './problems.ts';
import { columnType, resolvePath, roots, type Scope } from './scope.ts';
import { parseExpression, type Syntax } from './syntax.ts';
import { dictionaryOf, isCode, isNumeric, isOrdered, isRef, isSet, placesOf, type Type, typeWords } from './types.ts';

/** What a check of one expression carries along. */
export interface Context {
  readonly source: ExpressionSource;
  readonly scope: Scope;
  readonly to: Complaints;
}

export type Inferred = Expr | undefined;

export const fail = (context: Context, at: Syntax, problem: Problem): undefined => complain(context.to, context.source, at.start, problem);

/** A value of another type than the wanted one. */
export const wrongType = (expected: Words, found: Type): Problem =>
  rulespecProblems.problem('expression-type', { expected, found: typeWords(found) });
/** A type as it is named in problems. */
/** A call that is not written as it must be. */
export const wrongForm = (name: string, form: string): Problem => rulespecProblems.problem('expression-arguments', { name, form });

const conditionWords = words('条件', 'a condition');

const isLiteral = (syntax: Syntax): boolean =>
  syntax.kind === 'literal' ||
  (syntax.kind === 'call' && syntax.name === '-_' && syntax.args.every((argument) => argument.kind === 'literal'));

function codeLiteral(text: string, type: Type, at: Syntax, context: Context): Inferred {
  const dictionary = dictionaryOf(type);
  const values = closedValues(dictionary);
  if (text !== '' && values !== undefined && !values.includes(text))
    return fail(context, at, unknownName(words(`${dictionary} 代码`, `code of ${dictionary}`), text, values));
  return node('code', type, [], { dictionary, text }, at);
}

function literal(syntax: Syntax & { kind: 'literal' }, expected: Type | undefined, context: Context): Inferred {
  if (syntax.literal === 'boolean') return node('boolean', 'bool', [], { value: syntax.text === 'true' }, syntax);
  if (syntax.literal === 'string') {
    if (expected !== undefined && isCode(expected)) return codeLiteral(syntax.text, expected, syntax, context);
    const day = expected === 'day' ? parseDay(syntax.text) : undefined;
    if (day !== undefined) return node('number', 'day', [], { value: day }, syntax);
    return fail(
      context,
      syntax,
      invalid(syntax.text, words('可由上下文确定类型的代码或日期', 'a code or day whose type the other side says')),
    );
  }
  const whole = /^\d+$/.test(syntax.text);
  const type = expected !== undefined && isNumeric(expected) ? expected : whole ? 'int' : undefined;
  if (type === undefined) {
    return fail(context, syntax, invalid(syntax.text, words('可由上下文确定类型的数值', 'a number whose type the other side says')));
  }
  const value = parseScaled(syntax.text, placesOf(type));
  if (value !== undefined) return node('number', type, [], { value }, syntax);
  return fail(
    context,
    syntax,
    invalid(syntax.text, words(`至多 ${placesOf(type)} 位小数的 ${type}`, `${type} with at most ${placesOf(type)} decimals`)),
  );
}

function pathNode(syntax: Syntax & { kind: 'path' }, context: Context): Inferred {
  const { scope } = context;
  const [root = '', ...rest] = syntax.parts;
  const name = rest.join('.');
  if (roots(scope).includes(root)) {
    if (root === 'point' && scope.point !== undefined) {
      const column = scope.point.columns.find((candidate) => candidate.name === name);
      if (column !== undefined)
        return node(
          'point',
          column.type,
          [],
          { column: name, nullable: column.nullable && !isSet(column.type) && column.type !== 'text' },
          syntax,
        );
      const known = scope.point.columns.map((candidate) => candidate.name);
      return fail(context, syntax, unknownName(kindWords.column, name, known));
    }
    if (root === 'param' || root === 'sum') {
      const types = root === 'param' ? scope.params : scope.sums;
      const type = types.get(name);
      if (type !== undefined) return node(root, type, [], { name }, syntax);
      return fail(context, syntax, unknownName(asWritten(root), name, [...types.keys()]));
    }
    if ((root === 'measure' || root === 'limit') && scope.measure !== undefined && rest.length === 0)
      return node(root, scope.measure, [], {}, syntax);
  }
  const found = resolvePath(syntax.parts, scope);
  if ('known' in found) return fail(context, syntax, unknownName(kindWords.name, found.name, found.known));
  if (found.column === 'row') {
    const table = found.table as 'lines' | 'visits' | 'settlements';
    return node('row', `ref:${table}`, [], { role: found.role, table }, syntax);
  }
  const { name: column, kind } = found.column;
  return node(
    'field',
    columnType(found.column),
    [],
    { role: found.role, table: found.table, column, kind, nullable: found.nullable },
    syntax,
  );
}

const widening: readonly Type[] = ['days', 'quantity', 'age'];

/** Brings an `int` to a count type (days, quantity, age) where the other side has it. */
export function widen(expr: Expr, to: Type): Expr {
  if (expr.type !== 'int' || !isNumeric(to) || !widening.includes(to)) return expr;
  return node('widen', to, [expr], { factor: 10 ** placesOf(to) }, expr);
}

/** Infers two sides of an operator, the literal one with the type of the other. */
export function inferBoth(left: Syntax, right: Syntax, expected: Type | undefined, context: Context): readonly [Expr, Expr] | undefined {
  const rightFirst = isLiteral(left) && !isLiteral(right);
  const first = infer(rightFirst ? right : left, expected, context);
  const second = first === undefined ? undefined : infer(rightFirst ? left : right, first.type, context);
  if (first === undefined || second === undefined) return undefined;
  const [a, b] = [widen(first, second.type), widen(second, first.type)];
  return rightFirst ? [b, a] : [a, b];
}

function mismatch(syntax: Syntax & { kind: 'call' }, left: Expr, right: Expr, context: Context): undefined {
  const { zh, en } = typeWords(left.type);
  return fail(context, syntax, wrongType(words(`与${zh}相配的值`, `a value that goes with ${en} ${syntax.name}`), right.type));
}

const comparisons = new Map<string, OpName & ('eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge')>([
  ['==', 'eq'],
  ['!=', 'ne'],
  ['<', 'lt'],
  ['<=', 'le'],
  ['>', 'gt'],
  ['>=', 'ge'],
]);
const mirrored: Readonly<Record<Comparison, Comparison>> = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const isRatio = (syntax: Syntax | undefined): syntax is Syntax & { kind: 'call' } => syntax?.kind === 'call' && syntax.name === 'ratio_of';

function ratio(syntax: Syntax & { kind: 'call' }, context: Context): Inferred {
  const [left, right] = syntax.args;
  const quotient = isRatio(left) ? left : right;
  const other = isRatio(left) ? right : left;
  const [a, b] = isRatio(quotient) ? quotient.args : [];
  if (a === undefined || b === undefined || other === undefined)
    return fail(context, syntax, wrongForm('ratio_of', 'ratio_of(a, b) > 0.8'));
  const values = inferBoth(a, b, undefined, context);
  const bound = infer(other, 'ratio', context);
  if (values === undefined || bound === undefined) return undefined;
  if (values[0].type !== values[1].type || !isNumeric(values[0].type)) return mismatch(syntax, values[0], values[1], context);
  if (bound.type !== 'ratio') return fail(context, other, wrongType(typeWords('ratio'), bound.type));
  const comparison = isRatio(left) ? (syntax.name as Comparison) : mirrored[syntax.name as Comparison];
  return node('ratio', 'bool', [...values, bound], { comparison }, syntax);
}

function comparison(syntax: Syntax & { kind: 'call' }, op: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge', context: Context): Inferred {
  const [left, right] = syntax.args;
  if (left === undefined || right === undefined) return undefined;
  if (isRatio(left) || isRatio(right)) return ratio(syntax, context);
  const sides = inferBoth(left, right, undefined, context);
  if (sides === undefined) return undefined;
  const type = sides[0].type;
  const equality = op === 'eq' || op === 'ne';
  const rows = sides.every((side) => side.op === 'row' && side.data.table === 'lines');
  const usable = rows || isOrdered(type) || (equality && (isCode(type) || isRef(type) || type === 'bool'));
  if (type !== sides[1].type || !usable) return mismatch(syntax, sides[0], sides[1], context);
  return node(op, 'bool', sides, {}, syntax);
}

function membership(syntax: Syntax & { kind: 'call' }, context: Context): Inferred {
  const [left, right] = syntax.args;
  const value = left === undefined ? undefined : infer(left, undefined, context);
  if (value === undefined || right === undefined) return undefined;
  if (!isCode(value.type)) return fail(context, syntax, wrongType(kindWords.code, value.type));
  const dictionary = dictionaryOf(value.type);
  if (right.kind === 'list') {
    const items = right.args.map((item) => infer(item, value.type, context));
    if (items.some((item) => item === undefined || item.op !== 'code')) {
      return fail(context, right, wrongForm('in', "x in ['a', 'b']"));
    }
    return node('in', 'bool', [value], { dictionary, texts: items.map((item) => (item?.op === 'code' ? item.data.text : '')) }, syntax);
  }
  const set = infer(right, undefined, context);
  if (set === undefined) return undefined;
  if (set.op !== 'point' || set.type !== `set:${dictionary}`) return mismatch(syntax, value, set, context);
  return node('in_point', 'bool', [value], { column: set.data.column }, syntax);
}

function logic(syntax: Syntax & { kind: 'call' }, op: 'and' | 'or' | 'not', context: Context): Inferred {
  const args = syntax.args.map((argument) => infer(argument, 'bool', context));
  if (args.some((argument) => argument === undefined)) return undefined;
  const wrong = args.findIndex((argument) => argument?.type !== 'bool');
  const at = syntax.args[wrong];
  if (at !== undefined) return fail(context, at, wrongType(conditionWords, args[wrong]?.type ?? 'bool'));
  return node(
    op,
    'bool',
    args.filter((argument) => argument !== undefined),
    {},
    syntax,
  );
}

function conditional(syntax: Syntax & { kind: 'call' }, expected: Type | undefined, context: Context): Inferred {
  const [test, yes, no] = syntax.args;
  if (test === undefined || yes === undefined || no === undefined) return undefined;
  const condition = infer(test, 'bool', context);
  const sides = inferBoth(yes, no, expected, context);
  if (condition === undefined || sides === undefined) return undefined;
  if (condition.type !== 'bool') return fail(context, test, wrongType(conditionWords, condition.type));
  if (sides[0].type !== sides[1].type) return mismatch(syntax, sides[0], sides[1], context);
  return node('cond', sides[0].type, [condition, ...sides], {}, syntax);
}

function sumOrDifference(syntax: Syntax & { kind: 'call' }, op: 'add' | 'sub', expected: Type | undefined, context: Context): Inferred {
  const [left, right] = syntax.args;
  if (left === undefined || right === undefined) return undefined;
  const sides = inferBoth(left, right, expected, context);
  if (sides === undefined) return undefined;
  if (sides[0].type !== sides[1].type || !isNumeric(sides[0].type)) return mismatch(syntax, sides[0], sides[1], context);
  return node(op, sides[0].type, sides, {}, syntax);
}

function product(syntax: Syntax & { kind: 'call' }, context: Context): Inferred {
  const [left, right] = syntax.args.map((argument) => infer(argument, isLiteral(argument) ? 'int' : undefined, context));
  if (left === undefined || right === undefined) return undefined;
  const types = [left.type, right.type];
  if (types.includes('price') && types.includes('quantity')) {
    return node('price_times_quantity', 'money', left.type === 'price' ? [left, right] : [right, left], {}, syntax);
  }
  if (!types.includes('int') || !types.every(isNumeric)) return mismatch(syntax, left, right, context);
  return node('mul', left.type === 'int' ? right.type : left.type, [left, right], {}, syntax);
}

function negative(syntax: Syntax & { kind: 'call' }, expected: Type | undefined, context: Context): Inferred {
  const [inner] = syntax.args;
  const value = inner === undefined ? undefined : infer(inner, expected, context);
  if (value === undefined) return undefined;
  if (!isNumeric(value.type)) return fail(context, syntax, wrongType(words('数值', 'a number'), value.type));
  return node('neg', value.type, [value], {}, syntax);
}

function call(syntax: Syntax & { kind: 'call' }, expected: Type | undefined, context: Context): Inferred {
  const compared = comparisons.get(syntax.name);
  if (compared !== undefined) return comparison(syntax, compared, context);
  switch (syntax.name) {
    case '&&':
      return logic(syntax, 'and', context);
    case '||':
      return logic(syntax, 'or', context);
    case '!_':
      return logic(syntax, 'not', context);
    case '?:':
      return conditional(syntax, expected, context);
    case '+':
      return sumOrDifference(syntax, 'add', expected, context);
    case '-':
      return sumOrDifference(syntax, 'sub', expected, context);
    case '*':
      return product(syntax, context);
    case '-_':
      return negative(syntax, expected, context);
    case 'in':
      return membership(syntax, context);
    default:
      return callFunction(syntax, expected, context);
  }
}

/** Gives an expression its type and its IR node; problems are reported at their position. */
export function infer(syntax: Syntax, expected: Type | undefined, context: Context): Inferred {
  switch (syntax.kind) {
    case 'literal':
      return literal(syntax, expected, context);
    case 'path':
      return pathNode(syntax, context);
    case 'list':
      return fail(context, syntax, wrongForm('in', "x in ['a', 'b']"));
    case 'call':
      return call(syntax, expected, context);
  }
}

/** Checks a whole expression against the type it must have. */
export function checkExpression(source: ExpressionSource, expected: Type, scope: Scope, to: Complaints): Inferred {
  const syntax = parseExpression(source, to);
  if (syntax === undefined) return undefined;
  const context: Context = { source, scope, to };
  const found = infer(syntax, expected, context);
  if (found === undefined) return undefined;
  const expr = widen(found, expected);
  return expr.type === expected ? expr : fail(context, syntax, wrongType(typeWords(expected), expr.type));
}
