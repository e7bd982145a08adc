import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from '../city.ts';
import { finished, makeServer } from './server.ts';

const program = fileURLToPath(new URL('../../apps/cli/bin/hengjian.mjs', import.meta.url));
const server = makeServer();
let city: City;
let address: string;

function command(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: city.folder });
  expect(status, stderr).toBe(0);
}

interface Line {
  readonly progress?: { readonly phase: string };
  readonly result?: unknown;
  readonly refused?: readonly string[];
}

async function post(path: string, input: object, signal?: AbortSignal): Promise<Line[]> {
  const response = await fetch(`${address}${path}`, {
    method: 'POST',
    // A connection of its own: one that was idle while the server worked may be closed by it just when it is used again.
    headers: { connection: 'close' },
    body: JSON.stringify(input),
    ...(signal === undefined ? {} : { signal }),
  });
  return (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** Every file of a published folder with its bytes; timings of a record are left out. */
function contentsOf(folder: string): Map<string, string> {
  const home = realpathSync(join(folder, '.hengjian', 'current'));
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter(
    (name) => statSync(join(home, name)).isFile() && name !== 'manifest.json',
  );
  return new Map(
    files.map((name) => {
      const bytes = readFileSync(join(home, name));
      if (name !== 'run.json') return [relative(home, join(home, name)), bytes.toString('base64')];
      return [name, JSON.stringify({ ...JSON.parse(bytes.toString('utf8')), timings: null })];
    }),
  );
}

beforeAll(async () => {
  city = await makeCity(300);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(city.folder, 'two.key'), readFileSync(`${city.lake}.key`), { mode: 0o600 });
});

afterAll(() => {
  server.close();
  city.remove();
});

const at = (name: string): string => join(city.folder, name);
const nothing = { rules: undefined, knowledge: undefined, settlement: undefined, spark: undefined };

describe('a server of few lines over the use cases', () => {
  it('takes files in as the command does', async () => {
    const lines = await post('/ingest', { paths: [city.city], lake: at('two') });
    expect(lines.filter(({ progress }) => progress !== undefined).length).toBeGreaterThan(3);
    expect(lines.at(-1)?.result).toMatchObject({ unchanged: false, batch: 1 });
    expect(existsSync(join(at('two'), 'manifest.json'))).toBe(true);
  });

  it('audits to the same bytes as the command, with progress', async () => {
    command('audit', '--lake', at('two'), '--out', at('by-command'));
    const lines = await post('/audit', { lake: at('two'), out: at('by-server'), report: true, ...nothing });
    expect(lines.map(({ progress }) => progress?.phase)).toContain('audit');
    expect(contentsOf(at('by-server'))).toEqual(contentsOf(at('by-command')));
  });

  it('settles to the same bytes as the command', async () => {
    const source = ['--lake', at('two'), '--scheme', 'demonstration'];
    command('settle', 'draft', ...source, '--year', '2025', '--out', at('parameters.yaml'));
    command('settle', 'run', ...source, '--parameters', at('parameters.yaml'), '--out', at('settled-by-command'));
    const input = {
      lake: at('two'),
      scheme: 'demonstration',
      schemes: at('schemes'),
      parameters: at('parameters.yaml'),
      out: at('settled-by-server'),
    };
    expect((await post('/settle', input)).at(-1)?.result).toMatchObject({ id: 'demonstration' });
    expect(contentsOf(at('settled-by-server'))).toEqual(contentsOf(at('settled-by-command')));
  });

  it('passes refusals with their codes, through worker threads too', async () => {
    expect((await post('/audit', { lake: at('nowhere'), out: at('x'), ...nothing })).at(-1)?.refused).toEqual(['lake-missing']);
    expect((await post('/audit', { lake: at('two'), out: at('two/x'), ...nothing })).at(-1)?.refused).toEqual(['out-in-lake']);
    expect(existsSync(at('two/x'))).toBe(false);
    expect((await post('/audit', { lake: at('two'), out: at('x'), from: 20_000, to: 19_000, ...nothing })).at(-1)?.refused).toEqual([
      'audit-period',
    ]);
    expect(existsSync(at('x/run.json'))).toBe(false);
  });

  it('cancels the work when the caller hangs up, and publishes nothing', async () => {
    const caller = new AbortController();
    const before = finished.length;
    const asked = post('/audit', { lake: at('two'), out: at('hung-up'), ...nothing }, caller.signal).catch(() => undefined);
    setTimeout(() => caller.abort(), 150);
    await asked;
    for (let wait = 0; finished.length === before && wait < 300; wait += 1) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(finished.at(-1)).toEqual({ path: '/audit', cancelled: true });
    expect(existsSync(at('hung-up/run.json'))).toBe(false);
  });
});
