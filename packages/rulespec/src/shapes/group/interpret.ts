import { minutesPerDay } from '@hengjian/standard';
import {
  type Candidate,
  frameOf,
  type Judge,
  lacking,
  lineCandidates,
  reaches,
  timeOfLine,
  timeOfVisit,
  uncarried,
  unknown,
  visitCandidates,
  type Walk,
} from '../../interpret/judge.ts';
import { isCovered, monthStart, periodEnd } from '../../interpret/period.ts';
import { nothingMore } from '../../interpret/trace.ts';
import { codeAt, raw } from '../../interpret/world.ts';
import { evaluate } from '../../operators/table.ts';
import type { GroupEvents } from './events.ts';
import type { CheckedGroup } from './types.ts';

/** Whether only the date of a row is known. A visit that began at midnight to the minute is taken for one without a time. */
function isVague(judge: Judge, shape: CheckedGroup, candidate: Candidate): boolean {
  const { segment, bound } = judge.world;
  if (shape.of === 'visit') return (timeOfVisit(judge, candidate.visit) ?? 0) % minutesPerDay === 0;
  return codeAt(segment.lines, 'time_precision', candidate.line) === bound.codes.id('precision', 'day');
}

/** Whether the data of the institution cover the month of a row only in part. */
function isBeyond(judge: Judge, shape: CheckedGroup, candidate: Candidate, day: number): boolean {
  const { institution } = judge.world.bound.context.dimensions;
  const row = codeAt(judge.world.segment.visits, 'fixmedins_code', candidate.visit) ?? -1;
  const [from, to] = [raw(institution, `${shape.of}_from`, row), raw(institution, `${shape.of}_to`, row)];
  const start = monthStart(day);
  return from === null || to === null || !isCovered(start, periodEnd(start, 'month'), from, to);
}

function lackOf(judge: Judge, shape: CheckedGroup, candidate: Candidate): string | undefined {
  const absent = uncarried(judge, candidate);
  if (absent !== undefined) return absent;
  if (!reaches(judge, candidate.visit, judge.rule.reach ?? 'city')) return 'person.reach';
  const frame = frameOf(judge, candidate);
  const cause = lacking(judge, frame, 'self') ?? shape.needs.find((need) => evaluate(need.test, frame) !== true)?.cause;
  return cause ?? (shape.timed && isVague(judge, shape, candidate) ? `${shape.of}.time_precision` : undefined);
}

/** Adds the rows of one person to the events of a group rule; a row is clear as long as no group is found that it belongs to. */
export function gatherRows(judge: Judge, shape: CheckedGroup, walk: Walk, events: GroupEvents): void {
  const candidates = shape.of === 'line' ? lineCandidates(judge, walk, undefined) : visitCandidates(judge, walk);
  for (const candidate of candidates) {
    judge.tally.evaluated += 1;
    const cause = lackOf(judge, shape, candidate);
    if (cause !== undefined) {
      unknown(judge, candidate, cause);
      continue;
    }
    judge.tally.clear += 1;
    judge.trace?.(candidate, 'gathered', nothingMore);
    const frame = frameOf(judge, candidate);
    const minute = shape.of === 'line' ? timeOfLine(judge, candidate.line) : (timeOfVisit(judge, candidate.visit) ?? 0);
    const beyond = shape.monthly && isBeyond(judge, shape, candidate, Math.floor(minute / minutesPerDay)) ? 1 : 0;
    const row = shape.of === 'line' ? candidate.line : candidate.visit;
    const person = raw(judge.world.segment.visits, 'person', candidate.visit) ?? -1;
    const at = events.place(person, row, minute, candidate.day, candidate.area, beyond);
    [...shape.keys, ...shape.same].forEach(({ expr }, index) => {
      const keys = events.keys[index];
      if (keys !== undefined) keys[at] = Number(evaluate(expr, frame));
    });
  }
}
