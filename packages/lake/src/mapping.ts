import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { dictionary, type Problem, parseCsvRecords, RefusedInput } from '@hengjian/standard';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { Encoding } from './encoding.ts';
import type { Meaning, PersonKey } from './land.ts';
import type { Layout } from './stage.ts';

/** How a national field is filled. A plain text is the name of a source column. */
export interface ColumnSpec {
  readonly from?: string;
  readonly constant?: string;
  /** `strptime` formats, tried in this order. */
  readonly formats: readonly string[];
  readonly unit: 'yuan' | 'fen';
  /** Thousands separators and currency signs are taken off. */
  readonly decorated: boolean;
  readonly codes: Readonly<Record<string, string>>;
  readonly crosswalk?: string;
}

export interface TableSource {
  readonly table: string;
  /** Name patterns of files; with `query` the named sources are read instead. */
  readonly files: readonly string[];
  readonly query?: string;
  readonly layout: Layout;
  readonly columns: Readonly<Record<string, ColumnSpec>>;
  readonly meaning: Meaning;
}

export interface Crosswalk {
  readonly name: string;
  readonly rows: readonly { readonly local: string; readonly national: string; readonly valid_from: string; readonly valid_to: string }[];
  /** Proposals nobody has confirmed; they are listed and never applied. */
  readonly proposals: number;
}

export interface Mapping {
  readonly file: string;
  /** Text of the mapping and its crosswalks: part of the identity of a batch. */
  readonly content: string;
  readonly absent: readonly string[];
  readonly personKeys: readonly PersonKey[] | undefined;
  readonly patient: string | undefined;
  readonly sources: Readonly<Record<string, { readonly files: readonly string[]; readonly layout: Layout; readonly optional: boolean }>>;
  readonly tables: readonly TableSource[];
  readonly crosswalks: readonly Crosswalk[];
}

const layoutKeys = ['delimiter', 'encoding', 'header', 'sheet', 'continued', 'skip_rows', 'missing'] as const;
const meaningKeys = [
  'fee_ocur_time',
  'precision',
  'quantities_daily',
  'fund_includes_account',
  'stays_count_both_days',
  'refund_match',
] as const;
const columnKeys = ['from', 'constant', 'format', 'formats', 'unit', 'decorated', 'codes', 'crosswalk'] as const;
const topKeys = ['version', 'name', 'note', 'absent', 'person', 'sources', 'crosswalks', 'tables'] as const;
const personKeyNames: readonly string[] = ['psn_no', 'certno', 'institution', 'row'];

type Path = readonly (string | number)[];
type Obj = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Obj => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const texts = (value: unknown): string[] => listOf(value).map(String);

class Checker {
  readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly document: Document;
  private readonly lines: LineCounter;
  constructor(file: string, document: Document, lines: LineCounter) {
    this.file = file;
    this.document = document;
    this.lines = lines;
  }
  add(path: Path, code: string, message: string, remedy: string): void {
    let node: unknown;
    for (let length = path.length; length > 0 && node === undefined; length -= 1) node = this.document.getIn(path.slice(0, length), true);
    const offset = (node as { range?: readonly number[] } | undefined)?.range?.[0];
    const place = {
      file: basename(this.file),
      ...(offset === undefined ? {} : { row: this.lines.linePos(offset).line }),
      field: path.join('.'),
    };
    this.problems.push({ code, message, remedy, place });
  }
  object(path: Path, value: unknown, keys: readonly string[]): Obj {
    if (value === undefined || value === null) return {};
    if (!isObject(value)) {
      this.add(path, 'mapping-wrong-type', 'a block of keys is expected here', `write keys such as ${keys.slice(0, 3).join(', ')}`);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (!keys.includes(key)) this.add([...path, key], 'mapping-unknown-field', `unknown key ${key}`, `use one of ${keys.join(', ')}`);
    }
    return value;
  }
}

function layoutOf(value: Obj): Layout {
  return {
    ...(value.delimiter === undefined ? {} : { delimiter: String(value.delimiter) }),
    ...(value.encoding === undefined ? {} : { encoding: String(value.encoding).toLowerCase() as Encoding }),
    ...(value.header === undefined ? {} : { header: Number(value.header) }),
    ...(value.sheet === undefined ? {} : { sheet: String(value.sheet) }),
    ...(value.continued === undefined ? {} : { continued: value.continued === true }),
    ...(value.skip_rows === undefined ? {} : { skipRows: String(value.skip_rows) }),
    ...(value.missing === undefined ? {} : { missing: texts(value.missing) }),
  };
}

function checkLayout(check: Checker, path: Path, value: Obj): void {
  if (value.encoding !== undefined && !['utf-8', 'gb18030', 'utf-16le'].includes(String(value.encoding).toLowerCase())) {
    check.add([...path, 'encoding'], 'mapping-value', `unknown encoding ${String(value.encoding)}`, 'use utf-8, gb18030 or utf-16le');
  }
  if (value.header !== undefined && !(Number.isInteger(value.header) && Number(value.header) >= 1)) {
    check.add([...path, 'header'], 'mapping-value', 'the header row is no whole number from 1', 'count the rows from 1');
  }
}

function columnOf(check: Checker, path: Path, value: unknown): ColumnSpec {
  const plain = { formats: [], unit: 'yuan', decorated: false, codes: {} } as const;
  if (typeof value === 'string') return { ...plain, from: value };
  const spec = check.object(path, value, columnKeys);
  if (spec.from === undefined && spec.constant === undefined)
    check.add(
      path,
      'mapping-column-empty',
      'the column has neither from nor constant',
      'name a source column with from, or give a constant',
    );
  if (spec.unit !== undefined && spec.unit !== 'yuan' && spec.unit !== 'fen')
    check.add([...path, 'unit'], 'mapping-value', 'unknown unit', 'use yuan or fen');
  return {
    ...(spec.from === undefined ? {} : { from: String(spec.from) }),
    ...(spec.constant === undefined ? {} : { constant: String(spec.constant) }),
    formats: texts(spec.formats ?? spec.format),
    unit: spec.unit === 'fen' ? 'fen' : 'yuan',
    decorated: spec.decorated === true,
    codes: Object.fromEntries(Object.entries(isObject(spec.codes) ? spec.codes : {}).map(([key, code]) => [key, String(code)])),
    ...(spec.crosswalk === undefined ? {} : { crosswalk: String(spec.crosswalk) }),
  };
}

/** Values a meaning can have; others are refused, so that none is ignored. */
const meaningValues: Readonly<Record<string, readonly unknown[]>> = {
  fee_ocur_time: ['ordered', 'executed', 'billed'],
  precision: ['day', 'minute'],
  refund_match: ['visit_item_price'],
};

function checkMeaning(check: Checker, path: Path, value: Obj): void {
  for (const [key, given] of Object.entries(value)) {
    const allowed = meaningValues[key] ?? [true, false];
    if (meaningKeys.some((one) => one === key) && !allowed.includes(given))
      check.add([...path, key], 'mapping-value', `${key} cannot be ${String(given)}`, `use ${allowed.join(', ')}`);
  }
}

/** The time at which something was ordered or billed says on which day it was done, not in which minute. */
function precisionOf(value: Obj): 'day' | 'minute' | undefined {
  if (value.precision !== undefined) return value.precision === 'day' ? 'day' : 'minute';
  return value.fee_ocur_time === 'ordered' || value.fee_ocur_time === 'billed' ? 'day' : undefined;
}

function meaningOf(value: Obj): Meaning {
  const precision = precisionOf(value);
  return {
    ...(precision === undefined ? {} : { timePrecision: precision }),
    ...(value.quantities_daily === undefined ? {} : { dailyQuantity: value.quantities_daily === true }),
    ...(value.fund_includes_account === undefined ? {} : { fundIncludesAccount: value.fund_includes_account === true }),
    ...(value.stays_count_both_days === undefined ? {} : { staysCountBothDays: value.stays_count_both_days === true }),
  };
}

function tableSource(check: Checker, table: string, path: Path, value: unknown, crosswalks: readonly string[]): TableSource {
  const entry = check.object(path, value, ['files', 'query', 'columns', 'meaning', ...layoutKeys]);
  checkLayout(check, path, entry);
  const fields = dictionary.tables.get(table)?.fields;
  const columns: Record<string, ColumnSpec> = {};
  if (isObject(entry.columns)) {
    for (const [field, spec] of Object.entries(entry.columns)) {
      if (fields !== undefined && !fields.has(field))
        check.add(
          [...path, 'columns', field],
          'mapping-unknown-column',
          `${table} has no field ${field}`,
          'use a field code of the dictionary (docs/reference/tables.md)',
        );
      const column = columnOf(check, [...path, 'columns', field], spec);
      if (column.crosswalk !== undefined && !crosswalks.includes(column.crosswalk))
        check.add([...path, 'columns', field], 'mapping-value', `no crosswalk ${column.crosswalk}`, 'declare it under crosswalks');
      columns[field] = column;
    }
  } else check.add(path, 'mapping-no-columns', 'the table has no columns', 'add columns: field: source column');
  if ((entry.files === undefined) === (entry.query === undefined))
    check.add(path, 'mapping-no-source', 'the table needs either files or query', 'name files (a pattern) or a query over sources');
  for (const field of fields?.values() ?? []) {
    const free = field.nullable || (field.name === 'psn_no' && table !== 'psn_info_b');
    if (!free && columns[field.name] === undefined)
      check.add(
        [...path, 'columns'],
        'mapping-required',
        `the required field ${field.name} (${field.name_zh}) of ${table} is not filled`,
        'map a column or give a constant',
      );
  }
  const meaning = check.object([...path, 'meaning'], entry.meaning, meaningKeys);
  checkMeaning(check, [...path, 'meaning'], meaning);
  return {
    table,
    files: texts(entry.files),
    ...(entry.query === undefined ? {} : { query: String(entry.query) }),
    layout: layoutOf(entry),
    columns,
    meaning: meaningOf(meaning),
  };
}

function readCrosswalk(check: Checker, folder: string, name: string, value: unknown): { crosswalk: Crosswalk; content: string } {
  const path = ['crosswalks', name];
  const entry = check.object(path, value, ['file']);
  const file = join(folder, String(entry.file ?? ''));
  if (entry.file === undefined || !existsSync(file)) {
    check.add(
      path,
      'mapping-crosswalk-missing',
      `the crosswalk file ${String(entry.file ?? '')} does not exist`,
      'name a CSV with local, national, valid_from, valid_to, confirmed_by',
    );
    return { crosswalk: { name, rows: [], proposals: 0 }, content: '' };
  }
  const content = readFileSync(file, 'utf8');
  const records = parseCsvRecords(content, basename(file));
  const confirmed = records.filter((record) => (record.confirmed_by ?? '') !== '' && (record.national ?? '') !== '');
  const rows = confirmed.map((record) => ({
    local: record.local ?? '',
    national: record.national ?? '',
    valid_from: record.valid_from ?? '',
    valid_to: record.valid_to ?? '',
  }));
  return { crosswalk: { name, rows, proposals: records.length - confirmed.length }, content };
}

function parse(file: string): { mapping: Mapping; problems: Problem[] } {
  const lines = new LineCounter();
  const text = readFileSync(file, 'utf8');
  const document = parseDocument(text, { lineCounter: lines });
  const check = new Checker(file, document, lines);
  for (const error of document.errors) {
    check.problems.push({
      code: 'mapping-not-yaml',
      message: error.message.split('\n')[0] ?? '',
      remedy: 'mend the YAML',
      place: { file: basename(file), row: lines.linePos(error.pos[0]).line },
    });
  }
  const top = check.object([], document.errors.length > 0 ? {} : document.toJS(), topKeys);
  const absent = texts(top.absent);
  for (const table of absent)
    if (!dictionary.tables.has(table))
      check.add(['absent'], 'mapping-unknown-table', `no table ${table} in the dictionary`, 'use a table of the dictionary');
  const person = check.object(['person'], top.person, ['keys', 'patient']);
  const keys = texts(person.keys);
  for (const key of keys)
    if (!personKeyNames.includes(key))
      check.add(['person', 'keys'], 'mapping-value', `unknown person key ${key}`, `use ${personKeyNames.join(', ')}`);
  const crosswalks = Object.entries(isObject(top.crosswalks) ? top.crosswalks : {}).map(([name, value]) =>
    readCrosswalk(check, dirname(file), name, value),
  );
  const sources = Object.fromEntries(
    Object.entries(isObject(top.sources) ? top.sources : {}).map(([name, value]) => {
      const entry = check.object(['sources', name], value, ['files', 'optional', ...layoutKeys]);
      checkLayout(check, ['sources', name], entry);
      return [name, { files: texts(entry.files), layout: layoutOf(entry), optional: entry.optional === true }];
    }),
  );
  const names = crosswalks.map((one) => one.crosswalk.name);
  const tables = Object.entries(isObject(top.tables) ? top.tables : {}).flatMap(([table, value]) => {
    if (!dictionary.tables.has(table))
      check.add(['tables', table], 'mapping-unknown-table', `no table ${table} in the dictionary`, 'use a table of the dictionary');
    return listOf(value).map((entry, index) =>
      tableSource(check, table, Array.isArray(value) ? ['tables', table, index] : ['tables', table], entry, names),
    );
  });
  if (tables.length === 0 && document.errors.length === 0)
    check.add(['tables'], 'mapping-empty', 'the mapping fills no table', 'add tables: with at least one table');
  const content = [text, ...crosswalks.map((one) => one.content)].join('\n');
  return {
    mapping: {
      file,
      content,
      absent,
      personKeys: keys.length === 0 ? undefined : (keys as PersonKey[]),
      patient: person.patient === undefined ? undefined : String(person.patient),
      sources,
      tables,
      crosswalks: crosswalks.map((one) => one.crosswalk),
    },
    problems: check.problems,
  };
}

const missingFile = (file: string): Problem => ({
  code: 'file-missing',
  message: 'no such mapping file',
  remedy: 'check the path',
  place: { file },
});

/** Problems of a mapping file, with file, line and remedy; empty when it is in order. */
export function checkMapping(file: string): Problem[] {
  return existsSync(file) ? parse(file).problems : [missingFile(file)];
}

/** Reads a mapping; refuses one with problems. */
export function readMapping(file: string): Mapping {
  if (!existsSync(file)) throw new RefusedInput(missingFile(file));
  const { mapping, problems } = parse(file);
  if (problems.length > 0) throw new RefusedInput(problems);
  return mapping;
}
