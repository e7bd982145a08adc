import type { Segment } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/rulebook.ts';
import { judgeWalk, newTallies } from '../interpret/interpreter.ts';
import type { Hit } from '../kernel/hit.ts';
import type { EventBlock, KeyedWalk } from './block.ts';
import { type KeyedJudge, type Reduced, reducerWith, reduceWith } from './reduce.ts';

const rows = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, index) => from + index);

function judgeOf(rulebook: BoundRulebook, by: KeyedWalk): KeyedJudge {
  const tallies = newTallies(rulebook);
  const wanted = (index: number): boolean => rulebook.rules[index]?.source.by === by;
  let segment: Segment | undefined;
  return {
    load(given): void {
      segment = given;
    },
    walk(line, lineEnd, visit, visitEnd, emit: (hit: Hit) => void): void {
      if (segment === undefined) throw new Error('load a part before it is walked');
      const walk = { lines: rows(line, lineEnd), visits: rows(visit, visitEnd) };
      judgeWalk(rulebook, segment, tallies, walk, wanted, emit);
    },
    counts: () => tallies,
  };
}

/** The oracle for keyed rules. */
export function interpretEvents(rulebook: BoundRulebook, blocks: readonly EventBlock[]): Reduced {
  return reduceWith(
    reducerWith((by) => judgeOf(rulebook, by), rulebook),
    rulebook,
    blocks,
    true,
  );
}
