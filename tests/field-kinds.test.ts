import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from './command.ts';
import { type Job, lineOf, newJob } from './job.ts';

// Inputs of the kinds of ../shared/data/field-cases with other numbers, tables, columns and orders, so that a kind is
// mended and not a case.

type Row = Readonly<Record<string, string>>;
type Tables = Record<string, Row[]>;

const hospital = 'H52010000077';
const bed = '001109000010000';
const tables: Tables = {
  medins_info_b: [
    { vali_flag: '1', aprv_bed_cnt: '300', hosp_lv: '02', fixmedins_type: '1', fixmedins_name: '某院', fixmedins_code: hospital },
  ],
};
const add = (table: string, ...rows: readonly Row[]): void => {
  tables[table] = [...(tables[table] ?? []), ...rows];
};
const common = (id: string): Row => ({
  mdtrt_id: id,
  psn_no: `X-${id}`,
  fixmedins_code: hospital,
  med_type: '21',
  insutype: '390',
  insu_admdvs: '520100',
  vali_flag: '1',
});
const register = (id: string, more: Row = {}): void =>
  add('psn_info_b', { psn_no: `X-${id}`, gend: '2', brdy: '1971-11-23', vali_flag: '1', ...more });
const visit = (id: string, more: Row = {}): void =>
  add('mdtrt_d', {
    ...common(id),
    gend: '2',
    brdy: '1971-11-23',
    begntime: '2025-09-10 14:00:00',
    endtime: '2025-09-13 10:00:00',
    ipt_days: '3',
    dscg_way: '1',
    ...more,
  });
const bill = (id: string, yuan: string, more: Row = {}): void =>
  add('setl_d', {
    ...common(id),
    setl_id: `Z${id}`,
    setl_time: '2025-09-13 10:20:00',
    medfee_sumamt: yuan,
    inscp_amt: yuan,
    fund_pay_sumamt: yuan,
    acct_pay: '0',
    psn_pay: '0',
    clr_way: '1',
    ...more,
  });
const line = (id: string, serial: string, more: Row = {}): Row => ({
  ...common(id),
  setl_id: `Z${id}`,
  bkkp_sn: `${id}:${serial}`,
  feedetl_sn: `${id}-${serial}`,
  fee_ocur_time: `2025-09-${String(9 + Number(serial)).padStart(2, '0')} 15:00:00`,
  rx_drord_no: '7',
  list_type: '201',
  med_list_codg: bed,
  hilist_name: '床位费',
  cnt: '1',
  pric: '61.5',
  det_item_fee_sumamt: '61.50',
  inscp_amt: '61.50',
  fulamt_ownpay_amt: '0',
  med_chrgitm_type: '01',
  ...more,
});
const beds = (id: string, days: number): void => add('fee_list_d', ...Array.from({ length: days }, (_, day) => line(id, String(day + 1))));
const back: Row = { refd_setl_flag: '1', setl_time: '2025-09-20 08:00:00' };

function stays(): void {
  for (const id of ['GIVEN', 'PART', 'AGAIN', 'UPLOADED', 'LESS', 'FILLED', 'DAY', 'SEX', 'ENDS', 'SUPPLY', 'EATEN']) {
    register(id, id === 'FILLED' ? { die_date: '1970-01-01' } : id === 'SEX' ? { gend: '1' } : {});
    visit(id, visits[id]);
  }
  // 03: the refund comes first in the file and days later.
  bill('GIVEN', '184.50', { ...back, setl_id: 'ZGIVEN-back', init_setl_id: 'ZGIVEN' });
  bill('GIVEN', '184.50');
  beds('GIVEN', 3);
  // 04: a part of a line is given back, in the file before the line.
  bill('PART', '123.00');
  add('fee_list_d', line('PART', '2', { bkkp_sn: 'PART:r', feedetl_sn: 'PART-r', init_feedetl_sn: 'PART-1' }));
  add('fee_list_d', line('PART', '1', { cnt: '3', det_item_fee_sumamt: '184.50', inscp_amt: '184.50' }));
  // 05: the one without lines comes first, under a name that sorts first.
  bill('AGAIN', '184.50', { setl_id: 'A-AGAIN', setl_time: '2025-09-13 10:14:30' });
  bill('AGAIN', '184.50');
  beds('AGAIN', 3);
  // 06: the lines came again under wholly new serials; the settlement shows that only one of them was paid.
  bill('UPLOADED', '184.50');
  beds('UPLOADED', 3);
  for (const serial of ['1', '2', '3'])
    add('fee_list_d', line('UPLOADED', serial, { bkkp_sn: `UPLOADED:9${serial}`, feedetl_sn: `UPLOADED-9${serial}` }));
  // 07: the total is less than the lines.
  bill('LESS', '100.00');
  beds('LESS', 3);
  // 09, 10, 18, 19, 21, 22
  for (const id of ['FILLED', 'SEX', 'ENDS', 'EATEN']) {
    bill(id, '184.50');
    beds(id, 3);
  }
  bill('DAY', '61.50');
  add('fee_list_d', line('DAY', '1'));
  bill('SUPPLY', '60.00');
  const sold = {
    list_type: '101',
    med_list_codg: 'XN02AXQ147A001010115439',
    cnt: '60',
    pric: '1',
    det_item_fee_sumamt: '60.00',
    inscp_amt: '60.00',
  };
  add('fee_list_d', line('SUPPLY', '1', { ...sold, prd_days: '-0.5', med_chrgitm_type: '09' }));
  add('setl_list_oprn_d', { ...common('EATEN'), setl_id: 'ZEATEN', setl_list_oprn_id: '1', oprn_oprt_code: '47.01', oprn_oprt_type: '1' });
  add('psn_insu_d', {
    psn_insu_rlts_id: 'E1',
    psn_no: 'X-ENDS',
    insutype: '390',
    begndate: '2025-12-31',
    enddate: '2025-12-30',
    vali_flag: '1',
  });
  add('psn_insu_d', ...['GIVEN', 'PART', 'AGAIN', 'LESS'].map((id) => insured(id)));
}

const insured = (id: string): Row => ({
  psn_insu_rlts_id: `I-${id}`,
  psn_no: `X-${id}`,
  insutype: '390',
  begndate: '2021-03-04',
  enddate: '',
  vali_flag: '1',
});
const visits: Readonly<Record<string, Row>> = {
  FILLED: { endtime: '9999-12-31 00:00:00', ipt_days: '' },
  DAY: { endtime: '2025-09-10 20:00:00', ipt_days: '0' },
};

/** CSV of some rows: columns from the last one to the first, rows as they are. */
const csvOf = (rows: readonly Row[]): string => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].reverse();
  return [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))].map((cells) => `${cells.join('\t')}\n`).join('');
};

type Cell = { readonly t: 's' | 'n'; readonly v: string | number; readonly z?: string };

/** A workbook of one sheet, row by row. */
function workbook(rows: readonly (readonly Cell[])[], date1904 = false): Buffer {
  const sheet: xlsx.WorkSheet = {};
  for (const [row, cells] of rows.entries()) for (const [c, cell] of cells.entries()) sheet[xlsx.utils.encode_cell({ r: row, c })] = cell;
  sheet['!ref'] = xlsx.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: rows.length - 1, c: (rows[0]?.length ?? 1) - 1 } });
  const book = { SheetNames: ['费用'], Sheets: { 费用: sheet }, Workbook: { WBProps: { date1904 } } };
  const written: unknown = xlsx.write(book, { type: 'buffer', bookType: 'xlsx' });
  return Buffer.isBuffer(written) ? written : Buffer.alloc(0);
}
const said = (value: string): Cell => ({ t: 's', v: value });

describe('a kind of fault that came in a delivery', () => {
  let job: Job;
  let outcome: Outcome;
  let findings: readonly string[];
  const found = (visitId: string, ...rules: readonly string[]): readonly string[] =>
    findings.filter((one) => one.endsWith(` ${visitId}`) && rules.some((rule) => one.startsWith(`${rule} `)));
  const settled = (id: string): Promise<readonly string[]> => job.rows('fee_list_d', 'cnt, det_item_fee_sumamt', `mdtrt_id = '${id}'`);

  beforeAll(async () => {
    job = newJob();
    const source = join(job.folder, 'in');
    mkdirSync(source);
    stays();
    for (const [table, rows] of Object.entries(tables)) writeFileSync(join(source, `${table}.tsv`), csvOf(rows));
    outcome = await job.ingest(source);
    findings = await job.audit('N27', 'IA09', 'IB07', 'IE03', 'IA19', 'N42', 'N35', 'IE08', 'N09', 'IE01');
  });
  afterAll(() => job.remove());

  it('03: a refund of a settlement with plus signs, before it in the file', async () => {
    expect(await settled('GIVEN')).toEqual([]);
    expect(found('GIVEN', 'IB07', 'IA09', 'N27')).toEqual([]);
  });

  it('04: a part of a line given back with plus signs', async () => {
    expect(await settled('PART')).toEqual(['20000 12300']);
    expect(found('PART', 'IB07')).toEqual(['IB07 suspicious 12300 PART']);
  });

  it('05: two settlements of one stay, of which the later one has the lines', async () => {
    expect(await job.rows('setl_d', 'setl_id', "mdtrt_id = 'AGAIN'")).toEqual(['ZAGAIN']);
    expect(found('AGAIN', 'IB07')).toEqual(['IB07 suspicious 18450 AGAIN']);
  });

  it('06: lines sent again under new serials only', async () => {
    expect(await settled('UPLOADED')).toHaveLength(3);
    expect(found('UPLOADED', 'N27', 'IA09')).toEqual([]);
  });

  it('07: a total below the sum of its lines', () => {
    expect(job.quality()).toMatchObject({
      doubts: expect.arrayContaining([expect.objectContaining({ cause: 'total', visits: 1, amount_fen: 8450 })]),
    });
  });

  it('09: fillers of other kinds in other columns', () => {
    expect(found('FILLED', 'IE03', 'IA19', 'N42', 'N35')).toEqual([]);
    expect(job.quality()).toMatchObject({
      odd: expect.arrayContaining([
        expect.objectContaining({ field: 'endtime', oddity: 'filler', rows: 1 }),
        expect.objectContaining({ field: 'die_date', oddity: 'filler', rows: 1 }),
      ]),
    });
  });

  it('10: a stay of some hours in an afternoon', () => {
    expect(found('DAY', 'IA09')).toEqual([]);
  });

  it('18: an enrolment that ends the day before it begins', async () => {
    expect(lineOf(outcome, 'psn_insu_d')).toContain('5 rows = 4 accepted + 1 quarantined');
    expect(found('ENDS', 'IE08')).toEqual([]);
    expect(await job.whyNot('IE08', '--visit', 'ENDS')).toMatch(/unknown/);
  });

  it('19: the sex of register and visit contradict', () => {
    expect(job.quality()).toMatchObject({ doubts: expect.arrayContaining([expect.objectContaining({ cause: 'sex', visits: 1 })]) });
  });

  it('21: half a day of supply below zero', async () => {
    expect(await job.whyNot('N09', '--line', 'SUPPLY:1')).toMatch(/unknown/);
  });

  it('22: an operation code that lost its zeros is counted among the ruined codes', () => {
    expect(job.quality().ruined).toMatchObject([{ field: 'oprn_oprt_code', rows: 1 }]);
  });
});

describe('a kind of fault of a file', () => {
  const fees = Array.from({ length: 5 }, (_, index) => line('FILES', String(index + 1)));
  const columns = Object.keys(fees[0] ?? {});
  const rowsOf = (how: (column: string, value: string, index: number) => Cell): Cell[][] => [
    columns.map((column) => how(column, column, -1)),
    ...fees.map((row, index) => columns.map((column) => how(column, row[column] ?? '', index))),
  ];
  const text = (change: (cells: string[], index: number) => string): string =>
    [
      columns.join(','),
      ...fees.map((row, index) =>
        change(
          columns.map((column) => row[column] ?? ''),
          index,
        ),
      ),
      '',
    ].join('\r\n');
  const named = (value: string) => (cells: string[]) => cells.map((cell) => (cell === '床位费' ? value : cell)).join(',');
  const serial = (days: number): Cell => ({ t: 'n', v: days, z: 'yyyy-mm-dd hh:mm' });
  const files: Readonly<Record<string, string | Buffer>> = {
    // 11: 2025-09-11 15:00 counted from 1904.
    'fee_list_d-11.xlsx': workbook(
      rowsOf((column, value, index) => (column === 'fee_ocur_time' && index >= 0 ? serial(44_449.625) : said(value))),
      true,
    ),
    'fee_list_d-12.xlsx': workbook(rowsOf((_, value, index) => said(index < 0 ? ` ${value.replace('_', '\r\n_')}\n` : value))),
    // 13: the serial of the institution, 17 digits, in two rows of five.
    'fee_list_d-13.xlsx': workbook(
      rowsOf((column, value, index) =>
        column === 'feedetl_sn' && index > 2 ? { t: 'n', v: 41_010_120_250_910_096 + index } : said(value),
      ),
    ),
    'fee_list_d-14.csv': text((cells, index) => named(index === 4 ? '"六人间"床位' : '床位费')(cells)),
    'fee_list_d-15.csv': text((cells, index) => named(index === 0 || index === 3 ? '"三人间床位' : '床位费')(cells)),
    'fee_list_d-16.csv': Buffer.concat([
      iconv.encode(text(named('床位费')), 'gb18030'),
      iconv.encode(named('床位')(columns.map((column) => line('FILES', '6')[column] ?? '')), 'gb18030').subarray(0, -20),
    ]),
  };
  const right: Readonly<Record<string, readonly [number, number]>> = {
    'fee_list_d-11.xlsx': [5, 0],
    'fee_list_d-12.xlsx': [5, 0],
    'fee_list_d-13.xlsx': [3, 2],
    'fee_list_d-14.csv': [4, 1],
    'fee_list_d-15.csv': [3, 2],
    'fee_list_d-16.csv': [5, 1],
  };
  let job: Job;
  afterAll(() => job.remove());

  it('costs the rows it is in, and each of them is counted', async () => {
    job = newJob();
    const source = join(job.folder, 'in');
    mkdirSync(source);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(source, name), content);
    const outcome = await job.ingest(source);
    expect(outcome.err).toBe('');
    for (const [name, [accepted, quarantined]] of Object.entries(right)) {
      const told = lineOf(outcome, name).replaceAll(/ \(.*?\)/g, '');
      expect(told, outcome.out).toContain(`${accepted + quarantined} rows = ${accepted} accepted + ${quarantined} quarantined`);
    }
  });
});
