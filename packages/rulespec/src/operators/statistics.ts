import { dayOfMinute, missingInt } from '@hengjian/standard';
import type { Codes } from '../bind/codes.ts';
import type { Role } from '../check/ir.ts';
import { monthStart } from '../interpret/period.ts';
import { codeAt, ownerOf, range, raw } from '../interpret/world.ts';
import { covered, type Frame, type Operators, present, type Writer } from './operator.ts';

type Names = 'month_of' | 'bucket' | 'signature' | 'readmitted_within' | 'reaches_back';

const lane = 67_108_864;

function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Mixes a whole number below 2^53 into a hash. */
const mixWhole = (hash: number, value: number): number => mix(mix(hash, value % lane), Math.floor(value / lane));

function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = mix(hash, text.charCodeAt(at));
  return hash >>> 0;
}

/** A number for each item that depends on its code alone, so that signatures are equal in every lake. */
const itemHashes = (codes: Codes): Float64Array => codes.map('item', 'signature', 0, textHash);

/** 52-bit hash of the multiset of (item, net quantity, amount) of the lines of a visit; -1 without lines. */
export function signatureOf(
  visits: Int32Array,
  items: Int32Array,
  quantities: Float64Array,
  amounts: Float64Array,
  hashes: Float64Array,
  from: number,
  to: number,
  visit: number,
): number {
  let [low, high, count] = [0, 0, 0];
  for (let line = from; line < to; line += 1) {
    if (visits[line] !== visit) continue;
    const item = hashes[(items[line] ?? -1) + 1] ?? 0;
    const one = mixWhole(mixWhole(mix(0x9e3779b1, item), quantities[line] ?? 0), amounts[line] ?? 0);
    low = (low + ((one >>> 0) % lane)) % lane;
    high = (high + ((mix(one, 0x27d4eb2f) >>> 0) % lane)) % lane;
    count += 1;
  }
  return count === 0 ? -1 : high * lane + low;
}

/** Whether an earlier inpatient stay at the institution of a visit ended at most so many days before it began. */
export function isReadmission(
  begin: Int32Array,
  end: Int32Array,
  institutions: Int32Array,
  settings: Int8Array,
  inpatient: number,
  first: number,
  visit: number,
  days: number,
): boolean {
  const time = begin[visit] ?? missingInt;
  if (time === missingInt || (institutions[visit] ?? -1) < 0) return false;
  for (let other = visit - 1; other >= first; other -= 1) {
    const left = end[other] ?? missingInt;
    if (left === missingInt || settings[other] !== inpatient || institutions[other] !== institutions[visit]) continue;
    const gap = dayOfMinute(time) - dayOfMinute(left);
    if (gap >= 0 && gap <= days) return true;
  }
  return false;
}

function readmitted(frame: Frame, role: Role, days: number): boolean {
  const { segment, bound } = frame.world;
  const { visits } = segment;
  const visit = frame.visit[role];
  const begin = raw(visits, 'begntime', visit);
  const institution = codeAt(visits, 'fixmedins_code', visit);
  if (begin === null || institution === null) return false;
  return range(segment.persons, raw(visits, 'person', visit) ?? -1, 'visits').some((other) => {
    const end = raw(visits, 'endtime', other);
    if (other >= visit || end === null || codeAt(visits, 'setting', other) !== bound.codes.id('setting', 'inpatient')) return false;
    const gap = dayOfMinute(begin) - dayOfMinute(end);
    return codeAt(visits, 'fixmedins_code', other) === institution && gap >= 0 && gap <= days;
  });
}

const person = (to: Writer, role: Role): string => `${to.column('visits', 'person')}[${to.visit(role)}]`;

/** What statistics and groups are made of: periods, buckets, look-alike stays, readmissions. */
export const statisticOperators: Operators<Names> = {
  month_of: {
    signature: 'month_of(day | minute) : day',
    nulls: covered,
    doc: 'The first day of the month.',
    examples: [
      { when: "month_of(line.fee_ocur_time) == '2026-03-01'", holds: true },
      { when: 'month_of(day_of(line.fee_ocur_time)) == day_of(line.fee_ocur_time)', holds: false },
    ],
    interpret: (node, args) => monthStart(node.data.unit === 'minute' ? dayOfMinute(present(args[0])) : present(args[0])),
    generate: (node, args, to) =>
      `${to.constant(monthStart, 'monthStart')}(${node.data.unit === 'minute' ? `Math.floor(${args[0]} / 1440)` : args[0]})`,
  },
  bucket: {
    signature: 'bucket(minute, minutes) : minute',
    nulls: covered,
    doc: 'The begin of the stretch of so many minutes that a minute lies in; stretches are counted from 1970-01-01 00:00.',
    examples: [
      { when: 'minutes_between(bucket(line.fee_ocur_time, 60), line.fee_ocur_time) == 30', holds: true },
      { when: 'bucket(line.fee_ocur_time, 20) == line.fee_ocur_time', holds: false },
    ],
    interpret: (_node, args) => {
      const length = Math.max(1, present(args[1]));
      return Math.floor(present(args[0]) / length) * length;
    },
    generate: (_node, args) => `(Math.floor(${args[0]} / Math.max(1, ${args[1]})) * Math.max(1, ${args[1]}))`,
  },
  signature: {
    signature: 'signature(visit) : ref<signature>',
    nulls: 'missing where the visit has no lines; named signature in needs',
    doc: 'A 52-bit hash of the multiset of (item, net quantity, amount) of the lines of the visit, only compared for equality.',
    examples: [
      { when: 'known(signature(visit)) && signature(visit) == signature(visit)', holds: true },
      { when: 'known(signature(visit)) && signature(visit) != signature(visit)', holds: false },
    ],
    interpret: (node, _args, frame) => {
      const { segment, bound } = frame.world;
      const visit = frame.visit[node.data.role];
      const owner = ownerOf(frame, 'persons', node.data.role);
      const own = range(owner.table, owner.row, 'lines').filter((line) => raw(segment.lines, 'visit', line) === visit);
      const values = (name: string): number[] => own.map((line) => raw(segment.lines, name, line) ?? -1);
      const [visits, items] = [Int32Array.from(values('visit')), Int32Array.from(values('med_list_codg'))];
      const [quantities, amounts] = [Float64Array.from(values('cnt')), Float64Array.from(values('det_item_fee_sumamt'))];
      const found = signatureOf(visits, items, quantities, amounts, itemHashes(bound.codes), 0, own.length, visit);
      return found < 0 ? null : found;
    },
    generate: (node, _args, to) => {
      const columns = ['visit', 'med_list_codg', 'cnt', 'det_item_fee_sumamt'].map((name) => to.column('lines', name)).join(', ');
      const owner = person(to, node.data.role);
      const ranges = `${to.column('persons', 'lines_start')}[${owner}], ${to.column('persons', 'lines_end')}[${owner}]`;
      const [call, hashes] = [to.constant(signatureOf, 'signatureOf'), to.constant(itemHashes(to.bound.codes), 'itemHashes')];
      return `${call}(${columns}, ${hashes}, ${ranges}, ${to.visit(node.data.role)})`;
    },
  },
  readmitted_within: {
    signature: 'readmitted_within(days) : bool',
    nulls: 'never missing; ask reaches_back(days) in where, so that stays whose look-back begins before the data are left out',
    doc: 'An earlier inpatient stay of the person at the same institution ended at most so many days before the visit began.',
    examples: [{ when: 'readmitted_within(31)', holds: false }],
    interpret: (node, args, frame) => readmitted(frame, node.data.role, present(args[0])),
    generate: (node, args, to) => {
      const columns = ['begntime', 'endtime', 'fixmedins_code', 'setting'].map((name) => to.column('visits', name)).join(', ');
      const first = `${to.column('persons', 'visits_start')}[${person(to, node.data.role)}]`;
      const inpatient = to.bound.codes.id('setting', 'inpatient');
      return `${to.constant(isReadmission, 'isReadmission')}(${columns}, ${inpatient}, ${first}, ${to.visit(node.data.role)}, ${args[0]})`;
    },
  },
  reaches_back: {
    signature: 'reaches_back(days) : bool',
    nulls: 'never missing; false where the visit has no begin or the institution no data',
    doc: 'The visits of the institution are known for so many days before the visit began.',
    examples: [
      { when: 'reaches_back(31)', holds: true },
      { when: 'reaches_back(36500)', holds: false },
    ],
    interpret: (node, args, frame) => {
      const visit = frame.visit[node.data.role];
      const begin = raw(frame.world.segment.visits, 'begntime', visit);
      const institution = codeAt(frame.world.segment.visits, 'fixmedins_code', visit) ?? -1;
      const from = raw(frame.world.bound.context.dimensions.institution, 'visit_from', institution);
      return begin !== null && from !== null && dayOfMinute(begin) - present(args[0]) >= from;
    },
    generate: (node, args, to) => {
      const begin = `${to.column('visits', 'begntime')}[${to.visit(node.data.role)}]`;
      const institution = `${to.column('visits', 'fixmedins_code')}[${to.visit(node.data.role)}]`;
      const from = `${to.column('institution', 'visit_from')}[${institution}]`;
      const known = `${begin} !== ${missingInt} && ${institution} >= 0 && ${from} !== ${missingInt}`;
      return `(${known} && Math.floor(${begin} / 1440) - ${args[0]} >= ${from})`;
    },
  },
};
