import { inputProblems, lockFolder, type ReleaseFolder, words } from '@hengjian/standard';

/** Takes the lock of a lake; the folder is made when it does not exist. Returns what releases it. */
export function lockLake(lake: string): ReleaseFolder {
  const taken = inputProblems.problem('folder-busy', { what: words('此数据湖', 'this lake') }, { file: lake });
  return lockFolder(lake, taken, { mode: 0o700 });
}
