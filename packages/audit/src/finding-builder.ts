import type { FindingSubject, NamedFinding } from '@hengjian/rulespec';
import { type CivilMinute, dayOfMinute, formatDay, formatScaled, formatYuan, totalNotLines } from '@hengjian/standard';
import type { LineFact, Readable, VisitFact } from './facts.ts';
import { type Evidence, evidenceLine, evidenceVisit, type Finding, findingId } from './finding.ts';
import { type AtIssue, addUp, noMoney } from './money.ts';
import type { RuleFacts } from './rules.ts';
import type { GroupEvidence, StatisticEvidence } from './statistic-evidence.ts';

export interface LineAtIssue {
  readonly fact: LineFact;
  readonly mdtrt_id: string;
  readonly role: 'violating' | 'involved';
  /** No money for involved lines. */
  readonly money: AtIssue;
}

export interface VisitAtIssue {
  readonly fact: VisitFact;
  readonly role: 'violating' | 'involved';
}

/** A hit with everything it names looked up, whichever way the history was walked. */
export interface HitFacts {
  readonly rule: RuleFacts;
  readonly subject: FindingSubject;
  readonly point: { readonly id: string; readonly values: Readonly<Record<string, Readable>>; readonly hash: string } | undefined;
  readonly psn: string | null;
  /** Violating first, then involved. */
  readonly lines: readonly LineAtIssue[];
  /** Stays the finding is about; for findings about lines the visits of the lines. */
  readonly visits: readonly VisitAtIssue[];
  /** Money of the whole stay, for rules whose amount is the stay. */
  readonly stay: AtIssue | undefined;
  readonly measure: number;
  readonly limit: number;
  /** Index of the exception that lowered the result, -1 for none. */
  readonly lowered: number;
  readonly occurred: CivilMinute;
  readonly read: Readonly<Record<string, Readable>>;
  readonly message: { readonly zh: string; readonly en: string };
  /** What a group rule says of the group. */
  readonly groupEvidence?: GroupEvidence | undefined;
  /** Of a finding about an entity and a period, which names neither line nor stay. */
  readonly entity?: EntityFacts | undefined;
}

/** An entity that stands out from others in a period. */
export interface EntityFacts {
  readonly kind: string;
  readonly code: string;
  readonly period: string;
  readonly institution: string | undefined;
  readonly statistic: StatisticEvidence;
}

/** Texts that a finding can be named by, out of what its hit names first. */
export const namedFinding = (
  { psn, lines, visits }: Pick<HitFacts, 'psn' | 'lines' | 'visits'>,
  group: string,
  code?: string,
): NamedFinding => ({
  line: lines[0]?.fact.line_key ?? '',
  visit: visits[0]?.fact.mdtrt_id ?? '',
  person: psn ?? undefined,
  code,
  group,
});

const unitOf: Readonly<Record<string, number>> = { cnt: 4, amount: 2, inscp: 2 };

function shown(value: number, measure: string | undefined): string | undefined {
  if (Number.isNaN(value)) return undefined;
  const places = unitOf[measure ?? ''] ?? 0;
  const text = formatScaled(value, places);
  return places === 4 ? text.replace(/\.?0+$/, '') : text;
}

function chargeText(hit: HitFacts, money: AtIssue): string {
  const charges = hit.lines.filter((line) => line.role === 'violating').map((line) => formatYuan(line.money.charge_fen));
  if (hit.rule.amount === 'difference') return `difference of the payments ${formatYuan(money.charge_fen)}`;
  if (hit.stay !== undefined || charges.length === 0) return `charge of the stay ${formatYuan(money.charge_fen)}`;
  return `charge ${charges.join(' + ')}${charges.length > 1 ? ` = ${formatYuan(money.charge_fen)}` : ''}`;
}

function arithmetic(hit: HitFacts, money: AtIssue): string {
  const { rule, groupEvidence, entity } = hit;
  if (groupEvidence !== undefined) return `${groupEvidence.formula.en}; no amount at issue`;
  if (entity !== undefined) {
    const { formula, numerator, denominator, size } = entity.statistic;
    return `${formula.en}; ${numerator} ÷ ${denominator}, ${size} rows; no amount at issue`;
  }
  const parts: string[] = [];
  const measure = shown(hit.measure, rule.measure);
  const limit = shown(hit.limit, rule.measure);
  if (measure !== undefined && limit !== undefined) parts.push(`${rule.measure ?? 'measure'} ${measure} > ${limit}`);
  if (rule.amount === 'none') return [...parts, 'no amount at issue'].join('; ');
  parts.push(chargeText(hit, money));
  if (money.inscope_fen !== null && rule.amount !== 'difference') parts.push(`in scope ${formatYuan(money.inscope_fen)}`);
  parts.push(money.fund_fen === null ? `fund share not known (${money.method})` : `fund ${formatYuan(money.fund_fen)} (${money.method})`);
  if (money.note !== undefined) parts.push(money.note);
  return parts.join('; ');
}

function evidenceOf(hit: HitFacts, money: AtIssue): Evidence {
  const { rule, point, groupEvidence, entity } = hit;
  const measure = entity?.statistic.value ?? shown(hit.measure, rule.measure);
  const limit = entity?.statistic.limit ?? shown(hit.limit, rule.measure);
  return {
    message: hit.message,
    lines: hit.lines.map((line) => evidenceLine(line.fact, line.mdtrt_id, line.role, line.money)),
    visits: hit.visits.map((entry) => evidenceVisit(entry.fact, entry.role)),
    read: hit.read,
    ...(point === undefined ? {} : { point: point.values }),
    ...(measure === undefined ? {} : { measure }),
    ...(limit === undefined ? {} : { limit }),
    exceptions: entity === undefined ? rule.exceptions.map((basis, index) => ({ basis, held: index === hit.lowered })) : [],
    arithmetic: arithmetic(hit, money),
    funds: money.funds,
    hashes: { rule: rule.hash, ...(point === undefined ? {} : { point: point.hash }) },
    ...(groupEvidence === undefined ? {} : { group: groupEvidence }),
    ...(entity === undefined ? {} : { statistic: entity.statistic }),
    ...(money.contradicted === undefined ? {} : { notes: money.contradicted.map((one) => ({ note: totalNotLines, ...one })) }),
  };
}

const settlementsOf = ({ lines, visits }: HitFacts): readonly string[] => [
  ...new Set(
    lines.length > 0
      ? lines.flatMap((line) => (line.fact.setl_id === null ? [] : [line.fact.setl_id]))
      : visits.flatMap((entry) => entry.fact.setl_ids),
  ),
];

/** What a finding is listed by: item, department, practitioner, institution. */
function placesOf({ lines, visits, entity }: HitFacts): Pick<Finding, 'fixmedins_code' | 'item_codg' | 'dept_codg' | 'dr_code'> {
  if (entity !== undefined) {
    const named = (kind: string): string | null => (entity.kind === kind ? entity.code : null);
    const fixmedins_code = entity.institution ?? null;
    return { fixmedins_code, item_codg: named('item'), dept_codg: named('department'), dr_code: named('practitioner') };
  }
  const first = (lines.find((line) => line.role === 'violating') ?? lines[0])?.fact;
  const visit = visits[0]?.fact;
  return {
    fixmedins_code: visit?.fixmedins_code ?? null,
    item_codg: first?.med_list_codg ?? null,
    dept_codg: first?.bilg_dept_codg ?? visit?.adm_caty ?? null,
    dr_code: first?.bilg_dr_code ?? visit?.chfpdr_code ?? null,
  };
}

/** The finding of a hit, however its history was walked: within a segment, across segments, or over an entity and a period. */
function findingOf(hit: HitFacts): Finding {
  const { rule } = hit;
  const { kind, subject } = hit.subject;
  const violating = hit.lines.filter((line) => line.role === 'violating');
  const money = rule.amount === 'none' ? noMoney : (hit.stay ?? addUp(violating.map((line) => line.money)));
  const places = placesOf(hit);
  return {
    finding_id: findingId(rule.id, hit.point?.id ?? null, subject),
    rule_id: rule.id,
    rule_version: rule.version,
    official_code: rule.official_code,
    point_id: hit.point?.id ?? null,
    result_type: hit.lowered >= 0 && rule.result === 'violation' ? 'suspicious' : rule.result,
    subject_kind: kind,
    psn_no: hit.psn,
    fixmedins_code: places.fixmedins_code,
    mdtrt_id: [...new Set(hit.visits.map((entry) => entry.fact.mdtrt_id))],
    setl_id: settlementsOf(hit),
    line_key: hit.lines.map((line) => line.fact.line_key),
    role: hit.lines.map((line) => line.role),
    occurred_on: hit.entity?.statistic.to ?? formatDay(dayOfMinute(hit.occurred)),
    charge_fen: money.charge_fen,
    inscope_fen: money.inscope_fen,
    fund_fen: money.fund_fen,
    person_fen: money.person_fen,
    amount_method: rule.amount === 'none' ? 'none' : money.method,
    amount_grade: money.grade,
    evidence: evidenceOf(hit, money),
    basis: rule.basis,
    acct_fen: money.acct_fen,
    item_codg: places.item_codg,
    dept_codg: places.dept_codg,
    dr_code: places.dr_code,
    insutype: hit.visits[0]?.fact.insutype ?? null,
  };
}

/** A finding with what it puts at issue. */
export interface BuiltFinding {
  readonly finding: Finding;
  readonly atIssue: readonly AtIssueRow[];
}

/** Builds what is published of a hit: the finding, and its money by line or stay. */
export function buildFinding(hit: HitFacts): BuiltFinding {
  const finding = findingOf(hit);
  return { finding, atIssue: atIssueRows(hit, finding) };
}

/** What `at_issue` rows hold: money per line or stay, so that each fen is counted once. */
export interface AtIssueRow {
  readonly finding_id: string;
  readonly rule_id: string;
  readonly result_type: string;
  readonly fixmedins_code: string | null;
  readonly mdtrt_id: string;
  /** Empty for a whole stay. */
  readonly line_key: string;
  readonly charge_fen: number;
  readonly inscope_fen: number | null;
  readonly fund_fen: number | null;
  /** The stay that was priced again, as JSON (see `RepricedStay`); on one row of a finding and stay, and not published. */
  readonly repriced: string | null;
}

const repricedText = ({ repriced }: AtIssue): string | null => (repriced === undefined ? null : JSON.stringify(repriced));

function atIssueRows(hit: HitFacts, finding: Finding): AtIssueRow[] {
  if (hit.rule.amount === 'none') return [];
  const base = {
    finding_id: finding.finding_id,
    rule_id: finding.rule_id,
    result_type: finding.result_type,
    fixmedins_code: finding.fixmedins_code,
  };
  if (hit.stay !== undefined) {
    const { charge_fen, inscope_fen, fund_fen } = hit.stay;
    // The difference of two payments is money of no line: it stands beside the lines and absorbs none.
    return [
      {
        ...base,
        mdtrt_id: hit.visits[0]?.fact.mdtrt_id ?? '',
        line_key: hit.rule.amount === 'difference' ? 'difference' : '',
        charge_fen,
        inscope_fen,
        fund_fen,
        repriced: repricedText(hit.stay),
      },
    ];
  }
  return hit.lines
    .filter((line) => line.role === 'violating')
    .map(({ fact, mdtrt_id, money }) => ({
      ...base,
      mdtrt_id,
      line_key: fact.line_key,
      charge_fen: money.charge_fen,
      inscope_fen: money.inscope_fen,
      fund_fen: money.fund_fen,
      repriced: repricedText(money),
    }));
}
