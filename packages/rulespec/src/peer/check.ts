import { dimensionTables, type WorkingColumn } from '@hengjian/standard';
import { itemsCondition, type Scopes } from '../check/check-shape.ts';
import { type Expr, node, walk } from '../check/ir.ts';
import { complainAt } from '../check/problems.ts';
import { lenient, type RuleChecker, strict, tableOf } from '../check/rule-checker.ts';
import { columnType, type Scope } from '../check/scope.ts';
import { dictionaryOf, isCode, type Type } from '../check/types.ts';
import { suggestion } from '../source/reader.ts';
import type { ExpressionSource } from '../source/rule-source.ts';
import type { CheckedPeer, CheckedTerm, PeerColumn, PeerTable } from './checked.ts';
import { type Entity, lineTerms, type PeerShape, type TermSource, visitTerms } from './source.ts';

/** An expression of constants and parameters, which is worked out where no row is at hand. */
export function constantExpr(checker: RuleChecker, source: ExpressionSource, type: Type, scopes: Scopes): Expr {
  const scope: Scope = { ...scopes.limit, self: 'group' };
  const expr = strict(checker, source, type, scope, new Set());
  if ([...walk(expr)].some(({ op }) => op === 'field' || op === 'point')) {
    complainAt(checker.to, source.at, source.field, 'rule-constant', `${source.field} is the same for all rows`, 'write a number or a parameter');
  }
  return expr;
}

function term(checker: RuleChecker, source: TermSource, of: 'line' | 'visit', scopes: Scopes): CheckedTerm {
  const measures: readonly string[] = of === 'line' ? lineTerms : visitTerms;
  if (!measures.includes(source.measure)) {
    const message = `${source.measure} cannot be summed of ${of}s`;
    complainAt(checker.to, source.at, `${source.field}.measure`, 'rule-measure', message, `use ${measures.join(', ')}`);
  }
  if (of === 'visit' && source.items !== undefined)
    complainAt(checker.to, source.at, `${source.field}.items`, 'rule-items', 'visits have no items', 'write of: line, or ask charged() in where');
  const where = source.where === undefined ? undefined : lenient(checker, source.where, scopes.where, new Set());
  const table = tableOf(checker, source.items, `${source.field}.items`);
  return { measure: source.measure, where: itemsCondition(checker, table, where, source.at) };
}

/** Dimension tables that belong to an entity. */
const tablesOf: Readonly<Record<Entity, readonly PeerTable[]>> = {
  institution: ['institution'],
  practitioner: ['practitioner', 'institution'],
  department: ['department', 'institution'],
  item: ['item'],
};

function peerColumn(checker: RuleChecker, name: string, entity: Entity): PeerColumn | undefined {
  const [table = '', column = ''] = name.split('.');
  const allowed: readonly string[] = tablesOf[entity];
  const wrong = (message: string, remedy: string): undefined => complainAt(checker.to, checker.rule.at, 'peers', 'rule-peers', message, remedy);
  if (!allowed.includes(table))
    return wrong(`${name} is no property of a ${entity}`, `name columns of ${allowed.join(', ')}, for example ${allowed[0]}.${columnsOf(allowed[0])[0]}`);
  const columns: readonly WorkingColumn[] = dimensionTables[table as PeerTable];
  const found = columns.find((candidate) => candidate.name === column && (candidate.kind === 'code' || candidate.kind === 'code8'));
  if (found === undefined) return wrong(`${table} has no code ${column} that peers can share`, suggestion(column, columnsOf(table)));
  const type = columnType(found);
  const own = table as PeerTable;
  if (own === 'institution' || own === 'practitioner')
    checker.seen.push(node('field', type, [], { role: 'self', table: own, column, kind: found.kind, nullable: true }, { start: 0, end: 0 }));
  return { name, table: own, column, kind: found.kind, dictionary: isCode(type) ? dictionaryOf(type) : '' };
}

const columnsOf = (table: string | undefined): readonly string[] =>
  (dimensionTables[(table ?? 'institution') as PeerTable] as readonly WorkingColumn[])
    .filter(({ kind }) => kind === 'code' || kind === 'code8')
    .map(({ name }) => name);

function demands(checker: RuleChecker, shape: PeerShape): void {
  const wrong = (field: string, message: string, remedy: string): undefined => complainAt(checker.to, checker.rule.at, field, 'rule-peer', message, remedy);
  if (shape.compare === 'trend' && shape.peers.length > 0)
    wrong('peers', 'a trend compares an entity with its own past', 'remove peers, or write compare: robust');
  if (shape.compare !== 'robust' && shape.also !== undefined) wrong('also', 'also is a second condition beside the robust score', 'remove also');
  if (shape.entity === 'item' && shape.of === 'visit') wrong('of', 'visits have no item', 'write of: line');
  if (shape.entity === 'department' && shape.of === 'visit') wrong('of', 'visits have no department', 'write of: line');
}

/** Checks the part of a peer rule that belongs to its shape. */
export function checkPeer(checker: RuleChecker, shape: PeerShape, scopes: Scopes): CheckedPeer {
  demands(checker, shape);
  return {
    kind: 'peer',
    entity: shape.entity,
    of: shape.of,
    over: shape.over,
    numerator: term(checker, shape.numerator, shape.of, scopes),
    denominator: shape.denominator === undefined ? undefined : term(checker, shape.denominator, shape.of, scopes),
    peers: shape.peers.flatMap((name) => peerColumn(checker, name, shape.entity) ?? []),
    compare: shape.compare,
    direction: shape.direction,
    limit: constantExpr(checker, shape.limit, 'ratio', scopes),
    also: shape.also === undefined ? undefined : constantExpr(checker, shape.also, 'ratio', scopes),
    months: shape.months,
    minimum: shape.minimum,
  };
}
