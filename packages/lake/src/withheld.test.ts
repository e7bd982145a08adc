import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { views } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { joinTables, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { ingest, openLake, readSegment } from './index.ts';

type Row = Readonly<Record<string, string>>;

function setting(): { readonly lake: string; take(name: string, tables: Tables): Promise<unknown> } {
  const folder = temporary();
  process.env.HENGJIAN_KEY_FILE = join(folder, 'key');
  const lake = join(folder, 'lake');
  return { lake, take: (name, tables) => ingest({ paths: [writeTables(join(folder, name), tables)], lake }) };
}

/** Open lines and diagnoses of the visits, and the enrolments of all persons. */
async function openRows(lake: string) {
  const handles = (await openLake(lake)).segments();
  const found = handles.map((handle) => {
    const { visits, persons, enrolments } = readSegment(handle);
    const dead = new Set(handle.dead);
    const owners = views.words(visits, 'person');
    const alive = Array.from({ length: visits.length }, (_, row) => row).filter((row) => !dead.has(owners[row] ?? -1));
    const counts = (name: string): number[] => alive.map((row) => views.floats(visits, name)[row] ?? 0).filter((count) => count > 0);
    return {
      lines: counts('open_lines'),
      diagnoses: counts('open_diagnoses'),
      enrolments: persons.length === dead.size ? 0 : enrolments.length,
    };
  });
  return {
    lines: found.flatMap(({ lines }) => lines),
    diagnoses: found.flatMap(({ diagnoses }) => diagnoses),
    enrolments: found.reduce((sum, { enrolments }) => sum + enrolments, 0),
  };
}

const change = (tables: Tables, table: string, at: number, row: Row): Tables => ({
  ...tables,
  [table]: (tables[table] ?? []).map((one, index) => (index === at ? { ...one, ...row } : one)),
});

describe('an enrolment that was not accepted', () => {
  const insured = (serial: string, begndate: string, enddate: string): Row => ({
    ...{ psn_insu_rlts_id: serial, psn_no: 'P1', insutype: '310', psn_insu_stas: '1', begndate, enddate },
  });

  it('leaves unknown when its person was insured, until it comes mended', async () => {
    const { take, lake } = setting();
    const old = insured('R0', '2018-01-01', '2020-12-31');
    const enrolments = async (): Promise<number> =>
      (await openLake(lake)).segments().reduce((sum, one) => sum + readSegment(one).enrolments.length, 0);
    await take('one', joinTables(visit(1, 1, 3, 1), { psn_insu_d: [old] }));
    expect(await enrolments()).toBe(1);
    await take('two', { psn_insu_d: [insured('R1', '2025-06-01', '2025-01-01')] });
    expect(await enrolments()).toBe(0);
    await take('three', visit(2, 1, 4, 1));
    expect(await enrolments()).toBe(0);
    await take('four', { psn_insu_d: [insured('R1', '2025-01-01', '2025-06-01')] });
    expect(await enrolments()).toBe(2);
  });
});

describe('an enrolment of which nobody can say whether it was in force', () => {
  it.each([
    ['without a status', [{ psn_insu_stas: '' }]],
    ['with a status that is none', [{ psn_insu_stas: '9' }]],
    ['in two contents', [{ enddate: '2025-11-30' }, { enddate: '2025-12-31' }]],
  ])('leaves unknown when its person was insured: %s', async (_, changes) => {
    const { take, lake } = setting();
    const insured = { psn_no: 'P1', insutype: '310', psn_insu_stas: '1', vali_flag: '1' };
    const old = { ...insured, psn_insu_rlts_id: 'R0', begndate: '2024-01-01', enddate: '2025-02-28' };
    const unsure = changes.map((one) => ({ ...insured, psn_insu_rlts_id: 'R1', begndate: '2025-03-01', enddate: '', ...one }));
    await take('one', joinTables(visit(1, 1, 3, 1), { psn_insu_d: [old, ...unsure] }));
    expect((await openLake(lake)).segments().map((one) => readSegment(one).enrolments.length)).toEqual([0]);
  });
});

describe('a line or a diagnosis that does not count because a question is open', () => {
  const whole = visit(1, 1, 3, 3);

  it('may be the principal diagnosis where nobody knows what its mark means, and is none where another one is marked', async () => {
    const marked = (flag: string): Row => ({ ...(whole.setl_list_diag_d?.[0] ?? {}), maindiag_flag: flag, setl_list_diag_id: flag });
    const one = setting();
    await one.take('one', { ...whole, setl_list_diag_d: [marked('3')] });
    expect((await openRows(one.lake)).diagnoses.length).toBe(1);
    await one.take('two', { setl_list_diag_d: [marked('主要诊断')] });
    expect((await openRows(one.lake)).diagnoses).toEqual([]);
  });

  const good = { lines: [], diagnoses: [] };

  it('is counted at its visit while it is in quarantine, and no longer once it came mended', async () => {
    const { lake, take } = setting();
    await take('one', change(change(whole, 'fee_list_d', 1, { fee_ocur_time: '2025-13-40' }), 'setl_list_diag_d', 0, { diag_code: '' }));
    expect(await openRows(lake)).toMatchObject({ lines: [1], diagnoses: [1] });
    await take('two', { fee_list_d: whole.fee_list_d?.slice(1, 2) ?? [], setl_list_diag_d: whole.setl_list_diag_d ?? [] });
    expect(await openRows(lake)).toMatchObject(good);
  });

  it('is not counted where a line is read in the way people write numbers and times', async () => {
    const { lake, take } = setting();
    const [{ bkkp_sn, feedetl_sn, ...line } = {}] = whole.fee_list_d ?? [];
    expect([bkkp_sn, feedetl_sn]).not.toContain(undefined);
    await take('one', { ...whole, fee_list_d: [{ ...line, fee_ocur_time: '2025/3/9 8:05', pric: `${line.pric}元` }] });
    expect(await openRows(lake)).toMatchObject(good);
  });

  it('leaves nothing of a name in its place', async () => {
    const { lake, take } = setting();
    await take('one', change(whole, 'fee_list_d', 0, { mdtrt_id: '制表人：测漏甲', bkkp_sn: '测漏甲', cnt: '' }));
    const kept = readdirSync(join(lake, 'state'))
      .filter((name) => name.endsWith('.parquet'))
      .map((name) => readFileSync(join(lake, 'state', name), 'utf8'));
    expect(kept.some((text) => text.includes('测漏甲'))).toBe(false);
  });

  it('is counted where it names its person only, in every visit', async () => {
    const { lake, take } = setting();
    await take('one', joinTables(change(whole, 'fee_list_d', 0, { mdtrt_id: '' }), visit(2, 1, 4, 1)));
    expect(await openRows(lake)).toMatchObject({ lines: [1, 1] });
  });

  it('is counted when it waits or comes in two contents, and not when it is a copy', async () => {
    const waits = setting();
    await waits.take('one', change(whole, 'fee_list_d', 0, { setl_id: '' }));
    expect((await openRows(waits.lake)).lines).toEqual([1]);
    const two = setting();
    const [line = {}] = whole.fee_list_d ?? [];
    await two.take('one', joinTables(whole, { fee_list_d: [{ ...line, cnt: '9' }] }));
    expect((await openRows(two.lake)).lines).toEqual([2]);
    const copies = setting();
    await copies.take('one', joinTables(whole, { fee_list_d: [{ ...line, bkkp_sn: 'N' }] }));
    expect((await openRows(copies.lake)).lines).toEqual([]);
  });
});
