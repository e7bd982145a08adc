import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { RefusedInput } from './errors.ts';
import { lockFile, lockFolder } from './folder-lock.ts';
import { inputProblems } from './input-problems.ts';
import { lockingFault } from './mounts.ts';
import { words } from './words.ts';

const child = fileURLToPath(new URL('./folder-lock-child.ts', import.meta.url));
const races = Number(process.env.HENGJIAN_RACES ?? 40);
const root = mkdtempSync(join(tmpdir(), 'hengjian-lock-'));
const taken = inputProblems.problem('folder-busy', { what: words('湖', 'the lake') });
afterAll(() => rmSync(root, { recursive: true, force: true }));

const fresh = (name: string): string => {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
};

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof RefusedInput ? error.problems[0]?.code : String(error);
  }
}

/** Runs the child that takes the lock `times` times, as fast as it can. */
function racer(folder: string, log: string, times: number, how = ''): { ended: Promise<number>; kill: () => void } {
  const run = spawn(process.execPath, [child, folder, log, String(times), how], { stdio: 'ignore' });
  return { ended: new Promise((done) => run.on('exit', (code) => done(code ?? -1))), kill: () => run.kill('SIGKILL') };
}

/** Turns of holders in a log; throws when one begins before another has ended. */
function turns(log: string): number {
  let holder: string | undefined;
  let count = 0;
  for (const line of readFileSync(log, 'utf8').trim().split('\n')) {
    const [kind, who] = line.split(' ');
    if (kind === 'begin' && holder === undefined) holder = who;
    else if (kind === 'end' && holder === who) holder = undefined;
    else throw new Error(`${line} while ${holder} holds the lock`);
    if (kind === 'end') count += 1;
  }
  return count;
}

describe('the lock of a folder', () => {
  it('is taken once, also within a process and through a link, and again after its release', () => {
    const folder = fresh('once');
    symlinkSync(folder, join(root, 'link'));
    const release = lockFolder(folder, taken);
    expect(codeOf(() => lockFolder(folder, taken))).toBe('folder-busy');
    expect(codeOf(() => lockFolder(join(root, 'link'), taken))).toBe('folder-busy');
    release();
    release();
    lockFolder(folder, taken)();
    expect(statSync(join(folder, lockFile)).size).toBe(0);
    expect(statSync(join(folder, lockFile)).mode & 0o777).toBe(0o600);
  });

  it('leaves a folder as it was when its holder changed nothing', () => {
    const made = join(root, 'made', 'inner');
    lockFolder(made, taken)({ traceless: true });
    expect(existsSync(join(root, 'made'))).toBe(false);
    const there = fresh('there');
    lockFolder(there, taken)({ traceless: true });
    expect(readdirSync(there)).toEqual([]);
    lockFolder(there, taken)();
    lockFolder(there, taken)({ traceless: true });
    expect(readdirSync(there)).toEqual([lockFile]);
    const used = join(root, 'used');
    const release = lockFolder(used, taken);
    writeFileSync(join(used, 'mine'), '');
    release({ traceless: true });
    expect(readdirSync(used)).toEqual(['mine']);
  });

  it(`has one holder at any time in ${races} races in which every holder removes what it made`, {
    timeout: 60_000 + races * 1000,
  }, async () => {
    const folder = join(root, 'vanishing', 'inner');
    const log = join(root, 'vanishing.log');
    writeFileSync(log, '');
    const workers = 4;
    const perWorker = Math.ceil(races / workers);
    const run = (): Promise<number> => racer(folder, log, perWorker, 'traceless').ended;
    expect(await Promise.all(Array.from({ length: workers }, run))).toEqual([0, 0, 0, 0]);
    expect(turns(log)).toBe(perWorker * workers);
  });

  it('names the folder of the user where it cannot stand', () => {
    expect(codeOf(() => lockFolder('/proc/hengjian/lake', taken))).toBe('folder-impossible');
    expect(codeOf(() => lockFolder('/proc', taken))).toBe('folder-impossible');
  });

  it('is seen by other threads and processes, and their attempts do not break it', async () => {
    const folder = fresh('others');
    const log = join(root, 'others.log');
    writeFileSync(log, '');
    const release = lockFolder(folder, taken);
    const source = `import { lockFolder } from ${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)};
      import { parentPort } from 'node:worker_threads';
      try { lockFolder(${JSON.stringify(folder)}, {}); parentPort.postMessage('taken'); } catch { parentPort.postMessage('refused'); }`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    expect(await new Promise((done) => worker.once('message', done))).toBe('refused');
    await worker.terminate();
    expect(await racer(folder, log, 1).ended).toBe(3);
    release();
    expect(await racer(folder, log, 1).ended).toBe(0);
  });

  it('does not mind what an earlier program left in its file', () => {
    const folder = fresh('left');
    writeFileSync(join(folder, lockFile), `${process.pid}`);
    const release = lockFolder(folder, taken);
    expect(codeOf(() => lockFolder(folder, taken))).toBe('folder-busy');
    release();
  });

  it(`has one holder at any time in ${races} races, and never sticks when holders are killed`, {
    timeout: 60_000 + races * 1000,
  }, async () => {
    const folder = fresh('races');
    const log = join(root, 'races.log');
    writeFileSync(log, '');
    const workers = 4;
    const perWorker = Math.ceil(races / workers);
    expect(await Promise.all(Array.from({ length: workers }, () => racer(folder, log, perWorker).ended))).toEqual([0, 0, 0, 0]);
    expect(turns(log)).toBe(perWorker * workers);
    const kills = Math.ceil(races / 20);
    for (let round = 0; round < kills; round += 1) {
      const killed = join(root, `killed-${round}.log`);
      writeFileSync(killed, '');
      const endless = racer(folder, killed, 1_000_000);
      while (!readFileSync(killed, 'utf8').includes('begin')) await new Promise((done) => setTimeout(done, 5));
      endless.kill();
      await endless.ended;
      lockFolder(folder, taken)();
    }
  });

  const isolated = ['--pid', '--net', '--fork', '--mount-proc'];
  const canUnshare = spawnSync('unshare', [...isolated, 'true']).status === 0;
  it.skipIf(!canUnshare)(
    'holds between two process and network namespaces on a shared folder (needs the right to unshare)',
    async () => {
      const folder = fresh('apart');
      const log = join(root, 'apart.log');
      writeFileSync(log, '');
      const apart = (): number | null => spawnSync('unshare', [...isolated, process.execPath, child, folder, log, '1']).status;
      const release = lockFolder(folder, taken);
      expect(apart()).toBe(3);
      release();
      expect(apart()).toBe(0);
      // In its namespace every holder has the same process number, as in a container that is started again.
      const run = spawn('unshare', [...isolated, '--kill-child', process.execPath, child, folder, log, '1000000'], { stdio: 'ignore' });
      while (readFileSync(log, 'utf8').split('begin').length < 3) await new Promise((done) => setTimeout(done, 5));
      run.kill('SIGKILL');
      await new Promise((done) => run.on('exit', done));
      const deadline = performance.now() + 20_000;
      let status = apart();
      // The kernel ends the children of a killed namespace a moment later.
      while (status === 3 && performance.now() < deadline) status = apart();
      expect(status).toBe(0);
    },
    60_000,
  );
});

describe('disks whose locks do not hold', () => {
  const line = (at: string, kind: string, options: string): string => `30 25 0:27 / ${at} rw,relatime - ${kind} server:/x ${options}`;
  const mounts = [
    line('/', 'ext4', 'rw'),
    line('/mnt/a', 'nfs4', 'rw,vers=4.2,local_lock=none'),
    line('/mnt/b', 'nfs', 'rw,nolock,local_lock=all'),
    line('/mnt/c\\040d', 'cifs', 'rw,nobrl'),
    line('/mnt/e', 'fuse.sshfs', 'rw'),
    line('/mnt/e/inner', 'tmpfs', 'rw'),
  ].join('\n');

  it('are told by their mount', () => {
    expect(lockingFault(mounts, '/data/lake')).toBeUndefined();
    expect(lockingFault(mounts, '/mnt/a/lake')).toBeUndefined();
    expect(lockingFault(mounts, '/mnt/b/lake')).toBe('nfs (nolock)');
    expect(lockingFault(mounts, '/mnt/bb/lake')).toBeUndefined();
    expect(lockingFault(mounts, '/mnt/c d/lake')).toBe('cifs (nobrl)');
    expect(lockingFault(mounts, '/mnt/e/lake')).toBe('fuse.sshfs');
    expect(lockingFault(mounts, '/mnt/e/inner/lake')).toBeUndefined();
    expect(lockingFault('', '/data')).toBeUndefined();
  });
});
