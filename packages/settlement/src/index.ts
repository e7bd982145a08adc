export * from './agreement.ts';
export * from './budget.ts';
export * from './clear-year.ts';
export * from './coefficients.ts';
export type { CommunityResult } from './communities.ts';
export {
  type GroupPricing,
  openSettlement,
  publishSettlement,
  type Settlement,
  type SettlementContents,
  type SettlementPages,
  type SettlementParts,
  settlementKind,
  settlementPages,
} from './folder.ts';
export type {
  FormLine,
  MoneyPrice,
  ParameterField,
  PaymentForm,
  PaymentForms,
  PricedStay,
  PriceToExplain,
  PricingTools,
  Review,
  Ruling,
  StayPrice,
  StayToPrice,
  TakeStay,
  TariffCheck,
} from './forms/form.ts';
export { type PayForm, paymentForms } from './forms/registry.ts';
export * from './next-caps.ts';
export { parseParameters, readParameters, type SettlementParameters } from './parameters.ts';
export { payStay, type StayPayment } from './pay-stay.ts';
export { compileTariff, type Pricer } from './price-stay.ts';
export { settlementProblems } from './problems.ts';
export * from './rates.ts';
export * from './reprice.ts';
export type { ReviewReport, ReviewResult, Rulings } from './rulings.ts';
export * from './run.ts';
export { type MonthInput, type MonthRun, settleMonth } from './settle-month.ts';
export { cityHtml } from './statement/city-html.ts';
export { periodOf, type StatementData, statementsOf } from './statement/data.ts';
export { statementHtml } from './statement/html.ts';
export { weightsHtml } from './statement/weights-html.ts';
export { writeStatementWorkbook } from './statement/workbook.ts';
export * from './step.ts';
export {
  type CaseLine,
  type HospitalStatement,
  type OutsideCase,
  remarkOf,
  type StatementLine,
} from './tally.ts';
export * from './tariff.ts';
export { parseTariff, tariffProblems } from './tariff-file.ts';
export type { Change, Objection, StayHistory, StayVersion, Upload } from './versions.ts';
export * from './weights.ts';
