import { type ColumnDefinition, columnsOf, type Words, words } from '@hengjian/standard';
import { node } from '../../check/ir.ts';
import { complainAt } from '../../check/problems.ts';
import { constantExpr, itemsCondition, lenient, type RuleChecker, tableOf } from '../../check/rule-checker.ts';
import type { Scopes } from '../../check/scope.ts';
import { columnType } from '../../check/scope.ts';
import { dictionaryOf, isCode } from '../../check/types.ts';
import { asWritten, notAmong, unfit } from '../../problems.ts';
import type { Checking } from '../definition.ts';
import {
  type CheckedPeer,
  type CheckedTerm,
  type Entity,
  lineTerms,
  type PeerColumn,
  type PeerShape,
  type PeerTable,
  type TermSource,
  visitTerms,
} from './types.ts';

function term(checker: RuleChecker, source: TermSource, of: 'line' | 'visit', scopes: Scopes): CheckedTerm {
  const measures: readonly string[] = of === 'line' ? lineTerms : visitTerms;
  if (!measures.includes(source.measure)) complainAt(checker.to, source.at, `${source.field}.measure`, notAmong(source.measure, measures));
  if (of === 'visit' && source.items !== undefined)
    complainAt(
      checker.to,
      source.at,
      `${source.field}.items`,
      unfit(
        'items',
        words('就诊没有项目', 'visits have no items'),
        words('of: line，或在 where 中用 charged()', 'of: line, or charged() in where'),
      ),
    );
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

/** Columns of a dimension that peers can have in common. */
const sharedBy = (table: PeerTable): readonly ColumnDefinition[] =>
  columnsOf(table).filter(({ kind }) => kind === 'code' || kind === 'code8');

function peerColumn(checker: RuleChecker, name: string, entity: Entity): PeerColumn | undefined {
  const [owner, column] = name.split('.');
  const table = tablesOf[entity].find((candidate) => candidate === owner);
  const found = table === undefined ? undefined : sharedBy(table).find((candidate) => candidate.name === column);
  if (table === undefined || found === undefined) {
    const known = tablesOf[entity].flatMap((own) => sharedBy(own).map((one) => `${own}.${one.name}`));
    return complainAt(checker.to, checker.rule.at, 'peers', notAmong(name, known));
  }
  const type = columnType(found);
  if (table === 'institution' || table === 'practitioner')
    checker.seen.push(
      node('field', type, [], { role: 'self', table, column: found.name, kind: found.kind, nullable: true }, { start: 0, end: 0 }),
    );
  return { name, table, column: found.name, kind: found.kind, dictionary: isCode(type) ? dictionaryOf(type) : '' };
}

function demands(checker: RuleChecker, shape: PeerShape): void {
  const wrong = (field: string, reason: Words, use: Words): undefined =>
    complainAt(checker.to, checker.rule.at, field, unfit(field, reason, use));
  if (shape.compare === 'trend' && shape.peers.length > 0)
    wrong(
      'peers',
      words('trend 只与自身前期比较', 'a trend compares an entity with its own past'),
      words('不写 peers，或 compare: robust', 'no peers, or compare: robust'),
    );
  if (shape.compare !== 'robust' && shape.also !== undefined)
    wrong('also', words('also 只与 compare: robust 同用', 'also goes with compare: robust only'), words('不写 also', 'no also'));
  if ((shape.entity === 'item' || shape.entity === 'department') && shape.of === 'visit')
    wrong('of', words('就诊没有项目和科室', 'visits have neither item nor department'), asWritten('of: line'));
}

/** Checks the part of a peer rule that belongs to its shape. */
export function checkPeer({ checker, scopes }: Checking, shape: PeerShape): CheckedPeer {
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
