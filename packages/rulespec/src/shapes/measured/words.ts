import type { CheckedRule } from '../../check/checked.ts';
import type { Names } from '../../source/vocabulary.ts';
import { phrase } from '../../words/phrase.ts';
import {
  blame,
  capital,
  measureNames,
  reached,
  type Sentence,
  said,
  scopeNames,
  subjectNames,
  unit,
  walkNames,
} from '../../words/sentence.ts';
import { columnName, names } from '../../words/terms.ts';
import type { CheckedTotal, CheckedWindow, Grouping } from './types.ts';

const grouped = (group: Grouping): Names => {
  if (group === 'item') return names('按项目', 'by item');
  if (group === 'point') return names('按知识点', 'by point');
  if (group === 'all') return names('全部合在一起', 'all of them');
  const column = columnName(group.column);
  return names(`按知识点的${column.zh}`, `by the ${column.en} of the point`);
};

function limitSentence(rule: CheckedRule, shape: CheckedTotal | CheckedWindow): Sentence {
  const measure = measureNames[shape.measure];
  const limit = phrase(shape.limit, rule);
  return said('condition', `${measure.zh}超过${limit.zh}时命中。`, `It is a hit when ${measure.en} is more than ${limit.en}.`);
}

/** A total rule in words. */
export function totalSentences(rule: CheckedRule, shape: CheckedTotal): readonly Sentence[] {
  const own = walkNames[rule.source.by];
  const items = reached(shape.items);
  const rows = subjectNames[shape.of];
  return [
    said(
      'looks',
      `把${own.zh}${scopeNames[shape.over].zh}的${rows.zh}${grouped(shape.group).zh}归组${items.zh}。`,
      `${capital(rows.en)}s of ${own.en} ${scopeNames[shape.over].en} are put together, ${grouped(shape.group).en}${items.en}.`,
    ),
    limitSentence(rule, shape),
    said(
      'finding',
      `按先后次序，使累计首次超过上限的${rows.zh}及其后各${unit[shape.of]}${blame(rule)}，之前的列为相关。`,
      [
        `In order of time, the ${rows.en} at which the running measure first passes the limit`,
        'and all after it are at issue, those before it involved.',
      ].join(' '),
    ),
  ];
}

/** A window rule in words. */
export function windowSentences(rule: CheckedRule, shape: CheckedWindow): readonly Sentence[] {
  const own = walkNames[rule.source.by];
  const rows = subjectNames[shape.of];
  const items = reached(shape.items);
  const days = phrase(shape.days, rule);
  return [
    said(
      'looks',
      `对${own.zh}的每${unit[shape.of]}${rows.zh}，看截至当日（含）的 ${days.zh} 天内此前的全部${rows.zh}，${grouped(shape.group).zh}归组${items.zh}。`,
      [
        `For each ${rows.en} of ${own.en}, the ${days.en} days up to and including its day are looked at,`,
        `${grouped(shape.group).en}${items.en}.`,
      ].join(' '),
    ),
    limitSentence(rule, shape),
    said(
      'finding',
      `使其超过上限的这${unit[shape.of]}${rows.zh}${blame(rule)}，窗内其余列为相关。`,
      `The ${rows.en} that passes the limit is at issue, the others of the window are involved.`,
    ),
  ];
}
