import { dayOfMinute, withoutAddition } from '@hengjian/standard';
import type { Rows } from '../bind/codes.ts';
import type { Role } from '../check/ir.ts';
import { showValue } from '../interpret/show-value.ts';
import { codeAt, isValid, ownerOf, range, raw, rowsOf } from '../interpret/world.ts';
import { categoryMap, holdsWhile, membership, numberMap, rankOf, reachedBits } from '../kernel/runtime.ts';
import { covered, type Frame, type Operators, present, type Writer } from './operator.ts';

type Names =
  | 'starts_with'
  | 'number_of'
  | 'hospital_rank'
  | 'category'
  | 'base_item'
  | 'in_set'
  | 'listed'
  | 'diagnosed_point'
  | 'diagnosed_table'
  | 'operated_point'
  | 'operated_table'
  | 'charged_point'
  | 'charged_table'
  | 'insured_on';

/** Whether an id is a member of a row of the rule's own table. */
export function inPoint(frame: Frame, column: string, id: number): boolean {
  const { bound } = frame.world;
  return rowsOf(bound.codes.members(bound.table(frame.rule.table ?? ''), column), frame.point).includes(id);
}

/** Whether an id is in a table on the decisive day in the deciding area. */
export function inTable(frame: Frame, table: string, column: string, id: number): boolean {
  const { bound } = frame.world;
  return rowsOf(bound.codes.reverse(bound.table(table), column), id).some((row) => isValid(bound, table, row, frame.day, frame.area));
}

type Member = (id: number) => boolean;

function someCode(frame: Frame, of: 'diagnoses' | 'operations', role: Role, test: Member): boolean {
  const { segment } = frame.world;
  const column = of === 'diagnoses' ? 'diag_code' : 'oprn_oprt_code';
  return range(segment.visits, frame.visit[role], of).some((row) => {
    const id = codeAt(segment[of], column, row);
    frame.world.watch?.(
      `${of}.${column}`,
      id === null ? null : showValue(id, of === 'diagnoses' ? 'code:diagnosis' : 'code:operation', frame.world.bound),
    );
    return id !== null && test(id);
  });
}

interface Charge {
  readonly role: Role;
  readonly own: boolean;
  readonly same_day: boolean;
}

function someCharge(frame: Frame, charge: Charge, test: Member): boolean {
  const { segment } = frame.world;
  const visit = frame.visit[charge.role];
  const line = charge.own ? frame.line[charge.role] : -1;
  const dayOfLine = (row: number): number => dayOfMinute(raw(segment.lines, 'fee_ocur_time', row) ?? 0);
  const person = ownerOf(frame, 'persons', charge.role);
  return range(person.table, person.row, 'lines').some((other) => {
    if (other === line || raw(segment.lines, 'visit', other) !== visit || (raw(segment.lines, 'cnt', other) ?? 0) <= 0) return false;
    if (charge.same_day && dayOfLine(other) !== dayOfLine(line)) return false;
    return test(codeAt(segment.lines, 'med_list_codg', other) ?? -1);
  });
}

/** Text of a test on the codes of a visit, `member` being a function of the runtime and its arguments. */
function writeSome(of: 'diagnoses' | 'operations', role: Role, member: string, to: Writer): string {
  const column = of === 'diagnoses' ? 'diag_code' : 'oprn_oprt_code';
  const visit = to.visit(role);
  const [start, end] = [to.column('visits', `${of}_start`), to.column('visits', `${of}_end`)];
  return member.replace('(', `(${to.column(of, column)}, ${start}[${visit}], ${end}[${visit}], `);
}

function writeRows(rows: Rows, to: Writer): string {
  return `${to.constant(rows.start, 'start')}, ${to.constant(rows.values, 'ids')}`;
}

export const pointRows = (to: Writer, column: string): string =>
  `${writeRows(to.bound.codes.members(to.bound.table(to.rule.table ?? ''), column), to)}, ${to.point}`;

export const tableTest = (to: Writer, table: string, column: string): string =>
  `${to.constant(membership(to.bound, table, column), 'inTable')}, ${to.day}, ${to.area}`;

function writeCharge(charge: Charge, member: string, to: Writer): string {
  const visit = to.visit(charge.role);
  const line = charge.own ? to.line(charge.role) : '-1';
  const person = `${to.column('visits', 'person')}[${visit}]`;
  const columns = ['visit', 'cnt', 'med_list_codg', 'fee_ocur_time'].map((name) => to.column('lines', name)).join(', ');
  const ranges = `${to.column('persons', 'lines_start')}[${person}], ${to.column('persons', 'lines_end')}[${person}]`;
  return member.replace('(', `(${columns}, ${ranges}, ${visit}, ${line}, ${charge.same_day}, `);
}

/** Codes, sets of codes, and the rest of the visit and the person. */
export const codeOperators: Operators<Names> = {
  starts_with: {
    signature: "starts_with(code, 'X') : bool",
    nulls: covered,
    doc: 'The code begins with a text.',
    examples: [
      { when: "starts_with(line.med_list_codg, 'XA')", holds: true },
      { when: "starts_with(line.med_list_codg, 'ZA')", holds: false },
    ],
    interpret: (node, args, frame) =>
      frame.world.bound.codes.values(node.data.dictionary)[present(args[0])]?.startsWith(node.data.prefix) === true,
    generate: (node, args, to) => {
      const { dictionary, prefix } = node.data;
      const mask = to.bound.codes.mask(dictionary, `prefix ${prefix}`, (text) => text.startsWith(prefix));
      return `(${to.constant(mask, 'prefix')}[${args[0]} + 1] === 1)`;
    },
  },
  number_of: {
    signature: 'number(code) : int',
    nulls: 'missing where the code is missing or no whole number',
    doc: 'The code as a number.',
    examples: [
      { when: 'default(number(line.list_type), 0) == 101', holds: true },
      { when: 'default(number(line.med_list_codg), 7) == 7', holds: true },
    ],
    interpret: (node, args, frame) => {
      const text = args[0] === null ? '' : (frame.world.bound.codes.values(node.data.dictionary)[present(args[0])] ?? '');
      return /^\d{1,15}$/.test(text) ? Number(text) : null;
    },
    generate: (node, args, to) => `${to.constant(numberMap(to.bound, node.data.dictionary), 'numbers')}[${args[0]} + 1]`,
  },
  hospital_rank: {
    signature: 'hospital_rank(code<hosp_lv | lmtpric_hosp_lv | dedc_hosp_lv>) : int',
    nulls: covered,
    doc: '3 tertiary, 2 secondary, 1 primary, 0 ungraded.',
    examples: [{ when: 'known(institution.hosp_lv) && hospital_rank(institution.hosp_lv) == 3', holds: true }],
    interpret: (node, args, frame) =>
      rankOf(node.data.dictionary, frame.world.bound.codes.values(node.data.dictionary)[present(args[0])] ?? ''),
    generate: (node, args, to) => {
      const { dictionary } = node.data;
      return `${to.constant(
        to.bound.codes.map(dictionary, 'rank', 0, (text) => rankOf(dictionary, text)),
        'ranks',
      )}[${args[0]} + 1]`;
    },
  },
  category: {
    signature: 'category(code) : ref<category>',
    nulls: covered,
    doc: 'The first three characters of a code, only compared for equality.',
    examples: [
      { when: 'known(main_diagnosis(visit)) && category(main_diagnosis(visit)) != category(main_diagnosis(visit))', holds: false },
    ],
    interpret: (node, args, frame) => categoryMap(frame.world.bound, node.data.dictionary)[present(args[0]) + 1] ?? -1,
    generate: (node, args, to) => `${to.constant(categoryMap(to.bound, node.data.dictionary), 'categories')}[${args[0]} + 1]`,
  },
  base_item: {
    signature: 'base_item(code<item>) : ref<base_item>',
    nulls: covered,
    doc: 'The item without what is charged on top of it: an addition (…0001) stands for its item (…0000). Only compared for equality.',
    examples: [{ when: 'base_item(line.med_list_codg) != base_item(line.med_list_codg)', holds: false }],
    interpret: (_node, args, frame) => {
      const { codes } = frame.world.bound;
      return codes.id('item', withoutAddition(codes.values('item')[present(args[0])] ?? ''));
    },
    generate: (_node, args, to) => {
      const { codes } = to.bound;
      return `${to.constant(
        codes.map('item', 'base', -1, (text) => codes.id('item', withoutAddition(text))),
        'bases',
      )}[${args[0]} + 1]`;
    },
  },
  in_set: {
    signature: "in_set(code, 'table') : bool",
    nulls: covered,
    doc: 'The code is a key of a knowledge table, in force on the decisive day and in the deciding area.',
    examples: [
      { when: "in_set(line.med_list_codg, 'points')", holds: true },
      { when: "in_set(line.med_list_codg, 'expired')", holds: false },
    ],
    interpret: (node, args, frame) => inTable(frame, node.data.table, node.data.column, present(args[0])),
    generate: (node, args, to) => {
      const { table, column } = node.data;
      const reached = `${to.constant(reachedBits(to.bound, table, column), 'bits')}[${args[0]} + 1] === 1`;
      if (holdsWhile(to.bound, table, to.rule.source.effective.from)) return `(${reached})`;
      return `(${reached} && ${to.constant(membership(to.bound, table, column), 'inTable')}(${args[0]}, ${to.day}, ${to.area}))`;
    },
  },
  listed: {
    signature: "listed('table', x, y) : bool",
    nulls: covered,
    doc: 'A row of the table, in force, has both codes.',
    examples: [
      { when: "known(visit.med_type) && listed('settings', visit.med_type, line.med_list_codg)", holds: true },
      { when: "known(visit.med_type) && listed('settings', line.med_list_codg, visit.med_type)", holds: true },
    ],
    interpret: (node, args, frame) => {
      const { bound } = frame.world;
      const { table, columns } = node.data;
      const rows = rowsOf(bound.codes.reverse(bound.table(table), columns[0]), present(args[0]));
      const second = bound.codes.members(bound.table(table), columns[1]);
      return rows.some((row) => isValid(bound, table, row, frame.day, frame.area) && rowsOf(second, row).includes(present(args[1])));
    },
    generate: (node, args, to) => {
      const { table, columns } = node.data;
      const test = membership(to.bound, table, columns[0], to.bound.codes.members(to.bound.table(table), columns[1]));
      return `${to.constant(test, 'listed')}(${args[0]}, ${to.day}, ${to.area}, ${args[1]})`;
    },
  },
  diagnosed_point: {
    signature: 'diagnosed(point.column) : bool',
    nulls: 'missing where the visit has no diagnosis rows; named diagnoses in needs',
    doc: 'Some diagnosis of the visit is in the set of the point.',
    examples: [{ when: 'known(diagnoses) && diagnosed(point.diagnoses)', holds: true }],
    interpret: (node, _args, frame) => someCode(frame, 'diagnoses', node.data.role, (id) => inPoint(frame, node.data.column, id)),
    generate: (node, _args, to) => writeSome('diagnoses', node.data.role, `someInRow(${pointRows(to, node.data.column)})`, to),
  },
  diagnosed_table: {
    signature: "diagnosed('table') : bool",
    nulls: 'missing where the visit has no diagnosis rows; named diagnoses in needs',
    doc: 'Some diagnosis of the visit is in the table.',
    examples: [{ when: "known(diagnoses) && diagnosed('tumours')", holds: true }],
    interpret: (node, _args, frame) =>
      someCode(frame, 'diagnoses', node.data.role, (id) => inTable(frame, node.data.table, node.data.column, id)),
    generate: (node, _args, to) =>
      writeSome('diagnoses', node.data.role, `someInTable(${tableTest(to, node.data.table, node.data.column)})`, to),
  },
  operated_point: {
    signature: 'operated(point.column) : bool',
    nulls: 'never missing: no rows means no operation',
    doc: 'Some operation of the visit is in the set of the point.',
    examples: [{ when: 'operated(point.operations)', holds: true }],
    interpret: (node, _args, frame) => someCode(frame, 'operations', node.data.role, (id) => inPoint(frame, node.data.column, id)),
    generate: (node, _args, to) => writeSome('operations', node.data.role, `someInRow(${pointRows(to, node.data.column)})`, to),
  },
  operated_table: {
    signature: "operated('table') : bool",
    nulls: 'never missing: no rows means no operation',
    doc: 'Some operation of the visit is in the table.',
    examples: [{ when: "operated('bilateral')", holds: false }],
    interpret: (node, _args, frame) =>
      someCode(frame, 'operations', node.data.role, (id) => inTable(frame, node.data.table, node.data.column, id)),
    generate: (node, _args, to) =>
      writeSome('operations', node.data.role, `someInTable(${tableTest(to, node.data.table, node.data.column)})`, to),
  },
  charged_point: {
    signature: 'charged(point.column) | charged_same_day(point.column) : bool',
    nulls: 'never missing',
    doc: 'Some other line of the visit with a positive quantity has an item in the set of the point (on the same day).',
    examples: [
      { when: 'charged(point.partners)', holds: true },
      { when: 'charged_same_day(point.partners)', holds: false },
      { when: 'charged(point.items)', holds: false },
    ],
    interpret: (node, _args, frame) => someCharge(frame, node.data, (id) => inPoint(frame, node.data.column, id)),
    generate: (node, _args, to) => writeCharge(node.data, `chargedInRow(${pointRows(to, node.data.column)})`, to),
  },
  charged_table: {
    signature: "charged('table') | charged_same_day('table') : bool",
    nulls: 'never missing',
    doc: 'Some other line of the visit with a positive quantity has an item in the table (on the same day).',
    examples: [
      { when: "charged('nursing')", holds: true },
      { when: "charged_same_day('nursing')", holds: false },
    ],
    interpret: (node, _args, frame) => someCharge(frame, node.data, (id) => inTable(frame, node.data.table, node.data.column, id)),
    generate: (node, _args, to) => writeCharge(node.data, `chargedInTable(${tableTest(to, node.data.table, node.data.column)})`, to),
  },
  insured_on: {
    signature: 'insured_on(day) : bool',
    nulls: 'missing without enrolment rows; named enrolments in needs',
    doc: 'The person has an enrolment in force that day with psn_insu_stas 1.',
    examples: [
      { when: 'known(enrolments) && insured_on(day_of(line.fee_ocur_time))', holds: true },
      { when: 'known(enrolments) && insured_on(day_of(line.fee_ocur_time)) && line.cnt > 5', holds: false },
    ],
    interpret: (node, args, frame) => {
      const person = ownerOf(frame, 'persons', node.data.role);
      const { segment, bound } = frame.world;
      const insured = bound.codes.id('psn_insu_stas', '1');
      return range(person.table, person.row, 'enrolments').some((row) => {
        const end = raw(segment.enrolments, 'enddate', row);
        const begin = raw(segment.enrolments, 'begndate', row) ?? 0;
        return (
          begin <= present(args[0]) &&
          (end === null || end >= present(args[0])) &&
          codeAt(segment.enrolments, 'psn_insu_stas', row) === insured
        );
      });
    },
    generate: (node, args, to) => {
      const person = `${to.column('visits', 'person')}[${to.visit(node.data.role)}]`;
      const columns = ['begndate', 'enddate', 'psn_insu_stas'].map((name) => to.column('enrolments', name)).join(', ');
      const ranges = `${to.column('persons', 'enrolments_start')}[${person}], ${to.column('persons', 'enrolments_end')}[${person}]`;
      return `insuredOn(${columns}, ${ranges}, ${to.bound.codes.id('psn_insu_stas', '1')}, ${args[0]})`;
    },
  },
};
