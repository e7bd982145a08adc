import { checkGroup } from '../group/check.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { checkPeer } from '../peer/check.ts';
import type {
  LineShape,
  Measure,
  PairShape,
  Position,
  StaysShape,
  SumMeasure,
  SumSource,
  TotalShape,
  VisitShape,
  WindowShape,
  WithinSource,
} from '../source/rule-source.ts';
import type { CheckedShape, CheckedSum, Grouping, Within } from './checked.ts';
import { type Expr, node } from './ir.ts';
import { complainAt } from './problems.ts';
import { columnOf, dispatch, lenient, type RuleChecker, refused, strict, tableOf } from './rule-checker.ts';
import type { Scope } from './scope.ts';
import { isSet, type Type } from './types.ts';

const measureTypes: Readonly<Record<Measure | SumMeasure, Type>> = {
  cnt: 'quantity',
  amount: 'money',
  inscp: 'money',
  supply: 'days',
  fund: 'money',
  ownpay: 'money',
  count: 'int',
  days: 'int',
  kinds: 'int',
  visits: 'int',
  institutions: 'int',
  persons: 'int',
  ipt_days: 'int',
};
/** Type of what a total, a window or a sum measures. */
export const measureType = (measure: Measure | SumMeasure): Type => measureTypes[measure];

/** Scopes of the places of a rule. */
export interface Scopes {
  readonly where: Scope;
  readonly when: Scope;
  /** Limits of totals. */
  readonly limit: Scope;
  /** Exceptions and messages. */
  readonly exception: Scope;
  /** Lines counted by sums. */
  readonly line: Scope;
}

const shared = { two: false, a: false, oneVisit: false, each: undefined, sums: new Map<string, Type>(), measure: undefined, texts: false } as const;

/** The knowledge table whose rows are the points of the rule. */
export function mainTable(checker: RuleChecker): KnowledgeTable | undefined {
  const { shape } = checker.rule;
  if (shape.kind === 'visit') return tableOf(checker, shape.points, 'points');
  if (shape.kind === 'pair') return tableOf(checker, shape.pairs ?? shape.items, shape.pairs === undefined ? 'items' : 'pairs');
  return 'items' in shape ? tableOf(checker, shape.items, 'items') : undefined;
}

export function scopesOf(checker: RuleChecker, point: KnowledgeTable | undefined, params: ReadonlyMap<string, Type>): Scopes {
  const { shape } = checker.rule;
  const base = { ...shared, point, params, tables: checker.tables };
  const line: Scope = { ...base, self: 'line' };
  const visit: Scope = { ...base, self: 'visit' };
  switch (shape.kind) {
    case 'line':
      return { where: line, when: line, limit: line, exception: line, line };
    case 'visit': {
      const sums = new Map(shape.sums.map((sum) => [sum.name, measureType(sum.measure)]));
      const own: Scope = { ...visit, each: shape.each };
      const full: Scope = { ...own, sums };
      return { where: own, when: full, limit: full, exception: full, line: { ...line, point: undefined } };
    }
    case 'pair':
    case 'stays': {
      const one = { ...(shape.kind === 'pair' ? line : visit), two: true };
      const both = { ...one, a: true };
      return { where: one, when: both, limit: both, exception: both, line };
    }
    case 'peer':
    case 'group': {
      const own = shape.of === 'line' ? line : visit;
      return { where: own, when: own, limit: own, exception: own, line };
    }
    case 'total': {
      const own = shape.of === 'line' ? line : visit;
      const stock = checker.rule.by === 'institution' && shape.of === 'line' && shape.group === 'item' && shape.over === 'month';
      const group: Scope = { ...base, self: 'group', oneVisit: shape.of === 'visit' || ['visit', 'visit_day'].includes(shape.over), stock };
      return { where: own, when: { ...own, stock }, limit: group, exception: { ...own, measure: measureType(shape.measure), counts: true }, line };
    }
    case 'window': {
      const own = shape.of === 'line' ? line : visit;
      return { where: own, when: own, limit: own, exception: { ...own, measure: measureType(shape.measure), counts: true }, line };
    }
  }
}

type Known = ReadonlySet<string>;

function line(checker: RuleChecker, shape: LineShape, table: KnowledgeTable | undefined, scopes: Scopes, known: Known): CheckedShape {
  return { kind: 'line', items: dispatch(checker, table, 'item', 'items', checker.rule.at), when: strict(checker, shape.when, 'bool', scopes.when, known) };
}

/** The condition that an item is in a set, together with another one. */
export function itemsCondition(checker: RuleChecker, table: KnowledgeTable | undefined, where: Expr | undefined, position: Position): Expr | undefined {
  const items = dispatch(checker, table, 'item', 'items', position);
  if (items === undefined) return where;
  const at = { start: 0, end: 0 };
  const code = node('field', 'code:item', [], { role: 'self', table: 'lines', column: 'med_list_codg', kind: 'code', nullable: false }, at);
  const inside = node('in_set', 'bool', [code], { dictionary: 'item', table: items.table, column: items.column }, at);
  checker.seen.push(inside, code);
  return where === undefined ? inside : node('and', 'bool', [inside, where], {}, at);
}

function sumOf(checker: RuleChecker, sum: SumSource, scopes: Scopes): CheckedSum {
  const where = sum.where === undefined ? undefined : lenient(checker, sum.where, scopes.line, new Set());
  const table = tableOf(checker, sum.items, `sums.${sum.name}.items`);
  return { name: sum.name, measure: sum.measure, where: itemsCondition(checker, table, where, sum.at) };
}

function visit(checker: RuleChecker, shape: VisitShape, table: KnowledgeTable | undefined, scopes: Scopes, known: Known): CheckedShape {
  if (shape.points !== undefined && shape.each === undefined) {
    complainAt(
      checker.to,
      checker.rule.at,
      'points',
      'rule-points',
      'points reach a visit only through each: diagnosis or operation',
      'add each, or use diagnosed() instead',
    );
  }
  const operation = shape.each === 'operation';
  return {
    kind: 'visit',
    each: shape.each,
    points: dispatch(checker, table, operation ? 'operation' : 'diagnosis', operation ? 'operations' : 'diagnoses', checker.rule.at),
    sums: shape.sums.map((sum) => sumOf(checker, sum, scopes)),
    when: strict(checker, shape.when, 'bool', scopes.when, known),
  };
}

function within(checker: RuleChecker, source: WithinSource, table: KnowledgeTable | undefined, scopes: Scopes, known: Known): Within {
  if (source.kind === 'point') {
    const column = columnOf(checker, table, source.column, 'within', (type) => type === 'window', 'window');
    if (table === undefined) complainAt(checker.to, checker.rule.at, 'within', 'rule-within', 'within: point needs a table', 'add pairs or items');
    const found = table?.columns.find((candidate) => candidate.name === column);
    if (found?.nullable === true) complainAt(checker.to, checker.rule.at, 'within', 'rule-within', `some rows have no ${column}`, 'give every row a window');
    return { kind: 'point', column };
  }
  if (source.kind !== 'minutes' && source.kind !== 'days') return { kind: source.kind };
  return { kind: source.kind, length: strict(checker, source.length, 'int', { ...scopes.where, self: 'group', two: true }, known) };
}

function pair(checker: RuleChecker, shape: PairShape, table: KnowledgeTable | undefined, scopes: Scopes, known: Known): CheckedShape {
  const { at } = checker.rule;
  const common = {
    kind: 'pair' as const,
    different_item: shape.different_item,
    within: within(checker, shape.within, table, scopes, known),
    violating: shape.violating,
    when: strict(checker, shape.when, 'bool', scopes.when, known),
  };
  if (shape.pair !== undefined && table !== undefined) {
    const [a, b] = shape.pair;
    for (const name of shape.pair) columnOf(checker, table, name, 'pair', (type) => type === 'set:item', 'items');
    return { ...common, same: 'table', items: { table: table.name, column: b }, items_a: { table: table.name, column: a }, order: shape.order };
  }
  const items = dispatch(checker, table, 'item', 'items', at);
  const base = { ...common, items, items_a: items, order: 'before' as const };
  if (shape.order === 'any' && (shape.same === 'item' || shape.same === 'key'))
    complainAt(checker.to, at, 'order', 'rule-order', `same: ${shape.same} looks back only`, 'write order: before');
  if (shape.same === 'item' || shape.same === undefined) return { ...base, same: 'item' };
  if (shape.same === 'key') {
    if (checker.rule.by === 'person')
      complainAt(checker.to, at, 'same', 'rule-same', 'same: key needs a walk by another key than the person', 'add by, or write same: item');
    return { ...base, same: 'key' };
  }
  if (table === undefined) complainAt(checker.to, at, 'same', 'rule-same', `same: ${shape.same} needs items`, 'add items: <table>');
  const column = columnOf(checker, table, shape.same.replace(/^point\./, ''), 'same', (type) => !isSet(type) && type !== 'window', 'text, code or number');
  return { ...base, order: shape.order, same: { column } };
}

function grouping(checker: RuleChecker, group: string | undefined, table: KnowledgeTable | undefined, of: 'line' | 'visit'): Grouping {
  const name = group ?? (table === undefined ? (of === 'visit' ? 'all' : 'item') : 'point');
  if (name === 'all' || name === 'item') return name;
  if (table === undefined) {
    complainAt(checker.to, checker.rule.at, 'group', 'rule-group', `group: ${name} needs items`, 'add items: <table>, or group by item or all');
    return 'all';
  }
  if (name === 'point') return 'point';
  return { column: columnOf(checker, table, name.replace(/^point\./, ''), 'group', (type) => !isSet(type) && type !== 'window', 'text, code or number') };
}

const visitMeasures: readonly Measure[] = ['amount', 'inscp', 'fund', 'count', 'days', 'visits', 'institutions', 'persons', 'ipt_days'];
const visitsOnly: readonly Measure[] = ['ipt_days', 'fund'];

function grouped(checker: RuleChecker, shape: TotalShape | WindowShape, table: KnowledgeTable | undefined) {
  const { at } = checker.rule;
  const fits = shape.of === 'visit' ? visitMeasures.includes(shape.measure) : !visitsOnly.includes(shape.measure);
  if (!fits)
    complainAt(checker.to, at, 'measure', 'rule-measure', `${shape.measure} cannot be measured of ${shape.of}s`, 'choose another measure, or change of');
  if (shape.of === 'visit' && (shape.items !== undefined || shape.group === 'item'))
    complainAt(checker.to, at, 'items', 'rule-items', 'visits have no items', 'remove items, or write of: line');
  return { items: dispatch(checker, table, 'item', 'items', at), of: shape.of, group: grouping(checker, shape.group, table, shape.of), measure: shape.measure };
}

function total(checker: RuleChecker, shape: TotalShape, table: KnowledgeTable | undefined, scopes: Scopes, known: Known): CheckedShape {
  if (shape.of === 'visit' && (shape.over === 'prescription' || shape.over === 'visit_day')) {
    complainAt(checker.to, checker.rule.at, 'over', 'rule-over', `visits cannot be summed over ${shape.over}`, 'write of: line');
  }
  return {
    kind: 'total',
    ...grouped(checker, shape, table),
    over: shape.over,
    limit: strict(checker, shape.limit, measureType(shape.measure), scopes.limit, known),
  };
}

function window(checker: RuleChecker, shape: WindowShape, table: KnowledgeTable | undefined, scopes: Scopes, known: Known): CheckedShape {
  const days = strict(checker, shape.days, 'int', { ...scopes.limit, self: 'group' }, known);
  return { kind: 'window', ...grouped(checker, shape, table), days, limit: strict(checker, shape.limit, measureType(shape.measure), scopes.limit, known) };
}

function stays(checker: RuleChecker, shape: StaysShape, scopes: Scopes, known: Known): CheckedShape {
  // a_where speaks of a under plain names and under a.
  const one: Scope = { ...scopes.when };
  const a_where = shape.a_where === undefined ? undefined : lenient(checker, shape.a_where, one, new Set());
  for (const inner of a_where === undefined ? [] : [a_where]) {
    if (readsB(inner))
      complainAt(
        checker.to,
        shape.a_where?.at ?? checker.rule.at,
        'a_where',
        'rule-where',
        'a_where speaks of b',
        'name fields as a.<field>; compare a with b in when',
      );
  }
  const within_days =
    shape.within_days === undefined ? undefined : strict(checker, shape.within_days, 'int', { ...scopes.where, self: 'group', two: true }, known);
  return { kind: 'stays', a_where, within_days, swap: shape.swap, when: strict(checker, shape.when, 'bool', scopes.when, known) };
}

const readsB = (expr: Expr): boolean => {
  const { role, table } = expr.data as { role?: string; table?: string };
  return (role === 'b' && table !== 'persons') || expr.args.some(readsB);
};

/** Checks the part of the rule that belongs to its shape. */
export function checkShape(checker: RuleChecker, table: KnowledgeTable | undefined, scopes: Scopes, known: Known): CheckedShape {
  const { shape } = checker.rule;
  switch (shape.kind) {
    case 'line':
      return line(checker, shape, table, scopes, known);
    case 'visit':
      return visit(checker, shape, table, scopes, known);
    case 'pair':
      return pair(checker, shape, table, scopes, known);
    case 'total':
      return total(checker, shape, table, scopes, known);
    case 'window':
      return window(checker, shape, table, scopes, known);
    case 'stays':
      return stays(checker, shape, scopes, known);
    case 'peer':
      return checkPeer(checker, shape, scopes);
    case 'group':
      return checkGroup(checker, shape, scopes, known);
  }
}

/** Joins two optional conditions. */
export function conjunction(left: Expr | undefined, right: Expr | undefined): Expr | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return node('and', 'bool', [left, right], {}, left);
}
export { refused };
