import * as fc from 'fast-check';
import { judgeBoth, showOutcome } from '../cases/engine.ts';
import type { HistoryInput } from '../cases/history.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { histories, type Vocabulary, vocabularyOf } from './histories.ts';

export interface DifferentialResult {
  readonly histories: number;
  readonly hits: number;
  readonly evaluated: number;
  /** Ids of rules that were hit and of rules that were evaluated. */
  readonly hitRules: ReadonlySet<string>;
  readonly evaluatedRules: ReadonlySet<string>;
  /** The first history on which the back ends differ, with both answers. */
  readonly difference: { readonly input: HistoryInput; readonly interpreted: string; readonly compiled: string } | undefined;
}

/** Persons of one random lake; each is one history. */
export const personsPerLake = 40;

/** A dozen codes for one lake, so that its lines collide. */
function narrow(words: Vocabulary): fc.Arbitrary<Vocabulary> {
  const some = (values: readonly string[], size: number): fc.Arbitrary<string[]> =>
    fc.array(fc.constantFrom(...values), { minLength: Math.min(size, values.length), maxLength: size });
  return fc.record({ items: some(words.items, 8), diagnoses: some(words.diagnoses, 5), operations: some(words.operations, 3) });
}

/**
 * Judges random histories with the interpreter and the kernel and compares every hit and every count.
 *
 * @example differentialTest(rules, tables, { histories: 2000, seed: 7 }).difference === undefined
 */
export function differentialTest(
  rules: readonly CheckedRule[],
  tables: ReadonlyMap<string, KnowledgeTable>,
  options: { readonly histories: number; readonly seed: number },
): DifferentialResult {
  const lakes = narrow(vocabularyOf(tables)).chain((words) => histories(words, personsPerLake));
  const numRuns = Math.ceil(options.histories / personsPerLake);
  let [hits, evaluated, judged] = [0, 0, 0];
  const hitRules = new Set<string>();
  const evaluatedRules = new Set<string>();
  for (const input of fc.sample(lakes, { numRuns, seed: options.seed })) {
    const { interpreted, compiled } = judgeBoth(rules, tables, input);
    const [left, right] = [showOutcome(interpreted), showOutcome(compiled)];
    judged += personsPerLake;
    interpreted.counts.forEach((counts, index) => {
      const id = rules[index]?.source.id ?? '';
      hits += counts.hit;
      evaluated += counts.evaluated;
      if (counts.hit > 0) hitRules.add(id);
      if (counts.evaluated > 0) evaluatedRules.add(id);
    });
    if (left !== right)
      return { histories: judged, hits, evaluated, hitRules, evaluatedRules, difference: { input, interpreted: left, compiled: right } };
  }
  return { histories: judged, hits, evaluated, hitRules, evaluatedRules, difference: undefined };
}
