import {
  type Carriage,
  type CivilDay,
  type ColumnDefinition,
  dimensionTables,
  forEachTable,
  formatDay,
  inputProblems,
  type LakeContext,
  parseDay,
  parseMinute,
  type Segment,
  settingOf,
  type TableData,
  words,
  workingTables,
} from '@hengjian/standard';
import { namesNear } from '../problems.ts';
import type { Plain } from '../source/vocabulary.ts';
import { buildTable, type Cell, GrowingDictionaries, type Row } from './columns.ts';
import { copiedPersons, copiedVisits } from './copies.ts';
import { itemKind, lineDefaults, settlementOf, visitDefaults } from './defaults.ts';

export type PlainRecord = Readonly<Record<string, Plain>>;

/** Histories of persons and what stands beside them, as plain texts under the names of the working form. */
export interface HistoryInput {
  readonly persons: readonly Plain[];
  readonly institutions?: readonly Plain[];
  readonly practitioners?: readonly Plain[];
  readonly stock?: readonly Plain[];
  readonly practitioner_stays?: readonly Plain[];
  /** Names of items, for patterns on names. */
  readonly items?: Readonly<Record<string, string>>;
  readonly coverage_from?: CivilDay;
  /** Tables, and fields as `table.field`, that the deliveries do not have. */
  readonly absent?: readonly string[];
  /** Fields that each institution delivers; all of the tables present where it is not given. */
  readonly carriage?: Carriage;
  /** Codes that get the first ids of their dictionaries, so that several segments can share one context. */
  readonly codes?: Readonly<Record<string, readonly string[]>>;
}

export interface BuiltHistory {
  readonly segment: Segment;
  readonly context: LakeContext;
}

export const isRecord = (value: Plain | undefined): value is PlainRecord =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
export const recordsIn = (value: Plain | undefined): readonly PlainRecord[] => (Array.isArray(value) ? value.filter(isRecord) : []);

function row(value: PlainRecord, known: readonly string[], what: string): Row {
  const cells: Record<string, Cell> = {};
  for (const [name, cell] of Object.entries(value)) {
    if (!known.includes(name)) {
      const kind = words(`${what}字段`, `field of a ${what}`);
      throw inputProblems.refused('name-unknown', { kind, name, known: namesNear(name, known) }, { field: name });
    }
    if (cell === null || typeof cell === 'string') cells[name] = cell;
  }
  return cells;
}

const names = (columns: readonly { readonly name: string }[], ...more: string[]): readonly string[] => [
  ...columns.map((column) => column.name),
  ...more,
];

interface Tables {
  readonly persons: Row[];
  readonly enrolments: Row[];
  readonly visits: Row[];
  readonly settlements: Row[];
  readonly diagnoses: Row[];
  readonly operations: Row[];
  readonly lines: Row[];
}

const bytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));
const time = (cell: Cell | undefined): number =>
  typeof cell === 'string' ? (parseMinute(cell) ?? Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY;

interface DraftVisit {
  readonly visit: Row;
  readonly source: PlainRecord;
  readonly lines: readonly Row[];
}

function draftVisit(source: PlainRecord, index: number): DraftVisit {
  const { lines, diagnoses: _d, operations: _o, settlements: _s, ...own } = source;
  const known = names(workingTables.visits);
  const visit = visitDefaults(row(own, known, 'visit'), index, (medType) => settingOf(medType) ?? null);
  const lineNames = names(workingTables.lines, 'key', 'amount');
  const drafts = recordsIn(lines).map((line, at) => lineDefaults(row(line, lineNames, 'line'), visit, at));
  return { visit, source, lines: drafts };
}

function addVisit(tables: Tables, draft: DraftVisit, person: number): void {
  const at = tables.visits.length;
  const settlements =
    draft.source['settlements'] === undefined
      ? [settlementOf(draft.visit, draft.lines)]
      : recordsIn(draft.source['settlements']).map((item) => row(item, names(workingTables.settlements), 'settlement'));
  const diagnoses = recordsIn(draft.source['diagnoses']).map((item) => row(item, names(workingTables.diagnoses), 'diagnosis'));
  const operations = recordsIn(draft.source['operations']).map((item) => row(item, names(workingTables.operations), 'operation'));
  const ranges = {
    settlements_start: tables.settlements.length,
    settlements_end: tables.settlements.length + settlements.length,
    diagnoses_start: tables.diagnoses.length,
    diagnoses_end: tables.diagnoses.length + diagnoses.length,
    operations_start: tables.operations.length,
    operations_end: tables.operations.length + operations.length,
  };
  const money = settlementOf(draft.visit, draft.lines);
  const sums = { medfee_sumamt: money['medfee_sumamt'] ?? null, inscp_amt: money['inscp_amt'] ?? null, clr_way: '1' };
  tables.visits.push({ ...sums, ...draft.visit, person, ...ranges });
  tables.settlements.push(...settlements.map((item) => ({ ...item, visit: at })));
  tables.diagnoses.push(...diagnoses.map((item, index) => ({ maindiag_flag: index === 0 ? '1' : '0', ...item, visit: at })));
  tables.operations.push(...operations.map((item, index) => ({ main_oprn_flag: index === 0 ? '1' : '0', ...item, visit: at })));
}

function addPerson(tables: Tables, source: PlainRecord, psn: string): void {
  const person = tables.persons.length;
  const drafts = copiedVisits(recordsIn(source['visits'])).map(draftVisit);
  drafts.sort(
    (a, b) => time(a.visit['begntime']) - time(b.visit['begntime']) || bytes(String(a.visit['mdtrt_id']), String(b.visit['mdtrt_id'])),
  );
  const [visits_start, enrolments_start, lines_start] = [tables.visits.length, tables.enrolments.length, tables.lines.length];
  for (const draft of drafts) addVisit(tables, draft, person);
  const lines = drafts.flatMap((draft, index): Row[] => {
    const visit = tables.visits[visits_start + index];
    const [first, end] = [visit?.['settlements_start'] ?? null, visit?.['settlements_end'] ?? null];
    const own = { mdtrt_id: String(draft.visit['mdtrt_id']), visit: visits_start + index, settlement: first === end ? null : first };
    return draft.lines.map((line) => ({ ...line, ...own }));
  });
  const text = (line: Row, name: string): string => String(line[name]);
  lines.sort(
    (a, b) =>
      time(a['fee_ocur_time']) - time(b['fee_ocur_time']) ||
      bytes(text(a, 'mdtrt_id'), text(b, 'mdtrt_id')) ||
      bytes(text(a, 'line_key'), text(b, 'line_key')),
  );
  tables.lines.push(...lines);
  const enrolments = recordsIn(source['enrolments']).map((item) => ({
    psn_insu_stas: '1',
    insutype: '310',
    ...row(item, names(workingTables.enrolments), 'enrolment'),
  }));
  tables.enrolments.push(...enrolments);
  const own = isRecord(source['person']) ? row(source['person'], names(workingTables.persons), 'person') : {};
  tables.persons.push({
    reach: 'city',
    ...own,
    psn,
    visits_start,
    visits_end: tables.visits.length,
    lines_start,
    lines_end: tables.lines.length,
    enrolments_start,
    enrolments_end: tables.enrolments.length,
  });
}

function buildTables(input: HistoryInput): Tables {
  const tables: Tables = { persons: [], enrolments: [], visits: [], settlements: [], diagnoses: [], operations: [], lines: [] };
  const persons = copiedPersons(input.persons.filter(isRecord)).map((source, index) => {
    row(
      Object.fromEntries(Object.entries(source).filter(([, value]) => typeof value === 'string' || value === null)),
      ['psn'],
      'person of a history',
    );
    return { source, psn: typeof source['psn'] === 'string' ? source['psn'] : `P${index + 1}` };
  });
  persons.sort((a, b) => bytes(a.psn, b.psn));
  for (const { source, psn } of persons) addPerson(tables, source, psn);
  return tables;
}

function dimension(
  rows: readonly PlainRecord[],
  key: string,
  dictionary: string,
  known: readonly string[],
  fallback: Row,
  dictionaries: GrowingDictionaries,
): readonly Row[] {
  for (const item of rows) if (typeof item[key] === 'string') dictionaries.id(dictionary, item[key]);
  const given = new Map(
    rows.map((item) => [
      item[key],
      row(Object.fromEntries(Object.entries(item).filter(([name]) => name !== key || known.includes(key))), known, dictionary),
    ]),
  );
  const codes = dictionaries.values()[dictionary] ?? [];
  return codes.map((code) => ({ ...fallback, ...(given.get(code) ?? {}) }));
}

/**
 * Builds a segment and its context in memory out of plain histories; defaults are those of section 8 of the language.
 *
 * @example buildSegment({ persons: [{ person: { gend: '1' }, visits: [{ mdtrt_id: 'V1', lines: [{ key: 'L1' }] }] }] })
 */
export function buildSegment(input: HistoryInput): BuiltHistory {
  const dictionaries = new GrowingDictionaries();
  for (const [name, codes] of Object.entries(input.codes ?? {})) for (const code of codes) dictionaries.id(name, code);
  const tables = buildTables(input);
  const segment: Segment = forEachTable((name) => buildTable(workingTables[name], tables[name], dictionaries));
  const from = input.coverage_from ?? parseDay('2000-01-01') ?? 0;
  const to = parseDay('2030-12-31') ?? 0;
  const reach = { line_from: formatDay(from), line_to: formatDay(to), visit_from: formatDay(from), visit_to: formatDay(to) };
  const house: Row = { fixmedins_type: '1', hosp_lv: '02', lmtpric_hosp_lv: '3', dedc_hosp_lv: '3', admdvs: '410500', ...reach };
  const tablesOf = dimensionTables;
  const listed = (rows: readonly Plain[] | undefined, columns: readonly ColumnDefinition[]): TableData =>
    buildTable(
      columns,
      recordsIn(rows).map((one) => row(one, names(columns), 'ledger row')),
      dictionaries,
    );
  const stock = listed(input.stock, tablesOf.stock);
  const practitioner_stay = listed(input.practitioner_stays, tablesOf.practitioner_stay);
  const practitioners = dimension(recordsIn(input.practitioners), 'code', 'practitioner', names(tablesOf.practitioner), {}, dictionaries);
  const institutions = dimension(
    recordsIn(input.institutions),
    'fixmedins_code',
    'institution',
    names(tablesOf.institution),
    house,
    dictionaries,
  );
  const itemCodes = dictionaries.values()['item'] ?? [];
  const items = itemCodes.map((code) => ({ hilist_name: input.items?.[code] ?? code, ...itemKind(code) }));
  const departments = (dictionaries.values()['department'] ?? []).map(() => ({}));
  const dimensions = {
    practitioner: buildTable(tablesOf.practitioner, practitioners, dictionaries),
    institution: buildTable(tablesOf.institution, institutions, dictionaries),
    item: buildTable(tablesOf.item, items, dictionaries),
    department: buildTable(tablesOf.department, departments, dictionaries),
    stock,
    practitioner_stay,
  };
  const coverage = { line_from: from, line_to: to, visit_from: from, visit_to: to };
  const carried = input.carriage === undefined ? {} : { carriage: input.carriage };
  return { segment, context: { dictionaries: dictionaries.values(), dimensions, coverage, absent: input.absent ?? [], ...carried } };
}
