import { openLake, type RowAsked, type RowState, readSegment, rowStates } from '@hengjian/lake';
import { loadRulebook, type PublishedVersion } from '@hengjian/rulebook';
import { bindRulebook, type Explanation, explainSubject } from '@hengjian/rulespec';
import { inputProblems, views, type Words, words } from '@hengjian/standard';
import { integer, openTables, optional, parquetOf, quoted, text, texts } from '@hengjian/table';
import { evidenceReader } from './evidence-reader.ts';
import { findingWords } from './explain-words.ts';
import type { Finding } from './finding.ts';
import { auditProblems } from './problems.ts';
import { openRunFolder } from './run-folder.ts';
import { doubtsOf, findSubject, unjudgedWords } from './subject.ts';
import { whyNotWide } from './why-not-wide.ts';

export interface ExplainedFinding {
  readonly finding: Finding;
  /** All it is made of, line by line. */
  readonly text: readonly Words[];
}

const findingShape = {
  ...{ finding_id: text, rule_id: text, rule_version: integer, official_code: optional(text), point_id: optional(text), result_type: text },
  ...{
    subject_kind: text,
    psn_no: optional(text),
    fixmedins_code: optional(text),
    mdtrt_id: texts,
    setl_id: texts,
    line_key: texts,
    role: texts,
  },
  ...{ occurred_on: text, charge_fen: integer, inscope_fen: optional(integer), fund_fen: optional(integer), person_fen: optional(integer) },
  ...{ amount_method: text, amount_grade: text, evidence: text, basis: text, acct_fen: optional(integer), item_codg: optional(text) },
  ...{ dept_codg: optional(text), dr_code: optional(text), insutype: optional(text) },
};

/** Reads one finding of a run and tells everything it is made of. The id may be shortened as long as it is unambiguous. */
export async function explainFinding(run: string, id: string): Promise<ExplainedFinding> {
  if (id.trim() === '') throw inputProblems.refused('value-missing', { what: words('发现编号', 'the id of the finding') });
  const { file, folder } = openRunFolder(run);
  const findings = file('findings');
  const tables = await openTables({ folders: [folder] });
  try {
    const [row, second] = await tables.rows(
      `SELECT * REPLACE (occurred_on::VARCHAR AS occurred_on, evidence::VARCHAR AS evidence)
       FROM ${parquetOf([findings])} WHERE starts_with(finding_id, ${quoted(id)}) LIMIT 2`,
      findingShape,
    );
    if (row === undefined) throw auditProblems.refused('finding-unknown', { id }, { file: run });
    if (second !== undefined) throw auditProblems.refused('finding-ambiguous', { id });
    const finding: Finding = { ...row, evidence: evidenceReader.read(row.evidence, { field: row.finding_id }) };
    return { finding, text: findingWords(finding) };
  } finally {
    tables.close();
  }
}

export interface WhyNotOptions {
  readonly lake: string;
  readonly rule: string;
  readonly line?: string | undefined;
  readonly visit?: string | undefined;
  /** Versions in force to answer by; default the rule of the library. */
  readonly published?: readonly PublishedVersion[] | undefined;
}

export interface WhyNotAnswer {
  readonly rule: string;
  /** Version that judges the subject. */
  readonly version: number;
  readonly subject: string;
  readonly verdict: Explanation['verdict'];
  readonly text: readonly Words[];
  /** Why the lake does not let it be judged; absent where it is. */
  readonly states?: readonly RowState[];
}

/** Tells why a rule hit, cleared or could not judge one line or one stay of a lake. */
export async function whyNot(options: WhyNotOptions): Promise<WhyNotAnswer> {
  const wanted = options.line ?? options.visit;
  if (wanted === undefined) throw inputProblems.refused('option-missing', { option: words('--line 或 --visit', '--line or --visit') });
  const lake = await openLake(options.lake);
  const rulebook = loadRulebook({ ids: [options.rule], ...(options.published === undefined ? {} : { published: options.published }) });
  if (rulebook.rules.length === 0) {
    const known = words('见 hengjian rules list', 'see hengjian rules list');
    throw inputProblems.refused('name-unknown', { kind: words('规则', 'rule'), name: options.rule, known });
  }
  const asked = options.line === undefined ? { visit: wanted } : { line: wanted };
  const found = findSubject(lake, asked);
  if (found === undefined) return unjudged(options, asked, wanted, rulebook.rules.at(-1)?.source.version ?? 0);
  const { index, handle, row } = found;
  const segment = readSegment(handle);
  const answers = rulebook.rules.map((rule): WhyNotAnswer => {
    const bound = bindRulebook([rule], rulebook.tables, lake.context());
    const explanation: Explanation = explainSubject(bound, segment, 0, options.line === undefined ? { visit: row } : { line: row });
    const { verdict, text } = whyNotWide(bound, lake, explanation, { segment: index, row }) ?? explanation;
    return { rule: options.rule, version: rule.source.version, subject: wanted, verdict, text };
  });
  // Of versions that take turns one judges the subject; where none does, the newest says why.
  const answer = answers.find(({ verdict }) => verdict !== 'not applicable') ?? answers.at(-1);
  if (answer === undefined) throw new Error(`no version of ${options.rule} answers`);
  if (answer.verdict !== 'unknown') return answer;
  const visit = options.line === undefined ? row : (views.words(segment.lines, 'visit')[row] ?? -1);
  return { ...answer, text: [...answer.text, ...(await doubtsOf(options.lake, views.text(segment.visits, 'mdtrt_id').get(visit) ?? ''))] };
}

/** The answer about a row that the lake has and no rule judges. Throws a refusal where the lake has none. */
async function unjudged(options: WhyNotOptions, asked: RowAsked, wanted: string, version: number): Promise<WhyNotAnswer> {
  const states = (await rowStates(options.lake, asked)).filter(({ status }) => status !== 'doubted');
  const subject = 'line' in asked ? words('明细', 'line') : words('就诊', 'stay');
  if (states.length === 0) throw auditProblems.refused('subject-unknown', { subject, id: wanted }, { file: options.lake });
  const { rule } = options;
  const head = words(`${rule}：不判断${subject.zh} ${wanted}`, `${rule}: the ${subject.en} ${wanted} is not judged`);
  return { rule, version, subject: wanted, verdict: 'not applicable', text: [head, ...unjudgedWords(states, options.lake)], states };
}
