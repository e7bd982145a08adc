import { type Hit, type KeyedHit, orderKeyedHits, type RuleCounts, renderMessage, type SegmentRow } from '@hengjian/rulespec';
import type { Segment, TextColumn } from '@hengjian/standard';
import type { HitFacts, LineAtIssue, VisitAtIssue } from './assemble.ts';
import { type FactReader, factReader } from './facts.ts';
import { type AtIssue, moneyReader, noMoney } from './money.ts';
import { partWriter } from './part-writer.ts';
import { type Cards, makeCards } from './person-hits.ts';
import { type ColumnSelection, evidenceSelection, type Session, unionColumns } from './session.ts';
import { isSettledWithin } from './settled.ts';

export interface KeyedOptions {
  readonly parts: string;
  readonly from: number;
  readonly to: number;
}

const keyOf = ({ segment, row }: SegmentRow): string => `${segment}:${row}`;

/** What is looked up of the segments a keyed finding spans, before the segments are let go. */
interface Looked {
  readonly lines: Map<string, LineAtIssue>;
  readonly visits: Map<string, VisitAtIssue['fact']>;
  readonly stays: Map<number, AtIssue>;
  readonly messages: Map<number, HitFacts['message']>;
  readonly psn: Map<number, string>;
  /** Texts of the trace codes. */
  readonly traces: Map<string, string | null>;
  readonly reported: Set<number>;
}

interface Request {
  readonly index: number;
  readonly found: KeyedHit;
}

/** Every segment a finding touches, with the findings that touch it. */
function bySegment(hits: readonly KeyedHit[]): Map<number, Request[]> {
  const result = new Map<number, Request[]>();
  hits.forEach((found, index) => {
    const segments = new Set([...found.lines, ...found.visits, ...(found.visit === undefined ? [] : [found.visit])].map((row) => row.segment));
    for (const segment of segments) result.set(segment, [...(result.get(segment) ?? []), { index, found }]);
  });
  return result;
}

/** The finding as a hit within the segment of its first violating row, for its message and its settlement day. */
function localHit(found: KeyedHit, segment: number): Hit | undefined {
  const line = found.lines[0];
  const visit = found.visits[0] ?? found.visit;
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

function lookUp(session: Session, cards: Cards, segment: Segment, number: number, requests: readonly Request[], options: KeyedOptions, looked: Looked): void {
  const { bound, context } = session;
  const facts: FactReader = factReader(segment, context);
  const money = moneyReader(segment, context.dictionaries.clr_way ?? [], context.dictionaries.setting?.indexOf('inpatient') ?? -1);
  const traces = segment.lines.columns['drug_trac_text'] as TextColumn;
  for (const { index, found } of requests) {
    const card = cards.rule(found.hit.rule).facts;
    const charged = card.amount !== 'none' && card.amount !== 'stay';
    const traced = card.by === 'trace_code';
    found.lines.forEach((row, position) => {
      if (row.segment !== number) return;
      const fact = facts.line(row.row);
      const violating = position < found.hit.violating;
      if (traced) looked.traces.set(`${index}|${keyOf(row)}`, traces.get(row.row));
      looked.lines.set(`${index}|${keyOf(row)}`, {
        fact,
        mdtrt_id: facts.visit(fact.visit).mdtrt_id,
        role: violating ? 'violating' : 'involved',
        money: violating && charged ? money.line(row.row, found.hit.charges[position] ?? fact.amount_fen, card) : noMoney,
      });
      looked.visits.set(`${number}:${fact.visit}`, facts.visit(fact.visit));
    });
    for (const row of [...found.visits, ...(found.visit === undefined ? [] : [found.visit])]) {
      if (row.segment === number) looked.visits.set(keyOf(row), facts.visit(row.row));
    }
    const local = localHit(found, number);
    if (local === undefined) continue;
    if (isSettledWithin(local, segment, options)) looked.reported.add(index);
    const visit = local.visits[0] ?? local.visit;
    if (card.amount === 'stay' && visit >= 0) looked.stays.set(index, money.stay(visit, card));
    looked.messages.set(index, { zh: renderMessage(bound, local, segment, context, 'zh'), en: renderMessage(bound, local, segment, context, 'en') });
    if (found.person.segment === number) looked.psn.set(index, facts.psn(found.person.row));
  }
}

function toFacts(found: KeyedHit, index: number, cards: Cards, looked: Looked): HitFacts {
  const card = cards.rule(found.hit.rule);
  const lines = found.lines.flatMap((row) => looked.lines.get(`${index}|${keyOf(row)}`) ?? []);
  const rows = found.visits.length > 0 ? found.visits.map(keyOf) : found.lines.map((row, position) => `${row.segment}:${lines[position]?.fact.visit ?? -1}`);
  const named = [...new Set(rows)].flatMap((key) => looked.visits.get(key) ?? []);
  const violatingVisits = found.visits.length > 0 ? found.hit.violating : 1;
  return {
    rule: card.facts,
    point: cards.point(found.hit.rule, found.hit.point),
    psn: card.facts.shape === 'pair' ? (looked.psn.get(index) ?? null) : null,
    lines,
    visits: named.map((fact, position) => ({ fact, role: position < violatingVisits ? 'violating' : 'involved' })),
    stay: looked.stays.get(index),
    code: undefined,
    group: `${found.key}|${found.hit.group}`,
    measure: found.hit.measure,
    limit: found.hit.limit,
    lowered: found.hit.lowered,
    occurred: found.hit.occurred,
    read: { [card.facts.by]: hashed.has(card.facts.by) ? null : found.key },
    message: looked.messages.get(index) ?? { zh: card.facts.name.zh, en: card.facts.name.en },
  };
}

/** Whether a finding about a trace code is about one code: its lines carry the same text, not just the same hash. */
function isOneCode(found: KeyedHit, index: number, looked: Looked): boolean {
  const texts = found.lines.map((row) => looked.traces.get(`${index}|${keyOf(row)}`));
  return new Set(texts).size <= 1;
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
export function keyedFindings(session: Session, found: readonly KeyedHit[], options: KeyedOptions, read: SegmentSource): KeyedResult {
  const hits = orderKeyedHits(session.bound, found);
  const cards = makeCards(session.bound);
  const selection = unionColumns(evidenceSelection(session.bound, cards), { lines: ['drug_trac_text'] });
  const looked: Looked = { lines: new Map(), visits: new Map(), stays: new Map(), messages: new Map(), psn: new Map(), traces: new Map(), reported: new Set() };
  for (const [number, requests] of [...bySegment(hits)].sort(([left], [right]) => left - right)) {
    lookUp(session, cards, read(number, selection), number, requests, options, looked);
  }
  const corrections = session.bound.rules.map(() => ({ evaluated: 0, hit: 0, clear: 0, unknown: new Map<string, number>() }));
  const writer = partWriter(options.parts, 'keyed');
  let collisions = 0;
  hits.forEach((one, index) => {
    const correction = corrections[one.hit.rule];
    if (cards.rule(one.hit.rule).facts.by === 'trace_code' && !isOneCode(one, index, looked) && correction !== undefined) {
      collisions += 1;
      correction.hit -= 1;
      correction.clear += 1;
    } else if (looked.reported.has(index)) writer.add(toFacts(one, index, cards, looked));
  });
  return { corrections, findings: writer.close(), collisions };
}
