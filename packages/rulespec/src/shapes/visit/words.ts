import type { CheckedRule } from '../../check/checked.ts';
import type { Names, SumMeasure } from '../../source/vocabulary.ts';
import { phrase } from '../../words/phrase.ts';
import { condition, measureNames, reached, type Sentence, said } from '../../words/sentence.ts';
import { names } from '../../words/terms.ts';
import type { CheckedVisit } from './types.ts';

const sumNames: Readonly<Record<SumMeasure, Names>> = {
  cnt: measureNames.cnt,
  amount: measureNames.amount,
  inscp: measureNames.inscp,
  count: measureNames.count,
  ownpay: names('全自费金额合计', 'the sum of fully self-funded amounts'),
};

/** A visit rule in words. */
export function visitSentences(rule: CheckedRule, shape: CheckedVisit): readonly Sentence[] {
  const points = reached(shape.points);
  const each = {
    diagnosis: names('的每条诊断', ' with each of its diagnoses'),
    operation: names('的每条手术操作', ' with each of its operations'),
  } as const;
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
}
