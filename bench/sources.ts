/**
 * The pass that takes text files apart against DuckDB's own copy of the same file to Parquet, by processor time of all
 * threads: `node bench/sources.ts [FILE.csv] [ROUNDS]`. Without a file, one of fee lines is made.
 */
import { closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { readSource } from '@hengjian/sources';

const [given, rounds = '3'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'hengjian-bench-sources-'));
const madeBytes = 200_000_000;

/** Fee lines as an information system writes them. */
function makeFile(path: string): string {
  const columns = Array.from({ length: 40 }, (_, index) => `field_${index}`);
  const row = (index: number): string =>
    columns
      .map((_, column) => (column % 8 === 0 ? '普通病房床位费' : column % 3 === 0 ? '' : String((index * 7919 + column * 104_729) % 1e9)))
      .join(',');
  const block = Buffer.from(`${Array.from({ length: 5000 }, (_, index) => row(index)).join('\n')}\n`);
  const handle = openSync(path, 'w');
  writeSync(handle, `${columns.join(',')}\n`);
  for (let written = 0; written < madeBytes; written += block.length) writeSync(handle, block);
  closeSync(handle);
  return path;
}

/** The same file with one record that is not whole at its end: it is no plain file any more and is written anew. */
function brokenCopy(path: string): string {
  const copy = join(folder, 'broken.csv');
  copyFileSync(path, copy);
  const handle = openSync(copy, 'a');
  writeSync(handle, '"open,record\n');
  closeSync(handle);
  return copy;
}

/** The same file in GB18030, which the engine alone does not read. */
async function chineseCopy(path: string): Promise<string> {
  const { encode } = await import('iconv-lite');
  const copy = join(folder, 'gb18030.csv');
  const handle = openSync(copy, 'w');
  writeSync(handle, encode(readFileSync(path, 'utf8'), 'gb18030'));
  closeSync(handle);
  return copy;
}

/** Processor seconds of the best of the rounds. */
async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    samples.push((user + system) / 1e6);
  }
  return Math.min(...samples);
}

const path = given ?? makeFile(join(folder, 'made.csv'));
const megabytes = statSync(path).size / 1e6;
const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await instance.connect();
const copy = await processorSeconds(() =>
  connection.run(
    `COPY (SELECT * FROM read_csv('${path}', all_varchar = true)) TO '${join(folder, 'copy.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
  ),
);
const say = (what: string, seconds: number): void => {
  const speed = `${Math.round(megabytes / seconds)} MB/s`;
  process.stdout.write(
    `${what.padEnd(44)} ${seconds.toFixed(2).padStart(7)} s ${speed.padStart(10)}  ${(seconds / copy).toFixed(2)} × the copy\n`,
  );
};
process.stdout.write(`${Math.round(megabytes)} MB, best of ${rounds} rounds, processor time\n`);
say('DuckDB copy of the CSV to Parquet', copy);
const read = (file: string) => (): Promise<unknown> => readSource({ path: file, name: 'lines.csv', kind: 'csv' }, {}, { folder });
say('sources: a plain file, looked at once', await processorSeconds(read(path)));
say('sources: not plain, written anew', await processorSeconds(read(brokenCopy(path))));
if (megabytes < 400) say('sources: GB18030, written anew', await processorSeconds(read(await chineseCopy(path))));
connection.closeSync();
rmSync(folder, { recursive: true, force: true });
