import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { city, joinTables, type Records, type Tables, temporary, writeTables } from './fixture.ts';
import { ingest, lakeStatus, openLake, stateHash } from './index.ts';

/**
 * A delivery with an open question of every kind: rows in two contents, in quarantine, taken back without minus, sent twice, and
 * lines that name no settlement.
 */
function delivery(): Tables {
  const all = city(24, 2);
  const last = all.setl_d?.at(-1)?.mdtrt_id;
  const unsettled = (all.fee_list_d ?? []).map((row) => (row.mdtrt_id === last ? { ...row, setl_id: '' } : row));
  const plain: Tables = { ...all, fee_list_d: unsettled };
  const rows = (table: string): Records => plain[table] ?? [];
  const [bill = {}, other = {}] = rows('setl_d');
  const [line = {}, second = {}] = rows('fee_list_d');
  const [diagnosis = {}] = rows('setl_list_diag_d');
  return joinTables(plain, {
    setl_d: [{ ...bill, setl_id: 'BACK', init_setl_id: bill.setl_id ?? '', refd_setl_flag: '1' }],
    fee_list_d: [
      { ...line, bkkp_sn: 'BACK-1', feedetl_sn: 'BACK-1', setl_id: 'BACK' },
      { ...second, bkkp_sn: 'BAD', feedetl_sn: 'BAD', cnt: 'many' },
      { ...second, bkkp_sn: 'ALONE', feedetl_sn: 'ALONE', setl_id: 'NOWHERE' },
    ],
    mdtrt_d: [{ ...(rows('mdtrt_d')[3] ?? {}), dscg_way: '5' }],
    setl_list_diag_d: [{ ...diagnosis, mdtrt_id: other.mdtrt_id ?? '', diag_code: '' }],
    psn_insu_d: [
      { psn_no: 'P1', insutype: '310', begndate: '2025-01-01', psn_insu_stas: '' },
      { psn_no: 'P2', insutype: '310', begndate: 'soon', psn_insu_stas: '1' },
    ],
  });
}

describe('a lake that is worked out in parts', () => {
  it('is the same in one part, in two that are read from the facts, and in four that are cut first', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    const source = writeTables(join(root, 'in'), delivery());
    const take = async (linesPerChunk: number) => {
      const lake = join(root, `lake-${linesPerChunk}`);
      let parts = 0;
      const count = (point: string): void => {
        if (point === 'segment-written') parts += 1;
      };
      await ingest({ paths: [source], lake, linesPerChunk, fault: count });
      const { held, lines, states } = await lakeStatus(lake);
      return { parts, lines, said: JSON.stringify({ held, lines, states, hash: await stateHash(await openLake(lake)) }) };
    };
    const whole = await take(1_000_000);
    const [two, four] = [await take(whole.lines - 1), await take(10)];
    expect([whole.parts, two.parts, four.parts]).toEqual([1, 2, 4]);
    expect(two.said).toBe(whole.said);
    expect(four.said).toBe(whole.said);
  });
});
