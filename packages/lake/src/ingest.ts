import { join, relative } from 'node:path';
import { plainName } from '@hengjian/sources';
import { blanked, counted, dictionary, makeFolder, tableOf, type Words, words } from '@hengjian/standard';
import { quoted } from '@hengjian/table';
import {
  type Attention,
  attentionOf,
  balanceFiles,
  balanceTables,
  balanceText,
  type FileBalance,
  placeOfPart,
  type UnreadColumns,
  unreadColumnsTexts,
} from './balance.ts';
import { exceptionCounts } from './build.ts';
import { carriedFields, readCarriage } from './carriage.ts';
import { changeLake, hashOf, publishChange, type Work, workOut } from './change-lake.ts';
import { sourceName } from './engine-names.ts';
import { type Gathered, gather } from './gather.ts';
import { type Estimate, estimatedFields, estimatesInUse, estimateWords } from './institution.ts';
import { groupLoads, type Landed, type Load, land, sourcesOf } from './land.ts';
import { answerLists, countAnswers, listTable } from './lists.ts';
import { absentTables, type FactFile, type Manifest } from './manifest.ts';
import { accountWords, type MessageAccount, messagesAttention } from './messages.ts';
import { closeToOthers, moveFacts } from './publish-files.ts';
import { writeQuality } from './quality/measure.ts';
import { commonestRefusals, type QuarantineFile, writeQuarantine } from './quarantine.ts';
import { readAgain } from './read-again.ts';
import { partColumn } from './split.ts';
import type { IngestOptions, IngestResult, TableCounts, UnreadPart } from './types.ts';
import { makeWithheld } from './withheld.ts';

interface IngestWork extends Work {
  readonly options: IngestOptions;
}

/**
 * Reads source files into a lake and publishes the new state at once. Throws RefusedInput when a whole file cannot be
 * accepted, or when the lake or its key is not what it was (nothing is published), and Cancelled when the signal fires.
 */
export async function ingest(options: IngestOptions): Promise<IngestResult> {
  const started = performance.now();
  return changeLake(options, (work) => run({ ...work, options }, started));
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
    content: gathered.contents.get(load.seq) ?? '',
    rows: load.staged.rows,
  }));
  const declaredAbsent = [...new Set([...before.declaredAbsent, ...gathered.absent])].sort();
  const key = work.keys.fingerprint;
  const estimated = withEstimates(before.estimated ?? [], gathered);
  const assumed = estimated.length === 0 ? {} : { estimated };
  const { messages } = gathered;
  const stored = messages === undefined ? {} : { messages: messages.stored };
  const all = [...before.files, ...(messages?.files ?? []), ...files];
  return { ...before, ...stored, key, batch, files: all, facts, declaredAbsent, ...assumed };
}

const placeOf = ({ field, institution }: Estimate): string => `${field}|${institution}`;

/**
 * What is assumed in a lake: a later batch says anew what it assumes of an institution. A share of the fund is no value of
 * any row, so one that its mapping no longer names is gone.
 */
const withEstimates = (before: readonly Estimate[], { estimates, assumedOf }: Gathered): readonly Estimate[] => [
  ...before.filter(
    (one) =>
      !estimates.some((other) => placeOf(other) === placeOf(one)) && !(one.field === estimatedFields.fund && one.institution === assumedOf),
  ),
  ...estimates,
];

/** What is assumed in a lake and used. */
function usedEstimates(lake: string, { estimated = [], carriage }: Manifest): readonly Estimate[] {
  if (estimated.length === 0) return estimated;
  const carried = readCarriage(lake, carriage);
  return estimatesInUse(estimated, carried === undefined ? undefined : carriedFields(carried));
}

async function run(work: IngestWork, started: number): Promise<IngestResult> {
  const { options, before, engine } = work;
  const batch = before.batch + 1;
  const found = await gather(engine, { options, lake: work.lake, scratch: work.scratch, before, keys: work.keys });
  const isEmpty = found.loads.length === 0 && found.messages === undefined;
  if (isEmpty) return summary(work, before, { ...leftOf(found), ...nothing, started });
  work.fault('staged');
  const { landed, loads } = await landAll(work, found.loads, batch);
  const gathered = { ...found, loads };
  work.fault('landed');
  const change = readAgain(work, draftManifest(work, gathered, landed, batch));
  work.fault('facts-moved');
  const built = await workOut(work, change);
  const files = await balanceFiles(engine, gathered.loads, landed);
  const tables = balanceTables(files);
  const quarantine = await writeQuarantine(engine, { lake: work.lake, batch, landed, loads: gathered.loads, keys: work.keys });
  const next = await publishChange(work, change.draft, built, {
    hash: hashOf([...gathered.hashes.values()]),
    rows: Object.values(tables).reduce((sum, one) => sum + one.rows_in, 0),
    content: recordOf(work, gathered, quarantine, tables),
    quarantine: quarantine.flatMap((one) => one.stored),
  });
  const account = gathered.messages?.account;
  const ofMessages = account === undefined ? undefined : messagesAttention(account);
  const ofTables = await attentionTo(work, gathered.loads, landed, tables);
  const attention = ofMessages === undefined ? ofTables : [...ofTables, ofMessages];
  const told = { messages: account, lists: await listCounts(work, next, tables) };
  const outcome = { ...leftOf(gathered), ...told, files, tables, attention, unchanged: false, started };
  const result = await summary(work, next, outcome);
  if (options.report !== undefined) {
    await report(work, { gathered, landed, result, next, files: quarantine }, options.report);
    closeToOthers(work.lake);
  }
  return result;
}

const nothing = { files: [], tables: {}, attention: [], unchanged: true } as const;

const recordOf = (
  { options }: IngestWork,
  { ignored, identical, messages }: Gathered,
  quarantine: readonly QuarantineFile[],
  tables: Readonly<Record<string, TableCounts>>,
): Readonly<Record<string, unknown>> => ({
  purpose: options.purpose,
  tables,
  ignored,
  identical,
  messages: messages?.account,
  quarantine: quarantine.map(({ file, rows }) => ({ file, rows })),
});

/** Tables that cannot be used as they came, with the commonest reasons. */
async function attentionTo(
  { engine, keys }: Work,
  loads: readonly Load[],
  landed: readonly Landed[],
  tables: Readonly<Record<string, TableCounts>>,
): Promise<Attention[]> {
  const out: Attention[] = [];
  for (const [table, counts] of Object.entries(tables)) {
    const why = attentionOf(counts);
    if (why === undefined) continue;
    const says = words(`${table}：${why.zh}`, `${table}: ${why.en}`);
    out.push({ table, why, says, refusals: await commonestRefusals(engine, { table, loads, landed, keys }) });
  }
  return out;
}

interface Reported {
  readonly gathered: Gathered;
  readonly landed: readonly Landed[];
  readonly result: IngestResult;
  readonly next: Manifest;
  readonly files: readonly QuarantineFile[];
}

async function report(work: IngestWork, { gathered, landed, result, next, files }: Reported, folder: string): Promise<void> {
  const names = new Map(gathered.loads.flatMap(sourcesOf).map(({ seq, file }) => [seq, file]));
  const split = landed.flatMap((one) =>
    one.quarantined.map((item) => ({
      table: one.table,
      file: names.get(item.seq) ?? '',
      field: item.field,
      reason: item.code,
      rows: item.rows,
    })),
  );
  const broken = gathered.loads.flatMap((load) =>
    load.staged.broken.length === 0
      ? []
      : [{ table: load.table, file: load.file, field: '', reason: 'broken-row' as const, rows: load.staged.broken.length }],
  );
  const { engine, options } = work;
  const rules = options.rules ?? [];
  const quarantine = [...split, ...broken];
  const delivered = { carried: readCarriage(work.lake, next.carriage) ?? [], absent: absentTables(next) };
  const quarantine_files = files.flatMap(({ stored }) => stored.map(({ path }) => relative(folder, join(work.lake, path))));
  const { proposals, loads } = gathered;
  const estimated = usedEstimates(work.lake, next);
  await writeQuality({ engine, result, loads, quarantine, quarantine_files, proposals, estimated, rules, ...delivered }, folder);
}

async function landAll(
  work: IngestWork,
  loads: readonly Load[],
  batch: number,
): Promise<{ readonly landed: readonly Landed[]; readonly loads: readonly Load[] }> {
  const { engine } = work;
  await engine.run('CREATE TABLE pseudonyms (raw VARCHAR, psn VARCHAR)');
  await engine.run('CREATE TABLE batch_files (seq BIGINT, name VARCHAR)');
  await makeWithheld(engine);
  const sources = loads.flatMap(sourcesOf);
  for (let start = 0; start < sources.length; start += 1000) {
    const names = sources.slice(start, start + 1000).map(({ seq, file }) => `(${seq}, ${quoted(file)})`);
    await engine.run(`INSERT INTO batch_files VALUES ${names.join(', ')}`);
  }
  const landed: Landed[] = [];
  const read = new Map<number, Load>();
  const total = loads.reduce((sum, load) => sum + load.staged.rows, 0);
  let done = 0;
  for (const [index, group] of groupLoads(loads).entries()) {
    const folder = join(work.scratch, `land-${batch}-${index}`);
    makeFolder(folder);
    const one = await land(engine, group, work.keys, folder);
    landed.push(one);
    for (const load of group.loads) read.set(load.seq, { ...load, plans: one.plans });
    done += group.loads.reduce((sum, load) => sum + load.staged.rows, 0);
    work.options.progress?.({ phase: 'land', done, total, unit: 'rows' });
    work.fault(`landed-${group.table}`);
  }
  return { landed, loads: loads.map((load) => read.get(load.seq) ?? load) };
}

const nothingNew = words('没有新内容：这些文件已在数据湖中', 'nothing new: these files are in the lake already');
const personsText = (persons: number, batch: number): Words =>
  words(`第 ${batch} 批后共 ${persons} 人`, `${counted(persons, 'person')} in batch ${batch}`);

type Left = Pick<IngestResult, 'ignored' | 'unread' | 'identical' | 'unread_columns'>;

const isRead = ({ table, plans }: Load, column: string): boolean =>
  tableOf(table).fields.has(plainName(column)) ||
  plans.some(({ from, origin = from, columns = [] }) =>
    [origin, ...columns].some((one) => one.includes(`"${column.replaceAll('"', '""')}"`)),
  );

/** Columns of the sources that no field of any table is filled from. */
function unreadColumns(loads: readonly Load[]): UnreadColumns[] {
  const files = loads.filter(({ sources }) => sources === undefined);
  const parts = Map.groupBy(files, ({ file, staged }) => `${file}\u0000${staged.sheet ?? ''}`);
  return [...parts.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const all = [...new Set(same.flatMap(({ staged }) => staged.columns))];
    const columns = all.filter((column) => column !== partColumn && !same.some((load) => isRead(load, column)));
    const place = placeOfPart(first.file, first.staged.sheet);
    return columns.length === 0 ? [] : [{ ...place, columns: columns.map((column) => blanked(sourceName(column))) }];
  });
}

const leftOf = ({ ignored, unread, identical, loads }: Gathered): Left => ({
  ignored,
  unread: unread.map(({ name, sheet, ...rest }) => ({ file: name, ...(sheet === undefined ? {} : { sheet: blanked(sheet) }), ...rest })),
  identical,
  unread_columns: unreadColumns(loads),
});
const unreadText = ({ file, sheet, why }: UnreadPart): Words => {
  const part = sheet === undefined ? file : `${file} / ${sheet}`;
  return words(`未读：${part}：${why.zh}`, `not read: ${part}: ${why.en}`);
};
const identicalText = ({ file, as, rows }: IngestResult['identical'][number]): Words =>
  words(
    `重复文件：${file} 与 ${as} 内容相同（${rows} 行），不再读入`,
    `the same file: ${file} holds what ${as} holds (${counted(rows, 'row')}) and is not read again`,
  );

interface Outcome extends Left {
  readonly files: readonly FileBalance[];
  readonly tables: Readonly<Record<string, TableCounts>>;
  readonly attention: readonly Attention[];
  readonly unchanged: boolean;
  readonly started: number;
  readonly messages?: MessageAccount | undefined;
  readonly lists?: IngestResult['lists'];
}

/** Names so many files one by one; of more only their tables are told. */
const fewFiles = 12;

/** Lines of the balance: by table, and by file where that says more. */
function balanceLines({ files, tables }: Outcome): Words[] {
  const byFile = files.length > Object.keys(tables).length && files.length <= fewFiles;
  return Object.entries(tables).flatMap(([table, counts]) => {
    const own = files.filter((file) => file.table === table);
    const parts = byFile && own.length > 1 ? own : [];
    const place = ({ file, sheet }: FileBalance): string => `  ${sheet === undefined ? file : `${file} / ${sheet}`}`;
    const name = dictionary.tables.get(table)?.name_zh;
    const label = name === undefined ? table : words(`${name} ${table}`, table);
    return [balanceText(label, counts), ...parts.map((one) => balanceText(place(one), one))];
  });
}

const listsText = ({ registered, already, refused }: NonNullable<IngestResult['lists']>): Words =>
  words(
    `名单：已登记 ${registered} 行，此前已登记 ${already}，拒收 ${refused}；用 hengjian lake answer 取回执`,
    `lists: ${registered} rows registered, ${already} already there, ${refused} refused; hengjian lake answer writes the answer`,
  );

/** Lines of the messages and lists of a batch. */
const toldLines = ({ messages, lists }: Outcome): Words[] => [
  ...(messages === undefined ? [] : accountWords(messages)),
  ...(lists === undefined ? [] : [listsText(lists)]),
];

/** How the rows of the lists of a batch are answered. */
async function listCounts({ engine }: Work, manifest: Manifest, tables: Outcome['tables']): Promise<IngestResult['lists']> {
  const counts = tables[listTable];
  if (counts === undefined) return undefined;
  const seqs = manifest.files.flatMap(({ seq, table, batch }) => (table === listTable && batch === manifest.batch ? [seq] : []));
  await answerLists(engine, manifest);
  const answered = await countAnswers(engine, seqs);
  return { ...answered, refused: answered.refused + counts.quarantined };
}

async function summary(work: Work, manifest: Manifest, outcome: Outcome): Promise<IngestResult> {
  const { unread, identical, unread_columns, unchanged, started } = outcome;
  const states = unchanged ? {} : await exceptionCounts(work.engine, manifest);
  const live = (count: 'persons' | 'visits' | 'lines'): number =>
    manifest.segments.reduce((sum, segment) => sum + segment[count] - (count === 'persons' ? segment.deadPersons : 0), 0);
  const persons = live('persons');
  const { ignored, files, tables, attention } = outcome;
  return {
    summary: [
      ...(unchanged ? [nothingNew] : [...balanceLines(outcome), ...toldLines(outcome)]),
      ...(unchanged || work.options.passing === true ? [] : [personsText(persons, manifest.batch)]),
      ...usedEstimates(work.lake, manifest).map(estimateWords),
      ...identical.map(identicalText),
      ...unread.map(unreadText),
      ...unreadColumnsTexts(unread_columns),
    ],
    ...{ unchanged, batch: manifest.batch, tables, files, attention, ignored, unread, identical, unread_columns, states, persons },
    ...(outcome.messages === undefined ? {} : { messages: outcome.messages }),
    ...(outcome.lists === undefined ? {} : { lists: outcome.lists }),
    visits: live('visits'),
    lines: live('lines'),
    seconds: Math.round(performance.now() - started) / 1000,
  };
}
