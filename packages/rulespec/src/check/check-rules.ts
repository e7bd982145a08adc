import type { Problem } from '@hengjian/standard';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import type { ExpressionSource, Reach, RuleSource } from '../source/rule-source.ts';
import { checkShape, conjunction, mainTable, scopesOf } from './check-shape.ts';
import type { CheckedAmount, CheckedException, CheckedRule, CheckedShape } from './checked.ts';
import type { Expr, OpName } from './ir.ts';
import { checkMessage } from './message.ts';
import { knownWhen } from './nullability.ts';
import { checkParameters } from './params.ts';
import { type Complaints, complainAt } from './problems.ts';
import { lenient, need, type RuleChecker, strict } from './rule-checker.ts';
import type { Scope } from './scope.ts';
import type { Type } from './types.ts';

function expressionsOf(rule: RuleSource): readonly (ExpressionSource | undefined)[] {
  const shape = Object.values(rule.shape).filter((value): value is ExpressionSource => typeof value === 'object' && value !== null && 'text' in value);
  return [...shape, rule.where, ...rule.exceptions.map((exception) => exception.when), rule.amount.cap, rule.amount.excess, rule.amount.difference];
}

const methodsOf: Readonly<Record<string, readonly CheckedAmount['method'][]>> = {
  line: ['whole', 'excess', 'price_excess', 'none'],
  visit: ['stay', 'difference', 'none'],
  pair: ['whole', 'price_excess', 'none'],
  lines: ['whole', 'excess', 'none'],
  stays: ['stay', 'difference', 'none'],
  visits: ['stay', 'none'],
  peer: ['none'],
  group: ['none'],
};

function checkAmount(checker: RuleChecker, shape: CheckedShape, scope: Scope, known: ReadonlySet<string>): CheckedAmount {
  const { amount } = checker.rule;
  const kind = shape.kind === 'total' || shape.kind === 'window' ? (shape.of === 'line' ? 'lines' : 'visits') : shape.kind;
  const allowed = methodsOf[kind] ?? [];
  const wrong = (message: string, remedy: string): undefined => complainAt(checker.to, amount.at, 'amount', 'rule-amount', message, remedy);
  if (!allowed.includes(amount.method)) wrong(`a rule of shape ${shape.kind} cannot take ${amount.method}`, `use ${allowed.join(', ')}`);
  const asks = amount.method === 'excess' && shape.kind === 'line';
  if (asks !== (amount.excess !== undefined)) wrong('excess is given exactly when a line rule takes method excess', 'add or remove amount.excess');
  if ((amount.method === 'price_excess') !== (amount.cap !== undefined)) wrong('cap is given exactly with method price_excess', 'add or remove amount.cap');
  if ((amount.method === 'difference') !== (amount.difference !== undefined))
    wrong('difference is given exactly with method difference', 'add or remove amount.difference');
  const priced = [...known].some((atom) => atom.endsWith('lines.pric') && !atom.startsWith('a.'));
  if (amount.method === 'price_excess' && !priced) wrong('price_excess reads line.pric, which may be missing', 'add line.pric to needs');
  return {
    method: amount.method,
    excess: amount.excess === undefined ? undefined : strict(checker, amount.excess, 'quantity', scope, known),
    cap: amount.cap === undefined ? undefined : strict(checker, amount.cap, 'price', scope, known),
    difference: amount.difference === undefined ? undefined : strict(checker, amount.difference, 'money', scope, known),
  };
}

function checkExceptions(checker: RuleChecker, shape: CheckedShape, scope: Scope, known: ReadonlySet<string>): readonly CheckedException[] {
  return checker.rule.exceptions.map((exception) => {
    for (const item of exception.needs) need(checker, item, scope);
    if (typeof exception.effect === 'object' && shape.kind !== 'total' && shape.kind !== 'window') {
      complainAt(checker.to, exception.when.at, 'exceptions', 'rule-exception', 'cap raises a limit, which this shape has not', 'use clear or lower');
    }
    return { when: lenient(checker, exception.when, scope, known), effect: exception.effect, basis: exception.basis };
  });
}

const rowScopes = ['visit', 'prescription', 'visit_day'];
/** Operators that look into the history of one person. */
const ofOnePerson: readonly OpName[] = ['charged_point', 'charged_table', 'charged_within', 'lines_known'];

function reachOf(rule: RuleSource, shape: CheckedShape, looksBack: boolean): Reach | undefined {
  if (rule.by !== 'person') return 'row';
  if (rule.reach !== undefined) return rule.reach;
  if (looksBack) return 'city';
  if (shape.kind === 'line' || shape.kind === 'visit') return 'row';
  if (shape.kind === 'total') return rowScopes.includes(shape.over) ? 'row' : 'city';
  if (shape.kind === 'peer') return 'row';
  if (shape.kind !== 'pair') return 'city';
  if (shape.within.kind === 'point') return undefined;
  return rowScopes.includes(shape.within.kind) ? 'row' : 'city';
}

const levels = ['hosp_lv', 'lmtpric_hosp_lv', 'dedc_hosp_lv'];

/** What rules that judge many histories at once cannot have. */
function checkStatistic(checker: RuleChecker, shape: CheckedShape): void {
  if (shape.kind !== 'peer' && shape.kind !== 'group') return;
  const { rule, to } = checker;
  if (rule.exceptions.length > 0)
    complainAt(to, rule.at, 'exceptions', 'rule-exception', `a rule of shape ${shape.kind} has no exceptions`, 'leave rows out by where');
  if (rule.payment_scope) complainAt(to, rule.at, 'payment_scope', 'rule-payment-scope', 'payment scope is asked of single lines', 'remove payment_scope');
}

function checkWhole(checker: RuleChecker, shape: CheckedShape): void {
  const { rule, to } = checker;
  checkStatistic(checker, shape);
  for (const expr of checker.seen) {
    if (expr.op !== 'field' || !levels.includes(expr.data.column) || expr.data.column === rule.level_scale) continue;
    const message = `the rule reads institution.${expr.data.column}, its level_scale is ${rule.level_scale ?? 'not given'}`;
    complainAt(to, rule.at, 'level_scale', 'rule-level-scale', message, `write level_scale: ${expr.data.column}, or read the scale that is meant`);
    break;
  }
  if (rule.by !== 'person' && !['pair', 'total', 'window'].includes(shape.kind)) {
    complainAt(to, rule.at, 'by', 'rule-by', `a rule of shape ${shape.kind} walks persons only`, 'remove by, or use shape pair, total or window');
  }
  const prescriptions =
    ('over' in shape && shape.over === 'prescription') || ('within' in shape && (shape.within.kind === 'prescription' || shape.within.kind === 'point'));
  if (rule.by !== 'person' && (prescriptions || checker.seen.some(({ op }) => ofOnePerson.includes(op)))) {
    complainAt(to, rule.at, 'by', 'rule-by', 'prescriptions and charged belong to the history of one person', 'remove by, or ask for a day or a visit');
  }
  if ((rule.by === 'trace_code' || rule.by === 'invoice') && 'of' in shape && shape.of === 'visit') {
    complainAt(to, rule.at, 'of', 'rule-by', `visits have no ${rule.by.replace('_', ' ')}`, 'write of: line');
  }
  const looksBack = checker.seen.some(({ op }) => op === 'charged_within');
  if (looksBack && rule.reach !== undefined && rule.reach !== 'city') {
    complainAt(to, rule.at, 'reach', 'rule-reach', 'charged_within looks across institutions', 'write reach: city, or leave it out');
  }
  if (rule.payment_scope && (shape.kind === 'visit' || shape.kind === 'stays' || ('of' in shape && shape.of === 'visit'))) {
    complainAt(
      to,
      rule.at,
      'payment_scope',
      'rule-payment-scope',
      'payment scope is asked of lines, the rule looks at visits',
      'remove payment_scope and test visit.inscp_amt',
    );
  }
}

function checkRule(rule: RuleSource, tables: ReadonlyMap<string, KnowledgeTable>, to: Complaints): CheckedRule {
  const ageInDays = expressionsOf(rule).some((source) => source?.text.includes('age_days') === true);
  const checker: RuleChecker = { rule, tables, to, ageInDays, seen: [] };
  const params = checkParameters(rule, to);
  const types = new Map<string, Type>(params.map((parameter) => [parameter.name, parameter.type]));
  const table = mainTable(checker);
  const scopes = scopesOf(checker, table, types);
  const found = rule.needs.map((source) => need(checker, source, scopes.when));
  const where = rule.where === undefined ? undefined : lenient(checker, rule.where, scopes.where, new Set());
  const b_where = rule.shape.kind === 'stays' && rule.shape.b_where !== undefined ? lenient(checker, rule.shape.b_where, scopes.where, new Set()) : undefined;
  const condition: Expr | undefined = conjunction(where, b_where);
  const asked = condition === undefined ? [] : knownWhen(condition, true);
  const known = new Set([...found.flatMap(({ atoms }) => atoms), ...asked]);
  const shape = checkShape(checker, table, scopes, known);
  const exceptions = checkExceptions(checker, shape, scopes.exception, known);
  const amount = checkAmount(checker, shape, ['line', 'pair', 'visit', 'stays'].includes(shape.kind) ? scopes.when : scopes.limit, known);
  const messages: Scope = { ...scopes.exception, counts: false };
  const message = { zh: checkMessage(rule, 'zh', messages, to), en: checkMessage(rule, 'en', messages, to) };
  checkWhole(checker, shape);
  const needs = found.flatMap((item) => item.needs);
  return {
    source: rule,
    table: table?.name,
    params,
    needs,
    where: condition,
    shape,
    exceptions,
    amount,
    reach: reachOf(
      rule,
      shape,
      checker.seen.some(({ op }) => op === 'charged_within'),
    ),
    message,
  };
}

/**
 * Checks rules against each other, the knowledge tables and the working form. Only rules without problems come back.
 *
 * @example checkRules([rule], new Map([['drug-children', table]])).problems
 */
export function checkRules(
  rules: readonly RuleSource[],
  tables: ReadonlyMap<string, KnowledgeTable>,
): { rules: readonly CheckedRule[]; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const checked: CheckedRule[] = [];
  const files = new Map<string, string>();
  for (const rule of rules) {
    const to: Complaints = { file: rule.file, problems: [] };
    const other = files.get(rule.id);
    if (other !== undefined) complainAt(to, rule.at, 'id', 'rule-repeated-id', `rule ${rule.id} also stands in ${other}`, 'give each rule its own id');
    files.set(rule.id, rule.file);
    const result = checkRule(rule, tables, to);
    if (to.problems.length === 0) checked.push(result);
    problems.push(...to.problems);
  }
  return { rules: checked, problems };
}
