import type { Segment, WorkingTable } from '@hengjian/standard';
import type { CheckedRule } from '../check/checked.ts';
import type { Walk } from '../source/vocabulary.ts';

/** Keys by which the lines and visits of the whole city are put together. */
export type KeyedWalk = Exclude<Walk, 'person'>;
export const isKeyed = (rule: CheckedRule | undefined): boolean => rule !== undefined && rule.source.by !== 'person';
export const keyedWalks: readonly KeyedWalk[] = ['practitioner', 'institution', 'trace_code', 'invoice'];

/** Names the events that a rule which judges many histories at once gathers: its shape and its number. */
export type GatherWalk = `${string}:${number}`;
export const gatherWalk = (shape: string, rule: number): GatherWalk => `${shape}:${rule}`;
/** Shape and number of the rule that gathered events; undefined for those of keyed walks. */
export function gatheredBy(by: string): { readonly kind: string; readonly rule: number } | undefined {
  const [kind = '', rule] = by.split(':');
  return rule === undefined ? undefined : { kind, rule: Number(rule) };
}

/** A row of the lake. */
export interface SegmentRow {
  readonly segment: number;
  readonly row: number;
}

export type EventColumn = Int32Array<ArrayBuffer> | Int8Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Rows of one table, part after part. */
export interface EventTable {
  /** First row of each part, and the number of rows at the end. */
  readonly starts: Int32Array;
  /**
   * Columns of the working form, and `row` (in the segment), `key` of the walk and `order` of the person. Rows of other
   * tables count from the start of their part.
   */
  readonly columns: Readonly<Record<string, EventColumn>>;
}

/** A segment's events of rules that walk another key than the person, partitioned by their keys. Typed arrays only. */
export interface EventBlock {
  readonly by: KeyedWalk | GatherWalk;
  /** Number of the segment in the lake, as given to `run`. */
  readonly segment: number;
  readonly tables: Readonly<Partial<Record<WorkingTable, EventTable>>>;
}

/** The events of one part of a block. */
export interface EventPart {
  readonly by: KeyedWalk | GatherWalk;
  readonly segment: number;
  readonly tables: Readonly<
    Partial<Record<WorkingTable, { readonly length: number; readonly columns: Readonly<Record<string, EventColumn>> }>>
  >;
}

/** Parts the keys are cut into. It is fixed, so that nothing depends on the number of threads. */
export const eventParts = 64;

/** Part of a key, an id or a 52-bit hash. */
export function partOf(key: number): number {
  const high = Math.floor(key / 67_108_864);
  return Math.imul((key - high * 67_108_864) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> 26;
}

/** Any numeric column. */
export type Numbers = Int32Array | Int8Array | Float64Array;

/** Part of a row that is left out. */
export const noKey = 255;

/** Rows by part: those of part p are `rows[starts[p]] … rows[starts[p + 1] - 1]`. */
export interface Picked {
  readonly starts: Int32Array;
  readonly rows: Int32Array<ArrayBuffer>;
}

/** Rows by part, ascending within each, without those of `noKey`: a counting sort. */
export function byPart(parts: Uint8Array): Picked {
  const starts = new Int32Array(eventParts + 1);
  for (let row = 0; row < parts.length; row += 1)
    if (parts[row] !== noKey) starts[(parts[row] as number) + 1] = (starts[(parts[row] as number) + 1] as number) + 1;
  for (let part = 0; part < eventParts; part += 1) starts[part + 1] = (starts[part + 1] as number) + (starts[part] as number);
  const next = starts.slice();
  const rows = new Int32Array(starts[eventParts] as number);
  for (let row = 0; row < parts.length; row += 1) {
    const part = parts[row] as number;
    if (part === noKey) continue;
    rows[next[part] as number] = row;
    next[part] = (next[part] as number) + 1;
  }
  return { starts, rows };
}

/** The values of some rows, in their order. */
export function gather(column: Numbers, rows: Int32Array): EventColumn {
  if (column instanceof Float64Array) {
    const picked = new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at += 1) picked[at] = column[rows[at] as number] as number;
    return picked;
  }
  if (column instanceof Int8Array) {
    const picked = new Int8Array(rows.length);
    for (let at = 0; at < rows.length; at += 1) picked[at] = column[rows[at] as number] as number;
    return picked;
  }
  const picked = new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) picked[at] = column[rows[at] as number] as number;
  return picked;
}

/** The first 52 bits of a pseudonym: of its hex digits, else of its bytes. */
export function orderOf(psn: string): number {
  let order = 0;
  for (let index = 0; index < 13; index += 1) {
    const code = psn.charCodeAt(index);
    const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1;
    if (digit < 0) return orderOfBytes(psn);
    order = order * 16 + digit;
  }
  return order;
}

function orderOfBytes(psn: string): number {
  const bytes = Buffer.from(psn);
  let order = 0;
  for (let index = 0; index < 6; index += 1) order = order * 256 + (bytes[index] ?? 0);
  return order;
}

/** What a rule gathers while persons are walked, handed over segment by segment. */
export interface Gatherer {
  take(segment: Segment, number: number): EventBlock | undefined;
}

/** What all rules gathered in a segment. */
export const gathered = (gatherers: readonly Gatherer[], segment: Segment, number: number): readonly EventBlock[] =>
  gatherers.flatMap((gatherer) => gatherer.take(segment, number) ?? []);

/** The events of one part of a block; nothing is copied. */
export function eventPart(block: EventBlock, part: number): EventPart {
  const cut = (table: EventTable): { length: number; columns: Readonly<Record<string, EventColumn>> } => {
    const [from, to] = [table.starts[part] ?? 0, table.starts[part + 1] ?? 0];
    return {
      length: to - from,
      columns: Object.fromEntries(Object.entries(table.columns).map(([name, column]) => [name, column.subarray(from, to)])),
    };
  };
  const tables = Object.fromEntries(Object.entries(block.tables).map(([name, table]) => [name, cut(table)]));
  return { by: block.by, segment: block.segment, tables };
}
