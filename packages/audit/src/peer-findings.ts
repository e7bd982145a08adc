import { earlierFigures, entityName, type PeerVerdict, peerFigures, renderFigures } from '@hengjian/rulespec';
import { formatDay } from '@hengjian/standard';
import { type Evidence, type Finding, findingId } from './finding.ts';
import { noMoney } from './money.ts';
import { partWriter } from './part-writer.ts';
import { type RuleFacts, ruleFacts } from './rules.ts';
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

function findingOf(session: Session, facts: RuleFacts, verdict: PeerVerdict): Finding {
  const rule = session.bound.rules[verdict.rule];
  if (rule === undefined) throw new Error(`no rule ${verdict.rule} in the rulebook`);
  const statistic = statisticOf(session, verdict);
  const figures = peerFigures(session.bound, verdict);
  const kind = statistic.entity_kind;
  const evidence: Evidence = {
    message: { zh: renderFigures(rule, 'zh', figures), en: renderFigures(rule, 'en', figures) },
    lines: [],
    visits: [],
    read: {},
    measure: statistic.value,
    limit: statistic.limit,
    exceptions: [],
    arithmetic: `${statistic.formula.en}; ${statistic.numerator} ÷ ${statistic.denominator}, ${statistic.size} rows; no amount at issue`,
    funds: {},
    hashes: { rule: facts.hash },
    statistic,
  };
  const named = (wanted: string): string | null => (kind === wanted ? verdict.entity : null);
  return {
    finding_id: findingId(facts.id, null, `${verdict.entity}|${verdict.period}`),
    rule_id: facts.id,
    rule_version: facts.version,
    official_code: facts.official_code,
    point_id: null,
    result_type: facts.result,
    subject_kind: kind,
    psn_no: null,
    fixmedins_code: verdict.institution ?? null,
    mdtrt_id: [],
    setl_id: [],
    line_key: [],
    role: [],
    occurred_on: statistic.to,
    charge_fen: noMoney.charge_fen,
    inscope_fen: noMoney.inscope_fen,
    fund_fen: noMoney.fund_fen,
    person_fen: noMoney.person_fen,
    amount_method: noMoney.method,
    amount_grade: noMoney.grade,
    evidence,
    basis: facts.basis,
    acct_fen: noMoney.acct_fen,
    item_codg: named('item'),
    dept_codg: named('department'),
    dr_code: named('practitioner'),
    insutype: null,
  };
}

/** Writes one finding for each entity and period that stands out, as a part of its own. */
export function peerFindings(session: Session, verdicts: readonly PeerVerdict[], options: PeerOptions): number {
  const cards = new Map<number, RuleFacts>();
  const writer = partWriter(options.parts, 'peer');
  for (const verdict of verdicts) {
    const rule = session.bound.rules[verdict.rule];
    if (verdict.verdict !== 'hit' || verdict.to < options.from || verdict.to > options.to || rule === undefined) continue;
    const facts = cards.get(verdict.rule) ?? ruleFacts(rule);
    cards.set(verdict.rule, facts);
    writer.addFinding(findingOf(session, facts, verdict));
  }
  return writer.close();
}
