import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Problem, RefusedInput } from './errors.ts';
import { inputProblems } from './input-problems.ts';
import { lockingFault } from './mounts.ts';

/** The file in a locked folder. It is empty and stays: a file that is taken away while another process waits for it makes two locks. */
export const lockFile = '.lock';

/** Result codes of SQLite: https://sqlite.org/rescode.html */
const sqliteBusy = 5;
const sqliteNoDatabase = 26;
const unlockable: ReadonlySet<number> = new Set([10, 15, 22]);

const held = new Map<string, DatabaseSync>();

const textOf = (error: unknown, name: 'code' | 'message'): string =>
  error instanceof Error && name in error ? String(Reflect.get(error, name)) : '';

/** The primary result code of an error of SQLite; 0 for any other error. */
function sqliteCode(error: unknown): number {
  const code: unknown = error instanceof Error && 'errcode' in error ? error.errcode : 0;
  return typeof code === 'number' ? code & 0xff : 0;
}

/** Makes the file without opening one that is there: closing any handle of a file ends the locks this process has on it. */
function makeFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    const code = textOf(error, 'code');
    if (code === 'EEXIST') return;
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

/**
 * Takes the lock of a folder, so that one process at a time writes it; the folder is made when absent. The lock is one of
 * the operating system on an empty file (an exclusive transaction of SQLite), so it ends with its process, whatever
 * happens to it, and holds across containers that share the folder. Returns what releases it. Throws a refusal
 * with `taken` when somebody has it, also this process, and `folder-unlockable` on a disk whose locks do not hold.
 */
export function lockFolder(folder: string, taken: Problem): () => void {
  mkdirSync(folder, { recursive: true });
  const real = realpathSync(folder);
  if (held.has(real)) throw new RefusedInput(taken);
  const fault = lockingFault(mountsOfProcess(), real);
  if (fault !== undefined) throw inputProblems.refused('folder-unlockable', { disk: fault }, { file: folder });
  const file = join(real, lockFile);
  makeFile(file);
  const database = open(file, folder, taken);
  held.set(real, database);
  return () => {
    if (held.get(real) !== database) return;
    held.delete(real);
    database.close();
  };
}

function open(file: string, folder: string, taken: Problem): DatabaseSync {
  try {
    return begin(file);
  } catch (error) {
    const code = sqliteCode(error);
    if (code === sqliteBusy) throw new RefusedInput(taken);
    if (unlockable.has(code)) throw inputProblems.refused('folder-unlockable', { disk: textOf(error, 'message') }, { file: folder });
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
