import { dictionary, tableOf } from '@hengjian/standard';
import { openTables, optional, type Tables, text } from '@hengjian/table';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FieldPlan, inCalendar1904, oddSql, readSql, refusals, rowChecksOf, valuesSelect } from './typed.ts';

let engine: Tables;
beforeAll(async () => {
  engine = await openTables({ folders: [] });
});
afterAll(() => engine.close());

const quote = (value: string | null): string => (value === null ? 'CAST(NULL AS VARCHAR)' : `'${value}'`);

async function read(name: string, value: string, extra: Partial<FieldPlan> = {}): Promise<string | null> {
  const [table = '', field = ''] = name.split('.');
  const found = tableOf(table).fields.get(field);
  if (found === undefined) throw new Error(`no field ${name}`);
  const sql = readSql(found, { field, from: 'v', loose: true, ...extra });
  const row = await engine.row(`SELECT CAST(${sql} AS VARCHAR) AS x FROM (SELECT ${quote(value)} AS v)`, { x: optional(text) });
  return row?.x ?? null;
}

/** What becomes of a row: its values, why it is refused, and what was not taken as it stood. */
async function judged(table: string, cells: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string | null>>> {
  const plans = Object.keys(cells).map((field): FieldPlan => ({ field, from: `"${field}"`, loose: true }));
  const checks = rowChecksOf(table, plans, dictionary.rowChecks);
  const source = `(SELECT ${Object.entries(cells)
    .map(([field, value]) => `${quote(value)} AS "${field}"`)
    .join(', ')})`;
  const branches = refusals(table, plans, checks);
  const bad = branches.length === 0 ? 'NULL' : `CASE ${branches.join(' ')} END`;
  const values = plans.map(({ field }) => `CAST("t_${field}" AS VARCHAR) AS "${field}"`).join(', ');
  const select = `SELECT ${values}, CAST(${bad} AS VARCHAR) AS bad, CAST(${oddSql(table, plans, checks)} AS VARCHAR) AS odd
    FROM (${valuesSelect(table, plans, checks, source)})`;
  const shape = Object.fromEntries([...Object.keys(cells), 'bad', 'odd'].map((name) => [name, optional(text)]));
  return (await engine.row(select, shape)) ?? {};
}

describe('codes as people write them', () => {
  it.each([
    ['setl_list_diag_d.diag_code', 'Ｋ８０．２００', 'K80.200'],
    ['setl_list_diag_d.diag_code', 'k35.800', 'K35.800'],
    ['setl_list_diag_d.diag_code', 'I10.x00', 'I10.x00'],
    ['setl_list_oprn_d.oprn_oprt_code', '４７．０１００', '47.0100'],
  ])('%s: %s is %s', async (field, value, expected) => {
    expect(await read(field, value)).toBe(expected);
  });
});

describe('numbers as people write them', () => {
  it.each([
    ['45.00元', '4500'],
    ['￥1,200.50', '120050'],
    ['1,200', '120000'],
    ['(12.00)', '-1200'],
    ['12.00-', '-1200'],
    ['１２．５', '1250'],
    ['-45.00元', '-4500'],
    ['1,2', null],
    ['12..3', null],
    ['abc', null],
  ])('an amount %s is %s', async (value, expected) => {
    expect(await read('fee_list_d.det_item_fee_sumamt', value)).toBe(expected);
  });

  it.each([
    ['68岁', '680'],
    ['68周岁', '680'],
    ['3岁5个月', '34'],
    ['8月', '6'],
    ['15天', '0'],
    ['8小时', '0'],
    ['1天6小时', '0'],
    ['30分钟', '0'],
    ['60周', '11'],
    ['3周岁', '30'],
    ['3周岁2周', '30'],
    ['新生儿', null],
  ])('an age %s is %s', async (value, expected) => {
    expect(await read('mdtrt_d.age', value)).toBe(expected);
  });

  it('a weight has the unit of its cell or of the mapping', async () => {
    expect(await read('setl_list_d.nwb_bir_wt', '3.2kg')).toBe('3200');
    expect(await read('setl_list_d.nwb_bir_wt', '3200克')).toBe('3200');
    expect(await read('setl_list_d.nwb_bir_wt', '3.2', { unit: 'kg' })).toBe('3200');
    expect(await read('fee_list_d.det_item_fee_sumamt', '1234', { unit: 'fen' })).toBe('1234');
  });
});

describe('times as sources write them', () => {
  it.each([
    ['45718.375', '2025-03-02 09:00:00'],
    ['2025/3/2 9:00', '2025-03-02 09:00:00'],
    ['20250302090000', '2025-03-02 09:00:00'],
    ['2025年03月02日 09:00', '2025-03-02 09:00:00'],
    ['2019 - 04 - 08', '2019-04-08 00:00:00'],
    ['2025-03-02T09:00:00Z', '2025-03-02 17:00:00'],
    ['2025-03-02T09:00:00+08:00', '2025-03-02 09:00:00'],
    ['2025-03-02T09:00:00-02:00', '2025-03-02 19:00:00'],
    ['2025-03-02T09:00Z', '2025-03-02 17:00:00'],
    ['2025-31-21', null],
    ['1950', null],
    ['03/02/2025', null],
  ])('%s is %s', async (value, expected) => {
    expect(await read('fee_list_d.fee_ocur_time', value)).toBe(expected);
  });

  it('a source with a zone is brought to local time', async () => {
    expect(await read('fee_list_d.fee_ocur_time', '2025-03-02 01:00:00', { zone: '+00:00' })).toBe('2025-03-02 09:00:00');
    expect(await read('fee_list_d.fee_ocur_time', '2025-03-02 01:00:00', { zone: 'Z' })).toBe('2025-03-02 09:00:00');
  });
});

describe('values that say nothing', () => {
  it('become missing and are told', async () => {
    expect(await judged('psn_info_b', { die_date: '1900-01-01', brdy: '1970-01-01', gend: '-' })).toEqual({
      ...{ die_date: null, brdy: '1970-01-01', gend: null, bad: null, odd: 'filler|die_date;filler|gend' },
    });
    expect(
      await judged('fee_list_d', { prd_days: '-60', med_list_codg: 'A', fee_ocur_time: '2025-03-02', cnt: '1', det_item_fee_sumamt: '1' }),
    ).toMatchObject({ prd_days: null, bad: null, odd: 'filler|prd_days' });
    const supply = { med_list_codg: 'A', fee_ocur_time: '2025-03-02', cnt: '1', det_item_fee_sumamt: '1' };
    expect(await judged('fee_list_d', { ...supply, prd_days: '999' })).toMatchObject({ prd_days: null, odd: 'filler|prd_days' });
    expect(await judged('fee_list_d', { ...supply, prd_days: '400' })).toMatchObject({ prd_days: null, odd: 'implausible|prd_days' });
    expect(await judged('fee_list_d', { ...supply, prd_days: '90' })).toMatchObject({ prd_days: '9000', odd: null });
    expect(await judged('setl_list_d', { nwb_bir_wt: '0', nwb_adm_wt: '3.2', mdtrt_id: 'M' })).toMatchObject({
      ...{ nwb_bir_wt: null, nwb_adm_wt: null, odd: 'filler|nwb_bir_wt;implausible|nwb_adm_wt;rounded|nwb_adm_wt' },
    });
    expect(await judged('mdtrt_d', { endtime: '2099-12-31', mdtrt_id: 'M', begntime: '2025-03-01' })).toMatchObject({
      ...{ endtime: null, odd: 'implausible|endtime' },
    });
    expect(await judged('mdtrt_d', { age: '850', endtime: '9999-12-31 00:00:00', mdtrt_id: 'M', begntime: '2025-03-01' })).toMatchObject({
      ...{ age: null, endtime: null, odd: 'implausible|age;filler|endtime' },
    });
  });

  it.each(['0000-00-00', '0000-00-00 00:00:00', '00000000', '0', '1900/1/0', '0000/00/00 00:00'])(
    'a day %s of a database or a spreadsheet is none',
    async (endtime) => {
      expect(await judged('mdtrt_d', { endtime, mdtrt_id: 'M', begntime: '2025-03-01' })).toMatchObject({
        ...{ endtime: null, bad: null, odd: 'filler|endtime' },
      });
    },
  );

  it.each(['无', '不详', '未知', 'None', 'none', '(null)', '－'])('are words too: %s', async (word) => {
    const line = { med_list_codg: 'A', cnt: '1', det_item_fee_sumamt: '1', mdtrt_id: 'M', fee_ocur_time: '2025-03-02' };
    expect(await judged('fee_list_d', { ...line, inscp_amt: word, bilg_dr_code: word, init_feedetl_sn: word })).toMatchObject({
      ...{ inscp_amt: null, bilg_dr_code: null, init_feedetl_sn: null, bad: null },
    });
    expect(await judged('psn_info_b', { die_date: word })).toMatchObject({ die_date: null, bad: null, odd: 'filler|die_date' });
  });

  it('are no word that is the name of a code, and no item that must be there', async () => {
    expect(await judged('setl_list_diag_d', { mdtrt_id: 'M', diag_code: 'K80.200', adm_cond_type: '无' })).toMatchObject({
      adm_cond_type: '4',
    });
    expect(await judged('psn_list_d', { psn_list_id: 'R1', certno_chk: 'none' })).toMatchObject({ certno_chk: 'none', odd: null });
    const line = { cnt: '1', det_item_fee_sumamt: '1', mdtrt_id: 'M', fee_ocur_time: '2025-03-02' };
    expect(await judged('fee_list_d', { ...line, med_list_codg: '无' })).toMatchObject({ med_list_codg: '无', bad: null });
  });

  it('are zeros in place of a serial, but not of other texts', async () => {
    const line = { med_list_codg: '0', cnt: '1', det_item_fee_sumamt: '1', mdtrt_id: 'M', fee_ocur_time: '2025-03-02' };
    expect(await judged('fee_list_d', { ...line, bkkp_sn: '0', feedetl_sn: '0010', init_feedetl_sn: '000' })).toMatchObject({
      ...{ med_list_codg: '0', bkkp_sn: null, feedetl_sn: '0010', init_feedetl_sn: null },
    });
  });

  it('are no number of a person in signs of full width', async () => {
    expect((await judged('mdtrt_d', { psn_no: '３３０１', mdtrt_id: 'M', begntime: '2025-03-01' })).psn_no).toBe('３３０１');
    expect((await judged('mdtrt_d', { psn_no: '不详', mdtrt_id: 'M', begntime: '2025-03-01' })).psn_no).toBe(null);
  });

  it('refuse the row where something must be said', async () => {
    const line = { med_list_codg: 'A', cnt: '1', det_item_fee_sumamt: '1', mdtrt_id: 'M' };
    expect((await judged('fee_list_d', { ...line, fee_ocur_time: '1900-01-01' })).bad).toBe('filler|fee_ocur_time');
    expect((await judged('fee_list_d', { ...line, fee_ocur_time: '9999-12-31' })).bad).toBe('filler|fee_ocur_time');
    expect((await judged('fee_list_d', { ...line, fee_ocur_time: '1888-12-31' })).bad).toBe('implausible|fee_ocur_time');
    expect((await judged('fee_list_d', { ...line, fee_ocur_time: '-' })).bad).toBe('missing|fee_ocur_time');
    expect((await judged('fee_list_d', { ...line, fee_ocur_time: '2025-03-02', cnt: '1e3' })).bad).toBe('unreadable|cnt');
  });

  it('money that loses digits is told, and an exact one is not', async () => {
    const line = { med_list_codg: 'A', cnt: '1', mdtrt_id: 'M', fee_ocur_time: '2025-03-02' };
    expect(await judged('fee_list_d', { ...line, det_item_fee_sumamt: '12.345' })).toMatchObject({
      det_item_fee_sumamt: '1235',
      odd: 'rounded|det_item_fee_sumamt',
    });
    expect((await judged('fee_list_d', { ...line, det_item_fee_sumamt: '0.004' })).odd).toBe('rounded|det_item_fee_sumamt');
    expect((await judged('fee_list_d', { ...line, det_item_fee_sumamt: '12.3400' })).odd).toBe(null);
  });
});

describe('what a spreadsheet leaves of a value', () => {
  const dated = (value: string): Promise<string | null> => {
    const [plan] = inCalendar1904('fee_list_d', [{ field: 'fee_ocur_time', from: 'v' }]);
    return read('fee_list_d.fee_ocur_time', value, plan);
  };

  it('is a bare day of its own calendar, and a text as it stands', async () => {
    expect(await dated('44256.375')).toBe('2025-03-02 09:00:00');
    expect(await dated('2025-03-02 09:00:00')).toBe('2025-03-02 09:00:00');
  });

  it('is a code without its zeros, as a data frame has it, or its name, unless it is another code', async () => {
    const line = { med_list_codg: 'A', cnt: '1', det_item_fee_sumamt: '1', mdtrt_id: 'M', fee_ocur_time: '2025-03-02' };
    expect(await judged('fee_list_d', { ...line, med_chrgitm_type: '5' })).toMatchObject({
      ...{ med_chrgitm_type: '05', odd: 'code|med_chrgitm_type' },
    });
    for (const [vali_flag, code] of [
      ['无效', '0'],
      ['N', '0'],
      ['0.0', '0'],
      ['是', '1'],
      ['2', '2'],
    ])
      expect((await judged('fee_list_d', { ...line, vali_flag: vali_flag ?? '' })).vali_flag).toBe(code);
    expect(await judged('fee_list_d', { ...line, med_chrgitm_type: '14' })).toMatchObject({ med_chrgitm_type: '14', odd: null });
    expect(await judged('mdtrt_d', { gend: '1', mdtrt_id: 'M', begntime: '2025-03-02' })).toMatchObject({ gend: '1', odd: null });
    for (const [gend, code] of [
      ['男性', '1'],
      ['F', '2'],
    ])
      expect((await judged('mdtrt_d', { gend: gend ?? '', mdtrt_id: 'M', begntime: '2025-03-02' })).gend).toBe(code);
  });
});

describe('two dates of a row', () => {
  it('out of order make an enrolment say nothing, and a birth after the visit unknown', async () => {
    expect((await judged('psn_insu_d', { psn_no: 'P', insutype: '310', begndate: '2025-06-01', enddate: '2025-01-01' })).bad).toBe(
      'reversed|enddate',
    );
    expect(await judged('mdtrt_d', { mdtrt_id: 'M', begntime: '2025-03-02 10:00', brdy: '2026-01-01' })).toMatchObject({
      brdy: null,
      odd: 'reversed|brdy',
    });
  });

  it('with a filler among them contradict nothing', async () => {
    const enrolment = { psn_no: 'P', insutype: '310', begndate: '2025-06-01' };
    expect((await judged('psn_insu_d', { ...enrolment, enddate: '1900-01-01' })).bad).toBe(null);
    expect((await judged('psn_insu_d', { ...enrolment, enddate: '9999-12-31' })).bad).toBe(null);
  });
});
