import { join } from 'node:path';
import { openTables, text } from '@hengjian/table';
import { describe, expect, it } from 'vitest';
import { joinTables, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { ingest } from './ingest.ts';
import { lakeViews, openLake } from './lake.ts';
import { lineReading, lineReadingSql, type Reading, type SettlementReading, type Sign, settlementReading } from './signs.ts';
import { lakeStatus } from './status.ts';

/** Written by hand: quantity, price, amount, then what it is without and with a link. `.` is a price that is not there. */
const lines = `
- - -  refund refund
- - 0  refund refund
- - +  held   refund
- 0 -  refund refund
- 0 0  refund refund
- 0 +  refund refund
- + -  refund refund
- + 0  refund refund
- + +  refund refund
- . -  refund refund
- . 0  refund refund
- . +  refund refund
0 - -  refund refund
0 - 0  held   refund
0 - +  held   held
0 0 -  refund refund
0 0 0  charge refund
0 0 +  charge held
0 + -  refund refund
0 + 0  charge refund
0 + +  charge held
0 . -  refund refund
0 . 0  charge refund
0 . +  charge held
+ - -  refund refund
+ - 0  held   refund
+ - +  held   refund
+ 0 -  refund refund
+ 0 0  charge refund
+ 0 +  charge refund
+ + -  refund refund
+ + 0  charge refund
+ + +  charge refund
+ . -  refund refund
+ . 0  charge refund
+ . +  charge refund`;

/** Total, flag, then what a settlement is without and with a link. */
const settlements = `
- 0  unmatched refund
- 1  unmatched refund
0 0  charge    held
0 1  reversed  refund
+ 0  charge    held
+ 1  reversed  refund`;

const rowsOf = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
const signOf = (text: string): Sign => (text === '.' ? 'none' : (text as Sign));
const certain = (text: string): Exclude<Sign, 'none'> => {
  const sign = signOf(text);
  if (sign === 'none') throw new Error(`${text} is no sign`);
  return sign;
};
const number = (sign: string): string => ({ '-': '-2', '0': '0', '+': '2', '.': 'NULL' })[sign] ?? '';

describe('the signs of a line', () => {
  it('are read as the table written by hand says, in every combination', async () => {
    const rows = rowsOf(lines);
    expect(rows).toHaveLength(36);
    const engine = await openTables({ folders: [] });
    try {
      for (const [quantity = '', price = '', amount = '', alone = '', linked = ''] of rows) {
        for (const [isLinked, expected] of [
          [false, alone],
          [true, linked],
        ] as const) {
          const signs = { quantity: certain(quantity), price: signOf(price), amount: certain(amount), linked: isLinked };
          expect(lineReading(signs), `${quantity} ${price} ${amount} ${isLinked}`).toBe(expected as Reading);
          const line = `(SELECT ${number(quantity)} AS cnt, ${number(price)} AS pric, ${number(amount)} AS det_item_fee_sumamt,
            ${isLinked ? "'F0'" : 'CAST(NULL AS VARCHAR)'} AS init_feedetl_sn, 'F1' AS feedetl_sn, 'B1' AS bkkp_sn) l`;
          const row = await engine.row(`SELECT ${lineReadingSql('l')} AS reading FROM ${line}`, { reading: text });
          expect(row?.reading, `SQL of ${quantity} ${price} ${amount} ${isLinked}`).toBe(expected);
        }
      }
    } finally {
      engine.close();
    }
  });

  it('and a line that names itself is linked to nothing', async () => {
    const engine = await openTables({ folders: [] });
    try {
      const line = "(SELECT 2 AS cnt, 2 AS pric, 4 AS det_item_fee_sumamt, 'F1' AS init_feedetl_sn, 'F1' AS feedetl_sn, 'B1' AS bkkp_sn) l";
      expect((await engine.row(`SELECT ${lineReadingSql('l')} AS reading FROM ${line}`, { reading: text }))?.reading).toBe('charge');
    } finally {
      engine.close();
    }
  });
});

describe('the sign of a settlement', () => {
  it('is read with its flag and its link as the table says', () => {
    for (const [total = '', flag, alone = '', linked = ''] of rowsOf(settlements)) {
      const signs = { total: certain(total), flagged: flag === '1' };
      expect(settlementReading({ ...signs, linked: false })).toBe(alone as SettlementReading);
      expect(settlementReading({ ...signs, linked: true })).toBe(linked as SettlementReading);
    }
  });
});

type Row = Readonly<Record<string, string>>;

/** One visit of three lines of 21.00 yuan; `more` gives further lines, made from the first. */
function charged(more: readonly Row[], bills: (first: Row) => readonly Row[] = (first) => [first]): Tables {
  const tables = visit(1, 1, 3, 3);
  const [line = {}] = tables.fee_list_d ?? [];
  const [bill = {}] = tables.setl_d ?? [];
  const extra = more.map((change, index) => ({ ...line, bkkp_sn: `X${index}`, feedetl_sn: `X${index}`, ...change }));
  return { ...tables, fee_list_d: [...(tables.fee_list_d ?? []), ...extra], setl_d: [...bills(bill)] };
}

async function lakeOf(tables: Tables): Promise<string> {
  const folder = temporary();
  process.env.HENGJIAN_KEY_FILE = join(folder, '..', 'signs-test.key');
  await ingest({ paths: [writeTables(join(folder, 'in'), joinTables(tables))], lake: join(folder, 'lake') });
  return join(folder, 'lake');
}

async function current(lake: string, table: string, value: string): Promise<string[]> {
  const opened = await openLake(lake);
  const engine = await openTables({ folders: [lake] });
  try {
    for (const statement of lakeViews(opened, [table])) await engine.run(statement);
    return (await engine.rows(`SELECT CAST(${value} AS VARCHAR) AS v FROM ${table} ORDER BY v`, { v: text })).map(({ v }) => v);
  } finally {
    engine.close();
  }
}

describe('a lake', () => {
  const refund = { cnt: '1', pric: '10.5', det_item_fee_sumamt: '10.50', inscp_amt: '10.50', init_feedetl_sn: 'F1-0' };

  it('takes a linked refund from its original, whichever minus signs it bears', async () => {
    const ways: readonly Row[] = [
      {},
      { cnt: '-1' },
      { det_item_fee_sumamt: '-10.50' },
      { cnt: '-1', det_item_fee_sumamt: '-10.50' },
      { pric: '-10.5', det_item_fee_sumamt: '-10.50' },
      { cnt: '-1', pric: '-10.5', det_item_fee_sumamt: '-10.50' },
    ];
    for (const way of ways) {
      const lake = await lakeOf(charged([{ ...refund, ...way }]));
      expect(await current(lake, 'fee_list_d', "bkkp_sn || ' ' || cnt || ' ' || det_item_fee_sumamt"), JSON.stringify(way)).toEqual([
        'B1-0 10000 1050',
        'B1-1 20000 2100',
        'B1-2 20000 2100',
      ]);
    }
  }, 60_000);

  it('takes a refund that no line holds alone from several, the one it names first, and never more than they have', async () => {
    const earlier = { fee_ocur_time: '2025-03-09 08:00:00' };
    const back = (cnt: number, named = ''): Row => ({
      ...{ cnt: `-${cnt}`, det_item_fee_sumamt: `-${cnt * 10.5}`, inscp_amt: `-${cnt * 10.5}`, init_feedetl_sn: named },
    });
    const left = async (refund: Row): Promise<string[]> =>
      (await current(await lakeOf(charged([earlier, refund])), 'fee_list_d', "bkkp_sn || ' ' || cnt || ' ' || det_item_fee_sumamt")).filter(
        (one) => !/^B1-[12]/.test(one),
      );
    expect(await left(back(3))).toEqual(['X0 10000 1050']);
    expect(await left(back(3, 'X0'))).toEqual(['B1-0 10000 1050']);
    expect(await left(back(4))).toEqual([]);
    expect(await left(back(5))).toEqual(['B1-0 20000 2100', 'X0 20000 2100']);
    expect(await left(back(5, 'X0'))).toEqual(['B1-0 20000 2100']);
  }, 60_000);

  it('holds a linked line without a minus that does not look like its original', async () => {
    const lake = await lakeOf(charged([{ ...refund, med_list_codg: 'XA01ABD02' }]));
    expect(await current(lake, 'fee_list_d', 'bkkp_sn')).toEqual(['B1-0', 'B1-1', 'B1-2']);
  });

  it('takes back the settlement that a refund with plus signs names, else the one of the same amount', async () => {
    const back = { refd_setl_flag: '1', init_setl_id: 'S1' };
    const named = await lakeOf(charged([], (first) => [first, { ...first, setl_id: 'R1', setl_time: '2025-03-11 10:00:00', ...back }]));
    expect(await current(named, 'setl_d', 'setl_id')).toEqual([]);
    const minus = { setl_id: 'R1', setl_time: '2025-03-11 10:00:00', medfee_sumamt: '-63.00' };
    const unnamed = await lakeOf(charged([], (first) => [first, { ...first, ...minus }]));
    expect(await current(unnamed, 'setl_d', 'setl_id')).toEqual([]);
    const part = await lakeOf(charged([], (first) => [first, { ...first, ...minus, medfee_sumamt: '-10.50', ...back }]));
    expect(await current(part, 'setl_d', "setl_id || ' ' || medfee_sumamt")).toEqual(['R1 -1050', 'S1 6300']);
  });

  it('holds a settlement that is only marked, after one of the same amount', async () => {
    const marked = { setl_id: 'R1', setl_time: '2025-03-11 10:00:00', refd_setl_flag: '1' };
    const lake = await lakeOf(charged([], (first) => [first, { ...first, ...marked }]));
    expect((await lakeStatus(lake)).held.map(({ table, cause, rows }) => [table, cause, rows])).toEqual([['setl_d', 'signs', 1]]);
    const earlier = await lakeOf(charged([], (first) => [first, { ...first, ...marked, setl_time: '2025-03-09 10:00:00' }]));
    expect((await lakeStatus(earlier)).held).toEqual([]);
    expect(await current(earlier, 'setl_d', 'setl_id')).toEqual(['S1']);
  });

  const part = { setl_id: 'R1', refd_setl_flag: '1', init_setl_id: 'S1', medfee_sumamt: '-21.00' };

  it('gives the amounts beside a total their minus signs, unless one of them has its own', async () => {
    const amounts = "medfee_sumamt || ' ' || fund_pay_sumamt || ' ' || psn_pay";
    const without = { fund_pay_sumamt: '14.70', psn_pay: '6.30' };
    const lake = await lakeOf(charged([], (first) => [first, { ...first, ...part, ...without }]));
    expect(await current(lake, 'setl_d', amounts)).toEqual(['-2100 -1470 -630', '6300 4410 1890']);
    const own = await lakeOf(charged([], (first) => [first, { ...first, ...part, fund_pay_sumamt: '-27.30', psn_pay: '6.30' }]));
    expect(await current(own, 'setl_d', amounts)).toEqual(['-2100 -2730 630', '6300 4410 1890']);
  });

  it('takes lines of a refund settlement for refunds when none of them has a minus', async () => {
    const lake = await lakeOf(charged([{ setl_id: 'R1' }], (first) => [first, { ...first, ...part }]));
    expect(await current(lake, 'fee_list_d', 'bkkp_sn')).toEqual(['B1-1', 'B1-2']);
  });

  it('takes a charge back that is later on the day of its refund, and none of a later day', async () => {
    const back = { cnt: '-2', det_item_fee_sumamt: '-21.00', inscp_amt: '-21.00' };
    const same = await lakeOf(charged([{ ...back, fee_ocur_time: '2025-03-10 00:00:00' }]));
    expect(await current(same, 'fee_list_d', 'bkkp_sn')).toEqual(['B1-1', 'B1-2']);
    const before = await lakeOf(charged([{ ...back, fee_ocur_time: '2025-03-09 00:00:00' }]));
    expect(await current(before, 'fee_list_d', 'bkkp_sn')).toEqual(['B1-0', 'B1-1', 'B1-2']);
  });

  it('takes back nothing of another institution, however it numbers', async () => {
    const here = charged([]);
    const there = visit(2, 1, 4, 1);
    const other = { fixmedins_code: 'H43010000009' };
    const moved = Object.fromEntries(Object.entries(there).map(([table, rows]) => [table, rows.map((row) => ({ ...row, ...other }))]));
    const [bill = {}] = moved.setl_d ?? [];
    const [line = {}] = moved.fee_list_d ?? [];
    const own = { ...bill, setl_id: 'S1' };
    const bills = [own, { ...own, setl_id: 'R1', init_setl_id: 'S1', refd_setl_flag: '1', medfee_sumamt: '-21.00' }];
    const settled = await lakeOf(joinTables(here, { ...moved, setl_d: bills, fee_list_d: [{ ...line, setl_id: 'S1' }] }));
    expect(await current(settled, 'fee_list_d', 'bkkp_sn')).toEqual(['B1-0', 'B1-1', 'B1-2']);
    const refund = { ...line, bkkp_sn: 'X', feedetl_sn: 'X', init_feedetl_sn: 'B1-0', cnt: '-2', det_item_fee_sumamt: '-21.00' };
    const lines = await lakeOf(joinTables(here, { ...moved, fee_list_d: [line, refund] }));
    expect(await current(lines, 'fee_list_d', 'bkkp_sn')).toEqual(['B1-0', 'B1-1', 'B1-2', 'B2-0']);
  });
});
