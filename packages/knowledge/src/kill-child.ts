/** Imports a file into a library and kills itself before the write of a number; `import.test.ts` looks at what is left. */

import { diskFiles, type KnowledgeFiles } from '@hengjian/rulebook';
import { importKnowledge } from './import.ts';

const [library = '', file = '', at = '0'] = process.argv.slice(2);
let writes = 0;
const next = (): void => {
  if (writes === Number(at)) process.kill(process.pid, 'SIGKILL');
  writes += 1;
};
const files: KnowledgeFiles = {
  write(path, text) {
    next();
    // Half of it is there when the next write is the one that kills.
    diskFiles.write(path, text.slice(0, text.length / 2));
    next();
    diskFiles.write(path, text);
  },
  rename(from, to) {
    next();
    diskFiles.rename(from, to);
  },
  remove(path) {
    next();
    diskFiles.remove(path);
  },
};
await importKnowledge([file], { library, now: '2026-11-22 08:00', files });
