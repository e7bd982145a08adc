import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file beside its place, forces it to the disk and moves it there: readers see the old text or the new one, never
 * a part, also after the power fails. For one writer at a time.
 */
export function replaceFile(file: string, text: string, mode = 0o666): void {
  const aside = openSync(`${file}.tmp`, 'w', mode);
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(aside, bytes, done);
    fsyncSync(aside);
  } finally {
    closeSync(aside);
  }
  renameSync(`${file}.tmp`, file);
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
