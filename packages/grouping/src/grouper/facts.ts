import type { GroupingCase } from '../case/case.ts';
import { newbornWeight } from '../case/check.ts';
import type { CodeField, NumberField } from '../scheme/condition.ts';
import type { Scheme } from '../scheme/scheme.ts';

const daysOfYear = 365;

/** A number as conditions read it: NaN when missing. */
const known = (value: number | null): number => value ?? Number.NaN;

/**
 * The number of a field; NaN when it is not known. Age in years and in days say something about each other: who is one
 * year old is at least 365 days old, whoever counts days has full years.
 */
export function numberOf(one: GroupingCase, field: NumberField, switches: Scheme['switches']): number {
  switch (field) {
    case 'age':
      return one.age ?? (one.age_days === null ? Number.NaN : Math.floor(one.age_days / daysOfYear));
    case 'age_days':
      return one.age_days ?? (one.age === null || one.age === 0 ? Number.NaN : one.age * daysOfYear);
    case 'sex':
      return known(one.gender);
    case 'birth_weight':
      return known(newbornWeight(one, switches.premature_weight === 'birth' ? 'birth_weight' : 'admission_weight'));
    case 'admission_weight':
      return known(newbornWeight(one, 'admission_weight'));
    case 'los':
      return known(one.los);
    case 'icu_hours':
      return known(one.icu_hours);
    case 'ventilator_hours':
      return known(one.ventilator_hours);
  }
}

/** Field of the input that has the number; weight by the switch of the scheme. */
export const sourceField = (field: NumberField, switches: Scheme['switches']): string =>
  field === 'sex' ? 'gender' : field === 'birth_weight' && switches.premature_weight === 'admission' ? 'admission_weight' : field;

/** Codes of the fields, in the order of the case. */
export function codesOf(one: GroupingCase, fields: readonly CodeField[]): readonly string[] {
  const codes: string[] = [];
  for (const field of fields) {
    if (field === 'principal_dx') codes.push(...one.diagnoses.slice(0, 1));
    else if (field === 'other_dx') codes.push(...one.diagnoses.slice(1));
    else if (field === 'main_procedure') codes.push(...one.procedures.slice(0, 1));
    else codes.push(...one.procedures.slice(1));
  }
  return codes;
}
