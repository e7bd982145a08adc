import { isNamePattern } from '@hengjian/standard';
import type { CheckedRule } from '../check/checked.ts';
import { walk } from '../check/ir.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { rulespecProblems } from '../problems.ts';
import type { RuleNote } from './analyse.ts';

/** Codes by which the points of a rule reach items. */
interface Reached {
  readonly codes: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}

function reachedBy(rule: CheckedRule, tables: ReadonlyMap<string, KnowledgeTable>): Reached | undefined {
  const { shape } = rule;
  const dispatch = 'items' in shape ? shape.items : undefined;
  const table = dispatch === undefined ? undefined : tables.get(dispatch.table);
  const index = table?.columns.findIndex(({ name }) => name === dispatch?.column) ?? -1;
  if (table === undefined || index < 0) return undefined;
  const texts = table.rows.flatMap(({ cells }) => (Array.isArray(cells[index]) ? (cells[index] as readonly string[]) : []));
  const plain = texts.filter((text) => !isNamePattern(text));
  return {
    codes: new Set(plain.filter((text) => !text.endsWith('*'))),
    prefixes: [...new Set(plain.filter((text) => text.endsWith('*')).map((text) => text.slice(0, -1)))],
  };
}

function shared(left: Reached, right: Reached): number {
  const covered = (code: string, by: Reached): boolean => by.codes.has(code) || by.prefixes.some((prefix) => code.startsWith(prefix));
  const codes = [...left.codes].filter((code) => covered(code, right)).length;
  const others = [...right.codes].filter((code) => !left.codes.has(code) && covered(code, left)).length;
  const prefixes = left.prefixes.filter((prefix) =>
    right.prefixes.some((other) => prefix.startsWith(other) || other.startsWith(prefix)),
  ).length;
  return codes + others + prefixes;
}

/** What a condition looks at: the shape, its measure and scope, and the fields and operators in its conditions. */
function kindOf(rule: CheckedRule): string {
  const { shape } = rule;
  const parts = [rule.where, 'when' in shape ? shape.when : undefined, 'limit' in shape ? shape.limit : undefined].filter(
    (expr) => expr !== undefined,
  );
  const names = parts.flatMap((expr) =>
    [...walk(expr)].flatMap((part) =>
      part.op === 'field'
        ? [`${part.data.table}.${part.data.column}`]
        : ['number', 'param', 'point', 'code'].includes(part.op)
          ? []
          : [part.op],
    ),
  );
  const over = [('measure' in shape ? shape.measure : '') ?? '', 'over' in shape ? shape.over : '', rule.source.by];
  return JSON.stringify([shape.kind, ...over, ...new Set(names.sort())]);
}

/** Rules that look at the same items with the same kind of condition: their findings may tell of the same lines. */
export function overlapNotes(rules: readonly CheckedRule[], tables: ReadonlyMap<string, KnowledgeTable>): readonly RuleNote[] {
  const known = rules.map((rule) => ({ rule, reached: reachedBy(rule, tables), kind: kindOf(rule) }));
  return known.flatMap(({ rule, reached, kind }, index) =>
    known.slice(index + 1).flatMap((other): readonly RuleNote[] => {
      if (reached === undefined || other.reached === undefined || kind !== other.kind || rule.source.id === other.rule.source.id) return [];
      const count = shared(reached, other.reached);
      if (count === 0) return [];
      const problem = rulespecProblems.problem('rules-overlap', { rule: rule.source.id, other: other.rule.source.id, count });
      return [{ ...problem, level: 'note', place: { file: rule.source.file, row: rule.source.at.row } }];
    }),
  );
}
