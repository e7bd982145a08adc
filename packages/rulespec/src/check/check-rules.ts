import { type CarriedColumn, type Problem, type Words, words } from '@hengjian/standard';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { asWritten, companion, notAmong, rulespecProblems, unfit } from '../problems.ts';
import { type Checking, definitionOf, type ShapeDefinition, type Shapes } from '../shapes/definition.ts';
import { shapes } from '../shapes/registry.ts';
import type { CheckedShape } from '../shapes/types.ts';
import type { RuleSource } from '../source/rule-source.ts';
import type { ExpressionSource, Reach, Walk } from '../source/vocabulary.ts';
import { levelScales } from '../source/vocabulary.ts';
import { asksOf, besideOf, inScopeColumn } from './asks.ts';
import type { CheckedRule } from './checked.ts';
import type { Expr, OpName } from './ir.ts';
import { node } from './ir.ts';
import { checkMessage } from './message.ts';
import { knownWhen } from './nullability.ts';
import { checkParameters } from './params.ts';
import type { CheckedAmount, CheckedException, CheckedParameter, Need } from './parts.ts';
import { type Complaints, complainAt } from './problems.ts';
import { lenient, need, type RuleChecker, strict, tableOf } from './rule-checker.ts';
import type { Scope } from './scope.ts';
import { scopeBases } from './scope.ts';
import type { Type } from './types.ts';

function expressionsOf(rule: RuleSource): readonly (ExpressionSource | undefined)[] {
  const shape = Object.values(rule.shape).filter(
    (value): value is ExpressionSource => typeof value === 'object' && value !== null && 'text' in value,
  );
  return [
    ...shape,
    rule.where,
    ...rule.exceptions.map((exception) => exception.when),
    rule.amount.cap,
    rule.amount.excess,
    rule.amount.difference,
  ];
}

/** What the checks of the whole of a rule share. */
interface Whole extends Checking {
  readonly definition: ShapeDefinition;
  readonly shape: CheckedShape;
}

function checkAmount({ checker, definition, shape, scopes, known }: Whole): CheckedAmount {
  const { amount } = checker.rule;
  const wrong = (problem: Problem): undefined => complainAt(checker.to, amount.at, 'amount', problem);
  const scope = scopes[definition.check.amounts];
  const allowed = definition.check.methods(shape);
  if (!allowed.includes(amount.method)) wrong(notAmong(amount.method, allowed));
  const belongs = (key: 'excess' | 'cap' | 'difference', asked: boolean): void => {
    const method = { excess: 'excess', cap: 'price_excess', difference: 'difference' }[key];
    if (asked !== (amount[key] !== undefined))
      wrong(companion(`amount.${key}`, words(`写有 method: ${method}`, `method: ${method} is written`)));
  };
  belongs('excess', amount.method === 'excess' && !definition.check.limited);
  belongs('cap', amount.method === 'price_excess');
  belongs('difference', amount.method === 'difference');
  const priced = [...known].some((atom) => atom.endsWith('lines.pric') && !atom.startsWith('a.'));
  if (amount.method === 'price_excess' && !priced) wrong(rulespecProblems.problem('expression-nullable', { name: 'line.pric' }));
  return {
    method: amount.method,
    excess: amount.excess === undefined ? undefined : strict(checker, amount.excess, 'quantity', scope, known),
    cap: amount.cap === undefined ? undefined : strict(checker, amount.cap, 'price', scope, known),
    difference: amount.difference === undefined ? undefined : strict(checker, amount.difference, 'money', scope, known),
  };
}

const exceptionless = words('先行汇总再判断的规则没有例外', 'a rule that counts before it judges has no exceptions');

function checkExceptions({ checker, definition, scopes, known }: Whole): readonly CheckedException[] {
  const { rule, to } = checker;
  if (rule.exceptions.length > 0 && definition.interpret.kind === 'gather')
    complainAt(to, rule.at, 'exceptions', unfit('exceptions', exceptionless, words('用 where 排除', 'leave rows out by where')));
  return rule.exceptions.map((exception) => {
    for (const item of exception.needs) need(checker, item, scopes.exception);
    if (typeof exception.effect === 'object' && !definition.check.limited) {
      const reason = words('此类规则没有可提高的上限', 'a rule of this shape has no limit to raise');
      complainAt(to, exception.when.at, 'exceptions', unfit('effect: {cap: …}', reason, asWritten('clear, lower')));
    }
    return { when: lenient(checker, exception.when, scopes.exception, known), effect: exception.effect, basis: exception.basis };
  });
}

/** Operators that look into the history of one person. */
const ofOnePerson: readonly OpName[] = ['charged_point', 'charged_table', 'charged_within', 'lines_known'];
const looksAcross = (checker: RuleChecker): boolean => checker.seen.some(({ op }) => op === 'charged_within');

function reachOf({ checker, definition, shape }: Whole): Reach | undefined {
  const { rule } = checker;
  if (rule.by !== 'person') return 'row';
  if (rule.reach !== undefined) return rule.reach;
  return looksAcross(checker) ? 'city' : definition.check.reach(shape);
}

function checkLevels({ rule, to, seen }: RuleChecker): void {
  const columns = seen.flatMap((expr) => (expr.op === 'field' ? [expr.data.column] : []));
  const column = columns.find((name) => levelScales.some((scale) => scale === name) && name !== rule.level_scale);
  if (column === undefined) return;
  const scale = rule.level_scale ?? words('未写', 'not written');
  complainAt(to, rule.at, 'level_scale', rulespecProblems.problem('rule-level-scale', { column, scale }));
}

/** What a rule that walks another key than the person cannot be or ask. */
function checkWalk({ checker, definition, shape }: Whole): void {
  const { rule, to } = checker;
  if (rule.by === 'person') return;
  const wrong = (field: string, reason: Words, use: Words): undefined => complainAt(to, rule.at, field, unfit(field, reason, use));
  const byPerson = asWritten('by: person');
  if (definition.keys === undefined) wrong('by', words('此类规则只按患者归集', 'a rule of this shape walks persons only'), byPerson);
  if (definition.keys?.prescriptions(shape) === true || checker.seen.some(({ op }) => ofOnePerson.includes(op)))
    wrong('by', words('处方和 charged 属于一名患者的病史', 'prescriptions and charged belong to the history of one person'), byPerson);
  if ((rule.by === 'trace_code' || rule.by === 'invoice') && definition.rows.of(shape) === 'visit')
    wrong('of', words('就诊没有追溯码和发票', 'visits have neither trace codes nor invoices'), asWritten('of: line'));
}

function checkWhole(whole: Whole): void {
  const { checker, definition, shape } = whole;
  const { rule, to } = checker;
  checkLevels(checker);
  checkWalk(whole);
  if (looksAcross(checker) && rule.reach !== undefined && rule.reach !== 'city')
    complainAt(
      to,
      rule.at,
      'reach',
      unfit('reach', words('charged_within 跨机构查看', 'charged_within looks across institutions'), asWritten('reach: city')),
    );
  if (rule.person_owed && !rule.payment_scope)
    complainAt(
      to,
      rule.at,
      'person_owed',
      unfit(
        'person_owed',
        words('不看支付范围的规则总是应退个人', 'a rule without payment scope always owes the patient'),
        words('不写 person_owed', 'no person_owed'),
      ),
    );
  if (rule.payment_scope && (definition.rows.of(shape) === 'visit' || definition.interpret.kind === 'gather'))
    complainAt(
      to,
      rule.at,
      'payment_scope',
      unfit(
        'payment_scope',
        words('支付范围只对逐条判断的费用行判断', 'payment scope is asked of single lines'),
        words('不写 payment_scope，改为判断 visit.inscp_amt', 'no payment_scope; test visit.inscp_amt'),
      ),
    );
}

const isExpr = (value: unknown): value is Expr => typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

/** Every expression in a part of a checked shape; needs are none, as what they lack is unknown anyway. */
function expressionsIn(value: unknown): readonly Expr[] {
  if (isExpr(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => (key === 'needs' ? [] : expressionsIn(part)));
}

/** Columns that hold the key of a walk. */
const walkColumns: Readonly<Partial<Record<Walk, Readonly<Record<'line' | 'visit', readonly CarriedColumn[]>>>>> = {
  practitioner: { line: [{ table: 'lines', column: 'bilg_dr_code' }], visit: [{ table: 'visits', column: 'chfpdr_code' }] },
  trace_code: { line: [{ table: 'lines', column: 'drug_trac_codg' }], visit: [] },
  invoice: {
    line: [
      { table: 'lines', column: 'settlement' },
      { table: 'settlements', column: 'invono' },
    ],
    visit: [],
  },
};

/**
 * Columns that a rule reads where no expression says so: of its rows and its key, what its shape measures, what picks its
 * day and, where values differ by area, its area.
 */
function columnsBeside({ checker, definition, shape, table }: Whole, params: readonly CheckedParameter[]): readonly CarriedColumn[] {
  const { rule, tables, seen } = checker;
  const ofLine = definition.rows.of(shape) === 'line';
  const settled: readonly CarriedColumn[] = [
    ...(ofLine ? [{ table: 'lines', column: 'settlement' } as const] : []),
    { table: 'settlements', column: 'setl_time' },
  ];
  const named = seen.flatMap(({ data }) => ('table' in data && typeof data.table === 'string' ? [tables.get(data.table)] : []));
  const regional =
    params.some(({ values }) => values.some(({ area }) => area !== '000000')) ||
    [table, ...named].some((one) => one?.rows.some(({ region }) => region !== '000000') === true);
  const keyed = walkColumns[rule.by]?.[ofLine ? 'line' : 'visit'] ?? [];
  const own: readonly CarriedColumn[] = ofLine ? [] : [{ table: 'visits', column: 'begntime' }];
  const area: CarriedColumn =
    rule.owner === 'insurance' ? { table: 'visits', column: 'insu_admdvs' } : { table: 'institution', column: 'admdvs' };
  const scope = rule.payment_scope ? [inScopeColumn] : [];
  const dated = rule.decisive === 'settlement' ? settled : [];
  return [...own, ...keyed, ...scope, ...(definition.rows.reads?.(shape) ?? []), ...dated, ...(regional ? [area] : [])];
}

/** What the deliveries must carry for a rule. */
function asksOfRule(
  whole: Whole,
  params: readonly CheckedParameter[],
  { where, exceptions, amount, needs }: Pick<CheckedRule, 'where' | 'exceptions' | 'amount' | 'needs'>,
): readonly Need[] {
  const { definition, shape } = whole;
  const parts = Object.entries(shape).filter(([name]) => name !== 'sums' && !name.endsWith('beside'));
  const of = (wanted: (name: string) => boolean): readonly Expr[] =>
    parts.filter(([name]) => wanted(name)).flatMap(([name, part]) => expressionsIn({ [name]: part }));
  const sums = 'sums' in shape ? shape.sums.map(({ name, where: own }) => [name, own] as const) : [];
  return asksOf({
    of: definition.rows.of(shape),
    where,
    filters: of((name) => name.endsWith('_where')),
    conditions: of((name) => name === 'when'),
    values: [...of((name) => name !== 'when' && !name.endsWith('_where')), ...expressionsIn(amount)],
    exceptions: exceptions.map(({ when }) => when),
    sums: new Map(sums),
    needs: [...needs, ...('needs' in shape ? shape.needs : [])],
    more: columnsBeside(whole, params),
  });
}

function checkRule(rule: RuleSource, tables: ReadonlyMap<string, KnowledgeTable>, to: Complaints, shapes: Shapes): CheckedRule {
  const definition = definitionOf(rule.shape, shapes);
  const ageInDays = expressionsOf(rule).some((source) => source?.text.includes('age_days') === true);
  const checker: RuleChecker = { rule, tables, to, ageInDays, seen: [] };
  const params = checkParameters(rule, to);
  const types = new Map<string, Type>(params.map((parameter) => [parameter.name, parameter.type]));
  const named = definition.form.table(rule.shape);
  const table = tableOf(checker, named.name, named.field);
  const scopes = definition.check.scopes(scopeBases(table, types, tables), rule.shape, rule);
  const found = rule.needs.map((source) => need(checker, source, scopes.when));
  const [where, filter] = [rule.where, definition.check.filter(rule.shape)].map((source) =>
    source === undefined ? undefined : lenient(checker, source, scopes.where, new Set()),
  );
  const condition = conjunction(where, filter);
  const known = new Set([...found.flatMap(({ atoms }) => atoms), ...(condition === undefined ? [] : knownWhen(condition, true))]);
  const checking: Checking = { checker, table, scopes, known };
  const shape = definition.check.shape(checking, rule.shape);
  const whole: Whole = { ...checking, definition, shape };
  const exceptions = checkExceptions(whole);
  const amount = checkAmount(whole);
  const needs = found.flatMap((item) => item.needs);
  const messages: Scope = { ...scopes.exception, counts: false };
  const message = { zh: checkMessage(rule, definition, 'zh', messages, to), en: checkMessage(rule, definition, 'en', messages, to) };
  checkWhole(whole);
  return {
    source: rule,
    looksBack: definition.rows.looksBack,
    table: table?.name,
    params,
    needs,
    asks: asksOfRule(whole, params, { where: condition, exceptions, amount, needs }),
    beside: definition.rows.beside === true ? besideOf(condition, definition.rows.of(shape)) : undefined,
    where: condition,
    shape,
    exceptions,
    amount,
    reach: reachOf(whole),
    message,
  };
}

/** Joins two optional conditions. */
function conjunction(left: Expr | undefined, right: Expr | undefined): Expr | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return node('and', 'bool', [left, right], {}, left);
}

/**
 * Checks rules against each other, the knowledge tables and the working form. Only rules without problems come back.
 * `known` are the shapes that rules may have.
 *
 * @example checkRules([rule], new Map([['drug-children', table]])).problems
 */
export function checkRules(
  rules: readonly RuleSource[],
  tables: ReadonlyMap<string, KnowledgeTable>,
  known: Shapes = shapes,
): { rules: readonly CheckedRule[]; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const checked: CheckedRule[] = [];
  const files = new Map<string, string>();
  for (const rule of rules) {
    const to: Complaints = { file: rule.file, problems: [] };
    const other = files.get(rule.id);
    if (other !== undefined) complainAt(to, rule.at, 'id', rulespecProblems.problem('rule-id-twice', { id: rule.id, file: other }));
    files.set(rule.id, rule.file);
    const result = checkRule(rule, tables, to, known);
    if (to.problems.length === 0) checked.push(result);
    problems.push(...to.problems);
  }
  return { rules: checked, problems };
}
