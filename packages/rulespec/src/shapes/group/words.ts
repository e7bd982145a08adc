import type { CheckedRule } from '../../check/checked.ts';
import type { Expr } from '../../check/ir.ts';
import type { Names } from '../../source/vocabulary.ts';
import { phrase } from '../../words/phrase.ts';
import { capital, type Sentence, said, subjectNames } from '../../words/sentence.ts';
import { names } from '../../words/terms.ts';
import type { CheckedGroup } from './types.ts';

const keyList = (rule: CheckedRule, keys: CheckedGroup['keys']): Names => {
  const parts = keys.map(({ expr }) => phrase(expr, rule));
  return names(parts.map(({ zh }) => zh).join('、'), parts.map(({ en }) => en).join(', '));
};

/** A group rule in words. */
export function groupSentences(rule: CheckedRule, shape: CheckedGroup): readonly Sentence[] {
  const rows = subjectNames[shape.of];
  const keys = keyList(rule, shape.keys);
  const persons = phrase(shape.persons, rule);
  const limit = (expr: Expr | undefined): Names => (expr === undefined ? names('', '') : phrase(expr, rule));
  const [times, crowd] = [limit(shape.times), limit(shape.crowd)];
  const end = said(
    'finding',
    '结论指向这一组人，列出全部有关的就诊或费用，不计金额。',
    'The finding is about the group of persons and lists all their rows; it names no money.',
  );
  if (shape.form === 'alike') {
    return [
      said(
        'looks',
        `把不同患者的${rows.zh}按「${keys.zh}」全部相同者归为一组。`,
        `${capital(rows.en)}s of different persons with equal ${keys.en} form one group.`,
      ),
      said(
        'condition',
        `一组中不同患者不少于 ${persons.zh} 人时命中。`,
        `It is a hit when a group has at least ${persons.en} different persons.`,
      ),
      end,
    ];
  }
  if (shape.form === 'linked') {
    return [
      said(
        'looks',
        `共用同一「${keys.zh}」的患者相连（超过 ${crowd.zh} 人共用的不计）。`,
        `Persons who share the same ${keys.en} are linked (values of more than ${crowd.en} persons left out).`,
      ),
      said(
        'condition',
        `连在一起的患者不少于 ${persons.zh} 人、共用值不少于 ${times.zh} 个时命中。`,
        `It is a hit when at least ${persons.en} persons are connected by at least ${times.en} shared values.`,
      ),
      end,
    ];
  }
  const same = keyList(rule, shape.same);
  const minutes = shape.minutes === undefined ? undefined : phrase(shape.minutes, rule);
  const meet =
    minutes === undefined
      ? names(`「${same.zh}」也相同`, `${same.en} are equal too`)
      : names(`时间相差不超过 ${minutes.zh} 分钟`, `their times lie at most ${minutes.en} minutes apart`);
  return [
    said(
      'looks',
      `不同患者的两次${rows.zh}，「${keys.zh}」相同且${meet.zh}，称为一次同行（同时超过 ${crowd.zh} 人的不计）。在不少于 ${times.zh} 个不同日期同行的两人相连。`,
      [
        `Two ${rows.en}s of different persons with equal ${keys.en} meet when ${meet.en} (crowds of more than ${crowd.en} left out).`,
        `Two persons who meet on at least ${times.en} different days are linked.`,
      ].join(' '),
    ),
    said('condition', `连在一起的患者不少于 ${persons.zh} 人时命中。`, `It is a hit when at least ${persons.en} persons are connected.`),
    end,
  ];
}
