import type { Segment } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/rulebook.ts';
import type { Hit } from '../kernel/hit.ts';
import { isKeyed } from '../keyed/block.ts';
import { collectEvents } from '../keyed/events.ts';
import { interpretEvents } from '../keyed/interpret.ts';
import { eventPlans } from '../keyed/plan.ts';
import { definitionOf } from '../shapes/definition.ts';
import { gatheringOf, judgeRule, newTallies } from './interpreter.ts';
import type { SubjectKey } from './judge.ts';
import { codeAt, range, raw, textAt } from './world.ts';

/** The line or the visit that is asked about, as a row of the segment. */
export type Subject = { readonly line: number } | { readonly visit: number };

export interface ExplanationStep {
  readonly step: string;
  readonly detail: string;
  /** Point that was weighed, '' without. */
  readonly point: string;
  /** Values read since the step before, by name. */
  readonly read: readonly { readonly name: string; readonly value: string | null }[];
}

export interface Explanation {
  readonly rule: string;
  readonly verdict: 'hit' | 'clear' | 'unknown' | 'not applicable';
  /** Cause of an unknown, reason of a clear or of not being applicable. */
  readonly reason: string;
  readonly steps: readonly ExplanationStep[];
  /** The same as lines of text. */
  readonly text: readonly string[];
}

const rank = ['not applicable', 'clear', 'unknown', 'hit'] as const;

function describe(step: ExplanationStep): string {
  const read = step.read.map(({ name, value }) => `${name} = ${value ?? 'missing'}`).join(', ');
  return [
    step.point === '' ? '' : `[${step.point}] `,
    step.step,
    step.detail === '' ? '' : `: ${step.detail}`,
    read === '' ? '' : ` (${read})`,
  ].join('');
}

const isAbout = (subject: Subject, key: SubjectKey): boolean =>
  'line' in subject ? key.line === subject.line : key.visit === subject.visit;
const concerns = (subject: Subject, hit: Hit): boolean =>
  'line' in subject
    ? hit.lines.slice(0, hit.violating).includes(subject.line)
    : hit.visit === subject.visit || hit.visits.slice(0, hit.violating).includes(subject.visit);

function conclude(rulebook: BoundRulebook, rule: number, steps: readonly ExplanationStep[], found: boolean): Explanation {
  const id = rulebook.rules[rule]?.source.id ?? '';
  const verdicts = steps.filter(({ step }) => step !== 'hit' && (rank as readonly string[]).includes(step));
  const best = verdicts.reduce<ExplanationStep | undefined>((left, right) => {
    const order = (step: ExplanationStep | undefined): number => rank.indexOf((step?.step ?? 'not applicable') as (typeof rank)[number]);
    return left === undefined || order(right) > order(left) ? right : left;
  }, undefined);
  const verdict = found ? 'hit' : ((best?.step as Explanation['verdict'] | undefined) ?? 'clear');
  const reason = found ? '' : (best?.detail ?? 'it is involved in a finding, but not violating');
  const text = [`${id}: ${verdict}${reason === '' ? '' : ` (${reason})`}`, ...steps.map(describe)];
  return { rule: id, verdict, reason, steps, text };
}

function explainKeyed(rulebook: BoundRulebook, segment: Segment, rule: number, subject: Subject): Explanation {
  const { hits, counts } = interpretEvents(rulebook, collectEvents(eventPlans(rulebook, true), segment, undefined, 0));
  const rows = ({ lines, visits, hit }: (typeof hits)[number]): Hit => ({
    ...hit,
    lines: lines.map(({ row }) => row),
    visits: visits.map(({ row }) => row),
    visit: -1,
  });
  const found = hits.some((one) => one.hit.rule === rule && concerns(subject, rows(one)));
  const own = counts[rule];
  const figures = `evaluated ${own?.evaluated ?? 0}, hit ${own?.hit ?? 0}`;
  const detail = `judged by ${rulebook.rules[rule]?.source.by} within this segment only: ${figures}`;
  return conclude(rulebook, rule, [{ step: found ? 'hit' : 'clear', detail, point: '', read: [] }], found);
}

/**
 * Why a rule hits a line or a visit, or why not: every value read, every point weighed, every exception, also for what
 * the rule never looked at. Of a rule that judges many histories at once it says whether the row is counted (`counted`
 * names entity and period) or gathered; what comes of it is judged over the whole lake. The segment must hold every
 * column of the rule (load it whole).
 */
export function explainSubject(rulebook: BoundRulebook, segment: Segment, rule: number, subject: Subject): Explanation {
  const checked = rulebook.rules[rule];
  const tally = newTallies(rulebook)[rule];
  if (checked === undefined || tally === undefined) throw new Error(`no rule ${rule} in the rulebook`);
  if (isKeyed(checked)) return explainKeyed(rulebook, segment, rule, subject);
  const visit = 'line' in subject ? (raw(segment.lines, 'visit', subject.line) ?? -1) : subject.visit;
  const person = raw(segment.visits, 'person', visit) ?? -1;
  const steps: ExplanationStep[] = [];
  const hits: Hit[] = [];
  let read: { name: string; value: string | null }[] = [];
  const table = checked.table === undefined ? undefined : rulebook.table(checked.table);
  const trace = (key: SubjectKey, step: string, detail: string): void => {
    if (isAbout(subject, key)) steps.push({ step, detail, point: table?.rows[key.point]?.point_id ?? '', read });
    read = [];
  };
  const world = { segment, bound: rulebook, watch: (name: string, value: string | null) => void read.push({ name, value }) };
  const walk = { lines: range(segment.persons, person, 'lines'), visits: range(segment.persons, person, 'visits') };
  const judge = { world, rule: checked, index: rule, tally, emit: (hit: Hit) => void hits.push(hit), trace };
  const gathering = gatheringOf(rulebook, checked, rule);
  if (gathering === undefined) judgeRule(rulebook, judge, walk);
  else gathering.add(judge, 'line' in subject ? { lines: [subject.line], visits: [] } : { lines: walk.lines, visits: [subject.visit] });
  const found = hits.find((hit) => concerns(subject, hit));
  if (found === undefined && steps.length === 0)
    steps.push({ step: 'not applicable', detail: neverLooked(rulebook, segment, rule, subject), point: '', read: [] });
  return conclude(rulebook, rule, steps, found !== undefined);
}

function neverLooked(rulebook: BoundRulebook, segment: Segment, rule: number, subject: Subject): string {
  const shape = rulebook.rules[rule]?.shape;
  const visits = shape !== undefined && definitionOf(shape, rulebook.shapes).rows.of(shape) === 'visit';
  if ('line' in subject && visits) return 'the rule looks at visits, not at lines';
  if ('visit' in subject && !visits) return 'the rule looks at lines, not at visits';
  const item = 'line' in subject ? codeAt(segment.lines, 'med_list_codg', subject.line) : null;
  const name = item === null ? '' : (rulebook.codes.values('item')[item] ?? '');
  const line = 'line' in subject ? ` (line ${textAt(segment.lines, 'line_key', subject.line) ?? ''})` : '';
  return `the rule does not look at ${name === '' ? 'it' : name}${line}`;
}
