import type { CheckedLine, CheckedVisit } from '../check/checked.ts';
import { overprice, share, sumColumns } from '../kernel/subject.ts';
import type { Frame } from '../operators/operator.ts';
import {
  amountOfLine,
  type Candidate,
  clear,
  except,
  frameOf,
  hit,
  holds,
  type Judge,
  lacking,
  lineCandidates,
  numberOf,
  paymentScope,
  reaches,
  timeOfLine,
  timeOfVisit,
  unknown,
  visitCandidates,
  visitMoney,
  visitOfLine,
  type Walk,
} from './judge.ts';
import { raw } from './world.ts';

/** Charge at issue of one violating line. */
export function lineCharge(judge: Judge, line: number, frame: Frame): number {
  const { amount } = judge.rule;
  const all = amountOfLine(judge, line);
  const { lines } = judge.world.segment;
  const quantity = raw(lines, 'cnt', line) ?? 0;
  if (amount.method === 'price_excess' && amount.cap !== undefined) return overprice(all, raw(lines, 'pric', line) ?? 0, numberOf(amount.cap, frame), quantity);
  if (amount.method === 'excess' && amount.excess !== undefined) return share(all, numberOf(amount.excess, frame), quantity);
  return amount.method === 'whole' ? all : 0;
}

function judgeLine(judge: Judge, shape: CheckedLine, candidate: Candidate): undefined {
  judge.tally.evaluated += 1;
  const scope = paymentScope(judge, candidate.line);
  if (scope === 'clear') return clear(judge, candidate, 'own expense');
  if (scope === 'unknown') return unknown(judge, candidate, 'line.inscp_amt');
  if (!reaches(judge, candidate.visit, judge.rule.reach ?? 'row')) return unknown(judge, candidate, 'person.reach');
  const frame = frameOf(judge, candidate);
  const cause = lacking(judge, frame, 'self');
  if (cause !== undefined) return unknown(judge, candidate, cause);
  if (!holds(shape.when, frame)) return clear(judge, candidate, 'when does not hold');
  const { lowered, cleared } = except(judge, candidate, frame);
  if (cleared >= 0) return clear(judge, candidate, 'exception');
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

/** Sums over the lines of a visit; NaN when a line misses the measure. */
function sumsOf(judge: Judge, shape: CheckedVisit, candidate: Candidate, walk: Walk): ReadonlyMap<string, number> {
  const { lines } = judge.world.segment;
  const own = walk.lines.filter((line) => visitOfLine(judge, line) === candidate.visit);
  return new Map(
    shape.sums.map((sum) => {
      const counted = own.filter((line) => holds(sum.where, frameOf(judge, { ...candidate, line, row: -1, point: -1 })));
      const column = sumColumns[sum.measure];
      const values = counted.map((line) => (column === undefined ? 1 : (raw(lines, column, line) ?? Number.NaN)));
      return [sum.name, values.reduce((left, right) => left + right, 0)];
    }),
  );
}

function judgeVisit(judge: Judge, shape: CheckedVisit, candidate: Candidate, walk: Walk): undefined {
  judge.tally.evaluated += 1;
  if (!reaches(judge, candidate.visit, judge.rule.reach ?? 'row')) return unknown(judge, candidate, 'person.reach');
  const cause = lacking(judge, frameOf(judge, candidate), 'self');
  if (cause !== undefined) return unknown(judge, candidate, cause);
  const sums = sumsOf(judge, shape, candidate, walk);
  const open = shape.sums.find((sum) => Number.isNaN(sums.get(sum.name)));
  if (open !== undefined) return unknown(judge, candidate, `line.${sumColumns[open.measure]}`);
  const frame = frameOf(judge, candidate, { sums });
  if (!holds(shape.when, frame)) return clear(judge, candidate, 'when does not hold');
  const { lowered, cleared } = except(judge, candidate, frame);
  if (cleared >= 0) return clear(judge, candidate, 'exception');
  hit(judge, candidate, {
    visit: candidate.visit,
    group: '',
    lines: [],
    violating: 1,
    charges: [visitMoney(judge, candidate.visit, frame)],
    visits: [candidate.visit],
    occurred: timeOfVisit(judge, candidate.visit) ?? 0,
    measure: Number.NaN,
    limit: Number.NaN,
    lowered,
  });
}

/** Shape visit. */
export function judgeVisits(judge: Judge, shape: CheckedVisit, walk: Walk): undefined {
  for (const candidate of visitCandidates(judge, walk)) judgeVisit(judge, shape, candidate, walk);
}
