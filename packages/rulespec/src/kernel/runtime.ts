import { views } from '@hengjian/standard';
/** Functions the generated code calls, and the tables it is given. They work on typed arrays and allocate nothing. */

import { fullYears, minutesPerDay, missingInt, multiplyDivide, ymdOf } from '@hengjian/standard';
import { inRegion, parameterValue } from '../bind/area.ts';
import type { BoundRules } from '../bind/bound.ts';
import type { Rows } from '../bind/codes.ts';
import type { Comparison } from '../check/ir.ts';
import type { CheckedParameter } from '../check/parts.ts';
import type { Type } from '../check/types.ts';

const safe = Number.MAX_SAFE_INTEGER;

/** a ÷ b compared with bound (×10⁴) by cross-multiplication; false where b is 0. */
export function ratioHolds(comparison: Comparison, a: number, b: number, bound: number): boolean {
  if (b === 0) return false;
  const sign = b < 0 ? -1 : 1;
  let left: number | bigint = a * 10_000 * sign;
  let right: number | bigint = bound * b * sign;
  if (Math.abs(left) > safe || Math.abs(right) > safe) {
    left = BigInt(a) * 10_000n * BigInt(sign);
    right = BigInt(bound) * BigInt(b) * BigInt(sign);
  }
  switch (comparison) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** price (×10⁶) × quantity (×10⁴) in fen, rounded half away from zero. */
export function priceTimesQuantity(price: number, quantity: number): number {
  const product = price * quantity;
  const size = Math.abs(product);
  if (size > safe - 50_000_000) return multiplyDivide(price, quantity, 100_000_000);
  let fen = Math.floor((size + 50_000_000) / 100_000_000);
  if (fen * 100_000_000 > size + 50_000_000) fen -= 1;
  return product < 0 ? -fen : fen;
}

/** x × part ÷ of; x where `of` is 0. */
export const portion = (whole: number, part: number, of: number): number => (of === 0 ? whole : multiplyDivide(whole, part, of));

export const ageYears = (birth: number, recorded: number, day: number): number =>
  birth !== missingInt ? fullYears(birth, day) : Math.floor(recorded / 10);
export const ageDays = (birth: number, recorded: number, day: number): number =>
  birth !== missingInt ? day - birth : 365 * Math.floor(recorded / 10);

export function mainDiagnosis(codes: Int32Array, flags: Int8Array, start: number, end: number, yes: number): number {
  for (let row = start; row < end; row += 1) if (flags[row] === yes) return codes[row] ?? -1;
  return start < end ? (codes[start] ?? -1) : -1;
}

/** Whether an id stands in a row of compressed rows (ascending). */
export function isMember(start: Int32Array, ids: Int32Array, row: number, id: number): boolean {
  let low = start[row] ?? 0;
  let high = (start[row + 1] ?? 0) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = ids[middle] ?? 0;
    if (value === id) return true;
    if (value < id) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

const bitsOf = new WeakMap<Rows, Uint8Array>();

/** 1 at id + 1 for each code that some row of a table reaches. */
export function reachedBits(bound: BoundRules, name: string, column: string): Uint8Array {
  const rows = bound.codes.reverse(bound.table(name), column);
  const known = bitsOf.get(rows);
  if (known !== undefined) return known;
  const bits = Uint8Array.from({ length: rows.start.length }, (_, at) =>
    at > 0 && (rows.start[at] ?? 0) > (rows.start[at - 1] ?? 0) ? 1 : 0,
  );
  bitsOf.set(rows, bits);
  return bits;
}

/** Whether every row of a table holds in the whole country on every day from `day` on. */
export const holdsWhile = (bound: BoundRules, name: string, day: number): boolean =>
  bound.table(name).rows.every((row) => row.valid_from <= day && row.valid_to === undefined && row.region === '000000');

type InTable = (id: number, day: number, area: number, second?: number) => boolean;

/** A test whether a code is in a table on a day in an area; with `second`, whether a row has both codes. */
export function membership(bound: BoundRules, name: string, column: string, second?: Rows): InTable {
  const { start, values } = bound.codes.reverse(bound.table(name), column);
  const { from, to, region } = bound.validity(name);
  const { contains, areas } = bound;
  return (id, day, area, other = -1) => {
    if (id < 0) return false;
    const end = start[id + 1] ?? 0;
    for (let at = start[id] ?? 0; at < end; at += 1) {
      const row = values[at] ?? 0;
      if (day < (from[row] ?? 0) || day > (to[row] ?? 0) || contains[(region[row] ?? 0) * (areas + 1) + area + 1] !== 1) continue;
      if (second === undefined || isMember(second.start, second.values, row, other)) return true;
    }
    return false;
  };
}

export function someInRow(codes: Int32Array, from: number, to: number, start: Int32Array, ids: Int32Array, row: number): boolean {
  for (let at = from; at < to; at += 1) if (isMember(start, ids, row, codes[at] ?? -1)) return true;
  return false;
}

export function someInTable(codes: Int32Array, from: number, to: number, test: InTable, day: number, area: number): boolean {
  for (let at = from; at < to; at += 1) if (test(codes[at] ?? -1, day, area)) return true;
  return false;
}

type LineColumns = readonly [visits: Int32Array, cnt: Float64Array, items: Int32Array, times: Int32Array];

function isOther(columns: LineColumns, at: number, visit: number, line: number, sameDay: boolean): boolean {
  const [visits, cnt, , times] = columns;
  if (at === line || visits[at] !== visit || !((cnt[at] ?? 0) > 0)) return false;
  return !sameDay || Math.floor((times[at] ?? 0) / minutesPerDay) === Math.floor((times[line] ?? 0) / minutesPerDay);
}

export function chargedInRow(
  visits: Int32Array,
  cnt: Float64Array,
  items: Int32Array,
  times: Int32Array,
  from: number,
  to: number,
  visit: number,
  line: number,
  sameDay: boolean,
  start: Int32Array,
  ids: Int32Array,
  row: number,
): boolean {
  if (start[row] === start[row + 1]) return false;
  const columns: LineColumns = [visits, cnt, items, times];
  for (let at = from; at < to; at += 1) {
    if (visits[at] === visit && isMember(start, ids, row, items[at] ?? -1) && isOther(columns, at, visit, line, sameDay)) return true;
  }
  return false;
}

export function chargedInTable(
  visits: Int32Array,
  cnt: Float64Array,
  items: Int32Array,
  times: Int32Array,
  from: number,
  to: number,
  visit: number,
  line: number,
  sameDay: boolean,
  test: InTable,
  day: number,
  area: number,
): boolean {
  const columns: LineColumns = [visits, cnt, items, times];
  for (let at = from; at < to; at += 1) {
    if (visits[at] === visit && test(items[at] ?? -1, day, area) && isOther(columns, at, visit, line, sameDay)) return true;
  }
  return false;
}

export function chargedBeforeInRow(
  cnt: Float64Array,
  items: Int32Array,
  times: Int32Array,
  from: number,
  to: number,
  line: number,
  days: number,
  start: Int32Array,
  ids: Int32Array,
  row: number,
): boolean {
  if (start[row] === start[row + 1]) return false;
  const first = (Math.floor((times[line] ?? 0) / minutesPerDay) - days) * minutesPerDay;
  const end = (Math.floor((times[line] ?? 0) / minutesPerDay) + 1) * minutesPerDay;
  for (let at = line - 1; at >= from && (times[at] ?? 0) >= first; at -= 1)
    if ((cnt[at] ?? 0) > 0 && isMember(start, ids, row, items[at] ?? -1)) return true;
  for (let at = line + 1; at < to && (times[at] ?? 0) < end; at += 1)
    if ((cnt[at] ?? 0) > 0 && isMember(start, ids, row, items[at] ?? -1)) return true;
  return false;
}

export function chargedBeforeInTable(
  cnt: Float64Array,
  items: Int32Array,
  times: Int32Array,
  from: number,
  to: number,
  line: number,
  days: number,
  test: InTable,
  day: number,
  area: number,
): boolean {
  const first = (Math.floor((times[line] ?? 0) / minutesPerDay) - days) * minutesPerDay;
  const end = (Math.floor((times[line] ?? 0) / minutesPerDay) + 1) * minutesPerDay;
  for (let at = line - 1; at >= from && (times[at] ?? 0) >= first; at -= 1)
    if ((cnt[at] ?? 0) > 0 && test(items[at] ?? -1, day, area)) return true;
  for (let at = line + 1; at < to && (times[at] ?? 0) < end; at += 1)
    if ((cnt[at] ?? 0) > 0 && test(items[at] ?? -1, day, area)) return true;
  return false;
}

/** Whether a code among the rows of an owner stands with another code in a row of a table. */
export function someWith(codes: Int32Array, from: number, to: number, test: InTable, id: number, day: number, area: number): boolean {
  for (let at = from; at < to; at += 1) if ((codes[at] ?? -1) >= 0 && test(id, day, area, codes[at] ?? -1)) return true;
  return false;
}

export function countOf(values: Int8Array, from: number, to: number, value: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) if (values[at] === value) count += 1;
  return count;
}

export function hasOpenVisit(openLines: Float64Array, from: number, to: number): boolean {
  for (let visit = from; visit < to; visit += 1) if ((openLines[visit] ?? 0) > 0) return true;
  return false;
}

export function hasLines(visits: Int32Array, from: number, to: number, visit: number): boolean {
  for (let at = from; at < to; at += 1) if (visits[at] === visit) return true;
  return false;
}

/** First day of the month of a day. */
export function firstOfMonth(day: number): number {
  const ymd = ymdOf(day);
  return day - (ymd % 100) + 1;
}

/** Makes a thing once for each rulebook. */
function onceFor<T>(make: (bound: BoundRules) => T): (bound: BoundRules) => T {
  const known = new WeakMap<BoundRules, { readonly made: T }>();
  return (bound) => {
    const found = known.get(bound) ?? { made: make(bound) };
    known.set(bound, found);
    return found.made;
  };
}

/** What an institution could sell of an item in the month of a day; NaN without a ledger. */
export const stockTest = onceFor((bound): ((institution: number, item: number, day: number) => number) => {
  const { stock } = bound.context.dimensions;
  if (stock.length === 0) return () => Number.NaN;
  const [institutions, items] = [views.ids(stock, 'fixmedins_code'), views.ids(stock, 'med_list_codg')];
  const [months, supplied] = [views.words(stock, 'month'), views.floats(stock, 'supplied')];
  const width = bound.codes.values('item').length + 1;
  const known = new Map<number, Map<number, number>>();
  for (let row = 0; row < stock.length; row += 1) {
    const month = months[row] ?? 0;
    const own = known.get(month) ?? new Map<number, number>();
    known.set(month, own);
    const key = (institutions[row] ?? -1) * width + (items[row] ?? -1);
    if (!own.has(key)) own.set(key, supplied[row] ?? Number.NaN);
  }
  return (institution: number, item: number, day: number): number =>
    known.get(firstOfMonth(day))?.get(institution * width + item) ?? Number.NaN;
});

/** Whether a practitioner was an inpatient on a day, the first and the last day not counted. */
export const hospitalTest = onceFor((bound): ((id: number, day: number) => boolean) => {
  const stays = bound.context.dimensions.practitioner_stay;
  if (stays.length === 0) return () => false;
  const [practitioners, begin, end] = [views.ids(stays, 'practitioner'), views.words(stays, 'begndate'), views.words(stays, 'enddate')];
  const known = new Map<number, number[]>();
  for (let row = 0; row < stays.length; row += 1) {
    const id = practitioners[row] ?? -1;
    const own = known.get(id) ?? [];
    known.set(id, own);
    own.push(begin[row] ?? 0, end[row] ?? 0);
  }
  return (id: number, day: number): boolean => {
    const own = id < 0 ? undefined : known.get(id);
    if (own === undefined) return false;
    for (let at = 0; at < own.length; at += 2) if ((own[at] ?? 0) < day && day < (own[at + 1] ?? 0)) return true;
    return false;
  };
});

/** A test whether a row of a table of dates holds a day. */
export function datesTest(bound: BoundRules, name: string): (date: number, day: number, area: number) => boolean {
  const [begin, end] = [bound.column(name, 'begndate'), bound.column(name, 'enddate')];
  const { from, to, region } = bound.validity(name);
  const { contains, areas } = bound;
  return (date, day, area) => {
    for (let row = 0; row < begin.length; row += 1) {
      if ((begin[row] ?? missingInt) === missingInt || date < (begin[row] ?? 0) || date > (end[row] ?? missingInt)) continue;
      if (day >= (from[row] ?? 0) && day <= (to[row] ?? 0) && contains[(region[row] ?? 0) * (areas + 1) + area + 1] === 1) return true;
    }
    return false;
  };
}

export function insuredOn(
  begin: Int32Array,
  end: Int32Array,
  status: Int8Array,
  from: number,
  to: number,
  insured: number,
  day: number,
): boolean {
  for (let row = from; row < to; row += 1) {
    const last = end[row] ?? missingInt;
    if (status[row] === insured && (begin[row] ?? 0) <= day && (last === missingInt || last >= day)) return true;
  }
  return false;
}

/** Rank of a hospital level in one of the three scales. */
export function rankOf(dictionary: string, text: string): number {
  if (dictionary !== 'hosp_lv') return ['1', '2', '3'].indexOf(text) + 1;
  const level = Number(text);
  if (level >= 1 && level <= 4) return 3;
  if (level >= 5 && level <= 7) return 2;
  return level >= 8 && level <= 10 ? 1 : 0;
}

export const numberMap = (bound: BoundRules, dictionary: string): Float64Array =>
  bound.codes.map(dictionary, 'number', Number.NaN, (text) => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN));

export function categoryMap(bound: BoundRules, dictionary: string): Float64Array {
  const known = new Map<string, number>();
  return bound.codes.map(dictionary, 'category', -1, (text) => {
    const category = text.slice(0, 3);
    const found = known.get(category) ?? known.size;
    known.set(category, found);
    return found;
  });
}

/** A parameter as one number, or as a function of area and day. */
export function parameterSlots(
  bound: BoundRules,
  parameter: CheckedParameter,
  type: Type,
): { single?: number; at: (area: number, day: number) => number } {
  const scaled = (value: number | string): number =>
    typeof value === 'string' ? bound.codes.id(type.slice('code:'.length), value) : value;
  const areas = bound.codes.values('area');
  const slots = [undefined, ...areas].map((area) => {
    const from = [...new Set(parameter.values.filter((value) => inRegion(value.area, area)).map((value) => value.from))].sort(
      (a, b) => a - b,
    );
    return { from, values: from.map((day) => scaled(parameterValue(parameter, area, day))) };
  });
  const at = (area: number, day: number): number => {
    const slot = slots[area + 1];
    if (slot === undefined) return Number.NaN;
    let index = 0;
    while (index + 1 < slot.from.length && (slot.from[index + 1] ?? 0) <= day) index += 1;
    return slot.values[index] ?? Number.NaN;
  };
  const distinct = new Set(parameter.values.map(({ value }) => value));
  const [only] = parameter.values;
  return distinct.size === 1 && only !== undefined ? { single: scaled(only.value), at } : { at };
}

/** Day of the settlement in a row, else another day. */
export function settledDay(times: Int32Array, row: number, otherwise: number): number {
  const time = row < 0 ? missingInt : (times[row] ?? missingInt);
  return time === missingInt ? otherwise : Math.floor(time / minutesPerDay);
}

/** Money of a visit: its settlements, else its lines. */
export function visitMoney(
  settled: Float64Array,
  visit: number,
  visits: Int32Array,
  amounts: Float64Array,
  from: number,
  to: number,
): number {
  const whole = settled[visit] ?? Number.NaN;
  if (!Number.isNaN(whole)) return whole;
  let sum = 0;
  for (let line = from; line < to; line += 1) if (visits[line] === visit) sum += amounts[line] ?? 0;
  return sum;
}

/** Whether a code stands in an earlier row of the same visit. */
export function isRepeated(codes: Int32Array, from: number, row: number): boolean {
  for (let at = from; at < row; at += 1) if (codes[at] === codes[row]) return true;
  return false;
}

export const beforeData = (from: number, start: number): boolean => from === missingInt || start < from;

/** A larger copy of a typed array. */
export function grow<T extends Int32Array | Float64Array>(array: T, size: number): T {
  const larger = Reflect.construct(array.constructor, [size]) as T;
  larger.set(array);
  return larger;
}
