import type { BrokenKind } from '@hengjian/sources';
import { type Words, words } from '@hengjian/standard';
import type { Oddity } from './typed.ts';

/** Why a row is not accepted, with what its sender should do. The codes stand in quarantine files and in `quality.json`. */
export const quarantineReasons = {
  unreadable: words('请更正该值，使其符合字段类型', 'correct the value so that it reads as the type of the field'),
  missing: words('请填写必填字段', 'fill the required field'),
  filler: words('必填字段只写了占位值，请填写真实值', 'a required field holds a filler such as 1900-01-01; give its real value'),
  implausible: words('值不可能成立，请核对日期、单位与小数位', 'the value cannot be; check its date, unit and decimal places'),
  reversed: words('结束日期早于开始日期，请更正', 'the end lies before the begin; correct the dates'),
  pseudonym: words('请填写原始人员编号，假名只能由本程序生成', 'give the number of the person; only this program makes pseudonyms'),
  'number-long': words(
    '超过 15 位的数字在电子表格中已丢失末位；请把该列设为文本格式后重新导出',
    'a number of more than 15 digits has lost its last ones in the spreadsheet; format the column as text and export again',
  ),
  merged: words(
    '合并单元格中的金额、单价或数量属于几行，无法知道每行各是多少；请取消合并，逐行填写后重新导出',
    'an amount, price or quantity is merged over several rows and nobody knows what each has; unmerge the cell and fill every row',
  ),
  'broken-row': words('请使本行的单元格数与表头一致，并闭合引号', 'give the row as many cells as the header and close its quotes'),
} as const satisfies Readonly<Record<string, Words>>;

/** What to do about a record that is not whole. */
const brokenReasons: Readonly<Record<BrokenKind, Words>> = {
  'quote-open': words(
    '引号未闭合：请补上引号；值中的引号须写成两个',
    'a quote is not closed: close it; a quote within a value is written twice',
  ),
  'after-quote': words('引号之后还有内容：值中的引号须写成两个', 'text follows a closing quote: a quote within a value is written twice'),
  'half-character': words(
    '有被截断的字符：请按字符而不是按字节截取后重新导出',
    'a character is cut in half: cut texts by characters, not by bytes, and export again',
  ),
  'cell-count': words(
    '单元格数与表头不一致：请检查分隔符和引号',
    'the row has not as many cells as the header: check separators and quotes',
  ),
  'cell-long': words('本行超过 4 MB：请检查引号', 'the row has more than 4 MB: check its quotes'),
  'zero-byte': words('含有空字节：请重新导出', 'it holds a zero byte: export the file again'),
  'not-json': words('不是完整的 JSON 对象', 'it is no whole JSON object'),
};

/** What is wrong with a row, in a few words. */
const reasonNames: Readonly<Record<QuarantineReason, Words>> = {
  unreadable: words('无法识别', 'unreadable'),
  missing: words('必填项为空', 'a required field is empty'),
  filler: words('占位值', 'a filler'),
  implausible: words('不合理的值', 'implausible'),
  reversed: words('起止日期颠倒', 'end before begin'),
  pseudonym: words('不能自带人员标识', 'a pseudonym from outside'),
  'number-long': words('长数字失真', 'a number that lost digits'),
  merged: words('合并单元格', 'a merged cell'),
  'broken-row': words('残缺行', 'not a whole row'),
};

export const reasonWords = (reason: QuarantineReason): Words => reasonNames[reason];
export const brokenWords = (kind: BrokenKind): Words => brokenReasons[kind];

/** The remedy of a record that is not whole, in both languages. */
export const brokenText = (kind: BrokenKind): string => `${brokenReasons[kind].zh} | ${brokenReasons[kind].en}`;

export type QuarantineReason = keyof typeof quarantineReasons;

const isReason = (code: string): code is QuarantineReason => Object.hasOwn(quarantineReasons, code);

/** The code of a reason that a statement returned. */
export function reasonOf(code: string): QuarantineReason {
  if (!isReason(code)) throw new Error(`no reason ${code}`);
  return code;
}

/** The remedy as it stands in quarantine files, which go to people of either language. */
export function reasonText(code: string): string {
  const { zh, en } = quarantineReasons[reasonOf(code)];
  return `${zh} | ${en}`;
}

/** States of accepted rows. */
const statuses: Readonly<Record<string, Words>> = {
  accepted: words('已接收', 'accepted'),
  current: words('当前有效', 'current'),
  pending: words('待定', 'pending'),
  superseded: words('已被更新', 'superseded'),
  conflict: words('互相矛盾', 'in conflict'),
  held: words('存疑暂不计', 'held'),
  duplicate: words('重复', 'duplicate'),
  invalid: words('无效标志', 'excluded invalid'),
  reversed: words('结算冲销', 'reversed'),
  refund: words('已匹配退费', 'refund matched'),
  refunded: words('已全部退费', 'fully refunded'),
  unmatched: words('未匹配退费', 'refund unmatched'),
  doubted: words('计入但有矛盾', 'counted, with a contradiction'),
};

export const statusNames: readonly string[] = Object.keys(statuses);
export const statusWords = (status: string): Words => statuses[status] ?? words(status, status);

/** Why a row that was accepted does not count as it stands, beyond its status. */
const causes: Readonly<Record<string, Words>> = {
  'no-settlement-id': words('缺少结算编号', 'it names no settlement'),
  'settlement-not-arrived': words('结算记录未到', 'its settlement has not arrived'),
  'original-settlement-not-arrived': words('原结算记录未到', 'the original settlement has not arrived'),
  'visit-not-arrived': words('就诊记录未到', 'its visit has not arrived'),
  'other-person': words('行中的人员不是该就诊的人员', 'it names another person than its visit'),
  'original-not-arrived': words('原明细未到', 'the original line has not arrived'),
  settlement: words('由结算状态决定', 'as its settlement'),
  visit: words('由就诊状态决定', 'as its visit'),
  signs: words('数量、单价、金额的正负号与冲销关系互相矛盾', 'the signs of quantity, price and amount contradict each other or the link'),
  copy: words('与已有记录内容相同，视为重复上传', 'it repeats a row that is there already'),
  over: words('退费超过原数量或原金额', 'more was refunded than was charged'),
};

/** What was done to a value that was not taken as it stood, see `typed.ts`. */
const oddityNames: Readonly<Record<Oddity, Words>> = {
  filler: words('占位值，按未填处理', 'a filler, taken as missing'),
  implausible: words('不可能的值，按未知处理', 'it cannot be, taken as unknown'),
  reversed: words('与另一日期先后颠倒，按未知处理', 'it lies before a date it must follow, taken as unknown'),
  rounded: words('小数位过多，已舍入', 'too many decimals, rounded'),
  code: words('编码写法不规范，已按代码表识别', 'a code in another form, read by its table'),
  identity: words('与同行的证件号码不符，按未知处理', 'the identity number of its row says something else, taken as unknown'),
};

export const oddityWords = (oddity: Oddity): Words => oddityNames[oddity];

/** What levels say against each other, see `doubts.ts`. */
const doubtCauses: Readonly<Record<string, Words>> = {
  sex: words('性别在参保登记、就诊与证件号码间不一致', 'register, visits and identity number differ in sex'),
  birth: words('出生日期在参保登记、就诊与证件号码间不一致', 'register, visits and identity number differ in the date of birth'),
  age: words('年龄与出生日期不符', 'the age does not fit the date of birth'),
  death: words('参保登记与就诊、或两次就诊的死亡日期不一致', 'register and visits, or two visits, differ in the day of death'),
  person: words('结算、诊断或手术的人员不是该就诊的人员', 'settlement, diagnosis or operation name another person than the visit'),
  institution: words('明细的机构不是该就诊的机构', 'lines name another institution than their visit'),
  days: words('多数明细不在住院日期内', 'most lines lie outside the days of the stay'),
  period: words('就诊与结算的起止日期不一致', 'visit and settlement differ in the days of the stay'),
  length: words('住院天数与起止日期不符', 'the days of the stay do not fit its dates'),
  setting: words('就诊与结算一为住院、一非住院', 'of visit and settlement one says inpatient and the other does not'),
  early: words('出院早于入院', 'the discharge lies before the admission'),
  diagnosis: words('诊断与性别矛盾', 'a diagnosis contradicts the sex'),
  total: words('结算总额与明细合计不等', 'the settled total is not the sum of the lines'),
};

/** Words of a cause; several are joined by `;`. */
export function causeWords(cause: string): Words {
  const parts = cause.split(';').map((one) => causes[one] ?? doubtCauses[one] ?? words(one, one));
  return words(parts.map(({ zh }) => zh).join('；'), parts.map(({ en }) => en).join('; '));
}
