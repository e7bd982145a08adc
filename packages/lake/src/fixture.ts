import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Small national tables for tests, as records of text. */
export type Records = readonly Readonly<Record<string, string>>[];
export type Tables = Readonly<Record<string, Records>>;

export const temporary = (): string => mkdtempSync(join(tmpdir(), 'hengjian-lake-'));

const quote = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

export function csv(records: Records, delimiter = ','): string {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.map((record) => columns.map((column) => quote(record[column] ?? '')).join(delimiter));
  return `${[columns.join(delimiter), ...rows].join('\n')}\n`;
}

/** Writes one CSV per table below a folder; `suffix` makes the names of several extracts differ. */
export function writeTables(folder: string, tables: Tables, suffix = ''): string {
  mkdirSync(folder, { recursive: true });
  for (const [table, records] of Object.entries(tables))
    if (records.length > 0) writeFileSync(join(folder, `${table}${suffix}.csv`), csv(records));
  return folder;
}

const two = (value: number): string => String(value).padStart(2, '0');
const yuan = (fen: number): string => `${Math.trunc(fen / 100)}.${two(Math.abs(fen) % 100)}`;

/** One visit with one settlement and `lines` lines of 2 × 10.50 yuan. */
export function visit(number: number, person: number, month: number, lines: number, day = 10): Tables {
  const at = `2025-${two(month)}-${two(day)}`;
  const mdtrt_id = `M${number}`;
  const setl_id = `S${number}`;
  const total = yuan(2100 * lines);
  const common = {
    mdtrt_id,
    psn_no: `P${person}`,
    fixmedins_code: `H4301000000${(person % 3) + 1}`,
    med_type: '11',
    insutype: '310',
    insu_admdvs: '430100',
  };
  return {
    mdtrt_d: [
      {
        ...common,
        psn_name: '张三',
        tel: '13800000000',
        gend: String((person % 2) + 1),
        brdy: '1980-05-06',
        begntime: `${at} 08:00:00`,
        endtime: `${at} 09:00:00`,
        vali_flag: '1',
      },
    ],
    setl_d: [
      {
        ...common,
        setl_id,
        setl_time: `${at} 09:30:00`,
        medfee_sumamt: total,
        inscp_amt: total,
        fund_pay_sumamt: yuan(1470 * lines),
        acct_pay: '0.00',
        psn_pay: yuan(630 * lines),
        clr_way: '1',
        vali_flag: '1',
      },
    ],
    fee_list_d: Array.from({ length: lines }, (_, index) => ({
      bkkp_sn: `B${number}-${index}`,
      mdtrt_id,
      setl_id,
      psn_no: `P${person}`,
      fixmedins_code: common.fixmedins_code,
      feedetl_sn: `F${number}-${index}`,
      fee_ocur_time: `${at} 08:${two(10 + index)}:00`,
      rx_drord_no: `R${index % 2}`,
      med_list_codg: `XA01ABD0${index % 4}`,
      hilist_name: `药品${index % 4}`,
      cnt: '2',
      pric: '10.5',
      det_item_fee_sumamt: '21.00',
      inscp_amt: '21.00',
      fulamt_ownpay_amt: '0',
      list_type: '101',
      bilg_dept_codg: 'A03',
      bilg_dr_code: `D43010000000${person % 5}`,
      vali_flag: '1',
    })),
    setl_list_diag_d: [
      {
        setl_list_diag_id: `D${number}`,
        setl_id,
        mdtrt_id,
        psn_no: `P${person}`,
        maindiag_flag: '1',
        diag_code: 'I10.x00',
        diag_name: '高血压',
        vali_flag: '1',
      },
    ],
  };
}

/** Puts tables one after another. */
export function joinTables(...parts: readonly Tables[]): Tables {
  const names = [...new Set(parts.flatMap((part) => Object.keys(part)))];
  return Object.fromEntries(names.map((name) => [name, parts.flatMap((part) => part[name] ?? [])]));
}

/** A few persons with visits over the months 1 to `months`, and the tables kept once. */
export function city(persons: number, months: number): Tables {
  const visits: Tables[] = [];
  for (let person = 1; person <= persons; person += 1) {
    for (let month = 1; month <= months; month += 1) visits.push(visit(person * 100 + month, person, month, 1 + ((person + month) % 4)));
  }
  return joinTables(...visits, {
    psn_info_b: Array.from({ length: persons }, (_, index) => ({
      psn_no: `P${index + 1}`,
      certno: `43010119800506${1000 + index}`,
      psn_name: '李四',
      gend: String(((index + 1) % 2) + 1),
      brdy: '1980-05-06',
      vali_flag: '1',
    })),
    psn_insu_d: Array.from({ length: persons }, (_, index) => ({
      psn_insu_rlts_id: `I${index + 1}`,
      psn_no: `P${index + 1}`,
      insutype: '310',
      psn_insu_stas: '1',
      begndate: '2020-01-01',
      vali_flag: '1',
    })),
    medins_info_b: [1, 2, 3].map((one) => ({
      fixmedins_code: `H4301000000${one}`,
      fixmedins_name: `第${one}医院`,
      fixmedins_type: '1',
      hosp_lv: '05',
      admdvs: '430100',
      aprv_bed_cnt: '500',
      vali_flag: '1',
    })),
    hilist_b: [{ hilist_code: 'XA01ABD00', hilist_name: '目录药品零', list_type: '101' }],
  });
}

/** Divides tables by the month of a row: fee lines by their time, settlements and visits by theirs. */
export function byMonth(tables: Tables, month: number): Tables {
  const stamp = `2025-${two(month)}`;
  const inMonth = (record: Readonly<Record<string, string>>): boolean =>
    (record.fee_ocur_time ?? record.setl_time ?? record.begntime ?? stamp).startsWith(stamp);
  return Object.fromEntries(Object.entries(tables).map(([name, records]) => [name, records.filter(inMonth)]));
}
