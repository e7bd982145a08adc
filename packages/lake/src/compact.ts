import { dirname, join } from 'node:path';
import { parquetOf, quoted, type Tables } from '@hengjian/table';
import { appendValues, readParts } from './dictionaries.ts';
import type { DictionaryFile, FactFile, Manifest } from './manifest.ts';
import { describeFile, type StoredFile } from './stored.ts';
import { suffixToMerge } from './tiers.ts';

/** So many files of one kind stand side by side before some of them are merged. */
const manyFiles = 8;

const sizesOf = (files: readonly StoredFile[]): number[] => files.map(({ size }) => size);

/** Files that stay, and those to be merged, by their sizes. */
function cut<File>(files: readonly File[], sizes: readonly number[]): { readonly kept: readonly File[]; readonly merged: readonly File[] } {
  if (files.length < manyFiles) return { kept: files, merged: [] };
  const from = suffixToMerge(sizes);
  return from >= files.length - 1 ? { kept: files, merged: [] } : { kept: files.slice(0, from), merged: files.slice(from) };
}

interface Compaction {
  readonly engine: Tables;
  readonly lake: string;
  readonly batch: number;
}

const sourceOf = (lake: string, files: readonly StoredFile[]): string => {
  const source = parquetOf(files.map(({ path }) => join(lake, path)));
  if (source === undefined) throw new Error('nothing to merge');
  return source;
};

async function mergeFacts({ engine, lake, batch }: Compaction, files: readonly FactFile[]): Promise<FactFile[]> {
  const [first] = files;
  if (first === undefined) return [];
  const path = `${dirname(first.path)}/merged-${batch}.parquet`;
  await engine.run(`COPY (SELECT * FROM ${sourceOf(lake, files)}) TO ${quoted(join(lake, path))} (FORMAT parquet, COMPRESSION snappy)`);
  const columns = [...new Set(files.flatMap((file) => file.columns))];
  return [{ ...describeFile(lake, path), month: first.month, batch, columns }];
}

/** Merges facts of a table and month. Rows keep their numbers, so nobody who reads them sees a difference. */
export async function compactFacts(work: Compaction, facts: Manifest['facts']): Promise<Manifest['facts']> {
  const out: Record<string, readonly FactFile[]> = {};
  for (const [table, files] of Object.entries(facts)) {
    const months = [...Map.groupBy(files, ({ month }) => month).values()];
    const parts: FactFile[] = [];
    for (const month of months) {
      const { kept, merged } = cut(month, sizesOf(month));
      parts.push(...kept, ...(merged.length === 0 ? [] : await mergeFacts(work, merged)));
    }
    out[table] = parts;
  }
  return out;
}

/** What is left of several files of one kind of state. `whole` says that no older file is beside them. */
export type StateSelect = (source: string, whole: boolean) => string;

/** Merges files of one kind of state, newest word last, as `select` does. */
export async function compactState(
  { engine, lake, batch }: Compaction,
  name: string,
  files: readonly StoredFile[],
  select: StateSelect,
): Promise<readonly StoredFile[]> {
  const { kept, merged } = cut(files, sizesOf(files));
  if (merged.length === 0) return files;
  const path = `state/${name}-merged-${batch}.parquet`;
  await engine.run(`COPY (${select(sourceOf(lake, merged), kept.length === 0)}) TO ${quoted(join(lake, path))} (FORMAT parquet)`);
  return [...kept, describeFile(lake, path)];
}

/** Merges the files of dictionaries; ids are places in the whole list and stay what they were. */
export function compactDictionaries(lake: string, dictionaries: Manifest['dictionaries']): Manifest['dictionaries'] {
  return Object.fromEntries(
    Object.entries(dictionaries).map(([name, files]): [string, readonly DictionaryFile[]] => {
      const counts = files.map(({ count }) => count);
      const { kept, merged } = cut(files, counts);
      if (merged.length === 0) return [name, files];
      const from = kept.reduce((sum, { count }) => sum + count, 0);
      return [name, [...kept, appendValues(lake, name, from, readParts(lake, merged))]];
    }),
  );
}
