import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { RefusedInput } from './errors.ts';
import { inputProblems } from './input-problems.ts';
import { type Words, words } from './words.ts';

export interface FolderOptions {
  /** Rights of every folder that is made. */
  readonly mode?: number | undefined;
  /** The place as the user gave it, which a refusal names; by default the folder itself. */
  readonly named?: string | undefined;
}

/** Code of an error of the operating system; empty for any other error. */
const systemCode = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const isFile = (path: string): Words => words(`${path} 不是文件夹`, `${path} is no folder`);
const isClosed = (path: string): Words => words(`没有写入 ${path} 的权限`, `${path} may not be written`);
const isOdd = (path: string, code: string): Words =>
  words(`系统不允许建立 ${path}（${code}）`, `the system does not make ${path} (${code})`);

function refusal(error: unknown, path: string, named: string): unknown {
  const code = systemCode(error);
  if (error instanceof RefusedInput || code === '' || code === 'ENOSPC') return error;
  if (code === 'EROFS') return inputProblems.refused('disk-read-only', {}, { file: named });
  const reason = code === 'EACCES' || code === 'EPERM' ? isClosed(dirname(path)) : isOdd(path, code);
  return inputProblems.refused('folder-impossible', { reason }, { file: named });
}

/** What stands at a path; nothing stands below a file. */
function standing(path: string): 'folder' | 'other' | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? undefined : found.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The folders that are missing for a path, the outermost first. */
function missingFor(folder: string, named: string): string[] {
  const missing: string[] = [];
  let path = resolve(folder);
  try {
    let found = standing(path);
    for (; found === undefined && dirname(path) !== path; found = standing(path)) {
      missing.unshift(path);
      path = dirname(path);
    }
    if (found !== 'folder') throw inputProblems.refused('folder-impossible', { reason: isFile(path) }, { file: named });
    return missing;
  } catch (error) {
    throw refusal(error, path, named);
  }
}

/**
 * Makes a folder and those above it, one by one: the recursive call of the runtime never returns where the system answers
 * `ENOENT` to every attempt, as below `/proc`. Returns the folders it made, the outermost first. Throws a refusal with
 * the place as the user gave it; then nothing is left that was not there before.
 */
export function makeFolder(folder: string, { mode, named = folder }: FolderOptions = {}): readonly string[] {
  const made: string[] = [];
  for (const path of missingFor(folder, named)) {
    try {
      mkdirSync(path, mode);
      made.push(path);
    } catch (error) {
      // Somebody else made it in the meantime.
      if (systemCode(error) === 'EEXIST' && standing(path) === 'folder') continue;
      removeEmptyFolders(made);
      throw refusal(error, path, named);
    }
  }
  return made;
}

/** Throws a refusal when a folder cannot be made, before the work that would fill it begins. */
export const checkFolder = (folder: string, named = folder): void => removeEmptyFolders(makeFolder(folder, { named }));

/** Removes folders that a call made and left empty, the innermost first; one that somebody has used since stays. */
export function removeEmptyFolders(made: readonly string[]): void {
  for (const path of made.toReversed()) {
    try {
      rmdirSync(path);
    } catch {
      return;
    }
  }
}
