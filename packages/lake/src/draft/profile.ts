import { codePatterns, dictionary, type Field, isCatalogueCode } from '@hengjian/standard';
import { identifier, integer, type Tables, text } from '@hengjian/table';
import { sourceName } from '../engine-names.ts';
import { type Staged, stagedSql } from '../stage.ts';
import { textsOfNothing } from '../typed.ts';
import { codeNamed } from './headers.ts';

/** What the values of a column are like. */
export interface Profile {
  readonly column: string;
  readonly rows: number;
  readonly filled: number;
  readonly distinct: number;
  /** Whether no value comes twice in a file or sheet. */
  readonly unique: boolean;
  /** The commonest values first. */
  readonly values: readonly { readonly value: string; readonly rows: number }[];
}

const shownValues = 400;

/** Looks at every column of a staged table. */
export async function profilesOf(engine: Tables, staged: Staged): Promise<readonly Profile[]> {
  const columns = staged.columns.map((column, index) => ({ column, cell: `c${index}` }));
  if (columns.length === 0) return [];
  const cells = columns.map(({ column, cell }) => `nullif(trim(${identifier(column)}), '') AS ${cell}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE looked_at AS SELECT ${cells.join(', ')} FROM (${stagedSql([staged])})`);
  const counts = columns.flatMap(({ cell }) => [`count(${cell}) AS n_${cell}`, `count(DISTINCT ${cell}) AS d_${cell}`]);
  const shape = Object.fromEntries(['n', ...columns.flatMap(({ cell }) => [`n_${cell}`, `d_${cell}`])].map((name) => [name, integer]));
  const row = await engine.row(`SELECT count(*) AS n, ${counts.join(', ')} FROM looked_at`, shape);
  const all = columns.map(
    ({ cell }, place) => `(SELECT ${place} AS place, ${cell} AS value, count(*) AS "rows" FROM looked_at WHERE ${cell} IS NOT NULL
      GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT ${shownValues})`,
  );
  const values = await engine.rows(all.join(' UNION ALL '), { place: integer, value: text, rows: integer });
  return columns.map(({ column, cell }, place) => ({
    column: sourceName(column),
    rows: row?.n ?? 0,
    filled: row?.[`n_${cell}`] ?? 0,
    distinct: row?.[`d_${cell}`] ?? 0,
    unique: (row?.[`n_${cell}`] ?? 0) === (row?.[`d_${cell}`] ?? 0),
    values: values.filter((one) => one.place === place).sort((left, right) => right.rows - left.rows),
  }));
}

/** The same column of several files. Values that are in several may be the same, so the distinct ones are a guess from below. */
export function joined(parts: readonly Profile[]): Profile {
  const counts = new Map<string, number>();
  for (const { values } of parts) for (const { value, rows } of values) counts.set(value, (counts.get(value) ?? 0) + rows);
  const sum = (of: (one: Profile) => number): number => parts.reduce((all, one) => all + of(one), 0);
  return {
    column: parts[0]?.column ?? '',
    rows: sum((one) => one.rows),
    filled: sum((one) => one.filled),
    distinct: Math.max(...parts.map((one) => one.distinct)),
    unique: parts.every((one) => one.unique),
    values: [...counts].map(([value, rows]) => ({ value, rows })).sort((left, right) => right.rows - left.rows),
  };
}

/** Share of the looked-at rows whose value passes a test. */
export function shareOf({ values }: Profile, test: (value: string) => boolean): number {
  const all = values.reduce((sum, { rows }) => sum + rows, 0);
  return all === 0 ? 0 : values.reduce((sum, { value, rows }) => sum + (test(value) ? rows : 0), 0) / all;
}

/** Ways to write a time that are not read without being told. */
const timeForms: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}\/\d{1,2}\/\d{1,2} \d{1,2}:\d{2}:\d{2}$/, '%Y/%m/%d %H:%M:%S'],
  [/^\d{4}\/\d{1,2}\/\d{1,2} \d{1,2}:\d{2}$/, '%Y/%m/%d %H:%M'],
  [/^\d{4}\/\d{1,2}\/\d{1,2}$/, '%Y/%m/%d'],
  [/^\d{4}年\d{1,2}月\d{1,2}日$/, '%Y年%m月%d日'],
  [/^\d{4}年\d{1,2}月\d{1,2}日\d{1,2}时\d{1,2}分$/, '%Y年%m月%d日%H时%M分'],
  [/^\d{4}年\d{1,2}月\d{1,2}日 \d{1,2}时\d{1,2}分$/, '%Y年%m月%d日 %H时%M分'],
  [/^\d{4}年\d{1,2}月\d{1,2}日\d{1,2}时\d{1,2}分\d{1,2}秒$/, '%Y年%m月%d日%H时%M分%S秒'],
  [/^\d{4}年\d{1,2}月\d{1,2}日 \d{1,2}时\d{1,2}分\d{1,2}秒$/, '%Y年%m月%d日 %H时%M分%S秒'],
  [/^\d{4}年\d{1,2}月\d{1,2}日\d{1,2}:\d{2}$/, '%Y年%m月%d日%H:%M'],
  [/^\d{4}年\d{1,2}月\d{1,2}日\d{1,2}:\d{2}:\d{2}$/, '%Y年%m月%d日%H:%M:%S'],
  [/^\d{4}\.\d{1,2}\.\d{1,2}$/, '%Y.%m.%d'],
  [/^\d{4}\.\d{1,2}\.\d{1,2} \d{1,2}:\d{2}$/, '%Y.%m.%d %H:%M'],
  [/^\d{14}$/, '%Y%m%d%H%M%S'],
  [/^\d{8} \d{2}:\d{2}:\d{2}$/, '%Y%m%d %H:%M:%S'],
  [/^\d{8}$/, '%Y%m%d'],
  [/^\d{1,2}-[A-Za-z]{3}-\d{4}$/, '%d-%b-%Y'],
];

/** Times that a day or a month begins: their formats in either order, and which one the values tell. */
export interface DayOrMonth {
  readonly dayFirst: readonly string[];
  readonly monthFirst: readonly string[];
  /** `undefined` where every value can be read either way. */
  readonly isDayFirst: boolean | undefined;
}

interface TimeFormats {
  /** The commonest first. */
  readonly formats: readonly string[];
  readonly dayOrMonth: DayOrMonth | undefined;
}

/** 3/4/2025, 03-04-2025 8:05, 3/4/2025 8:05:00 PM: two numbers of which one is the day, and what the rest is read by. */
const yearLast = /^(\d{1,2})([/.-])(\d{1,2})\2\d{4}(?: (\d{1,2}:\d{2})(:\d{2})?( ?[AaPp][Mm])?)?$/;

function clockFormat(clock: string | undefined, seconds: string | undefined, half: string | undefined): string {
  if (clock === undefined) return '';
  const hours = half === undefined ? '%H' : '%I';
  const end = half === undefined ? '' : half.startsWith(' ') ? ' %p' : '%p';
  return ` ${hours}:%M${seconds === undefined ? '' : ':%S'}${end}`;
}

const byCount = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].sort((left, right) => right[1] - left[1]).map(([form]) => form);

function dayOrMonthOf({ values }: Profile): DayOrMonth | undefined {
  const rests = new Map<string, number>();
  let [days, months] = [0, 0];
  for (const { value, rows } of values) {
    const [, first, sign, second, ...clock] = yearLast.exec(value) ?? [];
    if (first === undefined || second === undefined || sign === undefined) continue;
    const rest = `${sign}%Y${clockFormat(clock[0], clock[1], clock[2])}`;
    rests.set(rest, (rests.get(rest) ?? 0) + rows);
    if (Number(first) > 12) days += rows;
    if (Number(second) > 12) months += rows;
  }
  if (rests.size === 0) return undefined;
  const formats = (first: string, second: string): string[] => byCount(rests).map((rest) => `${first}${rest[0] ?? ''}${second}${rest}`);
  return {
    dayFirst: formats('%d', '%m'),
    monthFirst: formats('%m', '%d'),
    isDayFirst: days === months ? undefined : days > months,
  };
}

/** Formats of a column of times. */
export function timeFormats(profile: Profile): TimeFormats {
  const counts = new Map<string, number>();
  for (const { value, rows } of profile.values) {
    const form = timeForms.find(([pattern]) => pattern.test(value))?.[1];
    if (form !== undefined) counts.set(form, (counts.get(form) ?? 0) + rows);
  }
  return { formats: byCount(counts), dayOrMonth: dayOrMonthOf(profile) };
}

/** Whether values are times of a day without the day. */
export const isClock = (profile: Profile): boolean => shareOf(profile, (value) => /^\d{1,2}:\d{2}(:\d{2})?$/.test(value)) > 0.5;

/** Whether most values have a time of the day other than midnight. */
export const hasClock = (profile: Profile): boolean =>
  shareOf(profile, (value) => /\d[:时]\d{1,2}/.test(value) && !/[ 日]0?0[:时]0?0(分|:00)?(0?0秒)?$/.test(value)) > 0.5 ||
  shareOf(profile, (value) => /^\d{5}\.\d+$/.test(value) || (/^\d{14}$/.test(value) && !value.endsWith('000000'))) > 0.5;

/** Codes of the local texts of a field with a code table, and the texts that name none. */
export function codesOf(
  field: Field,
  { values }: Profile,
): { readonly codes: Readonly<Record<string, string>>; readonly open: readonly string[] } {
  const table = field.code_table;
  const known = table === undefined ? undefined : dictionary.codeTables.get(table);
  if (table === undefined || known === undefined) return { codes: {}, open: [] };
  const foreign = values.filter(({ value }) => !known.has(value)).slice(0, 60);
  const found = foreign.map(({ value }) => ({ value, code: codeNamed(table, value) }));
  // What says nothing is missing when it is read: nobody has to say what it means.
  const silent = new Set(textsOfNothing(field));
  return {
    codes: Object.fromEntries(found.flatMap(({ value, code }) => (code === undefined ? [] : [[value, code] as const]))),
    open: found.flatMap(({ value, code }) => (code === undefined && !silent.has(value) ? [value] : [])),
  };
}

/** Share of values that are names of codes of a table, and not the codes themselves. */
export function namedShare(codeTable: string, profile: Profile): number {
  const known = dictionary.codeTables.get(codeTable);
  return shareOf(profile, (value) => known?.has(value) === false && codeNamed(codeTable, value) !== undefined);
}

const serviceDigits = 15;

/** National codes of services begin with two zeros and no third, so what is left without them has 13 digits; shorter ones are local. */
const isShortened = (value: string): boolean =>
  /^[1-9]\d{12}(\.0+)?$/.test(value) && isCatalogueCode(value.replace(/\.0+$/, '').padStart(serviceDigits, '0'));

/** Digits of an item code whose zeros a spreadsheet took away; undefined where none is short. */
export function lostZeros(profile: Profile): number | undefined {
  const short = profile.values.filter(({ value }) => /^\d+(\.0+)?$/.test(value) && value.replace(/\.0+$/, '').length < serviceDigits);
  const mended = short.filter(({ value }) => isShortened(value));
  return short.length > 0 && mended.length >= short.length * 0.9 ? serviceDigits : undefined;
}

/** Share of values that are national item codes, as they stand or with their zeros. */
export const nationalShare = (profile: Profile): number => shareOf(profile, (value) => isCatalogueCode(value) || isShortened(value));

/** Share of values that are diagnosis codes. */
export const diagnosisShare = (profile: Profile): number =>
  shareOf(profile, (value) => codePatterns.diagnosis.test(value.split(/[|,;，；]/)[0] ?? ''));

/** A pattern that takes texts with several diagnoses apart; undefined where no cell has several. */
export function splitPattern({ values }: Profile): string | undefined {
  const has = (pattern: RegExp): boolean => values.some(({ value }) => pattern.test(value));
  const numbered = values.filter(({ value }) => /^\s*[（(]?\d{1,2}[.．、)）]/.test(value)).length > 0;
  const signs = has(/[；;，,、|]|\S\s+\S/);
  if (!numbered && !signs) return undefined;
  return [...(signs || numbered ? ['[；;，,、|\\s]+'] : []), ...(numbered ? ['[（(]?\\d{1,2}[.．、)）]'] : [])].join('|');
}
