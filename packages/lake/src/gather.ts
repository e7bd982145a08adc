import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { type Layout, mayHoldTables, plainName, readSource, type SourceTables, sourceProblems, type Unread } from '@hengjian/sources';
import { blanked, calibrationFile, RefusedInput, tableOf, words } from '@hengjian/standard';
import type { Tables } from '@hengjian/table';
import { ahead } from './ahead.ts';
import { keptFields } from './facts.ts';
import { type Discovery, discover, type FoundFile, hashFile, isMessages, tableByName } from './files.ts';
import { withoutNumbers } from './free-text.ts';
import type { Estimate } from './institution.ts';
import type { Load } from './land.ts';
import { withListChecks } from './lists.ts';
import type { Manifest } from './manifest.ts';
import { mappedLoads, matching, type NotRead, noEntry } from './mapped.ts';
import { type Mapping, readMapping } from './mapping.ts';
import { type TakenMessages, takeMessages } from './messages.ts';
import { defaultPersonKeys, nationalPlan } from './plan.ts';
import { lakeProblems } from './problems.ts';
import type { PersonKeys } from './pseudonym.ts';
import { type IdenticalFile, Readings } from './readings.ts';
import { nationalRoles } from './roles.ts';
import { readAhead, type Staged, type StagedFile, stage } from './stage.ts';
import { inCalendar1904 } from './typed.ts';
import type { IngestOptions } from './types.ts';

export interface Gathered {
  readonly loads: readonly Load[];
  /** What identifies each load: content, table and mapping. */
  readonly hashes: ReadonlyMap<number, string>;
  /** Hash of the content of the file of each load. */
  readonly contents: ReadonlyMap<number, string>;
  /** Files with the content of another one of the lake or the delivery. */
  readonly identical: readonly IdenticalFile[];
  readonly ignored: readonly string[];
  /** Files, members of archives and sheets that hold something and were not read. */
  readonly unread: readonly NotRead[];
  readonly absent: readonly string[];
  /** Unconfirmed crosswalk proposals, by crosswalk. */
  readonly proposals: Readonly<Record<string, number>>;
  /** Values that the mapping assumes. */
  readonly estimates: readonly Estimate[];
  /** The institution of whose lines the mapping says what is assumed. */
  readonly assumedOf: string | undefined;
  /** What messages of the interface among the files brought. */
  readonly messages: TakenMessages | undefined;
}

interface Input {
  readonly options: IngestOptions;
  readonly lake: string;
  readonly scratch: string;
  readonly before: Manifest;
  readonly keys: PersonKeys;
}

/** Adds the messages of some files, whose numbers follow `firstSeq`, to what else was gathered. */
async function withMessages(
  engine: Tables,
  { options, ...input }: Input,
  { files, firstSeq }: { readonly files: readonly FoundFile[]; readonly firstSeq: number },
  gathered: Omit<Gathered, 'messages'>,
): Promise<Gathered> {
  const messages = await takeMessages(files, { engine, ...input, firstSeq, signal: options.signal });
  const content = messages?.files.map(({ hash }) => hash).join('|') ?? '';
  const own = messages?.loads ?? [];
  const hashes = own.map(({ seq, table }): [number, string] => [seq, createHash('sha256').update(`${content}|${table}`).digest('hex')]);
  const loads = [...gathered.loads.map(withListChecks).map(withoutNumbers), ...own];
  return { ...gathered, loads, hashes: new Map([...gathered.hashes, ...hashes]), messages };
}

/** A file that is called after a national table, or that has sheets which are. */
interface Named {
  readonly file: FoundFile;
  readonly table: string;
}

/** Finds, hashes and stages the files of a batch that are new to the lake. */
export async function gather(engine: Tables, input: Input): Promise<Gathered> {
  const { options, scratch } = input;
  const mapping = options.mapping === undefined ? undefined : readMapping(options.mapping);
  const found = await discover(options.paths, scratch, options.signal);
  if (mapping === undefined) return gatherNational(engine, input, found);
  if (mapping.use === 'grouping' && options.passing !== true)
    throw lakeProblems.refused('mapping-grouping-only', {}, { file: basename(mapping.file), field: 'use' });
  return gatherMapped(engine, input, options.passing === true ? filesThere(mapping, found.files) : mapping, found);
}

/** What of a mapping can be read from these files. Nobody waits for settlements that are not among them. */
function filesThere(mapping: Mapping, files: readonly FoundFile[]): Mapping {
  const isThere = (patterns: readonly string[]): boolean => matching(files, patterns).length > 0;
  const sources = Object.values(mapping.sources);
  const tables = mapping.tables.filter(({ query, files: own }) =>
    query === undefined ? isThere(own) : sources.every((one) => isThere(one.files)),
  );
  const isSettled = tables.some(({ table }) => table === 'setl_d');
  const absent = isSettled ? mapping.absent : [...new Set([...mapping.absent, 'setl_d'])];
  // A mapping of which nothing is there is refused as it stands.
  return tables.length === 0 ? mapping : { ...mapping, tables, absent };
}

/** Sheets that are called after national tables. */
const nationalSheets = (parts: readonly { readonly sheet?: string }[]): { readonly table: string; readonly sheet: string }[] =>
  parts.flatMap(({ sheet = '' }) => {
    const table = tableByName(sheet);
    return table === undefined ? [] : [{ table, sheet }];
  });

/** The national table of a workbook whose own name says none. */
async function tableOfSheets(file: FoundFile, { options, scratch }: Input): Promise<string | undefined> {
  const { tables, unread } = await readSource(file, {}, { folder: join(scratch, 'sources'), signal: options.signal });
  return nationalSheets([...tables, ...unread])[0]?.table;
}

const notNamed = words(
  '文件名不是国家标准表名，未读；请改名（如 fee_list_d-2025-01.csv）或用 --mapping 指明',
  'it is not called after a national table and was not read; rename it (fee_list_d-2025-01.csv) or name it in a mapping',
);

interface NamedFiles {
  readonly named: readonly Named[];
  readonly unnamed: readonly string[];
  readonly messages: readonly FoundFile[];
  readonly unread: readonly Unread[];
}

/** The national tables among the files, and those that are none. */
async function namedFiles(found: Discovery, input: Input): Promise<NamedFiles> {
  const [named, unnamed, messages, unread]: [Named[], string[], FoundFile[], Unread[]] = [[], [], [], [...found.unread]];
  for (const file of found.files) {
    try {
      const table = file.table ?? (file.kind === 'sheet' ? await tableOfSheets(file, input) : undefined);
      if (table === undefined && isMessages(file)) messages.push(file);
      else if (table === undefined) unnamed.push(file.name);
      else named.push({ file, table });
    } catch (error) {
      if (!(error instanceof RefusedInput)) throw error;
      unnamed.push(file.name);
      unread.push({ name: file.name, why: error.problems[0]?.message ?? words('无法读取', 'it cannot be read') });
    }
  }
  return { named, unnamed, messages, unread };
}

/** Why a delivery holds no table: no file is called after one, or those that might be one cannot be read. */
function noTable(options: IngestOptions, unread: readonly Unread[]): RefusedInput {
  const telling = unread.filter(({ name }) => mayHoldTables(name) || tableByName(name) !== undefined);
  const causes = telling.map(({ name, why }) => sourceProblems.problem('file-unread', { why }, { file: name }));
  const unnamed = lakeProblems.problem('files-unnamed', {}, { file: options.paths.join(', ') });
  return new RefusedInput(causes.length > 0 ? causes : unnamed);
}

const requiredNames = (table: string): string[] =>
  [...tableOf(table).fields.values()].flatMap((field) => (field.nullable ? [] : [field.name]));

/** Tells which columns of a file that is called after a table fill a field that is kept. */
const readsOf = (table: string): ((column: string) => boolean) => {
  const kept = new Set(keptFields(table));
  return (column) => kept.has(plainName(column));
};

interface NationalTable {
  readonly table: string;
  /** What its load is called: the file, with the sheet where that has a table of its own. */
  readonly name: string;
  readonly staged: Staged;
}

/** The tables of a file: that of its name, or those of its sheets when they are called after tables. */
async function nationalTables(
  { file, table }: Named,
  read: (layout: Layout, table: string, source?: SourceTables) => Promise<StagedFile>,
  source: SourceTables | undefined,
): Promise<{ readonly tables: readonly NationalTable[]; readonly unread: readonly Unread[] }> {
  const first = await read({}, table, source);
  const sheets = nationalSheets([...first.tables, ...first.unread]);
  if (sheets.length === 0) return { tables: first.tables.map((staged) => ({ table, name: file.name, staged })), unread: first.unread };
  const tables: NationalTable[] = [];
  let { unread } = first;
  for (const one of sheets) {
    const staged = await read({ sheet: one.sheet }, one.table);
    tables.push(...staged.tables.map((part) => ({ table: one.table, name: `${file.name}/${blanked(one.sheet)}`, staged: part })));
    unread = staged.unread;
  }
  return { tables, unread: unread.filter(({ sheet }) => !sheets.some((one) => one.sheet === sheet)) };
}

async function gatherNational(engine: Tables, input: Input, found: Discovery): Promise<Gathered> {
  const { options, before, scratch } = input;
  const readings = new Readings(before);
  const contents = new Map<number, string>();
  let seq = before.files.reduce((max, file) => Math.max(max, file.seq), 0);
  const loads: Load[] = [];
  const hashes = new Map<number, string>();
  const { named, unnamed, messages, unread: open } = await namedFiles(found, input);
  const unread = [...open];
  if (named.length === 0 && messages.length === 0) throw noTable(options, unread);
  const told = new Set(unread.map(({ name }) => name));
  const silent = unnamed.filter((name) => !told.has(name) && basename(name) !== calibrationFile);
  unread.push(...silent.map((name) => ({ name, why: notNamed })));
  const number = (): number => {
    seq += 1;
    return seq;
  };
  const jobOf = ({ file }: Named, table: string, layout: Layout) =>
    ({ file, layout, wanted: requiredNames(table), scratch, signal: options.signal }) as const;
  // A file is hashed and read while the one before it is copied.
  const prepare = async (one: Named, index: number) => {
    const content = await hashFile(one.file.path, options.signal);
    const hash = createHash('sha256').update(`${content}|${one.table}|national`).digest('hex');
    const source = readings.knows(hash) ? undefined : await readAhead({ ...jobOf(one, one.table, {}), prefix: `${index}-` });
    return { content, hash, source };
  };
  for await (const { item, index, prepared } of ahead(named, prepare)) {
    const { file } = item;
    const { content, hash } = prepared;
    if (readings.has(hash, file.name)) continue;
    const read = (layout: Layout, table: string, source?: SourceTables): Promise<StagedFile> =>
      stage({ ...jobOf(item, table, layout), engine, reads: readsOf(table), roles: nationalRoles(table), number, source });
    const { tables, unread: left } = await nationalTables(item, read, prepared.source);
    unread.push(...left);
    for (const { table, name, staged } of tables) {
      const given = nationalPlan(file, table, staged);
      const plans = staged.calendar1904 === true ? inCalendar1904(table, given) : given;
      loads.push({ table, staged, seq: staged.number, file: name, plans, meaning: {}, personKeys: defaultPersonKeys });
      hashes.set(staged.number, hash);
      contents.set(staged.number, content);
      readings.add(hash, file.name, staged.rows);
    }
    options.progress?.({ phase: 'read', done: index + 1, total: named.length, unit: 'files' });
  }
  const ignored = [...found.ignored, ...unnamed];
  const gathered = {
    loads,
    hashes,
    contents,
    identical: readings.identical,
    ignored,
    unread: distinct(unread),
    absent: [],
    proposals: {},
    estimates: [],
    assumedOf: undefined,
  };
  return withMessages(engine, input, { files: messages, firstSeq: seq }, gathered);
}

const distinct = (unread: readonly NotRead[]): readonly NotRead[] => [
  ...new Map(unread.map((one) => [`${one.name}|${one.sheet ?? ''}`, one])).values(),
];

async function gatherMapped(engine: Tables, input: Input, mapping: Mapping, found: Discovery): Promise<Gathered> {
  const { options, before, scratch } = input;
  const firstSeq = before.files.reduce((max, file) => Math.max(max, file.seq), 0);
  const readings = new Readings(before);
  const { loads, hashes, contents, used, unread, readSheets } = await mappedLoads({
    engine,
    mapping,
    files: found.files,
    scratch,
    readings,
    firstSeq,
    signal: options.signal,
    memory: options.memory ?? '4GB',
    threads: options.threads,
  });
  const others = found.files.filter((file) => !used.has(file.name));
  const unused = others.filter((file) => !isMessages(file)).map((file) => file.name);
  const proposals = Object.fromEntries(mapping.crosswalks.map((one) => [one.name, one.proposals]));
  const silent = unused.filter((name) => basename(name) !== calibrationFile).map((name) => ({ name, why: noEntry }));
  const left = distinct([...found.unread, ...silent, ...unread]).filter(({ name, sheet = '' }) => !readSheets.has(`${name}|${sheet}`));
  const ignored = [...found.ignored, ...unused];
  const { absent, estimates } = mapping;
  const assumedOf = mapping.tables.some(({ table }) => table === 'fee_list_d') ? mapping.institution?.code : undefined;
  const assumed = { estimates, assumedOf };
  const gathered = { loads, hashes, contents, identical: readings.identical, ignored, unread: left, absent, proposals, ...assumed };
  const next = loads.reduce((max, load) => Math.max(max, load.seq), firstSeq);
  return withMessages(engine, input, { files: others.filter(isMessages), firstSeq: next }, gathered);
}
