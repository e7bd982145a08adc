import { parseCsvRecords } from './csv.ts';
import { libraryText } from './library-text.ts';

/** Types of the dictionary. Numeric types are stored as integers scaled by `decimals[type]`. */
export type FieldType = 'string' | 'code' | 'date' | 'datetime' | 'money' | 'price' | 'quantity' | 'ratio' | 'days' | 'age' | 'integer';
/** `drop`: never enters the lake; `pseudonym`: replaced by a keyed hash. */
export type Privacy = 'keep' | 'drop' | 'pseudonym';

export interface Field {
  readonly table: string;
  readonly name: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly type: FieldType;
  readonly length: string;
  readonly unit: string;
  readonly nullable: boolean;
  readonly code_table: string | undefined;
  readonly privacy: Privacy;
}

export interface Table {
  readonly name: string;
  readonly name_zh: string;
  readonly name_en: string;
  /** Field names of the primary key. */
  readonly key: readonly string[];
  readonly presence: 'core' | 'optional';
  readonly fields: ReadonlyMap<string, Field>;
}

export interface CodeValue {
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
}

export interface Dictionary {
  readonly tables: ReadonlyMap<string, Table>;
  readonly codeTables: ReadonlyMap<string, ReadonlyMap<string, CodeValue>>;
}

function load(name: string): Record<string, string>[] {
  const path = `standard/${name}`;
  return parseCsvRecords(libraryText(path), path);
}

function toField(record: Record<string, string>): Field {
  return {
    table: record.table as string,
    name: record.field as string,
    name_zh: record.name_zh as string,
    name_en: record.name_en as string,
    type: record.type as FieldType,
    length: record.length as string,
    unit: record.unit as string,
    nullable: record.nullable === 'Y',
    code_table: record.code_table === '' ? undefined : record.code_table,
    privacy: record.privacy === '' ? 'keep' : (record.privacy as Privacy),
  };
}

function loadDictionary(): Dictionary {
  const fields = load('fields.csv').map(toField);
  const tables = new Map<string, Table>();
  for (const record of load('tables.csv')) {
    const own = fields.filter((field) => field.table === record.table);
    tables.set(record.table as string, {
      name: record.table as string,
      name_zh: record.name_zh as string,
      name_en: record.name_en as string,
      key: (record.key as string).split('+'),
      presence: record.presence as 'core' | 'optional',
      fields: new Map(own.map((field) => [field.name, field])),
    });
  }
  const codeTables = new Map<string, Map<string, CodeValue>>();
  for (const record of load('code-tables.csv')) {
    const values = codeTables.get(record.code_table as string) ?? new Map<string, CodeValue>();
    values.set(record.code as string, {
      code: record.code as string,
      name_zh: record.name_zh as string,
      name_en: record.name_en as string,
    });
    codeTables.set(record.code_table as string, values);
  }
  return { tables, codeTables };
}

/** The national tables as this project uses them, read once from `library/standard/`. */
export const dictionary: Dictionary = loadDictionary();

/** The table of that name; throws for a name that is not in the dictionary (a programming error). */
export function tableOf(name: string): Table {
  const table = dictionary.tables.get(name);
  if (table === undefined) throw new Error(`no table ${name} in the dictionary`);
  return table;
}
