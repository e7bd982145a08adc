import type { BoundRulebook } from '../bind/bound.ts';
import { judgeWalk, newTallies } from '../interpret/interpreter.ts';
import type { EventBlock, RuleCounts } from '../kernel/hit.ts';
import { type KeyedHit, reduceWith } from './reduce.ts';

/** The oracle for keyed rules. */
export function interpretEvents(rulebook: BoundRulebook, blocks: readonly EventBlock[]): { hits: readonly KeyedHit[]; counts: readonly RuleCounts[] } {
  return reduceWith(
    (by, segment, walks, emit) => {
      const tallies = newTallies(rulebook);
      const wanted = (index: number): boolean => rulebook.rules[index]?.source.by === by;
      let number = 0;
      for (const walk of walks) {
        const at = number;
        judgeWalk({ segment, bound: rulebook, watch: undefined }, tallies, walk, wanted, (hit) => emit(at, hit));
        number += 1;
      }
      return tallies;
    },
    rulebook,
    blocks,
  );
}
