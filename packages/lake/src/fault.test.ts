import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cancelled, lockFile, RefusedInput } from '@hengjian/standard';
import { beforeAll, describe, expect, it } from 'vitest';
import { byMonth, city, temporary, writeTables } from './fixture.ts';
import { ingest, openLake, stateHash } from './index.ts';
import { lockLake } from './lock.ts';

const child = fileURLToPath(new URL('./fault-child.ts', import.meta.url));
const points = [
  'staged',
  'landed-fee_list_d',
  'facts-moved',
  'partitioned',
  'segment-written',
  'state-written',
  'dictionaries-written',
  'synced',
  'manifest-written',
  'manifest-published',
];

describe('a killed ingest', () => {
  const root = temporary();
  const all = city(6, 2);
  const first = writeTables(join(root, 'one'), byMonth(all, 1), '-1');
  const second = writeTables(
    join(root, 'two'),
    { ...byMonth(all, 2), psn_info_b: [], psn_insu_d: [], medins_info_b: [], hilist_b: [] },
    '-2',
  );
  let expected = '';

  beforeAll(async () => {
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    await ingest({ paths: [first], lake: join(root, 'whole') });
    await ingest({ paths: [second], lake: join(root, 'whole') });
    expected = stateHash(await openLake(join(root, 'whole')));
  });

  it.each(points)('at %s leaves the last good state, and a re-run completes', async (point) => {
    const lake = join(root, `lake-${point}`);
    await ingest({ paths: [first], lake });
    const before = await openLake(lake);
    const run = spawnSync(process.execPath, [child, second, lake, point], { encoding: 'utf8' });
    expect(run.signal).toBe('SIGKILL');
    const after = await openLake(lake);
    expect(after.hash === before.hash).toBe(point !== 'manifest-published');
    stateHash(after);
    const again = await ingest({ paths: [second], lake });
    expect(again.unchanged).toBe(point === 'manifest-published');
    expect(stateHash(await openLake(lake))).toBe(expected);
    expect(existsSync(join(lake, '.scratch'))).toBe(false);
    expect(readdirSync(lake).filter((name) => name.startsWith('.'))).toEqual([lockFile]);
  });

  it('is cancelled cleanly', async () => {
    const lake = join(root, 'cancelled');
    const controller = new AbortController();
    const work = ingest({ paths: [first], lake, signal: controller.signal, fault: (point) => point === 'landed' && controller.abort() });
    await expect(work).rejects.toBeInstanceOf(Cancelled);
    await expect(openLake(lake)).rejects.toBeInstanceOf(RefusedInput);
    expect((await ingest({ paths: [first], lake })).unchanged).toBe(false);
  });

  it('a full disk and a second writer are refused', async () => {
    const lake = join(root, 'full');
    const full = ingest({
      paths: [first],
      lake,
      fault: (point) => {
        if (point === 'facts-moved') throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      },
    });
    await expect(full).rejects.toThrow(/disk is full/);
    await ingest({ paths: [first], lake });
    const release = lockLake(lake);
    await expect(ingest({ paths: [second], lake })).rejects.toThrow(/another process is writing/);
    release();
    expect((await ingest({ paths: [second], lake })).unchanged).toBe(false);
  });
});
