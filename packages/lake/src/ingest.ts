import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cancelled, counted, inputProblems, makeFolder, RefusedInput, removeEmptyFolders, type Words, words } from '@hengjian/standard';
import { openTables, quoted, type Tables, tableProblems } from '@hengjian/table';
import { type Built, buildWorkingForm, dictionaryNames, exceptionCounts, openFacts } from './build.ts';
import { loadDictionaries } from './dictionaries.ts';
import { reachOf } from './files.ts';
import { type Gathered, gather } from './gather.ts';
import { groupLoads, type Landed, type Load, land, sourcesOf } from './land.ts';
import { answerLists, countAnswers, listTable } from './lists.ts';
import { lockLake } from './lock.ts';
import {
  type Batch,
  emptyManifest,
  type FactFile,
  type Manifest,
  manifestFile,
  type Published,
  publish,
  readManifest,
} from './manifest.ts';
import { accountWords, type MessageAccount } from './messages.ts';
import { type PersonKeys, readKey } from './pseudonym.ts';
import {
  closeToOthers,
  makeFolders,
  moveFacts,
  removeLeftovers,
  retiredPaths,
  scratchFolder,
  storedFiles,
  syncAll,
} from './publish-files.ts';
import { writeQuality } from './quality.ts';
import { writeQuarantine } from './quarantine.ts';
import { checkStored, describeFile } from './stored.ts';
import type { IngestOptions, IngestResult, TableCounts, UnreadPart } from './types.ts';

interface Work {
  readonly options: IngestOptions;
  readonly engine: Tables;
  readonly lake: string;
  readonly scratch: string;
  readonly published: Published | undefined;
  readonly before: Manifest;
  readonly keys: PersonKeys;
  readonly fault: (point: string) => void;
}

/**
 * Reads source files into a lake and publishes the new state at once. Throws RefusedInput when a whole file cannot be
 * accepted, or when the lake or its key is not what it was (nothing is published), and Cancelled when the signal fires.
 */
export async function ingest(options: IngestOptions): Promise<IngestResult> {
  const started = performance.now();
  const { lake, report = lake, fault = () => undefined } = options;
  const release = lockLake(lake);
  let made: readonly string[] = [];
  let drawn: string | undefined;
  try {
    if (report !== lake) made = makeFolder(report);
    const published = readManifest(lake);
    const before = published?.manifest ?? emptyManifest;
    const keys = readKey(lake, published?.manifest.key);
    drawn = keys.drawn;
    checkBefore(lake, before);
    removeLeftovers(lake, before);
    makeFolders(lake);
    const engine = await openEngine(options);
    try {
      return await run({ options, engine, lake, scratch: scratchFolder(lake), published, before, keys, fault }, started);
    } finally {
      engine.close();
    }
  } catch (error) {
    throw fileFault(error);
  } finally {
    cleanUp(lake);
    const traceless = !existsSync(manifestFile(lake));
    if (traceless && drawn !== undefined) rmSync(drawn, { force: true });
    release({ traceless });
    removeEmptyFolders(made);
  }
}

/** An engine that can reach the lake and the sources of the call. */
function openEngine({ lake, paths, memory = '4GB', threads, signal }: IngestOptions): Promise<Tables> {
  const { folders, files } = reachOf(paths);
  return openTables({ folders: [lake, ...folders], files, spill: scratchFolder(lake), memory, threads, signal });
}

/** What an ingest reads of the lake must be what was written: a batch on top of a damaged one would hide the damage. */
function checkBefore(lake: string, before: Manifest): void {
  const files = [...Object.values(before.facts).flat(), ...before.visits, ...before.exceptions, ...before.reach];
  for (const file of files) checkStored(join(lake, file.path), file);
}

function fileFault(error: unknown): unknown {
  if (error instanceof RefusedInput || error instanceof Cancelled || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOSPC') return tableProblems.refused('disk-full', {});
  if (error.code === 'EROFS') return inputProblems.refused('disk-read-only', {});
  const file = 'path' in error ? { file: String(error.path) } : {};
  return error.code === 'EACCES' || error.code === 'EPERM' ? inputProblems.refused('file-forbidden', {}, file) : error;
}

function cleanUp(lake: string): void {
  try {
    removeLeftovers(lake, readManifest(lake)?.manifest ?? emptyManifest);
  } catch {
    // A damaged manifest has been reported already.
  }
}

/** The lake with the new facts, before anything is worked out. */
function draftManifest(work: Work, gathered: Gathered, landed: readonly Landed[], batch: number): Manifest {
  const { before } = work;
  const facts: Record<string, readonly FactFile[]> = { ...before.facts };
  for (const [index, one] of landed.entries()) {
    const place = { table: one.table, batch, group: index, columns: one.columns };
    facts[one.table] = [...(facts[one.table] ?? []), ...moveFacts(work.lake, one.folder, place)];
  }
  const files = gathered.loads.map((load) => ({
    seq: load.seq,
    name: load.file,
    table: load.table,
    batch,
    hash: gathered.hashes.get(load.seq) ?? '',
    rows: load.staged.rows,
  }));
  const declaredAbsent = [...new Set([...before.declaredAbsent, ...gathered.absent])].sort();
  const key = work.keys.fingerprint;
  const { messages } = gathered;
  const stored = messages === undefined ? {} : { messages: messages.stored };
  return { ...before, ...stored, key, batch, files: [...before.files, ...(messages?.files ?? []), ...files], facts, declaredAbsent };
}

async function run(work: Work, started: number): Promise<IngestResult> {
  const { options, before, engine } = work;
  const batch = before.batch + 1;
  const gathered = await gather(engine, { options, lake: work.lake, scratch: work.scratch, before, keys: work.keys });
  if (gathered.loads.length === 0 && gathered.messages === undefined)
    return summary(work, before, { ...leftOf(gathered), tables: {}, unchanged: true, started });
  work.fault('staged');
  const landed = await landAll(work, gathered.loads, batch);
  work.fault('landed');
  const draft = draftManifest(work, gathered, landed, batch);
  work.fault('facts-moved');
  const tables = countTables(gathered.loads, landed);
  await openFacts(engine, work.lake, draft);
  await loadDictionaries(engine, work.lake, before, dictionaryNames, work.scratch);
  const built = await buildWorkingForm({ ...work, key: work.keys.key, draft, batch, progress: options.progress });
  work.fault('segments-written');
  const record = await writeBatch(work, gathered, landed, tables, batch);
  const next = nextManifest(work, draft, built, record);
  const old = new Set(storedFiles(before).map((file) => file.path));
  await syncAll(
    work.lake,
    storedFiles(next).filter((file) => !old.has(file.path)),
  );
  closeToOthers(work.lake);
  work.fault('synced');
  publish(work.lake, next, work.fault);
  const result = await summary(work, next, {
    ...leftOf(gathered),
    tables,
    unchanged: false,
    started,
    messages: gathered.messages?.account,
  });
  if (options.report !== undefined) {
    await report(work, gathered, landed, result, options.report);
    closeToOthers(work.lake);
  }
  return result;
}

function nextManifest({ published, before }: Work, draft: Manifest, built: Built, record: Batch): Manifest {
  const next = { ...draft, ...built, previous: published?.hash ?? '', batches: [...before.batches, record], retired: [] };
  return { ...next, retired: retiredPaths(before, next) };
}

/** Writes what the batch leaves for people: the rows that were not accepted, and a record. */
async function writeBatch(
  work: Work,
  gathered: Gathered,
  landed: readonly Landed[],
  tables: Readonly<Record<string, TableCounts>>,
  batch: number,
): Promise<Batch> {
  const { lake, options } = work;
  const quarantine = await writeQuarantine(work.engine, { lake, batch, landed, loads: gathered.loads, keys: work.keys });
  const hash = createHash('sha256')
    .update(JSON.stringify([...gathered.hashes.values()]))
    .digest('hex');
  const path = `batches/${batch}.json`;
  const lists = quarantine.map(({ file, rows }) => ({ file, rows }));
  const content = {
    batch,
    hash,
    purpose: options.purpose,
    tables,
    ignored: gathered.ignored,
    quarantine: lists,
    messages: gathered.messages?.account,
  };
  writeFileSync(join(lake, path), `${JSON.stringify(content, null, 2)}\n`);
  const rows = Object.values(tables).reduce((sum, one) => sum + one.rows_in, 0);
  return { id: batch, hash, rows, record: describeFile(lake, path), quarantine: quarantine.flatMap((one) => one.stored) };
}

async function report(work: Work, gathered: Gathered, landed: readonly Landed[], result: IngestResult, folder: string): Promise<void> {
  const names = new Map(gathered.loads.flatMap(sourcesOf).map(({ seq, file }) => [seq, file]));
  const split = landed.flatMap((one) =>
    one.quarantined.map((item) => ({ file: names.get(item.seq) ?? '', field: item.field, reason: item.code, rows: item.rows })),
  );
  const broken = gathered.loads.flatMap((load) =>
    load.staged.broken.length === 0 ? [] : [{ file: load.file, field: '', reason: 'broken-row' as const, rows: load.staged.broken.length }],
  );
  const { tables, states, ignored, batch } = result;
  const { engine, options } = work;
  const rules = options.rules ?? [];
  await writeQuality(
    { engine, batch, tables, states, quarantine: [...split, ...broken], ignored, proposals: gathered.proposals, rules },
    folder,
  );
}

async function landAll(work: Work, loads: readonly Load[], batch: number): Promise<Landed[]> {
  const { engine } = work;
  await engine.run('CREATE TABLE pseudonyms (raw VARCHAR, psn VARCHAR)');
  await engine.run('CREATE TABLE batch_files (seq BIGINT, name VARCHAR)');
  const sources = [...new Map(loads.flatMap(sourcesOf).map(({ seq, file }) => [seq, file]))];
  for (let start = 0; start < sources.length; start += 1000) {
    const rows = sources.slice(start, start + 1000).map(([seq, file]) => `(${seq}, ${quoted(file)})`);
    await engine.run(`INSERT INTO batch_files VALUES ${rows.join(', ')}`);
  }
  const landed: Landed[] = [];
  const total = loads.reduce((sum, load) => sum + load.staged.rows, 0);
  let done = 0;
  for (const [index, group] of groupLoads(loads).entries()) {
    const folder = join(work.scratch, `land-${batch}-${index}`);
    makeFolder(folder);
    landed.push(await land(engine, group, work.keys, folder));
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

const nothingNew = words('没有新内容：这些文件已在数据湖中', 'nothing new: these files are in the lake already');
const rowsText = ([table, { rows_in, accepted, quarantined, skipped }]: readonly [string, TableCounts]): Words =>
  words(
    `${table}：读入 ${rows_in} 行，接收 ${accepted}，隔离 ${quarantined}，跳过 ${skipped}`,
    `${table}: ${rows_in} in, ${accepted} accepted, ${quarantined} quarantined, ${skipped} skipped`,
  );
const personsText = (persons: number, batch: number): Words =>
  words(`第 ${batch} 批后共 ${persons} 人`, `${counted(persons, 'person')} in batch ${batch}`);

interface Told {
  readonly tables: Readonly<Record<string, TableCounts>>;
  readonly messages: MessageAccount | undefined;
  readonly lists: IngestResult['lists'];
}

const summaryText = ({ tables, messages, lists }: Told, persons: Words): Words[] => [
  ...(messages === undefined ? [] : accountWords(messages)),
  ...Object.entries(tables).map(rowsText),
  ...(lists === undefined ? [] : [listsText(lists)]),
  persons,
];

const listsText = ({ registered, already, refused }: NonNullable<IngestResult['lists']>): Words =>
  words(
    `名单：已登记 ${registered} 行，此前已登记 ${already}，拒收 ${refused}；用 hengjian lake answer 取回执`,
    `lists: ${registered} rows registered, ${already} already there, ${refused} refused; hengjian lake answer writes the answer`,
  );

/** How the rows of the lists of a batch are answered. */
async function listCounts({ engine }: Work, manifest: Manifest, tables: Outcome['tables']): Promise<IngestResult['lists']> {
  const counts = tables[listTable];
  if (counts === undefined) return undefined;
  const seqs = manifest.files.flatMap(({ seq, table, batch }) => (table === listTable && batch === manifest.batch ? [seq] : []));
  await answerLists(engine);
  const answered = await countAnswers(engine, seqs);
  return { ...answered, refused: answered.refused + counts.quarantined };
}
const leftOf = ({ ignored, unread }: Gathered): Pick<Outcome, 'ignored' | 'unread'> => ({
  ignored,
  unread: unread.map(({ name, sheet, why }) => ({ file: name, ...(sheet === undefined ? {} : { sheet }), why })),
});
const unreadText = ({ file, sheet, why }: UnreadPart): Words => {
  const part = sheet === undefined ? file : `${file} / ${sheet}`;
  return words(`未读：${part}：${why.zh}`, `not read: ${part}: ${why.en}`);
};

interface Outcome {
  readonly ignored: readonly string[];
  readonly unread: readonly UnreadPart[];
  readonly tables: Readonly<Record<string, TableCounts>>;
  readonly unchanged: boolean;
  readonly started: number;
  readonly messages?: MessageAccount | undefined;
}

async function summary(work: Work, manifest: Manifest, outcome: Outcome): Promise<IngestResult> {
  const { ignored, unread, tables, unchanged, started, messages } = outcome;
  const states = unchanged ? {} : await exceptionCounts(work.engine);
  const live = (count: 'persons' | 'visits' | 'lines'): number =>
    manifest.segments.reduce((sum, segment) => sum + segment[count] - (count === 'persons' ? segment.deadPersons : 0), 0);
  const persons = live('persons');
  const lists = unchanged ? undefined : await listCounts(work, manifest, tables);
  return {
    summary: [
      ...(unchanged ? [nothingNew] : summaryText({ tables, messages, lists }, personsText(persons, manifest.batch))),
      ...unread.map(unreadText),
    ],
    unchanged,
    batch: manifest.batch,
    tables,
    ignored,
    ...(messages === undefined ? {} : { messages }),
    ...(lists === undefined ? {} : { lists }),
    unread,
    states,
    persons,
    visits: live('visits'),
    lines: live('lines'),
    seconds: Math.round(performance.now() - started) / 1000,
  };
}
