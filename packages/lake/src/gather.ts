import { createHash } from 'node:crypto';
import { holdsMessages } from '@hengjian/messages';
import { readSource, sourceProblems, type Unread } from '@hengjian/sources';
import { RefusedInput, tableOf, words } from '@hengjian/standard';
import type { Tables } from '@hengjian/table';
import { type Discovery, discover, type FoundFile, hashFile, tableByName } from './files.ts';
import type { Load } from './land.ts';
import { withListChecks } from './lists.ts';
import type { Manifest } from './manifest.ts';
import { mappedLoads } from './mapped.ts';
import { type Mapping, readMapping } from './mapping.ts';
import { type TakenMessages, takeMessages } from './messages.ts';
import { defaultPersonKeys, nationalPlan } from './plan.ts';
import { lakeProblems } from './problems.ts';
import type { PersonKeys } from './pseudonym.ts';
import { type Staged, type StagedFile, stage } from './stage.ts';
import type { IngestOptions } from './types.ts';

export interface Gathered {
  readonly loads: readonly Load[];
  readonly hashes: ReadonlyMap<number, string>;
  readonly ignored: readonly string[];
  /** Files, members of archives and sheets that hold something and were not read. */
  readonly unread: readonly Unread[];
  readonly absent: readonly string[];
  /** Unconfirmed crosswalk proposals, by crosswalk. */
  readonly proposals: Readonly<Record<string, number>>;
  /** What messages of the interface among the files brought. */
  readonly messages: TakenMessages | undefined;
}

interface GatherInput {
  readonly options: IngestOptions;
  readonly lake: string;
  readonly scratch: string;
  readonly before: Manifest;
  readonly keys: PersonKeys;
}

const lastSeq = (before: Manifest): number => before.files.reduce((max, file) => Math.max(max, file.seq), 0);

const isMessages = (file: FoundFile): boolean => file.kind === 'json' && holdsMessages(file.path);

/** Takes the messages of some files; the numbers of their files follow `firstSeq`. */
const gatherMessages = (
  engine: Tables,
  { options, ...input }: GatherInput,
  files: readonly FoundFile[],
  firstSeq: number,
): Promise<TakenMessages | undefined> => takeMessages(files, { engine, ...input, firstSeq, signal: options.signal });

/** A table of a file, or the first of a file or one of its sheets. */
interface Named {
  readonly file: FoundFile;
  readonly table: string;
  readonly sheet?: string;
}

/** Finds, hashes and stages the files of a batch that are new to the lake. */
export async function gather(engine: Tables, input: GatherInput): Promise<Gathered> {
  const { options, scratch } = input;
  const mapping = options.mapping === undefined ? undefined : readMapping(options.mapping);
  const found = await discover(options.paths, scratch, options.signal);
  return mapping === undefined ? gatherNational(engine, input, found) : gatherMapped(engine, input, mapping, found);
}

/** Sheets of a workbook that are called after national tables. */
async function nationalSheets(file: FoundFile, { options, scratch }: GatherInput): Promise<Named[]> {
  const { tables, unread } = await readSource(file, {}, { folder: `${scratch}/sources`, signal: options.signal });
  return [...tables, ...unread].flatMap(({ sheet = '' }) => {
    const table = tableByName(sheet);
    return table === undefined ? [] : [{ file, table, sheet }];
  });
}

/** The national tables among the files, and those that are none. */
async function namedTables(
  found: Discovery,
  input: GatherInput,
): Promise<{ named: readonly Named[]; unnamed: readonly string[]; messages: readonly FoundFile[]; unread: readonly Unread[] }> {
  const [named, unnamed, messages, unread]: [Named[], string[], FoundFile[], Unread[]] = [[], [], [], [...found.unread]];
  for (const file of found.files) {
    const { table, kind, name } = file;
    try {
      const sheets = kind === 'sheet' ? await nationalSheets(file, input) : [];
      if (sheets.length > 0) named.push(...sheets);
      else if (table === undefined && isMessages(file)) messages.push(file);
      else if (table === undefined) unnamed.push(name);
      else named.push({ file, table });
    } catch (error) {
      if (!(error instanceof RefusedInput) || table !== undefined) throw error;
      unnamed.push(name);
      unread.push({ name, why: error.problems[0]?.message ?? words('无法读取', 'it cannot be read') });
    }
  }
  return { named, unnamed, messages, unread };
}

/** Why a delivery holds no table: no file is called after one, or the files that are cannot be read. */
function noTable(options: IngestOptions, unread: readonly Unread[]): RefusedInput {
  const causes = unread.map(({ name, why }) => sourceProblems.problem('file-unread', { why }, { file: name }));
  const unnamed = lakeProblems.problem('files-unnamed', {}, { file: options.paths.join(', ') });
  return new RefusedInput(causes.length > 0 ? causes : unnamed);
}

const requiredNames = (table: string): string[] =>
  [...tableOf(table).fields.values()].flatMap((field) => (field.nullable ? [] : [field.name]));

/** What a load of a table is called: its file, with the sheet where that has several tables. */
const loadName = (staged: Staged, several: boolean): string =>
  several && staged.sheet !== undefined ? `${staged.file}/${staged.sheet}` : staged.file;

async function gatherNational(engine: Tables, input: GatherInput, found: Discovery): Promise<Gathered> {
  const { options, before, scratch } = input;
  const known = new Set(before.files.map((file) => file.hash));
  let seq = lastSeq(before);
  const loads: Load[] = [];
  const hashes = new Map<number, string>();
  const { named, unnamed, messages: others, unread: open } = await namedTables(found, input);
  const unread = [...open];
  if (named.length === 0 && others.length === 0) throw noTable(options, unread);
  // A file is hashed while the one before it is copied.
  const hashOf = (index: number): Promise<string> => {
    const path = named[index]?.file.path;
    const work = path === undefined ? Promise.resolve('') : hashFile(path, options.signal);
    work.catch(() => undefined);
    return work;
  };
  let next = hashOf(0);
  const number = (): number => {
    seq += 1;
    return seq;
  };
  const read = new Set(named.map(({ file, sheet = '' }) => `${file.name}|${sheet}`));
  for (const [index, { file, table, sheet }] of named.entries()) {
    const content = await next;
    next = hashOf(index + 1);
    const hash = createHash('sha256')
      .update([content, table, file.name, ...(sheet === undefined ? [] : [sheet]), 'national'].join('|'))
      .digest('hex');
    if (known.has(hash)) continue;
    const layout = sheet === undefined ? {} : { sheet };
    const wanted = requiredNames(table);
    const { tables, unread: left }: StagedFile = await stage({ engine, file, layout, wanted, scratch, number, signal: options.signal });
    unread.push(...left.filter((one) => !read.has(`${one.name}|${one.sheet ?? ''}`)));
    for (const staged of tables) {
      const plans = nationalPlan(file, table, staged);
      const name = loadName(staged, sheet !== undefined);
      loads.push({ table, staged, seq: staged.number, file: name, plans, meaning: {}, personKeys: defaultPersonKeys });
      hashes.set(staged.number, hash);
    }
    options.progress?.({ phase: 'read', done: index + 1, total: named.length, unit: 'files' });
  }
  const messages = await gatherMessages(engine, input, others, seq);
  const left = distinct(unread);
  return withMessages({ loads, hashes, ignored: [...found.ignored, ...unnamed], unread: left, absent: [], proposals: {} }, messages);
}

const distinct = (unread: readonly Unread[]): readonly Unread[] => [
  ...new Map(unread.map((one) => [`${one.name}|${one.sheet ?? ''}`, one])).values(),
];

function withMessages(gathered: Omit<Gathered, 'messages'>, messages: TakenMessages | undefined): Gathered {
  const content = messages?.files.map(({ hash }) => hash).join('|') ?? '';
  const own = (messages?.loads ?? []).map(({ seq, table }): [number, string] => [
    seq,
    createHash('sha256').update(`${content}|${table}`).digest('hex'),
  ]);
  const hashes = new Map([...gathered.hashes, ...own]);
  return { ...gathered, loads: [...gathered.loads.map(withListChecks), ...(messages?.loads ?? [])], hashes, messages };
}

async function gatherMapped(engine: Tables, input: GatherInput, mapping: Mapping, found: Discovery): Promise<Gathered> {
  const { options, before, scratch } = input;
  const firstSeq = lastSeq(before);
  const known = new Set(before.files.map((file) => file.hash));
  const { loads, hashes, used, unread, readSheets } = await mappedLoads({
    engine,
    mapping,
    files: found.files,
    scratch,
    known,
    firstSeq,
    signal: options.signal,
    memory: options.memory ?? '4GB',
    threads: options.threads,
  });
  const others = found.files.filter((file) => !used.has(file.name));
  const next = loads.reduce((max, load) => Math.max(max, load.seq), firstSeq);
  const messages = await gatherMessages(engine, input, others.filter(isMessages), next);
  const unused = others.filter((file) => !isMessages(file)).map((file) => file.name);
  const proposals = Object.fromEntries(mapping.crosswalks.map((one) => [one.name, one.proposals]));
  const left = distinct([...found.unread, ...unread]).filter(({ name, sheet = '' }) => !readSheets.has(`${name}|${sheet}`));
  const ignored = [...found.ignored, ...unused];
  return withMessages({ loads, hashes, ignored, unread: left, absent: mapping.absent, proposals }, messages);
}
