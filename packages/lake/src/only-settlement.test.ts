import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { joinTables, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { ingest, openLake, readSegment } from './index.ts';

const whole = visit(1, 1, 3, 3);
const [bill = {}] = whole.setl_d ?? [];
const unnamed: Tables = { ...whole, fee_list_d: (whole.fee_list_d ?? []).map((row) => ({ ...row, setl_id: '' })) };

/** How many lines of a lake made of some deliveries count, and how many of them stand under a settlement. */
async function countsOf(...deliveries: readonly Tables[]): Promise<readonly [lines: number, settled: number]> {
  const folder = temporary();
  process.env.HENGJIAN_KEY_FILE = join(folder, 'key');
  const lake = join(folder, 'lake');
  for (const [index, tables] of deliveries.entries()) await ingest({ paths: [writeTables(join(folder, `${index}`), tables)], lake });
  const segments = (await openLake(lake)).segments().map((handle) => ({ ...readSegment(handle).lines, dead: handle.dead }));
  const settled = segments.flatMap(({ columns }) => [...(columns.settlement as Int32Array)].filter((row) => row >= 0));
  return [segments.reduce((sum, { length }) => sum + length, 0), settled.length];
}

describe('lines that name no settlement', () => {
  it('are of the only one of their visit, whichever of them comes first', async () => {
    expect(await countsOf(unnamed)).toEqual([3, 3]);
    const { setl_d = [], ...rest } = unnamed;
    expect(await countsOf({ setl_d }, rest)).toEqual([3, 3]);
    expect(await countsOf(rest, { setl_d })).toEqual([3, 3]);
  });

  it('are of the one that was not taken back', async () => {
    const back = { ...bill, setl_id: 'BACK', init_setl_id: bill.setl_id ?? '', refd_setl_flag: '1' };
    expect(await countsOf(joinTables(unnamed, { setl_d: [back, { ...bill, setl_id: 'AGAIN' }] }))).toEqual([3, 3]);
  });

  it('are of the one that came in place of an invalid one, where it holds just them', async () => {
    const invalid = { ...bill, vali_flag: '0' };
    const anew = (total: string): Tables => ({ ...whole, setl_d: [invalid, { ...bill, setl_id: 'ANEW', medfee_sumamt: total }] });
    expect(await countsOf(anew(bill.medfee_sumamt ?? ''))).toEqual([3, 3]);
    expect(await countsOf(anew('1.00'))).toEqual([0, 0]);
  });

  it('wait where there are several settlements, an interim one, or other lines that name it', async () => {
    const other = { ...bill, setl_id: 'OTHER', medfee_sumamt: '1.00', setl_time: '2025-03-20 10:00:00' };
    expect(await countsOf(joinTables(unnamed, { setl_d: [other] }))).toEqual([0, 0]);
    expect(await countsOf({ ...unnamed, setl_d: [{ ...bill, mid_setl_flag: '1' }] })).toEqual([0, 0]);
    const [first = {}, ...others] = unnamed.fee_list_d ?? [];
    expect(await countsOf({ ...unnamed, fee_list_d: [{ ...first, setl_id: bill.setl_id ?? '' }, ...others] })).toEqual([1, 1]);
  });
});
