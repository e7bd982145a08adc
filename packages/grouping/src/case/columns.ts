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
export type CaseColumn = (typeof caseColumns)[number];
