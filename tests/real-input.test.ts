import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { type RunRecord, runAudit } from '@hengjian/audit';
import { ingest } from '@hengjian/lake';
import { libraryFolder, parseCsvRecords } from '@hengjian/standard';
import { afterAll, describe, expect, it } from 'vitest';

/** Trial data lie beside the project; where they are absent these tests say so and skip. */
const claims = fileURLToPath(new URL('../../shared/data/claims/', import.meta.url));
const present = existsSync(claims);
if (!present) process.stderr.write('shared/data/claims is absent: the tests on real input skip\n');

const folder = mkdtempSync(join(tmpdir(), 'hengjian-real-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function job(name: string, paths: readonly string[], mapping: string): Promise<{ run: RunRecord; out: string }> {
  const lake = join(folder, name);
  await ingest({ paths, lake, mapping: join(libraryFolder, 'mappings', mapping), report: join(folder, `${name}-quality`) });
  const out = join(folder, `${name}-result`);
  return { run: await runAudit({ lake, out }), out };
}

interface Cited {
  readonly rule: string;
  readonly key: string;
  readonly role: string;
}

async function citedLines(out: string): Promise<Cited[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const findings = `read_parquet('${join(out, 'findings.parquet')}')`;
  const lines = `SELECT rule_id, line_key, role, unnest(generate_series(1, len(line_key))) AS i FROM ${findings}`;
  const reader = await connection.runAndReadAll(`SELECT rule_id, line_key[i], role[i] FROM (${lines})`);
  return reader.getRows().map(([rule, key, role]) => ({ rule: String(rule), key: String(key), role: String(role) }));
}

describe.skipIf(!present)('settlements_1000', () => {
  it('has all 40 known violations found and at most 5 other lines named', async () => {
    const source = `${claims}settlements_1000/settlements_1000.csv`;
    const truth = parseCsvRecords(readFileSync(`${claims}settlements_1000/settlements_1000_truth.csv`, 'utf8'), 'truth');
    const { out } = await job('settlements', [source], 'settlements-1000.yaml');
    const cited = await citedLines(out);
    const known = new Set(truth.map((row) => row.row_id));
    expect(truth).toHaveLength(40);
    expect([...known].filter((id) => !cited.some((line) => line.key === id))).toEqual([]);
    expect(cited.filter((line) => !known.has(line.key)).length).toBeLessThanOrEqual(5);
    const first = truth.filter((row) => row.note?.includes('首笔') === true).map((row) => row.row_id);
    for (const id of first) expect(cited.find((line) => line.key === id)?.role, id).toBe('involved');
    const second = truth.filter((row) => row.note?.includes('重复结算') === true).map((row) => row.row_id);
    for (const id of second) expect(cited.find((line) => line.key === id)?.role, id).toBe('violating');
  });
});

describe.skipIf(!present)('cms_bfd_synthetic', () => {
  it('is carried by a mapping and gives no findings', async () => {
    const { run } = await job('cms', [`${claims}cms_bfd_synthetic`], 'cms-bfd-rif.yaml');
    expect(run.lines).toBeGreaterThan(200);
    expect(run.rules.filter((rule) => rule.findings > 0).map((rule) => rule.rule_id)).toEqual([]);
  });
});
