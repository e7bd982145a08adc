import { earlierFigures, entityName, type PeerVerdict, peerFigures, renderFigures } from '@hengjian/rulespec';
import { formatDay } from '@hengjian/standard';
import { type HitFacts, namedFinding } from './finding-builder.ts';
import { partWriter } from './part-writer.ts';
import { makeCards, type RuleCard } from './segment-hits.ts';
import type { Session } from './session.ts';
import { peerFormula, type StatisticEvidence } from './statistic-evidence.ts';

export interface PeerOptions {
  readonly parts: string;
  /** First and last day to report; the last day of a period decides. */
  readonly from: number;
  readonly to: number;
}

function statisticOf(session: Session, verdict: PeerVerdict): StatisticEvidence {
  const { bound } = session;
  const rule = bound.rules[verdict.rule];
  if (rule?.shape.kind !== 'peer') throw new Error(`rule ${verdict.rule} compares no entities`);
  const figures = peerFigures(bound, verdict);
  const optional = Object.fromEntries(
    ['median', 'mean', 'mad', 'score', 'ratio', 'also'].flatMap((name) => (figures[name] === undefined ? [] : [[name, figures[name]]])),
  );
  return {
    entity_kind: rule.shape.entity,
    entity: verdict.entity,
    name: entityName(bound, rule.shape, verdict.entity),
    period: verdict.period,
    from: formatDay(verdict.from),
    to: formatDay(verdict.to),
    numerator: figures['numerator'] ?? '',
    denominator: figures['denominator'] ?? '',
    size: verdict.size,
    value: figures['value'] ?? '',
    peers: verdict.peers,
    compared: verdict.comparison?.count ?? 0,
    ...optional,
    limit: figures['limit'] ?? '',
    earlier: earlierFigures(bound, verdict),
    formula: peerFormula(rule, figures),
  };
}

/** What is known of a hit about an entity and a period. */
function factsOf(session: Session, card: RuleCard, verdict: PeerVerdict): HitFacts {
  const rule = session.bound.rules[verdict.rule];
  if (rule === undefined) throw new Error(`no rule ${verdict.rule} in the rulebook`);
  const statistic = statisticOf(session, verdict);
  const figures = peerFigures(session.bound, verdict);
  return {
    rule: { ...card.facts, amount: 'none' },
    subject: card.subject(namedFinding({ psn: null, lines: [], visits: [] }, `${verdict.entity}|${verdict.period}`)),
    point: undefined,
    psn: null,
    lines: [],
    visits: [],
    stay: undefined,
    measure: Number.NaN,
    limit: Number.NaN,
    lowered: -1,
    occurred: 0,
    read: {},
    message: { zh: renderFigures(rule, 'zh', figures), en: renderFigures(rule, 'en', figures) },
    entity: { kind: statistic.entity_kind, code: verdict.entity, period: verdict.period, institution: verdict.institution, statistic },
  };
}

/** Writes one finding for each entity and period that stands out, as a part of its own. */
export function peerFindings(session: Session, verdicts: readonly PeerVerdict[], options: PeerOptions): number {
  const cards = makeCards(session.bound);
  const writer = partWriter(options.parts, 'peer');
  for (const verdict of verdicts) {
    if (verdict.verdict !== 'hit' || verdict.to < options.from || verdict.to > options.to) continue;
    writer.add(factsOf(session, cards.rule(verdict.rule), verdict));
  }
  return writer.close();
}
