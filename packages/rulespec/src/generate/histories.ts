import {
  type Carriage,
  type ColumnDefinition,
  columnsOf,
  dimensionTableNames,
  feedersOf,
  isNamePattern,
  type NumericType,
  type WorkingTable,
  workingTableNames,
} from '@hengjian/standard';
import * as fc from 'fast-check';
import { type HistoryInput, isRecord, type PlainRecord, recordsIn } from '../cases/history.ts';
import { closedValues } from '../check/dictionaries.ts';
import type { KnowledgeTable } from '../knowledge/knowledge.ts';
import type { Plain } from '../source/vocabulary.ts';

/** Codes that random histories are made of: few, so that points, pairs, windows and refunds collide. */
export interface Vocabulary {
  readonly items: readonly string[];
  readonly diagnoses: readonly string[];
  readonly operations: readonly string[];
}

const two = (value: number): string => String(value).padStart(2, '0');
const day = (offset: number): string => `2026-${two(3 + Math.floor(offset / 28))}-${two((offset % 28) + 1)}`;
const missingOr = <T extends Plain>(arb: fc.Arbitrary<T>, weight = 8): fc.Arbitrary<T | null> =>
  fc.oneof({ weight, arbitrary: arb }, { weight: 1, arbitrary: fc.constant(null) });
const of = (...values: string[]): fc.Arbitrary<string> => fc.constantFrom(...values);

const moment = (last: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: 0, max: last }), of('00:00', '08:05', '08:40', '09:00', '14:30'))
    .map(([offset, time]) => `${day(offset)} ${time}`);

/** Numbers that fit each numeric type. */
const numbers: Readonly<Record<NumericType, readonly string[]>> = {
  integer: ['0', '1', '4'],
  money: ['0', '10', '12.34'],
  price: ['0.5', '10'],
  quantity: ['0.5', '1', '30'],
  ratio: ['0.1', '1'],
  days: ['0', '7.5'],
  age: ['0.5', '46'],
};

/** Values of a column by its definition alone. */
function valuesOf({ kind, of: what }: ColumnDefinition): fc.Arbitrary<string> {
  if (kind === 'day') return fc.integer({ min: 0, max: 9 }).map(day);
  if (kind === 'minute') return moment(9);
  if (kind === 'scaled') return fc.constantFrom(...numbers[what as NumericType]);
  const codes = kind === 'code' || kind === 'code8' ? (closedValues(what ?? '') ?? []) : [];
  return codes.length > 0 ? fc.constantFrom(...codes.slice(0, 3)) : of('K1', 'K2');
}

/** Values of the columns that a source can fill and that have no values of their own here. */
function others(table: WorkingTable, own: readonly string[]): Readonly<Record<string, fc.Arbitrary<string | null>>> {
  const taken = columnsOf(table).filter(({ name, kind, sources, derived }) => {
    const filled = sources.length > 0 && !derived && kind !== 'row' && kind !== 'text';
    return filled && !own.includes(name);
  });
  return Object.fromEntries(taken.map((column) => [column.name, missingOr(valuesOf(column), 3)]));
}

/** Columns of lines and visits whose values are given below, or follow from others. */
const ownOfLines = [
  ...[
    'med_list_codg',
    'fee_ocur_time',
    'cnt',
    'pric',
    'det_item_fee_sumamt',
    'inscp_amt',
    'fulamt_ownpay_amt',
    'list_type',
    'med_chrgitm_type',
  ],
  ...['prd_days', 'rx_drord_no', 'drug_trac_codg', 'bilg_dr_code', 'hosp_appr_flag', 'chrgitm_lv', 'dscg_tkdrug_flag'],
  ...['exct_time', 'upld_time', 'purc_pric', 'cash_pric', 'exct_cnt', 'exct_list_codg'],
];
const ownOfVisits = [
  ...['fixmedins_code', 'med_type', 'begntime', 'insutype', 'insu_admdvs', 'age', 'nwb_flag', 'dscg_way', 'chfpdr_code'],
  ...['medfee_sumamt', 'inscp_amt', 'fund_pay_sumamt', 'acct_pay', 'psn_pay', 'clr_way'],
  ...['care_gap_days', 'ttp_pay_flag', 'plan_adm_flag', 'grp_pay_amt', 'evid_grp_pay_amt'],
];

function line(words: Vocabulary): fc.Arbitrary<Plain> {
  return fc
    .record({
      ...others('lines', ownOfLines),
      med_list_codg: fc.constantFrom(...words.items),
      fee_ocur_time: moment(9),
      cnt: of('0.5', '1', '1', '2', '3', '30'),
      amount: of('0', '7.77', '10', '12.34', '250'),
      inscp: missingOr(of('same', 'same', '0', '5')),
      own: missingOr(of('0', 'all'), 20),
      time_precision: missingOr(of('minute', 'minute', 'day')),
      cnt_daily: missingOr(of('1', '1', '1', '0')),
      prd_days: missingOr(of('0', '3', '7.5', '30'), 3),
      rx_drord_no: missingOr(of('R1', 'R2')),
      drug_trac_codg: missingOr(of('81', '82', '83'), 2),
      bilg_dr_code: missingOr(of('D1', 'D2', 'D3'), 4),
      hosp_appr_flag: missingOr(of('0', '1', '2'), 3),
      chrgitm_lv: missingOr(of('01', '02', '03')),
      bilg_caty: missingOr(of('A03', 'A04')),
      dscg_tkdrug_flag: missingOr(of('0', '1')),
      settlement: fc.boolean(),
      exct_time: missingOr(moment(12), 2),
      upld_time: missingOr(moment(12), 2),
      purc_pric: missingOr(of('1', '2.5'), 2),
      cash_pric: missingOr(of('1', '20'), 2),
      pric_uplmt_amt: missingOr(of('5', '10'), 3),
      exct_cnt: missingOr(of('0', '1', '2'), 1),
      exct_list_codg: missingOr(fc.constantFrom(...words.items), 1),
    })
    .map(({ inscp, own, settlement: _settlement, ...rest }) => ({
      ...rest,
      inscp_amt: inscp === 'same' ? rest.amount : inscp,
      fulamt_ownpay_amt: own === 'all' ? rest.amount : own,
    }));
}

function visit(words: Vocabulary): fc.Arbitrary<Record<string, Plain>> {
  return fc
    .record({
      ...others('visits', ownOfVisits),
      begin: missingOr(moment(8), 12),
      length: missingOr(fc.integer({ min: 0, max: 6 }).map(String)),
      fixmedins_code: missingOr(of('H41050000001', 'H41050000001', 'H41010000002', 'P42000000003'), 15),
      med_type: missingOr(of('11', '13', '14', '21', '41', '52', '1104')),
      insutype: missingOr(of('310', '390', '510')),
      insu_admdvs: missingOr(of('410500', '410100', '420000')),
      age: missingOr(of('0.5', '3', '46', '70'), 1),
      nwb_flag: missingOr(of('0', '1')),
      dscg_way: missingOr(of('1', '2', '5')),
      medfee: fc.constantFrom<string | null | undefined>(undefined, undefined, '99.99', null),
      chfpdr_code: missingOr(of('D1', 'D2')),
      open_lines: fc.constantFrom(null, null, null, null, '1'),
      diagnoses: fc.array(
        fc.record({ diag_code: missingOr(fc.constantFrom(...words.diagnoses), 10), maindiag_flag: missingOr(of('0', '1')) }),
        {
          maxLength: 3,
        },
      ),
      operations: fc.array(
        fc.record({ oprn_oprt_code: fc.constantFrom(...words.operations), main_oprn_flag: missingOr(of('1', '1', '0')) }),
        { maxLength: 2 },
      ),
      lines: fc.array(line(words), { maxLength: 7 }),
      unsettled: fc.integer({ min: 0, max: 7 }),
      invono: missingOr(of('I1', 'I2', 'I3')),
      fund_pay_sumamt: missingOr(of('0', '8', '20')),
      care_gap_days: missingOr(of('0', '3', '5'), 2),
      ttp_pay_flag: missingOr(of('0', '1'), 2),
      plan_adm_flag: missingOr(of('0', '1'), 2),
      grp_pay_amt: missingOr(of('12', '40'), 1),
      evid_grp_pay_amt: missingOr(of('10', '15'), 1),
    })
    .map(({ begin, length, medfee, unsettled, invono, ...rest }) => {
      const offset =
        begin === null || length === null
          ? undefined
          : Number(begin.slice(8, 10)) - 1 + (begin.startsWith('2026-04') ? 28 : 0) + Number(length);
      const endtime = offset === undefined ? null : length === '0' ? begin : `${day(offset)} 10:00`;
      const extra: Record<string, Plain> = medfee === undefined ? {} : { medfee_sumamt: medfee };
      return {
        ...rest,
        ...extra,
        begntime: begin,
        endtime,
        ...(unsettled === 0 ? { settlements: [] } : unsettled < 4 ? { settlements: [{ setl_id: 'S', setl_time: endtime, invono }] } : {}),
      };
    });
}

/** One random person with a short, dense history. */
export function person(words: Vocabulary): fc.Arbitrary<Record<string, Plain>> {
  const enrolment = fc.record({
    begndate: of('2020-01-01', '2026-03-03'),
    enddate: missingOr(of('2026-03-04', '2026-12-31'), 1),
    psn_insu_stas: of('1', '1', '2'),
  });
  return fc.record({
    person: fc.record({
      gend: missingOr(of('1', '2')),
      brdy: missingOr(of('1980-03-02', '2020-03-05', '2026-02-20', '1950-01-01'), 3),
      die_date: missingOr(of('2026-03-05'), 1),
      reach: missingOr(of('city', 'city', 'city', 'city', 'institution', 'row'), 20),
    }),
    enrolments: fc.array(enrolment, { maxLength: 2 }),
    visits: fc.array(visit(words), { maxLength: 4 }),
  });
}

interface StockRow {
  readonly [name: string]: string;
  readonly fixmedins_code: string;
  readonly med_list_codg: string;
  readonly month: string;
}
const stockRow = (words: Vocabulary): fc.Arbitrary<StockRow> =>
  fc.record({
    fixmedins_code: of('H41050000001', 'H41010000002', 'P42000000003'),
    med_list_codg: fc.constantFrom(...words.items),
    month: of('2026-03-01', '2026-03-01', '2026-04-01'),
    supplied: of('0', '2', '10'),
  });
/** Fields that give some column of the working form values. */
const feeders: readonly string[] = [
  ...new Set(
    [...workingTableNames, ...dimensionTableNames].flatMap((table) =>
      columnsOf(table).flatMap(({ name }) => feedersOf({ table, column: name })),
    ),
  ),
];

/** What institutions deliver: all but a few fields, each its own, or all. The third of them is not heard of. */
function carriage(): fc.Arbitrary<Carriage | undefined> {
  const some = fc
    .oneof(fc.constant([]), fc.subarray([...feeders], { maxLength: 12 }))
    .map((lacking: readonly string[]) => feeders.filter((field) => !lacking.includes(field)));
  const made = fc.record({ H41050000001: some, H41010000002: some, H41050000010: some, H41050000013: some });
  return fc.oneof(fc.constant(undefined), made);
}

const ledgerOf = (row: StockRow): string => `${row.fixmedins_code}|${row.med_list_codg}|${row.month}`;

/** A small lake of random persons: institutions of two areas, and data that may begin within the histories. */
export function histories(words: Vocabulary, persons: number): fc.Arbitrary<HistoryInput> {
  return fc
    .record({
      persons: fc.array(person(words), { minLength: persons, maxLength: persons }),
      coverage: fc.constantFrom(10_000, 10_000, 20_515, 20_518),
      absent: fc.boolean(),
      carried: carriage(),
      stock: fc.array(stockRow(words), { maxLength: 12 }),
      stays: fc.array(
        fc.record({ practitioner: of('D1', 'D2'), begndate: of('2026-03-01', '2026-03-03'), enddate: of('2026-03-04', '2026-03-07') }),
        {
          maxLength: 2,
        },
      ),
    })
    .map(({ persons: made, coverage, absent, carried, stock, stays }) => ({
      stock: stock.filter((row, at) => stock.findIndex((other) => ledgerOf(other) === ledgerOf(row)) === at),
      practitioner_stays: stays,
      persons: made.map((one, index) => ({ psn: `P${String(index).padStart(4, '0')}`, ...numbered(one, index) })),
      institutions: [
        {
          fixmedins_code: 'H41010000002',
          admdvs: '410100',
          hosp_lv: '08',
          lmtpric_hosp_lv: '1',
          line_from: '2026-03-04',
          visit_from: '2026-03-04',
        },
        {
          fixmedins_code: 'P42000000003',
          admdvs: '420000',
          hosp_lv: null,
          lmtpric_hosp_lv: null,
          fixmedins_type: '2',
          line_from: null,
          visit_from: null,
          aprv_bed_cnt: '2',
        },
      ],
      practitioners: [
        { code: 'D1', dr_pro_tech_duty: '231', caty: 'A03', susp_begndate: '2026-03-03' },
        { code: 'D2', dr_pro_tech_duty: '234', begndate: '2026-03-02', die_date: '2026-03-06' },
      ],
      coverage_from: coverage,
      absent: absent ? ['psn_insu_d', 'setl_list_oprn_d'] : [],
      ...(carried === undefined ? {} : { carriage: carried }),
    }));
}

const spreadMonths = ['2025-11', '2025-12', '2026-01', '2026-02', '2026-03'];

/** The same with every day of March in another month. */
const movedTo = (value: Plain, month: string): Plain => {
  if (typeof value === 'string') return value.replaceAll('2026-03-', `${month}-`);
  if (Array.isArray(value)) return value.map((one: Plain) => movedTo(one, month));
  return isRecord(value) ? inMonth(value, month) : value;
};
const inMonth = (record: PlainRecord, month: string): PlainRecord =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, movedTo(value, month)]));

/** The same histories over several months and institutions that the data cover, so that periods and peers can be compared. */
export function spread(input: HistoryInput): HistoryInput {
  const moved = (visit: PlainRecord, at: number): PlainRecord => {
    const own = inMonth(visit, spreadMonths[at % spreadMonths.length] ?? '');
    return own['fixmedins_code'] === null ? own : { ...own, fixmedins_code: `H4105000001${Math.floor(at / spreadMonths.length) % 7}` };
  };
  const persons = input.persons.map((one, index) => {
    if (!isRecord(one)) throw new TypeError('a random person is a record');
    return { ...one, visits: recordsIn(one['visits']).map((visit, at) => moved(visit, index * 3 + at)) };
  });
  return { ...input, persons, coverage_from: 10_000 };
}

/** Gives visits and lines keys that are unique in the lake. */
function numbered(one: Record<string, Plain>, at: number): Record<string, Plain> {
  const visits = (one['visits'] as readonly Record<string, Plain>[]).map((own, v) => ({
    ...own,
    mdtrt_id: `V${at}-${v}`,
    lines: (own['lines'] as readonly Record<string, Plain>[]).map((item, l) => ({ ...item, key: `L${at}-${v}-${l}` })),
  }));
  return { ...one, visits };
}

/** Codes of the knowledge tables, patterns made into codes that they match. */
export function vocabularyOf(tables: ReadonlyMap<string, KnowledgeTable>): Vocabulary {
  const codes = (type: string): string[] => {
    const found = new Set<string>();
    for (const table of tables.values()) {
      table.columns.forEach((column, index) => {
        if (column.type !== type) return;
        for (const row of table.rows)
          for (const code of (row.cells[index] as readonly string[] | null) ?? [])
            if (!isNamePattern(code)) found.add(code.replace(/\*$/, '9'));
      });
    }
    return [...found];
  };
  const or = (found: string[], fallback: string): string[] => (found.length > 0 ? found : [fallback]);
  return {
    items: or(codes('set:item'), 'XA01'),
    diagnoses: [...or(codes('set:diagnosis'), 'I10.x00'), 'I10.x00'],
    operations: or(codes('set:operation'), '13.4100'),
  };
}
