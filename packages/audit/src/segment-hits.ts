import { type RuleReads, ruleReads } from '@hengjian/rulebook';
import { type BoundRulebook, definitionOf, type FindingSubject, type Hit, type NamedFinding, renderMessage } from '@hengjian/rulespec';
import { type LakeContext, type Segment, views } from '@hengjian/standard';
import { supportReadings } from './evidence-group.ts';
import { type FactReader, factReader, type Readable, readFields } from './facts.ts';
import { type HitFacts, type LineAtIssue, namedFinding, type VisitAtIssue } from './finding-builder.ts';
import type { SegmentPay } from './group-pay.ts';
import { type AtIssue, type MoneyReader, type MoneySource, moneyReader, noMoney } from './money.ts';
import { pointHash, pointValues, type RuleFacts, ruleFacts } from './rules.ts';

/** Rules of a rulebook as findings need them, by index. */
export interface RuleCard {
  readonly facts: RuleFacts;
  readonly reads: RuleReads;
  /** Dictionary of the codes of a visit that the rule judges one by one. */
  readonly each: 'diagnosis' | 'operation' | undefined;
  /** What a finding of the rule is about. */
  subject(named: NamedFinding): FindingSubject;
}

export interface PointCard {
  readonly id: string;
  readonly values: Readonly<Record<string, Readable>>;
  readonly hash: string;
}

/** Cards of rules and points, made once and shared by all findings. */
export interface Cards {
  rule(index: number): RuleCard;
  point(rule: number, row: number): PointCard | undefined;
}

export function makeCards(bound: BoundRulebook): Cards {
  const rules = bound.rules.map((rule): RuleCard => {
    const { rows, subject } = definitionOf(rule.shape, bound.shapes);
    return {
      facts: ruleFacts(rule),
      reads: ruleReads(rule),
      each: rows.each(rule.shape),
      subject: (named) => subject(named, rule.source.by, rule.shape),
    };
  });
  const points = new Map<string, PointCard>();
  return {
    rule(index) {
      const card = rules[index];
      if (card === undefined) throw new Error(`the rulebook has no rule ${index}`);
      return card;
    },
    point(rule, row) {
      const name = bound.rules[rule]?.table;
      const table = name === undefined ? undefined : bound.tables.get(name);
      if (row < 0 || name === undefined || table === undefined) return undefined;
      const key = `${name}:${row}`;
      const known = points.get(key);
      if (known !== undefined) return known;
      const card = { id: table.rows[row]?.point_id ?? '', values: pointValues(table, row), hash: pointHash(table, row) };
      points.set(key, card);
      return card;
    },
  };
}

/** Looks up everything the hits of one segment name. */
export interface HitReader {
  read(hit: Hit): HitFacts;
}

/** Where the hits of a segment are read. */
export interface HitSource {
  readonly segment: Segment;
  readonly context: LakeContext;
  readonly bound: BoundRulebook;
  readonly cards: Cards;
  readonly pay?: SegmentPay | undefined;
}

class SegmentHits implements HitReader {
  readonly #source: HitSource;
  readonly #facts: FactReader;
  readonly #money: MoneyReader;
  readonly #lineVisit: Int32Array;

  constructor(source: HitSource) {
    const { segment, context, pay } = source;
    this.#source = source;
    this.#facts = factReader(segment, context);
    this.#money = moneyReader(moneySourceOf(segment, context, pay));
    this.#lineVisit = views.words(segment.lines, 'visit');
  }

  #readValues(hit: Hit, card: RuleCard): Record<string, Readable> {
    const { segment, context, pay } = this.#source;
    const values: Record<string, Readable> = {};
    const add = (prefix: string, table: 'persons' | 'visits' | 'lines', row: number): void => {
      for (const [name, value] of Object.entries(readFields(segment, table, row, card.reads[table] ?? [], context))) {
        values[`${prefix}.${name}`] = value;
      }
    };
    add('person', 'persons', hit.person);
    const visit = hit.visit >= 0 ? hit.visit : (hit.visits[0] ?? -1);
    if (visit >= 0) add('visit', 'visits', visit);
    const found = card.facts.amount === 'difference' && visit >= 0 ? pay?.supported(visit) : undefined;
    if (found !== undefined) Object.assign(values, supportReadings(found.paid, found.supported));
    const line = hit.lines[0];
    if (line !== undefined) add('line', 'lines', line);
    return values;
  }

  #codeText(hit: Hit, card: RuleCard): string | undefined {
    if (hit.code < 0) return undefined;
    return this.#source.context.dictionaries[card.each ?? 'diagnosis']?.[hit.code];
  }

  /** Money of the whole stay, for rules whose amount is that. */
  #stayMoney({ amount, ...rule }: RuleFacts, visit: number | undefined, charge: number): AtIssue | undefined {
    if (visit === undefined || (amount !== 'stay' && amount !== 'difference')) return undefined;
    return amount === 'difference' ? this.#money.difference(visit, charge) : this.#money.stay(visit, rule, charge);
  }

  #linesOf(hit: Hit, card: RuleCard): LineAtIssue[] {
    const { amount } = card.facts;
    const read = hit.lines.map((row) => this.#facts.line(row));
    const violating = hit.lines.slice(0, hit.violating);
    const charged = amount !== 'stay' && amount !== 'difference' && amount !== 'none';
    const charges = violating.map((row, index) => ({ row, charge: hit.charges[index] ?? read[index]?.amount_fen ?? 0 }));
    const amounts = charged ? this.#money.lines(charges, card.facts) : [];
    return read.map((fact, index) => ({
      fact,
      mdtrt_id: this.#facts.visit(fact.visit).mdtrt_id,
      role: index < hit.violating ? 'violating' : 'involved',
      money: amounts[index] ?? noMoney,
    }));
  }

  read(hit: Hit): HitFacts {
    const { segment, context, bound, cards } = this.#source;
    const card = cards.rule(hit.rule);
    const rows = hit.visits.length > 0 ? hit.visits : hit.visit >= 0 ? [hit.visit] : [];
    const named = rows.length > 0 ? rows : [...new Set(hit.lines.map((row) => this.#lineVisit[row] ?? -1))];
    const psn = this.#facts.psn(hit.person);
    const lines = this.#linesOf(hit, card);
    const visits = named.map(
      (row, index): VisitAtIssue => ({ fact: this.#facts.visit(row), role: index === 0 ? 'violating' : 'involved' }),
    );
    return {
      rule: card.facts,
      subject: card.subject(namedFinding({ psn, lines, visits }, hit.group, this.#codeText(hit, card))),
      point: cards.point(hit.rule, hit.point),
      psn,
      lines,
      visits,
      stay: this.#stayMoney(card.facts, named[0], hit.charges[0] ?? 0),
      measure: hit.measure,
      limit: hit.limit,
      lowered: hit.lowered,
      occurred: hit.occurred,
      read: this.#readValues(hit, card),
      message: { zh: renderMessage(bound, hit, segment, context, 'zh'), en: renderMessage(bound, hit, segment, context, 'en') },
    };
  }
}

/** Where the money of a segment is read, by the dictionaries of its lake. */
export const moneySourceOf = (segment: Segment, context: LakeContext, pay: SegmentPay | undefined): MoneySource => ({
  segment,
  clearingWays: context.dictionaries.clr_way ?? [],
  inpatient: (context.dictionaries.setting ?? []).indexOf('inpatient'),
  pay,
  assumed:
    context.assumed === undefined ? undefined : [...(context.dictionaries.institution ?? []), ''].map((code) => context.assumed?.[code]),
});

export const hitReader = (source: HitSource): HitReader => new SegmentHits(source);
