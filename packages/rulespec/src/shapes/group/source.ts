import { words } from '@hengjian/standard';
import { companion, rulespecProblems } from '../../problems.ts';
import {
  chosen,
  type Entries,
  expression,
  given,
  list,
  nowhere,
  positionOf,
  type Reader,
  record,
  report,
  type YamlNode,
} from '../../source/reader.ts';
import { listOf, numeric, ofRows, recordOf, type Schema, text } from '../../source/schema-parts.ts';
import type { ExpressionSource } from '../../source/vocabulary.ts';
import type { GroupShape, TogetherSource } from './types.ts';

/** Keys of a group rule with their JSON Schema. */
export const groupKeys: Readonly<Record<string, Schema>> = {
  of: ofRows,
  alike: listOf(text),
  together: recordOf({ key: listOf(text), minutes: numeric, same: listOf(text) }, ['key']),
  linked: text,
  persons: numeric,
  times: numeric,
  crowd: numeric,
};

const keysIn = (reader: Reader, node: YamlNode, field: string): readonly ExpressionSource[] =>
  list(reader, node, field).flatMap((item) => expression(reader, item, field) ?? []);

function together(reader: Reader, node: YamlNode): TogetherSource {
  const entries = record(reader, node, 'together', ['key', 'minutes', 'same'], ['key']);
  if (entries.has('minutes') === entries.has('same'))
    report(reader, node, 'together', rulespecProblems.problem('field-one-of', { fields: 'minutes, same' }));
  const minutes = entries.has('minutes') ? expression(reader, entries.get('minutes'), 'together.minutes') : undefined;
  return {
    key: keysIn(reader, entries.get('key'), 'together.key'),
    ...(minutes === undefined ? {} : { minutes }),
    same: entries.has('same') ? keysIn(reader, entries.get('same'), 'together.same') : [],
  };
}

/** Reads the keys of a group rule. */
export function parseGroup(reader: Reader, entries: Entries, node: YamlNode): GroupShape {
  const forms = ['alike', 'together', 'linked'].filter((key) => entries.has(key));
  if (forms.length !== 1) report(reader, node, 'alike', rulespecProblems.problem('field-one-of', { fields: 'alike, together, linked' }));
  for (const key of ['times', 'crowd']) {
    if (entries.has('alike') === entries.has(key))
      report(reader, node, key, companion(key, words('写有 together 或 linked', 'together or linked is written')));
  }
  const [linked, times, crowd] = [
    given(reader, entries, 'linked', expression),
    given(reader, entries, 'times', expression),
    given(reader, entries, 'crowd', expression),
  ];
  return {
    kind: 'group',
    of: chosen(reader, entries, 'of', ['line', 'visit'] as const) ?? 'visit',
    ...(entries.has('alike') ? { alike: keysIn(reader, entries.get('alike'), 'alike') } : {}),
    ...(entries.has('together') ? { together: together(reader, entries.get('together')) } : {}),
    ...(linked === undefined ? {} : { linked }),
    persons: given(reader, entries, 'persons', expression) ?? nowhere('0'),
    ...(times === undefined ? {} : { times }),
    ...(crowd === undefined ? {} : { crowd }),
    at: positionOf(reader, node),
  };
}
