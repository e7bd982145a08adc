export * from './case/case.ts';
export { caseColumns } from './case/columns.ts';
export { readCases } from './case/file.ts';
export { caseReader, type ReadCase } from './case/read.ts';
export * from './check/check.ts';
export * from './diff/diff.ts';
export * from './diff/moved.ts';
export * from './dip/index.ts';
export {
  type CaseExplanation,
  type CaseGrouper,
  drgCaseGrouper,
  type GroupCasesOptions,
  type GroupFileOptions,
  type GroupFileResult,
  groupCases,
  groupFile,
} from './group-file.ts';
export { compileGrouper } from './grouper/compile.ts';
export type { Grouper, Reason, SeverityNote, Step, TracedResult } from './grouper/grouper.ts';
export { type Alternative, type WhatIf, whatIf } from './grouper/what-if.ts';
export { type Witnesses, witnesses } from './grouper/witness.ts';
export { conditionWords, explainTrace, type Language, statusName, whatIfWords } from './grouper/words.ts';
export * from './import/index.ts';
export { importPlainTables, isPlainTables } from './import/plain-tables.ts';
export { type GroupLakeCasesOptions, groupLakeCases, type LakeCase } from './lake/cases.ts';
export { dipCase, dipStayGrouper, drgStayGrouper, type StayGroup, type StayGrouper, stayGrouperOf } from './lake/stay-grouper.ts';
export { type LakeStay, openStayReader, type StayOfSegment, StayReader } from './lake/stays.ts';
export {
  type GroupedLake,
  type GroupedLakeStay,
  type GroupedStayOfSegment,
  type GroupLakeOptions,
  type GroupLakeResult,
  groupedStays,
  groupLake,
  openGroupedLake,
} from './lake/step.ts';
export { parseCondition } from './language/parse.ts';
export { conditionText } from './language/text.ts';
export { openScheme, openSchemeOrCatalogue, openStayGrouper, shippedSchemes } from './open.ts';
export { caseProblemNames, groupingProblems } from './problems.ts';
export * from './scheme/condition.ts';
export * from './scheme/scheme.ts';
export {
  canonicalJson,
  contentHash,
  parseStored,
  readScheme,
  readStored,
  type StoredScheme,
  schemeHash,
  storedSchemes,
  writeScheme,
} from './scheme/store.ts';
export { variantWords } from './scheme/variant-words.ts';
export { applyVariants, kindOrder } from './scheme/variants.ts';
export type { GroupedStay } from './stay.ts';
