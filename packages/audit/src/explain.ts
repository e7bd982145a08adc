import { type Lake, openLake, type RowAsked, type RowState, readSegment, rowStates } from '@hengjian/lake';
import { loadRulebook, type PublishedVersion, type Rulebook } from '@hengjian/rulebook';
import {
  type BoundRulebook,
  bindRulebook,
  type CheckedRule,
  type Explanation,
  explainSubject,
  ruleWords,
  type SubjectReach,
  subjectReach,
} from '@hengjian/rulespec';
import { inputProblems, views, type Words, words } from '@hengjian/standard';
import { integer, openTables, optional, parquetOf, quoted, text, texts } from '@hengjian/table';
import { evidenceReader } from './evidence-reader.ts';
import { findingWords } from './explain-words.ts';
import type { Finding } from './finding.ts';
import { auditProblems } from './problems.ts';
import { countCodes } from './reach/census.ts';
import { codesOfLake, lookedAtOf } from './reach/looked-at.ts';
import { isUnreached } from './reach/subject.ts';
import { kindsWords, kindWords, notLookedAtWords } from './reach/words.ts';
import type { LookedAt } from './record.ts';
import { openRunFolder } from './run-folder.ts';
import { runRulebook } from './run-library.ts';
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
  const { file, folder, record } = openRunFolder(run);
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
    if (record.library !== undefined) runRulebook({ run }, row.rule_id);
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
  /** Folder of an audit whose rules and knowledge answer; default those of the program. */
  readonly run?: string | undefined;
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
  /** What the rule does not look at in the whole lake; absent where it looked at the subject. */
  readonly looked_at?: LookedAt;
  /** Why the lake does not let it be judged; absent where it is. */
  readonly states?: readonly RowState[];
}

/** The rule that answers: that of the audit that is named, of the versions in force, or of the program. */
function rulebookFor({ rule, run, published }: WhyNotOptions, lake: Lake): Rulebook {
  const own = run === undefined ? undefined : runRulebook({ run, published }, rule, lake);
  if (own !== undefined) return own;
  const rulebook = loadRulebook({ ids: [rule], ...(published === undefined ? {} : { published }) });
  if (rulebook.rules.length > 0) return rulebook;
  const known = words('见 hengjian rules list', 'see hengjian rules list');
  throw inputProblems.refused('name-unknown', { kind: words('规则', 'rule'), name: rule, known });
}

/** Tells why a rule hit, cleared or could not judge one line or one stay of a lake. */
export async function whyNot(options: WhyNotOptions): Promise<WhyNotAnswer> {
  const wanted = options.line ?? options.visit;
  if (wanted === undefined) throw inputProblems.refused('option-missing', { option: words('--line 或 --visit', '--line or --visit') });
  const lake = await openLake(options.lake);
  const rulebook = rulebookFor(options, lake);
  const asked = options.line === undefined ? { visit: wanted } : { line: wanted };
  const found = findSubject(lake, asked);
  if (found === undefined) return unjudged(options, asked, wanted, rulebook.rules.at(-1)?.source.version ?? 0);
  const { index, handle, row } = found;
  const segment = readSegment(handle);
  const subject = options.line === undefined ? { visit: row } : { line: row };
  const answers = rulebook.rules.map((rule): JudgedAnswer => {
    const bound = bindRulebook([rule], rulebook.tables, lake.context());
    const explanation: Explanation = explainSubject(bound, segment, 0, subject);
    const { verdict, text } = whyNotWide(bound, lake, explanation, { segment: index, row }) ?? explanation;
    const reach = subjectReach(bound, rule);
    const isSilent =
      reach !== undefined &&
      (verdict === 'not looked at' ||
        ((verdict === 'not applicable' || verdict === 'clear') && isUnreached(bound, rule, reach, segment, subject)));
    const own = { rule: options.rule, version: rule.source.version, subject: wanted };
    if (!isSilent) return { ...own, verdict, text };
    return {
      ...own,
      verdict: 'not looked at',
      text: verdict === 'not looked at' ? text : [silentWords(options.rule, reach), ...text.slice(1)],
      silent: { bound, reach, item: 'line' in subject ? (views.ids(segment.lines, 'med_list_codg')[row] ?? -1) : -1 },
    };
  });
  // Of versions that take turns one judges the subject; where none does, the newest says why.
  const answer = answers.find(({ verdict }) => verdict !== 'not applicable' && verdict !== 'not looked at') ?? answers.at(-1);
  if (answer === undefined) throw new Error(`no version of ${options.rule} answers`);
  if (answer.silent !== undefined) return silentAnswer(lake, answer, answer.silent);
  if (answer.verdict !== 'unknown') return answer;
  const judging = rulebook.rules.find(({ source }) => source.version === answer.version);
  const visit = options.line === undefined ? row : (views.words(segment.lines, 'visit')[row] ?? -1);
  return {
    ...answer,
    text: [
      ...answer.text,
      ...followingWords(judging),
      ...(await doubtsOf(options.lake, views.text(segment.visits, 'mdtrt_id').get(visit) ?? '')),
    ],
  };
}

/** What a rule would do were what it lacks there. */
function followingWords(rule: CheckedRule | undefined): readonly Words[] {
  const [condition] = rule === undefined ? [] : ruleWords(rule).logic.filter(({ part }) => part === 'condition');
  if (condition === undefined) return [];
  const { zh, en } = condition.words;
  return [
    words(
      `若所缺数据补齐，则按此判断：${zh}成立为命中，不成立为未发现`,
      `were it there, this would be judged: ${en} It is hit when that holds, else clear`,
    ),
  ];
}

interface Silent {
  readonly bound: BoundRulebook;
  readonly reach: SubjectReach;
  /** Id of the item of a line that is asked about, else -1. */
  readonly item: number;
}

/** An answer with what a silent rule would have looked at. */
interface JudgedAnswer extends WhyNotAnswer {
  readonly silent?: Silent;
}

/** That no table of a rule speaks of a subject. */
function silentWords(rule: string, { tables }: SubjectReach): Words {
  const names = [...new Set(tables.map(({ table }) => table))];
  return words(
    `${rule}：未核查（${names.join('、')} 中没有知识点涉及它）`,
    `${rule}: not looked at (no point of ${names.join(', ')} reaches it)`,
  );
}

/**
 * Says of a silent rule how much of its kind it does not look at in the whole lake. A rule about another kind of items is
 * not silent about a line: it is none of its business.
 */
async function silentAnswer(lake: Lake, { silent: _, ...answer }: JudgedAnswer, { bound, reach, item }: Silent): Promise<WhyNotAnswer> {
  const [rule] = bound.rules;
  if (rule === undefined) return answer;
  const codes = codesOfLake(bound, await countCodes(lake));
  const looked_at = lookedAtOf(codes, rule, reach);
  const kind = reach.dictionary === 'item' ? codes.kinds[item] : undefined;
  if (kind === undefined || looked_at.kinds.includes(kind))
    return { ...answer, text: [...answer.text, ...notLookedAtWords(looked_at)], looked_at };
  const [own, other] = [kindsWords(looked_at.kinds), kindWords(kind)];
  const why = words(
    `${answer.rule}：不适用（规则只看${own.zh}，这是${other.zh}）`,
    `${answer.rule}: not applicable (the rule looks at ${own.en}; this is of ${other.en})`,
  );
  return { ...answer, verdict: 'not applicable', text: [why] };
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
