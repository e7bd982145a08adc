import { createHash } from 'node:crypto';
import type { History, Line, Row, Rows, Visit } from './histories.ts';

/** National tables by name. */
export type Tables = Map<string, Row[]>;

const area = '330106';
const levels: Readonly<Record<string, Row>> = {
  H3: { fixmedins_type: '1', hosp_lv: '02', lmtpric_hosp_lv: '3', dedc_hosp_lv: '3', aprv_bed_cnt: '800' },
  H2: { fixmedins_type: '1', hosp_lv: '05', lmtpric_hosp_lv: '2', dedc_hosp_lv: '2', aprv_bed_cnt: '300' },
  H1: { fixmedins_type: '1', hosp_lv: '08', lmtpric_hosp_lv: '1', dedc_hosp_lv: '1', aprv_bed_cnt: '40' },
  P: { fixmedins_type: '2', hosp_lv: '11', dedc_hosp_lv: '9' },
};
const levelOf = (alias: string): Row => levels[alias.startsWith('P') ? 'P' : alias.slice(0, 2)] ?? {};

/** Days on which every institution has a plain visit, so that windows see what lies before and after. */
const quietDays = ['2024-01-08', '2025-01-06', '2026-10-26'];

const chargeTypes: Readonly<Record<string, string>> = { X: '09', Z: '11', T: '10', C: '08' };
const listTypes: Readonly<Record<string, string>> = { X: '101', Z: '101', T: '102', C: '301' };

const fen = (yuan: string): number => Math.round(Number(yuan) * 100);
const yuan = (amount: number): string => (amount / 100).toFixed(2);
const time = (text: string): string => (text.length === 10 ? `${text} 08:00:00` : text.length === 16 ? `${text}:00` : text);

/** Makes the national tables of histories; each has persons, institutions and practitioners of its own. */
export function tablesOf(histories: readonly History[]): Tables {
  const tables: Tables = new Map();
  for (const history of histories) new HistoryRows(tables, history).add();
  return tables;
}

class HistoryRows {
  readonly #tables: Tables;
  readonly #history: History;
  readonly #institutions = new Set<string>();
  readonly #doctors = new Set<string>();
  readonly #lacks: ReadonlySet<string>;
  #visits = 0;

  constructor(tables: Tables, history: History) {
    this.#tables = tables;
    this.#history = history;
    this.#lacks = new Set(history.lacks);
  }

  #id(name: string): string {
    return `${this.#history.key}-${name}`;
  }

  #put(table: string, row: Row): void {
    const kept = Object.fromEntries(Object.entries(row).filter(([name]) => !this.#lacks.has(`${table}.${name}`)));
    const rows = this.#tables.get(table);
    if (rows === undefined) this.#tables.set(table, [kept]);
    else rows.push(kept);
  }

  add(): void {
    const { people, tables } = this.#history;
    people.forEach(({ person, visits }, index) => {
      const psn_no = this.#id(`P${index + 1}`);
      const register = { gend: '1', brdy: '1970-01-01', ...person, psn_no, vali_flag: '1' };
      this.#put('psn_info_b', register);
      for (const visit of visits) this.#visit(register, visit);
    });
    this.#rows(tables);
    for (const code of this.#institutions) this.#quiet(code);
    for (const dr_code of this.#doctors)
      this.#put('dr_info_b', { dr_code, ...this.#named(this.#history.doctors[this.#local(dr_code)] ?? {}), vali_flag: '1' });
  }

  #local(id: string): string {
    return id.slice(this.#history.key.length + 1);
  }

  #institution(alias: string): string {
    const code = this.#id(alias);
    if (this.#institutions.has(code)) return code;
    this.#institutions.add(code);
    const own = this.#history.institutions[alias];
    this.#put('medins_info_b', {
      fixmedins_code: code,
      fixmedins_name: code,
      admdvs: area,
      begndate: '2015-01-01',
      vali_flag: '1',
      ...levelOf(alias),
      ...own,
    });
    return code;
  }

  #doctor(name: string): string {
    const code = this.#id(name);
    this.#doctors.add(code);
    return code;
  }

  /** `@name` in a row is what the harness calls that person, institution, visit, line or practitioner. */
  #named(row: Row): Row {
    return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell.startsWith('@') ? this.#id(cell.slice(1)) : cell]));
  }

  #rows(tables: Rows): void {
    for (const [table, rows] of Object.entries(tables)) {
      rows.forEach((row, index) => {
        this.#put(table, { ...keyOf(table, this.#id(`R${index + 1}`)), vali_flag: '1', ...this.#named(row) });
      });
    }
  }

  #visit(person: Row, visit: Visit): void {
    this.#visits += 1;
    const name = visit.id ?? `V${this.#visits}`;
    const mdtrt_id = this.#id(name);
    const fixmedins_code = this.#institution(visit.at);
    const [begntime, endtime] = [time(visit.from), time(visit.to ?? visit.from)];
    const common = { mdtrt_id, psn_no: person.psn_no ?? '', fixmedins_code, med_type: visit.type, insu_admdvs: area, vali_flag: '1' };
    const money = { insutype: '310', ...common };
    const chfpdr_code = this.#doctor(visit.doctor ?? 'D1');
    const sex = { gend: person.gend ?? '', brdy: person.brdy ?? '' };
    this.#put('mdtrt_d', {
      ...money,
      ...sex,
      begntime,
      endtime,
      chfpdr_code,
      dscg_way: visit.type.startsWith('2') ? '1' : '',
      ...visit.visit,
    });
    const setl_id = `S-${mdtrt_id}`;
    let [total, scope, own] = [0, 0, 0];
    visit.lines.forEach((line, index) => {
      const row = this.#line({ ...common, setl_id }, visit, line, `${name}L${index + 1}`);
      total += fen(row.det_item_fee_sumamt ?? '0');
      scope += fen(row.inscp_amt ?? '0');
      own += fen(row.fulamt_ownpay_amt ?? '0');
    });
    const fund = Math.round(scope * 0.7);
    if (visit.settlement !== null) {
      this.#put('setl_d', {
        ...money,
        ...sex,
        setl_id,
        begndate: begntime.slice(0, 10),
        enddate: endtime.slice(0, 10),
        setl_time: endtime,
        medfee_sumamt: yuan(total),
        fulamt_ownpay_amt: yuan(own),
        inscp_amt: yuan(scope),
        fund_pay_sumamt: yuan(fund),
        hifp_pay: yuan(fund),
        acct_pay: '0.00',
        psn_pay: yuan(total - fund),
        clr_way: '1',
        refd_setl_flag: '0',
        invono: `I-${mdtrt_id}`,
        ...visit.settlement,
      });
    }
    this.#codes({ mdtrt_id, setl_id, psn_no: common.psn_no }, visit);
    if (visit.exct !== undefined) this.#put('mdtrt_exct_d', { mdtrt_id, fixmedins_code, vali_flag: '1', ...visit.exct });
  }

  #codes(common: Row, visit: Visit): void {
    visit.diagnoses.forEach((row, index) => {
      const maindiag_flag = index === 0 ? '1' : '0';
      this.#put('setl_list_diag_d', {
        ...common,
        setl_list_diag_id: `${common.mdtrt_id}-${index}`,
        diag_type: '1',
        maindiag_flag,
        ...row,
        vali_flag: '1',
      });
    });
    visit.operations.forEach((row, index) => {
      const main_oprn_flag = index === 0 ? '1' : '0';
      const oprn_oprt_date = time(visit.from).slice(0, 10);
      this.#put('setl_list_oprn_d', {
        ...common,
        setl_list_oprn_id: `${common.mdtrt_id}-${index}`,
        main_oprn_flag,
        oprn_oprt_date,
        ...row,
        vali_flag: '1',
      });
    });
  }

  #line(common: Row, visit: Visit, line: Line, name: string): Row {
    const { code, cnt, pric, at, exct, row } = line;
    // Pieces that no list has go under a number of the house.
    const letter = code.startsWith('ZY') ? 'T' : code.slice(0, 1);
    const amount = yuan(Math.round(Number(cnt) * Number(pric) * 100));
    const bkkp_sn = this.#id(name);
    const trace = row.drug_trac_codg ?? '';
    const drug = ['X', 'Z', 'T'].includes(letter);
    const full = {
      ...common,
      bkkp_sn,
      feedetl_sn: bkkp_sn,
      fee_ocur_time: time(at ?? visit.from),
      rx_drord_no: drug ? `${common.mdtrt_id ?? ''}RX` : '',
      cnt,
      pric: Number(pric).toFixed(4),
      det_item_fee_sumamt: amount,
      fulamt_ownpay_amt: '0.00',
      inscp_amt: amount,
      med_list_codg: code,
      hilist_name: line.name,
      medins_list_name: line.name,
      list_type: listTypes[letter] ?? '201',
      med_chrgitm_type: chargeTypes[letter] ?? '05',
      chrgitm_lv: drug ? '01' : '02',
      bilg_dept_codg: visit.dept ?? 'A03',
      acord_dept_codg: visit.dept ?? 'A03',
      bilg_dr_code: this.#doctor(line.doctor ?? visit.doctor ?? 'D1'),
      dscg_tkdrug_flag: '0',
      ...row,
      ...(trace === '' ? {} : { drug_trac_codg: traceOf(this.#history.key, trace) }),
    };
    this.#put('fee_list_d', full);
    if (exct !== undefined) {
      this.#put('fee_exct_d', {
        bkkp_sn,
        mdtrt_id: common.mdtrt_id ?? '',
        fixmedins_code: common.fixmedins_code ?? '',
        vali_flag: '1',
        ...exct,
      });
    }
    return full;
  }

  /** Visits of somebody else, in which nothing is wrong and every usual column has a value. */
  #quiet(code: string): void {
    const psn_no = `${code}-Q`;
    const sex = { gend: '1', brdy: '1970-01-01' };
    this.#put('psn_info_b', { psn_no, ...sex, vali_flag: '1' });
    const chfpdr_code = `${code}-DQ`;
    this.#put('dr_info_b', { dr_code: chfpdr_code, vali_flag: '1' });
    quietDays.forEach((day, index) => {
      const mdtrt_id = `${code}-Q${index}`;
      const begntime = `${day} 09:00:00`;
      const common = {
        mdtrt_id,
        psn_no,
        fixmedins_code: code,
        med_type: code.includes('-P') ? '41' : '11',
        insu_admdvs: area,
        vali_flag: '1',
      };
      const setl_id = `S-${mdtrt_id}`;
      this.#put('mdtrt_d', { ...common, ...sex, insutype: '310', begntime, endtime: begntime, chfpdr_code, nwb_flag: '0', dise_no: '' });
      const inscp = { fulamt_ownpay_amt: '0.00', inscp_amt: '8.00' };
      this.#put('fee_list_d', {
        ...{
          ...common,
          setl_id,
          bkkp_sn: `${mdtrt_id}L`,
          feedetl_sn: `${mdtrt_id}L`,
          fee_ocur_time: begntime,
          rx_drord_no: `${mdtrt_id}RX`,
        },
        ...{
          cnt: '1',
          pric: '8.0000',
          det_item_fee_sumamt: '8.00',
          ...inscp,
          med_list_codg: '001102000010000',
          hilist_name: '普通门诊诊查费',
        },
        ...{ medins_list_name: '普通门诊诊查费', list_type: '201', med_chrgitm_type: '02', chrgitm_lv: '01', bilg_dept_codg: 'A03' },
        ...{ acord_dept_codg: 'A03', bilg_dr_code: chfpdr_code, dscg_tkdrug_flag: '0', prd_days: '1', pric_uplmt_amt: '999999' },
      });
      this.#put('setl_d', {
        ...{
          ...common,
          ...sex,
          insutype: '310',
          setl_id,
          setl_time: begntime,
          begndate: day,
          enddate: day,
          medfee_sumamt: '8.00',
          ...inscp,
        },
        ...{
          fund_pay_sumamt: '5.60',
          hifp_pay: '5.60',
          acct_pay: '0.00',
          psn_pay: '2.40',
          clr_way: '1',
          refd_setl_flag: '0',
          invono: `I-${mdtrt_id}`,
        },
      });
      const codes = { mdtrt_id, setl_id, psn_no, vali_flag: '1' };
      const flags = { plan_adm_flag: '0', infc_flag: '0', care_gap_days: '0' };
      if (!code.includes('-P')) this.#put('mdtrt_exct_d', { mdtrt_id, fixmedins_code: code, ...flags, vali_flag: '1' });
      this.#put('setl_list_diag_d', {
        ...codes,
        setl_list_diag_id: `${mdtrt_id}D`,
        diag_type: '1',
        maindiag_flag: '1',
        diag_code: 'I10.x00x002',
      });
      const operation = { oprn_oprt_code: '87.4400x001', oprn_oprt_date: day, oper_dr_code: chfpdr_code };
      if (!code.includes('-P'))
        this.#put('setl_list_oprn_d', { ...codes, setl_list_oprn_id: `${mdtrt_id}O`, main_oprn_flag: '1', ...operation });
    });
  }
}

/** Trace codes are those of the history alone: twenty digits, equal where they are equal in it. */
const traceOf = (key: string, code: string): string =>
  BigInt(`0x${createHash('sha256').update(`${key} ${code}`).digest('hex').slice(0, 20)}`)
    .toString()
    .slice(0, 20)
    .padStart(20, '8');

/** The key column of a table whose rows a history brings itself. */
function keyOf(table: string, id: string): Row {
  const keys: Readonly<Record<string, string>> = { drord_d: 'drord_id', stoc_chg_d: 'stoc_chg_id', psn_insu_d: 'psn_insu_rlts_id' };
  const key = keys[table];
  return key === undefined ? {} : { [key]: id };
}

/** A table as CSV: all columns of all its rows. */
export function csvOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${[columns.join(','), ...rows.map((row) => columns.map((name) => cell(row[name] ?? '')).join(','))].join('\n')}\n`;
}
