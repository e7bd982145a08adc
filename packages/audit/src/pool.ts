import { Worker } from 'node:worker_threads';
import type { SegmentHandle } from '@hengjian/lake';
import type { Rulebook } from '@hengjian/rulebook';
import { eventParts, type GroupVerdict, type KeyedHit, type PeerVerdict, type RuleCounts, type Statistics } from '@hengjian/rulespec';
import { Cancelled, RefusedInput } from '@hengjian/standard';
import type { StoredBlock } from './event-store.ts';
import type { FromWorker, SegmentDone, ToWorker, WorkerDone, WorkerSetup } from './protocol.ts';

export interface PoolResult {
  readonly counts: readonly (readonly RuleCounts[])[];
  /** Findings of keyed rules, in no order. */
  readonly keyed: readonly KeyedHit[];
  /** What rules of shape peer and group found, in no order. */
  readonly statistics: Statistics;
  readonly walked_at: number;
  readonly keyed_cpu_ms: number;
  readonly segments: readonly SegmentDone[];
}

export interface PoolOptions {
  /** Threads that were started and have nothing to do yet; they end with the walk. */
  readonly workers: readonly Worker[];
  readonly rulebook: Rulebook;
  readonly handles: readonly SegmentHandle[];
  readonly signal?: AbortSignal;
  readonly onDone?: (done: SegmentDone) => void;
}

/** Starts threads, which load their modules and the lake while the rulebook is read. */
export const startWorkers = (setup: WorkerSetup, count: number): readonly Worker[] =>
  Array.from({ length: count }, () => new Worker(new URL('./worker.ts', import.meta.url), { workerData: setup }));

/**
 * Walks the segments over worker threads, then judges the keyed rules part by part. Which thread walks which segment or
 * judges which part does not show in the result.
 */
export function walkSegments(options: PoolOptions): Promise<PoolResult> {
  const { handles, workers, signal } = options;
  const threads = workers.length;
  const segments: SegmentDone[] = [];
  const finished: WorkerDone[] = [];
  let next = 0;

  return new Promise((resolve, reject) => {
    let settled = false;
    const stop = (error: Error): void => {
      if (settled) return;
      settled = true;
      signal?.removeEventListener('abort', abort);
      void Promise.all(workers.map((worker) => worker.terminate())).then(() => reject(error));
    };
    const abort = (): void => stop(new Cancelled());
    if (signal?.aborted === true) return stop(new Cancelled());
    signal?.addEventListener('abort', abort);

    const send = (worker: Worker, message: ToWorker): void => worker.postMessage(message);
    const waiting: Worker[] = [];
    const keyed: KeyedHit[] = [];
    const peers: PeerVerdict[] = [];
    const groups: GroupVerdict[] = [];
    let [part, walkedAt, keyedCpu] = [0, 0, 0];
    let parts: number | undefined;
    const giveWalk = (worker: Worker): void => {
      const handle = handles[next];
      if (handle === undefined) waiting.push(worker);
      else send(worker, { kind: 'walk', index: next, handle });
      next += 1;
      if (waiting.length === threads) startParts();
    };
    const givePart = (worker: Worker): void => {
      const left = (parts ?? 0) - part;
      if (left <= 0) {
        send(worker, { kind: 'finish' });
        return;
      }
      // Fewer at a time towards the end, so that no thread waits long for the last.
      const count = Math.ceil(left / (2 * threads));
      send(worker, { kind: 'judge', parts: Array.from({ length: count }, (_, index) => part + index) });
      part += count;
    };
    // Every segment is walked: no part can still grow.
    const startParts = (): void => {
      walkedAt = performance.now();
      const blocks: readonly StoredBlock[] = segments.flatMap((segment) => segment.events);
      parts = blocks.length === 0 ? 0 : eventParts;
      for (const worker of waiting) {
        send(worker, { kind: 'events', blocks });
        givePart(worker);
      }
    };
    const complete = (): void => {
      if (settled) return;
      settled = true;
      signal?.removeEventListener('abort', abort);
      void Promise.all(workers.map((worker) => worker.terminate())).then(() =>
        resolve({
          counts: finished.flatMap((done) => done.counts),
          keyed,
          statistics: { peers, groups },
          walked_at: walkedAt,
          keyed_cpu_ms: keyedCpu,
          segments: segments.sort((left, right) => left.index - right.index),
        }),
      );
    };
    for (const worker of workers) {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'failed')
          return stop(message.problems === undefined ? new Error(message.message) : new RefusedInput(message.problems));
        if (message.kind === 'finished') {
          finished.push(message);
          if (finished.length === workers.length) complete();
          return;
        }
        if (message.kind === 'judged') {
          keyed.push(...message.hits);
          peers.push(...message.statistics.peers);
          groups.push(...message.statistics.groups);
          keyedCpu += message.cpu_ms;
          return givePart(worker);
        }
        if (message.kind === 'done') {
          segments.push(message);
          options.onDone?.(message);
        }
        giveWalk(worker);
      });
      worker.on('error', (error) => stop(error instanceof Error ? error : new Error(String(error))));
      worker.on('exit', (code) => {
        if (code !== 0) stop(new Error(`an audit thread ended with code ${code}`));
      });
      send(worker, { kind: 'begin', rulebook: options.rulebook });
    }
  });
}
