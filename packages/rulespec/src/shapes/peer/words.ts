import type { CheckedRule } from '../../check/checked.ts';
import type { Names } from '../../source/vocabulary.ts';
import { phrase } from '../../words/phrase.ts';
import { measureNames, type Sentence, said } from '../../words/sentence.ts';
import { fieldName, names } from '../../words/terms.ts';
import { commonCauses, type UnknownCause, unknownCause } from '../../words/unknown.ts';
import type { CheckedPeer, CheckedTerm } from './types.ts';

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

export const entityNames = {
  institution: names('机构', 'institution'),
  department: names('科室', 'department'),
  practitioner: names('医师', 'practitioner'),
  item: names('项目', 'item'),
} as const satisfies Record<CheckedPeer['entity'], Names>;
export const periodNames = {
  month: names('月', 'month'),
  quarter: names('季度', 'quarter'),
  year: names('年', 'year'),
} as const satisfies Record<CheckedPeer['over'], Names>;

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

/** A peer rule in words. */
export function peerSentences(rule: CheckedRule, shape: CheckedPeer): readonly Sentence[] {
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
  const alsoText =
    also === undefined ? names('', '') : names(`，且值 ÷ 中位数${least.zh} ${also.zh}`, ` and value ÷ median is ${least.en} ${also.en}`);
  const months =
    shape.months.length === 0
      ? names('', '')
      : names(
          `只判从 ${shape.months.join('、')} 月开始的期间。`,
          ` Only periods that begin in month ${shape.months.join(', ')} are judged.`,
        );
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

/** Why a comparison stays open, in the order in which it is asked. */
export function peerCauses(_: CheckedRule, shape: CheckedPeer): readonly UnknownCause[] {
  const { size, periods, peers } = shape.minimum;
  return [
    commonCauses.horizon,
    unknownCause('peer.small', `分母不足 ${size} 条`, `fewer than ${size} rows in the denominator`),
    shape.compare === 'trend'
      ? unknownCause('peer.history', `自身前期不足 ${periods} 期`, `fewer than ${periods} earlier periods`)
      : unknownCause('peer.few', `可比同类不足 ${peers} 家`, `fewer than ${peers} comparable entities`),
    unknownCause('peer.spread', '同类离差或基数为零而本值突出', 'median or spread is zero and the value stands out'),
    ...shape.peers.map(({ name }) => unknownCause(name, `缺少可比属性 ${name}`, `${name}, by which entities are compared, is missing`)),
    ...(shape.of === 'visit' ? [commonCauses.begin] : []),
  ];
}
