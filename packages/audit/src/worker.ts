import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type Lake, openLake, readSegment, type SegmentHandle } from '@hengjian/lake';
import type { Rulebook } from '@hengjian/rulebook';
import { compileKernel, type Hit, type Kernel, type KeyedReducer, keyedReducer } from '@hengjian/rulespec';
import { RefusedInput } from '@hengjian/standard';
import { readParts, type StoredBlock, storeBlocks } from './event-store.ts';
import { readAuditPricing } from './group-pay.ts';
import { partWriter } from './part-writer.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './protocol.ts';
import { type Cards, hitReader, makeCards } from './segment-hits.ts';
import {
  type ColumnSelection,
  deadMask,
  evidenceSelection,
  kernelColumns,
  mergeSegments,
  missingColumns,
  type Session,
  saidColumns,
  sessionOf,
  unionColumns,
} from './session.ts';
import { settledWithin } from './settled.ts';

const port = parentPort;
const setup = workerData as WorkerSetup;

interface State {
  readonly session: Session;
  readonly kernel: Kernel;
  readonly reducer: KeyedReducer;
  /** Blocks of each walk. */
  events: readonly (readonly StoredBlock[])[];
  readonly columns: ColumnSelection;
  readonly evidence: ColumnSelection;
  readonly cards: Cards;
}

function begin(lake: Lake, rulebook: Rulebook): State {
  const session = sessionOf(lake, rulebook, setup.settlement === undefined ? undefined : readAuditPricing(setup.settlement));
  const { bound } = session;
  const cards = makeCards(bound);
  const kernel = compileKernel(bound);
  const columns = kernelColumns(bound);
  const evidence = missingColumns(evidenceSelection(bound, cards), columns);
  return { session, kernel, reducer: keyedReducer(bound), events: [], columns, evidence, cards };
}

function walk(state: State, index: number, handle: SegmentHandle): FromWorker {
  const { session, kernel } = state;
  const started = performance.now();
  const pay = session.pay?.segment(handle);
  const stored = readSegment(handle, state.columns);
  const segment = pay?.withGroups(stored) ?? stored;
  const read = performance.now();
  const hits: Hit[] = [];
  kernel.run(segment, { hit: (hit) => hits.push(hit) }, deadMask(handle), index);
  const events = storeBlocks(join(setup.events, String(index).padStart(6, '0')), kernel.takeEvents());
  const walked = performance.now();
  const writer = partWriter(setup.parts, String(index).padStart(6, '0'));
  if (hits.length > 0) {
    const said = saidColumns(
      state.cards,
      hits.map(({ rule }) => rule),
    );
    const rest = readSegment(handle, unionColumns(state.evidence, said));
    const facts = mergeSegments(segment, pay?.withGroups(rest) ?? rest);
    const reader = hitReader({ segment: facts, context: session.context, bound: session.bound, cards: state.cards, pay });
    const isReported = settledWithin(facts, setup);
    for (const hit of hits) if (isReported(hit)) writer.add(reader.read(hit));
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
    events,
  };
}

/** Judges some parts of the keys of every walk. */
function judge(state: State, parts: readonly number[]): FromWorker {
  const started = process.threadCpuUsage();
  const hits = parts.flatMap((part) => state.events.flatMap((blocks) => state.reducer.judge(readParts(blocks, part))));
  const { peers, groups } = state.reducer.takeStatistics();
  const statistics = { peers: peers.filter(({ verdict }) => verdict === 'hit'), groups };
  const used = process.threadCpuUsage(started);
  return { kind: 'judged', hits, statistics, cpu_ms: (used.user + used.system) / 1000 };
}

function byWalk(blocks: readonly StoredBlock[]): readonly (readonly StoredBlock[])[] {
  return [...new Set(blocks.map((block) => block.by))].map((by) => blocks.filter((block) => block.by === by));
}

function answer(state: State, message: Exclude<ToWorker, { kind: 'begin' }>): void {
  if (message.kind === 'walk') send(walk(state, message.index, message.handle));
  else if (message.kind === 'events') state.events = byWalk(message.blocks);
  else if (message.kind === 'judge') send(judge(state, message.parts));
  else send({ kind: 'finished', counts: [state.kernel.counts(), state.reducer.counts()], peak_rss: process.memoryUsage.rss() });
}

function send(message: FromWorker): void {
  port?.postMessage(message);
}

function fail(error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  send({ kind: 'failed', message, problems: error instanceof RefusedInput ? error.problems : undefined });
}

let state: State | undefined;

function receive(lake: Lake, message: ToWorker): void {
  if (message.kind === 'begin') {
    state = begin(lake, message.rulebook);
    send({ kind: 'ready' });
  } else if (state === undefined) throw new Error('an audit thread was asked before it had a rulebook');
  else answer(state, message);
}

openLake(setup.lake)
  .then((lake) => {
    port?.on('message', (message: ToWorker) => {
      try {
        receive(lake, message);
      } catch (error) {
        fail(error);
      }
    });
  })
  .catch(fail);
