import type { CodeField, NumberField, Severity, TextField } from '../scheme/condition.ts';

/** Code fields by their word; the four of the official 3.0 workbook. */
export const codeWords: Readonly<Record<string, CodeField>> = {
  ZYZD: 'principal_dx',
  QTZD: 'other_dx',
  ZYSS: 'main_procedure',
  QTSS: 'other_procedure',
};

/**
 * Number fields by their word. NL, XB, XSRTL, XSRTZ are of the 3.0 workbook; RYTZ (admission weight, g), ZYTS (days of
 * stay), ICUSJ and HXJSJ (hours in intensive care and on a ventilator) are ours, for schemes of cities. XSRTZ is the
 * birth weight unless the scheme's switch `premature_weight` says admission.
 */
export const numberWords: Readonly<Record<string, NumberField>> = {
  NL: 'age',
  XSRTL: 'age_days',
  XB: 'sex',
  XSRTZ: 'birth_weight',
  RYTZ: 'admission_weight',
  ZYTS: 'los',
  ICUSJ: 'icu_hours',
  HXJSJ: 'ventilator_hours',
};

/** Text fields by their word; ours: KS department, LYFS discharge mode. */
export const textWords: Readonly<Record<string, TextField>> = { KS: 'department', LYFS: 'discharge_mode' };

/** Sets that depend on the principal diagnosis of the case, so no scheme lists them. */
export const severityWords: Readonly<Record<string, Severity>> = { MCC: 'MCC', CC: 'CC' };

export const fieldWords: readonly string[] = [codeWords, numberWords, textWords].flatMap((words) => Object.keys(words));

const keywords = ['AND', 'OR', 'NOT', 'IN', 'LENGTH', 'SETS'];

/** Whether the word has a meaning of its own, so that a set of this name must be quoted. */
export const isReserved = (word: string): boolean => {
  const upper = word.toUpperCase();
  return keywords.includes(upper) || fieldWords.includes(upper) || Object.hasOwn(severityWords, upper);
};

const wordOf = <Field extends string>(words: Readonly<Record<string, Field>>, field: Field): string =>
  Object.keys(words).find((word) => words[word] === field) ?? field;

export const codeWord = (field: CodeField): string => wordOf(codeWords, field);
export const numberWord = (field: NumberField): string => wordOf(numberWords, field);
export const textWord = (field: TextField): string => wordOf(textWords, field);
