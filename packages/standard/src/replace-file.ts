import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file beside its place and moves it there: readers see the old text or the new one, never a part. */
export function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}
