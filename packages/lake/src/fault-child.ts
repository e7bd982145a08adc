import { ingest } from './index.ts';

/** Run by the fault test: ends the process without warning at the write point named by its third argument. */
const [source = '', lake = '', point = ''] = process.argv.slice(2);
await ingest({
  paths: [source],
  lake,
  fault: (here) => {
    if (here === point) process.kill(process.pid, 'SIGKILL');
  },
});
