import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportData } from './data.ts';
import { htmlReport } from './html.ts';
import { workbookFile, writeWorkbook } from './workbook.ts';

export interface ReportOptions {
  /** Folder of the audit. */
  readonly run: string;
  readonly lake: string;
}

/** Writes `report.html` and `findings.xlsx` beside the findings and returns their paths. */
export async function writeReports({ run, lake }: ReportOptions): Promise<string[]> {
  const data = await reportData(run, lake);
  const html = join(run, 'report.html');
  const book = workbookFile(run);
  writeFileSync(`${html}.new`, htmlReport(data));
  renameSync(`${html}.new`, html);
  await writeWorkbook(data, run, lake, `${book}.new`);
  renameSync(`${book}.new`, book);
  return [html, book];
}
