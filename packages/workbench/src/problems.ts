import { defineProblems } from '@hengjian/standard';

export const workbenchProblems = defineProblems({
  'out-in-lake': {
    says: { zh: '结果不能写入数据湖 {lake} 之内', en: 'results cannot go into the lake {lake}' },
    remedy: { zh: '请在 --out 指定数据湖之外的文件夹', en: 'name a folder outside of the lake with --out' },
    status: 409,
  },
  'settle-method': {
    says: { zh: '{scheme} 是{kind}，不能按 {method} 付费', en: '{scheme} is {kind}, which is not paid by {method}' },
    remedy: { zh: '请改用 {fitting}，或换用与参数相符的方案', en: 'write {fitting}, or name the scheme that belongs to the parameters' },
    status: 409,
  },
  'stays-none': {
    says: { zh: '湖中没有{period}出院的病例', en: 'no stay of the lake was discharged {period}' },
    remedy: {
      zh: '请检查年度（--year 或参数中的年度）或 --from、--to，或换用相应的数据湖',
      en: 'check the year (--year, or that of the parameters) or --from and --to, or name the lake of that time',
    },
    status: 422,
  },
  'stays-ungrouped': {
    says: {
      zh: '{stays} 例中没有一例入组，测算不出权重和费率',
      en: 'of {stays} stays none is in a group: there are no weights and no rates to draft from',
    },
    remedy: {
      zh: '请用 hengjian group --lake 查看原因（多为没有主要诊断），补送后再起草',
      en: 'see why with `hengjian group --lake` (mostly a principal diagnosis is lacking), send what is missing and draft again',
    },
    status: 422,
  },
  'settlement-bare': {
    says: { zh: '该结算只有价格，没有分组方案', en: 'the settlement holds prices only, without the scheme' },
    remedy: { zh: '请指定 settle run 写出的文件夹', en: 'name a folder that settle run wrote' },
    status: 409,
  },
  'stay-unknown': {
    says: { zh: '湖中没有已出院的病例 {ids}', en: 'the lake has no discharged stay {ids}' },
    remedy: { zh: '请检查就诊编号', en: 'check the ids' },
    status: 404,
  },
  'codes-not-listed': {
    says: { zh: '该病例的清单中没有 {codes}', en: 'the stay does not list {codes}' },
    remedy: { zh: '请写清单中的编码', en: 'name codes of its list' },
    status: 422,
  },
  'cases-not-found': {
    says: { zh: '所指定的 {asked} 例中有 {missing} 例不在其中', en: 'cases named: {asked}; not found: {missing}' },
    remedy: { zh: '请检查编号', en: 'check the ids' },
    status: 404,
  },
  'mapping-no-visits': {
    says: { zh: '映射没有从该文件读取就诊（mdtrt_d）', en: 'the mapping reads no visits (mdtrt_d) from the file' },
    remedy: {
      zh: '请映射就诊编号、入院时间和出院时间；没有日期的首页可不带 --mapping，按表头分组',
      en: 'map the number of the visit, admission and discharge; a front page without dates is grouped by its header, without --mapping',
    },
    status: 422,
  },
  'explanations-many': {
    says: { zh: '{count} 例的说明屏幕放不下', en: 'explanations of {count} cases do not fit a screen' },
    remedy: { zh: '请用 --out 写入文件，或用 --case 选择病例', en: 'name a file with --out, or choose cases with --case' },
    status: 413,
  },
  'knowledge-missing': {
    says: { zh: '此文件夹中没有知识库', en: 'the folder holds no knowledge library' },
    remedy: { zh: '请先导入：hengjian knowledge import', en: 'import something into it first: hengjian knowledge import' },
    status: 404,
  },
  'rule-version-name': {
    says: { zh: '“{text}”不是规则的版本', en: '{text} names no version of a rule' },
    remedy: { zh: '请写成 编号@版本，例如 N07@2', en: 'write ID@VERSION, for example N07@2' },
    status: 400,
  },
  'rule-not-checked': {
    says: { zh: '{rule} 的状态为 {state}，只有已检查的版本才能回测', en: '{rule} is {state}; only a checked version is back-tested' },
    remedy: { zh: '请{next}', en: '{next}' },
    status: 409,
  },
  'second-person-missing': {
    says: { zh: '发布须由两人办理', en: 'publishing takes two people' },
    remedy: {
      zh: '请用 --second 指定第二人；只有空库可用 --bootstrap 由一人填充',
      en: 'name the second one with --second, or say --bootstrap to fill an empty store alone',
    },
    status: 403,
  },
  'reprice-dip': {
    says: { zh: '去掉编码重新定价只适用于 DRG', en: 'leaving codes out is worked out for DRG only' },
    remedy: { zh: '请改为去掉金额，或按 DRG 结算', en: 'leave out money, or settle by DRG' },
    status: 409,
  },
  'reprice-invalid': {
    says: { zh: '去掉这些编码后无法分组（{field}）', en: 'without these codes the stay cannot be grouped ({field})' },
    remedy: { zh: '请保留主要诊断', en: 'leave the principal diagnosis in' },
    status: 422,
  },
});
