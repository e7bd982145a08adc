import type { CheckedRule } from '../check/checked.ts';
import type { Dispatch } from '../check/parts.ts';
import type { Measure, Names, Scope, Walk } from '../source/vocabulary.ts';
import { phrase } from './phrase.ts';
import { columnName, names } from './terms.ts';
/** A sentence of the logic. `part` says which part of the rule it speaks of. */
export interface Sentence {
  readonly part: 'looks' | 'filter' | 'condition' | 'finding';
  readonly words: Names;
}

export const walkNames: Readonly<Record<Walk, Names>> = {
  person: names('同一患者', 'one person'),
  practitioner: names('同一医师', 'one practitioner'),
  institution: names('同一机构', 'one institution'),
  trace_code: names('同一药品追溯码', 'one trace code'),
  invoice: names('同一发票', 'one invoice'),
};

export const scopeNames: Readonly<Record<Scope, Names>> = {
  day: names('同一自然日内', 'within one calendar day'),
  visit: names('同一次就诊内', 'within one visit'),
  visit_day: names('同一次就诊的同一日内', 'within one day of one visit'),
  prescription: names('同一次就诊的同一张处方内', 'within one prescription of one visit'),
  month: names('同一自然月内', 'within one calendar month'),
  year: names('同一自然年内', 'within one calendar year'),
  history: names('全部历史内', 'within the whole history'),
};

export const measureNames: Readonly<Record<Measure, Names>> = {
  cnt: names('数量合计', 'the sum of quantities'),
  amount: names('金额合计', 'the sum of amounts'),
  inscp: names('符合范围金额合计', 'the sum of in-scope amounts'),
  supply: names('用药天数合计', 'the sum of days of supply'),
  fund: names('统筹基金支付合计', 'the sum paid by pooled funds'),
  count: names('条数', 'the number of rows'),
  days: names('不同日期数', 'the number of different days'),
  kinds: names('不同项目数', 'the number of different items'),
  visits: names('就诊次数', 'the number of visits'),
  institutions: names('不同机构数', 'the number of different institutions'),
  persons: names('不同人数', 'the number of different persons'),
  ipt_days: names('住院天数合计', 'the sum of inpatient days'),
};

export const subjectNames = { line: names('费用行', 'fee line'), visit: names('就诊', 'visit') } as const;
/** Counting words of lines and visits. */
export const unit = { line: '条', visit: '次' } as const;
export const tableNames = (name: string): Names => names(`知识表「${name}」`, `table ${name}`);

/** How points reach the rows. */
export function reached(dispatch: Dispatch | undefined): Names {
  if (dispatch === undefined) return names('', '');
  const column = columnName(dispatch.column);
  return names(
    `，只看${column.zh}列在知识表「${dispatch.table}」中的，每个知识点各判一次`,
    `, those whose code is among the ${column.en} of table ${dispatch.table}, once for each point`,
  );
}

export const said = (part: Sentence['part'], zh: string, en: string): Sentence => ({ part, words: names(zh, en) });

/** What becomes of the rows a rule hits. */
export const blame = (rule: CheckedRule): string => (rule.source.result === 'violation' ? '计为违规' : '列为可疑');

export function condition(rule: CheckedRule, when: Parameters<typeof phrase>[0]): Sentence {
  const words = phrase(when, rule);
  return said('condition', `${words.zh}时命中。`, `It is a hit when ${words.en}.`);
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A walk over some days. */
export const withinDays = (walk: Names, days: Names): Names => names(`${walk.zh}，${days.zh} 天内`, `${walk.en}, within ${days.en} days`);
