import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTables, quoted } from '@hengjian/table';
import { csv, visit } from '../../packages/lake/src/fixture.ts';
import { fuzzInput } from './inputs.ts';

const child = fileURLToPath(new URL('./child.ts', import.meta.url));
/** Milliseconds that one delivery may take. */
const longest = 60_000;
/** Kilobytes of memory that the program may take for a small delivery. */
const mostMemory = 3_000_000;

/** A delivery that was not taken as it should be. */
export interface Failure {
  readonly seed: number;
  readonly kind: string;
  readonly fault: string;
  /** Where the delivery was written. */
  readonly folder: string;
}

export interface Fuzzed {
  readonly tried: number;
  /** Deliveries by kind and exit code. */
  readonly counts: Readonly<Record<string, number>>;
  readonly slowest: number;
  readonly failures: readonly Failure[];
}

interface Told {
  readonly ready?: true;
  readonly seed: number;
  readonly kind: string;
  readonly code: number;
  readonly fault?: string;
  readonly memory: number;
}

/** A whole Parquet file of lines. */
async function parquetOf(folder: string): Promise<Buffer> {
  const engine = await openTables({ folders: [folder] });
  const [from, to] = [join(folder, 'a.csv'), join(folder, 'a.parquet')];
  writeFileSync(from, csv([1, 2, 3].flatMap((number) => visit(number, number, number, 5).fee_list_d ?? [])));
  try {
    await engine.run(`COPY (SELECT * FROM read_csv(${quoted(from)}, all_varchar = true)) TO ${quoted(to)} (FORMAT parquet)`);
  } finally {
    engine.close();
  }
  return readFileSync(to);
}

/** Ingests `count` damaged deliveries from the seed `first` on in two processes that are watched. */
export async function fuzz(first: number, count: number): Promise<Fuzzed> {
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-fuzzer-'));
  const parquet = await parquetOf(folder);
  const [counts, failures]: [Record<string, number>, Failure[]] = [{}, []];
  let [next, slowest] = [first, 0];
  const fail = (seed: number, kind: string, fault: string): void => {
    const kept = mkdtempSync(join(tmpdir(), `hengjian-fuzz-seed-${seed}-`));
    for (const [name, content] of Object.entries(fuzzInput(seed, parquet).files)) writeFileSync(join(kept, name), content);
    failures.push({ seed, kind, fault, folder: kept });
  };
  const worker = async (index: number): Promise<void> => {
    const scratch = join(folder, String(index));
    mkdirSync(scratch);
    let running: ChildProcess | undefined;
    while (next < first + count) {
      const seed = next;
      next += 1;
      running ??= await started(join(folder, 'a.parquet'), join(scratch, 'key'));
      const begun = performance.now();
      const told = await asked(running, seed);
      slowest = Math.max(slowest, performance.now() - begun);
      if (typeof told === 'string') {
        fail(seed, fuzzInput(seed, parquet).kind, told);
        running = undefined;
        continue;
      }
      counts[`${told.kind} ${told.code}`] = (counts[`${told.kind} ${told.code}`] ?? 0) + 1;
      if (told.fault !== undefined) fail(seed, told.kind, told.fault);
      if (told.memory > mostMemory) {
        fail(seed, told.kind, `the process took ${told.memory} KB`);
        running.kill();
        running = undefined;
      }
    }
    running?.kill();
  };
  try {
    await Promise.all([worker(0), worker(1)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { tried: count, counts, slowest: Math.round(slowest), failures };
}

function started(parquet: string, key: string): Promise<ChildProcess> {
  const running = fork(child, [parquet, key], { execArgv: ['--max-old-space-size=1536'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    running.once('message', () => resolve(running));
    running.once('error', reject);
  });
}

/** What a process says of a seed; a text when it ended or took too long. */
function asked(running: ChildProcess, seed: number): Promise<Told | string> {
  return new Promise((resolve) => {
    const settle = (told: Told | string): void => {
      clearTimeout(timer);
      running.removeAllListeners('message').removeAllListeners('exit');
      resolve(told);
    };
    const timer = setTimeout(() => {
      settle(`it takes longer than ${longest / 1000} s`);
      running.kill('SIGKILL');
    }, longest);
    running.once('message', (told) => settle(told as Told));
    running.once('exit', (code, signal) => settle(`the process ended with ${code ?? signal}`));
    running.send(seed);
  });
}
