import { dayOfMinute, formatDay, fullYears, lineAmount, minutesPerDay, multiplyDivide } from '@hengjian/standard';
import type { Role } from '../check/ir.ts';
import { showValue } from '../interpret/show-value.ts';
import { ownerOf, raw } from '../interpret/world.ts';
import { covered, type Frame, type Operators, present } from './operator.ts';

type Names =
  | 'add'
  | 'sub'
  | 'mul'
  | 'neg'
  | 'price_times_quantity'
  | 'widen'
  | 'whole'
  | 'portion'
  | 'min'
  | 'max'
  | 'abs'
  | 'age_years'
  | 'age_days'
  | 'day_of'
  | 'days_between'
  | 'minutes_between'
  | 'hour_of';

function ageAt(frame: Frame, role: Role, day: number, unit: 'years' | 'days'): number | null {
  const person = ownerOf(frame, 'persons', role);
  const birth = raw(person.table, 'brdy', person.row);
  frame.world.watch?.('persons.brdy', birth === null ? null : formatDay(birth));
  if (birth !== null) return unit === 'years' ? fullYears(birth, day) : day - birth;
  const recorded = raw(frame.world.segment.visits, 'age', frame.visit[role]);
  frame.world.watch?.('visits.age', recorded === null ? null : showValue(recorded, 'age', frame.world.bound));
  if (recorded === null) return null;
  const years = Math.floor(recorded / 10);
  if (unit === 'years') return years;
  return recorded >= 10 ? 365 * years : null;
}

const asDay = (time: number, unit: 'day' | 'minute'): number => (unit === 'day' ? time : dayOfMinute(time));

/** Exact numbers, times and ages. */
export const arithmeticOperators: Operators<Names> = {
  add: {
    signature: 'x + y, of one numeric type',
    nulls: covered,
    doc: 'Sum.',
    examples: [{ when: 'line.cnt + 0.5 == 2.5', holds: true }],
    interpret: (_node, args) => present(args[0]) + present(args[1]),
    generate: (_node, args) => `(${args[0]} + ${args[1]})`,
  },
  sub: {
    signature: 'x - y, of one numeric type',
    nulls: covered,
    doc: 'Difference.',
    examples: [{ when: 'line.det_item_fee_sumamt - 2.30 == 10', holds: true }],
    interpret: (_node, args) => present(args[0]) - present(args[1]),
    generate: (_node, args) => `(${args[0]} - ${args[1]})`,
  },
  mul: {
    signature: 'int * x, x of any numeric type',
    nulls: covered,
    doc: 'Product with a whole number.',
    examples: [{ when: '3 * line.cnt == 6', holds: true }],
    interpret: (_node, args) => present(args[0]) * present(args[1]),
    generate: (_node, args) => `(${args[0]} * ${args[1]})`,
  },
  neg: {
    signature: '-x, x of any numeric type',
    nulls: covered,
    doc: 'Negative.',
    examples: [{ when: '-line.cnt == -2', holds: true }],
    interpret: (_node, args) => -present(args[0]),
    generate: (_node, args) => `(-${args[0]})`,
  },
  price_times_quantity: {
    signature: 'price * quantity : money',
    nulls: covered,
    doc: 'Amount, rounded half away from zero.',
    examples: [
      { when: 'default(line.pric, 0) * line.cnt == line.det_item_fee_sumamt', holds: true },
      { when: 'default(line.prd_days, 0) == 0 && line.cnt * default(line.pric, 0) == 12.31', holds: false },
    ],
    interpret: (_node, args) => lineAmount(present(args[1]), present(args[0])),
    generate: (_node, args) => `priceTimesQuantity(${args[0]}, ${args[1]})`,
  },
  widen: {
    signature: 'quantity(int) | days(int), also where an int meets days, a quantity or an age',
    nulls: covered,
    doc: 'A whole number as days, quantity or age.',
    examples: [
      { when: 'line.cnt == quantity(point.two)', holds: true },
      { when: 'days(point.two) > days(3)', holds: false },
    ],
    interpret: (node, args) => present(args[0]) * node.data.factor,
    generate: (node, args) => `(${args[0]} * ${node.data.factor})`,
  },
  whole: {
    signature: 'whole(days | quantity | age) : int',
    nulls: covered,
    doc: 'The whole part, rounded down.',
    examples: [
      { when: 'whole(line.cnt) == 2', holds: true },
      { when: 'whole(line.cnt - 0.5) == 1', holds: true },
    ],
    interpret: (node, args) => Math.floor(present(args[0]) / node.data.factor),
    generate: (node, args) => `Math.floor(${args[0]} / ${node.data.factor})`,
  },
  portion: {
    signature: 'portion(x, part, of) : the type of x',
    nulls: covered,
    doc: 'x × part ÷ of, rounded half away from zero; x where `of` is 0.',
    examples: [
      { when: 'portion(line.det_item_fee_sumamt, 1, 3) == 4.10', holds: true },
      { when: 'portion(line.cnt, 1, 0) == 2', holds: true },
    ],
    interpret: (_node, args) =>
      present(args[2]) === 0 ? present(args[0]) : multiplyDivide(present(args[0]), present(args[1]), present(args[2])),
    generate: (_node, args) => `portion(${args.join(', ')})`,
  },
  min: {
    signature: 'min(x, y), of one numeric type',
    nulls: covered,
    doc: 'The smaller.',
    examples: [{ when: 'min(line.cnt, 1.5) == 1.5', holds: true }],
    interpret: (_node, args) => Math.min(present(args[0]), present(args[1])),
    generate: (_node, args) => `Math.min(${args[0]}, ${args[1]})`,
  },
  max: {
    signature: 'max(x, y), of one numeric type',
    nulls: covered,
    doc: 'The larger.',
    examples: [{ when: 'max(line.cnt, 1.5) == 2', holds: true }],
    interpret: (_node, args) => Math.max(present(args[0]), present(args[1])),
    generate: (_node, args) => `Math.max(${args[0]}, ${args[1]})`,
  },
  abs: {
    signature: 'abs(x), of any numeric type',
    nulls: covered,
    doc: 'Without its sign.',
    examples: [{ when: 'abs(line.cnt - 5) == 3', holds: true }],
    interpret: (_node, args) => Math.abs(present(args[0])),
    generate: (_node, args) => `Math.abs(${args[0]})`,
  },
  age_years: {
    signature: 'age_years(day | minute) : int',
    nulls: 'missing without birth date and recorded age; named age in needs',
    doc: 'Completed years of the person, else the recorded age of the visit.',
    examples: [
      { when: 'known(age) && age_years(line.fee_ocur_time) == 46', holds: true },
      { when: 'known(age) && age_years(day_of(line.fee_ocur_time)) == 45', holds: false },
    ],
    interpret: (node, args, frame) => ageAt(frame, node.data.role, asDay(present(args[0]), node.data.unit), 'years'),
    generate: (node, args, to) => {
      const birth = `${to.column('persons', 'brdy')}[${to.column('visits', 'person')}[${to.visit(node.data.role)}]]`;
      const day = node.data.unit === 'day' ? args[0] : `Math.floor(${args[0]} / ${minutesPerDay})`;
      return `ageYears(${birth}, ${to.column('visits', 'age')}[${to.visit(node.data.role)}], ${day})`;
    },
  },
  age_days: {
    signature: 'age_days(day | minute) : int',
    nulls: 'missing without birth date and a recorded age of 1 or more; named age in needs',
    doc: 'Days since birth, else 365 × the recorded years.',
    examples: [{ when: 'known(age) && age_days(line.fee_ocur_time) > 28', holds: true, shape: 'line' }],
    interpret: (node, args, frame) => ageAt(frame, node.data.role, asDay(present(args[0]), node.data.unit), 'days'),
    generate: (node, args, to) => {
      const birth = `${to.column('persons', 'brdy')}[${to.column('visits', 'person')}[${to.visit(node.data.role)}]]`;
      const day = node.data.unit === 'day' ? args[0] : `Math.floor(${args[0]} / ${minutesPerDay})`;
      return `ageDays(${birth}, ${to.column('visits', 'age')}[${to.visit(node.data.role)}], ${day})`;
    },
  },
  day_of: {
    signature: 'day_of(minute) : day',
    nulls: covered,
    doc: 'The calendar day.',
    examples: [{ when: "day_of(line.fee_ocur_time) > '2026-03-01'", holds: true }],
    interpret: (_node, args) => dayOfMinute(present(args[0])),
    generate: (_node, args) => `Math.floor(${args[0]} / ${minutesPerDay})`,
  },
  days_between: {
    signature: 'days_between(day, day) : int',
    nulls: covered,
    doc: 'Days from the first to the second.',
    examples: [{ when: 'known(visit.begntime) && days_between(day_of(visit.begntime), day_of(line.fee_ocur_time)) == 1', holds: true }],
    interpret: (_node, args) => present(args[1]) - present(args[0]),
    generate: (_node, args) => `(${args[1]} - ${args[0]})`,
  },
  minutes_between: {
    signature: 'minutes_between(minute, minute) : int',
    nulls: covered,
    doc: 'Minutes from the first to the second.',
    examples: [{ when: 'known(visit.begntime) && minutes_between(visit.begntime, line.fee_ocur_time) == 1530', holds: true }],
    interpret: (_node, args) => present(args[1]) - present(args[0]),
    generate: (_node, args) => `(${args[1]} - ${args[0]})`,
  },
  hour_of: {
    signature: 'hour_of(minute) : int',
    nulls: covered,
    doc: 'The hour of the day, 0 to 23.',
    examples: [{ when: 'hour_of(line.fee_ocur_time) == 10', holds: true }],
    interpret: (_node, args) => Math.floor((present(args[0]) - dayOfMinute(present(args[0])) * minutesPerDay) / 60),
    generate: (_node, args) => `(((Math.floor(${args[0]} / 60) % 24) + 24) % 24)`,
  },
};
