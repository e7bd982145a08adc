import { words } from '@hengjian/standard';
import { complainAt } from '../../check/problems.ts';
import { columnOf, dispatch, groupable, isGroupable, strict } from '../../check/rule-checker.ts';
import { asWritten, companion, missing, unfit } from '../../problems.ts';
import type { Checking } from '../definition.ts';
import type { CheckedPair, PairShape, Within, WithinSource } from './types.ts';

function within(checking: Checking, source: WithinSource): Within {
  const { checker, table, scopes, known } = checking;
  if (source.kind === 'point') {
    const column = columnOf(checker, table, source.column, 'within', (type) => type === 'window', 'window');
    const found = table?.columns.find((candidate) => candidate.name === column);
    if (table === undefined)
      complainAt(
        checker.to,
        checker.rule.at,
        'within',
        companion('within: point.…', words('写有 pairs 或 items', 'pairs or items is written')),
      );
    if (found?.nullable === true) complainAt(checker.to, checker.rule.at, 'within', missing(`${table?.name ?? ''}.${column}`));
    return { kind: 'point', column };
  }
  if (source.kind !== 'minutes' && source.kind !== 'days') return { kind: source.kind };
  return { kind: source.kind, length: strict(checker, source.length, 'int', { ...scopes.where, self: 'group', two: true }, known) };
}

/** Checks the part of a pair rule that belongs to its shape. */
export function checkPair(checking: Checking, shape: PairShape): CheckedPair {
  const { checker, table, scopes, known } = checking;
  const { at } = checker.rule;
  const common = {
    kind: 'pair',
    different_item: shape.different_item,
    within: within(checking, shape.within),
    violating: shape.violating,
    when: strict(checker, shape.when, 'bool', scopes.when, known),
  } as const;
  if (shape.pair !== undefined && table !== undefined) {
    const [a, b] = shape.pair;
    for (const name of shape.pair) columnOf(checker, table, name, 'pair', (type) => type === 'set:item', 'items');
    return {
      ...common,
      same: 'table',
      items: { table: table.name, column: b },
      items_a: { table: table.name, column: a },
      order: shape.order,
    };
  }
  const items = dispatch(checker, table, 'item', 'items', at);
  const base = { ...common, items, items_a: items, order: 'before' } as const;
  if (shape.order === 'any' && (shape.same === 'item' || shape.same === 'key'))
    complainAt(
      checker.to,
      at,
      'order',
      unfit('order: any', words(`same: ${shape.same} 只向前看`, `same: ${shape.same} looks back only`), asWritten('order: before')),
    );
  if (shape.same === 'item' || shape.same === undefined) return { ...base, same: 'item' };
  if (shape.same === 'key') {
    if (checker.rule.by === 'person')
      complainAt(
        checker.to,
        at,
        'same',
        unfit(
          'same: key',
          words('本规则按患者归集', 'the rule walks by person'),
          words('same: item，或写明 by', 'same: item, or a walk named by by'),
        ),
      );
    return { ...base, same: 'key' };
  }
  if (table === undefined) complainAt(checker.to, at, 'same', companion(`same: ${shape.same}`, words('写有 items', 'items is written')));
  const column = columnOf(checker, table, shape.same.replace(/^point\./, ''), 'same', isGroupable, groupable);
  return { ...base, order: shape.order, same: { column } };
}
