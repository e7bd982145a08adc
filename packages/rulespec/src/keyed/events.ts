import { columnNamed, isText, missingCode, type Segment, type TableData, type WorkingTable } from '@hengjian/standard';
import {
  byPart,
  type EventBlock,
  type EventColumn,
  type EventTable,
  eventParts,
  gather,
  type Numbers,
  noKey,
  orderOf,
  type Picked,
  partOf,
} from './block.ts';
import type { EventPlan } from './plan.ts';

/** A numeric column; rows of a table that was not loaded are missing. */
function numbers(table: TableData, name: string): Numbers {
  const column = table.columns[name];
  return column === undefined || isText(column) ? new Int32Array(table.length).fill(missingCode) : column;
}

/** Part of each line that the plan keeps, `noKey` for the others. */
function partsOfLines(plan: EventPlan, segment: Segment, skip: ArrayLike<number> | undefined, keys: Numbers): Uint8Array {
  const { lines, visits } = segment;
  const parts = new Uint8Array(lines.length).fill(noKey);
  const [items, visitOf, person] = [numbers(lines, 'med_list_codg'), numbers(lines, 'visit'), numbers(visits, 'person')];
  const [types, settings] = [numbers(lines, 'list_type'), numbers(visits, 'setting')];
  const throughVisit = plan.by === 'institution';
  for (let line = 0; line < parts.length; line += 1) {
    const key = (throughVisit ? keys[visitOf[line] as number] : keys[line]) as number;
    if (!(key >= 0) || plan.items[items[line] as number] !== 1) continue;
    const kind = ((types[line] as number) + 1) * plan.settings + (settings[visitOf[line] as number] as number) + 1;
    if (plan.kinds[kind] !== 1) continue;
    if (skip === undefined || skip[person[visitOf[line] as number] as number] !== 1) parts[line] = partOf(key);
  }
  return parts;
}

function partsOfVisits(segment: Segment, skip: ArrayLike<number> | undefined, keys: Numbers): Uint8Array {
  const parts = new Uint8Array(segment.visits.length).fill(noKey);
  const person = numbers(segment.visits, 'person');
  for (let visit = 0; visit < parts.length; visit += 1) {
    const key = keys[visit] as number;
    if (key >= 0 && (skip === undefined || skip[person[visit] as number] !== 1)) parts[visit] = partOf(key);
  }
  return parts;
}

const none: Picked = { starts: new Int32Array(eventParts + 1), rows: new Int32Array(0) };

/** The visits of each part: those of its lines and those with a key of their own. `at` gets their places within their part. */
function visitsByPart(
  lines: Picked,
  own: Picked,
  visitOf: Numbers,
  length: number,
): { picked: Picked; visitOfLine: Int32Array<ArrayBuffer> } {
  const stamp = new Uint8Array(length).fill(noKey);
  const at = new Int32Array(length);
  const rows = new Int32Array(lines.rows.length + own.rows.length);
  const starts = new Int32Array(eventParts + 1);
  const visitOfLine = new Int32Array(lines.rows.length);
  let size = 0;
  for (let part = 0; part < eventParts; part += 1) {
    const first = size;
    starts[part] = first;
    for (let index = own.starts[part] as number; index < (own.starts[part + 1] as number); index += 1) {
      const visit = own.rows[index] as number;
      stamp[visit] = part;
      rows[size] = visit;
      size += 1;
    }
    const [from, to] = [lines.starts[part] as number, lines.starts[part + 1] as number];
    for (let index = from; index < to; index += 1) {
      const visit = visitOf[lines.rows[index] as number] as number;
      if (stamp[visit] === part) continue;
      stamp[visit] = part;
      rows[size] = visit;
      size += 1;
    }
    if (to > from) rows.subarray(first, size).sort();
    for (let index = first; index < size; index += 1) at[rows[index] as number] = index - first;
    for (let index = from; index < to; index += 1) visitOfLine[index] = at[visitOf[lines.rows[index] as number] as number] as number;
  }
  starts[eventParts] = size;
  return { picked: { starts, rows: rows.slice(0, size) }, visitOfLine };
}

/** The owners of picked rows, which stand in the order of their owners. */
function ownersOf(picked: Picked, owner: Numbers): { picked: Picked; link: Int32Array<ArrayBuffer> } {
  const rows = new Int32Array(picked.rows.length);
  const link = new Int32Array(picked.rows.length);
  const starts = new Int32Array(eventParts + 1);
  let size = 0;
  for (let part = 0; part < eventParts; part += 1) {
    const first = size;
    starts[part] = first;
    for (let index = picked.starts[part] as number; index < (picked.starts[part + 1] as number); index += 1) {
      const row = owner[picked.rows[index] as number] as number;
      if (size === first || rows[size - 1] !== row) {
        rows[size] = row;
        size += 1;
      }
      link[index] = size - 1 - first;
    }
  }
  starts[eventParts] = size;
  return { picked: { starts, rows: rows.slice(0, size) }, link };
}

/** Rows of a ranged table that belong to picked owners, with their new ranges. */
function rangesOf(
  picked: Picked,
  owner: TableData,
  table: TableData,
  name: string,
): { picked: Picked; from: Int32Array<ArrayBuffer>; to: Int32Array<ArrayBuffer> } {
  const [starts, ends] = [numbers(owner, `${name}_start`), numbers(owner, `${name}_end`)];
  const count = picked.rows.length;
  const [from, to] = [new Int32Array(count), new Int32Array(count)];
  const own = new Int32Array(eventParts + 1);
  let size = 0;
  for (let part = 0; part < eventParts; part += 1) {
    const first = size;
    own[part] = first;
    for (let index = picked.starts[part] as number; index < (picked.starts[part + 1] as number); index += 1) {
      const row = picked.rows[index] as number;
      from[index] = size - first;
      size += Math.max(0, Math.min(ends[row] as number, table.length) - (starts[row] as number));
      to[index] = size - first;
    }
  }
  own[eventParts] = size;
  const rows = new Int32Array(size);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const start = starts[picked.rows[index] as number] as number;
    for (let length = (to[index] as number) - (from[index] as number), step = 0; step < length; step += 1, at += 1) rows[at] = start + step;
  }
  return { picked: { starts: own, rows }, from, to };
}

function orders(persons: TableData, rows: Int32Array, known: Float64Array): Float64Array<ArrayBuffer> {
  const psn = persons.columns['psn'];
  const picked = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    if (Number.isNaN(known[row])) known[row] = psn !== undefined && isText(psn) ? orderOf(psn.get(row) ?? '') : 0;
    picked[at] = known[row] as number;
  }
  return picked;
}

type Replaced = Readonly<Record<string, EventColumn | undefined>>;

class Collector {
  readonly #plan: EventPlan;
  readonly #segment: Segment;
  readonly #tables: Partial<Record<WorkingTable, EventTable>> = {};

  constructor(plan: EventPlan, segment: Segment) {
    this.#plan = plan;
    this.#segment = segment;
  }

  /** Whether rules read a ranged table, or only ask whether its owner has rows there. */
  wants(table: WorkingTable, owner: 'persons' | 'visits'): boolean {
    const { columns } = this.#plan;
    if (columns === undefined) return this.#segment[table] !== undefined;
    const asked = columns[owner]?.some((name) => name === `${table}_start` || name === `${table}_end`) === true;
    return columns[table] !== undefined || asked || (table === 'settlements' && columns.lines?.includes('settlement') === true);
  }

  /** Keeps picked rows of a table: the columns that rules read, those that are given, and no row numbers that mean nothing any more. */
  keep(name: WorkingTable, picked: Picked, given: Replaced): void {
    const table = this.#segment[name];
    const wanted = this.#plan.columns === undefined ? Object.keys(table.columns) : (this.#plan.columns[name] ?? []);
    const columns: Record<string, EventColumn> = {};
    for (const column of wanted) {
      const data = table.columns[column];
      if (data !== undefined && !isText(data) && columnNamed(name, column)?.kind !== 'row') columns[column] = gather(data, picked.rows);
    }
    for (const [column, data] of Object.entries(given)) if (data !== undefined) columns[column] = data;
    this.#tables[name] = { starts: picked.starts, columns };
  }

  block(segment: number): EventBlock {
    return { by: this.#plan.by, segment, tables: this.#tables };
  }
}

/** Keys of the picked visits; -1 where the key of a visit belongs to another part. */
function keysWithin(picked: Picked, keys: Numbers): Int32Array<ArrayBuffer> {
  const within = new Int32Array(picked.rows.length);
  for (let part = 0; part < eventParts; part += 1) {
    for (let index = picked.starts[part] as number; index < (picked.starts[part + 1] as number); index += 1) {
      const key = keys[picked.rows[index] as number] as number;
      within[index] = key >= 0 && partOf(key) === part ? key : -1;
    }
  }
  return within;
}

/** Settlement of each picked line as a row among the settlements of its part. */
function settlementsOf(
  lines: Picked,
  visitOfLine: Int32Array,
  visits: Picked,
  ranges: { from: Int32Array },
  segment: Segment,
): Int32Array<ArrayBuffer> {
  const settlement = numbers(segment.lines, 'settlement');
  const [starts, ends] = [numbers(segment.visits, 'settlements_start'), numbers(segment.visits, 'settlements_end')];
  const moved = new Int32Array(lines.rows.length);
  for (let part = 0; part < eventParts; part += 1) {
    const base = visits.starts[part] as number;
    for (let index = lines.starts[part] as number; index < (lines.starts[part + 1] as number); index += 1) {
      const row = settlement[lines.rows[index] as number] as number;
      const visit = base + (visitOfLine[index] as number);
      const own = visits.rows[visit] as number;
      const inside = row >= (starts[own] as number) && row < (ends[own] as number);
      moved[index] = inside ? (ranges.from[visit] as number) + row - (starts[own] as number) : -1;
    }
  }
  return moved;
}

/** Hash of the invoice of each line, through its settlement; NaN without one. */
function invoicesOf(segment: Segment): Float64Array {
  const [invoices, settlements] = [numbers(segment.settlements, 'invono'), numbers(segment.lines, 'settlement')];
  const keys = new Float64Array(settlements.length);
  for (let line = 0; line < keys.length; line += 1) {
    const row = settlements[line] as number;
    keys[line] = row < 0 ? Number.NaN : (invoices[row] ?? Number.NaN);
  }
  return keys;
}

/** The rows that a link leads to from some rows. */
function linked(link: Numbers, rows: Int32Array): Int32Array<ArrayBuffer> {
  const found = new Int32Array(rows.length);
  for (let at = 0; at < found.length; at += 1) found[at] = link[rows[at] as number] as number;
  return found;
}

/** The events of one walk in a segment; `known` keeps the orders of persons that were worked out. */
function collect(
  plan: EventPlan,
  segment: Segment,
  skip: ArrayLike<number> | undefined,
  segmentNumber: number,
  known: Float64Array,
): EventBlock {
  const collector = new Collector(plan, segment);
  const lineKeys =
    plan.by === 'trace_code'
      ? numbers(segment.lines, 'drug_trac_codg')
      : plan.by === 'practitioner'
        ? numbers(segment.lines, 'bilg_dr_code')
        : plan.by === 'invoice'
          ? invoicesOf(segment)
          : numbers(segment.visits, 'fixmedins_code');
  const visitKeys = numbers(segment.visits, plan.by === 'practitioner' ? 'chfpdr_code' : 'fixmedins_code');
  const ownVisits = plan.visits && plan.by !== 'trace_code' && plan.by !== 'invoice';
  const lines = plan.lines ? byPart(partsOfLines(plan, segment, skip, lineKeys)) : none;
  const own = ownVisits ? byPart(partsOfVisits(segment, skip, visitKeys)) : none;
  const visitOf = numbers(segment.lines, 'visit');
  const { picked: visits, visitOfLine } = visitsByPart(lines, own, visitOf, segment.visits.length);
  const { picked: persons, link } = ownersOf(visits, numbers(segment.visits, 'person'));
  const ranges: Record<string, EventColumn | undefined> = {};
  const ranged = (
    name: 'settlements' | 'diagnoses' | 'operations' | 'enrolments',
    owners: Picked,
    owner: 'persons' | 'visits',
  ): { from: Int32Array } | undefined => {
    if (!collector.wants(name, owner)) return undefined;
    const { picked, from, to } = rangesOf(owners, segment[owner], segment[name], name);
    collector.keep(name, picked, {});
    ranges[`${name}_start`] = from;
    ranges[`${name}_end`] = to;
    return { from };
  };
  ranged('enrolments', persons, 'persons');
  collector.keep('persons', persons, { ...ranges, row: persons.rows, order: orders(segment.persons, persons.rows, known) });
  delete ranges['enrolments_start'];
  delete ranges['enrolments_end'];
  const settlements = ranged('settlements', visits, 'visits');
  ranged('diagnoses', visits, 'visits');
  ranged('operations', visits, 'visits');
  const timed = ownVisits ? { key: keysWithin(visits, visitKeys), begntime: gather(numbers(segment.visits, 'begntime'), visits.rows) } : {};
  collector.keep('visits', visits, { ...ranges, ...timed, person: link, row: visits.rows });
  if (plan.lines) {
    const visitRows = plan.by === 'institution' ? linked(visitOf, lines.rows) : undefined;
    collector.keep('lines', lines, {
      key: gather(lineKeys, visitRows ?? lines.rows),
      fee_ocur_time: gather(numbers(segment.lines, 'fee_ocur_time'), lines.rows),
      visit: visitOfLine,
      row: lines.rows,
      settlement: settlements === undefined ? undefined : settlementsOf(lines, visitOfLine, visits, settlements, segment),
    });
  }
  return collector.block(segmentNumber);
}

/** The rows of a segment that rules by another key than the person look at, one block per walk. */
export function collectEvents(
  plans: readonly EventPlan[],
  segment: Segment,
  skip: ArrayLike<number> | undefined,
  segmentNumber: number,
): readonly EventBlock[] {
  const known = new Float64Array(segment.persons.length).fill(Number.NaN);
  return plans
    .map((plan) => collect(plan, segment, skip, segmentNumber, known))
    .filter((block) => (block.tables.visits?.starts[eventParts] ?? 0) > 0);
}
