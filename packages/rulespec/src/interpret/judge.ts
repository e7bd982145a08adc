import { type CivilDay, type CivilMinute, dayOfMinute, type Fen, type Words, words } from '@hengjian/standard';
import type { CheckedRule } from '../check/checked.ts';
import type { Expr, Role } from '../check/ir.ts';
import type { Beside, Dispatch } from '../check/parts.ts';
import type { Hit } from '../kernel/hit.ts';
import { overprice, share } from '../kernel/subject.ts';
import type { Frame } from '../operators/operator.ts';
import { evaluate } from '../operators/table.ts';
import type { Reach } from '../source/vocabulary.ts';
import { nothingMore, reasons, type SubjectKey, type Trace, unreached } from './trace.ts';
import { codeAt, isValid, raw, rowsOf, type World } from './world.ts';

export interface Tally {
  evaluated: number;
  hit: number;
  clear: number;
  readonly unknown: Map<string, number>;
}

/** Judges one rule on one walk. */
export interface Judge {
  readonly world: World;
  readonly rule: CheckedRule;
  readonly index: number;
  readonly tally: Tally;
  readonly emit: (hit: Hit) => void;
  readonly trace: Trace | undefined;
}

/** Rows of the person (or other key) that is walked, in canonical order. */
export interface Walk {
  readonly lines: readonly number[];
  readonly visits: readonly number[];
}

/** A line or visit that the rule looks at, with the point that reached it. */
export interface Candidate {
  readonly line: number;
  readonly visit: number;
  readonly row: number;
  readonly code: number;
  readonly point: number;
  readonly day: CivilDay;
  readonly area: number;
}

const noSums: ReadonlyMap<string, number> = new Map();

export function frameOf(
  judge: Judge,
  candidate: Candidate,
  extra: Partial<Pick<Frame, 'measure' | 'limit' | 'sums' | 'counts'>> = {},
  a?: Candidate,
): Frame {
  const other = a ?? { line: -1, visit: -1 };
  return {
    world: judge.world,
    rule: judge.rule,
    line: { self: candidate.line, a: other.line, b: candidate.line },
    visit: { self: candidate.visit, a: other.visit, b: candidate.visit },
    row: candidate.row,
    point: candidate.point,
    day: candidate.day,
    area: candidate.area,
    measure: extra.measure ?? Number.NaN,
    limit: extra.limit ?? Number.NaN,
    sums: extra.sums ?? noSums,
    counts: extra.counts ?? {},
  };
}

export const holds = (expr: Expr | undefined, frame: Frame): boolean => expr === undefined || evaluate(expr, frame) === true;
export const numberOf = (expr: Expr, frame: Frame): number => evaluate(expr, frame) as number;

export function clear(judge: Judge, subject: SubjectKey, why: Words): undefined {
  judge.tally.clear += 1;
  judge.trace?.(subject, 'clear', why);
}

export function unknown(judge: Judge, subject: SubjectKey, cause: string): undefined {
  judge.tally.unknown.set(cause, (judge.tally.unknown.get(cause) ?? 0) + 1);
  judge.trace?.(subject, 'unknown', nothingMore, cause);
}

export function hit(judge: Judge, subject: SubjectKey, found: Omit<Hit, 'rule' | 'person' | 'point' | 'code'>): undefined {
  const person = raw(judge.world.segment.visits, 'person', subject.visit) ?? -1;
  judge.tally.hit += 1;
  judge.trace?.(subject, 'hit', nothingMore);
  judge.emit({ rule: judge.index, point: subject.point, person, code: subject.code, ...found });
}

export const timeOfLine = (judge: Judge, line: number): CivilMinute => raw(judge.world.segment.lines, 'fee_ocur_time', line) ?? 0;
export const dayOfLine = (judge: Judge, line: number): CivilDay => dayOfMinute(timeOfLine(judge, line));
export const timeOfVisit = (judge: Judge, visit: number): CivilMinute | null => raw(judge.world.segment.visits, 'begntime', visit);
export const visitOfLine = (judge: Judge, line: number): number => raw(judge.world.segment.lines, 'visit', line) ?? -1;
export const amountOfLine = (judge: Judge, line: number): Fen => raw(judge.world.segment.lines, 'det_item_fee_sumamt', line) ?? 0;

const asDay = (minute: number | null): number | null => (minute === null ? null : dayOfMinute(minute));

function decisiveOfLine(judge: Judge, line: number): number {
  const { segment } = judge.world;
  const service = dayOfLine(judge, line);
  if (judge.rule.source.decisive === 'admission') return asDay(timeOfVisit(judge, visitOfLine(judge, line))) ?? service;
  if (judge.rule.source.decisive === 'service') return service;
  return asDay(raw(segment.settlements, 'setl_time', codeAt(segment.lines, 'settlement', line) ?? -1)) ?? service;
}

function decisiveOfVisit(judge: Judge, visit: number): number | null {
  const { segment } = judge.world;
  const begin = asDay(timeOfVisit(judge, visit));
  if (judge.rule.source.decisive !== 'settlement' || begin === null) return begin;
  const start = raw(segment.visits, 'settlements_start', visit) ?? 0;
  const end = raw(segment.visits, 'settlements_end', visit) ?? 0;
  return end > start ? (asDay(raw(segment.settlements, 'setl_time', end - 1)) ?? begin) : begin;
}

function areaOfVisit(judge: Judge, visit: number): number {
  const { segment, bound } = judge.world;
  if (judge.rule.source.owner === 'insurance') return codeAt(segment.visits, 'insu_admdvs', visit) ?? -1;
  return codeAt(bound.context.dimensions.institution, 'admdvs', codeAt(segment.visits, 'fixmedins_code', visit) ?? -1) ?? -1;
}

/** Whether this version of the rule judges subjects of a day. */
export function isPublished({ rule }: Pick<Judge, 'rule'>, day: number): boolean {
  return rule.published === undefined || rule.published.some(({ from, to }) => day >= from && (to === undefined || day <= to));
}

/** Whether the rule looks at rows of a day; totals and windows look back beyond the days on which they judge. */
function inForce(judge: Judge, day: number): boolean {
  const { from, to } = judge.rule.source.effective;
  if (day < from || (to !== undefined && day > to)) return false;
  return judge.rule.looksBack || isPublished(judge, day);
}

/** Points that reach a code on a day in an area; [-1] for a rule without points. */
export function pointsOf(judge: Judge, dispatch: Dispatch | undefined, id: number, day: number, area: number): readonly number[] {
  if (dispatch === undefined) return [-1];
  const { bound } = judge.world;
  return rowsOf(bound.codes.reverse(bound.table(dispatch.table), dispatch.column), id).filter((row) =>
    isValid(bound, dispatch.table, row, day, area),
  );
}

/** Lines of the walk that the rule looks at, one candidate per point. */
export function lineCandidates(judge: Judge, walk: Walk, dispatch: Dispatch | undefined): readonly Candidate[] {
  return walk.lines.flatMap((line) => {
    const visit = visitOfLine(judge, line);
    const day = decisiveOfLine(judge, line);
    const area = areaOfVisit(judge, visit);
    const bare: Candidate = { line, visit, row: -1, code: -1, point: -1, day, area };
    if (!inForce(judge, day)) {
      judge.trace?.(bare, 'not applicable', reasons.notInForce);
      return [];
    }
    const points = pointsOf(judge, dispatch, codeAt(judge.world.segment.lines, 'med_list_codg', line) ?? -1, day, area);
    if (points.length === 0) judge.trace?.(bare, 'not looked at', unreached(dispatch?.table, 'item'));
    return points.map((point) => ({ ...bare, point })).filter((candidate) => passes(judge, candidate));
  });
}

function passes(judge: Judge, candidate: Candidate): boolean {
  if (holds(judge.rule.where, frameOf(judge, candidate)) || besideCause(judge, candidate) !== undefined) return true;
  judge.trace?.(candidate, 'not applicable', reasons.filtered);
  return false;
}

/** Of a row that `where` leaves out and might not: the absent column that would say so. Such a row only counts beside others. */
export function besideCause(judge: Judge, candidate: Candidate): string | undefined {
  const { where, beside } = judge.rule;
  if (beside === undefined) return undefined;
  const frame = frameOf(judge, candidate);
  return holds(where, frame) ? undefined : lackBeside(beside, frame);
}

/** Visits of the walk that the rule looks at, as `expand` spells them out; a visit without a date is unknown at once. */
export function visitCandidates(
  judge: Judge,
  walk: Walk,
  expand: (bare: Candidate) => readonly Candidate[] = (bare) => [bare],
): readonly Candidate[] {
  return walk.visits.flatMap((visit) => {
    const area = areaOfVisit(judge, visit);
    const day = decisiveOfVisit(judge, visit);
    const bare: Candidate = { line: -1, visit, row: -1, code: -1, point: -1, day: day ?? 0, area };
    if (day === null) {
      judge.tally.evaluated += 1;
      unknown(judge, bare, 'visit.begntime');
      return [];
    }
    if (!inForce(judge, day)) {
      judge.trace?.(bare, 'not applicable', reasons.notInForce);
      return [];
    }
    return expand(bare).filter((candidate) => passes(judge, candidate));
  });
}

/** `in`, `clear` (own expense) or `unknown`: whether a line is in the scope of payment at all. */
export function paymentScope(judge: Judge, line: number): 'in' | 'clear' | 'unknown' {
  if (!judge.rule.source.payment_scope) return 'in';
  const { segment, bound } = judge.world;
  const inscope = raw(segment.lines, 'inscp_amt', line);
  if (inscope !== null) return inscope === 0 ? 'clear' : 'in';
  if (codeAt(segment.lines, 'hosp_appr_flag', line) === bound.codes.id('hosp_appr_flag', '2')) return 'clear';
  return raw(segment.lines, 'fulamt_ownpay_amt', line) === amountOfLine(judge, line) ? 'clear' : 'unknown';
}

/** Whether the person key reaches as far as the rule needs. */
export function reaches(judge: Judge, visit: number, needed: Reach): boolean {
  if (needed === 'row') return true;
  const { segment, bound } = judge.world;
  const id = codeAt(segment.persons, 'reach', raw(segment.visits, 'person', visit) ?? -1);
  const reach = id === null ? undefined : bound.codes.values('reach')[id];
  return reach === 'city' || (needed === 'institution' && reach === 'institution');
}

/** The first need that is not met. */
export function lacking(judge: Judge, frame: Frame, role: 'self' | 'a'): string | undefined {
  const wanted = (own: Role): boolean => (own === 'a') === (role === 'a');
  const { asks, needs } = judge.rule;
  // What is asked of the subject itself is asked before anything else.
  return [...(role === 'a' ? asks : []), ...needs].find((need) => wanted(need.role) && evaluate(need.test, frame) !== true)?.cause;
}

/** The first column that the rule asks for and the deliveries of the subject's institution do not carry. */
export function uncarried(judge: Judge, candidate: Candidate): string | undefined {
  const frame = frameOf(judge, candidate);
  return judge.rule.asks.find(({ role, test }) => role !== 'a' && evaluate(test, frame) !== true)?.cause;
}

/** Of a row that a filter leaves out: the absent column without which it might not, if there is one. */
export function lackBeside(beside: Beside | undefined, frame: Frame): string | undefined {
  if (beside === undefined || !holds(beside.possible, frame)) return undefined;
  return beside.asks.find(({ test }) => evaluate(test, frame) !== true)?.cause;
}

/** Whether a question is open about some line of the visit of a line; nothing is asked where lines of many persons are walked. */
export const hasOpenLines = (judge: Judge, line: number): boolean =>
  judge.rule.source.by === 'person' && (raw(judge.world.segment.visits, 'open_lines', visitOfLine(judge, line)) ?? 0) > 0;

/** Whether a look-back from `start` begins before the data. */
export function beforeHorizon(judge: Judge, visit: number, start: number, of: 'line' | 'visit'): boolean {
  const { segment, bound } = judge.world;
  const column = of === 'line' ? 'line_from' : 'visit_from';
  const across = judge.rule.reach === undefined || judge.rule.reach === 'city' || judge.rule.source.by === 'trace_code';
  const own = raw(bound.context.dimensions.institution, column, codeAt(segment.visits, 'fixmedins_code', visit) ?? -1);
  const from = across ? bound.context.coverage[column] : own;
  return from === null || from === -2_147_483_648 || start < from;
}

export interface Excepted {
  readonly lowered: number;
  readonly cleared: number;
  readonly limit: number;
}

/** Weighs the exceptions in order; the first that holds wins. */
export function except(judge: Judge, subject: SubjectKey, frame: Frame): Excepted {
  const { exceptions } = judge.rule;
  const index = exceptions.findIndex((exception) => {
    const held = evaluate(exception.when, frame) === true;
    judge.trace?.(subject, held ? 'exception holds' : 'exception does not hold', words(exception.basis, exception.basis));
    return held;
  });
  const effect = exceptions[index]?.effect;
  if (effect === undefined) return { lowered: -1, cleared: -1, limit: frame.limit };
  if (effect === 'lower') return { lowered: index, cleared: -1, limit: frame.limit };
  if (effect === 'clear') return { lowered: -1, cleared: index, limit: frame.limit };
  const limit = frame.limit * effect.cap;
  return { lowered: -1, cleared: frame.measure > limit ? -1 : index, limit };
}

/** Money of a visit at issue: all of it (its settlements, else its lines), or the difference the rule works out. */
export function visitMoney(judge: Judge, visit: number, frame?: Frame): number {
  const { difference } = judge.rule.amount;
  if (difference !== undefined && frame !== undefined) return Math.max(0, numberOf(difference, frame));
  if (judge.rule.amount.method !== 'stay') return 0;
  const settled = raw(judge.world.segment.visits, 'medfee_sumamt', visit);
  if (settled !== null) return settled;
  const person = raw(judge.world.segment.visits, 'person', visit) ?? -1;
  const start = raw(judge.world.segment.persons, 'lines_start', person) ?? 0;
  const end = raw(judge.world.segment.persons, 'lines_end', person) ?? 0;
  let sum = 0;
  for (let line = start; line < end; line += 1) if (visitOfLine(judge, line) === visit) sum += amountOfLine(judge, line);
  return sum;
}

/** Charge at issue of one violating line. */
export function lineCharge(judge: Judge, line: number, frame: Frame): number {
  const { amount } = judge.rule;
  const all = amountOfLine(judge, line);
  const { lines } = judge.world.segment;
  const quantity = raw(lines, 'cnt', line) ?? 0;
  if (amount.method === 'price_excess' && amount.cap !== undefined)
    return overprice(all, raw(lines, 'pric', line) ?? 0, numberOf(amount.cap, frame), quantity);
  if (amount.method === 'excess' && amount.excess !== undefined) return share(all, numberOf(amount.excess, frame), quantity);
  return amount.method === 'whole' ? all : 0;
}
