import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RefusedInput } from '@hengjian/standard';
import { openTables, quoted } from '@hengjian/table';
import { describe, expect, it } from 'vitest';
import { temporary, visit, writeTables } from './fixture.ts';
import { checkMapping, ingest, openLake } from './index.ts';

/** Hostile inputs that lie beside the repository. */
const shared = process.env.HENGJIAN_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url));
const cases = join(shared, 'data/attack-cases');
const child = fileURLToPath(new URL('./zone-child.ts', import.meta.url));

function setUp(): { root: string; source: string; lake: string } {
  const root = temporary();
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
  mkdirSync(join(root, 'in'));
  return { root, source: join(root, 'in'), lake: join(root, 'lake') };
}

/** Hash of the state of a lake that a process in another time zone ingests. */
function stateIn(zone: string, source: string, lake: string): string {
  const run = spawnSync(process.execPath, [child, source, lake], { encoding: 'utf8', env: { ...process.env, TZ: zone } });
  expect(run.stderr).toBe('');
  return run.stdout.trim();
}

const refusal = (work: Promise<unknown>): Promise<RefusedInput | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof RefusedInput) return error;
      throw error;
    },
  );

describe('a moment with a zone in a Parquet source', () => {
  it('is the local time of Shanghai on every machine', async () => {
    const { root, source } = setUp();
    writeTables(source, { ...visit(1, 1, 1, 1), fee_list_d: [] });
    const engine = await openTables({ folders: [source] });
    await engine.run(`COPY (SELECT 'B1' AS bkkp_sn, 'M1' AS mdtrt_id, 'S1' AS setl_id, 'P1' AS psn_no, 'XA01ABD01' AS med_list_codg,
      TIMESTAMPTZ '2025-01-10 16:30:00+00' AS fee_ocur_time, '1' AS cnt, '2' AS pric, '2' AS det_item_fee_sumamt, 'a' AS hilist_name)
      TO ${quoted(join(source, 'fee_list_d.parquet'))} (FORMAT parquet)`);
    engine.close();
    const zones = ['UTC', 'America/New_York', 'Asia/Shanghai'];
    const states = zones.map((zone) => stateIn(zone, source, join(root, zone.replace('/', '-'))));
    expect(states[0]).toMatch(/^[0-9a-f]{64} 2025-01-11 00:30$/);
    expect(new Set(states).size).toBe(1);
  }, 60_000);
});

describe.skipIf(!existsSync(cases))('the attack cases (needs ../shared/data/attack-cases)', () => {
  it('timestamptz.parquet means the same in two time zones', () => {
    const { root, source } = setUp();
    cpSync(join(cases, 'timestamptz.parquet'), join(source, 'fee_list_d.parquet'));
    const states = ['UTC', 'America/New_York'].map((zone) => stateIn(zone, source, join(root, zone.replace('/', '-'))));
    expect(states[0]).toMatch(/^[0-9a-f]{64}/);
    expect(states[1]).toBe(states[0]);
  }, 60_000);

  it.each(['m_readtext.yaml', 'm_describe.yaml'])('%s is refused: one SELECT over declared sources', async (mapping) => {
    const { source, lake } = setUp();
    cpSync(join(cases, 'setl.csv'), join(source, 'setl.csv'));
    const refused = await refusal(ingest({ paths: [source], lake, mapping: join(cases, mapping) }));
    const place = { file: mapping, row: expect.any(Number) };
    expect(refused?.problems[0]).toMatchObject({ code: 'query-forbidden', place });
    expect(await checkMapping(join(cases, mapping))).toMatchObject([{ code: 'query-forbidden', place }]);
    expect((await refusal(openLake(lake)))?.problems[0]?.code).toBe('lake-missing');
    expect(existsSync('written-by-a-mapping.txt')).toBe(false);
  });

  it('canary-bills.csv leaves no name and no telephone in the lake', async () => {
    const { source, lake } = setUp();
    cpSync(join(cases, 'canary-bills.csv'), join(source, 'canary-bills.csv'));
    const result = await ingest({ paths: [source], lake, mapping: join(cases, 'm.yaml') });
    expect(result.tables.mdtrt_d).toMatchObject({ rows_in: 2, quarantined: 1 });
    const files = readdirSync(lake, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const entry of files) {
      const content = readFileSync(join(entry.parentPath, entry.name));
      for (const canary of ['王金丝雀', '13912345678', '410502198001019876'])
        expect(content.includes(canary), `${entry.name} ${canary}`).toBe(false);
    }
    expect(readdirSync(join(lake, 'quarantine/1')).length).toBe(1);
  });
});
