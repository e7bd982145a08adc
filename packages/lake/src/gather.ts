import { createHash } from 'node:crypto';
import { holdsMessages } from '@hengjian/messages';
import type { Tables } from '@hengjian/table';
import { type Discovery, discover, type FoundFile, hashFile } from './files.ts';
import type { Load } from './land.ts';
import { withListChecks } from './lists.ts';
import type { Manifest } from './manifest.ts';
import { mappedLoads } from './mapped.ts';
import { type Mapping, readMapping } from './mapping.ts';
import { type TakenMessages, takeMessages } from './messages.ts';
import { defaultPersonKeys, nationalPlan } from './plan.ts';
import { lakeProblems } from './problems.ts';
import type { PersonKeys } from './pseudonym.ts';
import { stage } from './stage.ts';
import type { IngestOptions } from './types.ts';

export interface Gathered {
  readonly loads: readonly Load[];
  readonly hashes: ReadonlyMap<number, string>;
  readonly ignored: readonly string[];
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

/** Takes the messages among the files that nothing else reads; the numbers of their files follow `firstSeq`. */
async function gatherMessages(
  engine: Tables,
  { options, ...input }: GatherInput,
  files: readonly FoundFile[],
  firstSeq: number,
): Promise<{ readonly names: ReadonlySet<string>; readonly taken: TakenMessages | undefined }> {
  const found = files.filter((file) => file.kind === 'json' && holdsMessages(file.path));
  const taken = await takeMessages(found, { engine, ...input, firstSeq, signal: options.signal });
  return { names: new Set(found.map((file) => file.name)), taken };
}

/** Finds, hashes and stages the files of a batch that are new to the lake. */
export async function gather(engine: Tables, input: GatherInput): Promise<Gathered> {
  const { options, before, scratch } = input;
  const mapping = options.mapping === undefined ? undefined : readMapping(options.mapping);
  const found = discover(options.paths);
  if (mapping !== undefined) return gatherMapped(engine, input, mapping, found);
  const known = new Set(before.files.map((file) => file.hash));
  let seq = lastSeq(before);
  const loads: Load[] = [];
  const hashes = new Map<number, string>();
  const others = found.files.filter((file) => file.table === undefined);
  const named = found.files.flatMap((file) => (file.table === undefined ? [] : [{ file, table: file.table }]));
  if (named.length === 0 && !others.some((file) => file.kind === 'json' && holdsMessages(file.path))) {
    throw lakeProblems.refused('files-unnamed', {}, { file: options.paths.join(', ') });
  }
  // A file is hashed while the one before it is copied.
  const hashOf = (index: number): Promise<string> => {
    const path = named[index]?.file.path;
    const work = path === undefined ? Promise.resolve('') : hashFile(path, options.signal);
    work.catch(() => undefined);
    return work;
  };
  let next = hashOf(0);
  for (const [index, { file, table }] of named.entries()) {
    const content = await next;
    next = hashOf(index + 1);
    const hash = createHash('sha256').update(`${content}|${table}|${file.name}|national`).digest('hex');
    if (known.has(hash)) continue;
    seq += 1;
    const staged = await stage({ engine, file, layout: {}, scratch, number: seq, signal: options.signal });
    loads.push({
      table,
      staged,
      seq,
      file: file.name,
      plans: nationalPlan(file, table, staged.columns),
      meaning: {},
      personKeys: defaultPersonKeys,
    });
    hashes.set(seq, hash);
    options.progress?.({ phase: 'read', done: index + 1, total: named.length, unit: 'files' });
  }
  const messages = await gatherMessages(engine, input, others, seq);
  const unnamed = others.filter((file) => !messages.names.has(file.name)).map((file) => file.name);
  return withMessages({ loads, hashes, ignored: [...found.ignored, ...unnamed], absent: [], proposals: {} }, messages.taken);
}

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
  const { loads, hashes, used } = await mappedLoads({
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
  const messages = await gatherMessages(engine, input, others, next);
  const unused = others.filter((file) => !messages.names.has(file.name)).map((file) => file.name);
  const proposals = Object.fromEntries(mapping.crosswalks.map((one) => [one.name, one.proposals]));
  return withMessages({ loads, hashes, ignored: [...found.ignored, ...unused], absent: mapping.absent, proposals }, messages.taken);
}
