import { defineProblems } from '@hengjian/standard';

export const settlementProblems = defineProblems({
  'settlement-scheme': {
    says: {
      zh: '文件夹中的分组方案不是定价所用的 {scheme}',
      en: 'the folder holds another scheme than {scheme}, which its prices are for',
    },
    remedy: { zh: '请重新结算到新的文件夹', en: 'settle again into a new folder' },
    status: 409,
  },
  'statement-missing': {
    says: { zh: '结算结果中没有医院 {hospital} 的结算单', en: 'the settlement has no statement of the hospital {hospital}' },
    remedy: { zh: '请检查医院代码', en: 'check the code of the hospital' },
    status: 404,
  },
  'pools-overlap': {
    says: {
      zh: '险种 {insutype} 的病例同时属于基金池 {first} 和 {second}',
      en: 'stays of insurance {insutype} belong to the pools {first} and {second}',
    },
    remedy: { zh: '请调整险种与就医地，使每个病例只属于一个基金池', en: 'let every stay belong to one pool' },
    status: 422,
  },
  'rate-missing': {
    says: {
      zh: '基金池 {pool} 没有费率，也没有可用来测算费率的病组付费病例',
      en: 'the pool {pool} has no rate, and no stay paid by group from which one could be worked out',
    },
    remedy: {
      zh: '请填写 pools 中该池的 rate（元），或用 --past 提供往年病例；并核对 local_areas 与该池的 insutypes',
      en: 'fill in the rate of the pool (yuan), or give stays of past years with --past; check local_areas and insutypes',
    },
    status: 422,
  },
  'weights-none': {
    says: { zh: '没有任何病组的权重', en: 'no group has a weight' },
    remedy: {
      zh: '请在参数中填写 groups，或填写 weights 并用 --past 提供往年病例',
      en: 'fill in groups, or weights with stays of past years (--past)',
    },
    status: 422,
  },
  'stay-not-settled': {
    says: { zh: '病例 {stay} 不在本次结算范围内', en: '{stay} is no stay of this settlement' },
    remedy: { zh: '请检查就诊编号，或结算该病例所在的月份', en: 'check the id, or settle the month that holds the stay' },
    status: 404,
  },
  'stay-other-hospital': {
    says: { zh: '病例 {stay} 不是医院 {hospital} 的病例', en: 'the stay {stay} is not one of the hospital {hospital}' },
    remedy: { zh: '请由收治该病例的医院提交', en: 'let the hospital of the stay hand it in' },
    status: 409,
  },
});
