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
});
