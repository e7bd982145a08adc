import type { CheckedRule, CheckedShape, CheckedTotal, CheckedWindow, Dispatch, Grouping, Within } from '../check/checked.ts';
import type { CheckedGroup } from '../group/checked.ts';
import type { CheckedPeer, CheckedTerm } from '../peer/checked.ts';
import type { Measure, Names, Scope, SumMeasure, Walk } from '../source/rule-source.ts';
import { phrase } from './phrase.ts';
import { columnName, fieldName, names } from './terms.ts';

/** A sentence of the logic. `part` says which part of the rule it speaks of. */
export interface Sentence {
  readonly part: 'looks' | 'filter' | 'condition' | 'finding';
  readonly words: Names;
}

const walkNames: Readonly<Record<Walk, Names>> = {
  person: names('同一患者', 'one person'),
  practitioner: names('同一医师', 'one practitioner'),
  institution: names('同一机构', 'one institution'),
  trace_code: names('同一药品追溯码', 'one trace code'),
  invoice: names('同一发票', 'one invoice'),
};

const scopeNames: Readonly<Record<Scope, Names>> = {
  day: names('同一自然日内', 'within one calendar day'),
  visit: names('同一次就诊内', 'within one visit'),
  visit_day: names('同一次就诊的同一日内', 'within one day of one visit'),
  prescription: names('同一次就诊的同一张处方内', 'within one prescription of one visit'),
  month: names('同一自然月内', 'within one calendar month'),
  year: names('同一自然年内', 'within one calendar year'),
  history: names('全部历史内', 'within the whole history'),
};

const measureNames: Readonly<Record<Measure, Names>> = {
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

const sumNames: Readonly<Record<SumMeasure, Names>> = {
  cnt: measureNames.cnt,
  amount: measureNames.amount,
  inscp: measureNames.inscp,
  count: measureNames.count,
  ownpay: names('全自费金额合计', 'the sum of fully self-funded amounts'),
};

const subjectNames = { line: names('费用行', 'fee line'), visit: names('就诊', 'visit') } as const;
const unit = { line: '条', visit: '次' } as const;
const table = (name: string): Names => names(`知识表「${name}」`, `table ${name}`);

/** How points reach the rows. */
function reached(dispatch: Dispatch | undefined): Names {
  if (dispatch === undefined) return names('', '');
  const column = columnName(dispatch.column);
  return names(
    `，只看${column.zh}列在知识表「${dispatch.table}」中的，每个知识点各判一次`,
    `, those whose code is among the ${column.en} of table ${dispatch.table}, once for each point`,
  );
}

const withinNames = (within: Within, rule: CheckedRule): Names => {
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

const said = (part: Sentence['part'], zh: string, en: string): Sentence => ({ part, words: names(zh, en) });

/** What becomes of the rows a rule hits. */
const blame = (rule: CheckedRule): string => (rule.source.result === 'violation' ? '计为违规' : '列为可疑');

function condition(rule: CheckedRule, when: Parameters<typeof phrase>[0]): Sentence {
  const words = phrase(when, rule);
  return said('condition', `${words.zh}时命中。`, `It is a hit when ${words.en}.`);
}

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

const termMeasures: Readonly<Record<CheckedTerm['measure'], Names>> = {
  count: names('条数', 'the number of rows'),
  cnt: measureNames.cnt,
  amount: measureNames.amount,
  inscp: measureNames.inscp,
  fund: measureNames.fund,
  ipt_days: measureNames.ipt_days,
};

function termNames(rule: CheckedRule, term: CheckedTerm): Names {
  const measure = termMeasures[term.measure];
  if (term.where === undefined) return measure;
  const where = phrase(term.where, rule);
  const rows = term.measure === 'count' ? measure.en : `${measure.en} of rows`;
  return names(`${where.zh}的行的${measure.zh}`, `${rows} where ${where.en}`);
}

const entityNames = {
  institution: names('机构', 'institution'),
  department: names('科室', 'department'),
  practitioner: names('医师', 'practitioner'),
  item: names('项目', 'item'),
} as const satisfies Record<CheckedPeer['entity'], Names>;
const periodNames = { month: names('月', 'month'), quarter: names('季度', 'quarter'), year: names('年', 'year') } as const satisfies Record<
  CheckedPeer['over'],
  Names
>;

function comparison(rule: CheckedRule, shape: CheckedPeer): Names {
  const limit = phrase(shape.limit, rule);
  const high = shape.direction === 'high';
  if (shape.compare === 'robust') {
    const side = high ? names('高于', 'above') : names('低于', 'below');
    return names(
      `比值${side.zh}同类中位数，且偏离量 |值 − 中位数| ÷（1.4826 × 绝对离差中位数）不小于 ${limit.zh}`,
      `it lies ${side.en} the median of its peers and |value − median| ÷ (1.4826 × median absolute deviation) is at least ${limit.en}`,
    );
  }
  const beside =
    shape.compare === 'ratio'
      ? names('同类中位数', 'the median of its peers')
      : names('自身前期（至多 12 期）均值', 'its own mean over up to 12 earlier periods');
  const word = high ? names('不小于', 'at least') : names('不大于', 'at most');
  return names(`值 ÷ ${beside.zh}${word.zh} ${limit.zh}`, `value ÷ ${beside.en} is ${word.en} ${limit.en}`);
}

function peerSentences(rule: CheckedRule, shape: CheckedPeer): readonly Sentence[] {
  const entity = entityNames[shape.entity];
  const period = periodNames[shape.over];
  const top = termNames(rule, shape.numerator);
  const bottom = shape.denominator === undefined ? undefined : termNames(rule, shape.denominator);
  const columns = shape.peers.map(({ table: own, column }) =>
    own === 'institution' || own === 'practitioner' ? fieldName(own, column) : names(`${own}.${column}`, `${own}.${column}`),
  );
  const list = { zh: columns.map(({ zh }) => zh).join('、'), en: columns.map(({ en }) => en).join(', ') };
  const own = comparison(rule, shape);
  const also = shape.also === undefined ? undefined : phrase(shape.also, rule);
  const least = shape.direction === 'high' ? names('不小于', 'at least') : names('不大于', 'at most');
  const alsoText = also === undefined ? names('', '') : names(`，且值 ÷ 中位数${least.zh} ${also.zh}`, ` and value ÷ median is ${least.en} ${also.en}`);
  const months =
    shape.months.length === 0
      ? names('', '')
      : names(`只判从 ${shape.months.join('、')} 月开始的期间。`, ` Only periods that begin in month ${shape.months.join(', ')} are judged.`);
  const value = bottom === undefined ? top : names(`（${top.zh}）÷（${bottom.zh}）`, `(${top.en}) ÷ (${bottom.en})`);
  const peers =
    shape.compare === 'trend'
      ? names('与自身前期相比', 'It is compared with its own past')
      : shape.peers.length === 0
        ? names('与全部同类相比', 'It is compared with all others')
        : names(`与${list.zh}相同的同类相比`, `It is compared with those of equal ${list.en}`);
  return [
    said(
      'looks',
      `逐${period.zh}、逐${entity.zh}计算：${value.zh}。${peers.zh}。${months.zh}`,
      `For each ${entity.en} and ${period.en}: ${value.en}. ${peers.en}.${months.en}`,
    ),
    said('condition', `${own.zh}${alsoText.zh}时命中。`, `It is a hit when ${own.en}${alsoText.en}.`),
    said('finding', `结论指向${entity.zh}本身，不指向某一笔费用。`, `The finding is about the ${entity.en}, not about a line or a stay.`),
  ];
}

const keyList = (rule: CheckedRule, keys: CheckedGroup['keys']): Names => {
  const parts = keys.map(({ expr }) => phrase(expr, rule));
  return names(parts.map(({ zh }) => zh).join('、'), parts.map(({ en }) => en).join(', '));
};

function groupSentences(rule: CheckedRule, shape: CheckedGroup): readonly Sentence[] {
  const rows = subjectNames[shape.of];
  const keys = keyList(rule, shape.keys);
  const persons = phrase(shape.persons, rule);
  const [times, crowd] = [shape.times, shape.crowd].map((expr) => (expr === undefined ? names('', '') : phrase(expr, rule))) as [Names, Names];
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
      said('condition', `一组中不同患者不少于 ${persons.zh} 人时命中。`, `It is a hit when a group has at least ${persons.en} different persons.`),
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
      `Two ${rows.en}s of different persons with equal ${keys.en} meet when ${meet.en} (crowds of more than ${crowd.en} left out). Two persons who meet on at least ${times.en} different days are linked.`,
    ),
    said('condition', `连在一起的患者不少于 ${persons.zh} 人时命中。`, `It is a hit when at least ${persons.en} persons are connected.`),
    end,
  ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

type Sayers = { readonly [K in CheckedShape['kind']]: (rule: CheckedRule, shape: Extract<CheckedShape, { kind: K }>) => readonly Sentence[] };

/** Each shape in words. One that is missing here fails to compile, by name. */
const sayers: Sayers = {
  line: (rule, shape) => {
    const items = reached(shape.items);
    return [
      said('looks', `逐条看费用行${items.zh}。`, `Every fee line is looked at${items.en}.`),
      condition(rule, shape.when),
      said('finding', `命中的费用行${blame(rule)}。`, 'The line itself is at issue.'),
    ];
  },
  visit: (rule, shape) => {
    const points = reached(shape.points);
    const each = { diagnosis: names('的每条诊断', ' with each of its diagnoses'), operation: names('的每条手术操作', ' with each of its operations') } as const;
    const what = shape.each === undefined ? names('', '') : each[shape.each];
    const sums = shape.sums.map((sum) => {
      const where = sum.where === undefined ? names('全部费用行', 'all fee lines') : phrase(sum.where, rule);
      const rows = sum.where === undefined ? where : names(`${where.zh}的费用行`, `fee lines where ${where.en}`);
      return said(
        'looks',
        `合计〔${sum.name}〕＝该次就诊中${rows.zh}的${sumNames[sum.measure].zh}。`,
        `Sum [${sum.name}] is ${sumNames[sum.measure].en} of ${rows.en} of the visit.`,
      );
    });
    return [
      said('looks', `逐次看就诊${what.zh}${points.zh}。`, `Every visit is looked at${what.en}${points.en}.`),
      ...sums,
      condition(rule, shape.when),
      said('finding', '结论指向这次就诊。', 'The finding is about the visit.'),
    ];
  },
  pair: (rule, shape) => {
    const own = walkNames[rule.source.by];
    const window = withinNames(shape.within, rule);
    const order = shape.order === 'before' ? names('（甲在乙之前）', ' (A before B)') : names('', '');
    const different = shape.different_item ? names('、项目不同', ' and different items') : names('', '');
    const found = ((): Names => {
      if (shape.same === 'table' && shape.items !== undefined)
        return names(
          `项目 A（甲）与项目 B（乙）都有收费，A、B 为${table(shape.items.table).zh}中的一对`,
          `item A (line A) and item B (line B) are both charged, a pair of ${table(shape.items.table).en}`,
        );
      if (shape.same === 'item') return names('有项目相同的两条费用甲、乙', 'there are two lines A and B of the same item');
      if (shape.same === 'key') return names('有两条费用甲、乙', 'there are two lines A and B');
      const column = typeof shape.same === 'object' ? columnName(shape.same.column) : names('', '');
      const items = shape.items === undefined ? names('', '') : table(shape.items.table);
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
  },
  total: (rule, shape) => {
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
        `In order of time, the ${rows.en} at which the running measure first passes the limit and all after it are at issue, those before it involved.`,
      ),
    ];
  },
  window: (rule, shape) => {
    const own = walkNames[rule.source.by];
    const rows = subjectNames[shape.of];
    const items = reached(shape.items);
    const days = phrase(shape.days, rule);
    return [
      said(
        'looks',
        `对${own.zh}的每${unit[shape.of]}${rows.zh}，看截至当日（含）的 ${days.zh} 天内此前的全部${rows.zh}，${grouped(shape.group).zh}归组${items.zh}。`,
        `For each ${rows.en} of ${own.en}, the ${days.en} days up to and including its day are looked at, ${grouped(shape.group).en}${items.en}.`,
      ),
      limitSentence(rule, shape),
      said(
        'finding',
        `使其超过上限的这${unit[shape.of]}${rows.zh}${blame(rule)}，窗内其余列为相关。`,
        `The ${rows.en} that passes the limit is at issue, the others of the window are involved.`,
      ),
    ];
  },
  stays: (rule, shape) => {
    const own = walkNames[rule.source.by];
    const days = shape.within_days === undefined ? undefined : phrase(shape.within_days, rule);
    const gap =
      days === undefined
        ? names('', '')
        : names(`，甲结束到乙开始不超过 ${days.zh} 天（可重叠）`, `, A ending at most ${days.en} days before B begins (they may overlap)`);
    const first = shape.a_where === undefined ? undefined : phrase(shape.a_where, rule);
    const asked = first === undefined ? names('', '') : names(`，其中${first.zh}`, `, where ${first.en}`);
    return [
      said('looks', `${own.zh}先后两次就诊甲、乙${gap.zh}${asked.zh}。`, `Two visits A and B of ${own.en} in order of time${gap.en}${asked.en}.`),
      condition(rule, shape.when),
      said('finding', `乙${blame(rule)}，甲列为相关。`, 'Visit B is at issue, visit A is involved.'),
    ];
  },
  peer: peerSentences,
  group: groupSentences,
};

/** What a rule puts together before it judges: a row, a scope, a window or a period. */
export function scopeWords(rule: CheckedRule): Names {
  const { shape } = rule;
  const walk = walkNames[rule.source.by];
  const days = (length: Names): Names => names(`${walk.zh}，${length.zh} 天内`, `${walk.en}, within ${length.en} days`);
  switch (shape.kind) {
    case 'line':
    case 'visit':
      return names(`单${shape.kind === 'line' ? '条' : '次'}${subjectNames[shape.kind].zh}`, `a single ${subjectNames[shape.kind].en}`);
    case 'pair': {
      const window = withinNames(shape.within, rule);
      return names(`${walk.zh}，${window.zh}`, `${walk.en}, ${window.en}`);
    }
    case 'total':
      return names(`${walk.zh}，${scopeNames[shape.over].zh}`, `${walk.en}, ${scopeNames[shape.over].en}`);
    case 'window':
      return days(phrase(shape.days, rule));
    case 'stays':
      return shape.within_days === undefined ? walk : days(phrase(shape.within_days, rule));
    case 'peer':
      return names(
        `每${entityNames[shape.entity].zh}每${periodNames[shape.over].zh}`,
        `each ${entityNames[shape.entity].en}, each ${periodNames[shape.over].en}`,
      );
    case 'group':
      return names('全市不同患者', 'different persons of the city');
  }
}

/** What a rule looks at and when it hits, sentence by sentence. */
export function shapeSentences(rule: CheckedRule): readonly Sentence[] {
  const { shape } = rule;
  const own = (sayers[shape.kind] as (rule: CheckedRule, shape: CheckedShape) => readonly Sentence[])(rule, shape);
  if (rule.where === undefined) return own;
  const where = phrase(rule.where, rule);
  const filter = said('filter', `只看${where.zh}的。`, `Only where ${where.en}.`);
  const at = own.findIndex(({ part }) => part === 'condition');
  return [...own.slice(0, at), filter, ...own.slice(at)];
}
