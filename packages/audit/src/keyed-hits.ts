import type { SegmentHandle } from '@hengjian/lake';
import { type BoundRulebook, type Hit, orderKeyedHits, type RuleCounts, renderMessage, type SegmentRow } from '@hengjian/rulespec';
import type { Segment, TextColumn } from '@hengjian/standard';
import type { HitFacts, LineAtIssue, VisitAtIssue } from './assemble.ts';
import { type FactReader, factReader } from './facts.ts';
import { type FoundHit, groupFigures } from './group-hits.ts';
import { type AtIssue, moneyReader, noMoney } from './money.ts';
import { partWriter } from './part-writer.ts';
import { type Cards, makeCards } from './person-hits.ts';
import { type ColumnSelection, evidenceSelection, type Session, unionColumns } from './session.ts';
import { isSettledWithin } from './settled.ts';
import { type GroupEvidence, groupFormula } from './statistic-evidence.ts';

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

function lookUp(
  session: Session,
  cards: Cards,
  stored: Segment,
  number: number,
  requests: readonly Request[],
  options: KeyedOptions,
  looked: Looked,
): void {
  const { bound, context } = session;
  const pay = session.pay?.segment(session.lake.segments()[number] as SegmentHandle);
  const segment = pay?.withGroups(stored) ?? stored;
  const facts: FactReader = factReader(segment, context);
  const money = moneyReader(segment, context.dictionaries.clr_way ?? [], context.dictionaries.setting?.indexOf('inpatient') ?? -1, pay);
  const traces = segment.lines.columns['drug_trac_text'] as TextColumn;
  for (const { index, found } of requests) {
    const card = cards.rule(found.hit.rule).facts;
    const charged = card.amount !== 'none' && card.amount !== 'stay';
    const traced = isTraced(bound, found);
    const here = found.lines.flatMap((row, position) =>
      charged && row.segment === number && position < found.hit.violating
        ? [{ position, row: row.row, charge: found.hit.charges[position] ?? facts.line(row.row).amount_fen }]
        : [],
    );
    const amounts = new Map(money.lines(here, card).map((one, index) => [here[index]?.position, one]));
    found.lines.forEach((row, position) => {
      if (row.segment !== number) return;
      const fact = facts.line(row.row);
      const violating = position < found.hit.violating;
      if (traced) looked.traces.set(`${index}|${keyOf(row)}`, traces.get(row.row));
      looked.lines.set(`${index}|${keyOf(row)}`, {
        fact,
        mdtrt_id: facts.visit(fact.visit).mdtrt_id,
        role: violating ? 'violating' : 'involved',
        money: amounts.get(position) ?? noMoney,
      });
      looked.visits.set(`${number}:${fact.visit}`, facts.visit(fact.visit));
    });
    for (const row of [...found.visits, ...(found.visit === undefined ? [] : [found.visit])]) {
      if (row.segment === number) looked.visits.set(keyOf(row), facts.visit(row.row));
    }
    // A group is reported when its last row was settled on a day to report.
    const deciding = localHit(found, number, found.group === undefined ? 0 : -1);
    if (deciding !== undefined && isSettledWithin(deciding, segment, options)) looked.reported.add(index);
    const local = localHit(found, number);
    if (local === undefined) continue;
    const visit = local.visits[0] ?? local.visit;
    if (card.amount === 'stay' && visit >= 0) looked.stays.set(index, money.stay(visit, card));
    const figures = found.group === undefined ? {} : groupFigures(found.group);
    looked.messages.set(index, {
      zh: renderMessage(bound, local, segment, context, 'zh', figures),
      en: renderMessage(bound, local, segment, context, 'en', figures),
    });
    if (found.person.segment === number) looked.psn.set(index, facts.psn(found.person.row));
  }
}

/** Members of a group and their meetings, by the pseudonyms and keys of its rows. */
function groupEvidence(
  bound: BoundRulebook,
  { group, hit }: FoundHit,
  facts: readonly { readonly psn: string; readonly key: string }[],
): GroupEvidence | undefined {
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

function membersOf(
  found: FoundHit,
  lines: readonly LineAtIssue[],
  looked: Looked,
): readonly { readonly psn: string; readonly key: string }[] {
  if (found.visits.length > 0) {
    return found.visits.map((row) => {
      const fact = looked.visits.get(keyOf(row));
      return { psn: fact?.psn_no ?? '', key: fact?.mdtrt_id ?? '' };
    });
  }
  return found.lines.map((row, position) => {
    const line = lines[position]?.fact;
    return { psn: looked.visits.get(`${row.segment}:${line?.visit ?? -1}`)?.psn_no ?? '', key: line?.line_key ?? '' };
  });
}

function toFacts(bound: BoundRulebook, found: FoundHit, index: number, cards: Cards, looked: Looked): HitFacts {
  const card = cards.rule(found.hit.rule);
  const lines = found.lines.flatMap((row) => looked.lines.get(`${index}|${keyOf(row)}`) ?? []);
  const rows =
    found.visits.length > 0
      ? found.visits.map(keyOf)
      : found.lines.map((row, position) => `${row.segment}:${lines[position]?.fact.visit ?? -1}`);
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
    read: found.group === undefined ? { [card.facts.by]: hashed.has(card.facts.by) ? null : found.key } : { key: found.key },
    message: looked.messages.get(index) ?? { zh: card.facts.name.zh, en: card.facts.name.en },
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
  const texts = found.lines.map((row) => looked.traces.get(`${index}|${keyOf(row)}`));
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
  const looked: Looked = {
    lines: new Map(),
    visits: new Map(),
    stays: new Map(),
    messages: new Map(),
    psn: new Map(),
    traces: new Map(),
    reported: new Set(),
  };
  for (const [number, requests] of [...bySegment(hits)].sort(([left], [right]) => left - right)) {
    lookUp(session, cards, read(number, selection), number, requests, options, looked);
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
