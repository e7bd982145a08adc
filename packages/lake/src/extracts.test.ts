import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseDay, type Segment } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { joinTables, type Records, temporary, visit, writeTables } from './fixture.ts';
import { ingest, openLake, readSegment } from './index.ts';

function setUp(): { root: string; lake: string } {
  const root = temporary();
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
  mkdirSync(join(root, 'in'));
  return { root, lake: join(root, 'lake') };
}

const values = (segment: Segment, table: keyof Segment, column: string): number[] => [...(segment[table].columns[column] as Float64Array)];

/** The newest state of every person. */
async function segments(lake: string): Promise<Segment[]> {
  return (await openLake(lake)).segments().flatMap((handle) => (handle.dead.length === handle.persons ? [] : [readSegment(handle)]));
}

describe('institution extracts', () => {
  it('give lines and visits what the institution recorded, also when they come later, and leave the others missing', async () => {
    const { root, lake } = setUp();
    await ingest({ paths: [writeTables(join(root, 'first'), joinTables(visit(1, 1, 1, 2), visit(2, 2, 1, 1)))], lake });
    const before = await segments(lake);
    expect(before.flatMap((one) => values(one, 'lines', 'exct_cnt')).every(Number.isNaN)).toBe(true);
    const extracts = {
      fee_exct_d: [
        {
          bkkp_sn: 'B1-0',
          mdtrt_id: 'M1',
          exct_time: '2025-01-10 09:00:00',
          exct_cnt: '1.5',
          exct_list_codg: 'XA99',
          purc_pric: '3.25',
          cash_pric: '',
        },
      ],
      mdtrt_exct_d: [
        {
          mdtrt_id: 'M1',
          care_gap_days: '4',
          plan_adm_flag: '0',
          infc_flag: '1',
          grp_code: 'ES29',
          grp_pay_amt: '5000.01',
          evid_grp_pay_amt: '',
        },
      ],
    };
    await ingest({ paths: [writeTables(join(root, 'later'), extracts)], lake });
    const after = await segments(lake);
    expect(after.flatMap((one) => values(one, 'lines', 'exct_cnt')).filter((value) => !Number.isNaN(value))).toEqual([15_000]);
    expect(after.flatMap((one) => values(one, 'lines', 'purc_pric')).filter((value) => !Number.isNaN(value))).toEqual([3_250_000]);
    expect(after.flatMap((one) => values(one, 'visits', 'grp_pay_amt')).filter((value) => !Number.isNaN(value))).toEqual([500_001]);
    expect(after.flatMap((one) => values(one, 'visits', 'care_gap_days')).filter((value) => !Number.isNaN(value))).toEqual([4]);
    const context = (await openLake(lake)).context();
    const code = after.flatMap((one) => values(one, 'lines', 'exct_list_codg')).filter((id) => id >= 0);
    expect(code.map((id) => context.dictionaries.item?.[id])).toEqual(['XA99']);
  });

  it('add up monthly stock, and say nothing of a month without both counts', async () => {
    const { root, lake } = setUp();
    const move = (no: number, kind: string, cnt: string, day: string): Readonly<Record<string, string>> => ({
      stoc_chg_id: `K${no}`,
      fixmedins_code: 'H43010000001',
      med_list_codg: 'XA01ABD01',
      inv_chg_type: kind,
      cnt,
      inv_chg_time: `${day} 08:00:00`,
    });
    const stoc_chg_d: Records = [
      move(1, '1', '100', '2025-01-01'),
      move(2, '2', '50.5', '2025-01-12'),
      move(3, '3', '10', '2025-01-13'),
      move(4, '5', '1', '2025-01-14'),
      move(5, '4', '39.5', '2025-01-31'),
      move(6, '1', '39.5', '2025-02-01'),
      move(7, '2', '5', '2025-02-12'),
    ];
    await ingest({ paths: [writeTables(join(root, 'first'), { ...visit(1, 1, 1, 1), stoc_chg_d })], lake });
    const context = (await openLake(lake)).context();
    const { stock } = context.dimensions;
    expect(stock.length).toBe(1);
    expect([...(stock.columns.supplied as Float64Array)]).toEqual([1_000_000]);
    expect([...(stock.columns.month as Int32Array)]).toEqual([parseDay('2025-01-01')]);
    expect(context.dictionaries.institution?.[(stock.columns.fixmedins_code as Int32Array)[0] as number]).toBe('H43010000001');
    expect(context.absent).not.toContain('stoc_chg_d');
  });

  it('know when a practitioner was an inpatient', async () => {
    const { root, lake } = setUp();
    const one = visit(1, 7, 3, 1);
    const stay = (one.mdtrt_d ?? []).map((row) => ({ ...row, med_type: '21', endtime: '2025-03-15 09:00:00' }));
    const dr_info_b = [{ dr_code: 'D430100000009', psn_no: 'P7', fixmedins_code: 'H43010000001', vali_flag: '1' }];
    await ingest({ paths: [writeTables(join(root, 'first'), { ...one, mdtrt_d: stay, dr_info_b })], lake });
    const { dimensions, dictionaries } = (await openLake(lake)).context();
    const { practitioner_stay } = dimensions;
    expect([...(practitioner_stay.columns.begndate as Int32Array)]).toEqual([parseDay('2025-03-10')]);
    expect([...(practitioner_stay.columns.enddate as Int32Array)]).toEqual([parseDay('2025-03-15')]);
    expect(dictionaries.practitioner?.[(practitioner_stay.columns.practitioner as Int32Array)[0] as number]).toBe('D430100000009');
  });
});
