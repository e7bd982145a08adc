import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hengjian-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function hengjian(...args: readonly string[]): Outcome {
  const run = spawnSync(process.execPath, [join(root, 'apps/cli/bin/hengjian.mjs'), ...args], { encoding: 'utf8' });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

/** A refusal is exit code 2, one message with a remedy, and never a stack trace. */
function expectRefusal(outcome: Outcome, ...parts: readonly string[]): void {
  expect(outcome.code, outcome.err).toBe(2);
  expect(outcome.err).toContain('→');
  expect(outcome.err).not.toMatch(/\n\s+at /);
  for (const part of parts) expect(outcome.err).toContain(part);
}

const city = join(folder, 'city');
const lake = join(folder, 'lake');

beforeAll(() => {
  expect(hengjian('simulate', '--persons', '300', '--seed', '7', '--out', city).code).toBe(0);
  expect(hengjian('ingest', city, '--lake', lake).code).toBe(0);
}, 120_000);

describe('every command', () => {
  it('prints one JSON document and nothing else with --json', () => {
    const listed = hengjian('rules', 'list', '--json');
    const rules = JSON.parse(listed.out) as {
      id: string;
      official_code: string | null;
      official_number: number | null;
      name_zh: string;
      name_en: string;
      cases: number;
      basis: { text: string; certainty: string }[];
      result: string;
      stages: string[];
      shape: string;
      class: string;
    }[];
    expect(rules.length).toBeGreaterThanOrEqual(156);
    expect(new Set(rules.flatMap((rule) => rule.official_code ?? [])).size).toBe(79);
    expect(new Set(rules.flatMap((rule) => rule.official_number ?? [])).size).toBe(88);
    expect(new Set(rules.map((rule) => rule.shape))).toEqual(
      new Set(['line', 'visit', 'pair', 'total', 'window', 'stays', 'peer', 'group']),
    );
    for (const rule of rules) {
      for (const text of [rule.id, rule.name_zh, rule.name_en, rule.basis[0]?.text]) expect(text, rule.id).toBeTruthy();
      expect(rule.cases, rule.id).toBeGreaterThanOrEqual(4);
      expect(rule.stages.length).toBeGreaterThan(0);
      expect(rule.class).not.toBe('');
      if (rule.result === 'violation') expect(rule.basis.some((basis) => basis.certainty === 'cited')).toBe(true);
    }
    const refused = hengjian('audit', '--lake', join(folder, 'nowhere'), '--out', join(folder, 'x'), '--json');
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.out)).toMatchObject({ refused: [{ code: 'lake-missing' }] });
  });

  it('refuses options it does not know', () => {
    expect(hengjian('audit', '--lak', lake).code).toBe(2);
    expect(hengjian('simulate', '--persons', 'many', '--out', folder).code).toBe(2);
    expect(hengjian('nonsense').code).toBe(2);
  });
});

describe('bad input', () => {
  it('is refused with its place and a remedy', () => {
    expectRefusal(hengjian('audit', '--lake', join(folder, 'nowhere'), '--out', join(folder, 'x')), 'nowhere');
    expectRefusal(hengjian('audit', '--lake', lake, '--out', join(folder, 'x'), '--from', '2025-02-31'), '2025-02-31');
    expectRefusal(hengjian('ingest', join(folder, 'missing.csv'), '--lake', join(folder, 'l2')), 'missing.csv');
    expectRefusal(hengjian('score', '--run', folder, '--truth', join(folder, 'none.parquet')), '审核结果');
    expectRefusal(hengjian('explain', 'abc', '--run', folder));
    expectRefusal(hengjian('rules', 'show', 'N00'), 'N00');
  });

  it('in sources never makes half a lake', () => {
    const bad = join(folder, 'bad');
    mkdirSync(bad);
    writeFileSync(join(bad, 'fee_list_d.parquet'), readFileSync(join(city, 'truth.parquet')).subarray(0, 200));
    const target = join(folder, 'bad-lake');
    expectRefusal(hengjian('ingest', bad, '--lake', target), 'fee_list_d.parquet');
    expectRefusal(hengjian('audit', '--lake', target, '--out', join(folder, 'x')));
    rmSync(join(bad, 'fee_list_d.parquet'));
    writeFileSync(join(bad, 'fee_list_d.csv'), '費用,數量\n1,2\n');
    expectRefusal(hengjian('ingest', bad, '--lake', target), 'fee_list_d.csv');
  });

  it('in a lake of a newer version is refused', () => {
    const newer = join(folder, 'newer');
    mkdirSync(newer);
    writeFileSync(
      join(newer, 'manifest.json'),
      JSON.stringify({ ...JSON.parse(readFileSync(join(lake, 'manifest.json'), 'utf8')), format: 999 }),
    );
    expectRefusal(hengjian('audit', '--lake', newer, '--out', join(folder, 'x')), '999');
    writeFileSync(join(newer, 'manifest.json'), '{"format": 1');
    expectRefusal(hengjian('audit', '--lake', newer, '--out', join(folder, 'x')), 'manifest.json');
  });

  it('in rules is refused with file, row and remedy', () => {
    const source = readFileSync(join(root, 'library/rules/N07.yaml'), 'utf8');
    const write = (name: string, text: string): string => {
      const path = join(folder, `${name}.yaml`);
      writeFileSync(path, text);
      return path;
    };
    expectRefusal(hengjian('rules', 'check', write('unknown', source.replace('\nowner:', '\nownr:'))), 'unknown.yaml', 'ownr');
    expectRefusal(
      hengjian('rules', 'check', write('field', source.replace('age_years(line.fee_ocur_time)', 'age_years(line.fee_time)'))),
      'field.yaml',
      'fee_time',
    );
    const unset = readFileSync(join(root, 'library/rules/N06.yaml'), 'utf8').replace(/value: 28/, 'value:');
    expectRefusal(hengjian('rules', 'check', write('unset', unset)), 'unset.yaml');
    expectRefusal(
      hengjian('rules', 'check', write('basis', source.replaceAll('certainty: cited', 'certainty: inferred'))),
      'basis.yaml',
      'cited',
    );
    expectRefusal(hengjian('rules', 'test', write('case', source.replace('>= point.age_max', '> point.age_max'))), 'case.yaml');
    expectRefusal(hengjian('rules', 'check', write('cases', source.replace(/\ncases:[\s\S]*$/, '\ncases: []\n'))), 'cases.yaml');
    expectRefusal(hengjian('audit', '--lake', lake, '--out', join(folder, 'x'), '--rules', join(folder, 'unknown.yaml')), 'unknown.yaml');
  });
});

describe('questions about a run', () => {
  it('are answered for a finding and for a line that was not hit', () => {
    const result = join(folder, 'result');
    const run = hengjian('audit', '--lake', lake, '--out', result, '--json');
    expect(run.code, run.err).toBe(0);
    expect(readdirSync(result)).toEqual(expect.arrayContaining(['findings.parquet', 'findings.xlsx', 'report.html', 'run.json']));
    const scored = JSON.parse(hengjian('score', '--run', result, '--truth', join(city, 'truth.parquet'), '--json').out) as {
      rules: readonly { rule_id: string; planted: number; found: number }[];
    };
    const library = JSON.parse(hengjian('rules', 'list', '--json').out) as readonly { id: string; shape: string }[];
    const shapes = new Map(library.map((rule) => [rule.id, rule.shape]));
    // Three hundred persons are too few institutions to compare; whatever is not a comparison is found.
    const missed = scored.rules.filter((rule) => rule.found < rule.planted);
    expect(missed.filter((rule) => shapes.get(rule.rule_id) !== 'peer')).toEqual([]);
    expect(scored.rules.length).toBeGreaterThan(90);
    const findings = join(result, 'findings.parquet');
    const program = `import('@duckdb/node-api').then(async ({ DuckDBInstance }) => {
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      const sql = "SELECT finding_id, rule_id, line_key[1] FROM '${findings}' WHERE rule_id = 'N65' LIMIT 1";
      console.log(JSON.stringify((await connection.runAndReadAll(sql)).getRowsJson()[0]));
    })`;
    const listed = spawnSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' });
    const [id, rule, line] = JSON.parse(listed.stdout) as [string, string, string];
    const explained = hengjian('explain', id.slice(0, 16), '--run', result);
    expect(explained.code, explained.err).toBe(0);
    for (const part of ['依据：', '知识点', '权衡的例外', '计算：', '行', '儿童']) expect(explained.out).toContain(part);
    expect(hengjian('why-not', rule, '--line', line, '--lake', lake).out).toContain('：命中');
    expect(hengjian('why-not', 'N66', '--line', line, '--lake', lake).out).toMatch(/N66：(不构成违规|不适用|未核查)/);
    expectRefusal(hengjian('why-not', 'N66', '--line', 'nothing', '--lake', lake), 'nothing');
  });
});

describe('a copied library', () => {
  it('can be checked and used from another place', () => {
    const rules = join(folder, 'rules');
    mkdirSync(rules);
    copyFileSync(join(root, 'library/rules/N65.yaml'), join(rules, 'N65.yaml'));
    const run = hengjian('audit', '--lake', lake, '--out', join(folder, 'one'), '--rules', rules, '--no-report', '--json');
    expect(run.code, run.err).toBe(0);
    expect((JSON.parse(run.out) as { rules: unknown[] }).rules).toHaveLength(1);
  });
});
