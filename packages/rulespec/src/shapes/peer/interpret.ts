import { words } from '@hengjian/standard';
import {
  besideCause,
  type Candidate,
  frameOf,
  holds,
  type Judge,
  lacking,
  lineCandidates,
  reaches,
  uncarried,
  visitCandidates,
  type Walk,
} from '../../interpret/judge.ts';
import { isCovered, periodEnd, periodStart, periodText } from '../../interpret/period.ts';
import { nothingMore } from '../../interpret/trace.ts';
import { codeAt, raw } from '../../interpret/world.ts';
import { beyondAt, denominatorAt, keptAt, lacksAt, lacksOf, numeratorAt, type PeerCounters, sizeAt, termColumn } from './counters.ts';
import type { CheckedPeer, CheckedTerm } from './types.ts';

function entityOf(judge: Judge, shape: CheckedPeer, { line, visit }: Candidate): number | null {
  const { lines, visits } = judge.world.segment;
  switch (shape.entity) {
    case 'institution':
      return codeAt(visits, 'fixmedins_code', visit);
    case 'practitioner':
      return shape.of === 'line' ? codeAt(lines, 'bilg_dr_code', line) : codeAt(visits, 'chfpdr_code', visit);
    case 'department':
      return codeAt(lines, 'bilg_dept_codg', line);
    case 'item':
      return codeAt(lines, 'med_list_codg', line);
  }
}

/** What a row adds to one side of the value: nothing, a number, or the cause why it is not there. */
function added(judge: Judge, shape: CheckedPeer, term: CheckedTerm | undefined, candidate: Candidate): number | string | undefined {
  if (term === undefined || !holds(term.where, frameOf(judge, candidate))) return undefined;
  const read = termColumn(shape.of, term.measure);
  if (read === undefined) return 1;
  const { lines, visits } = judge.world.segment;
  return (shape.of === 'line' ? raw(lines, read.column, candidate.line) : raw(visits, read.column, candidate.visit)) ?? read.cause ?? 0;
}

function isBeyond(judge: Judge, shape: CheckedPeer, candidate: Candidate, start: number): boolean {
  const { institution } = judge.world.bound.context.dimensions;
  const row = codeAt(judge.world.segment.visits, 'fixmedins_code', candidate.visit) ?? -1;
  const from = raw(institution, `${shape.of}_from`, row);
  const to = raw(institution, `${shape.of}_to`, row);
  return from === null || to === null || !isCovered(start, periodEnd(start, shape.over), from, to);
}

function lackOf(judge: Judge, candidate: Candidate, sides: readonly (number | string | undefined)[]): string | undefined {
  const absent = besideCause(judge, candidate) ?? uncarried(judge, candidate);
  if (absent !== undefined) return absent;
  if (!reaches(judge, candidate.visit, judge.rule.reach ?? 'row')) return 'person.reach';
  return lacking(judge, frameOf(judge, candidate), 'self') ?? sides.find((side) => typeof side === 'string');
}

/** Adds the rows of one person to the counters of a peer rule. */
export function countPeers(judge: Judge, shape: CheckedPeer, walk: Walk, counters: PeerCounters): void {
  const causes = lacksOf(judge.rule, shape);
  const candidates = shape.of === 'line' ? lineCandidates(judge, walk, undefined) : visitCandidates(judge, walk);
  for (const candidate of candidates) {
    const entity = entityOf(judge, shape, candidate);
    if (entity === null) continue;
    const start = periodStart(candidate.day, shape.over);
    const at = counters.slot(entity, start);
    const add = (place: number, value: number): void => {
      counters.values[at + place] = (counters.values[at + place] ?? 0) + value;
    };
    const [below, above] = [added(judge, shape, shape.denominator, candidate), added(judge, shape, shape.numerator, candidate)];
    const lack = lackOf(judge, candidate, [below, above]);
    const name = `${judge.world.bound.codes.values(shape.entity)[entity] ?? ''}|${periodText(start, shape.over)}`;
    if (lack === undefined) judge.trace?.(candidate, 'counted', words(name, name), name);
    else judge.trace?.(candidate, 'unknown', nothingMore, lack);
    if (lack !== undefined) {
      add(lacksAt + causes.indexOf(lack), 1);
      continue;
    }
    add(numeratorAt, Number(above ?? 0));
    add(denominatorAt, Number(below ?? 0));
    add(sizeAt, shape.denominator === undefined || below !== undefined ? 1 : 0);
    add(keptAt, 1);
    if (isBeyond(judge, shape, candidate, start)) add(beyondAt, 1);
  }
}
