import {
  type CivilDay,
  decimals,
  demandContent,
  inputProblems,
  type NumericType,
  type Problem,
  parseCsv,
  parseDay,
  parseScaled,
  RefusedInput,
  type Words,
  words,
} from '@hengjian/standard';
import { isDictionary } from '../check/dictionaries.ts';
import type { Type } from '../check/types.ts';
import { typeWords } from '../check/types.ts';
import { invalid, missing, rulespecProblems } from '../problems.ts';

/** A cell: scaled integer, day, text or code, list of codes and patterns, or missing. */
export type KnowledgeValue = number | string | readonly string[] | null;

export interface KnowledgeColumn {
  readonly name: string;
  readonly type: Type;
  /** Whether some row leaves it empty. Sets and texts are never missing, only empty. */
  readonly nullable: boolean;
}

export interface KnowledgeRow {
  readonly point_id: string;
  readonly cells: readonly KnowledgeValue[];
  /** 1-based row in the file. */
  readonly row: number;
  readonly basis: string;
  readonly source: string;
  readonly region: string;
  readonly valid_from: CivilDay;
  /** Inclusive; undefined is open. */
  readonly valid_to: CivilDay | undefined;
}

export interface KnowledgeTable {
  readonly name: string;
  readonly file: string;
  readonly columns: readonly KnowledgeColumn[];
  readonly rows: readonly KnowledgeRow[];
}

const tail = ['basis:text', 'source:text', 'region:area', 'valid_from:date', 'valid_to:date'] as const;
const simpleTypes: Readonly<Record<string, Type>> = {
  id: 'text',
  items: 'set:item',
  diagnoses: 'set:diagnosis',
  operations: 'set:operation',
  integer: 'int',
  money: 'money',
  quantity: 'quantity',
  price: 'price',
  days: 'days',
  ratio: 'ratio',
  text: 'text',
  date: 'day',
  area: 'code:area',
  window: 'window',
};

/** Encodes a window cell: `visit`, `day`, `hour`, `prescription`, `visit_day`, `6h`, `30d`. */
export const windowCodes = {
  visit: 0,
  day: 1,
  hour: 2,
  prescription: 3,
  visit_day: 4,
  history: 5,
  minutes: 1_000_000,
  days: 2_000_000,
} as const;

export function parseWindow(text: string): number | undefined {
  const match = /^(\d{1,4})(h|d|min)$/.exec(text);
  if (match !== null) {
    const length = Number(match[1]);
    if (match[2] === 'd') return windowCodes.days + length;
    return windowCodes.minutes + (match[2] === 'h' ? length * 60 : length);
  }
  if (text === 'visit' || text === 'day' || text === 'hour' || text === 'prescription' || text === 'visit_day' || text === 'history')
    return windowCodes[text];
  return undefined;
}

function columnType(text: string): Type | undefined {
  const code = /^codes?\((\w+)\)$/.exec(text);
  if (code?.[1] !== undefined)
    return isDictionary(code[1]) ? (`${text.startsWith('codes') ? 'set' : 'code'}:${code[1]}` as Type) : undefined;
  return Object.hasOwn(simpleTypes, text) ? simpleTypes[text] : undefined;
}

const numericName = (type: Type): NumericType => (type === 'int' ? 'integer' : (type as NumericType));

/** Reads one cell as its column says; `undefined` when it does not fit. */
export function parseCell(text: string, type: Type): KnowledgeValue | undefined {
  if (type.startsWith('set:')) {
    return text
      .split('|')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
  if (type === 'text') return text;
  if (text === '') return null;
  if (type === 'day') return parseDay(text);
  if (type === 'window') return parseWindow(text);
  if (type === 'code:area') return /^\d{6}$/.test(text) ? text : undefined;
  if (type.startsWith('code:')) return text;
  return parseScaled(text, decimals[numericName(type)]);
}

interface Draft {
  readonly name: string;
  readonly type: Type;
}

const headerForm = `point_id:id,…,${tail.join(',')}`;
const wrongHeader = (reason: Words, form: string): Problem => rulespecProblems.problem('knowledge-header', { reason, form });

function parseHeader(cells: readonly string[], file: string, problems: Problem[]): Draft[] {
  const expected = ['point_id:id', ...tail];
  const actual = [cells[0] ?? '', ...cells.slice(-tail.length)];
  if (expected.some((name, index) => name !== actual[index])) {
    const reason = words('开头或结尾缺少每张知识表都有的列', 'the columns that every table has are not at its beginning and end');
    problems.push({ ...wrongHeader(reason, headerForm), place: { file, row: 1 } });
    return [];
  }
  const seen = new Set<string>();
  return cells.map((cell, index) => {
    const [name = '', typeText = ''] = [cell.slice(0, cell.indexOf(':')), cell.slice(cell.indexOf(':') + 1)];
    const type = columnType(typeText);
    const place = { file, row: 1, column: index + 1, field: cell };
    if (seen.has(name)) problems.push({ ...inputProblems.problem('column-twice', { column: name }), place });
    else if (!/^[a-z][a-z0-9_]*$/.test(name))
      problems.push({ ...wrongHeader(words(`“${cell}”的列名不是小写字母`, `${cell} is no name in small letters`), 'name:type'), place });
    if (type === undefined) {
      const form = `${name}:${[...Object.keys(simpleTypes), 'code(…)', 'codes(…)'].join('|')}`;
      problems.push({ ...wrongHeader(words(`“${cell}”的类型无法识别`, `${cell} has no known type`), form), place });
    }
    seen.add(name);
    return { name, type: type ?? 'text' };
  });
}

/** Where the columns that every table has stand. */
type TailPlaces = Readonly<Record<'basis' | 'source' | 'region' | 'valid_from' | 'valid_to', number>>;

function tailPlaces(drafts: readonly Draft[]): TailPlaces {
  const place = (name: string): number => drafts.findIndex((draft) => draft.name === name);
  return {
    basis: place('basis'),
    source: place('source'),
    region: place('region'),
    valid_from: place('valid_from'),
    valid_to: place('valid_to'),
  };
}

function parseRow(
  cells: readonly string[],
  drafts: readonly Draft[],
  places: TailPlaces,
  file: string,
  row: number,
  problems: Problem[],
): KnowledgeRow | undefined {
  if (cells.length !== drafts.length) {
    problems.push(inputProblems.problem('row-width', { cells: cells.length, columns: drafts.length }, { file, row }));
    return undefined;
  }
  const values = drafts.map((draft, column) => {
    const value = parseCell((cells[column] ?? '').trim(), draft.type);
    if (value !== undefined) return value;
    problems.push({
      ...invalid(cells[column] ?? '', typeWords(draft.type)),
      place: { file, row, column: column + 1, field: draft.name },
    });
    return null;
  });
  const at = (name: keyof TailPlaces): KnowledgeValue => values[places[name]] ?? null;
  const from = at('valid_from');
  const to = at('valid_to');
  return {
    point_id: String(values[0] ?? ''),
    cells: values,
    row,
    basis: String(at('basis')),
    source: String(at('source')),
    region: (at('region') as string | null) ?? '000000',
    valid_from: typeof from === 'number' ? from : -2_147_483_647,
    valid_to: typeof to === 'number' ? to : undefined,
  };
}

function rowDemands(rows: readonly KnowledgeRow[], file: string, problems: Problem[]): void {
  const seen = new Map<string, KnowledgeRow[]>();
  const end = (row: KnowledgeRow): number => row.valid_to ?? 2_147_483_647;
  for (const row of rows) {
    const place = { file, row: row.row, field: 'point_id' };
    if (row.point_id === '') problems.push({ ...missing('point_id'), place });
    if (end(row) < row.valid_from) {
      const values = { start: 'valid_from', end: 'valid_to' };
      problems.push(rulespecProblems.problem('dates-reversed', values, { ...place, field: 'valid_to' }));
    }
    const others = seen.get(row.point_id) ?? [];
    if (others.some((other) => other.region === row.region && other.valid_from <= end(row) && row.valid_from <= end(other))) {
      problems.push(rulespecProblems.problem('point-twice', { point: row.point_id }, place));
    }
    seen.set(row.point_id, [...others, row]);
  }
}

/** The name of a table is that of its file without folder and ending. */
export const tableName = (file: string): string =>
  file
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/\.csv$/, '') ?? file;

/** Builds a table from drafts and rows; a column is nullable when some row leaves it empty. */
export function makeTable(name: string, file: string, drafts: readonly Draft[], rows: readonly KnowledgeRow[]): KnowledgeTable {
  const columns = drafts.map((draft, index) => ({ ...draft, nullable: rows.some((row) => (row.cells[index] ?? null) === null) }));
  return { name, file, columns, rows };
}

/**
 * Parses one knowledge table: CSV with a header of `name:type` cells.
 *
 * @example parseKnowledge('point_id:id,items:items,…', 'library/knowledge/drug-children.csv').problems
 */
export function parseKnowledge(text: string, file: string): { table?: KnowledgeTable; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  try {
    demandContent(text, { file });
    const [header = [], ...body] = parseCsv(text, file);
    const drafts = parseHeader(
      header.map((cell) => cell.trim()),
      file,
      problems,
    );
    if (problems.length > 0) return { problems };
    const filled = body.map((cells, index) => ({ cells, row: index + 2 })).filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
    const places = tailPlaces(drafts);
    const rows = filled.map(({ cells, row }) => parseRow(cells, drafts, places, file, row, problems)).filter((row) => row !== undefined);
    rowDemands(rows, file, problems);
    return problems.length > 0 ? { problems } : { table: makeTable(tableName(file), file, drafts, rows), problems };
  } catch (error) {
    if (error instanceof RefusedInput) return { problems: error.problems };
    throw error;
  }
}
