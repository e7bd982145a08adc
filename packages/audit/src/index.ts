export { type Coverage, type CoverageOptions, coverage, type PointCoverage, type Reason, reasons } from './coverage.ts';
export { alwaysInForce, type Difference, type DryRun, type DryRunFigures, type DryRunOptions, differences, dryRun } from './dry-run.ts';
export { type Exempted, type Exemption, type ExemptionKind, exemptionKinds } from './exempt.ts';
export * from './explain.ts';
export { bundleKernel } from './filter/bundle.ts';
export { type FilterSession, filterSession, type OutputKind, runFilter, sessionSchema } from './filter/filter.ts';
export { gatherContext } from './filter/gather.ts';
export { type Finding, findingColumns, findingId } from './finding.ts';
export { type GroupPricing, pricingFile, readGroupPricing } from './group-pay.ts';
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
export type { SparkOptions } from './spark/submit.ts';
export type { AmountTotals, Totals } from './totals.ts';
