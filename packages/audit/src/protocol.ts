import type { SegmentHandle } from '@hengjian/lake';
import type { Rulebook } from '@hengjian/rulebook';
import type { KeyedHit, RuleCounts, Statistics } from '@hengjian/rulespec';
import type { Problem } from '@hengjian/standard';
import type { StoredBlock } from './event-store.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly lake: string;
  /** Folder the parts are written to. */
  readonly parts: string;
  /** Folder of the events of keyed rules. */
  readonly events: string;
  /** First and last settlement day to report, inclusive. */
  readonly from: number;
  readonly to: number;
  /** Folder of the settlement whose prices value group-paid stays. */
  readonly settlement: string | undefined;
}

export type ToWorker =
  /** The rulebook, read and checked once for all threads. */
  | { readonly kind: 'begin'; readonly rulebook: Rulebook }
  | { readonly kind: 'walk'; readonly index: number; readonly handle: SegmentHandle }
  | { readonly kind: 'events'; readonly blocks: readonly StoredBlock[] }
  | { readonly kind: 'judge'; readonly parts: readonly number[] }
  | { readonly kind: 'finish' };

export interface SegmentDone {
  readonly kind: 'done';
  readonly index: number;
  readonly findings: number;
  readonly lines: number;
  readonly persons: number;
  readonly read_ms: number;
  readonly walk_ms: number;
  readonly write_ms: number;
  readonly events: readonly StoredBlock[];
}

/** The findings of keyed rules in some parts of the keys. */
export interface PartDone {
  readonly kind: 'judged';
  readonly hits: readonly KeyedHit[];
  /** Verdicts of rules of shape peer that are hits, and what rules of shape group found. */
  readonly statistics: Statistics;
  readonly cpu_ms: number;
}

export interface WorkerDone {
  readonly kind: 'finished';
  readonly counts: readonly (readonly RuleCounts[])[];
  readonly peak_rss: number;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | SegmentDone
  | PartDone
  | WorkerDone
  /** A fault of the program, or a refusal with its problems. */
  | { readonly kind: 'failed'; readonly message: string; readonly problems: readonly Problem[] | undefined };

/** What a walk over all segments brings, on whatever host. */
export interface HostWalk {
  readonly counts: readonly (readonly RuleCounts[])[];
  readonly keyed: readonly KeyedHit[];
  readonly statistics: Statistics;
  readonly persons: number;
  readonly lines: number;
  readonly segments: number;
  readonly walked_at: number;
  readonly keyed_cpu_ms: number;
}
