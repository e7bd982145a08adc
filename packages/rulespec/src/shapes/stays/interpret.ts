import {
  beforeHorizon,
  type Candidate,
  clear,
  except,
  frameOf,
  hit,
  holds,
  type Judge,
  lackBeside,
  lacking,
  numberOf,
  reaches,
  timeOfVisit,
  uncarried,
  unknown,
  visitCandidates,
  visitMoney,
  type Walk,
} from '../../interpret/judge.ts';
import { reasons } from '../../interpret/trace.ts';
import { raw } from '../../interpret/world.ts';
import type { CheckedStays } from './types.ts';

function searchStay(judge: Judge, shape: CheckedStays, b: Candidate, length: number, walk: Walk): Candidate | string | undefined {
  const before = walk.visits.filter((visit) => visit < b.visit).toReversed();
  const after = shape.swap ? walk.visits.filter((visit) => visit > b.visit) : [];
  let open: string | undefined;
  for (const visit of [...before, ...after]) {
    const a: Candidate = { ...b, visit };
    const frame = frameOf(judge, b, {}, a);
    if (!holds(shape.a_where, frame)) {
      open ??= lackBeside(shape.a_beside, frame);
      continue;
    }
    if (!Number.isNaN(length)) {
      const end = raw(judge.world.segment.visits, 'endtime', visit);
      if (end === null) {
        open ??= 'a.endtime';
        continue;
      }
      if (Math.floor((timeOfVisit(judge, b.visit) ?? 0) / 1440) - Math.floor(end / 1440) > length) continue;
    }
    const cause = lacking(judge, frame, 'a');
    if (cause !== undefined) open ??= cause;
    else if (holds(shape.when, frame)) return a;
  }
  return open;
}

function judgeStay(judge: Judge, shape: CheckedStays, b: Candidate, walk: Walk): undefined {
  judge.tally.evaluated += 1;
  const absent = uncarried(judge, b);
  if (absent !== undefined) return unknown(judge, b, absent);
  if (!reaches(judge, b.visit, judge.rule.reach ?? 'city')) return unknown(judge, b, 'person.reach');
  const own = frameOf(judge, b);
  const cause = lacking(judge, own, 'self');
  if (cause !== undefined) return unknown(judge, b, cause);
  const length = shape.within_days === undefined ? Number.NaN : numberOf(shape.within_days, own);
  const found = searchStay(judge, shape, b, length, walk);
  if (typeof found === 'string') return unknown(judge, b, found);
  if (found === undefined) {
    const start = Math.floor((timeOfVisit(judge, b.visit) ?? 0) / 1440) - length;
    const early = !Number.isNaN(length) && beforeHorizon(judge, b.visit, start, 'visit');
    return early ? unknown(judge, b, 'horizon') : clear(judge, b, reasons.noOtherStay);
  }
  const frame = frameOf(judge, b, {}, found);
  const { lowered, cleared } = except(judge, b, frame);
  if (cleared >= 0) return clear(judge, b, reasons.exception);
  hit(judge, b, {
    visit: b.visit,
    group: '',
    lines: [],
    violating: 1,
    charges: [visitMoney(judge, b.visit, frame)],
    visits: [b.visit, found.visit],
    occurred: timeOfVisit(judge, b.visit) ?? 0,
    measure: Number.NaN,
    limit: Number.NaN,
    lowered,
  });
}

/** Shape stays. */
export function judgeStays(judge: Judge, shape: CheckedStays, walk: Walk): undefined {
  for (const b of visitCandidates(judge, walk)) judgeStay(judge, shape, b, walk);
}
