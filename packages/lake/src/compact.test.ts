import { join } from 'node:path';
import type { Segment, TextColumn } from '@hengjian/standard';
import { openTables, text } from '@hengjian/table';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { city, joinTables, type Records, type Tables, temporary, visit, writeTables } from './fixture.ts';
import { ingest, type Lake, lakeViews, openLake, readSegment, stateHash } from './index.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { neededFiles } from './publish-files.ts';
import { suffixToMerge } from './tiers.ts';

const root = temporary();
const batches = Number(process.env.HENGJIAN_BATCHES ?? 14);
const persons = 9;

beforeAll(() => {
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
});

/** A day of a small city: some persons come again, some lines are corrected or taken back, some names are new. */
function day(number: number): Tables {
  const own = visit(10_000 + number, 1 + (number % persons), 1 + (number % 12), 1 + (number % 3), 1 + (number % 28));
  const earlier = visit(10_000 + Math.floor(number / 2), 1 + (Math.floor(number / 2) % persons), 1 + (Math.floor(number / 2) % 12), 1, 1);
  const line = earlier.fee_list_d?.[0] ?? {};
  const newer = { ...line, cnt: '3', det_item_fee_sumamt: '31.50', updt_time: `2025-06-01 00:00:${String(number % 60).padStart(2, '0')}` };
  const own_fees = (own.fee_list_d ?? []).map((row) => ({ ...row, hilist_name: `药品${number}`, med_list_codg: `X${number % 40}` }));
  return { ...own, fee_list_d: [...own_fees, ...(number % 3 === 0 ? [newer] : [])] as Records };
}

interface Counters {
  readonly segments: number;
  readonly facts: number;
  readonly state: number;
  readonly dictionary: number;
}

function countersOf(manifest: Manifest): Counters {
  const most = (lists: readonly (readonly unknown[])[]): number => Math.max(...lists.map((list) => list.length));
  return {
    segments: most([...Map.groupBy(manifest.segments, ({ bucket }) => bucket).values()]),
    facts: most(Object.values(manifest.facts).flatMap((files) => [...Map.groupBy(files, ({ month }) => month).values()])),
    state: most([manifest.visits, manifest.exceptions, manifest.reach]),
    dictionary: most(Object.values(manifest.dictionaries)),
  };
}

/** Every row of the views, as text. */
async function rowsOf(lake: Lake): Promise<string[]> {
  const engine = await openTables({ folders: [lake.folder] });
  const tables = ['fee_list_d', 'mdtrt_d', 'setl_d', 'setl_list_diag_d', 'psn_info_b'];
  for (const statement of lakeViews(lake, tables)) await engine.run(statement);
  const out: string[] = [];
  for (const table of tables) {
    const rows = await engine.rows(`SELECT to_json(t)::VARCHAR AS t FROM (SELECT * FROM ${table}) t`, { t: text });
    out.push(...rows.map(({ t }) => `${table} ${t}`).sort());
  }
  engine.close();
  return out;
}

const namesOf = (segment: Segment): string[] => {
  const psn = segment.persons.columns.psn as TextColumn;
  return Array.from({ length: psn.length }, (_, row) => psn.get(row) ?? '');
};

describe('many batches', () => {
  it(`cost what few cost: after ${batches} of them few files are left, with the same state and the same rows`, {
    timeout: 60_000 + batches * 10_000,
  }, async () => {
    const masters = city(persons, 1);
    const first = writeTables(join(root, 'first'), masters, '-0');
    const days = Array.from({ length: batches }, (_, number) => writeTables(join(root, `day-${number}`), day(number), `-d${number}`));
    const lake = join(root, 'many');
    await ingest({ paths: [first], lake });
    let largest: Counters = { segments: 0, facts: 0, state: 0, dictionary: 0 };
    for (const path of days) {
      await ingest({ paths: [path], lake });
      const now = countersOf(readManifest(lake)?.manifest as Manifest);
      largest = {
        segments: Math.max(largest.segments, now.segments),
        facts: Math.max(largest.facts, now.facts),
        state: Math.max(largest.state, now.state),
        dictionary: Math.max(largest.dictionary, now.dictionary),
      };
    }
    expect(largest.segments).toBeLessThanOrEqual(4);
    for (const count of [largest.facts, largest.state, largest.dictionary]) expect(count).toBeLessThanOrEqual(10);
    await ingest({ paths: [first, ...days], lake: join(root, 'one') });
    const [many, one] = [await openLake(lake), await openLake(join(root, 'one'))];
    expect(stateHash(many)).toBe(stateHash(one));
    expect(await rowsOf(many)).toEqual(await rowsOf(one));
    for (const handle of many.segments()) {
      const names = namesOf(readSegment(handle, { persons: ['psn'] }));
      expect(names).toEqual([...names].sort());
      expect(handle.dead.length * 2).toBeLessThanOrEqual(handle.persons);
    }
  });

  it('leave the files of the lake before the last for those who read it, and no longer', async () => {
    const lake = join(root, 'readers');
    await ingest({ paths: [writeTables(join(root, 'r0'), city(3, 1), '-r0')], lake });
    await ingest({ paths: [writeTables(join(root, 'r1'), day(1), '-r1')], lake });
    const old = await openLake(lake);
    const state = stateHash(old);
    await ingest({ paths: [writeTables(join(root, 'r2'), joinTables(day(1), day(10)), '-r2')], lake });
    const kept = new Set(neededFiles(readManifest(lake)?.manifest as Manifest).map(({ path }) => path));
    expect(neededFiles(old.manifest).some(({ path }) => !kept.has(path))).toBe(true);
    expect(stateHash({ ...old, context: old.context })).toBe(state);
    expect(lakeViews(old).length).toBeGreaterThan(2);
    await ingest({ paths: [writeTables(join(root, 'r3'), day(2), '-r3')], lake });
    const refused = await Promise.resolve()
      .then(() => stateHash(old))
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ problems: [{ code: 'lake-damaged' }] });
  }, 60_000);
});

describe('the sizes of parts', () => {
  it('leave few parts, each larger than all newer ones together, and write each row seldom', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 400 }), (arrivals) => {
        let parts: number[] = [];
        let written = 0;
        for (const size of arrivals) {
          parts.push(size);
          const from = suffixToMerge(parts);
          const merged = parts.slice(from).reduce((sum, part) => sum + part, 0);
          if (from < parts.length) {
            written += merged;
            parts = [...parts.slice(0, from), merged];
          }
          for (let at = 0; at < parts.length - 1; at += 1)
            expect(parts[at] as number).toBeGreaterThanOrEqual(2 * parts.slice(at + 1).reduce((sum, part) => sum + part, 0));
        }
        const all = arrivals.reduce((sum, size) => sum + size, 0);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(all);
        expect(parts.length).toBeLessThanOrEqual(2 + Math.log(all) / Math.log(3));
        expect(written).toBeLessThanOrEqual(all * (4 + 4 * Math.log2(all + 1)));
      }),
      { numRuns: 60 },
    );
  });
});
