export * from './explain.ts';
export { type Finding, findingColumns, findingId } from './finding.ts';
export { type ReportData, reportData } from './report/data.ts';
export { type WorkbookOptions, writeWorkbook } from './report/workbook.ts';
export * from './report/write.ts';
export { type AuditOptions, addCounts, engineVersion, type RuleFigures, type RunRecord, runAudit } from './run.ts';
export * from './score.ts';
export type { AmountTotals, Totals } from './totals.ts';
