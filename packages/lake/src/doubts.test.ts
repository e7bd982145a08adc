import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityCheck, missingCode, views } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { joinTables, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { ingest, openLake, type Quality, readSegment } from './index.ts';

type Row = Readonly<Record<string, string>>;

const register = (row: Row): Tables => ({ psn_info_b: [{ psn_no: 'P1', gend: '2', brdy: '1980-05-06', vali_flag: '1', ...row }] });
/** The visit of a woman born in 1980, with four lines of 21.00 yuan. */
const stay = (change: Readonly<Record<string, Row>>): Tables =>
  Object.fromEntries(Object.entries(visit(1, 1, 3, 4)).map(([table, rows]) => [table, rows.map((row) => ({ ...row, ...change[table] }))]));

interface Outcome {
  readonly doubts: Readonly<Record<string, number>>;
  readonly sex: number | undefined;
  readonly birth: number | undefined;
  readonly age: number | undefined;
  readonly death: number | undefined;
  readonly gap: number | undefined;
  readonly days: number | undefined;
  readonly begin: number | undefined;
  readonly end: number | undefined;
  readonly daysGap: number | undefined;
  /** Begin and end that other rows contradict. */
  readonly doubted: readonly [begin: number | undefined, end: number | undefined];
  readonly setting: number | undefined;
  readonly diagnoses: readonly [counted: number, open: number | undefined];
  readonly conflict: number | undefined;
  readonly price: number | undefined;
  readonly totals: readonly [checked: number, good: number] | undefined;
}

async function outcome(...tables: readonly Tables[]): Promise<Outcome> {
  const folder = temporary();
  process.env.HENGJIAN_KEY_FILE = join(folder, '..', 'doubts-test.key');
  const [lake, report] = [join(folder, 'lake'), join(folder, 'report')];
  await ingest({ paths: [writeTables(join(folder, 'in'), joinTables(...tables))], lake, report });
  const quality: Quality = JSON.parse(readFileSync(join(report, 'quality.json'), 'utf8'));
  const [handle] = (await openLake(lake)).segments();
  if (handle === undefined) throw new Error('no segment');
  const { persons, visits, lines, diagnoses } = readSegment(handle);
  const total = quality.identities.find(({ name }) => name.en === 'settlement total = sum of its net lines');
  const known = (value: number | undefined): number | undefined =>
    value === undefined || Number.isNaN(value) || value < 0 ? undefined : value;
  const numberOf = (value: number | undefined): number | undefined => (value === undefined || Number.isNaN(value) ? undefined : value);
  const codeOf = (value: number | undefined): number | undefined => (value === missingCode ? undefined : value);
  return {
    doubts: Object.fromEntries(quality.doubts.map(({ cause, visits: rows }) => [cause, rows])),
    sex: known(views.ids(persons, 'gend')[0]),
    birth: known(views.words(persons, 'brdy')[0]),
    age: known(views.floats(visits, 'age')[0]),
    death: known(views.words(persons, 'die_date')[0]),
    gap: views.floats(visits, 'line_gap')[0],
    days: known(views.floats(visits, 'ipt_days')[0]),
    begin: known(views.words(visits, 'begntime')[0]),
    end: known(views.words(visits, 'endtime')[0]),
    daysGap: numberOf(views.floats(visits, 'days_gap')[0]),
    doubted: [known(views.words(visits, 'doubted_begntime')[0]), known(views.words(visits, 'doubted_endtime')[0])],
    setting: codeOf(views.ids(visits, 'setting')[0]),
    diagnoses: [diagnoses.length, known(views.floats(visits, 'open_diagnoses')[0])],
    conflict: quality.states.setl_list_diag_d?.conflict ?? 0,
    price: known(views.floats(lines, 'pric')[0]),
    totals: total === undefined ? undefined : [total.checked, total.good],
  };
}

describe('levels that agree', () => {
  it('leave everything known', async () => {
    const found = await outcome(register({}), stay({ mdtrt_d: { gend: '2', age: '44' } }));
    expect(found).toMatchObject({ doubts: {}, age: 440, gap: 0, totals: [1, 1] });
    expect([found.sex, found.birth].every((value) => value !== undefined)).toBe(true);
  });
});

describe('a sex that is not stated', () => {
  it.each(['0', '9', 'X'])('%s is unknown, and another level may know it', async (gend) => {
    expect((await outcome(register({ gend }), stay({ mdtrt_d: { gend } }))).sex).toBe(undefined);
    const known = await outcome(register({ gend }), stay({ mdtrt_d: { gend: '2' } }));
    expect(known).toMatchObject({ doubts: {}, sex: (await outcome(register({}), stay({}))).sex });
  });
});

describe('levels that contradict each other', () => {
  it('make the sex unknown', async () => {
    expect(await outcome(register({ gend: '1' }), stay({ mdtrt_d: { gend: '2' } }))).toMatchObject({ doubts: { sex: 1 }, sex: undefined });
  });

  it('make birth unknown that only the settlement has otherwise', async () => {
    expect(await outcome(register({}), stay({ mdtrt_d: { gend: '2' }, setl_d: { brdy: '2015-05-06' } }))).toMatchObject({
      ...{ doubts: { birth: 1 }, birth: undefined },
    });
  });

  it('make birth and age unknown', async () => {
    const two = await outcome(register({ brdy: '2018-05-06' }), stay({ mdtrt_d: { gend: '2', age: '44' } }));
    expect(two).toMatchObject({ doubts: { birth: 1 }, birth: undefined, age: undefined });
    const unborn = await outcome(register({ brdy: '2025-03-11' }), stay({ mdtrt_d: { gend: '2', brdy: '' } }));
    expect(unborn).toMatchObject({ doubts: { birth: 1 }, birth: undefined });
    const old = await outcome(register({}), stay({ mdtrt_d: { gend: '2', age: '70' } }));
    expect(old).toMatchObject({ doubts: { age: 1 }, birth: undefined, age: undefined });
    expect((await outcome(register({}), stay({ mdtrt_d: { gend: '2', age: '46' } }))).doubts).toEqual({});
    const filled = await outcome(register({}), stay({ mdtrt_d: { gend: '2', age: '0' } }));
    expect(filled).toMatchObject({ doubts: { age: 1 }, age: undefined });
    expect(filled.birth).toBeDefined();
  });

  it('make birth or sex unknown that the identity number of a row denies', async () => {
    // Numbers of nobody: their area does not exist.
    const number = (birth: string, serial: string): string => `110199${birth}${serial}${identityCheck(`110199${birth}${serial}`)}`;
    const born = await outcome(register({ certno: number('20180506', '002') }), stay({ mdtrt_d: { gend: '2' } }));
    expect(born).toMatchObject({ doubts: { birth: 1 }, birth: undefined });
    const man = await outcome(register({}), stay({ mdtrt_d: { gend: '2', certno: number('19800506', '001') } }));
    expect(man).toMatchObject({ doubts: { sex: 1 }, sex: undefined });
    const child = stay({ mdtrt_d: { gend: '2', nwb_flag: '1', certno: number('19800506', '002'), brdy: '2025-03-09' } });
    expect((await outcome(child)).doubts).toEqual({});
    const wrong = register({ certno: `${number('20180506', '002').slice(0, 17)}Z` });
    expect((await outcome(wrong, stay({ mdtrt_d: { gend: '2' } }))).doubts).toEqual({});
  });

  it('are none where a newborn comes under the number of its mother: they are two persons', async () => {
    const own = stay({ mdtrt_d: { gend: '2', brdy: '1980-05-06', nwb_flag: '0' } });
    const child = Object.fromEntries(
      Object.entries(visit(2, 1, 3, 4)).map(([table, rows]) => [
        table,
        rows.map((row) => (table === 'mdtrt_d' ? { ...row, gend: '1', brdy: '2025-03-09', nwb_flag: '1' } : row)),
      ]),
    );
    const folder = temporary();
    process.env.HENGJIAN_KEY_FILE = join(folder, '..', 'doubts-test.key');
    const births = async (name: string, ...batches: readonly Tables[]): Promise<readonly number[]> => {
      const lake = join(folder, name);
      for (const [index, tables] of batches.entries())
        await ingest({ paths: [writeTables(join(folder, `${name}-${index}`), tables)], lake });
      const known = (await openLake(lake)).segments().flatMap((handle) => {
        const { persons } = readSegment(handle);
        return [...views.words(persons, 'brdy')].filter((_, row) => !handle.dead.includes(row));
      });
      return known.toSorted((left, right) => left - right);
    };
    const both = [3778, 20156];
    expect(await births('one', joinTables(register({}), own, child))).toEqual(both);
    expect(await births('two', child, joinTables(register({}), own))).toEqual(both);
  });

  it('leave the days of a stay unknown where only its lines have dates', async () => {
    const { mdtrt_d: _, ...bare } = stay({ setl_d: { med_type: '21' }, fee_list_d: { med_type: '21' } });
    expect((await outcome(register({}), bare)).days).toBe(undefined);
    const dated = (bare.setl_d ?? []).map((row) => ({ ...row, begndate: '2025-03-08', enddate: '2025-03-10' }));
    expect((await outcome(register({}), { ...bare, setl_d: dated })).days).toBe(2);
  });

  it('leave the price unknown of a line of which money came back without its quantity', async () => {
    const all = visit(1, 1, 3, 1);
    const [line = {}] = all.fee_list_d ?? [];
    const back = { ...line, bkkp_sn: 'R', feedetl_sn: 'R', init_feedetl_sn: line.feedetl_sn ?? '', cnt: '0', det_item_fee_sumamt: '-1.00' };
    expect((await outcome(all)).price).toBeGreaterThan(0);
    expect((await outcome({ ...all, fee_list_d: [{ ...line, init_feedetl_sn: '' }, back] })).price).toBe(undefined);
  });

  it('say by how much the total is not that of the lines', async () => {
    const found = await outcome(register({}), stay({ mdtrt_d: { gend: '2' }, setl_d: { medfee_sumamt: '1084.00' } }));
    expect(found).toMatchObject({ doubts: { total: 1 }, gap: 100_000, totals: [1, 0] });
  });

  it('make the dates of a stay unknown when most of its lines lie elsewhere, and not for one of them', async () => {
    const inpatient = { med_type: '21', gend: '2', begntime: '2024-03-09 08:00:00', endtime: '2024-03-11 08:00:00' };
    expect((await outcome(register({}), stay({ mdtrt_d: inpatient, setl_d: { med_type: '21' } }))).doubts).toEqual({ days: 1 });
    const dates = { begntime: '2025-03-09 08:00:00', endtime: '2025-03-11 08:00:00' };
    const tables = stay({ mdtrt_d: { ...inpatient, ...dates }, setl_d: { med_type: '21' } });
    const [first = {}, ...rest] = tables.fee_list_d ?? [];
    const late = { ...tables, fee_list_d: [{ ...first, fee_ocur_time: '2025-03-20 08:00:00' }, ...rest] };
    expect((await outcome(register({}), late)).doubts).toEqual({});
  });

  const five = { med_type: '21', gend: '2', begntime: '2025-03-09 08:00:00', endtime: '2025-03-14 08:00:00', ipt_days: '5' };
  const billed = (change: Row): Tables => stay({ mdtrt_d: five, setl_d: { med_type: '21', ...change } });

  it('leave unknown the date of a stay that its only settlement contradicts, and keep what was said for grouping', async () => {
    const other = await outcome(register({}), billed({ begndate: '2025-03-09', enddate: '2025-03-17' }));
    expect(other).toMatchObject({ doubts: { period: 1 }, days: undefined, daysGap: 0, end: undefined });
    expect([other.begin !== undefined, other.doubted.map((one) => one !== undefined)]).toEqual([true, [false, true]]);
    const begun = await outcome(register({}), billed({ begndate: '2025-03-06', enddate: '' }));
    expect(begun).toMatchObject({ doubts: { period: 1 }, days: undefined, begin: undefined });
    expect([begun.end !== undefined, begun.doubted.map((one) => one !== undefined)]).toEqual([true, [true, false]]);
    const near = await outcome(register({}), billed({ begndate: '2025-03-08', enddate: '2025-03-15' }));
    expect(near).toMatchObject({ doubts: {}, days: 5 });
    expect(near.begin).toBeDefined();
    expect(await outcome(register({}), billed({ begndate: '', enddate: '' }))).toMatchObject({ doubts: {}, days: 5 });
  });

  it('are none where the settlement is of a part of the stay', async () => {
    const interim = billed({ begndate: '2025-03-09', enddate: '2025-03-11', mid_setl_flag: '1' });
    expect(await outcome(register({}), interim)).toMatchObject({ doubts: {}, days: 5 });
    const overYears = billed({ begndate: '2025-03-09', enddate: '2025-03-11' });
    const goingOn = (overYears.mdtrt_d ?? []).map((row) => ({ ...row, ars_year_ipt_flag: '1' }));
    expect(await outcome(register({}), { ...overYears, mdtrt_d: goingOn })).toMatchObject({ doubts: {}, days: 5 });
    const [first = {}] = overYears.setl_d ?? [];
    const second = { ...first, setl_id: 'S2', begndate: '2025-03-12', enddate: '2025-03-14', setl_time: '2025-03-14 09:00:00' };
    const parts = await outcome(register({}), { ...overYears, setl_d: [first, second] });
    expect(parts).toMatchObject({ days: 5 });
    expect(parts.doubts).not.toHaveProperty('period');
  });

  it('leave the length of a stay unknown whose days are not those of its dates, and keep the difference', async () => {
    const longer = await outcome(register({}), stay({ mdtrt_d: { ...five, ipt_days: '2' }, setl_d: { med_type: '21' } }));
    expect(longer).toMatchObject({ doubts: { length: 1 }, days: undefined, daysGap: -3, doubted: [undefined, undefined] });
    for (const ipt_days of ['4', '6', '0', ''])
      expect((await outcome(register({}), stay({ mdtrt_d: { ...five, ipt_days }, setl_d: { med_type: '21' } }))).doubts).toEqual({});
  });

  it('make unknown whether a visit was a stay where its settlement says otherwise', async () => {
    for (const med_type of ['11', '14'])
      expect(await outcome(register({}), billed({ med_type }))).toMatchObject({ doubts: { setting: 1 }, setting: undefined });
    for (const med_type of ['52', '', '99']) {
      const same = await outcome(register({}), billed({ med_type }));
      expect(same.doubts).toEqual({});
      expect(same.setting).toBeDefined();
    }
    const visits = stay({ mdtrt_d: { gend: '2', med_type: '14' }, setl_d: { med_type: '11' } });
    expect((await outcome(register({}), visits)).doubts).toEqual({});
  });

  it('make the end of a stay unknown that lies before its begin', async () => {
    const dates = { begntime: '2025-03-10 10:00:00', endtime: '2025-03-07 09:00:00' };
    expect((await outcome(register({}), stay({ mdtrt_d: { gend: '2', ...dates } }))).doubts).toEqual({ early: 1 });
    const day = { begntime: '2025-03-10 10:00:00', endtime: '2025-03-10 00:00:00' };
    expect((await outcome(register({}), stay({ mdtrt_d: { gend: '2', ...day } }))).doubts).toEqual({});
  });

  const another = { psn_no: 'P2' };

  it.each(['setl_d', 'setl_list_oprn_d'])('tell that a row of %s names another person than its visit', async (table) => {
    const all = stay({ mdtrt_d: { gend: '2' } });
    const operation = { ...(all.setl_list_diag_d?.[0] ?? {}), setl_list_oprn_id: 'O1', oprn_oprt_code: '51.2200', main_oprn_flag: '1' };
    const whole = { ...all, setl_list_oprn_d: [operation] };
    expect((await outcome(register({}), whole)).doubts).toEqual({});
    const changed = { ...whole, [table]: (whole as Tables)[table]?.map((row) => ({ ...row, ...another })) ?? [] };
    expect(await outcome(register({}), changed)).toMatchObject({ doubts: { person: 1 }, diagnoses: [1, undefined] });
  });

  it('make the day of death unknown on which register and stay differ', async () => {
    const died = (dscg_way: string): Tables =>
      stay({ mdtrt_d: { ...five, dscg_way }, setl_d: { med_type: '21', begndate: '2025-03-09', enddate: '2025-03-14' } });
    const two = await outcome(register({ die_date: '2025-03-11' }), died('5'));
    expect(two).toMatchObject({ doubts: { death: 1 }, death: undefined });
    const near = await outcome(register({ die_date: '2025-03-13' }), died('5'));
    expect([near.doubts, near.death !== undefined]).toEqual([{}, true]);
    const alive = await outcome(register({ die_date: '2025-03-11' }), died('1'));
    expect([alive.doubts, alive.death !== undefined]).toEqual([{}, true]);
  });

  it('tell that lines name another institution than their visit', async () => {
    const all = stay({ mdtrt_d: { gend: '2' } });
    const [first = {}, ...rest] = all.fee_list_d ?? [];
    const branch = { ...all, fee_list_d: [{ ...first, fixmedins_code: 'H43010000009' }, ...rest] };
    expect((await outcome(register({}), branch)).doubts).toEqual({ institution: 1 });
    const without = { ...all, fee_list_d: [{ ...first, fixmedins_code: '' }, ...rest] };
    expect((await outcome(register({}), without)).doubts).toEqual({});
  });

  it('count no diagnosis that names another person than its visit', async () => {
    const all = stay({ mdtrt_d: { gend: '2' } });
    const [own = {}] = all.setl_list_diag_d ?? [];
    const foreign = { ...own, ...another, setl_list_diag_id: 'X', diag_code: 'N40.x00' };
    const found = await outcome(register({}), { ...all, setl_list_diag_d: [own, foreign] });
    expect(found).toMatchObject({ doubts: { person: 1 }, diagnoses: [1, 1], conflict: 1 });
    const child = { ...all, mdtrt_d: (all.mdtrt_d ?? []).map((row) => ({ ...row, nwb_flag: '1' })), setl_list_diag_d: [own, foreign] };
    expect(await outcome(child)).toMatchObject({ diagnoses: [2, undefined], conflict: 0 });
    const numberless = { ...own, psn_no: '', setl_list_diag_id: 'X', diag_code: 'N40.x00' };
    const without = await outcome(register({}), { ...all, setl_list_diag_d: [own, numberless] });
    expect(without).toMatchObject({ diagnoses: [2, undefined], conflict: 0 });
  });

  it('count a diagnosis of the other sex and leave the sex known', async () => {
    const found = await outcome(register({}), stay({ mdtrt_d: { gend: '2' }, setl_list_diag_d: { diag_code: 'N40.x00' } }));
    expect(found.doubts).toEqual({ diagnosis: 1 });
    expect(found.sex).toBeDefined();
  });
});
