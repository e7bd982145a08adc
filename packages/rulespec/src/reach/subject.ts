import { isOneOf, keysOf } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/rulebook.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { Expr } from '../check/ir.ts';
import type { DayRange, Dispatch } from '../check/parts.ts';
import { rowsOf } from '../interpret/world.ts';
import { definitionOf } from '../shapes/definition.ts';
import { daysInForce, outOfReach, reachColumns } from './points.ts';

/** Dictionaries whose codes rules look up in knowledge tables, with the column of a segment that holds such codes. */
export const subjectCodes = {
  item: { table: 'lines', column: 'med_list_codg' },
  diagnosis: { table: 'diagnoses', column: 'diag_code' },
  operation: { table: 'operations', column: 'oprn_oprt_code' },
  disease: { table: 'visits', column: 'dise_no' },
  group: { table: 'visits', column: 'grp_code' },
} as const;

export type SubjectDictionary = keyof typeof subjectCodes;

/** Names of the dictionaries. */
export const subjectDictionaries: readonly SubjectDictionary[] = keysOf(subjectCodes);

/** A column of a knowledge table in which codes are looked up. */
export interface LookedInto extends Dispatch {
  readonly rows: readonly number[];
}

/** What a rule looks at, out of the tables in which it looks its subject up. */
export interface SubjectReach {
  readonly dictionary: SubjectDictionary;
  /** Where the rule looks: by its points, in `where`, in what is summed up, or in what a hit cannot do without. */
  readonly by: 'points' | 'where' | 'sums' | 'when';
  /** Columns of tables that are looked into, with the rows in force that reach a code of the lake. */
  readonly tables: readonly LookedInto[];
  /** 1 for each code of the lake that a point in force reaches. */
  readonly codes: Uint8Array;
}

type Look = (table: Dispatch) => Uint8Array;

const both = (left: Uint8Array | undefined, right: Uint8Array | undefined): Uint8Array | undefined =>
  left === undefined || right === undefined ? (left ?? right) : left.map((one, at) => (one === 1 && right[at] === 1 ? 1 : 0));

const either = (left: Uint8Array | undefined, right: Uint8Array | undefined): Uint8Array | undefined =>
  left === undefined || right === undefined ? undefined : left.map((one, at) => (one === 1 || right[at] === 1 ? 1 : 0));

/** Whether an expression is the code of what is judged. */
function isSubject(expr: Expr | undefined, dictionary: SubjectDictionary): boolean {
  if (expr?.op === 'default') return isSubject(expr.args[0], dictionary);
  if (expr?.op === 'main_diagnosis') return dictionary === 'diagnosis';
  const { table, column } = subjectCodes[dictionary];
  return expr?.op === 'field' && expr.data.table === table && expr.data.column === column;
}

/** The column of a table in which an expression looks the subject up; undefined for any other expression. */
function lookedUp(expr: Expr, dictionary: SubjectDictionary): Dispatch | undefined {
  switch (expr.op) {
    case 'in_set':
      return isSubject(expr.args[0], dictionary) ? { table: expr.data.table, column: expr.data.column } : undefined;
    case 'listed': {
      const at = expr.args.findIndex((argument) => isSubject(argument, dictionary));
      const column = expr.data.columns[at];
      return column === undefined ? undefined : { table: expr.data.table, column };
    }
    case 'charged_table':
      return dictionary === 'item' ? { table: expr.data.table, column: expr.data.column } : undefined;
    case 'diagnosed_table':
      return dictionary === 'diagnosis' ? { table: expr.data.table, column: expr.data.column } : undefined;
    case 'operated_table':
      return dictionary === 'operation' ? { table: expr.data.table, column: expr.data.column } : undefined;
    default:
      return undefined;
  }
}

/**
 * Codes that a condition lets through, as far as tables decide it; undefined where they do not. What stands under a negation
 * excuses and decides nothing.
 */
function admitted(expr: Expr | undefined, dictionary: SubjectDictionary, look: Look): Uint8Array | undefined {
  if (expr === undefined) return undefined;
  const part = (argument: Expr | undefined): Uint8Array | undefined => admitted(argument, dictionary, look);
  if (expr.op === 'and') return both(part(expr.args[0]), part(expr.args[1]));
  if (expr.op === 'or') return either(part(expr.args[0]), part(expr.args[1]));
  const table = lookedUp(expr, dictionary);
  return table === undefined ? undefined : look(table);
}

/** Marks the codes that the usable rows of a column reach, and remembers which columns were asked. */
function looking(bound: BoundRulebook, dictionary: SubjectDictionary, days: readonly DayRange[]): { look: Look; seen: LookedInto[] } {
  const seen: LookedInto[] = [];
  const look: Look = ({ table: name, column }) => {
    const table = bound.table(name);
    const reaching = { bound, table, columns: [column], days };
    const rows = [...table.rows.keys()].filter((row) => outOfReach(reaching, row) === undefined);
    if (!seen.some((one) => one.table === name && one.column === column)) seen.push({ table: name, column, rows });
    const codes = new Uint8Array(bound.codes.values(dictionary).length);
    const members = bound.codes.members(table, column);
    for (const row of rows) for (const id of rowsOf(members, row)) codes[id] = 1;
    return codes;
  };
  return { look, seen };
}

const union = (parts: readonly (Uint8Array | undefined)[]): Uint8Array | undefined => {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.reduce((left, right) => either(left, right) ?? left);
};

/**
 * Which codes of a lake a rule looks at: those that a point reaches as the kernel binds it (families and what stands below a
 * code included), in force on a day on which the rule judges and in an area of the lake. Where its shape has no points, the
 * tables decide that its conditions ask for what is judged: first those of `where`, then those of what is summed up, then
 * those of what a hit cannot do without. Undefined for a rule that looks its subject up in no table: it looks at everything.
 */
export function subjectReach(bound: BoundRulebook, rule: CheckedRule): SubjectReach | undefined {
  const days = daysInForce(bound, rule);
  const { rows } = definitionOf(rule.shape, bound.shapes);
  const [own] = reachColumns(bound, rule);
  if (own !== undefined) {
    const dictionary = rows.codes(rule.shape) === undefined ? 'item' : rows.each(rule.shape);
    if (!isOneOf(subjectDictionaries, dictionary)) return undefined;
    const { look, seen } = looking(bound, dictionary, days);
    const codes = look(own);
    return { dictionary, by: 'points', tables: seen, codes };
  }
  const stages = { where: [rule.where], sums: rows.counted(rule.shape), when: rows.must(rule.shape) };
  for (const by of keysOf(stages)) {
    for (const dictionary of subjectDictionaries) {
      const { look, seen } = looking(bound, dictionary, days);
      const codes = union(stages[by].map((expr) => admitted(expr, dictionary, look)));
      if (codes !== undefined) return { dictionary, by, tables: seen, codes };
    }
  }
  return undefined;
}
