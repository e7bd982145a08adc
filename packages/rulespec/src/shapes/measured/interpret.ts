import type { Words } from '@hengjian/standard';
import type { Counted } from '../../check/ir.ts';
import {
  amountOfLine,
  beforeHorizon,
  besideCause,
  type Candidate,
  clear,
  dayOfLine,
  except,
  frameOf,
  hasOpenLines,
  hit,
  isPublished,
  type Judge,
  lacking,
  lineCandidates,
  numberOf,
  paymentScope,
  reaches,
  timeOfLine,
  timeOfVisit,
  uncarried,
  unknown,
  visitCandidates,
  visitMoney,
  type Walk,
} from '../../interpret/judge.ts';
import { showValue } from '../../interpret/show-value.ts';
import { measured, reasons } from '../../interpret/trace.ts';
import { codeAt, raw, textAt } from '../../interpret/world.ts';
import { excessCharges, monthOf, yearOf } from '../../kernel/subject.ts';
import type { Measure } from '../../source/vocabulary.ts';
import { groupSubject } from './subject.ts';
import type { CheckedTotal, CheckedWindow, Grouping } from './types.ts';

type Shape = CheckedTotal | CheckedWindow;

/** A candidate with its state: left out by payment scope, unknown for a cause, or with its part of the measure. */
interface Member {
  readonly candidate: Candidate;
  readonly day: number;
  readonly dropped: boolean;
  /** Left out by `where` for want of a column: it only makes others unknown. */
  readonly beside: boolean;
  readonly cause: string | undefined;
  readonly part: number;
}

const timeOf = (judge: Judge, shape: Shape, candidate: Candidate): number =>
  shape.of === 'line' ? timeOfLine(judge, candidate.line) : (timeOfVisit(judge, candidate.visit) ?? 0);

/** The number a candidate adds to a summed measure, or the cause why it is not there. */
function partOf(judge: Judge, shape: Shape, candidate: Candidate): number | string {
  const { lines, visits } = judge.world.segment;
  const of = (table: typeof lines, column: string, row: number, cause: string): number | string => raw(table, column, row) ?? cause;
  switch (shape.measure) {
    case 'cnt': {
      const daily =
        shape.kind === 'total' &&
        shape.over === 'day' &&
        codeAt(lines, 'cnt_daily', candidate.line) !== judge.world.bound.codes.id('yes_no', '1');
      return daily ? 'line.cnt_daily' : (raw(lines, 'cnt', candidate.line) ?? 0);
    }
    case 'amount':
      return shape.of === 'line'
        ? amountOfLine(judge, candidate.line)
        : of(visits, 'medfee_sumamt', candidate.visit, 'visit.medfee_sumamt');
    case 'inscp':
      return shape.of === 'line'
        ? of(lines, 'inscp_amt', candidate.line, 'line.inscp_amt')
        : of(visits, 'inscp_amt', candidate.visit, 'visit.inscp_amt');
    case 'supply':
      return of(lines, 'prd_days', candidate.line, 'line.prd_days');
    case 'fund':
      return of(visits, 'fund_pay_sumamt', candidate.visit, 'visit.fund_pay_sumamt');
    case 'ipt_days':
      return of(visits, 'ipt_days', candidate.visit, 'visit.ipt_days');
    default:
      return 1;
  }
}

function member(judge: Judge, shape: Shape, candidate: Candidate): Member {
  const day = Math.floor(timeOf(judge, shape, candidate) / 1440);
  const base = { candidate, day, dropped: false, beside: false, cause: undefined, part: 0 };
  const beside = besideCause(judge, candidate);
  if (beside !== undefined) return { ...base, beside: true, cause: beside };
  const absent = uncarried(judge, candidate);
  if (absent !== undefined) return { ...base, cause: absent };
  const scope = shape.of === 'line' ? paymentScope(judge, candidate.line) : 'in';
  if (scope === 'clear') return { ...base, dropped: true };
  if (scope === 'unknown') return { ...base, cause: 'line.inscp_amt' };
  const cause = lacking(judge, frameOf(judge, candidate), 'self');
  if (cause !== undefined) return { ...base, cause };
  const part = partOf(judge, shape, candidate);
  return typeof part === 'string' ? { ...base, cause: part } : { ...base, part };
}

function groupKey(judge: Judge, grouping: Grouping, candidate: Candidate): string {
  if (grouping === 'all') return '';
  if (grouping === 'item') return `${candidate.point}/${codeAt(judge.world.segment.lines, 'med_list_codg', candidate.line) ?? -1}`;
  if (grouping === 'point') return String(candidate.point);
  return String(judge.world.bound.column(judge.rule.table ?? '', grouping.column)[candidate.point]);
}

/** Key of the scope of a total; `undefined` where the prescription is missing. */
function scopeKey(judge: Judge, shape: CheckedTotal, candidate: Candidate, day: number): string | undefined {
  switch (shape.over) {
    case 'day':
      return String(day);
    case 'visit':
      return String(candidate.visit);
    case 'visit_day':
      return `${candidate.visit}/${day}`;
    case 'month':
      return String(monthOf(day));
    case 'year':
      return String(yearOf(day));
    case 'history':
      return '';
    case 'prescription': {
      const number = codeAt(judge.world.segment.lines, 'rx_drord_no', candidate.line);
      return number === null ? undefined : `${candidate.visit}/${number}`;
    }
  }
}

/** Measures that count different things. */
const countedBy: Readonly<Partial<Record<Measure, Counted>>> = {
  days: 'days',
  kinds: 'items',
  visits: 'visits',
  institutions: 'institutions',
  persons: 'persons',
};

/** What a member is counted by; missing things are not counted. */
function thingOf(judge: Judge, counts: Counted, candidate: Candidate, day: number): number | null {
  const { lines, visits } = judge.world.segment;
  switch (counts) {
    case 'days':
      return day;
    case 'visits':
      return candidate.visit;
    case 'items':
      return codeAt(lines, 'med_list_codg', candidate.line);
    case 'institutions':
      return codeAt(visits, 'fixmedins_code', candidate.visit);
    case 'persons':
      return raw(visits, 'person', candidate.visit);
  }
}

function countsOf(judge: Judge, members: readonly Member[]): Readonly<Record<Counted, number>> {
  const count = (of: Counted): number =>
    new Set(members.map(({ candidate, day }) => thingOf(judge, of, candidate, day)).filter((thing) => thing !== null)).size;
  return {
    items: count('items'),
    institutions: count('institutions'),
    persons: count('persons'),
    visits: count('visits'),
    days: count('days'),
  };
}

/** The measure after each member, in order. */
function running(judge: Judge, shape: Shape, members: readonly Member[]): readonly number[] {
  const seen = new Set<number>();
  let sum = 0;
  return members.map(({ candidate, day, part }) => {
    const { measure } = shape;
    const counts = countedBy[measure];
    if (counts !== undefined) {
      const thing = thingOf(judge, counts, candidate, day);
      if (thing !== null) seen.add(thing);
      return seen.size;
    }
    sum += part;
    return sum;
  });
}

function collect(
  judge: Judge,
  shape: Shape,
  walk: Walk,
  keyOf: (candidate: Candidate) => string | undefined,
): ReadonlyMap<string, readonly Candidate[]> {
  const candidates = shape.of === 'line' ? lineCandidates(judge, walk, shape.items) : visitCandidates(judge, walk);
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = keyOf(candidate);
    if (key === undefined) {
      if (besideCause(judge, candidate) !== undefined) continue;
      judge.tally.evaluated += 1;
      unknown(judge, candidate, 'line.rx_drord_no');
      continue;
    }
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    const last = group.at(-1);
    if (last === undefined || last.line !== candidate.line || last.visit !== candidate.visit) group.push(candidate);
  }
  return groups;
}

function charges(judge: Judge, shape: Shape, violating: readonly Member[], excess: number): number[] {
  const { method } = judge.rule.amount;
  if (shape.of === 'visit') return violating.map(({ candidate }) => visitMoney(judge, candidate.visit));
  if (method === 'none') return violating.map(() => 0);
  const amounts = violating.map(({ candidate }) => amountOfLine(judge, candidate.line));
  if (method !== 'excess') return amounts;
  return excessCharges(
    shape.measure,
    excess,
    amounts,
    violating.map(({ part }) => part),
  );
}

function emit(
  judge: Judge,
  shape: Shape,
  subject: Candidate,
  violating: readonly Member[],
  involved: readonly Member[],
  figures: { measure: number; limit: number; lowered: number },
): undefined {
  const rows = (members: readonly Member[]): number[] =>
    members.map(({ candidate }) => (shape.of === 'line' ? candidate.line : candidate.visit));
  const all = [...rows(violating), ...rows(involved)];
  const first = violating[0]?.candidate ?? subject;
  const { segment, bound } = judge.world;
  const oneVisit = shape.kind === 'window' || ['visit', 'visit_day', 'prescription'].includes(shape.over);
  const item = codeAt(segment.lines, 'med_list_codg', subject.line) ?? -1;
  const day = Math.floor(timeOf(judge, shape, subject) / 1440);
  hit(judge, subject, {
    visit: oneVisit ? first.visit : -1,
    group: groupSubject(bound, judge.rule, subject.point, item, day, () => textAt(segment.lines, 'line_key', subject.line)),
    lines: shape.of === 'line' ? all : [],
    violating: violating.length,
    charges: charges(judge, shape, violating, figures.measure - figures.limit),
    visits: shape.of === 'visit' ? all : [],
    occurred: timeOf(judge, shape, first),
    ...figures,
  });
}

/** Tells of every candidate of a group what is told of its first. */
function toAll(judge: Judge, candidates: readonly Candidate[]): Judge {
  const { trace } = judge;
  if (trace === undefined) return judge;
  return {
    ...judge,
    trace: (_subject, step, detail, key) => {
      for (const candidate of candidates) trace(candidate, step, detail, key);
    },
  };
}

function shownMeasure(judge: Judge, { limit: of }: CheckedTotal | CheckedWindow, measure: number, limit: number): Words {
  const show = (value: number): string => showValue(value, of.type, judge.world.bound);
  return measured(show(measure), show(limit));
}

/** Whether lines that do not count, because a question about them is open, might belong to the group. */
const hasOpen = (judge: Judge, shape: Shape, members: readonly Member[]): boolean =>
  shape.of === 'line' && members.some(({ candidate }) => hasOpenLines(judge, candidate.line));

function judgeGroup(single: Judge, shape: CheckedTotal, candidates: readonly Candidate[]): undefined {
  const judge = toAll(single, candidates);
  const [subject] = candidates;
  if (subject === undefined || !isPublished(judge, subject.day)) return;
  const all = candidates.map((candidate) => member(judge, shape, candidate));
  if (all.every(({ beside }) => beside)) return;
  judge.tally.evaluated += 1;
  const members = all.filter(({ dropped }) => !dropped);
  if (members.length === 0) return clear(judge, subject, reasons.ownExpense);
  if (!reaches(judge, subject.visit, judge.rule.reach ?? 'city')) return unknown(judge, subject, 'person.reach');
  const cause = members.find((one) => one.cause !== undefined)?.cause;
  if (cause !== undefined) return unknown(judge, subject, cause);
  const sums = running(judge, shape, members);
  const measure = sums.at(-1) ?? 0;
  const limit = numberOf(shape.limit, frameOf(judge, subject));
  judge.trace?.(subject, 'measure', shownMeasure(judge, shape, measure, limit));
  if (!(measure > limit))
    return hasOpen(judge, shape, members) ? unknown(judge, subject, 'lines') : clear(judge, subject, reasons.withinLimit);
  const first = members[sums.findIndex((sum) => sum > limit)]?.candidate ?? subject;
  const violating: Candidate = { ...subject, line: first.line, visit: first.visit };
  const excepted = except(judge, subject, frameOf(judge, violating, { measure, limit, counts: countsOf(judge, members) }));
  if (excepted.cleared >= 0) return clear(judge, subject, reasons.exception);
  const at = sums.findIndex((sum) => sum > excepted.limit);
  emit(judge, shape, subject, members.slice(at), members.slice(0, at), { measure, limit: excepted.limit, lowered: excepted.lowered });
}

/** Shape total. */
export function judgeTotals(judge: Judge, shape: CheckedTotal, walk: Walk): undefined {
  const groups = collect(judge, shape, walk, (candidate) => {
    const day = shape.of === 'line' ? dayOfLine(judge, candidate.line) : Math.floor((timeOfVisit(judge, candidate.visit) ?? 0) / 1440);
    const scope = scopeKey(judge, shape, candidate, day);
    return scope === undefined ? undefined : `${groupKey(judge, shape.group, candidate)}|${scope}`;
  });
  for (const candidates of groups.values()) judgeGroup(judge, shape, candidates);
}

function judgeWindow(judge: Judge, shape: CheckedWindow, members: readonly Member[], index: number): undefined {
  const own = members[index];
  if (own === undefined || own.beside) return;
  const subject = own.candidate;
  if (!isPublished(judge, subject.day)) return;
  judge.tally.evaluated += 1;
  if (own.dropped) return clear(judge, subject, reasons.ownExpense);
  if (!reaches(judge, subject.visit, judge.rule.reach ?? 'city')) return unknown(judge, subject, 'person.reach');
  if (own.cause !== undefined) return unknown(judge, subject, own.cause);
  const length = numberOf(shape.days, frameOf(judge, subject));
  const seen = members.slice(0, index + 1).filter((other) => !other.dropped && other.day > own.day - length);
  const cause = seen.find((one) => one.cause !== undefined)?.cause;
  if (cause !== undefined) return unknown(judge, subject, cause);
  const measure = running(judge, shape, seen).at(-1) ?? 0;
  const limit = numberOf(shape.limit, frameOf(judge, subject));
  judge.trace?.(subject, 'measure', shownMeasure(judge, shape, measure, limit));
  const excepted =
    measure > limit ? except(judge, subject, frameOf(judge, subject, { measure, limit, counts: countsOf(judge, seen) })) : undefined;
  if (excepted === undefined) {
    if (hasOpen(judge, shape, seen)) return unknown(judge, subject, 'lines');
    return beforeHorizon(judge, subject.visit, own.day - length + 1, shape.of)
      ? unknown(judge, subject, 'horizon')
      : clear(judge, subject, reasons.withinLimit);
  }
  if (excepted.cleared >= 0) return clear(judge, subject, reasons.exception);
  emit(judge, shape, subject, [own], seen.slice(0, -1), { measure, limit: excepted.limit, lowered: excepted.lowered });
}

/** Shape window. Subjects stand in canonical order over all groups. */
export function judgeWindows(judge: Judge, shape: CheckedWindow, walk: Walk): undefined {
  const groups = collect(judge, shape, walk, (candidate) => groupKey(judge, shape.group, candidate));
  const subjects = [...groups.values()].flatMap((candidates) => {
    const members = candidates.map((candidate) => member(judge, shape, candidate));
    return members.map(({ candidate }, index) => ({ candidate, members, index }));
  });
  const rank = ({ candidate }: { candidate: Candidate }): number => (shape.of === 'line' ? candidate.line : candidate.visit);
  subjects.sort((x, y) => rank(x) - rank(y) || x.candidate.point - y.candidate.point);
  for (const { members, index } of subjects) judgeWindow(judge, shape, members, index);
}
