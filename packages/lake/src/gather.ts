import { createHash } from 'node:crypto';
import type { Tables } from '@hengjian/table';
import { type Discovery, discover, hashFile } from './files.ts';
import type { Load } from './land.ts';
import type { Manifest } from './manifest.ts';
import { mappedLoads } from './mapped.ts';
import { type Mapping, readMapping } from './mapping.ts';
import { defaultPersonKeys, nationalPlan } from './plan.ts';
import { lakeProblems } from './problems.ts';
import { stage } from './stage.ts';
import type { IngestOptions } from './types.ts';

export interface Gathered {
  readonly loads: readonly Load[];
  readonly hashes: ReadonlyMap<number, string>;
  readonly ignored: readonly string[];
  readonly absent: readonly string[];
  /** Unconfirmed crosswalk proposals, by crosswalk. */
  readonly proposals: Readonly<Record<string, number>>;
}

/** Finds, hashes and stages the files of a batch that are new to the lake. */
export async function gather(engine: Tables, input: { options: IngestOptions; scratch: string; before: Manifest }): Promise<Gathered> {
  const { options, before, scratch } = input;
  const mapping = options.mapping === undefined ? undefined : readMapping(options.mapping);
  const found = discover(options.paths);
  if (mapping !== undefined) return gatherMapped(engine, input, mapping, found);
  const known = new Set(before.files.map((file) => file.hash));
  let seq = before.files.reduce((max, file) => Math.max(max, file.seq), 0);
  const loads: Load[] = [];
  const hashes = new Map<number, string>();
  const unnamed = found.files.filter((file) => file.table === undefined).map((file) => file.name);
  const named = found.files.flatMap((file) => (file.table === undefined ? [] : [{ file, table: file.table }]));
  if (named.length === 0) {
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
  return { loads, hashes, ignored: [...found.ignored, ...unnamed], absent: [], proposals: {} };
}

async function gatherMapped(
  engine: Tables,
  input: { options: IngestOptions; scratch: string; before: Manifest },
  mapping: Mapping,
  found: Discovery,
): Promise<Gathered> {
  const { options, before, scratch } = input;
  const firstSeq = before.files.reduce((max, file) => Math.max(max, file.seq), 0);
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
  const unused = found.files.filter((file) => !used.has(file.name)).map((file) => file.name);
  const proposals = Object.fromEntries(mapping.crosswalks.map((one) => [one.name, one.proposals]));
  return { loads, hashes, ignored: [...found.ignored, ...unused], absent: mapping.absent, proposals };
}
