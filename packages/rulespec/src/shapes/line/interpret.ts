import {
  type Candidate,
  clear,
  except,
  frameOf,
  hit,
  holds,
  type Judge,
  lacking,
  lineCandidates,
  lineCharge,
  paymentScope,
  reaches,
  timeOfLine,
  uncarried,
  unknown,
  type Walk,
} from '../../interpret/judge.ts';
import { reasons } from '../../interpret/trace.ts';
import type { CheckedLine } from './types.ts';

function judgeLine(judge: Judge, shape: CheckedLine, candidate: Candidate): undefined {
  judge.tally.evaluated += 1;
  const absent = uncarried(judge, candidate);
  if (absent !== undefined) return unknown(judge, candidate, absent);
  const scope = paymentScope(judge, candidate.line);
  if (scope === 'clear') return clear(judge, candidate, reasons.ownExpense);
  if (scope === 'unknown') return unknown(judge, candidate, 'line.inscp_amt');
  if (!reaches(judge, candidate.visit, judge.rule.reach ?? 'row')) return unknown(judge, candidate, 'person.reach');
  const frame = frameOf(judge, candidate);
  const cause = lacking(judge, frame, 'self');
  if (cause !== undefined) return unknown(judge, candidate, cause);
  if (!holds(shape.when, frame)) return clear(judge, candidate, reasons.conditionFails);
  const { lowered, cleared } = except(judge, candidate, frame);
  if (cleared >= 0) return clear(judge, candidate, reasons.exception);
  hit(judge, candidate, {
    visit: candidate.visit,
    group: '',
    lines: [candidate.line],
    violating: 1,
    charges: [lineCharge(judge, candidate.line, frame)],
    visits: [],
    occurred: timeOfLine(judge, candidate.line),
    measure: Number.NaN,
    limit: Number.NaN,
    lowered,
  });
}

/** Shape line. */
export function judgeLines(judge: Judge, shape: CheckedLine, walk: Walk): undefined {
  for (const candidate of lineCandidates(judge, walk, shape.items)) judgeLine(judge, shape, candidate);
}
