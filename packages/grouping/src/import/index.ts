import { statSync } from 'node:fs';
import { readContentsNow } from '@hengjian/documents';
import { inputProblems } from '@hengjian/standard';
import { groupingProblems } from '../problems.ts';
import type { ImportedScheme } from './assemble.ts';
import { importPlainTables, isPlainTables } from './plain-tables.ts';
import { importTemplate, importTemplateSheets, isTemplate, isTemplateWorkbook, templateHeaders } from './template.ts';
import { type ImportOptions, importRuleSheets, isRuleWorkbook, ruleWorkbookHeaders } from './workbook.ts';

export type { ImportedScheme } from './assemble.ts';
export { type LoadReport, loadReportLines, type Remark, type SchemeCounts, type SheetReport } from './report.ts';
export { importTemplate } from './template.ts';
export { type ImportOptions, importWorkbook } from './workbook.ts';

/**
 * Imports a grouping scheme from a file or folder and tells the layout by what it finds there.
 * @throws {RefusedInput} file-missing, scheme-layout, and those of the layout.
 */
export function importScheme(path: string, options: ImportOptions = {}): ImportedScheme {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw inputProblems.refused('file-missing', {}, { file: path });
  if (stat.isDirectory()) {
    if (isTemplate(path)) return importTemplate(path, options);
    if (isPlainTables(path)) return importPlainTables(path, options);
  } else if (/\.xlsx?$/i.test(path)) {
    const contents = readContentsNow(path, new Set([...templateHeaders, ...ruleWorkbookHeaders]));
    const sheets = contents.kind === 'sheets' ? contents.sheets : [];
    if (isTemplateWorkbook(sheets)) return importTemplateSheets(path, sheets, options);
    if (isRuleWorkbook(sheets)) return importRuleSheets(path, sheets, options);
  }
  throw groupingProblems.refused('scheme-layout', {}, { file: path });
}
