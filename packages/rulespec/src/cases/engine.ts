import { forEachTable } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/rulebook.ts';
import { bindRulebook } from '../bind/rulebook.ts';
import type { CheckedRule } from '../check/checked.ts';
import { interpreter } from '../interpret/interpreter.ts';
import { textAt } from '../interpret/world.ts';
import { compileKernel, neededColumns } from '../kernel/compile.ts';
import type { Hit, Kernel, RuleCounts } from '../kernel/hit.ts';
import { interpretEvents } from '../keyed/interpret.ts';
import { reduceEvents } from '../keyed/kernel.ts';
import { type KeyedHit, sumCounts } from '../keyed/reduce.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import type { Shapes } from '../shapes/definition.ts';
import type { GroupFinding } from '../shapes/group/finding.ts';
import type { PeerVerdict } from '../shapes/peer/judge.ts';
import { shapes } from '../shapes/registry.ts';
import { type BuiltHistory, buildSegment, type HistoryInput } from './history.ts';

/** Everything a back end says about one history. */
export interface Outcome {
  readonly hits: readonly Hit[];
  readonly keyed: readonly KeyedHit[];
  readonly peers: readonly PeerVerdict[];
  readonly groups: readonly GroupFinding[];
  readonly counts: readonly RuleCounts[];
}

/** Runs one back end over one segment, keyed rules included. */
export function outcomeOf(bound: BoundRulebook, kernel: Kernel, built: BuiltHistory, reduce: typeof interpretEvents): Outcome {
  const hits: Hit[] = [];
  kernel.run(built.segment, { hit: (hit) => hits.push(hit) });
  const reduced = reduce(bound, kernel.takeEvents());
  const peers = reduced.peers.filter(({ verdict }) => verdict === 'hit');
  return { hits, keyed: reduced.hits, peers, groups: reduced.groups, counts: sumCounts(kernel.counts(), reduced.counts) };
}

/** The history as a kernel is given it: with the columns it says it needs and no others. */
export function leanHistory(bound: BoundRulebook, built: BuiltHistory): BuiltHistory {
  const needed = neededColumns(bound);
  const segment = forEachTable((table) => {
    const { length, columns } = built.segment[table];
    const names = needed[table] ?? [];
    return { length, columns: Object.fromEntries(names.flatMap((name) => (columns[name] === undefined ? [] : [[name, columns[name]]]))) };
  });
  return { ...built, segment };
}

/** Judges a history with both back ends. */
export function judgeBoth(
  rules: readonly CheckedRule[],
  tables: ReadonlyMap<string, KnowledgeTable>,
  input: HistoryInput,
  known: Shapes = shapes,
): { built: BuiltHistory; interpreted: Outcome; compiled: Outcome } {
  const built = buildSegment(input);
  const bound = bindRulebook(rules, tables, built.context, known);
  const interpreted = outcomeOf(bound, interpreter(bound), built, interpretEvents);
  const compiled = outcomeOf(bound, compileKernel(bound), leanHistory(bound, built), reduceEvents);
  return { built, interpreted, compiled };
}

/** Outcomes as text that is equal exactly when they are; unknown causes in order of their names. */
export function showOutcome(outcome: Outcome): string {
  const counts = outcome.counts.map((one) => ({ ...one, unknown: [...one.unknown].sort(([a], [b]) => (a < b ? -1 : 1)) }));
  return JSON.stringify({ ...outcome, counts }, null, 1);
}

/** Keys of what a hit violates: line keys, else visit ids. */
export function violatingKeys(built: BuiltHistory, hit: Hit): readonly string[] {
  const { lines, visits } = built.segment;
  const [table, column, rows] =
    hit.lines.length > 0 ? ([lines, 'line_key', hit.lines] as const) : ([visits, 'mdtrt_id', hit.visits] as const);
  return rows.slice(0, hit.violating).map((row) => textAt(table, column, row) ?? '');
}

/** The same for a finding by another key. */
export function keyedViolatingKeys(built: BuiltHistory, found: KeyedHit): readonly string[] {
  const lines = found.lines.map(({ row }) => row);
  const visits = found.visits.map(({ row }) => row);
  return violatingKeys(built, { ...found.hit, lines, visits });
}

/** Entity and period, or the lines or visits of a group, of what is found over many histories. */
export function statisticKeys(built: BuiltHistory, { peers, groups }: Outcome): readonly string[] {
  const { lines, visits } = built.segment;
  const rows = groups.flatMap((group) =>
    group.rows.map(({ row }) => textAt(group.of === 'line' ? lines : visits, group.of === 'line' ? 'line_key' : 'mdtrt_id', row) ?? ''),
  );
  return [...peers.map(({ entity, period }) => `${entity}|${period}`), ...rows];
}
