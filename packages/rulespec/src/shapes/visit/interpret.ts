import type { Expr } from '../../check/ir.ts';
import {
  type Candidate,
  clear,
  except,
  frameOf,
  hit,
  holds,
  type Judge,
  lacking,
  pointsOf,
  reaches,
  timeOfVisit,
  uncarried,
  unknown,
  visitCandidates,
  visitMoney,
  visitOfLine,
  type Walk,
} from '../../interpret/judge.ts';
import { reasons, unreached } from '../../interpret/trace.ts';
import { codeAt, raw } from '../../interpret/world.ts';
import { sumColumns } from '../../kernel/subject.ts';
import type { CheckedVisit } from './types.ts';

/** One candidate per distinct diagnosis or operation and point, where the rule says `each`. */
function codesOf(judge: Judge, shape: CheckedVisit, bare: Candidate): readonly Candidate[] {
  if (shape.each === undefined) return [bare];
  const { segment } = judge.world;
  const [table, column] = shape.each === 'diagnosis' ? (['diagnoses', 'diag_code'] as const) : (['operations', 'oprn_oprt_code'] as const);
  const start = raw(segment.visits, `${table}_start`, bare.visit) ?? 0;
  const end = raw(segment.visits, `${table}_end`, bare.visit) ?? 0;
  const seen = new Set<number>();
  const found: Candidate[] = [];
  for (let row = start; row < end; row += 1) {
    const code = codeAt(segment[table], column, row);
    if (code === null || seen.has(code)) continue;
    seen.add(code);
    const points = pointsOf(judge, shape.points, code, bare.day, bare.area);
    if (points.length === 0) judge.trace?.({ ...bare, code }, 'not looked at', unreached(shape.points?.table, 'code'));
    for (const point of points) found.push({ ...bare, row, code, point });
  }
  return found;
}

/** Those lines of a visit for which a condition holds. */
function linesWhere(judge: Judge, where: Expr | undefined, candidate: Candidate, walk: Walk): readonly number[] {
  const own = walk.lines.filter((line) => visitOfLine(judge, line) === candidate.visit);
  return own.filter((line) => holds(where, frameOf(judge, { ...candidate, line, row: -1, point: -1 })));
}

/** Sums over the lines of a visit; NaN when a line misses the measure. */
function sumsOf(judge: Judge, shape: CheckedVisit, candidate: Candidate, walk: Walk): ReadonlyMap<string, number> {
  const { lines } = judge.world.segment;
  return new Map(
    shape.sums.map((sum) => {
      const counted = linesWhere(judge, sum.where, candidate, walk);
      const column = sumColumns[sum.measure];
      const values = counted.map((line) => (column === undefined ? 1 : (raw(lines, column, line) ?? Number.NaN)));
      return [sum.name, values.reduce((left, right) => left + right, 0)];
    }),
  );
}

function judgeVisit(judge: Judge, shape: CheckedVisit, candidate: Candidate, walk: Walk): undefined {
  judge.tally.evaluated += 1;
  const absent = uncarried(judge, candidate);
  if (absent !== undefined) return unknown(judge, candidate, absent);
  if (!reaches(judge, candidate.visit, judge.rule.reach ?? 'row')) return unknown(judge, candidate, 'person.reach');
  const cause = lacking(judge, frameOf(judge, candidate), 'self');
  if (cause !== undefined) return unknown(judge, candidate, cause);
  const undecided = shape.sums.flatMap((sum) => sum.open).find(({ where }) => linesWhere(judge, where, candidate, walk).length > 0);
  if (undecided !== undefined) return unknown(judge, candidate, undecided.cause);
  const sums = sumsOf(judge, shape, candidate, walk);
  const open = shape.sums.find((sum) => Number.isNaN(sums.get(sum.name)));
  if (open !== undefined) return unknown(judge, candidate, `line.${sumColumns[open.measure]}`);
  const frame = frameOf(judge, candidate, { sums });
  if (!holds(shape.when, frame)) return clear(judge, candidate, reasons.conditionFails);
  const { lowered, cleared } = except(judge, candidate, frame);
  if (cleared >= 0) return clear(judge, candidate, reasons.exception);
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
  for (const candidate of visitCandidates(judge, walk, (bare) => codesOf(judge, shape, bare))) judgeVisit(judge, shape, candidate, walk);
}
