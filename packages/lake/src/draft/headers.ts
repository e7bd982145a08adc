import { columnName } from '@hengjian/sources';
import { dictionary, libraryText, parseCsvRecords } from '@hengjian/standard';
import { codeNames } from '../code-names.ts';
import { isSeriesHeader } from './series-header.ts';

/** What a header is known to mean. */
export interface KnownHeader {
  readonly field: string;
  /** What more the word says: `billed`, `executed` or `ordered` of a time, `free` of a text that is no code. */
  readonly sense: string;
  /** Place of the word among those of its field: the first are the surest. */
  readonly rank: number;
}

/** A header without what stands in brackets, blanks, signs and capital letters. */
export const plainHeader = (name: string): string =>
  columnName(name)
    .toLowerCase()
    .replaceAll(/[（(【[][^）)】\]]*[）)】\]]/g, '')
    .replaceAll(/[\s_:：*#.、·\-/]/g, '');

/** A header with what stands in its brackets: （年龄不足1周岁的）年龄 is not 年龄. */
const wholeHeader = (name: string): string => plainHeader(columnName(name).replaceAll(/[（(【[）)】\]]/g, ''));

interface Entry extends KnownHeader {
  readonly unless: RegExp | undefined;
}

function load(): ReadonlyMap<string, readonly Entry[]> {
  const known = new Map<string, Entry[]>();
  const add = (key: string, entry: Entry): void => {
    if (key === '') return;
    const before = known.get(key) ?? [];
    if (!before.some(({ field }) => field === entry.field)) known.set(key, [...before, entry]);
  };
  const records = parseCsvRecords(libraryText('standard/headers.csv'), 'standard/headers.csv');
  // A word with brackets means what stands in them.
  for (const { header = '', field = '', sense = '', unless = '' } of records)
    for (const [rank, word] of header.split('|').entries())
      add(wholeHeader(word), { field, sense, rank, unless: unless === '' ? undefined : new RegExp(unless) });
  for (const table of dictionary.tables.values())
    for (const field of table.fields.values())
      for (const word of [field.name, field.name_zh, field.name_en])
        for (const key of new Set([wholeHeader(word), plainHeader(word)]))
          add(key, { field: field.name, sense: field.name === 'diag_name' ? 'free' : '', rank: 0, unless: undefined });
  return known;
}

const known = load();

/** A group of columns above its total, as `joinedHeader` writes them: 基金支付_合计 is 基金支付. */
const groupTotal = /_(?:合\s*计|小\s*计|总\s*计|总额|金额|total)$/i;

/** What the name of a group says: of a total the group, of a day that no group is known for the day. */
const withinGroup = (name: string): string | undefined =>
  groupTotal.test(name) ? name.replace(groupTotal, '') : /_(?<own>日期|时间)$/.exec(name)?.groups?.own;

function entriesOf(name: string): readonly Entry[] | undefined {
  const own = known.get(wholeHeader(name)) ?? known.get(plainHeader(name));
  const less = own === undefined ? withinGroup(name) : undefined;
  return less === undefined ? own : entriesOf(less);
}

/** What a header may mean, nothing when it is not known. `ignore` says that the column numbers rows. */
export function meaningsOf(name: string): readonly KnownHeader[] {
  const found = entriesOf(name) ?? [];
  const all = found.filter(({ unless }) => unless?.test(plainHeader(name)) !== true);
  const ignored = all.filter(({ sense }) => sense === 'ignore');
  return ignored.length > 0 ? ignored : all;
}

/** Whether a header is a word that headers use, or one of several columns of a kind. */
export const isKnown = (name: string): boolean => name.trim() !== '' && (entriesOf(name) !== undefined || isSeriesHeader(name));

/** The code that a text names, by the names of the table and those that hospitals use. */
export function codeNamed(codeTable: string, text: string): string | undefined {
  const codes = [...(dictionary.codeTables.get(codeTable)?.values() ?? [])];
  const plain = text.trim().replace(/[（(].*?[）)]/g, '');
  // National specialties are called 呼吸内科专业, and departments 呼吸内科.
  const own = codes.find(
    ({ code, name_zh, name_en }) => [code, name_zh, name_en].includes(text.trim()) || [plain, `${plain}专业`].includes(name_zh),
  );
  return own?.code ?? codeNames.find((one) => one.table === codeTable && [text.trim(), plain].includes(one.name))?.code;
}
