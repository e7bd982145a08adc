import { createHash } from 'node:crypto';
import {
  type CheckedRule,
  checkRules,
  type DayRange,
  type KnowledgeTable,
  type ParseOptions,
  parseRule,
  type RuleSource,
} from '@hengjian/rulespec';
import type { Problem } from '@hengjian/standard';
import { rulebookProblems } from './problems.ts';

/** One version of a rule and the days it is in force, as plain data. */
export interface PublishedVersion {
  readonly rule_id: string;
  readonly version: number;
  /** The YAML text, unchanged since it was drafted. */
  readonly text: string;
  /** SHA-256 of the text. */
  readonly hash: string;
  /** Days on which it judges; they do not meet those of another version of the rule. */
  readonly days: readonly DayRange[];
}

/** SHA-256 of a rule text. */
export const textHash = (text: string): string => createHash('sha256').update(text).digest('hex');

const last = (range: DayRange): number => range.to ?? Number.POSITIVE_INFINITY;

/** The days that lie in both ranges; undefined when there are none. */
export function commonDays(left: DayRange, right: DayRange): DayRange | undefined {
  const from = Math.max(left.from, right.from);
  const to = Math.min(last(left), last(right));
  if (to < from) return undefined;
  return to === Number.POSITIVE_INFINITY ? { from } : { from, to };
}

/**
 * The versions that judge acts of a period, each cut to it. Versions whose days do not meet the period are left out, so
 * that what is published for other days does not change a run.
 */
export function restrictToPeriod(versions: readonly PublishedVersion[], period: DayRange): PublishedVersion[] {
  return versions
    .map((version) => ({ ...version, days: version.days.map((range) => commonDays(range, period)).filter((range) => range !== undefined) }))
    .filter(({ days }) => days.length > 0)
    .sort((left, right) => (left.rule_id < right.rule_id ? -1 : left.rule_id > right.rule_id ? 1 : left.version - right.version));
}

function tableNames(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    if (key === 'table' && typeof part === 'string') found.add(part);
    else tableNames(part, found);
  }
}

/** Names of the knowledge tables a rule reads. */
export function knowledgeOf(rule: CheckedRule, tables: ReadonlyMap<string, KnowledgeTable>): readonly string[] {
  const { source: _, ...checked } = rule;
  const found = new Set<string>();
  tableNames(checked, found);
  return [...found].filter((name) => tables.has(name)).sort();
}

/** Name under which problems of a published version are reported. */
export const versionName = (rule: string, version: number): string => `${rule}@${version}`;

function overlaps(versions: readonly PublishedVersion[], own: PublishedVersion): PublishedVersion | undefined {
  const meets = (left: PublishedVersion, right: PublishedVersion): boolean =>
    left.days.some((a) => right.days.some((b) => commonDays(a, b) !== undefined));
  return versions.find((other) => other.rule_id === own.rule_id && other.version < own.version && meets(own, other));
}

/** Checks published versions, each by itself; versions of one rule must take turns. */
export function checkPublished(
  versions: readonly PublishedVersion[],
  tables: ReadonlyMap<string, KnowledgeTable>,
  reading: ParseOptions = {},
): { readonly rules: readonly CheckedRule[]; readonly sources: readonly RuleSource[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const sources: RuleSource[] = [];
  const rules: CheckedRule[] = [];
  for (const version of versions) {
    const file = versionName(version.rule_id, version.version);
    const changed = rulebookProblems.problem('rule-text-changed', {}, { file });
    if (textHash(version.text) !== version.hash) problems.push(changed);
    const parsed = parseRule(version.text, file, reading);
    problems.push(...parsed.problems);
    if (parsed.rule === undefined) continue;
    if (parsed.rule.id !== version.rule_id || parsed.rule.version !== version.version) problems.push(changed);
    const other = overlaps(versions, version);
    if (other !== undefined) problems.push(rulebookProblems.problem('rule-versions-overlap', { version: other.version }, { file }));
    sources.push(parsed.rule);
    const checked = checkRules([parsed.rule], tables);
    problems.push(...checked.problems);
    rules.push(...checked.rules.map((rule) => ({ ...rule, published: version.days })));
  }
  return { rules, sources, problems };
}

/** SHA-256 over the versions with their days and over the knowledge tables they read, each as its file says it. */
export function publishedHash(
  versions: readonly PublishedVersion[],
  rules: readonly CheckedRule[],
  tables: ReadonlyMap<string, KnowledgeTable>,
  texts: ReadonlyMap<string, string>,
): string {
  const hash = createHash('sha256');
  for (const { rule_id, version, hash: text, days } of versions)
    hash.update(`${JSON.stringify([rule_id, version, text, days.map(({ from, to }) => [from, to ?? null])])}\n`);
  for (const name of [...new Set(rules.flatMap((rule) => knowledgeOf(rule, tables)))].sort())
    hash.update(`${name}\n${textHash(texts.get(name) ?? '')}\n`);
  return hash.digest('hex');
}
