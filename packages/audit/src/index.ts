export { type Exempted, type Exemption, type ExemptionKind, exemptionKinds } from './exempt.ts';
export * from './explain.ts';
export { type Finding, findingColumns, findingId } from './finding.ts';
export { type ReportData, reportData } from './report/data.ts';
export { type WorkbookOptions, writeWorkbook } from './report/workbook.ts';
export * from './report/write.ts';
export {
  type AuditOptions,
  addCounts,
  engineVersion,
  type OperationsRecord,
  type PublicationUsed,
  type RuleFigures,
  type RunRecord,
  runAudit,
  type VersionUsed,
} from './run.ts';
export * from './score.ts';
export type { AmountTotals, Totals } from './totals.ts';
