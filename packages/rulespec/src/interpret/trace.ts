import { type Words, words } from '@hengjian/standard';

/** What a trace is told of: a line, a visit, and what reached it. */
export interface SubjectKey {
  readonly line: number;
  readonly visit: number;
  readonly point: number;
  readonly code: number;
}

/** What a rule did with a subject, one after another, in words. */
export const stepWords = {
  hit: words('命中', 'hit'),
  clear: words('不构成违规', 'clear'),
  unknown: words('无法判断', 'unknown'),
  'not applicable': words('不适用', 'not applicable'),
  'not looked at': words('未核查', 'not looked at'),
  counted: words('计入', 'counted'),
  gathered: words('归集待判', 'gathered'),
  measure: words('计量', 'measure'),
  'exception holds': words('例外成立', 'exception holds'),
  'exception does not hold': words('例外不成立', 'exception does not hold'),
} as const satisfies Readonly<Record<string, Words>>;

export type StepName = keyof typeof stepWords;

/** What is said of steps that need no further words. */
export const nothingMore: Words = words('', '');

/** Why subjects are clear or not looked at. */
export const reasons = {
  ownExpense: words('自费，不进入医保支付', 'own expense'),
  conditionFails: words('判定条件不成立', 'when does not hold'),
  filtered: words('不在规则所看的范围', 'where does not hold'),
  exception: words('例外', 'exception'),
  withinLimit: words('未超过上限', 'within the limit'),
  noOtherStay: words('没有另一次就诊', 'no other stay'),
  noPartner: words('没有与之配对的费用行', 'no partner'),
  notInForce: words('判定日规则未施行', 'the rule is not in force on the decisive day'),
  involved: words('为某条疑点所涉及，但本身不违规', 'it is involved in a finding, but not violating'),
  looksAtVisits: words('规则看的是就诊，不是费用行', 'the rule looks at visits, not at lines'),
  looksAtLines: words('规则看的是费用行，不是就诊', 'the rule looks at lines, not at visits'),
} as const satisfies Readonly<Record<string, Words>>;

const reached = { item: words('该项目', 'the item'), code: words('该编码', 'the code') } as const;

/** No knowledge point of a table speaks of an item or a code. */
export const unreached = (table: string | undefined, what: keyof typeof reached): Words =>
  words(`表 ${table ?? ''} 中没有施行的知识点涉及${reached[what].zh}`, `no point of ${table ?? ''} in force reaches ${reached[what].en}`);

export const measured = (measure: string, limit: string): Words => words(`${measure}，上限 ${limit}`, `${measure} against ${limit}`);

/** Is told of each step; `key` is the cause of an unknown, or what a row is counted for. */
export type Trace = (subject: SubjectKey, step: StepName, detail: Words, key?: string) => void;
