import { statSync } from 'node:fs';
import { readContentsNow } from '@hengjian/documents';
import { RefusedInput } from '@hengjian/standard';
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
  if (stat === undefined)
    throw new RefusedInput({
      code: 'file-missing',
      message: 'there is no such file or folder',
      remedy: 'check the path',
      place: { file: path },
    });
  if (stat.isDirectory()) {
    if (isTemplate(path)) return importTemplate(path, options);
    if (isPlainTables(path)) return importPlainTables(path, options);
  } else if (/\.xlsx?$/i.test(path)) {
    const contents = readContentsNow(path, new Set([...templateHeaders, ...ruleWorkbookHeaders]));
    const sheets = contents.kind === 'sheets' ? contents.sheets : [];
    if (isTemplateWorkbook(sheets)) return importTemplateSheets(path, sheets, options);
    if (isRuleWorkbook(sheets)) return importRuleSheets(path, sheets, options);
  }
  throw new RefusedInput({
    code: 'scheme-layout',
    message: 'this is no scheme in a known layout',
    remedy: 'give a workbook of the 3.0 layout, a scheme template (folder or xlsx), or a folder of plain tables; see docs/schemes.md',
    place: { file: path },
  });
}
