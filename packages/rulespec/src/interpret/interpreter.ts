import type { Segment } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/bound.ts';
import type { EventBlock, Hit, Kernel, RuleCounts, Sink } from '../kernel/hit.ts';
import { collectEvents, eventPlans, isKeyed } from '../keyed/events.ts';
import type { Judge, Tally, Trace, Walk } from './judge.ts';
import { judgeLines, judgeVisits } from './lines-visits.ts';
import { judgePairs, judgeStays } from './pairs.ts';
import { judgeTotals, judgeWindows } from './totals.ts';
import { range, type World } from './world.ts';

/** Judges one rule on one walk, as its shape says. */
export function judgeRule(judge: Judge, walk: Walk): undefined {
  const { shape } = judge.rule;
  switch (shape.kind) {
    case 'line':
      return judgeLines(judge, shape, walk);
    case 'visit':
      return judgeVisits(judge, shape, walk);
    case 'pair':
      return judgePairs(judge, shape, walk);
    case 'stays':
      return judgeStays(judge, shape, walk);
    case 'total':
      return judgeTotals(judge, shape, walk);
    case 'window':
      return judgeWindows(judge, shape, walk);
  }
}

export const newTallies = (rulebook: BoundRulebook): Tally[] =>
  rulebook.rules.map(() => ({ evaluated: 0, hit: 0, clear: 0, unknown: new Map<string, number>() }));

/** Judges the rules of a rulebook that `wanted` picks on one walk, in their order. */
export function judgeWalk(
  world: World,
  tallies: readonly Tally[],
  walk: Walk,
  wanted: (index: number) => boolean,
  emit: (hit: Hit) => void,
  trace?: Trace,
): void {
  world.bound.rules.forEach((rule, index) => {
    const tally = tallies[index];
    if (tally !== undefined && wanted(index)) judgeRule({ world, rule, index, tally, emit, trace }, walk);
  });
}

/**
 * The oracle: walks the same arrays as the kernel, plainly and slowly.
 *
 * @example interpreter(bound).run(segment, { hit: (hit) => hits.push(hit) })
 */
export function interpreter(rulebook: BoundRulebook): Kernel {
  const tallies = newTallies(rulebook);
  const blocks: EventBlock[] = [];
  const keyed = rulebook.rules.some(isKeyed);
  return {
    keyed,
    run(segment: Segment, sink: Sink, skip?: ArrayLike<number>, segmentNumber = 0): void {
      const world: World = { segment, bound: rulebook, watch: undefined };
      for (let person = 0; person < segment.persons.length; person += 1) {
        if (skip?.[person] === 1) continue;
        const walk: Walk = { lines: range(segment.persons, person, 'lines'), visits: range(segment.persons, person, 'visits') };
        judgeWalk(
          world,
          tallies,
          walk,
          (index) => !isKeyed(rulebook.rules[index]),
          (hit) => sink.hit(hit),
        );
      }
      if (keyed) blocks.push(...collectEvents(eventPlans(rulebook, true), segment, skip, segmentNumber));
    },
    counts: (): readonly RuleCounts[] => tallies.map((tally) => ({ ...tally, unknown: new Map(tally.unknown) })),
    takeEvents: () => blocks.splice(0, blocks.length),
  };
}
