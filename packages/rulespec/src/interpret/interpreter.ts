import type { Segment } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/rulebook.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { Hit, Kernel, RuleCounts, Sink } from '../kernel/hit.ts';
import { type EventBlock, gathered, isKeyed } from '../keyed/block.ts';
import { collectEvents } from '../keyed/events.ts';
import { eventPlans } from '../keyed/plan.ts';
import { definitionOf, type Gathering } from '../shapes/definition.ts';
import type { Judge, Tally, Walk } from './judge.ts';
import { range, type World } from './world.ts';

/** Judges one rule on one walk, as its shape says; rules that judge many histories at once gather instead. */
export function judgeRule(rulebook: BoundRulebook, judge: Judge, walk: Walk): void {
  const { interpret } = definitionOf(judge.rule.shape, rulebook.shapes);
  if (interpret.kind === 'walk') interpret.judge(judge, judge.rule.shape, walk);
}

/** What a rule that judges many histories at once gathers its rows in; undefined for all other rules. */
export function gatheringOf(rulebook: BoundRulebook, rule: CheckedRule, index: number): Gathering | undefined {
  const { interpret } = definitionOf(rule.shape, rulebook.shapes);
  return interpret.kind === 'gather' ? interpret.gathering(index, rule, rule.shape) : undefined;
}

export const newTallies = (rulebook: BoundRulebook): Tally[] =>
  rulebook.rules.map(() => ({ evaluated: 0, hit: 0, clear: 0, unknown: new Map<string, number>() }));

/** Judges the rules of a rulebook that `wanted` picks on one walk, in their order. */
export function judgeWalk(
  rulebook: BoundRulebook,
  segment: Segment,
  tallies: readonly Tally[],
  walk: Walk,
  wanted: (index: number) => boolean,
  emit: (hit: Hit) => void,
): void {
  const world: World = { segment, bound: rulebook, watch: undefined };
  rulebook.rules.forEach((rule, index) => {
    const tally = tallies[index];
    if (tally !== undefined && wanted(index)) judgeRule(rulebook, { world, rule, index, tally, emit, trace: undefined }, walk);
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
  const gatherings = rulebook.rules.map((rule, index) => gatheringOf(rulebook, rule, index));
  return {
    keyed,
    run(segment: Segment, sink: Sink, skip?: ArrayLike<number>, segmentNumber = 0): void {
      const world: World = { segment, bound: rulebook, watch: undefined };
      for (let person = 0; person < segment.persons.length; person += 1) {
        if (skip?.[person] === 1) continue;
        const walk: Walk = { lines: range(segment.persons, person, 'lines'), visits: range(segment.persons, person, 'visits') };
        judgeWalk(
          rulebook,
          segment,
          tallies,
          walk,
          (index) => !isKeyed(rulebook.rules[index]),
          (hit) => sink.hit(hit),
        );
        rulebook.rules.forEach((rule, index) => {
          const [gathering, tally] = [gatherings[index], tallies[index]];
          if (tally !== undefined) gathering?.add({ world, rule, index, tally, emit: () => undefined, trace: undefined }, walk);
        });
      }
      if (keyed) blocks.push(...collectEvents(eventPlans(rulebook, true), segment, skip, segmentNumber));
      const own = gatherings.filter((gathering) => gathering !== undefined);
      blocks.push(...gathered(own, segment, segmentNumber));
    },
    counts: (): readonly RuleCounts[] => tallies.map((tally) => ({ ...tally, unknown: new Map(tally.unknown) })),
    takeEvents: () => blocks.splice(0, blocks.length),
  };
}
