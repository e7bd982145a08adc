import type { CheckedRule } from '../../check/checked.ts';
import { phrase } from '../../words/phrase.ts';
import { blame, condition, type Sentence, said, walkNames } from '../../words/sentence.ts';
import { names } from '../../words/terms.ts';
import type { CheckedStays } from './types.ts';
/** A stays rule in words. */
export function staysSentences(rule: CheckedRule, shape: CheckedStays): readonly Sentence[] {
  const own = walkNames[rule.source.by];
  const days = shape.within_days === undefined ? undefined : phrase(shape.within_days, rule);
  const gap =
    days === undefined
      ? names('', '')
      : names(`，甲结束到乙开始不超过 ${days.zh} 天（可重叠）`, `, A ending at most ${days.en} days before B begins (they may overlap)`);
  const first = shape.a_where === undefined ? undefined : phrase(shape.a_where, rule);
  const asked = first === undefined ? names('', '') : names(`，其中${first.zh}`, `, where ${first.en}`);
  return [
    said(
      'looks',
      `${own.zh}先后两次就诊甲、乙${gap.zh}${asked.zh}。`,
      `Two visits A and B of ${own.en} in order of time${gap.en}${asked.en}.`,
    ),
    condition(rule, shape.when),
    said('finding', `乙${blame(rule)}，甲列为相关。`, 'Visit B is at issue, visit A is involved.'),
  ];
}
