import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Job, newJob } from './job.ts';

// Inputs of the kinds of ../shared/data/field-cases that are about serials of several hospitals and hours of a stay, with other
// tables, items and numbers.

type Row = Readonly<Record<string, string>>;
type Tables = Readonly<Record<string, readonly Row[]>>;

const csvOf = (rows: readonly Row[]): string => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))].map((cells) => `${cells.join(',')}\n`).join('');
};

/** Writes tables into a folder of a job. */
function deliver(job: Job, name: string, tables: Tables): string {
  const folder = join(job.folder, name);
  mkdirSync(folder);
  for (const [table, rows] of Object.entries(tables)) writeFileSync(join(folder, `${table}.csv`), csvOf(rows));
  return folder;
}

const joined = (...all: readonly Tables[]): Tables =>
  Object.fromEntries([...new Set(all.flatMap((one) => Object.keys(one)))].map((table) => [table, all.flatMap((one) => one[table] ?? [])]));

/** The stays and lines of a hospital that numbers everything from 1. */
function hospital(code: string, letter: string, more: Tables = {}): Tables {
  const stays = [`${letter}1`, `${letter}2`];
  const common = (id: string): Row => ({
    mdtrt_id: id,
    psn_no: `P-${id}`,
    fixmedins_code: code,
    med_type: '21',
    insutype: '310',
    vali_flag: '1',
  });
  const line = (id: string, serial: string): Row => ({
    ...{ ...common(id), setl_id: `S-${id}`, bkkp_sn: serial, feedetl_sn: serial, rx_drord_no: serial },
    ...{ fee_ocur_time: '2025-05-02 09:00:00', med_list_codg: '002204000010000', cnt: '1', pric: '12.3' },
    ...{ det_item_fee_sumamt: '12.30', inscp_amt: '12.30', med_chrgitm_type: '05' },
  });
  const own: Tables = {
    psn_info_b: stays.map((id) => ({ psn_no: `P-${id}`, gend: '1', brdy: '1961-02-03', vali_flag: '1' })),
    mdtrt_d: stays.map((id) => ({
      ...common(id),
      begntime: '2025-05-01 08:00:00',
      endtime: '2025-05-04 09:00:00',
      ipt_days: '3',
      dscg_way: '1',
    })),
    setl_d: stays.map((id) => ({
      ...common(id),
      setl_id: `S-${id}`,
      setl_time: '2025-05-04 10:00:00',
      medfee_sumamt: '12.30',
      clr_way: '1',
    })),
    fee_list_d: stays.map((id, index) => line(id, String(index + 1))),
    setl_list_diag_d: stays.map((id, index) => ({
      ...common(id),
      setl_list_diag_id: String(index + 1),
      maindiag_flag: '1',
      diag_code: 'K80.200',
    })),
    setl_list_oprn_d: stays.map((id, index) => ({
      ...{
        ...common(id),
        setl_list_oprn_id: String(index + 1),
        main_oprn_flag: '1',
        oprn_oprt_code: '51.2300',
        oprn_oprt_date: '2025-05-02',
      },
    })),
  };
  return joined(own, more);
}

describe('08: hospitals whose serials are 1, 2, 3', () => {
  const [east, west] = ['H52010000077', 'H52010000078'];
  const tables = ['fee_list_d', 'setl_list_diag_d', 'setl_list_oprn_d'] as const;
  let job: Job;
  const nothingHeld = (): void => expect(job.quality()).toMatchObject({ held: [] });
  const counted = async (): Promise<readonly number[]> => {
    const all = await Promise.all(tables.map((table) => job.rows(table, 'mdtrt_id')));
    return all.map((rows) => rows.length);
  };

  beforeAll(() => {
    job = newJob();
  });
  afterAll(() => job.remove());

  it('live in one delivery, in the same files', async () => {
    const { code, err } = await job.ingest(deliver(job, 'both', joined(hospital(east, 'E'), hospital(west, 'W'))));
    expect(code, err).toBe(0);
    expect(await counted()).toEqual([4, 4, 4]);
    nothingHeld();
  });

  it('live in deliveries one after the other, and a third one beside them', async () => {
    const { code, err } = await job.ingest(deliver(job, 'third', hospital('H52010000079', 'T')));
    expect(code, err).toBe(0);
    expect(await counted()).toEqual([6, 6, 6]);
    nothingHeld();
  });

  it('a refund that names line 1 takes back the line 1 of its own hospital alone', async () => {
    const refund: Row = {
      ...{ mdtrt_id: 'W1', psn_no: 'P-W1', fixmedins_code: west, med_type: '21', insutype: '310', vali_flag: '1', setl_id: 'S-W1' },
      ...{ bkkp_sn: '3', feedetl_sn: '3', init_feedetl_sn: '1', fee_ocur_time: '2025-05-02 11:00:00', med_list_codg: '002204000010000' },
      ...{ cnt: '-1', pric: '12.3', det_item_fee_sumamt: '-12.30', inscp_amt: '-12.30', med_chrgitm_type: '05' },
    };
    const { code, err } = await job.ingest(deliver(job, 'refund', { fee_list_d: [refund] }));
    expect(code, err).toBe(0);
    expect(await job.rows('fee_list_d', 'mdtrt_id')).toEqual(['E1', 'E2', 'T1', 'T2', 'W2']);
    nothingHeld();
  });
});

describe('17: hours charged beyond the stay', () => {
  const [oxygen, oximetry] = ['001203000010000', '003107010280000'];
  const stays: Tables[] = [];
  let job: Job;
  let findings: readonly string[];

  /** A stay with hours of items: item, hours, price and time of each line. */
  function stay(id: string, [from, to]: readonly [string, string], lines: readonly (readonly [string, string, number, string])[]): void {
    const common = { mdtrt_id: id, psn_no: `P-${id}`, fixmedins_code: 'H52010000077', med_type: '21', insutype: '310', vali_flag: '1' };
    const fees = lines.map(([item, hours, price, time], index): Row => {
      const amount = (Number(hours) * price).toFixed(2);
      return {
        ...{
          ...common,
          setl_id: `S-${id}`,
          bkkp_sn: `${id}-${index}`,
          feedetl_sn: `${id}-${index}`,
          fee_ocur_time: time,
          med_list_codg: item,
        },
        ...{ cnt: hours, pric: String(price), det_item_fee_sumamt: amount, inscp_amt: amount, med_chrgitm_type: '05' },
      };
    });
    const total = fees.reduce((sum, { det_item_fee_sumamt = '0' }) => sum + Number(det_item_fee_sumamt), 0).toFixed(2);
    stays.push({
      psn_info_b: [{ psn_no: `P-${id}`, gend: '2', brdy: '1950-06-07', vali_flag: '1' }],
      mdtrt_d: [{ ...common, begntime: from, endtime: to, dscg_way: '1' }],
      setl_d: [{ ...common, setl_id: `S-${id}`, setl_time: '2025-06-20 10:00:00', medfee_sumamt: total, clr_way: '1' }],
      fee_list_d: fees,
    });
  }

  beforeAll(async () => {
    // 32 hours 20 minutes are 33; 72 are charged over three days.
    stay(
      'DAYS',
      ['2025-06-01 22:10:00', '2025-06-03 06:30:00'],
      [
        [oxygen, '24', 4.5, '2025-06-01 22:30:00'],
        [oxygen, '24', 4.5, '2025-06-02 08:00:00'],
        [oxygen, '24', 4.5, '2025-06-03 06:00:00'],
      ],
    );
    // One line of forty and a half hours in a stay of thirty.
    stay('LINE', ['2025-06-05 08:00:00', '2025-06-06 14:00:00'], [[oximetry, '40.5', 3, '2025-06-06 09:00:00']]);
    // Every begun hour, and two items side by side.
    stay(
      'WHOLE',
      ['2025-06-01 22:10:00', '2025-06-03 06:30:00'],
      [
        [oxygen, '33', 4.5, '2025-06-02 08:00:00'],
        [oximetry, '33', 3, '2025-06-02 08:00:00'],
      ],
    );
    job = newJob();
    const { code, err } = await job.ingest(deliver(job, 'in', joined(...stays)));
    expect(code, err).toBe(0);
    findings = await job.audit('IA20');
  });
  afterAll(() => job.remove());

  it('over several days, and in one line of parts of an hour', () => {
    expect(findings).toEqual(['IA20 suspicious 17550 DAYS', 'IA20 suspicious 3150 LINE']);
  });

  it('are none where every begun hour is charged once', async () => {
    expect(await job.whyNot('IA20', '--line', 'WHOLE-0')).toMatch(/clear/);
  });
});
