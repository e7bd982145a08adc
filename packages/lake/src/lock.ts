import { mkdirSync } from 'node:fs';
import { inputProblems, lockFolder, words } from '@hengjian/standard';

/** Takes the lock of a lake; the folder is made when it does not exist. Returns what releases it. */
export function lockLake(lake: string): () => void {
  mkdirSync(lake, { recursive: true, mode: 0o700 });
  return lockFolder(lake, inputProblems.problem('folder-busy', { what: words('此数据湖', 'this lake') }, { file: lake }));
}
