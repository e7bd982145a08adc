import { Worker } from 'node:worker_threads';
import type { SegmentHandle } from '@hengjian/lake';
import type { EventBlock, RuleCounts } from '@hengjian/rulespec';
import { Cancelled } from '@hengjian/standard';
import type { FromWorker, SegmentDone, ToWorker, WorkerDone, WorkerSetup } from './protocol.ts';

export interface PoolResult {
  readonly counts: readonly (readonly RuleCounts[])[];
  readonly events: readonly EventBlock[];
  readonly segments: readonly SegmentDone[];
}

export interface PoolOptions {
  readonly setup: WorkerSetup;
  readonly handles: readonly SegmentHandle[];
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onDone?: (done: SegmentDone) => void;
}

/** Walks the segments over worker threads. Which thread walks which segment does not show in the result. */
export function walkSegments(options: PoolOptions): Promise<PoolResult> {
  const { handles, setup, signal } = options;
  const threads = Math.max(1, Math.min(options.threads, handles.length));
  const segments: SegmentDone[] = [];
  const finished: WorkerDone[] = [];
  let next = 0;

  return new Promise((resolve, reject) => {
    const workers = Array.from({ length: threads }, () => new Worker(new URL('./worker.ts', import.meta.url), { workerData: setup }));
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

    const give = (worker: Worker): void => {
      const handle = handles[next];
      const message: ToWorker = handle === undefined ? { kind: 'finish' } : { kind: 'walk', index: next, handle };
      next += 1;
      worker.postMessage(message);
    };
    const complete = (): void => {
      if (settled) return;
      settled = true;
      signal?.removeEventListener('abort', abort);
      void Promise.all(workers.map((worker) => worker.terminate())).then(() =>
        resolve({
          counts: finished.map((done) => done.counts),
          events: finished.flatMap((done) => done.events),
          segments: segments.sort((left, right) => left.index - right.index),
        }),
      );
    };
    for (const worker of workers) {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'failed') return stop(new Error(message.message));
        if (message.kind === 'finished') {
          finished.push(message);
          if (finished.length === workers.length) complete();
          return;
        }
        if (message.kind === 'done') {
          segments.push(message);
          options.onDone?.(message);
        }
        give(worker);
      });
      worker.on('error', (error) => stop(error instanceof Error ? error : new Error(String(error))));
      worker.on('exit', (code) => {
        if (code !== 0) stop(new Error(`an audit thread ended with code ${code}`));
      });
    }
  });
}
