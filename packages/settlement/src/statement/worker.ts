import { writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { StatementData } from './data.ts';
import { statementHtml } from './html.ts';
import { writeStatementWorkbook } from './workbook.ts';

/** A statement to write: `file` without its ending. */
export interface StatementTask extends StatementData {
  readonly file: string;
}

parentPort?.on('message', ({ file, ...data }: StatementTask) => {
  writeStatementWorkbook(data, `${file}.xlsx`);
  writeFileSync(`${file}.html`, statementHtml(data));
  parentPort?.postMessage(file);
});
