import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runAudit, score } from '@hengjian/audit';
import { lakeStatus } from '@hengjian/lake';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, makeCity } from './city.ts';
import { comparePlain } from './differential.ts';

let city: City;
let result: string;

beforeAll(async () => {
  // fewer persons leave practitioners and institutions without the fifty or hundred visits that peers are compared from
  city = await makeCity(4000);
  result = join(city.folder, 'result');
  await runAudit({ lake: city.lake, out: result, threads: 2, report: true });
}, 300_000);

afterAll(() => city.remove());

describe('the main job on a simulated city', () => {
  it('finds every planted violation, hits no near-miss and little else', async () => {
    const scored = await score(result, join(city.city, 'truth.parquet'));
    expect(scored.missed).toEqual([]);
    expect(scored.wrongly_hit).toBe(0);
    expect(scored.precision).toBeGreaterThanOrEqual(0.99);
    for (const rule of scored.rules) expect(rule.planted, rule.rule_id).toBeGreaterThan(0);
  });

  it('holds no good row back', async () => {
    const { held, states } = await lakeStatus(city.lake);
    expect(held).toEqual([]);
    expect(states.filter(({ status }) => ['held', 'pending', 'conflict'].includes(status))).toEqual([]);
    // The city has planted diagnoses that its patients cannot have and days that a stay has not, and no other contradiction.
    expect(new Set(states.flatMap(({ status, cause }) => (status === 'doubted' ? [cause] : [])))).toEqual(new Set(['diagnosis', 'length']));
  });

  it('gives the same bytes again and with one thread', async () => {
    const again = join(city.folder, 'again');
    await runAudit({ lake: city.lake, out: again, threads: 1 });
    expect(readFileSync(join(again, 'findings.parquet')).equals(readFileSync(join(result, 'findings.parquet')))).toBe(true);
    const third = await runAudit({ lake: city.lake, out: again, threads: 2 });
    expect(third.changes).toMatchObject({ new: 0, changed: 0, withdrawn: 0, unchanged: third.findings });
  });

  it('agrees with plain SQL written independently', async () => {
    const differences = await comparePlain(city.lake, join(result, 'findings.parquet'));
    expect(differences.length).toBeGreaterThanOrEqual(24);
    for (const difference of differences) expect({ ...difference, kernel: 0, plain: 0 }).toMatchObject({ onlyKernel: [], onlyPlain: [] });
    expect(differences.filter((difference) => difference.kernel > 0).length).toBe(differences.length);
  });

  it('reports only the settlement days that are asked for', async () => {
    const part = join(city.folder, 'part');
    const from = 20_089 + 90;
    const record = await runAudit({ lake: city.lake, out: part, threads: 2, from, to: from + 30 });
    expect(record.findings).toBeGreaterThan(0);
    expect(record.findings).toBeLessThan(JSON.parse(readFileSync(join(result, 'run.json'), 'utf8')).findings);
  });

  it('says which findings of an earlier run are withdrawn, and why', async () => {
    const later = join(city.folder, 'later');
    const before = await runAudit({ lake: city.lake, out: later, rulebook: { ids: ['N65', 'N66', 'IC04'] } });
    const after = await runAudit({ lake: city.lake, out: later, rulebook: { ids: ['N66', 'IC04', 'N67'] } });
    const gone = before.rules.find((rule) => rule.rule_id === 'N65')?.findings ?? 0;
    const added = after.rules.find((rule) => rule.rule_id === 'N67')?.findings ?? 0;
    expect(gone).toBeGreaterThan(0);
    expect(after.changes).toMatchObject({
      withdrawn: gone,
      new: added,
      changed: 0,
      withdrawn_why: { 'rule or its knowledge changed': gone },
    });
  });

  it('keeps names, telephones and person numbers out of lake and findings', () => {
    const persons = readFileSync(join(city.city, 'psn_info_b.csv'), 'utf8').split('\n');
    const columns = (persons[0] ?? '').split(',');
    const cells = (persons[5] ?? '').split(',');
    const secrets = ['psn_no', 'psn_name', 'certno']
      .flatMap((name) => cells[columns.indexOf(name)] ?? [])
      .filter((value) => value.length > 1);
    expect(secrets.length).toBe(3);
    const files = globSync(['lake/**/*', 'result/*'], { cwd: city.folder }).filter((name) => statSync(join(city.folder, name)).isFile());
    expect(files.length).toBeGreaterThan(20);
    for (const name of files) {
      const bytes = readFileSync(join(city.folder, name));
      for (const secret of secrets) expect(bytes.includes(secret), `${name} holds a person's ${secret.length} characters`).toBe(false);
    }
  });

  it('writes a report that needs no network and a workbook', async () => {
    const text = readFileSync(join(result, 'report.html'), 'utf8');
    expect(text).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(text).toContain('明确违规');
    expect(readFileSync(join(result, 'findings.xlsx')).subarray(0, 2).toString()).toBe('PK');
  });
});
