import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Cancelled, type Problem, RefusedInput, type Words } from '@hengjian/standard';
import { type Manifest, manifestFile, readManifest } from './manifest.ts';
import { lakeProblems } from './problems.ts';
import { storedFiles } from './publish-files.ts';
import { hashOfFile, reasons, type StoredFile, sizeFault } from './stored.ts';
import type { ProgressEvent } from './types.ts';

export interface Verification {
  /** Files the manifest names, itself included. */
  readonly files: number;
  readonly bytes: number;
  /** Everything that is not as it was written; none when the lake is whole. */
  readonly faults: readonly Problem[];
}

interface VerifyOptions {
  readonly signal?: AbortSignal;
  readonly progress?: (event: ProgressEvent) => void;
}

function faultOf(file: string, stored: StoredFile): Words | undefined {
  const fault = sizeFault(file, stored);
  if (fault !== undefined) return fault;
  try {
    return hashOfFile(file).sha256 === stored.sha256 ? undefined : reasons.content;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    return reasons.missing;
  }
}

/** The manifest, or what is wrong with it. Refuses a folder that holds no lake. */
function manifestOf(folder: string): Manifest | Problem {
  if (!existsSync(manifestFile(folder))) throw lakeProblems.refused('lake-missing', {}, { file: folder });
  try {
    const published = readManifest(folder);
    return published?.manifest ?? lakeProblems.problem('lake-missing', {}, { file: folder });
  } catch (error) {
    const [problem] = error instanceof RefusedInput ? error.problems : [];
    if (problem === undefined) throw error;
    return problem;
  }
}

/**
 * Reads everything the manifest of a lake names and compares it with SHA-256, quarantine files included. Lists every
 * fault; a manifest that cannot be read is the only one then, because nothing else can be known. Refuses a folder without lake.
 */
export async function verifyLake(folder: string, { signal, progress }: VerifyOptions = {}): Promise<Verification> {
  const manifest = manifestOf(folder);
  if ('code' in manifest) return { files: 1, bytes: 0, faults: [manifest] };
  const files = storedFiles(manifest);
  const faults: Problem[] = [];
  let bytes = 0;
  for (const [index, stored] of files.entries()) {
    if (signal?.aborted === true) throw new Cancelled();
    const file = join(folder, stored.path);
    const reason = faultOf(file, stored);
    if (reason !== undefined) faults.push(lakeProblems.problem('lake-damaged', { reason }, { file }));
    bytes += stored.size;
    progress?.({ phase: 'verify', done: index + 1, total: files.length, unit: 'files' });
    await new Promise(setImmediate);
  }
  return { files: files.length + 1, bytes, faults };
}
