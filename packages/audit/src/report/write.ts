import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../record.ts';
import { runFiles } from '../run-folder.ts';
import { reportData } from './data.ts';
import { htmlReport } from './html.ts';
import { writeWorkbook } from './workbook.ts';

/** Writes the page and the workbook of a run into its folder. */
export async function writeReports(run: RunRecord, folder: string, lake: string): Promise<void> {
  const data = await reportData(run, folder, lake);
  writeFileSync(join(folder, runFiles.page), htmlReport(data));
  await writeWorkbook(data, folder, lake, join(folder, runFiles.workbook));
}
