import type { Segment, WorkingTable } from '@hengjian/standard';
import type { GroupWalk } from '../group/events.ts';
import type { PeerWalk } from '../peer/counters.ts';
import type { Walk } from '../source/rule-source.ts';

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
  /** Fen at issue of each violating line (or of each violating visit). */
  readonly charges: readonly number[];
  /** stays: [violating, involved]; total and window of visits: violating, then involved. */
  readonly visits: readonly number[];
  /** Minute. */
  readonly occurred: number;
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

export type EventColumn = Int32Array<ArrayBuffer> | Int8Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Rows of one table, part after part. */
export interface EventTable {
  /** First row of each part, and the number of rows at the end. */
  readonly starts: Int32Array;
  /** Columns of the working form, and `row` (in the segment), `key` of the walk and `order` of the person. Rows of other tables count from the start of their part. */
  readonly columns: Readonly<Record<string, EventColumn>>;
}

/** A segment's events of rules that walk another key than the person, partitioned by their keys. Typed arrays only. */
export interface EventBlock {
  readonly by: Exclude<Walk, 'person'> | GroupWalk | PeerWalk;
  /** Number of the segment in the lake, as given to `run`. */
  readonly segment: number;
  readonly tables: Readonly<Partial<Record<WorkingTable, EventTable>>>;
}

/** The events of one part of a block. */
export interface EventPart {
  readonly by: Exclude<Walk, 'person'> | GroupWalk | PeerWalk;
  readonly segment: number;
  readonly tables: Readonly<Partial<Record<WorkingTable, { readonly length: number; readonly columns: Readonly<Record<string, EventColumn>> }>>>;
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
