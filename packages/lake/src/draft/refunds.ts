import { type Words, words } from '@hengjian/standard';
import { type AnswerPath, nothingAnswer } from '../questions.ts';
import type { DraftQuestion } from './ask.ts';
import { type Profile, shareOf } from './profile.ts';

/** A column that seems to say which lines give back, and its values. */
export interface RefundFlag {
  readonly column: string;
  readonly values: readonly string[];
}

const flagHeader = /^(收|退|冲)[^额价量号时间日]*(标志|标识|标记|状态|类型|类别)$|^(是否)?(退费|退药|退款|冲销|冲红|冲账|红冲)$/;
const stateHeader = /^(记录|记账|收费|费用|明细|交易|业务|单据|票据)(状态|标志|标识|性质|类型)$|^状态$/;
/** Words of what gives back. */
export const giving = /退|冲|红字|负/;
const mostValues = 8;

const plain = (column: string): string => column.replaceAll(/[\s（）()：:]/g, '');
const valuesOf = ({ values }: Profile): readonly string[] => values.map(({ value }) => value);

/** A column says so by its header, has several values (one of them may be blank) and fills no field, or its values do. */
function isFlag(profile: Profile, isField: boolean): boolean {
  const { column, values, filled, rows } = profile;
  if (values.length === 0 || values.length > mostValues || values.some(({ value }) => value.length > 8)) return false;
  const differs = !isField && (values.length > 1 || filled < rows);
  const says = values.some(({ value }) => giving.test(value));
  return flagHeader.test(plain(column)) ? differs || says : stateHeader.test(plain(column)) && says;
}

const hasMinus = (profile: Profile | undefined): boolean =>
  profile !== undefined && shareOf(profile, (value) => /^\s*[-－−(（]|-\s*$/.test(value)) > 0;

/** The column that alone says which lines give back: no quantity or amount has a minus, and no line names another one. */
export function refundFlag(
  profiles: readonly Profile[],
  counted: readonly (Profile | undefined)[],
  link: Profile | undefined,
  fields: readonly Profile[] = [],
): RefundFlag | undefined {
  if (counted.some(hasMinus) || (link?.filled ?? 0) > 0) return undefined;
  const flag = profiles.find((one) => isFlag(one, fields.includes(one)) && !counted.includes(one));
  return flag === undefined ? undefined : { column: flag.column, values: valuesOf(flag) };
}

/** Asks which values of the flag stand on lines that give back. */
export function refundQuestion(place: Words, entry: AnswerPath, { column, values }: RefundFlag): DraftQuestion {
  return {
    id: 'refunds',
    ask: words(
      `“${place.zh}”的“${column}”取哪个值的行是退费（数量和金额应按负数计）？多个值用 | 连接，没有退费答 skip`,
      `which value of “${column}” of “${place.en}” stands on lines that give back, and count as negative? several by |; skip: none`,
    ),
    why: words(
      '数量和金额都没有负号，也没有原费用流水号；不问清楚，退费会当作收费',
      'neither quantities nor amounts have a minus, and no line names its original; refunds would count as charges',
    ),
    choices: [...values, nothingAnswer],
    required: true,
    several: true,
    sets: [...entry, 'refunds', 'values'],
  };
}
