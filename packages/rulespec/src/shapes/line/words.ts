import type { CheckedRule } from '../../check/checked.ts';
import { blame, condition, reached, type Sentence, said } from '../../words/sentence.ts';
import type { CheckedLine } from './types.ts';
/** A line rule in words. */
export function lineSentences(rule: CheckedRule, shape: CheckedLine): readonly Sentence[] {
  const items = reached(shape.items);
  return [
    said('looks', `逐条看费用行${items.zh}。`, `Every fee line is looked at${items.en}.`),
    condition(rule, shape.when),
    said('finding', `命中的费用行${blame(rule)}。`, 'The line itself is at issue.'),
  ];
}
