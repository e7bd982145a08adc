import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingest, openLake } from '@hengjian/lake';
import { Cancelled } from '@hengjian/standard';
import { afterAll, describe, expect, it } from 'vitest';
import { openStayGrouper } from '../open.ts';
import type { StayGrouper } from './stay-grouper.ts';
import { type GroupedLakeStay, groupedStays, groupLake, openGroupedLake } from './step.ts';

const folder = mkdtempSync(join(tmpdir(), 'hengjian-step-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Stay {
  readonly id: string;
  readonly person: string;
  readonly from: string;
  readonly to: string;
  readonly diagnoses: readonly string[];
  readonly operations?: readonly string[];
  readonly updated?: string;
  readonly born?: string;
  /** Last day of its settlement; the discharge is `to`. */
  readonly settledTo?: string;
  /** Weight at birth and time on a ventilator, of the settlement list. */
  readonly list?: { readonly nwb_bir_wt: string; readonly vent_used_dura: string };
}

const csv = (rows: readonly Readonly<Record<string, string>>[]): string =>
  `${[Object.keys(rows[0] ?? {}).join(','), ...rows.map((row) => Object.values(row).join(','))].join('\n')}\n`;

/** An extract of stays as national tables. */
function extract(name: string, stays: readonly Stay[]): string {
  const home = mkdtempSync(join(folder, `${name}-`));
  const common = (stay: Stay) => ({
    mdtrt_id: stay.id,
    psn_no: stay.person,
    fixmedins_code: 'H41010000001',
    med_type: '21',
    insutype: '310',
    insu_admdvs: '410100',
    updt_time: stay.updated ?? `${stay.to} 12:00:00`,
  });
  const write = (table: string, rows: readonly Readonly<Record<string, string>>[]): void => {
    if (rows.length > 0) writeFileSync(join(home, `${table}.csv`), csv(rows));
  };
  write(
    'mdtrt_d',
    stays.map((stay) => ({
      ...common(stay),
      gend: '1',
      brdy: stay.born ?? '1960-02-29',
      begntime: `${stay.from} 09:00:00`,
      endtime: stay.settledTo === '' ? '' : `${stay.to} 09:00:00`,
      dscg_way: '1',
      vali_flag: '1',
    })),
  );
  write(
    'setl_d',
    stays.map((stay) => ({
      ...common(stay),
      setl_id: `S${stay.id}`,
      setl_time: `${stay.to} 10:00:00`,
      begndate: stay.from,
      enddate: stay.settledTo ?? stay.to,
      medfee_sumamt: '5000.00',
      inscp_amt: '4000.00',
      fund_pay_sumamt: '3000.00',
      acct_pay: '500.00',
      psn_pay: '1500.00',
      clr_way: '4',
      vali_flag: '1',
    })),
  );
  write(
    'setl_list_diag_d',
    stays.flatMap((stay) =>
      stay.diagnoses.map((diag_code, index) => ({
        setl_list_diag_id: `${stay.id}-${index}`,
        setl_id: `S${stay.id}`,
        mdtrt_id: stay.id,
        psn_no: stay.person,
        maindiag_flag: index === 0 ? '1' : '0',
        diag_code,
        vali_flag: '1',
        updt_time: common(stay).updt_time,
      })),
    ),
  );
  write(
    'setl_list_oprn_d',
    stays.flatMap((stay) =>
      (stay.operations ?? []).map((oprn_oprt_code, index) => ({
        setl_list_oprn_id: `${stay.id}-${index}`,
        setl_id: `S${stay.id}`,
        mdtrt_id: stay.id,
        psn_no: stay.person,
        main_oprn_flag: index === 1 ? '1' : '0',
        oprn_oprt_code,
        oprn_oprt_date: stay.from,
        vali_flag: '1',
        updt_time: common(stay).updt_time,
      })),
    ),
  );
  write(
    'fee_list_d',
    stays.map((stay) => ({
      bkkp_sn: `B${stay.id}`,
      mdtrt_id: stay.id,
      setl_id: `S${stay.id}`,
      psn_no: stay.person,
      fixmedins_code: 'H41010000001',
      feedetl_sn: '1',
      fee_ocur_time: `${stay.from} 10:00:00`,
      med_list_codg: '001102000010000',
      cnt: '1',
      pric: '5000',
      det_item_fee_sumamt: '5000.00',
      inscp_amt: '4000.00',
      vali_flag: '1',
      updt_time: common(stay).updt_time,
    })),
  );
  write(
    'setl_list_d',
    stays.flatMap((stay) =>
      stay.list === undefined ? [] : [{ mdtrt_id: stay.id, ...stay.list, vali_flag: '1', updt_time: common(stay).updt_time }],
    ),
  );
  return home;
}

async function all(lake: string, grouper: StayGrouper): Promise<GroupedLakeStay[]> {
  const found: GroupedLakeStay[] = [];
  for await (const stay of groupedStays(lake, grouper)) found.push(stay);
  return found.sort((left, right) => (left.mdtrt_id < right.mdtrt_id ? -1 : 1));
}

describe('grouping as a step of a lake', () => {
  const lake = join(folder, 'lake');
  const grouper = openStayGrouper('demonstration', folder);

  it('reads a stay with its ages, codes, days and money, the main procedure first', async () => {
    await ingest({
      paths: [
        extract('first', [
          { id: 'M1', person: 'P1', from: '2025-02-28', to: '2025-03-04', diagnoses: ['J18.900', 'N17.900'] },
          { id: 'M2', person: 'P2', from: '2025-03-01', to: '2025-03-05', diagnoses: ['K35.800'], operations: ['54.1100', '47.0100'] },
        ]),
      ],
      lake,
    });
    const result = await groupLake({ lake, grouper });
    expect(result).toMatchObject({ fresh: 2, kept: 0, statuses: { grouped: 2 } });
    const [first, second] = await all(lake, grouper);
    expect(first).toMatchObject({
      mdtrt_id: 'M1',
      status: 'grouped',
      clr_way: '4',
      medfee_sumamt: 500_000,
      fund_pay_sumamt: 300_000,
      psn_pay: 150_000,
      insutype: '310',
      dscg_way: '1',
      ipt_days: 4,
    });
    expect(first?.grp_code).toMatch(/^E.*1$/);
    expect(second?.mdc).toBe('G');
    const { StayReader } = await import('./stays.ts');
    const reader = new StayReader(await openLake(lake));
    const cases = reader.segments().flatMap((handle) => [...reader.stays(handle)].map((stay) => stay.groupingCase()));
    expect(cases.find(({ id }) => id === 'M2')?.procedures).toEqual(['47.0100', '54.1100']);
    // Born on 29 February 1960: the 65th birthday of a common year is 1 March.
    expect(cases.map(({ id, age }) => `${id} ${age}`).sort()).toEqual(['M1 64', 'M2 65']);
  });

  it('works on new segments only, and gives what grouping the whole anew gives', async () => {
    const refusal = groupedStays(lake, { id: grouper.id, hash: 'f'.repeat(64) }).next();
    await expect(refusal).rejects.toThrow(/is not grouped/);
    await ingest({
      paths: [extract('second', [{ id: 'M3', person: 'P3', from: '2025-04-01', to: '2025-04-03', diagnoses: ['I21.900'] }])],
      lake,
    });
    await expect(groupedStays(lake, grouper).next()).rejects.toThrow(/has taken in data since/);
    const result = await groupLake({ lake, grouper });
    expect(result.fresh).toBeLessThan(3);
    expect(Object.values(result.statuses).reduce((left, right) => left + right, 0)).toBe(3);
    const stays = await all(lake, grouper);
    rmSync(join(lake, 'grouping'), { recursive: true });
    await groupLake({ lake, grouper });
    expect(await all(lake, grouper)).toEqual(stays);
  });

  it('takes the corrected list of a stay, and no longer the former one', async () => {
    const before = (await all(lake, grouper)).find((stay) => stay.mdtrt_id === 'M3');
    await ingest({
      paths: [
        extract('third', [
          { id: 'M3', person: 'P3', from: '2025-04-01', to: '2025-04-03', diagnoses: ['I50.900'], updated: '2025-05-01 08:00:00' },
        ]),
      ],
      lake,
    });
    await groupLake({ lake, grouper });
    const stays = await all(lake, grouper);
    expect(stays.map((stay) => stay.mdtrt_id)).toEqual(['M1', 'M2', 'M3']);
    expect(stays.find((stay) => stay.mdtrt_id === 'M3')?.grp_code).not.toBe(before?.grp_code);
  });

  it('takes no other diagnosis for the principal one that is in quarantine', async () => {
    const open = join(folder, 'open');
    const stay = { person: 'P5', from: '2025-06-01', to: '2025-06-05' };
    await ingest({
      paths: [
        extract('open', [
          { ...stay, id: 'Q1', diagnoses: ['', 'I10.x00'] },
          { ...stay, id: 'Q2', person: 'P6', diagnoses: ['I10.x00'] },
        ]),
      ],
      lake: open,
    });
    await groupLake({ lake: open, grouper });
    expect((await all(open, grouper)).map(({ status }) => status)).toEqual(['invalid', 'grouped']);
  });

  it('groups a stay whose settlement has other days by the dates of its visit, and counts those without an end', async () => {
    const doubted = join(folder, 'doubted');
    const stay = { from: '2025-06-01', to: '2025-06-05', diagnoses: ['I10.x00'] };
    const stays = [
      { ...stay, id: 'D1', person: 'P7', settledTo: '2025-06-09' },
      { ...stay, id: 'D2', person: 'P8', settledTo: '' },
    ];
    await ingest({ paths: [extract('doubted', stays)], lake: doubted });
    expect(await groupLake({ lake: doubted, grouper })).toMatchObject({ fresh: 1, undated: 1 });
    expect(await all(doubted, grouper)).toMatchObject([{ mdtrt_id: 'D1', status: 'grouped', ipt_days: 4 }]);
    expect(await groupLake({ lake: doubted, grouper })).toMatchObject({ fresh: 0, kept: 1, undated: 1 });
  });

  it('reads weights and hours of the settlement list, and takes a list that comes later', async () => {
    const born = { person: 'P4', born: '2025-05-30', from: '2025-06-01', to: '2025-06-20', diagnoses: ['P07.100'] };
    const nursery = join(folder, 'nursery');
    await ingest({ paths: [extract('born', [{ id: 'N1', ...born }])], lake: nursery });
    await groupLake({ lake: nursery, grouper });
    expect((await all(nursery, grouper))[0]).toMatchObject({ status: 'invalid', field: 'birth_weight', grp_code: '' });
    await ingest({
      paths: [
        extract('weighed', [
          { id: 'N1', ...born, list: { nwb_bir_wt: '1450.00', vent_used_dura: '4/2/30' }, updated: '2025-06-25 08:00:00' },
        ]),
      ],
      lake: nursery,
    });
    await groupLake({ lake: nursery, grouper });
    const [stay] = await all(nursery, grouper);
    expect(stay).toMatchObject({ status: 'grouped', mdc: 'P' });
    const { openStayReader } = await import('./stays.ts');
    const reader = await openStayReader(await openLake(nursery));
    const [one] = reader.segments().flatMap((handle) => [...reader.stays(handle)].map((each) => each.groupingCase()));
    expect(one).toMatchObject({ birth_weight: 1450, admission_weight: null, ventilator_hours: 98, icu_hours: null, age: 0, age_days: 2 });
  });

  it('leaves nothing half-seen when it is cancelled, and mends a damaged file by name', async () => {
    const home = readdirSync(join(lake, 'grouping'))[0] ?? '';
    const manifest = join(lake, 'grouping', home, 'manifest.json');
    const before = readFileSync(manifest, 'utf8');
    const controller = new AbortController();
    controller.abort();
    await expect(groupLake({ lake, grouper, signal: controller.signal })).rejects.toBeInstanceOf(Cancelled);
    expect(readFileSync(manifest, 'utf8')).toBe(before);
    const grouped = openGroupedLake(await openLake(lake), grouper);
    expect(grouped.groups.length).toBeGreaterThan(1);
    const file = readdirSync(join(lake, 'grouping', home)).find((name) => name.endsWith('.csv')) ?? '';
    writeFileSync(join(lake, 'grouping', home, file), 'row,status,mdc,adrg,grp_code,split,field,weight,auxiliary\n');
    await expect(all(lake, grouper)).rejects.toThrow(/group the lake anew/);
    await expect(groupLake({ lake, grouper })).rejects.toThrow(/a file was changed/);
    for (const spoilt of [before.slice(0, -9), before.replace('"format":2', '"format":3'), before.replace('"stays":', '"days":')]) {
      writeFileSync(manifest, spoilt);
      await expect(groupLake({ lake, grouper }), spoilt.slice(0, 60)).rejects.toMatchObject({ problems: [{ code: 'grouping-damaged' }] });
    }
  });
});
