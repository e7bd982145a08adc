import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RefusedInput } from '@hengjian/standard';
import type { SettlementRun } from './run.ts';
import { cityHtml } from './statement/city-html.ts';
import { type StatementData, statementsOf } from './statement/data.ts';
import { weightsHtml } from './statement/weights-html.ts';
import { type StatementTask, writeStatement } from './statement/write.ts';
import type { CaseLine } from './tally.ts';

const marker = 'settlement.json';
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;

/** File name of a hospital; codes may hold anything. */
export const statementFile = (code: string): string => encodeURIComponent(code);

function caseRecord({ stay, price, fund_fen }: CaseLine): object {
  return {
    ...price,
    group_of_list: stay.grp_code,
    medfee_sumamt: stay.medfee_sumamt,
    psn_pay: stay.psn_pay,
    acct_pay: stay.acct_pay,
    dscg_day: stay.dscg_day,
    fund_fen,
    fund_at_tariff_fen: price.fund_fen,
  };
}

/** One JSON object a line, written in pieces. */
function writeLines(path: string, cases: readonly CaseLine[]): void {
  const handle = openSync(path, 'w');
  try {
    for (let from = 0; from < cases.length; from += 2_000) {
      const lines = cases.slice(from, from + 2_000).map((line) => `${JSON.stringify(caseRecord(line))}\n`);
      writeSync(handle, lines.join(''));
    }
  } finally {
    closeSync(handle);
  }
}

/** Writes the next statement whenever a thread is free; a thread has only one hospital in memory. */
function feed(worker: Worker, waiting: Iterator<StatementData>, folder: string, written: string[]): Promise<void> {
  return new Promise((done, failed) => {
    const next = (): void => {
      const { value, done: end } = waiting.next();
      if (end === true) {
        worker.off('message', next);
        done();
        return;
      }
      written.push(value.fixmedins_code);
      worker.postMessage({ ...value, file: join(folder, statementFile(value.fixmedins_code)) } satisfies StatementTask);
    };
    worker.on('message', next);
    worker.once('error', failed);
    worker.once('exit', (code) => failed(new Error(`a thread that writes statements ended with ${code}`)));
    next();
  });
}

/** Writes the statements of all hospitals in this thread and returns their codes. */
function writeHere(run: SettlementRun, folder: string): readonly string[] {
  const written: string[] = [];
  for (const data of statementsOf(run)) {
    writeStatement({ ...data, file: join(folder, statementFile(data.fixmedins_code)) });
    written.push(data.fixmedins_code);
  }
  return written;
}

/** Writes the statements of all hospitals in threads and returns their codes. */
async function writeInThreads(run: SettlementRun, folder: string): Promise<readonly string[]> {
  const waiting = statementsOf(run);
  const written: string[] = [];
  const workers = Array.from({ length: Math.min(4, availableParallelism()) }, () => new Worker(new URL('./statement/worker.ts', import.meta.url)));
  try {
    await Promise.all(workers.map((worker) => feed(worker, waiting, folder, written)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return written.sort();
}

function writeFiles(run: SettlementRun, folder: string): void {
  mkdirSync(join(folder, 'months'), { recursive: true });
  mkdirSync(join(folder, 'statements'));
  writeFileSync(join(folder, 'tariff.json'), json(run.tariff));
  if (run.weights !== undefined) {
    writeFileSync(join(folder, 'weights.json'), json(run.weights));
    writeFileSync(join(folder, 'weights.html'), weightsHtml(run.weights, run.title, run.names));
  }
  for (const { cases, ...month } of run.months) {
    writeFileSync(join(folder, 'months', `${month.month}.json`), json(month));
    if (run.year === undefined) writeLines(join(folder, 'months', `${month.month}.cases.jsonl`), cases);
  }
  if (run.year !== undefined) {
    const { cases, ...year } = run.year;
    writeFileSync(join(folder, 'year.json'), json(year));
    writeFileSync(join(folder, 'year.html'), cityHtml(run, run.year));
    writeLines(join(folder, 'cases.jsonl'), cases);
  }
}

function writeContents(run: SettlementRun, folder: string, hospitals: readonly string[]): void {
  const cleared = run.year === undefined ? {} : { year: run.year.year };
  writeFileSync(
    join(folder, marker),
    json({ format: 1, id: run.id, title: run.title, months: run.months.map(({ month }) => month), ...cleared, hospitals, left_out: run.left_out }),
  );
}

/** A folder beside the target that takes its place when everything is written. */
interface Aside {
  readonly folder: string;
  readonly statements: string;
  publish(): void;
  remove(): void;
}

function openAside(target: string): Aside {
  if (existsSync(target) && !existsSync(join(target, marker))) {
    throw new RefusedInput({
      code: 'folder-taken',
      message: 'the folder holds something that is no settlement',
      remedy: 'name a new folder',
      place: { file: target },
    });
  }
  const folder = `${target}.new`;
  const former = `${target}.old`;
  mkdirSync(dirname(target), { recursive: true });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  remove();
  return {
    folder,
    statements: join(folder, 'statements'),
    publish: () => {
      rmSync(former, { recursive: true, force: true });
      if (existsSync(target)) renameSync(target, former);
      renameSync(folder, target);
      rmSync(former, { recursive: true, force: true });
    },
    remove,
  };
}

/**
 * Writes a run: `settlement.json` (what there is), `tariff.json`, `weights.json` and `.html`, `months/<yyyy-MM>.json`,
 * `year.json` and `.html`, `cases.jsonl` (by month while the year is open) and `statements/<hospital>.xlsx` and `.html`.
 * Written aside and moved into place, replacing a former run. Throws RefusedInput when the folder holds something else.
 */
export function writeRun(run: SettlementRun, folder: string): void {
  const aside = openAside(resolve(folder));
  try {
    writeFiles(run, aside.folder);
    writeContents(run, aside.folder, writeHere(run, aside.statements));
    aside.publish();
  } finally {
    aside.remove();
  }
}

/** Like `writeRun` with the same bytes, statements in up to four threads: several times as fast for a large city. */
export async function writeRunInThreads(run: SettlementRun, folder: string): Promise<void> {
  const aside = openAside(resolve(folder));
  try {
    writeFiles(run, aside.folder);
    writeContents(run, aside.folder, await writeInThreads(run, aside.statements));
    aside.publish();
  } finally {
    aside.remove();
  }
}
