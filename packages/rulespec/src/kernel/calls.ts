import type { CheckedRule } from '../check/checked.ts';
import type { Role } from '../check/ir.ts';
import type { Dispatch } from '../check/parts.ts';
import { kindsOf } from './kinds.ts';
import { gatedCall } from './write-hit.ts';
import type { Program } from './writer.ts';

/** A function that is called for lines: for all, or for those whose item a table reaches. */
export interface LineCall {
  readonly name: string;
  /** Statement that calls it for a line, when it is called for all. */
  readonly call: string;
  readonly dispatch: Dispatch | undefined;
  /** 1 for each kind of line it can be called for, see `kindsOf`; for calls without a dispatch. */
  readonly kinds: Uint8Array;
}

/** What a walk calls. */
export interface Calls {
  readonly lines: LineCall[];
  /** Called for each visit of the person, in order of the rules, with judgements of the end between them. */
  readonly end: string[];
  readonly sums: { readonly name: string; readonly arrays: readonly string[] }[];
}

/** Statement that calls a function for each visit of the person. */
export const perVisit = (name: string, more = ''): string => `for (let v = v0; v < v1; v++) ${name}(v${more});`;

/** What is called for lines: a function of a rule, by the column that reaches their items, with the role in which they stand. */
export interface ForLines {
  readonly name: string;
  readonly dispatch: Dispatch | undefined;
  readonly role: Role;
}

/** Calls a function of a rule for lines, those that `where` leaves in question. */
export function callForLines(program: Program, calls: Calls, rule: CheckedRule, index: number, { name, dispatch, role }: ForLines): void {
  calls.lines.push({
    name,
    dispatch,
    call: gatedCall(program, rule, index, dispatch, name),
    kinds: kindsOf([{ expr: rule.where, role }], program.bound),
  });
}
