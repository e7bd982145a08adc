import type { BoundRulebook } from '../bind/bound.ts';
import { keyedKernel } from '../kernel/compile.ts';
import type { EventBlock, RuleCounts } from '../kernel/hit.ts';
import { type KeyedHit, reduceWith } from './reduce.ts';

/**
 * Sorts and judges the events that kernels handed over (`takeEvents`), whatever their number and order.
 *
 * @example reduceEvents(bound, kernels.flatMap((kernel) => kernel.takeEvents())).hits
 */
export function reduceEvents(rulebook: BoundRulebook, blocks: readonly EventBlock[]): { hits: readonly KeyedHit[]; counts: readonly RuleCounts[] } {
  return reduceWith(
    (by, segment, walks, emit) => {
      const kernel = keyedKernel(rulebook, by, segment);
      let number = 0;
      for (const walk of walks) {
        const at = number;
        kernel.walk(walk.lines, walk.visits, (hit) => emit(at, hit));
        number += 1;
      }
      return kernel.counts();
    },
    rulebook,
    blocks,
  );
}
