import type { CivilDay } from '@hengjian/standard';
import type { BoundRules } from '../../bind/bound.ts';
import type { CheckedRule } from '../../check/checked.ts';
import { constantAt } from '../../interpret/constant.ts';
import { isPublished } from '../../interpret/judge.ts';
import { monthOfYear, periodBefore, periodEnd, periodText } from '../../interpret/period.ts';
import { codeAt } from '../../interpret/world.ts';
import type { RuleCounts } from '../../kernel/hit.ts';
import { beyondAt, denominatorAt, keptAt, lacksAt, lacksOf, mergePeers, numeratorAt, type PeerBlock, sizeAt } from './counters.ts';
import { reachesLimit, robustScore, roundedQuotient, type Spread, scaledValue, spreadOf } from './statistics.ts';
import type { CheckedPeer, Entity } from './types.ts';

/** A value of an earlier period of the same entity. */
export interface EarlierValue {
  readonly period: string;
  /** ×10⁶ of the value's own unit. */
  readonly value: string;
}

/** What a value was held against. Big numbers are decimal texts. */
export interface PeerComparison {
  /** Comparable entities, this one included; for a trend the earlier periods. */
  readonly count: number;
  /** Median of the comparable entities, for a trend the mean of the earlier periods; ×10⁶, rounded half away from zero. */
  readonly middle: string;
  /** Median absolute deviation ×10⁶; only for robust. */
  readonly mad: string | undefined;
  /** Robust score ×10⁴, rounded half away from zero; only for robust. */
  readonly score: string | undefined;
  /** Value ÷ middle ×10⁴, rounded half away from zero; undefined where the middle is 0. */
  readonly ratio: string | undefined;
  readonly limit: number;
  readonly also: number | undefined;
  readonly earlier: readonly EarlierValue[];
}

/** The verdict on one entity in one period. Plain data. */
export interface PeerVerdict {
  readonly rule: number;
  readonly entity: string;
  /** Institution of the entity, where it has one. */
  readonly institution: string | undefined;
  readonly period: string;
  readonly from: CivilDay;
  readonly to: CivilDay;
  readonly verdict: 'hit' | 'clear' | 'unknown';
  /** Cause of an unknown. */
  readonly cause: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly size: number;
  /** numerator ÷ denominator ×10⁶ as a decimal text, rounded half away from zero; undefined where there is none. */
  readonly value: string | undefined;
  /** What the comparable entities have in common, by column. */
  readonly peers: Readonly<Record<string, string>>;
  readonly comparison: PeerComparison | undefined;
}

interface Counter {
  readonly entity: number;
  readonly from: CivilDay;
  readonly to: CivilDay;
  readonly numerator: number;
  readonly denominator: number;
  readonly size: number;
  readonly beyond: number;
  readonly lacks: readonly number[];
  readonly value: bigint | undefined;
  /** Why it cannot stand beside others; '' where it can. */
  readonly cause: string;
  readonly peers: Readonly<Record<string, string>>;
}

const dictionaryOfEntity: Readonly<Record<Entity, string>> = {
  institution: 'institution',
  practitioner: 'practitioner',
  department: 'department',
  item: 'item',
};

/** Row of the institution that an entity belongs to, -1. */
function institutionOf(bound: BoundRules, entity: Entity, id: number): number {
  const { practitioner, department } = bound.context.dimensions;
  if (entity === 'institution') return id;
  if (entity === 'item') return -1;
  return codeAt(entity === 'practitioner' ? practitioner : department, 'fixmedins_code', id) ?? -1;
}

function peersOf(
  bound: BoundRules,
  shape: CheckedPeer,
  id: number,
): { values: Readonly<Record<string, string>>; missing: string | undefined } {
  const values: Record<string, string> = {};
  for (const { name, table, column, dictionary } of shape.peers) {
    const row = table === 'institution' ? institutionOf(bound, shape.entity, id) : id;
    const code = row < 0 ? null : codeAt(bound.context.dimensions[table], column, row);
    if (code === null) return { values, missing: name };
    values[name] = bound.codes.values(dictionary)[code] ?? '';
  }
  return { values, missing: undefined };
}

/** The cause under which most rows are left out, where more than the allowed share lack something. */
function lackingCause(shape: CheckedPeer, causes: readonly string[], lacks: readonly number[], kept: number): string | undefined {
  const lost = lacks.reduce((sum, count) => sum + count, 0);
  if (kept * 10_000 >= (kept + lost) * shape.minimum.known) return undefined;
  return causes[lacks.indexOf(Math.max(...lacks))];
}

function countersOf(bound: BoundRules, rule: CheckedRule, shape: CheckedPeer, block: PeerBlock): readonly Counter[] {
  const causes = lacksOf(rule, shape);
  return Array.from(block.entity, (entity, index) => {
    const at = (place: number): number => block.values[place]?.[index] ?? 0;
    const from = block.period[index] ?? 0;
    const [numerator, denominator, size, beyond] = [at(numeratorAt), at(denominatorAt), at(sizeAt), at(beyondAt)];
    const lacks = causes.map((_, place) => at(lacksAt + place));
    const { values, missing } = peersOf(bound, shape, entity);
    const below = shape.denominator === undefined ? 1 : denominator;
    const value = below > 0 ? scaledValue(BigInt(numerator), BigInt(below)) : undefined;
    const short = beyond > 0 ? 'horizon' : size < shape.minimum.size || value === undefined ? 'peer.small' : '';
    const cause = missing ?? lackingCause(shape, causes, lacks, at(keptAt)) ?? short;
    return { entity, from, to: periodEnd(from, shape.over), numerator, denominator, size, beyond, lacks, value, cause, peers: values };
  });
}

interface Held {
  readonly verdict: PeerVerdict['verdict'];
  readonly cause: string;
  readonly comparison: PeerComparison | undefined;
}

const unknown = (cause: string): Held => ({ verdict: 'unknown', cause, comparison: undefined });

interface Limits {
  readonly limit: number;
  readonly also: number | undefined;
}

const ratioText = (a: bigint, b: bigint): string | undefined => (b > 0n ? String(roundedQuotient(a * 10_000n, b)) : undefined);

/** Holds a value against median and spread of its peers. Without any spread only a value at the median says something. */
function holdRobust(shape: CheckedPeer, value: bigint, spread: Spread, count: number, { limit, also }: Limits): Held {
  const low = shape.direction === 'low';
  const [above, below] = robustScore(value, spread);
  const comparison: PeerComparison = {
    count,
    middle: String(roundedQuotient(spread.median2, 2n)),
    mad: String(roundedQuotient(spread.mad4, 4n)),
    score: ratioText(above, below),
    ratio: ratioText(2n * value, spread.median2),
    limit,
    also,
    earlier: [],
  };
  const beside = low ? 2n * value < spread.median2 : 2n * value > spread.median2;
  if (!beside) return { verdict: 'clear', cause: '', comparison };
  if (spread.mad4 === 0n) return { ...unknown('peer.spread'), comparison };
  const far = reachesLimit(above, below, limit, false) && (also === undefined || reachesLimit(2n * value, spread.median2, also, low));
  return { verdict: far ? 'hit' : 'clear', cause: '', comparison };
}

/** Holds a value against a middle given as a fraction: the median of peers, or the mean of earlier periods. */
function holdRatio(
  shape: CheckedPeer,
  value: bigint,
  middle: readonly [bigint, bigint],
  rest: Pick<PeerComparison, 'count' | 'earlier'> & Limits,
): Held {
  const [above, below] = [value * middle[1], middle[0]];
  const comparison: PeerComparison = {
    ...rest,
    middle: String(roundedQuotient(middle[0], middle[1])),
    mad: undefined,
    score: undefined,
    ratio: ratioText(above, below),
  };
  if (below <= 0n) return value === 0n ? { verdict: 'clear', cause: '', comparison } : { ...unknown('peer.spread'), comparison };
  return { verdict: reachesLimit(above, below, rest.limit, shape.direction === 'low') ? 'hit' : 'clear', cause: '', comparison };
}

/** Whether a counter of an earlier period can be part of a trend; its size does not matter. */
const isHistory = ({ cause, value }: Counter): boolean => value !== undefined && (cause === '' || cause === 'peer.small');

function holdTrend(shape: CheckedPeer, own: Counter, value: bigint, earlier: readonly Counter[], limits: Limits): Held {
  const since = periodBefore(own.from, shape.over, 12);
  const history = earlier
    .filter((one) => one.from >= since && one.from < own.from && isHistory(one))
    .sort((left, right) => left.from - right.from);
  if (history.length < shape.minimum.periods) return unknown('peer.history');
  const sum = history.reduce((total, one) => total + (one.value ?? 0n), 0n);
  const values = history.map((one) => ({ period: periodText(one.from, shape.over), value: String(one.value) }));
  return holdRatio(shape, value, [sum, BigInt(history.length)], { count: history.length, earlier: values, ...limits });
}

interface Side {
  readonly counters: readonly Counter[];
  readonly spread: Spread;
}

/** Judges the counters of one rule. */
class PeerJudge {
  readonly #bound: BoundRules;
  readonly #rule: CheckedRule;
  readonly #shape: CheckedPeer;
  readonly #index: number;
  readonly #sides: ReadonlyMap<string, Side>;
  readonly #own: ReadonlyMap<number, readonly Counter[]>;
  readonly #counters: readonly Counter[];

  constructor(bound: BoundRules, index: number, rule: CheckedRule, shape: CheckedPeer, block: PeerBlock) {
    this.#bound = bound;
    this.#rule = rule;
    this.#shape = shape;
    this.#index = index;
    this.#counters = countersOf(bound, rule, shape, block);
    const usable = this.#counters.filter(({ cause }) => cause === '');
    const sides = shape.compare === 'trend' ? new Map<string, Counter[]>() : Map.groupBy(usable, (counter) => this.#sideOf(counter));
    this.#sides = new Map(
      [...sides].map(([key, counters]) => [key, { counters, spread: spreadOf(counters.map(({ value }) => value ?? 0n)) }]),
    );
    this.#own = Map.groupBy(this.#counters, ({ entity }) => entity);
  }

  #sideOf(counter: Counter): string {
    return JSON.stringify([counter.from, ...this.#shape.peers.map(({ name }) => counter.peers[name] ?? '')]);
  }

  #limits(counter: Counter): Limits {
    const institution = institutionOf(this.#bound, this.#shape.entity, counter.entity);
    const area = institution < 0 ? -1 : (codeAt(this.#bound.context.dimensions.institution, 'admdvs', institution) ?? -1);
    const at = (expr: CheckedPeer['limit']): number => constantAt(this.#bound, this.#rule, expr, counter.to, area);
    return { limit: at(this.#shape.limit), also: this.#shape.also === undefined ? undefined : at(this.#shape.also) };
  }

  #hold(counter: Counter): Held {
    const { value, cause } = counter;
    if (cause !== '' || value === undefined) return unknown(cause);
    if (this.#shape.compare === 'trend')
      return holdTrend(this.#shape, counter, value, this.#own.get(counter.entity) ?? [], this.#limits(counter));
    const side = this.#sides.get(this.#sideOf(counter));
    if (side === undefined || side.counters.length - 1 < this.#shape.minimum.peers) return unknown('peer.few');
    if (this.#shape.compare === 'robust') return holdRobust(this.#shape, value, side.spread, side.counters.length, this.#limits(counter));
    return holdRatio(this.#shape, value, [side.spread.median2, 2n], { count: side.counters.length, earlier: [], ...this.#limits(counter) });
  }

  #isAsked({ from, to }: Counter): boolean {
    const { months } = this.#shape;
    return (months.length === 0 || months.includes(monthOfYear(from))) && isPublished({ rule: this.#rule }, to);
  }

  verdicts(): readonly PeerVerdict[] {
    const name = dictionaryOfEntity[this.#shape.entity];
    const found = this.#counters
      .filter((counter) => this.#isAsked(counter))
      .map((counter): PeerVerdict => {
        const held = this.#hold(counter);
        const institution = institutionOf(this.#bound, this.#shape.entity, counter.entity);
        return {
          rule: this.#index,
          entity: this.#bound.codes.values(name)[counter.entity] ?? '',
          institution: institution < 0 ? undefined : this.#bound.codes.values('institution')[institution],
          period: periodText(counter.from, this.#shape.over),
          from: counter.from,
          to: counter.to,
          verdict: held.verdict,
          cause: held.cause,
          numerator: counter.numerator,
          denominator: counter.denominator,
          size: counter.size,
          value: counter.value === undefined ? undefined : String(counter.value),
          peers: counter.peers,
          comparison: held.comparison,
        };
      });
    return orderVerdicts(found);
  }
}

/**
 * Compares the counters of one peer rule: all, or those of one part. The answer does not depend on the number and the
 * order of the blocks.
 */
export function judgePeers(bound: BoundRules, blocks: readonly PeerBlock[]): readonly PeerVerdict[] {
  const block = mergePeers(blocks);
  const rule = bound.rules[block?.rule ?? -1];
  return block !== undefined && rule?.shape.kind === 'peer' ? new PeerJudge(bound, block.rule, rule, rule.shape, block).verdicts() : [];
}

/** Puts verdicts into one order: rule, entity, period. */
export const orderVerdicts = (verdicts: readonly PeerVerdict[]): readonly PeerVerdict[] =>
  [...verdicts].sort(
    (left, right) =>
      left.rule - right.rule || Buffer.compare(Buffer.from(left.entity), Buffer.from(right.entity)) || left.from - right.from,
  );

/** Verdicts counted by rule; evaluated = hit + clear + unknown. */
export function countVerdicts(rules: number, verdicts: readonly PeerVerdict[]): readonly RuleCounts[] {
  return Array.from({ length: rules }, (_, index) => {
    const own = verdicts.filter(({ rule }) => rule === index);
    const unknowns = new Map<string, number>();
    for (const { verdict, cause } of own) if (verdict === 'unknown') unknowns.set(cause, (unknowns.get(cause) ?? 0) + 1);
    const of = (wanted: PeerVerdict['verdict']): number => own.filter(({ verdict }) => verdict === wanted).length;
    return { evaluated: own.length, hit: of('hit'), clear: of('clear'), unknown: unknowns };
  });
}
