import { extractColumns, isOneOf, keysOf } from '@hengjian/standard';
import type { BoundRules } from '../bind/bound.ts';
import type { CheckedRule } from '../check/checked.ts';
import { type Expr, type Role, walk } from '../check/ir.ts';
import type { Beside, Dispatch, Need } from '../check/parts.ts';
import { carriedMask } from '../interpret/carried.ts';
import type { Gatherer } from '../keyed/block.ts';
import type { Writer } from '../operators/operator.ts';
import { generate } from '../operators/table.ts';
import { owner } from './names.ts';

/** What the whole kernel shares while it is written: constants, columns, causes. */
export interface Program {
  readonly bound: BoundRules;
  readonly constants: unknown[];
  readonly constantNames: Map<unknown, string>;
  /** `table.column` to the local it is loaded into. */
  readonly columns: Map<string, string>;
  /** Causes of unknown, as [rule, cause]. */
  readonly causes: { readonly rule: number; readonly cause: string }[];
  readonly functions: string[];
  /** Statements that make the state of a rule. */
  readonly state: string[];
  /** What rules that judge many histories at once gather while persons are walked. */
  readonly gatherers: Gatherer[];
}

/** Table and name of a column by its key in a program. */
export function tableAndName(key: string): readonly [table: string, name: string] {
  const [table = '', name = ''] = key.split('.');
  return [table, name];
}

export const newProgram = (bound: BoundRules): Program => ({
  bound,
  constants: [],
  constantNames: new Map(),
  columns: new Map(),
  causes: [],
  functions: [],
  state: [],
  gatherers: [],
});

/** The names of locals that an expression may use where it stands. */
export interface Locals {
  readonly line: Readonly<Record<Role, string>>;
  readonly visit: Readonly<Record<Role, string>>;
  readonly point: string;
  /** Text of the deciding area, where it is not the local `r`. */
  readonly area?: string;
}

export const lineLocals: Locals = { line: { self: 'l', a: 'a', b: 'l' }, visit: { self: 'v', a: 'va', b: 'v' }, point: 'k' };
export const visitLocals: Locals = { line: { self: '-1', a: '-1', b: '-1' }, visit: { self: 'v', a: 'va', b: 'v' }, point: 'k' };

/** Writes the code of one rule. */
export interface RuleWriter extends Writer {
  readonly index: number;
  readonly program: Program;
  /** Whether some text that was written asks for the area. */
  usesArea(): boolean;
  /** Statement that counts an unknown. */
  unknown(cause: string): string;
  /** Number of a cause. */
  cause(cause: string): number;
}

export function constant(program: Program, value: unknown, hint: string): string {
  const known = program.constantNames.get(value);
  if (known !== undefined) return known;
  const name = `K${program.constants.length}_${hint.replace(/\W/g, '_')}`;
  program.constants.push(value);
  program.constantNames.set(value, name);
  return name;
}

export function column(program: Program, table: string, name: string): string {
  const key = `${table}.${name}`;
  const local = `${table}_${name}`;
  program.columns.set(key, local);
  return local;
}

export function ruleWriter(program: Program, rule: CheckedRule, index: number, locals: Locals): RuleWriter {
  let area = false;
  const cause = (text: string): number => {
    const found = program.causes.findIndex((known) => known.rule === index && known.cause === text);
    if (found >= 0) return found;
    program.causes.push({ rule: index, cause: text });
    return program.causes.length - 1;
  };
  const writer: RuleWriter = {
    bound: program.bound,
    program,
    rule,
    index,
    expr: (expr: Expr) => generate(expr, writer),
    column: (table, name) => column(program, table, name),
    constant: (value, hint) => constant(program, value, hint),
    line: (role) => locals.line[role],
    visit: (role) => locals.visit[role],
    row: 'x',
    point: locals.point,
    day: 'd',
    get area() {
      area = true;
      return locals.area ?? 'r';
    },
    measure: 'm',
    limit: 'lim',
    distinct: (of) => `n_${of}`,
    sum: (name) => `sum${index}_${name}[v - v0]`,
    usesArea: () => area,
    cause,
    unknown: (text) => `UN[${cause(text)}]++`,
  };
  return writer;
}

/** Text of the area that decides, for the visit in `v`. */
export function areaText(to: RuleWriter, visit = 'v'): string {
  if (to.rule.source.owner === 'insurance') return `${to.column('visits', 'insu_admdvs')}[${visit}]`;
  return owner(to.column('visits', 'fixmedins_code'), visit, to.column('institution', 'admdvs'), '-1');
}

/** Text of the decisive day of line `l` in visit `v`, `ds` being its service day. */
export function lineDay(to: RuleWriter): string {
  const begin = to.rule.source.decisive === 'admission' ? `${to.column('visits', 'begntime')}[v]` : undefined;
  if (begin !== undefined) return `(${begin} === MISSING ? ds : Math.floor(${begin} / 1440))`;
  if (to.rule.source.decisive === 'service') return 'ds';
  return `settledDay(${to.column('settlements', 'setl_time')}, ${to.column('lines', 'settlement')}[l], ds)`;
}

/** Text of the decisive day of visit `v`, which has a begin. */
export function visitDay(to: RuleWriter): string {
  const begin = `Math.floor(${to.column('visits', 'begntime')}[v] / 1440)`;
  if (to.rule.source.decisive !== 'settlement') return begin;
  const [start, end] = [`${to.column('visits', 'settlements_start')}[v]`, `${to.column('visits', 'settlements_end')}[v]`];
  return `settledDay(${to.column('settlements', 'setl_time')}, ${end} > ${start} ? ${end} - 1 : -1, ${begin})`;
}

/** Condition under which the rule is not in force on day `d`. */
export function notInForce(to: RuleWriter): string {
  const { from, to: end } = to.rule.source.effective;
  const effective = end === undefined ? `d < ${from}` : `(d < ${from} || d > ${end})`;
  const published = to.rule.looksBack ? undefined : notPublished(to);
  return published === undefined ? effective : `(${effective} || ${published})`;
}

/** Condition under which this version of the rule does not judge subjects of day `d`; undefined when it judges all. */
export function notPublished({ rule }: Pick<RuleWriter, 'rule'>): string | undefined {
  if (rule.published === undefined) return undefined;
  const ranges = rule.published.map(({ from, to: end }) => (end === undefined ? `d >= ${from}` : `(d >= ${from} && d <= ${end})`));
  return `!(${ranges.length === 0 ? 'false' : ranges.join(' || ')})`;
}

/** Condition under which point `k` does not hold on day `d`; undefined when every point always does. */
export function notValid(to: RuleWriter, dispatch: Dispatch | undefined, point = 'k'): string | undefined {
  if (dispatch === undefined) return undefined;
  const table = to.bound.table(dispatch.table);
  const first = to.rule.source.effective.from;
  const regional = table.rows.some((row) => row.region !== '000000');
  const begins = table.rows.some((row) => row.valid_from > first);
  const ends = table.rows.some((row) => row.valid_to !== undefined);
  const validity = to.bound.validity(dispatch.table);
  const tests = [
    begins ? `d < ${to.constant(validity.from, 'from')}[${point}]` : undefined,
    ends ? `d > ${to.constant(validity.to, 'to')}[${point}]` : undefined,
    regional
      ? `${to.constant(to.bound.contains, 'contains')}[${to.constant(
          validity.region,
          'region',
        )}[${point}] * ${to.bound.areas + 1} + ${to.area} + 1] !== 1`
      : undefined,
  ].filter((test) => test !== undefined);
  return tests.length === 0 ? undefined : tests.join(' || ');
}

/** Statements for payment scope of the line in `line`: `clear` and `unknown` are the statements to leave with. */
export function scopeText(to: RuleWriter, line: string, clear: string, unknown: string): string {
  if (!to.rule.source.payment_scope) return '';
  const approved = to.bound.codes.id('hosp_appr_flag', '2');
  const [inscope, own, all] = ['inscp_amt', 'fulamt_ownpay_amt', 'det_item_fee_sumamt'].map(
    (name) => `${to.column('lines', name)}[${line}]`,
  );
  const flag = approved < 0 ? '' : `${to.column('lines', 'hosp_appr_flag')}[${line}] === ${approved} || `;
  return `if (${inscope} === 0) ${clear}\nif (Number.isNaN(${inscope})) {\nif (${flag}${own} === ${all}) ${clear}\n${unknown}\n}\n`;
}

/** Condition under which the person key does not reach far enough; undefined where a row is enough. */
export function outOfReach(to: RuleWriter, needed: 'city' | 'institution' | 'row', visit = 'v'): string | undefined {
  if (needed === 'row') return undefined;
  const reach = `${to.column('persons', 'reach')}[${to.column('visits', 'person')}[${visit}]]`;
  const city = `${reach} !== ${to.bound.codes.id('reach', 'city')}`;
  return needed === 'city' ? city : `(${city} && ${reach} !== ${to.bound.codes.id('reach', 'institution')})`;
}

const extracted = keysOf(extractColumns);

/** Whether some institution of the lake lacks something that a test asks for; all else costs nothing. */
const isLacking = (to: Pick<Writer, 'bound'>, test: Expr): boolean =>
  [...walk(test)].some((expr) => expr.op === 'carried' && carriedMask(to.bound, expr.data.any).includes(0));

/** What a rule asks for and some institution of this lake lacks. */
const lackingAsks = (to: RuleWriter): readonly Need[] => to.rule.asks.filter(({ test }) => isLacking(to, test));

/** The asks of a row that a filter leaves out, those that some institution of this lake lacks. */
export const lackingBeside = (to: Pick<Writer, 'bound'>, beside: Beside | undefined): readonly Need[] =>
  beside?.asks.filter(({ test }) => isLacking(to, test)) ?? [];

/** A rule with the filter of the rows it must look at: also those that only count beside others, where the lake lacks something. */
export const lookedAt = (bound: BoundRules, rule: CheckedRule): CheckedRule =>
  rule.beside === undefined || lackingBeside({ bound }, rule.beside).length === 0 ? rule : { ...rule, where: rule.beside.possible };

/**
 * Statement for a row that a filter leaves out: `leave` with the absent column without which it might not, else `pass`.
 */
export function besideText(to: RuleWriter, beside: Beside | undefined, leave: (cause: string) => string, pass: string): string {
  const asks = lackingBeside(to, beside);
  if (beside === undefined || asks.length === 0) return pass;
  const causes = asks.map(({ cause, test }) => `if (!${to.expr(test)}) ${leave(cause)}\n`).join('');
  return `{\nif (${to.expr(beside.possible)}) {\n${causes}}\n${pass}\n}`;
}

/** Whether a lake lacks the only table that a field comes from. */
function isAbsent(expr: Expr, absent: readonly string[]): boolean {
  if (expr.op !== 'field' || !isOneOf(extracted, expr.data.table)) return false;
  const { table, columns } = extractColumns[expr.data.table];
  return absent.includes(table) && columns.includes(expr.data.column);
}

/** Whether no row of this lake can meet a need. */
export function isNeverMet(to: RuleWriter, { test }: Need): boolean {
  if (test.op === 'carried') return to.expr(test) === 'false';
  const [first] = test.args;
  if (test.op === 'known' && first !== undefined) return isAbsent(first, to.bound.context.absent);
  return test.op === 'practitioner_stays_known' && to.expr(test) === 'false';
}

const needsOf = (to: RuleWriter, role: 'self' | 'a'): readonly Need[] =>
  [...(role === 'a' ? lackingAsks(to) : []), ...to.rule.needs].filter((need) => (need.role === 'a') === (role === 'a'));

/** Whether a rule can say nothing of this lake but that something is missing: then nothing beyond its needs is read. */
export const saysNothing = (to: RuleWriter): boolean =>
  [...lackingAsks(to).filter(({ role }) => role !== 'a'), ...needsOf(to, 'self')].some((need) => isNeverMet(to, need));

/** Statements that leave with the first column that the rule asks for and the deliveries do not carry. */
export const asksText = (to: RuleWriter, leave: (cause: string) => string): string =>
  testedText(
    to,
    lackingAsks(to).filter(({ role }) => role !== 'a'),
    leave,
  );

/** Statements that leave with the first need that is not met; they end with a need that never is. */
export const needsText = (to: RuleWriter, role: 'self' | 'a', leave: (cause: string) => string): string =>
  testedText(to, needsOf(to, role), leave);

function testedText(to: RuleWriter, needs: readonly Need[], leave: (cause: string) => string): string {
  const never = needs.findIndex((need) => isNeverMet(to, need));
  const tested = (never < 0 ? needs : needs.slice(0, never)).map((need) => `if (!${to.expr(need.test)}) ${leave(need.cause)}\n`);
  const last = needs[never];
  return [...tested, ...(last === undefined ? [] : [`${leave(last.cause)}\n`])].join('');
}

/** Text of the index of the first exception that holds, -1. */
export const exceptionChain = (to: RuleWriter): string =>
  `${to.rule.exceptions.map((exception, index) => `${to.expr(exception.when)} ? ${index} : `).join('')}-1`;

/** Statements that weigh the exceptions; they set `low` and, for totals, `lim`. */
export function exceptionsText(to: RuleWriter, leave: string, call?: string): string {
  const { exceptions } = to.rule;
  if (exceptions.length === 0) return 'const low = -1;\n';
  const chain = call ?? exceptionChain(to);
  const effects = exceptions.map(({ effect }, index) => {
    if (effect === 'clear') return `if (ex === ${index}) ${leave}\n`;
    return effect === 'lower' ? '' : `if (ex === ${index}) { lim *= ${effect.cap}; if (!(m > lim)) ${leave} }\n`;
  });
  const lowers = exceptions.map(({ effect }, index) => (effect === 'lower' ? `ex === ${index}` : '')).filter((test) => test !== '');
  return `const ex = ${chain};\n${effects.join('')}const low = ${lowers.length === 0 ? '-1' : `${lowers.join(' || ')} ? ex : -1`};\n`;
}

/** Whether a question is open about some line of the visit of a row of lines; undefined where lines of many persons are walked. */
export function openLinesText(to: RuleWriter, line: string): string | undefined {
  if (to.rule.source.by !== 'person') return undefined;
  return `${to.column('visits', 'open_lines')}[${to.column('lines', 'visit')}[${line}]] > 0`;
}

/** Condition under which a look-back from day `start` begins before the data. */
export function beforeHorizonText(to: RuleWriter, start: string, of: 'line' | 'visit'): string {
  const name = of === 'line' ? 'line_from' : 'visit_from';
  const across = to.rule.reach === undefined || to.rule.reach === 'city' || to.rule.source.by === 'trace_code';
  if (across) {
    const from = to.bound.context.coverage[name];
    return from === -2_147_483_648 ? 'true' : `${start} < ${from}`;
  }
  const from = owner(to.column('visits', 'fixmedins_code'), 'v', to.column('institution', name), 'MISSING');
  return `beforeData(${from}, ${start})`;
}
