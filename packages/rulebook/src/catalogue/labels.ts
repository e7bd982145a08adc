import { definitionOf, type Names, type RuleSource, shapes } from '@hengjian/rulespec';

const names = (zh: string, en: string): Names => ({ zh, en });

type Labels<K extends string> = Readonly<Record<K, Names>>;

export const resultLabels: Labels<RuleSource['result']> = {
  violation: names('明确违规', 'violation'),
  suspicious: names('可疑', 'suspicious'),
  statistic: names('统计监测', 'statistic'),
};

export const objectLabels: Labels<RuleSource['object']> = {
  drug: names('药品', 'drug'),
  item: names('医疗服务项目', 'service'),
  consumable: names('医用耗材', 'consumable'),
  visit: names('就诊', 'visit'),
  person: names('参保人', 'person'),
  practitioner: names('医师', 'practitioner'),
  institution: names('机构', 'institution'),
};

/** What shapes are called; their records say so. */
export const shapeLabels: Readonly<Record<string, Names>> = Object.fromEntries(Object.values(shapes).map(({ kind, name }) => [kind, name]));
export const shapeLabel = ({ shape }: RuleSource): Names => definitionOf(shape, shapes).name;

export const stageLabels: Labels<RuleSource['stages'][number]> = {
  before: names('事前', 'before'),
  during: names('事中', 'during'),
  after: names('事后', 'after'),
};

export const overrideLabels: Labels<RuleSource['override']> = {
  allowed: names('可继续', 'may go on'),
  with_reason: names('说明理由可继续', 'may go on with a reason'),
  never: names('不可继续', 'may not go on'),
};

export const decisiveLabels: Labels<RuleSource['decisive']> = {
  service: names('费用发生日', 'day of service'),
  admission: names('入院日', 'day of admission'),
  settlement: names('结算日', 'day of settlement'),
};

export const ownerLabels: Labels<RuleSource['owner']> = {
  treatment: names('就医地', 'area of treatment'),
  insurance: names('参保地', 'area of insurance'),
};

export const certaintyLabels: Labels<'cited' | 'inferred'> = { cited: names('明文', 'cited'), inferred: names('推定', 'inferred') };

export const caseLabels: Labels<RuleSource['cases'][number]['kind']> = {
  hit: names('命中', 'hit'),
  clear: names('不命中', 'clear'),
  boundary: names('边界', 'boundary'),
  unknown: names('未知', 'unknown'),
};

export const listLabels: Labels<'hospital' | 'pharmacy'> = {
  hospital: names('定点医疗机构', 'hospital'),
  pharmacy: names('定点零售药店', 'pharmacy'),
};

export const pointLabels: Labels<'ready' | 'examples' | 'missing'> = {
  ready: names('随库可用', 'as shipped'),
  examples: names('随库仅示例', 'examples only'),
  missing: names('需补充', 'to be added'),
};

const classNames: Readonly<Record<string, string>> = {
  政策类: 'policy',
  管理类: 'management',
  医疗类: 'medical',
  实务类: 'practice',
  药品政策限定: 'drug policy limits',
  医疗服务项目政策限定: 'service policy limits',
  医用耗材政策限定: 'consumable policy limits',
  信息数据监管: 'data',
  药品监管: 'drugs',
  医用耗材监管: 'consumables',
  行为主体监管: 'conduct',
  统计指标监测: 'statistics',
  药品合理使用: 'rational use of drugs',
  医疗服务项目合理使用: 'rational use of services',
  医用耗材合理使用: 'rational use of consumables',
  收费类: 'charging',
  住院类: 'stays',
  药品与药店类: 'drugs and pharmacies',
  支付方式类: 'payment methods',
  参保人类: 'insured persons',
  医师类: 'practitioners',
  聚集与团伙类: 'groups',
};

/** A class as the rule names it; a bureau's own class keeps its name in both languages. */
export const classLabel = (name: string): Names => names(name, classNames[name] ?? name);
