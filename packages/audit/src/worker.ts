import { parentPort, workerData } from 'node:worker_threads';
import { readSegment, type SegmentHandle } from '@hengjian/lake';
import { compileKernel, type Hit, type Kernel } from '@hengjian/rulespec';
import { RefusedInput } from '@hengjian/standard';
import { partWriter } from './part-writer.ts';
import { type Cards, hitReader, makeCards } from './person-hits.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './protocol.ts';
import { type ColumnSelection, evidenceSelection, kernelColumns, mergeSegments, missingColumns, openSession, type Session } from './session.ts';
import { isSettledWithin } from './settled.ts';

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
  const columns = kernelColumns(bound);
  return { session, kernel: compileKernel(bound), columns, evidence: missingColumns(evidenceSelection(bound, cards), columns), cards };
}

/** 1 for persons that a newer segment holds. */
function deadMask(handle: SegmentHandle): Uint8Array | undefined {
  if (handle.dead.length === 0) return undefined;
  const mask = new Uint8Array(handle.persons);
  for (const person of handle.dead) mask[person] = 1;
  return mask;
}

function walk(state: State, index: number, handle: SegmentHandle): FromWorker {
  const { session, kernel } = state;
  const started = performance.now();
  const segment = readSegment(handle, state.columns);
  const read = performance.now();
  const hits: Hit[] = [];
  kernel.run(segment, { hit: (hit) => hits.push(hit) }, deadMask(handle), index);
  const walked = performance.now();
  const writer = partWriter(setup.parts, String(index).padStart(6, '0'));
  if (hits.length > 0) {
    const facts = mergeSegments(segment, readSegment(handle, state.evidence));
    const reader = hitReader(facts, session.context, session.bound, state.cards);
    for (const hit of hits) if (isSettledWithin(hit, facts, setup)) writer.add(reader.read(hit));
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
