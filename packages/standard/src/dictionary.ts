import { parseCsvRecords } from './csv.ts';
import { libraryText } from './library-text.ts';
import { isOneOf } from './names.ts';

const fieldTypes = ['string', 'code', 'date', 'datetime', 'money', 'price', 'quantity', 'ratio', 'days', 'age', 'integer'] as const;
const privacies = ['keep', 'drop', 'pseudonym'] as const;
const presences = ['core', 'optional'] as const;

/** Types of the dictionary. Numeric types are stored as integers scaled by `decimals[type]`. */
export type FieldType = (typeof fieldTypes)[number];
/** `drop`: never enters the lake; `pseudonym`: replaced by a keyed hash. */
export type Privacy = (typeof privacies)[number];

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
  /** What sources write where a value is not known: days (`1900-01-01`), numbers (`0`), or `<=0` for all up to a number. */
  readonly fillers: readonly string[];
  /** Smallest plausible value, in the unit of the field or as a day. */
  readonly least: string | undefined;
  /** Largest plausible value. */
  readonly most: string | undefined;
}

export interface Table {
  readonly name: string;
  readonly name_zh: string;
  readonly name_en: string;
  /** Field names of the primary key. */
  readonly key: readonly string[];
  readonly presence: (typeof presences)[number];
  readonly fields: ReadonlyMap<string, Field>;
}

export interface CodeValue {
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
}

/** Two dates of one row that come in this order, and what does not count when they do not. */
export interface RowCheck {
  readonly table: string;
  readonly earlier: string;
  readonly later: string;
  /** `row`: the row says nothing; else the fields whose values are not known. */
  readonly drops: 'row' | readonly string[];
}

export interface Dictionary {
  readonly tables: ReadonlyMap<string, Table>;
  readonly codeTables: ReadonlyMap<string, ReadonlyMap<string, CodeValue>>;
  readonly rowChecks: readonly RowCheck[];
  /** Patterns of the diagnoses that only one sex can have. */
  readonly sexDiagnoses: readonly { readonly sex: '1' | '2'; readonly pattern: string }[];
}

/** A row of a file of the dictionary; a column or a word that it does not have is a mistake in the library. */
class LibraryRow {
  readonly #file: string;
  readonly #cells: Readonly<Record<string, string>>;

  constructor(file: string, cells: Readonly<Record<string, string>>) {
    this.#file = file;
    this.#cells = cells;
  }

  text(column: string): string {
    const cell = this.#cells[column];
    if (cell === undefined) throw new Error(`${this.#file} has no column ${column}`);
    return cell;
  }

  oneOf<Word extends string>(column: string, words: readonly Word[]): Word {
    const cell = this.text(column);
    if (!isOneOf(words, cell)) throw new Error(`${this.#file}: ${column} is ${cell}, not one of ${words.join(', ')}`);
    return cell;
  }
}

function load(name: string): LibraryRow[] {
  const path = `standard/${name}`;
  return parseCsvRecords(libraryText(path), path).map((cells) => new LibraryRow(path, cells));
}

function toField(row: LibraryRow): Field {
  const codeTable = row.text('code_table');
  return {
    table: row.text('table'),
    name: row.text('field'),
    name_zh: row.text('name_zh'),
    name_en: row.text('name_en'),
    type: row.oneOf('type', fieldTypes),
    length: row.text('length'),
    unit: row.text('unit'),
    nullable: row.text('nullable') === 'Y',
    code_table: codeTable === '' ? undefined : codeTable,
    privacy: row.text('privacy') === '' ? 'keep' : row.oneOf('privacy', privacies),
    fillers: row
      .text('filler')
      .split('|')
      .filter((one) => one !== ''),
    least: row.text('least') || undefined,
    most: row.text('most') || undefined,
  };
}

function loadDictionary(): Dictionary {
  const fields = load('fields.csv').map(toField);
  const tables = new Map<string, Table>();
  for (const row of load('tables.csv')) {
    const name = row.text('table');
    const own = fields.filter((field) => field.table === name);
    tables.set(name, {
      name,
      name_zh: row.text('name_zh'),
      name_en: row.text('name_en'),
      key: row.text('key').split('+'),
      presence: row.oneOf('presence', presences),
      fields: new Map(own.map((field) => [field.name, field])),
    });
  }
  const codeTables = new Map<string, Map<string, CodeValue>>();
  for (const row of load('code-tables.csv')) {
    const values = codeTables.get(row.text('code_table')) ?? new Map<string, CodeValue>();
    const code = row.text('code');
    values.set(code, { code, name_zh: row.text('name_zh'), name_en: row.text('name_en') });
    codeTables.set(row.text('code_table'), values);
  }
  const rowChecks = load('row-checks.csv').map((row): RowCheck => {
    const drops = row.text('drops');
    return {
      table: row.text('table'),
      earlier: row.text('earlier'),
      later: row.text('later'),
      drops: drops === 'row' ? 'row' : drops.split('+'),
    };
  });
  const sexes = ['1', '2'] as const;
  const sexDiagnoses = load('sex-diagnoses.csv').map((row) => ({ sex: row.oneOf('sex', sexes), pattern: row.text('pattern') }));
  return { tables, codeTables, rowChecks, sexDiagnoses };
}

/** The national tables as this project uses them, read once from `library/standard/`. */
export const dictionary: Dictionary = loadDictionary();

/** The table of that name; throws for a name that is not in the dictionary (a programming error). */
export function tableOf(name: string): Table {
  const table = dictionary.tables.get(name);
  if (table === undefined) throw new Error(`no table ${name} in the dictionary`);
  return table;
}
