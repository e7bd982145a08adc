import { inputProblems, type Problem, RefusedInput } from '@hengjian/standard';
import { groupingProblems, invalid } from '../problems.ts';
import type { CaseProblem, GroupingCase } from './case.ts';

/** Columns of a file of cases. `id` and `diagnoses` must be there; lists are separated by `|`, the principal one first. */
export const caseColumns = [
  'id',
  'gender',
  'age',
  'age_days',
  'birth_weight',
  'admission_weight',
  'dept',
  'los',
  'discharge_mode',
  'icu_hours',
  'ventilator_hours',
  'diagnoses',
  'procedures',
] as const;
type CaseColumn = (typeof caseColumns)[number];

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

const columnName = (text: string): string => clean(text).toLowerCase();

/** Columns of a header that are none of a case. */
export const unusedColumns = (header: readonly string[]): readonly string[] =>
  header.map((text) => clean(text)).filter((text) => text !== '' && !caseColumns.some((column) => column === text.toLowerCase()));

/** Reads rows of a file of cases by its header. Throws RefusedInput when a needed column is missing or stands twice. */
export function caseReader(header: readonly string[], file: string): (cells: readonly string[], row: number) => ReadCase {
  const names = header.map(columnName);
  const place = new Map<CaseColumn, number>();
  const problems: Problem[] = [];
  for (const column of caseColumns) {
    const at = names.indexOf(column);
    if (at >= 0) place.set(column, at);
    if (at >= 0 && names.lastIndexOf(column) !== at) {
      problems.push(inputProblems.problem('column-twice', { column }, { file, row: 1, field: column }));
    }
  }
  for (const column of ['id', 'diagnoses'] as const) {
    if (!place.has(column)) problems.push(inputProblems.problem('column-missing', { column }, { file, row: 1, field: column }));
  }
  if (problems.length > 0) throw new RefusedInput(problems);
  return (cells, row) => readRow(cells, row, place, file);
}

function readRow(cells: readonly string[], row: number, place: ReadonlyMap<CaseColumn, number>, file: string): ReadCase {
  const problems: CaseProblem[] = [];
  const refuse = (problem: Problem): void => {
    problems.push(invalid(problem));
  };
  const at = (field: CaseColumn) => ({ file, row, field });
  const text = (column: CaseColumn): string => {
    const index = place.get(column);
    const cell = index === undefined ? '' : (cells[index] ?? '');
    return cell === '' ? '' : clean(cell);
  };
  const number = (column: CaseColumn): number | null => {
    const cell = text(column);
    if (cell === '') return null;
    if (/^-?\d+(\.\d+)?$/.test(cell)) return Number(cell);
    refuse(groupingProblems.problem('case-number', { value: cell }, at(column)));
    return null;
  };
  const list = (column: 'diagnoses' | 'procedures'): readonly string[] => {
    const cell = text(column);
    if (cell === '') return [];
    const codes = cell.split('|').map((code) => code.trim());
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
  const one: GroupingCase = {
    id,
    gender,
    age: number('age'),
    age_days: number('age_days'),
    birth_weight: number('birth_weight'),
    admission_weight: number('admission_weight'),
    department: text('dept'),
    los: number('los'),
    discharge_mode: text('discharge_mode'),
    icu_hours: number('icu_hours'),
    ventilator_hours: number('ventilator_hours'),
    diagnoses: list('diagnoses'),
    procedures: list('procedures'),
  };
  return { one, row, problems };
}
