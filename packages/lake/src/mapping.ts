import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Encoding, encodings, type Layout } from '@hengjian/sources';
import {
  clipped,
  demandContent,
  dictionary,
  type Field,
  inputProblems,
  listed,
  type Place,
  type Problem,
  parseCsvRecords,
  parsedYaml,
  RefusedInput,
  readText,
  type Words,
  words,
  yamlReason,
} from '@hengjian/standard';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { type Estimate, estimatedFields, hasNoSettlement, type InstitutionFacts, institutionKeys, institutionOf } from './institution.ts';
import type { Meaning, PersonKey } from './land.ts';
import { type Question, withAnswers } from './questions.ts';
import { mostParts } from './split.ts';
import { type SourceUnit, sourceUnits } from './typed.ts';

/** How a national field is filled. A plain text is the name of a source column. */
export interface ColumnSpec {
  readonly from?: string;
  /** Columns of one kind, each with a row of its own that is numbered in the column `_part`; empty where a place has none. */
  readonly across?: readonly string[];
  /** A second column: the time of the day behind a date, or what tells stays with one number apart. */
  readonly with?: string;
  readonly constant?: string;
  /** `strptime` formats, tried in this order. */
  readonly formats: readonly string[];
  /** Unit of the source, when it is not that of the dictionary. */
  readonly unit?: SourceUnit;
  /** Offset of the times of the source from UTC, such as `+00:00`. */
  readonly zone?: string;
  /** Thousands separators and currency signs are taken off. */
  readonly decorated: boolean;
  /** National codes of local texts; `*` stands for every other text. */
  readonly codes: Readonly<Record<string, string>>;
  readonly crosswalk?: string;
  /** A pattern between several values of a cell; each becomes a row of its own, numbered in the column `_part`. */
  readonly split?: string;
  /** Digits of a code: one that a spreadsheet took for a number gets its zeros back. */
  readonly pad?: number;
  /** Share of the amount that is taken: an estimate. */
  readonly share?: number;
}

/** SQL of a mapping, and where it stands there. */
export interface Query {
  readonly sql: string;
  readonly place: Place;
}

export interface TableSource {
  readonly table: string;
  /** Name patterns of files; with `query` the named sources are read instead. */
  readonly files: readonly string[];
  readonly query?: Query;
  readonly layout: Layout;
  readonly columns: Readonly<Record<string, ColumnSpec>>;
  /** A column that says which lines give back, and its values that say so; their quantities and amounts count as negative. */
  readonly refunds?: { readonly column: string; readonly values: readonly string[] };
  readonly meaning: Meaning;
}

export interface Crosswalk {
  readonly name: string;
  /** Where it lies. */
  readonly file: string;
  readonly rows: readonly { readonly local: string; readonly national: string; readonly valid_from: string; readonly valid_to: string }[];
  /** Proposals nobody has confirmed; they are listed and never applied. */
  readonly proposals: number;
}

export interface Mapping {
  readonly file: string;
  /** Text of the mapping and its crosswalks: part of the identity of a batch. */
  readonly content: string;
  /** `grouping`: the files say no days of stays, so they are grouped and never taken into a lake that is kept. */
  readonly use: 'grouping' | undefined;
  readonly absent: readonly string[];
  readonly personKeys: readonly PersonKey[] | undefined;
  readonly patient: string | undefined;
  readonly sources: Readonly<Record<string, { readonly files: readonly string[]; readonly layout: Layout; readonly optional: boolean }>>;
  readonly tables: readonly TableSource[];
  readonly crosswalks: readonly Crosswalk[];
  readonly questions: readonly Question[];
  readonly institution: InstitutionFacts | undefined;
  /** Values that are assumed and not delivered. */
  readonly estimates: readonly Estimate[];
}

const layoutKeys = [
  'delimiter',
  'encoding',
  'header',
  'header_rows',
  'until',
  'above',
  'sheet',
  'continued',
  'skip_rows',
  'totals',
  'missing',
] as const;
const meaningKeys = [
  'fee_ocur_time',
  'precision',
  'quantities_daily',
  'fund_includes_account',
  'stays_count_both_days',
  'refund_match',
] as const;
const columnKeys = [
  'from',
  'with',
  'constant',
  'format',
  'formats',
  'unit',
  'zone',
  'decorated',
  'codes',
  'crosswalk',
  'split',
  'pad',
] as const;
const topKeys = [
  'version',
  'name',
  'note',
  'use',
  'absent',
  'person',
  'institution',
  'questions',
  'sources',
  'crosswalks',
  'tables',
] as const;
const personKeyNames: readonly PersonKey[] = ['psn_no', 'certno', 'institution', 'row'];

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
  /** The place of a part of the file, or of the nearest one around it that is there. */
  place(path: Path): Place {
    let node: unknown;
    for (let length = path.length; length > 0 && node === undefined; length -= 1) node = this.document.getIn(path.slice(0, length), true);
    const range = isNode(node) ? node.range : undefined;
    const row = range === undefined || range === null ? {} : { row: this.lines.linePos(range[0]).line };
    return { file: basename(this.file), ...row, field: path.map((part) => clipped(String(part))).join('.') };
  }
  add(path: Path, problem: (place: Place) => Problem): void {
    this.problems.push(problem(this.place(path)));
  }
  missing(path: Path, what: string | Words): void {
    this.add(path, (place) => inputProblems.problem('value-missing', { what }, place));
  }
  invalid(path: Path, value: unknown, expected: string | Words): void {
    this.add(path, (place) => inputProblems.problem('value-invalid', { value: String(value), expected }, place));
  }
  unknown(path: Path, kind: Words, name: string, known: Words): void {
    this.add(path, (place) => inputProblems.problem('name-unknown', { kind, name, known }, place));
  }
  object(path: Path, value: unknown, keys: readonly string[]): Obj {
    if (value === undefined || value === null) return {};
    const list = listed(keys);
    if (!isObject(value)) {
      this.invalid(path, value, words(`由键组成的块（${list.zh}）`, `a block of keys (${list.en})`));
      return {};
    }
    for (const key of Object.keys(value)) if (!keys.includes(key)) this.unknown([...path, key], words('键', 'key'), key, list);
    return value;
  }
}

const encodingOf = (value: unknown): Encoding | undefined => encodings.find((one) => one === String(value).toLowerCase());

function layoutOf(value: Obj): Layout {
  const encoding = encodingOf(value.encoding);
  return {
    ...(value.delimiter === undefined ? {} : { delimiter: String(value.delimiter) }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(value.header === undefined ? {} : { header: Number(value.header) }),
    ...(value.header_rows === undefined ? {} : { headerRows: Number(value.header_rows) }),
    ...(value.until === undefined ? {} : { until: Number(value.until) }),
    ...(value.above === undefined ? {} : { above: texts(value.above) }),
    ...(value.sheet === undefined ? {} : { sheet: Array.isArray(value.sheet) ? texts(value.sheet) : String(value.sheet) }),
    ...(value.continued === undefined ? {} : { continued: value.continued === true }),
    ...(value.skip_rows === undefined ? {} : { skipRows: String(value.skip_rows) }),
    ...(value.totals === undefined ? {} : { totals: String(value.totals) }),
    ...(value.missing === undefined ? {} : { missing: texts(value.missing) }),
  };
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/** Specifiers of `strptime` that the engine knows: https://duckdb.org/docs/sql/functions/dateformat */
const isTimeFormat = (text: string): boolean => /^(?:[^%]|%-?[aAbBcdfgGHIjmMnpSuUVwWxXyYzZ%])+$/.test(text);

function checkLayout(check: Checker, path: Path, value: Obj): void {
  if (value.encoding !== undefined && encodingOf(value.encoding) === undefined)
    check.invalid([...path, 'encoding'], value.encoding, encodings.join(', '));
  for (const key of ['header', 'until', 'header_rows'])
    if (value[key] !== undefined && !(Number.isInteger(value[key]) && Number(value[key]) >= 1))
      check.invalid([...path, key], value[key], words('从 1 起的行号', 'the number of a row, from 1'));
  for (const key of ['skip_rows', 'totals'])
    if (value[key] !== undefined && !isPattern(String(value[key])))
      check.invalid([...path, key], value[key], words('正则表达式', 'a regular expression'));
}

const isSourceUnit = (unit: unknown): unit is SourceUnit => sourceUnits.some((one) => one === unit);

function columnOf(check: Checker, path: Path, value: unknown): ColumnSpec {
  const plain = { formats: [], decorated: false, codes: {} } as const;
  if (typeof value === 'string') return { ...plain, ...fromOf(check, path, value) };
  const spec = check.object(path, value, columnKeys);
  if (spec.from === undefined && spec.constant === undefined) check.missing(path, words('from 或 constant', 'from or constant'));
  // An answer gives several formats as one text.
  const formats = texts(spec.formats ?? spec.format).flatMap((text) => text.split('|'));
  for (const format of formats)
    if (!isTimeFormat(format))
      check.invalid([...path, 'formats'], format, words('strptime 日期格式，例如 %Y%m%d', 'a strptime format, for example %Y%m%d'));
  if (spec.split !== undefined && !isPattern(String(spec.split)))
    check.invalid([...path, 'split'], spec.split, words('正则表达式', 'a regular expression'));
  if (spec.pad !== undefined && !(Number.isInteger(spec.pad) && Number(spec.pad) >= 1 && Number(spec.pad) <= 30))
    check.invalid([...path, 'pad'], spec.pad, words('1 到 30 的位数', 'a number of digits from 1 to 30'));
  if (spec.zone !== undefined && !/^(Z|[+-]\d{2}:\d{2})$/.test(String(spec.zone)))
    check.invalid([...path, 'zone'], spec.zone, words('Z 或与协调世界时的差，例如 +08:00', 'Z or an offset from UTC, for example +08:00'));
  return {
    ...fromOf(check, path, spec.from),
    ...(spec.with === undefined ? {} : { with: nameOf(check, [...path, 'with'], spec.with) }),
    ...(spec.constant === undefined ? {} : { constant: String(spec.constant) }),
    formats,
    ...(isSourceUnit(spec.unit) ? { unit: spec.unit } : {}),
    ...(spec.zone === undefined ? {} : { zone: String(spec.zone) }),
    decorated: spec.decorated === true,
    codes: Object.fromEntries(Object.entries(isObject(spec.codes) ? spec.codes : {}).map(([key, code]) => [key, String(code)])),
    ...(spec.crosswalk === undefined ? {} : { crosswalk: String(spec.crosswalk) }),
    ...(spec.split === undefined ? {} : { split: String(spec.split) }),
    ...(spec.pad === undefined ? {} : { pad: Number(spec.pad) }),
  };
}

/** The name of a column, which is never blank. */
function nameOf(check: Checker, path: Path, value: unknown): string {
  const name = String(value ?? '');
  if (name.trim() === '') check.missing(path, words('列名', 'the name of a column'));
  return name;
}

/** A column, or a list of columns of one kind. */
function fromOf(check: Checker, path: Path, from: unknown): Pick<ColumnSpec, 'from' | 'across'> {
  if (!Array.isArray(from)) return from === undefined ? {} : { from: nameOf(check, path, from) };
  const across = from.map((name) => String(name ?? ''));
  const first = across.find((name) => name !== '');
  if (first === undefined) check.missing([...path, 'from'], words('列名', 'names of columns'));
  if (across.length > mostParts)
    check.invalid([...path, 'from'], across.length, words(`不超过 ${mostParts} 列`, `at most ${mostParts} columns`));
  return first === undefined ? {} : { from: first, across };
}

/** Lists of an entry are places of the same rows: of one length, and of columns that nothing else of the entry reads. */
function checkLists(check: Checker, path: Path, columns: Readonly<Record<string, ColumnSpec>>): void {
  const all = Object.entries(columns);
  const lists = all.flatMap(([field, { across }]) => (across === undefined ? [] : [{ field, across }]));
  const places = lists[0]?.across.length ?? 0;
  const expected = words(`与 ${lists[0]?.field} 一样的 ${places} 列`, `${places} columns as ${lists[0]?.field} has`);
  for (const { field, across } of lists) {
    const at = [...path, 'columns', field, 'from'];
    if (across.length !== places) check.invalid(at, across.length, expected);
    const twice = across.find((name) => name !== '' && all.some(([, one]) => one.across === undefined && one.from === name));
    if (twice !== undefined) check.invalid(at, twice, words('只在列表中使用的列', 'a column that is read in lists only'));
  }
}

const noCrosswalks = words('无。请先在 crosswalks 下声明', 'none yet; declare it under crosswalks');

/** Values a meaning can have; others are refused, so that none is ignored. */
const meaningValues: Readonly<Record<string, readonly unknown[]>> = {
  fee_ocur_time: ['ordered', 'executed', 'billed'],
  precision: ['day', 'minute'],
  refund_match: ['visit_item_price'],
};

function checkMeaning(check: Checker, path: Path, value: Obj): void {
  for (const [key, given] of Object.entries(value)) {
    const allowed = meaningValues[key] ?? [true, false];
    if (meaningKeys.some((one) => one === key) && !allowed.includes(given)) check.invalid([...path, key], given, allowed.join(', '));
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

/** Units that a field can be given in, by the unit of the dictionary. */
const unitsOf: Readonly<Record<string, readonly string[]>> = { yuan: ['yuan', 'fen', 'wan'], g: ['g', 'kg'], day: ['day', 'month'] };

function checkUnit(check: Checker, path: Path, spec: unknown, field: Field | undefined): void {
  const unit = isObject(spec) ? spec.unit : undefined;
  const allowed = unitsOf[field?.unit ?? ''] ?? [];
  if (unit !== undefined && field !== undefined && !allowed.some((one) => one === unit))
    check.invalid([...path, 'unit'], unit, listed(allowed, words('该字段没有单位', 'the field has no unit')));
}

function columnsOf(check: Checker, path: Path, value: unknown, { table, crosswalks }: TableContext): Record<string, ColumnSpec> {
  if (!isObject(value)) {
    check.missing(path, 'columns');
    return {};
  }
  const fields = dictionary.tables.get(table)?.fields;
  const entries = Object.entries(value).map(([field, spec]): [string, ColumnSpec] => {
    const at = [...path, 'columns', field];
    const kind = words(`${table} 的字段`, `field of ${table}`);
    if (fields !== undefined && !fields.has(field)) check.unknown(at, kind, field, listed([...fields.keys()]));
    const column = columnOf(check, at, spec);
    checkUnit(check, at, spec, fields?.get(field));
    if (column.with !== undefined && ['pseudonym', 'drop'].includes(fields?.get(field)?.privacy ?? ''))
      check.invalid([...at, 'with'], column.with, words('人员编号只能取一列', 'a number of a person comes from one column'));
    if (column.crosswalk !== undefined && !crosswalks.includes(column.crosswalk))
      check.unknown(at, words('对照表', 'crosswalk'), column.crosswalk, listed(crosswalks, noCrosswalks));
    return [field, column];
  });
  const columns = Object.fromEntries(entries);
  checkLists(check, path, columns);
  return columns;
}

interface TableContext {
  readonly table: string;
  readonly crosswalks: readonly string[];
  readonly institution: InstitutionFacts | undefined;
  readonly use: Mapping['use'];
}

/** The columns with what the section of the hospital fills where no column does. */
function withInstitution(columns: Readonly<Record<string, ColumnSpec>>, { table, institution }: TableContext): Record<string, ColumnSpec> {
  const fields = dictionary.tables.get(table)?.fields;
  if (institution === undefined || fields === undefined) return { ...columns };
  const constant = (field: string, value: string | undefined): Record<string, ColumnSpec> =>
    value === undefined || columns[field] !== undefined || !fields.has(field)
      ? {}
      : { [field]: { constant: value, formats: [], decorated: false, codes: {} } };
  const { code, name, inScope } = institution;
  const amount = columns.det_item_fee_sumamt;
  const isEstimated = table === 'fee_list_d' && inScope !== undefined && amount !== undefined && columns.inscp_amt === undefined;
  return {
    ...columns,
    ...constant('fixmedins_code', code === '' ? undefined : code),
    ...constant('fixmedins_name', name),
    ...(isEstimated ? { inscp_amt: { ...amount, share: inScope } } : {}),
  };
}

/** Without days of its own a stay of a grouping ends on the day on which it begins; how long it was stands in its days. */
const withEnd = (columns: Record<string, ColumnSpec>, { table, use }: TableContext): Record<string, ColumnSpec> =>
  use !== 'grouping' || table !== 'mdtrt_d' || columns.begntime === undefined || columns.endtime !== undefined
    ? columns
    : { ...columns, endtime: columns.begntime };

/** A file with a layout of its own, and the names of those that have none. */
function filesOf(check: Checker, path: Path, value: unknown): readonly { readonly files: readonly string[]; readonly own: Obj }[] {
  const all = listOf(value);
  const plain = all.filter((one) => !isObject(one)).map(String);
  const own = all.flatMap((one, index) => {
    if (!isObject(one)) return [];
    const entry = check.object([...path, 'files', index], one, ['file', ...layoutKeys]);
    if (entry.file === undefined) check.missing([...path, 'files', index], 'file');
    checkLayout(check, [...path, 'files', index], entry);
    return [{ files: [String(entry.file ?? '')], own: entry }];
  });
  return [...(plain.length > 0 || own.length === 0 ? [{ files: plain, own: {} }] : []), ...own];
}

/** Which lines give back: a column and its values. */
function refundsOf(check: Checker, path: Path, value: unknown, table: string): Pick<TableSource, 'refunds'> {
  if (value === undefined) return {};
  if (table !== 'fee_list_d') check.invalid(path, table, 'fee_list_d');
  const entry = check.object(path, value, ['column', 'values']);
  return {
    refunds: {
      column: nameOf(check, [...path, 'column'], entry.column),
      values: listOf(entry.values).flatMap((value) => String(value).split('|')),
    },
  };
}

function tableSources(check: Checker, path: Path, value: unknown, context: TableContext): TableSource[] {
  const { table } = context;
  const entry = check.object(path, value, ['files', 'query', 'columns', 'refunds', 'meaning', ...layoutKeys]);
  checkLayout(check, path, entry);
  const columns = withEnd(withInstitution(columnsOf(check, path, entry.columns, context), context), context);
  if (entry.files === undefined && entry.query === undefined) check.missing(path, words('files 或 query', 'files or query'));
  if (entry.files !== undefined && entry.query !== undefined)
    check.add(path, (place) => inputProblems.problem('options-exclude', { first: 'files', second: 'query' }, place));
  for (const field of dictionary.tables.get(table)?.fields.values() ?? []) {
    const free = field.nullable || (field.name === 'psn_no' && table !== 'psn_info_b');
    const what = words(`必填字段 ${field.name}（${field.name_zh}）`, `the required field ${field.name} (${field.name_en})`);
    if (!free && columns[field.name] === undefined) check.missing([...path, 'columns'], what);
  }
  const meaning = check.object([...path, 'meaning'], entry.meaning, meaningKeys);
  checkMeaning(check, [...path, 'meaning'], meaning);
  const refunds = refundsOf(check, [...path, 'refunds'], entry.refunds, table);
  return filesOf(check, path, entry.files).map(({ files, own }) => ({
    table,
    files,
    ...(entry.query === undefined ? {} : { query: { sql: String(entry.query), place: check.place([...path, 'query']) } }),
    layout: layoutOf({ ...entry, ...own }),
    columns,
    ...refunds,
    meaning: meaningOf(meaning),
  }));
}

function readCrosswalk(check: Checker, folder: string, name: string, value: unknown): { crosswalk: Crosswalk; content: string } {
  const path = ['crosswalks', name];
  const entry = check.object(path, value, ['file', 'optional']);
  const file = join(folder, String(entry.file ?? ''));
  if (entry.optional === true && entry.file !== undefined && statSync(file, { throwIfNoEntry: false }) === undefined)
    return { crosswalk: { name, file, rows: [], proposals: 0 }, content: '' };
  if (entry.file === undefined || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    const expected = words(
      '存在的 CSV 文件，列为 local、national、valid_from、valid_to、confirmed_by',
      'a CSV that exists, with local, national, valid_from, valid_to, confirmed_by',
    );
    check.invalid(path, entry.file ?? '', expected);
    return { crosswalk: { name, file, rows: [], proposals: 0 }, content: '' };
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
  return { crosswalk: { name, file, rows, proposals: records.length - confirmed.length }, content };
}

function sourcesOf(check: Checker, value: unknown): Mapping['sources'] {
  const entries = Object.entries(isObject(value) ? value : {}).map(([name, given]) => {
    const entry = check.object(['sources', name], given, ['files', 'optional', ...layoutKeys]);
    checkLayout(check, ['sources', name], entry);
    return [name, { files: texts(entry.files), layout: layoutOf(entry), optional: entry.optional === true }] as const;
  });
  return Object.fromEntries(entries);
}

const isPersonKey = (key: string): key is PersonKey => personKeyNames.some((one) => one === key);

function personOf(check: Checker, value: unknown): Pick<Mapping, 'personKeys' | 'patient'> {
  const person = check.object(['person'], value, ['keys', 'patient']);
  const keys = texts(person.keys);
  for (const key of keys) if (!isPersonKey(key)) check.invalid(['person', 'keys'], key, personKeyNames.join(', '));
  return {
    personKeys: keys.length === 0 ? undefined : keys.filter(isPersonKey),
    patient: person.patient === undefined ? undefined : String(person.patient),
  };
}

/** Refuses the name of a table that the dictionary does not have. */
function knownTable(check: Checker, path: Path, table: string): void {
  if (!dictionary.tables.has(table)) check.unknown(path, words('表', 'table'), table, listed([...dictionary.tables.keys()]));
}

function tablesOf(check: Checker, value: unknown, context: Omit<TableContext, 'table'>): TableSource[] {
  return Object.entries(isObject(value) ? value : {}).flatMap(([table, given]) => {
    knownTable(check, ['tables', table], table);
    return listOf(given).flatMap((entry, index) => {
      const path = Array.isArray(given) ? ['tables', table, index] : ['tables', table];
      return tableSources(check, path, entry, { table, ...context });
    });
  });
}

function institutionFacts(check: Checker, given: Readonly<Record<string, unknown>>): InstitutionFacts | undefined {
  return institutionOf(given, (key, one, expected) => {
    const isAsked = one === '' && check.problems.some(({ code }) => code === 'question-open');
    if (!isAsked) check.invalid(['institution', key], one, expected);
  });
}

/** What a mapping assumes: only of lines that it reads, and the scope only where no column says it. */
function estimatesOf(tables: readonly TableSource[], institution: InstitutionFacts | undefined): readonly Estimate[] {
  if (institution === undefined) return [];
  const { code, inScope, fundShare } = institution;
  const one = (field: string, share: number | undefined, isUsed: boolean): Estimate[] =>
    share === undefined || !isUsed ? [] : [{ field, institution: code, share }];
  const isEstimated = tables.some(({ columns }) => columns.inscp_amt?.share !== undefined);
  const hasLines = tables.some(({ table }) => table === 'fee_list_d');
  return [...one(estimatedFields.scope, inScope, isEstimated), ...one(estimatedFields.fund, fundShare, hasLines)];
}

/** Without a code only lines that name no institution can be assumed of. */
function checkUnnamed(check: Checker, institution: InstitutionFacts | undefined, tables: readonly TableSource[]): void {
  if (institution?.code !== '' || !tables.some(({ columns }) => columns.fixmedins_code !== undefined)) return;
  check.invalid(
    ['institution', 'code'],
    '',
    words('医保定点编码（映射的行写明了机构）', 'the code of the institution: rows of the mapping name one'),
  );
}

/** Refuses assumptions about what the same mapping reads. */
function checkAssumed(check: Checker, institution: InstitutionFacts | undefined): void {
  const assumed = [['in_scope', institution?.inScope] as const, ['fund_share', institution?.fundShare] as const];
  for (const [key, share] of assumed)
    if (share !== undefined)
      check.invalid(
        ['institution', key],
        share,
        words('空（映射读取结算表，不能假定）', 'empty: the mapping reads settlements, so nothing is assumed'),
      );
}

/** A mapping, and what is wrong with it apart from its SQL, with file, line and remedy. Refuses one that is missing or empty. */
export function parseMapping(file: string): { readonly mapping: Mapping; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const text = readText(file);
  demandContent(text, { file: basename(file) });
  const document = parseDocument(text, { lineCounter: lines });
  const check = new Checker(file, document, lines);
  // What follows the first fault of a text is mostly its consequence.
  for (const error of document.errors.slice(0, 1)) {
    const place = { file: basename(file), row: lines.linePos(error.pos[0]).line };
    check.problems.push(inputProblems.problem('file-damaged', { format: 'YAML', reason: yamlReason(error) }, place));
  }
  const isYaml = document.errors.length === 0;
  // Aliases are put in here, and some texts are made of nothing else.
  const answered = withAnswers(isYaml ? parsedYaml(text, basename(file), () => document.toJS()) : {});
  const { content, questions } = answered;
  for (const { index, problem } of answered.problems)
    check.add(['questions', index], (place) => ({ ...problem, place: { ...place, field: problem.place?.field ?? '' } }));
  // Of another file, a table for example, one thing is said and not something of every line.
  const foreign = isObject(content) && isYaml && !topKeys.some((key) => key in content);
  const top = check.object([], foreign ? {} : content, topKeys);
  if (top.version !== undefined && top.version !== 1) check.invalid(['version'], top.version, '1');
  const hospital = check.object(['institution'], top.institution, institutionKeys);
  const institution = institutionFacts(check, hospital);
  const named = texts(top.absent);
  for (const table of named) knownTable(check, ['absent'], table);
  const person = personOf(check, top.person);
  const given = Object.entries(isObject(top.crosswalks) ? top.crosswalks : {});
  const crosswalks = given.map(([name, value]) => readCrosswalk(check, dirname(file), name, value));
  const sources = sourcesOf(check, top.sources);
  const names = crosswalks.map((one) => one.crosswalk.name);
  const use = top.use === 'grouping' ? ('grouping' as const) : undefined;
  if (top.use !== undefined && use === undefined) check.invalid(['use'], top.use, 'grouping');
  const tables = tablesOf(check, top.tables, { crosswalks: names, institution, use });
  const isSettled = tables.some(({ table }) => table === 'setl_d');
  const absent = hasNoSettlement(hospital) && !isSettled ? [...new Set([...named, 'setl_d'])] : named;
  if (isSettled) checkAssumed(check, institution);
  checkUnnamed(check, institution, tables);
  // Facts of the hospital alone are enough: messages of the interface need no table.
  if (tables.length === 0 && top.institution === undefined && isYaml) check.missing(['tables'], 'tables');
  const everything = [text, ...crosswalks.map((one) => one.content)].join('\n');
  const estimates = estimatesOf(tables, institution);
  const found = { use, absent, ...person, sources, tables, questions, institution, estimates };
  const mapping = { file, content: everything, ...found, crosswalks: crosswalks.map((one) => one.crosswalk) };
  return { mapping, problems: check.problems };
}

/** Reads a mapping; refuses one with problems. */
export function readMapping(file: string): Mapping {
  const { mapping, problems } = parseMapping(file);
  if (problems.length > 0) throw new RefusedInput(problems);
  return mapping;
}
