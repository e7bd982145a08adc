import { closeSync, openSync, writeSync } from 'node:fs';
import { RefusedInput } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { inputProblems } from './input-problems.ts';

/**
 * Run by the test of the lock: takes the lock of the folder as often as its third argument says and writes each turn to a
 * log. With one turn it tries once and ends with 3 when somebody has the lock.
 * With `traceless` as the fourth it leaves nothing behind.
 */
const [folder = '', log = '', times = '1', how = ''] = process.argv.slice(2);
const out = openSync(log, 'a');
let left = Number(times);
const tryOnce = left === 1;
while (left > 0) {
  try {
    const release = lockFolder(folder, inputProblems.problem('folder-busy', { what: 'it' }));
    writeSync(out, `begin ${process.pid}\n`);
    writeSync(out, `end ${process.pid}\n`);
    release({ traceless: how === 'traceless' });
    left -= 1;
  } catch (error) {
    if (!(error instanceof RefusedInput)) throw error;
    if (tryOnce) process.exit(3);
  }
}
closeSync(out);
