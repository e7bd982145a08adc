import { decimals, parseScaled } from '@hengjian/standard';
import { choice, type Entries, expression, integer, list, positionOf, type Reader, record, report, text, type YamlNode } from '../source/reader.ts';
import type { ExpressionSource, Position } from '../source/rule-source.ts';

/** Whom a peer rule compares. Persons are no entity: their counters would grow with the city. */
export const entities = ['institution', 'department', 'practitioner', 'item'] as const;
export const periods = ['month', 'quarter', 'year'] as const;
export const comparisons = ['robust', 'ratio', 'trend'] as const;
export const directions = ['high', 'low'] as const;
export const lineTerms = ['count', 'cnt', 'amount', 'inscp'] as const;
export const visitTerms = ['count', 'amount', 'inscp', 'fund', 'ipt_days'] as const;
export const terms = ['count', 'cnt', 'amount', 'inscp', 'fund', 'ipt_days'] as const;

export type Entity = (typeof entities)[number];
export type Period = (typeof periods)[number];
export type Comparing = (typeof comparisons)[number];
export type Direction = (typeof directions)[number];
export type TermMeasure = (typeof terms)[number];

/** One side of the value of a peer rule: an integer sum over rows. */
export interface TermSource {
  readonly measure: TermMeasure;
  readonly items?: string;
  readonly where?: ExpressionSource;
  readonly field: string;
  readonly at: Position;
}

export interface Minimum {
  /** Other entities with the same values of `peers` in the same period. */
  readonly peers: number;
  /** Rows in the denominator. */
  readonly size: number;
  /** Earlier periods of the entity itself. */
  readonly periods: number;
  /** Share of the rows that must have what the rule needs, ×10⁴. */
  readonly known: number;
}

export interface PeerShape {
  readonly kind: 'peer';
  readonly entity: Entity;
  readonly of: 'line' | 'visit';
  readonly over: Period;
  readonly numerator: TermSource;
  readonly denominator?: TermSource;
  /** Columns of dimension tables, for example `institution.hosp_lv`. */
  readonly peers: readonly string[];
  readonly compare: Comparing;
  readonly direction: Direction;
  readonly limit: ExpressionSource;
  readonly also?: ExpressionSource;
  /** Months in which a judged period may begin; empty for all. */
  readonly months: readonly number[];
  readonly minimum: Minimum;
}

export const peerKeys = {
  keys: ['entity', 'of', 'over', 'numerator', 'denominator', 'peers', 'compare', 'direction', 'limit', 'also', 'months', 'minimum'],
  required: ['entity', 'over', 'numerator', 'compare', 'limit'],
} as const;

const nothing: ExpressionSource = { text: '0', at: { row: 1, column: 1 }, block: false, field: '' };
const defaults: Minimum = { peers: 5, size: 30, periods: 3, known: 9500 };

function term(reader: Reader, node: YamlNode, field: string): TermSource | undefined {
  const entries = record(reader, node, field, ['measure', 'items', 'where'], ['measure']);
  const measure = entries.has('measure') ? choice(reader, entries.get('measure'), `${field}.measure`, terms) : undefined;
  if (measure === undefined) return undefined;
  const items = entries.has('items') ? text(reader, entries.get('items'), `${field}.items`) : undefined;
  const where = entries.has('where') ? expression(reader, entries.get('where'), `${field}.where`) : undefined;
  return { measure, ...(items === undefined ? {} : { items }), ...(where === undefined ? {} : { where }), field, at: positionOf(reader, node) };
}

function share(reader: Reader, node: YamlNode): number | undefined {
  const value = text(reader, node, 'minimum.known');
  const scaled = value === undefined ? undefined : parseScaled(value, decimals.ratio);
  if (scaled !== undefined && scaled > 0 && scaled <= 10_000) return scaled;
  return report(reader, node, 'minimum.known', 'rule-minimum', 'known is a share above 0 and at most 1', 'write for example known: 0.95');
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
    return report(reader, item, 'months', 'rule-months', 'a month is a number from 1 to 12', 'write for example months: [12]') ?? [];
  });
}

/** Reads the keys of a peer rule. */
export function parsePeer(reader: Reader, entries: Entries): PeerShape {
  const one = <T extends string>(key: string, values: readonly T[], fallback: T): T =>
    (entries.has(key) ? choice(reader, entries.get(key), key, values) : undefined) ?? fallback;
  const some = (key: string): ExpressionSource | undefined => (entries.has(key) ? expression(reader, entries.get(key), key) : undefined);
  const numerator = term(reader, entries.get('numerator'), 'numerator');
  const denominator = entries.has('denominator') ? term(reader, entries.get('denominator'), 'denominator') : undefined;
  const also = some('also');
  const peers = entries.has('peers') ? list(reader, entries.get('peers'), 'peers').flatMap((node) => text(reader, node, 'peers') ?? []) : [];
  return {
    kind: 'peer',
    entity: one('entity', entities, 'institution'),
    of: one('of', ['line', 'visit'] as const, 'visit'),
    over: one('over', periods, 'quarter'),
    numerator: numerator ?? { measure: 'count', field: 'numerator', at: { row: 1, column: 1 } },
    ...(denominator === undefined ? {} : { denominator }),
    peers,
    compare: one('compare', comparisons, 'robust'),
    direction: one('direction', directions, 'high'),
    limit: some('limit') ?? nothing,
    ...(also === undefined ? {} : { also }),
    months: entries.has('months') ? monthsOf(reader, entries.get('months')) : [],
    minimum: entries.has('minimum') ? minimum(reader, entries.get('minimum')) : defaults,
  };
}
