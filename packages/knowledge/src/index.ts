export { diffKnowledge, type PointChange, readTables } from './diff.ts';
export { type FileReport, type ImportOptions, importKnowledge, type LoadReport, type RowCounts } from './import.ts';
export { readBatch, tablesAsOf, undoBatch } from './library.ts';
export { type KeptReason, keptReasons, knowledgeProblems } from './problems.ts';
export { type Restrictions, readRemark } from './remark.ts';
export type { KeptText } from './stored.ts';
