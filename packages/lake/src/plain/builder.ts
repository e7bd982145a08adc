import { createHash } from 'node:crypto';
import {
  arrayOf,
  type ColumnData,
  columnNamed,
  decimalsOf,
  forEachTable,
  inputProblems,
  missingCode,
  missingInt,
  type NumberColumn,
  parseDay,
  parseMinute,
  parseScaled,
  type Segment,
  type TableData,
  type WorkingTable,
  words,
} from '@hengjian/standard';
import { lakeProblems } from '../problems.ts';
import { missingText, type PlainColumn, type PlainSchema, unescapeText } from './columns.ts';

/** Where a record stands in its source, for problems. */
export interface RecordPlace {
  readonly file: string;
  readonly row: number;
}

/** Ids of the values of each dictionary. `fixed` dictionaries refuse values they do not have. */
export class PlainDictionaries {
  readonly #ids = new Map<string, Map<string, number>>();
  readonly fixed: boolean;

  constructor(values: Readonly<Record<string, readonly string[]>>, fixed: boolean) {
    this.fixed = fixed;
    for (const [name, list] of Object.entries(values)) this.#ids.set(name, new Map(list.map((value, id) => [value, id])));
  }

  /** Id of a value, -1 when a fixed dictionary does not have it. */
  id(name: string, value: string): number {
    const known = this.#ids.get(name);
    const found = known?.get(value);
    if (found !== undefined) return found;
    if (this.fixed) return -1;
    const own = known ?? new Map<string, number>();
    this.#ids.set(name, own);
    own.set(value, own.size);
    return own.size - 1;
  }

  /** All values, each dictionary in byte order. */
  sorted(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(
      [...this.#ids].map(([name, ids]) => [
        name,
        [...ids.keys()].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))),
      ]),
    );
  }
}

/** The 52-bit hash of a text that the working form keeps. */
export const textHash = (text: string): number => Number.parseInt(createHash('md5').update(text).digest('hex').slice(0, 13), 16);
const readyHash = /^#[0-9a-f]{1,13}$/;

function refuse(column: PlainColumn, value: string, place: RecordPlace): never {
  const known = words(`上下文中已有的 ${column.of ?? ''} 代码`, `a code of ${column.of ?? ''} that the context has`);
  const expected = column.kind === 'code' ? known : `${column.of ?? column.kind}, ${missingText}`;
  throw inputProblems.refused('value-invalid', { value: JSON.stringify(value), expected }, { ...place, field: column.name });
}

/** A column of numbers that grows. */
class Numbers {
  data: Int32Array | Float64Array;
  length = 0;

  constructor(data: Int32Array | Float64Array) {
    this.data = data;
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const next = this.data instanceof Float64Array ? new Float64Array(this.length * 2) : new Int32Array(this.length * 2);
      next.set(this.data);
      this.data = next;
    }
    this.data[this.length] = value;
    this.length += 1;
  }
}

const floats: ReadonlySet<string> = new Set(['scaled', 'hash']);
const numbersFor = (kind: string): Numbers => new Numbers(floats.has(kind) ? new Float64Array(1024) : new Int32Array(1024));

function parseNumber(column: PlainColumn, cell: string, dictionaries: PlainDictionaries, place: RecordPlace): number {
  const missing = cell === missingText || cell === '';
  switch (column.kind) {
    case 'code': {
      if (missing) return missingCode;
      const value = unescapeText(cell);
      const id = dictionaries.id(column.of ?? '', value);
      return id < 0 ? refuse(column, value, place) : id;
    }
    case 'day':
      return missing ? missingInt : (parseDay(cell) ?? refuse(column, cell, place));
    case 'minute':
      return missing ? missingInt : (parseMinute(cell) ?? refuse(column, cell, place));
    case 'scaled':
      return missing ? Number.NaN : (parseScaled(cell, decimalsOf(column.of)) ?? refuse(column, cell, place));
    case 'hash':
      if (missing) return Number.NaN;
      return readyHash.test(cell) ? Number.parseInt(cell.slice(1), 16) : textHash(unescapeText(cell));
    default:
      if (missing) return missingCode;
      return /^\d{1,9}$/.test(cell) ? Number(cell) : refuse(column, cell, place);
  }
}

interface Pending {
  readonly cells: readonly string[];
  readonly place: RecordPlace;
}

/** Cells of a column whose values are kept: prices, days and codes come again and again. */
const knownCells = 20_000;

/** Where the cells of a column go. */
interface Target {
  readonly column: PlainColumn;
  readonly index: number;
  readonly numbers: Numbers;
  readonly texts: (string | null)[] | undefined;
  readonly known: Map<string, number>;
}

/** Growing columns of one table. */
class Sink {
  readonly columns: readonly PlainColumn[];
  readonly numbers = new Map<string, Numbers>();
  readonly texts = new Map<string, (string | null)[]>();
  readonly at = new Map<string, number>();
  length = 0;
  readonly #targets: readonly Target[];

  constructor(table: WorkingTable, columns: readonly PlainColumn[], links: readonly string[]) {
    this.columns = columns;
    columns.forEach((column, index) => {
      this.at.set(column.name, index);
      if (column.kind === 'owner' || column.kind === 'ord') return;
      if (column.kind === 'text') this.texts.set(column.name, []);
      else this.numbers.set(column.name, numbersFor(column.kind));
    });
    if (table === 'persons') this.texts.set('psn', []);
    for (const link of links) this.numbers.set(link, numbersFor('row'));
    this.#targets = columns.flatMap((column, index): Target[] => {
      if (column.kind === 'owner' || column.kind === 'ord') return [];
      const numbers = this.numbers.get(column.name) ?? numbersFor('row');
      return [{ column, index, numbers, texts: this.texts.get(column.name), known: new Map() }];
    });
  }

  /** Row numbers of the rows that own these, or that these own. */
  link(name: string): Numbers {
    const numbers = this.numbers.get(name);
    if (numbers === undefined) throw new Error(`no row numbers ${name}`);
    return numbers;
  }

  text(record: Pending, name: string): string {
    const index = this.at.get(name);
    return index === undefined ? '' : (record.cells[index] ?? '');
  }

  add(record: Pending, links: Readonly<Record<string, number>>, dictionaries: PlainDictionaries): number {
    if (record.cells.length !== this.columns.length) {
      throw inputProblems.refused('row-width', { cells: record.cells.length, columns: this.columns.length }, record.place);
    }
    for (const { column, index, numbers, texts, known } of this.#targets) {
      const cell = record.cells[index] as string;
      if (texts !== undefined) texts.push(cell === missingText ? null : unescapeText(cell));
      else numbers.push(known.get(cell) ?? this.#parse(column, cell, known, dictionaries, record.place));
    }
    for (const link in links) this.numbers.get(link)?.push(links[link] as number);
    this.length += 1;
    return this.length - 1;
  }

  /** Reads a cell and keeps its value for the next row that has the same text. */
  #parse(column: PlainColumn, cell: string, known: Map<string, number>, dictionaries: PlainDictionaries, place: RecordPlace): number {
    const value = parseNumber(column, cell, dictionaries, place);
    if (known.size < knownCells) known.set(cell, value);
    return value;
  }

  data(table: WorkingTable, needed: readonly string[]): TableData {
    const columns: Record<string, ColumnData> = {};
    for (const name of needed) columns[name] = missingColumn(table, name, this.length);
    for (const [name, numbers] of this.numbers) columns[name] = compact(name, numbers, this.columns);
    for (const [name, texts] of this.texts) columns[name] = { length: texts.length, get: (row) => texts[row] ?? null };
    return { length: this.length, columns };
  }
}

/** Columns by table. */
type Needed = Readonly<Partial<Record<WorkingTable, readonly string[]>>>;

function missingColumn(table: WorkingTable, name: string, length: number): ColumnData {
  const kind = columnNamed(table, name)?.kind ?? 'row';
  if (kind === 'text') return { length, get: () => null };
  return arrayOf(kind, length).fill(floats.has(kind) ? Number.NaN : kind === 'day' || kind === 'minute' ? missingInt : missingCode);
}

function compact(name: string, numbers: Numbers, columns: readonly PlainColumn[]): NumberColumn {
  const data = numbers.data.subarray(0, numbers.length);
  const small = columns.find((column) => column.name === name)?.stored?.kind === 'code8';
  return small ? Int8Array.from(data) : data.slice();
}

const links: Readonly<Record<WorkingTable, readonly string[]>> = {
  persons: ['visits', 'lines', 'enrolments'].flatMap((name) => [`${name}_start`, `${name}_end`]),
  enrolments: [],
  visits: ['person', ...['settlements', 'diagnoses', 'operations'].flatMap((name) => [`${name}_start`, `${name}_end`])],
  settlements: ['visit'],
  diagnoses: ['visit'],
  operations: ['visit'],
  lines: ['visit', 'settlement'],
};

const compareBytes = (left: string, right: string): number => (left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right)));
/** A missing value comes first. */
const sortText = (text: string): string => (text === missingText ? '' : text);

/** What rows of a table are ordered by within their person when no `ord` says it, after the row of their visit. */
const natural: Readonly<Record<WorkingTable, readonly string[]>> = {
  persons: [],
  enrolments: ['begndate', 'enddate', 'insutype'],
  visits: ['begntime', 'mdtrt_id'],
  settlements: ['setl_time', 'setl_id'],
  diagnoses: ['!maindiag_flag', 'diag_code'],
  operations: ['oprn_oprt_date', 'oprn_oprt_code', 'oper_dr_code'],
  lines: ['fee_ocur_time', 'mdtrt_id', 'line_key'],
};

/**
 * Puts records of whole persons together as a segment of the working form. Records of one person may come in any
 * order; `end` closes a person, `take` gives the segment of the persons closed so far and begins anew.
 */
export class SegmentBuilder {
  readonly #schema: PlainSchema;
  readonly #dictionaries: PlainDictionaries;
  #sinks: Record<WorkingTable, Sink>;
  #pending = new Map<WorkingTable, Pending[]>();
  readonly #needed: Needed;

  /** `needed` columns that the schema does not carry are there all the same, and missing in every row. */
  constructor(schema: PlainSchema, dictionaries: PlainDictionaries, needed: Needed = {}) {
    this.#schema = schema;
    this.#needed = needed;
    this.#dictionaries = dictionaries;
    this.#sinks = this.#empty();
  }

  get persons(): number {
    return this.#sinks.persons.length;
  }

  get lines(): number {
    return this.#sinks.lines.length;
  }

  #empty(): Record<WorkingTable, Sink> {
    return forEachTable((table) => new Sink(table, this.#schema[table] ?? [], links[table]));
  }

  add(table: WorkingTable, cells: readonly string[], place: RecordPlace): void {
    const list = this.#pending.get(table);
    if (list === undefined) this.#pending.set(table, [{ cells, place }]);
    else list.push({ cells, place });
  }

  #sorted(table: WorkingTable, owner: (record: Pending) => number): { record: Pending; owner: number }[] {
    const sink = this.#sinks[table];
    const place = sink.at.get('ord');
    const rows = (this.#pending.get(table) ?? []).map((record) => ({ record, owner: owner(record) }));
    if (place !== undefined) return rows.sort((left, right) => Number(left.record.cells[place]) - Number(right.record.cells[place]));
    const keys = natural[table].map((key) => ({ name: key.replace('!', ''), down: key.startsWith('!') }));
    const byOwner = table !== 'lines';
    return rows.sort((left, right) => {
      if (byOwner && left.owner !== right.owner) return left.owner - right.owner;
      for (const { name, down } of keys) {
        const order = compareBytes(sortText(sink.text(left.record, name)), sortText(sink.text(right.record, name)));
        if (order !== 0) return down ? -order : order;
      }
      return 0;
    });
  }

  /** Closes the person whose records were added. */
  end(psn: string): void {
    const sinks = this.#sinks;
    const person = sinks.persons.length;
    const starts = { visits: sinks.visits.length, lines: sinks.lines.length, enrolments: sinks.enrolments.length };
    for (const { record } of this.#sorted('enrolments', () => 0)) sinks.enrolments.add(record, {}, this.#dictionaries);
    const visits = this.#visits(person);
    this.#owned(visits);
    this.#lines(visits);
    const own = this.#pending.get('persons') ?? [];
    if (own.length > 1) throw inputProblems.refused('row-twice', { key: psn }, own[1]?.place);
    const missing = { cells: (this.#schema.persons ?? []).map(() => missingText), place: { file: '', row: 0 } };
    const ends = { visits_end: sinks.visits.length, lines_end: sinks.lines.length, enrolments_end: sinks.enrolments.length };
    const ranges = { visits_start: starts.visits, lines_start: starts.lines, enrolments_start: starts.enrolments, ...ends };
    sinks.persons.add(own[0] ?? missing, ranges, this.#dictionaries);
    sinks.persons.texts.get('psn')?.push(psn);
    this.#pending = new Map();
  }

  #visits(person: number): ReadonlyMap<string, number> {
    const sink = this.#sinks.visits;
    const rows = new Map<string, number>();
    for (const { record } of this.#sorted('visits', () => 0)) {
      const id = sink.text(record, 'mdtrt_id');
      if (rows.has(id)) throw inputProblems.refused('row-twice', { key: id }, record.place);
      rows.set(id, sink.add(record, { person, ...emptyRanges }, this.#dictionaries));
    }
    return rows;
  }

  #visitOf(table: WorkingTable, visits: ReadonlyMap<string, number>): (record: Pending) => number {
    const sink = this.#sinks[table];
    return (record) => {
      const id = sink.text(record, 'mdtrt_id');
      const row = visits.get(id);
      if (row !== undefined) return row;
      throw lakeProblems.refused('visit-unknown', { table, visit: id }, { ...record.place, field: 'mdtrt_id' });
    };
  }

  #owned(visits: ReadonlyMap<string, number>): void {
    for (const table of ['settlements', 'diagnoses', 'operations'] as const) {
      const sink = this.#sinks[table];
      const [from, to] = [this.#sinks.visits.link(`${table}_start`), this.#sinks.visits.link(`${table}_end`)];
      const counts = new Map<number, number>();
      const first = sink.length;
      for (const { record, owner } of this.#sorted(table, this.#visitOf(table, visits))) {
        sink.add(record, { visit: owner }, this.#dictionaries);
        counts.set(owner, (counts.get(owner) ?? 0) + 1);
      }
      let at = first;
      for (const row of visits.values()) {
        from.data[row] = at;
        at += counts.get(row) ?? 0;
        to.data[row] = at;
      }
    }
  }

  #lines(visits: ReadonlyMap<string, number>): void {
    const { lines, settlements } = this.#sinks;
    const rows = new Map<string, number>();
    const ids = settlements.texts.get('setl_id') ?? [];
    const owner = settlements.link('visit');
    const first = visits.size === 0 ? settlements.length : this.#firstSettlement(visits);
    for (let row = first; row < settlements.length; row += 1) rows.set(`${owner.data[row]}|${ids[row]}`, row);
    for (const { record, owner: visit } of this.#sorted('lines', this.#visitOf('lines', visits))) {
      const setl = lines.text(record, 'setl_id');
      lines.add(record, { visit, settlement: rows.get(`${visit}|${unescapeText(setl)}`) ?? missingCode }, this.#dictionaries);
    }
  }

  #firstSettlement(visits: ReadonlyMap<string, number>): number {
    const from = this.#sinks.visits.link('settlements_start');
    return Math.min(...[...visits.values()].map((row) => from.data[row] as number));
  }

  /** The segment of the persons closed so far; the builder is empty afterwards. */
  take(): Segment {
    const segment = forEachTable((table) => this.#sinks[table].data(table, this.#needed[table] ?? []));
    this.#sinks = this.#empty();
    return segment;
  }
}

const emptyRanges: Readonly<Record<string, number>> = Object.fromEntries(
  ['settlements', 'diagnoses', 'operations'].flatMap((name) => [
    [`${name}_start`, 0],
    [`${name}_end`, 0],
  ]),
);
