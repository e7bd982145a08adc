import { closeSync, openSync, readFileSync, realpathSync, statSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Problem, RefusedInput } from './errors.ts';
import { inputProblems } from './input-problems.ts';
import { type FolderOptions, makeFolder, removeEmptyFolders } from './make-folder.ts';
import { lockingFault } from './mounts.ts';
import { words } from './words.ts';

/**
 * The file in a locked folder. It is empty and stays, with one exception: who made it and leaves the folder as it was
 * takes it away while the lock is still held. Whoever opened the file before that gets the lock of a file that has no
 * name any more; so a lock counts only when its file still stands in the folder, and else is taken anew.
 */
export const lockFile = '.lock';

/** Releases a folder. With `traceless`, the lock file and the folders that taking the lock made are removed again. */
export type ReleaseFolder = (options?: { readonly traceless?: boolean }) => void;

/** Result codes of SQLite: https://sqlite.org/rescode.html */
const sqliteBusy = 5;
const sqliteNoDatabase = 26;
const unlockable: ReadonlySet<number> = new Set([10, 15, 22]);
/** Attempts to take a lock whose folder or file somebody takes away at the same time. */
const attempts = 100;

const held = new Map<string, DatabaseSync>();

const textOf = (error: unknown, name: 'code' | 'message'): string =>
  error instanceof Error && name in error ? String(Reflect.get(error, name)) : '';

/** The primary result code of an error of SQLite; 0 for any other error. */
function sqliteCode(error: unknown): number {
  const code: unknown = error instanceof Error && 'errcode' in error ? error.errcode : 0;
  return typeof code === 'number' ? code & 0xff : 0;
}

/**
 * Makes the file without opening one that is there: closing any handle of a file ends the locks this process has on it.
 * Tells whether it made it.
 */
function makeFile(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    return true;
  } catch (error) {
    const code = textOf(error, 'code');
    if (code === 'EEXIST') return false;
    if (code === 'EACCES' || code === 'EPERM') throw inputProblems.refused('file-forbidden', {}, { file });
    if (code === 'EROFS') throw inputProblems.refused('disk-read-only', {}, { file });
    throw error;
  }
}

function begin(file: string): DatabaseSync {
  // Only who takes a lock needs the engine: the kernel runs on hosts whose runtime may not bring it.
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function mountsOfProcess(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

/** Tells a file from one that took its name later, even when it got its number. */
function identity(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? undefined : `${found.dev} ${found.ino} ${found.birthtimeNs}`;
}

interface Taken {
  readonly real: string;
  readonly database: DatabaseSync;
  readonly madeFile: boolean;
}

/** Takes the lock once; `undefined` when its file was taken away meanwhile. */
function takeOnce(folder: string, taken: Problem, named: string): Taken | undefined {
  try {
    const real = realpathSync(folder);
    if (held.has(real)) throw new RefusedInput(taken);
    const fault = lockingFault(mountsOfProcess(), real);
    if (fault !== undefined) throw inputProblems.refused('folder-unlockable', { disk: fault }, { file: named });
    const file = join(real, lockFile);
    const madeFile = makeFile(file);
    const before = identity(file);
    const database = open(file, named, taken);
    if (database === undefined) return undefined;
    if (before !== undefined && identity(file) === before) return { real, database, madeFile };
    database.close();
    return undefined;
  } catch (error) {
    if (textOf(error, 'code') === 'ENOENT') return undefined;
    throw error;
  }
}

/** Takes the lock, and says which folders it made for it. */
function take(folder: string, taken: Problem, options: FolderOptions): Taken & { readonly made: readonly string[] } {
  const named = options.named ?? folder;
  const made = new Set<string>();
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      for (const one of makeFolder(folder, options)) made.add(one);
      const lock = takeOnce(folder, taken, named);
      if (lock !== undefined) return { ...lock, made: [...made] };
    }
    const reason = words(`${lockFile} 无法建立`, `${lockFile} cannot be made`);
    throw inputProblems.refused('folder-impossible', { reason }, { file: named });
  } catch (error) {
    removeEmptyFolders([...made]);
    throw error;
  }
}

/**
 * Takes the lock of a folder, so that one process at a time writes it; the folder is made when absent. The lock is one of
 * the operating system on an empty file (an exclusive transaction of SQLite), so it ends with its process, whatever
 * happens to it, and holds across containers that share the folder. Returns what releases it. Throws a refusal
 * with `taken` when somebody has it, also this process, and `folder-unlockable` on a disk whose locks do not hold.
 */
export function lockFolder(folder: string, taken: Problem, options: FolderOptions = {}): ReleaseFolder {
  const { real, database, madeFile, made } = take(folder, taken, options);
  held.set(real, database);
  return ({ traceless = false } = {}) => {
    if (held.get(real) !== database) return;
    held.delete(real);
    if (traceless && madeFile) removeFile(join(real, lockFile));
    database.close();
    if (traceless) removeEmptyFolders(made);
  };
}

/** Removes a file where the system lets go of one that is open. */
function removeFile(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It stays, empty as it is.
  }
}

/** Opens and locks the file; `undefined` when its folder was taken away meanwhile. */
function open(file: string, named: string, taken: Problem): DatabaseSync | undefined {
  try {
    return begin(file);
  } catch (error) {
    const code = sqliteCode(error);
    if (code === sqliteBusy) throw new RefusedInput(taken);
    if (unlockable.has(code)) throw inputProblems.refused('folder-unlockable', { disk: textOf(error, 'message') }, { file: named });
    if (identity(file) === undefined) return undefined;
    if (code !== sqliteNoDatabase) throw inputProblems.refused('file-forbidden', {}, { file });
  }
  // Somebody else's text; nobody can hold a lock on it.
  truncateSync(file);
  try {
    return begin(file);
  } catch (error) {
    throw sqliteCode(error) === sqliteBusy ? new RefusedInput(taken) : error;
  }
}
