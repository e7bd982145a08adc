import { columnName } from '@hengjian/sources';
import { dictionary, libraryText, parseCsvRecords } from '@hengjian/standard';
import { codeNames } from '../code-names.ts';
import { isSeriesHeader } from './series-header.ts';

/** What headers of the numbers of patients within an institution mean: no national field. */
export const patientField = '_patient';

/** What a header is known to mean. */
export interface KnownHeader {
  readonly field: string;
  /** What more the word says: `billed`, `executed` or `ordered` of a time, `free` of a text that is no code. */
  readonly sense: string;
  /** Place of the word among those of its field: the first are the surest. */
  readonly rank: number;
}

/** A header without what stands in brackets, blanks, signs, capital letters and signs of full width. */
export const plainHeader = (name: string): string =>
  columnName(name.normalize('NFKC'))
    .toLowerCase()
    .replaceAll(/[（(【[][^）)】\]]*[）)】\]]/g, '')
    .replaceAll(/[\s_:：*#.、·\-/]/g, '');

/** A header with what stands in its brackets: （年龄不足1周岁的）年龄 is not 年龄. */
const wholeHeader = (name: string): string => plainHeader(columnName(name.normalize('NFKC')).replaceAll(/[（(【[）)】\]]/g, ''));

interface Entry extends KnownHeader {
  readonly unless: RegExp | undefined;
}

type Words = ReadonlyMap<string, readonly Entry[]>;

/** How headers of numbers and codes end: a system that writes 代码 means what another one means by 编号. */
const ending = /^(?<stem>.*?\p{Script=Han})(?<end>代码|编码|编号|号码|号|id)$/u;

/** What a header of a number or a code is of, and how it ends; undefined for any other header. */
function partsOf(key: string): { readonly stem: string; readonly end: string } | undefined {
  const { stem, end } = ending.exec(key)?.groups ?? {};
  return stem === undefined || end === undefined ? undefined : { stem, end };
}

/** Fields that hold codes of a classification: a 诊断号 or 诊断ID numbers a row and names no disease. */
const classified = /(?:diag|oprt)_code$/;
const rowNumbers: ReadonlySet<string> = new Set(['号码', '号', 'id']);

/** What words mean by what they are of. Words of one stem that mean several things, such as 医保号 and 医保编码, tell nothing of others. */
function byStem(known: Words): Words {
  const stems = new Map<string, Entry[][]>();
  for (const [key, entries] of known) {
    const stem = partsOf(key)?.stem;
    if (stem !== undefined) stems.set(stem, [...(stems.get(stem) ?? []), [...entries]]);
  }
  const fieldsOf = (entries: readonly Entry[]): string =>
    entries
      .map(({ field }) => field)
      .sort()
      .join('|');
  const one = [...stems].flatMap(([stem, all]) => {
    const [first = []] = all;
    // A word that stands in the list is surer than one that only ends otherwise.
    const derived = first.map((entry) => ({ ...entry, rank: entry.rank + listedRanks }));
    return all.every((entries) => fieldsOf(entries) === fieldsOf(first)) ? [[stem, derived] as const] : [];
  });
  return new Map(one);
}

const listedRanks = 1000;

class WordList {
  readonly #words = new Map<string, Entry[]>();
  get words(): Words {
    return this.#words;
  }
  add(key: string, entry: Entry): void {
    if (key === '') return;
    const before = this.#words.get(key) ?? [];
    if (!before.some(({ field }) => field === entry.field)) this.#words.set(key, [...before, entry]);
  }
}

/** Words of `headers.csv`. A word with brackets means what stands in them. */
function listedWords(): Words {
  const list = new WordList();
  const records = parseCsvRecords(libraryText('standard/headers.csv'), 'standard/headers.csv');
  for (const { header = '', field = '', sense = '', unless = '' } of records)
    for (const [rank, word] of header.split('|').entries())
      list.add(wholeHeader(word), { field, sense, rank, unless: unless === '' ? undefined : new RegExp(unless) });
  return list.words;
}

/** Names of fields in the dictionary. */
function dictionaryWords(): Words {
  const list = new WordList();
  for (const table of dictionary.tables.values())
    for (const field of table.fields.values())
      for (const word of [field.name, field.name_zh, field.name_en])
        for (const key of new Set([wholeHeader(word), plainHeader(word)]))
          list.add(key, { field: field.name, sense: field.name === 'diag_name' ? 'free' : '', rank: 0, unless: undefined });
  return list.words;
}

const [listed, own] = [listedWords(), dictionaryWords()];
const [listedStems, ownStems] = [byStem(listed), byStem(own)];

/** Entries of a word: as it stands in the list or the dictionary, and those of a word of the list that only ends otherwise. */
function entriesOfWord(key: string): readonly Entry[] | undefined {
  const exact = [...(listed.get(key) ?? []), ...(own.get(key) ?? [])];
  const { stem, end } = partsOf(key) ?? { stem: '', end: '' };
  const alike = listedStems.get(stem) ?? (exact.length === 0 ? ownStems.get(stem) : undefined) ?? [];
  const meant = alike.filter(({ field }) => !(classified.test(field) && rowNumbers.has(end)));
  const all = [...exact, ...meant];
  return all.length === 0 ? undefined : all.filter(({ field }, at) => all.findIndex((one) => one.field === field) === at);
}

/** A group of columns above its total, as `joinedHeader` writes them: 基金支付_合计 is 基金支付. */
const groupTotal = /_(?:合\s*计|小\s*计|总\s*计|总额|金额|total)$/i;

/** What the name of a group says: of a total the group, of a day that no group is known for the day. */
const withinGroup = (name: string): string | undefined =>
  groupTotal.test(name) ? name.replace(groupTotal, '') : /_(?<own>日期|时间)$/.exec(name)?.groups?.own;

function entriesOf(name: string): readonly Entry[] | undefined {
  const said = entriesOfWord(wholeHeader(name)) ?? entriesOfWord(plainHeader(name));
  const less = said === undefined ? withinGroup(name) : undefined;
  return less === undefined ? said : entriesOf(less);
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
