import { shapes } from '@hengjian/rulespec';
import { type Words, words } from '@hengjian/standard';
import type { Evidence } from './finding.ts';

/** How the fund share of a finding was worked out, or why it is not known. */
const methods: Readonly<Record<string, Words>> = {
  none: words('不涉及金额', 'no amount'),
  mixed: words('多种方法', 'several ways'),
  'item-share': words('按结算中基金与范围内金额之比', 'share of the settlement'),
  'out-of-scope': words('不在范围内', 'out of scope'),
  'whole-stay': words('整次住院', 'the whole stay'),
  'assumed-share': words('按假定比例', 'an assumed share'),
  'group-repriced': words('按病组重新计价', 'priced by group again'),
  'group-difference': words('两次付费之差', 'difference of two payments'),
  'no-settlement': words('没有结算数据', 'no settlement'),
  'amount-missing': words(
    '明细或结算缺少符合范围金额，或结算缺少基金支付总额',
    'the line or its settlement lacks the amount in scope, or the settlement what the fund paid',
  ),
  'group-not-known': words('按病组付费，没有付费数据', 'paid by group, and the payment is not known'),
};

const grades: Readonly<Record<string, Words>> = {
  exact: words('准确', 'exact'),
  apportioned: words('按比例分摊', 'apportioned'),
  estimate: words('估算', 'an estimate'),
  none: words('未知', 'not known'),
};

const wordsOf = (known: Readonly<Record<string, Words>>, code: string): Words => known[code] ?? words(code, code);

/** What a rule looks at, in words. */
export const shapeWords = (shape: string): Words =>
  Object.entries(shapes).find(([name]) => name === shape)?.[1].name ?? words(shape, shape);

/** Words of an `amount_method` of findings. */
export const methodWords = (method: string): Words => wordsOf(methods, method);
/** Words of an `amount_grade` of findings. */
export const gradeWords = (grade: string): Words => wordsOf(grades, grade);

const measures: Readonly<Record<string, string>> = {
  ...{ measure: '数值', amount: '金额', cnt: '数量', count: '次数', days: '天数', fund: '基金', inscp: '范围内金额' },
  ...{ ipt_days: '住院天数', kinds: '种类', ownpay: '自费金额', supply: '供药天数', visits: '就诊次数' },
};

/** What measures are counted in; a quantity is counted in whatever the item is. */
const unitsOf: Readonly<Record<string, string>> = {
  ...{ amount: ' 元', fund: ' 元', inscp: ' 元', ownpay: ' 元', count: ' 次', visits: ' 次' },
  ...{ days: ' 天', ipt_days: ' 天', supply: ' 天', kinds: ' 种', institutions: ' 家', persons: ' 人' },
};

/** The parts of which the arithmetic of a finding is made, as it is stored, with what each says in Chinese. */
const parts: readonly (readonly [RegExp, (...found: readonly string[]) => string])[] = [
  [
    /^(\w+) (\S+) > (\S+)$/,
    (measure = '', own, limit) => `${measures[measure] ?? measure} ${own}${unitsOf[measure] ?? ''} > ${limit}${unitsOf[measure] ?? ''}`,
  ],
  [/^no amount at issue$/, () => '不涉及金额'],
  [/^difference of the payments (.+)$/, (amount) => `两次付费之差 ${amount} 元`],
  [/^charge of the stay (.+)$/, (amount) => `整次住院费用 ${amount} 元`],
  [/^charge (.+)$/, (amount) => `费用 ${amount} 元`],
  [/^in scope (\S+)$/, (amount) => `范围内 ${amount} 元`],
  [/^fund share not known \((\S+)\)$/, (method = '') => `基金份额未知（${methodWords(method).zh}）`],
  [/^fund (\S+) \((\S+)\)$/, (amount, method = '') => `基金 ${amount} 元（${methodWords(method).zh}）`],
  [/^fund bears (\S+), counted up to the charge$/, (amount) => `基金承担 ${amount} 元，计至费用为止`],
  [/^an estimate: the fund is assumed to pay (\S+) of what is in scope$/, (share) => `估算：假定基金支付范围内金额的 ${share}`],
  [/^(\S+) ÷ (\S+), (\d+) rows$/, (above, below, rows) => `${above} ÷ ${below}，共 ${rows} 行`],
];

function partInChinese(part: string): string {
  for (const [pattern, say] of parts) {
    const found = pattern.exec(part);
    if (found !== null) return say(...found.slice(1));
  }
  return part;
}

/** The arithmetic of a finding in words; evidence keeps it in English alone, so that one text is stored and hashed. */
export function arithmeticWords({ arithmetic, statistic, group }: Pick<Evidence, 'arithmetic' | 'statistic' | 'group'>): Words {
  const formula = (statistic ?? group)?.formula;
  const begins = formula !== undefined && arithmetic.startsWith(formula.en);
  const rest = begins ? arithmetic.slice(formula.en.length).replace(/^; /, '') : arithmetic;
  const said = rest === '' ? [] : rest.split('; ').map(partInChinese);
  return words([...(begins ? [formula.zh] : []), ...said].join('；'), arithmetic);
}
