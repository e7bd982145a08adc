import {
  type ColumnData,
  dimensionTableNames,
  forEachTable,
  isOneOf,
  isWorkingTable,
  type Segment,
  type WorkingTable,
  workingTableNames,
} from '@hengjian/standard';
import type { BoundRulebook } from '../bind/rulebook.ts';
import { type EventBlock, gathered, isKeyed, keyedWalks } from '../keyed/block.ts';
import { collectEvents } from '../keyed/events.ts';
import { eventPlans } from '../keyed/plan.ts';
import type { KeyedJudge } from '../keyed/reduce.ts';
import { splitByKey } from '../keyed/split.ts';
import { groupSubject } from '../shapes/measured/subject.ts';
import type { Walk } from '../source/vocabulary.ts';
import { Grouper } from './grouper.ts';
import type { Hit, Kernel, RuleCounts, Sink } from './hit.ts';
import { segmentColumns, type WrittenProgram, writeProgram } from './program.ts';
import * as functions from './runtime.ts';
import * as subjects from './subject.ts';
import * as windows from './window.ts';
import { tableAndName } from './writer.ts';

type PersonWalk = (person: number) => void;
type KeyWalk = (line: number, lineEnd: number, visit: number, visitEnd: number) => void;

interface Machine {
  load(column: (key: string) => ColumnData, rows: number): void;
  readonly walk: PersonWalk & KeyWalk;
  readonly HITS: Hit[];
  /** Of a walk with one pair rule whose lines of a key must differ in something. */
  readonly differs: ((line: number) => number) | undefined;
  readonly alone: ((rows: Int32Array, count: number) => void) | undefined;
}

/** Counters of a program, which outlive its machines. */
interface Counters {
  readonly EV: Float64Array;
  readonly HT: Float64Array;
  readonly UN: Float64Array;
}

type Room = Readonly<Record<WorkingTable, number>>;

const runtime = { ...functions, ...subjects, ...windows, groupSubject, Grouper };
let machines = 0;

function machineOf(program: WrittenProgram, rulebook: BoundRulebook, counters: Counters, room: Room): Machine {
  // Every machine is a script of its own: V8 takes constants of a closure into the machine code only while it is the only one.
  machines += 1;
  const make = new Function('constants', 'runtime', 'dimension', 'room', 'counters', `// machine ${machines}\n${program.source}`) as (
    constants: readonly unknown[],
    given: typeof runtime,
    dimension: (key: string) => ColumnData,
    room: Room,
    counters: Counters,
  ) => Machine;
  const dimension = (key: string): ColumnData => {
    const [table, name] = tableAndName(key);
    const column = isOneOf(dimensionTableNames, table) ? rulebook.context.dimensions[table]?.columns[name] : undefined;
    if (column === undefined) throw new Error(`column ${key} was not loaded`);
    return column;
  };
  return make(program.constants, runtime, dimension, room, counters);
}

/** A program and the machine that runs it, made again with more room when a segment does not fit. */
class Runner {
  readonly program: WrittenProgram;
  readonly counters: Counters;
  readonly #rulebook: BoundRulebook;
  readonly #room = forEachTable(() => 0);
  #machine: Machine | undefined;

  constructor(rulebook: BoundRulebook, by: Walk) {
    this.program = writeProgram(rulebook, by);
    this.#rulebook = rulebook;
    const rules = rulebook.rules.length;
    this.counters = { EV: new Float64Array(rules), HT: new Float64Array(rules), UN: new Float64Array(this.program.causes.length) };
  }

  load(segment: Segment): Machine {
    const small = workingTableNames.some((name) => (segment[name]?.length ?? 0) > this.#room[name]);
    if (small || this.#machine === undefined) {
      // Arrays of a few bytes live on the heap of V8, where they can move.
      for (const name of workingTableNames)
        this.#room[name] = Math.max(
          this.#room[name],
          128,
          Math.ceil((segment[name]?.length ?? 0) * (segment[name]?.length > 100_000 ? 1.25 : 2)),
        );
      this.#machine = machineOf(this.program, this.#rulebook, this.counters, { ...this.#room });
    }
    this.#machine.load(loader(segment), Math.max(segment.visits.length, segment.persons.length));
    return this.#machine;
  }
}

function loader(segment: Segment): (key: string) => ColumnData {
  return (key) => {
    const [table, name] = tableAndName(key);
    const column = isWorkingTable(table) ? segment[table]?.columns[name] : undefined;
    if (column === undefined) throw new Error(`column ${key} was not loaded; see neededColumns`);
    return column;
  };
}

function countsOf(rulebook: BoundRulebook, { program, counters }: Runner): readonly RuleCounts[] {
  return rulebook.rules.map((_, rule) => {
    const unknown = new Map<string, number>();
    let sum = 0;
    program.causes.forEach((cause, index) => {
      const count = counters.UN[index] ?? 0;
      if (cause.rule !== rule || count === 0) return;
      unknown.set(cause.cause, count);
      sum += count;
    });
    const [evaluated, hit] = [counters.EV[rule] ?? 0, counters.HT[rule] ?? 0];
    return { evaluated, hit, clear: evaluated - hit - sum, unknown };
  });
}

/** Hands over the hits of one walk in order of their rules; those of one rule already stand in order. */
function flush(hits: Hit[], emit: (hit: Hit) => void): void {
  if (hits.length > 1) hits.sort((a, b) => a.rule - b.rule);
  for (const hit of hits) emit(hit);
  hits.length = 0;
}

/** The text of the kernel of one walk, the same for the same rules, tables and lake. */
export const kernelSource = (rulebook: BoundRulebook, by: Walk = 'person'): string => writeProgram(rulebook, by).source;

/**
 * Compiles a rulebook into one fused function over typed arrays.
 *
 * @example compileKernel(bound).run(segment, { hit: (hit) => hits.push(hit) })
 */
export function compileKernel(rulebook: BoundRulebook): Kernel {
  const runner = new Runner(rulebook, 'person');
  const blocks: EventBlock[] = [];
  const keyed = rulebook.rules.some(isKeyed);
  const plans = eventPlans(rulebook, false);
  return {
    keyed,
    run(segment: Segment, sink: Sink, skip?: ArrayLike<number>, segmentNumber = 0): void {
      const { walk, HITS } = runner.load(segment);
      const emit = (hit: Hit): void => sink.hit(hit);
      for (let person = 0; person < segment.persons.length; person += 1) {
        if (skip !== undefined && skip[person] === 1) continue;
        walk(person);
        if (HITS.length > 0) flush(HITS, emit);
      }
      if (keyed) blocks.push(...collectEvents(plans, segment, skip, segmentNumber));
      blocks.push(...gathered(runner.program.gatherers, segment, segmentNumber));
    },
    counts: () => countsOf(rulebook, runner),
    takeEvents: () => blocks.splice(0, blocks.length),
  };
}

/** A kernel for the rules of one other key, over the combined parts of its events. */
export function keyedKernel(rulebook: BoundRulebook, by: Exclude<Walk, 'person'>): KeyedJudge {
  const runner = new Runner(rulebook, by);
  let machine: Machine | undefined;
  return {
    load(segment) {
      machine = runner.load(segment);
    },
    walk(line, lineEnd, visit, visitEnd, emit) {
      if (machine === undefined) throw new Error('load a part before it is walked');
      machine.walk(line, lineEnd, visit, visitEnd);
      if (machine.HITS.length > 0) flush(machine.HITS, emit);
    },
    settle(keys) {
      if (machine?.differs === undefined || machine.alone === undefined) return undefined;
      const { settled, others } = splitByKey(keys, machine.differs);
      machine.alone(settled, settled.length);
      return others;
    },
    counts: () => countsOf(rulebook, runner),
  };
}

/** Columns that the events of a walk need beside those its rules read. */
const eventColumns: Readonly<Record<Exclude<Walk, 'person'>, readonly (readonly [WorkingTable, string])[]>> = {
  practitioner: [
    ['visits', 'chfpdr_code'],
    ['lines', 'bilg_dr_code'],
  ],
  institution: [['visits', 'fixmedins_code']],
  trace_code: [['lines', 'drug_trac_codg']],
  invoice: [
    ['lines', 'settlement'],
    ['settlements', 'invono'],
  ],
};
const sharedColumns: readonly (readonly [WorkingTable, string])[] = [
  ['persons', 'psn'],
  ['visits', 'begntime'],
  ['visits', 'settlements_start'],
  ['visits', 'settlements_end'],
];
const persons: readonly (readonly [WorkingTable, string])[] = ['visits_start', 'visits_end', 'lines_start', 'lines_end'].map(
  (name) => ['persons', name] as const,
);

/** The columns a kernel reads; a reader of segments need load no others. */
export function neededColumns(rulebook: BoundRulebook): Partial<Record<WorkingTable, readonly string[]>> {
  const walks = keyedWalks.filter((by) => rulebook.rules.some((rule) => rule.source.by === by));
  const programs = (['person', ...walks] as const).map((by) => segmentColumns(rulebook, by));
  const all = [...persons, ...programs.flat(), ...walks.flatMap((by) => [...sharedColumns, ...eventColumns[by]])];
  const needed: Partial<Record<WorkingTable, string[]>> = {};
  for (const [table, name] of all) {
    const own = needed[table] ?? [];
    needed[table] = own;
    if (!own.includes(name)) own.push(name);
  }
  return needed;
}
