import { libraryText, parseCsvRecords, tableOf } from '@hengjian/standard';

/** Which national field a field of a message fills. */
export interface FieldRecord {
  readonly field: string;
  readonly national: string;
  readonly unit: string;
  readonly numeric: boolean;
  readonly dated: boolean;
  /** Codes of the message by those of the national field; empty when they are the same. */
  readonly codes: ReadonlyMap<string, string>;
}

/** The kind of object that a node holds, and the table it fills. */
export interface Shape {
  readonly table: string;
  readonly fields: readonly FieldRecord[];
}

const numbers = new Set(['money', 'price', 'quantity', 'ratio', 'days', 'age', 'integer']);

function codesOf(text: string): ReadonlyMap<string, string> {
  return new Map(text === '' ? [] : text.split('|').map((pair): [string, string] => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']));
}

function loadShapes(): ReadonlyMap<string, Shape> {
  const path = 'messages/message-fields.csv';
  const shapes = new Map<string, { table: string; fields: FieldRecord[] }>();
  for (const row of parseCsvRecords(libraryText(path), path)) {
    const { shape = '', table = '', field = '', national = '', unit = '', codes = '' } = row;
    const { type = 'string', privacy } = tableOf(table).fields.get(national) ?? {};
    // What messages say is kept apart from the rows made of it, so that a field that is never kept must not get that far.
    if (privacy === 'drop') throw new Error(`${path}: ${table}.${national} is never kept, take ${shape}.${field} out`);
    const own = shapes.get(shape) ?? { table, fields: [] };
    own.fields.push({ field, national, unit, numeric: numbers.has(type), dated: /^date/.test(type), codes: codesOf(codes) });
    shapes.set(shape, own);
  }
  return shapes;
}

const shapes = loadShapes();

/** The shape of that name; throws for one that `library/messages/message-fields.csv` does not have (a programming error). */
export function shapeOf(name: string): Shape {
  const shape = shapes.get(name);
  if (shape === undefined) throw new Error(`no shape ${name} in library/messages/message-fields.csv`);
  return shape;
}

/** Names of columns that rows have besides national fields: the patient number within an institution, the batch of charges. */
export const extraColumns = ['_patient', '_bchno'] as const;

/** National fields that messages fill, by table, in the order of the dictionary, with the further columns. */
export const messageTables: ReadonlyMap<string, readonly string[]> = new Map(
  [...new Set([...shapes.values()].map(({ table }) => table))].sort().map((table): [string, readonly string[]] => {
    const filled = new Set(
      [...shapes.values()].flatMap((shape) => (shape.table === table ? shape.fields.map(({ national }) => national) : [])),
    );
    const inherited = new Set([
      'fixmedins_code',
      'insu_admdvs',
      'psn_no',
      'mdtrt_id',
      'setl_id',
      'gend',
      'brdy',
      'med_type',
      'refd_setl_flag',
      'vali_flag',
    ]);
    const fields = [...tableOf(table).fields.keys()].filter((name) => filled.has(name) || inherited.has(name));
    return [table, [...fields, ...extraColumns]];
  }),
);
