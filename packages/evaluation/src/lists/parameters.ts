import { inputProblems, libraryText, parseCsvRecords, words } from '@hengjian/standard';
import type { BothText } from '../form.ts';
import { evaluationProblems } from '../problems.ts';
import { type ListField, listFields } from './row.ts';

/** A diagnosis that only one sex or certain ages (full years, inclusive) can have. */
export interface SexAgeRule {
  readonly diagnoses: readonly string[];
  readonly sex: '1' | '2' | '';
  readonly age_min: number | null;
  readonly age_max: number | null;
  readonly name: BothText;
}

/** A procedure that is done for certain diagnoses only. */
export interface ProcedureRule {
  readonly procedures: readonly string[];
  readonly diagnoses: readonly string[];
  readonly name: BothText;
}

/** What the checks of settlement lists decide by. Ratios in ten-thousandths. */
export interface ListParameters {
  /** Days from discharge to upload. */
  readonly upload_days: number;
  readonly required: readonly ListField[];
  /** Age in days up to which the weights of a newborn are asked for. */
  readonly newborn_days: number;
  readonly sex_age: readonly SexAgeRule[];
  readonly procedures: readonly ProcedureRule[];
  /** Cost against the mean of the category of the principal diagnosis; needs so many lists of it. */
  readonly low_cost: number;
  readonly high_cost: number;
  readonly cost_cases: number;
  /** Examples kept for each hospital and check. */
  readonly examples: number;
}

const codes = (text: string | undefined): string[] => (text ?? '').split('|').filter((code) => code !== '');

function wholeOrNull(text: string | undefined, file: string, row: number, field: string): number | null {
  if (text === undefined || text === '') return null;
  if (!/^\d{1,3}$/.test(text)) {
    const expected = words('周岁整数或空', 'a whole number of years, or nothing');
    throw inputProblems.refused('value-invalid', { value: text, expected }, { file, row, field });
  }
  return Number(text);
}

/** Rules from CSV: `diagnoses` (codes or categories with `*`, separated by `|`), sex, age_min, age_max, name_zh, name_en. */
export function parseSexAgeRules(text: string, file: string): SexAgeRule[] {
  return parseCsvRecords(text, file).map((row, index) => {
    const place = { file, row: index + 2 };
    const sex = row['sex'] ?? '';
    if (sex !== '' && sex !== '1' && sex !== '2') {
      const expected = words(' 1（男）、2（女）或空', '1 male, 2 female, or nothing');
      throw inputProblems.refused('value-invalid', { value: sex, expected }, { ...place, field: 'sex' });
    }
    const rule: SexAgeRule = {
      diagnoses: codes(row['diagnoses']),
      sex,
      age_min: wholeOrNull(row['age_min'], file, index + 2, 'age_min'),
      age_max: wholeOrNull(row['age_max'], file, index + 2, 'age_max'),
      name: { zh: row['name_zh'] ?? '', en: row['name_en'] ?? '' },
    };
    if (rule.diagnoses.length === 0 || (sex === '' && rule.age_min === null && rule.age_max === null)) {
      const what = words('没有诊断，或既不要求性别也不要求年龄', 'it has no diagnosis, or asks for neither sex nor age');
      throw evaluationProblems.refused('list-rule', { what }, place);
    }
    return rule;
  });
}

/** Rules from CSV: `procedures`, `diagnoses` (separated by `|`), name_zh, name_en. */
export function parseProcedureRules(text: string, file: string): ProcedureRule[] {
  return parseCsvRecords(text, file).map((row, index) => {
    const rule = {
      procedures: codes(row['procedures']),
      diagnoses: codes(row['diagnoses']),
      name: { zh: row['name_zh'] ?? '', en: row['name_en'] ?? '' },
    };
    if (rule.procedures.length === 0 || rule.diagnoses.length === 0) {
      const what = words('没有手术操作或没有诊断', 'it has no procedure or no diagnosis');
      throw evaluationProblems.refused('list-rule', { what }, { file, row: index + 2 });
    }
    return rule;
  });
}

/** Fields that not every list has. */
const optionalFields: ReadonlySet<ListField> = new Set([
  'nwb_age',
  'nwb_bir_wt',
  'nwb_adm_wt',
  'fund_pay_sumamt',
  'acct_pay',
  'psn_cashpay',
]);

/** The shipped rules with the usual bounds: upload within seven days. */
export function standardListParameters(): ListParameters {
  return {
    upload_days: 7,
    required: listFields.filter((field) => !optionalFields.has(field)),
    newborn_days: 28,
    sex_age: parseSexAgeRules(libraryText('forms/diagnosis-sex-age.csv'), 'diagnosis-sex-age.csv'),
    procedures: parseProcedureRules(libraryText('forms/procedure-diagnosis.csv'), 'procedure-diagnosis.csv'),
    low_cost: 1000,
    high_cost: 100_000,
    cost_cases: 30,
    examples: 3,
  };
}
