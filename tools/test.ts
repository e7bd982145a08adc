/** Everything CI runs: format and lint, types, dead code, tests. Ends with the line `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hengjian-test-'));
const report = join(folder, 'report.json');

function run(name: string, script: string, args: readonly string[]): boolean {
  process.stdout.write(`\n# ${name}\n`);
  return spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}

const count = Type.Integer();
const vitestReport = jsonReader(
  Type.Object({ numPassedTests: count, numFailedTests: count, numPendingTests: count, success: Type.Boolean() }),
  words('测试报告', 'report of the tests'),
);

const steps = [
  run('format and lint', '@biomejs/biome/bin/biome', ['check', '.']),
  run('types', 'typescript/bin/tsc', ['--noEmit']),
  run('dead code', 'knip/bin/knip.js', ['--no-progress']),
];
const green = run('tests', 'vitest/vitest.mjs', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);

let passed = steps.filter(Boolean).length;
let failed = steps.length - passed;
let skipped = 0;
try {
  const outcome = vitestReport.read(readFileSync(report, 'utf8'), { file: report });
  passed += outcome.numPassedTests;
  failed += outcome.numFailedTests;
  skipped = outcome.numPendingTests;
} catch {
  process.stdout.write('the test runner wrote no report\n');
}
if (!green && failed === 0) failed = 1;
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`);
process.exit(failed === 0 ? 0 : 1);
