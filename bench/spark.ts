/**
 * What Spark itself costs: the same job over the same plain form once with the kernel and once with a program that reads
 * all records and answers nothing. Export of the plain form and everything after the job are not in it.
 *
 * SPARK_HOME=… node bench/spark.ts <lake> <folder> [knowledge]
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { exportPlain, openLake } from '@hengjian/lake';
import { rulebookTexts } from '@hengjian/rulebook';
import { bundleKernel } from '../packages/audit/src/filter/bundle.ts';
import { filterSession } from '../packages/audit/src/filter/filter.ts';
import { sparkScript } from '../packages/audit/src/spark/script.ts';
import { sparkCommand, submitSpark } from '../packages/audit/src/spark/submit.ts';

const [lakeFolder, given, knowledge] = process.argv.slice(2);
if (lakeFolder === undefined || given === undefined) throw new Error('SPARK_HOME=… node bench/spark.ts <lake> <folder> [knowledge]');
const folder = resolve(given);
const plain = join(folder, 'plain');
const lake = await openLake(lakeFolder);
mkdirSync(folder, { recursive: true });
if (!existsSync(plain)) await exportPlain(lake, plain);
const options = knowledge === undefined ? {} : { knowledge };
const { schema } = filterSession(lake.context(), options);
await bundleKernel(join(folder, 'kernel.mjs'));
writeFileSync(join(folder, 'rulebook.json'), JSON.stringify({ texts: rulebookTexts(options) }));

const kernel = [process.execPath, '--disable-warning=ExperimentalWarning', join(folder, 'kernel.mjs')];
const jobs = {
  'with the kernel': [...kernel, '--rulebook', join(folder, 'rulebook.json'), '--context', join(plain, 'context.json')],
  'with a program that reads and says nothing': ['sh', '-c', 'cat > /dev/null'],
};
const partitions = Math.max(4, Math.ceil(lake.segments().reduce((sum, { lines }) => sum + lines, 0) / 500_000));
const settings = {
  'spark.sql.shuffle.partitions': String(partitions),
  'spark.sql.adaptive.enabled': 'false',
  'spark.sql.catalogImplementation': 'in-memory',
  'spark.ui.enabled': 'false',
};
const words = ['--master', 'local[2]', ...Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`])];

async function seconds(command: readonly string[]): Promise<number> {
  const [out, judged, script] = ['out', 'judged', 'job.sql'].map((name) => join(folder, name)) as [string, string, string];
  for (const old of [out, judged]) rmSync(old, { recursive: true, force: true });
  writeFileSync(script, sparkScript({ tables: plain, out, judged, schema, kernel: command }));
  const started = performance.now();
  await submitSpark(script, words, sparkCommand({}), join(folder, 'spark.log'));
  return (performance.now() - started) / 1000;
}

const samples = new Map<string, number[]>(Object.keys(jobs).map((name) => [name, []]));
for (let round = 0; round < 3; round += 1) {
  for (const [name, command] of Object.entries(jobs)) samples.get(name)?.push(await seconds(command));
}
for (const [name, own] of samples) {
  const middle = [...own].sort((left, right) => left - right)[1] ?? Number.NaN;
  process.stdout.write(`Spark job ${name}: ${middle.toFixed(1)} s (median of ${own.map((one) => one.toFixed(1)).join(', ')})\n`);
}
process.stdout.write(`${partitions} tasks, load ${loadavg()[0]?.toFixed(1)}\n`);
