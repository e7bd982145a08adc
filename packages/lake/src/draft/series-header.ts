// The front page of a record (病案首页) has a column for each diagnosis and operation: 主要诊断编码, 其他诊断编码1, 其他诊断编码2.

export type Subject = 'diagnosis' | 'operation';
export type Attribute = 'code' | 'name' | 'condition' | 'date' | 'begin' | 'end' | 'anaesthesia' | 'bare';

/** What a header says of its place in a series. */
export interface SeriesHeader {
  readonly subject: Subject;
  readonly role: 'main' | 'other' | undefined;
  readonly attribute: Attribute;
  readonly number: number | undefined;
}

const attributes: readonly (readonly [Attribute, RegExp])[] = [
  ['code', /^(?:疾病)?(?:编码|代码|编号|icd(?:编码|代码|码)?)$/],
  ['name', /^(?:疾病)?(?:名称|描述)$/],
  ['condition', /^(?:的)?入院(?:病情|时情况|情况)$/],
  ['date', /^(?:日期|时间)$/],
  ['begin', /^开始(?:日期|时间)$/],
  ['end', /^(?:结束|完成)(?:日期|时间)$/],
  ['anaesthesia', /^麻醉方式$/],
  ['bare', /^$/],
];

const subjectPattern =
  /^(?:出院)?(?<role>主要|主|首要|其他|其它|次要|附加)?(?:出院)?(?<subject>(?:疾病)?诊断|手术(?:[及与和]?操作)?)(?<rest>.*)$/;
const roles: Readonly<Record<string, 'main' | 'other'>> = { 主要: 'main', 主: 'main', 首要: 'main' };

/** A header in one way of writing: figures in brackets stay, other brackets, blanks and signs go. */
const plainSeries = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll(/[（(【[]\s*(\d{1,2})\s*[）)】\]]/g, '$1')
    .replaceAll(/[（(【[][^）)】\]]*[）)】\]]/g, '')
    .replaceAll(/[\s_:：*#.、·/]/g, '');

const ordinals = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

/** A header that counts its places in words, as one that counts them in figures: the first is the principal one. */
function counted(plain: string): string {
  const [, ordinal = '', rest = ''] = /^(?:出院)?第([一二三四五六七八九十]|\d{1,2})((?:诊断|手术).*)$/.exec(plain) ?? [];
  if (ordinal === '') return plain;
  const number = /^\d/.test(ordinal) ? Number(ordinal) : ordinals.indexOf(ordinal) + 1;
  return number === 1 ? `主要${rest}` : `其他${rest}${number - 1}`;
}

/** Takes the number of a place off the beginning or the end of what follows the subject. */
function numbered(rest: string): { readonly attribute: string; readonly number: number | undefined } {
  const [, before = '', attribute = '', after = ''] = /^(\d{0,2})-?(.*?)-?(\d{0,2})$/.exec(rest) ?? [];
  const number = before === '' ? after : before;
  return {
    attribute: before !== '' && after !== '' ? `${attribute}${after}` : attribute,
    number: number === '' ? undefined : Number(number),
  };
}

/** Codes of the standard by which front pages are uploaded (住院病案首页数据采集接口). */
const uploaded: Readonly<Record<string, readonly [Subject, 'main' | 'other' | undefined, Attribute]>> = {
  zyzd: ['diagnosis', 'main', 'name'],
  qtzd: ['diagnosis', 'other', 'name'],
  jbdm: ['diagnosis', undefined, 'code'],
  rybq: ['diagnosis', undefined, 'condition'],
  ssjczbm: ['operation', undefined, 'code'],
  ssjczmc: ['operation', undefined, 'name'],
  ssjczrq: ['operation', undefined, 'date'],
  mzfs: ['operation', undefined, 'anaesthesia'],
};

/** What a code of the upload standard says, such as JBDM1. */
function uploadedHeader(plain: string): SeriesHeader | undefined {
  const [, code = '', figures = ''] = /^([a-z]+)(\d{0,2})$/.exec(plain) ?? [];
  const known = uploaded[code];
  if (known === undefined) return undefined;
  const [subject, role, attribute] = known;
  const number = figures === '' ? undefined : Number(figures);
  return { subject, role: number === undefined ? 'main' : (role ?? (subject === 'diagnosis' ? 'other' : undefined)), attribute, number };
}

/** What a header says of a series; nothing for any other header. */
export function seriesHeader(name: string): SeriesHeader | undefined {
  const plain = counted(plainSeries(name));
  const code = uploadedHeader(plain);
  if (code !== undefined) return code;
  const lone = /^(入院病情|麻醉方式)(\d{1,2})$/.exec(plain);
  if (lone !== null) {
    const isCondition = lone[1] === '入院病情';
    const own = isCondition ? (['diagnosis', 'condition'] as const) : (['operation', 'anaesthesia'] as const);
    return { subject: own[0], role: undefined, attribute: own[1], number: Number(lone[2]) };
  }
  if (plain === '入院病情') return { subject: 'diagnosis', role: 'main', attribute: 'condition', number: undefined };
  const { role = '', subject = '', rest = '' } = subjectPattern.exec(plain)?.groups ?? {};
  if (subject === '') return undefined;
  // The 10 of ICD-10 is no place.
  const { attribute: text, number } = numbered(rest.replace(/icd-?(?:10|9)(?:-?cm-?3)?/, 'icd'));
  const attribute = attributes.find(([, pattern]) => pattern.test(text))?.[0];
  if (attribute === undefined) return undefined;
  return {
    subject: subject.endsWith('诊断') ? 'diagnosis' : 'operation',
    role: role === '' ? undefined : (roles[role] ?? 'other'),
    attribute,
    number,
  };
}

/** Whether a header can only be one of several columns of a kind. */
export const isSeriesHeader = (name: string): boolean => {
  const found = seriesHeader(name);
  return found !== undefined && (found.number !== undefined || found.role === 'other');
};
