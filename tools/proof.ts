/**
 * The full counts behind the promises: a city of more than a million lines scored and compared with plain SQL, the same
 * bytes for any number of threads, 50,000 random histories per shape, 50 kills, 60 damages of each stored folder, 2,000
 * damaged deliveries, 180 cuts of a delivery, 2,000 races for a lock, 400 batches, every column of every rule taken away,
 * line coverage of the rule language.
 * Takes long; `npm test` runs the same checks with smaller counts.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAudit, score } from '@hengjian/audit';
import { lakeStatus } from '@hengjian/lake';
import { makeCity } from '../tests/city.ts';
import { comparePlain } from '../tests/differential.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let passed = 0;
let failed = 0;

function check(name: string, holds: boolean, detail: string): void {
  if (holds) passed += 1;
  else failed += 1;
  process.stdout.write(`${holds ? 'holds' : 'FAILS'}  ${name}: ${detail}\n`);
}

function vitest(name: string, environment: Readonly<Record<string, string>>, ...args: readonly string[]): void {
  const started = performance.now();
  const run = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--testTimeout=3600000', ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  const summary = run.stdout.split('\n').filter((line) => /Tests |All files/.test(line));
  check(name, run.status === 0, `${summary.join(' ').trim()} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  if (run.status !== 0) process.stdout.write(`${run.stdout.slice(-4000)}\n`);
}

const persons = Number(process.env.HENGJIAN_PERSONS ?? 24_000);
const city = await makeCity(persons);
try {
  const out = (name: string): string => join(city.folder, name);
  const run = await runAudit({ lake: city.lake, out: out('two'), threads: 2 });
  const scored = await score(out('two'), join(city.city, 'truth.parquet'));
  check('recall', scored.recall === 1, `${scored.found} of ${scored.planted} planted violations on ${run.lines} lines`);
  check('precision', (scored.precision ?? 0) >= 0.99, `${scored.unexplained} of ${scored.findings} findings are not explained`);
  check(
    'near-misses',
    scored.wrongly_hit === 0,
    `${scored.wrongly_hit} of ${scored.rules.reduce((sum, rule) => sum + rule.near_misses, 0)} hit`,
  );
  const { held } = await lakeStatus(city.lake);
  check('held back', held.length === 0, `${held.reduce((sum, { rows }) => sum + rows, 0)} good rows`);
  const bytes = (name: string): Buffer => readFileSync(join(out(name), 'findings.parquet'));
  await runAudit({ lake: city.lake, out: out('again'), threads: 2 });
  await runAudit({ lake: city.lake, out: out('one'), threads: 1 });
  check('same bytes again', bytes('again').equals(bytes('two')), `${bytes('two').length} bytes`);
  check('same bytes with one thread', bytes('one').equals(bytes('two')), `${bytes('one').length} bytes`);
  const differences = await comparePlain(city.lake, join(out('two'), 'findings.parquet'));
  const apart = differences.filter(({ onlyKernel, onlyPlain }) => onlyKernel.length + onlyPlain.length > 0);
  const subjects = differences.reduce((sum, { kernel }) => sum + kernel, 0);
  check(
    'plain SQL',
    differences.length >= 24 && apart.length === 0,
    `${differences.length} rules, ${subjects} subjects, apart: ${apart.map(({ rule }) => rule).join(' ') || 'none'}`,
  );
} finally {
  city.remove();
}
vitest(
  '10,000 settlements of random parameters',
  { HENGJIAN_RUNS: process.env.HENGJIAN_RUNS ?? '10000' },
  'packages/settlement',
  'packages/grouping/src/grouper/grouper.test.ts',
);
vitest(
  '50,000 histories per shape',
  { HENGJIAN_HISTORIES: process.env.HENGJIAN_HISTORIES ?? '50000' },
  'packages/rulespec/src/generate',
  'packages/rulebook',
);
vitest(
  '2,000 damaged deliveries of every kind',
  { HENGJIAN_FUZZ: process.env.HENGJIAN_FUZZ ?? '2000', HENGJIAN_FUZZ_SEED: process.env.HENGJIAN_FUZZ_SEED ?? '1' },
  'tests/fuzz',
);
vitest(
  '60 cuts of a delivery into files and batches, for each kind of serial',
  { HENGJIAN_SPLITS: process.env.HENGJIAN_SPLITS ?? '60' },
  'packages/lake/src/split.property.test.ts',
);
vitest('every column of every rule taken away', { HENGJIAN_COLUMNS: process.env.HENGJIAN_COLUMNS ?? 'all' }, 'tests/carriage');
vitest(
  '60 damages of each kind of stored folder',
  { HENGJIAN_DAMAGES: process.env.HENGJIAN_DAMAGES ?? '60' },
  'tests/damage.test.ts',
  'packages/lake/src/damage.test.ts',
);
vitest('2,000 races for a lock', { HENGJIAN_RACES: process.env.HENGJIAN_RACES ?? '2000' }, 'packages/standard/src/folder-lock.test.ts');
vitest('400 batches', { HENGJIAN_BATCHES: process.env.HENGJIAN_BATCHES ?? '400' }, 'packages/lake/src/compact.test.ts');
vitest('50 kills during ingest', { HENGJIAN_KILLS: process.env.HENGJIAN_KILLS ?? '50' }, 'packages/lake');
vitest(
  'line coverage of rulespec at least 95 %',
  {},
  '--coverage',
  '--coverage.include=packages/rulespec/src/**',
  '--coverage.thresholds.lines=95',
  'packages/rulespec',
);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
