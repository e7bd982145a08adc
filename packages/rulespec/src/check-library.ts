/** Checks the rules and knowledge tables of a library folder: `node packages/rulespec/src/check-library.ts [library]`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeProblem, libraryFolder, type Problem } from '@hengjian/standard';
import { checkRules, type KnowledgeTable, parseKnowledge, parseRule, type RuleSource, testCases } from './index.ts';

const folder = process.argv[2] ?? libraryFolder;
const files = (name: string, ending: string): string[] =>
  readdirSync(join(folder, name))
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => join(folder, name, file));

const problems: Problem[] = [];
const tables = new Map<string, KnowledgeTable>();
for (const file of files('knowledge', '.csv')) {
  const parsed = parseKnowledge(readFileSync(file, 'utf8'), file);
  problems.push(...parsed.problems);
  if (parsed.table !== undefined) tables.set(parsed.table.name, parsed.table);
}
const sources: RuleSource[] = [];
for (const file of files('rules', '.yaml')) {
  const parsed = parseRule(readFileSync(file, 'utf8'), file);
  problems.push(...parsed.problems);
  if (parsed.rule !== undefined) sources.push(parsed.rule);
}
const checked = checkRules(sources, tables);
problems.push(...checked.problems);
const passing = new Set(checked.rules.map(({ source }) => source.id));
const results = sources.filter((rule) => passing.has(rule.id)).flatMap((rule) => testCases(rule, tables));
problems.push(...results.map(({ problem }) => problem).filter((problem) => problem !== undefined));
for (const problem of problems) console.log(describeProblem(problem));
console.log(`${checked.rules.length} of ${files('rules', '.yaml').length} rules and ${tables.size} tables pass`);
console.log(`${results.filter(({ passed }) => passed).length} of ${results.length} cases pass`);
