import type { CheckedRule, GroupFinding } from '@hengjian/rulespec';

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** What a finding about an entity shows: every number that was held against another. */
export interface StatisticEvidence {
  readonly entity_kind: string;
  readonly entity: string;
  readonly name: string;
  readonly period: string;
  /** First and last day of the period. */
  readonly from: string;
  readonly to: string;
  readonly numerator: string;
  readonly denominator: string;
  /** Rows in the denominator. */
  readonly size: number;
  readonly value: string;
  /** What the compared entities have in common. */
  readonly peers: Readonly<Record<string, string>>;
  /** How many entities, for a trend how many earlier periods, were compared. */
  readonly compared: number;
  readonly median?: string;
  readonly mean?: string;
  readonly mad?: string;
  readonly score?: string;
  readonly ratio?: string;
  readonly limit: string;
  readonly also?: string;
  readonly earlier: readonly { readonly period: string; readonly value: string }[];
  /** The arithmetic in words. */
  readonly formula: Bilingual;
}

/** What a finding about a group shows. Members are pseudonyms. */
export interface GroupEvidence {
  readonly key: string;
  readonly persons: number;
  readonly limit: number;
  readonly rows: number;
  readonly days: number;
  readonly members: readonly string[];
  /** Who was there on each day, and the lines or stays of that day. */
  readonly meetings: readonly { readonly day: string; readonly members: readonly string[]; readonly rows: readonly string[] }[];
  /** Values that members share, where they are linked by values. */
  readonly shared_values: number;
  readonly formula: Bilingual;
}

const relation = { high: { zh: '不低于', en: 'at least' }, low: { zh: '不高于', en: 'at most' } } as const;

/** How a peer rule compares, in words, with its numbers. */
export function peerFormula(rule: CheckedRule, figures: Readonly<Record<string, string>>): Bilingual {
  const { shape } = rule;
  if (shape.kind !== 'peer') return { zh: '', en: '' };
  const { value = '—', median = '—', mean = '—', mad = '—', score = '—', ratio = '—', limit = '—', also } = figures;
  const than = relation[shape.direction];
  if (shape.compare === 'trend') {
    return {
      zh: `本期 ${value} ÷ 此前各期均值 ${mean} = ${ratio} 倍，界值${than.zh} ${limit} 倍`,
      en: `${value} ÷ mean of the earlier periods ${mean} = ${ratio}; hit when ${than.en} ${limit}`,
    };
  }
  if (shape.compare === 'ratio') {
    return {
      zh: `${value} ÷ 同级同类中位数 ${median} = ${ratio} 倍，界值${than.zh} ${limit} 倍`,
      en: `${value} ÷ median of the peers ${median} = ${ratio}; hit when ${than.en} ${limit}`,
    };
  }
  const beside =
    also === undefined
      ? { zh: '', en: '' }
      : { zh: `，且为中位数的 ${ratio} 倍（${than.zh} ${also} 倍）`, en: `, and ${ratio} times the median (${than.en} ${also})` };
  const robust = {
    zh: `稳健偏离 =｜${value} − 中位数 ${median}｜÷（1.4826 × 中位绝对偏差 ${mad}）= ${score}`,
    en: `robust score = |${value} − median ${median}| ÷ (1.4826 × median absolute deviation ${mad}) = ${score}`,
  };
  return { zh: `${robust.zh}，界值不低于 ${limit}${beside.zh}`, en: `${robust.en}; hit when at least ${limit}${beside.en}` };
}

/** How a group rule finds its groups, in words, with its numbers. */
export function groupFormula(rule: CheckedRule, finding: GroupFinding): Bilingual {
  const { shape } = rule;
  if (shape.kind !== 'group') return { zh: '', en: '' };
  const keys = shape.keys.map(({ name }) => name).join(', ');
  const size = {
    zh: `${finding.persons} 人，界值不少于 ${finding.limit} 人`,
    en: `${finding.persons} persons; a finding from ${finding.limit} on`,
  };
  switch (shape.form) {
    case 'alike':
      return { zh: `以下各项完全相同：${keys}；${size.zh}`, en: `the same ${keys}; ${size.en}` };
    case 'together': {
      const near = shape.minutes === undefined ? shape.same.map(({ name }) => name).join(', ') : 'minutes';
      const meeting =
        near === 'minutes'
          ? { zh: '前后相隔不超过规定分钟', en: 'within the minutes of the rule' }
          : { zh: `且 ${near} 相同`, en: `with the same ${near}` };
      const linked = {
        zh: '两人同行达到规定天数即相连，相连者合为一组',
        en: 'two persons are linked when they meet on enough days, and linked persons make a group',
      };
      return {
        zh: `同一 ${keys}，${meeting.zh}视为同行；${linked.zh}；${size.zh}`,
        en: `at the same ${keys}, ${meeting.en}; ${linked.en}; ${size.en}`,
      };
    }
    case 'linked':
      return {
        zh: `共用同一 ${keys} 的人相连，相连者合为一组，共用 ${finding.values.length} 个值；${size.zh}`,
        en: `persons who share ${keys} are linked, and linked persons make a group; ${finding.values.length} shared values; ${size.en}`,
      };
  }
}
