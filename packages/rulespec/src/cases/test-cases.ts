import { describeProblem, type Problem, RefusedInput, type Words, words } from '@hengjian/standard';
import { checkRules } from '../check/check-rules.ts';
import type { RuleCounts } from '../kernel/hit.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { rulespecProblems } from '../problems.ts';
import type { Shapes } from '../shapes/definition.ts';
import { definitionOf } from '../shapes/definition.ts';
import { shapes } from '../shapes/registry.ts';
import type { CaseSource, RuleSource } from '../source/rule-source.ts';
import { caseKinds } from '../source/vocabulary.ts';
import { judgeBoth, keyedViolatingKeys, type Outcome, showOutcome, statisticKeys, violatingKeys } from './engine.ts';
import type { BuiltHistory, HistoryInput } from './history.ts';
import { withKnowledge } from './knowledge.ts';

export interface CaseResult {
  readonly rule: string;
  readonly name: string;
  readonly kind: CaseSource['kind'];
  readonly passed: boolean;
  /** What was expected and what came; undefined for a case that passed. */
  readonly problem: Problem | undefined;
}

const same = (left: readonly string[], right: readonly string[]): boolean =>
  JSON.stringify([...new Set(left)].sort()) === JSON.stringify([...new Set(right)].sort());

/** What came, with the counts behind it. */
function cameOut(keys: readonly string[], counts: RuleCounts | undefined): Words {
  if (counts === undefined) return words('没有计数', 'nothing was counted');
  const found = [...new Set(keys)].join(', ');
  const unknown = [...counts.unknown].map(([cause, count]) => `unknown(${cause}) ${count}`);
  const { evaluated, hit, clear } = counts;
  const more = unknown.length === 0 ? '' : `, ${unknown.join(', ')}`;
  return words(
    `${found === '' ? '未命中' : `命中 ${found}`}（evaluated ${evaluated}, hit ${hit}, clear ${clear}${more}）`,
    `${found === '' ? 'no hit' : `hit ${found}`} (evaluated ${evaluated}, hit ${hit}, clear ${clear}${more})`,
  );
}

/** Whether nothing stayed open. The first periods of a trend have no history: there it is enough that later ones are clear. */
function isSettled(rule: RuleSource, counts: RuleCounts | undefined, shapes: Shapes): boolean {
  const open = (counts?.clear ?? 0) > 0 ? definitionOf(rule.shape, shapes).form.settles(rule.shape) : [];
  return [...(counts?.unknown.keys() ?? [])].every((cause) => open.includes(cause));
}

const differs = (wanted: Words, came: Words): Words => words(`应为${wanted.zh}，实为${came.zh}`, `expected ${wanted.en}, got ${came.en}`);

/** What is wrong with an outcome; undefined when it is as expected. */
function compare(rule: RuleSource, expected: CaseSource, built: BuiltHistory, outcome: Outcome, shapes: Shapes): Words | undefined {
  const { expect } = expected;
  const [counts] = outcome.counts;
  const keys = [
    ...outcome.hits.flatMap((hit) => violatingKeys(built, hit)),
    ...outcome.keyed.flatMap((hit) => keyedViolatingKeys(built, hit)),
    ...statisticKeys(built, outcome),
  ];
  const groups = [...outcome.hits, ...outcome.keyed.map(({ hit }) => hit)].map(({ group }) => group);
  const came = cameOut(keys, counts);
  if ('unknown' in expect) {
    const found = keys.length === 0 && counts?.unknown.has(expect.unknown) === true;
    return found ? undefined : differs(words(`不明（${expect.unknown}）`, `unknown(${expect.unknown})`), came);
  }
  if (expect.length === 0) {
    const clear = keys.length === 0 && isSettled(rule, counts, shapes);
    return clear ? undefined : differs(words('不命中且没有不明', 'no hit and nothing unknown'), came);
  }
  const fits = same(keys, expect) || same(groups, expect);
  return fits ? undefined : differs(words(`命中 ${expect.join(', ')}`, `hit ${expect.join(', ')}`), came);
}

/** Problems as one text. */
const inWords = (problems: readonly Problem[]): Words =>
  words(problems.map((one) => describeProblem(one, 'zh')).join('；'), problems.map((one) => describeProblem(one, 'en')).join('; '));

function runCase(rule: RuleSource, tables: ReadonlyMap<string, KnowledgeTable>, expected: CaseSource, shapes: Shapes): Words | undefined {
  const own = withKnowledge(withKnowledge(tables, rule.knowledge), expected.knowledge);
  const checked = checkRules([rule], own, shapes);
  if (checked.problems.length > 0) return inWords(checked.problems);
  const { coverage_from } = expected;
  const input: HistoryInput = {
    persons: expected.history,
    institutions: expected.institutions,
    practitioners: expected.practitioners,
    stock: expected.stock,
    practitioner_stays: expected.practitioner_stays,
    absent: expected.absent,
    ...(coverage_from === undefined ? {} : { coverage_from }),
  };
  const { built, interpreted, compiled } = judgeBoth(checked.rules, own, input, shapes);
  const [left, right] = [showOutcome(interpreted), showOutcome(compiled)];
  if (left !== right) return words(`解释器与内核结果不同：${left}；${right}`, `interpreter and kernel differ: ${left} against ${right}`);
  return compare(rule, expected, built, interpreted, shapes);
}

const kindNames: Readonly<Record<CaseSource['kind'], Words>> = {
  hit: words('命中', 'hit'),
  clear: words('不命中', 'clear'),
  boundary: words('边界', 'boundary'),
  unknown: words('不明', 'unknown'),
};

/**
 * What a rule of the library lacks in cases: at least one of each kind, so that what hits, what is clear, where the limit
 * lies and what is not known are all said.
 *
 * @example lackingCases(rule).map((problem) => describeProblem(problem))
 */
export function lackingCases(rule: RuleSource): readonly Problem[] {
  const kinds = new Set(rule.cases.map((one) => one.kind));
  return caseKinds
    .filter((kind) => !kinds.has(kind))
    .map((kind) =>
      rulespecProblems.problem(
        'case-lacking',
        { rule: rule.id, kind: kindNames[kind] },
        { file: rule.file, row: rule.at.row, column: rule.at.column, field: 'cases' },
      ),
    );
}

/** What a case says; that of a case whose history is refused is why. */
function reasonOf(run: () => Words | undefined): Words | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof RefusedInput) return inWords(error.problems);
    throw error;
  }
}

/**
 * Runs the cases of a rule through both back ends and compares them with the expectation and with each other.
 *
 * @example testCases(rule, tables).filter((result) => !result.passed)
 */
export function testCases(rule: RuleSource, tables: ReadonlyMap<string, KnowledgeTable>, known: Shapes = shapes): readonly CaseResult[] {
  return rule.cases.map((expected) => {
    const reason = reasonOf(() => runCase(rule, tables, expected, known));
    const place = { file: rule.file, row: expected.at.row, column: expected.at.column, field: `case ${expected.name}` };
    const values = { rule: rule.id, name: expected.name, reason: reason ?? '' };
    const problem = reason === undefined ? undefined : rulespecProblems.problem('case-fails', values, place);
    return { rule: rule.id, name: expected.name, kind: expected.kind, passed: problem === undefined, problem };
  });
}
