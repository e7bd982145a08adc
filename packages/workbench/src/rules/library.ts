import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueFiles, loadProblemList, type RulebookOptions, readRulebook } from '@hengjian/rulebook';
import { analyseRule, type CheckedRule, lackingCases, overlapNotes, testCases } from '@hengjian/rulespec';
import { inputProblems, makeFolder, type Problem, RefusedInput, type UseCase, type Words, words } from '@hengjian/standard';

export interface RulesInput {
  /** Rule files, folders or globs; empty for the rules of the program. */
  readonly paths: readonly string[];
  readonly knowledge: string | undefined;
}

const optionsOf = ({ paths, knowledge }: RulesInput): RulebookOptions => ({
  ...(paths.length === 0 ? {} : { rules: paths }),
  ...(knowledge === undefined ? {} : { knowledge }),
});

/** The legal basis of a rule, one line each. */
export const basisOf = ({ source }: CheckedRule): string[] =>
  source.basis.map((basis) => [basis.document, basis.number, basis.article].filter((part) => part !== undefined).join(' '));

/** A rule as lists show it. */
export function listingOf(rule: CheckedRule) {
  const { source } = rule;
  const basis = basisOf(rule);
  return {
    id: source.id,
    version: source.version,
    official_code: source.official_code ?? null,
    official_number: source.official_number ?? null,
    name_zh: source.name.zh,
    name_en: source.name.en,
    category: source.class.category,
    class: source.class.group,
    object: source.object,
    shape: source.shape.kind,
    by: source.by,
    result: source.result,
    appealable: source.appealable,
    override: source.override,
    stages: source.stages,
    scenes: source.scenes,
    basis: source.basis.map(({ certainty }, index) => ({ text: basis[index] ?? '', certainty })),
    table: rule.table ?? null,
    cases: source.cases.length,
  };
}
export type RuleListing = ReturnType<typeof listingOf>;

/** Reads rules that must be in order. */
function soundRules(input: RulesInput): ReturnType<typeof readRulebook> {
  const read = readRulebook(optionsOf(input));
  if (read.problems.length > 0) throw new RefusedInput(read.problems);
  return read;
}

export interface ListInput extends RulesInput {
  /** Text that id, code or name must contain. */
  readonly search: string | undefined;
  /** Class or category of the rules. */
  readonly inClass: string | undefined;
}

const contains = (text: string | null, wanted: string): boolean => text?.toLowerCase().includes(wanted.toLowerCase()) === true;

/** The rules of a library, all or those that are looked for. */
export const listRules: UseCase<ListInput, readonly RuleListing[]> = () => async (input) => {
  const { search, inClass } = input;
  return soundRules(input)
    .rules.map(listingOf)
    .filter(
      (rule) => search === undefined || [rule.id, rule.official_code, rule.name_zh, rule.name_en].some((text) => contains(text, search)),
    )
    .filter((rule) => inClass === undefined || [rule.class, rule.category].some((text) => contains(text, inClass)));
};

/** A rule as a page of its own shows it. */
export interface RuleShown {
  readonly listing: RuleListing;
  readonly message: Words;
  readonly exceptions: readonly { readonly basis: string; readonly when: string }[];
  readonly cases: readonly { readonly name: string; readonly kind: string }[];
}

/** One rule of the program. Throws a refusal when there is none of that id. */
export const showRule: UseCase<{ readonly id: string }, RuleShown> =
  () =>
  async ({ id }) => {
    const found = readRulebook().rules.find((rule) => rule.source.id === id);
    if (found === undefined) {
      const known = words('见 hengjian rules list', 'see hengjian rules list');
      throw inputProblems.refused('name-unknown', { kind: words('规则', 'rule'), name: id, known });
    }
    const { message, exceptions, cases } = found.source;
    return {
      listing: listingOf(found),
      message,
      exceptions: exceptions.map(({ basis, when }) => ({ basis, when: when.text })),
      cases: cases.map(({ name, kind }) => ({ name, kind })),
    };
  };

export interface RulesChecked {
  readonly rules: number;
  readonly tables: number;
  /** What is wrong, rules that can never hit among it. */
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
}

/** Checks rule files and knowledge tables, and finds rules that can never hit, dead parts and overlaps. */
export const checkRuleFiles: UseCase<RulesInput, RulesChecked> = () => async (input) => {
  const { rules, tables, problems } = readRulebook(optionsOf(input));
  const notes = [...rules.flatMap((rule) => analyseRule(rule, tables)), ...overlapNotes(rules, tables)];
  const never = notes.filter(({ level }) => level === 'never');
  return {
    rules: rules.length,
    tables: tables.size,
    problems: [...problems, ...never],
    notes: notes.filter(({ level }) => level !== 'never'),
  };
};

export interface RulesTested {
  readonly rules: number;
  readonly cases: number;
  readonly passed: number;
  readonly failures: readonly ReturnType<typeof testCases>[number][];
  readonly lacking: readonly Problem[];
}

/** Runs the cases of the rules in both back ends. */
export const testRuleFiles: UseCase<RulesInput, RulesTested> = () => async (input) => {
  const { rules, tables } = soundRules(input);
  const results = rules.flatMap((rule) => testCases(rule.source, tables));
  const failures = results.filter((result) => !result.passed);
  const lacking = rules.flatMap((rule) => lackingCases(rule.source));
  return { rules: rules.length, cases: results.length, passed: results.length - failures.length, failures, lacking };
};

/** Writes the catalogue of rules: an offline page, an index and a page for each rule. */
export const writeCatalogue: UseCase<RulesInput & { readonly out: string }, { readonly rules: number; readonly files: readonly string[] }> =
  () => async (input) => {
    const { rules, tables } = soundRules(input);
    const files = catalogueFiles({ rules, tables, problems: loadProblemList() });
    makeFolder(input.out);
    for (const [name, text] of files) writeFileSync(join(input.out, name), text);
    return { rules: rules.length, files: [...files.keys()] };
  };
