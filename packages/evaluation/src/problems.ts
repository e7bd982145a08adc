import { defineProblems } from '@hengjian/standard';

/** The refusals of the evaluation, of the quality of settlement lists and of the public page. */
export const evaluationProblems = defineProblems({
  'evaluation-period': {
    says: { zh: '{period}的末日早于首日', en: '{period} ends before it begins' },
    remedy: { zh: '请依次给出出院日期的首日和末日', en: 'give the first and the last day of discharge' },
    status: 400,
  },
  'evaluation-periods-overlap': {
    says: { zh: '上期与本期重叠', en: 'the former period reaches into the period' },
    remedy: { zh: '上期请在本期开始前结束', en: 'end it before the period begins' },
    status: 400,
  },
  'evaluation-weight': {
    says: { zh: '病组 {group} 的权重为 {weight}', en: 'the weight of {group} is {weight}' },
    remedy: { zh: '请以万分之一为单位的非负整数给出权重', en: 'give weights in whole ten-thousandths' },
    status: 422,
  },
  'evaluation-stay': {
    says: { zh: '病例 {stay} 的 {field} 为 {value}', en: '{field} of the stay {stay} is {value}' },
    remedy: {
      zh: '金额请以分为单位、天数请为整数；没有数据的病例请不要提供',
      en: 'give money in whole fen and days as whole numbers; leave out stays that have none',
    },
    status: 422,
  },
  'evaluation-payment': {
    says: { zh: '病例 {stay} 的支付金额为 {payment}', en: 'the payment of the stay {stay} is {payment}' },
    remedy: { zh: '请以分为单位的整数给出，不知道时为空', en: 'give whole fen, or null when it is not known' },
    status: 422,
  },
  'evaluation-form': {
    says: { zh: '评价表有误：{what}', en: 'the evaluation form is wrong: {what}' },
    remedy: { zh: '请更正评价表：{hint}', en: 'correct the form: {hint}' },
    status: 422,
  },
  'list-rule': {
    says: { zh: '核对规则不完整：{what}', en: 'the rule is not complete: {what}' },
    remedy: { zh: '请补全该行，或删去该行', en: 'complete the row or take it out' },
    status: 422,
  },
  'public-page': {
    says: { zh: '公开页面缺少内容：{what}', en: 'the public page cannot be made: {what}' },
    remedy: { zh: '请提供{expected}', en: 'hand in {expected}' },
    status: 422,
  },
});
