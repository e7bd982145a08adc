import { createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bundleKernel, filterSession, gatherContext, type OutputKind, runFilter, sessionSchema } from '@hengjian/audit';
import { contextText, openLake, parseContext, parseSchema, plainColumns, schemaText } from '@hengjian/lake';
import { type RulebookOptions, rulebookTexts } from '@hengjian/rulebook';
import { type LakeContext, readText, type UseCase } from '@hengjian/standard';

export interface KernelRules {
  /** Rule files, folders or globs; default the rules of the program. */
  readonly rulebook: readonly string[] | undefined;
  readonly knowledge: string | undefined;
}

const rulebookOf = ({ rulebook, knowledge }: KernelRules): RulebookOptions => ({
  ...(rulebook === undefined ? {} : { rules: rulebook }),
  ...(knowledge === undefined ? {} : { knowledge }),
});

export interface KernelFilesInput extends KernelRules {
  readonly lake: string | undefined;
  /** Files to write: the context of the lake, rules and knowledge as one file, the kernel as one JavaScript file. */
  readonly context: string | undefined;
  readonly texts: string | undefined;
  readonly bundle: string | undefined;
}

/** Writes what a host needs to run the kernel away from the lake. */
export const writeKernelFiles: UseCase<KernelFilesInput, readonly string[]> = () => async (input) => {
  const { lake, context, texts, bundle } = input;
  const written: string[] = [];
  if (bundle !== undefined) {
    await bundleKernel(bundle);
    written.push(bundle);
  }
  if (texts !== undefined) {
    writeFileSync(texts, JSON.stringify({ texts: rulebookTexts(rulebookOf(input)) }));
    written.push(texts);
  }
  if (context !== undefined && lake !== undefined) {
    writeFileSync(context, contextText((await openLake(lake)).context()));
    written.push(context);
  }
  return written;
};

/** Columns of the records: all, or with a lake those that the rules need. */
export const kernelSchema: UseCase<KernelRules & { readonly lake: string | undefined }, string> = () => async (input) =>
  input.lake === undefined
    ? schemaText(plainColumns)
    : sessionSchema(filterSession((await openLake(input.lake)).context(), rulebookOf(input)));

export interface FilterInput extends KernelRules {
  /** Records sorted by person. */
  readonly records: Readable;
  readonly schema: string | undefined;
  /** Where the context of the records comes from; read off the records themselves without either. */
  readonly context: string | undefined;
  readonly lake: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly segmentLines: number | undefined;
  readonly write: (kind: OutputKind, body: string, key?: string) => void;
  /** Waits until the reader of the output has caught up. */
  readonly flush: () => Promise<void>;
}

export interface Filtered {
  readonly lines: number;
  readonly persons: number;
  readonly findings: number;
  /** Rules that look across persons, which a host must judge. */
  readonly across: number;
}

interface Source {
  readonly context: LakeContext;
  readonly input: AsyncIterable<Uint8Array | string>;
  done(): void;
}

/** The context of the records: given, of a lake, or read off the records themselves, which then pass through a file. */
async function sourceOf({ records, context, lake }: FilterInput, schema: string): Promise<Source> {
  const keep = { input: records, done: () => {} };
  if (context !== undefined) return { ...keep, context: parseContext(readText(context), context) };
  if (lake !== undefined) return { ...keep, context: (await openLake(lake)).context() };
  // What is wrong with the schema is told before anything is read.
  const parsed = parseSchema(schema);
  const folder = mkdtempSync(join(tmpdir(), 'hengjian-kernel-'));
  const done = (): void => rmSync(folder, { recursive: true, force: true });
  const spool = join(folder, 'records.tsv');
  try {
    await pipeline(records, createWriteStream(spool));
    return { context: await gatherContext(createReadStream(spool), parsed), input: createReadStream(spool), done };
  } catch (error) {
    done();
    throw error;
  }
}

const earliest = -1e9;
const latest = 1e9;

/** Judges records of persons as a filter: records in, findings out. */
export const filterRecords: UseCase<FilterInput, Filtered> = () => async (input) => {
  const schema = input.schema ?? schemaText(plainColumns);
  const source = await sourceOf(input, schema);
  try {
    const session = filterSession(source.context, rulebookOf(input));
    const { write, flush, from = earliest, to = latest, segmentLines } = input;
    const limit = segmentLines === undefined ? {} : { segmentLines };
    const { lines, persons, findings } = await runFilter({ session, input: source.input, write, flush, from, to, schema, ...limit });
    await flush();
    return { lines, persons, findings, across: session.bound.rules.filter((rule) => rule.source.by !== 'person').length };
  } finally {
    source.done();
  }
};
