import type { Segment } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/bound.ts';
import type { CheckedRule } from '../check/checked.ts';
import { type Gatherer, GroupEvents, gathered } from '../group/events.ts';
import { gatherRows } from '../group/interpret.ts';
import type { EventBlock, Hit, Kernel, RuleCounts, Sink } from '../kernel/hit.ts';
import { collectEvents, eventPlans, isKeyed } from '../keyed/events.ts';
import { lacksOf, PeerCounters } from '../peer/counters.ts';
import { countPeers } from '../peer/interpret.ts';
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
    case 'peer':
    case 'group':
      // Judged over many histories: see gathererOf, judgePeers and judgeGroupPart.
      return undefined;
  }
}

/** Gathers the rows of one person for a rule that judges many histories at once. */
export function gather(judge: Judge, walk: Walk, gatherer: Gatherer): undefined {
  const { shape } = judge.rule;
  if (shape.kind === 'peer' && gatherer instanceof PeerCounters) countPeers(judge, shape, walk, gatherer);
  if (shape.kind === 'group' && gatherer instanceof GroupEvents) gatherRows(judge, shape, walk, gatherer);
}

/** What such a rule gathers its rows in; undefined for all other rules. */
export function gathererOf(rule: CheckedRule, index: number): Gatherer | undefined {
  const { shape } = rule;
  if (shape.kind === 'peer') return new PeerCounters(index, lacksOf(rule, shape).length, shape.compare === 'trend');
  return shape.kind === 'group' ? new GroupEvents(index, shape.of, shape.keys.length, shape.same.length) : undefined;
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
  const gatherers = rulebook.rules.map(gathererOf);
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
        rulebook.rules.forEach((rule, index) => {
          const [gatherer, tally] = [gatherers[index], tallies[index]];
          if (gatherer !== undefined && tally !== undefined) gather({ world, rule, index, tally, emit: () => undefined, trace: undefined }, walk, gatherer);
        });
      }
      if (keyed) blocks.push(...collectEvents(eventPlans(rulebook, true), segment, skip, segmentNumber));
      const own = gatherers.filter((gatherer) => gatherer !== undefined);
      blocks.push(...gathered(own, segment, segmentNumber));
    },
    counts: (): readonly RuleCounts[] => tallies.map((tally) => ({ ...tally, unknown: new Map(tally.unknown) })),
    takeEvents: () => blocks.splice(0, blocks.length),
  };
}
