import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { parse } from 'yaml';

const text = Type.String();
const cell = Type.Union([Type.String(), Type.Number()]);
const cells = Type.Record(text, cell);
const code = Type.Union([text, Type.Intersect([cells])]);
const strict = { additionalProperties: false };

const lineSchema = Type.Object({ code: text, name: text, cnt: Type.Optional(cell), pric: Type.Optional(cell) });
const visitSchema = Type.Object(
  {
    at: text,
    type: text,
    from: text,
    id: Type.Optional(text),
    to: Type.Optional(text),
    doctor: Type.Optional(text),
    dept: Type.Optional(text),
    diagnoses: Type.Optional(Type.Array(code)),
    operations: Type.Optional(Type.Array(code)),
    lines: Type.Optional(Type.Array(Type.Intersect([lineSchema, Type.Record(text, Type.Union([cell, cells]))]))),
    visit: Type.Optional(cells),
    settlement: Type.Optional(Type.Union([cells, Type.Null()])),
    exct: Type.Optional(cells),
  },
  strict,
);
const personSchema = Type.Object({ person: Type.Optional(cells), visits: Type.Array(visitSchema) }, strict);
const historySchema = Type.Object(
  {
    id: text,
    guilty: Type.Boolean(),
    because: text,
    classes: Type.Optional(Type.Array(text)),
    person: Type.Optional(cells),
    visits: Type.Optional(Type.Array(visitSchema)),
    people: Type.Optional(Type.Array(personSchema)),
    institutions: Type.Optional(Type.Record(text, cells)),
    doctors: Type.Optional(Type.Record(text, cells)),
    tables: Type.Optional(Type.Record(text, Type.Array(cells))),
    lacks: Type.Optional(Type.Array(text)),
  },
  strict,
);
const fileSchema = Type.Object({ class: text, name: text, text, histories: Type.Array(historySchema) }, strict);

export type Row = Readonly<Record<string, string>>;
export type Rows = Readonly<Record<string, readonly Row[]>>;

export interface Line {
  readonly code: string;
  readonly name: string;
  readonly cnt: string;
  readonly pric: string;
  readonly at: string | undefined;
  readonly doctor: string | undefined;
  readonly exct: Row | undefined;
  /** Further fields of the fee line. */
  readonly row: Row;
}

export interface Visit {
  readonly at: string;
  readonly type: string;
  readonly from: string;
  readonly id: string | undefined;
  readonly to: string | undefined;
  readonly doctor: string | undefined;
  readonly dept: string | undefined;
  readonly diagnoses: readonly Row[];
  readonly operations: readonly Row[];
  readonly lines: readonly Line[];
  readonly visit: Row;
  /** Null when the visit is not settled. */
  readonly settlement: Row | null;
  readonly exct: Row | undefined;
}

export interface History {
  /** Class and id: a prefix of all its keys. */
  readonly key: string;
  readonly file: string;
  readonly guilty: boolean;
  readonly because: string;
  /** Classes of rules that say what is wrong in it. */
  readonly classes: readonly string[];
  readonly people: readonly { readonly person: Row; readonly visits: readonly Visit[] }[];
  readonly institutions: Readonly<Record<string, Row>>;
  readonly doctors: Readonly<Record<string, Row>>;
  readonly tables: Rows;
  readonly lacks: readonly string[];
}

type Cells = Readonly<Record<string, string | number>>;
const rowOf = (given: Cells | undefined): Row =>
  Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [name, String(value)]));
const codesOf = (name: string, given: readonly (string | Cells)[] | undefined): readonly Row[] =>
  (given ?? []).map((one) => (typeof one === 'string' ? { [name]: one } : rowOf(one)));
const mapRows = (given: Readonly<Record<string, Cells>> | undefined): Readonly<Record<string, Row>> =>
  Object.fromEntries(Object.entries(given ?? {}).map(([name, one]) => [name, rowOf(one)]));

type GivenLine = NonNullable<Static<typeof visitSchema>['lines']>[number];

function lineOf(given: GivenLine): Line {
  const { code: item, name, cnt, pric, time, doctor, exct, ...further } = given;
  const plain = Object.entries(further).map(([field, value]) => {
    if (typeof value === 'object') throw new Error(`${field} of a line is no cell`);
    return [field, String(value)] as const;
  });
  return {
    ...{ code: item, name, cnt: String(cnt ?? 1), pric: String(pric ?? 10) },
    at: time === undefined ? undefined : String(time),
    doctor: doctor === undefined ? undefined : String(doctor),
    exct: typeof exct === 'object' ? rowOf(exct) : undefined,
    row: Object.fromEntries(plain),
  };
}

const visitOf = (given: Static<typeof visitSchema>): Visit => ({
  ...{ at: given.at, type: given.type, from: given.from, id: given.id, to: given.to, doctor: given.doctor, dept: given.dept },
  diagnoses: codesOf('diag_code', given.diagnoses),
  operations: codesOf('oprn_oprt_code', given.operations),
  lines: (given.lines ?? []).map(lineOf),
  visit: rowOf(given.visit),
  settlement: given.settlement === null ? null : rowOf(given.settlement),
  exct: given.exct === undefined ? undefined : rowOf(given.exct),
});

function historyOf(given: Static<typeof historySchema>, file: string, ofClass: string): History {
  const people = given.people ?? [{ person: given.person, visits: given.visits ?? [] }];
  return {
    ...{ key: `c${ofClass}-${given.id}`, file, guilty: given.guilty, because: given.because, lacks: given.lacks ?? [] },
    classes: [ofClass, ...(given.classes ?? [])],
    people: people.map(({ person, visits }) => ({ person: rowOf(person), visits: visits.map(visitOf) })),
    institutions: mapRows(given.institutions),
    doctors: mapRows(given.doctors),
    tables: Object.fromEntries(Object.entries(given.tables ?? {}).map(([table, rows]) => [table, rows.map(rowOf)])),
  };
}

function checked<S extends TSchema>(schema: S, value: unknown, file: string): Static<S> {
  if (Value.Check(schema, value)) return value;
  const [first] = Value.Errors(schema, value);
  throw new Error(`${file}${first?.instancePath ?? ''}: ${first?.message ?? 'invalid'}`);
}

/** Histories of one file. */
export function readHistories(path: string): readonly History[] {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const given = checked(fileSchema, parse(readFileSync(path, 'utf8')), file);
  return given.histories.map((one) => historyOf(one, file, given.class));
}

/** All histories, each key once. */
export function allHistories(): readonly History[] {
  const folder = fileURLToPath(new URL('histories', import.meta.url));
  const histories = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => readHistories(join(folder, name)));
  const seen = new Set<string>();
  for (const { key, file } of histories) {
    if (seen.has(key)) throw new Error(`${file}: ${key} is there twice`);
    seen.add(key);
  }
  return histories;
}
