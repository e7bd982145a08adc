import type { SegmentHandle } from '@hengjian/lake';
import type { EventBlock, RuleCounts } from '@hengjian/rulespec';
import type { SessionOptions } from './session.ts';

/** What a worker is started with. */
export interface WorkerSetup extends SessionOptions {
  /** Folder the parts are written to. */
  readonly parts: string;
  /** First and last settlement day to report, inclusive. */
  readonly from: number;
  readonly to: number;
}

export type ToWorker = { readonly kind: 'walk'; readonly index: number; readonly handle: SegmentHandle } | { readonly kind: 'finish' };

export interface SegmentDone {
  readonly kind: 'done';
  readonly index: number;
  readonly findings: number;
  readonly lines: number;
  readonly persons: number;
  readonly read_ms: number;
  readonly walk_ms: number;
  readonly write_ms: number;
}

export interface WorkerDone {
  readonly kind: 'finished';
  readonly counts: readonly RuleCounts[];
  readonly events: readonly EventBlock[];
  readonly peak_rss: number;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | SegmentDone
  | WorkerDone
  | { readonly kind: 'failed'; readonly message: string; readonly refused: boolean };
