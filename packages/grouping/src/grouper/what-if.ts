import type { GroupingCase, GroupResult } from '../case/case.ts';
import type { Grouper } from './grouper.ts';

/** One change of the codes of a case, and where it would be then. */
export interface Alternative {
  /** `principal` and `main` put another code first, `without` leaves a code out. */
  readonly change: 'principal' | 'main' | 'without';
  readonly code: string;
  readonly status: GroupResult['status'];
  readonly group: string;
  readonly weight: number | null;
}

export interface WhatIf {
  readonly id: string;
  readonly status: GroupResult['status'];
  readonly group: string;
  /** Changes after which the group is another one, in the order of the codes. */
  readonly alternatives: readonly Alternative[];
}

const without = (codes: readonly string[], index: number): readonly string[] => codes.toSpliced(index, 1);
const first = (codes: readonly string[], index: number): readonly string[] => codes.slice(index, index + 1).concat(without(codes, index));

/**
 * Which change of one code would move the case: another diagnosis or procedure first, or a code left out. It is evidence
 * for the review of a bill (what hangs on a code that the record does not support), and says nothing about which is right.
 */
export function whatIf(grouper: Grouper, one: GroupingCase): WhatIf {
  const now = grouper.group(one);
  const changed: { readonly change: Alternative['change']; readonly code: string; readonly one: GroupingCase }[] = [];
  one.diagnoses.forEach((code, index) => {
    if (index > 0) changed.push({ change: 'principal', code, one: { ...one, diagnoses: first(one.diagnoses, index) } });
  });
  one.procedures.forEach((code, index) => {
    if (index > 0) changed.push({ change: 'main', code, one: { ...one, procedures: first(one.procedures, index) } });
  });
  one.diagnoses.forEach((code, index) => {
    if (index > 0) changed.push({ change: 'without', code, one: { ...one, diagnoses: without(one.diagnoses, index) } });
  });
  one.procedures.forEach((code, index) => {
    changed.push({ change: 'without', code, one: { ...one, procedures: without(one.procedures, index) } });
  });
  const alternatives = changed.flatMap(({ change, code, one: other }): Alternative[] => {
    const then = grouper.group(other);
    return then.drg === now.drg && then.status === now.status
      ? []
      : [{ change, code, status: then.status, group: then.drg, weight: then.weight }];
  });
  return { id: one.id, status: now.status, group: now.drg, alternatives };
}
