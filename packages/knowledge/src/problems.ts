import { defineProblems, type Words, words } from '@hengjian/standard';

/** Problems of published knowledge files that no problem of every package says. */
export const knowledgeProblems = defineProblems({
  'knowledge-none': {
    says: {
      zh: '没有从{files}中读到任何知识点、代码集或目录',
      en: 'nothing was read from {files}: neither points nor codes nor a catalogue',
    },
    remedy: {
      zh: '请检查是否选对文件，表头是否为已知格式（见 docs/knowledge.md）',
      en: 'check that these are the right files and that their headers are in a known layout (docs/knowledge.md)',
    },
    status: 422,
  },
  'columns-shifted': {
    says: {
      zh: '{rows} 行中有 {wrong} 行与表头不符，整个文件未导入',
      en: 'rows that do not fit the header: {wrong} of {rows}; nothing was imported',
    },
    remedy: { zh: '请将各列移回对应的表头之下', en: 'move the columns back under their headers' },
    status: 422,
  },
  'codes-missing': {
    says: { zh: '没有工作表给出{name}的代码', en: 'no sheet gives the codes of {name}' },
    remedy: { zh: '请与代码表一起导入', en: 'import the sheet of codes together with this one' },
    status: 422,
  },
  'name-broken': {
    says: {
      zh: '{rule_class}的“{name}”不是名称，而是排版时混入的表头或说明',
      en: '{name} of {rule_class} is no name: words of a header or of a sentence stand in its place',
    },
    remedy: { zh: '请改用该类知识点的原文件', en: 'import the file of that class itself' },
    status: 422,
  },
  contradiction: {
    says: { zh: '{table} 中{name}与 {point} 同期取值不同', en: '{name} of {table} has other values than {point} for the same days' },
    remedy: { zh: '请保留正确的一条，或为后一条写明首日', en: 'keep the right one of the two, or give the later one its own first day' },
    status: 422,
  },
});

/** Why a remark stays text until an expert has read it. */
export const keptReasons = {
  'sex-open': words('未写明性别', 'the source does not say which sex'),
  'level-open': words('未写明机构级别', 'no level is named'),
  'course-open': words('未以一次住院的天数写明疗程', 'the cap is not given in days of one stay'),
  'setting-open': words('不限于住院支付', 'it is payable in more settings than inpatient'),
  'cap-open': words('未给出单日上限', 'the source does not give the daily cap'),
  'cycle-open': words('未给出频次上限和周期', 'the source does not give cap and cycle'),
  'days-open': words('未以天数写明上限', 'the cap is not given in days'),
  'age-open': words('法定劳动年龄随性别和年份而变', 'the statutory working age depends on sex and year'),
  'window-open': words('未给出重复收费的时间范围', 'the source does not give the window of the pair'),
  'name-open': words(
    '名称本身没有说明用于何处，需要各省耗材代码',
    'the name alone does not say where it is used; the codes of the province would',
  ),
  'codes-open': words('一起导入的文件没有给出该名称的代码', 'no file imported with it gives a code for the name'),
  'pair-open': words('两个名称未分开，无法辨认', 'the two names run into each other'),
  'years-open': words('未写明年龄', 'no age is named'),
  'condition-open': words('条件为病情描述，需专家转为诊断', 'the condition is said in words that an expert turns into diagnoses'),
  'caution-open': words('只提示减量或监测，不限制使用', 'it says how to dose or to watch, and bars nothing'),
  'partner-open': words('未写明另一药品，或只写了药理类别', 'the other drug is not named, or only its class is'),
  'price-open': words('未给出整项的价格', 'no price of the whole is given'),
  'rule-open': words('没有规则读取这种关系', 'no rule reads what it says'),
  'article-open': words('只给出耗材的通称', 'the article is named by its kind only'),
  'evidence-open': words('需由执行记录或库存证明', 'it takes records of what was done or in stock'),
  'text-lost': words('来源未给出该类的说明', 'the source lost what it says of this class'),
  'remark-open': words('备注中没有可识别的限制', 'the remark restricts nothing that can be read'),
} as const satisfies Readonly<Record<string, Words>>;

export type KeptReason = keyof typeof keptReasons;

export const isKeptReason = (text: string): text is KeptReason => Object.hasOwn(keptReasons, text);
