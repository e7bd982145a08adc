import { dayOfMinute, decimals, formatScaled, multiplyDivide, parseMinute, parseScaled } from '@hengjian/standard';
import type { Cell, Row } from './columns.ts';

const kinds: Readonly<Record<string, Row>> = {
  X: { list_type: '101', med_chrgitm_type: '09' },
  Z: { list_type: '101', med_chrgitm_type: '11' },
  T: { list_type: '102', med_chrgitm_type: '10' },
  C: { list_type: '301', med_chrgitm_type: '08' },
  '0': { list_type: '201', med_chrgitm_type: '14' },
};

/** List type and charge item type that the first letter of a catalogue code stands for. */
export const itemKind = (code: string): Row => kinds[code.slice(0, 1)] ?? { list_type: null, med_chrgitm_type: null };

const given = (row: Row, name: string, fallback: Cell): Cell => (name in row ? (row[name] ?? null) : fallback);

function stayDays(begin: Cell, end: Cell): Cell {
  const [from, to] = [begin, end].map((cell) => (typeof cell === 'string' ? parseMinute(cell) : undefined));
  return from === undefined || to === undefined ? null : String(Math.max(1, dayOfMinute(to) - dayOfMinute(from)));
}

function daysGap(row: Row, days: Cell): Cell {
  const recorded = given(row, 'ipt_days', days);
  return recorded === null || days === null ? null : String(Number(recorded) - Number(days));
}

/** A visit of a case with what the language fills in. */
export function visitDefaults(row: Row, index: number, settingOf: (medType: string) => string | null): Row {
  const begntime = given(row, 'begntime', '2026-03-01 09:00');
  const endtime = given(row, 'endtime', begntime);
  const medType = given(row, 'med_type', '11');
  return {
    mdtrt_id: `V${index + 1}`,
    fixmedins_code: 'H41050000001',
    insutype: '310',
    insu_admdvs: '410500',
    setting: medType === null ? null : settingOf(String(medType)),
    ipt_days: stayDays(begntime, endtime),
    days_gap: daysGap(row, stayDays(begntime, endtime)),
    ...row,
    med_type: medType,
    begntime,
    endtime,
  };
}

function unitPrice(amount: Cell, cnt: Cell): Cell {
  const fen = parseScaled(String(amount), decimals.money);
  const quantity = parseScaled(String(cnt), decimals.quantity);
  if (fen === undefined || quantity === undefined || quantity === 0) return null;
  return formatScaled(multiplyDivide(fen, 100_000_000, quantity), decimals.price);
}

/** A line of a case with what the language fills in. */
export function lineDefaults(row: Row, visit: Row, index: number): Row {
  const { key, amount, ...own } = row;
  const money = given(own, 'det_item_fee_sumamt', amount ?? '10.00');
  const cnt = given(own, 'cnt', '1');
  const code = String(given(own, 'med_list_codg', 'XA01AAA001A010101100001'));
  return {
    line_key: key ?? `${String(visit['mdtrt_id'])}-${index + 1}`,
    file: 'case.csv',
    file_row: String(index + 1),
    fee_ocur_time: visit['begntime'] ?? '2026-03-01 09:00',
    time_precision: 'minute',
    cnt_daily: '1',
    pric: unitPrice(money, cnt),
    inscp_amt: money,
    fulamt_ownpay_amt: '0',
    ...itemKind(code),
    rx_drord_text: own['rx_drord_no'] ?? null,
    drug_trac_text: own['drug_trac_codg'] ?? null,
    ...own,
    med_list_codg: code,
    cnt,
    det_item_fee_sumamt: money,
  };
}

function sum(lines: readonly Row[], column: string): Cell {
  let total = 0;
  for (const line of lines) {
    const value = parseScaled(String(line[column] ?? ''), decimals.money);
    if (value === undefined) return null;
    total += value;
  }
  return formatScaled(total, decimals.money);
}

/** The one settlement a visit of a case has unless it says otherwise. */
export function settlementOf(visit: Row, lines: readonly Row[]): Row {
  return {
    setl_id: `S-${String(visit['mdtrt_id'])}`,
    setl_time: visit['endtime'] ?? null,
    insutype: visit['insutype'] ?? null,
    clr_way: '1',
    medfee_sumamt: sum(lines, 'det_item_fee_sumamt'),
    inscp_amt: sum(lines, 'inscp_amt'),
    fulamt_ownpay_amt: sum(lines, 'fulamt_ownpay_amt'),
  };
}
