import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseDay, RefusedInput } from '@hengjian/standard';
import { describe, expect, it } from 'vitest';
import { city, temporary, writeTables } from './fixture.ts';
import { ingest, openLake, readPersons } from './index.ts';
import { accessLog } from './persons.ts';
import { pseudonymOf, readKey } from './pseudonym.ts';

describe('persons', () => {
  it('are read with a name and a purpose only, and every access is in the log before', async () => {
    const root = temporary();
    process.env.HENGJIAN_KEY_FILE = join(root, 'key');
    const folder = join(root, 'lake');
    await ingest({ paths: [writeTables(join(root, 'in'), city(3, 1))], lake: folder });
    const lake = await openLake(folder);
    const { key } = readKey(folder, undefined);
    const psn = ['P3', 'P1', 'P9'].map((number) => pseudonymOf(key, number));
    const access = { actor: 'li', purpose: '稽核案件 7', at: '2026-03-04 10:20:30' };
    const found = readPersons(lake, [...psn, ...psn], access);
    expect(found.map((person) => person.psn)).toEqual(psn.slice(0, 2).sort());
    expect(found[0]).toMatchObject({ brdy: parseDay('1980-05-06'), die_date: null });
    expect(found.map((person) => person.gend)).toEqual(['2', '2']);
    for (const missing of [{ actor: ' ' }, { purpose: '' }])
      expect(() => readPersons(lake, psn, { ...access, ...missing })).toThrow(RefusedInput);
    readPersons(lake, [], { ...access, actor: 'wang' });
    const lines = readFileSync(join(folder, accessLog), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { ...access, count: 3, persons: [...psn].sort() },
      { ...access, actor: 'wang', count: 0, persons: [] },
    ]);
    expect(statSync(join(folder, accessLog)).mode & 0o777).toBe(0o600);
    await ingest({ paths: [writeTables(join(root, 'next'), city(4, 1), '-2')], lake: folder });
    expect(readFileSync(join(folder, accessLog), 'utf8').trim().split('\n').length).toBe(2);
  }, 30_000);
});
