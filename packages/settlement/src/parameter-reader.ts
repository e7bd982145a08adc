import { inputProblems, listed, type Place, type Problem, parseScaled, type Words, words } from '@hengjian/standard';

export type Path = readonly (string | number)[];

/** Where what is wrong with a file is collected, with the place of each field. */
export interface Reading {
  /** The place of a field, or of the nearest one around it that the file has. */
  place(path: Path): Place;
  report(problem: Problem): void;
}

function invalid({ path, value, reading }: At, expected: Words): void {
  const shown = typeof value === 'string' ? value : words('此内容', 'this');
  reading.report(inputProblems.problem('value-invalid', { value: shown, expected }, reading.place(path)));
}

/** A value of the file with its place. */
export interface At {
  readonly value: unknown;
  readonly path: Path;
  readonly reading: Reading;
}

/** Reads a value; reports what is wrong and goes on with a stand-in, which is never used because the file is then refused. */
export type Read<Value> = (at: At) => Value;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text: Read<string> = (at) => {
  if (typeof at.value === 'string' && at.value !== '') return at.value;
  invalid(at, words('文字', 'a text'));
  return '';
};

/** A decimal with at most `places` decimals as a scaled whole number, from `least` to `most` (scaled as well). */
export function decimal(places: number, expected: Words, least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): Read<number> {
  return (at) => {
    const scaled = typeof at.value === 'string' ? parseScaled(at.value, places) : undefined;
    if (scaled !== undefined && scaled >= least && scaled <= most) return scaled;
    invalid(at, expected);
    return Math.max(least, 0);
  };
}

export const whole = decimal(0, words('不小于 0 的整数', 'a whole number of at least 0'), 0);
export const signedMoney = decimal(2, words('金额（元，最多两位小数）', 'an amount in yuan with at most two decimals'));
export const money = decimal(
  2,
  words('不小于 0 的金额（元，最多两位小数）', 'an amount in yuan of at least 0 with at most two decimals'),
  0,
);
export const share = decimal(4, words('0 至 1 的比例（最多四位小数）', 'a share from 0 to 1 with at most four decimals'), 0, 10_000);
export const ratio = decimal(4, words('大于 0 的数（最多四位小数）', 'a ratio above 0 with at most four decimals'), 1);
export const signedShare = decimal(
  4,
  words('-1 至 1 的比例（最多四位小数）', 'a share from -1 to 1 with at most four decimals'),
  -10_000,
  10_000,
);
export const rate = decimal(6, words('大于 0 的费率（元，最多六位小数）', 'a rate in yuan above 0 with at most six decimals'), 1);

export const flag: Read<boolean> = (at) => {
  if (at.value === 'true' || at.value === 'false') return at.value === 'true';
  invalid(at, words('true 或 false', 'true or false'));
  return false;
};

/** One of the values; the first stands in for a wrong one. */
export function choice<const Value extends string>(values: readonly [Value, ...Value[]]): Read<Value> {
  return (at) => {
    const found = values.find((each) => each === at.value);
    if (found !== undefined) return found;
    invalid(at, words(`${values.join('、')} 之一`, `one of ${values.join(', ')}`));
    return values[0];
  };
}

export function list<Value>(read: Read<Value>): Read<readonly Value[]> {
  return (at) => {
    const { value, path, reading } = at;
    if (Array.isArray(value)) return value.map((each: unknown, index) => read({ value: each, path: [...path, index], reading }));
    invalid(at, words('列表', 'a list'));
    return [];
  };
}

export function table<Value>(read: Read<Value>): Read<Readonly<Record<string, Value>>> {
  return (at) => {
    const { value, path, reading } = at;
    if (isRecord(value))
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, read({ value: each, path: [...path, key], reading })]));
    invalid(at, words('字段及其取值', 'fields with their values'));
    return {};
  };
}

/** The fields of a record. Fields with other names are reported. */
export class Fields<Key extends string> {
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly at: At;

  /** @param further names that somebody else reads */
  constructor(at: At, own: readonly Key[], further: readonly string[] = []) {
    const keys = [...own, ...further];
    this.at = at;
    this.values = isRecord(at.value) ? at.value : {};
    if (!isRecord(at.value)) invalid(at, words(`字段 ${keys.join('、')}`, `the fields ${keys.join(', ')}`));
    const known = new Set(keys);
    for (const name of Object.keys(this.values).filter((each) => !known.has(each))) {
      const values = { kind: words('字段', 'field'), name, known: listed(keys) };
      at.reading.report(inputProblems.problem('name-unknown', values, at.reading.place([...at.path, name])));
    }
  }

  private inside(key: Key): At {
    return { value: this.values[key], path: [...this.at.path, key], reading: this.at.reading };
  }

  has(key: Key): boolean {
    return this.values[key] !== undefined;
  }

  /** A field that must be there. */
  get<Value>(key: Key, read: Read<Value>, what: string | Words = key): Value {
    const at = this.inside(key);
    if (this.has(key)) return read(at);
    at.reading.report(inputProblems.problem('value-missing', { what }, at.reading.place(at.path)));
    return read({ ...at, reading: unheard });
  }

  or<Value>(key: Key, read: Read<Value>, otherwise: Value): Value {
    return this.has(key) ? read(this.inside(key)) : otherwise;
  }

  /** The field under its own name, or nothing. */
  maybe<Own extends Key, Value>(key: Own, read: Read<Value>): { readonly [Name in Own]?: Value } {
    const found: { [Name in Own]?: Value } = {};
    if (this.has(key)) found[key] = read(this.inside(key));
    return found;
  }

  /** Reports that a field does not say what it should. */
  invalid(key: Key, value: string | Words, expected: Words): void {
    this.report(key, (place) => inputProblems.problem('value-invalid', { value, expected }, place));
  }

  report(key: Key, problem: (place: Place) => Problem): void {
    this.at.reading.report(problem(this.at.reading.place([...this.at.path, key])));
  }
}

/** A name in both languages. */
export const names: Read<Words> = (at) => {
  const fields = new Fields(at, ['zh', 'en']);
  return { zh: fields.get('zh', text), en: fields.get('en', text) };
};

/** Takes the problems of the stand-in of a missing field, which was reported already. */
const unheard: Reading = { place: () => ({}), report: () => undefined };
