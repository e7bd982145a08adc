import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cancelled, RefusedInput } from '@hengjian/standard';
import { buildWorkingForm, dictionaryNames, exceptionCounts, openFacts } from './build.ts';
import { loadDictionaries } from './dictionaries.ts';
import { type Duck, engineFault, openDuck } from './duck.ts';
import { gather } from './gather.ts';
import { groupLoads, type Landed, type Load, land } from './land.ts';
import { lockLake } from './lock.ts';
import { emptyManifest, type FactFile, type Manifest, publish, readManifest } from './manifest.ts';
import { readKey } from './pseudonym.ts';
import { makeFolders, moveFacts, referenced, removeLeftovers, scratchFolder, syncAll } from './publish-files.ts';
import { writeQuality } from './quality.ts';
import { writeQuarantine } from './quarantine.ts';
import type { IngestOptions, IngestResult, TableCounts } from './types.ts';

interface Work {
  readonly options: IngestOptions;
  readonly duck: Duck;
  readonly lake: string;
  readonly scratch: string;
  readonly before: Manifest;
  readonly key: Buffer;
  readonly fault: (point: string) => void;
}

/**
 * Reads source files into a lake and publishes the new state at once. Throws RefusedInput when a whole file cannot be
 * accepted (nothing is published) and Cancelled when the signal fires.
 */
export async function ingest(options: IngestOptions): Promise<IngestResult> {
  const started = performance.now();
  const release = lockLake(options.lake);
  try {
    const published = readManifest(options.lake);
    const before = published?.manifest ?? emptyManifest;
    removeLeftovers(options.lake, before);
    const key = readKey(options.lake, published === undefined);
    makeFolders(options.lake);
    const scratch = scratchFolder(options.lake);
    const duck = await openDuck({
      database: ':memory:',
      scratch,
      memory: options.memory ?? '4GB',
      threads: options.threads,
      signal: options.signal,
    });
    try {
      return await run({ options, duck, lake: options.lake, scratch, before, key, fault: options.fault ?? (() => undefined) }, started);
    } finally {
      duck.close();
    }
  } catch (error) {
    throw fileFault(error, options.signal);
  } finally {
    cleanUp(options.lake);
    release();
  }
}

function fileFault(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof RefusedInput || error instanceof Cancelled) return error;
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return engineFault(new Error('no space left'), signal);
  return engineFault(error, signal);
}

function cleanUp(lake: string): void {
  try {
    removeLeftovers(lake, readManifest(lake)?.manifest ?? emptyManifest);
  } catch {
    // A damaged manifest has been reported already.
  }
}

async function run(work: Work, started: number): Promise<IngestResult> {
  const { options, before, duck } = work;
  const batch = before.batch + 1;
  const gathered = await gather(duck, { options, scratch: work.scratch, before });
  if (gathered.loads.length === 0) return summary(work, before, gathered.ignored, {}, true, started);
  work.fault('staged');
  const landed = await landAll(work, gathered.loads, batch);
  work.fault('landed');
  const counts = countTables(gathered.loads, landed);
  const facts: Record<string, FactFile[]> = { ...before.facts } as Record<string, FactFile[]>;
  for (const [index, one] of landed.entries()) {
    facts[one.table] = [...(facts[one.table] ?? []), ...moveFacts(work.lake, one.table, one.folder, batch, index, one.columns)];
  }
  work.fault('facts-moved');
  const files = [
    ...before.files,
    ...gathered.loads.map((load) => ({
      seq: load.seq,
      name: load.file,
      table: load.table,
      batch,
      hash: gathered.hashes.get(load.seq) ?? '',
      rows: load.staged.rows,
    })),
  ];
  const declaredAbsent = [...new Set([...before.declaredAbsent, ...gathered.absent])].sort();
  const draft: Manifest = { ...before, batch, files, facts, declaredAbsent };
  await openFacts(duck, work.lake, draft, batch);
  await loadDictionaries(duck, work.lake, before, dictionaryNames, work.scratch);
  const built = await buildWorkingForm({ ...work, draft, batch, progress: options.progress });
  work.fault('segments-written');
  const quarantine = await writeQuarantine(duck, work.lake, batch, landed, gathered.loads, work.key);
  const hash = createHash('sha256')
    .update(JSON.stringify([...gathered.hashes.values()]))
    .digest('hex');
  const rows = Object.values(counts).reduce((sum, one) => sum + one.rows_in, 0);
  writeFileSync(
    join(work.lake, `batches/${batch}.json`),
    `${JSON.stringify({ batch, hash, purpose: options.purpose, tables: counts, ignored: gathered.ignored, quarantine }, null, 2)}\n`,
  );
  const next: Manifest = { ...draft, ...built, batches: [...before.batches, { id: batch, hash, rows }] };
  const old = new Set(referenced(before));
  syncAll(
    work.lake,
    referenced(next).filter((path) => !old.has(path)),
  );
  work.fault('synced');
  publish(work.lake, next, work.fault);
  const result = await summary(work, next, gathered.ignored, counts, false, started);
  if (options.report !== undefined) {
    const names = new Map(gathered.loads.map((load) => [load.seq, load.file]));
    const split = landed.flatMap((one) =>
      one.quarantined.map((item) => ({ file: names.get(item.seq) ?? '', field: item.field, reason: item.code, rows: item.rows })),
    );
    const broken = gathered.loads.flatMap((load) =>
      load.staged.broken.length === 0 ? [] : [{ file: load.file, field: '', reason: 'broken-row', rows: load.staged.broken.length }],
    );
    const { tables, states, ignored } = result;
    await writeQuality(
      {
        duck,
        batch,
        tables,
        states,
        quarantine: [...split, ...broken],
        ignored,
        proposals: gathered.proposals,
        rules: options.rules ?? [],
      },
      options.report,
    );
  }
  return result;
}

async function landAll(work: Work, loads: readonly Load[], batch: number): Promise<Landed[]> {
  const { duck } = work;
  await duck.run('CREATE TABLE pseudonyms (raw VARCHAR, psn VARCHAR)');
  await duck.run('CREATE TABLE batch_files (seq BIGINT, name VARCHAR)');
  for (const load of loads) await duck.run(`INSERT INTO batch_files VALUES (${load.seq}, '${load.file.replaceAll("'", "''")}')`);
  const landed: Landed[] = [];
  const total = loads.reduce((sum, load) => sum + load.staged.rows, 0);
  let done = 0;
  for (const [index, group] of groupLoads(loads).entries()) {
    const folder = join(work.scratch, `land-${batch}-${index}`);
    mkdirSync(folder, { recursive: true });
    landed.push(await land(duck, group, work.key, folder));
    done += group.loads.reduce((sum, load) => sum + load.staged.rows, 0);
    work.options.progress?.({ phase: 'land', done, total, unit: 'rows' });
    work.fault(`landed-${group.table}`);
  }
  return landed;
}

function countTables(loads: readonly Load[], landed: readonly Landed[]): Record<string, TableCounts> {
  const out: Record<string, TableCounts> = {};
  for (const table of [...new Set(loads.map((load) => load.table))].sort()) {
    const own = loads.filter((load) => load.table === table);
    const broken = own.reduce((sum, load) => sum + load.staged.broken.length, 0);
    const skipped = own.reduce((sum, load) => sum + load.staged.skipped, 0);
    const parts = landed.filter((one) => one.table === table);
    const bad = parts.reduce((sum, one) => sum + one.quarantined.reduce((inner, item) => inner + item.rows, 0), 0);
    const accepted = parts.reduce((sum, one) => sum + one.accepted, 0);
    const rows = own.reduce((sum, load) => sum + load.staged.rows, 0);
    out[table] = { rows_in: rows + broken + skipped, accepted, quarantined: bad + broken, skipped };
  }
  return out;
}

async function summary(
  work: Work,
  manifest: Manifest,
  ignored: readonly string[],
  tables: Record<string, TableCounts>,
  unchanged: boolean,
  started: number,
): Promise<IngestResult> {
  const states = unchanged || !existsSync(work.lake) ? {} : await exceptionCounts(work.duck);
  const live = (count: 'persons' | 'visits' | 'lines'): number =>
    manifest.segments.reduce((sum, segment) => sum + segment[count] - (count === 'persons' ? segment.deadPersons : 0), 0);
  const rows = Object.entries(tables).map(
    ([table, one]) => `${table}: ${one.rows_in} in, ${one.accepted} accepted, ${one.quarantined} quarantined, ${one.skipped} skipped`,
  );
  const persons = live('persons');
  return {
    summary: unchanged ? ['nothing new: these files are in the lake already'] : [...rows, `${persons} persons in batch ${manifest.batch}`],
    unchanged,
    rejected: false,
    batch: manifest.batch,
    tables,
    ignored,
    states,
    persons,
    visits: live('visits'),
    lines: live('lines'),
    seconds: Math.round(performance.now() - started) / 1000,
  };
}
