import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { signIn } from './accounts.ts';
import { password, ruleText, staff, testSurroundings } from './fixture.ts';
import { readJournal } from './journal.ts';
import { groundOf, initialise, openStore, verifyStore } from './store.ts';
import { draft, listVersions } from './versions.ts';

const child = fileURLToPath(new URL('./kill-child.ts', import.meta.url));

/** Runs the child until it has acknowledged `wanted` versions, kills it `delay` ms later, and returns the last one it acknowledged. */
function killed(data: string, wanted: number, delay: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', child, data], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    let doomed = false;
    process_.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (!doomed && text.split('\n').length > wanted) {
        doomed = true;
        setTimeout(() => process_.kill('SIGKILL'), delay);
      }
    });
    process_.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') resolve(Number(text.trim().split('\n').at(-1)));
      else reject(new Error(`the child ended by itself: ${text}`));
    });
  });
}

it('embedded PGlite keeps every change that was acknowledged before kill -9, and only whole ones', async () => {
  const data = mkdtempSync(join(tmpdir(), 'hengjian-kill-'));
  try {
    const made = await initialise({ data }, testSurroundings());
    await staff(made);
    await made.close();
    for (const [wanted, delay] of [
      [2, 0],
      [3, 1],
      [5, 3],
      [4, 7],
      [2, 12],
    ] as const) {
      const acknowledged = await killed(data, wanted, delay);
      const store = await openStore({ data }, testSurroundings());
      const versions = await listVersions(store, 'K01');
      const entries = await readJournal(groundOf(store).database);
      const count = versions.length;
      expect(count).toBeGreaterThanOrEqual(acknowledged);
      expect(count).toBeLessThanOrEqual(acknowledged + 1);
      expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
      expect((await verifyStore(store)).faults).toEqual([]);
      expect(entries.filter(({ action }) => action === 'rule-drafted').length).toBe(count);
      await draft(store, await signIn(store, 'author', password), ruleText('K01', count + 1), 'rule.yaml');
      await store.close();
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}, 240_000);
