import { parentPort, workerData } from 'node:worker_threads';
import { readSegment, type SegmentHandle } from '@hengjian/lake';
import { compileKernel, type Hit, type Kernel } from '@hengjian/rulespec';
import { dayOfMinute, missingInt, RefusedInput, type Segment } from '@hengjian/standard';
import { evidenceColumns } from './facts.ts';
import { partWriter } from './part-writer.ts';
import { type Cards, hitReader, makeCards } from './person-hits.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './protocol.ts';
import { type ColumnSelection, kernelColumns, openSession, type Session, unionColumns } from './session.ts';

const port = parentPort;
const setup = workerData as WorkerSetup;

interface State {
  readonly session: Session;
  readonly kernel: Kernel;
  readonly columns: ColumnSelection;
  readonly evidence: ColumnSelection;
  readonly cards: Cards;
}

async function start(): Promise<State> {
  const session = await openSession(setup);
  const { bound } = session;
  const cards = makeCards(bound);
  const reads = bound.rules.map((_, index) => cards.rule(index).reads as ColumnSelection);
  const wanted = reads.reduce(unionColumns, evidenceColumns as ColumnSelection);
  const { persons = [], visits = [], settlements = [], lines = [] } = wanted;
  return { session, kernel: compileKernel(bound), columns: kernelColumns(bound), evidence: { persons, visits, settlements, lines }, cards };
}

/** The day a hit is settled on: that of its violating line or of its stay; the day it occurred where there is none. */
function settledOn(hit: Hit, segment: Segment): number {
  const times = segment.settlements.columns.setl_time as Int32Array;
  const line = hit.lines[0];
  const visit = hit.visits[0] ?? hit.visit;
  const settlement =
    line !== undefined ? (segment.lines.columns.settlement as Int32Array)[line] : visit >= 0 ? ((segment.visits.columns.settlements_end as Int32Array)[visit] as number) - 1 : -1;
  const time = settlement === undefined || settlement < 0 ? missingInt : (times[settlement] as number);
  return dayOfMinute(time === missingInt || time === undefined ? hit.occurred : time);
}

function walk(state: State, index: number, handle: SegmentHandle): FromWorker {
  const { session, kernel } = state;
  const started = performance.now();
  const segment = readSegment(handle, state.columns);
  const read = performance.now();
  const hits: Hit[] = [];
  kernel.run(segment, { hit: (hit) => hits.push(hit) }, handle.dead);
  const walked = performance.now();
  const writer = partWriter(setup.parts, String(index).padStart(6, '0'));
  if (hits.length > 0) {
    const facts = readSegment(handle, state.evidence);
    const reader = hitReader(facts, session.context, session.bound, state.cards);
    for (const hit of hits) {
      const day = settledOn(hit, facts);
      if (day >= setup.from && day <= setup.to) writer.add(reader.read(hit));
    }
  }
  const findings = writer.close();
  return {
    kind: 'done',
    index,
    findings,
    lines: handle.lines,
    persons: handle.persons - handle.dead.length,
    read_ms: read - started,
    walk_ms: walked - read,
    write_ms: performance.now() - walked,
  };
}

function send(message: FromWorker): void {
  port?.postMessage(message);
}

function fail(error: unknown): void {
  send({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error), refused: error instanceof RefusedInput });
}

start()
  .then((state) => {
    port?.on('message', (message: ToWorker) => {
      try {
        if (message.kind === 'walk') send(walk(state, message.index, message.handle));
        else send({ kind: 'finished', counts: state.kernel.counts(), events: state.kernel.takeEvents(), peak_rss: process.memoryUsage.rss() });
      } catch (error) {
        fail(error);
      }
    });
    send({ kind: 'ready' });
  })
  .catch(fail);
