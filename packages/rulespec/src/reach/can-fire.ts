import type { BoundRulebook } from '../bind/rulebook.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { Expr } from '../check/ir.ts';
import type { DayRange } from '../check/parts.ts';
import { carriedMask } from '../interpret/carried.ts';
import { rowsOf } from '../interpret/world.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import { definitionOf } from '../shapes/definition.ts';
import { daysInForce, outOfReach, reachColumns } from './points.ts';

/** Whether a condition can hold in a lake, and whether it can fail. */
interface Chance {
  readonly holds: boolean;
  readonly fails: boolean;
}

const open: Chance = { holds: true, fails: true };
const only = (value: boolean): Chance => ({ holds: value, fails: !value });

/** What a condition is weighed with. */
interface Weighing {
  readonly bound: BoundRulebook;
  readonly days: readonly DayRange[];
  /** The own table of the rule and the row that is weighed, where it goes by points. */
  readonly own: { readonly table: KnowledgeTable; readonly row: number } | undefined;
  /** Is told of tables that reach nothing and are asked for something. */
  readonly empty: (table: string) => void;
  /** What is known of columns of tables. */
  readonly known: Map<string, boolean>;
}

/** Whether any row in force of a column reaches a code of the lake. */
function reachesAny({ bound, days, known }: Weighing, name: string, column: string): boolean {
  const key = `${name}.${column}`;
  const table = bound.table(name);
  const found = known.get(key) ?? table.rows.some((_, row) => outOfReach({ bound, table, columns: [column], days }, row) === undefined);
  known.set(key, found);
  return found;
}

function inTable(weighing: Weighing, table: string, column: string): Chance {
  if (reachesAny(weighing, table, column)) return open;
  weighing.empty(table);
  return only(false);
}

/** Whether the set of the own point in a column holds a code of the lake. */
function inPoint({ bound, own }: Weighing, column: string): Chance {
  if (own === undefined) return open;
  return rowsOf(bound.codes.members(own.table, column), own.row).length > 0 ? open : only(false);
}

function isGiven({ own }: Weighing, column: string): Chance {
  if (own === undefined) return open;
  const at = own.table.columns.findIndex(({ name }) => name === column);
  return only((own.table.rows[own.row]?.cells[at] ?? null) !== null);
}

/** What tables and points alone say of a condition; whatever depends on other data can hold and can fail. */
function chance(expr: Expr | undefined, weighing: Weighing): Chance {
  if (expr === undefined) return only(true);
  const [left, right] = expr.args;
  switch (expr.op) {
    case 'boolean':
      return only(expr.data.value);
    case 'and': {
      const [a, b] = [chance(left, weighing), chance(right, weighing)];
      return { holds: a.holds && b.holds, fails: a.fails || b.fails };
    }
    case 'or': {
      const [a, b] = [chance(left, weighing), chance(right, weighing)];
      return { holds: a.holds || b.holds, fails: a.fails && b.fails };
    }
    case 'not': {
      const { holds, fails } = chance(left, weighing);
      return { holds: fails, fails: holds };
    }
    case 'known':
      return left?.op === 'point' ? isGiven(weighing, left.data.column) : open;
    case 'carried': {
      const mask = carriedMask(weighing.bound, expr.data.any);
      return { holds: mask.includes(1), fails: mask.includes(0) };
    }
    case 'in_set':
    case 'diagnosed_table':
    case 'operated_table':
    case 'charged_table':
      return inTable(weighing, expr.data.table, expr.data.column);
    case 'listed':
      return inTable(weighing, expr.data.table, expr.data.columns[0]);
    case 'diagnosed_point':
    case 'operated_point':
    case 'charged_point':
      return inPoint(weighing, expr.data.column);
    default:
      return open;
  }
}

/** Why the points of a rule cannot fire in a lake. */
export type Obstacle =
  /** The tables have no rows at all. */
  | 'no_rows'
  /** They have rows, but none in force reaches a code of the lake. */
  | 'no_code'
  /** Rows reach codes of the lake, but wait for an expert to confirm them. */
  | 'waiting';

/** Whether the knowledge of a rule lets it fire in a lake. */
export interface FiringChance {
  /** Undefined where it can. */
  readonly obstacle: Obstacle | undefined;
  /** Tables that are the obstacle. */
  readonly tables: readonly string[];
  /** Rows of its own table that can fire; empty for a rule without points. */
  readonly rows: readonly number[];
  /** Rows that would fire were they confirmed. */
  readonly waiting: readonly number[];
}

const obstacleOf = (bound: BoundRulebook, tables: readonly string[]): Obstacle =>
  tables.some((table) => bound.table(table).rows.length === 0) ? 'no_rows' : 'no_code';

/**
 * Whether a rule can fire in a lake as far as knowledge decides it: some point reaches a code of the lake, and its partner
 * where it has one, waits for nobody, and the conditions of the rule can hold with it. What the claims must have beside that
 * is not asked.
 */
export function firingChance(bound: BoundRulebook, rule: CheckedRule): FiringChance {
  const days = daysInForce(bound, rule);
  const empty = new Set<string>();
  const conditions = [rule.where, ...definitionOf(rule.shape, bound.shapes).rows.must(rule.shape)];
  const known = new Map<string, boolean>();
  const weigh = (own: Weighing['own'], told: (table: string) => void): Weighing => ({ bound, days, own, empty: told, known });
  const canHold = (own: Weighing['own']): boolean => {
    const found: string[] = [];
    const holds = conditions.every(
      (expr) =>
        chance(
          expr,
          weigh(own, (table) => found.push(table)),
        ).holds,
    );
    if (!holds) for (const table of found) empty.add(table);
    return holds;
  };
  const isConfirmed = (own: Weighing['own']): boolean =>
    rule.needs.every(
      ({ test }) =>
        chance(
          test,
          weigh(own, () => undefined),
        ).holds,
    );
  const columns = reachColumns(bound, rule).map(({ column }) => column);
  if (rule.table === undefined || columns.length === 0) {
    const sums = definitionOf(rule.shape, bound.shapes).rows.counted(rule.shape);
    const summed = sums.every(
      (expr) =>
        chance(
          expr,
          weigh(undefined, (table) => empty.add(table)),
        ).holds,
    );
    if (canHold(undefined) && summed) return { obstacle: undefined, tables: [], rows: [], waiting: [] };
    const tables = [...empty];
    return { obstacle: obstacleOf(bound, tables), tables, rows: [], waiting: [] };
  }
  const table = bound.table(rule.table);
  const reached = [...table.rows.keys()].filter((row) => outOfReach({ bound, table, columns, days }, row) === undefined);
  const possible = reached.filter((row) => canHold({ table, row }));
  const rows = possible.filter((row) => isConfirmed({ table, row }));
  const waiting = possible.filter((row) => !rows.includes(row));
  if (rows.length > 0) return { obstacle: undefined, tables: [], rows, waiting };
  if (waiting.length > 0) return { obstacle: 'waiting', tables: [table.name], rows, waiting };
  const tables = reached.length > 0 && empty.size > 0 ? [...empty] : [table.name];
  return { obstacle: obstacleOf(bound, tables), tables, rows, waiting };
}
