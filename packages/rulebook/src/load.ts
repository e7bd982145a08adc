import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type CheckedRule,
  checkRules,
  type KnowledgeTable,
  parseKnowledge,
  parseRule,
  type RuleSource,
  tableName,
} from '@hengjian/rulespec';
import { inputProblems, libraryFolder, type Problem, RefusedInput, words } from '@hengjian/standard';
import { type LibraryFile, readKnowledgeTables } from './knowledge-folder.ts';
import { rulebookProblems } from './problems.ts';
import { checkPublished, type PublishedVersion, publishedHash } from './published.ts';

export interface Rulebook {
  readonly rules: readonly CheckedRule[];
  readonly tables: ReadonlyMap<string, KnowledgeTable>;
  /** SHA-256 over the names and contents of every rule and knowledge file, in order of their names. */
  readonly hash: string;
}

export interface RulebookOptions {
  /** Folders or globs of rule files; default `library/rules/*.yaml`. */
  readonly rules?: readonly string[];
  /** Folder of knowledge tables, or of a library with imports; default `library/knowledge`. */
  readonly knowledge?: string;
  /** Versions in force instead of rule files. */
  readonly published?: readonly PublishedVersion[];
  /** Keeps only the rules with these ids. */
  readonly ids?: readonly string[];
  /** Whether the cases of rules are read and demanded; default true. A run does without: they judge nothing. */
  readonly cases?: boolean;
  /** `named`: only tables whose names stand in the text of a rule that is read; default `all`. */
  readonly tables?: 'all' | 'named';
  /** Texts of the library instead of folders, for a kernel that runs away from them. */
  readonly texts?: RulebookTexts;
}

/** Everything a rulebook is read from, as texts that can be sent along. */
export interface RulebookTexts {
  readonly rules: readonly LibraryFile[];
  readonly knowledge: readonly LibraryFile[];
}

function byName(left: string, right: string): number {
  const a = basename(left);
  const b = basename(right);
  return a < b ? -1 : a > b ? 1 : left < right ? -1 : 1;
}

/** Bytes that a rule file may have; the largest of the library has a fiftieth. */
const largestRule = 1_048_576;

function readMatching(patterns: readonly string[]): LibraryFile[] {
  const paths = [...new Set(patterns.flatMap((pattern) => globSync(pattern)))].sort(byName);
  return paths.map((path) => {
    const { size } = statSync(path);
    if (size > largestRule) throw inputProblems.refused('file-too-large', { size: `${size} B`, limit: `${largestRule} B` }, { file: path });
    return { path, text: readFileSync(path, 'utf8') };
  });
}

function rulePatterns(rules: readonly string[] | undefined): readonly string[] {
  if (rules === undefined) return [join(libraryFolder, 'rules', '*.yaml')];
  return rules.map((entry) => (/\.ya?ml$/.test(entry) || entry.includes('*') ? entry : join(entry, '**', '*.yaml')));
}

/** Tables of the given folder or library, or the shipped ones. Refuses a folder without any: every rule would name one that is missing. */
function knowledgeFiles(given: string | undefined): readonly LibraryFile[] {
  if (given === undefined) return readKnowledgeTables(join(libraryFolder, 'knowledge'));
  if (!existsSync(given)) throw inputProblems.refused('file-missing', {}, { file: given });
  const tables = readKnowledgeTables(given);
  if (tables.length === 0) throw inputProblems.refused('file-empty', {}, { file: given });
  return tables;
}

function hashOf(files: readonly LibraryFile[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(`${basename(path)}\n${text.length}\n${text}\n`);
  return hash.digest('hex');
}

/** Whether a rule text can be one of those asked for: a plain `id:` says so before anything is parsed. */
function isWanted(text: string, ids: readonly string[]): boolean {
  const plain = /^id: ([A-Za-z0-9_-]+)\s*$/m.exec(text)?.[1];
  return plain === undefined || ids.includes(plain);
}

/** Whether a table is read: with `tables: 'named'` those that the text of a wanted rule names. */
function namedIn({ tables, published, ids }: RulebookOptions, files: readonly LibraryFile[]): (name: string) => boolean {
  if (tables !== 'named') return () => true;
  const wanted = (rule: string): boolean => ids?.includes(rule) ?? true;
  const texts =
    published === undefined
      ? files.filter(({ text }) => ids === undefined || isWanted(text, ids)).map(({ text }) => text)
      : published.filter(({ rule_id }) => wanted(rule_id)).map(({ text }) => text);
  return (name) => texts.some((text) => text.includes(name));
}

export interface RulebookReading {
  readonly rules: readonly CheckedRule[];
  readonly sources: readonly RuleSource[];
  readonly tables: ReadonlyMap<string, KnowledgeTable>;
  readonly problems: readonly Problem[];
  readonly hash: string;
}

/** The texts a rulebook is read from; paths are kept as file names only. */
export function rulebookTexts(options: RulebookOptions = {}): RulebookTexts {
  if (options.texts !== undefined) return options.texts;
  const named = ({ path, text }: LibraryFile): LibraryFile => ({ path: basename(path), text });
  const rules = options.published === undefined ? readMatching(rulePatterns(options.rules)) : [];
  return { rules: rules.map(named), knowledge: knowledgeFiles(options.knowledge).map(named) };
}

/** Reads and checks a library and reports every problem instead of stopping at the first. */
export function readRulebook(options: RulebookOptions = {}): RulebookReading {
  const ruleFiles = options.texts?.rules ?? (options.published === undefined ? readMatching(rulePatterns(options.rules)) : []);
  const tableFiles = options.texts?.knowledge ?? knowledgeFiles(options.knowledge);
  const problems: Problem[] = [];
  const reading = options.cases === undefined ? {} : { cases: options.cases };
  if (options.published?.length === 0) {
    problems.push(rulebookProblems.problem('rules-none', { where: words('这一时段没有生效的规则', 'no rule is in force in this period') }));
  } else if (options.published === undefined && ruleFiles.length === 0) {
    problems.push(rulebookProblems.problem('rules-none', { where: (options.rules ?? ['library/rules']).join(', ') }));
  }
  const tables = new Map<string, KnowledgeTable>();
  const isNamed = namedIn(options, ruleFiles);
  for (const { path, text } of tableFiles) {
    if (!isNamed(tableName(path))) continue;
    const parsed = parseKnowledge(text, path);
    problems.push(...parsed.problems);
    if (parsed.table !== undefined) tables.set(parsed.table.name, parsed.table);
  }
  if (options.published !== undefined) {
    const versions = options.published.filter((version) => options.ids?.includes(version.rule_id) ?? true);
    const checked = checkPublished(versions, tables, reading);
    const texts = new Map(tableFiles.map(({ path, text }) => [tableName(path), text]));
    const hash = publishedHash(versions, checked.rules, tables, texts);
    return { rules: checked.rules, sources: checked.sources, tables, problems: [...problems, ...checked.problems], hash };
  }
  const sources: RuleSource[] = [];
  for (const { path, text } of ruleFiles) {
    if (options.ids !== undefined && !isWanted(text, options.ids)) continue;
    const parsed = parseRule(text, path, reading);
    problems.push(...parsed.problems);
    if (parsed.rule !== undefined) sources.push(parsed.rule);
  }
  const wanted = options.ids === undefined ? sources : sources.filter((rule) => options.ids?.includes(rule.id) === true);
  const checked = checkRules(wanted, tables);
  return {
    rules: checked.rules,
    sources: wanted,
    tables,
    problems: [...problems, ...checked.problems],
    hash: hashOf([...ruleFiles, ...tableFiles]),
  };
}

/**
 * Reads a library that must be right, without its cases and without tables no rule names; throws RefusedInput with every
 * problem otherwise.
 */
export function loadRulebook(options: RulebookOptions = {}): Rulebook {
  const { rules, tables, problems, hash } = readRulebook({ cases: false, tables: 'named', ...options });
  if (problems.length > 0) throw new RefusedInput(problems);
  return { rules, tables, hash };
}
