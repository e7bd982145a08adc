import type { Asked, CarriedColumn } from '@hengjian/standard';
import { type Expr, type FieldTable, node, type OpName, type Role, walk } from './ir.ts';
import type { Beside, Need } from './parts.ts';

/**
 * Which way a condition counts: `for` where its truth helps a hit, `against` where its falsity does, `both` where its value
 * does, whatever it is. `filter` is a condition that only leaves things out: what is absent there cannot accuse.
 */
type Side = 'for' | 'against' | 'both' | 'filter';

const opposite: Readonly<Record<Side, Side>> = { for: 'against', against: 'for', both: 'both', filter: 'against' };
const nowhere = { start: 0, end: 0 };

/** One thing that must be carried. `name` is the cause. */
interface Ask {
  readonly name: string;
  readonly any: Asked;
  readonly role: Role;
  /** Tests under which alone it matters. */
  readonly guards: readonly Expr[];
}

const owners: Readonly<Record<string, string>> = {
  lines: 'line',
  visits: 'visit',
  persons: 'person',
  settlements: 'settlement',
  diagnoses: 'diagnosis',
  operations: 'operation',
  enrolments: 'enrolment',
};

/** Whole tables by the columns that say whether there are any rows, under the names of `needs`. */
const tableNames: Readonly<Record<string, string>> = {
  'diagnoses.diag_code': 'diagnoses',
  'operations.oprn_oprt_code': 'operations',
  'lines.med_list_codg': 'lines',
  'enrolments.begndate': 'enrolments',
};

export const wholeTables = {
  diagnoses: { table: 'diagnoses', column: 'diag_code' },
  operations: { table: 'operations', column: 'oprn_oprt_code' },
  lines: { table: 'lines', column: 'med_list_codg' },
  enrolments: { table: 'enrolments', column: 'begndate' },
} as const satisfies Readonly<Record<string, CarriedColumn>>;

/** What payment scope presupposes. */
export const inScopeColumn: CarriedColumn = { table: 'lines', column: 'inscp_amt' };

/** The cause under which the lack of a column is counted, as a rule would write it. */
export function columnCause({ table, column }: CarriedColumn, role: Role, base: FieldTable | undefined): string {
  const whole = tableNames[`${table}.${column}`];
  const own = whole ?? (role === 'a' && table === base ? column : `${owners[table] ?? table}.${column}`);
  return role === 'a' && whole === undefined ? `a.${own}` : own;
}

const carriedTest = ({ any, role }: Pick<Ask, 'any' | 'role'>): Expr => node('carried', 'bool', [], { role, any }, nowhere);
const not = (expr: Expr): Expr => node('not', 'bool', [expr], {}, expr);
const or = (left: Expr, right: Expr): Expr => node('or', 'bool', [left, right], {}, left);

const roleOf = (expr: Expr): Role => (expr.data as { readonly role?: Role }).role ?? 'self';

/** What tests that something is there are about; `known` is about its argument. */
const testColumns: Readonly<Partial<Record<OpName, Asked>>> = {
  age_known: [
    { table: 'persons', column: 'brdy' },
    { table: 'visits', column: 'age' },
  ],
  diagnoses_known: [wholeTables.diagnoses],
  operations_known: [wholeTables.operations],
  lines_known: [wholeTables.lines],
  enrolments_known: [wholeTables.enrolments],
  stock_known: [{ table: 'stock', column: 'supplied' }],
  practitioner_stays_known: [{ table: 'practitioner_stay', column: 'practitioner' }],
};

/** Finds what the expressions of one rule ask for. */
class Finder {
  readonly found: Ask[] = [];
  readonly #base: FieldTable;
  /** Columns read in the conditions of sums, by the names of sums. */
  readonly #sums: ReadonlyMap<string, Expr | undefined>;

  /** What the rule itself calls what it needs. */
  #name: string | undefined;

  constructor(base: FieldTable, sums: ReadonlyMap<string, Expr | undefined>) {
    this.#base = base;
    this.#sums = sums;
  }

  add(role: Role, any: Asked, guards: readonly Expr[] = []): void {
    const [first] = any;
    if (first === undefined) return;
    const name = this.#name ?? columnCause(first, role, this.#base);
    // What is asked of the subject alone is asked before there is an a.
    const own = role === 'a' ? guards : guards.filter((guard) => !readsA(guard));
    this.found.push({ name, any, role, guards: own.length === guards.length ? guards : [] });
  }

  /** Asks for what a need is about. */
  need({ cause, test }: Need): void {
    this.#name = cause;
    this.read(test, 'both');
    this.#name = undefined;
  }

  /** The owner through which a field is reached must be carried too. */
  #field(role: Role, table: FieldTable, column: string, guards: readonly Expr[]): void {
    if (table === 'practitioner') {
      const link: CarriedColumn =
        this.#base === 'lines' ? { table: 'lines', column: 'bilg_dr_code' } : { table: 'visits', column: 'chfpdr_code' };
      this.add(role, [link], guards);
    }
    if (table === 'settlements') this.add(role, [{ table: 'lines', column: 'settlement' }], guards);
    this.add(role, [{ table, column }], guards);
  }

  /** Asks for what a value that may be missing is made of. */
  #value(expr: Expr | undefined, guards: readonly Expr[]): void {
    if (expr?.op === 'field' && expr.data.nullable) this.#field(expr.data.role, expr.data.table, expr.data.column, guards);
    if (expr?.op === 'number_of') this.#value(expr.args[0], guards);
    if (expr?.op === 'main_diagnosis') this.add(expr.data.role, [wholeTables.diagnoses], guards);
    if (expr?.op === 'signature') this.add(expr.data.role, [wholeTables.lines], guards);
  }

  /** Asks for what a test that something is there is about. */
  #test(expr: Expr, guards: readonly Expr[]): void {
    const any = testColumns[expr.op];
    if (expr.op === 'known') this.#value(expr.args[0], guards);
    else if (any !== undefined) this.add(roleOf(expr), any, guards);
  }

  /** Asks for tables and columns that an operator reads by itself, where no row or no value would read as an answer. */
  #operator(expr: Expr, side: Side, guards: readonly Expr[]): void {
    switch (expr.op) {
      case 'operated_point':
      case 'operated_table':
        if (side !== 'filter') this.add(expr.data.role, [wholeTables.operations], guards);
        break;
      case 'charged_point':
      case 'charged_table':
        if (!expr.data.own) this.add(expr.data.role, [wholeTables.lines], guards);
        break;
      case 'sum':
        this.add('self', [wholeTables.lines], guards);
        this.#sum(this.#sums.get(expr.data.name), guards);
        break;
      case 'insured_on':
        this.add(expr.data.role, [{ table: 'enrolments', column: 'psn_insu_stas' }], guards);
        if (side !== 'against') this.add(expr.data.role, [{ table: 'enrolments', column: 'enddate' }], guards);
        break;
      case 'main_diagnosis':
        this.add(expr.data.role, [{ table: 'diagnoses', column: 'maindiag_flag' }], guards);
        break;
      case 'recorded':
        if (!expr.data.main) break;
        this.add(
          expr.data.role,
          [
            expr.data.of === 'diagnoses'
              ? { table: 'diagnoses', column: 'maindiag_flag' }
              : { table: 'operations', column: 'main_oprn_flag' },
          ],
          guards,
        );
        break;
      case 'readmitted_within':
        this.add(expr.data.role, [{ table: 'visits', column: 'setting' }], guards);
        this.add(expr.data.role, [{ table: 'visits', column: 'endtime' }], guards);
        break;
      case 'row':
        if (expr.data.table === 'settlements') this.add(expr.data.role, [{ table: 'lines', column: 'settlement' }], guards);
        break;
    }
  }

  /** What a condition on the lines of a sum reads; which of them it lets through is a value. */
  #sum(where: Expr | undefined, guards: readonly Expr[]): void {
    if (where !== undefined) this.read(where, 'both', guards);
  }

  read(expr: Expr, side: Side, guards: readonly Expr[] = []): void {
    const [first, second, third] = expr.args;
    this.#operator(expr, side, guards);
    if ((expr.op === 'and' || expr.op === 'or') && first !== undefined && second !== undefined) {
      this.read(first, side, guards);
      this.read(second, side, [...guards, ...provenBy(first, expr.op === 'and')]);
    } else if (expr.op === 'not' && first !== undefined) {
      this.read(first, opposite[side], guards);
    } else if (expr.op === 'cond' && first !== undefined && second !== undefined && third !== undefined) {
      this.read(first, 'both', guards);
      this.read(second, side, [...guards, ...provenBy(first, true)]);
      this.read(third, side, [...guards, ...provenBy(first, false)]);
    } else {
      this.#leaf(expr, side, guards);
    }
  }

  #leaf(expr: Expr, side: Side, guards: readonly Expr[]): void {
    if (expr.op === 'default') this.#value(expr.args[0], guards);
    if (side !== 'for' && side !== 'filter') this.#test(expr, guards);
    for (const argument of expr.args) this.read(argument, 'both', guards);
  }
}

const readsA = (expr: Expr): boolean => [...walk(expr)].some((inner) => roleOf(inner) === 'a');

/** Tests that something is there which hold whenever `expr` is `truth`. */
function provenBy(expr: Expr, truth: boolean): readonly Expr[] {
  if (expr.op === 'known' || testColumns[expr.op] !== undefined) return truth ? [expr] : [];
  if (expr.op === 'not') return expr.args.flatMap((argument) => provenBy(argument, !truth));
  if ((expr.op === 'and' && truth) || (expr.op === 'or' && !truth)) return expr.args.flatMap((argument) => provenBy(argument, truth));
  return [];
}

/** An ask as a need: it matters only where its guards hold. */
function needOf(ask: Ask): Need {
  const test = ask.guards.reduceRight<Expr>((rest, guard) => or(not(guard), rest), carriedTest(ask));
  return { cause: ask.name, test, role: ask.role };
}

const keyOf = ({ cause, test }: Need): string => JSON.stringify([cause, shown(test)]);
const shown = (expr: Expr): unknown => [expr.op, expr.data, expr.args.map(shown)];

/** Each once; one that is asked everywhere makes those under guards needless. */
function distinct(needs: readonly Need[]): readonly Need[] {
  const always = new Set(needs.filter(({ test }) => test.op === 'carried').map(keyOf));
  const covered = (need: Need): boolean => {
    const inner = [...walk(need.test)].find(({ op }) => op === 'carried');
    return need.test.op !== 'carried' && inner !== undefined && always.has(keyOf({ ...need, test: inner }));
  };
  const kept = needs.filter((need) => !covered(need));
  return kept.filter((need, at) => kept.findIndex((other) => keyOf(other) === keyOf(need)) === at);
}

/** The expressions of a rule by what they do in it. */
export interface AskingRule {
  readonly of: 'line' | 'visit';
  readonly where: Expr | undefined;
  /** Filters of the shape beside `where`. */
  readonly filters: readonly Expr[];
  /** What must hold for a hit. */
  readonly conditions: readonly Expr[];
  /** Values, and conditions that count both ways. */
  readonly values: readonly Expr[];
  readonly exceptions: readonly Expr[];
  readonly sums: ReadonlyMap<string, Expr | undefined>;
  readonly needs: readonly Need[];
  /** Columns that are read where no expression says so. */
  readonly more: readonly CarriedColumn[];
}

/**
 * What the deliveries must carry for a rule to be judged, and for a verdict to rest on values that are there alone: what it
 * needs, and what would count where it is absent.
 */
export function asksOf(rule: AskingRule): readonly Need[] {
  const finder = new Finder(rule.of === 'line' ? 'lines' : 'visits', rule.sums);
  const filtered = rule.where === undefined ? [] : provenBy(rule.where, true);
  for (const need of rule.needs) finder.need(need);
  for (const column of rule.more) finder.add('self', [column]);
  // What is there whenever the filter holds: without it there is nothing to judge.
  for (const test of filtered) finder.read(test, 'both');
  for (const expr of [rule.where, ...rule.filters]) if (expr !== undefined) finder.read(expr, 'filter');
  for (const expr of rule.conditions) finder.read(expr, 'for');
  for (const expr of rule.values) finder.read(expr, 'both');
  for (const expr of rule.exceptions) finder.read(expr, 'against');
  // What is asked of a is asked of b as well: that no a was found would rest on what is absent.
  const found = finder.found.flatMap((ask): readonly Ask[] =>
    ask.role === 'a' && ask.guards.length === 0 ? [{ ...ask, role: 'b' }, ask] : [ask],
  );
  // A test that every subject has passed is no guard.
  const passed = new Set([...filtered, ...rule.needs.map(({ test }) => test)].map((test) => JSON.stringify(shown(test))));
  const free = found.map((ask) => ({ ...ask, guards: ask.guards.filter((guard) => !passed.has(JSON.stringify(shown(guard)))) }));
  return distinct(free.map(needOf));
}

/** What one leaf of a condition reads and can be absent. */
function leafAsks(leaf: Expr, of: 'line' | 'visit'): readonly Need[] {
  const finder = new Finder(of === 'line' ? 'lines' : 'visits', new Map());
  finder.read(leaf, 'both');
  for (const expr of walk(leaf))
    if (expr.op === 'field' && expr.data.nullable) finder.read(node('known', 'bool', [expr], {}, expr), 'both');
  return distinct(finder.found.map((ask) => needOf({ ...ask, guards: [] })));
}

function possibleOf(expr: Expr, of: 'line' | 'visit'): { readonly expr: Expr; readonly asks: readonly Need[] } {
  const [first, second] = expr.args;
  if ((expr.op === 'and' || expr.op === 'or') && first !== undefined && second !== undefined) {
    const [left, right] = [possibleOf(first, of), possibleOf(second, of)];
    return { expr: node(expr.op, 'bool', [left.expr, right.expr], {}, expr), asks: [...left.asks, ...right.asks] };
  }
  const asks = leafAsks(expr, of);
  return { expr: asks.reduceRight((rest, { test }) => or(not(test), rest), expr), asks };
}

/**
 * A filter that also lets through what it might let through, if what an institution does not deliver were there; undefined
 * where it reads nothing that can be absent.
 */
export function besideOf(where: Expr | undefined, of: 'line' | 'visit'): Beside | undefined {
  if (where === undefined) return undefined;
  const { expr, asks } = possibleOf(where, of);
  return asks.length === 0 ? undefined : { possible: expr, asks: distinct(asks) };
}
