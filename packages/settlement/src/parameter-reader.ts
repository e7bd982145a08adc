import { basename } from 'node:path';
import { type Problem, parseScaled, RefusedInput } from '@hengjian/standard';
import { type Document, LineCounter, parseDocument } from 'yaml';

type Path = readonly (string | number)[];

/** Collects what is wrong with a YAML file, with the line and the path of each field. */
class Reading {
  readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly document: Document;
  private readonly lines: LineCounter;

  constructor(file: string, document: Document, lines: LineCounter) {
    this.file = file;
    this.document = document;
    this.lines = lines;
  }

  add(path: Path, message: string, remedy: string): void {
    let node: unknown;
    for (let length = path.length; length > 0 && node === undefined; length -= 1) node = this.document.getIn(path.slice(0, length), true);
    const offset = (node as { range?: readonly number[] } | undefined)?.range?.[0];
    const row = offset === undefined ? {} : { row: this.lines.linePos(offset).line };
    this.problems.push({ code: 'parameter-value', message, remedy, place: { file: this.file, ...row, field: path.join('.') } });
  }
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

export const text: Read<string> = ({ value, path, reading }) => {
  if (typeof value === 'string' && value !== '') return value;
  reading.add(path, 'a text is expected', 'write a text');
  return '';
};

/** A decimal with at most `places` decimals as a scaled whole number, from `least` to `most` (scaled as well). */
export function decimal(places: number, what: string, least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): Read<number> {
  return ({ value, path, reading }) => {
    const scaled = typeof value === 'string' ? parseScaled(value, places) : undefined;
    if (scaled !== undefined && scaled >= least && scaled <= most) return scaled;
    reading.add(path, `${typeof value === 'string' ? value : 'this'} is no ${what}`, `write a ${what}`);
    return Math.max(least, 0);
  };
}

export const whole = decimal(0, 'whole number of at least 0', 0);
export const signedMoney = decimal(2, 'amount in yuan with at most two decimals');
export const money = decimal(2, 'amount in yuan of at least 0 with at most two decimals', 0);
export const share = decimal(4, 'share from 0 to 1 with at most four decimals', 0, 10_000);
export const ratio = decimal(4, 'ratio above 0 with at most four decimals', 1);
export const signedShare = decimal(4, 'share from -1 to 1 with at most four decimals', -10_000, 10_000);
export const rate = decimal(6, 'rate in yuan above 0 with at most six decimals', 1);

export const flag: Read<boolean> = ({ value, path, reading }) => {
  if (value === 'true' || value === 'false') return value === 'true';
  reading.add(path, 'true or false is expected', 'write true or false');
  return false;
};

export function choice<Value extends string>(values: readonly [Value, ...Value[]] | readonly Value[]): Read<Value> {
  return ({ value, path, reading }) => {
    const found = values.find((each) => each === value);
    if (found !== undefined) return found;
    reading.add(path, `${typeof value === 'string' ? value : 'this'} is not known here`, `choose one of ${values.join(', ')}`);
    return values[0] as Value;
  };
}

export function list<Value>(read: Read<Value>): Read<readonly Value[]> {
  return ({ value, path, reading }) => {
    if (Array.isArray(value)) return value.map((each: unknown, index) => read({ value: each, path: [...path, index], reading }));
    reading.add(path, 'a list is expected', 'write a list');
    return [];
  };
}

export function table<Value>(read: Read<Value>): Read<Readonly<Record<string, Value>>> {
  return ({ value, path, reading }) => {
    if (isRecord(value))
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, read({ value: each, path: [...path, key], reading })]));
    reading.add(path, 'a table of fields is expected', 'write fields with their values');
    return {};
  };
}

/** The fields of a record. Fields with other names are reported. */
export class Fields<Key extends string> {
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly at: At;

  constructor(at: At, keys: readonly Key[]) {
    this.at = at;
    this.values = isRecord(at.value) ? at.value : {};
    if (!isRecord(at.value)) at.reading.add(at.path, 'fields are expected', `write the fields ${keys.join(', ')}`);
    for (const key of Object.keys(this.values)) {
      if (!(keys as readonly string[]).includes(key))
        at.reading.add([...at.path, key], `the field ${key} is not known`, `take it out, or use one of ${keys.join(', ')}`);
    }
  }

  private place(key: Key): At {
    return { value: this.values[key], path: [...this.at.path, key], reading: this.at.reading };
  }

  has(key: Key): boolean {
    return this.values[key] !== undefined;
  }

  get<Value>(key: Key, read: Read<Value>): Value {
    if (!this.has(key)) this.at.reading.add([...this.at.path, key], `${key} is missing`, `add ${key}`);
    return read(this.has(key) ? this.place(key) : { ...this.place(key), reading: unheard() });
  }

  or<Value>(key: Key, read: Read<Value>, otherwise: Value): Value {
    return this.has(key) ? read(this.place(key)) : otherwise;
  }

  /** The field under its own name, or nothing. */
  maybe<Own extends Key, Value>(key: Own, read: Read<Value>): Partial<Record<Own, Value>> {
    return this.has(key) ? ({ [key]: read(this.place(key)) } as Partial<Record<Own, Value>>) : {};
  }

  refuse(key: Key, message: string, remedy: string): void {
    this.at.reading.add([...this.at.path, key], message, remedy);
  }
}

/** Takes the problems of the stand-in of a missing field, which was reported already. */
const unheard = (): Reading => new Reading('', parseDocument(''), new LineCounter());

/** Reads a YAML text. Scalars stay text, so that no amount passes through a double. Throws RefusedInput with every problem. */
export function readYaml<Value>(source: string, file: string, read: Read<Value>): Value {
  const lines = new LineCounter();
  const document = parseDocument(source, { schema: 'failsafe', lineCounter: lines });
  if (document.errors.length > 0) {
    throw new RefusedInput(
      document.errors.map(({ message, pos }) => ({
        code: 'yaml-damaged',
        message: message.split('\n')[0] ?? message,
        remedy: 'mend the YAML',
        place: { file: basename(file), row: lines.linePos(pos[0]).line },
      })),
    );
  }
  const reading = new Reading(basename(file), document, lines);
  const value = read({ value: document.toJS(), path: [], reading });
  if (reading.problems.length > 0) throw new RefusedInput(reading.problems);
  return value;
}
