import { writeFileSync } from 'node:fs';
import type { StatementData } from './data.ts';
import { statementHtml } from './html.ts';
import { writeStatementWorkbook } from './workbook.ts';

/** A statement to write: `file` without its ending. */
export interface StatementTask extends StatementData {
  readonly file: string;
}

/** Writes the workbook and the page of a hospital. */
export function writeStatement({ file, ...data }: StatementTask): void {
  writeStatementWorkbook(data, `${file}.xlsx`);
  writeFileSync(`${file}.html`, statementHtml(data));
}
