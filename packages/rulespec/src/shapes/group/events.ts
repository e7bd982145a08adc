import type { Segment, TableData } from '@hengjian/standard';
import { isText } from '@hengjian/standard';
import { byPart, type EventBlock, type EventColumn, type EventPart, gatherWalk, orderOf, partOf } from '../../keyed/block.ts';

const halves = 67_108_864;

function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}

/** 52-bit hash of the values of some keys; equal keys have equal hashes, and what is told apart by it is told apart for good. */
export function hashOfKeys(keys: readonly ArrayLike<number>[], at: number): number {
  let [low, high] = [0x9e3779b1, 0x27d4eb2f];
  for (const column of keys) {
    const value = column[at] ?? 0;
    const above = Math.floor(value / halves);
    low = mix(mix(low, value - above * halves), above);
    high = mix(mix(high, above), value - above * halves);
  }
  return ((high >>> 0) % halves) * halves + ((low >>> 0) % halves);
}

const known = new WeakMap<TableData, Float64Array>();

/** Orders of the persons of a segment as far as they were worked out, NaN for the others; shared by all rules. */
function ordersOf(persons: TableData): Float64Array {
  const found = known.get(persons) ?? new Float64Array(persons.length).fill(Number.NaN);
  known.set(persons, found);
  return found;
}

type Growable = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Rows of one group rule in the segment that is walked, as columns that grow. */
export class GroupEvents {
  readonly rule: number;
  readonly table: 'lines' | 'visits';
  /** How many of the columns in `keys` make the key; the others are what meeting rows have in common. */
  readonly own: number;
  size = 0;
  person = new Int32Array(256);
  row = new Int32Array(256);
  minute = new Int32Array(256);
  day = new Int32Array(256);
  area = new Int32Array(256);
  beyond = new Int32Array(256);
  readonly keys: Float64Array<ArrayBuffer>[];

  constructor(rule: number, of: 'line' | 'visit', own: number, same: number) {
    this.rule = rule;
    this.table = of === 'line' ? 'lines' : 'visits';
    this.own = own;
    this.keys = Array.from({ length: own + same }, () => new Float64Array(256));
  }

  /** Adds a row and says where its keys are to be written. */
  place(person: number, row: number, minute: number, day: number, area: number, beyond: number): number {
    if (this.size === this.row.length) this.#grow();
    const at = this.size;
    this.person[at] = person;
    this.row[at] = row;
    this.minute[at] = minute;
    this.day[at] = day;
    this.area[at] = area;
    this.beyond[at] = beyond;
    this.size += 1;
    return at;
  }

  #grow(): void {
    const larger = <T extends Growable>(array: T, next: T): T => {
      next.set(array);
      return next;
    };
    const size = this.size * 2;
    this.person = larger(this.person, new Int32Array(size));
    this.row = larger(this.row, new Int32Array(size));
    this.minute = larger(this.minute, new Int32Array(size));
    this.day = larger(this.day, new Int32Array(size));
    this.area = larger(this.area, new Int32Array(size));
    this.beyond = larger(this.beyond, new Int32Array(size));
    this.keys.forEach((keys, index) => {
      this.keys[index] = larger(keys, new Float64Array(size));
    });
  }

  /** Hands over the rows of a segment, partitioned by their keys, and begins anew. */
  take(segment: Segment, number: number): EventBlock | undefined {
    if (this.size === 0) return undefined;
    const hash = new Float64Array(this.size);
    const part = new Uint8Array(this.size);
    const own = this.keys.slice(0, this.own);
    for (let at = 0; at < this.size; at += 1) {
      hash[at] = hashOfKeys(own, at);
      part[at] = partOf(hash[at] as number);
    }
    const { starts, rows: order } = byPart(part);
    const picked = <T extends Growable>(from: ArrayLike<number>, into: T): T => {
      for (let at = 0; at < into.length; at += 1) into[at] = from[order[at] as number] as number;
      return into;
    };
    const columns: Record<string, EventColumn> = {
      hash: picked(hash, new Float64Array(this.size)),
      order: picked(this.#orders(segment), new Float64Array(this.size)),
    };
    for (const name of ['row', 'minute', 'day', 'area', 'beyond'] as const) columns[name] = picked(this[name], new Int32Array(this.size));
    this.keys.forEach((keys, index) => {
      columns[`k${index}`] = picked(keys, new Float64Array(this.size));
    });
    this.size = 0;
    return { by: gatherWalk('group', this.rule), segment: number, tables: { [this.table]: { starts, columns } } };
  }

  /** The first 52 bits of the pseudonym of the person of each row. */
  #orders(segment: Segment): Float64Array {
    const known = ordersOf(segment.persons);
    const psn = segment.persons.columns['psn'];
    const orders = new Float64Array(this.size);
    for (let at = 0; at < this.size; at += 1) {
      const person = this.person[at] as number;
      if (Number.isNaN(known[person])) known[person] = psn !== undefined && isText(psn) ? orderOf(psn.get(person) ?? '') : 0;
      orders[at] = known[person] as number;
    }
    return orders;
  }
}

/** Rows of one group rule out of many segments. Those of one person stand in one segment, in canonical order. */
export interface GroupRows {
  readonly length: number;
  readonly segment: Int32Array;
  readonly row: Int32Array;
  readonly order: Float64Array;
  readonly minute: Int32Array;
  readonly day: Int32Array;
  readonly area: Int32Array;
  readonly beyond: Int32Array;
  readonly hash: Float64Array;
  readonly keys: readonly Float64Array[];
}

/** Puts the parts of all segments behind each other, in order of the segments. */
export function joinParts(given: readonly EventPart[], keys: number): GroupRows {
  const parts = [...given]
    .sort((left, right) => left.segment - right.segment)
    .map((part) => ({ part, table: part.tables.lines ?? part.tables.visits }));
  const length = parts.reduce((sum, { table }) => sum + (table?.length ?? 0), 0);
  const joined = <T extends Growable>(name: string, into: T): T => {
    let at = 0;
    for (const { table } of parts) {
      const column = table?.columns[name];
      if (column !== undefined) into.set(column, at);
      at += table?.length ?? 0;
    }
    return into;
  };
  const segment = new Int32Array(length);
  let at = 0;
  for (const { part, table } of parts) {
    segment.fill(part.segment, at, at + (table?.length ?? 0));
    at += table?.length ?? 0;
  }
  const whole = (name: string): Int32Array => joined(name, new Int32Array(length));
  const floating = (name: string): Float64Array => joined(name, new Float64Array(length));
  return {
    length,
    segment,
    row: whole('row'),
    minute: whole('minute'),
    day: whole('day'),
    area: whole('area'),
    beyond: whole('beyond'),
    order: floating('order'),
    hash: floating('hash'),
    keys: Array.from({ length: keys }, (_, index) => floating(`k${index}`)),
  };
}
