/** Where a parsed value is not what it should be. */
export class ShapeFault extends Error {
  constructor(path: string, expected: string) {
    super(`${path === '' ? 'it' : path} is no ${expected}`);
    this.name = 'ShapeFault';
  }
}

/** Reads a parsed value of unknown shape; throws ShapeFault with its path where it does not fit. */
export type Reader<Value> = (value: unknown, path: string) => Value;

export const textValue: Reader<string> = (value, path) => {
  if (typeof value !== 'string') throw new ShapeFault(path, 'text');
  return value;
};

/** A whole number from `least` on. */
export const wholeFrom =
  (least: number): Reader<number> =>
  (value, path) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least)
      throw new ShapeFault(path, `whole number from ${least}`);
    return value;
  };

export const whole: Reader<number> = wholeFrom(0);

/** A text that matches a pattern. */
export const textLike =
  (pattern: RegExp, expected: string): Reader<string> =>
  (value, path) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw new ShapeFault(path, expected);
    return value;
  };

export const listOf =
  <Value>(reader: Reader<Value>): Reader<readonly Value[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw new ShapeFault(path, 'list');
    return value.map((item: unknown, index) => reader(item, `${path}[${index}]`));
  };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const recordOf =
  <Value>(reader: Reader<Value>): Reader<Readonly<Record<string, Value>>> =>
  (value, path) => {
    if (!isRecord(value)) throw new ShapeFault(path, 'record');
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, reader(item, `${path}.${name}`)]));
  };

/** The same, or absent. */
export const maybe =
  <Value>(reader: Reader<Value>): Reader<Value | undefined> =>
  (value, path) =>
    value === undefined ? undefined : reader(value, path);

type Readers = Readonly<Record<string, Reader<unknown>>>;
type Optional<Shape extends Readers> = { [Name in keyof Shape]: undefined extends ReturnType<Shape[Name]> ? Name : never }[keyof Shape];
type Fields<Shape extends Readers> = { readonly [Name in Exclude<keyof Shape, Optional<Shape>>]: ReturnType<Shape[Name]> } & {
  readonly [Name in Optional<Shape>]?: Exclude<ReturnType<Shape[Name]>, undefined>;
};

/** A record with these members; others are left out. */
export const fieldsOf =
  <Shape extends Readers>(shape: Shape): Reader<Fields<Shape>> =>
  (value, path) => {
    if (!isRecord(value)) throw new ShapeFault(path, 'record');
    const out: Record<string, unknown> = {};
    for (const [name, reader] of Object.entries(shape)) {
      const item = reader(value[name], path === '' ? name : `${path}.${name}`);
      if (item !== undefined) out[name] = item;
    }
    return out as Fields<Shape>;
  };
