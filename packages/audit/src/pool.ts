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

/** One walk: which thread does what next, and what they found so far. */
class SharedWalk {
  readonly #options: PoolOptions;
  readonly #settle: PromiseWithResolvers<PoolResult>;
  readonly #segments: SegmentDone[] = [];
  readonly #finished: WorkerDone[] = [];
  readonly #waiting: Worker[] = [];
  readonly #keyed: KeyedHit[] = [];
  readonly #peers: PeerVerdict[] = [];
  readonly #groups: GroupVerdict[] = [];
  readonly #abort = (): void => this.#stop(new Cancelled());
  #settled = false;
  #nextSegment = 0;
  #nextPart = 0;
  #parts = 0;
  #walkedAt = 0;
  #keyedCpu = 0;

  constructor(options: PoolOptions, settle: PromiseWithResolvers<PoolResult>) {
    this.#options = options;
    this.#settle = settle;
  }

  start(): void {
    const { signal, workers, rulebook } = this.#options;
    if (signal?.aborted === true) {
      this.#stop(new Cancelled());
      return;
    }
    signal?.addEventListener('abort', this.#abort);
    for (const worker of workers) {
      worker.on('message', (message: FromWorker) => this.#take(worker, message));
      worker.on('error', (error) => this.#stop(error instanceof Error ? error : new Error(String(error))));
      worker.on('exit', (code) => {
        if (code !== 0) this.#stop(new Error(`an audit thread ended with code ${code}`));
      });
      this.#send(worker, { kind: 'begin', rulebook });
    }
  }

  #send(worker: Worker, message: ToWorker): void {
    worker.postMessage(message);
  }

  #take(worker: Worker, message: FromWorker): void {
    switch (message.kind) {
      case 'failed':
        this.#stop(message.problems === undefined ? new Error(message.message) : new RefusedInput(message.problems));
        return;
      case 'finished':
        this.#finished.push(message);
        if (this.#finished.length === this.#options.workers.length) this.#complete();
        return;
      case 'judged':
        this.#keyed.push(...message.hits);
        this.#peers.push(...message.statistics.peers);
        this.#groups.push(...message.statistics.groups);
        this.#keyedCpu += message.cpu_ms;
        this.#giveParts(worker);
        return;
      case 'done':
        this.#segments.push(message);
        this.#options.onDone?.(message);
    }
    this.#giveSegment(worker);
  }

  #giveSegment(worker: Worker): void {
    const handle = this.#options.handles[this.#nextSegment];
    if (handle === undefined) this.#waiting.push(worker);
    else this.#send(worker, { kind: 'walk', index: this.#nextSegment, handle });
    this.#nextSegment += 1;
    if (this.#waiting.length === this.#options.workers.length) this.#startParts();
  }

  /** Every segment is walked: no part can still grow. */
  #startParts(): void {
    this.#walkedAt = performance.now();
    const blocks: readonly StoredBlock[] = this.#segments.flatMap((segment) => segment.events);
    this.#parts = blocks.length === 0 ? 0 : eventParts;
    for (const worker of this.#waiting) {
      this.#send(worker, { kind: 'events', blocks });
      this.#giveParts(worker);
    }
  }

  #giveParts(worker: Worker): void {
    const left = this.#parts - this.#nextPart;
    if (left <= 0) {
      this.#send(worker, { kind: 'finish' });
      return;
    }
    // Fewer at a time towards the end, so that no thread waits long for the last.
    const count = Math.ceil(left / (2 * this.#options.workers.length));
    const first = this.#nextPart;
    this.#nextPart += count;
    this.#send(worker, { kind: 'judge', parts: Array.from({ length: count }, (_, index) => first + index) });
  }

  async #end(): Promise<boolean> {
    if (this.#settled) return false;
    this.#settled = true;
    this.#options.signal?.removeEventListener('abort', this.#abort);
    await Promise.all(this.#options.workers.map((worker) => worker.terminate()));
    return true;
  }

  #stop(error: Error): void {
    void this.#end().then((first) => (first ? this.#settle.reject(error) : undefined));
  }

  #complete(): void {
    const result: PoolResult = {
      counts: this.#finished.flatMap((done) => done.counts),
      keyed: this.#keyed,
      statistics: { peers: this.#peers, groups: this.#groups },
      walked_at: this.#walkedAt,
      keyed_cpu_ms: this.#keyedCpu,
      segments: this.#segments.sort((left, right) => left.index - right.index),
    };
    void this.#end().then((first) => (first ? this.#settle.resolve(result) : undefined));
  }
}

/**
 * Walks the segments over worker threads, then judges the keyed rules part by part. Which thread walks which segment or
 * judges which part does not show in the result. Rejects with a refusal of a thread, or with Cancelled.
 */
export function walkSegments(options: PoolOptions): Promise<PoolResult> {
  const settle = Promise.withResolvers<PoolResult>();
  new SharedWalk(options, settle).start();
  return settle.promise;
}
