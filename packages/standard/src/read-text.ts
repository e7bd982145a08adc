import { readFileSync, statSync } from 'node:fs';
import { inputProblems } from './input-problems.ts';
import { words } from './words.ts';

function kindOf(path: string): 'file' | 'folder' | 'nothing' {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? 'nothing' : found.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return 'nothing';
    throw error;
  }
}

/** Refuses a path where there is nothing, or a folder: the system names no place when a folder is read. */
export function demandFile(path: string): void {
  const kind = kindOf(path);
  if (kind === 'nothing') throw inputProblems.refused('file-missing', {}, { file: path });
  if (kind === 'folder') throw inputProblems.refused('file-kind', { expected: words('文件', 'a file') }, { file: path });
}

/** The text of a file that a user names. Throws a refusal with its path when there is none. */
export function readText(path: string): string {
  demandFile(path);
  return readFileSync(path, 'utf8');
}
