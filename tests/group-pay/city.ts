import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DipCatalogue, Scheme } from '@hengjian/grouping';
import { ingest } from '@hengjian/lake';
import { publishSettlement, type Tariff } from '@hengjian/settlement';
import { formatDay, parseDay } from '@hengjian/standard';
import { joinTables, type Tables, writeTables } from '../../packages/lake/src/fixture.ts';

export const tertiary = 'H33010000001';
export const secondary = 'H33010000002';
/** Charge item of the gallbladder removal 51.2300 in library/codes/procedure-charges.csv. */
export const surgery = '003991000098000';
/** Items of the rules T01 (both) and T02 (the second). */
export const padA = '003991000900000';
export const padB = '003991000901000';
export const bed = '001109000010000';
export const removal = '51.2300';

export interface StayOf {
  readonly id: string;
  /** Items with whole yuan; a negative amount gives one unit back. */
  readonly lines: readonly (readonly [item: string, yuan: number])[];
  /** Cash of the patient and personal account, in yuan. */
  readonly patient: number;
  readonly account?: number;
  readonly operations?: readonly string[];
  readonly diagnosis?: string;
  readonly other?: string;
  /** Day of admission, yyyy-MM-dd. */
  readonly begins?: string;
  readonly hospital?: string;
  readonly clearing?: string;
  readonly days?: number;
  /** Whole cost where the bill was not delivered. */
  readonly cost?: number;
  /** What the sources say of the payment of the group, and of the group that the record supports. */
  readonly said?: readonly [paid: string, supported: string];
}

const money = (yuan: number): string => `${yuan}.00`;

function tablesOf(stay: StayOf, number: number): Tables {
  const { id, lines, patient, account = 0, operations = [], diagnosis = 'K80.200', hospital = tertiary, clearing = '4', days = 8 } = stay;
  const begins = parseDay(stay.begins ?? '2026-03-01') ?? 0;
  const [begin, next] = [formatDay(begins), formatDay(begins + 1)];
  const cost = stay.cost ?? lines.reduce((sum, [, yuan]) => sum + yuan, 0);
  const end = formatDay(begins + days);
  const setl_id = `S-${id}`;
  const common = {
    mdtrt_id: id,
    psn_no: `P${number}`,
    fixmedins_code: hospital,
    med_type: '21',
    insutype: '310',
    insu_admdvs: '330102',
    vali_flag: '1',
  };
  const paid = {
    medfee_sumamt: money(cost),
    inscp_amt: money(cost),
    fund_pay_sumamt: money(cost - patient - account),
    hifp_pay: money(cost - patient - account),
  };
  return {
    mdtrt_d: [
      {
        ...common,
        gend: '1',
        brdy: '1980-05-06',
        begntime: `${begin} 08:00:00`,
        endtime: `${end} 09:00:00`,
        ipt_days: `${days}`,
        dscg_way: '1',
      },
    ],
    setl_d: [
      { ...common, setl_id, setl_time: `${end} 09:30:00`, ...paid, acct_pay: money(account), psn_pay: money(patient), clr_way: clearing },
    ],
    fee_list_d: lines.map(([item, yuan], index) => ({
      ...common,
      setl_id,
      bkkp_sn: `${id}-${index}`,
      feedetl_sn: `${id}-${index}`,
      fee_ocur_time: `${next} ${String(8 + index).padStart(2, '0')}:00:00`,
      rx_drord_no: 'R1',
      med_list_codg: item,
      hilist_name: item,
      cnt: yuan < 0 ? '-1' : '1',
      pric: money(Math.abs(yuan)),
      det_item_fee_sumamt: money(yuan),
      inscp_amt: money(yuan),
      fulamt_ownpay_amt: '0',
      list_type: '201',
    })),
    setl_list_diag_d: [diagnosis, ...(stay.other === undefined ? [] : [stay.other])].map((code, index) => ({
      ...common,
      setl_list_diag_id: `D-${id}-${index}`,
      setl_id,
      maindiag_flag: index === 0 ? '1' : '0',
      diag_code: code,
      diag_name: code,
    })),
    setl_list_oprn_d: operations.map((code, index) => ({
      ...common,
      setl_list_oprn_id: `O-${id}-${index}`,
      setl_id,
      main_oprn_flag: index === 0 ? '1' : '0',
      oprn_oprt_code: code,
      oprn_oprt_name: code,
      oprn_oprt_date: next,
    })),
    mdtrt_exct_d:
      stay.said === undefined
        ? []
        : [{ mdtrt_id: id, grp_code: 'HU15', grp_pay_amt: stay.said[0], evid_grp_pay_amt: stay.said[1], vali_flag: '1' }],
  };
}

const institution = (fixmedins_code: string, hosp_lv: string): Readonly<Record<string, string>> => ({
  fixmedins_code,
  fixmedins_name: fixmedins_code,
  fixmedins_type: '1',
  hosp_lv,
  lmtpric_hosp_lv: hosp_lv === '02' ? '3' : '2',
  admdvs: '330102',
  aprv_bed_cnt: '500',
  vali_flag: '1',
});

/** Writes the stays as national tables in two deliveries and takes them into a lake, each person with one stay. */
export async function makeLake(folder: string, stays: readonly StayOf[], hospitals: readonly string[] = [tertiary]): Promise<string> {
  const lake = join(folder, 'lake');
  const persons = stays.map((_, index) => index + 1);
  const people: Tables = {
    psn_info_b: persons.map((no) => ({
      psn_no: `P${no}`,
      certno: `33010219800506${1000 + no}`,
      gend: '1',
      brdy: '1980-05-06',
      vali_flag: '1',
    })),
    medins_info_b: [...hospitals.map((code) => institution(code, '02')), institution(secondary, '05')],
  };
  const half = Math.ceil(stays.length / 2);
  const tables = stays.map(tablesOf);
  await ingest({ paths: [writeTables(join(folder, 'first'), joinTables(people, ...tables.slice(0, half)))], lake });
  await ingest({ paths: [writeTables(join(folder, 'second'), joinTables(...tables.slice(half)), '-2')], lake });
  return lake;
}

/**
 * Standards of 18,000 yuan (gallbladder removal) and 8,000 yuan (biliary disease) in the tertiary hospital; nine tenths in
 * the secondary one.
 */
export const drgTariff: Tariff = {
  format: 1,
  id: 'by-hand',
  method: 'drg_rate',
  local_areas: ['3301*'],
  mean_fen: 1_000_000,
  groups: {
    HC15: { weight: 18_000, mean_fen: 1_800_000 },
    HK15: { weight: 10_000, mean_fen: 1_000_000 },
    HU13: { weight: 13_000, mean_fen: 1_300_000 },
    HU15: { weight: 8_000, mean_fen: 800_000 },
    IC15: { weight: 46_000, mean_fen: 4_600_000 },
    IU15: { weight: 8_000, mean_fen: 800_000 },
    IZ19: { weight: 6_000, mean_fen: 600_000 },
  },
  hospitals: {},
  level_coefficients: { '3': 10_000, '2': 9_000 },
  pools: [{ id: 'employees', insutypes: ['310'], care: 'any', form: 'group', rate: 10_000_000_000 }],
  high: { reference: 'standard', style: 'item', share: 8_000, bounds: [{ times: 30_000 }] },
  low: { reference: 'standard', style: 'item', below: 3_000 },
  handling: {
    ambiguous: { by: 'nothing' },
    entered: { by: 'nothing' },
    none: { by: 'nothing' },
    invalid: { by: 'nothing' },
    unpriced: { by: 'nothing' },
  },
  fixed_prices: [],
  outside: { clr_ways: ['1'], days_over: 60 },
  fund: { by: 'patients_share', floor: 'zero' },
};

/** Writes what the audit reads of a settlement run. */
export async function writeSettlement(
  folder: string,
  tariff: Tariff,
  scheme: { readonly id: string; readonly hash: string; readonly content: Scheme | DipCatalogue | undefined },
  charges?: string,
): Promise<string> {
  const pricing = { scheme: { id: scheme.id, hash: scheme.hash }, tariff, rulings: {} };
  await publishSettlement(folder, { pricing, scheme: scheme.content, charges });
  return folder;
}

const head = (id: string, zh: string, en: string, result: string): string => `id: ${id}
version: 1
name: {zh: ${zh}, en: ${en}}
class: {category: 管理类, group: 费用监测}
object: item
result: ${result}
appealable: true
override: with_reason
stages: [after]
scenes: [inpatient]
basis:
  - {document: 测试办法, article: 第一条, area: '000000', from: 2020-01-01, certainty: cited}
effective: {from: 2020-01-01}
decisive: service
owner: treatment
payment_scope: false
by: person
`;

/** History of one stay; `more` is what the stay has beside its key, kind and beginning. */
const historyOf = (more: string): string =>
  `{person: {gend: '1', brdy: 1980-01-01}, visits: [{mdtrt_id: V1, med_type: '21', begntime: 2026-03-01 09:00, ${more}}]}`;

const lineRule = (id: string, result: string, beginning: string): string => `${head(id, '多记项目', 'Padded item', result)}shape: line
when: starts_with(line.med_list_codg, '${beginning}')
amount: {method: whole}
message: {zh: '{item} 多记', en: '{item} is padded'}
cases:
  - name: 多记
    kind: hit
    expect: [L1]
    history: ${historyOf(`lines: [{key: L1, med_list_codg: '${beginning}000'}]`)}
`;

/** T01 calls both padded items violations, T02 the second a suspicion, T03 stays of more than thirty days. */
export function writeRules(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'T01.yaml'), lineRule('T01', 'violation', '00399100090'));
  writeFileSync(join(folder, 'T02.yaml'), lineRule('T02', 'suspicious', '003991000901'));
  const long = `${head('T03', '住院过长', 'Long stay', 'suspicious')}shape: visit
needs: [visit.ipt_days]
when: visit.ipt_days > 30
amount: {method: stay}
message: {zh: 住院过长, en: long stay}
cases:
  - name: 三十一天
    kind: hit
    expect: [V1]
    history: ${historyOf('endtime: 2026-04-01 09:00, ipt_days: 31, lines: []')}
`;
  writeFileSync(join(folder, 'T03.yaml'), long.replace('object: item', 'object: visit'));
  return folder;
}
