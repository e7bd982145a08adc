import { createHash } from 'node:crypto';
import { cpSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedInput } from '@hengjian/standard';
import { beforeAll, describe, expect, it } from 'vitest';
import { byMonth, city, temporary, writeTables } from './fixture.ts';
import { ingest, lakeViews, openLake, readSegment, stateHash, verifyLake } from './index.ts';
import { lakeFormat, type Manifest, readManifest } from './manifest.ts';
import { neededFiles, storedFiles } from './publish-files.ts';

const root = temporary();
const whole = join(root, 'whole');
const cases = Number(process.env.HENGJIAN_DAMAGES ?? 60);
let manifest: Manifest;
let expected: string;

beforeAll(async () => {
  process.env.HENGJIAN_KEY_FILE = join(root, 'key');
  // A key of its own each time would put persons into other buckets.
  writeFileSync(join(root, 'key'), createHash('sha256').update('damage').digest('hex'), { mode: 0o600 });
  const all = city(24, 2);
  const bad = { ...(all.fee_list_d?.[0] ?? {}), bkkp_sn: 'bad', cnt: 'two' };
  const first = writeTables(join(root, 'one'), { ...byMonth(all, 1), fee_list_d: [...(byMonth(all, 1).fee_list_d ?? []), bad] }, '-1');
  const second = writeTables(
    join(root, 'two'),
    { ...byMonth(city(2, 2), 2), psn_info_b: [], psn_insu_d: [], medins_info_b: [], hilist_b: [] },
    '-2',
  );
  await ingest({ paths: [first], lake: whole });
  await ingest({ paths: [second], lake: whole });
  manifest = readManifest(whole)?.manifest as Manifest;
  expected = stateHash(await openLake(whole));
}, 60_000);

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

type Damage = (file: string, random: (below: number) => number, other: string) => void;

/** What happens to files on disks: each changes the content of `file` for certain. */
const damages = {
  zeroed: (file, random) => {
    const bytes = readFileSync(file);
    const before = Buffer.from(bytes);
    const from = random(bytes.length);
    bytes.fill(0, from, Math.min(from + 512, bytes.length));
    if (bytes.equals(before)) bytes[from] = 1;
    writeFileSync(file, bytes);
  },
  flipped: (file, random) => {
    const bytes = readFileSync(file);
    const at = random(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << random(8));
    writeFileSync(file, bytes);
  },
  truncated: (file, random) => truncateSync(file, random(readFileSync(file).length)),
  missing: (file) => rmSync(file),
  swapped: (file, _, other) => {
    renameSync(file, `${file}.x`);
    renameSync(other, file);
    renameSync(`${file}.x`, other);
  },
} as const satisfies Record<string, Damage>;

const kindOf = (path: string): string =>
  path.startsWith('working/')
    ? path.endsWith('.arrow')
      ? 'segment'
      : path.endsWith('.json')
        ? 'index'
        : 'dead'
    : path.split(/[/-]/, 2).join('/');

/** Reads all that a command reads; the hash of what it saw. */
async function readAll(folder: string): Promise<string> {
  const lake = await openLake(folder);
  for (const handle of lake.segments()) readSegment(structuredClone(handle));
  lakeViews(lake);
  return stateHash(lake);
}

/** The code of a refusal; anything else is a fault of the program. */
function codeOf(error: unknown): string {
  if (error instanceof RefusedInput) return error.problems[0]?.code ?? '';
  throw error;
}

const refusedAs = /^lake-(?:damaged|missing|newer|older)$/;
const forIngestOnly = /^(?:state\/(?:visits|reach)-|batches\/)/;

describe('a lake', () => {
  it('that is whole is read and verified', async () => {
    await readAll(whole);
    const { files, bytes, faults } = await verifyLake(whole);
    expect(faults).toEqual([]);
    expect(files).toBe(storedFiles(manifest).length + 1);
    expect(bytes).toBeGreaterThan(10_000);
    expect([...new Set(storedFiles(manifest).map(({ path }) => kindOf(path)))].sort()).toEqual(
      expect.arrayContaining([
        'batches/1.json',
        'dead',
        'index',
        'quarantine/1',
        'segment',
        'state/dimensions',
        'state/exceptions',
        'state/visits',
      ]),
    );
  });

  it(`with one of ${cases} damages is refused by the reader of the file and named by verify, never read in silence`, {
    timeout: 300_000,
  }, async () => {
    const files = storedFiles(manifest);
    const byKind = Map.groupBy(['manifest.json', ...files.map(({ path }) => path)], kindOf);
    const kinds = [...byKind.keys()].sort();
    const names = Object.keys(damages) as (keyof typeof damages)[];
    const needed = new Set(['manifest.json', ...neededFiles(manifest).map(({ path }) => path)]);
    for (let number = 0; number < cases; number += 1) {
      const random = seeded(number * 7919 + 13);
      random(2);
      const kind = kinds[number % kinds.length] as string;
      const name = names[(Math.floor(number / kinds.length) + number) % names.length] as keyof typeof damages;
      const paths = byKind.get(kind) ?? [];
      const path = paths[random(paths.length)] as string;
      const own = files.find((one) => one.path === path)?.sha256;
      const others = files.filter((one) => one.sha256 !== own);
      const lake = join(root, 'damaged');
      rmSync(lake, { recursive: true, force: true });
      cpSync(whole, lake, { recursive: true });
      const damage: Damage = damages[name];
      damage(join(lake, path), random, join(lake, others[random(others.length)]?.path as string));
      const what = `${number}: ${name} ${path}`;
      const { faults } = await verifyLake(lake);
      const named = path === 'manifest.json' && name === 'missing' ? lake : join(lake, path);
      expect(
        faults.map((fault) => fault.place?.file),
        what,
      ).toContain(named);
      const isKnownBySize = needed.has(path) && (name === 'missing' || name === 'truncated');
      const isRead = isKnownBySize || (needed.has(path) && !forIngestOnly.test(path));
      const seen = await readAll(lake).catch(codeOf);
      // Bytes between the buffers of an Arrow file are read by nobody.
      if (isRead && !(path.endsWith('.arrow') && seen === expected)) expect(seen, what).toMatch(refusedAs);
      if (!/^(?:facts|state\/(?:visits|reach|exceptions))/.test(path)) continue;
      const next = ingest({ paths: [join(root, 'two')], lake });
      expect(await next.then(() => 'read', codeOf), what).toBe('lake-damaged');
    }
  });

  it('whose manifest or segments come from another moment is refused', async () => {
    const lake = join(root, 'mixed');
    cpSync(whole, lake, { recursive: true });
    const text = readFileSync(join(lake, 'manifest.json'), 'utf8');
    for (const [digit, at] of [...text.matchAll(/(?<=":)\d(?=[,}])/g)].map((match) => [match[0], match.index] as const).slice(0, 20)) {
      writeFileSync(join(lake, 'manifest.json'), `${text.slice(0, at)}${(Number(digit) + 1) % 10}${text.slice(at + 1)}`);
      expect(await openLake(lake).then(() => 'read', codeOf)).toMatch(/^lake-(?:damaged|newer|older)$/);
    }
    writeFileSync(join(lake, 'manifest.json'), `${text} `);
    expect(await openLake(lake).then(() => 'read', codeOf)).toBe('lake-damaged');
    writeFileSync(join(lake, 'manifest.json'), text.replace(`"format":${lakeFormat}`, `"format":${lakeFormat + 1}`));
    expect(await openLake(lake).then(() => 'read', codeOf)).toBe('lake-newer');
  });

  it('names every fault at once', async () => {
    const lake = join(root, 'many');
    cpSync(whole, lake, { recursive: true });
    const paths = storedFiles(manifest).map(({ path }) => path);
    for (const path of paths) writeFileSync(join(lake, path), 'x');
    expect((await verifyLake(lake)).faults.length).toBe(paths.length);
    expect(await verifyLake(join(root, 'nowhere')).then(() => 'verified', codeOf)).toBe('lake-missing');
  });
});
