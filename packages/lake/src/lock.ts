import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedInput } from '@hengjian/standard';

const lockFile = (lake: string): string => join(lake, '.lock');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Takes the lock of a lake. A lock left by a process that is gone is taken over. Returns what releases it. */
export function lockLake(lake: string): () => void {
  mkdirSync(lake, { recursive: true });
  const file = lockFile(lake);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(readFileSync(file, 'utf8'));
      if (Number.isInteger(pid) && pid > 0 && isAlive(pid)) break;
      rmSync(file, { force: true });
    }
  }
  throw new RefusedInput({ code: 'lake-locked', message: 'another ingest is writing this lake', remedy: 'wait until it has finished', place: { file: lake } });
}
