import type { Worker } from 'node:worker_threads';
import { readSegment, type SegmentHandle } from '@hengjian/lake';
import type { SegmentSource } from './keyed-hits.ts';
import type { AuditOptions } from './options.ts';
import { walkSegments } from './pool.ts';
import type { HostWalk, SegmentDone } from './protocol.ts';
import type { Session } from './session.ts';
import { type SparkSetup, walkOnSpark } from './spark/walk.ts';

/** A walk with what its findings across persons are read from. */
export interface Walk extends HostWalk {
  /** Per segment, where the host says so. */
  readonly done: readonly SegmentDone[];
  readonly read: SegmentSource;
}

export async function walkHere(
  session: Session,
  workers: readonly Worker[],
  handles: readonly SegmentHandle[],
  options: AuditOptions,
): Promise<Walk> {
  const total = handles.reduce((sum, handle) => sum + handle.lines, 0);
  let done = 0;
  const pool = await walkSegments({
    workers,
    rulebook: session.rulebook,
    handles,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onDone: (segment) => {
      done += segment.lines;
      options.progress?.({ phase: 'audit', done, total, unit: 'lines' });
    },
  });
  const { counts, keyed, statistics, walked_at, keyed_cpu_ms } = pool;
  const persons = pool.segments.reduce((sum, segment) => sum + segment.persons, 0);
  const read: SegmentSource = (number, columns) => {
    const handle = handles[number];
    if (handle === undefined) throw new Error(`the lake has no segment ${number}`);
    return readSegment(handle, columns);
  };
  return { counts, keyed, statistics, persons, lines: done, segments: handles.length, walked_at, keyed_cpu_ms, done: pool.segments, read };
}

export async function walkThere(session: Session, setup: SparkSetup, work: string, options: AuditOptions): Promise<Walk> {
  const walk = await walkOnSpark(session, setup, options.spark ?? {}, work, {
    signal: options.signal,
    progress: (phase, done, total) => options.progress?.({ phase, done, total, unit: 'parts' }),
  });
  return { ...walk, done: [], read: walk.readSegment };
}
