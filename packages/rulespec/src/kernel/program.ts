import type { WorkingTable } from '@hengjian/standard';
import { columnNamed, isWorkingTable } from '@hengjian/standard';
import { makeRows } from '../bind/codes.ts';
import type { BoundRulebook } from '../bind/rulebook.ts';
import type { Gatherer } from '../keyed/block.ts';
import { definitionOf } from '../shapes/definition.ts';
import type { Walk } from '../source/vocabulary.ts';
import type { Calls, LineCall } from './calls.ts';
import { settingsOf } from './kinds.ts';
import { column, constant, newProgram, type Program, tableAndName } from './writer.ts';

/** The list of (function, point) of each item in compressed rows. */
function dispatchTables(program: Program, calls: readonly LineCall[]): { start: string; which: string; points: string } {
  const { codes } = program.bound;
  const which: number[][] = codes.values('item').map(() => []);
  const points: number[][] = codes.values('item').map(() => []);
  calls.forEach(({ dispatch }, call) => {
    if (dispatch === undefined) return;
    const rows = codes.reverse(program.bound.table(dispatch.table), dispatch.column);
    for (let item = 0; item < which.length; item += 1) {
      for (let at = rows.start[item] ?? 0; at < (rows.start[item + 1] ?? 0); at += 1) {
        which[item]?.push(call);
        points[item]?.push(rows.values[at] ?? 0);
      }
    }
  });
  const entries = makeRows(which);
  return {
    start: constant(program, entries.start, 'entries'),
    which: constant(program, entries.values, 'which'),
    points: constant(program, makeRows(points).values, 'reached'),
  };
}

const fewCalls = 4;
const together = 6;

/**
 * Moves statements into functions of a few each and returns the calls. Where a statement runs for the first time the
 * machine code of the function it stands in is thrown away: it shall not be that of all rules.
 */
function inPieces(program: Program, name: string, parameters: string, statements: readonly string[]): string {
  const pieces = Array.from({ length: Math.ceil(statements.length / together) }, (_, at) =>
    statements.slice(at * together, (at + 1) * together).join('\n'),
  );
  return pieces
    .map((piece) => {
      const own = `${name}_${program.functions.length}`;
      program.functions.push(`function ${own}(${parameters}) {\n${piece}\n}`);
      return `${own}(${parameters});\n`;
    })
    .join('');
}

/**
 * Statements that call what is called for every line. Calls that the kind of a line rules out together stand together, so
 * that one look leaves them all out; the order of the rules is that of the hits, which are sorted.
 */
function universalText(program: Program, calls: readonly LineCall[]): string {
  const all = calls.filter(({ dispatch }) => dispatch === undefined);
  const pieces = (group: readonly LineCall[]): string =>
    inPieces(
      program,
      'lines',
      'l, v, ds',
      group.map(({ call }) => call),
    );
  const limited = all.filter(({ kinds }) => kinds.includes(0));
  if (limited.length < fewCalls) return pieces(all);
  const groups = new Map<string, { readonly kinds: LineCall['kinds']; readonly calls: LineCall[] }>();
  for (const one of limited) {
    const { kinds } = one;
    const own = groups.get(kinds.join('')) ?? { kinds, calls: [] };
    groups.set(kinds.join(''), own);
    own.calls.push(one);
  }
  const [type, setting] = [column(program, 'lines', 'list_type'), column(program, 'visits', 'setting')];
  const blocks = [...groups.values()].map(
    ({ kinds, calls: own }) => `if (${constant(program, kinds, 'kinds')}[kind] === 1) {\n${pieces(own)}}\n`,
  );
  const others = pieces(all.filter((one) => !limited.includes(one)));
  return `${others}const kind = (${type}[l] + 1) * ${settingsOf(program.bound)} + ${setting}[v] + 1;\n${blocks.join('')}`;
}

function lineFunction(program: Program, by: Walk, calls: readonly LineCall[]): string {
  const visit = column(program, 'lines', 'visit');
  const time = column(program, 'lines', 'fee_ocur_time');
  const item = column(program, 'lines', 'med_list_codg');
  const universal =
    by === 'person' ? universalText(program, calls) : calls.map(({ dispatch, call }) => (dispatch === undefined ? call : '')).join('');
  const reaching = calls.filter(({ dispatch }) => dispatch !== undefined);
  const tables = dispatchTables(program, reaching);
  program.state.push(`const REACHED = [${reaching.map(({ name }) => name).join(', ')}];`);
  const { start, which, points } = tables;
  const loop = `for (let e = ${start}[item], f = ${start}[item + 1]; e < f; e++) REACHED[${which}[e]](l, v, ${points}[e], ds);\n`;
  const skip = universal === '' ? `if (${tables.start}[item] === ${tables.start}[item + 1]) return;\n` : '';
  const reached = reaching.length > 0;
  return `function line(l) {
const item = ${item}[l];
${reached ? skip : ''}const v = ${visit}[l], ds = Math.floor(${time}[l] / 1440);
${universal}${reached ? loop : ''}}`;
}

function personWalk(program: Program, calls: Calls): string {
  const person = (name: string): string => column(program, 'persons', name);
  const sums = calls.sums.flatMap(({ arrays }) => arrays);
  const clear = sums.map((name) => `if (${name}.length < n) ${name} = new Float64Array(n * 2); else ${name}.fill(0, 0, n);\n`).join('');
  const [start, end] = calls.lines.length > 0 ? [person('lines_start'), person('lines_end')] : ['', ''];
  const eachLine =
    calls.lines.length > 0
      ? `lineBase = ${start}[p];
lineCount = ${end}[p] - lineBase;
for (let l = lineBase, l1 = lineBase + lineCount; l < l1; l++) line(l);
`
      : '';
  return `function walk(p) {
v0 = ${person('visits_start')}[p];
const v1 = ${person('visits_end')}[p];
visitBase = v0;
const n = visitCount = v1 - v0;
${clear}${eachLine}${inPieces(program, 'end', 'v1', calls.end)}}`;
}

function keyWalk(calls: Calls): string {
  return `function walk(l0, l1, v0, v1) {
visitBase = v0;
visitCount = v1 - v0;
lineBase = l0;
lineCount = l1 - l0;
${calls.lines.length > 0 ? 'for (let l = l0; l < l1; l++) line(l);\n' : ''}${calls.end.join('\n')}
}`;
}

/** Functions of a walk with one pair rule: what must differ between lines of a key, and the judging of lines that have no partner. */
function aloneText(program: Program, rulebook: BoundRulebook, by: Walk): string {
  const none = 'const differs = undefined, alone = undefined;\n';
  const [index, another] = program.bound.rules.flatMap((rule, at) => (rule.source.by === by ? [at] : []));
  const rule = index === undefined || another !== undefined || by === 'person' ? undefined : program.bound.rules[index];
  if (rule === undefined || index === undefined) return none;
  const differs = definitionOf(rule.shape, rulebook.shapes).keys?.differs(program, rule, index, rule.shape);
  return differs === undefined
    ? none
    : `${differs}function alone(rows, count) {\nfor (let i = 0; i < count; i++) line(rows[i]);\njudge${index}();\n}\n`;
}

/** Which rules a kernel holds: those that walk persons, or those of one other key. */
export interface WrittenProgram {
  readonly source: string;
  readonly constants: readonly unknown[];
  readonly causes: readonly { readonly rule: number; readonly cause: string }[];
  readonly columns: ReadonlyMap<string, string>;
  readonly gatherers: readonly Gatherer[];
}

/** What a walk keeps between its functions. */
const walkState = 'let v0 = 0, visitBase = 0, visitCount = 0, lineBase = 0, lineCount = 0, stamp = 0, lastDay = MISSING;';

const runtimeNames = [
  'ageDays',
  'ageYears',
  'beforeData',
  'chargedBeforeInRow',
  'chargedBeforeInTable',
  'chargedInRow',
  'chargedInTable',
  'countOf',
  'excessCharges',
  'groupSubject',
  'Grouper',
  'hasLines',
  'hasOpenVisit',
  'insuredOn',
  'inWindow',
  'isMember',
  'isRepeated',
  'mainDiagnosis',
  'monthOf',
  'overprice',
  'portion',
  'priceTimesQuantity',
  'ratioHolds',
  'settledDay',
  'share',
  'someInRow',
  'someInTable',
  'someWith',
  'visitMoney',
  'windowReach',
  'yearOf',
] as const;

type Place =
  | { readonly kind: 'lake' }
  | { readonly kind: 'text' }
  | { readonly kind: 'segment'; readonly table: WorkingTable; readonly array: 'Int32Array' | 'Int8Array' | 'Float64Array' };

/**
 * Where a column lives. Those of a segment are copied into arrays that the kernel keeps: as constants their addresses and
 * lengths become part of the machine code, which is worth far more than the copy.
 */
function placeOf(key: string): Place {
  const [table, name] = tableAndName(key);
  if (!isWorkingTable(table)) return { kind: 'lake' };
  const kind = columnNamed(table, name)?.kind;
  if (kind === 'text') return { kind: 'text' };
  const array = kind === 'code8' ? 'Int8Array' : kind === 'scaled' || kind === 'hash' ? 'Float64Array' : 'Int32Array';
  return { kind: 'segment', table, array };
}

/** Writes the fused source of the rules of one walk. The text depends on rules, tables and lake only. */
export function writeProgram(bound: BoundRulebook, by: Walk): WrittenProgram {
  const program = newProgram(bound);
  const calls: Calls = { lines: [], end: [], sums: [] };
  column(program, 'visits', 'person');
  bound.rules.forEach((rule, index) => {
    if (rule.source.by === by) definitionOf(rule.shape, bound.shapes).write(program, calls, rule, index, rule.shape);
  });
  const line = lineFunction(program, by, calls.lines);
  const walk = by === 'person' ? personWalk(program, calls) : keyWalk(calls);
  const alone = aloneText(program, bound, by);
  const columns = [...program.columns].sort(([a], [b]) => (a < b ? -1 : 1));
  const places = columns.map(([key, local]) => ({ key, local, place: placeOf(key) }));
  const declare = places.map(({ key, local, place }) => {
    if (place.kind === 'lake') return `const ${local} = dimension(${JSON.stringify(key)});\n`;
    return place.kind === 'text' ? `let ${local};\n` : `const ${local} = new ${place.array}(room.${place.table});\n`;
  });
  const loads = places.map(({ key, local, place }) => {
    if (place.kind === 'lake') return '';
    return place.kind === 'text' ? `${local} = column(${JSON.stringify(key)});\n` : `${local}.set(column(${JSON.stringify(key)}));\n`;
  });
  const constants = program.constants.map((value, index) => `const ${program.constantNames.get(value)} = constants[${index}];\n`);
  const source = `'use strict';
const { ${runtimeNames.join(', ')} } = runtime;
const MISSING = -2147483648;
${constants.join('')}${declare.join('')}${walkState}
let SEEN = new Int32Array(${Math.max(bound.codes.values('item').length, bound.codes.values('institution').length) + 1});
const { EV, HT, UN } = counters;
const HITS = [];
${program.state.join('\n')}
${program.functions.join('\n')}
${line}
${walk}
${alone}function load(column, rows) {
if (SEEN.length < rows) { SEEN = new Int32Array(rows); stamp = 0; }
${loads.join('')}}
return { load, walk, HITS, differs, alone };
`;
  remember(bound, by, program.columns);
  return { source, constants: program.constants, causes: program.causes, columns: program.columns, gatherers: program.gatherers };
}

type SegmentColumns = readonly (readonly [WorkingTable, string])[];

const known = new WeakMap<BoundRulebook, Map<Walk, SegmentColumns>>();

function remember(bound: BoundRulebook, by: Walk, columns: ReadonlyMap<string, string>): SegmentColumns {
  const own = known.get(bound) ?? new Map<Walk, SegmentColumns>();
  known.set(bound, own);
  const found = [...columns.keys()]
    .flatMap((key) => {
      const [table, name] = tableAndName(key);
      return isWorkingTable(table) ? [[table, name] as const] : [];
    })
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
  own.set(by, found);
  return found;
}

/** Segment columns that the program of a walk loads; the program is written when nobody has yet. */
export const segmentColumns = (bound: BoundRulebook, by: Walk): SegmentColumns =>
  known.get(bound)?.get(by) ?? remember(bound, by, writeProgram(bound, by).columns);
