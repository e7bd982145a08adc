import type { BoundRules } from '../bind/bound.ts';
import type { Expr, Role } from '../check/ir.ts';
import { carriedMask } from '../interpret/carried.ts';

/** What is known of a line before its rule is judged: ids of its list type and of the setting of its visit, -1 missing. */
interface Kind {
  readonly list_type: number;
  readonly setting: number;
}

/** A kind says nothing where some institution never delivers the column: what the filter leaves out there may count beside others. */
const idOfColumn = (id: number, table: 'lines' | 'visits', column: string, bound: BoundRules): number | undefined =>
  carriedMask(bound, [{ table, column }]).includes(0) ? undefined : id;

/** Id that an expression has for every line of a kind; undefined where the kind does not say. */
function idOf(expr: Expr | undefined, role: Role, kind: Kind, bound: BoundRules): number | undefined {
  if (expr?.op === 'code') return bound.codes.id(expr.data.dictionary, expr.data.text);
  if (expr?.op === 'field' && expr.data.role === role) {
    const { table, column } = expr.data;
    if (table === 'lines' && column === 'list_type') return idOfColumn(kind.list_type, table, column, bound);
    return table === 'visits' && column === 'setting' ? idOfColumn(kind.setting, table, column, bound) : undefined;
  }
  if (expr?.op !== 'default') return undefined;
  const id = idOf(expr.args[0], role, kind, bound);
  return id === -1 ? idOf(expr.args[1], role, kind, bound) : id;
}

/** Whether a condition holds for every line of a kind in that role, or for none; undefined where the kind does not say. */
export function decided(expr: Expr | undefined, role: Role, kind: Kind, bound: BoundRules): boolean | undefined {
  if (expr === undefined) return true;
  const [first, second] = expr.args;
  const part = (argument: Expr | undefined): boolean | undefined => decided(argument, role, kind, bound);
  switch (expr.op) {
    case 'boolean':
      return expr.data.value;
    case 'and':
      return part(first) === false || part(second) === false ? false : part(first) === true && part(second) === true ? true : undefined;
    case 'or':
      return part(first) === true || part(second) === true ? true : part(first) === false && part(second) === false ? false : undefined;
    case 'not': {
      const inner = part(first);
      return inner === undefined ? undefined : !inner;
    }
    case 'carried': {
      const mask = carriedMask(bound, expr.data.any);
      return mask.includes(0) ? (mask.includes(1) ? undefined : false) : true;
    }
    case 'known': {
      const id = idOf(first, role, kind, bound);
      return id === undefined ? undefined : id >= 0;
    }
    case 'eq':
    case 'ne': {
      const [left, right] = [idOf(first, role, kind, bound), idOf(second, role, kind, bound)];
      return left === undefined || right === undefined ? undefined : (left === right) === (expr.op === 'eq');
    }
    case 'in': {
      const id = idOf(first, role, kind, bound);
      return id === undefined ? undefined : expr.data.texts.some((text) => bound.codes.id(expr.data.dictionary, text) === id);
    }
    default:
      return undefined;
  }
}

/** Number of settings of the lake, with missing: kinds stand at (list type + 1) × settings + setting + 1. */
export const settingsOf = (bound: BoundRules): number => bound.codes.values('setting').length + 1;

/** A condition on a line that stands in a role. */
export interface KindCondition {
  readonly expr: Expr | undefined;
  readonly role: Role;
}

/** 1 for each kind of line for which not all of some conditions are refused, at (list type + 1) × settings + setting + 1. */
export function kindsOf(conditions: readonly KindCondition[], bound: BoundRules): Uint8Array {
  const [types, settings] = [bound.codes.values('list_type').length + 1, settingsOf(bound)];
  return Uint8Array.from({ length: types * settings }, (_, at) => {
    const kind = { list_type: Math.floor(at / settings) - 1, setting: (at % settings) - 1 };
    return conditions.some(({ expr, role }) => decided(expr, role, kind, bound) !== false) ? 1 : 0;
  });
}
