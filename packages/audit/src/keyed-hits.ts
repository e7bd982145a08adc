import { type BoundRulebook, type Hit, orderKeyedHits, type RuleCounts, renderMessage, type SegmentRow } from '@hengjian/rulespec';
import { type Language, type Segment, type TextColumn, views, words } from '@hengjian/standard';
import { type FactReader, factReader } from './facts.ts';
import { type HitFacts, type LineAtIssue, namedFinding, type VisitAtIssue } from './finding-builder.ts';
import { type FoundHit, groupFigures } from './group-hits.ts';
import { type AtIssue, type MoneyReader, moneyReader, noMoney } from './money.ts';
import { partWriter } from './part-writer.ts';
import { type Cards, makeCards, moneySourceOf } from './segment-hits.ts';
import { type ColumnSelection, evidenceSelection, type Session, unionColumns } from './session.ts';
import { settledWithin } from './settled.ts';
import { type GroupEvidence, groupFormula } from './statistic-evidence.ts';

export interface KeyedOptions {
  readonly parts: string;
  readonly from: number;
  readonly to: number;
}

const keyOf = ({ segment, row }: SegmentRow): string => `${segment}:${row}`;

/** What is looked up of the segments a keyed finding spans, before the segments are let go. */
class Looked {
  /** By number of the finding and row. */
  readonly #lines = new Map<string, LineAtIssue>();
  /** Texts of the trace codes, likewise. */
  readonly #traces = new Map<string, string | null>();
  /** By row. */
  readonly #visits = new Map<string, VisitAtIssue['fact']>();
  /** By number of the finding. */
  readonly stays = new Map<number, AtIssue>();
  readonly messages = new Map<number, HitFacts['message']>();
  readonly psn = new Map<number, string>();
  readonly reported = new Set<number>();

  keepLine(finding: number, row: SegmentRow, line: LineAtIssue): void {
    this.#lines.set(`${finding}|${keyOf(row)}`, line);
  }

  line(finding: number, row: SegmentRow): LineAtIssue | undefined {
    return this.#lines.get(`${finding}|${keyOf(row)}`);
  }

  keepTrace(finding: number, row: SegmentRow, text: string | null): void {
    this.#traces.set(`${finding}|${keyOf(row)}`, text);
  }

  trace(finding: number, row: SegmentRow): string | null | undefined {
    return this.#traces.get(`${finding}|${keyOf(row)}`);
  }

  keepVisit(row: SegmentRow, visit: VisitAtIssue['fact']): void {
    this.#visits.set(keyOf(row), visit);
  }

  visit(row: SegmentRow): VisitAtIssue['fact'] | undefined {
    return this.#visits.get(keyOf(row));
  }
}

interface Request {
  readonly index: number;
  readonly found: FoundHit;
}

/** Every segment a finding touches, with the findings that touch it. */
function bySegment(hits: readonly FoundHit[]): Map<number, Request[]> {
  const result = new Map<number, Request[]>();
  hits.forEach((found, index) => {
    const segments = new Set(
      [...found.lines, ...found.visits, ...(found.visit === undefined ? [] : [found.visit])].map((row) => row.segment),
    );
    for (const segment of segments) result.set(segment, [...(result.get(segment) ?? []), { index, found }]);
  });
  return result;
}

/** The finding as a hit within the segment of its first violating row, for its message and its settlement day. */
function localHit(found: FoundHit, segment: number, at: 0 | -1 = 0): Hit | undefined {
  const line = found.lines.at(at);
  const visit = found.visits.at(at) ?? found.visit;
  if ((line ?? visit)?.segment !== segment) return undefined;
  const person = found.person.segment === segment ? found.person.row : -1;
  return {
    ...found.hit,
    person,
    lines: line === undefined ? [] : [line.row],
    visits: line === undefined && visit !== undefined ? [visit.row] : [],
    visit: visit !== undefined && visit.segment === segment ? visit.row : -1,
    violating: 1,
  };
}

/** Walks whose keys are hashes, which say nothing to a reader. */
const hashed = new Set(['trace_code', 'invoice']);

/** One segment, opened for what the findings name of it. */
class SegmentLookup {
  readonly #session: Session;
  readonly #cards: Cards;
  readonly #number: number;
  readonly #segment: Segment;
  readonly #facts: FactReader;
  readonly #money: MoneyReader;
  readonly #traces: TextColumn;
  readonly #isReported: (hit: Hit) => boolean;

  constructor(session: Session, cards: Cards, options: KeyedOptions, number: number, stored: Segment) {
    const handle = session.lake.segments()[number];
    const pay = handle === undefined ? undefined : session.pay?.segment(handle);
    this.#session = session;
    this.#cards = cards;
    this.#number = number;
    this.#segment = pay?.withGroups(stored) ?? stored;
    this.#facts = factReader(this.#segment, session.context);
    this.#money = moneyReader(moneySourceOf(this.#segment, session.context, pay));
    this.#traces = views.text(this.#segment.lines, 'drug_trac_text');
    this.#isReported = settledWithin(this.#segment, options);
  }

  /** Looks up what one finding names of this segment. */
  lookUp({ index, found }: Request, looked: Looked): void {
    this.#lines(index, found, looked);
    for (const row of [...found.visits, ...(found.visit === undefined ? [] : [found.visit])]) {
      if (row.segment === this.#number) looked.keepVisit(row, this.#facts.visit(row.row));
    }
    // A group is reported when its last row was settled on a day to report.
    const deciding = localHit(found, this.#number, found.group === undefined ? 0 : -1);
    if (deciding !== undefined && this.#isReported(deciding)) looked.reported.add(index);
    const local = localHit(found, this.#number);
    if (local !== undefined) this.#words(index, found, local, looked);
  }

  #lines(index: number, found: FoundHit, looked: Looked): void {
    const amounts = this.#amounts(found);
    const traced = isTraced(this.#session.bound, found);
    for (const [position, row] of found.lines.entries()) {
      if (row.segment !== this.#number) continue;
      const fact = this.#facts.line(row.row);
      const visit = this.#facts.visit(fact.visit);
      if (traced) looked.keepTrace(index, row, this.#traces.get(row.row));
      looked.keepLine(index, row, {
        fact,
        mdtrt_id: visit.mdtrt_id,
        role: position < found.hit.violating ? 'violating' : 'involved',
        money: amounts.get(position) ?? noMoney,
      });
      looked.keepVisit({ segment: this.#number, row: fact.visit }, visit);
    }
  }

  /** Money of the violating lines of this segment, by their positions in the finding. */
  #amounts({ hit, lines }: FoundHit): ReadonlyMap<number, AtIssue> {
    const rule = this.#cards.rule(hit.rule).facts;
    if (rule.amount === 'none' || rule.amount === 'stay') return new Map();
    const here = lines.flatMap(({ segment, row }, position) =>
      segment === this.#number && position < hit.violating
        ? [{ position, row, charge: hit.charges[position] ?? this.#facts.line(row).amount_fen }]
        : [],
    );
    const amounts = this.#money.lines(here, rule);
    return new Map(here.flatMap(({ position }, at) => (amounts[at] === undefined ? [] : [[position, amounts[at]] as const])));
  }

  /** Money of the stay, message and person of a finding whose first violating row stands in this segment. */
  #words(index: number, found: FoundHit, local: Hit, looked: Looked): void {
    const { bound, context } = this.#session;
    const rule = this.#cards.rule(found.hit.rule).facts;
    const visit = local.visits[0] ?? local.visit;
    if (rule.amount === 'stay' && visit >= 0) looked.stays.set(index, this.#money.stay(visit, rule, local.charges[0] ?? 0));
    const figures = found.group === undefined ? {} : groupFigures(found.group);
    const message = (language: Language): string => renderMessage(bound, local, this.#segment, context, language, figures);
    looked.messages.set(index, words(message('zh'), message('en')));
    if (found.person.segment === this.#number) looked.psn.set(index, this.#facts.psn(found.person.row));
  }
}

/** Members of a group and their meetings, by the pseudonyms and keys of its rows. */
function groupEvidence(bound: BoundRulebook, { group, hit }: FoundHit, facts: readonly Member[]): GroupEvidence | undefined {
  const rule = bound.rules[hit.rule];
  if (group === undefined || rule === undefined) return undefined;
  const of = (rows: readonly number[]): string[] => [...new Set(rows.map((row) => facts[row]?.psn ?? ''))].sort();
  return {
    key: group.key,
    persons: group.persons,
    limit: group.limit,
    rows: group.rows.length,
    days: group.days,
    members: of(group.rows.map((_, row) => row)),
    meetings: group.meetings.map(({ day, rows }) => ({ day, members: of(rows), rows: rows.map((row) => facts[row]?.key ?? '') })),
    shared_values: group.values.length,
    formula: groupFormula(rule, group),
  };
}

/** Row of the visit of a line of a finding. */
const visitRow = (row: SegmentRow, line: LineAtIssue | undefined): SegmentRow => ({ segment: row.segment, row: line?.fact.visit ?? -1 });

interface Member {
  readonly psn: string;
  readonly key: string;
}

function membersOf(found: FoundHit, lines: readonly LineAtIssue[], looked: Looked): readonly Member[] {
  if (found.visits.length > 0) {
    return found.visits.map((row) => {
      const fact = looked.visit(row);
      return { psn: fact?.psn_no ?? '', key: fact?.mdtrt_id ?? '' };
    });
  }
  return found.lines.map((row, position) => {
    const line = lines[position];
    return { psn: looked.visit(visitRow(row, line))?.psn_no ?? '', key: line?.fact.line_key ?? '' };
  });
}

function toFacts(bound: BoundRulebook, found: FoundHit, index: number, cards: Cards, looked: Looked): HitFacts {
  const { facts: card, subject } = cards.rule(found.hit.rule);
  const lines = found.lines.flatMap((row) => looked.line(index, row) ?? []);
  const rows = found.visits.length > 0 ? found.visits : found.lines.map((row, position) => visitRow(row, lines[position]));
  const distinct = [...new Map(rows.map((row) => [keyOf(row), row])).values()];
  const named = distinct.flatMap((row) => looked.visit(row) ?? []);
  const violatingVisits = found.visits.length > 0 ? found.hit.violating : 1;
  const visits = named.map((fact, position): VisitAtIssue => ({ fact, role: position < violatingVisits ? 'violating' : 'involved' }));
  const psn = card.shape === 'pair' ? (looked.psn.get(index) ?? null) : null;
  return {
    rule: card,
    subject: subject(namedFinding({ psn, lines, visits }, `${found.key}|${found.hit.group}`)),
    point: cards.point(found.hit.rule, found.hit.point),
    psn,
    lines,
    visits,
    stay: looked.stays.get(index),
    measure: found.hit.measure,
    limit: found.hit.limit,
    lowered: found.hit.lowered,
    occurred: found.hit.occurred,
    read: found.group === undefined ? { [card.by]: hashed.has(card.by) ? null : found.key } : { key: found.key },
    message: looked.messages.get(index) ?? card.name,
    groupEvidence: groupEvidence(bound, found, membersOf(found, lines, looked)),
  };
}

/** Whether the trace codes of a finding were compared by their hashes. */
function isTraced(bound: BoundRulebook, { hit, group }: FoundHit): boolean {
  const source = bound.rules[hit.rule]?.source;
  if (group === undefined) return source?.by === 'trace_code';
  return source?.shape.kind === 'group' && source.shape.linked?.text === 'line.drug_trac_codg';
}

/** Whether lines whose trace codes have one hash carry one text: a walk has one code, a group as many as it shares. */
function isOneCode(found: FoundHit, index: number, looked: Looked): boolean {
  const texts = found.lines.map((row) => looked.trace(index, row));
  return new Set(texts).size <= (found.group === undefined ? 1 : found.group.values.length);
}

/** Reads the asked columns of a segment by its number. */
export type SegmentSource = (number: number, columns: ColumnSelection) => Segment;

export interface KeyedResult {
  /** What to add to the counts of the rules: findings whose trace codes only share a hash are clear, not hit. */
  readonly corrections: readonly RuleCounts[];
  readonly findings: number;
  /** Findings that were dropped because their trace codes only share a hash. */
  readonly collisions: number;
}

/**
 * Writes the findings of the rules that walk another key than the person as one more part, in one order whatever the
 * order of `found`. Segments are read one at a time for the rows the findings name.
 */
export function keyedFindings(session: Session, found: readonly FoundHit[], options: KeyedOptions, read: SegmentSource): KeyedResult {
  const groups = found.filter(({ group }) => group !== undefined);
  const walked = found.filter(({ group }) => group === undefined);
  const hits: readonly FoundHit[] = [...orderKeyedHits(session.bound, walked), ...groups];
  const cards = makeCards(session.bound);
  const selection = unionColumns(evidenceSelection(session.bound, cards), { lines: ['drug_trac_text'] });
  const looked = new Looked();
  for (const [number, requests] of [...bySegment(hits)].sort(([left], [right]) => left - right)) {
    const segment = new SegmentLookup(session, cards, options, number, read(number, selection));
    for (const request of requests) segment.lookUp(request, looked);
  }
  const corrections = session.bound.rules.map(() => ({ evaluated: 0, hit: 0, clear: 0, unknown: new Map<string, number>() }));
  const writer = partWriter(options.parts, 'keyed');
  let collisions = 0;
  hits.forEach((one, index) => {
    const correction = corrections[one.hit.rule];
    if (isTraced(session.bound, one) && !isOneCode(one, index, looked) && correction !== undefined) {
      const judged = one.group === undefined ? 1 : one.group.rows.length;
      collisions += 1;
      correction.hit -= judged;
      correction.clear += judged;
    } else if (looked.reported.has(index)) writer.add(toFacts(session.bound, one, index, cards, looked));
  });
  return { corrections, findings: writer.close(), collisions };
}
