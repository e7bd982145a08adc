import { words } from '@hengjian/standard';
import { isMap, isScalar } from 'yaml';
import { companion, invalid, missing, rulespecProblems } from '../../problems.ts';
import {
  choice,
  chosen,
  type Entries,
  expression,
  given,
  list,
  nowhere,
  optional,
  type Reader,
  flag as readFlag,
  text as readText,
  record,
  report,
  type YamlNode,
} from '../../source/reader.ts';
import { flag, listOf, oneOf, recordOf, type Schema, scalar, text } from '../../source/schema-parts.ts';
import type { PairShape, WithinSource } from './types.ts';
/** How pairs of a pair rule are told apart and what they have in common. */
export const pairKeys: Readonly<Record<string, Schema>> = {
  pairs: text,
  pair: { ...listOf(text), minItems: 2, maxItems: 2 },
  same: text,
  items: text,
  different_item: flag,
  within: { anyOf: [text, recordOf({ minutes: scalar, days: scalar }, [])] },
  order: oneOf(['any', 'before']),
  violating: oneOf(['b', 'cheaper']),
  when: text,
};

function within(reader: Reader, node: YamlNode): WithinSource | undefined {
  if (isMap(node)) {
    const entries = record(reader, node, 'within', ['minutes', 'days'], []);
    for (const kind of ['minutes', 'days'] as const) {
      const length = given(reader, entries, kind, expression);
      if (length !== undefined) return { kind, length: { ...length, field: `within.${kind}` } };
    }
    return report(reader, node, 'within', rulespecProblems.problem('field-one-of', { fields: 'minutes, days' }));
  }
  if (isScalar(node) && String(node.value).startsWith('point.'))
    return { kind: 'point', column: String(node.value).slice('point.'.length) };
  const kind = choice(reader, node, 'within', ['visit', 'day', 'hour', 'prescription', 'visit_day', 'history'] as const);
  return kind === undefined ? undefined : { kind };
}

function pairOf(reader: Reader, node: YamlNode): readonly [string, string] | undefined {
  const names = list(reader, node, 'pair').map((item) => readText(reader, item, 'pair'));
  const [a, b] = names;
  if (a !== undefined && b !== undefined && names.length === 2) return [a, b];
  return report(
    reader,
    node,
    'pair',
    invalid(names.join(', '), words('知识表的两个列名，如 [item_a, item_b]', 'two columns of the table, for example [item_a, item_b]')),
  );
}

/** Reads the keys of a pair rule. */
export function parsePair(reader: Reader, entries: Entries, node: YamlNode): PairShape {
  const pairs = given(reader, entries, 'pairs', readText);
  const same = given(reader, entries, 'same', readText);
  if ((pairs === undefined) === (same === undefined))
    report(reader, node, 'pairs', rulespecProblems.problem('field-one-of', { fields: 'pairs, same' }));
  if ((pairs !== undefined) !== entries.has('pair'))
    report(reader, node, 'pair', companion('pair: [item_a, item_b]', words('写有 pairs', 'pairs is written')));
  if (same !== 'key' && !entries.has('within')) report(reader, node, 'within', missing('within'));
  return {
    kind: 'pair',
    ...optional('pairs', pairs),
    ...optional('pair', given(reader, entries, 'pair', pairOf)),
    ...optional('same', same),
    ...optional('items', given(reader, entries, 'items', readText)),
    different_item: given(reader, entries, 'different_item', readFlag) ?? false,
    within: given(reader, entries, 'within', within) ?? { kind: 'history' },
    order: chosen(reader, entries, 'order', ['any', 'before'] as const) ?? (same === undefined ? 'any' : 'before'),
    violating: chosen(reader, entries, 'violating', ['b', 'cheaper'] as const) ?? 'b',
    when: given(reader, entries, 'when', expression) ?? nowhere('false'),
  };
}
