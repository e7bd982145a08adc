import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type CheckedRule, checkRules, type KnowledgeTable, parseKnowledge, parseRule, type RuleSource, tableName } from '@hengjian/rulespec';
import { libraryFolder, type Problem, RefusedInput } from '@hengjian/standard';
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

export interface LibraryFile {
  readonly path: string;
  readonly text: string;
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

function readMatching(patterns: readonly string[]): LibraryFile[] {
  const paths = [...new Set(patterns.flatMap((pattern) => globSync(pattern)))].sort(byName);
  return paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

function rulePatterns(rules: readonly string[] | undefined): readonly string[] {
  if (rules === undefined) return [join(libraryFolder, 'rules', '*.yaml')];
  return rules.map((entry) => (/\.ya?ml$/.test(entry) || entry.includes('*') ? entry : join(entry, '**', '*.yaml')));
}

/** Folder of knowledge tables: the given one, the tables its manifest names, or the shipped ones. */
function knowledgeFolder(given: string | undefined): string {
  if (given === undefined) return join(libraryFolder, 'knowledge');
  const manifest = join(given, 'manifest.json');
  if (!existsSync(manifest)) return given;
  const { tables } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly tables: string };
  return join(given, tables);
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
  return { rules: rules.map(named), knowledge: readMatching([join(knowledgeFolder(options.knowledge), '*.csv')]).map(named) };
}

/** Reads and checks a library and reports every problem instead of stopping at the first. */
export function readRulebook(options: RulebookOptions = {}): RulebookReading {
  const ruleFiles = options.texts?.rules ?? (options.published === undefined ? readMatching(rulePatterns(options.rules)) : []);
  const tableFiles = options.texts?.knowledge ?? readMatching([join(knowledgeFolder(options.knowledge), '*.csv')]);
  const problems: Problem[] = [];
  const reading = options.cases === undefined ? {} : { cases: options.cases };
  if (options.published?.length === 0) {
    problems.push({ code: 'rules-none', message: 'no rule is in force in this period', remedy: 'publish rules, or audit without the operations store' });
  } else if (options.published === undefined && ruleFiles.length === 0) {
    const where = (options.rules ?? ['library/rules']).join(', ');
    problems.push({ code: 'rules-none', message: `no rule file matches ${where}`, remedy: 'name a .yaml file, a folder that holds some, or a quoted glob' });
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
  return { rules: checked.rules, sources: wanted, tables, problems: [...problems, ...checked.problems], hash: hashOf([...ruleFiles, ...tableFiles]) };
}

/** Reads a library that must be right, without its cases and without tables no rule names; throws RefusedInput with every problem otherwise. */
export function loadRulebook(options: RulebookOptions = {}): Rulebook {
  const { rules, tables, problems, hash } = readRulebook({ cases: false, tables: 'named', ...options });
  if (problems.length > 0) throw new RefusedInput(problems);
  return { rules, tables, hash };
}
