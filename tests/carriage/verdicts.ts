import {
  bindRulebook,
  type CheckedRule,
  compileKernel,
  definitionOf,
  interpreter,
  judgeRule,
  type KnowledgeTable,
  newTallies,
  type RuleCounts,
  reduceEvents,
  shapes,
} from '@hengjian/rulespec';
import { type Segment, views } from '@hengjian/standard';
import type { LoadedLake } from './remove.ts';

export type Verdict = 'hit' | 'clear' | 'unknown';

/** What one rule says of a lake. */
export interface Said {
  /** By subject, for rules that judge one subject at a time; of others only the hits, and the entities that are compared. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly counts: RuleCounts;
  /** Whether the verdict of every subject is known. */
  readonly bySubject: boolean;
}

const rows = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, index) => from + index);

function walkOf(segment: Segment, person: number) {
  const of = (name: 'lines' | 'visits') => {
    const [start, end] = [views.words(segment.persons, `${name}_start`), views.words(segment.persons, `${name}_end`)];
    return rows(start[person] as number, end[person] as number);
  };
  return { lines: of('lines'), visits: of('visits') };
}

/** Verdicts of a rule that judges persons one by one, from the oracle. */
function walked(rule: CheckedRule, tables: ReadonlyMap<string, KnowledgeTable>, lake: LoadedLake): Said {
  const bound = bindRulebook([rule], tables, lake.context);
  const [tally] = newTallies(bound);
  if (tally === undefined) throw new Error('one rule has one tally');
  const verdicts = new Map<string, Verdict>();
  for (const [number, segment] of lake.segments.entries()) {
    const world = { segment, bound, watch: undefined };
    const trace = (subject: { line: number; visit: number; point: number; code: number }, step: string): void => {
      const key = [number, subject.line, subject.visit, subject.point, subject.code].join('|');
      if (step === 'hit' || step === 'clear' || step === 'unknown') verdicts.set(key, step);
    };
    for (let person = 0; person < segment.persons.length; person += 1)
      judgeRule(bound, { world, rule, index: 0, tally, emit: () => undefined, trace }, walkOf(segment, person));
  }
  return { verdicts, counts: tally, bySubject: true };
}

/** Findings and counts of any rule, from the kernel. */
export function compiled(rule: CheckedRule, tables: ReadonlyMap<string, KnowledgeTable>, lake: LoadedLake): Said {
  const bound = bindRulebook([rule], tables, lake.context);
  const kernel = compileKernel(bound);
  const verdicts = new Map<string, Verdict>();
  for (const [number, segment] of lake.segments.entries()) {
    kernel.run(
      segment,
      { hit: (hit) => void verdicts.set(JSON.stringify([number, hit.lines, hit.visits, hit.visit, hit.point, hit.code]), 'hit') },
      undefined,
      number,
    );
  }
  const reduced = reduceEvents(bound, kernel.takeEvents());
  for (const { key, lines, visits } of reduced.hits) verdicts.set(JSON.stringify([key, lines, visits]), 'hit');
  for (const { entity, period, verdict } of reduced.peers) verdicts.set(`${entity}|${period}`, verdict);
  for (const group of reduced.groups) for (const row of group.rows) verdicts.set(JSON.stringify([row.segment, row.row]), 'hit');
  const [first, second] = [kernel.counts()[0], reduced.counts[0]];
  const unknown = new Map(first?.unknown);
  for (const [cause, count] of second?.unknown ?? []) unknown.set(cause, (unknown.get(cause) ?? 0) + count);
  const sum = (of: 'evaluated' | 'hit' | 'clear'): number => (first?.[of] ?? 0) + (second?.[of] ?? 0);
  return { verdicts, counts: { evaluated: sum('evaluated'), hit: sum('hit'), clear: sum('clear'), unknown }, bySubject: false };
}

/** What a rule says of a lake, by subject where that is possible. */
export function saidOf(rule: CheckedRule, tables: ReadonlyMap<string, KnowledgeTable>, lake: LoadedLake): Said {
  const { interpret } = definitionOf(rule.shape, shapes);
  return interpret.kind === 'walk' && rule.source.by === 'person' ? walked(rule, tables, lake) : compiled(rule, tables, lake);
}
