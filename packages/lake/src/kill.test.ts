import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockFile } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { byMonth, city, temporary, writeTables } from './fixture.ts';
import { ingest, openLake, stateHash } from './index.ts';

const child = fileURLToPath(new URL('./fault-child.ts', import.meta.url));
const kills = Number(process.env.HENGJIAN_KILLS ?? 8);

/** Runs an ingest in a process of its own and kills it after `delay` milliseconds. True when it had ended by itself. */
function killedAfter(delay: number, source: string, lake: string): Promise<boolean> {
  return new Promise((done) => {
    const run = spawn(process.execPath, [child, source, lake, 'none'], { stdio: 'ignore' });
    const timer = setTimeout(() => run.kill('SIGKILL'), delay);
    run.on('exit', (code) => {
      clearTimeout(timer);
      done(code === 0);
    });
  });
}

describe('kill -9 at any moment', () => {
  it(`leaves the state before or after, ${kills} times, and a re-run completes`, { timeout: 60_000 + kills * 20_000 }, async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    const all = city(8, 2);
    const first = writeTables(join(root, 'one'), byMonth(all, 1), '-1');
    const second = writeTables(
      join(root, 'two'),
      { ...byMonth(all, 2), psn_info_b: [], psn_insu_d: [], medins_info_b: [], hilist_b: [] },
      '-2',
    );
    const whole = join(root, 'whole');
    await ingest({ paths: [first], lake: whole });
    const before = stateHash(await openLake(whole));
    const started = performance.now();
    expect(await killedAfter(600_000, second, whole)).toBe(true);
    const lasts = performance.now() - started;
    const after = stateHash(await openLake(whole));
    let seed = 7;
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    let lake = '';
    for (let round = 0; round < kills; round += 1) {
      if (lake === '') {
        lake = join(root, `lake-${round}`);
        await ingest({ paths: [first], lake });
      }
      await killedAfter(random() * lasts, second, lake);
      const state = stateHash(await openLake(lake));
      expect([before, after]).toContain(state);
      const isLast = round === kills - 1;
      // Most kills hit a lake that was killed before; each lake is completed in the end.
      if (state === before && round % 3 !== 2 && !isLast) continue;
      await ingest({ paths: [second], lake });
      expect(stateHash(await openLake(lake))).toBe(after);
      expect(existsSync(join(lake, '.scratch'))).toBe(false);
      expect(readdirSync(lake).filter((name) => name.startsWith('.'))).toEqual([lockFile]);
      lake = '';
    }
  });
});
