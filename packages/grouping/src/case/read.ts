import { inputProblems, missingTexts, missingWords, type Place, type Problem, RefusedInput, tableOf, words } from '@hengjian/standard';
import { groupingProblems, invalid } from '../problems.ts';
import type { CaseProblem, GroupingCase } from './case.ts';
import { newbornWeight } from './check.ts';
import { type CaseColumn, caseColumns } from './columns.ts';
import { dischargeMode, frontPageColumn, isPrincipalHeader, withoutUnit } from './front-page.ts';
import { hoursOf } from './hours.ts';

/** A case as read, with what was wrong in its row. An `invalid` problem means that the case cannot be grouped. */
export interface ReadCase {
  readonly one: GroupingCase;
  /** Row of the file. */
  readonly row?: number;
  readonly problems: readonly CaseProblem[];
}

const genders: Readonly<Record<string, 1 | 2>> = { '1': 1, '2': 2, 男: 1, 女: 2, M: 1, F: 2, m: 1, f: 2 };
/** Ways to write that the sex is not known (national table `gend`: 0 unknown, 9 not stated). */
const unknownGenders = new Set(['', '0', '9', '未知', '未说明']);

/** Nothing but printable ASCII without blanks: most cells, and nothing to clean. */
const tidy = /^[!-~]*$/;

/** Full-width letters and digits become half-width; blanks of any kind around a text go. */
const clean = (text: string): string =>
  tidy.test(text)
    ? text
    : text
        .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
        .replace(/[\u3000\u00a0\u200b-\u200d\ufeff]/g, ' ')
        .trim();

const isCaseColumn = (name: string): name is CaseColumn => caseColumns.some((column) => column === name);

/** The column of a case behind a header: its own name, or a word of the front page of a record. */
function columnOf(text: string): CaseColumn | undefined {
  const name = clean(text).toLowerCase();
  return isCaseColumn(name) ? name : frontPageColumn(name);
}

/** Columns of a header that are none of a case. */
export const unusedColumns = (header: readonly string[]): readonly string[] =>
  header.map((text) => clean(text)).filter((text) => text !== '' && columnOf(text) === undefined);

/** Reads rows of a file of cases by its header. Throws RefusedInput when a needed column is missing or stands twice. */
export function caseReader(header: readonly string[], file: string): (cells: readonly string[], row: number) => ReadCase {
  const columns = header.map(columnOf);
  const names = header.map((text) => clean(text));
  const place = new Map<CaseColumn, readonly number[]>();
  const problems: Problem[] = [];
  for (const column of caseColumns) {
    const found = columns.flatMap((one, index) => (one === column ? [index] : []));
    if (found.length === 0) continue;
    // The front page has a column for the principal code and one for each other.
    const isList = (column === 'diagnoses' || column === 'procedures') && new Set(found.map((index) => names[index])).size === found.length;
    const rank = (index: number): number => (isPrincipalHeader(names[index] ?? '') ? 0 : 1);
    place.set(column, isList ? found.toSorted((left, right) => rank(left) - rank(right)) : found.slice(0, 1));
    if (found.length > 1 && !isList) problems.push(inputProblems.problem('column-twice', { column }, { file, row: 1, field: column }));
  }
  for (const column of ['id', 'diagnoses'] as const) {
    if (!place.has(column)) problems.push(inputProblems.problem('column-missing', { column }, { file, row: 1, field: column }));
  }
  if (problems.length > 0) throw new RefusedInput(problems);
  return (cells, row) => readRow(cells, row, place, file);
}

/** Texts that stand for a number that is not known. */
const numberFillers: ReadonlySet<string> = new Set([...missingTexts, ...missingWords]);

/** Weights of newborns, in grams, with the fields of the dictionary that say what is plausible. */
const weights = [
  { column: 'birth_weight', field: tableOf('setl_list_d').fields.get('nwb_bir_wt') },
  { column: 'admission_weight', field: tableOf('setl_list_d').fields.get('nwb_adm_wt') },
] as const;

/**
 * Weights of a newborn that are none in grams: 3.2 is one in kilograms, and would make another group. Grams have no fraction;
 * what is whole is left to the scheme, whose published answers have newborns of 1 gram.
 */
function implausibleWeights(one: GroupingCase, at: (field: CaseColumn) => Place): readonly Problem[] {
  return weights.flatMap(({ column, field }) => {
    const value = newbornWeight(one, column);
    const [least, most] = [Number(field?.least ?? 0), Number(field?.most ?? Number.MAX_SAFE_INTEGER)];
    if (value === null || Number.isInteger(value) || (value >= least && value <= most)) return [];
    const name = words(field?.name_zh ?? column, column);
    return [groupingProblems.problem('case-weight', { field: name, value, least, most }, at(column))];
  });
}

function readRow(cells: readonly string[], row: number, place: ReadonlyMap<CaseColumn, readonly number[]>, file: string): ReadCase {
  const problems: CaseProblem[] = [];
  const refuse = (problem: Problem): void => {
    problems.push(invalid(problem));
  };
  const at = (field: CaseColumn) => ({ file, row, field });
  const textAt = (index: number | undefined): string => {
    const cell = index === undefined ? '' : (cells[index] ?? '');
    return cell === '' ? '' : clean(cell);
  };
  const text = (column: CaseColumn): string => textAt(place.get(column)?.[0]);
  const number = (column: CaseColumn, mayBeAnything = false): number | null => {
    const cell = withoutUnit(text(column), column);
    if (cell === '' || numberFillers.has(cell)) return null;
    if (/^-?\d+(\.\d+)?$/.test(cell)) return Number(cell);
    const hours = column === 'icu_hours' || column === 'ventilator_hours' ? hoursOf(cell) : null;
    if (hours !== null) return hours;
    if (!mayBeAnything) refuse(groupingProblems.problem('case-number', { value: cell }, at(column)));
    return null;
  };
  const list = (column: 'diagnoses' | 'procedures'): readonly string[] => {
    const parts = (place.get(column) ?? []).map(textAt);
    if (parts.every((part) => part === '')) return [];
    const codes = parts.flatMap((part) => part.split('|').map((code) => code.trim()));
    if (codes[0] === '') refuse(groupingProblems.problem('case-principal-blank', {}, at(column)));
    return codes.filter((code) => code !== '');
  };
  const sex = text('gender');
  const gender = genders[sex] ?? null;
  if (gender === null && !unknownGenders.has(sex)) {
    refuse(groupingProblems.problem('case-gender', { value: sex }, at('gender')));
  }
  const id = text('id');
  if (id === '') refuse(groupingProblems.problem('case-id', {}, at('id')));
  const age = number('age');
  const isGrown = age !== null && age >= 1;
  const one: GroupingCase = {
    id,
    gender,
    age,
    age_days: number('age_days'),
    birth_weight: number('birth_weight', isGrown),
    admission_weight: number('admission_weight', isGrown),
    department: text('dept'),
    los: number('los'),
    discharge_mode: dischargeMode(text('discharge_mode')),
    icu_hours: number('icu_hours'),
    ventilator_hours: number('ventilator_hours'),
    diagnoses: list('diagnoses'),
    procedures: list('procedures'),
  };
  for (const problem of implausibleWeights(one, at)) refuse(problem);
  return { one, row, problems };
}
