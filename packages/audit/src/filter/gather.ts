import { missingText, PlainDictionaries, type PlainSchema, unescapeText } from '@hengjian/lake';
import {
  arrayOf,
  type CivilDay,
  type ColumnData,
  type ColumnDefinition,
  columnsOf,
  type DimensionTable,
  dayOfMinute,
  keysOf,
  type LakeContext,
  missingInt,
  parseMinute,
  type TableData,
  type WorkingTable,
} from '@hengjian/standard';
import { linesOf, parseRecord, type StreamRecord } from './records.ts';

interface Range {
  readonly from: CivilDay;
  readonly to: CivilDay;
}

const widen = (range: Range | undefined, day: CivilDay): Range =>
  range === undefined ? { from: day, to: day } : { from: Math.min(range.from, day), to: Math.max(range.to, day) };

interface Reach {
  lines: Range | undefined;
  visits: Range | undefined;
}

/** Values of a dimension that the records say nothing about. */
function emptyColumn(column: ColumnDefinition, length: number): ColumnData {
  if (column.kind === 'text') return { length, get: () => null };
  return arrayOf(column.kind, length).fill(
    column.kind === 'scaled' || column.kind === 'hash' ? Number.NaN : column.kind === 'day' || column.kind === 'minute' ? missingInt : -1,
  );
}

function dimension(table: DimensionTable, length: number, given: Readonly<Record<string, ColumnData>> = {}): TableData {
  const columns = columnsOf(table);
  return { length, columns: Object.fromEntries(columns.map((column) => [column.name, given[column.name] ?? emptyColumn(column, length)])) };
}

/** National tables whose records a schema does not carry. */
const tableOf = {
  enrolments: 'psn_insu_d',
  settlements: 'setl_d',
  diagnoses: 'setl_list_diag_d',
  operations: 'setl_list_oprn_d',
} as const satisfies Partial<Record<WorkingTable, string>>;
const neverSent = ['drord_d', 'stoc_chg_d', 'medins_info_b', 'dr_info_b', 'medins_dept_b', 'hilist_b'];

/** Where the cells stand that say which institution a row reaches over which day; -1 for what a schema does not carry. */
const placesOf = (schema: PlainSchema) => {
  const place = (table: WorkingTable, name: string): number => schema[table]?.findIndex((column) => column.name === name) ?? -1;
  return {
    visit: place('visits', 'mdtrt_id'),
    institution: place('visits', 'fixmedins_code'),
    begin: place('visits', 'begntime'),
    line: place('lines', 'fee_ocur_time'),
    owner: place('lines', 'mdtrt_id'),
  };
};

function dayOfCell(cell: string | undefined): CivilDay | undefined {
  const minute = cell === undefined ? undefined : parseMinute(cell);
  return minute === undefined ? undefined : dayOfMinute(minute);
}

/** Gathers what records say of the codes in use and of the days that lines and visits reach over, person by person. */
class Gathered {
  readonly #schema: PlainSchema;
  readonly #at: ReturnType<typeof placesOf>;
  readonly #values = new PlainDictionaries({}, false);
  readonly #all: Reach = { lines: undefined, visits: undefined };
  readonly #byInstitution = new Map<string, Reach>();
  /** Institutions of the visits of the person at hand, and its lines, whose visits may come later. */
  readonly #visits = new Map<string, string>();
  #waiting: { readonly visit: string; readonly day: CivilDay }[] = [];

  constructor(schema: PlainSchema) {
    this.#schema = schema;
    this.#at = placesOf(schema);
  }

  add({ table, cells }: Pick<StreamRecord, 'table' | 'cells'>): void {
    (this.#schema[table] ?? []).forEach((column, index) => {
      const cell = cells[index];
      if (column.kind !== 'code' || cell === undefined || cell === '' || cell === missingText) return;
      this.#values.id(column.of ?? '', unescapeText(cell));
    });
    if (table === 'visits') this.#addVisit(cells);
    else if (table === 'lines') this.#addLine(cells);
  }

  #addVisit(cells: readonly string[]): void {
    const begin = dayOfCell(cells[this.#at.begin]);
    const institution = cells[this.#at.institution];
    if (institution !== undefined) this.#visits.set(cells[this.#at.visit] ?? '', institution);
    const reach = this.#reachOf(institution);
    if (begin === undefined) return;
    this.#all.visits = widen(this.#all.visits, begin);
    if (reach !== undefined) reach.visits = widen(reach.visits, begin);
  }

  #addLine(cells: readonly string[]): void {
    const day = dayOfCell(cells[this.#at.line]);
    if (day === undefined) return;
    this.#all.lines = widen(this.#all.lines, day);
    this.#waiting.push({ visit: cells[this.#at.owner] ?? '', day });
  }

  #reachOf(institution: string | undefined): Reach | undefined {
    if (institution === undefined) return undefined;
    const known = this.#byInstitution.get(institution) ?? { lines: undefined, visits: undefined };
    this.#byInstitution.set(institution, known);
    return known;
  }

  /** Closes the person whose records were added. */
  end(): void {
    for (const line of this.#waiting) {
      const reach = this.#reachOf(this.#visits.get(line.visit));
      if (reach !== undefined) reach.lines = widen(reach.lines, line.day);
    }
    this.#visits.clear();
    this.#waiting = [];
  }

  context(): LakeContext {
    const dictionaries = this.#values.sorted();
    const absent = keysOf(tableOf).flatMap((table) => (this.#schema[table] === undefined ? [tableOf[table]] : []));
    const edge = (range: Range | undefined, end: 'from' | 'to'): CivilDay => range?.[end] ?? 0;
    const { lines, visits } = this.#all;
    return {
      dictionaries,
      dimensions: this.#dimensions(dictionaries),
      coverage: {
        ...{ line_from: edge(lines, 'from'), line_to: edge(lines, 'to') },
        ...{ visit_from: edge(visits, 'from'), visit_to: edge(visits, 'to') },
      },
      absent: [...absent, ...neverSent],
    };
  }

  #dimensions(dictionaries: LakeContext['dictionaries']): LakeContext['dimensions'] {
    const size = (name: string): number => dictionaries[name]?.length ?? 0;
    const days = (of: keyof Reach, end: keyof Range): Int32Array =>
      Int32Array.from(dictionaries.institution ?? [], (code) => this.#byInstitution.get(code)?.[of]?.[end] ?? missingInt);
    const reach = {
      line_from: days('lines', 'from'),
      line_to: days('lines', 'to'),
      visit_from: days('visits', 'from'),
      visit_to: days('visits', 'to'),
    };
    return {
      institution: dimension('institution', size('institution'), reach),
      practitioner: dimension('practitioner', size('practitioner')),
      item: dimension('item', size('item')),
      department: dimension('department', size('department')),
      stock: dimension('stock', 0),
      practitioner_stay: dimension('practitioner_stay', 0),
    };
  }
}

/**
 * The context of records that come without one: the codes they use and the days they reach over, per institution.
 * Institutions, practitioners and items have nothing but their codes, so what asks for more of them is unknown.
 */
export async function gatherContext(input: AsyncIterable<Uint8Array | string>, schema: PlainSchema): Promise<LakeContext> {
  const gathered = new Gathered(schema);
  let current: string | undefined;
  let row = 0;
  for await (const lines of linesOf(input)) {
    for (const line of lines) {
      row += 1;
      if (line === '') continue;
      const record = parseRecord(line, row, schema);
      if (record.psn !== current) gathered.end();
      current = record.psn;
      gathered.add(record);
    }
  }
  gathered.end();
  return gathered.context();
}
