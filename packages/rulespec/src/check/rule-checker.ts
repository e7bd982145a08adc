import { inputProblems, words } from '@hengjian/standard';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { invalid, kindWords, rulespecProblems, unknownName } from '../problems.ts';
import type { RuleSource } from '../source/rule-source.ts';
import type { ExpressionSource, Position } from '../source/vocabulary.ts';
import { checkExpression, infer } from './expression.ts';
import { specialTest } from './functions.ts';
import { type Expr, node, type Role, walk } from './ir.ts';
import { atomOf, both, guarded, knownTest, negated, unguarded } from './nullability.ts';
import type { Dispatch, Need } from './parts.ts';
import { type Complaints, complain, complainAt } from './problems.ts';
import type { Scope, Scopes } from './scope.ts';
import { parseExpression } from './syntax.ts';
import type { Type } from './types.ts';
import { isSet } from './types.ts';

/** What the checks of one rule share. */
export interface RuleChecker {
  readonly rule: RuleSource;
  readonly tables: ReadonlyMap<string, KnowledgeTable>;
  readonly to: Complaints;
  /** Whether the rule speaks of age in days, which asks more of a recorded age. */
  readonly ageInDays: boolean;
  /** Every node of the rule, for checks of the whole. */
  readonly seen: Expr[];
}

/** A stand-in where an expression was refused; the rule does not pass anyway. */
export const refused: Expr = node('boolean', 'bool', [], { value: false }, { start: 0, end: 0 });

function remember(checker: RuleChecker, expr: Expr): Expr {
  checker.seen.push(...walk(expr));
  return expr;
}

/** The name under which the lack of a value is counted. */
export const causeOf = (atom: string): string =>
  atom
    .replace(/^horizon of .*/, 'charged_within(…)')
    .replace('age_years', 'age')
    .replace('age_days', 'age')
    .replace('lines.', 'line.')
    .replace('visits.', 'visit.')
    .replace('persons.', 'person.')
    .replace('settlements.', 'settlement.');

/** Checks an expression whose nullable values must all be covered by `needs`. */
export function strict(checker: RuleChecker, source: ExpressionSource, type: Type, scope: Scope, known: ReadonlySet<string>): Expr {
  const expr = checkExpression(source, type, scope, checker.to);
  if (expr === undefined) return refused;
  for (const lack of unguarded(expr, known)) {
    const name = causeOf(atomOf(lack) ?? '');
    complain(checker.to, source, lack.start, rulespecProblems.problem('expression-nullable', { name }));
  }
  return remember(checker, expr);
}

/** Checks a condition under three-valued logic: it holds only when it is true. */
export function lenient(checker: RuleChecker, source: ExpressionSource, scope: Scope, known: ReadonlySet<string>): Expr {
  const expr = checkExpression(source, 'bool', scope, checker.to);
  return expr === undefined ? refused : remember(checker, guarded(expr, known));
}

/** Rows for which a condition is neither true nor false, because they lack a value. */
export interface Undecided {
  readonly cause: string;
  /** That the value is there. */
  readonly test: Expr;
  readonly where: Expr;
}

/** A condition under three-valued logic, and where it is neither true nor false, by each value that may be missing. */
export function threeValued(
  checker: RuleChecker,
  source: ExpressionSource,
  scope: Scope,
): { readonly where: Expr; readonly open: readonly Undecided[] } {
  const expr = checkExpression(source, 'bool', scope, checker.to);
  if (expr === undefined) return { where: refused, open: [] };
  const where = guarded(expr, new Set());
  const neither = both(negated(where), negated(guarded(expr, new Set(), true)));
  const lacks = new Map(unguarded(expr, new Set()).map((lack) => [atomOf(lack) ?? '', lack]));
  const open = [...lacks].map(([atom, lack]) => {
    const test = knownTest(lack);
    return { cause: causeOf(atom), test, where: remember(checker, both(negated(test), neither)) };
  });
  return { where: remember(checker, where), open };
}

/** What may stand in `needs`. */
const needable = words(
  '字段，或 age、diagnoses、operations、lines、enrolments、stock、practitioner_stays',
  'a field, or age, diagnoses, operations, lines, enrolments, stock or practitioner_stays',
);

const roleIn = (expr: Expr): Role => {
  for (const inner of walk(expr)) {
    const role = (inner.data as { role?: Role }).role;
    if (role !== undefined) return role;
  }
  return 'self';
};

/** Reads one entry of `needs`; nothing is needed of what is never missing. */
export function need(checker: RuleChecker, source: ExpressionSource, scope: Scope): { needs: readonly Need[]; atoms: readonly string[] } {
  const role: Role = scope.two ? 'b' : 'self';
  if (source.text === 'main_diagnosis') {
    const roles: readonly Role[] = scope.a ? ['b', 'a'] : [role];
    const nodes = roles.map((own) => node('main_diagnosis', 'code:diagnosis', [], { role: own }, { start: 0, end: 0 }));
    const needs = nodes.map((expr, index) => ({
      cause: source.text,
      test: remember(checker, knownTest(expr)),
      role: roles[index] ?? role,
    }));
    return { needs, atoms: nodes.map((expr) => atomOf(expr) ?? '') };
  }
  const tests = specialTest(source.text, { start: 0, end: source.text.length }, role);
  const last = checker.ageInDays ? tests?.at(-1) : tests?.[0];
  if (tests !== undefined && last !== undefined) {
    const atoms = (checker.ageInDays ? tests : tests.slice(0, 1)).map((test) => atomOf(test) ?? '');
    return { needs: [{ cause: source.text, test: remember(checker, last), role }], atoms };
  }
  const syntax = parseExpression(source, checker.to);
  const expr = syntax === undefined ? undefined : infer(syntax, undefined, { source, scope, to: checker.to });
  if (expr === undefined) return { needs: [], atoms: [] };
  if (!['field', 'point', 'number_of', 'main_diagnosis', 'charged_within'].includes(expr.op)) {
    complain(checker.to, source, 0, invalid(source.text, needable));
    return { needs: [], atoms: [] };
  }
  const atom = atomOf(expr);
  if (atom === undefined) return { needs: [], atoms: [] };
  const cause = expr.op === 'charged_within' ? 'horizon' : source.text;
  return { needs: [{ cause, test: remember(checker, knownTest(expr)), role: roleIn(expr) }], atoms: [atom] };
}

/** The table of that name, or a problem. */
export function tableOf(checker: RuleChecker, name: string | undefined, field: string): KnowledgeTable | undefined {
  if (name === undefined) return undefined;
  const table = checker.tables.get(name);
  if (table !== undefined) return table;
  return complainAt(checker.to, checker.rule.at, field, unknownName(kindWords.table, name, [...checker.tables.keys()]));
}

/** The column through which a table reaches codes of a dictionary: the named one, one called like its type, or the first. */
export function dispatch(
  checker: RuleChecker,
  table: KnowledgeTable | undefined,
  dictionary: string,
  preferred: string,
  at: Position,
): Dispatch | undefined {
  if (table === undefined) return undefined;
  const fitting = table.columns.filter((column) => column.type === `set:${dictionary}`);
  const column = fitting.find((candidate) => candidate.name === preferred) ?? fitting[0];
  if (column !== undefined) return { table: table.name, column: column.name };
  return complainAt(checker.to, at, 'items', inputProblems.problem('column-missing', { column: `${preferred}:${preferred}` }));
}

/** A column of the table that must exist and have one of the types. */
export function columnOf(
  checker: RuleChecker,
  table: KnowledgeTable | undefined,
  name: string,
  field: string,
  fits: (type: Type) => boolean,
  what: string,
): string {
  if (table === undefined) return name;
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    const known = table.columns.map((candidate) => candidate.name);
    complainAt(checker.to, checker.rule.at, field, unknownName(kindWords.column, name, known));
  } else if (!fits(column.type)) {
    complainAt(checker.to, checker.rule.at, field, invalid(name, words(`类型为 ${what} 的列`, `a column of type ${what}`)));
  }
  return name;
}

/** An expression of constants and parameters, which is worked out where no row is at hand. */
export function constantExpr(checker: RuleChecker, source: ExpressionSource, type: Type, scopes: Scopes): Expr {
  const scope: Scope = { ...scopes.limit, self: 'group' };
  const expr = strict(checker, source, type, scope, new Set());
  if ([...walk(expr)].some(({ op }) => op === 'field' || op === 'point')) {
    complainAt(checker.to, source.at, source.field, invalid(source.text, words('数值或参数', 'a number or a parameter')));
  }
  return expr;
}

/** The condition that an item is in a set, together with another one. */
export function itemsCondition(
  checker: RuleChecker,
  table: KnowledgeTable | undefined,
  where: Expr | undefined,
  position: Position,
): Expr | undefined {
  const items = dispatch(checker, table, 'item', 'items', position);
  if (items === undefined) return where;
  const at = { start: 0, end: 0 };
  const code = node('field', 'code:item', [], { role: 'self', table: 'lines', column: 'med_list_codg', kind: 'code', nullable: false }, at);
  const inside = node('in_set', 'bool', [code], { dictionary: 'item', table: items.table, column: items.column }, at);
  checker.seen.push(inside, code);
  return where === undefined ? inside : node('and', 'bool', [inside, where], {}, at);
}

/** Columns of points that rows can be put together by. */
export const isGroupable = (type: Type): boolean => !isSet(type) && type !== 'window';
export const groupable = 'text, code, number';
