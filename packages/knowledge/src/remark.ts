/** What a catalogue remark restricts payment to, as far as its words say it without medical judgement. */
export interface Restrictions {
  /** 3 tertiary, 2 secondary, 1 primary hospitals and above. */
  readonly min_rank?: number;
  /** Completed years; the upper limit is the first age that is not covered. */
  readonly age_min?: number;
  readonly age_max?: number;
  /** Days of age from which it is payable; never more than the years or months that the remark says. */
  readonly days_min?: number;
  readonly newborn?: true;
  /** National code of sex: 1 male, 2 female. */
  readonly sex?: '1' | '2';
  readonly scheme?: 'work-injury' | 'maternity';
  /** Settings in which it is payable, joined by `|`. */
  readonly setting?: string;
  readonly second_line?: true;
  readonly max_days?: number;
  /** Whether the cap of days is counted within one stay. */
  readonly max_dose?: string;
  /** What is left: the condition of the patient, for an expert to turn into diagnoses. */
  readonly indication?: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly read: (match: RegExpExecArray, whole: string) => Restrictions | undefined;
}

/** Settings of a drug that is payable in an emergency or a stay. */
export const emergencyOrStay = 'emergency|inpatient';

const ranks: Readonly<Record<string, number>> = { 三: 3, 二: 2, 一: 1 };
const number = (text: string | undefined): number => Number(text);
const childAge = 18;

/** An age is taken when the remark speaks of one group of patients only. */
const oneGroup = (whole: string): boolean => !/[;；]|\d\.\D/.test(whole) && (whole.match(/岁|儿童|成人|青少年|新生儿/g) ?? []).length === 1;

/** An age that is said twice where once would do: 3岁及3岁以上, 13岁和13岁以上. */
export const onceSaid = (text: string): string => text.replaceAll(/(\d+)(?:周)?岁(?:及|和)\1(?:周)?岁以上/g, '$1岁及以上');

const rules: readonly Rule[] = [
  {
    pattern: /限?([三二一])级(?:及以上|以上)?医疗机构(?:的|并|使用)?/,
    read: (match, whole) => (/首次处方时/.test(whole) ? undefined : { min_rank: ranks[match[1] ?? ''] ?? 2 }),
  },
  { pattern: /限?工伤保险/, read: () => ({ scheme: 'work-injury' }) },
  { pattern: /限?生育保险/, read: () => ({ scheme: 'maternity' }) },
  {
    pattern: /限?二线(?:用药|使用|治疗用药)?/,
    read: (_, whole) => (/^限?二线(用药|使用)?$/.test(whole) ? { second_line: true } : undefined),
  },
  { pattern: /(?:单次)?(?:住院)?[,，]?(?:支付)?(?:最多支付|不超过|最长支付)(\d+)天/, read: (match) => ({ max_days: number(match[1]) }) },
  {
    pattern: /(?:支付)?(?:最多支付|不超过)(\d+)个月/,
    read: (match) => ({ max_days: number(match[1]) * 30 + Math.floor(number(match[1]) / 12) * 5 }),
  },
  {
    pattern: /(?:每日|每天)(?:总量)?(?:不超过|最多)(\d+(?:\.\d+)?\s*(?:mg|g|ml|支|片|粒|IU|万单位))/,
    read: (match) => ({ max_dose: `${match[1]}/日` }),
  },
  { pattern: /总量每日不超过(\d+(?:\.\d+)?\s*(?:mg|g|ml))/, read: (match) => ({ max_dose: `${match[1]}/日` }) },
  { pattern: /限?急诊或住院患者/, read: () => ({ setting: emergencyOrStay }) },
  { pattern: /限?门诊(?:和|或|、)住院/, read: () => ({ setting: 'outpatient|inpatient' }) },
  { pattern: /(?:住院患者方予支付|住院方可支付|限住院(?:患者|使用)?|急性期住院患者)/, read: () => ({ setting: 'inpatient' }) },
  { pattern: /限?新生儿(?:使用|患者)?/, read: (_, whole) => (oneGroup(whole) ? { newborn: true } : undefined) },
  {
    pattern: /(\d+)(?:周)?岁(?:及)?以下(?:的)?(?:儿童|患者|患儿)?/,
    read: (match, whole) =>
      oneGroup(whole.replace('儿童', '')) ? { age_max: number(match[1]) + (/及以下/.test(match[0]) ? 1 : 0) } : undefined,
  },
  {
    pattern: /(\d+)(?:周)?岁(?:及)?以上/,
    // An age of so many years and above (以上) includes it (民法典 第一千二百五十九条).
    read: (match, whole) => (oneGroup(whole) ? { age_min: number(match[1]), days_min: number(match[1]) * 365 } : undefined),
  },
  { pattern: /限?儿童(?:使用|患者|用药)?/, read: (_, whole) => (oneGroup(whole) ? { age_max: childAge } : undefined) },
  { pattern: /限?成人|成年人?/, read: (_, whole) => (oneGroup(whole) ? { age_min: childAge, days_min: childAge * 365 } : undefined) },
  {
    pattern: /(\d+)(?:个)?月龄?(?:及)?以上/,
    read: (match, whole) => (/[;；]|\d\.\D/.test(whole) ? undefined : { days_min: Math.floor(number(match[1]) * 30.4) - 2 }),
  },
  { pattern: /女性/, read: (_, whole) => (/男性/.test(whole) || /[;；]/.test(whole) ? undefined : { sex: '2' }) },
  { pattern: /男性/, read: (_, whole) => (/女性/.test(whole) || /[;；]/.test(whole) ? undefined : { sex: '1' }) },
];

/** Restrictions that leave nothing of the remark when they are all it says. */
const closed = /^[限,，。.;；、的并和支付使用患者\s]*$/;
const marks = /^[◇△▲*#★☆\s]*$/;

/**
 * Reads a catalogue remark (备注). Undefined when it restricts nothing that can be read, such as a mark or a
 * description; the remark is then kept as text.
 *
 * @example readRemark('限二级及以上医疗机构癌症患者。') // { min_rank: 2, indication: '限二级及以上医疗机构癌症患者' }
 */
export function readRemark(remark: string): Restrictions | undefined {
  const whole = onceSaid(
    remark
      .normalize('NFKC')
      .replace(/⼉/g, '儿')
      .replace(/\s+/g, '')
      .replace(/[。.]+$/, ''),
  );
  if (marks.test(whole)) return undefined;
  let rest = whole;
  let found: Restrictions = {};
  for (const { pattern, read } of rules) {
    const match = pattern.exec(whole);
    const own = match === null ? undefined : read(match, whole);
    if (match === null || own === undefined) continue;
    found = { ...own, ...found };
    rest = rest.replace(match[0], '');
  }
  const restricts = /限|方予支付|方可支付|不予支付|不超过|最多支付|支付/.test(whole);
  if (!closed.test(rest) && restricts) found = { ...found, indication: whole };
  return Object.keys(found).length === 0 || (!restricts && found.indication === undefined) ? undefined : found;
}
