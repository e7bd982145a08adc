import { memberOf } from '../case/check.ts';
import { isCategory, stemOf } from '../scheme/codes.ts';
import type { Scheme } from '../scheme/scheme.ts';

/** What a code is, in one word: flags, its level of severity (1 CC, 2 MCC), and its exclusion table counted from 1. */
export const flags = { catalogued: 1, notPrincipal: 2, gray: 4, levelShift: 3, tableShift: 5 } as const;

export const levelOf = (found: number): number => (found >>> flags.levelShift) & 3;

/** Place of the exclusion table of a code; negative when it has none. */
export const tableOf = (found: number): number => (found >>> flags.tableShift) - 1;

/** Diagnoses with a meaning beside the sets of the rules: a scheme without catalogue knows them only from here. */
export function flaggedDiagnoses(scheme: Scheme): readonly string[] {
  const roles = [scheme.not_principal, scheme.gray].flatMap((name) => (name === undefined ? [] : (scheme.sets[name] ?? [])));
  return [...Object.keys(scheme.diagnoses), ...scheme.severity.map(({ code }) => code), ...roles];
}

/** Says what a diagnosis is; `tables` are the exclusion tables in their order. */
export function diagnosisFlags(scheme: Scheme, tables: readonly string[]): (code: string) => number {
  const notPrincipal = memberOf(scheme, scheme.not_principal);
  const gray = memberOf(scheme, scheme.gray);
  const places = new Map(tables.map((table, index) => [table, index + 1]));
  const exact = new Map<string, number>();
  const categories: { readonly stem: string; readonly bits: number }[] = [];
  for (const { code, level, table } of scheme.severity) {
    const bits = ((level === 'MCC' ? 2 : 1) << flags.levelShift) | ((places.get(table) ?? 0) << flags.tableShift);
    if (isCategory(code)) categories.push({ stem: stemOf(code), bits });
    else exact.set(code, bits);
  }
  categories.sort((left, right) => right.stem.length - left.stem.length);
  return (code) =>
    (code in scheme.diagnoses ? flags.catalogued : 0) |
    (notPrincipal(code) ? flags.notPrincipal : 0) |
    (gray(code) ? flags.gray : 0) |
    (exact.get(code) ?? categories.find((one) => code.startsWith(one.stem))?.bits ?? 0);
}

/** The flag that every code of a catalogue has; 0 for an empty one, which calls no code unknown. */
export const cataloguedFlag = (catalogue: Readonly<Record<string, string>>): number =>
  Object.keys(catalogue).length === 0 ? 0 : flags.catalogued;
