import { type Field, isNumericType, type Table, type Words, words } from '@hengjian/standard';
import { type AnswerPath, nothingAnswer } from '../questions.ts';
import type { DraftQuestion } from './ask.ts';
import { meaningsOf } from './headers.ts';
import { type Profile, shareOf } from './profile.ts';

/** A required field that no header names, with the columns whose values could fill it. */
export interface Missing {
  readonly field: Field;
  readonly candidates: readonly string[];
}

const number = /^[-+]?[¥￥]?[\d,，]*\d(\.\d+)?元?$/;
const day = /^(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|(19|20)\d{6}(\d{6})?$|4\d{4}(\.\d+)?$)/;
const key = /^(?=.*\d)[\w\-/]{3,30}$/;

/** Whether the values of a column could fill a field. */
function suits({ type }: Field, profile: Profile): boolean {
  const most = (pattern: RegExp): boolean => profile.filled >= profile.rows * 0.9 && shareOf(profile, (value) => pattern.test(value)) > 0.9;
  if (type === 'date' || type === 'datetime') return most(day);
  return isNumericType(type) ? most(number) && !most(/^\d{10,}$/) : most(key) && !most(day) && !most(/^\d+\.\d+$/);
}

/** Required fields of a table that no column fills; `visits` are columns that may name the visit, the likeliest first. */
export function missingOf(
  table: Table,
  chosen: ReadonlySet<string>,
  profiles: readonly Profile[],
  visits: readonly Profile[],
): readonly Missing[] {
  const free = profiles.filter(({ column }) => meaningsOf(column).length === 0);
  return [...table.fields.values()]
    .filter((field) => !field.nullable && field.name !== 'psn_no' && !chosen.has(field.name))
    .map((field) => {
      const suiting = free.filter((profile) => suits(field, profile));
      const open = field.name === 'mdtrt_id' ? visits : [];
      return { field, candidates: [...new Set([...open, ...suiting].map(({ column }) => column))] };
    });
}

const listed = (fields: readonly Field[]): Words =>
  words(fields.map(({ name_zh }) => name_zh).join('、'), fields.map(({ name_en }) => name_en).join(', '));

/** Says why a table that looks like one of a kind is none. */
export function missingText(place: Words, table: Table, missing: readonly Missing[]): Words {
  const names = listed(missing.map(({ field }) => field));
  return words(
    `${place.zh}：像“${table.name_zh}”，但没有认出 ${names.zh} 的列，未读`,
    `${place.en}: looks like “${table.name_en}” but no column is recognised as ${names.en}; not read`,
  );
}

/** Where the answers about one entry of a table begin. */
export const entryPath = (table: string, entry: number): AnswerPath => ['tables', table, entry];

/** Asks which column fills a required field of one entry. */
export function columnQuestion(place: Words, entry: AnswerPath, { field, candidates }: Missing): DraftQuestion {
  return {
    id: `${field.name}-column`,
    ask: words(`“${place.zh}”的哪一列是${field.name_zh}？`, `which column of “${place.en}” is the ${field.name_en}?`),
    why: words(
      '列名没有认出，而这张表没有它不能读入；都不是或不是这种表就答 skip，整张表不读',
      'no header is recognised and the table cannot be read without it; skip leaves the whole table out',
    ),
    choices: [...candidates, nothingAnswer],
    required: true,
    sets: [...entry, 'columns', field.name, 'from'],
  };
}
