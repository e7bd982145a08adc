import { decimals, parseScaled, words } from '@hengjian/standard';
import { invalid } from '../../problems.ts';
import {
  choice,
  chosen,
  type Entries,
  expression,
  given,
  integer,
  list,
  nowhere,
  positionOf,
  type Reader,
  text as readText,
  record,
  report,
  type YamlNode,
} from '../../source/reader.ts';
import { decimal, listOf, ofRows, oneOf, recordOf, type Schema, text } from '../../source/schema-parts.ts';
import { comparisons, directions, entities, type Minimum, type PeerShape, periods, type TermSource, terms } from './types.ts';

const termSchema = recordOf({ measure: oneOf(terms), items: text, where: text }, ['measure']);

/** Keys of a peer rule with their JSON Schema. */
export const peerKeys: Readonly<Record<string, Schema>> = {
  entity: oneOf(entities),
  of: ofRows,
  over: oneOf(periods),
  numerator: termSchema,
  denominator: termSchema,
  peers: listOf(text),
  compare: oneOf(comparisons),
  direction: oneOf(directions),
  limit: decimal,
  also: decimal,
  months: listOf({ type: 'integer', minimum: 1, maximum: 12 }),
  minimum: recordOf({ peers: { type: 'integer' }, size: { type: 'integer' }, periods: { type: 'integer' }, known: { type: 'number' } }, []),
};

const defaults: Minimum = { peers: 5, size: 30, periods: 3, known: 9500 };

function term(reader: Reader, node: YamlNode, field: string): TermSource | undefined {
  const entries = record(reader, node, field, ['measure', 'items', 'where'], ['measure']);
  const measure = entries.has('measure') ? choice(reader, entries.get('measure'), `${field}.measure`, terms) : undefined;
  if (measure === undefined) return undefined;
  const items = entries.has('items') ? readText(reader, entries.get('items'), `${field}.items`) : undefined;
  const where = entries.has('where') ? expression(reader, entries.get('where'), `${field}.where`) : undefined;
  return {
    measure,
    ...(items === undefined ? {} : { items }),
    ...(where === undefined ? {} : { where }),
    field,
    at: positionOf(reader, node),
  };
}

function share(reader: Reader, node: YamlNode): number | undefined {
  const value = readText(reader, node, 'minimum.known');
  const scaled = value === undefined ? undefined : parseScaled(value, decimals.ratio);
  if (scaled !== undefined && scaled > 0 && scaled <= 10_000) return scaled;
  return report(
    reader,
    node,
    'minimum.known',
    invalid(value ?? '', words('大于 0、不超过 1 的比例，如 0.95', 'a share above 0 and at most 1, for example 0.95')),
  );
}

function minimum(reader: Reader, node: YamlNode): Minimum {
  const entries = record(reader, node, 'minimum', ['peers', 'size', 'periods', 'known'], []);
  const whole = (key: 'peers' | 'size' | 'periods'): number =>
    (entries.has(key) ? integer(reader, entries.get(key), `minimum.${key}`) : undefined) ?? defaults[key];
  return {
    peers: whole('peers'),
    size: whole('size'),
    periods: whole('periods'),
    known: (entries.has('known') ? share(reader, entries.get('known')) : undefined) ?? defaults.known,
  };
}

function monthsOf(reader: Reader, node: YamlNode): readonly number[] {
  return list(reader, node, 'months').flatMap((item) => {
    const month = integer(reader, item, 'months');
    if (month !== undefined && month >= 1 && month <= 12) return [month];
    return report(reader, item, 'months', invalid(String(month ?? ''), words('1 至 12 的月份', 'a month from 1 to 12'))) ?? [];
  });
}

/** Reads the keys of a peer rule. */
export function parsePeer(reader: Reader, entries: Entries): PeerShape {
  const numerator = term(reader, entries.get('numerator'), 'numerator');
  const denominator = entries.has('denominator') ? term(reader, entries.get('denominator'), 'denominator') : undefined;
  const also = given(reader, entries, 'also', expression);
  const peers = entries.has('peers')
    ? list(reader, entries.get('peers'), 'peers').flatMap((node) => readText(reader, node, 'peers') ?? [])
    : [];
  return {
    kind: 'peer',
    entity: chosen(reader, entries, 'entity', entities) ?? 'institution',
    of: chosen(reader, entries, 'of', ['line', 'visit'] as const) ?? 'visit',
    over: chosen(reader, entries, 'over', periods) ?? 'quarter',
    numerator: numerator ?? { measure: 'count', field: 'numerator', at: { row: 1, column: 1 } },
    ...(denominator === undefined ? {} : { denominator }),
    peers,
    compare: chosen(reader, entries, 'compare', comparisons) ?? 'robust',
    direction: chosen(reader, entries, 'direction', directions) ?? 'high',
    limit: given(reader, entries, 'limit', expression) ?? nowhere('0'),
    ...(also === undefined ? {} : { also }),
    months: entries.has('months') ? monthsOf(reader, entries.get('months')) : [],
    minimum: entries.has('minimum') ? minimum(reader, entries.get('minimum')) : defaults,
  };
}
