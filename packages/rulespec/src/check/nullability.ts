import { type Expr, node } from './ir.ts';

const roleName = (role: string): string => (role === 'self' ? '' : `${role}.`);

/** Two expressions of one identity mean the same set and length. */
const identity = (expr: Expr): string => JSON.stringify([expr.data, expr.args.map((argument) => [argument.op, argument.data])]);

/** The name under which a value can be missing, `undefined` when it never is. */
export function atomOf(expr: Expr): string | undefined {
  switch (expr.op) {
    case 'field':
      return expr.data.nullable ? `${roleName(expr.data.role)}${expr.data.table}.${expr.data.column}` : undefined;
    case 'point':
      return expr.data.nullable ? `point.${expr.data.column}` : undefined;
    case 'number_of':
      return `number(${expr.args.map((argument) => atomOf(argument) ?? `${argument.start}`).join()})`;
    case 'age_years':
      return `${roleName(expr.data.role)}age_years`;
    case 'age_days':
      return `${roleName(expr.data.role)}age_days`;
    case 'age_known':
      return `${roleName(expr.data.role)}${expr.data.days ? 'age_days' : 'age_years'}`;
    case 'diagnosed_point':
    case 'diagnosed_table':
    case 'diagnoses_known':
      return `${roleName(expr.data.role)}diagnoses`;
    case 'signature':
      return `${roleName(expr.data.role)}signature`;
    case 'main_diagnosis':
      return `${roleName(expr.data.role)}main_diagnosis`;
    case 'insured_on':
    case 'enrolments_known':
      return `${roleName(expr.data.role)}enrolments`;
    case 'diagnosed_with':
      return `${roleName(expr.data.role)}diagnoses`;
    case 'recorded':
      return expr.data.of === 'diagnoses' ? `${roleName(expr.data.role)}diagnoses` : `${roleName(expr.data.role)}operations`;
    case 'operations_known':
      return `${roleName(expr.data.role)}operations`;
    case 'lines_known':
      return `${roleName(expr.data.role)}lines`;
    case 'charged_within':
    case 'horizon_known':
      return `horizon of ${identity(expr)}`;
    case 'supplied':
    case 'stock_known':
      return 'stock';
    case 'practitioner_in_hospital':
    case 'practitioner_stays_known':
      return 'practitioner_stays';
    default:
      return undefined;
  }
}

/** The test that a value is there. */
export function knownTest(expr: Expr): Expr {
  switch (expr.op) {
    case 'age_years':
    case 'age_days':
      return node('age_known', 'bool', [], { role: expr.data.role, days: expr.op === 'age_days' }, expr);
    case 'diagnosed_point':
    case 'diagnosed_table':
      return node('diagnoses_known', 'bool', [], { role: expr.data.role }, expr);
    case 'diagnosed_with':
      return node('diagnoses_known', 'bool', [], { role: expr.data.role }, expr);
    case 'recorded': {
      const { role, of } = expr.data;
      return of === 'diagnoses'
        ? node('diagnoses_known', 'bool', [], { role }, expr)
        : node('operations_known', 'bool', [], { role }, expr);
    }
    case 'insured_on':
      return node('enrolments_known', 'bool', [], { role: expr.data.role }, expr);
    case 'charged_within':
      return node('horizon_known', 'bool', expr.args, expr.data, expr);
    case 'supplied':
      return node('stock_known', 'bool', [], { role: expr.data.role }, expr);
    case 'practitioner_in_hospital':
      return node('practitioner_stays_known', 'bool', [], {}, expr);
    default:
      return node('known', 'bool', [expr], {}, expr);
  }
}

const tests = new Set([
  'age_known',
  'diagnoses_known',
  'enrolments_known',
  'operations_known',
  'lines_known',
  'horizon_known',
  'stock_known',
  'practitioner_stays_known',
]);

/** Values that are there whenever `expr` is `truth`. */
export function knownWhen(expr: Expr, truth: boolean): readonly string[] {
  if (expr.op === 'known') {
    const atom = expr.args[0] === undefined ? undefined : atomOf(expr.args[0]);
    return truth && atom !== undefined ? [atom] : [];
  }
  if (expr.op === 'age_known' && expr.data.days)
    return truth ? ['age_years', 'age_days'].map((name) => `${roleName(expr.data.role)}${name}`) : [];
  if (tests.has(expr.op)) return truth ? [atomOf(expr) ?? ''] : [];
  if (expr.op === 'not') return expr.args.flatMap((argument) => knownWhen(argument, !truth));
  if ((expr.op === 'and' && truth) || (expr.op === 'or' && !truth)) return expr.args.flatMap((argument) => knownWhen(argument, truth));
  return [];
}

const join = (left: ReadonlySet<string>, right: readonly string[]): ReadonlySet<string> => new Set([...left, ...right]);

/** Nodes of `expr` that read a value which may be missing at that point. */
export function unguarded(expr: Expr, known: ReadonlySet<string>): readonly Expr[] {
  const [first, second, third] = expr.args;
  switch (expr.op) {
    case 'known':
      return [];
    case 'default':
      return second === undefined ? [] : unguarded(second, known);
    case 'and':
    case 'or':
      if (first === undefined || second === undefined) return [];
      return [...unguarded(first, known), ...unguarded(second, join(known, knownWhen(first, expr.op === 'and')))];
    case 'cond':
      if (first === undefined || second === undefined || third === undefined) return [];
      return [
        ...unguarded(first, known),
        ...unguarded(second, join(known, knownWhen(first, true))),
        ...unguarded(third, join(known, knownWhen(first, false))),
      ];
    case 'number_of':
      return known.has(atomOf(expr) ?? '') ? [] : [expr];
    default: {
      const atom = tests.has(expr.op) ? undefined : atomOf(expr);
      const inner = expr.args.flatMap((argument) => unguarded(argument, known));
      return atom === undefined || known.has(atom) ? inner : [expr, ...inner];
    }
  }
}

export const both = (left: Expr, right: Expr): Expr => node('and', 'bool', [left, right], {}, left);
const either = (left: Expr, right: Expr): Expr => node('or', 'bool', [left, right], {}, left);
export const negated = (expr: Expr): Expr => node('not', 'bool', [expr], {}, expr);

function leaf(expr: Expr, negative: boolean, known: ReadonlySet<string>): Expr {
  const missing = new Map<string, Expr>();
  for (const item of unguarded(expr, known)) missing.set(atomOf(item) ?? '', item);
  const test = negative ? negated(expr) : expr;
  return [...missing.values()].map(knownTest).reduceRight((rest, guard) => both(guard, rest), test);
}

/**
 * Rewrites a condition so that missing values follow three-valued logic and the whole holds only when it is true:
 * negations are pushed to the leaves and every leaf first asks whether what it reads is there.
 */
export function guarded(expr: Expr, known: ReadonlySet<string>, negative = false): Expr {
  const [first, second, third] = expr.args;
  if (expr.op === 'not' && first !== undefined) return guarded(first, known, !negative);
  if ((expr.op === 'and' || expr.op === 'or') && first !== undefined && second !== undefined) {
    const combine = (expr.op === 'and') !== negative ? both : either;
    return combine(guarded(first, known, negative), guarded(second, known, negative));
  }
  if (expr.op === 'cond' && first !== undefined && second !== undefined && third !== undefined) {
    const yes = both(guarded(first, known), guarded(second, known, negative));
    return either(yes, both(guarded(first, known, true), guarded(third, known, negative)));
  }
  return leaf(expr, negative, known);
}
