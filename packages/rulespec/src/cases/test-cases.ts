import { describeProblem, type Problem, RefusedInput, type Words, words } from '@hengjian/standard';
import { checkRules } from '../check/check-rules.ts';
import type { RuleCounts } from '../kernel/hit.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { rulespecProblems } from '../problems.ts';
import { definitionOf } from '../shapes/definition.ts';
import { shapes } from '../shapes/registry.ts';
import type { CaseSource, RuleSource } from '../source/rule-source.ts';
import { caseKinds } from '../source/vocabulary.ts';
import { judgeBoth, keyedViolatingKeys, type Outcome, showOutcome, statisticKeys, violatingKeys } from './engine.ts';
import type { BuiltHistory } from './history.ts';
import { withKnowledge } from './knowledge.ts';

export interface CaseResult {
  readonly rule: string;
  readonly name: string;
  readonly kind: CaseSource['kind'];
  readonly passed: boolean;
  /** What was expected and what came; empty for a case that passed. */
  readonly message: string;
  readonly problem: Problem | undefined;
}

const same = (left: readonly string[], right: readonly string[]): boolean =>
  JSON.stringify([...new Set(left)].sort()) === JSON.stringify([...new Set(right)].sort());

function describeCounts(outcome: Outcome): string {
  const [counts] = outcome.counts;
  if (counts === undefined) return 'nothing was counted';
  const unknown = [...counts.unknown].map(([cause, count]) => `unknown(${cause}) ${count}`).join(', ');
  return `evaluated ${counts.evaluated}, hit ${counts.hit}, clear ${counts.clear}${unknown === '' ? '' : `, ${unknown}`}`;
}

/** Whether nothing stayed open. The first periods of a trend have no history: there it is enough that later ones are clear. */
function isSettled(rule: RuleSource, counts: RuleCounts | undefined): boolean {
  const open = (counts?.clear ?? 0) > 0 ? definitionOf(rule.shape, shapes).form.settles(rule.shape) : [];
  return [...(counts?.unknown.keys() ?? [])].every((cause) => open.includes(cause));
}

/** What is wrong with an outcome, '' when it is as expected. */
function compare(rule: RuleSource, expected: CaseSource, built: BuiltHistory, outcome: Outcome): string {
  const { expect } = expected;
  const [counts] = outcome.counts;
  const keys = [
    ...outcome.hits.flatMap((hit) => violatingKeys(built, hit)),
    ...outcome.keyed.flatMap((hit) => keyedViolatingKeys(built, hit)),
    ...statisticKeys(built, outcome),
  ];
  const groups = [...outcome.hits, ...outcome.keyed.map(({ hit }) => hit)].map(({ group }) => group);
  const came = `${keys.length === 0 ? 'no hit' : `hit ${[...new Set(keys)].join(', ')}`} (${describeCounts(outcome)})`;
  if ('unknown' in expect) {
    const found = keys.length === 0 && counts?.unknown.has(expect.unknown) === true;
    return found ? '' : `expected unknown(${expect.unknown}), got ${came}`;
  }
  const wanted = expect as readonly string[];
  if (wanted.length === 0) return keys.length === 0 && isSettled(rule, counts) ? '' : `expected no hit and nothing unknown, got ${came}`;
  return same(keys, wanted) || same(groups, wanted) ? '' : `expected hit ${wanted.join(', ')}, got ${came}`;
}

function runCase(rule: RuleSource, tables: ReadonlyMap<string, KnowledgeTable>, expected: CaseSource): string {
  const own = withKnowledge(withKnowledge(tables, rule.knowledge), expected.knowledge);
  const checked = checkRules([rule], own);
  if (checked.problems.length > 0) return checked.problems.map((problem) => describeProblem(problem)).join('; ');
  const { coverage_from } = expected;
  const { built, interpreted, compiled } = judgeBoth(checked.rules, own, {
    persons: expected.history,
    institutions: expected.institutions,
    practitioners: expected.practitioners,
    stock: expected.stock,
    practitioner_stays: expected.practitioner_stays,
    absent: expected.absent,
    ...(coverage_from === undefined ? {} : { coverage_from }),
  });
  const [left, right] = [showOutcome(interpreted), showOutcome(compiled)];
  if (left !== right) return `interpreter and kernel differ: ${left} against ${right}`;
  return compare(rule, expected, built, interpreted);
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

/**
 * Runs the cases of a rule through both back ends and compares them with the expectation and with each other.
 *
 * @example testCases(rule, tables).filter((result) => !result.passed)
 */
export function testCases(rule: RuleSource, tables: ReadonlyMap<string, KnowledgeTable>): readonly CaseResult[] {
  return rule.cases.map((expected) => {
    let message: string;
    try {
      message = runCase(rule, tables, expected);
    } catch (error) {
      if (!(error instanceof RefusedInput)) throw error;
      message = error.message;
    }
    const place = { file: rule.file, row: expected.at.row, column: expected.at.column, field: `case ${expected.name}` };
    const problem = rulespecProblems.problem('case-fails', { rule: rule.id, name: expected.name, reason: message }, place);
    return {
      rule: rule.id,
      name: expected.name,
      kind: expected.kind,
      passed: message === '',
      message,
      problem: message === '' ? undefined : problem,
    };
  });
}
