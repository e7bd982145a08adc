import type { CheckedRule } from '../check/checked.ts';
import type { CheckedPeer, CheckedTerm } from './checked.ts';
import type { TermMeasure } from './source.ts';

/** Counters of one peer rule. They add up over threads, segments and hosts. Plain data. */
export interface PeerBlock {
  readonly rule: number;
  /** Entity (id in its dictionary) and first day of the period of each counter. */
  readonly entity: Int32Array;
  readonly period: Int32Array;
  /** `width` whole numbers a counter: numerator, denominator, size, kept, beyond, and one for each cause of `lacksOf`. */
  readonly width: number;
  readonly values: Float64Array;
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
export function termColumn(of: 'line' | 'visit', measure: TermMeasure): { readonly column: string; readonly cause: string | undefined } | undefined {
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
  return [...new Set([...reach, ...rule.needs.map(({ cause }) => cause), ...measured])];
}

/** Growing counters of one rule, found by entity and period. */
export class PeerCounters {
  readonly rule: number;
  readonly width: number;
  values: Float64Array<ArrayBuffer>;
  #entities: Int32Array<ArrayBuffer> = new Int32Array(64);
  #periods: Int32Array<ArrayBuffer> = new Int32Array(64);
  #size = 0;
  readonly #slots = new Map<number, number>();

  constructor(rule: number, lacks: number) {
    this.rule = rule;
    this.width = lacksAt + lacks;
    this.values = new Float64Array(64 * this.width);
  }

  /** Where the counter of an entity and a period begins in `values`. */
  slot(entity: number, period: number): number {
    const key = entity * 2_097_152 + period + 1_048_576;
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    if (this.#size === this.#entities.length) this.#grow();
    this.#entities[this.#size] = entity;
    this.#periods[this.#size] = period;
    const at = this.#size * this.width;
    this.#slots.set(key, at);
    this.#size += 1;
    return at;
  }

  #grow(): void {
    const larger = <T extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(array: T, next: T): T => {
      next.set(array);
      return next;
    };
    const size = this.#size * 2;
    this.#entities = larger(this.#entities, new Int32Array(size));
    this.#periods = larger(this.#periods, new Int32Array(size));
    this.values = larger(this.values, new Float64Array(size * this.width));
  }

  block(): PeerBlock {
    return {
      rule: this.rule,
      entity: this.#entities.slice(0, this.#size),
      period: this.#periods.slice(0, this.#size),
      width: this.width,
      values: this.values.slice(0, this.#size * this.width),
    };
  }
}

/** Adds up blocks, rule by rule, in whatever order they come. */
export function mergePeers(blocks: readonly PeerBlock[]): readonly PeerBlock[] {
  const merged = new Map<number, PeerCounters>();
  for (const block of blocks) {
    const into = merged.get(block.rule) ?? new PeerCounters(block.rule, block.width - lacksAt);
    merged.set(block.rule, into);
    block.entity.forEach((entity, index) => {
      const at = into.slot(entity, block.period[index] ?? 0);
      for (let place = 0; place < block.width; place += 1) {
        into.values[at + place] = (into.values[at + place] ?? 0) + (block.values[index * block.width + place] ?? 0);
      }
    });
  }
  return [...merged.values()].map((counters) => counters.block()).sort((left, right) => left.rule - right.rule);
}
