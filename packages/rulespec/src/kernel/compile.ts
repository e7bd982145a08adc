import type { ColumnData, DimensionTable, Segment, WorkingTable } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/bound.ts';
import { collectEvents, eventPlans, isKeyed, keyedWalks } from '../keyed/events.ts';
import type { KeyedJudge } from '../keyed/reduce.ts';
import type { Walk } from '../source/rule-source.ts';
import { Grouper } from './grouper.ts';
import type { EventBlock, Hit, Kernel, RuleCounts, Sink } from './hit.ts';
import { segmentColumns, type WrittenProgram, writeProgram } from './program.ts';
import * as functions from './runtime.ts';
import * as subjects from './subject.ts';
import * as windows from './window.ts';

type PersonWalk = (person: number) => void;
type KeyWalk = (line: number, lineEnd: number, visit: number, visitEnd: number) => void;

interface Machine {
  load(column: (key: string) => ColumnData, visits: number): void;
  readonly walk: PersonWalk & KeyWalk;
  readonly HITS: Hit[];
  readonly EV: Float64Array;
  readonly HT: Float64Array;
  readonly UN: Float64Array;
}

const runtime = { ...functions, ...subjects, ...windows, Grouper };

function machineOf(program: WrittenProgram): Machine {
  const make = new Function('constants', 'runtime', program.source) as (constants: readonly unknown[], given: typeof runtime) => Machine;
  return make(program.constants, runtime);
}

function loader(rulebook: BoundRulebook, segment: Segment): (key: string) => ColumnData {
  return (key) => {
    const [table, name] = key.split('.') as [WorkingTable | DimensionTable, string];
    const columns = table in segment ? segment[table as WorkingTable] : rulebook.context.dimensions[table as DimensionTable];
    const column = columns?.columns[name];
    if (column === undefined) throw new Error(`column ${key} was not loaded; see neededColumns`);
    return column;
  };
}

function countsOf(rulebook: BoundRulebook, program: WrittenProgram, machine: Machine): readonly RuleCounts[] {
  return rulebook.rules.map((_, rule) => {
    const unknown = new Map<string, number>();
    let sum = 0;
    program.causes.forEach((cause, index) => {
      const count = machine.UN[index] ?? 0;
      if (cause.rule !== rule || count === 0) return;
      unknown.set(cause.cause, count);
      sum += count;
    });
    const [evaluated, hit] = [machine.EV[rule] ?? 0, machine.HT[rule] ?? 0];
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
  const program = writeProgram(rulebook, 'person');
  const machine = machineOf(program);
  const blocks: EventBlock[] = [];
  const keyed = rulebook.rules.some(isKeyed);
  const plans = eventPlans(rulebook, false);
  return {
    keyed,
    run(segment: Segment, sink: Sink, skip?: ArrayLike<number>, segmentNumber = 0): void {
      machine.load(loader(rulebook, segment), segment.visits.length);
      const { walk, HITS } = machine;
      const emit = (hit: Hit): void => sink.hit(hit);
      for (let person = 0; person < segment.persons.length; person += 1) {
        if (skip !== undefined && skip[person] === 1) continue;
        walk(person);
        if (HITS.length > 0) flush(HITS, emit);
      }
      if (keyed) blocks.push(...collectEvents(plans, segment, skip, segmentNumber));
    },
    counts: () => countsOf(rulebook, program, machine),
    takeEvents: () => blocks.splice(0, blocks.length),
  };
}

/** A kernel for the rules of one other key, over the combined parts of its events. */
export function keyedKernel(rulebook: BoundRulebook, by: Exclude<Walk, 'person'>): KeyedJudge {
  const program = writeProgram(rulebook, by);
  const machine = machineOf(program);
  return {
    load(segment) {
      machine.load(loader(rulebook, segment), segment.visits.length);
    },
    walk({ lines, visits }, emit) {
      machine.walk(lines[0], lines[1], visits[0], visits[1]);
      if (machine.HITS.length > 0) flush(machine.HITS, emit);
    },
    counts: () => countsOf(rulebook, program, machine),
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
};
const sharedColumns: readonly (readonly [WorkingTable, string])[] = [
  ['persons', 'psn'],
  ['visits', 'begntime'],
];
const persons: readonly (readonly [WorkingTable, string])[] = ['visits_start', 'visits_end', 'lines_start', 'lines_end'].map(
  (name) => ['persons', name] as const,
);

/** The columns a kernel reads; a reader of segments need load no others. */
export function neededColumns(rulebook: BoundRulebook): Partial<Record<WorkingTable, readonly string[]>> {
  const walks = keyedWalks.filter((by) => rulebook.rules.some((rule) => rule.source.by === by));
  const programs = (['person', ...walks] as const).map((by) => writeProgram(rulebook, by));
  const all = [...persons, ...programs.flatMap(segmentColumns), ...walks.flatMap((by) => [...sharedColumns, ...eventColumns[by]])];
  const needed: Partial<Record<WorkingTable, string[]>> = {};
  for (const [table, name] of all) {
    const own = needed[table] ?? [];
    needed[table] = own;
    if (!own.includes(name)) own.push(name);
  }
  return needed;
}
