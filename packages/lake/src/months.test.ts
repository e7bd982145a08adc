import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { byMonth, city, type Records, type Tables, temporary, writeTables } from './fixture.ts';
import { ingest, openLake, stateHash } from './index.ts';

const masters = ['psn_info_b', 'psn_insu_d', 'medins_info_b', 'hilist_b', 'medins_dept_b'];
const root = temporary();

/** Files of one extract; the same name always holds the same rows. */
function extract(name: string, tables: Tables): string[] {
  mkdirSync(join(root, 'in'), { recursive: true });
  writeTables(join(root, 'in'), tables, `-${name}`);
  return Object.entries(tables).flatMap(([table, records]) => (records.length > 0 ? [join(root, 'in', `${table}-${name}.csv`)] : []));
}

async function hashOf(name: string, extracts: readonly (readonly string[])[]): Promise<string> {
  const lake = join(root, name);
  for (const paths of extracts) await ingest({ paths, lake });
  return stateHash(await openLake(lake));
}

const department = (number: number, caty: string): Records[0] => ({
  fixmedins_code: `H4301000000${number}`,
  dept_codg: 'A03',
  dept_name: `第${number}科`,
  caty,
  updt_time: '2025-01-01 00:00:00',
  vali_flag: '1',
});

beforeAll(() => {
  const key = join(root, 'key');
  // A key that is always the same, so that the persons of a test always share their buckets in the same way.
  writeFileSync(key, createHash('sha256').update('months').digest('hex'), { mode: 0o600 });
  process.env.HENGJIAN_KEY_FILE = key;
});

describe('monthly extracts', () => {
  const all = city(5, 3);
  const fees = all.fee_list_d ?? [];
  const back = (line: Records[0], number: number): Records[0] => ({
    ...line,
    bkkp_sn: `R${number}`,
    feedetl_sn: `RF${number}`,
    init_feedetl_sn: line?.feedetl_sn ?? '',
    cnt: '-1',
    det_item_fee_sumamt: '-10.50',
    inscp_amt: '-10.50',
    fee_ocur_time: '2025-03-20 10:00:00',
  });
  const withRefunds: Tables = { ...all, fee_list_d: [...fees, back(fees[0] as Records[0], 1), back(fees[7] as Records[0], 2)] };
  const one = (month: number): Tables =>
    Object.fromEntries(
      Object.entries(byMonth(withRefunds, month)).filter(([table]) => !masters.includes(table) && table !== 'setl_list_diag_d'),
    );
  const two = (month: number): Tables => {
    const [left, right] = [one(month), one(month + 1)];
    return Object.fromEntries(Object.keys(left).map((table) => [table, [...(left[table] ?? []), ...(right[table] ?? [])]]));
  };
  const diagnoses = extract('diagnoses', { setl_list_diag_d: all.setl_list_diag_d ?? [] });
  const kept = extract('kept', Object.fromEntries(masters.map((table) => [table, all[table] ?? []])));
  const months = [1, 2, 3].map((month) => extract(String(month), one(month)));
  const overlap = extract('2-3', two(2));

  it('give the same state in any order, with overlaps, diagnoses before visits and refunds in later months', {
    timeout: 120_000,
  }, async () => {
    const [first, second, third] = months as [string[], string[], string[]];
    const whole = await hashOf('whole', [[...kept, ...diagnoses, ...months.flat(), ...overlap]]);
    expect(await hashOf('forward', [kept, first, second, overlap, third, diagnoses])).toBe(whole);
    expect(await hashOf('backward', [diagnoses, third, overlap, second, first, kept])).toBe(whole);
    const again = await ingest({ paths: [...months.flat(), ...overlap], lake: join(root, 'backward') });
    expect(again.unchanged).toBe(true);
  });

  it('keep few segments, and compaction changes nothing', { timeout: 180_000 }, async () => {
    const year = city(6, 10);
    const parts = Array.from({ length: 10 }, (_, index) => {
      const month = byMonth(year, index + 1);
      return extract(
        `y${index + 1}`,
        index === 0 ? month : Object.fromEntries(Object.entries(month).filter(([table]) => !masters.includes(table))),
      );
    });
    const single = await hashOf('year-whole', [parts.flat()]);
    expect(await hashOf('year-months', parts)).toBe(single);
    const { manifest } = await openLake(join(root, 'year-months'));
    const perBucket = Map.groupBy(manifest.segments, (segment) => segment.bucket);
    expect(Math.max(...[...perBucket.values()].map((list) => list.length))).toBeLessThanOrEqual(8);
  });

  it('do not work out the lake again for a department that is new or unchanged, but do for a changed one', {
    timeout: 120_000,
  }, async () => {
    const base = extract('dept-base', { ...all, medins_dept_b: [department(1, 'A03'), department(2, 'A03')] });
    const fresh = extract('dept-new', {
      medins_dept_b: [
        { ...(department(3, 'A04') as object), dept_codg: 'Z99' },
        { ...(department(1, 'A03') as object), updt_time: '2025-05-01 00:00:00' },
      ] as Records,
    });
    const changed = extract('dept-changed', {
      medins_dept_b: [{ ...(department(2, 'A07') as object), updt_time: '2025-06-01 00:00:00' }] as Records,
    });
    const lake = join(root, 'dept');
    await ingest({ paths: base, lake });
    const segments = (await openLake(lake)).manifest.segments.length;
    await ingest({ paths: fresh, lake });
    expect((await openLake(lake)).manifest.segments.length).toBe(segments);
    await ingest({ paths: changed, lake });
    const { manifest } = await openLake(lake);
    expect(manifest.segments.some((segment) => segment.batch === 3)).toBe(true);
    expect(manifest.segments.some((segment) => segment.batch === 1)).toBe(true);
    expect(stateHash(await openLake(lake))).toBe(await hashOf('dept-whole', [[...base, ...fresh, ...changed]]));
  });
});
