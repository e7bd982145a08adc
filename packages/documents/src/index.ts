export * from './escape.ts';
export * from './markup.ts';
export { findBrowser, printPdf } from './pdf.ts';
export { documentsProblems } from './problems.ts';
export * from './sheet.ts';
export { style } from './style.ts';
export { readWorkbook, readWorkbookNow, type WorkbookOptions, workbookLimits } from './workbook.ts';
export type { CellTexts, RawSheet, WorkbookLimits } from './workbook-job.ts';
export * from './xlsx.ts';
