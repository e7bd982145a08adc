import { columnNamed, missingInt } from '@hengjian/standard';
import { parameterValue } from '../bind/area.ts';
import type { BoundRules } from '../bind/bound.ts';
import { columnAt } from '../bind/codes.ts';
import type { Expr, FieldTable, Role } from '../check/ir.ts';
import type { Type } from '../check/types.ts';
import { isCode, isNumeric } from '../check/types.ts';
import { carriedText, isCarried } from '../interpret/carried.ts';
import { dash, showValue } from '../interpret/show-value.ts';
import { sourceText } from '../interpret/source-text.ts';
import { codeAt, ownerOf, range, raw } from '../interpret/world.ts';
import { parameterSlots } from '../kernel/runtime.ts';
import type { KnowledgeValue } from '../knowledge/knowledge.ts';
import type { Frame, Operators, Value, Writer } from './operator.ts';

const always = 'never missing';
const fieldName = (table: FieldTable, column: string, role: Role): string => `${role === 'self' ? '' : `${role}.`}${table}.${column}`;

/** Text of a read through the owner of a role; `missing` where the owner is missing. */
function read(to: Writer, table: FieldTable, column: string, role: Role, missing: string): string {
  switch (table) {
    case 'lines':
      return `${to.column('lines', column)}[${to.line(role)}]`;
    case 'visits':
      return `${to.column('visits', column)}[${to.visit(role)}]`;
    case 'persons':
      return `${to.column('persons', column)}[${to.column('visits', 'person')}[${to.visit(role)}]]`;
    case 'diagnoses':
    case 'operations':
      return `${to.column(table, column)}[${to.row}]`;
    case 'settlements':
      return through(to, 'settlements', column, `${to.column('lines', 'settlement')}[${to.line(role)}]`, missing);
    case 'institution':
      return through(to, 'institution', column, `${to.column('visits', 'fixmedins_code')}[${to.visit(role)}]`, missing);
    case 'practitioner': {
      const line = to.line(role);
      const id =
        line === '-1' ? `${to.column('visits', 'chfpdr_code')}[${to.visit(role)}]` : `${to.column('lines', 'bilg_dr_code')}[${line}]`;
      return through(to, 'practitioner', column, id, missing);
    }
  }
}

const through = (to: Writer, table: string, column: string, row: string, missing: string): string =>
  `(${row} < 0 ? ${missing} : ${to.column(table, column)}[${row}])`;

/** How a column kind writes missing, and the test that a value is there. */
function missingOf(expr: Expr): { literal: string; test: (value: string) => string } {
  const floating = isNumeric(expr.type) || (expr.op === 'field' && expr.data.kind === 'hash');
  if (floating) return { literal: 'NaN', test: (value) => `!Number.isNaN(${value})` };
  if (isCode(expr.type) || expr.op === 'signature' || (expr.op === 'field' && expr.data.kind === 'ref'))
    return { literal: '-1', test: (value) => `${value} >= 0` };
  return { literal: String(missingInt), test: (value) => `${value} !== ${missingInt}` };
}

/** A field as the source said it; what the lake keeps no text of is there or missing. */
export function shownField(expr: Expr & { op: 'field' }, frame: Frame, value: Value): string | null {
  const { table, role, column } = expr.data;
  const owner = ownerOf(frame, table, role);
  const definition = columnNamed(table, column);
  if (value === null || owner.table === undefined || definition === undefined) return null;
  const text = sourceText(owner.table, definition, owner.row, frame.world.bound.context.dictionaries);
  return text === undefined ? dash : text;
}

function fieldValue(expr: Expr & { op: 'field' }, frame: Frame): Value {
  const { table, role, column, kind } = expr.data;
  const owner = ownerOf(frame, table, role);
  const code = kind === 'code' || kind === 'code8' || kind === 'ref';
  const value = code ? codeAt(owner.table, column, owner.row) : raw(owner.table, column, owner.row);
  if (frame.world.watch !== undefined) frame.world.watch(fieldName(table, column, role), shownField(expr, frame, value));
  return value;
}

/** A cell of a knowledge table as its file has it. */
function shownCell(cell: KnowledgeValue, type: Type, bound: BoundRules): string | null {
  if (cell === null) return null;
  if (typeof cell === 'number') return showValue(cell, type, bound);
  return typeof cell === 'string' ? cell : cell.join('|');
}

function pointValue(expr: Expr & { op: 'point' }, frame: Frame): Value {
  const table = frame.world.bound.table(frame.rule.table ?? '');
  const { index, type } = columnAt(table, expr.data.column);
  const cell = table.rows[frame.point]?.cells[index] ?? null;
  const value =
    typeof cell === 'string' && isCode(type)
      ? frame.world.bound.codes.id(type.slice('code:'.length), cell)
      : typeof cell === 'number'
        ? cell
        : null;
  if (frame.world.watch !== undefined) frame.world.watch(`point.${expr.data.column}`, shownCell(cell, type, frame.world.bound));
  return value;
}

/** The first diagnosis marked as main, else the first; missing without diagnoses. */
function mainDiagnosis(frame: Frame, role: Role): number | null {
  const { segment } = frame.world;
  const rows = range(segment.visits, frame.visit[role], 'diagnoses');
  const yes = frame.world.bound.codes.id('yes_no', '1');
  const main = rows.find((row) => codeAt(segment.diagnoses, 'maindiag_flag', row) === yes) ?? rows[0];
  return main === undefined ? null : codeAt(segment.diagnoses, 'diag_code', main);
}

function ageKnown(frame: Frame, role: Role, days: boolean): boolean {
  const person = ownerOf(frame, 'persons', role);
  const age = raw(frame.world.segment.visits, 'age', frame.visit[role]);
  return raw(person.table, 'brdy', person.row) !== null || (age !== null && (!days || age >= 10));
}

type Names =
  | 'boolean'
  | 'number'
  | 'code'
  | 'field'
  | 'row'
  | 'point'
  | 'param'
  | 'sum'
  | 'measure'
  | 'limit'
  | 'known'
  | 'default'
  | 'age_known'
  | 'diagnoses_known'
  | 'enrolments_known'
  | 'carried'
  | 'main_diagnosis';

/** Constants, values of the subject, and the tests for what is missing. */
export const valueOperators: Operators<Names> = {
  boolean: {
    signature: 'true | false : bool',
    nulls: always,
    doc: 'A truth value.',
    examples: [
      { when: 'true', holds: true },
      { when: 'false', holds: false },
    ],
    interpret: (node) => node.data.value,
    generate: (node) => String(node.data.value),
  },
  number: {
    signature: "12.30 | '2026-01-01' : the type of the other side",
    nulls: always,
    doc: 'An exact number or a day, read from the source text.',
    examples: [
      { when: 'line.det_item_fee_sumamt == 12.30', holds: true },
      { when: "day_of(line.fee_ocur_time) == '2026-03-02'", holds: true },
    ],
    interpret: (node) => node.data.value,
    generate: (node) => (node.data.value < 0 ? `(${node.data.value})` : String(node.data.value)),
  },
  code: {
    signature: "'101' : code<dictionary of the other side>",
    nulls: "'' is the missing code; a code the lake never saw equals nothing",
    doc: 'A code of a dictionary.',
    examples: [
      { when: "default(line.list_type, '') == '101'", holds: true },
      { when: "default(line.bilg_caty, 'A03') == ''", holds: false },
    ],
    interpret: (node, _args, frame) => frame.world.bound.codes.id(node.data.dictionary, node.data.text),
    generate: (node, _args, to) => `(${to.bound.codes.id(node.data.dictionary, node.data.text)})`,
  },
  field: {
    signature: 'line.cnt, visit.begntime, person.gend, a.settlement.setl_time, …',
    nulls: 'missing as stored, or when its owner is missing',
    doc: 'A column of the working form.',
    examples: [
      { when: 'line.cnt == 2', holds: true },
      { when: "default(person.gend, '') == '2'", holds: true },
      { when: "default(institution.hosp_lv, '') == '02'", holds: true },
      { when: "default(practitioner.caty, '') == 'A03'", holds: true },
      { when: 'known(settlement.setl_time)', holds: true },
    ],
    interpret: (node, _args, frame) => fieldValue(node, frame),
    generate: (node, _args, to) => read(to, node.data.table, node.data.column, node.data.role, missingOf(node).literal),
  },
  row: {
    signature: 'line.row, visit.row, settlement.row : ref',
    nulls: 'never missing; a missing settlement is a row of its own',
    doc: 'The row itself, to ask whether two are the same.',
    examples: [
      { when: 'a.visit.row == b.visit.row', holds: true, shape: 'pair' },
      { when: 'a.row == b.row', holds: false, shape: 'pair' },
      { when: 'settlement.row == settlement.row', holds: true },
    ],
    interpret: (node, _args, frame) => ownerOf(frame, node.data.table, node.data.role).row,
    generate: (node, _args, to) => {
      if (node.data.table === 'lines') return to.line(node.data.role);
      return node.data.table === 'visits' ? to.visit(node.data.role) : `${to.column('lines', 'settlement')}[${to.line(node.data.role)}]`;
    },
  },
  point: {
    signature: 'point.column : the type of the column',
    nulls: 'missing where the cell is empty',
    doc: 'A value of the knowledge point.',
    examples: [
      { when: 'point.age_max == 14', holds: true },
      { when: "point.sex == '1'", holds: true },
      { when: 'known(point.note)', holds: false },
    ],
    interpret: (node, _args, frame) => pointValue(node, frame),
    generate: (node, _args, to) => `${to.constant(to.bound.column(to.rule.table ?? '', node.data.column), node.data.column)}[${to.point}]`,
  },
  param: {
    signature: 'param.name : the type of the parameter',
    nulls: always,
    doc: 'A dated, regional parameter of the rule.',
    examples: [
      { when: 'param.age == 6', holds: true },
      { when: 'param.share == 0.5', holds: true },
    ],
    interpret: (node, _args, frame) => {
      const { bound } = frame.world;
      const found = parameterValue(bound.parameter(frame.rule, node.data.name), bound.codes.values('area')[frame.area], frame.day);
      const value = typeof found === 'string' ? bound.codes.id(node.type.slice('code:'.length), found) : found;
      frame.world.watch?.(`param.${node.data.name}`, typeof found === 'string' ? found : showValue(found, node.type, bound));
      return value;
    },
    generate: (node, _args, to) => {
      const slots = parameterSlots(to.bound, to.bound.parameter(to.rule, node.data.name), node.type);
      if (slots.single !== undefined) return `(${slots.single})`;
      return `${to.constant(slots.at, 'param')}(${to.area}, ${to.day})`;
    },
  },
  sum: {
    signature: 'sum.name : the type of its measure',
    nulls: 'never missing',
    doc: 'A sum over the lines of the visit, declared in `sums`.',
    examples: [
      { when: 'sum.total == 17.30', holds: true, shape: 'visit' },
      { when: 'sum.drugs > 2', holds: false, shape: 'visit' },
    ],
    interpret: (node, _args, frame) => frame.sums.get(node.data.name) ?? 0,
    generate: (node, _args, to) => to.sum(node.data.name),
  },
  measure: {
    signature: 'measure : the type of the measure',
    nulls: always,
    doc: 'What a total or window measured.',
    examples: [{ when: 'measure == 3', holds: true, shape: 'total' }],
    interpret: (_node, _args, frame) => frame.measure,
    generate: (_node, _args, to) => to.measure,
  },
  limit: {
    signature: 'limit : the type of the measure',
    nulls: always,
    doc: 'The limit a total or window was held against.',
    examples: [{ when: 'measure > limit + 1', holds: true, shape: 'total' }],
    interpret: (_node, _args, frame) => frame.limit,
    generate: (_node, _args, to) => to.limit,
  },
  known: {
    signature: 'known(x) : bool',
    nulls: 'this is the test',
    doc: 'Whether a nullable value is there.',
    examples: [
      { when: 'known(person.brdy)', holds: true },
      { when: 'known(line.prd_days)', holds: false },
      { when: 'known(number(visit.adm_caty))', holds: false },
    ],
    interpret: (_node, args) => args[0] !== null,
    generate: (node, args) => (node.args[0] === undefined ? 'false' : `(${missingOf(node.args[0]).test(args[0] ?? '')})`),
  },
  default: {
    signature: 'default(x, v) : the type of x',
    nulls: 'v where x is missing',
    doc: 'The value, or another where it is missing.',
    examples: [
      { when: 'default(line.prd_days, 7) == 7', holds: true },
      { when: 'default(line.pric, 1) == 6.15', holds: true },
    ],
    interpret: (_node, args) => args[0] ?? args[1] ?? null,
    generate: (node, args) =>
      node.args[0] === undefined ? '' : `(${missingOf(node.args[0]).test(args[0] ?? '')} ? ${args[0]} : ${args[1]})`,
  },
  age_known: {
    signature: 'known(age) : bool',
    nulls: 'this is the test',
    doc: 'Whether the birth date or a recorded age is there; for days of age a recorded age must be 1 or more.',
    examples: [{ when: 'known(age)', holds: true }],
    interpret: (node, _args, frame) => ageKnown(frame, node.data.role, node.data.days),
    generate: (node, _args, to) => {
      const birth = read(to, 'persons', 'brdy', node.data.role, '');
      const recorded = `${to.column('visits', 'age')}[${to.visit(node.data.role)}]`;
      return `(${birth} !== ${missingInt} || ${recorded} >= ${node.data.days ? 10 : '-Infinity'})`;
    },
  },
  diagnoses_known: {
    signature: 'known(diagnoses) : bool',
    nulls: 'this is the test',
    doc: 'Whether the visit has any diagnosis row, and none with an open question.',
    examples: [{ when: 'known(diagnoses)', holds: true }],
    interpret: (node, _args, frame) => {
      const { visits } = frame.world.segment;
      const visit = frame.visit[node.data.role];
      return !((raw(visits, 'open_diagnoses', visit) ?? 0) > 0) && range(visits, visit, 'diagnoses').length > 0;
    },
    generate: (node, _args, to) => {
      const visit = to.visit(node.data.role);
      const at = (name: string): string => `${to.column('visits', name)}[${visit}]`;
      return `(!(${at('open_diagnoses')} > 0) && ${at('diagnoses_end')} > ${at('diagnoses_start')})`;
    },
  },
  enrolments_known: {
    signature: 'known(enrolments) : bool',
    nulls: 'this is the test',
    doc: 'Whether the lake has enrolments and the person has one.',
    examples: [{ when: 'known(enrolments)', holds: true }],
    interpret: (node, _args, frame) => {
      const person = ownerOf(frame, 'persons', node.data.role);
      return !frame.world.bound.context.absent.includes('psn_insu_d') && range(person.table, person.row, 'enrolments').length > 0;
    },
    generate: (node, _args, to) => {
      if (to.bound.context.absent.includes('psn_insu_d')) return 'false';
      const [end, start] = ['enrolments_end', 'enrolments_start'].map((name) => read(to, 'persons', name, node.data.role, ''));
      return `(${end} > ${start})`;
    },
  },
  carried: {
    signature: 'carried(line.pric | visit.dscg_way | … | diagnoses | operations | lines | enrolments) : bool',
    nulls: always,
    doc: [
      'Whether the deliveries of the institution ever had a value in the column, or any row of the table; of persons, enrolments,',
      'institutions and practitioners whether those of any institution had.',
    ].join(' '),
    examples: [
      { when: 'carried(line.pric) && carried(diagnoses)', holds: true },
      { when: 'carried(visit.nwb_flag)', holds: false },
    ],
    interpret: (node, _args, frame) => {
      const { bound, segment } = frame.world;
      return isCarried(bound, node.data.any, codeAt(segment.visits, 'fixmedins_code', frame.visit[node.data.role]));
    },
    generate: (node, _args, to) => carriedText(to, node.data.any, to.visit(node.data.role)),
  },
  main_diagnosis: {
    signature: 'main_diagnosis(visit | a | b) : code<diagnosis>',
    nulls: 'missing where the visit has no diagnosis rows',
    doc: 'The first diagnosis marked as main, else the first.',
    examples: [{ when: "default(main_diagnosis(visit), '') == 'C50.900'", holds: true }],
    interpret: (node, _args, frame) => mainDiagnosis(frame, node.data.role),
    generate: (node, _args, to) => {
      const visit = to.visit(node.data.role);
      const [start, end] = [`${to.column('visits', 'diagnoses_start')}[${visit}]`, `${to.column('visits', 'diagnoses_end')}[${visit}]`];
      const yes = to.bound.codes.id('yes_no', '1');
      return `mainDiagnosis(${to.column('diagnoses', 'diag_code')}, ${to.column('diagnoses', 'maindiag_flag')}, ${start}, ${end}, ${yes})`;
    },
  },
};
