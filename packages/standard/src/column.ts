import { dictionary } from './dictionary.ts';
import { type Words, words } from './words.ts';

/**
 * How a column is stored.
 * - `code`: Int32Array of ids in the lake dictionary named by `of`, missing -1
 * - `code8`: the same in an Int8Array, for dictionaries of at most 127 values
 * - `day`: Int32Array of days since 1970-01-01, missing `missingInt`
 * - `minute`: Int32Array of local minutes since 1970-01-01 00:00, missing `missingInt`
 * - `row`: Int32Array of row numbers in the table named by `of` of the same segment, missing -1
 * - `ref`: Int32Array of numbers that are only compared for equality within one person, missing -1
 * - `scaled`: Float64Array of integers scaled as `decimals[of]` says, missing NaN
 * - `hash`: Float64Array of a 52-bit hash of a text, only compared for equality, missing NaN
 * - `text`: UTF-8 text, read for hits only, missing null
 */
export type ColumnKind = 'code' | 'code8' | 'day' | 'minute' | 'row' | 'ref' | 'scaled' | 'hash' | 'text';

/**
 * How several rows of a national table become one value: `first` and `last` by (setl_time, setl_id) for settlements and
 * by (begntime, mdtrt_id) for visits; `net` is the sum of a line and its refunds.
 */
export type Aggregate = 'sum' | 'net' | 'first' | 'last' | 'least' | 'greatest';

/** A national field that values come from. */
export interface ColumnSource {
  readonly table: string;
  readonly field: string;
  readonly aggregate?: Aggregate;
}

/** All there is to say of one column; ingest, the working form, the terms of rules and generators read it from here. */
export interface ColumnDefinition {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Dictionary of a code, table of a row, numeric type of a scaled column. */
  readonly of?: string;
  readonly nullable: boolean;
  /** National fields that a value comes from. Empty for what the working form makes itself. */
  readonly sources: readonly ColumnSource[];
  /** Whether ingest works the value out of all its sources; otherwise it is that of the first source that has one. */
  readonly derived: boolean;
  /** National fields as `table.field`, of which any one gives the column values; its sources unless it says otherwise. */
  readonly carriedBy: readonly string[];
  /**
   * Column of the same table that holds what the source said, where the stored number does not say it: another one for a
   * trace code, the column itself for a number that came from the source.
   */
  readonly said?: string;
  /** What people call it. */
  readonly words: Words;
  readonly note: string;
}

export const missingInt = -2_147_483_648;
export const missingCode = -1;

/** What a definition may say beside its kind and sources. */
export interface ColumnOptions {
  readonly nullable?: boolean;
  readonly note?: string;
  /** Where the national names are missing or too long. */
  readonly words?: Words;
  readonly derived?: boolean;
  readonly said?: string;
  /** Where not every source gives values by itself, or others do too. */
  readonly carriedBy?: readonly string[];
}

type Sources = ColumnSource | readonly ColumnSource[];

const isList = (sources: Sources): sources is readonly ColumnSource[] => Array.isArray(sources);

/** The national names of a field, those of a column of that name. */
function nationalWords(name: string, sources: readonly ColumnSource[]): Words | undefined {
  for (const { table } of sources) {
    const field = dictionary.tables.get(table)?.fields.get(name);
    if (field !== undefined) return words(field.name_zh, field.name_en);
  }
  return undefined;
}

/** Defines a column. */
export function column(
  name: string,
  kind: ColumnKind,
  of: string | undefined,
  given: Sources,
  options: ColumnOptions = {},
): ColumnDefinition {
  const sources = isList(given) ? given : [given];
  const note = options.note ?? '';
  return {
    name,
    kind,
    ...(of === undefined ? {} : { of }),
    nullable: options.nullable ?? true,
    sources,
    derived: options.derived ?? false,
    carriedBy: options.carriedBy ?? sources.map(({ table, field }) => `${table}.${field}`),
    ...(options.said === undefined ? {} : { said: options.said }),
    words: options.words ?? nationalWords(name, sources) ?? words(name, note === '' ? name : note),
    note,
  };
}

type Define = (name: string, sources: Sources, options?: ColumnOptions) => ColumnDefinition;
type DefineOf = (name: string, of: string, sources: Sources, options?: ColumnOptions) => ColumnDefinition;

export const code: DefineOf = (name, of, sources, options) => column(name, 'code', of, sources, options);
export const code8: DefineOf = (name, of, sources, options) => column(name, 'code8', of, sources, options);
export const day: Define = (name, sources, options) => column(name, 'day', undefined, sources, options);
export const minute: Define = (name, sources, options) => column(name, 'minute', undefined, sources, options);
export const hash: Define = (name, sources, options) => column(name, 'hash', undefined, sources, options);
export const ref: Define = (name, sources, options) => column(name, 'ref', undefined, sources, options);
export const text: Define = (name, sources, options) => column(name, 'text', undefined, sources, { nullable: false, ...options });
export const scaled: DefineOf = (name, of, sources, options) => column(name, 'scaled', of, sources, options);
export const money: Define = (name, sources, options) => column(name, 'scaled', 'money', sources, options);
/** The row that owns a row, in another table of the segment. */
export const row: DefineOf = (name, of, sources, options) => column(name, 'row', of, sources, { nullable: false, ...options });
/** First row, and row after the last, of what a row owns in another table of the segment. */
export const range = (of: string): readonly ColumnDefinition[] => [
  row(`${of}_start`, of, [], { note: `first row in ${of}` }),
  row(`${of}_end`, of, [], { note: `row after the last in ${of}` }),
];

/** Names fields of one national table. */
export const national =
  (table: string) =>
  (field: string, aggregate?: Aggregate): ColumnSource =>
    aggregate === undefined ? { table, field } : { table, field, aggregate };

/** Arrays of one table: typed arrays for everything but text, `(string | null)[]`-like readers for text. */
export interface TextColumn {
  readonly length: number;
  get(row: number): string | null;
}
export type NumberColumn = Int32Array | Int8Array | Float64Array;
export type ColumnData = NumberColumn | TextColumn;

export interface TableData {
  readonly length: number;
  readonly columns: Readonly<Record<string, ColumnData>>;
}

export const isText = (data: ColumnData): data is TextColumn => 'get' in data;

const loaded = (table: TableData | undefined, name: string): ColumnData => {
  const data = table?.columns[name];
  if (data === undefined) throw new Error(`column ${name} was not loaded`);
  return data;
};

function seen<Data extends ColumnData>(name: string, data: ColumnData, is: (data: ColumnData) => data is Data): Data {
  if (is(data)) return data;
  throw new Error(`column ${name} is stored in another way`);
}

type View<Data extends ColumnData> = (table: TableData | undefined, name: string) => Data;

const isNumbers = (data: ColumnData): data is NumberColumn => !isText(data);
const isWords = (data: ColumnData): data is Int32Array => data instanceof Int32Array;
const isIds = (data: ColumnData): data is Int32Array | Int8Array => data instanceof Int32Array || data instanceof Int8Array;
const isFloats = (data: ColumnData): data is Float64Array => data instanceof Float64Array;

/**
 * Views of a column by its kind; a column that is not loaded, or is of another kind, is a mistake of the program.
 * `words` are days, minutes, rows and refs, `floats` scaled values and hashes, `any` whatever it is.
 */
export const views = {
  any: loaded,
  text: (table: TableData | undefined, name: string): TextColumn => seen(name, loaded(table, name), isText),
  numbers: (table: TableData | undefined, name: string): NumberColumn => seen(name, loaded(table, name), isNumbers),
  ids: (table: TableData | undefined, name: string): Int32Array | Int8Array => seen(name, loaded(table, name), isIds),
  words: (table: TableData | undefined, name: string): Int32Array => seen(name, loaded(table, name), isWords),
  floats: (table: TableData | undefined, name: string): Float64Array => seen(name, loaded(table, name), isFloats),
} as const;

/** A view of a column that a table may lack; undefined when it is not loaded. */
export const viewIfLoaded = <Data extends ColumnData>(view: View<Data>, table: TableData | undefined, name: string): Data | undefined =>
  table?.columns[name] === undefined ? undefined : view(table, name);

/** An empty array of a stored column kind. */
export function arrayOf(kind: ColumnKind, length: number): Int32Array<ArrayBuffer> | Int8Array<ArrayBuffer> | Float64Array<ArrayBuffer> {
  switch (kind) {
    case 'code8':
      return new Int8Array(length);
    case 'scaled':
    case 'hash':
      return new Float64Array(length);
    default:
      return new Int32Array(length);
  }
}
