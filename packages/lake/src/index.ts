export type { AnsweredList, AnswerOptions } from './answer-list.ts';
export type { Attention, FileBalance, Refusal } from './balance.ts';
export type { Decided } from './decide.ts';
export type { Draft } from './draft/draft.ts';
export type { MappedRows, Probe } from './draft/probe.ts';
export { type Accepted, type Proposal, proposalColumns } from './draft/proposal.ts';
export { type Estimate, estimatesInUse, estimateWords } from './institution.ts';
export {
  acceptCrosswalks,
  answerList,
  answerQuestions,
  checkMapping,
  decideHeld,
  draftMapping,
  ingest,
  lakeStatus,
  probeMapping,
  proposeCrosswalks,
  rowStates,
} from './intake.ts';
export { type Lake, lakeViews, openLake, readSegment, type SegmentHandle } from './lake.ts';
export type { Manifest } from './manifest.ts';
export type { MessageAccount } from './messages.ts';
export { type Access, type Person, readPersons } from './persons.ts';
export { PlainDictionaries, type RecordPlace, SegmentBuilder } from './plain/builder.ts';
export {
  missingText,
  type PlainColumn,
  type PlainSchema,
  parseSchema,
  plainColumns,
  plainSchema,
  plainTables,
  schemaText,
  unescapeText,
} from './plain/columns.ts';
export { contextText, parseContext } from './plain/context.ts';
export { exportPlain, type PlainExport } from './plain/export.ts';
export { lakeProblems } from './problems.ts';
export { qualityPage } from './quality/measure.ts';
export type { Quality } from './quality/types.ts';
export { causeWords, type QuarantineReason, quarantineReasons, statusWords } from './reasons.ts';
export type { RowAsked, RowState } from './row-state.ts';
export { stateHash } from './state-hash.ts';
export type { HeldRows, LakeStatus } from './status.ts';
export type { IngestOptions, IngestResult, ProgressEvent, RuleNeeds, TableCounts } from './types.ts';
export { type Verification, verifyLake } from './verify.ts';
