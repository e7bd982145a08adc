import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueFiles, loadProblemList, type RulebookOptions, readRulebook } from '@hengjian/rulebook';
import { analyseRule, type CheckedRule, lackingCases, overlapNotes, testCases } from '@hengjian/rulespec';
import { describeProblem, RefusedInput } from '@hengjian/standard';
import type { Command } from 'commander';
import { define } from '../command.ts';
import { exitCodes } from '../io.ts';
import { addStudyCommands } from './rule-study.ts';
import { addVersionCommands } from './rule-versions.ts';

interface Options {
  readonly knowledge?: string;
}

const optionsOf = (paths: readonly string[], options: Options): RulebookOptions => ({
  ...(paths.length === 0 ? {} : { rules: paths }),
  ...(options.knowledge === undefined ? {} : { knowledge: options.knowledge }),
});

const basisText = (rule: CheckedRule): string[] =>
  rule.source.basis.map((basis) => [basis.document, basis.number, basis.article].filter((part) => part !== undefined).join(' '));

function listing(rule: CheckedRule) {
  const { source } = rule;
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
    basis: source.basis.map((basis, index) => ({ text: basisText(rule)[index], certainty: basis.certainty })),
    table: rule.table ?? null,
    cases: source.cases.length,
  };
}

function list(program: Command): void {
  const command = program
    .command('list')
    .description('lists the rules of the library')
    .option('--knowledge <folder>', 'knowledge tables')
    .argument('[paths...]', 'rule files or folders');
  define<Options>(command, 'hengjian rules list --json', ({ output }, options, paths) => {
    const { rules, problems } = readRulebook(optionsOf(paths, options));
    if (problems.length > 0) throw new RefusedInput(problems);
    for (const rule of rules) {
      const { id, official_code, shape, result, name_zh, name_en } = listing(rule);
      output.line(`${id.padEnd(6)} ${(official_code ?? '-').padEnd(17)} ${shape.padEnd(7)} ${result.padEnd(11)} ${name_zh} ${name_en}`);
    }
    output.line(`${rules.length} rules`);
    output.result(rules.map(listing));
    return 0;
  });
}

function show(program: Command): void {
  const command = program.command('show').description('shows one rule').argument('<id>', 'rule id, for example N25');
  define(command, 'hengjian rules show N25', ({ output }, _options, [id]) => {
    const { rules } = readRulebook();
    const rule = rules.find((candidate) => candidate.source.id === id);
    if (rule === undefined) throw new RefusedInput({ code: 'rule-unknown', message: `there is no rule ${id}`, remedy: 'see `hengjian rules list`' });
    const { source } = rule;
    output.line(`${source.id} ${source.name.zh} (${source.name.en}), ${source.result}, shape ${source.shape.kind}`);
    output.line(`  ${source.appealable ? 'open to appeal' : 'not open to appeal'}; override before and during care: ${source.override.replace('_', ' ')}`);
    for (const basis of basisText(rule)) output.line(`  basis: ${basis}`);
    if (rule.table !== undefined) output.line(`  knowledge: ${rule.table}`);
    for (const exception of source.exceptions) output.line(`  exception: ${exception.basis} (${exception.when.text})`);
    for (const one of source.cases) output.line(`  case: ${one.name} (${one.kind})`);
    output.result({ ...listing(rule), message: source.message, cases: source.cases.map((one) => ({ name: one.name, kind: one.kind })) });
    return 0;
  });
}

function check(program: Command): void {
  const command = program
    .command('check')
    .description('checks rule files and knowledge tables, and finds rules that can never hit, dead parts and overlaps')
    .option('--knowledge <folder>', 'knowledge tables')
    .argument('[paths...]', 'rule files or folders');
  define<Options>(command, 'hengjian rules check', ({ output }, options, paths) => {
    const { rules, tables, problems } = readRulebook(optionsOf(paths, options));
    for (const problem of problems) process.stderr.write(`${describeProblem(problem)}\n`);
    const notes = [...rules.flatMap((rule) => analyseRule(rule, tables)), ...overlapNotes(rules, tables)];
    const never = notes.filter(({ level }) => level === 'never');
    for (const note of never) process.stderr.write(`${describeProblem(note)}\n`);
    for (const note of notes.filter(({ level }) => level !== 'never')) output.line(`note: ${describeProblem(note)}`);
    const found = problems.length + never.length;
    output.line(`${rules.length} rules and ${tables.size} knowledge tables checked, ${found} problems, ${notes.length - never.length} notes`);
    output.result({ rules: rules.length, tables: tables.size, problems: [...problems, ...never], notes });
    return found === 0 ? 0 : exitCodes.refused;
  });
}

function test(program: Command): void {
  const command = program
    .command('test')
    .description('runs the cases of the rules in both back ends')
    .option('--knowledge <folder>', 'knowledge tables')
    .argument('[paths...]', 'rule files or folders');
  define<Options>(command, 'hengjian rules test', ({ output }, options, paths) => {
    const { rules, tables, problems } = readRulebook(optionsOf(paths, options));
    if (problems.length > 0) throw new RefusedInput(problems);
    const results = rules.flatMap((rule) => testCases(rule.source, tables));
    const failures = results.filter((result) => !result.passed);
    const lacking = rules.flatMap((rule) => lackingCases(rule.source));
    for (const problem of [...failures.flatMap((failure) => failure.problem ?? []), ...lacking]) process.stderr.write(`${describeProblem(problem)}\n`);
    output.line(`${results.length - failures.length} of ${results.length} cases of ${rules.length} rules pass`);
    output.result({ rules: rules.length, cases: results.length, passed: results.length - failures.length, failures, lacking });
    return failures.length + lacking.length === 0 ? 0 : exitCodes.refused;
  });
}

interface CatalogueOptions extends Options {
  readonly out: string;
}

function catalogue(program: Command): void {
  const command = program
    .command('catalogue')
    .description('writes the catalogue of rules: an offline page, an index and a page for each rule')
    .requiredOption('--out <folder>', 'folder to write to; files of the same names are replaced')
    .option('--knowledge <folder>', 'knowledge tables')
    .argument('[paths...]', 'rule files or folders');
  define<CatalogueOptions>(command, 'hengjian rules catalogue --out catalogue', ({ output }, options, paths) => {
    const { rules, tables, problems } = readRulebook(optionsOf(paths, options));
    if (problems.length > 0) throw new RefusedInput(problems);
    const files = catalogueFiles({ rules, tables, problems: loadProblemList() });
    mkdirSync(options.out, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(options.out, name), text);
    output.line(`${rules.length} rules, ${files.size} files in ${options.out}; open index.html`);
    output.result({ rules: rules.length, out: options.out, files: [...files.keys()] });
    return 0;
  });
}

export function rulesCommand(program: Command): void {
  const rules = program.command('rules').description('the rule library');
  for (const add of [list, show, check, test, catalogue]) add(rules);
  addVersionCommands(rules);
  addStudyCommands(rules);
}
