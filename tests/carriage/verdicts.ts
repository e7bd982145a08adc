import {
  bindRulebook,
  type CheckedRule,
  compileKernel,
  definitionOf,
  type Hit,
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

/** Counts of all rules of a rulebook, from one kernel. */
export function countsOf(
  rules: readonly CheckedRule[],
  tables: ReadonlyMap<string, KnowledgeTable>,
  lake: LoadedLake,
  found: { readonly hit?: (text: string) => void; readonly entity?: (text: string, verdict: Verdict) => void } = {},
): readonly RuleCounts[] {
  const bound = bindRulebook(rules, tables, lake.context);
  const kernel = compileKernel(bound);
  for (const [number, segment] of lake.segments.entries()) {
    const hit = (own: Hit): void => found.hit?.(JSON.stringify([number, own.lines, own.visits, own.visit, own.point, own.code]));
    kernel.run(segment, { hit }, undefined, number);
  }
  const reduced = reduceEvents(bound, kernel.takeEvents());
  for (const { key, lines, visits } of reduced.hits) found.hit?.(JSON.stringify([key, lines, visits]));
  for (const { entity, period, verdict } of reduced.peers) found.entity?.(`${entity}|${period}`, verdict);
  for (const group of reduced.groups) for (const row of group.rows) found.hit?.(JSON.stringify([row.segment, row.row]));
  return kernel.counts().map((own, rule) => {
    const more = reduced.counts[rule];
    const unknown = new Map(own.unknown);
    for (const [cause, count] of more?.unknown ?? []) unknown.set(cause, (unknown.get(cause) ?? 0) + count);
    const sum = (of: 'evaluated' | 'hit' | 'clear'): number => own[of] + (more?.[of] ?? 0);
    return { evaluated: sum('evaluated'), hit: sum('hit'), clear: sum('clear'), unknown };
  });
}

/** Findings and counts of any rule, from the kernel. */
export function compiled(rule: CheckedRule, tables: ReadonlyMap<string, KnowledgeTable>, lake: LoadedLake): Said {
  const verdicts = new Map<string, Verdict>();
  const [counts] = countsOf([rule], tables, lake, {
    hit: (text) => void verdicts.set(text, 'hit'),
    entity: (text, verdict) => void verdicts.set(text, verdict),
  });
  if (counts === undefined) throw new Error('one rule has one count');
  return { verdicts, counts, bySubject: false };
}

/** What a rule says of a lake, by subject where that is possible. */
export function saidOf(rule: CheckedRule, tables: ReadonlyMap<string, KnowledgeTable>, lake: LoadedLake): Said {
  const { interpret } = definitionOf(rule.shape, shapes);
  return interpret.kind === 'walk' && rule.source.by === 'person' ? walked(rule, tables, lake) : compiled(rule, tables, lake);
}
