import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decideHeld } from './decide.ts';
import { joinTables, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { ingest } from './ingest.ts';
import { lakeStatus } from './status.ts';

type Row = Readonly<Record<string, string>>;
type Change = (row: Row, index: number) => Row;

/** A visit of six lines, and its lines and settlements sent again as `line` and `bill` say. */
function sentAgain(
  { line, bill }: { readonly line?: Change; readonly bill?: Change },
  change: (tables: Tables) => Tables = (all) => all,
): Tables {
  const once = visit(1, 1, 3, 6);
  const again = (rows: Tables[string] | undefined, how: Change | undefined): Tables[string] =>
    how === undefined ? [] : (rows ?? []).map(how);
  return change(joinTables(once, { fee_list_d: again(once.fee_list_d, line), setl_d: again(once.setl_d, bill) }));
}

async function lakeOf(tables: Tables, suffix = '', lake = join(temporary(), 'lake')): Promise<string> {
  process.env.HENGJIAN_KEY_FILE = join(lake, '..', '..', 'copies-test.key');
  await ingest({ paths: [writeTables(join(temporary(), 'in'), tables, suffix)], lake });
  return lake;
}

/** Rows held in a lake by table and cause, and how many lines and visits count. */
async function outcome(lake: string): Promise<{ readonly held: Readonly<Record<string, number>>; readonly lines: number }> {
  const { held, lines } = await lakeStatus(lake);
  return { held: Object.fromEntries(held.map(({ table, cause, rows }) => [`${table} ${cause}`, rows])), lines };
}

const newSerial: Change = (row, index) => ({ ...row, bkkp_sn: `N${index}` });
const allNew: Change = (row, index) => ({ ...row, bkkp_sn: `N${index}`, feedetl_sn: `N${index}` });
const total =
  (yuan: string) =>
  (tables: Tables): Tables => ({
    ...tables,
    setl_d: (tables.setl_d ?? []).map((row) => ({ ...row, medfee_sumamt: yuan, inscp_amt: yuan })),
  });
const withoutSettlements = ({ setl_d: _, ...tables }: Tables): Tables => tables;

describe('lines that were sent again', () => {
  it('are held when they bear the same serial of the institution', async () => {
    expect(await outcome(await lakeOf(sentAgain({ line: newSerial })))).toEqual({ held: { 'fee_list_d copy': 6 }, lines: 6 });
  });

  it('leave the newest one when some of them were corrected under their serial', async () => {
    const at = (hour: string, rows: Tables[string] | undefined): Tables[string] =>
      (rows ?? []).map((row) => ({ ...row, updt_time: `2025-03-11 ${hour}:00:00` }));
    const once = visit(1, 1, 3, 6);
    const mended = at('09', once.fee_list_d).map((row, index) => ({
      ...newSerial(row, index),
      ...(index === 0 ? { med_list_codg: 'XA01ABD01' } : {}),
    }));
    const lake = await lakeOf({ ...once, fee_list_d: [...at('08', once.fee_list_d), ...mended] });
    expect(await outcome(lake)).toEqual({ held: { 'fee_list_d copy': 6 }, lines: 6 });
  });

  it('are held when the whole bill comes again at other times of its days, and only one was settled', async () => {
    const again: Change = (row, index) => ({ ...allNew(row, index), fee_ocur_time: (row.fee_ocur_time ?? '').replace(/\d\d$/, '59') });
    expect(await outcome(await lakeOf(sentAgain({ line: again })))).toEqual({ held: { 'fee_list_d copy': 6 }, lines: 6 });
    expect(await outcome(await lakeOf(sentAgain({ line: again }, total('252.00'))))).toEqual({ held: {}, lines: 12 });
  });

  it('are held under new serials when only one of them was settled', async () => {
    expect(await outcome(await lakeOf(sentAgain({ line: allNew })))).toEqual({ held: { 'fee_list_d copy': 6 }, lines: 6 });
  });

  it('are held when they were corrected under their serial and only one of the two was settled', async () => {
    const corrected: Change = (row, index) => ({ ...newSerial(row, index), fee_ocur_time: `2025-03-10 08:4${index}:30` });
    expect(await outcome(await lakeOf(sentAgain({ line: corrected })))).toEqual({ held: { 'fee_list_d copy': 6 }, lines: 6 });
    const settled = await lakeOf(sentAgain({ line: corrected }, total('252.00')));
    expect(await outcome(settled)).toEqual({ held: {}, lines: 12 });
  });

  it('count when both were settled: then they were charged twice, and a rule may say so', async () => {
    expect(await outcome(await lakeOf(sentAgain({ line: allNew }, total('252.00'))))).toEqual({ held: {}, lines: 12 });
  });

  it('count where nothing was settled and refunds took the first ones back, by their serials or by item and price', async () => {
    const once = withoutSettlements(visit(1, 1, 3, 6));
    const lines = once.fee_list_d ?? [];
    const back = (row: Row, index: number): Row => ({
      ...allNew(row, index),
      ...{ bkkp_sn: `R${index}`, feedetl_sn: `R${index}`, cnt: `-${row.cnt}`, det_item_fee_sumamt: `-${row.det_item_fee_sumamt}` },
    });
    const bare: Change = ({ setl_id: _, ...row }) => ({ init_feedetl_sn: '', ...row });
    const named: Change = (row, index) => ({ ...back(row, index), init_feedetl_sn: row.feedetl_sn ?? '' });
    const mapping = join(temporary(), 'none.yaml');
    const columns = [...new Set([...lines, ...lines.map(named)].flatMap((row) => Object.keys(row)))].filter((one) => one !== 'setl_id');
    const fields = columns.map((one) => `      ${one}: ${one}\n`).join('');
    const visits = Object.keys(once.mdtrt_d?.[0] ?? {})
      .map((one) => `      ${one}: ${one}\n`)
      .join('');
    const all = `version: 1\nabsent: [setl_d]\ntables:\n  mdtrt_d:\n    files: mdtrt_d.csv\n    columns:\n${visits}`;
    writeFileSync(mapping, `${all}  fee_list_d:\n    files: fee_list_d.csv\n    columns:\n${fields}`);
    const take = async (rows: readonly Row[]): Promise<{ readonly held: Readonly<Record<string, number>>; readonly lines: number }> => {
      const lake = join(temporary(), 'lake');
      process.env.HENGJIAN_KEY_FILE = join(lake, '..', '..', 'copies-test.key');
      await ingest({ paths: [writeTables(join(temporary(), 'in'), { ...once, fee_list_d: rows.map(bare) })], lake, mapping });
      return await outcome(lake);
    };
    expect(await take([...lines, ...lines.map(allNew)])).toEqual({ held: { 'fee_list_d copy': 6 }, lines: 6 });
    expect(await take([...lines, ...lines.map(named), ...lines.map(allNew)])).toEqual({ held: {}, lines: 6 });
    expect(await take([...lines, ...lines.map(back), ...lines.map(allNew)])).toEqual({ held: {}, lines: 6 });
  });

  it('are held when most of a bill repeats and the settlement is far from both, and count when it is near to all', async () => {
    // Six lines of 21.00, and the same again: 252.00.
    expect(await outcome(await lakeOf(sentAgain({ line: allNew }, total('170.00'))))).toEqual({ held: { 'fee_list_d copy': 6 }, lines: 6 });
    expect(await outcome(await lakeOf(sentAgain({ line: allNew }, total('230.00'))))).toEqual({ held: {}, lines: 12 });
  });

  it('count when one line of a visit repeats, which is a charge and no copy', async () => {
    const once = visit(1, 1, 3, 6);
    const [line = {}] = once.fee_list_d ?? [];
    const tables = joinTables(once, { fee_list_d: [allNew(line, 0)] });
    expect((await outcome(await lakeOf(total('147.00')(tables)))).held).toEqual({});
  });

  it('are held in another file when they have no serial, and count when they repeat within one', async () => {
    const plain = (tables: Tables): Tables => ({
      ...tables,
      fee_list_d: (tables.fee_list_d ?? []).map(({ bkkp_sn: _, feedetl_sn: __, ...row }) => row),
    });
    const once = plain(visit(1, 1, 3, 6));
    const lake = await lakeOf(once, '-a');
    await lakeOf({ fee_list_d: (once.fee_list_d ?? []).slice(2).reverse() }, '-b', lake);
    expect((await outcome(lake)).lines).toBe(6);
    const twice = plain(sentAgain({ line: (row) => row }, total('252.00')));
    expect((await outcome(await lakeOf(twice))).lines).toBe(12);
  });

  it.each(['first', 'last'])(
    'are held when they came again with more columns, have no number of a settlement, and it came %s',
    async (order) => {
      const once = visit(1, 1, 3, 6);
      const bare = (more: Row) =>
        (once.fee_list_d ?? []).map(({ bkkp_sn: _, feedetl_sn: __, setl_id: ___, ...row }) => ({ ...row, ...more }));
      const [bill, others] = [{ setl_d: once.setl_d ?? [] }, { ...once, setl_d: [], fee_list_d: bare({}) }];
      const enriched = { fee_list_d: bare({ drug_trac_codg: '83012345678901234567' }) };
      const [first, ...rest] = order === 'first' ? [joinTables(others, bill), enriched] : [others, enriched, bill];
      const lake = await lakeOf(first as Tables, '-0');
      for (const [index, tables] of rest.entries()) await lakeOf(tables, `-${index + 1}`, lake);
      expect(await outcome(lake)).toEqual({ held: { 'fee_list_d copy': 6 }, lines: 6 });
    },
  );
});

describe('a stay that was settled twice', () => {
  const later =
    (minutes: string): Change =>
    (row) => ({ ...row, setl_id: 'S2', setl_time: `2025-03-10 ${minutes}:00` });

  it('counts once when only one of the settlements has lines', async () => {
    expect((await outcome(await lakeOf(sentAgain({ bill: later('09:31') })))).held).toEqual({ 'setl_d copy': 1 });
  });

  it('counts once when both have the same lines', async () => {
    const tables = sentAgain({ bill: later('09:31'), line: (row, index) => ({ ...newSerial(row, index), setl_id: 'S2' }) });
    const { held, lines } = await outcome(await lakeOf(tables));
    expect(held['setl_d copy']).toBe(1);
    expect(lines).toBe(6);
  });

  it('counts once when both charge all of its lines, whenever and by whatever funds it was paid', async () => {
    const other: Change = (row) => ({
      ...later('09:31')(row, 0),
      setl_time: '2025-04-02 08:00:00',
      fund_pay_sumamt: '1.00',
      psn_pay: '125.00',
    });
    const nameless = (tables: Tables): Tables => ({
      ...tables,
      fee_list_d: (tables.fee_list_d ?? []).map(({ setl_id: _, ...row }) => row),
    });
    for (const change of [(all: Tables) => all, nameless]) {
      expect(await outcome(await lakeOf(sentAgain({ bill: other }, change)))).toEqual({ held: { 'setl_d copy': 1 }, lines: 6 });
    }
    const interim: Change = (row) => ({ ...other(row, 0), mid_setl_flag: '1' });
    expect((await outcome(await lakeOf(sentAgain({ bill: interim })))).held).toEqual({});
  });

  it('counts twice when the amounts differ', async () => {
    const other: Change = (row) => ({ ...later('09:31')(row, 0), medfee_sumamt: '10.00' });
    expect((await outcome(await lakeOf(sentAgain({ bill: other })))).held).toEqual({});
  });
});

describe('a decision', () => {
  const asked = { by: 'li', because: '医院确认', at: '2026-03-04 10:00:00' };

  it('frees held rows, holds for later batches, and can be taken back', async () => {
    const tables = sentAgain({ line: newSerial });
    const lake = await lakeOf(tables);
    const [group] = (await lakeStatus(lake)).held;
    await decideHeld({ lake, held: [group?.held ?? ''], counts: true, ...asked });
    expect(await outcome(lake)).toEqual({ held: {}, lines: 12 });
    await lakeOf(withoutSettlements(visit(2, 1, 3, 1)), '-later', lake);
    expect((await outcome(lake)).held).toEqual({});
    await decideHeld({ lake, held: [group?.held ?? ''], counts: false, ...asked });
    expect((await outcome(lake)).held).toEqual({ 'fee_list_d copy': 6 });
  });

  it('can be of one visit only, and is refused for a group that is not there', async () => {
    const lake = await lakeOf(sentAgain({ line: newSerial }));
    const [group] = (await lakeStatus(lake)).held;
    await decideHeld({ lake, held: [group?.held ?? ''], visit: 'M1', counts: true, ...asked });
    expect((await outcome(lake)).lines).toBe(12);
    await expect(decideHeld({ lake, held: ['H-000000000000'], counts: true, ...asked })).rejects.toMatchObject({
      problems: [{ code: 'held-unknown' }],
    });
  });
});
