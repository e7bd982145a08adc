/**
 * Intake by itself: a delivery taken in against DuckDB's own copy of the same files, by turns, and what a day and a week
 * that come later cost beside all the rest.
 * `node bench/intake.ts --persons 20000 --rounds 3` ; see bench/README.md.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { command, copySeconds, duck, load, median, megabytes, report, tablesOf } from './measure.ts';

const { values } = parseArgs({
  options: {
    persons: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string' },
  },
});
const threads = Number(values.threads);
const rounds = Array.from({ length: Number(values.rounds) }, (_, index) => index);
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'hengjian-bench-'));
const [city, lake, early] = ['city', 'lake', 'early'].map((name) => join(folder, name)) as [string, string, string];

const take = (delivery: string, into: string): ReturnType<typeof command> =>
  command('ingest', delivery, '--lake', into, '--threads', String(threads));

/** Writes the rows of the visits of some days, and in the other folder all other rows. Returns how many rows come later. */
async function cut(days: number, later: string, rest: string): Promise<number> {
  const { connection, close } = await duck(folder, threads);
  const tables = tablesOf(city);
  const rowsOf = (name: string): string => tables.find(({ table }) => table === name)?.rows ?? '';
  const day = 'CAST(setl_time AS DATE)';
  await connection.run(`CREATE OR REPLACE TABLE late AS SELECT DISTINCT mdtrt_id FROM ${rowsOf('setl_d')}
    WHERE ${day} BETWEEN DATE '2025-06-10' AND DATE '2025-06-10' + ${days - 1}`);
  let count = 0;
  for (const one of [later, rest]) mkdirSync(one, { recursive: true });
  for (const { table, rows } of tables) {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${rows}`);
    const isOfVisits = described.getRows().some(([column]) => column === 'mdtrt_id');
    const write = async (where: string, to: string): Promise<number> => {
      const copied = await connection.runAndReadAll(
        `COPY (SELECT * FROM ${rows} WHERE ${where}) TO '${join(to, `${table}.csv`)}' (FORMAT csv, HEADER)`,
      );
      return Number(copied.getRows()[0]?.[0] ?? 0);
    };
    if (isOfVisits) count += await write('mdtrt_id IN (FROM late)', later);
    await write(isOfVisits ? 'mdtrt_id NOT IN (FROM late)' : 'true', rest);
  }
  close();
  return count;
}

/** The time that a later delivery of some days takes, the lake before it made anew each time from a copy. */
async function increment(days: number): Promise<{ readonly rows: number; readonly seconds: number }> {
  const [later, rest] = [join(folder, `later-${days}`), join(folder, `rest-${days}`)];
  const rows = await cut(days, later, rest);
  const kept = join(folder, `kept-${days}`);
  take(rest, kept);
  const samples = rounds.map(() => {
    rmSync(early, { recursive: true, force: true });
    cpSync(kept, early, { recursive: true });
    cpSync(`${kept}.key`, `${early}.key`);
    return take(later, early).seconds;
  });
  for (const one of [later, rest, kept, early]) rmSync(one, { recursive: true, force: true });
  return { rows, seconds: median(samples) };
}

process.stdout.write(`${threads} threads, ${values.persons} persons, load ${load()}\n\n`);
if (!existsSync(join(city, 'truth.parquet')))
  command('simulate', '--persons', values.persons, '--seed', '7', '--out', city, '--threads', String(threads));
await copySeconds(city, folder, threads);
const pairs = [];
for (const _ of rounds) {
  const copy = await copySeconds(city, folder, threads);
  rmSync(lake, { recursive: true, force: true });
  const { seconds, json } = take(city, lake);
  pairs.push({ copy, seconds, memory: json.peak_rss_bytes ?? 0 });
}
const whole = median(pairs.map(({ seconds }) => seconds));
const ratios = pairs.map(({ copy, seconds }) => seconds / copy);
report("DuckDB's copy of the same CSV to Parquet", `${median(pairs.map(({ copy }) => copy)).toFixed(2)} s`);
const each = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
const peak = megabytes(Math.max(...pairs.map(({ memory }) => memory)));
report(
  'ingest to facts and working form',
  `${whole.toFixed(2)} s`,
  `${median(ratios).toFixed(2)} × the copy (target 5; ${each}), peak ${peak}`,
);
for (const days of [1, 7, 28]) {
  const { rows, seconds } = await increment(days);
  report(`${days} later days: ${rows} rows`, `${seconds.toFixed(2)} s`, `${((100 * seconds) / whole).toFixed(1)} % of the whole`);
}
process.stdout.write(`\nload at the end ${load()}\n`);
if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
