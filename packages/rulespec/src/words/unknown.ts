import type { CheckedRule } from '../check/checked.ts';
import { walk } from '../check/ir.ts';
import type { Names } from '../source/rule-source.ts';
import { phrase } from './phrase.ts';
import { names } from './terms.ts';

/** A cause under which the rule says unknown instead of clear. */
export interface UnknownCause {
  readonly cause: string;
  readonly words: Names;
}

const cause = (name: string, zh: string, en: string): UnknownCause => ({ cause: name, words: names(zh, en) });

const horizon = cause('horizon', '回看期早于数据起点', 'the look-back begins before the data');
const reach = cause('person.reach', '人员标识的范围不够', 'the person key does not reach far enough');
const timeOfDay = cause('line.time_precision', '费用时间只到日', 'the fee time has a date only');

function looksBack(rule: CheckedRule): boolean {
  const { shape } = rule;
  if (shape.kind === 'window') return true;
  if (shape.kind === 'pair') return shape.within.kind === 'days' || shape.within.kind === 'point';
  return shape.kind === 'stays' && shape.within_days !== undefined;
}

function ofShape(rule: CheckedRule): readonly UnknownCause[] {
  const { shape } = rule;
  switch (shape.kind) {
    case 'line':
      return [];
    case 'visit':
      return shape.sums.flatMap((sum) => {
        if (sum.measure === 'inscp') return cause('line.inscp_amt', '费用行缺符合范围金额', 'a line lacks its in-scope amount');
        return sum.measure === 'ownpay' ? cause('line.fulamt_ownpay_amt', '费用行缺全自费金额', 'a line lacks its self-funded amount') : [];
      });
    case 'pair': {
      const byTime = ['hour', 'minutes', 'point'].includes(shape.within.kind);
      const byPrescription = shape.within.kind === 'prescription' || shape.within.kind === 'point';
      return [...(byTime ? [timeOfDay] : []), ...(byPrescription ? [cause('line.rx_drord_no', '没有处方号', 'there is no prescription number')] : [])];
    }
    case 'total':
      return [
        ...(shape.over === 'day' && shape.measure === 'cnt'
          ? [cause('line.cnt_daily', '数量是否属于当日不明', 'it is not known whether the quantity belongs to the day')]
          : []),
        ...(shape.over === 'prescription' ? [cause('line.rx_drord_no', '没有处方号', 'there is no prescription number')] : []),
        ...(shape.measure === 'inscp' ? [cause('line.inscp_amt', '缺符合范围金额', 'the in-scope amount is missing')] : []),
        ...(shape.of === 'visit' ? [cause('visit.begntime', '就诊没有开始时间', 'the visit has no begin')] : []),
      ];
    case 'window':
      return [
        ...(shape.measure === 'inscp' ? [cause('line.inscp_amt', '缺符合范围金额', 'the in-scope amount is missing')] : []),
        ...(shape.of === 'visit' ? [cause('visit.begntime', '就诊没有开始时间', 'the visit has no begin')] : []),
      ];
    case 'stays':
      return [
        cause('visit.begntime', '就诊没有开始时间', 'the visit has no begin'),
        ...(shape.within_days === undefined ? [] : [cause('a.endtime', '前次就诊没有结束时间', 'the earlier visit has no end')]),
      ];
    case 'peer':
      return [
        horizon,
        cause('peer.small', `分母不足 ${shape.minimum.size} 条`, `fewer than ${shape.minimum.size} rows in the denominator`),
        ...(shape.compare === 'trend'
          ? [cause('peer.history', `自身前期不足 ${shape.minimum.periods} 期`, `fewer than ${shape.minimum.periods} earlier periods`)]
          : [cause('peer.few', `可比同类不足 ${shape.minimum.peers} 家`, `fewer than ${shape.minimum.peers} comparable entities`)]),
        cause('peer.spread', '同类离差或基数为零而本值突出', 'median or spread is zero and the value stands out'),
        ...shape.peers.map(({ name }) => cause(name, `缺少可比属性 ${name}`, `${name}, by which entities are compared, is missing`)),
        ...(shape.of === 'visit' ? [cause('visit.begntime', '就诊没有开始时间', 'the visit has no begin')] : []),
      ];
    case 'group':
      return [
        ...shape.needs.map((need) => missing(rule, need.cause, need.test)),
        ...(shape.timed ? [shape.of === 'line' ? timeOfDay : cause('visit.time_precision', '就诊时间只到日', 'the time of the visit has a date only')] : []),
        ...(shape.monthly ? [cause('horizon', '该月数据不完整', 'the data cover the month only in part')] : []),
      ];
  }
}

function missing(rule: CheckedRule, name: string, test: Parameters<typeof phrase>[0]): UnknownCause {
  return { cause: name, words: phrase(test, rule, false) };
}

/** What makes the rule unknown, in the order in which it is asked; each cause once. */
export function unknownCauses(rule: CheckedRule): readonly UnknownCause[] {
  const back = looksBack(rule) || [...rule.needs.flatMap(({ test }) => [...walk(test)])].some(({ op }) => op === 'horizon_known');
  const all = [
    ...(rule.source.payment_scope
      ? [cause('line.inscp_amt', '缺符合范围金额，不知是否进入医保支付', 'the in-scope amount is missing, so that it is not known whether the fund pays')]
      : []),
    ...(rule.reach === 'row' ? [] : [reach]),
    ...rule.needs.map((need) => missing(rule, need.cause, need.test)),
    ...ofShape(rule),
    ...(back ? [horizon] : []),
  ];
  return all.filter((own, index) => all.findIndex((other) => other.cause === own.cause) === index);
}
