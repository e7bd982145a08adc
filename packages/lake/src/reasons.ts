import { type Words, words } from '@hengjian/standard';

/** Why a row is not accepted, with what its sender should do. The codes stand in quarantine files and in `quality.json`. */
export const quarantineReasons = {
  unreadable: words('请更正该值，使其符合字段类型', 'correct the value so that it reads as the type of the field'),
  missing: words('请填写必填字段', 'fill the required field'),
  filler: words('必填字段只写了占位值，请填写真实值', 'a required field holds a filler such as 1900-01-01; give its real value'),
  implausible: words('值不可能成立，请核对日期、单位与小数位', 'the value cannot be; check its date, unit and decimal places'),
  reversed: words('结束日期早于开始日期，请更正', 'the end lies before the begin; correct the dates'),
  pseudonym: words('请填写原始人员编号，假名只能由本程序生成', 'give the number of the person; only this program makes pseudonyms'),
  'broken-row': words('请使本行的单元格数与表头一致，并闭合引号', 'give the row as many cells as the header and close its quotes'),
} as const satisfies Readonly<Record<string, Words>>;

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

/** Why a row that was accepted does not count as it stands, beyond its status. */
const causes: Readonly<Record<string, Words>> = {
  'no-settlement-id': words('缺少结算编号', 'it names no settlement'),
  'settlement-not-arrived': words('结算记录未到', 'its settlement has not arrived'),
  'original-settlement-not-arrived': words('原结算记录未到', 'the original settlement has not arrived'),
  'visit-not-arrived': words('就诊记录未到', 'its visit has not arrived'),
  'original-not-arrived': words('原明细未到', 'the original line has not arrived'),
  settlement: words('由结算状态决定', 'as its settlement'),
  visit: words('由就诊状态决定', 'as its visit'),
  signs: words('数量、单价、金额的正负号与冲销关系互相矛盾', 'the signs of quantity, price and amount contradict each other or the link'),
  copy: words('与已有记录内容相同，视为重复上传', 'it repeats a row that is there already'),
  over: words('退费数量超过原数量', 'more was refunded than was charged'),
};

export const causeWords = (cause: string): Words => causes[cause] ?? words(cause, cause);
