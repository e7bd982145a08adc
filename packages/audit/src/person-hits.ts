import { type RuleReads, ruleReads } from '@hengjian/rulebook';
import { type BoundRulebook, type Hit, renderMessage } from '@hengjian/rulespec';
import type { LakeContext, Segment } from '@hengjian/standard';
import type { HitFacts, LineAtIssue } from './assemble.ts';
import { supportReadings } from './evidence-group.ts';
import { type FactReader, factReader, type Readable, readFields } from './facts.ts';
import type { SegmentPay } from './group-pay.ts';
import { type AtIssue, type MoneyReader, moneyReader, noMoney } from './money.ts';
import { pointHash, pointValues, type RuleFacts, ruleFacts } from './rules.ts';

/** Rules of a rulebook as findings need them, by index. */
export interface RuleCard {
  readonly facts: RuleFacts;
  readonly reads: RuleReads;
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
  const rules = bound.rules.map((rule): RuleCard => ({ facts: ruleFacts(rule), reads: ruleReads(rule) }));
  const points = new Map<string, PointCard>();
  return {
    rule: (index) => rules[index] as RuleCard,
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

const dictionaryId = (context: LakeContext, dictionary: string, value: string): number =>
  context.dictionaries[dictionary]?.indexOf(value) ?? -1;

export function hitReader(segment: Segment, context: LakeContext, bound: BoundRulebook, cards: Cards, pay?: SegmentPay): HitReader {
  const facts: FactReader = factReader(segment, context);
  const money: MoneyReader = moneyReader(segment, context.dictionaries.clr_way ?? [], dictionaryId(context, 'setting', 'inpatient'), pay);
  const lineVisit = segment.lines.columns.visit as Int32Array;

  const readValues = (hit: Hit, card: RuleCard): Record<string, Readable> => {
    const values: Record<string, Readable> = {};
    const add = (prefix: string, fields: Record<string, Readable>): void => {
      for (const [name, value] of Object.entries(fields)) values[`${prefix}.${name}`] = value;
    };
    add('person', readFields(segment, 'persons', hit.person, card.reads.persons ?? [], context));
    const visit = hit.visit >= 0 ? hit.visit : (hit.visits[0] ?? -1);
    if (visit >= 0) add('visit', readFields(segment, 'visits', visit, card.reads.visits ?? [], context));
    const found = card.facts.amount === 'difference' && visit >= 0 ? pay?.supported(visit) : undefined;
    if (found !== undefined) Object.assign(values, supportReadings(found.paid, found.supported));
    const line = hit.lines[0];
    if (line !== undefined) add('line', readFields(segment, 'lines', line, card.reads.lines ?? [], context));
    return values;
  };

  const codeText = (hit: Hit, card: RuleCard): string | undefined => {
    if (hit.code < 0) return undefined;
    return context.dictionaries[card.facts.each === 'operation' ? 'operation' : 'diagnosis']?.[hit.code];
  };

  const stayMoney = (rule: RuleFacts, visit: number, charge: number): AtIssue =>
    rule.amount === 'difference' ? money.difference(visit, charge) : money.stay(visit, rule);

  return {
    read(hit) {
      const card = cards.rule(hit.rule);
      const stayRule = card.facts.amount === 'stay' || card.facts.amount === 'difference';
      const charged = !stayRule && card.facts.amount !== 'none';
      const read = hit.lines.map((row) => facts.line(row));
      const amounts = charged
        ? money.lines(
            hit.lines
              .slice(0, hit.violating)
              .map((row, index) => ({ row, charge: hit.charges[index] ?? (read[index]?.amount_fen as number) })),
            card.facts,
          )
        : [];
      const lines = read.map((fact, index): LineAtIssue => {
        const violating = index < hit.violating;
        return {
          fact,
          mdtrt_id: facts.visit(fact.visit).mdtrt_id,
          role: violating ? 'violating' : 'involved',
          money: amounts[index] ?? noMoney,
        };
      });
      const rows = hit.visits.length > 0 ? hit.visits : hit.visit >= 0 ? [hit.visit] : [];
      const named = rows.length > 0 ? rows : [...new Set(hit.lines.map((row) => lineVisit[row] as number))];
      const violatingVisit = named[0];
      return {
        rule: card.facts,
        point: cards.point(hit.rule, hit.point),
        psn: facts.psn(hit.person),
        lines,
        visits: named.map((row, index) => ({ fact: facts.visit(row), role: index === 0 ? 'violating' : 'involved' })),
        stay: stayRule && violatingVisit !== undefined ? stayMoney(card.facts, violatingVisit, hit.charges[0] ?? 0) : undefined,
        code: codeText(hit, card),
        group: hit.group,
        measure: hit.measure,
        limit: hit.limit,
        lowered: hit.lowered,
        occurred: hit.occurred,
        read: readValues(hit, card),
        message: { zh: renderMessage(bound, hit, segment, context, 'zh'), en: renderMessage(bound, hit, segment, context, 'en') },
      };
    },
  };
}
