import type { Segment } from '@hengjian/standard';
import { views } from '@hengjian/standard';
import type { CheckedRule } from '../../check/checked.ts';
import { byPart, type EventBlock, type EventColumn, type EventPart, gather, gatheredBy, gatherWalk, partOf } from '../../keyed/block.ts';
import type { CheckedPeer, CheckedTerm, TermMeasure } from './types.ts';

/** Counters of one peer rule. They add up over segments, threads and hosts. */
export interface PeerBlock {
  readonly rule: number;
  /** Entity (id in its dictionary) and first day of the period of each counter. */
  readonly entity: Int32Array;
  readonly period: Int32Array;
  /** Whole numbers by place: numerator, denominator, size, kept, beyond, and one for each cause of `lacksOf`. */
  readonly values: readonly Float64Array[];
}

/** Places of a counter. */
export const numeratorAt = 0;
export const denominatorAt = 1;
/** Rows in the denominator; without one, rows that pass `where`. */
export const sizeAt = 2;
/** Rows that lack nothing. */
export const keptAt = 3;
/** Those of them whose institutions' data cover the period only in part. */
export const beyondAt = 4;
/** Rows left out because something is missing, by cause. */
export const lacksAt = 5;

/** What a sum reads of a row, and the cause when it is missing; undefined where rows are counted. */
export function termColumn(
  of: 'line' | 'visit',
  measure: TermMeasure,
): { readonly column: string; readonly cause: string | undefined } | undefined {
  if (measure === 'count') return undefined;
  if (of === 'line') {
    if (measure === 'inscp') return { column: 'inscp_amt', cause: 'line.inscp_amt' };
    return { column: measure === 'cnt' ? 'cnt' : 'det_item_fee_sumamt', cause: undefined };
  }
  const column = { amount: 'medfee_sumamt', inscp: 'inscp_amt', fund: 'fund_pay_sumamt', ipt_days: 'ipt_days', cnt: '' }[measure];
  return { column, cause: `visit.${column}` };
}

/** Causes for which rows of a rule are left out, in the order in which they are asked. */
export function lacksOf(rule: CheckedRule, shape: CheckedPeer): readonly string[] {
  const measured = [shape.denominator, shape.numerator].flatMap((term: CheckedTerm | undefined) =>
    term === undefined ? [] : (termColumn(shape.of, term.measure)?.cause ?? []),
  );
  const reach = rule.reach === 'row' ? [] : ['person.reach'];
  const asks = [...(rule.beside?.asks ?? []), ...rule.asks, ...rule.needs];
  return [...new Set([...reach, ...asks.map(({ cause }) => cause), ...measured])];
}

/** Where a counter is looked for first. */
function placeOf(entity: number, period: number): number {
  const hash = Math.imul(entity, 0x9e3779b1) ^ Math.imul(period, 0x85ebca6b);
  return hash ^ (hash >>> 15);
}

/** Growing counters of one rule, found by entity and period. */
export class PeerCounters {
  readonly rule: number;
  readonly width: number;
  values: Float64Array<ArrayBuffer>;
  /** The counter that the last row was added to: rows of one visit follow each other. */
  entity = -1;
  institution = -2;
  from = 0;
  to = -1;
  at = 0;
  beyond = 0;
  readonly #trend: boolean;
  #entities: Int32Array<ArrayBuffer> = new Int32Array(64);
  #periods: Int32Array<ArrayBuffer> = new Int32Array(64);
  #size = 0;
  /** Open addressing: the number of a counter plus 1, 0 where the place is free. */
  #slots: Int32Array<ArrayBuffer> = new Int32Array(256);

  constructor(rule: number, lacks: number, trend: boolean) {
    this.rule = rule;
    this.#trend = trend;
    this.width = lacksAt + lacks;
    this.values = new Float64Array(64 * this.width);
  }

  /** Where the counter of an entity and a period begins in `values`. */
  slot(entity: number, period: number): number {
    const mask = this.#slots.length - 1;
    let place = placeOf(entity, period) & mask;
    for (let found = this.#slots[place] as number; found > 0; found = this.#slots[place] as number) {
      if (this.#entities[found - 1] === entity && this.#periods[found - 1] === period) return (found - 1) * this.width;
      place = (place + 1) & mask;
    }
    if (this.#size === this.#entities.length) {
      this.#grow();
      return this.slot(entity, period);
    }
    this.#entities[this.#size] = entity;
    this.#periods[this.#size] = period;
    this.#size += 1;
    this.#slots[place] = this.#size;
    return (this.#size - 1) * this.width;
  }

  #grow(): void {
    const size = this.#size * 2;
    const [entities, periods, values] = [new Int32Array(size), new Int32Array(size), new Float64Array(size * this.width)];
    entities.set(this.#entities);
    periods.set(this.#periods);
    values.set(this.values);
    [this.#entities, this.#periods, this.values] = [entities, periods, values];
    this.#slots = new Int32Array(size * 4);
    for (let index = 0; index < this.#size; index += 1) {
      let place = placeOf(entities[index] as number, periods[index] as number) & (this.#slots.length - 1);
      while ((this.#slots[place] as number) > 0) place = (place + 1) & (this.#slots.length - 1);
      this.#slots[place] = index + 1;
    }
  }

  block(): PeerBlock {
    const place = (index: number): Float64Array =>
      Float64Array.from({ length: this.#size }, (_, at) => this.values[at * this.width + index] as number);
    return {
      rule: this.rule,
      entity: this.#entities.slice(0, this.#size),
      period: this.#periods.slice(0, this.#size),
      values: Array.from({ length: this.width }, (_, index) => place(index)),
    };
  }

  /**
   * Hands over the counters of a segment and begins anew. What is compared stands in one part: the counters of a period,
   * for a trend those of an entity.
   */
  take(_segment: Segment, number: number): EventBlock | undefined {
    if (this.#size === 0) return undefined;
    const { entity, period, values } = this.block();
    const { starts, rows: order } = byPart(Uint8Array.from(this.#trend ? entity : period, partOf));
    const columns: Record<string, EventColumn> = { entity: gather(entity, order), period: gather(period, order) };
    values.forEach((column, index) => {
      columns[`c${index}`] = gather(column, order);
    });
    this.#slots.fill(0);
    this.#size = 0;
    this.values.fill(0);
    [this.entity, this.institution, this.to] = [-1, -2, -1];
    return { by: gatherWalk('peer', this.rule), segment: number, tables: { visits: { starts, columns } } };
  }
}

/** The counters in one part of the events of a peer rule. */
export function blockOf({ by, tables }: EventPart): PeerBlock {
  const width = Object.keys(tables.visits?.columns ?? {}).length - 2;
  return {
    rule: gatheredBy(by)?.rule ?? -1,
    entity: views.words(tables.visits, 'entity'),
    period: views.words(tables.visits, 'period'),
    values: Array.from({ length: width }, (_, index) => views.floats(tables.visits, `c${index}`)),
  };
}

/** Adds up counters of one rule, in whatever order they come. */
export function mergePeers(blocks: readonly PeerBlock[]): PeerBlock | undefined {
  const [first] = blocks;
  if (first === undefined) return undefined;
  const into = new PeerCounters(first.rule, first.values.length - lacksAt, false);
  for (const { entity, period, values } of blocks) {
    for (let row = 0; row < entity.length; row += 1) {
      const at = into.slot(entity[row] as number, period[row] as number);
      values.forEach((value, place) => {
        into.values[at + place] = (into.values[at + place] as number) + (value[row] as number);
      });
    }
  }
  return into.block();
}
