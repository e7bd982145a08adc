import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { words } from '@hengjian/standard';
import { jsonReader } from '@hengjian/stored';
import { Type } from 'typebox';

const main = fileURLToPath(new URL('../apps/cli/bin/hengjian.mjs', import.meta.url));

export interface Timed {
  readonly seconds: number;
  readonly json: Counted;
}

/** What the commands that are measured say of themselves. */
const counted = jsonReader(
  Type.Object({ lines: Type.Optional(Type.Integer()), peak_rss_bytes: Type.Optional(Type.Integer()) }),
  words('命令的结果', 'result of a command'),
);
type Counted = ReturnType<(typeof counted)['read']>;

/** Runs a command of the product as a process of its own and returns its JSON and its wall time. */
export function command(...args: readonly string[]): Timed {
  const started = performance.now();
  const run = spawnSync(process.execPath, [main, ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seconds = (performance.now() - started) / 1000;
  if (run.status !== 0) throw new Error(`${args[0]} ended with code ${run.status}`);
  return { seconds, json: counted.read(run.stdout, { file: 'stdout' }) };
}

export const median = (samples: readonly number[]): number =>
  [...samples].sort((left, right) => left - right)[Math.floor(samples.length / 2)] as number;
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
export const load = (): string => loadavg()[0]?.toFixed(1) ?? '?';

export function report(name: string, value: string, ratio = ''): void {
  process.stdout.write(`${name.padEnd(58)} ${value.padStart(26)}  ${ratio}\n`);
}

/** An engine of its own, that spills into a folder. */
export async function duck(folder: string, threads: number): Promise<{ connection: DuckDBConnection; close(): void }> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: '4GB',
    temp_directory: join(folder, 'spill'),
  });
  const connection = await instance.connect();
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

export async function time(connection: DuckDBConnection, sql: string): Promise<number> {
  const started = performance.now();
  await connection.runAndReadAll(sql);
  return (performance.now() - started) / 1000;
}

/** The tables of a delivery: what the engine reads for each. */
export function tablesOf(delivery: string): readonly { readonly table: string; readonly rows: string }[] {
  return readdirSync(delivery).flatMap((name) => {
    const path = join(delivery, name);
    const source = statSync(path).isDirectory() ? join(path, '*.csv') : path;
    if (!source.endsWith('.csv')) return [];
    return [{ table: name.replace(/\.csv$/, ''), rows: `read_csv('${source}', all_varchar = true, union_by_name = true)` }];
  });
}

/** DuckDB's own copy of the CSV files of a delivery to Parquet, in seconds. */
export async function copySeconds(delivery: string, folder: string, threads: number): Promise<number> {
  const { connection, close } = await duck(folder, threads);
  const target = join(folder, 'copy.parquet');
  let seconds = 0;
  for (const { rows } of tablesOf(delivery))
    seconds += await time(connection, `COPY (SELECT * FROM ${rows}) TO '${target}' (FORMAT parquet, COMPRESSION zstd)`);
  close();
  rmSync(target, { force: true });
  return seconds;
}
