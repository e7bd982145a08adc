import type { LakeContext } from '@hengjian/standard';
import type { CheckedRule } from '../check/checked.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import type { Shapes } from '../shapes/definition.ts';
import { shapes } from '../shapes/registry.ts';
import { type BoundRules, bindRules } from './bound.ts';

/** A rulebook bound to the dictionaries of a lake, with the shapes that judge its rules. */
export interface BoundRulebook extends BoundRules {
  readonly shapes: Shapes;
}

/**
 * Binds checked rules to the dictionaries of a lake. It holds functions and cannot be posted to a worker: bind again
 * there from (rules, tables, context).
 */
export const bindRulebook = (
  rules: readonly CheckedRule[],
  tables: ReadonlyMap<string, KnowledgeTable>,
  context: LakeContext,
  known: Shapes = shapes,
): BoundRulebook => ({ ...bindRules(rules, tables, context), shapes: known });
