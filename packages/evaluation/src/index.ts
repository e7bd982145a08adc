export { type Clue, cluesOf } from './clues.ts';
export { type Counts, type EntityKind, emptyCounts, type Period } from './collect.ts';
export { type Evaluation, type EvaluationInput, evaluate, type GroupFacts, type GroupFigures } from './evaluate.ts';
export type { Adjusted, AdjustedMean, Figures, Share } from './figures.ts';
export { type EvaluationParts, evaluationKind, type ListParts, listQualityKind, publishEvaluation, publishListQuality } from './folder.ts';
export * from './form.ts';
export { expectedLimits, type Limits, meanLimits, type Position, positionOf, shareLimits } from './funnel.ts';
export { type Dimension, dimensions, type ListCheck, listChecks } from './lists/checks.ts';
export { type LakeLists, settlementLists } from './lists/lake-lists.ts';
export * from './lists/parameters.ts';
export * from './lists/quality.ts';
export { listQualityPage } from './lists/report.ts';
export * from './lists/row.ts';
export type { Margin } from './margins.ts';
export * from './parameters.ts';
export { evaluationProblems } from './problems.ts';
export * from './public-page.ts';
export { evaluationPage } from './report/html.ts';
export * from './risk.ts';
export type { ScreenRow } from './screening.ts';
export {
  type GroupScreen,
  type Screen,
  type ScreenedGroup,
  type ScreenedStay,
  type Screens,
  type StayScreen,
  standardScreens,
} from './screens.ts';
export type { WithinGroup } from './within.ts';
