import { dayOfMinute } from '@hengjian/standard';
import type { BoundRules } from '../bind/bound.ts';
import { columnAt } from '../bind/codes.ts';
import { wholeTables } from '../check/asks.ts';
import type { ChargedWithin, Role } from '../check/ir.ts';
import { carriedText, isCarried } from '../interpret/carried.ts';
import { codeAt, isValid, ownerOf, range, raw, rowsOf } from '../interpret/world.ts';
import { datesTest, firstOfMonth, hospitalTest, membership, stockTest } from '../kernel/runtime.ts';
import { inPoint, inTable, pointRows, tableTest } from './codes.ts';
import { covered, type Frame, type Operators, present, type Writer } from './operator.ts';

type Names =
  | 'diagnosed_with'
  | 'recorded'
  | 'operations_known'
  | 'lines_known'
  | 'charged_within'
  | 'horizon_known'
  | 'within_dates'
  | 'supplied'
  | 'stock_known'
  | 'practitioner_in_hospital'
  | 'practitioner_stays_known'
  | 'distinct';

/** Whether some earlier line of the person has an item of the set: at most so many days back, the same day included. */
function chargedBefore(frame: Frame, set: ChargedWithin, days: number): boolean {
  const { segment } = frame.world;
  const own = frame.line[set.role];
  const dayOf = (line: number): number => dayOfMinute(raw(segment.lines, 'fee_ocur_time', line) ?? 0);
  const person = ownerOf(frame, 'persons', set.role);
  return range(person.table, person.row, 'lines').some((line) => {
    if (line === own || dayOf(line) > dayOf(own) || dayOf(line) < dayOf(own) - days || (raw(segment.lines, 'cnt', line) ?? 0) <= 0)
      return false;
    const item = codeAt(segment.lines, 'med_list_codg', line) ?? -1;
    return set.own ? inPoint(frame, set.column, item) : inTable(frame, set.table, set.column, item);
  });
}

const hasOpenVisit = (frame: Frame, role: Role): boolean => {
  const person = ownerOf(frame, 'persons', role);
  return range(person.table, person.row, 'visits').some((visit) => (raw(frame.world.segment.visits, 'open_lines', visit) ?? 0) > 0);
};

/** Text of the same; the functions of the runtime are told where the lines of the person stand. */
function writeChargedBefore(set: ChargedWithin, days: string, to: Writer): string {
  const columns = ['cnt', 'med_list_codg', 'fee_ocur_time'].map((name) => to.column('lines', name)).join(', ');
  const person = `${to.column('visits', 'person')}[${to.visit(set.role)}]`;
  const ranges = `${to.column('persons', 'lines_start')}[${person}], ${to.column('persons', 'lines_end')}[${person}]`;
  const common = `${columns}, ${ranges}, ${to.line(set.role)}, ${days}`;
  return set.own
    ? `chargedBeforeInRow(${common}, ${pointRows(to, set.column)})`
    : `chargedBeforeInTable(${common}, ${tableTest(to, set.table, set.column)})`;
}

const dayOfLine = (frame: Frame, role: Role): number => dayOfMinute(raw(frame.world.segment.lines, 'fee_ocur_time', frame.line[role]) ?? 0);

/** What the institution of a line could sell of its item in its month; missing without a ledger of that month. */
function stockOf(frame: Frame, role: Role): number | null {
  const { bound, segment } = frame.world;
  const { stock } = bound.context.dimensions;
  const institution = codeAt(segment.visits, 'fixmedins_code', frame.visit[role]);
  const item = codeAt(segment.lines, 'med_list_codg', frame.line[role]);
  const month = firstOfMonth(dayOfLine(frame, role));
  const rows = Array.from({ length: stock.length }, (_, row) => row);
  const found = rows.find(
    (row) =>
      codeAt(stock, 'fixmedins_code', row) === institution &&
      codeAt(stock, 'med_list_codg', row) === item &&
      raw(stock, 'month', row) === month,
  );
  return found === undefined ? null : raw(stock, 'supplied', found);
}

function writeStock(role: Role, to: Writer): string {
  const line = to.line(role);
  const institution = `${to.column('visits', 'fixmedins_code')}[${to.visit(role)}]`;
  const stock = to.constant(stockTest(to.bound), 'stock');
  const [item, time] = [to.column('lines', 'med_list_codg'), to.column('lines', 'fee_ocur_time')];
  return `${stock}(${institution}, ${item}[${line}], Math.floor(${time}[${line}] / 1440))`;
}

const practitionerId = (frame: Frame, role: Role): number => {
  const { segment } = frame.world;
  const line = frame.line[role];
  return (line >= 0 ? codeAt(segment.lines, 'bilg_dr_code', line) : codeAt(segment.visits, 'chfpdr_code', frame.visit[role])) ?? -1;
};

function datesHold(frame: Frame, name: string, day: number): boolean {
  const { bound } = frame.world;
  const table = bound.table(name);
  const [begin, end] = [columnAt(table, 'begndate').index, columnAt(table, 'enddate').index];
  return table.rows.some((row, index) => {
    const [from, to] = [row.cells[begin], row.cells[end]];
    return (
      typeof from === 'number' && typeof to === 'number' && from <= day && day <= to && isValid(bound, name, index, frame.day, frame.area)
    );
  });
}

const hasOperations = (bound: BoundRules): boolean => !bound.context.absent.includes('setl_list_oprn_d');
const operationRows = [wholeTables.operations];
const knowsStays = (bound: BoundRules): boolean => bound.context.dimensions.practitioner_stay.length > 0;

/** What lies before and beside the visit: history, registers, extracts, and what the group consists of. */
export const recordOperators: Operators<Names> = {
  diagnosed_with: {
    signature: "diagnosed_with('table', code) : bool",
    nulls: 'missing where the visit has no diagnosis rows; named diagnoses in needs',
    doc: 'Some diagnosis of the visit stands with the code in a row of the table.',
    examples: [
      { when: "known(diagnoses) && known(visit.med_type) && diagnosed_with('benefits', visit.med_type)", holds: true },
      { when: "known(diagnoses) && known(visit.med_type) && !diagnosed_with('benefits', visit.med_type)", holds: false },
    ],
    interpret: (node, args, frame) => {
      const { bound, segment } = frame.world;
      const { table, columns, role } = node.data;
      const rows = rowsOf(bound.codes.reverse(bound.table(table), columns[0]), present(args[0])).filter((row) =>
        isValid(bound, table, row, frame.day, frame.area),
      );
      const diagnoses = bound.codes.members(bound.table(table), columns[1]);
      return range(segment.visits, frame.visit[role], 'diagnoses').some((at) => {
        const code = codeAt(segment.diagnoses, 'diag_code', at);
        return code !== null && rows.some((row) => rowsOf(diagnoses, row).includes(code));
      });
    },
    generate: (node, args, to) => {
      const { table, columns, role } = node.data;
      const test = membership(to.bound, table, columns[0], to.bound.codes.members(to.bound.table(table), columns[1]));
      const visit = to.visit(role);
      const rows = `${to.column('visits', 'diagnoses_start')}[${visit}], ${to.column('visits', 'diagnoses_end')}[${visit}]`;
      return `someWith(${to.column('diagnoses', 'diag_code')}, ${rows}, ${to.constant(test, 'with')}, ${args[0]}, ${to.day}, ${to.area})`;
    },
  },
  recorded: {
    signature: 'recorded(diagnoses | operations), recorded_main(diagnoses | operations) : int',
    nulls: 'missing where the visit has no diagnosis rows, or the lake no operations; named diagnoses, operations in needs',
    doc: 'How many diagnoses or operations the visit has, or how many of them are marked as main.',
    examples: [
      { when: 'known(diagnoses) && recorded(diagnoses) == 2', holds: true },
      { when: 'known(diagnoses) && recorded_main(diagnoses) == 1', holds: true },
      { when: 'known(operations) && recorded_main(operations) == 0', holds: false },
    ],
    interpret: (node, _args, frame) => {
      const { segment, bound } = frame.world;
      const { of, main, role } = node.data;
      const rows = range(segment.visits, frame.visit[role], of);
      if (!main) return rows.length;
      const yes = bound.codes.id('yes_no', '1');
      return rows.filter((row) => codeAt(segment[of], of === 'diagnoses' ? 'maindiag_flag' : 'main_oprn_flag', row) === yes).length;
    },
    generate: (node, _args, to) => {
      const { of, main, role } = node.data;
      const [start, end] = [
        `${to.column('visits', `${of}_start`)}[${to.visit(role)}]`,
        `${to.column('visits', `${of}_end`)}[${to.visit(role)}]`,
      ];
      if (!main) return `(${end} - ${start})`;
      const flag = to.column(of, of === 'diagnoses' ? 'maindiag_flag' : 'main_oprn_flag');
      return `countOf(${flag}, ${start}, ${end}, ${to.bound.codes.id('yes_no', '1')})`;
    },
  },
  operations_known: {
    signature: 'known(operations) : bool',
    nulls: 'this is the test',
    doc: 'Whether the lake has operations at all, and the institution delivers any.',
    examples: [{ when: 'known(operations)', holds: true }],
    interpret: (node, _args, frame) => {
      const { bound, segment } = frame.world;
      const institution = codeAt(segment.visits, 'fixmedins_code', frame.visit[node.data.role]);
      return hasOperations(bound) && isCarried(bound, operationRows, institution);
    },
    generate: (node, _args, to) => (hasOperations(to.bound) ? carriedText(to, operationRows, to.visit(node.data.role)) : 'false'),
  },
  lines_known: {
    signature: 'known(lines) : bool',
    nulls: 'this is the test',
    doc: 'Whether the visit has any fee line, and none with an open question.',
    examples: [{ when: 'known(lines)', holds: true, shape: 'visit' }],
    interpret: (node, _args, frame) => {
      const person = ownerOf(frame, 'persons', node.data.role);
      const visit = frame.visit[node.data.role];
      const { lines, visits } = frame.world.segment;
      if ((raw(visits, 'open_lines', visit) ?? 0) > 0) return false;
      return range(person.table, person.row, 'lines').some((line) => raw(lines, 'visit', line) === visit);
    },
    generate: (node, _args, to) => {
      const visit = to.visit(node.data.role);
      const person = `${to.column('visits', 'person')}[${visit}]`;
      const [start, end] = [to.column('persons', 'lines_start'), to.column('persons', 'lines_end')];
      const open = `${to.column('visits', 'open_lines')}[${visit}]`;
      return `(!(${open} > 0) && hasLines(${to.column('lines', 'visit')}, ${start}[${person}], ${end}[${person}], ${visit}))`;
    },
  },
  charged_within: {
    signature: "charged_within(point.column | 'table', days) : bool",
    nulls: [
      'missing where nothing is found and the look-back begins before the data of the lake: unknown(horizon);',
      'named with its arguments in needs',
    ].join(' '),
    doc: 'Some other line of the person with a positive quantity, at most so many days before or on the same day, has an item in the set.',
    examples: [
      { when: "known(charged_within('nursing', 3)) && charged_within('nursing', 3)", holds: false },
      { when: "known(charged_within('earlier', 3)) && charged_within('earlier', 3)", holds: true },
      { when: 'known(charged_within(point.partners, point.age_max)) && charged_within(point.partners, point.age_max)', holds: false },
    ],
    interpret: (node, args, frame) => chargedBefore(frame, node.data, present(args[0])),
    generate: (node, args, to) => writeChargedBefore(node.data, args[0] ?? '', to),
  },
  horizon_known: {
    signature: 'known(charged_within(…)) : bool',
    nulls: 'this is the test',
    doc: 'Whether something is found, or the look-back lies within the data and no line of the person has an open question.',
    examples: [{ when: "known(charged_within('nursing', 3))", holds: true }],
    interpret: (node, args, frame) => {
      const { line_from } = frame.world.bound.context.coverage;
      const start = dayOfLine(frame, node.data.role) - present(args[0]);
      const isWhole = line_from !== -2_147_483_648 && start >= line_from && !hasOpenVisit(frame, node.data.role);
      return isWhole || chargedBefore(frame, node.data, present(args[0]));
    },
    generate: (node, args, to) => {
      const { line_from } = to.bound.context.coverage;
      const found = writeChargedBefore(node.data, args[0] ?? '', to);
      if (line_from === -2_147_483_648) return found;
      const time = `${to.column('lines', 'fee_ocur_time')}[${to.line(node.data.role)}]`;
      const person = `${to.column('visits', 'person')}[${to.visit(node.data.role)}]`;
      const [from, end] = ['start', 'end'].map((side) => `${to.column('persons', `visits_${side}`)}[${person}]`);
      const open = `hasOpenVisit(${to.column('visits', 'open_lines')}, ${from}, ${end})`;
      return `((Math.floor(${time} / 1440) - ${args[0]} >= ${line_from} && !${open}) || ${found})`;
    },
  },
  within_dates: {
    signature: "within_dates('table', day) : bool",
    nulls: covered,
    doc: 'A row of the table, in force, has the day between its begndate and its enddate, both included.',
    examples: [
      { when: "within_dates('holidays', day_of(line.fee_ocur_time))", holds: true },
      { when: "known(visit.endtime) && within_dates('holidays', day_of(visit.endtime))", holds: false },
    ],
    interpret: (node, args, frame) => datesHold(frame, node.data.table, present(args[0])),
    generate: (node, args, to) => `${to.constant(datesTest(to.bound, node.data.table), 'dates')}(${args[0]}, ${to.day}, ${to.area})`,
  },
  supplied: {
    signature: 'supplied() : quantity',
    nulls: 'missing without a ledger of that month; named stock in needs',
    doc: [
      'What the institution could sell of the item in the month of the group.',
      'In limits of totals over lines with by: institution, group: item, over: month.',
    ].join(' '),
    examples: [{ when: 'measure > limit', holds: true, shape: 'stock' }],
    interpret: (node, _args, frame) => stockOf(frame, node.data.role),
    generate: (node, _args, to) => writeStock(node.data.role, to),
  },
  stock_known: {
    signature: 'known(stock) : bool',
    nulls: 'this is the test',
    doc: 'Whether the institution has a ledger of the item in the month of the line.',
    examples: [{ when: 'measure > limit', holds: true, shape: 'stock' }],
    interpret: (node, _args, frame) => stockOf(frame, node.data.role) !== null,
    generate: (node, _args, to) => `!Number.isNaN(${writeStock(node.data.role, to)})`,
  },
  practitioner_in_hospital: {
    signature: 'practitioner_in_hospital(day) : bool',
    nulls: 'missing where the lake knows no practitioner as a patient; named practitioner_stays in needs',
    doc: 'The practitioner was an inpatient that day; the days of admission and discharge do not count.',
    examples: [
      { when: 'known(practitioner_stays) && practitioner_in_hospital(day_of(line.fee_ocur_time))', holds: true },
      { when: 'known(practitioner_stays) && known(visit.begntime) && practitioner_in_hospital(day_of(visit.begntime))', holds: false },
    ],
    interpret: (node, args, frame) => {
      const stays = frame.world.bound.context.dimensions.practitioner_stay;
      const id = practitionerId(frame, node.data.role);
      const day = present(args[0]);
      return Array.from({ length: stays.length }, (_, row) => row).some(
        (row) =>
          codeAt(stays, 'practitioner', row) === id &&
          (raw(stays, 'begndate', row) ?? day) < day &&
          day < (raw(stays, 'enddate', row) ?? day),
      );
    },
    generate: (node, args, to) => {
      const line = to.line(node.data.role);
      const id =
        line === '-1'
          ? `${to.column('visits', 'chfpdr_code')}[${to.visit(node.data.role)}]`
          : `${to.column('lines', 'bilg_dr_code')}[${line}]`;
      return `${to.constant(hospitalTest(to.bound), 'inHospital')}(${id}, ${args[0]})`;
    },
  },
  practitioner_stays_known: {
    signature: 'known(practitioner_stays) : bool',
    nulls: 'this is the test',
    doc: 'Whether the lake knows practitioners as patients.',
    examples: [{ when: 'known(practitioner_stays)', holds: true }],
    interpret: (_node, _args, frame) => knowsStays(frame.world.bound),
    generate: (_node, _args, to) => String(knowsStays(to.bound)),
  },
  distinct: {
    signature: 'distinct(items | institutions | persons | visits | days) : int',
    nulls: 'never missing; what is missing is not counted',
    doc: 'How many different things the group or window consists of. In exceptions of totals and windows.',
    examples: [
      { when: 'distinct(items) == 2', holds: true, shape: 'total' },
      { when: 'distinct(days) == 2 && distinct(visits) == 1', holds: true, shape: 'total' },
      { when: 'distinct(institutions) == 1 && distinct(persons) > 1', holds: false, shape: 'total' },
    ],
    interpret: (node, _args, frame) => frame.counts[node.data.of] ?? 0,
    generate: (node, _args, to) => to.distinct(node.data.of),
  },
};
