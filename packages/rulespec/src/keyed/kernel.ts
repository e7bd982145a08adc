import type { BoundRulebook } from '../bind/rulebook.ts';
import { keyedKernel } from '../kernel/compile.ts';
import type { EventBlock } from './block.ts';
import { type KeyedReducer, type Reduced, reducerWith, reduceWith } from './reduce.ts';

/** Judges keyed rules part by part, so that parts can be handed to several threads. */
export const keyedReducer = (rulebook: BoundRulebook): KeyedReducer => reducerWith((by) => keyedKernel(rulebook, by), rulebook);

/**
 * Sorts and judges the events that kernels handed over (`takeEvents`), whatever their number and order.
 *
 * @example reduceEvents(bound, kernels.flatMap((kernel) => kernel.takeEvents())).hits
 */
export function reduceEvents(rulebook: BoundRulebook, blocks: readonly EventBlock[]): Reduced {
  return reduceWith(keyedReducer(rulebook), rulebook, blocks);
}
