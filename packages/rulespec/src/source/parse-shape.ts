import { isMap, isScalar } from 'yaml';
import { groupKeys, parseGroup } from '../group/source.ts';
import { parsePeer, peerKeys } from '../peer/source.ts';
import { choice, type Entries, expression, flag, freeRecord, list, positionOf, type Reader, record, report, text, type YamlNode } from './reader.ts';
import {
  type ExpressionSource,
  type LineShape,
  measures,
  type PairShape,
  type ShapeName,
  type ShapeSource,
  type StaysShape,
  type SumSource,
  scopes,
  sumMeasures,
  type TotalShape,
  type VisitShape,
  type WindowShape,
  type WithinSource,
} from './rule-source.ts';

/** Keys that belong to each shape, and which of them are required. `where` and `needs` belong to all. */
export const shapeKeys: Readonly<Record<ShapeName, { readonly keys: readonly string[]; readonly required: readonly string[] }>> = {
  line: { keys: ['items', 'when'], required: ['when'] },
  visit: { keys: ['each', 'points', 'sums', 'when'], required: ['when'] },
  pair: { keys: ['pairs', 'pair', 'same', 'items', 'different_item', 'within', 'order', 'violating', 'when'], required: ['when'] },
  total: { keys: ['items', 'of', 'group', 'over', 'measure', 'limit'], required: ['over', 'measure', 'limit'] },
  window: { keys: ['items', 'of', 'group', 'days', 'measure', 'limit'], required: ['days', 'measure', 'limit'] },
  stays: { keys: ['a_where', 'b_where', 'within_days', 'swap', 'when'], required: ['when'] },
  peer: peerKeys,
  group: groupKeys,
};

const never: ExpressionSource = { text: 'false', at: { row: 1, column: 1 }, block: false, field: '' };
const optional = <T, K extends string>(key: K, value: T | undefined): { readonly [name in K]?: T } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [name in K]: T });

const given = <T>(reader: Reader, entries: Entries, key: string, read: (reader: Reader, node: YamlNode, field: string) => T | undefined): T | undefined =>
  entries.has(key) ? read(reader, entries.get(key), key) : undefined;

function within(reader: Reader, node: YamlNode): WithinSource | undefined {
  if (isMap(node)) {
    const entries = record(reader, node, 'within', ['minutes', 'days'], []);
    for (const kind of ['minutes', 'days'] as const) {
      const length = given(reader, entries, kind, expression);
      if (length !== undefined) return { kind, length: { ...length, field: `within.${kind}` } };
    }
    return report(reader, node, 'within', 'rule-within', 'within says neither minutes nor days', 'write {minutes: 360} or {days: 30}');
  }
  if (isScalar(node) && String(node.value).startsWith('point.')) return { kind: 'point', column: String(node.value).slice('point.'.length) };
  const kind = choice(reader, node, 'within', ['visit', 'day', 'hour', 'prescription', 'visit_day', 'history'] as const);
  return kind === undefined ? undefined : { kind };
}

function sum(reader: Reader, name: string, node: YamlNode): SumSource | undefined {
  const field = `sums.${name}`;
  const entries = record(reader, node, field, ['measure', 'items', 'where'], ['measure']);
  const measure = given(reader, entries, 'measure', (own, inner) => choice(own, inner, `${field}.measure`, sumMeasures));
  const where = given(reader, entries, 'where', expression);
  if (measure === undefined) return undefined;
  return {
    name,
    measure,
    ...optional('items', given(reader, entries, 'items', text)),
    ...optional('where', where === undefined ? undefined : { ...where, field: `${field}.where` }),
    at: positionOf(reader, node),
  };
}

function pairOf(reader: Reader, node: YamlNode): readonly [string, string] | undefined {
  const names = list(reader, node, 'pair').map((item) => text(reader, item, 'pair'));
  const [a, b] = names;
  if (a !== undefined && b !== undefined && names.length === 2) return [a, b];
  return report(reader, node, 'pair', 'rule-pair', 'pair must name two columns of the table', 'write pair: [item_a, item_b]');
}

function line(reader: Reader, entries: Entries): LineShape {
  return { kind: 'line', ...optional('items', given(reader, entries, 'items', text)), when: given(reader, entries, 'when', expression) ?? never };
}

function visit(reader: Reader, entries: Entries): VisitShape {
  const sums = entries.has('sums') ? [...freeRecord(reader, entries.get('sums'), 'sums')].map(([name, node]) => sum(reader, name, node)) : [];
  const each = given(reader, entries, 'each', (own, node, field) => choice(own, node, field, ['diagnosis', 'operation'] as const));
  return {
    kind: 'visit',
    ...optional('each', each),
    ...optional('points', given(reader, entries, 'points', text)),
    sums: sums.filter((item) => item !== undefined),
    when: given(reader, entries, 'when', expression) ?? never,
  };
}

function pair(reader: Reader, entries: Entries, node: YamlNode): PairShape {
  const pairs = given(reader, entries, 'pairs', text);
  const same = given(reader, entries, 'same', text);
  if ((pairs === undefined) === (same === undefined)) {
    report(reader, node, 'pairs', 'rule-pair', 'a pair rule says either pairs or same', 'write pairs: <table> with pair: [item_a, item_b], or same: item');
  }
  if ((pairs !== undefined) !== entries.has('pair')) {
    report(reader, node, 'pair', 'rule-pair', 'pairs and pair belong together', 'write pairs: <table> with pair: [item_a, item_b]');
  }
  if (same !== 'key' && !entries.has('within'))
    report(reader, node, 'within', 'rule-missing-field', 'the rule has no within', 'add within: visit, day, hour, …');
  return {
    kind: 'pair',
    ...optional('pairs', pairs),
    ...optional(
      'pair',
      given(reader, entries, 'pair', (own, inner) => pairOf(own, inner)),
    ),
    ...optional('same', same),
    ...optional('items', given(reader, entries, 'items', text)),
    different_item: given(reader, entries, 'different_item', flag) ?? false,
    within: given(reader, entries, 'within', (own, inner) => within(own, inner)) ?? { kind: 'history' },
    order:
      given(reader, entries, 'order', (own, inner, field) => choice(own, inner, field, ['any', 'before'] as const)) ?? (same === undefined ? 'any' : 'before'),
    violating: given(reader, entries, 'violating', (own, inner, field) => choice(own, inner, field, ['b', 'cheaper'] as const)) ?? 'b',
    when: given(reader, entries, 'when', expression) ?? never,
  };
}

function grouped(reader: Reader, entries: Entries): Omit<TotalShape, 'kind' | 'over'> {
  return {
    ...optional('items', given(reader, entries, 'items', text)),
    of: given(reader, entries, 'of', (own, node, field) => choice(own, node, field, ['line', 'visit'] as const)) ?? 'line',
    ...optional('group', given(reader, entries, 'group', text)),
    measure: given(reader, entries, 'measure', (own, node, field) => choice(own, node, field, measures)) ?? 'count',
    limit: given(reader, entries, 'limit', expression) ?? never,
  };
}

function total(reader: Reader, entries: Entries): TotalShape {
  const over = given(reader, entries, 'over', (own, node, field) => choice(own, node, field, scopes)) ?? 'visit';
  return { kind: 'total', ...grouped(reader, entries), over };
}

function window(reader: Reader, entries: Entries): WindowShape {
  return { kind: 'window', ...grouped(reader, entries), days: given(reader, entries, 'days', expression) ?? never };
}

function stays(reader: Reader, entries: Entries): StaysShape {
  return {
    kind: 'stays',
    ...optional('a_where', given(reader, entries, 'a_where', expression)),
    ...optional('b_where', given(reader, entries, 'b_where', expression)),
    ...optional('within_days', given(reader, entries, 'within_days', expression)),
    swap: given(reader, entries, 'swap', flag) ?? false,
    when: given(reader, entries, 'when', expression) ?? never,
  };
}

/** Reads the keys of one shape out of the entries of the rule. */
export function parseShape(reader: Reader, shape: ShapeName, entries: Entries, node: YamlNode): ShapeSource {
  switch (shape) {
    case 'line':
      return line(reader, entries);
    case 'visit':
      return visit(reader, entries);
    case 'pair':
      return pair(reader, entries, node);
    case 'total':
      return total(reader, entries);
    case 'window':
      return window(reader, entries);
    case 'stays':
      return stays(reader, entries);
    case 'peer':
      return parsePeer(reader, entries);
    case 'group':
      return parseGroup(reader, entries, node);
  }
}
