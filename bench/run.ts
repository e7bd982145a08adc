/**
 * The benchmark: everything is measured in one run on one machine, and the figures to quote are ratios.
 * `npm run bench -- --persons 40000 --keep` ; see bench/README.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openLake } from '@hengjian/lake';
import { loadRulebook } from '@hengjian/rulebook';
import { bindRulebook, neededColumns } from '@hengjian/rulespec';
import { plainStatements, preparePlain } from './plain-sql/prelude.ts';

const { values } = parseArgs({
  options: {
    persons: { type: 'string', default: '40000' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string' },
    keep: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const threads = Number(values.threads);
const main = fileURLToPath(new URL('../apps/cli/src/main.ts', import.meta.url));
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'hengjian-bench-'));
const [city, lake, result] = ['city', 'lake', 'result'].map((name) => join(folder, name)) as [string, string, string];

interface Timed {
  readonly seconds: number;
  readonly json: Record<string, unknown>;
}

/** Runs a command of the product as a process of its own and returns its JSON and its wall time. */
function command(...args: readonly string[]): Timed {
  const started = performance.now();
  const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seconds = (performance.now() - started) / 1000;
  if (run.status !== 0) throw new Error(`${args[0]} ended with code ${run.status}`);
  return { seconds, json: JSON.parse(run.stdout) as Record<string, unknown> };
}

const median = (samples: readonly number[]): number => [...samples].sort((left, right) => left - right)[Math.floor(samples.length / 2)] as number;
const millions = (count: number, seconds: number): string => `${(count / seconds / 1e6).toFixed(2)} M/s`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

function report(name: string, value: string, ratio = ''): void {
  process.stdout.write(`${name.padEnd(58)} ${value.padStart(26)}  ${ratio}\n`);
}

async function duck(): Promise<{ connection: DuckDBConnection; close(): void }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads), memory_limit: '4GB', temp_directory: join(folder, 'spill') });
  const connection = await instance.connect();
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function time(connection: DuckDBConnection, sql: string): Promise<number> {
  const started = performance.now();
  await connection.runAndReadAll(sql);
  return (performance.now() - started) / 1000;
}

/** DuckDB's own copy of the same CSV files to Parquet. */
async function copySeconds(): Promise<number> {
  const { connection, close } = await duck();
  let seconds = 0;
  for (const name of readdirSync(city)) {
    const path = join(city, name);
    const source = statSync(path).isDirectory() ? join(path, '*.csv') : path;
    if (!source.endsWith('.csv')) continue;
    seconds += await time(
      connection,
      `COPY (SELECT * FROM read_csv('${source}', all_varchar = true, union_by_name = true)) TO '${join(folder, 'copy.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
    );
  }
  close();
  rmSync(join(folder, 'copy.parquet'), { force: true });
  return seconds;
}

/** Fact columns behind the columns of the working form that the kernel needs. */
const factColumns: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>> = {
  lines: ['fee_list_d', { bilg_caty: 'bilg_dept_codg', acord_caty: 'acord_dept_codg', visit: 'mdtrt_id', settlement: 'setl_id', line_key: 'bkkp_sn' }],
  visits: ['mdtrt_d', { setting: 'med_type', person: 'psn_no' }],
  settlements: ['setl_d', { visit: 'mdtrt_id' }],
  diagnoses: ['setl_list_diag_d', { visit: 'mdtrt_id' }],
  operations: ['setl_list_oprn_d', { visit: 'mdtrt_id' }],
  persons: ['psn_info_b', { psn: 'psn_no' }],
  enrolments: ['psn_insu_d', {}],
};

async function scanSeconds(ids: readonly string[] | undefined): Promise<{ seconds: number; columns: number }> {
  const opened = await openLake(lake);
  const rulebook = loadRulebook(ids === undefined ? {} : { ids });
  const needed = neededColumns(bindRulebook(rulebook.rules, rulebook.tables, opened.context()));
  const { connection, close } = await duck();
  const queries: string[] = [];
  let columns = 0;
  for (const [table, names] of Object.entries(needed)) {
    const [facts, renamed] = factColumns[table] ?? ['', {}];
    const files = (opened.manifest.facts[facts] ?? []).map((file) => `'${join(lake, file.path)}'`);
    if (files.length === 0) continue;
    const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet([${files.join(', ')}], union_by_name = true)`);
    const present = new Set(reader.getRows().map(([name]) => String(name)));
    const wanted = [...new Set((names ?? []).map((name) => renamed[name] ?? name))].filter((name) => present.has(name));
    if (wanted.length === 0) continue;
    columns += wanted.length;
    queries.push(`SELECT ${wanted.map((name) => `bit_xor(hash("${name}"))`).join(', ')} FROM read_parquet([${files.join(', ')}], union_by_name = true)`);
  }
  const samples: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    let seconds = 0;
    for (const query of queries) seconds += await time(connection, query);
    if (round > 0) samples.push(seconds);
  }
  close();
  return { seconds: median(samples), columns };
}

interface AuditJson {
  readonly lines: number;
  readonly findings: number;
  readonly timings: {
    readonly total_ms: number;
    readonly walk_ms: number;
    readonly keyed_ms: number;
    readonly write_ms: number;
    readonly setup_ms: number;
    readonly kernel_ms_by_segment_sum: number;
    readonly peak_rss_bytes: number;
  };
}

function audit(rules: readonly string[]): AuditJson {
  const samples = [1, 2, 3].map(
    () =>
      command('audit', '--lake', lake, '--out', result, '--no-report', '--threads', String(threads), ...(rules.length === 0 ? [] : ['--rules', ...rules]))
        .json as unknown as AuditJson,
  );
  return samples.sort((left, right) => left.timings.total_ms - right.timings.total_ms)[1] as AuditJson;
}

async function plainSeconds(): Promise<{ seconds: number; statements: number }> {
  const { connection, close } = await duck();
  await preparePlain(connection, await openLake(lake));
  let seconds = 0;
  const statements = plainStatements();
  for (const statement of statements) seconds += await time(connection, `SELECT count(*) FROM (${statement.sql})`);
  close();
  return { seconds, statements: statements.length };
}

process.stdout.write(`${cpus().length} cores, ${threads} threads, ${values.persons} persons\n\n`);
if (!existsSync(join(city, 'truth.parquet'))) {
  const simulated = command('simulate', '--persons', values.persons, '--seed', '7', '--out', city, '--threads', String(threads));
  report(
    'simulate: fee lines',
    millions(Number(simulated.json.lines), simulated.seconds),
    `${simulated.json.lines} lines, peak ${megabytes(Number(simulated.json.peak_rss_bytes))}`,
  );
}
if (!existsSync(join(lake, 'manifest.json'))) {
  const copy = await copySeconds();
  const taken = command('ingest', city, '--lake', lake, '--threads', String(threads));
  report('DuckDB copy of the same CSV to Parquet', `${copy.toFixed(2)} s`);
  report(
    'ingest to facts and working form',
    `${taken.seconds.toFixed(2)} s`,
    `${(taken.seconds / copy).toFixed(1)} × the copy (target 6), peak ${megabytes(Number(taken.json.peak_rss_bytes))}`,
  );
}
const scan = await scanSeconds(undefined);
report(`bare scan of the ${scan.columns} needed columns (median of 5)`, `${scan.seconds.toFixed(2)} s`);
const all = audit([]);
const seconds = all.timings.total_ms / 1000;
report(
  'audit, all rules, working form to findings',
  `${seconds.toFixed(2)} s`,
  `${(seconds / scan.seconds).toFixed(1)} × the scan (target 5), ${all.findings} findings = ${((all.findings / all.lines) * 100).toFixed(2)} % of lines`,
);
report('  lines a second', millions(all.lines, seconds), `${millions(all.lines, seconds * threads)} per thread (target 2)`);
report('  kernel alone, per thread', millions(all.lines, all.timings.kernel_ms_by_segment_sum / 1000));
report(
  '  set-up / walk / keyed / write',
  `${[all.timings.setup_ms, all.timings.walk_ms, all.timings.keyed_ms, all.timings.write_ms].map((ms) => (ms / 1000).toFixed(2)).join(' / ')} s`,
  `peak ${megabytes(all.timings.peak_rss_bytes)} (target 2000)`,
);
if (values.plain) {
  const plain = await plainSeconds();
  const library = fileURLToPath(new URL('../library/rules/', import.meta.url));
  const same = audit(plainStatements().map((statement) => join(library, `${statement.rule}.yaml`)));
  const own = same.timings.total_ms / 1000;
  report(`${plain.statements} plain SQL statements, one by one`, `${plain.seconds.toFixed(2)} s`);
  report('audit with exactly those rules', `${own.toFixed(2)} s`, `${(plain.seconds / own).toFixed(1)} × as fast (target 10)`);
}
if (!values.keep && values.folder === undefined) rmSync(folder, { recursive: true, force: true });
else process.stdout.write(`\nkept in ${folder}\n`);
