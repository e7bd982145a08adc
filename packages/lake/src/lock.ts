import { mkdirSync } from 'node:fs';
import { lockFolder } from '@hengjian/standard';

/** Takes the lock of a lake; the folder is made when it does not exist. Returns what releases it. */
export function lockLake(lake: string): () => void {
  mkdirSync(lake, { recursive: true });
  return lockFolder(lake, { code: 'lake-locked', message: 'another ingest is writing this lake', remedy: 'wait until it has finished', place: { file: lake } });
}
