import { missingInt } from '@hengjian/standard';
import {
  amountOfLine,
  beforeHorizon,
  type Candidate,
  clear,
  dayOfLine,
  except,
  frameOf,
  hasOpenLines,
  hit,
  holds,
  type Judge,
  lacking,
  lineCandidates,
  lineCharge,
  numberOf,
  paymentScope,
  reaches,
  timeOfLine,
  uncarried,
  unknown,
  visitOfLine,
  type Walk,
} from '../../interpret/judge.ts';
import { reasons } from '../../interpret/trace.ts';
import { codeAt, isValid, rowsOf } from '../../interpret/world.ts';
import { windowCodes } from '../../knowledge/knowledge.ts';
import type { Reach } from '../../source/vocabulary.ts';
import type { CheckedPair } from './types.ts';

const rowWindows: readonly number[] = [windowCodes.visit, windowCodes.prescription, windowCodes.visit_day];

/** The window of a subject as a code of `windowCodes`. */
function windowOf(judge: Judge, shape: CheckedPair, candidate: Candidate): number {
  const { within } = shape;
  if (within.kind === 'point') return judge.world.bound.column(judge.rule.table ?? '', within.column)[candidate.point] ?? missingInt;
  if (within.kind === 'minutes' || within.kind === 'days')
    return windowCodes[within.kind] + numberOf(within.length, frameOf(judge, candidate));
  return windowCodes[within.kind];
}

type Inside = 'no' | 'yes' | 'line.time_precision' | 'line.rx_drord_no';

/** Whether a lies in the window of b; an imprecise time or a missing prescription leaves it open. */
function inside(judge: Judge, window: number, a: number, b: number): Inside {
  const { lines } = judge.world.segment;
  const daily = judge.world.bound.codes.id('precision', 'day');
  const vague = [a, b].some((line) => codeAt(lines, 'time_precision', line) === daily);
  const sameVisit = visitOfLine(judge, a) === visitOfLine(judge, b);
  const sameDay = dayOfLine(judge, a) === dayOfLine(judge, b);
  const yes = (test: boolean): Inside => (test ? 'yes' : 'no');
  if (window >= windowCodes.days) return yes(Math.abs(dayOfLine(judge, a) - dayOfLine(judge, b)) <= window - windowCodes.days);
  if (window >= windowCodes.minutes) {
    const span = (line: number): readonly [number, number] => {
      const day = dayOfLine(judge, line) * 1440;
      return codeAt(lines, 'time_precision', line) === daily ? [day, day + 1439] : [timeOfLine(judge, line), timeOfLine(judge, line)];
    };
    const [x, y] = [span(a), span(b)];
    const near = Math.max(0, y[0] - x[1], x[0] - y[1]) <= window - windowCodes.minutes;
    return near && vague ? 'line.time_precision' : yes(near);
  }
  switch (window) {
    case windowCodes.visit:
      return yes(sameVisit);
    case windowCodes.day:
      return yes(sameDay);
    case windowCodes.visit_day:
      return yes(sameVisit && sameDay);
    case windowCodes.hour:
      if (vague) return sameDay ? 'line.time_precision' : 'no';
      return yes(Math.floor(timeOfLine(judge, a) / 60) === Math.floor(timeOfLine(judge, b) / 60));
    case windowCodes.prescription: {
      const [x, y] = [codeAt(lines, 'rx_drord_no', a), codeAt(lines, 'rx_drord_no', b)];
      if (x === null || y === null) return sameVisit ? 'line.rx_drord_no' : 'no';
      return yes(sameVisit && x === y);
    }
    default:
      return 'yes';
  }
}

/** Whether line a can be the partner of b and its point. */
function isPartner(judge: Judge, shape: CheckedPair, a: number, b: Candidate): boolean {
  const { lines } = judge.world.segment;
  const { bound } = judge.world;
  const [itemA, itemB] = [codeAt(lines, 'med_list_codg', a) ?? -1, codeAt(lines, 'med_list_codg', b.line) ?? -1];
  if (a === b.line || (shape.different_item && itemA === itemB) || (shape.order === 'before' && a > b.line)) return false;
  if (shape.same === 'item') return itemA === itemB;
  if (shape.items_a === undefined) return true;
  const { table, column } = shape.items_a;
  const reached = rowsOf(bound.codes.reverse(bound.table(table), column), itemA);
  if (typeof shape.same !== 'object') return reached.includes(b.point);
  const values = bound.column(table, shape.same.column);
  return reached.some((row) => values[row] === values[b.point] && isValid(bound, table, row, b.day, b.area));
}

type Found = { readonly a: Candidate; readonly violating: number; readonly involved: number } | string | undefined;

/** The first partner that satisfies the rule, else the first cause that left one open. */
function searchPartner(judge: Judge, shape: CheckedPair, b: Candidate, window: number, walk: Walk): Found {
  const order = shape.order === 'before' ? walk.lines.toReversed() : walk.lines;
  let open: string | undefined;
  for (const line of order.filter((other) => isPartner(judge, shape, other, b))) {
    const where = inside(judge, window, line, b.line);
    if (where === 'no') continue;
    const a: Candidate = { ...b, line, visit: visitOfLine(judge, line) };
    const frame = frameOf(judge, b, {}, a);
    const cause = lacking(judge, frame, 'a');
    if (cause !== undefined) {
      open ??= cause;
      continue;
    }
    if (!holds(shape.when, frame)) continue;
    const cheaper = shape.violating === 'cheaper' && amountOfLine(judge, line) < amountOfLine(judge, b.line);
    const violating = cheaper ? line : b.line;
    const scope = shape.violating === 'cheaper' ? paymentScope(judge, violating) : 'in';
    if (scope === 'clear') continue;
    if (scope === 'unknown') open ??= 'line.inscp_amt';
    else if (where !== 'yes') open ??= where;
    else return { a, violating, involved: cheaper ? b.line : line };
  }
  return open;
}

function judgePair(judge: Judge, shape: CheckedPair, b: Candidate, walk: Walk): undefined {
  judge.tally.evaluated += 1;
  const absent = uncarried(judge, b);
  if (absent !== undefined) return unknown(judge, b, absent);
  const scope = shape.violating === 'b' ? paymentScope(judge, b.line) : 'in';
  if (scope === 'clear') return clear(judge, b, reasons.ownExpense);
  if (scope === 'unknown') return unknown(judge, b, 'line.inscp_amt');
  const window = windowOf(judge, shape, b);
  const needed: Reach = judge.rule.reach ?? (rowWindows.includes(window) ? 'row' : 'city');
  if (!reaches(judge, b.visit, needed)) return unknown(judge, b, 'person.reach');
  const cause = lacking(judge, frameOf(judge, b), 'self');
  if (cause !== undefined) return unknown(judge, b, cause);
  const found = searchPartner(judge, shape, b, window, walk);
  if (typeof found === 'string') return unknown(judge, b, found);
  if (found === undefined) {
    if (hasOpenLines(judge, b.line)) return unknown(judge, b, 'lines');
    const early =
      window >= windowCodes.days && beforeHorizon(judge, b.visit, dayOfLine(judge, b.line) - (window - windowCodes.days), 'line');
    return early ? unknown(judge, b, 'horizon') : clear(judge, b, reasons.noPartner);
  }
  const frame = frameOf(judge, b, {}, found.a);
  const { lowered, cleared } = except(judge, b, frame);
  if (cleared >= 0) return clear(judge, b, reasons.exception);
  hit(judge, b, {
    visit: visitOfLine(judge, found.violating),
    group: '',
    lines: [found.violating, found.involved],
    violating: 1,
    charges: [lineCharge(judge, found.violating, frame)],
    visits: [],
    occurred: timeOfLine(judge, found.violating),
    measure: Number.NaN,
    limit: Number.NaN,
    lowered,
  });
}

/** Shape pair. */
export function judgePairs(judge: Judge, shape: CheckedPair, walk: Walk): undefined {
  for (const b of lineCandidates(judge, walk, shape.items)) judgePair(judge, shape, b, walk);
}
