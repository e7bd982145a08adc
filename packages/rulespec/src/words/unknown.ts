import type { CheckedRule } from '../check/checked.ts';
import type { Expr } from '../check/ir.ts';
import type { Names } from '../source/vocabulary.ts';
import { phrase } from './phrase.ts';
import { names } from './terms.ts';

/** A cause under which the rule says unknown instead of clear. */
export interface UnknownCause {
  readonly cause: string;
  readonly words: Names;
}

export const unknownCause = (name: string, zh: string, en: string): UnknownCause => ({ cause: name, words: names(zh, en) });

/** A cause that is the lack of what a test asks for. */
export const lackOf = (rule: CheckedRule, name: string, test: Expr): UnknownCause => ({ cause: name, words: phrase(test, rule, false) });

/** Causes that several shapes have. */
export const commonCauses = {
  horizon: unknownCause('horizon', '回看期早于数据起点', 'the look-back begins before the data'),
  reach: unknownCause('person.reach', '人员标识的范围不够', 'the person key does not reach far enough'),
  timeOfDay: unknownCause('line.time_precision', '费用时间只到日', 'the fee time has a date only'),
  prescription: unknownCause('line.rx_drord_no', '没有处方号', 'there is no prescription number'),
  inscope: unknownCause('line.inscp_amt', '缺符合范围金额', 'the in-scope amount is missing'),
  begin: unknownCause('visit.begntime', '就诊没有开始时间', 'the visit has no begin'),
} as const;
