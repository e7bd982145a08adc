import { type ColumnData, missingCode, type Segment, type TableData, type WorkingTable } from '@hengjian/standard';
import type { BoundRulebook } from '../bind/bound.ts';
import type { CheckedRule } from '../check/checked.ts';
import type { EventBlock, PlainColumn } from '../kernel/hit.ts';
import type { Walk } from '../source/rule-source.ts';

export type KeyedWalk = Exclude<Walk, 'person'>;
export const isKeyed = (rule: CheckedRule | undefined): boolean => rule !== undefined && rule.source.by !== 'person';
export const keyedWalks: readonly KeyedWalk[] = ['practitioner', 'institution', 'trace_code'];

type Numbers = Int32Array | Int8Array | Float64Array;

/** A numeric column; rows of a table that was not loaded are missing. */
function numbers(table: TableData, name: string): Numbers {
  const column = table.columns[name];
  return column === undefined || 'get' in column ? new Int32Array(table.length).fill(missingCode) : column;
}

/** The key of a line under a walk; negative or NaN is missing. */
export function lineKeys(by: KeyedWalk, lines: TableData, visits: TableData): (line: number) => number {
  if (by === 'trace_code') {
    const codes = numbers(lines, 'drug_trac_codg');
    return (line) => codes[line] ?? Number.NaN;
  }
  const of = by === 'practitioner' ? numbers(lines, 'bilg_dr_code') : numbers(visits, 'fixmedins_code');
  const visit = numbers(lines, 'visit');
  return by === 'practitioner' ? (line) => of[line] ?? missingCode : (line) => of[visit[line] ?? 0] ?? missingCode;
}

export function visitKeys(by: KeyedWalk, visits: TableData): (visit: number) => number {
  const of = numbers(visits, by === 'practitioner' ? 'chfpdr_code' : 'fixmedins_code');
  return by === 'trace_code' ? () => Number.NaN : (visit) => of[visit] ?? missingCode;
}

interface Wanted {
  /** 1 for each item that some rule looks at. */
  readonly items: Uint8Array;
  readonly lines: boolean;
  readonly visits: boolean;
}

function wantedBy(rulebook: BoundRulebook, by: KeyedWalk): Wanted | undefined {
  const rules = rulebook.rules.filter((rule) => rule.source.by === by);
  if (rules.length === 0) return undefined;
  const items = new Uint8Array(rulebook.codes.values('item').length);
  let lines = false;
  let visits = false;
  for (const { shape } of rules) {
    if ('of' in shape && shape.of === 'visit') visits = true;
    else if (shape.kind === 'pair' || shape.kind === 'total' || shape.kind === 'window') {
      lines = true;
      const dispatches = shape.kind === 'pair' ? [shape.items, shape.items_a] : [shape.items];
      if (shape.items === undefined) items.fill(1);
      for (const dispatch of dispatches) {
        if (dispatch === undefined) continue;
        const { start } = rulebook.codes.reverse(rulebook.table(dispatch.table), dispatch.column);
        for (let id = 0; id < items.length; id += 1) if ((start[id + 1] ?? 0) > (start[id] ?? 0)) items[id] = 1;
      }
    }
  }
  return { items, lines, visits };
}

function pick(column: ColumnData, rows: Int32Array): PlainColumn {
  if ('get' in column) {
    const texts: (string | null)[] = [];
    for (let at = 0; at < rows.length; at += 1) texts.push(column.get(rows[at] ?? 0));
    return texts;
  }
  const picked =
    column instanceof Float64Array ? new Float64Array(rows.length) : column instanceof Int8Array ? new Int8Array(rows.length) : new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) picked[at] = column[rows[at] ?? 0] ?? 0;
  return picked;
}

type Picked = EventBlock['tables'][WorkingTable];

function pickTable(table: TableData, rows: Int32Array, replace: Readonly<Record<string, Int32Array>>): Picked {
  const columns: Record<string, PlainColumn> = {};
  for (const [name, column] of Object.entries(table.columns)) columns[name] = replace[name] ?? pick(column, rows);
  return { length: rows.length, columns };
}

/** Rows of a ranged table that belong to the picked owners, with the new ranges. */
function pickRanges(owner: TableData, owners: Int32Array, table: TableData, name: string): { rows: Int32Array; ranges: Readonly<Record<string, Int32Array>> } {
  if (owner.columns[`${name}_start`] === undefined) return { rows: new Int32Array(0), ranges: {} };
  const [starts, ends] = [numbers(owner, `${name}_start`), numbers(owner, `${name}_end`)];
  const rows: number[] = [];
  const [from, to] = [new Int32Array(owners.length), new Int32Array(owners.length)];
  owners.forEach((row, index) => {
    from[index] = rows.length;
    const end = Math.min(ends[row] ?? 0, table.length);
    for (let at = starts[row] ?? 0; at < end; at += 1) rows.push(at);
    to[index] = rows.length;
  });
  return { rows: Int32Array.from(rows), ranges: { [`${name}_start`]: from, [`${name}_end`]: to } };
}

function remap(column: Numbers, rows: Int32Array, to: Int32Array): Int32Array {
  const moved = new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const row = column[rows[at] ?? 0] ?? -1;
    moved[at] = row < 0 ? -1 : (to[row] ?? -1);
  }
  return moved;
}

/** For each of `length` rows its place among the picked ones, -1 for the others. */
function positions(rows: Int32Array, length: number): Int32Array {
  const at = new Int32Array(length).fill(-1);
  for (let index = 0; index < rows.length; index += 1) at[rows[index] ?? 0] = index;
  return at;
}

/** The rows that are marked. */
function rowsOf(marks: Uint8Array): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < marks.length; row += 1) if (marks[row] === 1) rows.push(row);
  return Int32Array.from(rows);
}

function block(segment: Segment, by: KeyedWalk, number: number, lines: Int32Array, visits: Int32Array): EventBlock {
  const person = numbers(segment.visits, 'person');
  const seen = new Uint8Array(segment.persons.length);
  for (const visit of visits) seen[person[visit] ?? 0] = 1;
  const persons = rowsOf(seen);
  const [visitAt, personAt] = [positions(visits, segment.visits.length), positions(persons, segment.persons.length)];
  const settlements = pickRanges(segment.visits, visits, segment.settlements, 'settlements');
  const diagnoses = pickRanges(segment.visits, visits, segment.diagnoses, 'diagnoses');
  const operations = pickRanges(segment.visits, visits, segment.operations, 'operations');
  const enrolments = pickRanges(segment.persons, persons, segment.enrolments, 'enrolments');
  const zero = new Int32Array(persons.length);
  const unused = { visits_start: zero, visits_end: zero, lines_start: zero, lines_end: zero };
  const settlementAt = positions(settlements.rows, segment.settlements.length);
  const ofVisit = (table: TableData, rows: Int32Array): Readonly<Record<string, Int32Array>> => ({ visit: remap(numbers(table, 'visit'), rows, visitAt) });
  return {
    by,
    segment: number,
    lines,
    visits,
    persons,
    tables: {
      persons: pickTable(segment.persons, persons, { ...unused, ...enrolments.ranges }),
      enrolments: pickTable(segment.enrolments, enrolments.rows, {}),
      visits: pickTable(segment.visits, visits, {
        person: remap(person, visits, personAt),
        ...settlements.ranges,
        ...diagnoses.ranges,
        ...operations.ranges,
      }),
      settlements: pickTable(segment.settlements, settlements.rows, ofVisit(segment.settlements, settlements.rows)),
      diagnoses: pickTable(segment.diagnoses, diagnoses.rows, ofVisit(segment.diagnoses, diagnoses.rows)),
      operations: pickTable(segment.operations, operations.rows, ofVisit(segment.operations, operations.rows)),
      lines: pickTable(segment.lines, lines, {
        ...ofVisit(segment.lines, lines),
        settlement: remap(numbers(segment.lines, 'settlement'), lines, settlementAt),
      }),
    },
  };
}

/** The rows of a segment that rules by another key than the person look at, one block per key. */
export function collectEvents(rulebook: BoundRulebook, segment: Segment, skip: ArrayLike<number> | undefined, segmentNumber: number): readonly EventBlock[] {
  const blocks: EventBlock[] = [];
  for (const by of keyedWalks) {
    const wanted = wantedBy(rulebook, by);
    if (wanted === undefined) continue;
    const person = numbers(segment.visits, 'person');
    const skipped = (visit: number): boolean => skip?.[person[visit] ?? 0] === 1;
    const lines: number[] = [];
    const visits = new Uint8Array(segment.visits.length);
    const keyOfLine = lineKeys(by, segment.lines, segment.visits);
    const items = numbers(segment.lines, 'med_list_codg');
    const visitOf = numbers(segment.lines, 'visit');
    for (let line = 0; wanted.lines && line < segment.lines.length; line += 1) {
      const visit = visitOf[line] ?? 0;
      if (wanted.items[items[line] ?? 0] !== 1 || !(keyOfLine(line) >= 0) || skipped(visit)) continue;
      lines.push(line);
      visits[visit] = 1;
    }
    const keyOfVisit = visitKeys(by, segment.visits);
    for (let visit = 0; wanted.visits && visit < segment.visits.length; visit += 1) if (keyOfVisit(visit) >= 0 && !skipped(visit)) visits[visit] = 1;
    const rows = rowsOf(visits);
    if (rows.length > 0) blocks.push(block(segment, by, segmentNumber, Int32Array.from(lines), rows));
  }
  return blocks;
}
