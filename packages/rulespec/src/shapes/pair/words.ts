import type { CheckedRule } from '../../check/checked.ts';
import type { Names } from '../../source/vocabulary.ts';
import { phrase } from '../../words/phrase.ts';
import { blame, condition, type Sentence, said, scopeNames, tableNames, walkNames } from '../../words/sentence.ts';
import { columnName, names } from '../../words/terms.ts';
import type { CheckedPair, Within } from './types.ts';
/** The time within which a pair lies. */
export const withinNames = (within: Within, rule: CheckedRule): Names => {
  if (within.kind === 'point') return names('在知识点规定的时间窗内', 'within the time the point says');
  if (within.kind === 'minutes' || within.kind === 'days') {
    const length = phrase(within.length, rule);
    return within.kind === 'minutes'
      ? names(`相隔不超过 ${length.zh} 分钟`, `at most ${length.en} minutes apart`)
      : names(`相隔不超过 ${length.zh} 天`, `at most ${length.en} days apart`);
  }
  if (within.kind === 'hour') return names('同一钟点内', 'within one clock hour');
  return scopeNames[within.kind];
};

/** A pair rule in words. */
export function pairSentences(rule: CheckedRule, shape: CheckedPair): readonly Sentence[] {
  const own = walkNames[rule.source.by];
  const window = withinNames(shape.within, rule);
  const order = shape.order === 'before' ? names('（甲在乙之前）', ' (A before B)') : names('', '');
  const different = shape.different_item ? names('、项目不同', ' and different items') : names('', '');
  const found = ((): Names => {
    if (shape.same === 'table' && shape.items !== undefined)
      return names(
        `项目 A（甲）与项目 B（乙）都有收费，A、B 为${tableNames(shape.items.table).zh}中的一对`,
        `item A (line A) and item B (line B) are both charged, a pair of ${tableNames(shape.items.table).en}`,
      );
    if (shape.same === 'item') return names('有项目相同的两条费用甲、乙', 'there are two lines A and B of the same item');
    if (shape.same === 'key') return names('有两条费用甲、乙', 'there are two lines A and B');
    const column = typeof shape.same === 'object' ? columnName(shape.same.column) : names('', '');
    const items = shape.items === undefined ? names('', '') : tableNames(shape.items.table);
    return names(
      `有两条费用甲、乙，在${items.zh}中的${column.zh}相同${different.zh}`,
      `there are two lines A and B with the same ${column.en} in ${items.en}${different.en}`,
    );
  })();
  const atIssue =
    shape.violating === 'b'
      ? names(`乙${blame(rule)}，甲列为相关。`, 'Line B is at issue, line A is involved.')
      : names(`金额较小者${blame(rule)}，另一条列为相关。`, 'The line with the smaller amount is at issue, the other is involved.');
  return [
    said('looks', `${own.zh}${window.zh}，${found.zh}${order.zh}。`, `For ${own.en}, ${window.en}, ${found.en}${order.en}.`),
    condition(rule, shape.when),
    said('finding', atIssue.zh, atIssue.en),
  ];
}
