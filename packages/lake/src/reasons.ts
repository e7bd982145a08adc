import { type Words, words } from '@hengjian/standard';

/** Why a row is not accepted, with what its sender should do. The codes stand in quarantine files and in `quality.json`. */
export const quarantineReasons = {
  unreadable: words('请更正该值，使其符合字段类型', 'correct the value so that it reads as the type of the field'),
  missing: words('请填写必填字段', 'fill the required field'),
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
