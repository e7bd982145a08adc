import { parentPort } from 'node:worker_threads';
import { type StatementTask, writeStatement } from './write.ts';

parentPort?.on('message', (task: StatementTask) => {
  writeStatement(task);
  parentPort?.postMessage(task.file);
});
