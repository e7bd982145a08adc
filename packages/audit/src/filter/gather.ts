import { PlainDictionaries, type PlainSchema, unescapeText } from '@hengjian/lake';
import {
  arrayOf,
  type ColumnData,
  type ColumnDefinition,
  columnsOf,
  type DimensionTable,
  dayOfMinute,
  type LakeContext,
  missingInt,
  parseMinute,
  type TableData,
  type WorkingTable,
} from '@hengjian/standard';
import { linesOf, parseRecord } from './records.ts';

interface Range {
  from: number;
  to: number;
}

const widen = (range: Range | undefined, day: number): Range =>
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
const tableOf: Readonly<Partial<Record<WorkingTable, string>>> = {
  enrolments: 'psn_insu_d',
  settlements: 'setl_d',
  diagnoses: 'setl_list_diag_d',
  operations: 'setl_list_oprn_d',
};
const neverSent = ['drord_d', 'stoc_chg_d', 'medins_info_b', 'dr_info_b', 'medins_dept_b', 'hilist_b'];

/**
 * The context of records that come without one: the codes they use and the days they reach over, per institution.
 * Institutions, practitioners and items have nothing but their codes, so what asks for more of them is unknown.
 */
export async function gatherContext(input: AsyncIterable<Uint8Array | string>, schema: PlainSchema): Promise<LakeContext> {
  const values = new PlainDictionaries({}, false);
  const all: Reach = { lines: undefined, visits: undefined };
  const byInstitution = new Map<string, Reach>();
  const place = (table: WorkingTable, name: string): number => schema[table]?.findIndex((column) => column.name === name) ?? -1;
  const at = {
    visit: place('visits', 'mdtrt_id'),
    institution: place('visits', 'fixmedins_code'),
    begin: place('visits', 'begntime'),
    line: place('lines', 'fee_ocur_time'),
    owner: place('lines', 'mdtrt_id'),
  };
  let visits = new Map<string, string>();
  let waiting: { visit: string; day: number }[] = [];
  let current: string | undefined;
  let row = 0;
  const reachOf = (institution: string | undefined): Reach | undefined => {
    if (institution === undefined) return undefined;
    const known = byInstitution.get(institution) ?? { lines: undefined, visits: undefined };
    byInstitution.set(institution, known);
    return known;
  };
  const day = (cell: string | undefined): number | undefined => {
    const minute = cell === undefined ? undefined : parseMinute(cell);
    return minute === undefined ? undefined : dayOfMinute(minute);
  };
  const close = (): void => {
    for (const line of waiting) {
      const reach = reachOf(visits.get(line.visit));
      if (reach !== undefined) reach.lines = widen(reach.lines, line.day);
    }
    visits = new Map();
    waiting = [];
  };
  for await (const lines of linesOf(input)) {
    for (const line of lines) {
      row += 1;
      if (line === '') continue;
      const { psn, table, cells } = parseRecord(line, row, schema);
      if (psn !== current) close();
      current = psn;
      (schema[table] ?? []).forEach((column, index) => {
        const cell = cells[index];
        if (column.kind === 'code' && cell !== undefined && cell !== '' && cell !== '\\N') values.id(column.of ?? '', unescapeText(cell));
      });
      if (table === 'visits') {
        const begin = day(cells[at.begin]);
        const institution = cells[at.institution];
        if (institution !== undefined) visits.set(cells[at.visit] ?? '', institution);
        const reach = reachOf(institution);
        if (begin !== undefined) {
          all.visits = widen(all.visits, begin);
          if (reach !== undefined) reach.visits = widen(reach.visits, begin);
        }
      } else if (table === 'lines') {
        const on = day(cells[at.line]);
        if (on === undefined) continue;
        all.lines = widen(all.lines, on);
        waiting.push({ visit: cells[at.owner] ?? '', day: on });
      }
    }
  }
  close();
  const dictionaries = values.sorted();
  const size = (name: string): number => dictionaries[name]?.length ?? 0;
  const institutions = dictionaries.institution ?? [];
  const days = (of: 'lines' | 'visits', end: 'from' | 'to'): Int32Array =>
    Int32Array.from(institutions, (code) => byInstitution.get(code)?.[of]?.[end] ?? missingInt);
  const reach = {
    line_from: days('lines', 'from'),
    line_to: days('lines', 'to'),
    visit_from: days('visits', 'from'),
    visit_to: days('visits', 'to'),
  };
  const dimensions: Record<DimensionTable, TableData> = {
    institution: dimension('institution', size('institution'), reach),
    practitioner: dimension('practitioner', size('practitioner')),
    item: dimension('item', size('item')),
    department: dimension('department', size('department')),
    stock: dimension('stock', 0),
    practitioner_stay: dimension('practitioner_stay', 0),
  };
  const absent = (Object.keys(tableOf) as WorkingTable[]).flatMap((table) =>
    schema[table] === undefined ? [tableOf[table] as string] : [],
  );
  const edge = (range: Range | undefined, end: 'from' | 'to'): number => range?.[end] ?? 0;
  return {
    dictionaries,
    dimensions,
    coverage: {
      line_from: edge(all.lines, 'from'),
      line_to: edge(all.lines, 'to'),
      visit_from: edge(all.visits, 'from'),
      visit_to: edge(all.visits, 'to'),
    },
    absent: [...absent, ...neverSent],
  };
}
