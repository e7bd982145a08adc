import type { CheckedRule, KnowledgeTable } from '@hengjian/rulespec';
import { ruleEntry } from './entry.ts';
import { indexPage, rulePage } from './markdown.ts';
import { cataloguePage } from './page.ts';
import type { ProblemItem } from './problem-list.ts';

export interface CatalogueInput {
  readonly rules: readonly CheckedRule[];
  readonly tables: ReadonlyMap<string, KnowledgeTable>;
  readonly problems: readonly ProblemItem[];
  /** Way from a page to the folder of knowledge tables, ending in `/`; without it tables are named, not linked. */
  readonly link?: string;
}

/** National classes by their number, then all others by their id. */
function inOrder(rules: readonly CheckedRule[]): readonly CheckedRule[] {
  const rank = ({ source }: CheckedRule): number => source.official_number ?? Number.MAX_SAFE_INTEGER;
  const earlier = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
  return [...rules].sort((left, right) => rank(left) - rank(right) || earlier(left.source.id, right.source.id));
}

/**
 * The catalogue of a library as texts by file name: `README.md` (index), `<ID>.md` for each rule, `index.html`.
 * The same library gives the same bytes.
 */
export function catalogueFiles({ rules, tables, problems, link }: CatalogueInput): ReadonlyMap<string, string> {
  const entries = inOrder(rules).map((rule) => ruleEntry(rule, tables, problems));
  const pages = entries.map((entry) => [`${entry.source.id}.md`, rulePage(entry, link)] as const);
  return new Map([['README.md', indexPage(entries, problems)], ['index.html', cataloguePage(entries, problems)], ...pages]);
}
