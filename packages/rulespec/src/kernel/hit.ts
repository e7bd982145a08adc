import type { CivilMinute, Fen, Segment } from '@hengjian/standard';
import type { EventBlock } from '../keyed/block.ts';

/** One finding of a rule, as rows of the segment it was found in. */
export interface Hit {
  /** Index of the rule in the rulebook. */
  readonly rule: number;
  /** Row of the rule's table, -1 without. */
  readonly point: number;
  /** Row of persons. */
  readonly person: number;
  /** Row of the subject's visit, -1 when it has none. */
  readonly visit: number;
  /** Diagnosis or operation id for each, else -1. */
  readonly code: number;
  /** Subject of a total ('' otherwise), stable text made from codes and dates. */
  readonly group: string;
  /** Rows; violating first, then involved, each in canonical order. */
  readonly lines: readonly number[];
  /** How many of the lines (of the visits, where there are no lines) are violating. */
  readonly violating: number;
  /** Money at issue of each violating line (or of each violating visit). */
  readonly charges: readonly Fen[];
  /** stays: [violating, involved]; total and window of visits: violating, then involved. */
  readonly visits: readonly number[];
  readonly occurred: CivilMinute;
  /** total and window; NaN otherwise. */
  readonly measure: number;
  readonly limit: number;
  /** Index of the exception that lowered it, -1. */
  readonly lowered: number;
}

export interface Sink {
  hit(hit: Hit): void;
}

export interface RuleCounts {
  readonly evaluated: number;
  readonly hit: number;
  readonly clear: number;
  readonly unknown: ReadonlyMap<string, number>;
}

export interface Kernel {
  /** Walks every person whose entry in `skip` is not 1. `segmentNumber` tags the events of keyed rules. */
  run(segment: Segment, sink: Sink, skip?: ArrayLike<number>, segmentNumber?: number): void;
  /** Counts per rule since the kernel was made. */
  counts(): readonly RuleCounts[];
  /** Whether some rule walks another key than the person. */
  readonly keyed: boolean;
  /** Hands over the events collected since the last call. */
  takeEvents(): readonly EventBlock[];
}
