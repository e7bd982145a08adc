import { missingTexts, words } from '@hengjian/standard';
import type { DraftQuestion } from './ask.ts';
import { codeNamed, plainHeader } from './headers.ts';
import type { Profile } from './profile.ts';
import { giving } from './refunds.ts';

/** Headers of lines that say which of them count. */
const stateHeader = /^(?:(?:单据|记录|费用|明细|收费|记账|票据|数据)?状态|(?:是否)?(?:作废|取消|撤销)(?:标志|标识|标记|状态)?)$/;
const voidHeader = /作废|取消|撤销/;
const validHeader = /有效|^valiflag$/;
const [mostValues, longestValue] = [8, 8];

/** Whether a row with this value counts (1) or not (0); undefined where nobody knows. */
function validityOf(column: string, value: string): '0' | '1' | undefined {
  const header = plainHeader(column);
  const isValid = validHeader.test(header);
  if ((value === '是' || value === '否') && (isValid || voidHeader.test(header))) return (value === '是') === isValid ? '1' : '0';
  if (/^\d+$/.test(value)) return isValid && (value === '0' || value === '1') ? value : undefined;
  // What gives back counts: as negative, by its sign or by the answer that is asked for.
  if (giving.test(value)) return '1';
  const code = codeNamed('vali_flag', value);
  return code === '0' || code === '1' ? code : undefined;
}

/** The column of lines whose header and values say that some of them may not count. */
export const stateColumn = (profiles: readonly Profile[]): Profile | undefined =>
  profiles.find(
    ({ column, values, distinct, filled, rows }) =>
      stateHeader.test(plainHeader(column)) &&
      distinct <= mostValues &&
      values.every(({ value }) => value.length <= longestValue) &&
      (distinct > 1 || (distinct === 1 && filled < rows)) &&
      values.some(({ value }) => validityOf(column, value) !== '1'),
  );

/** How `vali_flag` is filled; values that nobody knows have to be answered, for a cancelled line that counts accuses somebody. */
export function validitySpec(
  table: string,
  { column, values }: Profile,
): { readonly spec: unknown; readonly questions: readonly DraftQuestion[] } {
  const said = values.filter(({ value }) => !missingTexts.includes(value));
  const found = said.slice(0, mostValues).map(({ value }) => ({ value, code: validityOf(column, value) }));
  const questions = found
    .filter(({ code }) => code === undefined)
    .map(
      ({ value }): DraftQuestion => ({
        id: `vali_flag-${value}`,
        ask: words(
          `“${column}”为“${value}”的行算数吗？算填 1，作废填 0`,
          `do rows with “${value}” in “${column}” count? 1 if so, 0 if not`,
        ),
        why: words('作废的行若当作有效，会使人受到错误的指控', 'a cancelled row that counts would accuse somebody who did nothing'),
        choices: ['1', '0'],
        required: true,
        sets: ['tables', table, '*', 'columns', 'vali_flag', 'codes', value],
      }),
    );
  const codes = Object.fromEntries(found.flatMap(({ value, code }) => (code === value ? [] : [[value, code ?? ''] as const])));
  return { spec: Object.keys(codes).length === 0 ? column : { from: column, codes }, questions };
}
